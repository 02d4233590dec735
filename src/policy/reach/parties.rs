//! All pairs as people name them: workloads, pods or classes, and the addresses outside, with the ports between them.
//!
//! A workload is one only if no policy can tell its pods apart; else its pods stand for themselves. For clusters of some thousand
//! workloads: the pairs are listed. It does not know how they are printed.

use super::pairs::PortTable;
use super::{Bound, EndId, Range, Reach};
use crate::policy::{Direction, PortSet};
use crate::snapshot::{Owner, Text};
use hashbrown::HashMap;

/// What pods are put together to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// Workloads
    #[default]
    Workload,
    /// Pods
    Pod,
    /// Pods that no policy can tell apart
    Class,
}

/// Who reaches, or is reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    /// Where it stands in the matrix
    pub end: EndId,
    /// What it is
    pub what: What,
    /// Its namespace, empty for addresses
    pub namespace: Text,
    /// Its name; that of a class is that of its workloads
    pub name: Text,
    /// How many pods it is; addresses are 1
    pub count: u32,
}

impl Party {
    /// Whether it is pods, not addresses.
    pub const fn is_pods(&self) -> bool {
        !matches!(self.what, What::Addresses(_))
    }
}

/// What a party is.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A workload of that kind; a bare pod is one of kind `Pod`
    Workload(Text),
    /// A pod of a workload whose pods differ, or that was asked for
    Pod(Owner),
    /// Pods that no policy can tell apart
    Class,
    /// Addresses outside
    Addresses(Vec<Range>),
}

/// Two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Who calls, a place in [`Pairs::parties`]
    pub from: u32,
    /// Who is called
    pub to: u32,
    /// Where, a place in [`Pairs::ports`]
    pub ports: u32,
}

/// All pairs that are not cut off. A party and itself are no pair.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    /// By namespace and name, then the addresses
    pub parties: Vec<Party>,
    /// Open for sure
    pub open: Vec<Pair>,
    /// Of which it cannot be told
    pub unknown: Vec<Pair>,
    /// The sets of ports that pairs name
    pub ports: Vec<PortSet>,
}

impl Reach {
    /// All pairs of one level. It costs a pass over the matrix, two where something is in doubt, and room for each pair.
    pub fn pairs(&self, level: Level) -> Pairs {
        let parties = self.parties(level);
        let mut ports = PortTable::default();
        let open = self.between_all(&parties, Bound::Sure, &mut ports);
        let unknown = if self.is_doubtful() {
            let maybe = self.between_all(&parties, Bound::Maybe, &mut ports);
            beyond(&open, maybe, &mut ports)
        } else {
            Vec::new()
        };
        Pairs { parties, open, unknown, ports: ports.sets }
    }

    fn between_all(&self, parties: &[Party], bound: Bound, ports: &mut PortTable) -> Vec<Pair> {
        let mut of_end: Vec<Vec<u32>> = vec![Vec::new(); self.ends() as usize];
        for (party, at) in parties.iter().zip(0..) {
            of_end[party.end.0 as usize].push(at);
        }
        let mut pairs = Vec::new();
        self.matrix(bound).read(0..self.ends(), |line| {
            let from = &of_end[line.from.0 as usize];
            for (set, end) in line.reached().filter(|_| !from.is_empty()) {
                let to = &of_end[end.0 as usize];
                let ports = if to.is_empty() { continue } else { ports.id(set) };
                let both = from.iter().flat_map(|from| to.iter().map(|to| Pair { from: *from, to: *to, ports }));
                pairs.extend(both.filter(|pair| pair.from != pair.to));
            }
        });
        pairs.sort_unstable();
        pairs
    }

    /// The pods of each workload that count, by their places in the world.
    pub(super) fn workloads(&self) -> HashMap<(Text, Owner), Vec<usize>> {
        let mut workloads: HashMap<(Text, Owner), Vec<usize>> = HashMap::new();
        for (at, pod) in self.world.pods.iter().enumerate().filter(|(at, _)| self.pod(*at).is_some()) {
            workloads.entry((pod.namespace.clone(), self.world.workload(pod))).or_default().push(at);
        }
        workloads
    }

    /// Everybody, as people name them: by namespace and name, then the addresses.
    pub fn parties(&self, level: Level) -> Vec<Party> {
        let workloads = self.workloads();
        let mut parties: Vec<Party> = match level {
            Level::Class => self.classes(workloads.into_iter()),
            _ => workloads.into_iter().flat_map(|(name, pods)| self.workload(level, name, &pods)).collect(),
        };
        let kind = |party: &Party| if let What::Workload(kind) = &party.what { kind.clone() } else { Text::default() };
        parties.sort_by_cached_key(|party| (party.namespace.clone(), party.name.clone(), kind(party)));
        let scene = &self.compiled.scene;
        parties.extend(scene.addresses.groups.iter().zip(0..).map(|(group, number)| Party {
            end: EndId(scene.end_of_group(number)),
            what: What::Addresses(group.ranges.clone()),
            namespace: Text::default(),
            name: Text::default(),
            count: 1,
        }));
        parties
    }

    /// A workload, or its pods where it is to be split or they differ.
    fn workload(&self, level: Level, (namespace, owner): (Text, Owner), pods: &[usize]) -> Vec<Party> {
        let end = |at: &usize| self.pod(*at).unwrap_or(EndId(0));
        let Some(first) = pods.first().map(end) else { return Vec::new() };
        if level == Level::Workload && pods.iter().all(|at| self.are_alike(first, end(at))) {
            let what = What::Workload(owner.kind);
            return vec![Party { end: first, what, namespace, name: owner.name, count: pods.len() as u32 }];
        }
        let pod = |at: &usize| Party {
            end: end(at),
            what: What::Pod(owner.clone()),
            namespace: namespace.clone(),
            name: self.world.pods[*at].name.clone(),
            count: 1,
        };
        pods.iter().map(pod).collect()
    }

    fn classes(&self, workloads: impl Iterator<Item = ((Text, Owner), Vec<usize>)>) -> Vec<Party> {
        let mut names: HashMap<EndId, Vec<Text>> = HashMap::new();
        for ((_, owner), pods) in workloads {
            for end in pods.iter().filter_map(|at| self.pod(*at)) {
                let names = names.entry(end).or_default();
                if !names.contains(&owner.name) {
                    names.push(owner.name.clone());
                }
            }
        }
        let party = |(end, mut names): (EndId, Vec<Text>)| {
            names.sort_unstable();
            let namespace = self.namespace_of(end).cloned().unwrap_or_default();
            let names: Vec<&str> = names.iter().map(Text::as_str).collect();
            Party { end, what: What::Class, namespace, name: names.join(", ").into(), count: self.pods_of(end) }
        };
        names.into_iter().map(party).collect()
    }

    /// Whether no policy that is there tells two classes apart, though their labels differ.
    pub(super) fn are_alike(&self, one: EndId, other: EndId) -> bool {
        let profiles = |end: EndId| Direction::BOTH.map(|way| self.compiled.profile_of[way as usize][end.0 as usize]);
        let ports = |end: EndId| self.compiled.scene.class(end.0).map(|class| &class.ports);
        let is_alike =
            |set: &super::sets::Set| [&set.sure, &set.maybe].iter().all(|ends| ends.contains(one.0) == ends.contains(other.0));
        one == other
            || profiles(one) == profiles(other) && ports(one) == ports(other) && self.compiled.sets.all.iter().all(is_alike)
    }
}

/// What lies in `maybe` beyond `sure`. Both are sorted.
fn beyond(sure: &[Pair], maybe: Vec<Pair>, ports: &mut PortTable) -> Vec<Pair> {
    let mut sure = sure.iter().peekable();
    let mut unknown = Vec::new();
    for pair in maybe {
        let ends = (pair.from, pair.to);
        while sure.next_if(|pair| (pair.from, pair.to) < ends).is_some() {}
        let left = match sure.peek().filter(|pair| (pair.from, pair.to) == ends) {
            Some(known) if known.ports == pair.ports => continue,
            Some(known) => ports.sets[pair.ports as usize].minus(&ports.sets[known.ports as usize]),
            None => ports.sets[pair.ports as usize].clone(),
        };
        unknown.push(Pair { ports: ports.id(&left), ..pair });
    }
    unknown
}

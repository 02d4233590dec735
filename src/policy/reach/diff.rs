//! What another set of policies, or of pods, changes: which pairs open, which close.
//!
//! Pods are the same before and after if they have the same name; those that no policy tells apart, before or after, are asked about
//! once. Addresses are cut where either side cuts them. It does not know where the two come from.

use super::addresses::refined;
use super::parties::{Party, What};
use super::{EndId, Reach};
use crate::policy::{Connection, PortSet};
use crate::snapshot::{Owner, Text};
use std::collections::BTreeMap;

/// What is different.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Difference {
    /// Everybody that there is before or after; [`Party::end`] is that after, or that before of who is gone
    pub parties: Vec<Party>,
    /// The pairs that are not as they were
    pub changed: Vec<Changed>,
}

/// A pair that is not as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// Who calls, a place in [`Difference::parties`]
    pub from: u32,
    /// Who is called
    pub to: u32,
    /// The ports that were open
    pub before: Connection,
    /// The ports that are open now
    pub after: Connection,
}

impl Changed {
    /// The ports that open for sure.
    pub fn opens(&self) -> PortSet {
        self.after.sure.minus(&self.before.maybe)
    }

    /// The ports that close for sure.
    pub fn closes(&self) -> PortSet {
        self.before.sure.minus(&self.after.maybe)
    }

    /// The ports that may open or close: it cannot be told.
    pub fn unknown(&self) -> PortSet {
        let known = self.opens().union(&self.closes());
        let (sure, maybe) = (apart(&self.before.sure, &self.after.sure), apart(&self.before.maybe, &self.after.maybe));
        sure.union(&maybe).minus(&known)
    }
}

/// What is in one of two sets and not in the other.
fn apart(a: &PortSet, b: &PortSet) -> PortSet {
    a.minus(b).union(&b.minus(a))
}

/// Who is the same before and after.
struct Same {
    party: Party,
    ends: [Option<EndId>; 2],
}

impl Reach {
    /// What `after` makes different. It asks about every pair of workloads: for some thousand of them.
    pub fn difference(&self, after: &Self) -> Difference {
        let mut all = same_pods(self, after);
        all.extend(same_addresses(self, after));
        let mut changed = Vec::new();
        for (from, a) in (0..).zip(&all) {
            for (to, b) in (0..).zip(&all) {
                if from == to || !a.party.is_pods() && !b.party.is_pods() {
                    continue;
                }
                let ask = |reach: &Self, at: usize| match (a.ends[at], b.ends[at]) {
                    (Some(from), Some(to)) => reach.between(from, to),
                    _ => Connection::default(),
                };
                let (before, after) = (ask(self, 0), ask(after, 1));
                if before != after {
                    changed.push(Changed { from, to, before, after });
                }
            }
        }
        Difference { parties: all.into_iter().map(|same| same.party).collect(), changed }
    }

    /// Every pod that counts by namespace and name, with its workload and the end that stands for it.
    fn named(&self) -> BTreeMap<(Text, Text), (Owner, EndId)> {
        let mut named = BTreeMap::new();
        for ((_, owner), pods) in self.workloads() {
            let ends: Vec<EndId> = pods.iter().filter_map(|at| self.pod(*at)).collect();
            let first = ends.first().copied().filter(|first| ends.iter().all(|end| self.are_alike(*first, *end)));
            for (at, end) in pods.iter().zip(&ends) {
                let pod = &self.world.pods[*at];
                named.insert((pod.namespace.clone(), pod.name.clone()), (owner.clone(), first.unwrap_or(*end)));
            }
        }
        named
    }
}

/// Pods of one workload, and what stands for them before and after.
struct Alike {
    owner: Owner,
    ends: [Option<EndId>; 2],
    pods: Vec<Text>,
}

impl Alike {
    fn party(&self, namespace: &Text, what: What, name: &Text, count: usize) -> Same {
        let end = self.ends[1].or(self.ends[0]).unwrap_or(EndId(0));
        let party = Party { end, what, namespace: namespace.clone(), name: name.clone(), count: count as u32 };
        Same { party, ends: self.ends }
    }
}

fn same_pods(before: &Reach, after: &Reach) -> Vec<Same> {
    let sides = [before.named(), after.named()];
    let mut workloads: BTreeMap<[Text; 3], Vec<Alike>> = BTreeMap::new();
    let names: BTreeMap<_, _> = sides.iter().flatten().map(|(name, (owner, _))| (name, owner)).collect();
    for (name, owner) in names {
        let (namespace, pod) = name;
        let ends = [0, 1].map(|at: usize| sides[at].get(name).map(|(_, end)| *end));
        let workload = workloads.entry([namespace.clone(), owner.name.clone(), owner.kind.clone()]).or_default();
        match workload.iter_mut().find(|alike| alike.ends == ends) {
            Some(alike) => alike.pods.push(pod.clone()),
            None => workload.push(Alike { owner: owner.clone(), ends, pods: vec![pod.clone()] }),
        }
    }
    let parties = |([namespace, ..], groups): ([Text; 3], Vec<Alike>)| match groups.as_slice() {
        [one] => vec![one.party(&namespace, What::Workload(one.owner.kind.clone()), &one.owner.name, one.pods.len())],
        split => {
            let pods = |alike: &Alike| {
                let pod = |pod| alike.party(&namespace, What::Pod(alike.owner.clone()), pod, 1);
                alike.pods.iter().map(pod).collect::<Vec<_>>()
            };
            split.iter().flat_map(pods).collect()
        }
    };
    workloads.into_iter().flat_map(parties).collect()
}

fn same_addresses(before: &Reach, after: &Reach) -> Vec<Same> {
    let scenes = [&before.compiled.scene, &after.compiled.scene];
    let end = |at: usize, group: u32| EndId(scenes[at].end_of_group(group));
    let all = refined(&scenes[0].addresses, &scenes[1].addresses);
    let same = |([a, b], ranges): ([u32; 2], _)| {
        let ends = [Some(end(0, a)), Some(end(1, b))];
        let what = What::Addresses(ranges);
        let party = Party { end: end(1, b), what, namespace: Text::default(), name: Text::default(), count: 1 };
        Same { party, ends }
    };
    all.into_iter().map(same).collect()
}

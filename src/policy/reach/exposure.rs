//! Whom a workload is open to beside who is there: the whole cluster, and pods that do not exist yet but would match.
//!
//! A pod that could come is no end: of it only the sets are known that it is in for sure, and all others may hold it. So what is
//! said to be open is open whatever else such a pod has; the other side of the pair is not looked at.

use super::addresses::Whose;
use super::bits::Bits;
use super::rows::{Book, Bound};
use super::rules::{Applies, Profile};
use super::sets::{Reading, Who};
use super::{EndId, Reach};
use crate::policy::{Direction, Holds, PortSet, Scope};
use crate::snapshot::Text;
use hashbrown::HashSet;

/// Whom something is open to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anyone {
    /// Any pod of the cluster, there or to come
    EntireCluster,
    /// Pods that would match, of which there is none now
    Would(Scope),
}

/// Pods that could be at the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// Who
    pub to: Anyone,
    /// Where; on fewer ports perhaps to others
    pub ports: PortSet,
}

impl Reach {
    /// Whom an end is open to for sure, as far as its own side goes.
    pub fn exposures(&self, end: EndId, direction: Direction) -> Vec<Exposure> {
        let profile = self.profile(end, direction);
        let (book, sets) = (self.compiled.book(), &self.compiled.sets.all);
        let mut scopes: Vec<u32> = Vec::new();
        let mut seen = HashSet::new();
        for peer in
            book.sections(&profile.policies, direction).flat_map(|(_, section)| &section.steps).flat_map(|step| &step.peers)
        {
            let set = &sets[*peer as usize];
            if matches!(&set.who, Who::Pods(_)) && set.maybe.is_empty() && seen.insert(*peer) {
                scopes.push(*peer);
            }
        }
        let ports = |own: Option<u32>| {
            let holds = |set: u32| {
                if Some(set) == own { Holds::Yes } else { sets[set as usize].who.holds_anyone(self.compiled.reading) }
            };
            book.ghost(profile, holds)
        };
        let all = ports(None);
        let would = scopes.into_iter().filter_map(|set| {
            let Who::Pods(scope) = &sets[set as usize].who else { return None };
            let ports = ports(Some(set));
            (!all.contains(&ports)).then(|| Exposure { to: Anyone::Would(scope.clone()), ports })
        });
        let would: Vec<Exposure> = would.collect();
        let whole = Some(Exposure { to: Anyone::EntireCluster, ports: all.clone() }).filter(|_| !all.is_empty());
        whole.into_iter().chain(would).collect()
    }

    /// Whether no policy is about an end in a direction, though policies could be.
    pub fn is_unprotected(&self, end: EndId, direction: Direction) -> bool {
        let profile = self.profile(end, direction);
        self.is_pod(end) && profile.policies.is_empty() && profile.scope != Applies::WithStrangers
    }

    /// Whether some policy is about an end in a direction.
    pub fn is_protected(&self, end: EndId, direction: Direction) -> bool {
        self.is_pod(end) && !self.is_unprotected(end, direction)
    }

    /// Whether policies can be about an end.
    fn is_pod(&self, end: EndId) -> bool {
        let is_node = |host_network: bool| host_network && self.compiled.reading.host_pods_are_pods == Holds::No;
        self.compiled.scene.class(end.0).is_some_and(|class| !is_node(class.host_network))
    }

    pub(super) fn profile(&self, end: EndId, direction: Direction) -> &Profile {
        &self.compiled.profiles.all[self.compiled.profile_of[direction as usize][end.0 as usize] as usize]
    }

    /// The namespace of an end; none of addresses.
    pub fn namespace_of(&self, end: EndId) -> Option<&Text> {
        let class = self.compiled.scene.class(end.0)?;
        Some(&self.compiled.scene.spaces.all[class.namespace as usize].name)
    }
}

impl Who {
    /// Whether it holds a pod of which nothing is known.
    fn holds_anyone(&self, reading: Reading) -> Holds {
        match self {
            Self::Everybody => Holds::Yes,
            Self::Pods(scope) if scope.namespaces.are_all() && scope.pods.is_empty() => Holds::Yes,
            Self::Pods(_) => Holds::Maybe,
            Self::Block(_) => reading.by_address(self, Whose::Pod).min(Holds::Maybe),
            Self::Nodes(_) | Self::Domains => Holds::No,
        }
    }
}

impl Book<'_> {
    /// The ports that are open for sure to an end of which only the sets are known that hold it.
    fn ghost(&self, profile: &Profile, holds: impl Fn(u32) -> Holds) -> PortSet {
        let ghost = self.ends;
        let variants = if profile.scope == Applies::WithStrangers { None } else { self.variants(profile) };
        let open = variants.into_iter().flatten().map(|policies| {
            let parts = self.parts(profile, &policies, Bound::Sure, |step, bound| {
                let needed = if bound == Bound::Sure { Holds::Yes } else { Holds::Maybe };
                step.peers.iter().filter(|set| holds(**set) >= needed).map(|_| ghost).collect::<Bits>()
            });
            parts.fate(ghost).open_ports()
        });
        open.reduce(|all, ports| all.intersection(&ports)).unwrap_or_default()
    }
}

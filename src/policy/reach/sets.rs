//! The sets of ends that policies speak of, each distinct one once: subjects and peers.
//!
//! A set has two readings: the ends that are in it for sure, and those that may be, where CNIs differ or nobody can know. They are
//! found through an index from labels to classes, never by asking pod after pod.

use super::addresses::Whose;
use super::bits::Bits;
use super::rows::Bound;
use super::scene::{Index, Reads, Scene};
use crate::policy::eval::of_unknown_address;
use crate::policy::{Block, ByAddress, Dialect, Family, Holds, Namespaces, Peer, Point, Scope};
use crate::snapshot::Selector;
use hashbrown::HashMap;
use std::sync::Arc;

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// Every pod and every address
    Everybody,
    /// Pods by their labels
    Pods(Scope),
    /// Addresses, and pods that have one of them
    Block(Block),
    /// Nodes and what is on their network
    Nodes(Selector),
    /// Some addresses outside, nobody knows which
    Domains,
}

impl Who {
    /// Who a peer means; none if it was not understood, and so means nobody.
    pub(super) fn of(peer: &Peer) -> Option<Self> {
        match peer {
            Peer::Pods(scope) => Some(Self::Pods(scope.clone())),
            Peer::Block(block) => Some(Self::Block(block.clone())),
            Peer::Nodes(selector) => Some(Self::Nodes(selector.clone())),
            Peer::Domains(_) => Some(Self::Domains),
            Peer::Unread => None,
        }
    }

    /// Whether it holds a pod by an address that is not known yet; pods have addresses of these families.
    pub(super) fn holds_unknown(&self, families: &[Family]) -> Holds {
        let Self::Block(block) = self else { return Holds::Maybe };
        let own = Family::of(block.cidr.addr());
        match of_unknown_address(block) {
            _ if !families.contains(&own) => Holds::No,
            Holds::Yes if families.len() > 1 => Holds::Maybe,
            holds => holds,
        }
    }

    /// Whether it can hold pods by their addresses.
    const fn is_by_address(&self) -> bool {
        matches!(self, Self::Block(_) | Self::Nodes(_))
    }
}

/// What the API leaves open, as far as sets are about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// Whether selectors match pods on the host network, and policies apply to them (NP-30)
    pub(super) host_pods_are_pods: Holds,
    /// Whether blocks match pods by their addresses (NP-15)
    pub(super) blocks_match_pods: Holds,
    /// Whether blocks match nodes by their addresses (CIL-1)
    pub(super) blocks_match_nodes: Holds,
}

impl Reading {
    pub(super) fn of(dialect: &Dialect) -> Self {
        Self {
            host_pods_are_pods: dialect.holds(Point::HostPodsArePods),
            blocks_match_pods: dialect.holds(Point::BlocksMatchPods),
            blocks_match_nodes: dialect.holds(Point::BlocksMatchNodes),
        }
    }

    /// Whether a set holds ends that have one of its addresses.
    pub(super) fn by_address(self, who: &Who, whose: Whose) -> Holds {
        match (who, whose) {
            (Who::Nodes(_), Whose::Pod) | (Who::Everybody | Who::Pods(_) | Who::Domains, _) => Holds::No,
            (Who::Nodes(_), _) | (Who::Block(_), Whose::Outside) => Holds::Yes,
            (Who::Block(block), _) if block.pods == ByAddress::Pods => Holds::Yes,
            (Who::Block(_), Whose::Node) => self.blocks_match_nodes,
            (Who::Block(_), Whose::Pod) => self.blocks_match_pods,
            // A pod that is no pod to the CNI is its node.
            (Who::Block(_), Whose::HostPod) => match self.host_pods_are_pods {
                Holds::Yes => self.blocks_match_pods,
                Holds::No => self.blocks_match_nodes,
                Holds::Maybe => self.blocks_match_pods.either(self.blocks_match_nodes),
            },
        }
    }
}

/// A set of ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Set {
    pub(super) who: Who,
    /// Those that are in it for sure
    pub(super) sure: Arc<Bits>,
    /// Those that may be, the sure ones too; the very same where nobody is in doubt
    pub(super) maybe: Arc<Bits>,
}

impl Set {
    pub(super) fn of(&self, bound: Bound) -> &Bits {
        match bound {
            Bound::Sure => &self.sure,
            Bound::Maybe => &self.maybe,
        }
    }

    /// Whether it is in doubt who is in it.
    pub(super) fn is_doubtful(&self) -> bool {
        !Arc::ptr_eq(&self.sure, &self.maybe)
    }
}

/// All sets.
#[derive(Debug, Default)]
pub(super) struct Sets {
    pub(super) all: Vec<Set>,
    ids: HashMap<Who, u32>,
}

impl Sets {
    /// The number of a set, which is empty until all are filled.
    pub(super) fn id_or_new(&mut self, who: Who) -> u32 {
        if let Some(id) = self.ids.get(&who) {
            return *id;
        }
        let (id, nobody) = (self.all.len() as u32, Arc::<Bits>::default());
        self.all.push(Set { who: who.clone(), sure: Arc::clone(&nobody), maybe: nobody });
        self.ids.insert(who, id);
        id
    }

    /// The sets that can hold pods by their addresses.
    pub(super) fn by_address(&self) -> Vec<u32> {
        self.all.iter().zip(0..).filter(|(set, _)| set.who.is_by_address()).map(|(_, id)| id).collect()
    }

    /// The sets that name nodes.
    pub(super) fn nodes(&self) -> Vec<u32> {
        self.all.iter().zip(0..).filter(|(set, _)| matches!(set.who, Who::Nodes(_))).map(|(_, id)| id).collect()
    }

    /// The blocks among them, with their numbers.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (u32, &Block)> {
        self.all.iter().zip(0..).filter_map(|(set, id)| match &set.who {
            Who::Block(block) => Some((id, block)),
            _ => None,
        })
    }

    /// Fills them.
    pub(super) fn fill(&mut self, scene: &Scene, reading: Reading) {
        let index = Index::of(scene);
        let mut by_address = scene.by_address(|set, whose| reading.by_address(&self.all[set as usize].who, whose));
        let mut matching = HashMap::new();
        for (set, id) in self.all.iter_mut().zip(0..) {
            let (sure, maybe): Reads = match &set.who {
                Who::Everybody => (Bits::below(scene.ends()), Bits::below(scene.ends())),
                Who::Domains => (Bits::default(), scene.groups()),
                Who::Block(_) | Who::Nodes(_) => by_address.remove(&id).unwrap_or_default(),
                Who::Pods(scope) => {
                    let spaces: [Arc<[u32]>; 2] = match &scope.namespaces {
                        Namespaces::Named(name) => {
                            let one: Arc<[u32]> = scene.spaces.id(name).into_iter().collect();
                            [Arc::clone(&one), one]
                        }
                        Namespaces::Matching(selector) => {
                            matching.entry(selector.clone()).or_insert_with(|| scene.spaces.matching(selector)).clone()
                        }
                    };
                    let [sure, maybe] = spaces.map(|spaces| scene.as_pods(index.pods(&spaces, scope), reading));
                    (sure.0, maybe.1)
                }
            };
            set.sure = Arc::new(sure);
            set.maybe = if maybe == *set.sure { Arc::clone(&set.sure) } else { Arc::new(maybe) };
        }
    }
}

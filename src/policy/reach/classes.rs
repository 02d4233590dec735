//! Classes of pods: pods that no policy can tell apart.
//!
//! A class is a namespace, the labels that some selector asks for, the numbers behind the port names that some rule asks for,
//! whether the pods are on the host network, and the sets that hold their addresses where sets can hold pods by these. Everything
//! else about a pod (its name, its hash labels) is no matter, so 150,000 pods are some 20,000 classes.

use super::addresses::{Addresses, Whose};
use crate::policy::world::means;
use crate::policy::{Holds, World, named};
use crate::snapshot::{Labels, Pod, PodContainer, Protocol, Selector, Text};
use hashbrown::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

/// A port name that some rule asks for; with no protocol it takes any.
pub(super) type Name = (Option<Protocol>, Text);

/// What policies can tell of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Class {
    /// Its namespace
    pub(super) namespace: u32,
    /// Its labels, only those with a key that some selector asks for
    pub(super) labels: Labels,
    /// The port behind each name that some rule asks for and the pod has, by the number of the name
    pub(super) ports: Arc<[(u32, Protocol, u16)]>,
    /// Whether it is on the network of its node
    pub(super) host_network: bool,
    /// Where its addresses lie
    pub(super) place: Place,
}

impl Class {
    /// Whose addresses its pods have.
    pub(super) const fn whose(&self) -> Whose {
        if self.host_network { Whose::HostPod } else { Whose::Pod }
    }
}

/// The sets that hold a pod by its addresses, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Place {
    /// Those that hold all its addresses
    pub(super) within: Arc<[u32]>,
    /// Those that hold one of two (NP-34), or may hold the one that it does not have yet
    pub(super) perhaps: Arc<[u32]>,
}

/// A namespace.
#[derive(Debug, Clone)]
pub(super) struct Space {
    pub(super) name: Text,
    /// With the one that every namespace has (NP-13)
    pub(super) labels: Labels,
    /// Whether they are all that it has
    pub(super) is_labelled: bool,
}

/// The namespaces, numbered in the order of their names.
#[derive(Debug, Clone, Default)]
pub(super) struct Spaces {
    pub(super) all: Vec<Space>,
    ids: HashMap<Text, u32>,
}

impl Spaces {
    pub(super) fn of(world: &World) -> Self {
        let space = |(name, labels): (&Text, &Labels)| Space {
            name: name.clone(),
            labels: labels.clone(),
            is_labelled: world.is_labelled(name),
        };
        let mut all: Vec<Space> = world.namespaces.iter().map(space).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        let ids = all.iter().zip(0..).map(|(space, id)| (space.name.clone(), id)).collect();
        Self { all, ids }
    }

    /// The namespaces that a selector means for sure, and with them those that it may mean.
    pub(super) fn matching(&self, selector: &Selector) -> [Arc<[u32]>; 2] {
        let holds = |space: &Space| means(selector, &space.name, Some(&space.labels).filter(|_| space.is_labelled));
        let found: Vec<(Holds, u32)> = self.all.iter().map(holds).zip(0..).collect();
        [Holds::Yes, Holds::Maybe].map(|least| found.iter().filter(|(holds, _)| *holds >= least).map(|(_, id)| *id).collect())
    }

    pub(super) fn id(&self, name: &str) -> Option<u32> {
        self.ids.get(name).copied()
    }
}

/// What some selector, rule or block asks of pods.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Keys of pod labels
    keys: HashSet<Text>,
    /// Port names, numbered
    names: HashMap<Name, u32>,
    /// What can hold pods by address: first those that are not on the host network
    by_address: [ByAddress; 2],
    /// The sets that name nodes
    nodes: Vec<u32>,
}

/// The sets that can hold pods of one sort by address.
#[derive(Debug, Default)]
struct ByAddress {
    /// Of each group of addresses
    of_group: Vec<Arc<[u32]>>,
    /// Of an address that is not known yet
    of_unknown: Place,
}

impl Asked {
    pub(super) fn add_keys(&mut self, selector: &Selector) {
        for requirement in &selector.requirements {
            if !self.keys.contains(&requirement.key) {
                self.keys.insert(requirement.key.clone());
            }
        }
    }

    /// The number of a port name.
    pub(super) fn name_or_new(&mut self, protocol: Option<Protocol>, name: &Text) -> u32 {
        let next = self.names.len() as u32;
        *self.names.entry((protocol, name.clone())).or_insert(next)
    }

    /// Lets addresses matter. Of the sets that are about them, and those of these that name nodes, `holds` says whether they can hold
    /// pods by their addresses, and `unknown` whether an address that is not known yet.
    pub(super) fn by_address(
        &mut self,
        addresses: &Addresses,
        (sets, nodes): (&[u32], Vec<u32>),
        holds: impl Fn(u32, Whose) -> Holds,
        unknown: impl Fn(u32) -> Holds,
    ) {
        self.nodes = nodes;
        self.by_address = [Whose::Pod, Whose::HostPod].map(|whose| {
            let matters = |set: &u32| holds(*set, whose) != Holds::No;
            let those =
                |sets: &[u32], is: &dyn Fn(u32) -> bool| sets.iter().copied().filter(|set| matters(set) && is(*set)).collect();
            let of_unknown = Place {
                within: those(sets, &|set| unknown(set) == Holds::Yes),
                perhaps: those(sets, &|set| unknown(set) == Holds::Maybe),
            };
            let of_group = addresses.groups.iter().map(|group| those(&group.blocks, &|_| true)).collect();
            ByAddress { of_group, of_unknown }
        });
    }

    fn labels(&self, labels: &Labels) -> Labels {
        Labels::new(labels.iter().filter(|(key, _)| self.keys.contains(key)).cloned().collect())
    }

    fn ports(&self, containers: &[PodContainer]) -> Arc<[(u32, Protocol, u16)]> {
        let resolve = |((protocol, name), id): (&Name, &u32)| {
            let (protocol, number) = named(containers, *protocol, name)?;
            Some((*id, protocol, number))
        };
        let mut ports: Vec<_> = self.names.iter().filter_map(resolve).collect();
        ports.sort_unstable();
        ports.into()
    }

    fn place(&self, pod: &Pod, addresses: &Addresses, world: &World) -> Place {
        let place = self.place_of(pod.host_network, world.addresses(pod), addresses);
        if pod.host_network && !self.nodes.is_empty() && !world.nodes.contains_key(&pod.node) {
            // Nobody knows the labels of its node.
            return Place { perhaps: ascending(place.perhaps.iter().chain(&self.nodes).copied().collect()), ..place };
        }
        place
    }

    fn place_of(&self, host_network: bool, ips: [Option<IpAddr>; 2], addresses: &Addresses) -> Place {
        let table = &self.by_address[usize::from(host_network)];
        let of = |ip| addresses.of(ip).and_then(|group| table.of_group.get(group as usize)).cloned().unwrap_or_default();
        match ips {
            [None, None] => table.of_unknown.clone(),
            [Some(one), None] | [None, Some(one)] => Place { within: of(one), perhaps: Arc::default() },
            [Some(one), Some(other)] => {
                let (one, other) = (of(one), of(other));
                if one == other {
                    return Place { within: one, perhaps: Arc::default() };
                }
                let (both, either): (Vec<u32>, Vec<u32>) =
                    one.iter().chain(other.iter()).partition(|set| one.contains(set) && other.contains(set));
                Place { within: ascending(both), perhaps: ascending(either) }
            }
        }
    }
}

fn ascending(mut sets: Vec<u32>) -> Arc<[u32]> {
    sets.sort_unstable();
    sets.dedup();
    sets.into()
}

/// The classes, numbered by namespace.
#[derive(Debug, Default)]
pub(super) struct Classes {
    pub(super) all: Vec<Arc<Class>>,
    /// The class of each pod, by its place in the world; [`NO_CLASS`] of those that do not count.
    pub(super) of_pod: Vec<u32>,
    /// The first class of each namespace, and behind the last.
    pub(super) first_of_space: Vec<u32>,
    /// How many pods each has.
    pub(super) pods: Vec<u32>,
    ids: HashMap<Arc<Class>, u32>,
}

/// Whether the ports of a pod are found by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// They are.
    Ports,
    /// It is its node to policies, which has no names for ports.
    Nothing,
}

/// Of a pod that policies are not about.
pub(super) const NO_CLASS: u32 = u32::MAX;

/// What of a pod decides its class, by where it is kept: within one snapshot equal addresses are equal facts.
type Shortcut = (u32, usize, usize, [usize; 2], bool);

impl Classes {
    /// Sorts pods into classes. `counts` says which pods count, and which of them are looked at for the ports that rules name.
    pub(super) fn of(
        world: &World,
        counts: impl Fn(&Pod) -> Option<Named>,
        asked: &Asked,
        spaces: &Spaces,
        addresses: &Addresses,
    ) -> Self {
        let mut classes = Self { of_pod: vec![NO_CLASS; world.pods.len()], ..Self::default() };
        let mut shortcuts: HashMap<Shortcut, u32> = HashMap::new();
        for (at, pod) in world.pods.iter().enumerate() {
            let (Some(named), Some(namespace)) = (counts(pod), spaces.id(&pod.namespace)) else { continue };
            let place = asked.place(pod, addresses, world);
            // What was put together for this pod alone is kept nowhere, so where it is says nothing later.
            let sets = [&place.within, &place.perhaps];
            let lasting = sets.iter().all(|sets| sets.is_empty() || Arc::strong_count(sets) > 1);
            let shortcut = (
                namespace,
                pod.labels.iter().as_slice().as_ptr() as usize,
                if asked.names.is_empty() { 0 } else { pod.containers.as_ptr() as usize },
                sets.map(|sets| if sets.is_empty() { 0 } else { sets.as_ptr() as usize }),
                pod.host_network,
            );
            let known = shortcuts.get(&shortcut).copied().filter(|_| lasting);
            classes.of_pod[at] = known.unwrap_or_else(|| {
                let class = classes.id_or_new(Class {
                    namespace,
                    labels: asked.labels(&pod.labels),
                    ports: if named == Named::Ports { asked.ports(&pod.containers) } else { Arc::default() },
                    host_network: pod.host_network,
                    place,
                });
                shortcuts.insert(shortcut, class);
                class
            });
        }
        classes.number_by_namespace(spaces.all.len());
        classes
    }

    fn id_or_new(&mut self, class: Class) -> u32 {
        if let Some(id) = self.ids.get(&class) {
            return *id;
        }
        let (id, class) = (self.all.len() as u32, Arc::new(class));
        self.ids.insert(Arc::clone(&class), id);
        self.all.push(class);
        id
    }

    /// Classes of one namespace become neighbours, which keeps sets of them short.
    fn number_by_namespace(&mut self, spaces: usize) {
        let mut order: Vec<u32> = (0..self.all.len() as u32).collect();
        order.sort_by_key(|id| self.all[*id as usize].namespace);
        let mut new = vec![0; order.len()];
        for (to, from) in order.iter().enumerate() {
            new[*from as usize] = to as u32;
        }
        self.all = order.iter().map(|id| Arc::clone(&self.all[*id as usize])).collect();
        let first = |space: usize| self.all.partition_point(|class| (class.namespace as usize) < space) as u32;
        self.first_of_space = (0..=spaces).map(first).collect();
        self.pods = vec![0; self.all.len()];
        for class in self.of_pod.iter_mut().filter(|class| **class != NO_CLASS) {
            *class = new[*class as usize];
            self.pods[*class as usize] += 1;
        }
        self.ids = HashMap::new();
    }
}

//! A cluster compiled for questions about who reaches whom: classes, sets, policies and profiles, all by number.
//!
//! What the profiles let through is not worked out here but when somebody asks (`Reach`).

use super::addresses::Addresses;
use super::bits::Bits;
use super::classes::{Asked, Class, Classes, Named, Spaces};
use super::doubts::Doubt;
use super::rows::Book;
use super::rules::{Applies, Profile, Profiles, Ready};
use super::scene::Scene;
use super::sets::{Reading, Sets, Who};
use crate::policy::{Block, ByAddress, Dialect, Direction, Holds, Model, Point, PortSet, Stranger, World};
use crate::snapshot::{Node, Pod, Protocol, Table};
use hashbrown::HashMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// A compiled cluster.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) reading: Reading,
    /// Whether policies of equal priority are asked in the order of their names (ANP-1)
    pub(super) ties_by_name: Holds,
    pub(super) scene: Scene,
    pub(super) sets: Sets,
    pub(super) policies: Vec<Ready>,
    pub(super) strangers: Vec<Stranger>,
    pub(super) profiles: Profiles,
    /// Of each end the profile of its ingress, then of its egress
    pub(super) profile_of: [Vec<u32>; 2],
    /// The ends behind each port name
    names: HashMap<u32, Vec<(Protocol, u16, Bits)>>,
    /// The ends that may be nodes to policies
    perhaps_nodes: Bits,
}

impl Compiled {
    /// Compiles a cluster.
    pub(super) fn of(world: &World, nodes: &Table<Node>, model: Model, dialect: &Dialect) -> Self {
        let (mut sets, mut asked) = (Sets::default(), Asked::default());
        let enforced = model.policies.iter().filter(|policy| dialect.enforces(&policy.origin));
        let know_names = dialect.holds(Point::BlocksKnowPortNames);
        let policies = enforced.map(|policy| Ready::of(policy, &mut sets, &mut asked, know_names)).collect();
        let reading = Reading::of(dialect);
        let of_nodes = node_blocks(&sets, nodes);
        let apart = if reading.blocks_match_nodes == Holds::Yes { Vec::new() } else { apart(&sets, world, nodes) };
        let addresses = Addresses::cut(sets.blocks().chain(of_nodes.iter().map(|(id, block)| (*id, block))), &apart);
        let who = |set: u32| &sets.all[set as usize].who;
        let holds = |set, whose| reading.by_address(who(set), whose);
        asked.by_address(&addresses, (&sets.by_address(), sets.nodes()), holds, |set| who(set).holds_unknown(&world.families));
        let counts = |pod: &Pod| {
            let is_node = pod.host_network && reading.host_pods_are_pods == Holds::No;
            dialect.counts(pod).then_some(if is_node { Named::Nothing } else { Named::Ports })
        };
        let spaces = Spaces::of(world);
        let classes = Classes::of(world, counts, &asked, &spaces, &addresses);
        let scene = Scene { spaces, addresses, classes };
        sets.fill(&scene, reading);
        let is_host = |end: &u32| scene.class(*end).is_some_and(|class| class.host_network);
        let perhaps_nodes = if reading.host_pods_are_pods == Holds::Maybe {
            (0..scene.ends()).filter(is_host).collect()
        } else {
            Bits::default()
        };
        let mut compiled = Self {
            reading,
            ties_by_name: dialect.holds(Point::TiesByName),
            names: names(&scene.classes),
            scene,
            sets,
            policies,
            strangers: model.strangers.into_iter().filter(|one| dialect.heeds(one)).collect(),
            profiles: Profiles::default(),
            profile_of: [Vec::new(), Vec::new()],
            perhaps_nodes,
        };
        compiled.profile();
        compiled
    }

    pub(super) fn book(&self) -> Book<'_> {
        let Self { policies, sets, names, perhaps_nodes, ties_by_name, .. } = self;
        Book { policies, sets, names, perhaps_nodes, ties_by_name: *ties_by_name, ends: self.scene.ends() }
    }

    /// The sets of ports that rules name, names of ports looked up.
    pub(super) fn ports(&self) -> impl Iterator<Item = PortSet> + '_ {
        let sections = self.policies.iter().flat_map(|policy| Direction::BOTH.into_iter().filter_map(|way| policy.section(way)));
        let given = sections.flat_map(|section| &section.steps).map(|step| step.ports.clone());
        given.chain(self.names.values().flatten().map(|(protocol, number, _)| PortSet::port(*protocol, *number)))
    }

    /// Gives every end its profiles.
    fn profile(&mut self) {
        let mut applying = vec![Vec::new(); self.scene.ends() as usize];
        for (policy, id) in self.policies.iter().zip(0..) {
            self.sets.all[policy.subject as usize].maybe.iter().for_each(|end| applying[end as usize].push(id));
        }
        let strange = |name: &str| [false, true].map(|host_network| self.strangers_of(name, host_network).next().is_some());
        let strange: Vec<[bool; 2]> = self.scene.spaces.all.iter().map(|space| strange(&space.name)).collect();
        for (end, policies) in (0..).zip(&applying) {
            let class = self.scene.class(end);
            let doubtful: Vec<u32> = {
                let hangs = |id: &u32| class.is_some_and(|class| self.doubt_of_subject(*id, class).is_some());
                policies.iter().copied().filter(hangs).collect()
            };
            let scope = class.map_or(Applies::Surely, |class| {
                self.scope(class, strange[class.namespace as usize][usize::from(class.host_network)])
            });
            for (direction, of) in Direction::BOTH.into_iter().zip(&mut self.profile_of) {
                of.push(self.profiles.id_or_new(Profile::of(direction, [policies, &doubtful], class, &self.policies, scope)));
            }
        }
    }

    /// Why it is in doubt whether a policy selects a class, by labels that were not read or that files cannot tell.
    pub(super) fn doubt_of_subject(&self, policy: u32, class: &Class) -> Option<Doubt> {
        let set = &self.sets.all[self.policies[policy as usize].subject as usize];
        let (true, Who::Pods(scope)) = (set.is_doubtful(), &set.who) else { return None };
        self.scene.doubt_of_labels(scope, class)
    }

    /// How far policies are all that applies to a class; `strange` if there are others in its namespace.
    fn scope(&self, class: &Class, strange: bool) -> Applies {
        match (self.is_pod(class.host_network), strange) {
            (_, true) => Applies::WithStrangers,
            (Holds::No | Holds::Yes, false) => Applies::Surely,
            (Holds::Maybe, false) => Applies::OrNot,
        }
    }

    /// Whether pods on the host network, or others, are pods to policies.
    const fn is_pod(&self, host_network: bool) -> Holds {
        if host_network { self.reading.host_pods_are_pods } else { Holds::Yes }
    }

    /// The policies that are not understood and may apply to pods of a namespace, those on the host network or others.
    pub(super) fn strangers_of(&self, namespace: &str, host_network: bool) -> impl Iterator<Item = &Stranger> {
        let is_pod = self.is_pod(host_network);
        self.strangers.iter().filter(move |one| one.reaches(namespace, is_pod))
    }
}

/// The addresses of nodes, if there are blocks that may not match them. Pods on the host network tell those of nodes that were not
/// read.
fn apart(sets: &Sets, world: &World, nodes: &Table<Node>) -> Vec<IpAddr> {
    if !sets.blocks().any(|(_, block)| block.pods == ByAddress::Dialect) {
        return Vec::new();
    }
    let of_pods = world.pods.iter().filter(|pod| pod.host_network).flat_map(|pod| pod.ips.into_iter().flatten());
    let mut all: Vec<IpAddr> = nodes.iter().flat_map(|node| node.internal_ips.iter().copied()).chain(of_pods).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The addresses of the nodes that sets name, as blocks of one address.
fn node_blocks(sets: &Sets, nodes: &Table<Node>) -> Vec<(u32, Block)> {
    let mut blocks = Vec::new();
    for (set, id) in sets.all.iter().zip(0..) {
        let Who::Nodes(selector) = &set.who else { continue };
        let matching = nodes.iter().filter(|node| selector.matches(&node.labels));
        let mut addresses: Vec<_> = matching.flat_map(|node| node.internal_ips.iter().copied()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let block = |ip| Block { cidr: IpNet::from(ip), except: Vec::new(), pods: ByAddress::Pods };
        blocks.extend(addresses.into_iter().map(|ip| (id, block(ip))));
    }
    blocks
}

/// The ends behind each port name.
fn names(classes: &Classes) -> HashMap<u32, Vec<(Protocol, u16, Bits)>> {
    let mut names: HashMap<u32, Vec<(Protocol, u16, Bits)>> = HashMap::new();
    for (class, end) in classes.all.iter().zip(0..) {
        for (name, protocol, number) in class.ports.iter().copied() {
            let all = names.entry(name).or_default();
            match all.iter_mut().find(|(p, n, _)| (*p, *n) == (protocol, number)) {
                Some((.., ends)) => ends.insert(end),
                None => all.push((protocol, number, [end].into_iter().collect())),
            }
        }
    }
    names
}

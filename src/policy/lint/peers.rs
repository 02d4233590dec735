//! Lints about peers: selectors and blocks.

use super::Place;
use super::ground::{At, Ground, place};
use super::order::covers_ports;
use crate::policy::model::{Direction, Namespaces, Peer, Peers, Rule, Scope};
use crate::policy::words::{spell, spell_scope};
use crate::policy::world::Family;
use crate::snapshot::{self, Operator, Requirement, Selector, Service};
use hashbrown::{HashMap, HashSet};
use ipnet::IpNet;
use std::iter::successors;
use std::net::IpAddr;

/// The peers that are pods or blocks, with their rules.
fn all<'a, T>(ground: &Ground<'a>, pick: impl Fn(&'a Peer) -> Option<T>) -> Vec<(At<'a>, usize, T)> {
    let mut found = Vec::new();
    for at in ground.rules() {
        let picked: Vec<_> = at.peers().filter_map(|(number, peer)| Some((number, pick(peer)?))).collect();
        for (number, one) in picked {
            found.push((at, number, one));
        }
    }
    found
}

const fn pods(peer: &Peer) -> Option<&Scope> {
    if let Peer::Pods(scope) = peer { Some(scope) } else { None }
}

fn selectors(scope: &Scope) -> Vec<&Selector> {
    let namespaces = if let Namespaces::Matching(selector) = &scope.namespaces { Some(selector) } else { None };
    namespaces.into_iter().chain([&scope.pods]).collect()
}

/// Whether no label satisfies both.
fn contradict(a: &Requirement, b: &Requirement) -> bool {
    let (Operator::In, true) = (a.operator, a.key == b.key) else {
        return a.key == b.key && (a.operator, b.operator) == (Operator::Exists, Operator::DoesNotExist);
    };
    match b.operator {
        Operator::In => !a.values.iter().any(|value| b.values.contains(value)),
        Operator::NotIn => a.values.iter().all(|value| b.values.contains(value)),
        Operator::DoesNotExist => true,
        Operator::Exists => false,
    }
}

fn is_impossible(selector: &Selector) -> bool {
    let all = &selector.requirements;
    all.iter().any(|a| all.iter().any(|b| contradict(a, b)))
}

/// Whether two scopes share no pod, whatever pods there are: what they ask of namespaces or of pods contradicts itself.
pub(super) fn disjoint(a: &Scope, b: &Scope) -> bool {
    let both = |a: &Selector, b: &Selector| Selector {
        requirements: [a, b].into_iter().flat_map(|one| one.requirements.clone()).collect(),
    };
    let namespaces = match (&a.namespaces, &b.namespaces) {
        (Namespaces::Named(a), Namespaces::Named(b)) => a != b,
        (Namespaces::Matching(a), Namespaces::Matching(b)) => is_impossible(&both(a, b)),
        _ => false,
    };
    namespaces || is_impossible(&both(&a.pods, &b.pods))
}

pub(super) fn impossible(ground: &Ground<'_>) -> Vec<Place> {
    let wrong = |scope: &Scope| selectors(scope).into_iter().find(|one| is_impossible(one)).map(spell);
    let subjects = ground.model.policies.iter();
    let subjects =
        subjects.filter_map(|policy| Some(place(&policy.origin, "", format!("nothing is {}", wrong(&policy.subject)?))));
    let peers = all(ground, pods).into_iter();
    let peers = peers.filter_map(|(at, number, scope)| Some(at.peer(number, format!("nothing is {}", wrong(scope)?))));
    subjects.chain(peers).collect()
}

pub(super) fn matches_nothing(ground: &Ground<'_>) -> Vec<Place> {
    if ground.world.pods.is_empty() {
        return Vec::new();
    }
    let nobody = all(ground, pods).into_iter().filter(|(.., scope)| ground.pods(scope).next().is_none());
    nobody.map(|(at, number, scope)| at.peer(number, format!("there are no {}", spell_scope(scope)))).collect()
}

/// Only the facts still show how peers were written.
pub(super) fn split(ground: &Ground<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    let written: HashMap<_, _> = ground.snapshot.policies.iter().map(|one| ((&one.namespace, &one.name), one)).collect();
    for at in ground.rules().filter(|at| at.policy.origin.kind == "NetworkPolicy") {
        let written = written.get(&(&at.policy.origin.namespace, &at.policy.origin.name));
        let rules = written.map(|one| if at.direction == Direction::Ingress { &one.ingress } else { &one.egress });
        let peers = rules.and_then(|rules| rules.get(at.number)).map(|rule| rule.peers.as_slice()).unwrap_or_default();
        let is_split = |two: &[snapshot::Peer]| {
            matches!(two, [
                snapshot::Peer::Pods { namespaces: Some(_), pods: None },
                snapshot::Peer::Pods { namespaces: None, pods: Some(pods) }
            ] if !pods.is_empty())
        };
        let splits = peers.windows(2).enumerate().filter(|(_, two)| is_split(two));
        found.extend(
            splits.map(|(number, _)| at.peer(number, "all pods of these namespaces are admitted, whatever their labels")),
        );
    }
    found
}

const fn block(peer: &Peer) -> Option<&IpNet> {
    if let Peer::Block(block) = peer { Some(&block.cidr) } else { None }
}

/// NP-2: rules add up, so `::/0` may be in any rule of the section that does the same to these ports.
pub(super) fn ipv4_only(ground: &Ground<'_>) -> Vec<Place> {
    if !ground.world.families.contains(&Family::V6) {
        return Vec::new();
    }
    let whole = |cidr: &IpNet, family| cidr.prefix_len() == 0 && Family::of(cidr.addr()) == family;
    let opens_v6 = |rule: &Rule| match &rule.peers {
        Peers::Everybody => true,
        Peers::Only(peers) => peers.iter().filter_map(block).any(|cidr| whole(cidr, Family::V6)),
    };
    let as_well = |at: &At<'_>| {
        let rules = at.policy.section(at.direction).map_or(&[][..], |section| &section.rules);
        let mut alike = rules.iter().filter(|one| one.action == at.rule.action && covers_ports(&one.ports, &at.rule.ports));
        alike.any(opens_v6)
    };
    let mut found = all(ground, block);
    found.retain(|(at, _, cidr)| whole(cidr, Family::V4) && !as_well(at));
    found.into_iter().map(|(at, number, _)| at.peer(number, "IPv6 stays closed")).collect()
}

/// The only address of a block.
fn only(cidr: &IpNet) -> Option<IpAddr> {
    (cidr.prefix_len() == cidr.max_prefix_len()).then(|| cidr.addr())
}

pub(super) fn block_of_pods(ground: &Ground<'_>) -> Vec<Place> {
    let ranges: HashSet<IpNet> = ground.snapshot.nodes.iter().flat_map(|node| node.pod_cidrs.iter()).map(IpNet::trunc).collect();
    let pods = ground.world.pods.iter().filter(|pod| !pod.host_network);
    let addresses: HashSet<IpAddr> = pods.flat_map(|pod| pod.ips.into_iter().flatten()).collect();
    let in_range = |cidr: &IpNet| successors(Some(*cidr), IpNet::supernet).any(|wider| ranges.contains(&wider));
    let mut found = all(ground, block);
    found.retain(|(_, _, cidr)| in_range(cidr) || only(cidr).is_some_and(|ip| addresses.contains(&ip)));
    found.into_iter().map(|(at, number, cidr)| at.peer(number, format!("{cidr} is of pods"))).collect()
}

pub(super) fn block_of_services(ground: &Ground<'_>) -> Vec<Place> {
    let mut services: HashMap<&IpAddr, &Service> = HashMap::new();
    for service in ground.snapshot.services.iter() {
        for ip in service.cluster_ips.iter() {
            services.entry(ip).or_insert(service);
        }
    }
    let service = |cidr: &IpNet| services.get(&only(cidr)?);
    let found = all(ground, block).into_iter();
    let name = |cidr| service(cidr).map(|service| format!("{cidr} is Service {}/{}", service.namespace, service.name));
    found.filter_map(|(at, number, cidr)| Some(at.peer(number, name(cidr)?))).collect()
}

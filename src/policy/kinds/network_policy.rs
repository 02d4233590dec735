//! `NetworkPolicy` (networking.k8s.io): one layer without order or deny; a pod that is selected is isolated (NP-1 to NP-6).

use super::super::model::{
    Action, Block, ByAddress, Direction, End, Layer, Model, Namespaces, Peer, Peers, Policy, PolicyRef, Port, Ports, Rule, Scope,
    Section, Stranger,
};
use super::{Reading, unsound};
use crate::snapshot::{self, EnforcedBy, IpBlock, NetworkPolicy, PolicyPort, PolicyRule, PortRef, Problem, Snapshot, Text};
use ipnet::IpNet;

/// Adds the policies of `snapshot`.
pub(super) fn lower(snapshot: &Snapshot, model: &mut Model) {
    for policy in snapshot.policies.iter() {
        let origin = PolicyRef { kind: "NetworkPolicy", namespace: policy.namespace.clone(), name: policy.name.clone() };
        if let Some(why) = unsound(&policy.pod_selector) {
            model.problems.push(Problem { object: origin.to_string().into(), message: why.as_str().into() });
            model.strangers.push(Stranger {
                origin,
                within: policy.namespace.clone(),
                why: format!("whom it selects is not understood: {why}").into(),
                enforced_by: EnforcedBy::Anyone,
            });
            continue;
        }
        let mut section = |isolates: bool, direction, rules: &[PolicyRule]| {
            let mut lowered = |(at, rule)| self::rule(policy, rule, Reading::of(&origin, direction, at), model);
            isolates.then(|| Section { rules: rules.iter().enumerate().map(&mut lowered).collect(), end: End::Deny })
        };
        let ingress = section(policy.isolates_ingress, Direction::Ingress, &policy.ingress);
        let egress = section(policy.isolates_egress, Direction::Egress, &policy.egress);
        let namespaces = Namespaces::Named(policy.namespace.clone());
        let subject = Scope { namespaces, pods: policy.pod_selector.clone() };
        model.policies.push(Policy { origin, layer: Layer::NetworkPolicy, priority: 0.0, subject, ingress, egress });
    }
}

fn rule(policy: &NetworkPolicy, rule: &PolicyRule, mut reading: Reading<'_>, model: &mut Model) -> Rule {
    let peers = match rule.peers.as_slice() {
        [] => Peers::Everybody,
        some => Peers::Only(some.iter().enumerate().map(|(at, one)| peer(policy, at, one, &mut reading)).collect()),
    };
    let ports = match rule.ports.as_slice() {
        [] => Ports::All,
        some => Ports::Only(some.iter().enumerate().map(|(at, one)| port(at, one, &mut reading)).collect()),
    };
    Rule { name: Text::default(), action: Action::Allow, peers, ports, unread: reading.finish(model) }
}

/// NP-11, NP-12: both selectors of one peer must match; without `namespaceSelector` it is the policy's own namespace.
fn peer(policy: &NetworkPolicy, at: usize, peer: &snapshot::Peer, reading: &mut Reading<'_>) -> Peer {
    let (namespaces, pods) = match peer {
        snapshot::Peer::Block(block) => return self::block(at, block, reading),
        snapshot::Peer::Pods { namespaces: None, pods: None } => {
            reading.wrong(format!("peer {at} is empty or could not be read, and matches nothing (NP-10)"));
            return Peer::Unread;
        }
        snapshot::Peer::Pods { namespaces, pods } => (namespaces.as_ref(), pods.as_ref()),
    };
    if let Some(why) = namespaces.into_iter().chain(pods).find_map(unsound) {
        reading.wrong(format!("peer {at} matches nothing: {why}"));
        return Peer::Unread;
    }
    let own = || Namespaces::Named(policy.namespace.clone());
    let namespaces = namespaces.map_or_else(own, |selector| Namespaces::Matching(selector.clone()));
    Peer::Pods(Scope { namespaces, pods: pods.cloned().unwrap_or_default() })
}

/// NP-14: host bits are masked; an except must lie inside the block and be smaller.
fn block(at: usize, block: &IpBlock, reading: &mut Reading<'_>) -> Peer {
    let cidr = block.cidr.trunc();
    if let Some(except) = block.except.iter().find(|except| !cidr.contains(*except) || except.trunc() == cidr) {
        reading.wrong(format!("peer {at} matches nothing: except {except} is not a smaller block inside {cidr} (NP-14)"));
        return Peer::Unread;
    }
    let except = block.except.iter().map(IpNet::trunc).collect();
    Peer::Block(Block { cidr, except, pods: ByAddress::Dialect })
}

/// NP-20 to NP-26.
fn port(at: usize, port: &PolicyPort, reading: &mut Reading<'_>) -> Port {
    let protocol = port.protocol;
    let wrong = match (&port.port, port.end_port) {
        (None, None) => return Port::Range { protocol, from: 1, to: u16::MAX },
        (Some(PortRef::Number(number @ 1..)), end) if end.is_none_or(|end| end >= *number) => {
            return Port::Range { protocol, from: *number, to: end.unwrap_or(*number) };
        }
        (Some(PortRef::Name(name)), None) => return Port::Named { protocol: Some(protocol), name: name.clone() },
        (Some(PortRef::Number(0)), _) => "it could not be read".to_owned(),
        (Some(PortRef::Number(number)), end) => format!("endPort {} is below port {number} (NP-22)", end.unwrap_or_default()),
        (Some(PortRef::Name(_)) | None, Some(_)) => "endPort needs a port by number (NP-22)".to_owned(),
    };
    reading.wrong(format!("port {at} matches nothing: {wrong}"));
    Port::Unread
}

//! `AdminNetworkPolicy`, `BaselineAdminNetworkPolicy` (v1alpha1) and `ClusterNetworkPolicy` (v1alpha2): ordered rules before and
//! after `NetworkPolicy`. They isolate nobody by themselves (ANP-3).
//!
//! What is not understood fails closed (ANP-10, CNP-9): in a rule that allows it matches nothing; a rule that denies or passes
//! becomes one that denies everything which that part could have covered.

use super::super::model::{
    Action, Block, ByAddress, Direction, End, Layer, Model, Peer, Peers, Policy, PolicyRef, Port, Ports, Rule, Section, Stranger,
};
use super::{Reading, unsound};
use crate::snapshot::{
    ClusterPeer, ClusterPolicy, ClusterPort, ClusterRule, EnforcedBy, Kind, Problem, RuleAction, Snapshot, Text, Tier,
};
use ipnet::IpNet;

/// Adds the policies of `snapshot`.
pub(super) fn lower(snapshot: &Snapshot, model: &mut Model) {
    for policy in snapshot.cluster_policies.iter() {
        let origin = PolicyRef { kind: policy.kind.manifest_name(), namespace: Text::default(), name: policy.name.clone() };
        let (Some(tier), Some(subject)) = (policy.tier, &policy.subject) else {
            let what = if policy.tier.is_none() { "tier" } else { "subject" };
            let why = format!("its {what} is not understood, so what it does is not known").into();
            model.strangers.push(Stranger { origin, within: Text::default(), why, enforced_by: EnforcedBy::Anyone });
            continue;
        };
        if let Some(why) = [Some(&subject.namespaces), subject.pods.as_ref()].into_iter().flatten().find_map(unsound) {
            model.problems.push(Problem { object: origin.to_string().into(), message: why.as_str().into() });
            model.strangers.push(Stranger {
                origin,
                within: Text::default(),
                why: format!("whom it selects is not understood: {why}").into(),
                enforced_by: EnforcedBy::Anyone,
            });
            continue;
        }
        let mut section = |direction, rules: &[ClusterRule]| {
            let mut lowered = |(at, rule)| self::rule(policy, rule, Reading::of(&origin, direction, at), model);
            let rules: Vec<Rule> = rules.iter().enumerate().map(&mut lowered).collect();
            (!rules.is_empty()).then_some(Section { rules, end: End::Next })
        };
        let (ingress, egress) = (section(Direction::Ingress, &policy.ingress), section(Direction::Egress, &policy.egress));
        let layer = if tier == Tier::Admin { Layer::Admin } else { Layer::Baseline };
        let priority = f64::from(policy.priority);
        model.policies.push(Policy { origin, layer, priority, subject: subject.into(), ingress, egress });
    }
}

fn rule(policy: &ClusterPolicy, rule: &ClusterRule, mut reading: Reading<'_>, model: &mut Model) -> Rule {
    let action = match rule.action {
        Some(RuleAction::Allow) => Action::Allow,
        Some(RuleAction::Deny) => Action::Deny,
        Some(RuleAction::Pass) if policy.kind != Kind::BaselineAdminNetworkPolicy => Action::Pass,
        Some(RuleAction::Pass) | None => {
            reading.wrong("its action is not understood, so it denies");
            Action::Deny
        }
    };
    let mut peers: Vec<Peer> = Vec::with_capacity(rule.peers.len());
    for (at, one) in rule.peers.iter().enumerate() {
        match peer(one, action, reading.direction) {
            Ok(some) => peers.extend(some),
            Err(why) => {
                reading.wrong(format!("peer {at} is not understood: {why}"));
                peers.push(Peer::Unread);
            }
        }
    }
    if peers.is_empty() {
        reading.wrong("it has no peer");
        peers.push(Peer::Unread);
    }
    let has_addresses = peers.iter().any(|peer| matches!(peer, Peer::Block(_) | Peer::Nodes(_) | Peer::Domains(_)));
    let mut ports = Vec::new();
    for (at, one) in rule.ports.iter().flatten().enumerate() {
        ports.push(match one {
            ClusterPort::Named(name) if has_addresses => {
                reading.wrong(format!("port {at} is called {name}, and addresses have no names for ports (ANP-9)"));
                Port::Unread
            }
            _ => port(at, one, &mut reading),
        });
    }
    let ports = match &rule.ports {
        None => Ports::All,
        Some(given) if given.is_empty() => {
            reading.wrong("its list of ports is empty");
            Ports::Only(vec![Port::Unread])
        }
        Some(_) => Ports::Only(ports),
    };
    closed(Rule { name: rule.name.clone(), action, peers: Peers::Only(peers), ports, unread: reading.finish(model) })
}

/// The rule as it is if what is not understood must open nothing.
fn closed(rule: Rule) -> Rule {
    if rule.action == Action::Allow {
        return rule;
    }
    let peers = matches!(&rule.peers, Peers::Only(peers) if peers.contains(&Peer::Unread));
    let ports = matches!(&rule.ports, Ports::Only(ports) if ports.contains(&Port::Unread));
    Rule {
        action: if peers || ports { Action::Deny } else { rule.action },
        peers: if peers { Peers::Everybody } else { rule.peers },
        ports: if ports { Ports::All } else { rule.ports },
        ..rule
    }
}

/// ANP-7, CNP-5, CNP-6. One peer of the file may be several: a list of networks.
fn peer(peer: &ClusterPeer, action: Action, direction: Direction) -> Result<Vec<Peer>, String> {
    let sound = |selector| unsound(selector).map_or(Ok(()), Err);
    match peer {
        ClusterPeer::Pods(set) => {
            sound(&set.namespaces)?;
            set.pods.as_ref().map_or(Ok(()), sound)?;
            Ok(vec![Peer::Pods(set.into())])
        }
        ClusterPeer::Unread(why) => Err(why.to_string()),
        _ if direction == Direction::Ingress => Err("ingress has pods and namespaces only".to_owned()),
        ClusterPeer::Networks(networks) => Ok(networks.iter().map(block).collect()),
        ClusterPeer::Nodes(nodes) => sound(nodes).map(|()| vec![Peer::Nodes(nodes.clone())]),
        ClusterPeer::Domains(_) if action != Action::Allow => Err("names of domains can only be allowed".to_owned()),
        ClusterPeer::Domains(names) => Ok(vec![Peer::Domains(names.as_slice().into())]),
    }
}

/// ANP-8: any address, pods included.
fn block(network: &IpNet) -> Peer {
    Peer::Block(Block { cidr: network.trunc(), except: Vec::new(), pods: ByAddress::Pods })
}

/// ANP-9, CNP-4.
fn port(at: usize, port: &ClusterPort, reading: &mut Reading<'_>) -> Port {
    let why = match port {
        ClusterPort::Range { protocol, from, to } if from <= to => {
            return Port::Range { protocol: *protocol, from: *from, to: *to };
        }
        ClusterPort::Range { from, to, .. } => format!("{from} to {to} is no range"),
        ClusterPort::Named(name) => return Port::Named { protocol: None, name: name.clone() },
        ClusterPort::Unread(why) => why.to_string(),
    };
    reading.wrong(format!("port {at} is not understood: {why}"));
    Port::Unread
}

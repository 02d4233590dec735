//! Policies as objects: the inverse of their shapes in `wire`.

use super::objects::{self, compact, meta, selector};
use crate::snapshot::wire::UNKNOWN;
use crate::snapshot::{
    ClusterPeer, ClusterPolicy, ClusterPort, ClusterRule, ForeignPolicy, Kind, Labels, NetworkPolicy, Peer, PodSet, PolicyPort,
    PolicyRule, RuleAction, Tier,
};
use serde_json::{Value, json};

/// Stands for a peer or port that could not be read.
const SKIPPED: Value = Value::Bool(false);

/// A `NetworkPolicy`.
pub(super) fn policy(policy: &NetworkPolicy) -> Value {
    let directions = [("Ingress", policy.isolates_ingress), ("Egress", policy.isolates_egress)];
    let types: Vec<_> = directions.into_iter().filter(|(_, isolates)| *isolates).map(|(name, _)| name).collect();
    let rules = |rules: &[PolicyRule], peers| rules.iter().map(|rule| self::rule(rule, peers)).collect::<Vec<_>>();
    let mut spec = compact(json!({
        "policyTypes": types, "ingress": rules(&policy.ingress, "from"), "egress": rules(&policy.egress, "to"),
    }));
    spec["podSelector"] = selector(&policy.pod_selector);
    json!({"metadata": meta(&policy.namespace, &policy.name, &Labels::default(), policy.created), "spec": spec})
}

fn rule(rule: &PolicyRule, peers: &str) -> Value {
    let peer = |peer: &Peer| match peer {
        Peer::Pods { namespaces: None, pods: None } => SKIPPED,
        Peer::Block(block) => json!({"ipBlock": compact(json!({"cidr": block.cidr, "except": block.except}))}),
        Peer::Pods { namespaces, pods } => {
            let members = [("namespaceSelector", namespaces), ("podSelector", pods)];
            let given = members.into_iter().filter_map(|(key, of)| Some((key.to_owned(), selector(of.as_ref()?))));
            Value::Object(given.collect())
        }
    };
    let port = |port: &PolicyPort| {
        if *port == PolicyPort::NONE {
            return SKIPPED;
        }
        compact(
            json!({"protocol": port.protocol.name(), "port": port.port.as_ref().map(objects::port), "endPort": port.end_port}),
        )
    };
    compact(json!({
        peers: rule.peers.iter().map(peer).collect::<Vec<_>>(),
        "ports": rule.ports.iter().map(port).collect::<Vec<_>>(),
    }))
}

/// A policy of which only the name is known.
pub(super) fn foreign(policy: &ForeignPolicy) -> Value {
    json!({"metadata": meta(&policy.namespace, &policy.name, &Labels::default(), None)})
}

/// A policy of the cluster.
pub(super) fn cluster_policy(policy: &ClusterPolicy) -> Value {
    let rules =
        |rules: &[ClusterRule], peers| rules.iter().map(|rule| cluster_rule(policy.kind, rule, peers)).collect::<Vec<_>>();
    let mut spec = compact(json!({"ingress": rules(&policy.ingress, "from"), "egress": rules(&policy.egress, "to")}));
    if let Some(subject) = &policy.subject {
        spec["subject"] = pod_set(subject);
    }
    if policy.kind != Kind::BaselineAdminNetworkPolicy {
        spec["priority"] = json!(policy.priority);
    }
    if policy.kind == Kind::ClusterNetworkPolicy {
        spec["tier"] = json!(policy.tier.map(|tier| if tier == Tier::Admin { "Admin" } else { "Baseline" }));
    }
    json!({"metadata": meta("", &policy.name, &Labels::default(), policy.created), "spec": spec})
}

fn pod_set(set: &PodSet) -> Value {
    match &set.pods {
        None => json!({"namespaces": selector(&set.namespaces)}),
        Some(pods) => json!({"pods": {"namespaceSelector": selector(&set.namespaces), "podSelector": selector(pods)}}),
    }
}

fn cluster_rule(kind: Kind, rule: &ClusterRule, peers: &str) -> Value {
    let peer = |peer: &ClusterPeer| match peer {
        ClusterPeer::Pods(set) => pod_set(set),
        ClusterPeer::Networks(networks) => json!({"networks": networks}),
        ClusterPeer::Nodes(nodes) => json!({"nodes": selector(nodes)}),
        ClusterPeer::Domains(names) => json!({"domainNames": names}),
        ClusterPeer::Unread(why) => unread(why),
    };
    let action = rule.action.map(|action| match (action, kind) {
        (RuleAction::Allow, Kind::ClusterNetworkPolicy) => "Accept",
        (RuleAction::Allow, _) => "Allow",
        (RuleAction::Deny, _) => "Deny",
        (RuleAction::Pass, _) => "Pass",
    });
    let ports = if kind == Kind::ClusterNetworkPolicy { "protocols" } else { "ports" };
    let mut out = compact(json!({
        "name": rule.name, "action": action, peers: rule.peers.iter().map(peer).collect::<Vec<_>>(),
    }));
    if let Some(given) = &rule.ports {
        out[ports] = given.iter().map(|port| cluster_port(kind, port)).collect();
    }
    out
}

fn cluster_port(kind: Kind, port: &ClusterPort) -> Value {
    let new = kind == Kind::ClusterNetworkPolicy;
    match port {
        ClusterPort::Range { protocol, from, to } if new => {
            let port = if from == to { json!({"number": from}) } else { json!({"range": {"start": from, "end": to}}) };
            json!({ protocol.name().to_lowercase(): {"destinationPort": port} })
        }
        ClusterPort::Range { protocol, from, to } if from == to => {
            json!({"portNumber": {"protocol": protocol.name(), "port": from}})
        }
        ClusterPort::Range { protocol, from, to } => {
            json!({"portRange": {"protocol": protocol.name(), "start": from, "end": to}})
        }
        ClusterPort::Named(name) => json!({ if new { "destinationNamedPort" } else { "namedPort" }: name }),
        ClusterPort::Unread(why) => unread(why),
    }
}

/// Something that is not understood when it is read again, either. What it was is not among the facts.
fn unread(why: &str) -> Value {
    json!({ why.strip_suffix(UNKNOWN).unwrap_or(why): {} })
}

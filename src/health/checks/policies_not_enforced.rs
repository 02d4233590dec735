//! There are policies, and nobody enforces them, or only those of one direction, or not on some nodes.

use super::{Check, Context, count, some_of};
use crate::detect::{Basis, Doubt, Verdict, Why};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Text};
use std::collections::BTreeMap;

pub(super) const CHECK: Check =
    Check { id: "policies-not-enforced", needs: &[Kind::NetworkPolicy, Kind::DaemonSet, Kind::Pod, Kind::Node], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let policy = &context.detection.policy;
    let all = || context.snapshot.policies.iter();
    let (number, direction) = match (policy.ingress, policy.egress) {
        (Verdict::NotEnforced, Verdict::NotEnforced) => (all().count(), ""),
        (Verdict::NotEnforced, _) => (all().filter(|p| p.isolates_ingress).count(), " for ingress"),
        (_, Verdict::NotEnforced) => (all().filter(|p| p.isolates_egress).count(), " for egress"),
        _ => return on_some_nodes(context),
    };
    if number == 0 {
        return Vec::new();
    }
    let name = context.detection.network.provider.as_deref().map_or("the network here", |id| context.name(id));
    let reason = if policy.reason.is_empty() { policy.sentence.trim_end_matches('.') } else { &policy.reason };
    let remedy = match &policy.enforcer {
        Some(id) if policy.basis == Basis::Measured => {
            format!("read the logs of {}: its agents run, and denied flows pass", context.name(id))
        }
        _ => format!("run an enforcer beside {name}, or change to a CNI that enforces: cnitui providers --filter in:yes"),
    };
    let subject = if number == 1 { "1 NetworkPolicy has".to_owned() } else { format!("{number} NetworkPolicies have") };
    vec![Finding { object: Object::default(), message: format!("{subject} no effect{direction}: {reason}"), remedy, ..base() }]
}

/// Nodes whose agent runs with policy off; those without one are `node-without-agent`'s.
fn on_some_nodes(context: &Context<'_>) -> Vec<Finding> {
    let mut reasons: BTreeMap<&str, Vec<Text>> = BTreeMap::new();
    for Doubt { node, why } in &context.detection.policy.doubtful {
        if let Why::Off(reason) = why {
            reasons.entry(reason).or_default().push(node.clone());
        }
    }
    let finding = |(reason, nodes): (&str, Vec<Text>)| {
        let (object, message) = match nodes.as_slice() {
            [node] => (Object::node(node), format!("enforces no policy: {reason}")),
            _ => (Object::default(), format!("{} enforce no policy: {reason}; {}", count(nodes.len(), "node"), some_of(&nodes))),
        };
        let first = match context.detection.policy.basis {
            Basis::Measured => "read the log of the agent there",
            _ => "let the agent there run with the settings of the others",
        };
        let remedy = format!("{first}, or keep pods that policies protect away");
        Finding { object, message, remedy, nodes, ..base() }
    };
    if context.snapshot.policies.is_empty() { Vec::new() } else { reasons.into_iter().map(finding).collect() }
}

fn base() -> Finding {
    Finding {
        id: CHECK.id,
        severity: Severity::Error,
        why: "Who wrote policies believes that pods are closed which are open.".to_owned(),
        source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites".to_owned(),
        ..Finding::default()
    }
}

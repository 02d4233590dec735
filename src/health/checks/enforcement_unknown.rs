//! Whether policies are enforced cannot be told, anywhere or on some nodes.

use super::{Check, Context, count, some_of};
use crate::detect::{Doubt, Verdict, Why};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Origin, Text};

/// It needs no list: that one is missing is what it reports.
pub(super) const CHECK: Check = Check { id: "enforcement-unknown", needs: &[], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let policy = &context.detection.policy;
    if policy.verdict == Verdict::Unknown {
        return vec![Finding { message: policy.sentence.clone(), ..base(context) }];
    }
    // A node that does not report, and an agent that is down, are findings of their own.
    let is_open = |doubt: &&Doubt| matches!(doubt.why, Why::Open(_));
    let nodes: Vec<Text> = policy.doubtful.iter().filter(is_open).map(|doubt| doubt.node.clone()).collect();
    let Some(Doubt { node, why: Why::Open(reason) }) = policy.doubtful.iter().find(is_open) else { return Vec::new() };
    let (object, message) = match nodes.len() {
        1 => (Object::node(node), format!("cannot tell whether it enforces policy: {reason}")),
        many => (
            Object::default(),
            format!("Cannot tell whether {} enforce policy: {reason}; {}", count(many, "node"), some_of(&nodes)),
        ),
    };
    vec![Finding { object, message, nodes, ..base(context) }]
}

fn base(context: &Context<'_>) -> Finding {
    let remedy = match context.snapshot.origin {
        Origin::Live { .. } => "give cnitui the rights it lacks: cnitui rbac read prints them",
        _ => "give more of the cluster's objects: kubectl get nodes,ns,pods,svc,cm,ds,deploy,netpol,crd -A -o yaml",
    };
    Finding {
        id: CHECK.id,
        severity: Severity::Unknown,
        why: "Policies that nobody enforces look like those that somebody does.".to_owned(),
        remedy: remedy.to_owned(),
        source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites".to_owned(),
        ..Finding::default()
    }
}

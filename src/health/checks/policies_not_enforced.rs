//! There are policies, and nobody enforces them, or only those of one direction.

use super::{Check, Context};
use crate::detect::Verdict;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check =
    Check { id: "policies-not-enforced", needs: &[Kind::NetworkPolicy, Kind::DaemonSet, Kind::Pod, Kind::Node], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let policy = &context.detection.policy;
    let all = || context.snapshot.policies.iter();
    let (number, direction) = match (policy.ingress, policy.egress) {
        (Verdict::NotEnforced, Verdict::NotEnforced) => (all().count(), ""),
        (Verdict::NotEnforced, _) => (all().filter(|p| p.isolates_ingress).count(), " for ingress"),
        (_, Verdict::NotEnforced) => (all().filter(|p| p.isolates_egress).count(), " for egress"),
        _ => return Vec::new(),
    };
    if number == 0 {
        return Vec::new();
    }
    let name = context.detection.network.provider.as_deref().map_or("the network here", |id| context.name(id));
    let reason = if policy.reason.is_empty() { policy.sentence.trim_end_matches('.') } else { &policy.reason };
    let subject = if number == 1 { "1 NetworkPolicy has".to_owned() } else { format!("{number} NetworkPolicies have") };
    vec![Finding {
        id: CHECK.id,
        severity: Severity::Error,
        object: Object::default(),
        message: format!("{subject} no effect{direction}: {reason}"),
        why: "Who wrote them believes that pods are closed which are open.".to_owned(),
        remedy: format!("run an enforcer beside {name}, or change to a CNI that enforces: cnitui providers --filter in:yes"),
        since: None,
        source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites".to_owned(),
        ..Finding::default()
    }]
}

//! Whether policies are enforced cannot be told.

use super::{Check, Context};
use crate::detect::Verdict;
use crate::health::{Finding, Object, Severity};

/// It needs no list: that one is missing is what it reports.
pub(super) const CHECK: Check = Check { id: "enforcement-unknown", needs: &[], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let policy = &context.detection.policy;
    if policy.verdict != Verdict::Unknown {
        return Vec::new();
    }
    vec![Finding {
        id: CHECK.id,
        severity: Severity::Unknown,
        object: Object::default(),
        message: policy.sentence.clone(),
        why: "Policies that nobody enforces look like those that somebody does.".to_owned(),
        remedy: "give cnitui the rights it lacks (cnitui rbac read), or more of the cluster's objects".to_owned(),
        source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites".to_owned(),
        ..Finding::default()
    }]
}

//! Kinds of policies are installed that the enforcer here does not read.

use super::{Check, Context};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check = Check { id: "policy-kinds-ignored", needs: &[Kind::Crd, Kind::DaemonSet], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let policy = &context.detection.policy;
    let kinds: Vec<&str> = policy.ignored_kinds.iter().map(String::as_str).filter(|kind| *kind != "NetworkPolicy").collect();
    let Some(enforcer) = policy.enforcer.as_deref().filter(|_| !kinds.is_empty()) else { return Vec::new() };
    vec![Finding {
        id: CHECK.id,
        severity: Severity::Info,
        object: Object::default(),
        message: format!("{} can be created here and {} does not read them", kinds.join(", "), context.name(enforcer)),
        why: "A policy of such a kind is accepted and has no effect.".to_owned(),
        remedy: format!("see whether there are any: kubectl get {} -A", kinds.join(",").to_lowercase()),
        source: context.home(enforcer),
        ..Finding::default()
    }]
}

//! The workload of an agent is not wholly rolled out: pods are missing, or not all of them are of the newest template.

use super::{Check, Context};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Rollout, WorkloadKind};

pub(super) const CHECK: Check = Check { id: "agent-rollout", needs: &[Kind::DaemonSet], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (agent, state) in context.agents() {
        let Rollout { desired, current, updated, misscheduled, observed, .. } = state.rollout;
        let (kind, name) = (agent.kind.name(), &agent.name);
        let said = [
            (current < desired).then(|| format!("has {current} of {desired} pods")),
            (observed && updated < desired).then(|| format!("updated {updated} of {desired}")),
            (misscheduled > 0).then(|| format!("has {misscheduled} where they should not be")),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        if said.is_empty() || agent.workload.is_none() {
            continue;
        }
        let lower = if agent.kind == WorkloadKind::DaemonSet { "daemonset" } else { "deployment" };
        findings.push(Finding {
            id: CHECK.id,
            severity: Severity::Warning,
            object: Object::new(kind, &agent.namespace, name),
            message: said.join(", "),
            why: "Until the rollout ends, nodes differ in version and behaviour.".to_owned(),
            remedy: format!("kubectl -n {} rollout status {lower}/{name}", agent.namespace),
            since: None,
            source: "https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/".to_owned(),
            ..Finding::default()
        });
    }
    findings
}

//! Pods of one agent run several versions.

use super::{Check, Context, count};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check = Check { id: "agent-versions", needs: &[Kind::Pod], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let skewed = context.agents().filter(|(_, state)| state.versions.len() > 1);
    let finding = |(agent, state): (&crate::detect::Agent, &crate::health::AgentHealth)| {
        let versions: Vec<String> =
            state.versions.iter().map(|(version, pods)| format!("{version} on {}", count(*pods, "node"))).collect();
        Finding {
            id: CHECK.id,
            severity: Severity::Info,
            object: Object::new(agent.kind.name(), &agent.namespace, &agent.name),
            message: format!("runs {} versions at once: {}", state.versions.len(), versions.join(", ")),
            why: "Versions may differ in what they enforce and how; none is meant to stay beside another.".to_owned(),
            remedy: format!("kubectl -n {} rollout status {}/{}", agent.namespace, agent.kind.name().to_lowercase(), agent.name),
            source: context.home(&agent.provider),
            ..Finding::default()
        }
    };
    skewed.map(finding).collect()
}

//! Pods of one agent run several versions.

use super::{Check, Context, count, some_of};
use crate::detect::Evidence;
use crate::health::{AgentHealth, Finding, Object, Severity};
use crate::snapshot::{Kind, Text};

pub(super) const CHECK: Check = Check { id: "agent-versions", needs: &[Kind::Pod], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let skewed = context.agents().filter(|(_, state)| state.versions.len() > 1);
    let finding = |(agent, state): (&crate::detect::Agent, &AgentHealth)| {
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
            evidence: by_version(state),
            ..Finding::default()
        }
    };
    skewed.map(finding).collect()
}

/// Each version with nodes that run it.
fn by_version(state: &AgentHealth) -> Vec<Evidence> {
    let nodes = |version: &Text| -> Vec<Text> {
        let mut nodes: Vec<Text> =
            state.pods.iter().filter(|pod| pod.version.as_ref() == Some(version)).map(|pod| pod.node.clone()).collect();
        nodes.sort();
        nodes
    };
    let said =
        |(version, _): &(Text, usize)| Evidence { object: version.to_string(), says: format!("on {}", some_of(&nodes(version))) };
    state.versions.iter().map(said).collect()
}

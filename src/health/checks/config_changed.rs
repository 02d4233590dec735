//! The configuration of the agents was changed after they started: they may still run with the old one.

use super::{Check, Context, count};
use crate::catalog::Detect;
use crate::detect::Agent;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{ConfigMap, Kind, Pod, RunState};
use jiff::Timestamp;

pub(super) const CHECK: Check = Check { id: "config-changed", needs: &[Kind::ConfigMap, Kind::DaemonSet, Kind::Pod], run };

const SOURCE: &str = "https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically";

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, detect) in context.here() {
        for agent in context.detection.agents.iter().filter(|agent| agent.provider == id && agent.on_nodes()) {
            let maps = context.snapshot.config_maps.iter().filter(|map| is_of(map, detect, agent));
            findings.extend(maps.filter_map(|map| finding(agent, map)));
        }
    }
    findings
}

/// Whether the file of the provider reads its settings from that one.
fn is_of(map: &ConfigMap, detect: &Detect, agent: &Agent) -> bool {
    detect.conditions().filter_map(|condition| condition.config_map.as_deref()?.split_once('/')).any(|(namespace, name)| {
        let namespace = if namespace == "*" { agent.namespace.as_str() } else { namespace };
        map.namespace == *namespace && map.name == *name
    })
}

fn finding(agent: &Agent, map: &ConfigMap) -> Option<Finding> {
    let changed = map.changed?;
    let older = agent.pods.iter().filter(|pod| started(pod).is_some_and(|start| start < changed)).count();
    if older == 0 {
        return None;
    }
    let (kind, namespace, name) = (agent.kind.name().to_lowercase(), &agent.namespace, &agent.name);
    Some(Finding {
        id: CHECK.id,
        severity: Severity::Info,
        object: Object::new("ConfigMap", &map.namespace, &map.name),
        message: format!("was changed after {} of {} started", count(older, "pod"), agent.name),
        why: "An agent that reads its configuration when it starts still works with what it was before.".to_owned(),
        remedy: format!("kubectl -n {namespace} rollout restart {kind}/{name}, if the change is meant for it"),
        since: Some(changed),
        source: SOURCE.to_owned(),
        ..Finding::default()
    })
}

/// When the containers of a pod started last: when it was made, or one of them ended.
fn started(pod: &Pod) -> Option<Timestamp> {
    let ended = pod.trouble.iter().flat_map(|trouble| &trouble.containers).filter_map(|container| match container.last {
        Some(RunState::Terminated { at, .. }) => Some(at),
        _ => None,
    });
    super::at(ended.chain([pod.created]).max()?)
}

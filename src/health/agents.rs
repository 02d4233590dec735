//! The agents' workloads and pods, as far as a check or a screen asks.

use super::{AgentHealth, AgentPod};
use crate::detect::{Agent, Detection};
use crate::snapshot::{ContainerStatus, Kind, Phase, Pod, Rollout, RunState, Snapshot, Text};
use std::collections::BTreeMap;

/// The state of every agent, in the order of the detection.
pub(super) fn states(snapshot: &Snapshot, detection: &Detection) -> Vec<AgentHealth> {
    let pods = snapshot.sources.is_known(Kind::Pod);
    detection.agents.iter().enumerate().map(|(at, agent)| state(at, agent, pods)).collect()
}

/// The state of one agent; `known` says whether all its pods are.
fn state(at: usize, agent: &Agent, known: bool) -> AgentHealth {
    let mut pods: Vec<AgentPod> = agent.pods.iter().map(|pod| agent_pod(agent, pod)).collect();
    pods.sort_by(|a, b| (a.ready, b.restarts, &a.name).cmp(&(b.ready, a.restarts, &b.name)));
    let mut versions: BTreeMap<Text, usize> = BTreeMap::new();
    let running = agent.pods.iter().filter(|pod| !pod.phase.finished());
    for version in running.filter_map(|pod| agent.version_of(pod)) {
        *versions.entry(version).or_default() += 1;
    }
    AgentHealth {
        agent: at,
        rollout: agent.workload.as_ref().map_or_else(|| of_pods(&pods), |workload| workload.rollout),
        restarts: known.then(|| pods.iter().map(|pod| pod.restarts).fold(0, u32::saturating_add)),
        versions: versions.into_iter().collect(),
        pods,
    }
}

/// What the pods tell of a rollout whose object cannot be read.
fn of_pods(pods: &[AgentPod]) -> Rollout {
    let all = pods.len() as u32;
    let ready = pods.iter().filter(|pod| pod.ready).count() as u32;
    Rollout { desired: all, current: all, ready, available: ready, ..Rollout::default() }
}

fn agent_pod(agent: &Agent, pod: &Pod) -> AgentPod {
    AgentPod {
        name: pod.name.clone(),
        node: pod.node.clone(),
        phase: pod.phase.name(),
        ready: well(pod),
        restarts: pod.restarts(),
        reason: (!well(pod)).then(|| reason(pod)),
        version: agent.version_of(pod),
    }
}

/// Whether a pod does its work.
pub(super) fn well(pod: &Pod) -> bool {
    pod.phase == Phase::Running && pod.ready
}

/// The container that keeps a pod from being well: one that failed before one that only waits.
pub(super) fn culprit(pod: &Pod) -> Option<&ContainerStatus> {
    let containers = || pod.trouble.iter().flat_map(|trouble| &trouble.containers).filter(|c| !c.ready);
    let failed = |c: &&ContainerStatus| {
        exit(c).is_some()
            || matches!(&c.state, RunState::Waiting { reason, .. } if reason != "PodInitializing" && reason != "ContainerCreating")
    };
    containers()
        .find(failed)
        .or_else(|| containers().find(|c| !c.init || !matches!(c.state, RunState::Terminated { exit_code: 0, .. })))
}

/// How a container failed, now or the last time: exit code, reason, seconds of the epoch.
pub(super) fn exit(container: &ContainerStatus) -> Option<(i32, &Text, u32)> {
    let ended = |state: &'_ RunState| matches!(state, RunState::Terminated { exit_code, .. } if *exit_code != 0);
    match [Some(&container.state), container.last.as_ref()].into_iter().flatten().find(|state| ended(state)) {
        Some(RunState::Terminated { exit_code, reason, at, .. }) => Some((*exit_code, reason, *at)),
        _ => None,
    }
}

/// Why a pod is not well, such as `CrashLoopBackOff, calico-node exited 1`.
pub(super) fn reason(pod: &Pod) -> String {
    let Some(container) = culprit(pod) else {
        let said = pod.trouble.as_ref().map(|trouble| trouble.reason.as_str()).filter(|reason| !reason.is_empty());
        return match (pod.phase, said) {
            (_, Some(reason)) => reason.to_owned(),
            (Phase::Running, None) => "not ready".to_owned(),
            (phase, None) => phase.name().to_owned(),
        };
    };
    let waits = match &container.state {
        RunState::Waiting { reason, .. } if !reason.is_empty() => Some(reason.to_string()),
        _ => None,
    };
    let ended = exit(container).map(|(code, reason, _)| {
        let why = if reason.is_empty() || reason == "Error" { String::new() } else { format!(", {reason}") };
        format!("{} exited {code}{why}", container.name)
    });
    match (waits, ended) {
        (Some(waits), Some(ended)) => format!("{waits}, {ended}"),
        (Some(one), None) => format!("{one}, container {}", container.name),
        (None, Some(one)) => one,
        (None, None) => format!("container {} is not ready", container.name),
    }
}

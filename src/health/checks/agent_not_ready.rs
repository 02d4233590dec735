//! A pod of an agent is not ready: its node has no working network agent, or its rules stay as they are.

use super::{Check, Context, at, count, some_of};
use crate::catalog::AgentRole;
use crate::detect::Agent;
use crate::health::agents::{culprit, exit, reason, well};
use crate::health::{AgentHealth, Finding, Object, Severity};
use crate::snapshot::{Kind, Node, Pod, RunState, Snapshot, Text, WorkloadKind};
use hashbrown::HashSet;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const CHECK: Check = Check { id: "agent-not-ready", needs: &[Kind::Pod], run };

/// From so many pods with the same reason on, one finding speaks for all of them.
const TOGETHER: usize = 4;

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let silent = silent(context.snapshot);
    for (agent, state) in context.agents() {
        let mut reasons: BTreeMap<String, Vec<&Arc<Pod>>> = BTreeMap::new();
        let failed = |pod: &&Arc<Pod>| !pod.terminating && !pod.phase.finished() && !well(pod) && !silent.contains(&pod.node);
        for pod in agent.pods.iter().filter(failed) {
            reasons.entry(message(pod)).or_default().push(pod);
        }
        for (message, pods) in reasons {
            if pods.len() < TOGETHER {
                findings.extend(pods.iter().map(|pod| of_pod(context, agent, state, pod, &message)));
            } else {
                findings.push(of_many(context, agent, state, &pods, &message));
            }
        }
    }
    findings
}

/// The scheduler counts nodes and reasons first, and explains what it tried after that.
fn first_sentence(message: &str) -> &str {
    message.split(". ").next().unwrap_or_default().trim_end_matches('.')
}

/// Nodes that do not report. Their pods are called not ready by the control plane, whatever they do.
fn silent(snapshot: &Snapshot) -> HashSet<&Text> {
    let silent = |node: &&Arc<Node>| node.condition("Ready").is_some_and(|ready| ready.status == "Unknown");
    snapshot.nodes.iter().filter(silent).map(|node| &node.name).collect()
}

/// What a pod does instead of its work: `crash-loops: calico-node exited 1`.
fn message(pod: &Pod) -> String {
    if pod.node.is_empty() {
        let said = pod.trouble.as_ref().map(|trouble| first_sentence(&trouble.message)).filter(|said| !said.is_empty());
        return format!("is on no node: {}", said.unwrap_or("nobody says why"));
    }
    let Some(container) = culprit(pod) else { return format!("is not ready: {}", reason(pod)) };
    let ended = exit(container).map(|(code, why, _)| {
        let why = if why.is_empty() || why == "Error" { String::new() } else { format!(" ({why})") };
        format!("{} exited {code}{why}", container.name)
    });
    match (&container.state, ended) {
        (RunState::Waiting { reason, .. }, Some(ended)) if reason == "CrashLoopBackOff" => format!("crash-loops: {ended}"),
        (RunState::Running, _) => format!("runs, but its container {} is not ready", container.name),
        _ => format!("is not ready: {}", reason(pod)),
    }
}

fn of_pod(context: &Context<'_>, agent: &Agent, state: &AgentHealth, pod: &Pod, message: &str) -> Finding {
    let restarts = match pod.restarts() {
        0 => String::new(),
        number => format!(", {}", count(number as usize, "restart")),
    };
    let nodes: Vec<Text> = if pod.node.is_empty() { vec![] } else { vec![pod.node.clone()] };
    let mut finding = base(context, agent, nodes);
    finding.object = Object::new("Pod", &pod.namespace, &pod.name);
    finding.message = format!("{message}{restarts}");
    finding.remedy = remedy(agent, state, pod);
    finding.since = pod.trouble.as_ref().and_then(|trouble| at(trouble.since)).or_else(|| at(pod.created));
    finding.symptoms = symptoms(context, agent, &pod.node, finding.since);
    finding
}

fn of_many(context: &Context<'_>, agent: &Agent, state: &AgentHealth, pods: &[&Arc<Pod>], message: &str) -> Finding {
    let mut nodes: Vec<Text> = pods.iter().map(|pod| pod.node.clone()).filter(|node| !node.is_empty()).collect();
    nodes.sort();
    let mut finding = base(context, agent, nodes);
    finding.object = Object::new(agent.kind.name(), &agent.namespace, &agent.name);
    finding.message = format!("{} of its pods {}, on {}", pods.len(), plural(message), some_of(&finding.nodes));
    finding.remedy = pods.first().map(|pod| remedy(agent, state, pod)).unwrap_or_default();
    finding.since = pods.iter().filter_map(|pod| pod.trouble.as_ref().and_then(|trouble| at(trouble.since))).min();
    let waiting: usize = finding.nodes.iter().filter_map(|node| context.on_nodes.of(node)).map(|here| here.creating).sum();
    if waiting > 0 && agent.on_nodes() {
        finding.symptoms.push(format!("{} in ContainerCreating there", count(waiting, "pod")));
    }
    finding
}

/// A message about one pod, said of several.
fn plural(message: &str) -> String {
    match message.strip_prefix("is ") {
        Some(rest) => format!("are {rest}"),
        None => message.replacen("crash-loops", "crash-loop", 1).replacen("runs, but its", "run, but their", 1),
    }
}

fn base(context: &Context<'_>, agent: &Agent, nodes: Vec<Text>) -> Finding {
    let (severity, why) = match agent.role {
        AgentRole::Controller => {
            (Severity::Warning, "It controls the network from there; nodes work on without it, but nothing new is set up.")
        }
        AgentRole::Policy => {
            (Severity::Error, "Policies on this node stay as they were when it stopped; new pods and changes are not covered.")
        }
        AgentRole::Network => (Severity::Error, "New pods on this node get no network, and routes to it are not kept."),
        AgentRole::NetworkAndPolicy => {
            (Severity::Error, "New pods on this node get no network, and changes of policies do not reach it.")
        }
    };
    Finding { id: CHECK.id, severity, why: why.to_owned(), source: context.home(&agent.provider), nodes, ..Finding::default() }
}

/// A rollout in the middle is taken back; else the log of the container that failed is read.
fn remedy(agent: &Agent, state: &AgentHealth, pod: &Pod) -> String {
    let Agent { namespace, name, .. } = agent;
    let new_one_fails = state.versions.len() > 1 && agent.version.is_some() && agent.version_of(pod) == agent.version;
    if new_one_fails && agent.kind == WorkloadKind::DaemonSet {
        return format!("kubectl -n {namespace} rollout undo daemonset/{name}");
    }
    let Some(container) = culprit(pod) else { return format!("kubectl -n {namespace} describe pod {}", pod.name) };
    match exit(container) {
        Some(_) => format!("kubectl -n {namespace} logs {} -c {} --previous", pod.name, container.name),
        None => format!("kubectl -n {namespace} describe pod {}", pod.name),
    }
}

fn symptoms(context: &Context<'_>, agent: &Agent, node: &str, since: Option<Timestamp>) -> Vec<String> {
    let mut symptoms = Vec::new();
    let waiting = context.on_nodes.of(node).map_or(0, |here| here.creating);
    if waiting > 0 && agent.on_nodes() {
        symptoms.push(format!(
            "{} in ContainerCreating",
            if waiting == 1 { "1 pod waits".into() } else { format!("{waiting} pods wait") }
        ));
    }
    let enforces = matches!(agent.role, AgentRole::NetworkAndPolicy | AgentRole::Policy);
    if enforces && !context.snapshot.policies.is_empty() && context.detection.policy.enforcer.as_ref() == Some(&agent.provider) {
        let when = since.map(|since| since.strftime(" since %H:%M UTC").to_string()).unwrap_or_default();
        symptoms.push(format!("policy changes{when} have not reached this node"));
    }
    symptoms
}

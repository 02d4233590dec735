//! The order of findings: causes before symptoms, then the worst, then the oldest.
//!
//! A symptom that another finding explains is not a finding of its own but a line under it. What a node says of its network is
//! explained by its agent; a rollout that does not end is explained by the pod that does not start.

use super::{Context, Finding, Object, Severity};
use crate::detect::Agent;
use crate::snapshot::Text;
use hashbrown::HashMap;

/// Which findings about a node others about it explain.
const EXPLAINED_BY: [(&str, &[&str]); 5] = [
    ("component-degraded", &["agent-not-ready", "node-without-agent"]),
    ("network-unavailable", &["agent-not-ready", "node-without-agent"]),
    ("node-not-ready", &["agent-not-ready", "node-without-agent"]),
    ("pods-stuck", &["agent-not-ready", "node-without-agent", "node-not-ready", "addresses-exhausted"]),
    ("dns-not-ready", &["agent-not-ready", "node-without-agent", "node-not-ready"]),
];

/// Folds symptoms under their causes and puts the rest in order.
pub(super) fn rank(mut findings: Vec<Finding>, context: &Context<'_>) -> Vec<Finding> {
    // What explains others comes before what it explains.
    findings.sort_by_key(|finding| depth(finding.id));
    let by_agent = by_agent(&findings, context);
    let mut by_node: HashMap<Text, Vec<usize>> = HashMap::new();
    let mut ranked: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        if let Some(cause) = cause(&finding, &ranked, &by_node, &by_agent).and_then(|at| ranked.get_mut(at)) {
            fold(cause, &finding);
            continue;
        }
        if finding.severity == Severity::Error && explains(finding.id) {
            for node in &finding.nodes {
                by_node.entry(node.clone()).or_default().push(ranked.len());
            }
        }
        ranked.push(finding);
    }
    guess(&mut ranked);
    ranked.sort_by(|a, b| {
        (a.severity, a.since.is_none(), a.since, a.id, &a.object).cmp(&(b.severity, b.since.is_none(), b.since, b.id, &b.object))
    });
    ranked
}

/// What is about agents and nodes, then what follows from that.
fn depth(id: &str) -> usize {
    match id {
        "agent-not-ready" | "node-without-agent" | "addresses-exhausted" => 0,
        "node-not-ready" => 1,
        _ => 2,
    }
}

fn explains(id: &str) -> bool {
    EXPLAINED_BY.iter().any(|(_, causes)| causes.contains(&id))
}

/// Where the cause of a finding stands in `ranked`: on every node that it is about there has to be one, and the first counts.
fn cause(
    finding: &Finding,
    ranked: &[Finding],
    by_node: &HashMap<Text, Vec<usize>>,
    by_agent: &HashMap<Object, usize>,
) -> Option<usize> {
    if finding.id == "agent-rollout" {
        return by_agent.get(&finding.object).copied();
    }
    if finding.id == "component-degraded" && finding.nodes.is_empty() {
        return for_want_of_pods(finding)
            .then(|| ranked.iter().position(|cause| cause.severity == Severity::Error && depth(cause.id) == 0))?;
    }
    let (_, causes) = EXPLAINED_BY.iter().find(|(id, _)| *id == finding.id)?;
    if finding.id == "node-not-ready" && !for_want_of_network(finding) {
        return None;
    }
    let on = |node: &Text| {
        let there = by_node.get(node)?;
        there.iter().copied().find(|at| ranked.get(*at).is_some_and(|cause| causes.contains(&cause.id)))
    };
    let first = finding.nodes.first().and_then(on)?;
    finding.nodes.iter().all(|node| on(node).is_some()).then_some(first)
}

/// The agents' workloads whose pods are not ready, each with the place of the first finding about that. These come first.
fn by_agent(findings: &[Finding], context: &Context<'_>) -> HashMap<Object, usize> {
    let down = findings.iter().enumerate().filter(|(_, finding)| is_down(finding));
    let of_agent = |object: &Object, agent: &Agent| match object.kind {
        "Pod" => agent.pods.iter().any(|pod| pod.name == object.name && pod.namespace == object.namespace),
        kind => kind == agent.kind.name() && agent.name == object.name && agent.namespace == object.namespace,
    };
    let mut by_agent = HashMap::new();
    for (at, finding) in down {
        for agent in context.detection.agents.iter().filter(|agent| of_agent(&finding.object, agent)) {
            by_agent.entry(Object::new(agent.kind.name(), &agent.namespace, &agent.name)).or_insert(at);
        }
    }
    by_agent
}

fn is_down(finding: &Finding) -> bool {
    finding.severity == Severity::Error && finding.id == "agent-not-ready"
}

/// What is wrong with a node itself is a guess at why the agent fails there.
fn guess(ranked: &mut Vec<Finding>) {
    let (guesses, mut others): (Vec<Finding>, Vec<Finding>) =
        std::mem::take(ranked).into_iter().partition(|finding| finding.explains.is_some());
    for finding in guesses {
        let explained = likely(&finding, &mut others);
        // An old kernel remains a finding where other nodes have it; a node without a range has its own remedy.
        if !explained || finding.id == "pod-cidr-missing" {
            ranked.push(finding);
        }
    }
    ranked.append(&mut others);
}

/// Gives a guess to the agents that fail on its nodes, and says whether that covers all of these.
fn likely(guess: &Finding, others: &mut [Finding]) -> bool {
    let is_of = |node: &Text| guess.nodes.binary_search(node).is_ok();
    let mut explained = 0;
    for cause in others.iter_mut().filter(|cause| is_down(cause) && !cause.nodes.is_empty()) {
        if cause.nodes.iter().all(is_of) {
            cause.likely.clone_from(&guess.explains);
            explained += cause.nodes.len();
        }
    }
    explained >= guess.nodes.len()
}

/// The kubelet calls a node not ready until a network plugin answers, in words of the container runtime.
fn for_want_of_network(finding: &Finding) -> bool {
    ["cni", "NetworkPluginNotReady", "network plugin"].iter().any(|word| finding.message.contains(word))
}

/// Operators report of the agents' pods what those show themselves; of a configuration that is wrong only they speak.
fn for_want_of_pods(finding: &Finding) -> bool {
    ["PodFailure", "ResourceNotReady", "RolloutHung"].iter().any(|word| finding.message.contains(word))
}

/// Symptoms of many nodes that read alike are one line.
fn fold(cause: &mut Finding, symptom: &Finding) {
    let line = match symptom.id {
        "agent-rollout" => {
            let message = symptom.message.split(", and ").next().unwrap_or_default();
            format!("rollout stuck: {} {} {message}", symptom.object.kind, symptom.object.name)
        }
        "network-unavailable" => symptom.message.replacen("has no network: condition", "node condition", 1),
        // An agent counts them itself.
        "pods-stuck" if cause.symptoms.iter().any(|line| line.contains("ContainerCreating")) => return,
        "pods-stuck" | "dns-not-ready" => symptom.message.clone(),
        "component-degraded" => format!("{} {}", symptom.object, symptom.message),
        _ => format!("node {}", symptom.message),
    };
    if !cause.symptoms.contains(&line) {
        let at = usize::from(symptom.id != "agent-rollout").min(cause.symptoms.len());
        cause.symptoms.insert(at, line);
    }
}

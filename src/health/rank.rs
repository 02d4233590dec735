//! The order of findings: causes before symptoms, then the worst, then the oldest.
//!
//! A symptom that another finding explains is not a finding of its own but a line under it. What a node says of its network is
//! explained by its agent; a rollout that does not end is explained by the pod that does not start.

use super::{Context, Finding, Severity};
use crate::snapshot::Text;
use hashbrown::HashMap;

/// Folds symptoms under their causes and puts the rest in order.
pub(super) fn rank(findings: Vec<Finding>, context: &Context<'_>) -> Vec<Finding> {
    let (mut causes, others): (Vec<Finding>, Vec<Finding>) = findings.into_iter().partition(is_cause);
    let by_node: HashMap<Text, usize> =
        causes.iter().enumerate().flat_map(|(at, cause)| cause.nodes.iter().map(move |node| (node.clone(), at))).collect();
    let by_agent: Vec<Option<usize>> = context
        .detection
        .agents
        .iter()
        .map(|agent| {
            let of_agent = |cause: &Finding| match cause.object.kind {
                "Pod" => agent.pods.iter().any(|pod| pod.name == cause.object.name && pod.namespace == cause.object.namespace),
                kind => kind == agent.kind.name() && agent.name == cause.object.name && agent.namespace == cause.object.namespace,
            };
            causes.iter().position(of_agent)
        })
        .collect();
    let mut ranked = Vec::with_capacity(causes.len() + others.len());
    for finding in others {
        let explained = match finding.id {
            "agent-rollout" => {
                let agents = context.detection.agents.iter();
                let same =
                    |agent: &crate::detect::Agent| agent.kind.name() == finding.object.kind && agent.name == finding.object.name;
                agents.zip(&by_agent).find(|(agent, _)| same(agent)).and_then(|(_, cause)| *cause)
            }
            "network-unavailable" => finding.nodes.first().and_then(|node| by_node.get(node).copied()),
            "node-not-ready" if for_want_of_network(&finding) => {
                finding.nodes.first().and_then(|node| by_node.get(node).copied())
            }
            _ => None,
        };
        match explained.and_then(|at| causes.get_mut(at)) {
            Some(cause) => fold(cause, &finding),
            None => ranked.push(finding),
        }
    }
    ranked.retain(|finding| finding.id != "kernel-too-old" || !explains(finding, &mut causes));
    ranked.append(&mut causes);
    ranked.sort_by(|a, b| {
        (a.severity, a.since.is_none(), a.since, a.id, &a.object).cmp(&(b.severity, b.since.is_none(), b.since, b.id, &b.object))
    });
    ranked
}

/// An agent that is down or missing on a node explains what else is wrong with the network there.
fn is_cause(finding: &Finding) -> bool {
    finding.severity == Severity::Error && matches!(finding.id, "agent-not-ready" | "node-without-agent")
}

/// An old kernel is a guess at why an agent fails there. It stays a finding of its own where other nodes have it too.
fn explains(kernel: &Finding, causes: &mut [Finding]) -> bool {
    let is_of = |node: &Text| kernel.nodes.binary_search(node).is_ok();
    let mut explained = 0;
    for cause in causes.iter_mut().filter(|cause| cause.id == "agent-not-ready" && !cause.nodes.is_empty()) {
        if cause.nodes.iter().all(is_of) {
            let asks = kernel.message.find("kernel ").and_then(|at| kernel.message.get(at..)).unwrap_or_default();
            cause.likely = Some(asks.split(": ").next().unwrap_or_default().to_owned());
            explained += cause.nodes.len();
        }
    }
    explained >= kernel.nodes.len()
}

/// The kubelet calls a node not ready until a network plugin answers, in words of the container runtime.
fn for_want_of_network(finding: &Finding) -> bool {
    ["cni", "NetworkPluginNotReady", "network plugin"].iter().any(|word| finding.message.contains(word))
}

/// Symptoms of many nodes that read alike are one line.
fn fold(cause: &mut Finding, symptom: &Finding) {
    let line = match symptom.id {
        "agent-rollout" => {
            let message = symptom.message.split(", and ").next().unwrap_or_default();
            format!("rollout stuck: {} {} {message}", symptom.object.kind, symptom.object.name)
        }
        "network-unavailable" => symptom.message.replacen("has no network: condition", "node condition", 1),
        _ => format!("node {}", symptom.message),
    };
    if !cause.symptoms.contains(&line) {
        let at = usize::from(symptom.id != "agent-rollout").min(cause.symptoms.len());
        cause.symptoms.insert(at, line);
    }
}

//! A node is not ready, or does not report.

use super::{Check, Context};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Condition, Kind, Node};

pub(super) const CHECK: Check = Check { id: "node-not-ready", needs: &[Kind::Node], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let not_ready = |node: &&std::sync::Arc<Node>| node.condition("Ready").is_none_or(|ready| ready.status != "True");
    context.snapshot.nodes.iter().filter(not_ready).map(|node| finding(context, node, node.condition("Ready"))).collect()
}

fn finding(context: &Context<'_>, node: &Node, ready: Option<&Condition>) -> Finding {
    let (message, why, remedy) = match ready {
        Some(c) if c.status == "Unknown" => (
            format!("does not report: {}", said(c)),
            "Nothing is known of it; its pods may run on or be gone.",
            "look at the kubelet there: systemctl status kubelet; journalctl -u kubelet".to_owned(),
        ),
        Some(c) => (
            format!("is not ready: {}", said(c)),
            "No new pods are placed there, and Services leave out those that are.",
            format!("kubectl describe node {}", node.name),
        ),
        None => (
            "has not said whether it is ready".to_owned(),
            "No new pods are placed there.",
            format!("kubectl describe node {}", node.name),
        ),
    };
    Finding {
        id: CHECK.id,
        severity: Severity::Error,
        object: Object::node(&node.name),
        message,
        why: why.to_owned(),
        remedy,
        since: ready.and_then(|c| c.since),
        source: "https://kubernetes.io/docs/reference/node/node-status/".to_owned(),
        nodes: vec![node.name.clone()],
        symptoms: symptoms(context, node, ready),
        ..Finding::default()
    }
}

/// Of a node that does not report, its agent is called not ready, and nothing is known of the rules there.
fn symptoms(context: &Context<'_>, node: &Node, ready: Option<&Condition>) -> Vec<String> {
    let down = context.on_nodes.of(&node.name).is_some_and(|here| !here.agents_well);
    let silent = ready.is_some_and(|c| c.status == "Unknown");
    if down && silent { vec!["its agent is called not ready; what it does cannot be told".to_owned()] } else { Vec::new() }
}

/// Reason and message of a condition, without what is empty.
pub(super) fn said(condition: &Condition) -> String {
    let parts = [condition.reason.as_str(), condition.message.as_str()];
    let said = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    if said.is_empty() { "nobody says why".to_owned() } else { said }
}

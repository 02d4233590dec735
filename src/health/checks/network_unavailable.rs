//! A provider or a cloud says that a node has no network: condition `NetworkUnavailable`.

use super::node_not_ready::said;
use super::{Check, Context};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check = Check { id: "network-unavailable", needs: &[Kind::Node], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for node in context.snapshot.nodes.iter() {
        let Some(condition) = node.condition("NetworkUnavailable").filter(|c| c.status == "True") else { continue };
        findings.push(Finding {
            id: CHECK.id,
            severity: Severity::Error,
            object: Object::node(&node.name),
            message: format!("has no network: condition NetworkUnavailable, {}", said(condition)),
            why: "The scheduler keeps pods away from it, and traffic to its pods may be lost.".to_owned(),
            remedy: format!("kubectl describe node {}; then the log of the network's agent there", node.name),
            since: condition.since,
            source: "https://kubernetes.io/docs/reference/node/node-status/#condition".to_owned(),
            nodes: vec![node.name.clone()],
            ..Finding::default()
        });
    }
    findings
}

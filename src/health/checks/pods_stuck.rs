//! Pods of a node have waited for their network for minutes.

use super::{Check, Context, count, since};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Pod, Text};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const CHECK: Check = Check { id: "pods-stuck", needs: &[Kind::Pod], run };

/// Setting up a network takes seconds. A volume may take longer, and looks the same from here.
const LONG: SignedDuration = SignedDuration::from_mins(2);

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut by_node: BTreeMap<&Text, Vec<&Arc<Pod>>> = BTreeMap::new();
    for pod in &context.on_nodes.odd.waiting {
        if since(context, waits_since(pod)).is_some_and(|age| age > LONG) {
            by_node.entry(&pod.node).or_default().push(pod);
        }
    }
    by_node.into_iter().map(|(node, pods)| finding(node, &pods)).collect()
}

/// The kubelet says at first sight that a pod is not ready; without that, since it was made.
fn waits_since(pod: &Pod) -> u32 {
    pod.trouble.as_ref().map(|trouble| trouble.since).filter(|since| *since > 0).unwrap_or(pod.created)
}

fn finding(node: &Text, pods: &[&Arc<Pod>]) -> Finding {
    let first = pods.iter().map(|pod| waits_since(pod)).min().unwrap_or_default();
    let (namespace, name) = pods.first().map(|pod| (pod.namespace.as_str(), pod.name.as_str())).unwrap_or_default();
    let (subject, verb) = if pods.len() == 1 { ("1 pod".to_owned(), "waits") } else { (count(pods.len(), "pod"), "wait") };
    Finding {
        id: CHECK.id,
        severity: Severity::Warning,
        object: Object::node(node),
        message: format!("{subject} {verb} in ContainerCreating without an address, such as {namespace}/{name}"),
        why: "Either the network does not take them, or their volumes are not there; their events say which.".to_owned(),
        remedy: format!("kubectl -n {namespace} describe pod {name}"),
        since: super::at(first),
        source: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/".to_owned(),
        nodes: vec![node.clone()],
        ..Finding::default()
    }
}

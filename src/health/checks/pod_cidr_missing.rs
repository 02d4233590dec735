//! A node without a `podCIDR`, where pods get their addresses from it.

use super::{Check, Context};
use crate::health::pods::by_node;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Node};

pub(super) const CHECK: Check = Check { id: "pod-cidr-missing", needs: &[Kind::Node, Kind::DaemonSet], run };

/// kube-router takes the range from here, where it is set (kube-router, user guide, pod CIDR).
const ELSEWHERE: [&str; 2] = ["kube-router.io/pod-cidr", "kube-router.io/pod-cidrs"];

fn run(context: &Context<'_>) -> Vec<Finding> {
    if !by_node(context.detection) {
        return Vec::new();
    }
    let lacks = |node: &Node| node.pod_cidrs.is_empty() && ELSEWHERE.iter().all(|key| node.annotations.get(key).is_none());
    let finding = |node: &Node| Finding {
        id: CHECK.id,
        severity: Severity::Error,
        object: Object::node(&node.name),
        message: "has no podCIDR, and pods get their addresses from it".to_owned(),
        why: "The network's agent does not start there, or its pods get no address.".to_owned(),
        remedy: "let the controller manager give ranges: --allocate-node-cidrs=true and a --cluster-cidr with room for all nodes"
            .to_owned(),
        since: node.created,
        source: "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/".to_owned(),
        nodes: vec![node.name.clone()],
        explains: Some("the node has no podCIDR".to_owned()),
        ..Finding::default()
    };
    context.snapshot.nodes.iter().filter(|node| lacks(node)).map(|node| finding(node)).collect()
}

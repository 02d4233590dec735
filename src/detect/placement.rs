//! Whether a `DaemonSet` belongs on a node, by its node selector and tolerations.

use crate::snapshot::{Node, Taint, Workload};

/// Taints that the `DaemonSet` controller tolerates for every pod it makes (Kubernetes documentation, `DaemonSet`, taints and
/// tolerations). The last one only for pods on the host network.
const TOLERATED: [&str; 7] = [
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
    "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/pid-pressure",
    "node.kubernetes.io/unschedulable",
    "node.kubernetes.io/network-unavailable",
];

/// Whether, and if not why, a `DaemonSet` has a pod on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// It belongs there.
    Belongs,
    /// Its node selector asks for another label.
    Selector,
    /// The node has a taint that it does not tolerate.
    Taint(Taint),
    /// It has a node affinity, which is not evaluated.
    Affinity,
}

/// Whether `workload` has a pod on `node`.
pub fn placement(workload: &Workload, node: &Node) -> Placement {
    if workload.node_selector.iter().any(|(key, value)| node.labels.get(key) != Some(value)) {
        return Placement::Selector;
    }
    match node.taints.iter().find(|taint| !stands(workload, taint)) {
        Some(taint) => Placement::Taint(taint.clone()),
        None if workload.node_affinity => Placement::Affinity,
        None => Placement::Belongs,
    }
}

fn stands(workload: &Workload, taint: &Taint) -> bool {
    let given = if workload.host_network { TOLERATED.len() } else { TOLERATED.len() - 1 };
    taint.effect == "PreferNoSchedule"
        || TOLERATED[..given].iter().any(|key| taint.key == *key)
        || workload.tolerations.iter().any(|toleration| toleration.tolerates(taint))
}

//! A node that has no pod of any agent, and why.

use super::{Check, Context};
use crate::detect::Placement;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Node, Taint};

pub(super) const CHECK: Check = Check { id: "node-without-agent", needs: &[Kind::DaemonSet, Kind::Pod, Kind::Node], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let nodes = context.snapshot.nodes.iter();
    let without = nodes.filter_map(|node| context.on_nodes.lacks(node).map(|why| (node, why)));
    // Agents for another operating system are other workloads, which not everybody has.
    without
        .filter(|(node, why)| *why != Placement::Selector || node.os != "windows")
        .map(|(node, why)| finding(context, node, &why))
        .collect()
}

fn finding(context: &Context<'_>, node: &Node, why: &Placement) -> Finding {
    let daemon_set = context.detection.agents.iter().find(|agent| agent.on_nodes());
    let (namespace, name) = daemon_set.map(|agent| (agent.namespace.as_str(), agent.name.as_str())).unwrap_or_default();
    let (reason, remedy) = match why {
        Placement::Taint(taint) => {
            let key = spell(taint);
            (
                format!("DaemonSet {namespace}/{name} does not tolerate its taint {key}"),
                format!("add a toleration for {key} to DaemonSet {namespace}/{name}"),
            )
        }
        Placement::Selector => (
            format!("the node selector of DaemonSet {namespace}/{name} excludes it"),
            format!(
                "kubectl -n {namespace} get daemonset {name} -o jsonpath='{{.spec.template.spec.nodeSelector}}'; label the node"
            ),
        ),
        Placement::Affinity => (
            format!("DaemonSet {namespace}/{name} has a node affinity, which may exclude it"),
            format!("kubectl -n {namespace} get daemonset {name} -o jsonpath='{{.spec.template.spec.affinity}}'"),
        ),
        Placement::Belongs => {
            ("nothing seen keeps it away".to_owned(), format!("kubectl -n {namespace} describe daemonset {name}"))
        }
    };
    let waiting = context.on_nodes.of(&node.name).map_or(0, |here| here.creating);
    let symptoms = (waiting > 0).then(|| format!("{waiting} pods wait in ContainerCreating"));
    Finding {
        id: CHECK.id,
        severity: Severity::Error,
        object: Object::node(&node.name),
        message: format!("has no agent: {reason}"),
        why: "Pods there get no network, or one that nobody keeps; policies have no effect there.".to_owned(),
        remedy,
        source: "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations".to_owned(),
        nodes: vec![node.name.clone()],
        symptoms: symptoms.into_iter().collect(),
        ..Finding::default()
    }
}

fn spell(taint: &Taint) -> String {
    let value = if taint.value.is_empty() { String::new() } else { format!("={}", taint.value) };
    format!("{}{value}:{}", taint.key, taint.effect)
}

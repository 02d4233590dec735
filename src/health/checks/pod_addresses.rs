//! Pods whose address cannot be right: none, one from another range, or one that another pod has.

use super::{Check, Context, count, since};
use crate::detect::Detection;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Pod, Text};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

pub(super) const CHECK: Check = Check { id: "pod-addresses", needs: &[Kind::Pod, Kind::Node, Kind::DaemonSet], run };

/// The kubelet writes phase and address together; what is younger may be half written.
const SETTLED: SignedDuration = SignedDuration::from_mins(1);

fn run(context: &Context<'_>) -> Vec<Finding> {
    let odd = &context.on_nodes.odd;
    let bare: Vec<&Arc<Pod>> =
        odd.bare.iter().copied().filter(|pod| since(context, pod.created).is_none_or(|age| age > SETTLED)).collect();
    let mut findings: Vec<Finding> = bare.first().map(|first| without(&bare, first)).into_iter().collect();
    let mut outside: BTreeMap<&Text, Vec<&Arc<Pod>>> = BTreeMap::new();
    for pod in &odd.outside {
        outside.entry(&pod.node).or_default().push(pod);
    }
    findings.extend(outside.into_iter().map(|(node, pods)| foreign(context, node, &pods)));
    if !shares_addresses(context.detection) {
        findings.extend(odd.twice.iter().map(|address| twice(context, *address)));
    }
    findings
}

/// VPCs of Kube-OVN may use the same addresses (kubeovn/docs, vpc).
fn shares_addresses(detection: &Detection) -> bool {
    detection.network.provider.as_deref() == Some("kube-ovn")
}

fn without(pods: &[&Arc<Pod>], first: &Pod) -> Finding {
    let runs = if pods.len() == 1 { "1 pod runs" } else { "pods run" };
    let number = if pods.len() == 1 { String::new() } else { format!("{} ", pods.len()) };
    Finding {
        message: format!("{number}{runs} without an address, such as {}/{}", first.namespace, first.name),
        why: "Nobody reaches a pod without an address, and no Service leads to it.".to_owned(),
        remedy: format!(
            "kubectl -n {} describe pod {}; then the log of the kubelet on {}",
            first.namespace, first.name, first.node
        ),
        ..base(Object::default(), vec![first.node.clone()])
    }
}

fn foreign(context: &Context<'_>, node: &Text, pods: &[&Arc<Pod>]) -> Finding {
    let ranges = context.on_nodes.of(node).map(|here| here.node.pod_cidrs.iter().map(ToString::to_string).collect::<Vec<_>>());
    let first = pods.first();
    let (name, address) = first.map(|pod| (format!("{}/{}", pod.namespace, pod.name), written(pod))).unwrap_or_default();
    let have =
        if pods.len() == 1 { "1 pod has an address".to_owned() } else { format!("{} have addresses", count(pods.len(), "pod")) };
    Finding {
        message: format!("{have} outside its podCIDR {}, such as {name} with {address}", ranges.unwrap_or_default().join(", ")),
        why: "No other node sends traffic for such an address here.".to_owned(),
        likely: Some("they started with the configuration of another CNI, or before the node got this range".to_owned()),
        remedy: "delete these pods, so that they start again; if that does not help, look for other files in /etc/cni/net.d"
            .to_owned(),
        ..base(Object::node(node), vec![node.clone()])
    }
}

fn written(pod: &Pod) -> String {
    pod.ips.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn twice(context: &Context<'_>, address: IpAddr) -> Finding {
    let is_holder = |pod: &&Arc<Pod>| {
        !pod.host_network && !pod.phase.finished() && !pod.terminating && pod.ips.iter().flatten().any(|ip| *ip == address)
    };
    let pods: Vec<&Arc<Pod>> = context.snapshot.pods.iter().filter(is_holder).take(3).collect();
    let said: Vec<String> = pods.iter().map(|pod| format!("{}/{} on {}", pod.namespace, pod.name, pod.node)).collect();
    let mut nodes: Vec<Text> = pods.iter().map(|pod| pod.node.clone()).filter(|node| !node.is_empty()).collect();
    nodes.dedup();
    Finding {
        message: format!("{address} is the address of several pods: {}", said.join(", ")),
        why: "Traffic for one of them reaches another, and policies mistake them.".to_owned(),
        remedy: "delete one of them; if it happens again, look at how addresses are given: ranges of nodes, pools, leftovers"
            .to_owned(),
        ..base(Object::default(), nodes)
    }
}

fn base(object: Object, nodes: Vec<Text>) -> Finding {
    Finding {
        id: CHECK.id,
        severity: Severity::Error,
        object,
        source: "https://kubernetes.io/docs/concepts/cluster-administration/networking/".to_owned(),
        nodes,
        ..Finding::default()
    }
}

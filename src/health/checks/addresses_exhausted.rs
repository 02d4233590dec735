//! A node gives out the last addresses of its `podCIDR`, or takes more pods than it has addresses for.

use super::{Check, Context, count, some_of};
use crate::health::pods::by_node;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Node, Text};
use ipnet::IpNet;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check { id: "addresses-exhausted", needs: &[Kind::Node, Kind::Pod, Kind::DaemonSet], run };

const SOURCE: &str = "https://www.cni.dev/plugins/current/ipam/host-local/";

fn run(context: &Context<'_>) -> Vec<Finding> {
    if !by_node(context.detection) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut short: BTreeMap<(u32, u32), Vec<Text>> = BTreeMap::new();
    for here in context.on_nodes.iter() {
        let Some(usable) = usable(here.node) else { continue };
        if here.addressed >= usable.saturating_mul(9) / 10 {
            findings.push(finding(here.node, here.addressed, usable));
        } else if let Some(capacity) = here.node.pod_capacity.filter(|capacity| *capacity > usable + here.host) {
            short.entry((capacity, usable)).or_default().push(here.node.name.clone());
        }
    }
    findings.extend(short.into_iter().map(|((capacity, usable), nodes)| too_small(capacity, usable, nodes)));
    findings
}

/// Addresses that pods can have in the smallest IPv4 range: neither the first, nor the gateway, nor the last.
fn usable(node: &Node) -> Option<u32> {
    let size = |cidr: &IpNet| match cidr {
        IpNet::V4(range) if range.prefix_len() > 0 => Some((1u32 << (32 - range.prefix_len())).saturating_sub(3)),
        _ => None,
    };
    node.pod_cidrs.iter().filter_map(size).min()
}

fn finding(node: &Node, addressed: u32, usable: u32) -> Finding {
    let severity = if addressed >= usable { Severity::Error } else { Severity::Warning };
    Finding {
        id: CHECK.id,
        severity,
        object: Object::node(&node.name),
        message: format!("has given {addressed} of {usable} addresses of its podCIDR"),
        why: "The next pods there get no address and wait in ContainerCreating.".to_owned(),
        remedy: format!("kubectl cordon {}; give nodes larger ranges (--node-cidr-mask-size) or fewer pods", node.name),
        source: SOURCE.to_owned(),
        nodes: vec![node.name.clone()],
        ..Finding::default()
    }
}

fn too_small(capacity: u32, usable: u32, mut nodes: Vec<Text>) -> Finding {
    nodes.sort();
    let object = if let [node] = nodes.as_slice() { Object::node(node) } else { Object::default() };
    let who = if nodes.len() == 1 { "takes".to_owned() } else { format!("{} take", count(nodes.len(), "node")) };
    let which = if nodes.len() == 1 { String::new() } else { format!(": {}", some_of(&nodes)) };
    Finding {
        id: CHECK.id,
        severity: Severity::Warning,
        object,
        message: format!("{who} {capacity} pods and the podCIDR has {usable} addresses{which}"),
        why: "The scheduler fills a node up to its capacity, and the last pods get no address.".to_owned(),
        remedy: "lower maxPods of the kubelet, or give larger ranges (--node-cidr-mask-size of the controller manager)"
            .to_owned(),
        source: SOURCE.to_owned(),
        nodes,
        ..Finding::default()
    }
}

//! Ranges of pods overlap: with each other, with the addresses of nodes, or with those of Services.

use super::{Check, Context};
use crate::health::pods::by_node;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Text};
use ipnet::IpNet;
use std::net::IpAddr;

pub(super) const CHECK: Check = Check { id: "address-overlap", needs: &[Kind::Node, Kind::DaemonSet], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    if !by_node(context.detection) {
        return Vec::new();
    }
    let nodes = || context.snapshot.nodes.iter();
    let mut ranges: Vec<(IpNet, &Text)> =
        nodes().flat_map(|node| node.pod_cidrs.iter().map(|cidr| (cidr.trunc(), &node.name))).collect();
    ranges.sort_unstable_by_key(|(range, name)| (range.network(), range.prefix_len(), *name));
    let mut findings = twice(&ranges);
    // One example of each: where ranges overlap, everybody in them would be one.
    findings.extend(nodes().find_map(|node| {
        let (address, range) = held(&ranges, &node.internal_ips)?;
        Some(of_address(range, address, &format!("node {}", node.name)))
    }));
    if context.snapshot.sources.is_live(Kind::Service) {
        findings.extend(context.snapshot.services.iter().find_map(|service| {
            let (address, range) = held(&ranges, &service.cluster_ips)?;
            Some(of_address(range, address, &format!("Service {}/{}", service.namespace, service.name)))
        }));
    }
    findings
}

/// Ranges that begin inside one that began before, in the order of their first addresses.
fn twice(ranges: &[(IpNet, &Text)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut open: Option<&(IpNet, &Text)> = None;
    for range in ranges {
        match open {
            Some((wide, one)) if wide.contains(&range.0.network()) => {
                if *one != range.1 {
                    findings.push(of_nodes((*wide, one), *range));
                }
            }
            _ => open = Some(range),
        }
    }
    findings
}

fn of_nodes((wide, one): (IpNet, &Text), (range, other): (IpNet, &Text)) -> Finding {
    Finding {
        message: format!("has podCIDR {range}, which lies in {wide} of {one}"),
        why: "Two pods can get the same address, and traffic for one reaches the other.".to_owned(),
        remedy: "drain and delete the node, so that it gets another range when it joins again; look who gives ranges".to_owned(),
        nodes: vec![other.clone(), one.clone()],
        ..base(other)
    }
}

/// The first of these addresses that lies in a range, and that range.
fn held<'r>(ranges: &'r [(IpNet, &'r Text)], addresses: &[IpAddr]) -> Option<(IpAddr, &'r (IpNet, &'r Text))> {
    addresses.iter().find_map(|address| Some((*address, holder(ranges, *address)?)))
}

fn holder<'r>(ranges: &'r [(IpNet, &'r Text)], address: IpAddr) -> Option<&'r (IpNet, &'r Text)> {
    let before = ranges.partition_point(|(range, _)| range.network() <= address);
    ranges.get(before.checked_sub(1)?).filter(|(range, _)| range.contains(&address))
}

fn of_address((range, node): &(IpNet, &Text), address: IpAddr, whose: &str) -> Finding {
    Finding {
        message: format!("has podCIDR {range}, in which {address} of {whose} lies"),
        why: "Traffic for that address is taken for a pod's, and does not arrive.".to_owned(),
        remedy: "choose a cluster CIDR that no node, Service or network around uses; nodes have to join anew".to_owned(),
        nodes: vec![(*node).clone()],
        ..base(node)
    }
}

fn base(node: &Text) -> Finding {
    Finding {
        id: CHECK.id,
        severity: Severity::Error,
        object: Object::node(node),
        source: "https://kubernetes.io/docs/concepts/cluster-administration/networking/#kubernetes-ip-address-ranges".to_owned(),
        ..Finding::default()
    }
}

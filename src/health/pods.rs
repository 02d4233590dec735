//! What is odd about pods, found in the one pass over them that also counts what is on each node.
//!
//! A cluster has hundreds of thousands: a check that looked at them itself would cost more than all others. It knows addresses
//! and waiting, and leaves it to the checks whether that is wrong.

use super::nodes::is_creating;
use crate::detect::Detection;
use crate::snapshot::{Node, Phase, Pod, Service, Snapshot};
use hashbrown::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

/// Ways of giving addresses that take them from the `podCIDR` of the node.
const BY_NODE: [&str; 3] = ["host-local", "pod-cidr", "kubernetes"];

/// Most addresses that are remembered as given twice: where there are as many, the list is of no use.
const MOST: usize = 50;

/// Pods that a check asks for. Finished ones are not among them.
#[derive(Default)]
pub(super) struct Pods<'a> {
    /// With a network of their own and no address yet, in `ContainerCreating`.
    pub(super) waiting: Vec<&'a Arc<Pod>>,
    /// They run with a network of their own, and have no address.
    pub(super) bare: Vec<&'a Arc<Pod>>,
    /// With an address outside the ranges of their node, where addresses come from there.
    pub(super) outside: Vec<&'a Arc<Pod>>,
    /// Addresses that two pods have.
    pub(super) twice: Vec<IpAddr>,
    /// Behind the Service of the cluster's DNS.
    pub(super) dns: Vec<&'a Arc<Pod>>,
    /// Of kube-proxy.
    pub(super) proxies: usize,
    services: Vec<&'a Arc<Service>>,
    by_node: bool,
    seen4: HashSet<u32>,
    seen6: HashSet<u128>,
}

impl<'a> Pods<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, detection: &Detection) -> Self {
        Self {
            services: snapshot.services.iter().filter(|service| service.is_dns()).collect(),
            by_node: by_node(detection),
            seen4: HashSet::with_capacity(snapshot.pods.len()),
            ..Self::default()
        }
    }

    /// Looks at one pod, on that node if it is on one.
    pub(super) fn look(&mut self, pod: &'a Arc<Pod>, node: Option<&Node>) {
        if !self.services.is_empty() && self.services.iter().any(|service| selects(service, pod)) {
            self.dns.push(pod);
        }
        if pod.host_network {
            self.proxies += usize::from(is_proxy(pod));
            return;
        }
        match pod.ips {
            [None, None] if pod.phase == Phase::Running && !pod.terminating => self.bare.push(pod),
            [None, None] if is_creating(pod) => self.waiting.push(pod),
            [None, None] => {}
            // Of a pod that is going, and on a node that is gone, the address may have been given to another.
            _ if pod.terminating => {}
            _ => self.addresses(pod, node),
        }
    }

    fn addresses(&mut self, pod: &'a Arc<Pod>, node: Option<&Node>) {
        for address in pod.ips.into_iter().flatten() {
            let fresh = match address {
                IpAddr::V4(address) => self.seen4.insert(address.to_bits()),
                IpAddr::V6(address) => self.seen6.insert(address.to_bits()),
            };
            if !fresh && self.twice.len() < MOST && !self.twice.contains(&address) {
                self.twice.push(address);
            }
        }
        if self.by_node && node.is_some_and(|node| pod.ips.into_iter().flatten().any(|address| is_foreign(address, node))) {
            self.outside.push(pod);
        }
    }
}

/// Whether pods get addresses from the range of their node. Unknown ways do not count.
pub(super) fn by_node(detection: &Detection) -> bool {
    detection.network.mode.ipam.as_deref().is_some_and(|ipam| BY_NODE.contains(&ipam))
}

/// Whether a node has ranges of that family, and the address is in none of them.
fn is_foreign(address: IpAddr, node: &Node) -> bool {
    let mut same = node.pod_cidrs.iter().filter(|cidr| cidr.addr().is_ipv4() == address.is_ipv4()).peekable();
    same.peek().is_some() && same.all(|cidr| !cidr.contains(&address))
}

fn selects(service: &Service, pod: &Pod) -> bool {
    service.namespace == pod.namespace
        && !service.selector.is_empty()
        && service.selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value))
}

/// kubeadm's `DaemonSet`, and the static pods of kops, GKE and RKE2.
fn is_proxy(pod: &Pod) -> bool {
    let is_labelled = |key| pod.labels.get(key).is_some_and(|label| label == "kube-proxy");
    pod.namespace == "kube-system" && (is_labelled("k8s-app") || is_labelled("component"))
}

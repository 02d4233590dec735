//! What Services are to flows: the pods behind them, and the ports of these (NP-17).
//!
//! Whether a pod is ready, and so gets connections today, is no matter here.

use super::named;
use crate::snapshot::{Pod, PortRef, Service, ServicePort, Table};
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Arc;

/// Whether a Service selects a pod.
pub(super) fn selects(service: &Service, pod: &Pod) -> bool {
    let own = &service.selector;
    pod.namespace == service.namespace && !own.is_empty() && own.iter().all(|(key, value)| pod.labels.get(key) == Some(value))
}

/// The port of a pod that a port of its Service leads to; none if the pod has none of that name, and so is not behind it.
pub(super) fn target(port: &ServicePort, pod: &Pod) -> Option<u16> {
    match &port.target {
        PortRef::Number(0) => Some(port.port),
        PortRef::Number(number) => Some(*number),
        PortRef::Name(name) => named(&pod.containers, Some(port.protocol), name).map(|(_, number)| number),
    }
}

/// The Service that has a `ClusterIP`.
pub(super) fn owner(services: &Table<Service>, ip: IpAddr) -> Option<&Arc<Service>> {
    services.iter().find(|service| service.cluster_ips.contains(&ip))
}

/// Whether an address lies among those of Services: in the smallest block that holds all of its family.
pub(super) fn among(services: &Table<Service>, ip: IpAddr) -> bool {
    let own = services.iter().flat_map(|service| service.cluster_ips.iter().copied()).filter(|one| one.is_ipv4() == ip.is_ipv4());
    let own: Vec<IpAddr> = own.collect();
    let holds_all = |block: &IpNet| own.iter().all(|one| block.contains(one));
    let first = own.first().filter(|_| own.len() > 1).map(|first| IpNet::from(*first));
    std::iter::successors(first, IpNet::supernet).find(holds_all).is_some_and(|block| block.contains(&ip))
}

//! Namespaces and Services.

use super::{Labels, Protocol};
use crate::snapshot::Text;
use std::net::IpAddr;
use std::sync::Arc;

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Namespace {
    /// Name
    pub name: Text,
    /// `metadata.uid`; that of kube-system tells clusters apart. It is not exported.
    pub uid: Text,
    /// Labels
    pub labels: Labels,
}

/// A Service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// Labels
    pub labels: Labels,
    /// `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`
    pub kind: Text,
    /// `spec.clusterIPs`; empty for headless ones, and in manifests that leave them to the API server
    pub cluster_ips: Arc<[IpAddr]>,
    /// Whether `spec.clusterIP` is `None`
    pub headless: bool,
    /// `spec.selector`; empty selects nothing
    pub selector: Labels,
    /// Ports
    pub ports: Arc<[ServicePort]>,
}

impl Service {
    /// Whether it is the cluster's DNS: `k8s-app=kube-dns` is the label by which the DNS addon, whichever it is, is found
    /// (Kubernetes documentation, debugging DNS resolution); `OpenShift`'s operator makes `openshift-dns/dns-default`.
    pub fn is_dns(&self) -> bool {
        self.labels.get("k8s-app").is_some_and(|label| *label == *"kube-dns")
            || (*self.namespace == *"kube-system" && *self.name == *"kube-dns")
            || (*self.namespace == *"openshift-dns" && *self.name == *"dns-default")
    }
}

/// A port of a Service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServicePort {
    /// Name, empty if it has none
    pub name: Text,
    /// Number
    pub port: u16,
    /// Protocol
    pub protocol: Protocol,
    /// `targetPort`, else the port itself
    pub target: PortRef,
    /// `nodePort`
    pub node_port: Option<u16>,
}

/// A port by number or by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PortRef {
    /// Number
    Number(u16),
    /// Name of a container port
    Name(Text),
}

impl Default for PortRef {
    fn default() -> Self {
        Self::Number(0)
    }
}

//! `NetworkPolicy`, as the API has it.

use super::{PortRef, Protocol};
use crate::snapshot::{Selector, Text};
use ipnet::IpNet;
use jiff::Timestamp;
use std::sync::Arc;

/// A `NetworkPolicy`, defaults filled in as the API server would.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NetworkPolicy {
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// `spec.podSelector`; empty selects all pods of the namespace (NP-7)
    pub pod_selector: Selector,
    /// Whether it isolates the pods for ingress (NP-4: `policyTypes`, else always)
    pub isolates_ingress: bool,
    /// Whether it isolates the pods for egress (NP-4: `policyTypes`, else if there is an egress section)
    pub isolates_egress: bool,
    /// `spec.ingress`
    pub ingress: Arc<[PolicyRule]>,
    /// `spec.egress`
    pub egress: Arc<[PolicyRule]>,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

/// A rule: any of its peers on any of its ports.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PolicyRule {
    /// Peers; empty means everybody
    pub peers: Vec<Peer>,
    /// Ports; empty means all
    pub ports: Vec<PolicyPort>,
}

/// Who a rule is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Peer {
    /// Pods of the same namespace, or of the namespaces that match. With neither selector it matches nothing: the API has no such
    /// peer, and one that could not be read stands as this.
    Pods {
        /// `namespaceSelector`
        namespaces: Option<Selector>,
        /// `podSelector`
        pods: Option<Selector>,
    },
    /// Addresses
    Block(IpBlock),
}

/// `ipBlock` of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct IpBlock {
    /// `cidr`
    pub cidr: IpNet,
    /// `except`
    pub except: Vec<IpNet>,
}

/// A port, or range of ports, of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyPort {
    /// Protocol
    pub protocol: Protocol,
    /// `port`; none means all of the protocol, number 0 (a port that could not be read) matches nothing
    pub port: Option<PortRef>,
    /// `endPort`
    pub end_port: Option<u16>,
}

impl PolicyPort {
    /// Matches nothing: what stands for a port that could not be read.
    pub const NONE: Self = Self { protocol: Protocol::Tcp, port: Some(PortRef::Number(0)), end_port: None };
}

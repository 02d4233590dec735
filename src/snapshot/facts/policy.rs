//! Policies, as the API has them. What could not be understood stays in its place and says why.

use super::{PortRef, Protocol};
use crate::snapshot::{Kind, Selector, Text};
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

impl PolicyRule {
    /// Whether it admits everybody on every port (NP-10, NP-20).
    pub fn admits_all(&self) -> bool {
        self.peers.is_empty() && self.ports.is_empty()
    }
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

/// A policy of the whole cluster: `AdminNetworkPolicy`, `BaselineAdminNetworkPolicy` or `ClusterNetworkPolicy`.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterPolicy {
    /// Which of them
    pub kind: Kind,
    /// Name
    pub name: Text,
    /// `spec.tier` of a `ClusterNetworkPolicy`, which the others are by themselves; none where it is neither
    pub tier: Option<Tier>,
    /// `spec.priority`, lower first; 0 where the kind has none
    pub priority: i32,
    /// `spec.subject`; none where it is not understood
    pub subject: Option<PodSet>,
    /// `spec.ingress`
    pub ingress: Arc<[ClusterRule]>,
    /// `spec.egress`
    pub egress: Arc<[ClusterRule]>,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

/// Before or after `NetworkPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Before
    Admin,
    /// After
    Baseline,
}

/// Pods by labels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PodSet {
    /// Those of their namespaces
    pub namespaces: Selector,
    /// Their own; none where all pods of the namespaces are meant (`namespaces` instead of `pods`)
    pub pods: Option<Selector>,
}

/// A rule of a [`ClusterPolicy`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClusterRule {
    /// `name`, empty if it has none
    pub name: Text,
    /// `action`; none where it is not understood
    pub action: Option<RuleAction>,
    /// `from` or `to`; the API has no rule without
    pub peers: Vec<ClusterPeer>,
    /// `ports`, or `protocols` of a `ClusterNetworkPolicy`; none means all
    pub ports: Option<Vec<ClusterPort>>,
}

/// `action` of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleAction {
    /// `Allow`, or `Accept` of a `ClusterNetworkPolicy`
    Allow,
    /// `Deny`
    Deny,
    /// `Pass`
    Pass,
}

/// Who a rule of a [`ClusterPolicy`] is about.
#[derive(Debug, Clone, PartialEq)]
pub enum ClusterPeer {
    /// `namespaces` or `pods`
    Pods(PodSet),
    /// `networks`
    Networks(Vec<IpNet>),
    /// `nodes`
    Nodes(Selector),
    /// `domainNames`
    Domains(Vec<Text>),
    /// Not understood, and why
    Unread(Text),
}

/// A port of a rule of a [`ClusterPolicy`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterPort {
    /// From the first to the last, both inside; one port if they are equal
    Range {
        /// Protocol
        protocol: Protocol,
        /// First
        from: u16,
        /// Last
        to: u16,
    },
    /// What containers call so, of whatever protocol
    Named(Text),
    /// Not understood, and why
    Unread(Text),
}

/// A policy of a kind whose rules are not read: only that it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignPolicy {
    /// Its kind
    pub kind: Kind,
    /// Namespace, empty for those of the cluster
    pub namespace: Text,
    /// Name
    pub name: Text,
}

//! One model for every kind of policy: layers of policies, their rules, peers and ports.
//!
//! A kind is lowered into this model by its file in `kinds/`; what evaluates the model knows no kind. One side of a flow
//! (`egress` at its source, `ingress` at its destination) is decided so: the policies that apply to the pod in that direction are
//! gone through in the order of [`Model::policies`], their rules in their order. For each port the first rule that matches decides:
//! `Allow` and `Deny` for good, `Pass` goes on with the next [`Layer`]. At the end of a layer, ports that no rule decided are denied
//! if a section that applies says so ([`End::Deny`], how `NetworkPolicy` isolates: NP-1, NP-2); else the next layer is asked.
//! After the last layer everything is allowed. The model does not know pods, nor what a CNI makes of what the API leaves open
//! (`dialect`). To add a kind: its file and its line in `kinds`, and its layer here if it has one of its own.

use super::dialect::Holds;
use super::ports::PortSet;
use crate::snapshot::{EnforcedBy, PodContainer, PodSet, Problem, Protocol, Selector, Text};
use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// All policies of a cluster.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// In the order in which they decide: by layer, priority (lower first), namespace and name. Those of one layer with equal
    /// priority are tied; whether their order means anything is for the dialect to say (ANP-1).
    pub policies: Vec<Policy>,
    /// Policies of kinds that are not understood: what they could decide is unknown.
    pub strangers: Vec<Stranger>,
    /// What is wrong with policies that were lowered all the same, failing closed.
    pub problems: Vec<Problem>,
}

impl Model {
    /// Whether a whole list is among what is not understood: it was not read, or not all of it.
    pub fn lacks_a_list(&self) -> bool {
        self.strangers.iter().any(|one| one.origin.name == *WHOLE_LIST)
    }
}

/// The name of the [`Stranger`] that stands for all policies of a kind whose list was not read, or not all of it.
pub const WHOLE_LIST: &str = "(all)";

/// From the pod's point of view: what comes in, what goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the pod
    Ingress,
    /// From the pod
    Egress,
}

impl Direction {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Ingress, Self::Egress];

    /// As policies spell it, in small letters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }
}

/// Names a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PolicyRef {
    /// Kind, such as `NetworkPolicy`
    pub kind: &'static str,
    /// Namespace, empty for policies of the cluster
    pub namespace: Text,
    /// Name
    pub name: Text,
}

impl PolicyRef {
    /// Without its kind: `shop/web`, or `tenants` for policies of the cluster.
    pub fn path(&self) -> String {
        if self.namespace.is_empty() { self.name.to_string() } else { format!("{}/{}", self.namespace, self.name) }
    }
}

/// As people write it: `NetworkPolicy shop/web`, `AdminNetworkPolicy tenants`.
impl fmt::Display for PolicyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.path())
    }
}

/// Where a policy stands among the others: layers are asked in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// `AdminNetworkPolicy`, and `ClusterNetworkPolicy` of tier `Admin`
    Admin,
    /// `NetworkPolicy`
    NetworkPolicy,
    /// `BaselineAdminNetworkPolicy`, and `ClusterNetworkPolicy` of tier `Baseline`
    Baseline,
}

impl Layer {
    /// As `policy explain -o json` names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::NetworkPolicy => "networkpolicy",
            Self::Baseline => "baseline",
        }
    }
}

/// A policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Which object it was
    pub origin: PolicyRef,
    /// Where it stands
    pub layer: Layer,
    /// Lower is asked first within the layer; 0 where the kind has none
    pub priority: f64,
    /// The pods it applies to
    pub subject: Scope,
    /// What it says of ingress; none if it has no say there
    pub ingress: Option<Section>,
    /// What it says of egress; none if it has no say there
    pub egress: Option<Section>,
}

impl Policy {
    /// What it says of one direction.
    pub const fn section(&self, direction: Direction) -> Option<&Section> {
        match direction {
            Direction::Ingress => self.ingress.as_ref(),
            Direction::Egress => self.egress.as_ref(),
        }
    }
}

/// The rules of a policy for one direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// In their order
    pub rules: Vec<Rule>,
    /// What becomes of ports that no rule of the whole layer decides
    pub end: End,
}

impl Section {
    /// Whether one of its rules admits everybody on every port (NP-10, NP-20), so that it protects nobody.
    pub fn admits_all(&self) -> bool {
        let is_open = |rule: &Rule| rule.peers == Peers::Everybody && rule.ports == Ports::All;
        self.rules.iter().any(|rule| rule.action == Action::Allow && is_open(rule))
    }
}

/// What becomes of ports that no rule of a layer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// They are denied: the section isolates the pod.
    Deny,
    /// The next layer is asked, unless another section of the layer isolates.
    Next,
}

/// A rule: for any of its peers on any of its ports, what it does. Its index in [`Section::rules`] is that in the file's list; those
/// of its peers and ports need not be, since one entry of the file may be several.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, empty if it has none
    pub name: Text,
    /// What it does. If something of a `Deny` or `Pass` could not be understood this is `Deny`, and the peers or ports that were not
    /// understood are all of them (ANP-10, CNP-9); in an `Allow` they match nothing.
    pub action: Action,
    /// Who
    pub peers: Peers,
    /// Where
    pub ports: Ports,
    /// What was not understood of it, as a sentence
    pub unread: Option<Text>,
}

/// What a rule does to the ports that it is the first to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Allows, whatever later policies say
    Allow,
    /// Denies, whatever later policies say
    Deny,
    /// Skips the rest of the layer (ANP-2, CNP-3)
    Pass,
}

/// The other ends of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Peers {
    /// Everybody inside and outside the cluster (NP-10)
    Everybody,
    /// Any of these
    Only(Vec<Peer>),
}

/// One other end of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Peer {
    /// Pods by their labels
    Pods(Scope),
    /// Addresses
    Block(Block),
    /// Nodes by their labels, with what runs on their network (ANP-7, CNP-5)
    Nodes(Selector),
    /// Addresses that these names resolve to, which nobody knows beforehand; never pods (CNP-6)
    Domains(Arc<[Text]>),
    /// It was not understood, matches nothing, and [`Rule::unread`] says why
    Unread,
}

/// Pods by namespace and labels.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Their namespaces
    pub namespaces: Namespaces,
    /// Their labels
    pub pods: Selector,
}

/// Which namespaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Namespaces {
    /// This one
    Named(Text),
    /// Those with such labels; an empty selector is all of them
    Matching(Selector),
}

impl Namespaces {
    /// Whether they are all that there are, and will be.
    pub fn are_all(&self) -> bool {
        matches!(self, Self::Matching(selector) if selector.is_empty())
    }
}

impl From<&PodSet> for Scope {
    /// ANP-6: `namespaces` are all their pods.
    fn from(set: &PodSet) -> Self {
        Self { namespaces: Namespaces::Matching(set.namespaces.clone()), pods: set.pods.clone().unwrap_or_default() }
    }
}

/// A block of addresses without some blocks inside it. Excepts cut only their own block: another peer may hold them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Block {
    /// The block, its host bits masked
    pub cidr: IpNet,
    /// Not these
    pub except: Vec<IpNet>,
    /// Whether it also matches pods, by their addresses
    pub pods: ByAddress,
}

impl Block {
    /// Whether an address is in it.
    pub fn holds(&self, ip: IpAddr) -> bool {
        self.cidr.contains(&ip) && !self.except.iter().any(|except| except.contains(&ip))
    }
}

/// Whether blocks match pods by their addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ByAddress {
    /// Any address is matched, those of pods too (ANP-8)
    Pods,
    /// The API leaves it open; the dialect says (NP-15)
    Dialect,
}

/// The ports of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// Every port of every protocol (NP-20)
    All,
    /// Any of these
    Only(Vec<Port>),
}

/// One entry of a rule's ports.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Port {
    /// From the first to the last, both inside; 1 to 65535 is the whole protocol
    Range {
        /// Protocol
        protocol: Protocol,
        /// First
        from: u16,
        /// Last
        to: u16,
    },
    /// What the destination's containers call so (NP-23); matches nothing where the destination is no pod
    Named {
        /// Protocol that the container's port must have; none takes any (ANP-9)
        protocol: Option<Protocol>,
        /// Name
        name: Text,
    },
    /// It was not understood, matches nothing, and [`Rule::unread`] says why
    Unread,
}

impl Port {
    /// The ports it means where the destination has `containers`; an address has none.
    pub fn resolve(&self, containers: &[PodContainer]) -> PortSet {
        match self {
            Self::Range { protocol, from, to } => PortSet::range(*protocol, *from, *to),
            Self::Named { protocol, name } => named(containers, *protocol, name)
                .map_or_else(PortSet::none, |(protocol, number)| PortSet::port(protocol, number)),
            Self::Unread => PortSet::none(),
        }
    }
}

/// The port that containers call `name`. Of several the first counts (NP-23).
pub fn named(containers: &[PodContainer], protocol: Option<Protocol>, name: &str) -> Option<(Protocol, u16)> {
    let ports = containers.iter().flat_map(|container| &container.ports);
    ports
        .filter(|port| port.name == *name)
        .find(|port| protocol.is_none_or(|p| p == port.protocol))
        .map(|p| (p.protocol, p.number))
}

impl Ports {
    /// The ports they mean where the destination has `containers`; an address has none.
    pub fn resolve(&self, containers: &[PodContainer]) -> PortSet {
        match self {
            Self::All => PortSet::all(),
            Self::Only(ports) => ports.iter().map(|port| port.resolve(containers)).collect(),
        }
    }

    /// Whether what they mean differs from destination to destination.
    pub fn depend_on_destination(&self) -> bool {
        matches!(self, Self::Only(ports) if ports.iter().any(|port| matches!(port, Port::Named { .. })))
    }
}

/// A policy that is not understood. Where its CNI may enforce it, every verdict on the pods in its reach is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// Which object it is
    pub origin: PolicyRef,
    /// The namespace whose pods it reaches; empty for all
    pub within: Text,
    /// What is not understood, as a sentence
    pub why: Text,
    /// Who enforces the kind
    pub enforced_by: EnforcedBy,
}

impl Stranger {
    /// Whether it may apply to a pod of that namespace; `is_pod` says whether policies are about the pod at all (NP-30). What CNIs have
    /// for the whole cluster may be about nodes, too.
    pub fn reaches(&self, namespace: &str, is_pod: Holds) -> bool {
        let is_about_nodes = self.within.is_empty() && self.enforced_by != EnforcedBy::Anyone;
        (self.within.is_empty() || *self.within == *namespace) && (is_pod != Holds::No || is_about_nodes)
    }
}

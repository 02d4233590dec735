//! One flow, decided and explained: from one end to another, policy by policy and rule by rule.
//!
//! This is the plain reading of the numbered rules, written to be read and to give reasons; all pairs at once are another engine's.
//! Both sides must allow (NP-3): what goes out at the source, what comes in at the destination, once for each family of addresses
//! that both ends have (NP-34). It knows neither kinds nor CNIs: those are the model's and the dialect's.

mod change;
mod meets;
mod side;
mod step;

pub use change::Change;
pub(super) use meets::of_unknown_address;
pub use side::Side;
pub use step::{Effect, Step};

use super::dialect::{Dialect, Holds, Point};
use super::model::{Direction, Model};
use super::ports::{Connection, PortSet};
use super::world::{Family, World};
use crate::snapshot::{Node, Pod};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// One end of a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum Endpoint {
    /// A pod; on the host network it may be its node, which the dialect says
    Pod(Arc<Pod>),
    /// A node
    Node(Arc<Node>),
    /// An address of neither
    Outside(IpAddr),
}

/// `shop/web-1`, `node worker-1`, `203.0.113.9`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pod(pod) => write!(f, "{}/{}", pod.namespace, pod.name),
            Self::Node(node) => write!(f, "node {}", node.name),
            Self::Outside(ip) => ip.fmt(f),
        }
    }
}

/// What is asked: connections from one end to another on some ports of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Who calls
    pub from: Endpoint,
    /// Who is called
    pub to: Endpoint,
    /// Where; all ports if nobody says
    pub ports: PortSet,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every port that was asked about is open.
    Allow,
    /// None is.
    Deny,
    /// Some are.
    Depends,
    /// It cannot be told of all of them.
    Unknown,
}

impl Verdict {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Depends => "depends",
            Self::Unknown => "unknown",
        }
    }

    /// The verdict on `asked` where `open` is what is open of it.
    pub fn of(asked: &PortSet, open: &Connection) -> Self {
        match (&open.sure, &open.maybe) {
            (sure, _) if sure.contains(asked) => Self::Allow,
            (_, maybe) if maybe.is_empty() => Self::Deny,
            (sure, maybe) if sure == maybe => Self::Depends,
            _ => Self::Unknown,
        }
    }

    /// The verdict on several questions together.
    pub fn together(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        let join = |a: Self, b: Self| match (a, b) {
            (a, b) if a == b => a,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Depends,
        };
        all.into_iter().reduce(join)
    }
}

/// A flow decided over one family of addresses.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The family
    pub family: Family,
    /// At the source
    pub egress: Side,
    /// At the destination
    pub ingress: Side,
    /// What both let through
    pub open: Connection,
    /// What that comes to
    pub verdict: Verdict,
}

impl Decision {
    /// Every step, those of the source first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.egress.steps.iter().chain(&self.ingress.steps)
    }
}

/// What flows are decided by.
#[derive(Debug, Clone, Copy)]
pub struct Evaluator<'a> {
    /// The policies
    pub model: &'a Model,
    /// Who there is
    pub world: &'a World,
    /// How policies are read
    pub dialect: &'a Dialect,
}

impl Evaluator<'_> {
    /// Decides a flow, once for each family that both ends have. Without one they cannot talk at all, and nothing is decided.
    pub fn decide(&self, flow: &Flow) -> Vec<Decision> {
        let (from, to) = (self.families(&flow.from), self.families(&flow.to));
        from.into_iter().filter(|family| to.contains(family)).map(|family| self.over(flow, family)).collect()
    }

    fn over(&self, flow: &Flow, family: Family) -> Decision {
        let egress = self.side(Direction::Egress, flow, family);
        let ingress = self.side(Direction::Ingress, flow, family);
        let open = Connection {
            sure: egress.open.sure.intersection(&ingress.open.sure),
            maybe: egress.open.maybe.intersection(&ingress.open.maybe),
        };
        let verdict = Verdict::of(&flow.ports, &open);
        Decision { family, egress, ingress, open, verdict }
    }

    /// The families in which an end has addresses; of a pod that has none yet, those that pods have here.
    fn families(&self, end: &Endpoint) -> Vec<Family> {
        let own: Vec<Family> = self.addresses(end).into_iter().map(Family::of).collect();
        if own.is_empty() { self.world.families.clone() } else { own }
    }

    /// The addresses of an end. A pod on the host network has its node's.
    fn addresses(&self, end: &Endpoint) -> Vec<IpAddr> {
        match end {
            Endpoint::Outside(ip) => vec![*ip],
            Endpoint::Node(node) => node.internal_ips.to_vec(),
            Endpoint::Pod(pod) => self.world.addresses(pod).into_iter().flatten().collect(),
        }
    }

    /// Whether an end is a pod to policies (NP-30).
    fn is_pod(&self, end: &Endpoint) -> Holds {
        match end {
            Endpoint::Pod(pod) if pod.host_network => self.dialect.holds(Point::HostPodsArePods),
            Endpoint::Pod(_) => Holds::Yes,
            Endpoint::Node(_) | Endpoint::Outside(_) => Holds::No,
        }
    }
}

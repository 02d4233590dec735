//! What a probe measured, and of which agents it holds.

use crate::snapshot::Text;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What probes measured in one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measurement {
    /// The uid of its namespace kube-system.
    pub cluster: Text,
    /// Its nodes, as far as they were measured.
    pub nodes: Vec<MeasuredNode>,
}

/// What was measured on a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasuredNode {
    /// Name
    pub name: Text,
    /// When
    pub taken_at: Timestamp,
    /// The agents that ran there, each with image and restarts: what was measured holds for these and no others.
    pub agents: Vec<String>,
    /// Policies on what is called there.
    pub ingress: SideVerdict,
    /// Policies on what calls from there.
    pub egress: SideVerdict,
}

/// Whether policies of one direction are enforced on a node, measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SideVerdict {
    /// Every flow that counts was cut, at least one of each protocol.
    Enforced,
    /// A flow that was denied passed.
    NotEnforced,
    /// It was not measured.
    Inconclusive,
}

impl SideVerdict {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::NotEnforced => "not-enforced",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl Measurement {
    /// The same with what a later probe found; what that could not tell stays as it was.
    #[must_use]
    pub fn with(mut self, later: Self) -> Self {
        let told = |node: &MeasuredNode| [node.ingress, node.egress].iter().all(|side| *side != SideVerdict::Inconclusive);
        let fresh: Vec<MeasuredNode> = later.nodes.into_iter().filter(told).collect();
        self.nodes.retain(|known| fresh.iter().all(|node| node.name != known.name));
        self.nodes.extend(fresh);
        self
    }
}

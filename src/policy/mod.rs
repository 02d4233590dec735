//! Policies: which there are, what they select, and who can reach whom by them.
//!
//! Pure functions over a snapshot. Rules are cited by the numbers of the project's policy notes (NP-1 ...), which follow the
//! API's documentation. Whether anybody enforces them is `detect`'s question.

mod clauses;
mod coverage;
mod dialect;
mod draft;
mod ends;
mod eval;
mod explain;
mod inventory;
mod kinds;
mod lint;
mod model;
mod ports;
mod reach;
mod services;
mod ways_in;
mod words;
mod world;

pub use clauses::{CLAUSES, Clause};
pub use coverage::{WorkloadCoverage, coverage};
pub use dialect::{Dialect, Holds, Kinds, Point, SPEC};
pub use draft::laid_over;
pub use ends::parse_ports;
pub use eval::{Change, Decision, Effect, Endpoint, Evaluator, Flow, Side, Step, Verdict};
pub use explain::{Case, Explanation, explain};
pub use inventory::inventory;
pub use kinds::model;
pub use lint::{Found, Grade, LINTS, Lint, Place, lints};
pub use model::{
    Action, Block, ByAddress, Direction, End, Layer, Model, Namespaces, Peer, Peers, Policy, PolicyRef, Port, Ports, Rule, Scope,
    Section, Stranger, WHOLE_LIST, named,
};
pub use ports::{Connection, PROTOCOLS, PortSet};
pub use reach::{
    Anyone, Bound, Cell, Changed, Difference, Doubt, EndId, Exposure, GridRow, Level, Line, Matrix, Openness, Pair, Pairs, Party,
    Range, Reach, Share, What,
};
pub use ways_in::{Target, WayIn, ways_in};
pub use words::{spell, spell_scope};
pub use world::{Family, NAMESPACE_NAME, World};

use crate::snapshot::{Kind, Text};

/// The policies of a cluster and what they cover.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inventory {
    /// Every `NetworkPolicy`, by namespace and name.
    pub policies: Vec<PolicySummary>,
    /// The policies of other kinds, by where they stand.
    pub others: Vec<PolicySummary>,
    /// Every namespace, least covered first.
    pub namespaces: Vec<NamespaceCoverage>,
}

impl Inventory {
    /// What concerns one namespace: its own policies, and those that are in none.
    #[must_use]
    pub fn within(&self, namespace: &str) -> Self {
        let is_there = |name: &Text| *name == *namespace;
        Self {
            policies: self.policies.iter().filter(|one| is_there(&one.namespace)).cloned().collect(),
            others: self.others.iter().filter(|one| one.namespace.is_empty() || is_there(&one.namespace)).cloned().collect(),
            namespaces: self.namespaces.iter().filter(|one| is_there(&one.namespace)).cloned().collect(),
        }
    }

    /// All policies: every `NetworkPolicy`, then the others.
    pub fn all(&self) -> impl Iterator<Item = &PolicySummary> {
        self.policies.iter().chain(&self.others)
    }
}

/// One policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicySummary {
    /// Kind
    pub kind: Kind,
    /// Namespace, empty for policies of the cluster
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// Where it stands among the others
    pub standing: Standing,
    /// What it says of ingress
    pub ingress: Says,
    /// What it says of egress
    pub egress: Says,
    /// Whom it is about as people write it, such as `app=web, tier in (a, b)`; none where that is not read
    pub selector: Option<String>,
    /// How many pods it selects, without those on the host network and finished ones; none where no pods were read, or it is not
    pub selected: Option<usize>,
}

/// What a policy says of one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// Nothing
    Nothing,
    /// Only what one of so many rules admits is open; without any, all is closed
    Isolates(usize),
    /// So many rules, of which the first that matches decides
    Decides(usize),
    /// It is not read
    NotRead,
}

impl Says {
    /// Whether it isolates the pods, as `NetworkPolicy` does.
    pub const fn isolates(self) -> bool {
        matches!(self, Self::Isolates(_))
    }

    /// How many rules it has; none where they are not read.
    pub const fn rules(self) -> Option<usize> {
        match self {
            Self::Nothing => Some(0),
            Self::Isolates(rules) | Self::Decides(rules) => Some(rules),
            Self::NotRead => None,
        }
    }
}

/// Where a policy stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Before `NetworkPolicy`, lower priorities first
    Before(i32),
    /// It is a `NetworkPolicy`
    Between,
    /// After `NetworkPolicy`, lower priorities first
    After(i32),
    /// It is not understood where
    NotUnderstood,
    /// Rules of its kind are not read, so what it decides is not known
    NotRead,
}

/// How far the pods of a namespace are selected by policies. Pods on the host network and finished ones are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamespaceCoverage {
    /// Name
    pub namespace: Text,
    /// Pods that policies can be about
    pub pods: usize,
    /// Pods on the host network, outside `NetworkPolicy`
    pub host_pods: usize,
    /// Isolated for ingress
    pub ingress: usize,
    /// Isolated for egress
    pub egress: usize,
    /// Isolated for ingress, though a rule admits everybody on every port
    pub ingress_open: usize,
    /// Isolated for egress, though a rule admits everybody on every port
    pub egress_open: usize,
    /// Isolated for ingress, on nodes that may not enforce it
    pub ingress_doubtful: usize,
    /// Isolated for egress, on nodes that may not enforce it
    pub egress_doubtful: usize,
    /// `NetworkPolicies`
    pub policies: usize,
    /// Policies of other kinds in it, whose part in this is not counted
    pub others: usize,
}

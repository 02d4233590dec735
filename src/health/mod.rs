//! Is the network well? Checks over a snapshot and what was detected in it, each giving findings.
//!
//! [`assess`] is the one question both front-ends ask. A check that lacks a list it needs does not run and is counted; nothing
//! is called well because nobody looked. To add a check: a file in `checks/` and one line in [`CHECKS`].

mod agents;
mod checks;
mod nodes;
mod pods;
mod rank;

pub use checks::{CHECKS, Check, Context};

use crate::catalog::Catalog;
use crate::detect::{Detection, Evidence};
use crate::policy::Inventory;
use crate::snapshot::{Kind, Rollout, Snapshot, Text};
use jiff::Timestamp;
use std::fmt;

/// Everything that is concluded from one snapshot.
#[derive(Debug, Clone, Default)]
pub struct Assessment {
    /// Who moves packets, who enforces.
    pub detection: Detection,
    /// The agents' workloads, with their pods.
    pub agents: Vec<AgentHealth>,
    /// The nodes, worst first, then by name.
    pub nodes: Vec<NodeHealth>,
    /// The policies, and what they select.
    pub policies: Inventory,
    /// What is wrong, worst first.
    pub findings: Vec<Finding>,
    /// Checks of lists that ran; those that only say what is not known are not counted.
    pub ran: usize,
    /// Checks that could not run, with the lists that they lack.
    pub could_not: Vec<(&'static str, Vec<Kind>)>,
}

/// The state of one agent workload.
#[derive(Debug, Clone)]
pub struct AgentHealth {
    /// Position in [`Detection::agents`].
    pub agent: usize,
    /// Counts as its controller reports them.
    pub rollout: Rollout,
    /// Its pods, worst first.
    pub pods: Vec<AgentPod>,
    /// Versions that run, with how many pods run each; more than one is a skew.
    pub versions: Vec<(Text, usize)>,
    /// Restarts of all its pods; none where the pods are not known.
    pub restarts: Option<u32>,
}

/// A pod of an agent.
#[derive(Debug, Clone)]
pub struct AgentPod {
    /// Name
    pub name: Text,
    /// Its node, empty while not scheduled
    pub node: Text,
    /// Phase as the API spells it
    pub phase: &'static str,
    /// Whether it is ready
    pub ready: bool,
    /// Restarts of its containers
    pub restarts: u32,
    /// Why it is not well, such as `CrashLoopBackOff, exit 1`
    pub reason: Option<String>,
    /// Version of its main image
    pub version: Option<Text>,
}

/// The state of one node.
#[derive(Debug, Clone)]
pub struct NodeHealth {
    /// Name
    pub name: Text,
    /// Condition `Ready`; none while the node does not report.
    pub ready: Option<bool>,
    /// Condition `NetworkUnavailable`; none where nobody sets it.
    pub network_unavailable: Option<bool>,
    /// Whether all its agent pods are ready; none where no agent belongs there, or none can be seen.
    pub agent_ready: Option<bool>,
    /// Pods that are on it and not finished, as far as pods were read; none where none could be.
    pub pods: Option<usize>,
    /// How many it takes.
    pub pod_capacity: Option<u32>,
    /// Findings about it.
    pub findings: usize,
    /// The worst of them.
    pub worst: Option<Severity>,
}

/// Something that is wrong, or that could not be told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Finding {
    /// Id of the check, such as `agent-not-ready`.
    pub id: &'static str,
    /// How bad.
    pub severity: Severity,
    /// The object, such as `Node worker-4` or `DaemonSet kube-system/calico-node`.
    pub object: Object,
    /// What is wrong, in one sentence without the object's name.
    pub message: String,
    /// Why it matters, in one sentence.
    pub why: String,
    /// The cause, where there is a guess: the end of "likely because", such as `kernel 5.4.0; Calico v3.32 asks for 5.10 or newer`.
    pub likely: Option<String>,
    /// What to do, a command where there is one.
    pub remedy: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Who says that it matters.
    pub source: String,
    /// Nodes that it is on, or about; empty where it is not of nodes.
    pub nodes: Vec<Text>,
    /// Symptoms of the same cause.
    pub symptoms: Vec<String>,
    /// What it rests on, where the state of its object does not show that.
    pub evidence: Vec<Evidence>,
    /// Of what is wrong with a node itself: what that explains of an agent that fails there, as the end of "likely because".
    pub explains: Option<String>,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Object {
    /// Kind, such as `Node`; empty for the whole cluster.
    pub kind: &'static str,
    /// Namespace, empty if it has none.
    pub namespace: Text,
    /// Name.
    pub name: Text,
}

/// How bad a finding is. The order is that of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Severity {
    /// Something does not work.
    Error,
    /// Something will not work, or works in part.
    Warning,
    /// Cannot be told, and should be.
    #[default]
    Unknown,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Info => "info",
        }
    }
}

impl Object {
    /// An object of a namespace.
    pub fn new(kind: &'static str, namespace: &Text, name: &Text) -> Self {
        Self { kind, namespace: namespace.clone(), name: name.clone() }
    }

    /// A node.
    pub fn node(name: &Text) -> Self {
        Self { kind: "Node", namespace: Text::default(), name: name.clone() }
    }
}

impl fmt::Display for Object {
    /// `DaemonSet kube-system/calico-node`, `Node worker-4`; `cluster` for the whole of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.namespace.as_str()) {
            ("", _) => f.write_str("cluster"),
            (kind, "") => write!(f, "{kind} {}", self.name),
            (kind, namespace) => write!(f, "{kind} {namespace}/{}", self.name),
        }
    }
}

/// Concludes everything there is to conclude from `snapshot`.
pub fn assess(snapshot: &Snapshot, catalog: &Catalog) -> Assessment {
    let detection = crate::detect::detect(snapshot, catalog);
    let doubtful: Vec<Text> = detection.policy.doubtful.iter().map(|doubt| doubt.node.clone()).collect();
    let policies = crate::policy::inventory(snapshot, &doubtful);
    let agents = agents::states(snapshot, &detection);
    let on_nodes = nodes::OnNodes::new(snapshot, &detection);
    let context = Context { snapshot, catalog, detection: &detection, agents: &agents, on_nodes: &on_nodes };
    let (mut findings, mut ran, mut could_not) = (Vec::new(), 0, Vec::new());
    for check in CHECKS {
        // Kinds that nobody installed are not missing; a check of such alone does not count.
        let missing: Vec<Kind> = snapshot.sources.missing().filter(|kind| check.needs.contains(kind)).collect();
        if missing.is_empty() {
            ran += usize::from(check.needs.iter().any(|kind| snapshot.sources.is_live(*kind)));
            findings.extend((check.run)(&context));
        } else {
            could_not.push((check.id, missing));
        }
    }
    let findings = rank::rank(findings, &context);
    let nodes = nodes::states(snapshot, &on_nodes, &findings);
    drop(on_nodes);
    Assessment { detection, agents, nodes, policies, findings, ran, could_not }
}

//! Who moves packets and who enforces policy: the signatures of the catalogue, applied to a snapshot.
//!
//! A pure function. It never claims more than the objects carry: one kind of evidence makes a provider likely, two on one
//! object make it certain, and a list that could not be read makes the answer unknown. To recognise another provider, write
//! the `detect:` part of its file; what data cannot say is a small named rule in `rules`.

mod agents;
mod by_node;
mod condition;
mod enforcement;
mod engine;
mod flags;
mod identity;
mod image;
mod measured;
mod placement;
mod rules;

pub use image::numbers;
pub use measured::agents_on;
pub use placement::{Placement, placement};

use crate::catalog::{AgentRole, Catalog, KernelRule, OverheadRule, ReleaseRule};
use crate::snapshot::{Pod, Snapshot, Text, Workload, WorkloadKind};
use jiff::Timestamp;
use std::sync::Arc;

/// Which providers are in a cluster, and what the main one does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Detection {
    /// Who moves packets.
    pub network: Identity,
    /// Who else is here.
    pub also: Vec<Companion>,
    /// Who enforces policy.
    pub policy: Enforcement,
    /// The workloads of all of them, the main one's first.
    pub agents: Vec<Agent>,
    /// `eks`, `gke`, `k3s`, `kind`...; none where the nodes do not tell.
    pub distribution: Option<&'static str>,
    /// The oldest kernel that each version of the main one that runs is documented to run on, where somebody says.
    pub kernels: Vec<(Text, KernelRule)>,
    /// What is known against each version of the main one that runs.
    pub releases: Vec<(Text, ReleaseRule)>,
}

/// The provider that moves packets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Identity {
    /// Id in the catalogue.
    pub provider: Option<String>,
    /// As tagged; none where the objects cannot tell, or where several run at once.
    pub version: Option<Text>,
    /// All that run on the nodes, lowest first; more than one in the middle of an upgrade.
    pub versions: Vec<Text>,
    /// How sure that is.
    pub confidence: Confidence,
    /// How it works.
    pub mode: Mode,
    /// How large packets of pods may be, where it is declared.
    pub mtu: Option<Mtu>,
    /// Why we think so.
    pub evidence: Vec<Evidence>,
}

/// How sure an identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Confidence {
    /// Nothing was recognised, or what decides could not be read.
    #[default]
    Unknown,
    /// A guess from one kind of evidence.
    Likely,
    /// At least two kinds of evidence on one object.
    Certain,
}

impl Confidence {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// How a provider works here. What the objects do not decide is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mode {
    /// `vxlan`, `ipip`, `geneve`, `gre`, `wireguard`, `sleeve` or `none`
    pub encapsulation: Option<String>,
    /// Whether only between subnets
    pub cross_subnet: Option<bool>,
    /// `iptables`, `nftables`, `ipvs`, `ebpf`, `ovs`, `vpp` or `bridge`
    pub data_plane: Option<String>,
    /// `none`, `wireguard`, `ipsec` or `nacl`
    pub encryption: Option<String>,
    /// Whether it stands in for kube-proxy
    pub kube_proxy_replacement: Option<bool>,
    /// How pods get addresses
    pub ipam: Option<String>,
    /// How routes spread
    pub routing: Option<String>,
}

/// How large packets of pods may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mtu {
    /// Bytes.
    pub bytes: u32,
    /// Where that is declared, such as `veth_mtu of ConfigMap kube-system/calico-config`.
    pub declared: String,
    /// What the network adds between nodes; none where that is not known for its mode.
    pub overhead: Option<OverheadRule>,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The object it is on, such as `DaemonSet kube-system/calico-node`.
    pub object: String,
    /// What it says, such as `container calico-node, image quay.io/calico/node:v3.32.1`.
    pub says: String,
}

/// A provider beside the main one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion {
    /// Id in the catalogue.
    pub provider: String,
    /// What it is here.
    pub part: Part,
    /// Why we think so.
    pub evidence: Vec<Evidence>,
}

/// What a second provider is to the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A second one that moves packets: two primaries fight.
    Primary,
    /// Calls other plugins.
    Meta,
    /// Enforces policy only.
    PolicyOnly,
    /// Joins clusters.
    Mesh,
    /// Only traces of it are left.
    Leftover,
}

impl Part {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Meta => "meta",
            Self::PolicyOnly => "policy-only",
            Self::Mesh => "mesh",
            Self::Leftover => "leftover",
        }
    }
}

/// A workload of a provider, and its pods.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    /// Id in the catalogue.
    pub provider: String,
    /// Which kind of workload.
    pub kind: WorkloadKind,
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// What it does.
    pub role: AgentRole,
    /// The container whose image carries the version.
    pub container: Text,
    /// Version of the template; running pods may differ.
    pub version: Option<Text>,
    /// The object itself; none where only its pods could be seen.
    pub workload: Option<Arc<Workload>>,
    /// Its pods.
    pub pods: Vec<Arc<Pod>>,
}

impl Agent {
    /// The version that one of its pods runs: that of the pod's image of [`Agent::container`].
    pub fn version_of(&self, pod: &Pod) -> Option<Text> {
        image::version(self.image_of(pod)?)
    }

    fn image_of<'a>(&self, pod: &'a Pod) -> Option<&'a Text> {
        pod.containers.iter().find(|c| c.name == self.container).map(|c| &c.image)
    }

    /// Whether a node loses its network or its policies when this is down there.
    pub fn on_nodes(&self) -> bool {
        self.role != AgentRole::Controller
    }
}

/// Whether `NetworkPolicy` is enforced, by whom, and how we know.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Enforcement {
    /// Id of the provider that enforces.
    pub enforcer: Option<String>,
    /// Both directions together, on all nodes.
    pub verdict: Verdict,
    /// How we know.
    pub basis: Basis,
    /// When it was measured, the oldest of what that rests on.
    pub measured_at: Option<Timestamp>,
    /// Ingress rules.
    pub ingress: Verdict,
    /// Egress rules.
    pub egress: Verdict,
    /// Nodes by what is known of them.
    pub nodes: NodeCount,
    /// The nodes among them where the enforcer's agents do not enforce, or where that cannot be told.
    pub doubtful: Vec<Doubt>,
    /// Policy kinds that objects exist of and nobody here enforces.
    pub ignored_kinds: Vec<String>,
    /// Why nobody enforces, as the end of a sentence, such as `flannel has no policy engine`; empty unless that is known.
    pub reason: String,
    /// The verdict as a sentence for people, beginning with its first word; without the final "Not measured here."
    pub sentence: String,
    /// Why we think so.
    pub evidence: Vec<Evidence>,
}

/// Whether something is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// Everywhere.
    Enforced,
    /// Nowhere.
    NotEnforced,
    /// On some nodes, or in one direction.
    Partial,
    /// Cannot be told.
    #[default]
    Unknown,
}

impl Verdict {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::NotEnforced => "not-enforced",
            Self::Partial => "partial",
            Self::Unknown => "unknown",
        }
    }
}

/// How a verdict is known, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// A denied flow was tried.
    Measured,
    /// The agent runs and its settings say so.
    Configured,
    /// Its documentation says so.
    Documented,
    /// Not known.
    #[default]
    Unknown,
}

impl Basis {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Configured => "configured",
            Self::Documented => "documented",
            Self::Unknown => "unknown",
        }
    }
}

/// Nodes by what is known of the enforcement there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NodeCount {
    /// Their enforcer is well.
    pub enforced: usize,
    /// They have none.
    pub not_enforced: usize,
    /// Cannot be told.
    pub unknown: usize,
}

/// A node where it is not enforced, or cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Name of the node.
    pub node: Text,
    /// Why.
    pub why: Why,
}

/// Why a node does not enforce, or cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its agent is missing or not ready: rules may stand, new ones do not arrive.
    Down,
    /// The node does not report: what runs there is not known.
    Silent,
    /// Its agent's settings cannot be told, and what keeps us from that.
    Open(String),
    /// Its agent runs with policy off, and how we know, such as `in kube-router --run-firewall is false`.
    Off(String),
    /// No agent belongs there.
    NoAgent,
}

/// Recognises what runs in `snapshot`.
pub fn detect(snapshot: &Snapshot, catalog: &Catalog) -> Detection {
    let index = condition::Index::new(snapshot);
    let found = agents::find(&index, catalog);
    let (network, also) = identity::identify(&index, catalog, &found);
    let kernels = identity::kernels(&index, catalog, &found, &network);
    let releases = identity::releases(&index, catalog, &found, &network);
    let concluded = enforcement::judge(&index, catalog, &found, &network);
    let mut agents: Vec<Agent> = found.into_iter().map(|f| f.agent).collect();
    agents.sort_by_key(|agent| (Some(&agent.provider) != network.provider.as_ref(), !agent.on_nodes()));
    let policy = measured::over(concluded, snapshot, &agents);
    Detection { distribution: rules::distribution(snapshot), network, also, policy, agents, kernels, releases }
}

//! Facts: everything we know about one cluster at one moment, as plain data.
//!
//! A [`Snapshot`] is immutable and cheap to clone; its tables share their rows with the snapshots before and after it.
//! Facts keep only the fields that the domain reads. Nothing here judges, waits or knows where the facts came from.
//! To read another field: add it to the fact, and to its shape in `wire`. To watch another kind: a row in `kinds`.

mod documents;
mod enforced;
mod export;
mod facts;
mod kinds;
mod manifest;
mod page;
mod pointer;
mod pool;
mod positions;
mod redact;
mod repair;
mod selector;
mod store;
mod table;
mod templates;
mod text;
mod wanted;
mod wire;

pub use enforced::EnforcedBy;
pub use export::{export, selector_object};
pub use facts::{
    Backend, ClusterPeer, ClusterPolicy, ClusterPort, ClusterRule, Condition, ConfigKey, ConfigMap, Container, ContainerStatus,
    Crd, CustomResource, Env, EnvFrom, Fact, ForeignPolicy, IpBlock, Label, Labels, MeasuredNode, Measurement, Namespace,
    NetworkPolicy, Node, Owner, Peer, Phase, Pod, PodContainer, PodSet, PolicyPort, PolicyRule, Port, PortRef, Protocol, Raw,
    Rollout, Route, RuleAction, RunState, Service, ServicePort, SideVerdict, Strategy, Taint, Template, Tier, Toleration,
    Trouble, Workload, WorkloadKind,
};
pub use kinds::Kind;
pub use manifest::{Reader, scenes};
pub use page::Page;
pub use pointer::Pointer;
pub use positions::Positions;
pub use redact::{Public, redact, redact_with};
pub use selector::{Operator, Requirement, Selector};
pub use store::{Change, Store};
pub use table::Table;
pub use text::{Interner, LONGEST, Text, clean};
pub use wanted::Wanted;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The facts about one cluster at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// When the newest of these facts arrived; ages are counted from here.
    pub taken_at: Timestamp,
    /// Where the facts come from.
    pub origin: Origin,
    /// `gitVersion` of the API server, such as `v1.36.2`.
    pub server_version: Option<Text>,
    /// How far the clock of the API server is ahead of this machine's, where that makes ages wrong.
    pub clock_ahead: Option<SignedDuration>,
    /// Nodes.
    pub nodes: Table<Node>,
    /// Namespaces.
    pub namespaces: Table<Namespace>,
    /// Pods of all namespaces.
    pub pods: Table<Pod>,
    /// Services.
    pub services: Table<Service>,
    /// Ingresses and `HTTPRoute`s.
    pub routes: Table<Route>,
    /// `DaemonSets`, Deployments and what else makes pods.
    pub workloads: Table<Workload>,
    /// What else would make pods; only files tell.
    pub templates: Table<Template>,
    /// `NetworkPolicy` of networking.k8s.io.
    pub policies: Table<NetworkPolicy>,
    /// Policies of the cluster, of policy.networking.k8s.io.
    pub cluster_policies: Table<ClusterPolicy>,
    /// Policies of kinds whose rules are not read.
    pub foreign_policies: Table<ForeignPolicy>,
    /// Kinds that were installed beside the built-in ones.
    pub crds: Table<Crd>,
    /// The few `ConfigMaps` that detection names.
    pub config_maps: Table<ConfigMap>,
    /// Objects of installed kinds, of which only fields that detection names are kept.
    pub custom: Table<CustomResource>,
    /// Whether the cluster answers.
    pub link: Link,
    /// How complete each list is.
    pub sources: Sources,
    /// What probes measured, of all clusters that are remembered.
    pub measured: Arc<[Measurement]>,
    /// What was skipped because it could not be read.
    pub problems: Arc<[Problem]>,
    /// Which objects those lack that are partial, as far as that was told.
    pub unread: Arc<[Unread]>,
}

impl Snapshot {
    /// What tells this cluster from others, whatever they are called: the uid of the namespace kube-system. None where it was not read.
    pub fn cluster_uid(&self) -> Option<&Text> {
        self.namespaces
            .iter()
            .find(|namespace| *namespace.name == *"kube-system")
            .map(|found| &found.uid)
            .filter(|uid| !uid.is_empty())
    }

    /// How many objects of `kind` were read; none where none were, and the list is not complete.
    pub fn number(&self, kind: Kind) -> Option<usize> {
        let items = self.sources.of(kind).items;
        (self.sources.is_live(kind) || items > 0).then_some(items)
    }

    /// Whether there is a namespace of that name, or an object that is in one.
    pub fn has_namespace(&self, name: &str) -> bool {
        let others = self.services.iter().map(|one| &one.namespace).chain(self.workloads.iter().map(|one| &one.namespace));
        let policies = self.policies.iter().map(|one| &one.namespace);
        let pods = self.pods.iter().map(|one| &one.namespace);
        self.namespaces.iter().map(|one| &one.name).chain(policies).chain(others).chain(pods).any(|known| *known == *name)
    }
}

/// Where a snapshot comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum Origin {
    /// Nowhere: no cluster, no files.
    #[default]
    None,
    /// The cluster of a kubeconfig context.
    Live {
        /// Name of the context.
        context: Text,
    },
    /// Files, named as the user named them.
    Files {
        /// What to call them.
        name: Text,
    },
    /// A snapshot that was written to files.
    Saved {
        /// The files, named as the user named them.
        file: Text,
        /// The name of the cluster that was looked at.
        context: Text,
    },
    /// An embedded cluster.
    Demo {
        /// Name of the scene.
        name: Text,
    },
}

impl Origin {
    /// The cluster's name on screens and in `cluster.context`; empty without a cluster.
    pub fn name(&self) -> &str {
        match self {
            Self::None => "",
            Self::Live { context } | Self::Saved { context, .. } => context,
            Self::Files { name } | Self::Demo { name } => name,
        }
    }

    /// The name where there is little room: of a file without its folders.
    pub fn short_name(&self) -> &str {
        match self {
            Self::Files { name } => name.trim_end_matches('/').rsplit('/').next().unwrap_or(name),
            _ => self.name(),
        }
    }
}

/// Whether the cluster answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "link", rename_all = "kebab-case")]
pub enum Link {
    /// There is none to ask: no cluster, or facts from files.
    #[default]
    None,
    /// No kubeconfig, or no such context.
    Unconfigured {
        /// Where we looked and what we found.
        why: Text,
    },
    /// Asked for the first time.
    Connecting {
        /// Since when.
        since: Timestamp,
    },
    /// A credential plugin takes its time before anything can be asked.
    LoggingIn {
        /// Since when the cluster is waited for.
        since: Timestamp,
        /// The command of the plugin.
        plugin: Text,
    },
    /// It answers.
    Up,
    /// It does not answer.
    Down {
        /// Since when.
        since: Timestamp,
        /// What happened, such as `connection refused, 10.0.0.1:6443`.
        why: Text,
        /// When the next attempt is made.
        retry_at: Option<Timestamp>,
    },
    /// Nobody is logged in, so it cannot be asked.
    LoggedOut {
        /// Since when.
        since: Timestamp,
        /// What the credential plugin needs, as whole sentences.
        why: Text,
        /// When the next attempt is made.
        retry_at: Option<Timestamp>,
    },
}

impl Link {
    /// Whether the cluster cannot be asked now, but could before or will.
    pub const fn is_down(&self) -> bool {
        matches!(self, Self::Down { .. } | Self::LoggedOut { .. })
    }
}

/// An object that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Kind
    pub kind: Kind,
    /// Namespace, empty for kinds that have none
    pub namespace: Text,
    /// Name
    pub name: Text,
}

/// Something that could not be read. It was skipped and everything else was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// File and line, or kind, namespace and name of the object.
    pub object: Text,
    /// What is wrong with it.
    pub message: Text,
}

/// How complete one list is. Anything but [`State::Live`] makes what depends on it unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// Being read for the first time.
    Syncing {
        /// How many of them there are, when the server said.
        of: Option<usize>,
    },
    /// Complete and followed (or, from a file, complete as the file has it).
    Live,
    /// Read, but some of its objects could not be: rows are missing.
    Partial {
        /// How many objects.
        skipped: usize,
    },
    /// Complete once, not followed any more.
    Stale {
        /// When it was last known to be current.
        since: Timestamp,
        /// What happened.
        why: Text,
        /// When the next attempt is made.
        retry_at: Option<Timestamp>,
    },
    /// Never complete so far: the last attempt to read it failed. Rows that were read are there, and others are missing.
    Failed {
        /// What happened.
        why: Text,
        /// When the next attempt is made.
        retry_at: Option<Timestamp>,
    },
    /// We may not read it.
    Forbidden {
        /// What the API server said.
        why: Text,
    },
    /// The API server does not serve this kind.
    Absent,
    /// Nobody asked, or the files have none: it says nothing about the cluster.
    #[default]
    Unknown,
}

/// One list: its state and size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// How complete it is.
    pub state: State,
    /// Rows read so far.
    pub items: usize,
}

/// One [`Source`] for every [`Kind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources([Source; Kind::ALL.len()]);

impl Default for Sources {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Source::default()))
    }
}

impl Sources {
    /// The list of `kind`.
    pub fn of(&self, kind: Kind) -> &Source {
        &self.0[kind as usize]
    }

    /// The list of `kind`, to change it.
    pub fn of_mut(&mut self, kind: Kind) -> &mut Source {
        &mut self.0[kind as usize]
    }

    /// Whether the list of `kind` is complete and current.
    pub fn is_live(&self, kind: Kind) -> bool {
        self.of(kind).state == State::Live
    }

    /// Whether the list of `kind` is complete, now or as it was when it was seen last.
    pub fn is_known(&self, kind: Kind) -> bool {
        matches!(self.of(kind).state, State::Live | State::Stale { .. })
    }

    /// The kinds that count here: all but those that nobody installed.
    pub fn counted(&self) -> impl Iterator<Item = Kind> {
        let nobodys = |kind: &Kind| kind.is_installed() && matches!(self.of(*kind).state, State::Absent | State::Unknown);
        Kind::ALL.into_iter().filter(move |kind| !nobodys(kind))
    }

    /// Those of them whose list is not complete and current.
    pub fn missing(&self) -> impl Iterator<Item = Kind> {
        self.counted().filter(|kind| !self.is_live(*kind))
    }

    /// All lists in the order of [`Kind::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Kind, &Source)> {
        Kind::ALL.into_iter().zip(&self.0)
    }
}

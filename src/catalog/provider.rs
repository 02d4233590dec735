//! A provider as its file describes it: what it is, what it has of each feature, who installs it, its limits and its use.

use super::{Bound, Cell, Detect, Level, Quantity, Reference};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A network provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Id, such as `weave-net`; the name of its file.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is to a cluster.
    pub role: Role,
    /// Whether it lives.
    pub status: Status,
    /// One sentence: what it is.
    pub summary: String,
    /// Other names a filter finds it by.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where its project lives.
    pub project: Project,
    /// One cell for each feature; what is missing is unknown.
    pub cells: BTreeMap<String, Cell>,
    /// Its data planes, backends or modes, where they differ in a cell; the first is what one gets unasked.
    #[serde(default)]
    pub variants: Vec<String>,
    /// Who installs it, and how it is asked for.
    #[serde(default)]
    pub installers: Vec<Installer>,
    /// Documented limits, as numbers. The column `limits` follows from them.
    #[serde(default)]
    pub limits: Vec<Quantity>,
    /// What its containers request on each node, as numbers. The column `footprint` follows from them.
    #[serde(default)]
    pub footprint: Vec<Quantity>,
    /// Stars, contributors and forks at a date.
    #[serde(default)]
    pub adoption: Vec<Adoption>,
    /// What bites people.
    #[serde(default)]
    pub watch: Vec<Note>,
    /// What ends it somewhere; each rests on a cell.
    #[serde(default)]
    pub bounds: Vec<Bound>,
    /// How to recognise it in a cluster.
    #[serde(default)]
    pub detect: Detect,
}

impl Provider {
    /// The cell of a feature, unless nobody could source it.
    pub fn cell(&self, feature: &str) -> Option<&Cell> {
        self.cells.get(feature)
    }

    /// The level of a feature; unknown without a cell.
    pub fn level(&self, feature: &str) -> Level {
        self.cell(feature).map_or(Level::Unknown, |cell| cell.level)
    }
}

/// What a provider is to a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Gives pods their network.
    Primary,
    /// Calls other plugins.
    Meta,
    /// Enforces policies on somebody else's network.
    PolicyOnly,
    /// Joins the networks of clusters.
    Mesh,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Primary, Self::Meta, Self::PolicyOnly, Self::Mesh];

    /// As data, JSON and filters spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Meta => "meta",
            Self::PolicyOnly => "policy-only",
            Self::Mesh => "mesh",
        }
    }
}

/// Whether a project lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Releases are made.
    Active,
    /// Nobody ended it, and nothing happens.
    Dormant,
    /// Archived, or its owner ended it.
    Dead,
}

impl Status {
    /// All of them, best first.
    pub const ALL: [Self; 3] = [Self::Active, Self::Dormant, Self::Dead];

    /// As data, JSON and filters spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::Dead => "dead",
        }
    }
}

/// Where a project lives.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Documentation.
    pub home: String,
    /// Repository, `owner/name` or an address.
    pub repository: String,
    /// Where bugs go.
    #[serde(default)]
    pub tracker: Option<String>,
    /// Where people talk.
    #[serde(default)]
    pub chat: Option<String>,
    /// What took its place, for dead ones: an id or a sentence.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// What its tracker asks of who reports a fault.
    #[serde(default)]
    pub report: Option<Template>,
}

/// What the template of a tracker asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// What a snapshot can tell.
    pub asks: Vec<Asked>,
    /// What it cannot, in words.
    #[serde(default)]
    pub also: String,
    /// The template.
    pub source: Reference,
}

/// Something that trackers ask for, and a snapshot tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// The version of the provider.
    Version,
    /// How it is set up: encapsulation and data plane.
    Mode,
    /// The version of Kubernetes.
    Kubernetes,
    /// What Kubernetes was installed by.
    Distribution,
    /// How many nodes there are.
    Nodes,
    /// Kernels of the nodes.
    Kernel,
    /// Operating systems of the nodes.
    Os,
    /// Container runtimes of the nodes.
    Runtime,
}

impl Asked {
    /// As people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Mode => "mode",
            Self::Kubernetes => "Kubernetes",
            Self::Distribution => "installed by",
            Self::Nodes => "nodes",
            Self::Kernel => "kernel",
            Self::Os => "operating system",
            Self::Runtime => "container runtime",
        }
    }
}

/// Somebody who installs a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installer {
    /// Name, such as `kops`, `RKE2`, `Helm` or `manifest`.
    pub name: String,
    /// How it is asked for: a flag, a file, a chart.
    #[serde(default)]
    pub by: String,
    /// How far it is supported there.
    pub support: Support,
    /// Version of the installer since when.
    #[serde(default)]
    pub since: Option<String>,
    /// Version of the installer since when it counts as stable.
    #[serde(default)]
    pub stable: Option<String>,
    /// Version of the installer since when it is deprecated.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// Version of the installer that took it out.
    #[serde(default)]
    pub removed: Option<String>,
    /// Condition or caveat.
    #[serde(default)]
    pub note: String,
    /// Who says so.
    pub source: Reference,
}

/// How far an installer supports a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Support {
    /// Chosen when nobody chooses.
    Default,
    /// One of several to choose from.
    Option,
    /// To choose, and called experimental.
    Experimental,
    /// To choose, and to go.
    Deprecated,
    /// No longer to choose.
    Removed,
}

impl Support {
    /// All of them, best first.
    pub const ALL: [Self; 5] = [Self::Default, Self::Option, Self::Experimental, Self::Deprecated, Self::Removed];

    /// As data and JSON spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Option => "option",
            Self::Experimental => "experimental",
            Self::Deprecated => "deprecated",
            Self::Removed => "removed",
        }
    }
}

/// Interest in a project at a date.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adoption {
    /// Date, `YYYY-MM` or `YYYY-MM-DD`.
    pub as_of: String,
    /// Stars.
    #[serde(default)]
    pub stars: Option<u32>,
    /// Contributors.
    #[serde(default)]
    pub contributors: Option<u32>,
    /// Forks.
    #[serde(default)]
    pub forks: Option<u32>,
    /// Who counted.
    pub source: Reference,
}

/// A sentence with its source.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The sentence.
    pub text: String,
    /// Who says so.
    pub source: Reference,
}

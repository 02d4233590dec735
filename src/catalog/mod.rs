//! The catalogue: which provider supports what, as read from `data/`.
//!
//! Plain data, and pure questions about it. It knows nothing of clusters: how a provider is recognised ([`Detect`]) stands
//! here as data and is applied by `detect`. To add a provider or a feature, write a file in `data/`; nothing here changes.

mod detect;
mod edition;
mod load;
mod query;

pub use detect::{
    Agent, AgentRole, Condition, Detect, Enforcement, Hint, KernelRule, KindRule, ModeRule, Rule, Subject, VersionFrom,
};
pub use edition::{Edition, PrintedCell, PrintedColumn, PrintedRow, Term};
pub use load::{Problem, embedded, load};
pub use query::{Completion, Filter, FilterError, Sort, completions, differ};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Everything in `data/` but the demo clusters.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Groups of columns, in order.
    pub groups: Vec<Group>,
    /// The columns, in order.
    pub features: Vec<Feature>,
    /// The providers: living ones first, then by name.
    pub providers: Vec<Provider>,
    /// The matrix as it was published, oldest first.
    pub editions: Vec<Edition>,
    /// The terms, explained.
    pub glossary: Vec<Term>,
}

impl Catalog {
    /// The provider with that id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|p| p.id == id)
    }

    /// The provider that people call so: by id, name or alias, letter case ignored.
    pub fn named(&self, name: &str) -> Option<&Provider> {
        let same = |known: &String| known.eq_ignore_ascii_case(name);
        self.providers
            .iter()
            .find(|p| same(&p.id) || same(&p.name))
            .or_else(|| self.providers.iter().find(|p| p.aliases.iter().any(same)))
    }

    /// Id of the provider whose name is nearest to `name`, if near enough to be meant.
    pub fn nearest(&self, name: &str) -> Option<String> {
        query::nearest(&name.to_lowercase(), self.providers.iter().map(|provider| provider.id.clone()))
    }

    /// The name of the provider with that id; the id itself where the catalogue does not know it.
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.provider(id).map_or(id, |provider| provider.name.as_str())
    }

    /// The column with that id.
    pub fn feature(&self, id: &str) -> Option<&Feature> {
        self.features.iter().find(|f| f.id == id)
    }

    /// The edition with that id.
    pub fn edition(&self, id: &str) -> Option<&Edition> {
        self.editions.iter().find(|e| e.id == id)
    }
}

/// A group of columns.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Id, such as `security`.
    pub id: String,
    /// Heading.
    pub title: String,
}

/// A column of the matrix.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// Id, such as `encryption`; the key of the cells.
    pub id: String,
    /// Id of its group.
    pub group: String,
    /// Full title.
    pub title: String,
    /// Heading of the column in the matrix, at most 14 columns wide.
    pub short: String,
    /// Other words the filter accepts for it, such as `in` for `policy-ingress`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether it was a column of the essays.
    #[serde(default)]
    pub seed: bool,
    /// Whether its cells are levels or text.
    #[serde(default)]
    pub kind: FeatureKind,
    /// What the column says, in one or two sentences.
    pub definition: String,
    /// What each level means here; only levels that are used.
    #[serde(default)]
    pub levels: BTreeMap<Level, String>,
}

impl Feature {
    /// The words that a filter accepts for it: id, title, heading and aliases, in small letters, spaces as `-`.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let named = [&self.id, &self.title, &self.short].into_iter().chain(&self.aliases);
        named.map(|name| name.to_lowercase().replace(' ', "-"))
    }
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeatureKind {
    /// A level, usually with a value.
    #[default]
    Level,
    /// Text; the level `yes` only says that there is some.
    Text,
}

/// How far a provider has a feature. The order is that of sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Has it, if only after one documented switch.
    Yes,
    /// Only under a condition that many will not meet, in one direction, or in a paid edition.
    Partial,
    /// Has it not.
    No,
    /// The question does not apply.
    #[serde(rename = "n/a")]
    NotApplicable,
    /// Nobody could source it.
    #[default]
    Unknown,
}

impl Level {
    /// All levels.
    pub const ALL: [Self; 5] = [Self::Yes, Self::Partial, Self::No, Self::NotApplicable, Self::Unknown];

    /// As data, JSON and filters spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partial => "partial",
            Self::No => "no",
            Self::NotApplicable => "n/a",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

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
    /// Documented limits, as numbers.
    #[serde(default)]
    pub limits: Vec<Limit>,
    /// Stars, contributors and forks at a date.
    #[serde(default)]
    pub adoption: Vec<Adoption>,
    /// What bites people.
    #[serde(default)]
    pub watch: Vec<Note>,
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
    /// How installers name it: installer to sentence (kops, RKE2, ...).
    #[serde(default)]
    pub installers: BTreeMap<String, String>,
    /// What took its place, for dead ones: an id or a sentence.
    #[serde(default)]
    pub replaced_by: Option<String>,
}

/// What one provider has of one feature.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// How far. Text columns leave it out.
    #[serde(default = "some_text")]
    pub level: Level,
    /// What exactly, such as `WireGuard; IPsec with VPP only`.
    #[serde(default)]
    pub value: String,
    /// The same in at most 16 columns, for the matrix; empty shows the level's sign alone (or, of text, the value).
    #[serde(default)]
    pub short: String,
    /// Condition or caveat.
    #[serde(default)]
    pub note: String,
    /// Version since when, as tagged.
    #[serde(default)]
    pub since: Option<String>,
    /// Who says so. Only cells of level unknown have none.
    #[serde(default)]
    pub sources: Vec<Reference>,
}

fn some_text() -> Level {
    Level::Yes
}

/// A source, and the date for which it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// `owner/repository path@commit-or-tag`, or an address.
    #[serde(rename = "ref")]
    pub location: String,
    /// Date of what was read, `YYYY-MM-DD` or `YYYY-MM`; `undated` where the page tells none.
    pub as_of: String,
}

/// A documented limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What is limited, such as `full BGP mesh`.
    pub what: String,
    /// How many.
    pub number: f64,
    /// Of what: `nodes`, `routes`, `pods per node`, `m CPU`, `MiB`.
    pub unit: String,
    /// Who says so.
    pub source: Reference,
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

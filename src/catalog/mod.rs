//! The catalogue: which provider supports what, as read from `data/`.
//!
//! Plain data, and pure questions about it. It knows nothing of clusters: how a provider is recognised ([`Detect`]) stands
//! here as data and is applied by `detect`. To add a provider or a feature, write a file in `data/`; nothing here changes.

mod cell;
mod choose;
mod detect;
mod edition;
mod load;
mod measured;
mod provider;
mod quantity;
mod query;

pub use cell::{Cell, Reference, Variant};
pub use choose::{
    Accept, Bound, Cause, Caveat, CaveatKind, Change, Choice, Demand, End, Environment, Excluded, Kernel, Left, Move, Order,
    Question, Relaxation, Says, Wanted, choose, moves, moving,
};
pub use detect::{
    Agent, AgentRole, Condition, Detect, Enforcement, Hint, KernelRule, KindRule, ModeRule, MtuRules, OverheadRule, PoolRule,
    ReleaseRule, ReportRule, Rule, Subject, VersionFrom, Weight,
};
pub use edition::{Edition, PrintedCell, PrintedColumn, PrintedRow, Term};
pub use load::{Problem, embedded, load};
pub use measured::{Measured, Metric, Run};
pub use provider::{Adoption, Asked, Installer, Note, Project, Provider, Role, Status, Support, Template};
pub use quantity::{Quantity, Unit, spelled};
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
    /// What others measured, oldest run first.
    pub measured: Vec<Run>,
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
    /// Whether more of it is better.
    #[serde(default)]
    pub yes_is: Worth,
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

/// Whether more of a feature is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Worth {
    /// It is.
    #[default]
    Good,
    /// It depends on what one has.
    Neutral,
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

//! Front-end 1: answers as text, JSON, YAML, CSV or markdown.
//!
//! An [`Answer`] is blocks for people and one document for programs. What a command answers is put together in a module of its
//! own; [`write()`] alone knows formats. It does not know where output goes, nor clap.

mod catalog;
mod connectivity;
mod coverage;
mod diff;
mod explain;
mod flow;
mod fold;
mod lint;
mod policy;
mod probe;
mod status;
mod summary;
mod table;
mod timeline;
mod write;

pub use catalog::{ChooseDocument, Matrix, choose, compare, edition, profile, providers};
pub use connectivity::{Connectivity, ConnectivityDocument, connectivity};
pub use coverage::{CoverageDocument, coverage};
pub use diff::{DiffDocument, diff};
pub use explain::{ExplainDocument, explain};
pub use lint::{LintDocument, RulesDocument, junit, lint, rules, sarif};
pub use policy::{PolicyListDocument, policies};
pub use probe::{ProbeDocument, probe, probe_junit, probe_plan};
pub use status::{StatusDocument, status};
pub use summary::{Report, ReportDocument};
pub use table::{Block, Cell, Column, Table};
pub use timeline::{ChangeEntry, TimelineDocument, changes, timeline};
pub use write::{Look, documents, write};

use std::str::FromStr;

/// What a command answers.
#[derive(Debug, Clone)]
pub struct Answer<D> {
    /// For people.
    pub blocks: Vec<Block>,
    /// For programs. It carries its `schema`.
    pub document: D,
    /// How it ends.
    pub outcome: Outcome,
}

/// How a command ends, in the order of its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Answered, and well.
    Well = 0,
    /// Answered, and something is wrong.
    Wrong = 1,
    /// It could not be told.
    Untold = 2,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Aligned columns.
    #[default]
    Table,
    /// The same with all there is, as wide as it is.
    Wide,
    /// The document as JSON.
    Json,
    /// The document as YAML.
    Yaml,
    /// The tables, comma separated.
    Csv,
    /// For an issue or a wiki.
    Markdown,
    /// What code scanners write; only `policy lint` does.
    Sarif,
    /// What test runners write; only `policy lint` and `probe` do.
    Junit,
}

impl Format {
    /// All formats by name.
    pub const ALL: [(&'static str, Self); 8] = [
        ("table", Self::Table),
        ("wide", Self::Wide),
        ("json", Self::Json),
        ("yaml", Self::Yaml),
        ("csv", Self::Csv),
        ("markdown", Self::Markdown),
        ("sarif", Self::Sarif),
        ("junit", Self::Junit),
    ];

    /// Whether it has nothing but tables, and words for signs: for programs and wikis.
    pub const fn is_tabular(self) -> bool {
        matches!(self, Self::Csv | Self::Markdown)
    }

    /// Whether all columns are wanted, with whole values.
    pub const fn is_full(self) -> bool {
        !matches!(self, Self::Table)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(|(name, _)| name).join(", ");
        let found = Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, format)| *format);
        found.ok_or_else(|| format!("\"{text}\" is none of {}", names()))
    }
}

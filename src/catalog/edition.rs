//! What was published of the matrix, and the terms it uses.

use super::Reference;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The matrix as it was published once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Id, such as `2018-11`.
    pub id: String,
    /// Title of the publication.
    pub title: String,
    /// Its address, and the day it was published.
    pub source: Reference,
    /// Column headings as printed: feature id to heading, in order of print. Empty: it had no table.
    #[serde(default)]
    pub columns: Vec<PrintedColumn>,
    /// What was printed of each provider.
    pub rows: Vec<PrintedRow>,
    /// Footnotes by number.
    #[serde(default)]
    pub footnotes: BTreeMap<u8, String>,
    /// What a reader has to know about this edition.
    #[serde(default)]
    pub remarks: Vec<String>,
    /// What it advised.
    #[serde(default)]
    pub advice: Vec<String>,
}

/// A column as printed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintedColumn {
    /// Id of the feature.
    pub feature: String,
    /// Heading as printed.
    pub heading: String,
    /// Whether its values were printed at all.
    #[serde(default = "printed")]
    pub printed: bool,
}

fn printed() -> bool {
    true
}

/// A row as printed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintedRow {
    /// Id of the provider.
    pub provider: String,
    /// Its name as printed.
    pub name: String,
    /// Feature id to what was printed.
    #[serde(default)]
    pub cells: BTreeMap<String, PrintedCell>,
    /// What was said of it in prose.
    #[serde(default)]
    pub said: Vec<String>,
    /// Stars, contributors, forks as printed.
    #[serde(default)]
    pub adoption: Option<(u32, u32, u32)>,
}

/// A printed value.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintedCell {
    /// Words as printed.
    pub value: String,
    /// Number of its footnote.
    #[serde(default)]
    pub footnote: Option<u8>,
}

/// A term of the matrix.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The term.
    pub term: String,
    /// What it means.
    pub meaning: String,
    /// Ids of features that use it.
    #[serde(default)]
    pub features: Vec<String>,
}

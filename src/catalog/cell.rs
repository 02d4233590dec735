//! What one provider has of one feature, and who says so.
//!
//! A cell claims nothing without a source and a date. Where the variants of a provider differ, each stands in the cell by name.

use super::Level;
use serde::{Deserialize, Serialize};

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
    /// What its variants have, where they differ; the cell itself says what holds for the provider as it is installed.
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// Who says so. Only cells of level unknown have none.
    #[serde(default)]
    pub sources: Vec<Reference>,
}

/// What a variant of a provider has of a feature: one of its data planes, backends or modes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Name, such as `eBPF`; one of those that the provider lists.
    pub name: String,
    /// How far. Text columns leave it out.
    #[serde(default)]
    pub level: Level,
    /// What exactly.
    pub value: String,
    /// Condition or caveat.
    #[serde(default)]
    pub note: String,
    /// Who says so, where the sources of the cell do not.
    #[serde(default)]
    pub sources: Vec<Reference>,
}

impl Cell {
    /// Its sources and those of its variants, each once.
    pub fn all_sources(&self) -> impl Iterator<Item = &Reference> {
        let own = &self.sources;
        let variants = self.variants.iter().flat_map(|variant| &variant.sources);
        own.iter().chain(variants.filter(move |source| !own.contains(source)))
    }
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

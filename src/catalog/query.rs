//! Questions about the matrix: one filter language for screen and command line, and sorting.

use super::{Catalog, Provider};

/// A parsed filter: words, `column:value`, `!`, `column>number`, quotes. All terms must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {}

/// What is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// Column of the wrong term, from 1.
    pub at: usize,
    /// What is wrong, such as `no column "encrytion"`.
    pub message: String,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

/// An order of providers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sort {
    /// Id of a feature, or `name`; none is living ones first, then by name.
    pub column: Option<String>,
    /// Whether turned.
    pub descending: bool,
}

impl Filter {
    /// Reads a filter.
    pub fn parse(_text: &str, _catalog: &Catalog) -> Result<Self, FilterError> {
        Ok(Self {})
    }

    /// Whether a provider passes.
    pub fn matches(&self, _provider: &Provider) -> bool {
        true
    }
}

impl Sort {
    /// Puts providers in this order.
    pub fn apply(&self, _providers: &mut [&Provider]) {}
}

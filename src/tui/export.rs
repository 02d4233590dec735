//! What of the catalogue can be put into a file, as data. Formats are known to whoever starts the dashboard, who gives a
//! [`Render`]; nothing here writes.
//!
//! To export another screen: a variant of [`Sheet`], an arm in `Screen::sheet`, and one where it is rendered.

use crate::catalog::{Catalog, Question};

/// What is exported.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The rows and columns, or the question.
    pub sheet: Sheet,
    /// Id of the provider that the attached cluster runs.
    pub here: Option<String>,
    /// Name of the format, such as `csv`.
    pub format: &'static str,
}

/// Rows and columns by their ids, in order; or what is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Sheet {
    /// Providers by features.
    Matrix {
        /// The providers that pass the filter, sorted.
        providers: Vec<String>,
        /// The columns that are chosen.
        features: Vec<String>,
    },
    /// Providers side by side.
    Compare {
        /// The providers.
        providers: Vec<String>,
        /// Whether only columns are wanted in which they differ.
        differences: bool,
    },
    /// Who is left for what is asked.
    Choice(Question),
}

/// Renders an export as text. Errors: a sentence why it cannot be.
pub type Render = fn(&Catalog, &Export) -> Result<String, String>;

/// What may be typed for a format, its name, and how its files end.
pub(crate) const FORMATS: [(&str, &str, &str); 4] =
    [("md", "markdown", "md"), ("csv", "csv", "csv"), ("json", "json", "json"), ("yaml", "yaml", "yaml")];

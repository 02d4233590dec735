//! The one place that writes YAML: as kubectl and others read it.

use serde::Serialize;

/// A document as YAML. Errors: it cannot be written as such, as a sentence for people.
pub fn yaml<D: Serialize>(document: &D) -> Result<String, String> {
    serde_saphyr::to_string(document).map_err(|error| error.to_string())
}

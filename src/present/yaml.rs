//! The one place that writes YAML: as kubectl and others read it.

use serde::Serialize;
use std::io;

/// A document as YAML. Errors: it cannot be written as such.
pub fn yaml<D: Serialize>(document: &D) -> io::Result<String> {
    serde_saphyr::to_string(document).map_err(io::Error::other)
}

//! Documents into facts: what kubectl writes, and any manifests, in YAML or JSON.

use super::{Origin, Snapshot, Store};
use jiff::Timestamp;

/// Collects documents.
pub struct Reader {
    store: Store,
}

impl Reader {
    /// A reader of facts that come from there.
    pub fn new(origin: Origin) -> Self {
        Self { store: Store::new(origin) }
    }

    /// Reads all documents of one file. What cannot be read becomes a problem with file and line.
    pub fn read(&mut self, _file: &str, _text: &str) {}

    /// The facts.
    pub fn finish(mut self, taken_at: Timestamp) -> Snapshot {
        self.store.snapshot(taken_at)
    }
}

/// The embedded clusters: name and text.
pub fn scenes() -> Vec<(&'static str, &'static str)> {
    Vec::new()
}

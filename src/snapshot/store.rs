//! The facts that are being collected: objects go in as JSON, snapshots come out.
//!
//! Used by whoever has objects: the readers of files and the edge to a cluster. It keeps one row an object, knows where each
//! row is, shares strings, and says whether a reader would see a difference. It does not know where objects come from.

use super::{Kind, Link, Origin, Problem, Snapshot, Source};
use jiff::Timestamp;

/// Facts being collected.
#[derive(Default)]
pub struct Store {
    now: Snapshot,
}

/// Whether a reader would see a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The object was there like this.
    Same,
    /// It is new, gone, or differs.
    Different,
}

/// What a page of a list said about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// `metadata.continue`, if there is more.
    pub next: Option<String>,
    /// `metadata.resourceVersion`.
    pub resource_version: String,
    /// `metadata.remainingItemCount`.
    pub remaining: Option<usize>,
    /// Objects on it.
    pub items: usize,
}

impl Store {
    /// An empty store.
    pub fn new(origin: Origin) -> Self {
        Self { now: Snapshot { origin, ..Snapshot::default() } }
    }

    /// Begins to replace the list of `kind`: rows stay, and those that [`Store::page`] does not name until
    /// [`Store::finish_list`] are dropped there.
    pub fn begin_list(&mut self, _kind: Kind) {}

    /// Takes one page of a list, as the API server sent it.
    pub fn page(&mut self, _kind: Kind, _body: &str) -> Result<Page, Problem> {
        Ok(Page::default())
    }

    /// Ends the replacement of the list of `kind`.
    pub fn finish_list(&mut self, _kind: Kind) -> Change {
        Change::Same
    }

    /// Adds or replaces one object, given as JSON.
    pub fn apply(&mut self, _kind: Kind, _object: &str) -> Result<Change, Problem> {
        Ok(Change::Same)
    }

    /// Removes one object, given as JSON.
    pub fn delete(&mut self, _kind: Kind, _object: &str) -> Result<Change, Problem> {
        Ok(Change::Same)
    }

    /// The state of the list of `kind`.
    pub fn source_mut(&mut self, kind: Kind) -> &mut Source {
        self.now.sources.of_mut(kind)
    }

    /// Whether the cluster answers.
    pub fn link_mut(&mut self) -> &mut Link {
        &mut self.now.link
    }

    /// `gitVersion` of the server.
    pub fn set_server_version(&mut self, version: &str) {
        self.now.server_version = Some(version.into());
    }

    /// Remembers something that was skipped.
    pub fn problem(&mut self, _problem: Problem) {}

    /// The facts as they are.
    pub fn snapshot(&mut self, taken_at: Timestamp) -> Snapshot {
        self.now.taken_at = taken_at;
        self.now.clone()
    }
}

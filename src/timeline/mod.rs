//! What changed from one moment to the next, and the last of it: two snapshots, with what was concluded from each, give changes.
//!
//! It says what a reader would call a change: of agents and their settings, nodes, policies, verdicts, findings, and of our being
//! able to look at all. Of a list that was not complete at both moments it says nothing, because what is not seen did not go.
//! `between` finds the changes, `around` puts beside one another what lies close in time, `line` is how a change is kept as text.

mod around;
mod between;
mod line;

pub use around::{AFTERMATH, Kin, LEAD_UP, Near};
pub use between::between;
pub use line::{Entry, SCHEMA, read, written};

use crate::health::{Assessment, Object, Severity};
use crate::snapshot::Snapshot;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::VecDeque;

/// Facts, and what was concluded from them.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// What follows from them.
    pub assessment: &'a Assessment,
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When it was seen.
    pub at: Timestamp,
    /// Which way.
    pub turn: Turn,
    /// What changed; of no kind where it is the whole cluster.
    pub object: Object,
    /// How, such as `v3.31.7 → v3.32.1`.
    pub what: String,
    /// What of it was another way, as an object of Kubernetes has it; null where there is no more to say than `what`.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

/// Which way something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is there now.
    Added,
    /// It is no longer there.
    Removed,
    /// It is another way now.
    Changed,
    /// Something is wrong, that much.
    Wrong(Severity),
    /// Something is no longer wrong.
    Healed,
    /// From here on nothing is seen.
    Blind,
    /// From here on everything is seen, for the first time or again; what changed in between has no time.
    Seeing,
}

impl Turn {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Wrong(_) => "wrong",
            Self::Healed => "healed",
            Self::Blind => "not-watching",
            Self::Seeing => "watching",
        }
    }
}

impl Change {
    /// Whether it is something that was done to an object, which things may follow from. A verdict on the cluster follows itself.
    pub fn is_deed(&self) -> bool {
        matches!(self.turn, Turn::Added | Turn::Removed | Turn::Changed) && !self.object.kind.is_empty()
    }

    /// Where nothing can be seen from, or everything can: of the whole cluster.
    pub fn of_sight(at: Timestamp, turn: Turn, what: &str) -> Self {
        Self { at, turn, object: Object::default(), what: what.to_owned(), before: Value::Null, after: Value::Null }
    }
}

/// The last changes, oldest first. Older ones are forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    changes: VecDeque<Change>,
    forgotten: usize,
}

impl Timeline {
    /// Most changes that are kept.
    pub const MOST: usize = 1000;

    /// All of these, oldest first, however many.
    pub fn whole(changes: impl IntoIterator<Item = Change>) -> Self {
        Self { changes: changes.into_iter().collect(), forgotten: 0 }
    }

    /// Adds what was seen.
    pub fn extend(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.changes.extend(changes);
        let over = self.changes.len().saturating_sub(Self::MOST);
        self.changes.drain(..over);
        self.forgotten += over;
    }

    /// The changes, newest first, each with its number: a change keeps its number for good.
    pub fn newest(&self) -> impl Iterator<Item = (usize, &Change)> {
        self.changes.iter().enumerate().rev().map(|(at, change)| (self.forgotten + at, change))
    }

    /// The change of that number; none if it is forgotten.
    pub fn get(&self, number: usize) -> Option<&Change> {
        self.changes.get(number.checked_sub(self.forgotten)?)
    }

    /// How many changes there were, with those that are forgotten.
    pub fn seen(&self) -> usize {
        self.forgotten + self.changes.len()
    }
}

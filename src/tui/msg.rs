//! What happens to the dashboard, and what it asks for: data, so that tests can send and compare it.

use super::export::Export;
use super::screens::{draft, reach, why};
use crate::catalog::Catalog;
use crate::health::Assessment;
use crate::present::NodeMap;
use crate::session::{Context, Place};
use crate::snapshot::Snapshot;
use crate::timeline::{self, Change, Moment};
use crossterm::event::{KeyEvent, MouseEvent};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// It is this late.
    Tick(Timestamp),
    /// A session has new facts.
    Snapshot(Generation, Facts),
    /// What follows from facts was concluded.
    World(Generation, World),
    /// A question about a flow was answered.
    Explained(Generation, Box<why::Answer>),
    /// Who can reach whom was worked out.
    Looked(Generation, Arc<reach::Sight>),
    /// What a draft would change was worked out.
    Compared(Generation, Arc<draft::Answer>),
    /// A file was edited, or why it was not.
    Edited(Result<PathBuf, String>),
    /// The contexts that a kubeconfig names, or why they could not be read.
    Contexts(Result<Vec<Context>, String>),
    /// Filters of earlier runs, oldest first.
    Recalled(Vec<String>),
    /// Something to tell the user for a while.
    Notice(String),
}

/// Something that takes longer than a moment, or that touches the outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Leave.
    Quit,
    /// Give the terminal back until the shell continues us.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Conclude what follows from these facts, and what changed since that world.
    Assess(Generation, Facts, World),
    /// Answer a question about a flow.
    Explain(Generation, World, why::Question),
    /// Work out who can reach whom; what the last answer knows of the same facts is used again.
    Look(Generation, reach::Asked, Option<Arc<reach::Sight>>),
    /// Work out what a draft would change.
    Compare(Generation, draft::Asked),
    /// Give the terminal to the user's editor until that ends.
    Edit(Editing),
    /// Look at another place.
    Open(Generation, Place),
    /// Read the lists again now, in the same place.
    Again(Generation),
    /// Find out which contexts that kubeconfig has.
    Contexts(Option<PathBuf>),
    /// Put text on the terminal's clipboard.
    Copy(String),
    /// Put text into a new file.
    Write(PathBuf, String),
    /// Put what is shown into a new file, in a format.
    Export(PathBuf, Export),
    /// Remember filters for later runs.
    Remember(Vec<String>),
}

/// What is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Editing {
    /// A file that is there.
    File(PathBuf),
    /// A new file, called so, that holds this to begin with.
    New {
        /// A part of its name.
        name: String,
        /// What it holds.
        text: String,
    },
}

/// Numbers the places looked at: what answers for an earlier one is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct Generation(pub u32);

/// A snapshot. Two are equal if they are the same one.
#[derive(Debug, Clone, Default)]
pub struct Facts(pub Arc<Snapshot>);

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Facts and what follows from them, always of one moment.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// The facts.
    pub snapshot: Arc<Snapshot>,
    /// What follows from them.
    pub assessment: Arc<Assessment>,
    /// The nodes, ready to be drawn.
    pub nodes: Arc<NodeMap>,
    /// What changed since the world before, until it is told.
    pub changes: Vec<Change>,
}

impl World {
    /// Concludes everything that follows from `snapshot`. Takes a while.
    pub fn new(snapshot: Arc<Snapshot>, catalog: &Catalog) -> Self {
        let assessment = crate::health::assess(&snapshot, catalog);
        Self::of(snapshot, assessment)
    }

    /// The same, and what changed since `before`.
    pub fn after(before: &Self, snapshot: Arc<Snapshot>, catalog: &Catalog) -> Self {
        let world = Self::new(snapshot, catalog);
        let changes = timeline::between(before.moment(), world.moment());
        Self { changes, ..world }
    }

    fn moment(&self) -> Moment<'_> {
        Moment { snapshot: &self.snapshot, assessment: &self.assessment }
    }

    /// Facts and what was concluded from them.
    pub fn of(snapshot: Arc<Snapshot>, assessment: Assessment) -> Self {
        let nodes = Arc::new(NodeMap::new(&snapshot, &assessment));
        Self { snapshot, assessment: Arc::new(assessment), nodes, changes: Vec::new() }
    }
}

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.snapshot, &other.snapshot)
    }
}

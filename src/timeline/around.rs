//! What lies close in time: the findings that appeared in the minutes after a change, and the changes before a finding.
//!
//! Before is not because: it says what is near and how near its object is, and concludes nothing.

use super::{Change, Timeline, Turn};
use crate::health::Object;
use jiff::SignedDuration;

/// So long after a change, findings that appear are put beside it.
pub const AFTERMATH: SignedDuration = SignedDuration::from_mins(5);

/// So long before a finding, changes are put beside it.
pub const LEAD_UP: SignedDuration = SignedDuration::from_mins(30);

/// Two objects of one story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kin {
    /// They are one.
    Same,
    /// One is called after the other: a pod after what makes it.
    Made,
    /// Nothing says that they have to do with each other.
    Other,
}

impl Kin {
    /// How `a` and `b` hang together, as far as their names tell.
    pub fn of(a: &Object, b: &Object) -> Self {
        let made = |one: &Object, by: &Object| {
            one.kind == "Pod"
                && one.namespace == by.namespace
                && one.name.strip_prefix(by.name.as_str()).is_some_and(|rest| rest.starts_with('-'))
        };
        match () {
            () if a == b => Self::Same,
            () if made(a, b) || made(b, a) => Self::Made,
            () => Self::Other,
        }
    }
}

/// A change near another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near<'a> {
    /// Its number in the timeline.
    pub number: usize,
    /// The change.
    pub change: &'a Change,
    /// How long between them.
    pub apart: SignedDuration,
    /// How their objects hang together.
    pub kin: Kin,
}

impl Timeline {
    /// The findings that appeared in the minutes after the change of that number, in their order.
    pub fn aftermath(&self, number: usize) -> Vec<Near<'_>> {
        let Some(change) = self.get(number).filter(|change| change.is_deed()) else { return Vec::new() };
        let later = self.changes.range(number - self.forgotten + 1..).enumerate();
        later
            .map(|(nth, other)| Near::of(number + 1 + nth, other, change))
            .take_while(|near| near.apart <= AFTERMATH)
            .filter(|near| matches!(near.change.turn, Turn::Wrong(_)))
            .collect()
    }

    /// What changed before the finding of that number, nearest first; a gap in watching ends the search.
    pub fn lead_up(&self, number: usize) -> Vec<Near<'_>> {
        let Some(finding) = self.get(number).filter(|change| matches!(change.turn, Turn::Wrong(_))) else { return Vec::new() };
        let earlier = self.changes.range(..number - self.forgotten).rev().enumerate();
        earlier
            .take_while(|(_, other)| !matches!(other.turn, Turn::Blind | Turn::Seeing))
            .map(|(nth, other)| Near::of(number - 1 - nth, other, finding))
            .take_while(|near| near.apart <= LEAD_UP)
            .filter(|near| near.change.is_deed())
            .collect()
    }
}

impl<'a> Near<'a> {
    fn of(number: usize, change: &'a Change, to: &Change) -> Self {
        Self { number, change, apart: change.at.duration_since(to.at).abs(), kin: Kin::of(&change.object, &to.object) }
    }
}

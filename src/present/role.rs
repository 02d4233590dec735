//! What a piece of text means, and the sign of a level. Colours belong to the terminal.

use crate::catalog::Level;
use crate::detect::Verdict;
use crate::health::Severity;
use crate::snapshot::State;

/// What a piece of text means. Colour is spent on verdicts, weight on headings; a fact has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// Facts.
    #[default]
    Text,
    /// Units, sources, ages, what is not in use.
    Muted,
    /// Titles and headings.
    Heading,
    /// Keys, the current tab, what just changed.
    Accent,
    /// Well.
    Good,
    /// Works in part, or will not work.
    Warn,
    /// Does not work.
    Bad,
    /// Cannot be told, stale, forbidden, absent.
    Unknown,
    /// What the user is attached to.
    Here,
}

/// The sign of a level. A level is a fact about a product, so it has no colour of its own.
pub const fn level_sign(level: Level) -> &'static str {
    match level {
        Level::Yes => "●",
        Level::Partial => "◐",
        Level::No => "○",
        Level::NotApplicable => "-",
        Level::Unknown => "?",
    }
}

/// The sign and role of a verdict on enforcement.
pub const fn verdict_sign(verdict: Verdict) -> (&'static str, Role) {
    match verdict {
        Verdict::Enforced => ("✓", Role::Good),
        Verdict::NotEnforced => ("✗", Role::Bad),
        Verdict::Partial => ("!", Role::Warn),
        Verdict::Unknown => ("?", Role::Unknown),
    }
}

/// The sign and role of a finding.
pub const fn severity_sign(severity: Severity) -> (&'static str, Role) {
    match severity {
        Severity::Error => ("✗", Role::Bad),
        Severity::Warning => ("!", Role::Warn),
        Severity::Unknown => ("?", Role::Unknown),
        Severity::Info => ("·", Role::Text),
    }
}

/// The sign and role of a list that is not live; none of one that is.
pub const fn state_sign(state: &State) -> Option<(&'static str, Role)> {
    match state {
        State::Live => None,
        State::Syncing { .. } => Some(("⠹", Role::Unknown)),
        State::Stale { .. } => Some(("◷", Role::Unknown)),
        State::Forbidden { .. } => Some(("⊘", Role::Unknown)),
        State::Absent => Some(("∅", Role::Unknown)),
        State::Partial { .. } | State::Failed { .. } | State::Unknown => Some(("?", Role::Unknown)),
    }
}

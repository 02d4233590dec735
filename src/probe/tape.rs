//! What was tried when, and what came of it: the only thing that [`super::outcome()`] judges.
//!
//! Times count from the beginning of the run, by one clock that never goes back. Nothing here is decided but whether a flow can be
//! left alone.

use crate::policy::Direction;
use std::time::Duration;

/// So many tries in a row, over at least [`SETTLED`], make a flow closed; a single one may be lost on the way.
pub(super) const CONFIRM: usize = 3;
const SETTLED: Duration = Duration::from_secs(1);

/// Everything that happened in a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tape {
    /// The tries of each flow of the plan, in order of time.
    pub tries: Vec<Vec<Try>>,
    /// The denials that were attempted, in order of time.
    pub denials: Vec<Denial>,
    /// Why the pods of a node, by its position in the plan, did not all run.
    pub absent: Vec<(usize, String)>,
    /// Why the run ended early.
    pub cut_short: Option<String>,
}

/// One try of a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// When it was begun.
    pub at: Duration,
    /// Until there was an answer, or nobody waited any longer.
    pub took: Duration,
    /// What came of it.
    pub answer: Answer,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The server answered.
    Open,
    /// It did not, or was refused.
    Closed,
    /// The client could not be asked, or somebody else answered: it says nothing about the flow.
    Unasked(String),
}

/// One direction denied, and allowed again.
#[derive(Debug, Clone, PartialEq)]
pub struct Denial {
    /// Which direction.
    pub direction: Direction,
    /// When the policy was sent; what was tried before is the control.
    pub sent: Duration,
    /// When the API server had it, or why it did not take it.
    pub written: Result<Duration, String>,
    /// When the API server had removed it.
    pub removed: Option<Duration>,
}

impl Try {
    pub(super) fn end(&self) -> Duration {
        self.at + self.took
    }

    pub(super) fn was_asked(&self) -> bool {
        !matches!(self.answer, Answer::Unasked(_))
    }
}

impl Tape {
    /// A tape for so many flows.
    pub fn new(flows: usize) -> Self {
        Self { tries: vec![Vec::new(); flows], ..Self::default() }
    }

    /// The tries of a flow that were begun and over between two times and that say something, the last first.
    pub(super) fn between(&self, flow: usize, since: Duration, until: Duration) -> impl Iterator<Item = &Try> {
        let tries = self.tries.get(flow).map_or(&[][..], Vec::as_slice);
        tries.iter().rev().filter(move |one| one.was_asked() && one.at >= since && one.end() <= until)
    }

    /// Whether a flow passes now, as far as tries since then tell.
    pub fn passes(&self, flow: usize, since: Duration) -> bool {
        self.between(flow, since, Duration::MAX).next().is_some_and(|last| last.answer == Answer::Open)
    }

    /// Whether a flow is closed by now, as far as tries since then tell, and will hardly open again.
    pub fn is_cut(&self, flow: usize, since: Duration) -> bool {
        self.is_cut_between(flow, since, Duration::MAX)
    }

    pub(super) fn is_cut_between(&self, flow: usize, since: Duration, until: Duration) -> bool {
        let closed: Vec<&Try> = self.between(flow, since, until).take_while(|one| one.answer == Answer::Closed).collect();
        let (Some(last), Some(first)) = (closed.first(), closed.last()) else { return false };
        closed.len() >= CONFIRM && last.end().saturating_sub(first.at) >= SETTLED
    }
}

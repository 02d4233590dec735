//! One step of a decision: which policy, which rule, what it does to which ports, and why. What the steps come to is `side`'s business.

use crate::policy::dialect::Point;
use crate::policy::model::{Action, Direction, Layer, PolicyRef};
use crate::policy::ports::PortSet;

/// One step of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// On which side
    pub side: Direction,
    /// In which layer; none before the first and after the last
    pub layer: Option<Layer>,
    /// Of which policy; none where no single one decides
    pub policy: Option<PolicyRef>,
    /// Index of the rule in its list; none where it is not about a rule
    pub rule: Option<usize>,
    /// What it does
    pub effect: Effect,
    /// To which of the ports that were asked about
    pub ports: PortSet,
    /// Why, as a sentence without its full stop
    pub reason: String,
    /// What CNIs differ in, if it hangs on that
    pub hangs_on: Option<Point>,
}

impl Step {
    /// Whether it allows or denies; the others lead there.
    pub const fn is_decisive(&self) -> bool {
        matches!(self.effect, Effect::Allow | Effect::Deny)
    }
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Allows.
    Allow,
    /// Denies.
    Deny,
    /// Goes on with the next layer.
    Pass,
    /// From here on only what a rule admits is open.
    Isolates,
    /// Does not match.
    NoMatch,
    /// It cannot be told whether it matches.
    Unknown,
}

impl Effect {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Pass => "pass",
            Self::Isolates => "isolates",
            Self::NoMatch => "no-match",
            Self::Unknown => "unknown",
        }
    }
}

impl From<Action> for Effect {
    fn from(action: Action) -> Self {
        match action {
            Action::Allow => Self::Allow,
            Action::Deny => Self::Deny,
            Action::Pass => Self::Pass,
        }
    }
}

//! The words and signs of verdicts on flows.

use super::Role;
use crate::policy::{Effect, Explanation, Verdict};

/// The sign of a verdict on a flow.
pub const fn flow_sign(verdict: Verdict) -> (&'static str, Role) {
    match verdict {
        Verdict::Allow => ("✓", Role::Good),
        Verdict::Deny => ("✗", Role::Bad),
        Verdict::Depends => ("!", Role::Warn),
        Verdict::Unknown => ("?", Role::Unknown),
    }
}

/// The role of what a step does.
pub const fn effect_role(effect: Effect) -> Role {
    match effect {
        Effect::Allow => Role::Good,
        Effect::Deny => Role::Bad,
        Effect::Isolates => Role::Warn,
        Effect::Pass | Effect::NoMatch => Role::Muted,
        Effect::Unknown => Role::Unknown,
    }
}

/// The answer in one sentence.
pub fn explanation_sentence(answer: &Explanation) -> String {
    let Explanation { from, to, asked, open, .. } = answer;
    let ports = if asked.is_all() { "every port".to_owned() } else { asked.to_string() };
    match answer.verdict {
        Verdict::Allow => format!("{from} can call {to} on {ports}."),
        Verdict::Deny if asked.is_all() => format!("{from} cannot call {to} on any port."),
        Verdict::Deny => format!("{from} cannot call {to} on {ports}."),
        Verdict::Depends if answer.cases.len() > 1 => format!("Some of {from} can call some of {to} on {ports}, others cannot."),
        Verdict::Depends if open.sure.is_empty() => format!("{from} can call {to} on {ports} over one family of addresses only."),
        Verdict::Depends => format!("{from} can call {to} on {}, of {ports}.", open.sure),
        Verdict::Unknown => format!("Cannot tell whether {from} can call {to} on {ports}."),
    }
}

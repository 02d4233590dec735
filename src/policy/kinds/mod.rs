//! The kinds of policies: each file lowers one into the model, and is a row of [`KINDS`].
//!
//! What cannot be what it says (a range that ends before it begins, a peer without a selector) would be refused by an API server.
//! Files may hold it all the same: it is reported, and fails closed, so that no mistake opens anything. To add a kind: a file with
//! its `lower`, and its row.

mod cluster_policy;
mod foreign;
mod network_policy;

use super::model::{Direction, Model, PolicyRef, Stranger, WHOLE_LIST};
use crate::snapshot::{Kind, Operator, Origin, Problem, Selector, Snapshot, State, Text};

/// How the policies of a kind get into the model.
const KINDS: &[fn(&Snapshot, &mut Model)] = &[cluster_policy::lower, network_policy::lower, foreign::lower];

/// All policies of `snapshot`, in the order in which they decide.
pub fn model(snapshot: &Snapshot) -> Model {
    let mut model = Model::default();
    for lower in KINDS {
        lower(snapshot, &mut model);
    }
    unlisted(snapshot, &mut model);
    let place = |origin: &PolicyRef| (origin.namespace.clone(), origin.name.clone(), origin.kind);
    model.policies.sort_by(|a, b| {
        let priority = a.layer.cmp(&b.layer).then(a.priority.total_cmp(&b.priority));
        priority.then_with(|| place(&a.origin).cmp(&place(&b.origin)))
    });
    model
}

/// A list that could not be read may hold policies that decide otherwise. Files need not hold the kinds that few clusters have, but
/// files without a single `NetworkPolicy` do not say that there is none; an empty `NetworkPolicyList` says so.
fn unlisted(snapshot: &Snapshot, model: &mut Model) {
    let unread = |kind: Kind, state: &State| match state {
        State::Live | State::Stale { .. } | State::Absent => false,
        State::Unknown => match snapshot.origin {
            Origin::None => false,
            Origin::Live { .. } => true,
            _ => kind == Kind::NetworkPolicy,
        },
        State::Partial { .. } | State::Syncing { .. } | State::Failed { .. } | State::Forbidden { .. } => true,
    };
    for kind in snapshot.sources.missing().filter(|kind| kind.is_policy()) {
        let state = &snapshot.sources.of(kind).state;
        let named = named(snapshot, kind);
        let is_told = matches!(state, State::Partial { skipped } if *skipped <= named.len());
        for origin in named {
            let why = Text::from("it could not be read, so what it does is not known");
            model.problems.push(Problem { object: origin.to_string().into(), message: why.clone() });
            let within = origin.namespace.clone();
            model.strangers.push(Stranger { origin, within, why, enforced_by: kind.enforced_by() });
        }
        if unread(kind, state) && !is_told {
            let origin = PolicyRef { kind: kind.name(), namespace: Text::default(), name: WHOLE_LIST.into() };
            let why: Text = match state {
                State::Unknown => format!("the list of kind {} was not read: there is none among the objects", kind.name()),
                State::Partial { skipped } => format!("{skipped} of kind {} could not be read", kind.name()),
                _ => format!("the list of kind {} could not be read", kind.name()),
            }
            .into();
            model.problems.push(Problem { object: origin.to_string().into(), message: why.clone() });
            model.strangers.push(Stranger { origin, within: Text::default(), why, enforced_by: kind.enforced_by() });
        }
    }
}

/// The policies of a kind that could not be read, as far as it is known which.
fn named(snapshot: &Snapshot, kind: Kind) -> Vec<PolicyRef> {
    let of_kind = snapshot.unread.iter().filter(|one| one.kind == kind);
    of_kind.map(|one| PolicyRef { kind: kind.name(), namespace: one.namespace.clone(), name: one.name.clone() }).collect()
}

/// The rule that is being lowered: where it is, and what is wrong with it.
struct Reading<'a> {
    policy: &'a PolicyRef,
    direction: Direction,
    rule: usize,
    unread: Vec<String>,
}

impl<'a> Reading<'a> {
    fn of(policy: &'a PolicyRef, direction: Direction, rule: usize) -> Self {
        Self { policy, direction, rule, unread: Vec::new() }
    }

    /// Something of the rule is not what it should be.
    fn wrong(&mut self, what: impl Into<String>) {
        self.unread.push(what.into());
    }

    /// What was wrong, as one sentence; it is among the problems of the model, too.
    fn finish(self, model: &mut Model) -> Option<Text> {
        if self.unread.is_empty() {
            return None;
        }
        let sentence = Text::from(self.unread.join("; "));
        let message = format!("{} rule {}: {sentence}", self.direction.name(), self.rule);
        model.problems.push(Problem { object: self.policy.to_string().into(), message: message.into() });
        Some(sentence)
    }
}

/// Why an API server would refuse a selector.
fn unsound(selector: &Selector) -> Option<String> {
    selector.requirements.iter().find_map(|one| match (one.operator, one.values.is_empty()) {
        (Operator::In | Operator::NotIn, true) => Some(format!("the selector compares {} with no value", one.key)),
        (Operator::Exists | Operator::DoesNotExist, false) => {
            Some(format!("the selector asks whether there is {}, and lists values all the same", one.key))
        }
        _ => None,
    })
}

//! The kinds of policies: each file lowers one into the model, and is a row of [`KINDS`].
//!
//! What cannot be what it says (a range that ends before it begins, a peer without a selector) would be refused by an API server.
//! Files may hold it all the same: it is reported, and fails closed, so that no mistake opens anything. To add a kind: a file with
//! its `lower`, and its row.

mod cluster_policy;
mod foreign;
mod network_policy;

use super::model::{Direction, Model, PolicyRef};
use crate::snapshot::{Operator, Problem, Selector, Snapshot, Text};

/// How the policies of a kind get into the model.
const KINDS: &[fn(&Snapshot, &mut Model)] = &[cluster_policy::lower, network_policy::lower, foreign::lower];

/// All policies of `snapshot`, in the order in which they decide.
pub fn model(snapshot: &Snapshot) -> Model {
    let mut model = Model::default();
    for lower in KINDS {
        lower(snapshot, &mut model);
    }
    let place = |origin: &PolicyRef| (origin.namespace.clone(), origin.name.clone(), origin.kind);
    model.policies.sort_by(|a, b| {
        let priority = a.layer.cmp(&b.layer).then(a.priority.total_cmp(&b.priority));
        priority.then_with(|| place(&a.origin).cmp(&place(&b.origin)))
    });
    model
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
    let lists = |operator| matches!(operator, Operator::In | Operator::NotIn);
    let bare = selector.requirements.iter().find(|r| lists(r.operator) && r.values.is_empty())?;
    Some(format!("the selector compares {} with no value", bare.key))
}

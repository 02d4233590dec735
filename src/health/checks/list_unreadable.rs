//! A list that may not be read, or is not current any more: what rests on it cannot be told.

use super::{Check, Context, count};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, State};

/// It needs no list: that one is missing is what it reports.
pub(super) const CHECK: Check = Check { id: "list-unreadable", needs: &[], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    context.snapshot.sources.iter().filter_map(|(kind, source)| finding(kind, &source.state)).collect()
}

fn finding(kind: Kind, state: &State) -> Option<Finding> {
    let (message, remedy, since) = match state {
        State::Forbidden { .. } => {
            ("may not be read".to_owned(), "cnitui rbac read prints the ClusterRole that gives it".to_owned(), None)
        }
        State::Stale { since, why, .. } => {
            (format!("could be read last then: {why}"), "it is tried again by itself".to_owned(), Some(*since))
        }
        State::Partial { skipped } => (
            format!("lacks {}, which could not be read", count(*skipped, "object")),
            "mend the objects that are named as skipped".to_owned(),
            None,
        ),
        State::Failed { why, .. } => (format!("could not be read: {why}"), "it is tried again by itself".to_owned(), None),
        State::Live | State::Syncing { .. } | State::Absent | State::Unknown => return None,
    };
    Some(Finding {
        id: CHECK.id,
        severity: Severity::Unknown,
        object: Object { kind: "List", namespace: "".into(), name: kind.name().into() },
        message,
        why: "What depends on it is unknown, and checks that need it did not run.".to_owned(),
        remedy,
        since,
        source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/".to_owned(),
        ..Finding::default()
    })
}

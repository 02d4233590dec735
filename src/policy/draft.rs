//! A draft: policies from elsewhere laid over a snapshot, before anything is applied.

use crate::snapshot::{Kind, Snapshot, State, Table};
use std::sync::Arc;

/// `snapshot` as it would be with the policies of `draft`: those of the same kind, namespace and name are replaced, others added.
/// Of the draft nothing but policies counts, and that some of them could not be read.
pub fn laid_over(snapshot: &Snapshot, draft: &Snapshot) -> Snapshot {
    let mut whole = snapshot.clone();
    lay(&mut whole.policies, &draft.policies, |a, b| (&a.namespace, &a.name) == (&b.namespace, &b.name));
    lay(&mut whole.cluster_policies, &draft.cluster_policies, |a, b| (a.kind, &a.name) == (b.kind, &b.name));
    lay(&mut whole.foreign_policies, &draft.foreign_policies, |a, b| {
        (a.kind, &a.namespace, &a.name) == (b.kind, &b.namespace, &b.name)
    });
    for kind in Kind::policies() {
        let State::Partial { skipped } = draft.sources.of(kind).state else { continue };
        let state = &mut whole.sources.of_mut(kind).state;
        let before = if let State::Partial { skipped } = state { *skipped } else { 0 };
        *state = State::Partial { skipped: before + skipped };
    }
    whole.unread = snapshot.unread.iter().chain(draft.unread.iter()).cloned().collect();
    whole.problems = snapshot.problems.iter().chain(draft.problems.iter()).cloned().collect();
    whole
}

fn lay<T>(table: &mut Table<T>, over: &Table<T>, is_same: impl Fn(&T, &T) -> bool) {
    let mut rows: Vec<Arc<T>> = table.iter().filter(|row| !over.iter().any(|new| is_same(row, new))).cloned().collect();
    rows.extend(over.iter().cloned());
    *table = Table::default();
    for row in rows {
        table.insert(row);
    }
}

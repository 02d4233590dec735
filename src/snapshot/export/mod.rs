//! Facts as documents that [`Reader`](super::Reader) reads back to the same facts.
//!
//! Objects are written as the API has them, one `List` for each kind, so that kubectl's users and other tools can read them. What no
//! object can say (where the facts come from, how complete each list is, what was skipped) goes into a document of our own.
//! It does not know how documents become text.

mod objects;
mod policies;

pub use objects::selector as selector_object;

use super::{Kind, Link, Origin, Problem, Snapshot, Source, State, Text};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What no object says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Info {
    api_version: Text,
    kind: Text,
    pub(super) taken_at: Timestamp,
    origin: Origin,
    #[serde(default)]
    link: Link,
    #[serde(default)]
    server_version: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock_ahead: Option<SignedDuration>,
    #[serde(default)]
    sources: Vec<SourceInfo>,
    #[serde(default)]
    pub(super) problems: Vec<Problem>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SourceInfo {
    kind: Text,
    #[serde(flatten)]
    state: State,
}

impl Info {
    pub(super) const API_VERSION: &'static str = "cnitui.dev/v1";
    pub(super) const KIND: &'static str = "SnapshotInfo";

    fn of(snapshot: &Snapshot) -> Self {
        let source = |(kind, source): (Kind, &Source)| SourceInfo { kind: kind.name().into(), state: source.state.clone() };
        Self {
            api_version: Self::API_VERSION.into(),
            kind: Self::KIND.into(),
            taken_at: snapshot.taken_at,
            origin: snapshot.origin.clone(),
            link: snapshot.link.clone(),
            server_version: snapshot.server_version.clone(),
            clock_ahead: snapshot.clock_ahead,
            sources: snapshot.sources.iter().map(source).collect(),
            problems: snapshot.problems.to_vec(),
        }
    }

    /// Whose facts, and when, for people.
    pub(super) fn subject(&self) -> String {
        format!("{} at {}", self.origin.name(), self.taken_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }

    /// The facts of another snapshot came to these: a list is as complete as the worse of both.
    pub(super) fn add(&mut self, other: Self) {
        self.problems.extend(other.problems);
        for source in other.sources.into_iter().filter(|source| source.state != State::Live) {
            self.sources.retain(|known| known.kind != source.kind);
            self.sources.push(source);
        }
    }

    /// Says of `snapshot` what was said of the one that was written.
    pub(super) fn restore(self, snapshot: &mut Snapshot) {
        // It is what it was then, whoever answers under that name now.
        snapshot.origin = Origin::Saved { file: snapshot.origin.name().into(), context: self.origin.name().into() };
        snapshot.server_version = self.server_version;
        snapshot.clock_ahead = self.clock_ahead;
        // A file does not answer, and nobody connects to it; but that the cluster did not answer remains true.
        snapshot.link = if self.link.is_down() { self.link } else { Link::None };
        for source in self.sources {
            if let Some(kind) = Kind::ALL.into_iter().find(|kind| source.kind == kind.name()) {
                let state = &mut snapshot.sources.of_mut(kind).state;
                // What was complete then and cannot be read whole now is not complete.
                if !(matches!(state, State::Partial { .. }) && source.state == State::Live) {
                    *state = source.state;
                }
            }
        }
    }
}

/// The documents of `snapshot`, ours first, then a `List` for each kind that has objects.
pub fn export(snapshot: &Snapshot) -> impl Iterator<Item = Value> + '_ {
    let info = serde_json::to_value(Info::of(snapshot)).unwrap_or_default();
    let kinds = Kind::ALL.into_iter().map(|kind| objects::of(kind, snapshot));
    let lists = kinds.chain(std::iter::once_with(|| objects::templates(snapshot))).filter(|items| !items.is_empty());
    std::iter::once(info).chain(lists.map(|items| json!({"apiVersion": "v1", "kind": "List", "items": items})))
}

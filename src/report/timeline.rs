//! `timeline`: what changed, when, and what appeared in the minutes after it.

use super::{Answer, Block, Cell, Outcome, Table};
use crate::health::Severity;
use crate::present::{Role, change_sign, change_subject, counted, span};
use crate::snapshot::{Problem, Text};
use crate::timeline::{Change, Entry, Near, SCHEMA, Timeline, Turn};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

/// `cnitui.timeline/v1`
#[derive(Debug, Serialize)]
pub struct TimelineDocument {
    schema: &'static str,
    changes: Vec<ChangeEntry>,
    problems: Vec<Problem>,
}

/// A change. Its keys are those of a line of a record.
#[derive(Debug, Serialize)]
pub struct ChangeEntry {
    at: Timestamp,
    cluster: Text,
    turn: &'static str,
    severity: Option<&'static str>,
    kind: &'static str,
    namespace: Text,
    name: Text,
    what: String,
    before: Value,
    after: Value,
    followed_by: Vec<FollowedEntry>,
}

/// A finding that appeared in the minutes after a change.
#[derive(Debug, Serialize)]
struct FollowedEntry {
    at: Timestamp,
    severity: Option<&'static str>,
    object: String,
    what: String,
}

impl ChangeEntry {
    /// A change of `cluster`, and what followed it.
    fn new(cluster: &str, change: &Change, aftermath: &[Near<'_>]) -> Self {
        let followed = |near: &Near<'_>| FollowedEntry {
            at: near.change.at,
            severity: severity(near.change.turn),
            object: near.change.object.to_string(),
            what: near.change.what.clone(),
        };
        Self {
            at: change.at,
            cluster: cluster.into(),
            turn: change.turn.name(),
            severity: severity(change.turn),
            kind: change.object.kind,
            namespace: change.object.namespace.clone(),
            name: change.object.name.clone(),
            what: change.what.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
            followed_by: aftermath.iter().map(followed).collect(),
        }
    }
}

const fn severity(turn: Turn) -> Option<&'static str> {
    if let Turn::Wrong(severity) = turn { Some(Severity::name(severity)) } else { None }
}

/// Changes that were seen together, for a line of `status --watch`.
pub fn changes(cluster: &str, changes: &[Change]) -> Vec<ChangeEntry> {
    changes.iter().map(|change| ChangeEntry::new(cluster, change, &[])).collect()
}

/// The changes of a record, oldest first: those of one namespace and of what is in none, if one is named. Untold if some of its
/// lines could not be read.
pub fn timeline(entries: &[Entry], problems: Vec<Problem>, namespace: Option<&str>) -> Answer<TimelineDocument> {
    let mut clusters: Vec<&Text> = entries.iter().map(|entry| &entry.cluster).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let mut rows: Vec<(ChangeEntry, Vec<Cell>)> = Vec::new();
    for cluster in &clusters {
        let own = entries.iter().filter(|entry| entry.cluster == **cluster).map(|entry| entry.change.clone());
        let timeline = Timeline::whole(own);
        let shown = |change: &Change| {
            change.object.namespace.is_empty() || namespace.is_none_or(|wanted| change.object.namespace == *wanted)
        };
        for (number, change) in timeline.newest().filter(|(_, change)| shown(change)) {
            let aftermath = timeline.aftermath(number);
            rows.push((ChangeEntry::new(cluster, change, &aftermath), cells(cluster, change, &aftermath)));
        }
    }
    rows.sort_by_key(|(entry, _)| entry.at);
    let mut table = Table::new(["Time", "Cluster", "", "Object", "What", "Minutes after it"]);
    let (changes, cells): (Vec<ChangeEntry>, Vec<Vec<Cell>>) = rows.into_iter().unzip();
    let said = format!("{} in {}.", counted(changes.len(), "change", "changes"), counted(clusters.len(), "cluster", "clusters"));
    table.rows = cells;
    let outcome = if problems.is_empty() { Outcome::Well } else { Outcome::Untold };
    let blocks = vec![Block::line(said, Role::Text), Block::Table(table)];
    Answer { blocks, document: TimelineDocument { schema: SCHEMA, changes, problems }, outcome }
}

fn cells(cluster: &str, change: &Change, aftermath: &[Near<'_>]) -> Vec<Cell> {
    let (sign, role) = change_sign(change.turn);
    let after = |near: &Near<'_>| format!("{} later {}: {}", span(near.apart), change_subject(near.change), near.change.what);
    vec![
        Cell::new(change.at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(), Role::Muted),
        Cell::new(cluster, Role::Muted),
        Cell::new(sign, role),
        change_subject(change).into(),
        (&change.what).into(),
        aftermath.iter().map(after).collect::<Vec<_>>().join("; ").into(),
    ]
}

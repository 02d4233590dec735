//! A change as a line of text: JSON, one object a line, each whole by itself, so that a file of them can be cut anywhere.
//!
//! The keys are those of `cnitui timeline -o json`, with the cluster beside each. It does not know files.

use super::{Change, Turn};
use crate::health::{Object, Severity};
use crate::snapshot::{Kind, Problem, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What every line says of itself.
pub const SCHEMA: &str = "cnitui.timeline/v1";

/// A change, and the cluster that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The context.
    pub cluster: Text,
    /// The change.
    pub change: Change,
}

#[derive(Serialize, Deserialize)]
struct Line {
    schema: String,
    at: Timestamp,
    cluster: Text,
    turn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    severity: Option<String>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    namespace: Text,
    #[serde(default)]
    name: Text,
    what: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    before: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    after: Value,
}

/// The line of a change, with its newline.
pub fn written(cluster: &str, change: &Change) -> String {
    let severity = if let Turn::Wrong(severity) = change.turn { Some(severity.name().to_owned()) } else { None };
    let line = Line {
        schema: SCHEMA.to_owned(),
        at: change.at,
        cluster: cluster.into(),
        turn: change.turn.name().to_owned(),
        severity,
        kind: change.object.kind.to_owned(),
        namespace: change.object.namespace.clone(),
        name: change.object.name.clone(),
        what: change.what.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    // Texts and values of JSON can always be written.
    serde_json::to_string(&line).unwrap_or_default() + "\n"
}

/// The changes of a file, in its order. Where watching began without having ended, a run was cut short: that nobody watched from
/// its last change on is put in. What is no such line is named by file and line, and left out.
pub fn read(file: &str, text: &str) -> (Vec<Entry>, Vec<Problem>) {
    let (mut entries, mut problems): (Vec<Entry>, Vec<Problem>) = Default::default();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match entry(line) {
            Ok(entry) => {
                let before = entries.iter().rfind(|known| known.cluster == entry.cluster);
                let cut = before.filter(|before| entry.change.turn == Turn::Seeing && before.change.turn != Turn::Blind);
                if let Some(last) = cut {
                    let change = Change::of_sight(last.change.at, Turn::Blind, "not watching: cnitui was not running");
                    entries.push(Entry { cluster: entry.cluster.clone(), change });
                }
                entries.push(entry);
            }
            Err(why) => {
                let object = format!("{file}:{}", number + 1).into();
                problems.push(Problem { object, message: format!("no line of a timeline: {why}").into() });
            }
        }
    }
    (entries, problems)
}

fn entry(line: &str) -> Result<Entry, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "it lacks at, cluster, turn or what".to_owned(),
        _ => "it is not JSON".to_owned(),
    })?;
    if line.schema != SCHEMA {
        return Err(format!("its schema is not {SCHEMA}"));
    }
    let severities = [Severity::Error, Severity::Warning, Severity::Unknown, Severity::Info];
    let severity = severities.into_iter().find(|known| line.severity.as_deref() == Some(known.name())).unwrap_or_default();
    let turns = [Turn::Added, Turn::Removed, Turn::Changed, Turn::Wrong(severity), Turn::Healed, Turn::Blind, Turn::Seeing];
    let turn = turns.into_iter().find(|turn| turn.name() == line.turn).ok_or("its turn is not known")?;
    let kind = kind(&line.kind).ok_or("its kind is not known")?;
    let object = Object { kind, namespace: line.namespace, name: line.name };
    let change = Change { at: line.at, turn, object, what: line.what, before: line.before, after: line.after };
    Ok(Entry { cluster: line.cluster, change })
}

/// The kinds that changes and findings are about: those that are read, lists of them, and the cluster, which has no kind.
fn kind(name: &str) -> Option<&'static str> {
    let kinds = || Kind::ALL.iter();
    kinds()
        .map(|kind| kind.name())
        .chain(kinds().map(|kind| kind.manifest_name()))
        .chain(["List", ""])
        .find(|known| *known == name)
}

//! Facts from the outside: objects in, snapshots out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops, in its helpers too")]

mod export;
mod files;
mod hostile;
mod redact;
mod store;

use cnitui::snapshot::{Origin, Reader, Snapshot, Table};
use jiff::Timestamp;
use std::fmt::Debug;

/// One of everything that is read.
const RICH: &str = include_str!("rich.yaml");

/// What a file named `f` says.
fn read(text: &str) -> Snapshot {
    let mut reader = Reader::new(Origin::Files { name: "f".into() });
    reader.read("f", text);
    reader.finish(Timestamp::UNIX_EPOCH)
}

fn problems(snapshot: &Snapshot) -> Vec<String> {
    snapshot.problems.iter().map(|problem| format!("{}: {}", problem.object, problem.message)).collect()
}

/// Rows as text, sorted: two tables with equal rows in whatever order are equal so.
fn rows<T: Debug>(table: &Table<T>) -> Vec<String> {
    let mut rows: Vec<_> = table.iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

/// All rows of all tables.
fn facts(snapshot: &Snapshot) -> Vec<Vec<String>> {
    vec![
        rows(&snapshot.nodes),
        rows(&snapshot.namespaces),
        rows(&snapshot.pods),
        rows(&snapshot.services),
        rows(&snapshot.routes),
        rows(&snapshot.workloads),
        rows(&snapshot.templates),
        rows(&snapshot.policies),
        rows(&snapshot.cluster_policies),
        rows(&snapshot.foreign_policies),
        rows(&snapshot.custom),
        rows(&snapshot.crds),
        snapshot
            .config_maps
            .iter()
            .map(|map| format!("{}/{} {:?} {:?}", map.namespace, map.name, map.data, map.changed))
            .collect(),
    ]
}

//! What is written reads back the same.

use crate::{RICH, facts, read};
use cnitui::snapshot::{Kind, Link, Origin, Problem, Snapshot, State, export, scenes};
use jiff::Timestamp;

fn written(snapshot: &Snapshot) -> String {
    let documents: Vec<_> = export(snapshot).map(|document| serde_yaml::to_string(&document).unwrap()).collect();
    documents.join("---\n")
}

fn reads_back(snapshot: &Snapshot) -> Snapshot {
    let back = read(&written(snapshot));
    assert_eq!(facts(&back), facts(snapshot));
    back
}

#[test]
fn every_fact_survives_writing_and_reading() {
    let snapshot = read(RICH);
    assert!(snapshot.problems.is_empty(), "{:?}", snapshot.problems);
    let back = reads_back(&snapshot);
    assert_eq!(back.taken_at, "2026-01-02T10:00:00Z".parse().unwrap());
    for (kind, source) in snapshot.sources.iter() {
        assert_eq!((kind, back.sources.of(kind)), (kind, source));
        assert!(source.items > 0, "the fixture has no {kind:?}");
    }
}

#[test]
fn demos_survive_writing_and_reading() {
    for (name, text) in scenes() {
        let snapshot = read(text);
        assert!(snapshot.problems.is_empty(), "{name}: {:?}", snapshot.problems);
        reads_back(&snapshot);
    }
}

#[test]
fn what_no_object_says_survives_too() {
    let mut snapshot = read(RICH);
    snapshot.origin = Origin::Live { context: "prod".into() };
    snapshot.server_version = Some("v1.36.2".into());
    snapshot.taken_at = "2026-03-01T00:00:00Z".parse().unwrap();
    snapshot.link = Link::Up;
    snapshot.problems = [Problem { object: "Pod web/a".into(), message: "half of it".into() }].into();
    let stale = State::Stale { since: Timestamp::UNIX_EPOCH, why: "connection refused".into(), retry_at: None };
    snapshot.sources.of_mut(Kind::Pod).state = stale.clone();
    snapshot.sources.of_mut(Kind::Crd).state = State::Forbidden { why: "no".into() };
    snapshot.sources.of_mut(Kind::NetworkPolicy).state = State::Absent;
    let back = reads_back(&snapshot);
    assert_eq!(back.origin, Origin::Saved { file: "f".into(), context: "prod".into() }, "nobody answers");
    assert_eq!(reads_back(&back).origin, back.origin);
    assert_eq!(back.server_version, snapshot.server_version);
    assert_eq!(back.taken_at, snapshot.taken_at);
    assert_eq!(back.problems, snapshot.problems);
    assert_eq!(back.sources, snapshot.sources);
    assert_eq!(back.link, Link::None, "a file does not answer");
    snapshot.link = Link::Down { since: Timestamp::UNIX_EPOCH, why: "timeout".into(), retry_at: None };
    assert_eq!(reads_back(&snapshot).link, snapshot.link);
}

#[test]
fn secrets_are_neither_kept_nor_named() {
    let text = written(&read(RICH));
    for word in ["c2VjcmV0", "hush", "password", "Secret"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.contains("TOKEN"), "the variable itself is known");
}

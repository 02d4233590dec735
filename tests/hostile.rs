//! Hostile text in every string of every kind: no byte of it steers the terminal, neither from a screen nor from a command.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

#[path = "screens/harness.rs"]
mod harness;

use cnitui::snapshot::{Kind, Origin, Reader, Snapshot, State, scenes};
use harness::{NOW, Stage};
use serde_json::Value;
use std::process::Command;

/// One of everything that is read, with every field in use.
const RICH: &str = include_str!("snapshot/rich.yaml");

/// Clears the screen, sets the title, colours by C1, turns the direction of writing, hides, and begins new lines.
const STEERING: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{85}\u{202e}\u{2066}\u{200b}\u{e0041}\r\n\tx\u{8}\u{7f}";

/// Repeated, it makes more than is kept of some strings, and more than a megabyte of others.
const LONG: &str = "\u{1b}[31m\u{202e}字x";

/// Every string of `value` changed by `with`; the names of the API stay where it would refuse others.
fn poison(value: &mut Value, with: &impl Fn(&mut String)) {
    const NAMES: [&str; 8] = ["kind", "apiVersion", "status", "operator", "effect", "protocol", "phase", "policyTypes"];
    match value {
        Value::String(text) => with(text),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, with)),
        Value::Object(fields) => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            for key in keys {
                let field = fields.get_mut(&key).unwrap();
                if !NAMES.contains(&key.as_str()) || field.is_object() {
                    poison(field, with);
                }
            }
        }
        _ => {}
    }
}

/// Keys that users choose: labels, annotations, entries of a `ConfigMap`.
fn poison_keys(value: &mut Value, with: &impl Fn(&mut String)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| poison_keys(item, with)),
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                if ["labels", "annotations", "matchLabels", "data", "selector", "nodeSelector"].contains(&key.as_str())
                    && let Value::Object(chosen) = field
                {
                    let renamed = std::mem::take(chosen).into_iter().map(|(mut key, value)| {
                        with(&mut key);
                        (key, value)
                    });
                    *chosen = renamed.collect();
                }
                poison_keys(field, with);
            }
        }
        _ => {}
    }
}

/// All documents, poisoned.
fn documents(text: &str, keys: bool, with: impl Fn(&mut String)) -> String {
    let mut out = String::new();
    // Embedded clusters are lines of JSON.
    let end = if text.starts_with('{') { "\n" } else { "\n---\n" };
    for document in text.split(end).filter(|document| !document.is_empty()) {
        let mut value: Value = serde_yaml::from_str(document).unwrap();
        poison(&mut value, &with);
        if keys {
            poison_keys(&mut value, &with);
        }
        out += &value.to_string();
        out.push('\n');
    }
    out
}

/// What is tried: everything ends in escapes; is nothing else; is very long; and clusters with findings, whose names are read.
fn cases() -> Vec<(String, String)> {
    let (long, longest) = (LONG.repeat(400), LONG.repeat(100_000));
    let strings = std::cell::Cell::new(0);
    let flood = |text: &mut String| {
        strings.set(strings.get() + 1);
        text.push_str(if strings.get() % 150 == 0 { &longest } else { &long });
    };
    let mut cases = vec![
        ("ends".to_owned(), documents(RICH, true, |text| text.push_str(STEERING))),
        ("is".to_owned(), documents(RICH, false, |text| STEERING.clone_into(text))),
        ("long".to_owned(), documents(RICH, false, flood)),
    ];
    for (name, text) in scenes().into_iter().filter(|(name, _)| ["crash-loop", "ignored-policies"].contains(name)) {
        cases.push((name.to_owned(), documents(text, false, |text| text.push_str(STEERING))));
    }
    cases
}

fn snapshot(text: &str) -> Snapshot {
    let mut reader = Reader::new(Origin::Files { name: format!("f{STEERING}").as_str().into() });
    reader.read(&format!("f{STEERING}"), text);
    let mut snapshot = reader.finish(NOW.parse().unwrap());
    // What a server says when it refuses is shown too.
    snapshot.sources.of_mut(Kind::Service).state = State::Forbidden { why: STEERING.into() };
    snapshot.sources.of_mut(Kind::Crd).state = State::Failed { why: STEERING.into(), retry_at: None };
    snapshot
}

/// What may not reach a terminal, except line ends and the sequences of our own colours.
fn steers(c: char) -> bool {
    let hidden = ['\u{200b}', '\u{202e}', '\u{2066}', '\u{e0041}', '\u{2028}'];
    (c.is_control() && c != '\n') || hidden.contains(&c)
}

fn is_clean(text: &str, what: &str) {
    if let Some(at) = text.find(steers) {
        let begin = text.char_indices().map(|(at, _)| at).find(|one| *one + 60 > at).unwrap_or(0);
        panic!("{what}: {:?}", &text[begin..].chars().take(120).collect::<String>());
    }
}

/// A walk over all screens and popups: every key of the list in many states, the same each time.
#[test]
fn no_screen_draws_a_byte_that_steers_the_terminal() {
    const KEYS: [&str; 22] = [
        "1", "2", "3", "4", "j", "j", "j", "k", "G", "enter", "enter", "esc", "tab", "l", "h", "?", ":", "/", "a", "ctrl-d",
        "space", "s",
    ];
    for (name, text) in cases() {
        for size in [(80, 24), (200, 60)] {
            let mut stage = Stage::new(size).attach(snapshot(&text));
            let mut random: usize = 7;
            for step in 0..40 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let key = KEYS[(random >> 33) % KEYS.len()];
                stage.key(key);
                stage.answer();
                let drawn: String = stage.buffer().content.iter().map(ratatui::buffer::Cell::symbol).collect();
                is_clean(&drawn, &format!("{name} {size:?} step {step} {key}"));
            }
        }
    }
}

#[test]
fn no_command_prints_a_byte_that_steers_the_terminal() {
    const COMMANDS: [&[&str]; 8] = [
        &["status"],
        &["status", "-o", "markdown"],
        &["status", "-o", "yaml"],
        &["status", "-o", "json"],
        &["policy", "list"],
        &["policy", "list", "-o", "csv"],
        &["snapshot"],
        &["snapshot", "--redact"],
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in cases() {
        let file = folder.path().join(format!("{name}\u{1b}[31m\u{202e}.yaml"));
        std::fs::write(&file, text).unwrap();
        for command in COMMANDS {
            let mut call = Command::new(env!("CARGO_BIN_EXE_cnitui"));
            let done = call.args(command).arg("--from").arg(&file).output().unwrap();
            assert!(!done.stdout.is_empty(), "{name} {command:?}: {}", String::from_utf8_lossy(&done.stderr));
            // Lines of CSV end so (RFC 4180).
            let printed = String::from_utf8(done.stdout).unwrap().replace("\r\n", "\n");
            is_clean(&printed, &format!("{name} {command:?}"));
            is_clean(std::str::from_utf8(&done.stderr).unwrap(), &format!("{name} {command:?} errors"));
        }
    }
}

#[test]
fn no_error_repeats_a_byte_that_steers_the_terminal() {
    let calls: [&[&str]; 6] = [
        &["status", "--from", "/nowhere/\u{1b}[2J\u{202e}"],
        &["status", "--context", "\u{1b}[2J", "--kubeconfig", "/nowhere/\u{9b}2J"],
        &["status", "--demo", "\u{1b}[2J"],
        &["providers", "\u{1b}[2J\u{202e}"],
        &["providers", "--filter", "x:\u{1b}[2J\u{202e}"],
        &["compare", "calico", "\u{1b}[2J"],
    ];
    for call in calls {
        let done = Command::new(env!("CARGO_BIN_EXE_cnitui")).args(call).output().unwrap();
        assert!(!done.stderr.is_empty(), "{call:?}");
        is_clean(std::str::from_utf8(&done.stderr).unwrap(), &format!("{call:?}"));
        is_clean(std::str::from_utf8(&done.stdout).unwrap(), &format!("{call:?}"));
    }
}

//! Each key that is hinted is pressed where it is hinted, in scenes and states at every density: something must be seen to happen,
//! or something be asked for. And whatever a key does, the help says.

use super::{LARGE, MIDDLE, SMALL, down, live, partial_rights, syncing};
use crate::harness::Stage;
use cnitui::snapshot::Snapshot;
use cnitui::tui::keymap::{self, Scope};
use cnitui::tui::{BINDINGS, Effect, Model, Msg};

/// Ways to a place, in a cluster.
const PLACES: [&str; 24] = [
    "1",
    "1 j l e",
    "1 <enter>",
    "1 / \"weave\" <enter> <enter>",
    "2",
    "2 <tab>",
    "2 M",
    "3",
    "3 e",
    "3 <tab>",
    "3 <tab> <tab> <tab>",
    "3 G",
    "3 n <enter>",
    "3 m",
    "3 m <enter>",
    "3 m / \"zone:x\" <enter>",
    "4",
    "4 / \"kind:no\" <enter>",
    "4 G <enter>",
    "4 G <enter> <enter>",
    "4 <tab>",
    "4 <tab> <enter>",
    "5",
    "5 <enter> <enter> <enter> <enter>",
];

/// Goes to every place and presses what is hinted there. What is seen of a key is something drawn; an answer may take its time.
fn press_all(stage: &Stage, what: &str, failed: &mut Vec<String>) {
    let from = |model: &Model| Stage { model: model.clone(), effects: Vec::new() };
    for place in PLACES {
        let mut there = from(&stage.model).press(place);
        there.answer();
        let before = there.draw().text();
        let hinted: Vec<_> = keymap::working(&there.model).filter(|binding| !binding.hint.is_empty()).collect();
        for (key, _) in hinted.iter().flat_map(|binding| binding.keys) {
            let mut pressed = from(&there.model);
            pressed.send(Msg::Key(keymap::key(key).unwrap()));
            let asked = pressed.effects.iter().any(|effect| !matches!(effect, Effect::Explain(..)));
            if !asked && pressed.draw().text() == before {
                failed.push(format!("{key} after {place} {what}"));
            }
        }
    }
}

fn are_true(size: (u16, u16), scenes: &[&str], states: &[fn(&mut Snapshot)]) {
    let mut failed = Vec::new();
    for scene in scenes {
        press_all(&Stage::demo(size, scene), &format!("in {scene}"), &mut failed);
    }
    for (nth, change) in states.iter().enumerate() {
        press_all(&live(size, change), &format!("with state {nth}"), &mut failed);
    }
    assert!(failed.is_empty(), "{} hints are false:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_hint_is_true_on_a_small_terminal() {
    are_true(SMALL, &["crash-loop"], &[nothing, syncing]);
}

#[test]
fn every_hint_is_true_where_two_columns_stand() {
    are_true(MIDDLE, &["upgrade"], &[down]);
}

#[test]
fn every_hint_is_true_where_the_pane_stands_aside() {
    are_true(LARGE, &["healthy"], &[partial_rights]);
}

/// A cluster of which no list may be read.
fn nothing(snapshot: &mut Snapshot) {
    use cnitui::snapshot::{Kind, State};
    let (origin, link) = (snapshot.origin.clone(), snapshot.link.clone());
    *snapshot = Snapshot { origin, link, ..Snapshot::default() };
    for kind in Kind::ALL {
        snapshot.sources.of_mut(kind).state = State::Forbidden { why: "no".into() };
    }
}

#[test]
fn every_key_of_a_screen_is_in_its_help() {
    for row in BINDINGS.iter().filter(|row| row.scopes.iter().any(|scope| matches!(scope, Scope::Everywhere | Scope::On(_)))) {
        assert!(!row.help.is_empty(), "{:?}", row.keys);
        let said = format!("{} {}", row.label(), row.help);
        for (key, _) in row.keys {
            // Whoever knows one of these knows the other.
            let is_twin = matches!(*key, "left" | "down" | "up" | "right" | "shift-tab");
            let key = key.trim_start_matches("ctrl-");
            assert!(is_twin || said.contains(key), "{key} is not said: {said}");
        }
    }
}

/// What `Y` copies, as it would be pasted into a shell.
#[test]
fn every_command_that_is_copied_runs() {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_cnitui"));
    for place in PLACES {
        let mut stage = Stage::demo(MIDDLE, "crash-loop").press(place);
        let Some(Effect::Copy(command)) = stage.key("Y").pop() else { panic!("nothing copied after {place}") };
        if command.contains("NAMESPACE/POD") {
            continue;
        }
        let line = command.replacen("cnitui", program.to_str().unwrap(), 1);
        let ran = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
        let complained = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(!ran.stdout.is_empty() && !complained.contains("error"), "{command}: {complained}");
    }
}

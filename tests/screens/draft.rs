//! Draft: policies from a file or an editor, laid over what is seen; nothing is applied.

use crate::harness::Stage;
use cnitui::present::Role;
use cnitui::tui::screens::Screen;
use cnitui::tui::{Editing, Effect, Msg};
use std::path::PathBuf;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 36);

const DENY_EGRESS: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny-egress, namespace: batch}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: []
";

/// A file that is there as long as the test.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draft.yaml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn drafted(size: (u16, u16), path: &std::path::Path) -> Stage {
    let mut stage = Stage::demo(size, "crash-loop");
    stage.keys(&format!(": \"draft {}\" <enter>", path.display()));
    stage.answer();
    stage
}

#[test]
fn a_file_laid_over_what_is_seen_tells_what_closes_and_what_breaks() {
    let (_folder, path) = file(DENY_EGRESS);
    for size in [SMALL, LARGE] {
        let stage = drafted(size, &path);
        assert_eq!(stage.model.screen, Screen::Draft);
        let picture = stage.draw();
        assert!(picture.has("not applied"), "{}", picture.text());
        assert!(picture.row("! Closes ").contains("and opens none."), "{}", picture.text());
        assert!(picture.has("name resolution."), "{}", picture.text());
        assert!(picture.has("- CLOSES ") && picture.row("▸").contains("! batch/"), "{}", picture.text());
        assert!(picture.row("▸").contains("kube-system/coredns"), "{}", picture.text());
        assert_eq!(picture.role("! Closes"), Role::Warn);
        assert_eq!(size == LARGE, picture.has("  policyTypes: [Egress]"), "the file stands beside where there is room");
    }
}

#[test]
fn what_it_changes_is_asked_again_once_the_file_was_edited() {
    let (_folder, path) = file(DENY_EGRESS);
    let mut stage = drafted(LARGE, &path);
    assert_eq!(stage.key("E"), [Effect::Edit(Editing::File(path.clone()))]);
    std::fs::write(&path, DENY_EGRESS.replace("egress: []", "egress: [{}]")).unwrap();
    stage.send(Msg::Edited(Ok(path)));
    stage.answer();
    assert!(stage.draw().has("✓ Changes nothing."), "{}", stage.draw().text());
}

#[test]
fn a_policy_is_drafted_in_the_editor_from_what_it_is() {
    let mut stage = Stage::demo(LARGE, "crash-loop").press("4 G <enter> <enter>");
    assert_eq!(stage.model.screen, Screen::Policy);
    let Some(Effect::Edit(Editing::New { text, .. })) = stage.key("D").pop() else { panic!("no editor") };
    assert!(text.contains("kind: NetworkPolicy"), "{text}");
    stage.send(Msg::Edited(Err("vi ended with exit status: 1.".to_owned())));
    assert_eq!(stage.model.screen, Screen::Policy, "nothing was drafted");
    assert!(stage.draw().has("vi ended with exit status: 1."));
}

#[test]
fn a_namespace_without_policies_gets_a_first_one() {
    let mut stage = Stage::demo(LARGE, "crash-loop").press("4 g");
    let namespace = stage.model.policies.coverage.key.clone().unwrap();
    let Some(Effect::Edit(Editing::New { text, .. })) = stage.key("D").pop() else { panic!("no editor") };
    assert!(text.contains(&format!("namespace: {namespace}")) && text.contains("ingress: []"), "{text}");
}

#[test]
fn a_file_that_cannot_be_read_says_so_and_one_with_an_error_names_it() {
    let stage = drafted(LARGE, std::path::Path::new("/nowhere/draft.yaml"));
    assert!(stage.draw().has("/nowhere/draft.yaml"), "{}", stage.draw().text());
    let (_folder, path) = file(&format!(
        "{DENY_EGRESS}---\n{}",
        DENY_EGRESS.replace("podSelector: {}", "podSelector: 7").replace("name: default", "name: other")
    ));
    let picture = drafted(LARGE, &path).draw();
    assert!(picture.rows().iter().any(|row| row.contains("NetworkPolicy") && row.contains("podSelector")), "{}", picture.text());
    assert!(picture.has("cannot be told"), "the rest is laid over, but what was skipped could open anything: {}", picture.text());
}

#[test]
fn the_command_and_the_reasons_of_a_change_are_a_key_away() {
    let (_folder, path) = file(DENY_EGRESS);
    let mut stage = drafted(LARGE, &path);
    let command = stage.key("Y");
    assert!(
        matches!(&command[..], [Effect::Copy(text)] if text.starts_with("cnitui policy diff ") && text.ends_with(" --demo crash-loop"))
    );
    stage.keys("w");
    assert_eq!(stage.model.screen, Screen::Why);
    assert!(stage.model.why.question.from.starts_with("batch/"));
    stage.keys("<esc>");
    assert_eq!(stage.model.screen, Screen::Draft);
}

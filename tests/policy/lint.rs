//! Every lint finds what it is for, there and nowhere else in its case.

use super::{files, snapshot, whole};
use cnitui::policy::{Dialect, Kinds, LINTS, lints, model};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    lint: String,
    policies: Vec<Value>,
    #[serde(default)]
    also: Vec<Value>,
    /// Kinds that nobody enforces.
    #[serde(default)]
    ignored: Vec<String>,
    finds: Vec<String>,
}

fn cases() -> Vec<Case> {
    serde_yaml::from_str(include_str!("lint/cases.yaml")).unwrap()
}

#[test]
fn every_lint_finds_what_it_is_for() {
    let (_, file) = files().into_iter().next_back().unwrap();
    let mut wrong = Vec::new();
    for case in cases() {
        let policies: Vec<Value> = case.policies.iter().map(whole).collect();
        let snapshot = snapshot(file.world.iter().chain(&case.also).chain(&policies));
        let dialect = Dialect::of(Some("spec")).enforcing(Kinds::AllBut(case.ignored));
        let found = lints(&snapshot, &model(&snapshot), &dialect);
        let own = found.iter().filter(|one| one.lint.id == case.lint);
        let places: Vec<String> =
            own.map(|one| format!("{} {}", one.place.policy.name, one.place.at).trim().to_owned()).collect();
        if places != case.finds {
            wrong.push(format!("{}: {places:?} instead of {:?}", case.lint, case.finds));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_lint_has_a_case_and_says_what_to_do() {
    let shown: BTreeSet<String> = cases().into_iter().map(|case| case.lint).collect();
    let known: BTreeSet<String> = LINTS.iter().map(|lint| lint.id.to_owned()).collect();
    assert_eq!(shown, known);
    for lint in LINTS {
        assert!(lint.title.ends_with('.') && lint.remedy.ends_with('.'), "{}", lint.id);
    }
}

#[test]
fn sound_policies_are_left_alone() {
    let (_, file) = files().into_iter().next_back().unwrap();
    let policy: Value = serde_yaml::from_str(
        "{ kind: NetworkPolicy, spec: { podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], \
         ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: sql }] }] } }",
    )
    .unwrap();
    let snapshot = snapshot(file.world.iter().chain(&[whole(&policy)]));
    let found = lints(&snapshot, &model(&snapshot), &Dialect::of(Some("spec")));
    assert_eq!(found.iter().map(|one| one.lint.id).collect::<Vec<_>>(), Vec::<&str>::new());
}

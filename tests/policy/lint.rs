//! Every lint finds what it is for, there and nowhere else in its case.

use super::{files, snapshot, whole};
use cnitui::policy::{Dialect, Kinds, LINTS, lints, model};
use serde::Deserialize;
use serde_json::{Value, json};
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

/// A namespace with 20 pods of five apps and a policy for each app, of which four are wrong.
fn namespace(name: &str) -> Vec<Value> {
    let object = |version: &str, kind: &str, called: &str, labels: Value, spec: Value| {
        json!({ "apiVersion": version, "kind": kind, "spec": spec,
            "metadata": { "name": called, "namespace": name, "labels": labels } })
    };
    let pod = |at: usize| {
        let labels = json!({ "app": format!("a{}", at % 5) });
        let containers = json!([{ "name": "c", "ports": [{ "name": "http", "containerPort": 8080 }] }]);
        object("v1", "Pod", &format!("p{at}"), labels, json!({ "containers": containers }))
    };
    let policy = |called: &str, app: &str, more: Value| {
        let mut spec = more;
        spec["podSelector"] = json!({ "matchLabels": { "app": app } });
        object("networking.k8s.io/v1", "NetworkPolicy", called, json!({}), spec)
    };
    let from = |app: &str, port: Value| json!({ "ingress": [{ "from": [{ "podSelector": { "matchLabels": { "app": app } } }], "ports": [{ "port": port }] }] });
    let service = json!({ "selector": { "app": "a0" }, "ports": [{ "port": 80, "targetPort": "http" }] });
    let mut objects: Vec<Value> = (0..20).map(pod).collect();
    objects.extend([
        object("v1", "Service", "front", json!({}), service),
        policy("front", "a0", from("a1", json!(80))),
        policy("name", "a1", from("a2", json!("sql"))),
        policy("peer", "a2", from("nobody", json!("http"))),
        policy("out", "a3", json!({ "policyTypes": ["Egress"] })),
        policy("well", "a4", from("a3", json!("http"))),
    ]);
    objects
}

#[test]
fn a_namespace_among_many_is_judged_as_if_it_were_alone() {
    let spaces: Vec<String> = (0..60).map(|number| format!("s{number}")).collect();
    let objects: Vec<Value> = spaces.iter().flat_map(|name| namespace(name)).collect();
    let snapshot = snapshot(&objects);
    let found = lints(&snapshot, &model(&snapshot), &Dialect::of(Some("spec")));
    assert_eq!(found.len(), 240);
    let own = found.iter().map(|one| (one.lint.id, &one.place)).filter(|(_, place)| place.policy.namespace == *"s37");
    let own: Vec<_> = own.map(|(lint, place)| format!("{lint} {} {}: {}", place.policy.name, place.at, place.what)).collect();
    assert_eq!(
        own,
        [
            "named-port-missing name ingress[0].ports[0]: none of 4 pods has a port sql of TCP",
            "service-port front ingress[0].ports[0]: 80 is the port of Service s37/front",
            "egress-without-dns out egress: s37/p3 cannot call kube-system/kube-dns on UDP/53",
            "peer-matches-nothing peer ingress[0].from[0]: there are no pods app=nobody of namespace s37",
        ]
    );
}

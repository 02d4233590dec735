//! Every numbered rule of the policy notes as cases: a small world, policies, flows and what becomes of them.
//!
//! The cases are data, `tests/policy/*.yaml`. A rule that no flow can show says so there. Policies may leave out their `apiVersion`,
//! name and namespace: they are then called `p` and lie in `shop`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

mod lint;
mod random;
mod reference;

use cnitui::policy::{Dialect, Explanation, Holds, Point, explain, model, parse_ports};
use cnitui::snapshot::{Origin, Reader, Snapshot};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What every case of it has.
    world: Vec<Value>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The number of the rule.
    rule: String,
    /// What it says, in short.
    says: String,
    /// Why no flow can show it.
    no_flow: Option<String>,
    /// Whose reading; `spec` unless told, `unknown` is nobody's.
    cni: Option<String>,
    /// Points of the dialect that are told.
    #[serde(default)]
    points: BTreeMap<String, String>,
    #[serde(default)]
    policies: Vec<Value>,
    /// Other objects.
    #[serde(default)]
    also: Vec<Value>,
    /// `FROM TO PORTS VERDICT`, and after a `#` what a reason has to say.
    #[serde(default)]
    flows: Vec<String>,
    /// What the problems of the policies have to say.
    problem: Option<String>,
}

fn files() -> Vec<(PathBuf, File)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy");
    let mut paths: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    let read = |path: PathBuf| {
        let file = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap());
        let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, file)
    };
    paths.into_iter().map(read).collect()
}

/// The policy as a whole manifest.
fn whole(policy: &Value) -> Value {
    let mut policy = policy.clone();
    let version = match policy["kind"].as_str().unwrap() {
        "NetworkPolicy" => "networking.k8s.io/v1",
        "ClusterNetworkPolicy" => "policy.networking.k8s.io/v1alpha2",
        _ => "policy.networking.k8s.io/v1alpha1",
    };
    let is_namespaced = policy["kind"] == "NetworkPolicy";
    let fields = policy.as_object_mut().unwrap();
    fields.entry("apiVersion").or_insert_with(|| json!(version));
    let metadata = fields.entry("metadata").or_insert_with(|| json!({})).as_object_mut().unwrap();
    metadata.entry("name").or_insert_with(|| json!("p"));
    if is_namespaced {
        metadata.entry("namespace").or_insert_with(|| json!("shop"));
    }
    policy
}

fn snapshot<'a>(objects: impl IntoIterator<Item = &'a Value>) -> Snapshot {
    let mut reader = Reader::new(Origin::Files { name: "case".into() });
    // A case has all the policies that there are.
    reader.read("case", r#"{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicyList", "items": []}"#);
    objects.into_iter().for_each(|object| reader.read("case", &object.to_string()));
    reader.finish("2026-01-01T00:00:00Z".parse().unwrap())
}

fn dialect(case: &Case) -> Dialect {
    let cni = case.cni.as_deref().unwrap_or("spec");
    let mut dialect = Dialect::of(Some(cni).filter(|cni| *cni != "unknown"));
    for (point, holds) in &case.points {
        let point = Point::ALL.into_iter().find(|one| format!("{one:?}") == *point).unwrap();
        let holds = [Holds::No, Holds::Maybe, Holds::Yes].into_iter().find(|one| format!("{one:?}") == *holds).unwrap();
        dialect = dialect.with(point, holds);
    }
    dialect
}

/// What the reasons of an answer say, in their order.
fn reasons(answer: &Explanation) -> String {
    let decisions = answer.cases.iter().flat_map(|case| &case.decisions);
    let steps = decisions.flat_map(cnitui::policy::Decision::steps).map(|step| {
        let policy = step.policy.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{} {policy} {:?} {}: {}", step.side.name(), step.rule, step.effect.name(), step.reason)
    });
    steps.chain(answer.notes.iter().cloned()).collect::<Vec<_>>().join("\n")
}

/// What is wrong with a case.
fn wrongs(file: &File, case: &Case) -> Vec<String> {
    let policies: Vec<Value> = case.policies.iter().map(whole).collect();
    let snapshot = snapshot(file.world.iter().chain(&case.also).chain(&policies));
    let (model, dialect) = (model(&snapshot), dialect(case));
    let mut wrong = Vec::new();
    for flow in &case.flows {
        let (asked, why) = flow.split_once(" # ").unwrap_or((flow, ""));
        let [from, to, ports, verdict] = asked.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{flow}") };
        let ports = if ports == "all" { cnitui::policy::PortSet::all() } else { parse_ports(ports).unwrap() };
        match explain(&snapshot, &model, &dialect, (from, to), ports) {
            Err(error) if verdict == "error" && error.contains(why) => {}
            Err(error) => wrong.push(format!("{flow}: {error}")),
            Ok(answer) if answer.verdict.name() == verdict && reasons(&answer).contains(why) => {}
            Ok(answer) => wrong.push(format!("{flow}: {}\n{}", answer.verdict.name(), reasons(&answer))),
        }
    }
    let said: Vec<&str> = model.problems.iter().map(|problem| problem.message.as_str()).collect();
    let said = said.join("; ") + &snapshot.problems.iter().map(|one| one.message.to_string()).collect::<Vec<_>>().join("; ");
    match &case.problem {
        Some(problem) if !said.contains(problem.as_str()) => wrong.push(format!("no problem {problem}, but {said}")),
        None if !said.is_empty() => wrong.push(format!("problem {said}")),
        _ => {}
    }
    wrong
}

#[test]
fn every_case_is_decided_as_its_rule_says() {
    let mut wrong = Vec::new();
    for (path, file) in files() {
        for case in &file.cases {
            assert!(case.no_flow.is_some() == case.flows.is_empty(), "{}: {} shows nothing", case.rule, case.says);
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            wrong.extend(wrongs(&file, case).into_iter().map(|wrong| format!("{name} {} ({}): {wrong}", case.rule, case.says)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_numbered_rule_has_a_case() {
    let numbers = |name: &str, ranges: &[(u32, u32)]| -> Vec<String> {
        ranges.iter().flat_map(|(from, to)| *from..=*to).map(|number| format!("{name}-{number}")).collect()
    };
    let wanted = [numbers("NP", &[(1, 8), (10, 18), (20, 26), (30, 35)]), numbers("ANP", &[(1, 12)]), numbers("CNP", &[(1, 11)])];
    let shown: BTreeSet<String> = files().into_iter().flat_map(|(_, file)| file.cases).map(|case| case.rule).collect();
    let missing: Vec<&String> = wanted.iter().flatten().filter(|rule| !shown.contains(*rule)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

/// What would admit one to the other on TCP/5432 in the world of the first file and these objects.
fn changes_between(ends: (&str, &str), objects: &[Value]) -> Vec<String> {
    let (_, file) = files().into_iter().next().unwrap();
    let snapshot = snapshot(file.world.iter().chain(objects));
    let answer =
        explain(&snapshot, &model(&snapshot), &Dialect::of(Some("spec")), ends, parse_ports("TCP/5432").unwrap()).unwrap();
    answer.changes.into_iter().map(|change| format!("{}: {}", change.side.name(), change.what)).collect()
}

/// What would admit `shop/web` to `shop/db` on TCP/5432 under these policies.
fn changes(policies: &[Value]) -> Vec<String> {
    changes_between(("shop/web", "shop/db"), &policies.iter().map(whole).collect::<Vec<_>>())
}

#[test]
fn a_port_is_not_opened_to_everybody_nor_other_ports_for_the_sake_of_one_peer() {
    let policy = |rule: Value| {
        let spec = json!({ "podSelector": { "matchLabels": { "app": "db" } }, "ingress": [rule] });
        changes(&[json!({ "kind": "NetworkPolicy", "spec": spec })])
    };
    let said = [
        "ingress: add an ingress rule to NetworkPolicy shop/p that allows pods app=web, tier=front of namespace shop on TCP/5432",
    ];
    assert_eq!(policy(json!({ "ports": [{ "port": 443 }] })), said);
    assert_eq!(policy(json!({ "from": [{ "podSelector": {} }], "ports": [{ "port": 443 }] })), said);
    let other = json!([{ "podSelector": { "matchLabels": { "app": "other" } } }]);
    assert_eq!(policy(json!({ "from": other, "ports": [{ "port": 443 }, { "port": 5432 }] })), said);
}

#[test]
fn changes_are_for_every_pod_that_is_denied() {
    let pod = |name: &str, app: &str, ip: &str| {
        json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "namespace": "pay", "name": name, "labels": { "app": app },
            "ownerReferences": [{ "kind": "ReplicaSet", "name": "two", "controller": true }] },
            "spec": { "nodeName": "n2" }, "status": { "phase": "Running", "podIPs": [{ "ip": ip }] } })
    };
    let policy = |name: &str, app: &str| {
        whole(&json!({ "kind": "NetworkPolicy", "metadata": { "name": name, "namespace": "pay" }, "spec": {
            "podSelector": { "matchLabels": { "app": app } }, "policyTypes": ["Ingress"] } }))
    };
    let objects =
        [pod("two-1", "one", "10.1.1.11"), pod("two-2", "other", "10.1.1.12"), policy("a", "one"), policy("b", "other")];
    assert_eq!(
        changes_between(("shop/db", "pay/ReplicaSet/two"), &objects),
        [
            "ingress: add an ingress rule to NetworkPolicy pay/a that allows pods app=db of namespace shop on TCP/5432",
            "ingress: add an ingress rule to NetworkPolicy pay/b that allows pods app=db of namespace shop on TCP/5432",
        ]
    );
    // Several callers are peers of one rule.
    assert_eq!(
        changes_between(
            ("pay/ReplicaSet/two", "shop/db"),
            &[
                &objects[..2],
                &[whole(&json!({ "kind": "NetworkPolicy", "spec": {
            "podSelector": { "matchLabels": { "app": "db" } } } }))]
            ]
            .concat()
        ),
        [
            "ingress: add an ingress rule to NetworkPolicy shop/p that allows pods app=one of namespace pay, pods app=other of namespace \
             pay on TCP/5432"
        ]
    );
}

#[test]
fn the_smallest_change_is_a_port_of_a_rule_whose_peers_match() {
    let db = json!({ "podSelector": { "matchLabels": { "app": "db" } }, "ingress": [
        { "from": [{ "podSelector": { "matchLabels": { "app": "other" } } }], "ports": [{ "port": 5432 }] },
        { "from": [{ "podSelector": { "matchLabels": { "app": "web" } } }], "ports": [{ "port": 1 }] } ] });
    assert_eq!(
        changes(&[json!({ "kind": "NetworkPolicy", "spec": db })]),
        ["ingress: add TCP/5432 to the ports of ingress rule 1 of NetworkPolicy shop/p"]
    );
}

#[test]
fn else_it_is_a_peer_and_else_a_rule_and_each_side_has_its_own() {
    let peer = json!({ "kind": "NetworkPolicy", "metadata": { "name": "in" }, "spec": {
        "podSelector": { "matchLabels": { "app": "db" } },
        "ingress": [{ "from": [{ "podSelector": { "matchLabels": { "app": "other" } } }], "ports": [{ "port": 5432 }] }] } });
    let rule = json!({ "kind": "NetworkPolicy", "metadata": { "name": "out" }, "spec": {
        "podSelector": { "matchLabels": { "app": "web" } }, "policyTypes": ["Egress"] } });
    assert_eq!(
        changes(&[peer, rule]),
        [
            "egress: add an egress rule to NetworkPolicy shop/out that allows pods app=db of namespace shop on TCP/5432",
            "ingress: add pods app=web, tier=front of namespace shop to the peers of ingress rule 0 of NetworkPolicy shop/in",
        ]
    );
}

#[test]
fn a_default_deny_is_left_as_it_is_and_gets_a_policy_beside_it() {
    let deny = json!({ "kind": "NetworkPolicy", "spec": { "podSelector": {}, "policyTypes": ["Ingress"] } });
    assert_eq!(
        changes(&[deny]),
        [
            "ingress: add a NetworkPolicy for pods app=db of namespace shop that allows ingress of pods app=web, tier=front of namespace shop on \
          TCP/5432"
        ]
    );
}

#[test]
fn what_an_admin_denies_needs_a_rule_before_that() {
    let admin = json!({ "kind": "AdminNetworkPolicy", "spec": { "priority": 1, "subject": { "namespaces": {} },
        "ingress": [{ "action": "Pass", "from": [{ "namespaces": { "matchLabels": { "team": "b" } } }] },
                    { "action": "Deny", "from": [{ "namespaces": {} }] }] } });
    assert_eq!(
        changes(&[admin]),
        [
            "ingress: add a rule to AdminNetworkPolicy p, before ingress rule 1, that allows pods app=web, tier=front of namespace shop on TCP/5432"
        ]
    );
}

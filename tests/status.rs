//! `status` and `policy list` of the demo clusters: what is said, every key of the contract, and how it ends.

#![allow(clippy::unwrap_used, reason = "a document that cannot be written may panic")]

mod fixture;

use cnitui::health::assess;
use cnitui::report::{Format, Look, Outcome, policies, status, write};
use cnitui::session;
use cnitui::snapshot::{Kind, Snapshot};
use serde_json::Value;

fn demo(name: &str) -> Option<Snapshot> {
    session::demo(name, fixture::real())
}

fn answer(snapshot: &Snapshot) -> (String, Value, Outcome) {
    let catalog = fixture::real();
    let answer = status(snapshot, &assess(snapshot, catalog), catalog, None, Format::Table);
    let text = write(&answer, Format::Table, Look::default()).unwrap();
    (text, serde_json::to_value(&answer.document).unwrap(), answer.outcome)
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn has(value: &Value, expected: &[&str]) {
    for key in expected {
        assert!(keys(value).contains(key), "{key} is missing among {:?}", keys(value));
    }
}

#[test]
fn every_key_of_the_contract_is_there() {
    let (_, json, _) = answer(&demo("crash-loop").unwrap());
    assert_eq!(json["schema"], "cnitui.status/v1");
    has(&json, &["taken_at", "cluster", "network", "also", "policy", "agents", "nodes", "findings", "sources"]);
    has(&json["cluster"], &["context", "server_version", "distribution", "nodes"]);
    has(&json["network"], &["provider", "version", "confidence", "mode", "evidence"]);
    has(&json["network"]["mode"], &["encapsulation", "data_plane", "encryption", "kube_proxy_replacement", "cross_subnet"]);
    has(&json["policy"], &["enforcer", "verdict", "basis", "ingress", "egress", "kinds", "ignored_kinds", "nodes", "evidence"]);
    has(&json["policy"]["nodes"], &["enforced", "not_enforced", "unknown"]);
    let agent = &json["agents"][0];
    has(
        agent,
        &["kind", "namespace", "name", "provider", "desired", "ready", "updated", "available", "misscheduled", "images", "pods"],
    );
    has(&agent["pods"][0], &["name", "node", "phase", "ready", "restarts", "reason"]);
    has(
        &json["nodes"][0],
        &["name", "ready", "network_unavailable", "agent_ready", "pod_cidrs", "pods", "pod_capacity", "findings"],
    );
    has(&json["findings"][0], &["id", "severity", "object", "message", "remedy", "source"]);
    has(&json["sources"][0], &["kind", "state", "items", "detail"]);
}

#[test]
fn a_crash_loop_is_wrong_and_told_with_its_numbers() {
    let (text, json, outcome) = answer(&demo("crash-loop").unwrap());
    assert_eq!(outcome, Outcome::Wrong);
    assert_eq!(json["cluster"]["nodes"], 6);
    assert_eq!(json["network"]["version"], Value::Null);
    assert_eq!(json["policy"]["verdict"], "partial");
    assert_eq!(json["policy"]["nodes"], serde_json::json!({ "enforced": 5, "not_enforced": 0, "unknown": 1 }));
    assert_eq!(json["policy"]["kinds"]["NetworkPolicy"], 14);
    assert_eq!(json["agents"][0]["images"]["quay.io/calico/node:v3.32.1"], 3);
    assert_eq!(json["agents"][0]["pods"][0]["reason"], "CrashLoopBackOff, calico-node exited 1");
    assert_eq!(json["nodes"][0]["name"], "worker-4");
    assert_eq!(json["findings"][0]["id"], "agent-not-ready");
    assert!(text.starts_with('✗'), "{text}");
    assert!(text.lines().next().unwrap().contains("worker-4: its agent crash-loops, 30m."), "{text}");
    assert!(text.contains("    do kubectl -n kube-system rollout undo daemonset/calico-node\n"), "{text}");
}

#[test]
fn a_healthy_cluster_ends_well_and_policies_that_nobody_enforces_do_not() {
    let (text, json, outcome) = answer(&demo("healthy").unwrap());
    assert_eq!(outcome, Outcome::Well);
    assert!(text.starts_with("✓ Healthy. Cilium v1.20.0 carries packets and enforces policy on 6 of 6 nodes.\n"), "{text}");
    assert_eq!(json["findings"], serde_json::json!([]));
    let (text, json, outcome) = answer(&demo("upgrade").unwrap());
    assert_eq!((outcome, &json["network"]["version"]), (Outcome::Well, &Value::Null));
    assert!(text.contains("v2.11.1 2, v2.12.0 3") && !text.contains("do not say"), "{text}");
    let (text, json, outcome) = answer(&demo("ignored-policies").unwrap());
    assert_eq!((outcome, &json["policy"]["verdict"]), (Outcome::Wrong, &"not-enforced".into()));
    assert_eq!((&json["policy"]["enforcer"], &json["policy"]["basis"]), (&Value::Null, &"configured".into()));
    assert!(text.starts_with("✗ 14 NetworkPolicies have no effect: flannel has no policy engine here.\n"), "{text}");
}

#[test]
fn what_may_not_be_read_is_untold_and_never_well() {
    for kind in [Kind::Node, Kind::Pod, Kind::DaemonSet, Kind::NetworkPolicy, Kind::Crd] {
        let mut snapshot = demo("healthy").unwrap();
        fixture::forbid(&mut snapshot, kind);
        let (text, json, outcome) = answer(&snapshot);
        assert_eq!(outcome, Outcome::Untold, "{kind:?}");
        assert!(text.starts_with('?'), "{kind:?}: {text}");
        let list = json["sources"].as_array().unwrap().iter().find(|list| list["kind"] == kind.name()).unwrap();
        assert_eq!(list["state"], "forbidden");
    }
    let (text, json, outcome) = answer(&Snapshot::default());
    assert_eq!((outcome, &json["policy"]["verdict"]), (Outcome::Untold, &"unknown".into()));
    assert!(text.starts_with('?'), "{text}");
}

#[test]
fn policies_are_listed_with_what_they_select() {
    let snapshot = demo("healthy").unwrap();
    let assessment = assess(&snapshot, fixture::real());
    let all = policies(&snapshot, &assessment, None, Format::Table);
    assert_eq!(all.outcome, Outcome::Well);
    let json = serde_json::to_value(&all.document).unwrap();
    assert_eq!(json["schema"], "cnitui.policy.list/v1");
    assert_eq!(json["policies"].as_array().unwrap().len(), 14);
    let shop = policies(&snapshot, &assessment, Some("shop"), Format::Table);
    let csv = write(&shop, Format::Csv, Look::default()).unwrap();
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 7, "{csv}");
    assert_eq!(rows[0], "Namespace,Name,Selects,Pods,Ingress,Egress");
    assert!(rows[2].starts_with("shop,api-from-web,tier=api,6,1 rule,"), "{csv}");
    assert_eq!(rows[3], "shop,default-deny,all pods,11,denies all,denies all");
    let ignored = demo("ignored-policies").unwrap();
    assert_eq!(policies(&ignored, &assess(&ignored, fixture::real()), None, Format::Table).outcome, Outcome::Wrong);
}

#[test]
fn what_only_pods_could_tell_is_unknown_where_pods_may_not_be_read() {
    let mut snapshot = demo("healthy").unwrap();
    fixture::forbid(&mut snapshot, Kind::Pod);
    let (text, json, _) = answer(&snapshot);
    let agent = &json["agents"][0];
    assert_eq!((&agent["kind"], &agent["restarts"]), (&"DaemonSet".into(), &Value::Null));
    assert_eq!((agent["desired"] == agent["ready"], agent["desired"].as_u64() > Some(0)), (true, true), "its controller counts");
    assert_eq!(agent["known_from"], serde_json::json!(["DaemonSet"]));
    for node in json["nodes"].as_array().unwrap() {
        assert_eq!((&node["agent_ready"], &node["pods"]), (&Value::Null, &Value::Null), "{node}");
    }
    let row = text.lines().find(|line| line.starts_with("DaemonSet ")).unwrap();
    assert_eq!(row.split_whitespace().skip(2).collect::<Vec<_>>()[2..], ["?", "?"], "{row}");
}

#[test]
fn what_has_ended_runs_no_version() {
    let mut snapshot = demo("healthy").unwrap();
    let agent = |json: &Value| (json["agents"][0]["images"].clone(), json["agents"][0]["versions"].clone());
    let before = answer(&snapshot).1;
    let name = before["agents"][0]["pods"][0]["name"].as_str().unwrap().to_owned();
    let mut ended = cnitui::snapshot::Pod::clone(snapshot.pods.iter().find(|pod| *pod.name == *name).unwrap());
    (ended.name, ended.phase, ended.ready) = ("ended".into(), cnitui::snapshot::Phase::Failed, false);
    snapshot.pods.insert(std::sync::Arc::new(ended));
    let after = answer(&snapshot).1;
    assert_eq!(after["agents"][0]["pods"].as_array().unwrap().len(), before["agents"][0]["pods"].as_array().unwrap().len() + 1);
    assert_eq!(agent(&after), agent(&before));
}

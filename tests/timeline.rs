//! What changed between two moments: agents, nodes, policies, findings, and whether anybody was looking.

#![allow(clippy::unwrap_used, reason = "a wrong fixture may panic")]

mod fixture;

use cnitui::catalog::Catalog;
use cnitui::health::{Severity, assess};
use cnitui::snapshot::{Kind, Link, Snapshot, State, Workload};
use cnitui::timeline::{Change, Moment, Timeline, Turn, between};
use fixture::*;
use jiff::SignedDuration;
use std::sync::Arc;

const NET: &str = "
agents:
  - { kind: DaemonSet, names: [net-node], labels: [app=net-node], containers: [net-node], images: [net/node], role: network-and-policy }
enforces: { ingress: true, egress: true, kinds: [NetworkPolicy] }
";

fn net() -> Catalog {
    catalog(&[("net", NET)])
}

fn agent(snapshot: &Snapshot, version: &str) -> Workload {
    let image = format!("net-node=example.org/net/node:{version}");
    daemon_set(snapshot, "net-node", "app=net-node", &[&[&image]])
}

fn healthy() -> Snapshot {
    let mut snapshot = cluster(2);
    let workload = agent(&snapshot, "v2.0.0");
    install(&mut snapshot, workload, &["n1", "n2"]);
    snapshot.policies.insert(Arc::new(policy("shop", "web")));
    snapshot
}

/// What `change` makes different, a second later, without what is concluded of the whole cluster.
fn after(before: &Snapshot, change: impl FnOnce(&mut Snapshot)) -> Vec<(Turn, String, String)> {
    let mut after = before.clone();
    after.taken_at += SignedDuration::from_secs(1);
    change(&mut after);
    let (was, is) = (assess(before, &net()), assess(&after, &net()));
    let changes = between(Moment { snapshot: before, assessment: &was }, Moment { snapshot: &after, assessment: &is });
    assert!(changes.iter().all(|change| change.at == after.taken_at));
    let of_objects = changes.into_iter().filter(|change| !change.object.kind.is_empty() || change.turn != Turn::Changed);
    of_objects.map(|change| (change.turn, change.object.to_string(), change.what)).collect()
}

fn said(turn: Turn, object: &str, what: &str) -> (Turn, String, String) {
    (turn, object.to_owned(), what.to_owned())
}

#[test]
fn nothing_changes_while_nothing_changes() {
    assert_eq!(after(&healthy(), |_| {}), []);
}

#[test]
fn policies_come_change_and_go() {
    let found = after(&healthy(), |now| {
        now.policies.insert(Arc::new(policy("shop", "new")));
    });
    assert_eq!(found, [said(Turn::Added, "NetworkPolicy shop/new", "new")]);
    let found = after(&healthy(), |now| {
        let mut web = policy("shop", "web");
        web.isolates_egress = true;
        now.policies.replace(0, Arc::new(web));
    });
    assert_eq!(found, [said(Turn::Changed, "NetworkPolicy shop/web", "egress changed")]);
    assert_eq!(after(&healthy(), |now| drop(now.policies.remove(0))), [said(Turn::Removed, "NetworkPolicy shop/web", "gone")]);
    assert_eq!(after(&healthy(), |now| drop(now.policies.replace(0, Arc::new(policy("shop", "web"))))), [], "equal is the same");
}

#[test]
fn nodes_come_change_and_go() {
    let found = after(&healthy(), |now| {
        change(now, "n2", |node| node.kubelet = "v1.36.3".into());
        let mut windows = node("w1");
        windows.labels = labels(&["kubernetes.io/os=windows"]);
        now.nodes.insert(Arc::new(windows));
    });
    assert!(found.contains(&said(Turn::Changed, "Node n2", "kubelet v1.36.2 → v1.36.3")), "{found:?}");
    assert!(found.contains(&said(Turn::Added, "Node w1", "new")), "{found:?}");
}

#[test]
fn an_agent_changes_its_version_and_a_finding_comes_and_goes() {
    let before = healthy();
    let found = after(&before, |now| drop(now.workloads.replace(0, Arc::new(agent(&before, "v2.1.0")))));
    assert!(found.contains(&said(Turn::Changed, "DaemonSet kube-system/net-node", "v2.0.0 → v2.1.0")), "{found:?}");

    let mut crashed = before.clone();
    change_pod(&mut crashed, "net-node-n2", crash);
    let found = after(&before, |now| change_pod(now, "net-node-n2", crash));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].1.as_str()), (Turn::Wrong(Severity::Error), "Pod kube-system/net-node-n2"));
    let found = after(&crashed, |now| change_pod(now, "net-node-n2", |pod| (pod.ready, pod.trouble) = (true, None)));
    assert_eq!((found[0].0, found.len()), (Turn::Healed, 1), "{found:?}");
    assert!(found[0].2.starts_with("no longer: "), "{found:?}");
}

#[test]
fn what_is_not_seen_did_not_go_and_nothing_healed() {
    let mut crashed = healthy();
    change_pod(&mut crashed, "net-node-n2", crash);
    for kind in Kind::ALL {
        let found = after(&crashed, |now| forbid(now, kind));
        let lost = found.iter().filter(|(turn, ..)| matches!(turn, Turn::Removed | Turn::Healed | Turn::Changed));
        assert_eq!(lost.collect::<Vec<_>>(), Vec::<&(Turn, String, String)>::new(), "{kind:?}");
    }
}

#[test]
fn while_a_list_is_read_for_the_first_time_nothing_is_new() {
    let mut syncing = healthy();
    syncing.sources.of_mut(Kind::NetworkPolicy).state = State::Syncing { of: None };
    syncing.policies.remove(0);
    let full = healthy();
    assert_eq!(after(&syncing, |now| *now = Snapshot { taken_at: now.taken_at, ..full.clone() }), []);
}

#[test]
fn a_silence_is_one_gap_and_not_a_change_of_every_list() {
    let down = |now: &mut Snapshot| {
        now.link = Link::Down { since: now.taken_at, why: "connection refused".into(), retry_at: None };
        for kind in Kind::ALL {
            let (since, why) = (now.taken_at, "connection refused".into());
            now.sources.of_mut(kind).state = State::Stale { since, why, retry_at: None };
        }
    };
    let mut live = healthy();
    live.link = Link::Up;
    assert_eq!(after(&live, down), [said(Turn::Blind, "cluster", "not watching: connection refused")]);
    let mut silent = live.clone();
    down(&mut silent);
    assert_eq!(
        after(&silent, |now| *now = Snapshot { taken_at: now.taken_at, ..live.clone() }),
        [said(Turn::Seeing, "cluster", "watching again")]
    );
}

#[test]
fn the_oldest_changes_are_forgotten_and_the_others_keep_their_numbers() {
    let change = |number: usize| Change {
        at: healthy().taken_at,
        turn: Turn::Added,
        object: cnitui::health::Object::node(&"n1".into()),
        what: number.to_string(),
        before: serde_json::Value::Null,
        after: serde_json::Value::Null,
    };
    let mut timeline = Timeline::default();
    timeline.extend((0..Timeline::MOST).map(change));
    timeline.extend((Timeline::MOST..Timeline::MOST + 5).map(change));
    assert_eq!(timeline.seen(), Timeline::MOST + 5);
    assert_eq!((timeline.get(4), timeline.get(5).unwrap().what.as_str()), (None, "5"));
    let (number, newest) = timeline.newest().next().unwrap();
    assert_eq!((number, newest.what.as_str()), (Timeline::MOST + 4, "1004"));
}

#[test]
fn settings_of_an_agent_and_of_its_network_change_with_before_and_after() {
    let before = healthy();
    let mut after = before.clone();
    after.taken_at += SignedDuration::from_secs(1);
    let mut workload = agent(&before, "v2.0.0");
    let mut containers = workload.containers.to_vec();
    containers[0].args = ["--mode=vxlan".into()].into();
    workload.containers = containers.into();
    after.workloads.replace(0, Arc::new(workload));
    let (was, is) = (assess(&before, &net()), assess(&after, &net()));
    let changes = between(Moment { snapshot: &before, assessment: &was }, Moment { snapshot: &after, assessment: &is });
    let change = changes.iter().find(|change| change.object.kind == "DaemonSet").unwrap();
    assert_eq!((change.turn, change.what.as_str()), (Turn::Changed, "settings of net-node changed"));
    assert_eq!(change.after["net-node"]["args"], serde_json::json!(["--mode=vxlan"]));
    assert_ne!(change.before, change.after);
}

#[test]
fn a_policy_that_changes_is_told_with_its_spec_before_and_after() {
    let before = healthy();
    let mut after = before.clone();
    let mut web = policy("shop", "web");
    web.isolates_egress = true;
    after.policies.replace(0, Arc::new(web));
    let (was, is) = (assess(&before, &net()), assess(&after, &net()));
    let changes = between(Moment { snapshot: &before, assessment: &was }, Moment { snapshot: &after, assessment: &is });
    let change = changes.iter().find(|change| change.object.kind == "NetworkPolicy").unwrap();
    assert_eq!(
        change.after["policyTypes"].as_array().unwrap().len(),
        change.before["policyTypes"].as_array().map_or(0, Vec::len) + 1
    );
}

#[test]
fn a_line_of_a_record_says_all_of_its_change() {
    let changes = [
        Change { before: serde_json::json!({"a": [1]}), ..Change::of_sight(healthy().taken_at, Turn::Removed, "gone") },
        Change {
            object: cnitui::health::Object::node(&"n1".into()),
            ..Change::of_sight(healthy().taken_at, Turn::Wrong(Severity::Warning), "x")
        },
    ];
    let text: String = changes.iter().map(|change| cnitui::timeline::written("prod", change)).collect();
    let (entries, problems) = cnitui::timeline::read("f", &text);
    assert_eq!(problems, []);
    assert_eq!(entries.iter().map(|entry| entry.change.clone()).collect::<Vec<_>>(), changes);
    assert!(entries.iter().all(|entry| entry.cluster == "prod"));
    let (_, problems) = cnitui::timeline::read("f", &text.replace("\"Node\"", "\"Secret\"").replace("removed", "eaten"));
    assert_eq!(
        problems.iter().map(|one| format!("{}: {}", one.object, one.message)).collect::<Vec<_>>(),
        ["f:1: no line of a timeline: its turn is not known", "f:2: no line of a timeline: its kind is not known",]
    );
}

#[test]
fn a_verdict_that_changes_is_told_and_nothing_follows_from_it() {
    let before = healthy();
    let mut after = before.clone();
    change_pod(&mut after, "net-node-n2", crash);
    let (was, is) = (assess(&before, &net()), assess(&after, &net()));
    let changes = between(Moment { snapshot: &before, assessment: &was }, Moment { snapshot: &after, assessment: &is });
    let verdict = changes.iter().find(|change| change.turn == Turn::Changed).unwrap();
    assert_eq!((verdict.object.kind, verdict.what.as_str()), ("", "policy enforced → partial"));
    let timeline = Timeline::whole(changes);
    assert_eq!(timeline.newest().map(|(number, _)| timeline.lead_up(number).len()).collect::<Vec<_>>(), [0, 0]);
}

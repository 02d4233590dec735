//! The store: lists, single objects and watch lines.

use crate::problems;
use cnitui::snapshot::{
    Change, Kind, Origin, Page, Peer, Phase, Pointer, PolicyPort, PortRef, Protocol, Snapshot, State, Store, Wanted,
};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn snapshot(store: &mut Store) -> Snapshot {
    store.snapshot(Timestamp::UNIX_EPOCH)
}

/// A snapshot of one object of `kind`.
fn one(kind: Kind, object: &str) -> Snapshot {
    let mut store = Store::new(Origin::None);
    store.apply(kind, object).unwrap();
    snapshot(&mut store)
}

fn pod(name: &str, node: &str) -> String {
    format!(r#"{{"metadata":{{"namespace":"web","name":"{name}","labels":{{"app":"front"}}}},"spec":{{"nodeName":"{node}"}}}}"#)
}

fn list(items: &[String]) -> String {
    format!(r#"{{"kind":"PodList","metadata":{{"resourceVersion":"7"}},"items":[{}]}}"#, items.join(","))
}

fn names(snapshot: &Snapshot) -> Vec<String> {
    let mut names: Vec<_> = snapshot.pods.iter().map(|pod| pod.name.to_string()).collect();
    names.sort();
    names
}

#[test]
fn a_page_tells_where_it_goes_on() {
    let mut store = Store::new(Origin::None);
    let body = r#"{"metadata":{"resourceVersion":"41","continue":"abc","remainingItemCount":300},"items":[
        {"metadata":{"name":"n1"}}]}"#;
    let expected = Page { next: Some("abc".into()), resource_version: "41".into(), remaining: Some(300), items: 1 };
    assert_eq!(store.page(Kind::Node, body).unwrap(), expected);
    assert_eq!(store.page(Kind::Node, r#"{"metadata":{},"items":null}"#).unwrap(), Page::default());
}

#[test]
fn an_answer_that_is_no_list_is_not_an_empty_list() {
    let mut store = Store::new(Origin::None);
    let refused = store.page(Kind::Pod, r#"{"kind":"Status","message":"pods is forbidden","code":403}"#).unwrap_err();
    assert_eq!(refused.message, "the API server answers: pods is forbidden");
    assert!(store.page(Kind::Pod, "<html>").is_err());
}

#[test]
fn a_second_list_drops_what_it_does_not_name_and_reports_a_difference_only_then() {
    let mut store = Store::new(Origin::None);
    store.begin_list(Kind::Pod);
    store.page(Kind::Pod, &list(&[pod("a", "n1"), pod("b", "n1")])).unwrap();
    assert_eq!(store.finish_list(Kind::Pod), Change::Different);
    let first = snapshot(&mut store);

    store.begin_list(Kind::Pod);
    store.page(Kind::Pod, &list(&[pod("b", "n1"), pod("a", "n1")])).unwrap();
    assert_eq!(store.finish_list(Kind::Pod), Change::Same);
    let second = snapshot(&mut store);
    for (before, after) in first.pods.iter().zip(second.pods.iter()) {
        assert!(std::sync::Arc::ptr_eq(before, after), "an equal object stays the same row");
    }

    store.begin_list(Kind::Pod);
    store.page(Kind::Pod, &list(&[pod("b", "n1")])).unwrap();
    assert_eq!(names(&snapshot(&mut store)), ["a", "b"], "rows stay until the list is complete");
    assert_eq!(store.apply(Kind::Pod, &pod("c", "n2")).unwrap(), Change::Different);
    assert_eq!(store.finish_list(Kind::Pod), Change::Different);
    let third = snapshot(&mut store);
    assert_eq!(names(&third), ["b", "c"]);
    assert_eq!(third.sources.of(Kind::Pod).items, 2);
    assert_eq!(names(&first), ["a", "b"], "earlier snapshots do not change");
}

#[test]
fn daemon_sets_and_deployments_are_listed_apart_in_one_table() {
    let mut store = Store::new(Origin::None);
    let same_name = r#"{"metadata":{"namespace":"kube-system","name":"calico"}}"#;
    store.apply(Kind::DaemonSet, same_name).unwrap();
    store.apply(Kind::Deployment, same_name).unwrap();
    store.begin_list(Kind::Deployment);
    assert_eq!(store.finish_list(Kind::Deployment), Change::Different);
    let left: Vec<_> = snapshot(&mut store).workloads.iter().map(|workload| workload.kind.name()).collect();
    assert_eq!(left, ["DaemonSet"]);
}

#[test]
fn an_object_is_removed_by_its_name_alone() {
    let mut store = Store::new(Origin::None);
    store.apply(Kind::Pod, &pod("a", "n1")).unwrap();
    assert_eq!(store.apply(Kind::Pod, &pod("a", "n1")).unwrap(), Change::Same);
    assert_eq!(store.delete(Kind::Pod, &pod("b", "n1")).unwrap(), Change::Same);
    assert_eq!(store.delete(Kind::Pod, &pod("a", "n2")).unwrap(), Change::Different);
    assert!(snapshot(&mut store).pods.is_empty());
    assert!(store.delete(Kind::Pod, r#"{"metadata":"#).is_err());
}

#[test]
fn only_wanted_config_maps_are_kept() {
    let mut store = Store::new(Origin::None);
    let wanted = |namespace: Option<&str>, name: &str| Wanted::ConfigMap {
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
    };
    store.want(vec![wanted(Some("kube-system"), "canal-config"), wanted(None, "cilium-config")]);
    for (namespace, name) in
        [("kube-system", "canal-config"), ("kube-system", "coredns"), ("web", "canal-config"), ("cilium", "cilium-config")]
    {
        let object =
            format!(r#"{{"metadata":{{"namespace":"{namespace}","name":"{name}"}},"data":{{"a":"line\nline","b":null}}}}"#);
        store.apply(Kind::ConfigMap, &object).unwrap();
    }
    let snapshot = snapshot(&mut store);
    assert_eq!(snapshot.config_maps.len(), 2);
    assert_eq!(snapshot.config_maps.iter().next().unwrap().get("a"), Some("line\nline"), "read by programs: not cleaned");
}

#[test]
fn of_custom_resources_only_the_fields_that_are_wanted_and_the_conditions_are_kept() {
    let mut store = Store::new(Origin::None);
    let mtu = Wanted::Field { kind: Kind::FelixConfiguration, pointer: Pointer::new("/spec/mtu").unwrap() };
    store.want(vec![mtu]);
    let objects = [
        (
            Kind::FelixConfiguration,
            r#"{"metadata":{"name":"default","managedFields":[{}]},"spec":{"mtu":1440,"logSeverityScreen":"Info"}}"#,
        ),
        (Kind::IpPool, r#"{"metadata":{"name":"default"},"spec":{"mtu":1440}}"#),
        (
            Kind::ClusterOperator,
            r#"{"metadata":{"name":"network"},"status":{"conditions":[{"type":"Degraded","status":"True","reason":"Rollout"},7]}}"#,
        ),
        (Kind::ClusterOperator, r#"{"metadata":{"name":"dns"},"status":{"conditions":[{"type":"Degraded","status":"True"}]}}"#),
        (
            Kind::AntreaAgentInfo,
            r#"{"metadata":{"name":"n1"},"agentConditions":[{"type":"AgentHealthy","status":"True","lastHeartbeatTime":"2026-11-24T12:00:00Z"}]}"#,
        ),
    ];
    for (kind, object) in objects {
        assert_eq!(store.apply(kind, object).unwrap(), if object.contains("dns") { Change::Same } else { Change::Different });
    }
    let later = objects[4].1.replace("12:00", "12:01");
    assert_eq!(store.apply(Kind::AntreaAgentInfo, &later).unwrap(), Change::Same, "a heartbeat is no news");
    let snapshot = snapshot(&mut store);
    let all: Vec<_> = snapshot.custom.iter().map(|one| (one.title(), one.fields.to_string(), one.conditions.len())).collect();
    let all: Vec<_> = all.iter().map(|(title, fields, conditions)| (title.as_str(), fields.as_str(), *conditions)).collect();
    assert_eq!(
        all,
        [
            ("FelixConfiguration default", r#"{"spec":{"mtu":1440}}"#, 0),
            ("IPPool default", "null", 0),
            ("ClusterOperator network", "null", 2),
            ("AntreaAgentInfo n1", "null", 1),
        ]
    );
}

#[test]
fn an_impossible_field_is_named_and_the_object_kept() {
    let object = r#"{"metadata":{"namespace":"web","name":"a"},"spec":{"hostNetwork":"yes","containers":[
        {"name":"c","image":"i","ports":[{"containerPort":70000},{"containerPort":80},{"containerPort":53,"protocol":"QUIC"}]}]},
        "status":{"podIP":"10.0.0.300","phase":"Running"}}"#;
    let snapshot = one(Kind::Pod, object);
    let pod = snapshot.pods.iter().next().unwrap();
    assert_eq!(pod.containers[0].ports.iter().map(|port| port.number).collect::<Vec<_>>(), [80]);
    assert_eq!((pod.phase, pod.ips), (Phase::Running, [None, None]));
    assert_eq!(
        problems(&snapshot),
        [
            "Pod web/a: spec.hostNetwork: invalid type: string \"yes\", expected a boolean; skipped",
            "Pod web/a: spec.containers[0].ports[0].containerPort: invalid value: integer `70000`, expected a port from 1 to 65535; skipped",
            "Pod web/a: spec.containers[0].ports[2].protocol: invalid value: string \"QUIC\", expected TCP, UDP or SCTP; skipped",
            "Pod web/a: status.podIP: invalid value: string \"10.0.0.300\", expected an IP address; skipped",
        ]
    );
}

#[test]
fn one_bad_object_does_not_lose_its_page_and_is_forgotten_when_it_heals() {
    let mut store = Store::new(Origin::None);
    let bad = pod("bad", "n1").replace("\"bad\"", "17");
    let half = pod("half", "n1").replace("\"n1\"", "[]");
    store.begin_list(Kind::Pod);
    store.page(Kind::Pod, &list(&[pod("a", "n1"), bad, half, pod("b", "n1")])).unwrap();
    store.finish_list(Kind::Pod);
    assert_eq!(names(&snapshot(&mut store)), ["a", "b", "half"]);
    assert_eq!(
        problems(&snapshot(&mut store)),
        [
            "Pod without a name: metadata.name: invalid type: integer `17`, expected a string",
            "Pod web/half: spec.nodeName: invalid type: sequence, expected a string; skipped",
        ]
    );
    store.apply(Kind::Pod, &pod("half", "n1")).unwrap();
    assert_eq!(problems(&snapshot(&mut store)).len(), 1);
    store.begin_list(Kind::Pod);
    store.page(Kind::Pod, &list(&[pod("a", "n1")])).unwrap();
    store.finish_list(Kind::Pod);
    assert!(problems(&snapshot(&mut store)).is_empty());
}

#[test]
fn a_list_is_complete_again_once_its_bad_object_heals_or_goes() {
    let (bad, good) = (r#"{"metadata":{"name":[]}}"#, r#"{"metadata":{"name":"n"}}"#);
    let policy =
        |app: &str| format!(r#"{{"metadata":{{"name":"p"}},"spec":{{"podSelector":{{"matchLabels":{{"app":{app}}}}}}}}}"#);
    let mut store = Store::new(Origin::None);
    let state = |store: &mut Store, kind: Kind| {
        store.source_mut(kind).state = State::Live;
        snapshot(store).sources.of(kind).state.clone()
    };
    store.apply(Kind::NetworkPolicy, &policy("5")).unwrap_err();
    assert_eq!(state(&mut store, Kind::NetworkPolicy), State::Partial { skipped: 1 });
    store.apply(Kind::NetworkPolicy, &policy(r#""5""#)).unwrap();
    assert_eq!(state(&mut store, Kind::NetworkPolicy), State::Live);
    store.apply(Kind::NetworkPolicy, &policy("5")).unwrap_err();
    store.delete(Kind::NetworkPolicy, &policy("5")).unwrap();
    assert_eq!(state(&mut store, Kind::NetworkPolicy), State::Live);
    store.begin_list(Kind::Node);
    store.page(Kind::Node, &format!(r#"{{"items":[{bad},{good}]}}"#)).unwrap();
    store.finish_list(Kind::Node);
    assert_eq!(state(&mut store, Kind::Node), State::Partial { skipped: 1 });
    store.begin_list(Kind::Node);
    store.page(Kind::Node, &format!(r#"{{"items":[{good}]}}"#)).unwrap();
    store.finish_list(Kind::Node);
    assert_eq!(state(&mut store, Kind::Node), State::Live);
}

#[test]
fn what_a_policy_cannot_mean_matches_nothing_and_keeps_its_place() {
    let object = r#"{"metadata":{"namespace":"web","name":"p"},"spec":{"podSelector":{},"ingress":[
        {"from":[{"ipBlock":{"cidr":"10.0.0.0/33"}},{"podSelector":{"matchLabels":{"app":5}}},{"podSelector":{}}],
         "ports":[{"port":70000},{"port":"http"},{"port":53,"protocol":"UDP"}]},
        "anybody",
        {}]}}"#;
    let snapshot = one(Kind::NetworkPolicy, object);
    let policy = snapshot.policies.iter().next().unwrap();
    let nobody = Peer::Pods { namespaces: None, pods: None };
    assert_eq!(policy.ingress.len(), 3);
    assert_eq!(policy.ingress[0].peers[..2], [nobody.clone(), nobody.clone()]);
    assert_eq!(policy.ingress[0].ports[0], PolicyPort::NONE);
    assert_eq!(policy.ingress[0].ports[1].port, Some(PortRef::Name("http".into())));
    assert_eq!(policy.ingress[0].ports[2].protocol, Protocol::Udp);
    assert_eq!(policy.ingress[1].peers, [nobody]);
    assert!(policy.ingress[2].peers.is_empty() && policy.ingress[2].ports.is_empty());
    assert_eq!(problems(&snapshot).len(), 4);
}

#[test]
fn a_policy_whose_pods_cannot_be_read_is_not_taken_for_one_that_selects_all() {
    let mut store = Store::new(Origin::None);
    let object = r#"{"metadata":{"namespace":"web","name":"p"},"spec":{"podSelector":{"matchLabels":{"app":true}}}}"#;
    let problem = store.apply(Kind::NetworkPolicy, object).unwrap_err();
    assert_eq!(problem.object, "NetworkPolicy web/p");
    assert_eq!(problem.message, "spec.podSelector.matchLabels.app: invalid type: boolean `true`, expected a string");
    assert!(snapshot(&mut store).policies.is_empty());
}

#[test]
fn policy_types_are_filled_in_as_the_api_server_does() {
    let isolates = |spec: &str| {
        let object = format!(r#"{{"metadata":{{"namespace":"web","name":"p"}},"spec":{{{spec}}}}}"#);
        let snapshot = one(Kind::NetworkPolicy, &object);
        let policy = snapshot.policies.iter().next().unwrap();
        (policy.isolates_ingress, policy.isolates_egress)
    };
    assert_eq!(isolates(""), (true, false));
    assert_eq!(isolates(r#""egress":[]"#), (true, false));
    assert_eq!(isolates(r#""egress":[{}]"#), (true, true));
    assert_eq!(isolates(r#""policyTypes":["Egress"],"ingress":[{}]"#), (false, true));
    assert_eq!(isolates(r#""policyTypes":[],"ingress":null"#), (true, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Lists, events and deletions in any order leave what they say, and the snapshot taken in between stays as it was.
    #[test]
    fn the_fold_of_events_is_what_a_fresh_list_would_be(
        steps in prop::collection::vec((0..4_u8, prop::collection::vec((0..12_u8, 0..3_u8), 0..8)), 0..30),
    ) {
        let mut store = Store::new(Origin::None);
        let mut expected: BTreeMap<String, String> = BTreeMap::new();
        for (what, pods) in steps {
            let before = snapshot(&mut store);
            let (before_rows, expected_before) = (nodes_of(&before), expected.clone());
            let named = pods.iter().map(|(name, node)| (format!("p{name}"), format!("n{node}")));
            let change = match what {
                0 => {
                    store.begin_list(Kind::Pod);
                    let objects: Vec<_> = named.clone().map(|(name, node)| pod(&name, &node)).collect();
                    for page in objects.chunks(3) {
                        store.page(Kind::Pod, &list(page)).unwrap();
                    }
                    expected = named.collect();
                    store.finish_list(Kind::Pod)
                }
                1 => {
                    let changes = named.map(|(name, _)| {
                        expected.remove(&name);
                        store.delete(Kind::Pod, &pod(&name, "")).unwrap()
                    });
                    changes.fold(Change::Same, |all, one| if one == Change::Different { one } else { all })
                }
                _ => {
                    let changes = named.map(|(name, node)| {
                        let change = store.apply(Kind::Pod, &pod(&name, &node)).unwrap();
                        expected.insert(name, node);
                        change
                    });
                    changes.fold(Change::Same, |all, one| if one == Change::Different { one } else { all })
                }
            };
            let now = snapshot(&mut store);
            prop_assert_eq!(&nodes_of(&now), &expected);
            prop_assert_eq!(now.sources.of(Kind::Pod).items, expected.len());
            prop_assert_eq!(nodes_of(&before), before_rows);
            prop_assert!(expected == expected_before || change == Change::Different, "a difference was not reported");
        }
    }
}

fn nodes_of(snapshot: &Snapshot) -> BTreeMap<String, String> {
    snapshot.pods.iter().map(|pod| (pod.name.to_string(), pod.node.to_string())).collect()
}

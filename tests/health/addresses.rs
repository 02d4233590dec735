//! Addresses: ranges of nodes, and what pods have.

use super::*;
use cnitui::snapshot::{Phase, Pod, Service};

/// Nodes `n1`... with `10.0.N.0/24`, a network that gives addresses from there, and kube-proxy.
fn bridged(nodes: usize) -> Snapshot {
    let mut snapshot = cluster(nodes);
    for n in 1..=nodes {
        ranged(&mut snapshot, &format!("n{n}"), &format!("10.0.{n}.0/24"));
    }
    everywhere(&mut snapshot, "bridge", "bridge=example.org/bridge/node:v1.0.0");
    let mut proxy = daemon_set(&snapshot, "kube-proxy", "k8s-app=kube-proxy", &[&["kube-proxy=example.org/kube-proxy:v1"]]);
    proxy.name = "kube-proxy".into();
    install(&mut snapshot, proxy, &["n1"]);
    snapshot
}

fn ranged(snapshot: &mut Snapshot, node: &str, range: &str) {
    change(snapshot, node, |node| node.pod_cidrs = [range.parse().unwrap()].into());
}

/// Adds a pod of `web` with a network of its own.
fn add(snapshot: &mut Snapshot, name: &str, node: &str, address: &str, change: impl FnOnce(&mut Pod)) {
    let mut web = daemon_set(snapshot, "web", "app=web", &[&["web=example.org/web:v1"]]);
    (web.namespace, web.host_network) = ("shop".into(), false);
    let mut pod = pod_of(&web, node);
    (pod.name, pod.ips) = (name.into(), [address.parse().ok(), None]);
    change(&mut pod);
    snapshot.pods.insert(Arc::new(pod));
}

/// Makes a pod wait for its network since `minutes` before the snapshot.
fn waits(minutes: u32) -> impl FnOnce(&mut Pod) {
    move |pod| {
        crash(pod);
        (pod.phase, pod.ips) = (Phase::Pending, [None, None]);
        let trouble = pod.trouble.as_mut().unwrap();
        trouble.since = 1_795_185_180 - minutes * 60;
        trouble.containers[0].state = RunState::Waiting { reason: "ContainerCreating".into(), message: "".into() };
    }
}

#[test]
fn a_network_that_takes_addresses_from_its_nodes_is_well_where_these_fit() {
    let mut snapshot = bridged(3);
    add(&mut snapshot, "a", "n1", "10.0.1.5", |_| {});
    add(&mut snapshot, "b", "n2", "10.0.2.5", |_| {});
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
}

#[test]
fn a_node_without_a_range_is_an_error_and_the_likely_cause_of_a_crash() {
    let mut snapshot = bridged(2);
    change(&mut snapshot, "n2", |node| node.pod_cidrs = [].into());
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["pod-cidr-missing"]);
    assert_eq!((found.findings[0].object.to_string().as_str(), found.findings[0].severity), ("Node n2", Severity::Error));
    change_pod(&mut snapshot, "bridge-n2", crash);
    let found = ask(&snapshot);
    assert_eq!(of(&found, "agent-not-ready")[0].likely.as_deref(), Some("the node has no podCIDR"));
    assert_eq!(of(&found, "pod-cidr-missing").len(), 1, "its remedy is another");
    change(&mut snapshot, "n2", |node| node.annotations = labels(&["kube-router.io/pod-cidr=10.0.2.0/24"]));
    assert_eq!(of(&ask(&snapshot), "pod-cidr-missing").len(), 0);
}

#[test]
fn where_addresses_come_from_elsewhere_ranges_of_nodes_say_nothing() {
    let mut snapshot = healthy(2);
    ranged(&mut snapshot, "n1", "10.0.1.0/29");
    add(&mut snapshot, "a", "n1", "192.168.7.7", |_| {});
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
}

#[test]
fn ranges_that_overlap_are_named_with_both_nodes() {
    let mut snapshot = bridged(3);
    ranged(&mut snapshot, "n1", "10.0.0.0/16");
    let found = ask(&snapshot);
    let messages: Vec<&str> = of(&found, "address-overlap").iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        ["has podCIDR 10.0.2.0/24, which lies in 10.0.0.0/16 of n1", "has podCIDR 10.0.3.0/24, which lies in 10.0.0.0/16 of n1"]
    );
}

#[test]
fn a_range_with_the_address_of_a_node_or_a_service_is_an_error() {
    let mut snapshot = bridged(2);
    change(&mut snapshot, "n1", |node| node.internal_ips = ["10.0.2.1".parse().unwrap()].into());
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["address-overlap"]);
    assert_eq!(found.findings[0].message, "has podCIDR 10.0.2.0/24, in which 10.0.2.1 of node n1 lies");
    change(&mut snapshot, "n1", |node| node.internal_ips = ["172.18.0.2".parse().unwrap()].into());
    let ips = ["10.0.1.10".parse().unwrap()].into();
    let dns = Service { namespace: "web".into(), name: "front".into(), cluster_ips: ips, ..Service::default() };
    snapshot.services.insert(Arc::new(dns));
    let found = ask(&snapshot);
    assert_eq!(of(&found, "address-overlap")[0].message, "has podCIDR 10.0.1.0/24, in which 10.0.1.10 of Service web/front lies");
    snapshot.sources.of_mut(Kind::Service).state = State::Forbidden { why: "no".into() };
    assert_eq!(of(&ask(&snapshot), "address-overlap").len(), 0, "what may not be read is not judged");
}

#[test]
fn a_node_that_takes_more_pods_than_it_has_addresses_is_a_warning() {
    let mut snapshot = bridged(2);
    ranged(&mut snapshot, "n2", "10.0.2.0/26");
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["addresses-exhausted"]);
    assert_eq!(found.findings[0].message, "takes 110 pods and the podCIDR has 61 addresses");
    assert_eq!((found.findings[0].severity, found.findings[0].nodes.as_slice()), (Severity::Warning, &["n2".into()][..]));
}

#[test]
fn the_last_addresses_are_a_warning_and_none_left_explains_pods_that_wait() {
    let mut snapshot = bridged(1);
    ranged(&mut snapshot, "n1", "10.0.1.0/28");
    for n in 2..14 {
        add(&mut snapshot, &format!("a{n}"), "n1", &format!("10.0.1.{n}"), |_| {});
    }
    let found = ask(&snapshot);
    assert_eq!(found.findings[0].message, "has given 12 of 13 addresses of its podCIDR");
    assert_eq!(found.findings[0].severity, Severity::Warning);
    add(&mut snapshot, "a14", "n1", "10.0.1.14", |_| {});
    add(&mut snapshot, "late", "n1", "", waits(5));
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["addresses-exhausted"]);
    assert_eq!(found.findings[0].severity, Severity::Error);
    assert_eq!(found.findings[0].symptoms, ["1 pod waits in ContainerCreating without an address, such as shop/late"]);
}

#[test]
fn pods_that_wait_for_minutes_are_a_warning_unless_the_agent_is_down() {
    let mut snapshot = bridged(2);
    add(&mut snapshot, "new", "n1", "", waits(1));
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new(), "it is young");
    add(&mut snapshot, "old", "n1", "", waits(14));
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["pods-stuck"]);
    assert_eq!(found.findings[0].message, "1 pod waits in ContainerCreating without an address, such as shop/old");
    assert_eq!(found.findings[0].since.map(|since| since.to_string()).as_deref(), Some("2026-11-20T14:19:00Z"));
    change_pod(&mut snapshot, "bridge-n1", crash);
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["agent-not-ready"]);
    assert_eq!(found.findings[0].symptoms, ["2 pods wait in ContainerCreating"]);
}

#[test]
fn a_pod_that_waits_for_an_image_has_its_address_already() {
    let mut snapshot = bridged(1);
    add(&mut snapshot, "pulling", "n1", "", waits(30));
    change_pod(&mut snapshot, "pulling", |pod| pod.ips = ["10.0.1.9".parse().ok(), None]);
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
}

#[test]
fn a_running_pod_without_an_address_is_an_error_once_it_is_not_fresh() {
    let mut snapshot = bridged(1);
    let taken = snapshot.taken_at.as_second() as u32;
    add(&mut snapshot, "bare", "n1", "", |pod| pod.created = taken - 30);
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
    change_pod(&mut snapshot, "bare", |pod| pod.created = taken - 300);
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["pod-addresses"]);
    assert_eq!(found.findings[0].message, "1 pod runs without an address, such as shop/bare");
}

#[test]
fn an_address_outside_the_range_of_its_node_is_an_error_with_a_guess() {
    let mut snapshot = bridged(2);
    add(&mut snapshot, "a", "n1", "10.244.0.7", |_| {});
    add(&mut snapshot, "b", "n1", "10.0.1.7", |_| {});
    add(&mut snapshot, "c", "n2", "fd00::7", |_| {});
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["pod-addresses"], "n2 has no range of that family");
    assert_eq!(found.findings[0].message, "1 pod has an address outside its podCIDR 10.0.1.0/24, such as shop/a with 10.244.0.7");
    assert!(found.findings[0].likely.is_some());
}

#[test]
fn an_address_that_two_pods_have_is_an_error_unless_one_is_going() {
    let mut snapshot = healthy(2);
    add(&mut snapshot, "a", "n1", "10.9.0.7", |_| {});
    add(&mut snapshot, "b", "n2", "10.9.0.7", |_| {});
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["pod-addresses"]);
    assert_eq!(found.findings[0].message, "10.9.0.7 is the address of several pods: shop/a on n1, shop/b on n2");
    change_pod(&mut snapshot, "b", |pod| pod.terminating = true);
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
    change_pod(&mut snapshot, "b", |pod| (pod.terminating, pod.phase) = (false, Phase::Succeeded));
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
}

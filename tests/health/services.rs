//! What Services need: the cluster's DNS, and who leads their traffic to pods. And what another network left.

use super::*;
use cnitui::snapshot::{Pod, Service};

/// The Service of the cluster's DNS, and a pod of it on each of these nodes.
fn dns(snapshot: &mut Snapshot, nodes: &[&str]) {
    let mut coredns = daemon_set(snapshot, "coredns", "k8s-app=kube-dns", &[&["coredns=example.org/coredns:v1"]]);
    coredns.host_network = false;
    for node in nodes {
        snapshot.pods.insert(Arc::new(pod_of(&coredns, node)));
    }
    let selector = labels(&["k8s-app=kube-dns"]);
    let service = Service { namespace: "kube-system".into(), name: "kube-dns".into(), selector, ..Service::default() };
    snapshot.services.insert(Arc::new(service));
}

#[test]
fn a_cluster_dns_with_ready_pods_is_well() {
    let mut snapshot = healthy(2);
    dns(&mut snapshot, &["n1", "n2"]);
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
}

#[test]
fn a_cluster_dns_without_a_ready_pod_is_an_error_and_with_some_a_warning() {
    let mut snapshot = healthy(2);
    dns(&mut snapshot, &["n1", "n2"]);
    change_pod(&mut snapshot, "coredns-n1", |pod| pod.ready = false);
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["dns-not-ready"]);
    assert_eq!(found.findings[0].message, "the cluster's DNS has 1 of 2 pods ready");
    assert_eq!((found.findings[0].severity, found.findings[0].nodes.as_slice()), (Severity::Warning, &["n1".into()][..]));
    change_pod(&mut snapshot, "coredns-n2", |pod| pod.ready = false);
    let found = ask(&snapshot);
    assert_eq!(found.findings[0].message, "the cluster's DNS has no ready pod: 0 of 2");
    assert_eq!(found.findings[0].severity, Severity::Error);
    assert_eq!(
        found.findings[0].remedy,
        "kubectl -n kube-system get pods -l k8s-app=kube-dns; describe those that are not ready"
    );
}

#[test]
fn a_cluster_dns_that_is_down_with_the_agents_of_its_nodes_is_their_symptom() {
    let mut snapshot = healthy(2);
    dns(&mut snapshot, &["n1", "n2"]);
    change_pod(&mut snapshot, "coredns-n1", |pod| pod.ready = false);
    change_pod(&mut snapshot, "net-node-n1", crash);
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["agent-not-ready"]);
    assert_eq!(found.findings[0].symptoms, ["the cluster's DNS has 1 of 2 pods ready"]);
    change_pod(&mut snapshot, "coredns-n2", |pod| pod.ready = false);
    assert_eq!(of(&ask(&snapshot), "dns-not-ready").len(), 1, "the agent of n2 is well, and explains nothing");
}

#[test]
fn a_cluster_dns_that_is_nowhere_is_worth_knowing() {
    let mut snapshot = healthy(1);
    let front = Service { namespace: "web".into(), name: "front".into(), ..Service::default() };
    snapshot.services.insert(Arc::new(front));
    let found = ask(&snapshot);
    assert_eq!((ids(&found), found.findings[0].severity), (vec!["dns-not-ready"], Severity::Info));
    dns(&mut snapshot, &[]);
    assert_eq!(ask(&snapshot).findings[0].message, "the cluster's DNS has no pod behind it");
}

/// kube-proxy on `n1`, as a static pod or of a `DaemonSet`.
fn kube_proxy(snapshot: &mut Snapshot, label: &str, change: impl FnOnce(&mut Pod)) {
    let proxy = daemon_set(snapshot, "kube-proxy", label, &[&["kube-proxy=example.org/kube-proxy:v1"]]);
    let mut pod = pod_of(&proxy, "n1");
    change(&mut pod);
    snapshot.pods.insert(Arc::new(pod));
}

#[test]
fn nobody_who_leads_traffic_to_services_is_a_warning() {
    let mut snapshot = cluster(1);
    change(&mut snapshot, "n1", |node| node.pod_cidrs = ["10.0.1.0/24".parse().unwrap()].into());
    everywhere(&mut snapshot, "bridge", "bridge=example.org/bridge/node:v1.0.0");
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["service-proxy"]);
    assert_eq!(found.findings[0].message, "No kube-proxy is seen, and bridge does not do its work here");
    change(&mut snapshot, "n1", |node| node.kubelet = "v1.36.2+k3s1".into());
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new(), "k3s has it inside");
    change(&mut snapshot, "n1", |node| node.kubelet = "v1.36.2".into());
    kube_proxy(&mut snapshot, "component=kube-proxy", |pod| pod.owner = None);
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new(), "a static pod will do");
}

#[test]
fn kube_proxy_beside_who_does_its_work_is_a_warning() {
    let mut snapshot = cluster(1);
    everywhere(&mut snapshot, "proxy", "proxy=example.org/proxy/node:v1.0.0");
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
    kube_proxy(&mut snapshot, "k8s-app=kube-proxy", |_| {});
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["service-proxy"]);
    assert_eq!(found.findings[0].message, "kube-proxy runs beside proxy, which does its work");
}

#[test]
fn who_does_the_work_of_kube_proxy_is_not_guessed() {
    let mut snapshot = healthy(1);
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new(), "net does not say");
    kube_proxy(&mut snapshot, "k8s-app=kube-proxy", |_| {});
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
}

#[test]
fn traces_of_a_network_that_is_gone_are_worth_knowing() {
    const GONE: &str = "
agents:
  - { kind: DaemonSet, labels: [app=gone], containers: [gone], images: [gone/node], role: network }
hints:
  - { when: { subject: node-annotation, name: gone.io/address }, says: a node has its address }
";
    let both = catalog(&[("net", AGENT), ("gone", GONE)]);
    let mut snapshot = healthy(1);
    assert_eq!(assess(&snapshot, &both).findings.len(), 0);
    change(&mut snapshot, "n1", |node| node.annotations = labels(&["gone.io/address=10.0.0.1"]));
    let found = assess(&snapshot, &both);
    assert_eq!((ids(&found), found.findings[0].severity), (vec!["leftovers"], Severity::Info));
    assert_eq!(
        found.findings[0].message,
        "Traces of gone are left, and no agent of it: node annotation gone.io/address is there"
    );
}

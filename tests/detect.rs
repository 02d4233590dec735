//! Who moves packets and who enforces policy, by small clusters and signatures in the shape of `detect:`.

mod fixture;

use cnitui::catalog::Catalog;
use cnitui::detect::{Basis, Confidence, Detection, Part, Verdict, Why, detect};
use cnitui::snapshot::{CustomResource, Kind, Snapshot, State};
use fixture::*;
use serde_json::json;
use std::sync::Arc;

const CALICO: &str = "
agents:
  - kind: DaemonSet
    names: [calico-node]
    labels: [k8s-app=calico-node]
    containers: [calico-node]
    images: [calico/node, hardened-calico]
    role: network-and-policy
  - kind: Deployment
    names: [calico-kube-controllers]
    labels: [k8s-app=calico-kube-controllers]
    images: [calico/kube-controllers]
    role: controller
hints:
  - { when: { subject: crd, name: ippools.crd.projectcalico.org }, says: a kind of Calico is installed }
mode:
  - { set: { encapsulation: ipip, cross_subnet: true }, when: [{ subject: env, name: CALICO_IPV4POOL_IPIP, values: [CrossSubnet] }] }
  - { set: { encapsulation: ipip, cross_subnet: false }, when: [{ subject: env, name: CALICO_IPV4POOL_IPIP, values: [Always] }] }
  - { set: { data_plane: ebpf }, when: [{ subject: env, name: FELIX_BPFENABLED, values: ['true'] }] }
  - { set: { data_plane: iptables }, when: [{ subject: version, name: '<3.32' }] }
enforces:
  ingress: true
  egress: true
  kinds: [NetworkPolicy, GlobalNetworkPolicy.crd.projectcalico.org]
  kinds_when:
    - { kind: AdminNetworkPolicy.policy.networking.k8s.io, when: [{ subject: version, name: '<3.32' }] }
";

const CANAL: &str = "
contains: [calico, flannel]
agents:
  - kind: DaemonSet
    names: ['*canal']
    labels: [k8s-app=canal]
    containers: [calico-node, kube-flannel]
    images: [calico/node, hardened-calico]
    role: network-and-policy
  - kind: Deployment
    labels: [k8s-app=calico-kube-controllers]
    images: [calico/kube-controllers]
    role: controller
enforces: { ingress: true, egress: true, kinds: [NetworkPolicy] }
";

const FLANNEL: &str = "
agents:
  - kind: DaemonSet
    names: ['kube-flannel*']
    labels: [app=flannel]
    containers: [kube-flannel]
    without: [calico-node]
    images: [flannel]
    role: network
hints:
  - { when: { subject: node-annotation, name: flannel.alpha.coreos.com/backend-type }, says: written by flannel }
mode:
  - set: { encapsulation: vxlan }
    when: [{ subject: config-map, config_map: '*/kube-flannel-cfg', name: net-conf.json, pointer: /Backend/Type, values: [vxlan] }]
  - { set: { encapsulation: vxlan }, when: [{ subject: node-annotation, name: flannel.alpha.coreos.com/backend-type, values: [vxlan] }] }
enforces: { source: { ref: flannel Documentation/netpol.md, as_of: 2026-08-14 } }
";

const KUBE_ROUTER: &str = "
agents:
  - kind: DaemonSet
    labels: [k8s-app=kube-router]
    containers: [kube-router]
    images: [kube-router]
    role: policy
    when: [{ subject: arg, name: --run-router, values: ['false'] }]
  - kind: DaemonSet
    labels: [k8s-app=kube-router]
    containers: [kube-router]
    images: [kube-router]
    role: network-and-policy
    when: [{ subject: arg, name: --run-router, values: ['false'], not: true }]
enforces:
  ingress: true
  egress: true
  kinds: [NetworkPolicy]
  off_when: [{ subject: arg, name: --run-firewall, values: ['false'] }]
";

const ROMANA: &str = "
agents:
  - { kind: DaemonSet, labels: [romana-app=agent], images: [romana/agent], role: network-and-policy }
enforces: { ingress: true, kinds: [NetworkPolicy] }
";

const KUBENET: &str = "
hints:
  - { when: { subject: network-reason, name: RouteCreated, values: [RouteController] }, says: a cloud made a route for the node }
enforces: { source: { ref: kops docs/networking.md, as_of: 2026-08-22 } }
";

fn all() -> Catalog {
    let files = [
        ("calico", CALICO),
        ("canal", CANAL),
        ("flannel", FLANNEL),
        ("kube-router", KUBE_ROUTER),
        ("kubenet", KUBENET),
        ("romana", ROMANA),
    ];
    catalog(&files)
}

fn ask(snapshot: &Snapshot) -> Detection {
    detect(snapshot, &all())
}

fn add(snapshot: &mut Snapshot, name: &str, label: &str, containers: &[&[&str]]) {
    let nodes: Vec<String> = snapshot.nodes.iter().map(|node| node.name.to_string()).collect();
    let workload = daemon_set(snapshot, name, label, containers);
    install(snapshot, workload, &nodes.iter().map(String::as_str).collect::<Vec<_>>());
}

fn calico(nodes: usize, tag: &str) -> Snapshot {
    let mut snapshot = cluster(nodes);
    let image = format!("calico-node=quay.io/calico/node:{tag}");
    add(&mut snapshot, "calico-node", "k8s-app=calico-node", &[&[&image, "CALICO_IPV4POOL_IPIP:=CrossSubnet"]]);
    snapshot
}

fn flannel(nodes: usize) -> Snapshot {
    let mut snapshot = cluster(nodes);
    let image = "kube-flannel=ghcr.io/flannel-io/flannel:v0.28.9";
    add(&mut snapshot, "kube-flannel-ds", "app=flannel", &[&[image, "--ip-masq", "--kube-subnet-mgr"]]);
    snapshot
}

fn canal(nodes: usize) -> Snapshot {
    let mut snapshot = cluster(nodes);
    let containers: [&[&str]; 2] =
        [&["calico-node=rancher/hardened-calico:v3.32.1-build20260909"], &["kube-flannel=rancher/hardened-flannel:v0.28.9"]];
    add(&mut snapshot, "rke2-canal", "k8s-app=canal", &containers);
    snapshot
}

#[test]
fn an_agent_with_several_kinds_of_evidence_is_certain() {
    let found = ask(&calico(3, "v3.31.7"));
    assert_eq!(found.network.provider.as_deref(), Some("calico"));
    assert_eq!(found.network.version.as_deref(), Some("v3.31.7"));
    assert_eq!(found.network.confidence, Confidence::Certain);
    assert_eq!(found.network.mode.encapsulation.as_deref(), Some("ipip"));
    assert_eq!(found.network.mode.cross_subnet, Some(true));
    assert_eq!(found.network.mode.data_plane.as_deref(), Some("iptables"));
    assert_eq!(found.network.mode.encryption, None, "no rule reads it");
    assert_eq!(found.network.evidence[0].object, "DaemonSet kube-system/calico-node");
    assert_eq!(
        found.network.evidence[0].says,
        "container calico-node, image quay.io/calico/node:v3.31.7, label k8s-app=calico-node, its name"
    );
    assert_eq!(found.agents[0].pods.len(), 3);
}

#[test]
fn a_known_image_alone_is_only_likely() {
    let mut snapshot = cluster(1);
    add(&mut snapshot, "net", "app=net", &[&["agent=romana/agent:v2.0.2"]]);
    let found = ask(&snapshot);
    assert_eq!((found.network.provider.as_deref(), found.network.confidence), (Some("romana"), Confidence::Likely));
}

#[test]
fn installed_kinds_alone_decide_nothing() {
    let mut snapshot = cluster(1);
    snapshot.crds.insert(Arc::new(crd("ippools.crd.projectcalico.org")));
    let found = ask(&snapshot);
    assert_eq!((found.network.provider, found.network.confidence), (None, Confidence::Unknown));
}

#[test]
fn canal_hides_the_calico_and_flannel_inside_it() {
    let found = ask(&canal(2));
    assert_eq!(found.network.provider.as_deref(), Some("canal"));
    assert_eq!(found.network.version.as_deref(), Some("v3.32.1"));
    assert_eq!(found.also, []);
    assert_eq!(found.policy.enforcer.as_deref(), Some("canal"));
}

#[test]
fn a_controller_belongs_to_the_provider_that_has_an_agent() {
    for (mut snapshot, provider) in [(calico(1, "v3.31.7"), "calico"), (canal(1), "canal")] {
        let mut controller = daemon_set(
            &snapshot,
            "calico-kube-controllers",
            "k8s-app=calico-kube-controllers",
            &[&["calico-kube-controllers=quay.io/calico/kube-controllers:v3.31.7"]],
        );
        controller.kind = cnitui::snapshot::WorkloadKind::Deployment;
        install(&mut snapshot, controller, &[]);
        let found = ask(&snapshot);
        assert_eq!(found.network.provider.as_deref(), Some(provider));
        assert_eq!((found.also, found.agents.len()), (vec![], 2));
    }
}

#[test]
fn a_controller_without_agents_is_a_leftover() {
    let mut snapshot = flannel(1);
    let mut controller =
        daemon_set(&snapshot, "ckc", "k8s-app=calico-kube-controllers", &[&["c=quay.io/calico/kube-controllers:v3.31.7"]]);
    controller.kind = cnitui::snapshot::WorkloadKind::Deployment;
    install(&mut snapshot, controller, &[]);
    let found = ask(&snapshot);
    assert_eq!(found.network.provider.as_deref(), Some("flannel"));
    assert_eq!((found.also.len(), found.also[0].provider.as_str(), found.also[0].part), (1, "calico", Part::Leftover));
}

#[test]
fn two_versions_at_once_give_no_version() {
    let mut snapshot = calico(3, "v3.32.1");
    change_pod(&mut snapshot, "calico-node-n2", |pod| {
        let mut old = pod.containers[0].clone();
        old.image = "quay.io/calico/node:v3.31.7".into();
        pod.containers = [old].into();
    });
    snapshot.crds.insert(Arc::new(crd("adminnetworkpolicies.policy.networking.k8s.io")));
    let found = ask(&snapshot);
    assert_eq!(found.network.version, None);
    assert_eq!(found.network.mode.data_plane, None, "the versions differ in it");
    assert_eq!(found.policy.ignored_kinds, Vec::<String>::new(), "some agents read them");
}

#[test]
fn policy_kinds_that_the_enforcer_does_not_read_are_named() {
    let mut snapshot = calico(1, "v3.32.1");
    for name in ["adminnetworkpolicies.policy.networking.k8s.io", "globalnetworkpolicies.crd.projectcalico.org"] {
        snapshot.crds.insert(Arc::new(crd(name)));
    }
    assert_eq!(ask(&snapshot).policy.ignored_kinds, ["AdminNetworkPolicy"]);
}

#[test]
fn a_config_map_that_nobody_could_read_leaves_the_mode_open() {
    let mut snapshot = flannel(1);
    snapshot.config_maps.insert(Arc::new(config_map(
        "kube-system",
        "kube-flannel-cfg",
        &[("net-conf.json", r#"{"Network": "10.244.0.0/16", "Backend": {"Type": "VXLAN"}}"#)],
    )));
    assert_eq!(ask(&snapshot).network.mode.encapsulation.as_deref(), Some("vxlan"));
    snapshot.config_maps = cnitui::snapshot::Table::default();
    snapshot.sources.of_mut(Kind::ConfigMap).state = State::Unknown;
    assert_eq!(ask(&snapshot).network.mode.encapsulation, None);
}

#[test]
fn without_daemon_sets_pods_make_a_provider_likely_and_no_verdict() {
    let mut snapshot = calico(2, "v3.31.7");
    forbid(&mut snapshot, Kind::DaemonSet);
    let found = ask(&snapshot);
    assert_eq!((found.network.provider.as_deref(), found.network.confidence), (Some("calico"), Confidence::Likely));
    assert_eq!(found.network.version.as_deref(), Some("v3.31.7"));
    assert_eq!(found.network.mode.encapsulation, None, "pods show no environment");
    assert_eq!((found.policy.verdict, found.policy.basis), (Verdict::Unknown, Basis::Unknown));
    assert_eq!(found.policy.sentence, "Cannot tell: you may not read DaemonSets.");
    assert_eq!(found.policy.nodes.unknown, 2);
}

#[test]
fn a_stale_list_gives_no_verdict_but_the_last_known_one() {
    let mut snapshot = calico(2, "v3.31.7");
    snapshot.policies.insert(Arc::new(policy("shop", "web")));
    let since = snapshot.taken_at;
    snapshot.sources.of_mut(Kind::Pod).state = State::Stale { since, why: "connection reset".into(), retry_at: None };
    let found = ask(&snapshot).policy;
    assert_eq!(found.verdict, Verdict::Unknown);
    assert_eq!(found.sentence, "Cannot tell: the list of Pods is stale. Last known: enforced, by configuration.");
}

#[test]
fn enforcement_is_by_node_and_an_agent_that_is_down_cannot_be_told() {
    let mut snapshot = calico(6, "v3.31.7");
    snapshot.policies.insert(Arc::new(policy("shop", "web")));
    let well = ask(&snapshot).policy;
    assert_eq!((well.verdict, well.basis, well.nodes.enforced), (Verdict::Enforced, Basis::Configured, 6));
    assert_eq!(well.sentence, "Enforced, by configuration.");
    change_pod(&mut snapshot, "calico-node-n4", crash);
    let found = ask(&snapshot).policy;
    assert_eq!((found.verdict, found.ingress, found.egress), (Verdict::Partial, Verdict::Partial, Verdict::Partial));
    assert_eq!((found.nodes.enforced, found.nodes.not_enforced, found.nodes.unknown), (5, 0, 1));
    assert_eq!(found.sentence, "Enforced on 5 of 6 nodes. On n4 cannot tell: agent down.");
}

#[test]
fn a_node_whose_taint_keeps_the_agent_away_does_not_enforce() {
    let mut snapshot = cluster(3);
    let workload = daemon_set(&snapshot, "calico-node", "k8s-app=calico-node", &[&["calico-node=quay.io/calico/node:v3.31.7"]]);
    install(&mut snapshot, workload, &["n1", "n2"]);
    change(&mut snapshot, "n3", |node| node.taints = [taint("dedicated", "NoSchedule")].into());
    let found = ask(&snapshot).policy;
    assert_eq!((found.nodes.enforced, found.nodes.not_enforced, found.nodes.unknown), (2, 1, 0));
    assert_eq!(found.sentence, "Enforced on 2 of 3 nodes. n3 has no agent.");
    change(&mut snapshot, "n3", |node| node.taints = [].into());
    assert_eq!(ask(&snapshot).policy.nodes.unknown, 1, "it belongs there and is missing");
}

#[test]
fn a_cni_without_a_policy_engine_leaves_policies_without_effect() {
    let mut snapshot = flannel(3);
    snapshot.policies.insert(Arc::new(policy("shop", "web")));
    snapshot.policies.insert(Arc::new(policy("shop", "db")));
    let found = ask(&snapshot).policy;
    assert_eq!((found.enforcer, found.verdict, found.basis), (None, Verdict::NotEnforced, Basis::Configured));
    assert_eq!(found.sentence, "Not enforced: flannel has no policy engine. 2 policies have no effect.");
    assert_eq!(found.ignored_kinds, ["NetworkPolicy"]);
    assert_eq!(found.nodes.not_enforced, 3);
}

#[test]
fn kube_router_beside_flannel_enforces_and_moves_nothing() {
    let mut snapshot = flannel(2);
    let words = ["kube-router=docker.io/cloudnativelabs/kube-router", "--run-router=false", "--run-firewall=true"];
    add(&mut snapshot, "kube-router", "k8s-app=kube-router", &[&words]);
    let found = ask(&snapshot);
    assert_eq!(found.network.provider.as_deref(), Some("flannel"));
    assert_eq!((found.also.len(), found.also[0].part), (1, Part::PolicyOnly));
    assert_eq!(found.policy.enforcer.as_deref(), Some("kube-router"));
    assert_eq!(found.policy.verdict, Verdict::Enforced);
}

#[test]
fn a_switch_that_turns_policy_off_is_named() {
    let mut snapshot = cluster(2);
    let words = ["kube-router=docker.io/cloudnativelabs/kube-router:v2.11.1", "--run-router=true", "--run-firewall=false"];
    add(&mut snapshot, "kube-router", "k8s-app=kube-router", &[&words]);
    let found = ask(&snapshot).policy;
    assert_eq!((found.verdict, found.basis), (Verdict::NotEnforced, Basis::Configured));
    assert_eq!(found.sentence, "Not enforced: in kube-router --run-firewall is false.");
}

#[test]
fn ingress_rules_only_is_partly_enforced() {
    let mut snapshot = cluster(2);
    add(&mut snapshot, "romana-agent", "romana-app=agent", &[&["romana-agent=quay.io/romana/agent:v2.0.2"]]);
    let found = ask(&snapshot).policy;
    assert_eq!((found.verdict, found.ingress, found.egress), (Verdict::Partial, Verdict::Enforced, Verdict::NotEnforced));
    assert_eq!(found.sentence, "Ingress enforced, egress not: romana has ingress rules only.");
}

#[test]
fn two_that_move_packets_are_both_named() {
    let mut snapshot = calico(2, "v3.31.7");
    add(&mut snapshot, "kube-flannel-ds", "app=flannel", &[&["kube-flannel=ghcr.io/flannel-io/flannel:v0.28.9"]]);
    let found = ask(&snapshot);
    assert_eq!(found.network.provider.as_deref(), Some("calico"));
    assert_eq!((found.also[0].provider.as_str(), found.also[0].part), ("flannel", Part::Primary));
}

#[test]
fn a_plain_bridge_is_no_provider_and_enforces_nothing() {
    let mut snapshot = cluster(2);
    add(&mut snapshot, "kube-proxy", "k8s-app=kube-proxy", &[&["kube-proxy=registry.k8s.io/kube-proxy:v1.36.2"]]);
    let found = ask(&snapshot);
    assert_eq!((found.network.provider, found.network.confidence), (None, Confidence::Unknown));
    assert_eq!(found.network.evidence[0].object, "1 DaemonSets");
    assert_eq!(found.policy.verdict, Verdict::NotEnforced);
    assert_eq!(found.policy.sentence, "Not enforced: nothing that runs here enforces policy.");
}

#[test]
fn an_unknown_program_on_the_host_network_may_enforce() {
    let mut snapshot = cluster(2);
    add(&mut snapshot, "mystery", "app=mystery", &[&["agent=example.org/mystery:v1"]]);
    let found = ask(&snapshot).policy;
    assert_eq!(found.verdict, Verdict::Unknown);
    assert_eq!(found.sentence, "Cannot tell: no CNI recognised. Not known: DaemonSet kube-system/mystery.");
}

#[test]
fn a_known_meta_plugin_on_the_host_network_is_no_stranger() {
    let mut snapshot = cluster(2);
    let multus: &[&[&str]] = &[&["kube-multus=ghcr.io/k8snetworkplumbingwg/multus-cni:snapshot-thick"]];
    add(&mut snapshot, "kube-multus-ds", "app=multus", multus);
    let found = detect(&snapshot, fixture::real());
    assert_eq!((found.network.provider, found.also[0].provider.as_str()), (None, "multus"));
    assert_eq!(found.policy.sentence, "Not enforced: nothing that runs here enforces policy.");
}

#[test]
fn routes_made_by_a_cloud_make_kubenet_likely() {
    let mut snapshot = cluster(2);
    for name in ["n1", "n2"] {
        change(&mut snapshot, name, |node| {
            let route = condition("NetworkUnavailable", "False", "RouteCreated", "RouteController created a route");
            node.conditions = [node.conditions[0].clone(), route].into();
        });
    }
    let found = ask(&snapshot);
    assert_eq!((found.network.provider.as_deref(), found.network.confidence), (Some("kubenet"), Confidence::Likely));
    assert_eq!((found.policy.verdict, found.policy.basis), (Verdict::NotEnforced, Basis::Documented));
}

#[test]
fn k3s_carries_flannel_and_the_policy_controller_of_kube_router_inside() {
    let mut snapshot = cluster(1);
    change(&mut snapshot, "n1", |node| {
        node.kubelet = "v1.36.2+k3s1".into();
        node.annotations = labels(&["flannel.alpha.coreos.com/backend-type=vxlan"]);
    });
    let found = ask(&snapshot);
    assert_eq!(found.distribution, Some("k3s"));
    assert_eq!((found.network.provider.as_deref(), found.network.confidence), (Some("flannel"), Confidence::Likely));
    assert_eq!(found.network.mode.encapsulation.as_deref(), Some("vxlan"));
    assert_eq!((found.policy.enforcer.as_deref(), found.policy.basis), (Some("kube-router"), Basis::Documented));
    assert_eq!(found.policy.verdict, Verdict::Enforced);
    change(&mut snapshot, "n1", |node| {
        node.annotations = labels(&[
            "flannel.alpha.coreos.com/backend-type=vxlan",
            "k3s.io/node-args=[\"server\",\"--disable-network-policy\"]",
        ]);
    });
    assert_eq!(ask(&snapshot).policy.sentence, "Not enforced: k3s runs with --disable-network-policy.");
}

/// kube-router with these words after its image; `NAME:=value` is a variable.
fn kube_router(words: &[&str]) -> Detection {
    let mut snapshot = cluster(1);
    let words: Vec<&str> = ["kube-router=cloudnativelabs/kube-router:v2.5.0"].iter().chain(words).copied().collect();
    add(&mut snapshot, "kube-router", "k8s-app=kube-router", &[&words]);
    detect(&snapshot, real())
}

#[test]
fn however_a_flag_is_written_a_firewall_that_is_off_enforces_nothing() {
    for words in [
        &["--run-router=true", "--run-firewall=false"][..],
        &["--run-firewall=0"],
        &["--run-firewall=f"],
        &["--run-firewall=FALSE"],
        &["/bin/sh", "-c", "exec kube-router --run-router=true --run-firewall=false"],
        &["--run-firewall=$(FW)", "FW:=false"],
    ] {
        assert_eq!(kube_router(words).policy.verdict, Verdict::NotEnforced, "{words:?}");
    }
    assert_eq!(
        kube_router(&["--run-firewall", "false"]).policy.verdict,
        Verdict::Enforced,
        "pflag reads the second word as a command"
    );
}

#[test]
fn a_flag_that_hangs_on_what_was_not_read_is_unknown_and_says_on_what() {
    let policy = kube_router(&["--run-router=true", "--run-firewall=$(FW)"]).policy;
    assert_eq!(policy.verdict, Verdict::Unknown);
    assert_eq!(policy.sentence, "Cannot tell: --run-firewall of kube-router hangs on $(FW).");
}

/// A kube-router for every node, of which some pods run with other words than the template has.
fn rollout(template: &[&str], old: &[&str], updated: u32) -> Snapshot {
    let mut snapshot = cluster(3);
    let words = |words: &[&'static str]| [&["kube-router=cloudnativelabs/kube-router:v2.5.0"][..], words].concat();
    let (template, old) = (words(&to_static(template)), words(&to_static(old)));
    let mut workload = daemon_set(&snapshot, "kube-router", "k8s-app=kube-router", &[&template]);
    workload.rollout.updated = updated;
    install(&mut snapshot, workload, &["n1", "n2", "n3"]);
    for node in 1..=3 {
        let start = container(if node > updated { &old } else { &template });
        change_pod(&mut snapshot, &format!("kube-router-n{node}"), |pod| {
            pod.containers =
                [cnitui::snapshot::PodContainer { start: Some(Arc::new(start)), ..pod.containers[0].clone() }].into();
        });
    }
    snapshot.policies.insert(Arc::new(policy("shop", "deny")));
    snapshot
}

fn to_static(words: &[&str]) -> Vec<&'static str> {
    words.iter().map(|word| &*word.to_string().leak()).collect()
}

fn doubts(found: &Detection) -> Vec<(&str, Why)> {
    found.policy.doubtful.iter().map(|doubt| (doubt.node.as_str(), doubt.why.clone())).collect()
}

fn off() -> Why {
    Why::Off("in kube-router --run-firewall is false".to_owned())
}

#[test]
fn during_a_rollout_each_node_is_judged_by_the_pod_that_runs_there() {
    let found = detect(&rollout(&["--run-firewall=false"], &["--run-firewall=true"], 1), real());
    assert_eq!((found.policy.verdict, found.policy.enforcer.as_deref()), (Verdict::Partial, Some("kube-router")));
    assert_eq!(doubts(&found), [("n1", off())]);
    assert_eq!(found.policy.sentence, "Enforced on 2 of 3 nodes. Not on n1: in kube-router --run-firewall is false.");
    let found = detect(&rollout(&["--run-firewall=true"], &["--run-firewall=false"], 1), real());
    assert_eq!(doubts(&found), [("n2", off()), ("n3", off())]);
    let found = detect(&rollout(&["--run-firewall=true"], &["--run-firewall=false"], 0), real());
    assert_eq!((found.policy.verdict, found.policy.enforcer), (Verdict::NotEnforced, None));
}

#[test]
fn a_pod_of_an_older_template_that_shows_no_settings_cannot_be_told() {
    let found = detect(&rollout(&["--run-firewall=true"], &[], 1), real());
    let why = "its pod of kube-router is not of the newest template, and does not show its settings".to_owned();
    assert_eq!(doubts(&found), [("n2", Why::Open(why.clone())), ("n3", Why::Open(why))]);
    assert_eq!((found.policy.verdict, found.policy.nodes.unknown), (Verdict::Partial, 2));
    let rolled_out = rollout(&["--run-firewall=true"], &[], 3);
    assert_eq!(detect(&rolled_out, real()).policy.verdict, Verdict::Enforced, "all are of the template");
}

#[test]
fn a_node_that_does_not_report_is_not_said_to_enforce() {
    let mut snapshot = rollout(&["--run-firewall=true"], &[], 3);
    change(&mut snapshot, "n2", |node| node.conditions = [condition("Ready", "Unknown", "NodeStatusUnknown", "")].into());
    let found = detect(&snapshot, real());
    assert_eq!(doubts(&found), [("n2", Why::Silent)]);
    assert_eq!(found.policy.sentence, "Enforced on 2 of 3 nodes. On n2 cannot tell: it does not report.");
    assert_eq!((found.policy.nodes.enforced, found.policy.nodes.unknown), (2, 1));
}

#[test]
fn two_pools_of_one_agent_are_judged_apart() {
    let mut snapshot = cluster(2);
    for (name, node, flag) in [("kube-router-a", "n1", "--run-firewall=true"), ("kube-router-b", "n2", "--run-firewall=false")] {
        let words: &[&str] = &["kube-router=cloudnativelabs/kube-router:v2.5.0", flag];
        let mut workload = daemon_set(&snapshot, name, "k8s-app=kube-router", &[words]);
        workload.node_selector = labels(&[&format!("pool={node}")]);
        change(&mut snapshot, node, |n| n.labels = labels(&[&format!("pool={node}")]));
        install(&mut snapshot, workload, &[node]);
    }
    let found = detect(&snapshot, real());
    assert_eq!(found.policy.verdict, Verdict::Partial);
    assert_eq!(found.policy.sentence, "Enforced on 1 of 2 nodes. Not on n2: in kube-router-b --run-firewall is false.");
}

#[test]
fn a_switch_of_the_controller_counts_for_its_agents() {
    for (flag, expected) in [("--enable-np=false", Verdict::NotEnforced), ("--enable-np=true", Verdict::Enforced)] {
        let mut snapshot = cluster(1);
        let agent: &[&str] = &["cni-server=kubeovn/kube-ovn:v1.15.0", "--enable-mirror=false"];
        add(&mut snapshot, "kube-ovn-cni", "app=kube-ovn-cni", &[agent]);
        let words: &[&str] = &["kube-ovn-controller=kubeovn/kube-ovn:v1.15.0", flag];
        let mut controller = daemon_set(&snapshot, "kube-ovn-controller", "app=kube-ovn-controller", &[words]);
        controller.kind = cnitui::snapshot::WorkloadKind::Deployment;
        install(&mut snapshot, controller, &[]);
        assert_eq!(detect(&snapshot, real()).policy.verdict, expected, "{flag}");
    }
}

#[test]
fn k3s_enforces_with_its_own_controller_unless_told_otherwise() {
    for (args, expected) in [
        (None, Verdict::Enforced),
        (Some(r#"["server","--disable-network-policy=false"]"#), Verdict::Enforced),
        (Some(r#"["server","--disable-network-policy"]"#), Verdict::NotEnforced),
        (Some(r#"["server","--disable-network-policy=1"]"#), Verdict::NotEnforced),
    ] {
        let mut snapshot = cluster(1);
        change(&mut snapshot, "n1", |node| {
            node.kubelet = "v1.33.1+k3s1".into();
            node.annotations =
                labels(&args.map(|args| format!("k3s.io/node-args={args}")).iter().map(String::as_str).collect::<Vec<_>>());
        });
        let policy = detect(&snapshot, real()).policy;
        assert_eq!(policy.verdict, expected, "{args:?}");
        assert_eq!(policy.enforcer.as_deref(), (expected == Verdict::Enforced).then_some("kube-router"));
    }
}

/// `calico-node` with these variables, and custom resources; what the mode is by the file that is built in.
fn calico_mode(variables: &[&str], objects: Vec<CustomResource>) -> cnitui::detect::Mode {
    let mut snapshot = cluster(1);
    let words: Vec<&str> = std::iter::once("calico-node=calico/node:v3.31.4").chain(variables.iter().copied()).collect();
    let mut workload = daemon_set(&snapshot, "calico-node", "k8s-app=calico-node", &[&words]);
    workload.init_containers = [container(&["install-cni=calico/cni:v3.31.4"])].into();
    install(&mut snapshot, workload, &["n1"]);
    for object in objects {
        snapshot.custom.insert(Arc::new(object));
    }
    detect(&snapshot, real()).network.mode
}

fn pool(name: &str, ipip: &str, vxlan: &str) -> CustomResource {
    custom(Kind::IpPool, name, json!({"spec": {"ipipMode": ipip, "vxlanMode": vxlan}}), &[])
}

#[test]
fn pools_that_were_changed_later_count_more_than_the_variables_that_made_the_first() {
    let variables = ["CALICO_IPV4POOL_IPIP:=Always", "CALICO_IPV4POOL_VXLAN:=Never"];
    let mode = |pools: Vec<CustomResource>| {
        let mode = calico_mode(&variables, pools);
        (mode.encapsulation, mode.cross_subnet)
    };
    assert_eq!(mode(Vec::new()), (Some("ipip".into()), Some(false)), "no pool was made yet");
    assert_eq!(mode(vec![pool("v4", "Never", "CrossSubnet")]), (Some("vxlan".into()), Some(true)));
    assert_eq!(mode(vec![pool("v4", "Always", "Never"), pool("v6", "Never", "Never")]), (Some("ipip".into()), Some(false)));
    assert_eq!(mode(vec![pool("v4", "Never", "Never")]), (Some("none".into()), Some(false)));
    assert_eq!(mode(vec![pool("old", "Always", "Never"), pool("new", "Never", "Always")]), (None, None), "pools that differ");
}

#[test]
fn pools_that_may_not_be_read_leave_the_encapsulation_open() {
    let mut snapshot = cluster(1);
    let words: &[&str] = &["calico-node=calico/node:v3.31.4", "CALICO_IPV4POOL_IPIP:=Always"];
    add(&mut snapshot, "calico-node", "k8s-app=calico-node", &[words]);
    forbid(&mut snapshot, Kind::IpPool);
    assert_eq!(detect(&snapshot, real()).network.mode.encapsulation, None);
}

#[test]
fn the_data_plane_is_what_felix_is_told_first_by_variable_then_by_object_then_by_its_operator() {
    let felix = |on: bool| custom(Kind::FelixConfiguration, "default", json!({"spec": {"bpfEnabled": on}}), &[]);
    let operator = |plane: &str| {
        custom(
            Kind::Installation,
            "default",
            json!({"spec": {"calicoNetwork": {"linuxDataplane": plane, "bgp": "Disabled"}}}),
            &[],
        )
    };
    let of = |variables: &[&str], objects| calico_mode(variables, objects).data_plane;
    assert_eq!(of(&[], Vec::new()).as_deref(), Some("iptables"));
    assert_eq!(of(&[], vec![felix(true)]).as_deref(), Some("ebpf"));
    assert_eq!(of(&["FELIX_BPFENABLED:=false"], vec![felix(true)]).as_deref(), Some("iptables"));
    assert_eq!(of(&["FELIX_TYPHAK8SNAMESPACE:=calico-system"], vec![operator("BPF")]).as_deref(), Some("ebpf"));
    let nft = calico_mode(&["FELIX_TYPHAK8SNAMESPACE:=calico-system"], vec![operator("Nftables")]);
    assert_eq!((nft.data_plane.as_deref(), nft.routing.as_deref()), (Some("nftables"), Some("felix")));
    assert_eq!(of(&["FELIX_TYPHAK8SNAMESPACE:=calico-system"], Vec::new()), None, "the operator decides, and cannot be heard");
}

#[test]
fn ipsec_of_openshift_is_what_its_operator_is_asked_for() {
    for (ovn, expected) in [
        (json!({}), "none"),
        (json!({"ipsecConfig": {}}), "ipsec"),
        (json!({"ipsecConfig": {"mode": "Full"}}), "ipsec"),
        (json!({"ipsecConfig": {"mode": "External"}}), "none"),
        (json!({"ipsecConfig": {"mode": "Disabled"}}), "none"),
    ] {
        let mut snapshot = cluster(1);
        let words: &[&str] = &["ovn-controller=quay.io/ocp@sha256:00"];
        add(&mut snapshot, "ovnkube-node", "app=ovnkube-node", &[words]);
        let fields = json!({"spec": {"defaultNetwork": {"type": "OVNKubernetes", "ovnKubernetesConfig": ovn}}});
        snapshot.custom.insert(Arc::new(custom(Kind::OperatorNetwork, "cluster", fields, &[])));
        assert_eq!(detect(&snapshot, real()).network.mode.encryption.as_deref(), Some(expected), "{ovn}");
    }
}

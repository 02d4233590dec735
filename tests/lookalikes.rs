//! Providers whose agents look like those of others, or that stand beside them, by the signatures that are built in.

mod fixture;

use cnitui::catalog::{Agent, AgentRole, Catalog, Provider};
use cnitui::detect::{Detection, Part, detect};
use cnitui::snapshot::{Workload, WorkloadKind};
use fixture::*;

const UPSTREAM: &[&[&str]] = &[&["cilium-agent=quay.io/cilium/cilium:v1.20.4"]];
const OF_AKS: &[&[&str]] = &[&["cilium-agent=mcr.microsoft.com/containernetworking/cilium/cilium-distroless:v1.18.9"]];
const OF_GKE: &[&[&str]] = &[&["cilium-agent=gke.gcr.io/cilium/cilium:v1.15.10-gke.9"]];
const CNS: &[&[&str]] = &[&["cns-container=mcr.microsoft.com/containernetworking/azure-cns:v1.8.12"]];
const NPM: &[&[&str]] = &[&["azure-npm=mcr.microsoft.com/containernetworking/azure-npm:v1.6.29"]];
const MULTUS: &[&[&str]] = &[&["kube-multus=ghcr.io/k8snetworkplumbingwg/multus-cni:snapshot-thick"]];
const KINDNET: &[&[&str]] = &[&["kindnet-cni=docker.io/kindest/kindnetd:v20260820-69b56db7"]];
const GATEWAY: &[&[&str]] = &[&["submariner-gateway=quay.io/submariner/submariner-gateway:0.24.2"]];

/// What two nodes that run these `DaemonSet`s are taken for: name, label, containers.
fn ask(sets: &[(&str, &str, &[&[&str]])], operator: bool) -> Detection {
    let mut snapshot = cluster(2);
    for (name, label, containers) in sets {
        let set = daemon_set(&snapshot, name, label, containers);
        install(&mut snapshot, set, &["n1", "n2"]);
    }
    if operator {
        let image: &[&[&str]] = &[&["cilium-operator=quay.io/cilium/operator-generic:v1.20.4"]];
        let set = daemon_set(&snapshot, "cilium-operator", "io.cilium/app=operator", image);
        install(&mut snapshot, Workload { kind: WorkloadKind::Deployment, ..set }, &["n1"]);
    }
    detect(&snapshot, real())
}

/// Network, enforcer, and what stands beside.
fn seen(found: &Detection) -> (Option<&str>, Option<&str>, Vec<(&str, Part)>) {
    let also = found.also.iter().map(|companion| (companion.provider.as_str(), companion.part)).collect();
    (found.network.provider.as_deref(), found.policy.enforcer.as_deref(), also)
}

#[test]
fn a_cilium_of_ones_own_is_neither_that_of_aks_nor_that_of_gke() {
    let mirrored: &[&[&str]] = &[&["cilium-agent=registry.local/agent:v1.20.4"]];
    for image in [UPSTREAM, mirrored] {
        assert_eq!(seen(&ask(&[("cilium", "k8s-app=cilium", image)], true)), (Some("cilium"), Some("cilium"), vec![]));
    }
}

#[test]
fn cilium_under_the_label_of_aks_is_azure_cni_with_its_operator() {
    let sets = [("cilium", "kubernetes.azure.com/ebpf-dataplane=cilium", OF_AKS), ("azure-cns", "k8s-app=azure-cns", CNS)];
    assert_eq!(seen(&ask(&sets, true)), (Some("azure-cni"), Some("azure-cni"), vec![]));
}

#[test]
fn anetd_is_gke_dataplane_v2_and_no_cilium() {
    let found = ask(&[("anetd", "k8s-app=cilium", OF_GKE)], false);
    assert_eq!(seen(&found), (Some("gke-dataplane-v2"), Some("gke-dataplane-v2"), vec![]));
}

#[test]
fn azure_cni_enforces_nothing_without_an_engine() {
    let found = ask(&[("azure-cns", "k8s-app=azure-cns", CNS)], false);
    assert_eq!(seen(&found), (Some("azure-cni"), None, vec![]));
    assert_eq!(found.policy.sentence, "Not enforced: Azure CNI has no policy engine here.");
}

#[test]
fn azure_npm_enforces_for_azure_cni() {
    let found = ask(&[("azure-cns", "k8s-app=azure-cns", CNS), ("azure-npm", "k8s-app=azure-npm", NPM)], false);
    assert_eq!(seen(&found), (Some("azure-cni"), Some("azure-npm"), vec![("azure-npm", Part::PolicyOnly)]));
}

#[test]
fn a_meta_plugin_and_a_mesh_never_hide_the_network() {
    for (beside, part) in [
        (("kube-multus-ds", "app=multus", MULTUS), Part::Meta),
        (("submariner-gateway", "app=submariner-gateway", GATEWAY), Part::Mesh),
    ] {
        let found = ask(&[beside, ("kindnet", "k8s-app=kindnet", KINDNET)], false);
        let id = if part == Part::Meta { "multus" } else { "submariner" };
        assert_eq!(seen(&found), (Some("kindnet"), Some("kindnet"), vec![(id, part)]));
    }
}

#[test]
fn the_tag_of_an_image_says_which_admin_policies_are_enforced() {
    let ignored = |image: &str| {
        let mut snapshot = cluster(1);
        let set = daemon_set(&snapshot, "kube-network-policies", "k8s-app=kube-network-policies", &[&[image]]);
        install(&mut snapshot, set, &["n1"]);
        snapshot.crds.insert(std::sync::Arc::new(crd("clusternetworkpolicies.policy.networking.k8s.io")));
        detect(&snapshot, real()).policy.ignored_kinds
    };
    let image = "kube-network-policies=registry.k8s.io/networking/kube-network-policies";
    assert_eq!(ignored(&format!("{image}:v1.1.1")), ["ClusterNetworkPolicy"]);
    assert_eq!(ignored(&format!("{image}:v1.1.1-npa-v1alpha2")), [""; 0]);
    assert_eq!(ignored(&format!("{image}@sha256:abc")), [""; 0], "what nobody can tell is not called ignored");
}

/// How many kinds of evidence one workload could give to both: labels, containers, images, names.
fn shared(a: &Agent, b: &Agent) -> usize {
    let both = |a: &[String], b: &[String], same: fn(&str, &str) -> bool| a.iter().any(|x| b.iter().any(|y| same(x, y)));
    let equal = |x: &str, y: &str| x == y;
    let end = |x: &str, y: &str| x == y || x.ends_with(&format!("/{y}")) || y.ends_with(&format!("/{x}"));
    let alike = |x: &str, y: &str| {
        let fits = |pattern: &str, name: &str| pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start));
        fits(x, y) || fits(y, x)
    };
    [
        both(&a.labels, &b.labels, equal),
        both(&a.containers, &b.containers, equal),
        both(&a.images, &b.images, end),
        both(&a.names, &b.names, alike),
    ]
    .into_iter()
    .filter(|shared| *shared)
    .count()
}

/// Whether a rule of detection says whose a workload is that fits both: one contains the other, a container is forbidden to one,
/// or it is a controller of two that contain the same third, which goes to the one whose agents are there.
fn ordered((one, a): (&Provider, &Agent), (other, b): (&Provider, &Agent)) -> bool {
    let contains = |outer: &Provider, inner: &str| outer.detect.contains.iter().any(|id| id == inner);
    let apart = |a: &Agent, b: &Agent| a.without.iter().any(|container| b.containers.contains(container));
    let controllers = a.role == AgentRole::Controller && b.role == AgentRole::Controller;
    contains(one, &other.id)
        || contains(other, &one.id)
        || apart(a, b)
        || apart(b, a)
        || (controllers && one.detect.contains.iter().any(|id| contains(other, id)))
}

/// Pairs of signatures that would both be certain of one workload, and nothing says whose it is.
fn undecided(catalog: &Catalog) -> Vec<String> {
    let claims: Vec<_> = catalog.providers.iter().flat_map(|p| p.detect.agents.iter().map(move |agent| (p, agent))).collect();
    let pairs = claims.iter().enumerate().flat_map(|(at, one)| claims[at + 1..].iter().map(move |other| (*one, *other)));
    let same = pairs.filter(|((one, a), (other, b))| one.id != other.id && a.kind == b.kind && shared(a, b) >= 2);
    same.filter(|(one, other)| !ordered(*one, *other))
        .map(|((one, a), (other, b))| format!("{} {:?} and {} {:?}", one.id, a.names, other.id, b.names))
        .collect()
}

#[test]
fn no_two_providers_claim_one_workload_without_a_rule_that_says_whose_it_is() {
    assert_eq!(undecided(real()), [""; 0]);
    let mut careless = real().clone();
    careless.providers.iter_mut().for_each(|provider| provider.detect.contains.clear());
    assert!(undecided(&careless).iter().any(|pair| pair.starts_with("calico") && pair.contains("canal")));
}

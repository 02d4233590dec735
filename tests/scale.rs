//! A cluster of 150,000 pods on 5,000 nodes is judged in one pass: anything quadratic would take minutes here.
//! `cargo test --release --test scale -- --nocapture` prints how long it takes.

mod fixture;

use cnitui::health::assess;
use cnitui::policy::inventory;
use cnitui::snapshot::{NetworkPolicy, Operator, Owner, Requirement, Selector};
use fixture::{cluster, crash, daemon_set, install, labels, pod_of, policy};
use std::sync::Arc;
use std::time::{Duration, Instant};

const NODES: usize = 5_000;

fn large() -> cnitui::snapshot::Snapshot {
    let mut snapshot = cluster(NODES);
    let names: Vec<String> = (1..=NODES).map(|n| format!("n{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut agent = daemon_set(&snapshot, "calico-node", "k8s-app=calico-node", &[&["calico-node=quay.io/calico/node:v3.32.1"]]);
    agent.init_containers = [fixture::container(&["install-cni=quay.io/calico/cni:v3.32.1"])].into();
    install(&mut snapshot, agent, &names);
    let proxy = daemon_set(&snapshot, "kube-proxy", "k8s-app=kube-proxy", &[&["kube-proxy=example.org/kube-proxy:v1"]]);
    install(&mut snapshot, proxy, &names[..1]);
    let mut web = daemon_set(&snapshot, "web", "app=web", &[&["web=example.org/web:v1"]]);
    web.host_network = false;
    for app in 0..1_000 {
        web.namespace = format!("team-{}", app % 100).into();
        let name = format!("app-{app}");
        let shared = labels(&[&format!("app={name}"), "tier=api", "pod-template-hash=0a1b2c"]);
        let owner = Owner { kind: "ReplicaSet".into(), name: format!("{name}-0a1b2c").into() };
        for replica in 0..145 {
            let mut pod = pod_of(&web, names[(app * 145 + replica) % NODES]);
            pod.name = format!("{name}-{replica}").into();
            pod.labels = shared.clone();
            pod.owner = Some(owner.clone());
            pod.ips[0] = Some(std::net::Ipv4Addr::from_bits(0x0a00_0000 + (app * 145 + replica) as u32).into());
            snapshot.pods.insert(Arc::new(pod));
        }
        let wanted = Requirement { key: "app".into(), operator: Operator::In, values: vec![name.as_str().into()] };
        let pod_selector = Selector { requirements: vec![wanted] };
        snapshot.policies.insert(Arc::new(NetworkPolicy { pod_selector, ..policy(&web.namespace, &name) }));
    }
    snapshot
}

#[test]
fn a_large_cluster_is_judged_in_one_pass() {
    let mut snapshot = large();
    let catalog = fixture::real();
    fixture::change_pod(&mut snapshot, "calico-node-n7", crash);
    let start = Instant::now();
    let assessment = assess(&snapshot, catalog);
    let whole = start.elapsed();
    let start = Instant::now();
    let policies = inventory(&snapshot, &[]);
    println!("assess {whole:?}, of it the inventory {:?}", start.elapsed());
    assert_eq!(snapshot.pods.len(), 150_001);
    assert_eq!((assessment.detection.policy.nodes.enforced, assessment.detection.policy.nodes.unknown), (4_999, 1));
    assert_eq!(assessment.findings.len(), 1);
    assert_eq!(policies.policies.iter().filter_map(|policy| policy.selected).sum::<usize>(), 145_000);
    assert!(whole < Duration::from_secs(20), "{whole:?}");
}

#[test]
fn a_cluster_whose_agents_are_all_down_is_judged_as_quickly() {
    let mut snapshot = large();
    let down: cnitui::snapshot::Table<cnitui::snapshot::Pod> = snapshot
        .pods
        .iter()
        .map(|pod| {
            let mut pod = cnitui::snapshot::Pod::clone(pod);
            if pod.host_network {
                crash(&mut pod);
            }
            pod
        })
        .collect();
    snapshot.pods = down;
    let start = Instant::now();
    let assessment = assess(&snapshot, fixture::real());
    println!("all down: {:?}", start.elapsed());
    assert_eq!(assessment.findings[0].nodes.len(), NODES);
    assert!(start.elapsed() < Duration::from_secs(20));
}

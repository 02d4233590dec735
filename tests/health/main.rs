//! Every check: what makes it speak, and what does not.

#![allow(clippy::unwrap_used, reason = "a wrong fixture may panic")]

#[path = "../fixture/mod.rs"]
mod fixture;

mod addresses;
mod custom;
mod releases;
mod services;

use cnitui::catalog::Catalog;
use cnitui::health::{Assessment, CHECKS, Finding, Severity, assess};
use cnitui::snapshot::{Kind, Rollout, RunState, Snapshot, State, Trouble};
use fixture::*;
use std::sync::Arc;

const AGENT: &str = "
agents:
  - { kind: DaemonSet, names: [net-node], labels: [app=net-node], containers: [net-node], images: [net/node], role: network-and-policy }
enforces: { ingress: true, egress: true, kinds: [NetworkPolicy] }
kernel:
  - { minimum: '5.10', enterprise: '4.18', when: [{ subject: version, name: '>=2.0' }], source: { ref: net docs, as_of: 2026-08 } }
";

/// Its pods get their addresses from the node's range, and kube-proxy is needed.
const BRIDGE: &str = "
agents:
  - { kind: DaemonSet, labels: [app=bridge], containers: [bridge], images: [bridge/node], role: network-and-policy }
mode: [{ set: { ipam: host-local, kube_proxy_replacement: false } }]
enforces: { ingress: true, egress: true, kinds: [NetworkPolicy] }
";

/// It does the work of kube-proxy.
const PROXY: &str = "
agents:
  - { kind: DaemonSet, labels: [app=proxy], containers: [proxy], images: [proxy/node], role: network-and-policy }
mode: [{ set: { ipam: pool, kube_proxy_replacement: true } }]
enforces: { ingress: true, egress: true, kinds: [NetworkPolicy] }
";

const OTHER: &str = "
agents:
  - { kind: DaemonSet, labels: [app=other], containers: [other], images: [other/node], role: network }
enforces: { source: { ref: other docs, as_of: 2026-08 } }
";

fn all() -> Catalog {
    catalog(&[("net", AGENT), ("other", OTHER), ("bridge", BRIDGE), ("proxy", PROXY)])
}

/// Nodes `n1`... with `net-node` in that version on all of them.
fn healthy(nodes: usize) -> Snapshot {
    let mut snapshot = cluster(nodes);
    everywhere(&mut snapshot, "net-node", "net-node=example.org/net/node:v2.0.0");
    snapshot
}

/// A `DaemonSet` of one container, labelled `app=NAME`, with a pod on every node.
fn everywhere(snapshot: &mut Snapshot, name: &str, container: &str) {
    let workload = daemon_set(snapshot, name, &format!("app={name}"), &[&[container]]);
    let names: Vec<String> = snapshot.nodes.iter().map(|node| node.name.to_string()).collect();
    install(snapshot, workload, &names.iter().map(String::as_str).collect::<Vec<_>>());
}

fn ask(snapshot: &Snapshot) -> Assessment {
    assess(snapshot, &all())
}

fn of<'a>(assessment: &'a Assessment, id: &str) -> Vec<&'a Finding> {
    assessment.findings.iter().filter(|finding| finding.id == id).collect()
}

fn ids(assessment: &Assessment) -> Vec<&str> {
    assessment.findings.iter().map(|finding| finding.id).collect()
}

fn set_rollout(snapshot: &mut Snapshot, change: impl FnOnce(&mut Rollout)) {
    let mut workload = cnitui::snapshot::Workload::clone(snapshot.workloads.get(0).unwrap());
    change(&mut workload.rollout);
    snapshot.workloads.replace(0, Arc::new(workload));
}

/// How many checks look at lists; the others say what is not known, and do not count.
fn of_lists() -> usize {
    CHECKS.iter().filter(|check| !check.needs.is_empty()).count()
}

#[test]
fn a_healthy_cluster_has_no_findings_and_ran_every_check() {
    let mut snapshot = healthy(3);
    snapshot.policies.insert(Arc::new(policy("shop", "web")));
    let assessment = ask(&snapshot);
    assert_eq!(ids(&assessment), Vec::<&str>::new());
    assert_eq!((assessment.ran, assessment.could_not.len()), (of_lists(), 0));
    assert_eq!(assessment.nodes.iter().map(|node| (node.agent_ready, node.pods)).collect::<Vec<_>>(), [(Some(true), Some(1)); 3]);
    assert_eq!(assessment.agents[0].versions, [("v2.0.0".into(), 3)]);
}

#[test]
fn an_agent_that_crash_loops_is_named_with_its_exit_code_and_explains_its_symptoms() {
    let mut snapshot = healthy(6);
    snapshot.policies.insert(Arc::new(policy("shop", "web")));
    change_pod(&mut snapshot, "net-node-n4", crash);
    change(&mut snapshot, "n4", |node| {
        let down = condition("NetworkUnavailable", "True", "NetIsDown", "agent shut down");
        node.conditions = [node.conditions[0].clone(), down].into();
    });
    set_rollout(&mut snapshot, |rollout| (rollout.updated, rollout.ready) = (3, 5));
    let waiting = daemon_set(&snapshot, "web", "app=web", &[&["web=example.org/web:v1"]]);
    let mut pod = pod_of(&waiting, "n4");
    crash(&mut pod);
    pod.phase = cnitui::snapshot::Phase::Pending;
    let creating = RunState::Waiting { reason: "ContainerCreating".into(), message: "".into() };
    pod.trouble = pod.trouble.map(|trouble| {
        let containers = trouble.containers.into_iter().map(|mut c| {
            c.state = creating.clone();
            c
        });
        Box::new(Trouble { containers: containers.collect(), reason: "".into(), message: "".into(), since: 0 })
    });
    snapshot.pods.insert(Arc::new(pod));
    let assessment = ask(&snapshot);
    assert_eq!(ids(&assessment), ["agent-not-ready"]);
    let finding = &assessment.findings[0];
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.object.to_string(), "Pod kube-system/net-node-n4");
    assert_eq!(finding.message, "crash-loops: net-node exited 1, 14 restarts");
    assert_eq!(finding.remedy, "kubectl -n kube-system logs net-node-n4 -c net-node --previous");
    assert_eq!(finding.since.map(|since| since.to_string()).as_deref(), Some("2026-11-20T14:02:00Z"));
    assert_eq!(
        finding.symptoms,
        [
            "rollout stuck: DaemonSet net-node updated 3 of 6",
            "node condition NetworkUnavailable, NetIsDown, agent shut down",
            "1 pod waits in ContainerCreating",
            "policy changes since 14:02 UTC have not reached this node",
        ]
    );
    let worst = &assessment.nodes[0];
    assert_eq!(
        (worst.name.as_str(), worst.worst, worst.findings, worst.agent_ready),
        ("n4", Some(Severity::Error), 1, Some(false))
    );
    assert_eq!(worst.network_unavailable, Some(true));
    let pod = &assessment.agents[0].pods[0];
    assert_eq!((pod.name.as_str(), pod.reason.as_deref()), ("net-node-n4", Some("CrashLoopBackOff, net-node exited 1")));
}

#[test]
fn a_crash_in_the_middle_of_a_rollout_is_taken_back() {
    let mut snapshot = healthy(3);
    for (name, tag) in [("net-node-n1", "v1.9.0"), ("net-node-n2", "v1.9.0")] {
        change_pod(&mut snapshot, name, |pod| {
            let mut container = pod.containers[0].clone();
            container.image = format!("example.org/net/node:{tag}").into();
            pod.containers = [container].into();
        });
    }
    let skewed = ask(&snapshot);
    assert_eq!(ids(&skewed), ["agent-versions"]);
    assert_eq!(skewed.findings[0].message, "runs 2 versions at once: v1.9.0 on 2 nodes, v2.0.0 on 1 node");
    assert_eq!(skewed.findings[0].severity, Severity::Info);
    change_pod(&mut snapshot, "net-node-n3", crash);
    let broken = ask(&snapshot);
    assert_eq!(broken.findings[0].remedy, "kubectl -n kube-system rollout undo daemonset/net-node");
}

#[test]
fn many_agents_that_fail_alike_are_one_finding() {
    let mut snapshot = healthy(9);
    for n in 1..=7 {
        change_pod(&mut snapshot, &format!("net-node-n{n}"), crash);
    }
    let assessment = ask(&snapshot);
    let found = of(&assessment, "agent-not-ready");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].object.to_string(), "DaemonSet kube-system/net-node");
    assert_eq!(found[0].message, "7 of its pods crash-loop: net-node exited 1, on n1, n2, n3 and 4 more");
    assert_eq!(assessment.nodes.iter().filter(|node| node.findings == 1).count(), 7);
}

#[test]
fn an_agent_that_keeps_restarting_is_a_warning_only_while_it_is_recent() {
    let mut snapshot = healthy(2);
    let restarting = |at: u32| {
        move |pod: &mut cnitui::snapshot::Pod| {
            crash(pod);
            pod.ready = true;
            let trouble = pod.trouble.as_mut().unwrap();
            trouble.containers[0].ready = true;
            trouble.containers[0].state = RunState::Running;
            trouble.containers[0].last =
                Some(RunState::Terminated { exit_code: 137, reason: "OOMKilled".into(), message: "".into(), at });
        }
    };
    let taken = snapshot.taken_at.as_second() as u32;
    change_pod(&mut snapshot, "net-node-n1", restarting(taken - 600));
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["agent-restarts"]);
    assert_eq!(found.findings[0].message, "restarted 14 times; net-node last exited 137, OOMKilled");
    change_pod(&mut snapshot, "net-node-n1", restarting(taken - 7200));
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
}

#[test]
fn a_rollout_that_has_not_ended_is_a_warning() {
    let mut snapshot = healthy(3);
    set_rollout(&mut snapshot, |rollout| (rollout.updated, rollout.misscheduled) = (1, 2));
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["agent-rollout"]);
    assert_eq!(found.findings[0].message, "updated 1 of 3, has 2 where they should not be");
    assert_eq!(found.findings[0].severity, Severity::Warning);
}

#[test]
fn a_rollout_that_made_no_pod_for_long_stands_still() {
    let mut snapshot = healthy(3);
    let taken = snapshot.taken_at.as_second() as u32;
    set_rollout(&mut snapshot, |rollout| rollout.updated = 1);
    change_pod(&mut snapshot, "net-node-n1", |pod| pod.created = taken - 2520);
    assert_eq!(ask(&snapshot).findings[0].message, "updated 1 of 3, and made no pod for 42 minutes");
    change_pod(&mut snapshot, "net-node-n2", |pod| pod.created = taken - 60);
    assert_eq!(ask(&snapshot).findings[0].message, "updated 1 of 3");
}

#[test]
fn a_daemon_set_that_replaces_no_pod_by_itself_says_so() {
    let mut snapshot = healthy(3);
    set_rollout(&mut snapshot, |rollout| rollout.updated = 1);
    let mut workload = cnitui::snapshot::Workload::clone(snapshot.workloads.get(0).unwrap());
    workload.strategy = cnitui::snapshot::Strategy::OnDelete;
    snapshot.workloads.replace(0, Arc::new(workload));
    assert_eq!(ask(&snapshot).findings[0].message, "updated 1 of 3, and replaces no pod that nobody deletes");
}

#[test]
fn a_workload_that_no_controller_looked_at_is_unknown() {
    let mut snapshot = healthy(2);
    set_rollout(&mut snapshot, |rollout| *rollout = Rollout { desired: 1, ..Rollout::default() });
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["agent-rollout"]);
    assert_eq!(found.findings[0].severity, Severity::Unknown);
    assert_eq!(found.findings[0].message, "has no status: how far it is rolled out cannot be told");
    set_rollout(&mut snapshot, |rollout| *rollout = Rollout { desired: 2, current: 2, ready: 2, ..Rollout::default() });
    let message = "has a template that its controller has not seen: how far it is rolled out cannot be told";
    assert_eq!(ask(&snapshot).findings[0].message, message);
}

#[test]
fn an_agent_that_no_node_takes_says_what_the_scheduler_says() {
    let mut snapshot = healthy(2);
    change_pod(&mut snapshot, "net-node-n2", |pod| {
        (pod.node, pod.ready, pod.phase) = ("".into(), false, cnitui::snapshot::Phase::Pending);
        let message = "0/2 nodes are available: 1 Insufficient cpu. preemption: 0/2 nodes are available.".into();
        pod.trouble = Some(Box::new(Trouble { reason: "Unschedulable".into(), message, ..Trouble::default() }));
    });
    let found = ask(&snapshot);
    assert_eq!(of(&found, "agent-not-ready")[0].message, "is on no node: 0/2 nodes are available: 1 Insufficient cpu");
}

#[test]
fn a_kernel_that_is_too_old_is_a_warning_and_the_likely_cause_of_a_crash() {
    let mut snapshot = healthy(3);
    let kernel = |version: &'static str| move |node: &mut cnitui::snapshot::Node| node.kernel = version.into();
    change(&mut snapshot, "n1", kernel("6.8.0-87-generic"));
    change(&mut snapshot, "n2", kernel("5.4.0-216-generic"));
    change(&mut snapshot, "n3", kernel("4.18.0-553.el8_10.x86_64"));
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["kernel-too-old"]);
    let old = &found.findings[0];
    assert_eq!(old.message, "runs kernel 5.4.0-216-generic; net v2.0.0 asks for 5.10 or newer");
    assert_eq!((old.object.to_string().as_str(), old.severity, old.source.as_str()), ("Node n2", Severity::Warning, "net docs"));
    change_pod(&mut snapshot, "net-node-n2", crash);
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["agent-not-ready"]);
    assert_eq!(found.findings[0].likely.as_deref(), Some("kernel 5.4.0-216-generic; net v2.0.0 asks for 5.10 or newer"));
    change(&mut snapshot, "n1", kernel("5.4.0-216-generic"));
    assert_eq!(ids(&ask(&snapshot)), ["agent-not-ready", "kernel-too-old"], "n1 is not explained by the crash on n2");
    change(&mut snapshot, "n1", kernel(""));
    change(&mut snapshot, "n3", kernel("custom"));
    assert_eq!(ids(&ask(&snapshot)), ["agent-not-ready"], "what tells no version is not judged");
}

#[test]
fn a_node_that_does_not_report_is_the_cause_and_its_agent_is_not() {
    let mut snapshot = healthy(2);
    change(&mut snapshot, "n2", |node| {
        node.conditions = [condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")].into();
    });
    change_pod(&mut snapshot, "net-node-n2", |pod| pod.ready = false);
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["node-not-ready"]);
    assert_eq!(found.findings[0].object.to_string(), "Node n2");
    assert_eq!(found.findings[0].message, "does not report: NodeStatusUnknown, Kubelet stopped posting node status.");
    assert_eq!(found.findings[0].symptoms, ["its agent is called not ready; what it does cannot be told"]);
    assert_eq!(found.nodes[0].ready, None);
}

#[test]
fn a_node_that_waits_for_its_network_is_a_symptom_of_its_agent() {
    let mut snapshot = healthy(2);
    let waits =
        "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized";
    change(&mut snapshot, "n2", |node| node.conditions = [condition("Ready", "False", "KubeletNotReady", waits)].into());
    assert_eq!(ids(&ask(&snapshot)), ["node-not-ready"], "the agent is well, so that something else is wrong");
    change_pod(&mut snapshot, "net-node-n2", crash);
    assert_eq!(ids(&ask(&snapshot)), ["agent-not-ready"]);
}

#[test]
fn a_network_that_is_called_unavailable_is_an_error() {
    let mut snapshot = healthy(2);
    let set = |status: &str, reason: &str| {
        let condition = condition("NetworkUnavailable", status, reason, "no route");
        move |node: &mut cnitui::snapshot::Node| node.conditions = [node.conditions[0].clone(), condition].into()
    };
    change(&mut snapshot, "n1", set("False", "RouteCreated"));
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new());
    change(&mut snapshot, "n1", set("True", "NoRouteCreated"));
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["network-unavailable"]);
    assert_eq!(found.findings[0].message, "has no network: condition NetworkUnavailable, NoRouteCreated, no route");
}

#[test]
fn a_node_without_an_agent_says_what_keeps_it_away() {
    let mut snapshot = healthy(2);
    snapshot.nodes.insert(Arc::new(node("gpu-1")));
    change(&mut snapshot, "gpu-1", |node| node.taints = [taint("dedicated", "NoSchedule")].into());
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["node-without-agent"]);
    assert_eq!(
        found.findings[0].message,
        "has no agent: DaemonSet kube-system/net-node does not tolerate its taint dedicated:NoSchedule"
    );
    assert_eq!(found.findings[0].object.to_string(), "Node gpu-1");
    change(&mut snapshot, "gpu-1", |node| node.taints = [taint("node.kubernetes.io/unreachable", "NoExecute")].into());
    assert_eq!(ask(&snapshot).findings[0].message, "has no agent: nothing seen keeps it away", "DaemonSets stand that taint");
}

#[test]
fn two_networks_at_once_are_an_error() {
    let mut snapshot = healthy(2);
    let other = daemon_set(&snapshot, "other", "app=other", &[&["other=example.org/other/node:v1"]]);
    install(&mut snapshot, other, &["n1"]);
    let found = ask(&snapshot);
    let found = of(&found, "several-networks");
    assert_eq!(found[0].message, "other moves packets here beside net");
    assert_eq!(found[0].object.to_string(), "DaemonSet kube-system/other");
}

#[test]
fn policies_that_nobody_enforces_are_counted() {
    let mut snapshot = cluster(2);
    let other = daemon_set(&snapshot, "other", "app=other", &[&["other=example.org/other/node:v1"]]);
    install(&mut snapshot, other, &["n1", "n2"]);
    assert_eq!(ids(&ask(&snapshot)), Vec::<&str>::new(), "nobody wrote a policy");
    snapshot.policies.insert(Arc::new(policy("shop", "web")));
    snapshot.policies.insert(Arc::new(policy("shop", "db")));
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["policies-not-enforced"]);
    assert_eq!(found.findings[0].message, "2 NetworkPolicies have no effect: other has no policy engine");
    assert_eq!(found.findings[0].severity, Severity::Error);
}

#[test]
fn nodes_whose_agent_runs_with_policy_off_are_named() {
    let mut snapshot = cluster(3);
    for (name, nodes, flag) in [("on", &["n1"][..], "--run-firewall=true"), ("off", &["n2", "n3"], "--run-firewall=false")] {
        let words: &[&str] = &["kube-router=cloudnativelabs/kube-router:v2.8.0", "--run-service-proxy=true", flag];
        let mut workload = daemon_set(&snapshot, name, "k8s-app=kube-router", &[words]);
        workload.node_selector = labels(&[&format!("pool={name}")]);
        workload.rollout = cnitui::snapshot::Rollout { observed: true, ..Default::default() };
        for node in nodes {
            change(&mut snapshot, node, |n| n.labels = labels(&[&format!("pool={name}")]));
        }
        install(&mut snapshot, workload, nodes);
    }
    let ask = |snapshot: &Snapshot| assess(snapshot, real());
    assert_eq!(ids(&ask(&snapshot)), ["pod-cidr-missing"; 3], "nobody wrote a policy");
    snapshot.policies.insert(Arc::new(policy("shop", "web")));
    let findings = ask(&snapshot).findings;
    let found = findings.iter().find(|finding| finding.id == "policies-not-enforced").unwrap();
    assert_eq!(
        (found.severity, found.message.as_str()),
        (Severity::Error, "2 nodes enforce no policy: in off --run-firewall is false; n2, n3")
    );
    assert_eq!(found.nodes, ["n2", "n3"]);
}

#[test]
fn kinds_of_policies_that_the_enforcer_does_not_read_are_worth_knowing() {
    let mut snapshot = healthy(1);
    snapshot.crds.insert(Arc::new(crd("adminnetworkpolicies.policy.networking.k8s.io")));
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["policy-kinds-ignored"]);
    assert_eq!(found.findings[0].message, "AdminNetworkPolicy can be created here and net does not read them");
}

#[test]
fn a_forbidden_list_is_unknown_and_its_checks_do_not_run() {
    let mut snapshot = healthy(2);
    forbid(&mut snapshot, Kind::Pod);
    let assessment = ask(&snapshot);
    assert_eq!(ids(&assessment), ["enforcement-unknown", "list-unreadable"]);
    assert!(assessment.findings.iter().all(|finding| finding.severity == Severity::Unknown));
    assert_eq!(assessment.findings[0].message, "Cannot tell: you may not read Pods.");
    assert_eq!(assessment.findings[1].object.to_string(), "List Pod");
    let could_not: Vec<&str> = assessment.could_not.iter().map(|(id, _)| *id).collect();
    let of_pods = CHECKS.iter().filter(|check| check.needs.contains(&Kind::Pod)).map(|check| check.id);
    assert_eq!(could_not, of_pods.collect::<Vec<_>>());
    assert!(could_not.contains(&"agent-not-ready") && !could_not.contains(&"agent-rollout"), "{could_not:?}");
    assert_eq!(assessment.ran + could_not.len(), of_lists());
}

#[test]
fn a_list_that_is_not_current_is_unknown_with_its_reason() {
    let mut snapshot = healthy(1);
    let since = snapshot.taken_at;
    snapshot.sources.of_mut(Kind::Service).state = State::Stale { since, why: "connection reset".into(), retry_at: None };
    let found = ask(&snapshot);
    assert_eq!(ids(&found), ["list-unreadable"]);
    assert_eq!(found.findings[0].message, "could be read last then: connection reset");
}

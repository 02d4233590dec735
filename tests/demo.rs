//! The demo clusters say what they are meant to show, with the providers' own signatures.

#![allow(clippy::unwrap_used, reason = "a scene that is missing may panic")]

mod fixture;

use cnitui::catalog::Catalog;
use cnitui::detect::{Confidence, Verdict};
use cnitui::health::{Assessment, Severity, assess};
use cnitui::session::demo;
use cnitui::snapshot::{Kind, Snapshot, Source, State, scenes};

fn open(name: &str) -> (Snapshot, Assessment) {
    let snapshot = demo(name, fixture::real()).unwrap();
    let assessment = assess(&snapshot, fixture::real());
    (snapshot, assessment)
}

#[test]
fn a_scene_keeps_the_config_maps_that_a_live_cluster_would_be_asked_for() {
    let names = |snapshot: &Snapshot| snapshot.config_maps.iter().map(|map| map.name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&open("healthy").0), ["cilium-config"]);
    assert!(demo("healthy", &Catalog::default()).unwrap().config_maps.is_empty());
}

#[test]
fn a_scene_is_a_complete_cluster_so_no_list_of_it_is_unknown() {
    let state = |scene: &str, kind| open(scene).0.sources.of(kind).state.clone();
    assert_eq!(state("crash-loop", Kind::CalicoGlobalNetworkPolicy), State::Live, "installed, and there is none");
    assert_eq!(state("crash-loop", Kind::CiliumNetworkPolicy), State::Absent);
    assert_eq!(state("healthy", Kind::CiliumNetworkPolicy), State::Live);
    assert_eq!(state("ignored-policies", Kind::AdminNetworkPolicy), State::Absent);
    for (name, _) in scenes() {
        let told = |(_, source): (Kind, &Source)| matches!(source.state, State::Live | State::Absent);
        assert!(open(name).0.sources.iter().all(told), "{name}");
    }
}

/// Severity, id and object of every finding.
fn findings(assessment: &Assessment) -> Vec<(Severity, &str, String)> {
    assessment.findings.iter().map(|finding| (finding.severity, finding.id, finding.object.to_string())).collect()
}

#[test]
fn every_scene_is_read_without_a_problem_and_identified_for_certain() {
    for (name, _) in scenes() {
        let (snapshot, assessment) = open(name);
        assert_eq!(*snapshot.problems, [], "{name}");
        assert_eq!(assessment.could_not, [], "{name}: all lists are there");
        assert_eq!(assessment.detection.network.confidence, Confidence::Certain, "{name}");
        assert!(assessment.policies.policies.len() > 10, "{name}");
    }
    assert_eq!(scenes()[0].0, "crash-loop", "the one to begin with");
}

#[test]
fn crash_loop_names_the_pod_and_folds_what_follows_from_it() {
    let (_, assessment) = open("crash-loop");
    let detection = &assessment.detection;
    assert_eq!((detection.network.provider.as_deref(), detection.network.version.as_deref()), (Some("calico"), None));
    assert_eq!(detection.network.mode.encapsulation.as_deref(), Some("vxlan"));
    assert_eq!(detection.network.mode.cross_subnet, Some(true));
    assert_eq!(detection.policy.sentence, "Enforced on 5 of 6 nodes. On worker-4 cannot tell: agent down.");
    let cause = &assessment.findings[0];
    assert_eq!(cause.message, "crash-loops: calico-node exited 1, 14 restarts");
    assert_eq!(cause.nodes, ["worker-4"]);
    assert_eq!(cause.likely.as_deref(), Some("kernel 5.4.0-216-generic; Calico v3.32.1 asks for 5.10 or newer"));
    assert_eq!(cause.remedy, "kubectl -n kube-system rollout undo daemonset/calico-node");
    assert_eq!(
        cause.symptoms,
        [
            "rollout stuck: DaemonSet calico-node updated 3 of 6",
            "node condition NetworkUnavailable, CalicoIsDown, Calico is shutting down on this node",
            "9 pods wait in ContainerCreating",
            "policy changes since 14:02 UTC have not reached this node",
        ]
    );
    let versions: Vec<_> = assessment.findings[1].evidence.iter().map(|one| (one.object.as_str(), one.says.as_str())).collect();
    let expected = [("v3.31.7", "on control-1, worker-1, worker-3"), ("v3.32.1", "on worker-2, worker-4, worker-5")];
    assert_eq!(versions, expected, "each version with its nodes");
    let rest = &findings(&assessment)[1..];
    let of_agent = |id| (Severity::Info, id, "DaemonSet kube-system/calico-node".to_owned());
    assert_eq!(rest, [of_agent("agent-versions"), of_agent("release-outdated")]);
}

#[test]
fn healthy_has_nothing_to_say() {
    let (snapshot, assessment) = open("healthy");
    let detection = &assessment.detection;
    assert_eq!((detection.network.provider.as_deref(), detection.network.version.as_deref()), (Some("cilium"), Some("v1.20.0")));
    assert_eq!(detection.network.mode.data_plane.as_deref(), Some("ebpf"));
    assert_eq!((detection.policy.verdict, detection.policy.nodes.enforced), (Verdict::Enforced, 6));
    assert_eq!(findings(&assessment), []);
    assert_eq!(snapshot.nodes.len(), 6);
}

#[test]
fn ignored_policies_counts_them() {
    let (_, assessment) = open("ignored-policies");
    assert_eq!(assessment.detection.network.provider.as_deref(), Some("flannel"));
    assert_eq!(assessment.detection.network.version.as_deref(), Some("v0.28.9"));
    assert_eq!(
        assessment.detection.policy.sentence,
        "Not enforced: flannel has no policy engine here. 14 policies have no effect."
    );
    assert_eq!(findings(&assessment), [(Severity::Error, "policies-not-enforced", "cluster".to_owned())]);
}

#[test]
fn upgrade_is_in_the_middle_and_nothing_is_broken() {
    let (_, assessment) = open("upgrade");
    assert_eq!(assessment.detection.network.provider.as_deref(), Some("kube-router"));
    assert_eq!(assessment.detection.policy.verdict, Verdict::Enforced);
    assert_eq!(assessment.agents[0].versions, [("v2.11.1".into(), 2), ("v2.12.0".into(), 3)]);
    let object = || "DaemonSet kube-system/kube-router".to_owned();
    assert_eq!(
        findings(&assessment),
        [(Severity::Warning, "agent-rollout", object()), (Severity::Info, "agent-versions", object())]
    );
}

#[test]
fn no_agent_says_which_taint_keeps_it_away() {
    let (_, assessment) = open("no-agent");
    assert_eq!(assessment.detection.policy.enforcer.as_deref(), Some("kube-network-policies"), "its container does it");
    assert_eq!(assessment.detection.policy.sentence, "Enforced on 5 of 6 nodes. gpu-1 has no agent.");
    assert_eq!(findings(&assessment), [(Severity::Error, "node-without-agent", "Node gpu-1".to_owned())]);
    let finding = &assessment.findings[0];
    let why = "has no agent: DaemonSet kube-flannel/kube-flannel-ds does not tolerate its taint nvidia.com/gpu=present:NoExecute";
    assert_eq!(finding.message, why);
    assert_eq!(finding.symptoms.len(), 1, "that the node is not ready follows from it");
}

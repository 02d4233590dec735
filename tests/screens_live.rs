//! The screens about a cluster by key script: Cluster and what is inside it, Policies and what is inside it.
//!
//! What is drawn stands in `tests/snapshots`, as text and then roles by column; behaviours are asserted here.

#![allow(clippy::unwrap_used, clippy::type_complexity, reason = "a test that meets what it does not expect stops there")]

#[path = "screens/harness.rs"]
mod harness;

use cnitui::present::Role;
use cnitui::snapshot::{Kind, Link, NetworkPolicy, Origin, Snapshot, State};
use cnitui::tui::msg::Facts;
use cnitui::tui::{Effect, Msg};
use harness::{NOW, Stage, demo};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

#[path = "screens/hints.rs"]
mod hints;

const SMALL: (u16, u16) = (80, 24);
const MIDDLE: (u16, u16) = (120, 36);
const LARGE: (u16, u16) = (200, 60);
const SCENES: [&str; 5] = ["healthy", "crash-loop", "ignored-policies", "upgrade", "no-agent"];

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

/// The healthy cluster as a live one, changed.
fn live(size: (u16, u16), change: impl FnOnce(&mut Snapshot)) -> Stage {
    let mut snapshot = (*Stage::demo(size, "healthy").model.world.snapshot).clone();
    snapshot.origin = Origin::Live { context: "prod-eu".into() };
    snapshot.server_version = Some("v1.36.2".into());
    snapshot.link = Link::Up;
    change(&mut snapshot);
    Stage::new(size).attach(snapshot)
}

fn set(snapshot: &mut Snapshot, kind: Kind, state: State) {
    snapshot.sources.of_mut(kind).state = state;
}

fn partial_rights(snapshot: &mut Snapshot) {
    for kind in [Kind::DaemonSet, Kind::Deployment] {
        set(snapshot, kind, State::Forbidden { why: "no".into() });
    }
    snapshot.workloads = [].into_iter().collect();
    stale(snapshot);
}

fn stale(snapshot: &mut Snapshot) {
    let (since, retry_at) = (ago(365), Some(now() + SignedDuration::from_secs(8)));
    set(snapshot, Kind::Pod, State::Stale { since, why: "connection reset".into(), retry_at });
}

fn syncing(snapshot: &mut Snapshot) {
    set(snapshot, Kind::Pod, State::Syncing { of: Some(150_000) });
    snapshot.sources.of_mut(Kind::Pod).items = 41_500;
}

fn down(snapshot: &mut Snapshot) {
    let why = "connection refused, 10.0.0.1:6443";
    snapshot.link = Link::Down { since: ago(125), why: why.into(), retry_at: Some(now() + SignedDuration::from_secs(30)) };
    for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_installed()) {
        set(snapshot, kind, State::Stale { since: ago(125), why: why.into(), retry_at: None });
    }
}

#[test]
fn every_scene_looks_like_this() {
    for scene in SCENES {
        for size in [SMALL, MIDDLE] {
            for (name, script) in [("cluster", "3"), ("policies", "4")] {
                insta::assert_snapshot!(format!("{name}-{scene}-{}", size.0), demo(size, scene, script).with_roles());
            }
        }
    }
}

#[test]
fn what_cannot_be_known_looks_like_this() {
    let states: [(&str, fn(&mut Snapshot)); 4] =
        [("partial-rights", partial_rights), ("stale", stale), ("syncing", syncing), ("down", down)];
    for (state, change) in states {
        for size in [SMALL, MIDDLE] {
            for (name, script) in [("cluster", "3"), ("policies", "4")] {
                insta::assert_snapshot!(
                    format!("{name}-{state}-{}", size.0),
                    live(size, change).press(script).draw().with_roles()
                );
            }
        }
    }
}

#[test]
fn one_level_in_looks_like_this() {
    for (name, small, middle) in [
        ("nodes", "3 m", "3 m"),
        ("node", "3 m enter", "3 m enter"),
        // What stands in two columns at 120 stands further down at 80.
        ("agent", "3 tab enter", "3 tab tab tab enter"),
        ("inventory", "4 tab", "4 tab"),
        ("namespace", "4 G enter", "4 G enter"),
    ] {
        for (size, script) in [(SMALL, small), (MIDDLE, middle)] {
            insta::assert_snapshot!(format!("{name}-{}", size.0), demo(size, "crash-loop", script).with_roles());
        }
    }
}

#[test]
fn the_pods_of_an_agent_stand_worst_first() {
    for (size, script) in [(SMALL, "3 tab enter"), (MIDDLE, "3 tab tab tab enter")] {
        insta::assert_snapshot!(format!("agent-{}", size.0), demo(size, "crash-loop", script).with_roles());
    }
}

#[test]
fn evidence_that_does_not_fit_says_so_and_is_reached_page_by_page() {
    let mut stage = Stage::demo(SMALL, "crash-loop").press("3 e");
    assert!(stage.draw().row("J K").contains("more below"), "{}", stage.draw().text());
    assert!(!stage.draw().has("EVIDENCE"));
    stage.keys("J J J J J J J J J");
    assert!(
        stage.draw().has("CrashLoopBackOff, calico-node exited 1") && stage.draw().has("more above"),
        "{}",
        stage.draw().text()
    );
    assert!(!stage.draw().row("J K").contains("below"), "the last line is seen");
    stage.keys("j");
    assert_eq!(stage.model.pane, 0, "another row begins at its top");
}

#[test]
fn a_policy_opens_with_its_rules_in_words_and_its_yaml() {
    for (size, script) in [(SMALL, "4 tab j enter"), (MIDDLE, "4 G enter j enter")] {
        insta::assert_snapshot!(format!("policy-{}", size.0), demo(size, "crash-loop", script).with_roles());
    }
    let mut stage = Stage::demo(SMALL, "crash-loop").press("4 tab enter e");
    assert!(stage.draw().has("apiVersion: networking.k8s.io/v1"), "{}", stage.draw().text());
    stage.keys("esc");
    assert!(stage.draw().has("INGRESS"));
    stage.keys("esc");
    assert!(stage.draw().has("[Inventory]"), "out by the way in");
    assert!(demo(LARGE, "crash-loop", "4 tab enter").has("YAML"), "beside, where there is room");
}

#[test]
fn the_status_line_never_loses_the_verdict_to_a_long_name() {
    let files = |snapshot: &mut Snapshot| {
        snapshot.origin = Origin::Files { name: "/tmp/dumps/kops-amazon-vpc-cni-with-a-long-name.yaml".into() };
    };
    let status = live(SMALL, files).press("3").draw().rows()[22].clone();
    assert_eq!(status, " kops-amazon-vpc-cni-wi….yaml  file  Cilium v1.20.0  ✓ enforced, configured  ✓ 0");
    assert!(live(MIDDLE, files).press("3").draw().rows()[34].contains("long-name.yaml  file, "));
}

#[test]
fn a_long_error_takes_two_lines() {
    let stage = live(SMALL, |snapshot| {
        let why = "certificate is not valid for any names, but wanted to match kubernetes.default.svc ".repeat(9);
        snapshot.link = Link::Down { since: ago(125), why: why.into(), retry_at: None };
    });
    let picture = stage.press("3").draw();
    assert!(picture.rows()[4].ends_with('…'), "{}", picture.text());
    assert!(picture.rows()[5].contains("Policies"), "{}", picture.text());
}

#[test]
fn a_screen_with_nothing_to_show_hints_no_key_of_its_own() {
    let mut stage = live(SMALL, |snapshot| {
        *snapshot = Snapshot { origin: snapshot.origin.clone(), ..Snapshot::default() };
        snapshot.link = Link::Connecting { since: ago(3) };
    });
    for tab in ["3", "4"] {
        stage.keys(tab);
        assert_eq!(stage.draw().rows()[23], " ? help");
    }
}

#[test]
fn the_verdict_with_its_reason_is_the_first_line() {
    let picture = demo(MIDDLE, "healthy", "3");
    assert_eq!(picture.rows()[4], " ✓ Healthy. Cilium v1.20.0 carries packets and enforces policy on 6 of 6 nodes.");
    assert_eq!(picture.role("Healthy"), Role::Good);
    // Of what Calico, Antrea and others alone have, nothing is here to be checked.
    let is_here = |check: &&cnitui::health::Check| check.needs.iter().any(|kind| !kind.is_installed());
    let checks = cnitui::health::CHECKS.iter().filter(is_here).count();
    assert_eq!(picture.row("FINDINGS"), format!(" FINDINGS   none. {checks} checks ran, 0 could not."));
    let picture = demo(MIDDLE, "crash-loop", "3");
    assert!(picture.rows()[4].starts_with(" ✗ worker-4: its agent crash-loops, 30m."), "{}", picture.rows()[4]);
    assert_eq!(picture.rows()[7], " FINDINGS   1 cause with 4 symptoms, 2 more");
}

#[test]
fn what_is_likely_stands_beneath_the_finding_as_a_guess() {
    let picture = demo(MIDDLE, "crash-loop", "3");
    let at = picture.rows().iter().position(|row| row.contains("its agent") || row.contains("calico-node-")).unwrap();
    assert!(picture.rows().iter().skip(at).any(|row| row.contains("likely because   kernel 5.4.0")), "{}", picture.text());
    assert_eq!(picture.role("likely because"), Role::Muted);
}

#[test]
fn without_one_list_nothing_is_called_well() {
    for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_installed() && *kind != Kind::Ingress) {
        for state in [State::Forbidden { why: "no".into() }, State::Unknown, State::Syncing { of: None }, State::Absent] {
            let stage = live(MIDDLE, |snapshot| set(snapshot, kind, state.clone()));
            let picture = stage.press("3").draw();
            assert!(!picture.has("Healthy"), "{kind:?} {state:?}");
            assert!(picture.rows()[4].starts_with(" ? "), "{kind:?} {state:?}: {}", picture.rows()[4]);
            assert!(picture.has("11 of 12 live"), "{kind:?} {state:?}");
        }
    }
    for kind in [Kind::Node, Kind::Pod, Kind::DaemonSet] {
        let stage = live(MIDDLE, |snapshot| set(snapshot, kind, State::Forbidden { why: "no".into() }));
        assert!(!stage.press("3 m").draw().has("well."), "{kind:?}");
    }
}

#[test]
fn a_forbidden_list_says_what_gives_it_and_copies_the_rule() {
    let stage = live(MIDDLE, partial_rights).press("3");
    let picture = stage.draw();
    assert!(picture.row("DaemonSet            ⊘").ends_with("rule 2 of the ClusterRole gives it"), "{}", picture.text());
    assert!(picture.has("apiGroups: [apps]  resources: [daemonsets, deployments]  verbs: [list, watch]"));
    assert!(picture.row("Pod                  ◷").contains("connection reset; trying again in 8s"));
    let stage = stage.press("j y");
    let copied = stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text.starts_with("apiGroups: [apps]")));
    assert!(copied, "{:?}", stage.effects);
}

#[test]
fn policies_that_nobody_enforces_protect_nothing() {
    let picture = demo(MIDDLE, "ignored-policies", "4");
    assert!(picture.rows()[4].contains("none enforced. Every pod may reach every pod."), "{}", picture.rows()[4]);
    assert_eq!(picture.role("none enforced"), Role::Bad);
    let bars = picture.rows().into_iter().filter(|row| row.contains('/') && row.contains('■')).count();
    assert_eq!(bars, 0);
}

#[test]
fn in_force_is_only_what_runs_where_the_enforcer_is_well() {
    let picture = demo(MIDDLE, "crash-loop", "4");
    let shop = picture.row("shop  ");
    assert!(shop.contains('■') && shop.contains('?'), "{shop}");
    assert!(!picture.row("batch  ").contains('■'));
    let healthy = demo(MIDDLE, "healthy", "4");
    assert!(healthy.rows().iter().all(|row| !row.contains("■?")), "{}", healthy.text());
}

#[test]
fn in_five_times_and_out_five_times_is_the_same_row() {
    for (script, size) in [("3", SMALL), ("3 j", MIDDLE), ("4 j j", MIDDLE), ("4 tab j", LARGE), ("4 / \"shop\" enter", SMALL)] {
        let mut stage = Stage::demo(size, "crash-loop").press(script);
        let place = |stage: &Stage| {
            let policies = &stage.model.policies;
            let keys = (stage.model.cluster.cursor.key.clone(), policies.coverage.key.clone(), policies.inventory.key.clone());
            (keys, policies.filter.clone(), stage.model.screen)
        };
        let before = place(&stage);
        stage.keys("enter enter enter enter enter");
        while stage.model.screen != before.2 {
            stage.key("esc");
        }
        assert_eq!(place(&stage), before, "{script}");
    }
    let mut stage = Stage::demo(MIDDLE, "crash-loop").press("3 m j");
    let before = stage.draw().text();
    stage.keys("enter");
    assert!(stage.draw().has("       worker-1"));
    stage.keys("enter");
    assert_eq!(stage.draw().text(), before, "a group of nodes opens to its nodes, and closes again");
}

#[test]
fn enter_on_symptoms_folds_them() {
    let stage = Stage::demo(MIDDLE, "crash-loop").press("3 j enter");
    assert!(stage.draw().has("└ 4 symptoms"));
    assert!(!stage.draw().has("rollout stuck"));
    assert!(stage.press("enter").draw().has("├ rollout stuck"));
}

#[test]
fn enter_opens_a_finding_with_all_that_is_known_of_it() {
    let picture = demo(MIDDLE, "crash-loop", "3 enter");
    for words in [
        "where     Pod kube-system/calico-node-",
        "matters   New pods",
        "do        kubectl -n kube-system rollout undo",
        "check     agent-not-ready",
    ] {
        assert!(picture.has(words), "{words}\n{}", picture.text());
    }
    let stage = Stage::demo(MIDDLE, "crash-loop").press("3 enter y");
    assert_eq!(stage.effects, [Effect::Copy("kubectl -n kube-system rollout undo daemonset/calico-node".into())]);
}

#[test]
fn a_finding_that_is_over_says_so() {
    let mut stage = Stage::demo(MIDDLE, "crash-loop").press("3 enter");
    let healed = (*Stage::demo(MIDDLE, "healthy").model.world.snapshot).clone();
    stage = stage.attach(healed);
    assert!(stage.draw().has("is not found any more"), "{}", stage.draw().text());
}

#[test]
fn tab_goes_from_pane_to_pane_and_back() {
    let mut stage = Stage::demo(MIDDLE, "healthy").press("3");
    stage.key("tab");
    let mut seen = vec![stage.model.cluster.cursor.key.clone()];
    for _ in 0..5 {
        stage.key("tab");
        seen.push(stage.model.cluster.cursor.key.clone());
    }
    assert_eq!(seen[5], seen[0], "{seen:?}");
    assert_eq!(seen.iter().take(5).collect::<std::collections::HashSet<_>>().len(), 5, "{seen:?}");
    stage.key("shift-tab");
    assert_eq!(stage.model.cluster.cursor.key, seen[4]);
}

#[test]
fn on_a_small_terminal_the_lists_beside_the_nodes_are_reached_and_unfold() {
    let stage = Stage::demo(SMALL, "healthy").press("3 <tab> <tab>");
    assert!(stage.draw().row("LISTS").contains("▸LISTS"), "{}", stage.draw().text());
    let stage = stage.press("<enter>");
    assert!(stage.draw().row("▸").starts_with("▸LISTS"), "{}", stage.draw().text());
    assert!(stage.press("j").draw().row("▸").contains("live"));
}

#[test]
fn evidence_says_which_object_says_what() {
    let picture = demo(MIDDLE, "healthy", "3 k e");
    assert!(picture.has("DaemonSet kube-system/cilium") && picture.has("image "), "{}", picture.text());
    assert!(!demo(MIDDLE, "healthy", "3 k e esc").has("EVIDENCE"));
}

#[test]
fn the_filter_narrows_namespaces_and_policies() {
    let picture = demo(MIDDLE, "healthy", "4 / \"ns:shop\" enter");
    assert!(picture.has("1 of 8   /ns:shop"), "{}", picture.text());
    let picture = demo(MIDDLE, "healthy", "4 tab / \"ns:shop !deny\" enter");
    assert!(
        picture.has("shop/api-from-web") && !picture.has("shop/default-deny") && !picture.has("payments/"),
        "{}",
        picture.text()
    );
    let picture = demo(MIDDLE, "healthy", "4 / \"!kind:networkpolicy\" enter");
    assert!(picture.has("kube-system") && !picture.has("shop "), "namespaces without one: {}", picture.text());
    assert!(demo(MIDDLE, "healthy", "4 / \"knd:x\"").has("no column \"knd\""));
    assert!(demo(MIDDLE, "healthy", "4 / \"nothing\" enter").has("Nothing matches /nothing"));
}

#[test]
fn the_command_names_the_place() {
    let stage = live(MIDDLE, |_| {}).press("3 Y 4 Y <tab> Y");
    let asked = ["status", "policy coverage", "policy list"];
    assert_eq!(stage.effects, asked.map(|asked| Effect::Copy(format!("cnitui {asked} --context prod-eu"))));
}

#[test]
fn the_smallest_terminal_shows_verdict_and_rows() {
    for scene in SCENES {
        for script in ["3", "3 m", "3 m enter", "3 enter", "4", "4 tab", "4 enter"] {
            let picture = demo((60, 16), scene, script);
            assert!(picture.rows().iter().all(|row| unicode_width::UnicodeWidthStr::width(row.as_str()) <= 60));
        }
        assert!(demo((60, 16), scene, "3").has("▸"), "{scene}");
    }
}

#[test]
fn every_key_is_taken_anywhere_without_harm() {
    let keys = "h j k l g G ctrl-d ctrl-u ctrl-f ctrl-b n N tab shift-tab e [ ] m enter esc x space";
    for size in [(60, 16), LARGE] {
        for start in ["3", "3 m enter", "4", "4 enter"] {
            for states in [partial_rights as fn(&mut Snapshot), down, syncing, |snapshot| {
                *snapshot = Snapshot { origin: snapshot.origin.clone(), ..Snapshot::default() }
            }] {
                live(size, states).press(start).press(keys).draw();
            }
        }
    }
}

#[test]
fn what_is_compared_begins_with_the_provider_that_is_here() {
    let mut stage = Stage::demo(LARGE, "healthy");
    let here = stage.model.here().unwrap().id.clone();
    stage.model.toggle_mark("romana");
    stage.model.toggle_mark("weave-net");
    assert_eq!(stage.model.comparable("flannel"), [here.as_str(), "romana", "weave-net"]);
    stage.model.toggle_mark(&here);
    assert_eq!(stage.model.comparable("flannel"), ["romana", "weave-net", here.as_str()], "marked by hand it keeps its place");
}

#[test]
fn a_cluster_is_opened_on_its_own_screen_and_without_one_there_is_the_matrix() {
    let mut stage = Stage::new(MIDDLE);
    stage.model.open_on_cluster();
    let nobody = |stage: Stage| {
        let link = Link::Unconfigured { why: "Looked at ~/.kube/config (no such file).".into() };
        stage.attach(Snapshot { link, ..Snapshot::default() }).draw().text()
    };
    assert!(nobody(stage).contains("[1 Matrix]"));
    let mut gone = Stage::new(MIDDLE).press("3");
    assert!(gone.draw().has("[3 Cluster]"));
    gone.model.generation.0 += 1;
    assert!(nobody(gone).contains("[3 Cluster]"), "who went somewhere stays there");
}

#[test]
fn enter_on_a_pod_of_an_agent_opens_its_node_and_esc_comes_back() {
    let stage = Stage::demo(MIDDLE, "crash-loop").press("3 tab tab tab enter enter");
    assert!(stage.draw().has("Cluster › crash-loop › Nodes › worker-4"));
    assert!(stage.press("esc").draw().has("› DaemonSet kube-system/calico-node"));
    let nodes = Stage::demo(MIDDLE, "crash-loop").press("3 m enter esc");
    assert!(nodes.draw().has("› Nodes"), "the list of nodes is where one came from");
}

/// Lets so many seconds pass.
fn pass(stage: &mut Stage, seconds: i64) {
    let then = stage.model.now + SignedDuration::from_secs(seconds);
    stage.send(Msg::Tick(then));
}

/// The same cluster with one policy more.
fn with_policy(stage: &Stage, name: &str) -> Snapshot {
    let mut snapshot = (*stage.model.world.snapshot).clone();
    let policy =
        NetworkPolicy { namespace: "shop".into(), name: name.into(), isolates_ingress: true, ..NetworkPolicy::default() };
    snapshot.policies.insert(Arc::new(policy));
    snapshot
}

#[test]
fn what_changes_while_one_watches_is_listed_and_leads_to_its_object() {
    let mut stage = live(LARGE, |_| {}).press("3");
    assert!(stage.draw().row("SINCE YOU ATTACHED").ends_with("0s   nothing changed"));
    pass(&mut stage, 3);
    let more = with_policy(&stage, "late");
    stage = stage.attach(more);
    assert!(stage.draw().row("policy shop/late").contains("+ policy shop/late   new"));
    assert_eq!(stage.draw().role("+ policy shop/late"), Role::Accent);
    assert!(stage.press("G enter").draw().has("Policies › prod-eu › shop"));
}

#[test]
fn rows_keep_their_place_until_the_keys_rest() {
    let mut stage = live(MIDDLE, |_| {}).press("4 j");
    let more = with_policy(&stage, "late");
    stage = stage.attach(more);
    let held = stage.draw();
    assert!(held.row("Policies ›").ends_with("1 new") && held.has("14 NetworkPolicies"), "{}", held.text());
    stage.key("k");
    pass(&mut stage, 1);
    assert!(stage.draw().has("1 new"));
    pass(&mut stage, 2);
    let shown = stage.draw();
    assert!(!shown.has("1 new") && shown.has("15 NetworkPolicies"), "{}", shown.text());
}

#[test]
fn what_was_concluded_while_frozen_is_shown_on_resuming() {
    let mut stage = live(MIDDLE, |_| {}).press("4");
    pass(&mut stage, 3);
    let more = with_policy(&stage, "late");
    stage.send(Msg::Snapshot(stage.model.generation, Facts(Arc::new(more))));
    stage.keys("z");
    stage.answer();
    assert!(stage.draw().has("14 NetworkPolicies"));
    stage.keys("z");
    stage.answer();
    pass(&mut stage, 3);
    assert!(stage.draw().has("15 NetworkPolicies"), "{}", stage.draw().text());
}

#[test]
fn a_cell_that_changed_is_in_accent_for_two_seconds() {
    let mut stage = live(MIDDLE, |_| {}).press("3");
    pass(&mut stage, 3);
    assert_eq!(stage.draw().role("NetworkPolicy 14"), Role::Text);
    let more = with_policy(&stage, "late");
    stage = stage.attach(more);
    assert_eq!(stage.draw().role("NetworkPolicy 15"), Role::Accent);
    assert_eq!(stage.draw().role("vxlan"), Role::Text);
    pass(&mut stage, 2);
    assert_eq!(stage.draw().role("NetworkPolicy 15"), Role::Text);
}

/// The healthy cluster as a live one, seen now.
fn watched(size: (u16, u16)) -> Stage {
    live(size, |snapshot| {
        snapshot.taken_at = now();
        for kind in Kind::ALL.into_iter().filter(|kind| snapshot.sources.of(*kind).state == State::Unknown).collect::<Vec<_>>() {
            set(snapshot, kind, State::Live);
        }
    })
}

/// The same cluster, whose agent got another image and then fails on one node.
fn upgraded(stage: &mut Stage) {
    let agent = stage.model.world.assessment.detection.agents[0].clone();
    let mut snapshot = (*stage.model.world.snapshot).clone();
    let at = snapshot.workloads.iter().position(|one| one.name == agent.name && one.namespace == agent.namespace).unwrap();
    let mut workload = cnitui::snapshot::Workload::clone(snapshot.workloads.get(at as u32).unwrap());
    let mut containers = workload.containers.to_vec();
    for container in &mut containers {
        container.image = format!("{}-next", container.image).as_str().into();
    }
    workload.containers = containers.into();
    snapshot.workloads.replace(at as u32, Arc::new(workload));
    snapshot.taken_at += SignedDuration::from_secs(10);
    pass(stage, 10);
    stage.send(Msg::Snapshot(stage.model.generation, Facts(Arc::new(snapshot.clone()))));
    stage.answer();
    let at = snapshot.pods.iter().position(|pod| pod.owner.as_ref().is_some_and(|owner| owner.name == agent.name)).unwrap();
    let mut pod = cnitui::snapshot::Pod::clone(snapshot.pods.get(at as u32).unwrap());
    pod.ready = false;
    snapshot.pods.replace(at as u32, Arc::new(pod));
    snapshot.taken_at += SignedDuration::from_secs(153);
    pass(stage, 153);
    stage.send(Msg::Snapshot(stage.model.generation, Facts(Arc::new(snapshot))));
    stage.answer();
}

#[test]
fn the_timeline_looks_like_this() {
    for size in [SMALL, MIDDLE, LARGE] {
        let mut stage = watched(size).press("7");
        pass(&mut stage, 3);
        insta::assert_snapshot!(format!("timeline-quiet-{}", size.0), stage.draw().with_roles());
        upgraded(&mut stage);
        let more = with_policy(&stage, "late");
        stage = stage.attach(more);
        insta::assert_snapshot!(format!("timeline-{}", size.0), stage.draw().with_roles());
    }
}

#[test]
fn a_finding_is_told_with_what_changed_before_it_and_a_change_with_what_followed() {
    let mut stage = watched(MIDDLE).press("7");
    pass(&mut stage, 3);
    assert!(stage.draw().has("✓ Nothing is wrong now that was well at"), "{}", stage.draw().text());
    upgraded(&mut stage);
    let drawn = stage.draw();
    assert!(drawn.row("Worst since you attached").contains("2m 33s after DaemonSet"), "{}", drawn.text());
    stage.keys("n");
    assert!(stage.draw().has("what came before it, nearest first"), "{}", stage.draw().text());
    assert!(stage.draw().row("2m 33s before").ends_with("of the same workload"), "{}", stage.draw().text());
    stage.keys("G");
    assert!(stage.draw().row("  2m 33s after    ").contains("✗ Pod"), "{}", stage.draw().text());
    stage.keys("e");
    assert!(stage.draw().has("-next") && stage.draw().has("- before, + after"), "{}", stage.draw().text());
    stage.keys("esc n enter");
    assert!(stage.draw().has("Cluster › prod-eu › Finding") || stage.draw().has("Finding"), "{}", stage.draw().text());
    stage.keys("- / \"is:wrong\" enter");
    assert!(stage.draw().row("Timeline ›").contains("1 of "), "{}", stage.draw().text());
}

#[test]
fn a_gap_in_watching_is_a_row_and_no_verdict_is_well_over_it() {
    let mut stage = watched(MIDDLE).press("7");
    pass(&mut stage, 3);
    let up = (*stage.model.world.snapshot).clone();
    let mut silent = up.clone();
    down(&mut silent);
    silent.taken_at += SignedDuration::from_secs(5);
    stage = stage.attach(silent);
    pass(&mut stage, 190);
    assert!(stage.draw().row("nothing is seen").contains("? Since "), "{}", stage.draw().text());
    let again = Snapshot { taken_at: up.taken_at + SignedDuration::from_secs(195), ..up };
    stage = stage.attach(again);
    let drawn = stage.draw();
    assert!(drawn.row("not watching, 3m 10s").contains("connection refused"), "{}", drawn.text());
    assert_eq!(drawn.role("not watching"), Role::Unknown);
    assert!(drawn.row("Timeline ›").contains("one gap") || drawn.row("Timeline ›").contains("1 gap"), "{}", drawn.text());
    assert!(drawn.has("? Nothing is wrong now") && !drawn.has("✓ Nothing is wrong"), "{}", drawn.text());
}

#[test]
fn what_earlier_runs_recorded_is_told_on_its_day_with_the_gap_between() {
    let lines = "{\"schema\":\"cnitui.timeline/v1\",\"at\":\"2026-11-19T12:00:00Z\",\"cluster\":\"prod-eu\",\"turn\":\"watching\",\"what\":\"watching\"}\n\
        {\"schema\":\"cnitui.timeline/v1\",\"at\":\"2026-11-19T12:00:05Z\",\"cluster\":\"prod-eu\",\"turn\":\"added\",\"kind\":\"NetworkPolicy\",\
        \"namespace\":\"shop\",\"name\":\"old\",\"what\":\"new\"}\n";
    let (past, problems) = cnitui::timeline::read("changes.jsonl", lines);
    assert_eq!(problems, []);
    let mut snapshot = (*Stage::demo(MIDDLE, "healthy").model.world.snapshot).clone();
    (snapshot.origin, snapshot.link, snapshot.taken_at) = (Origin::Live { context: "prod-eu".into() }, Link::Up, now());
    let mut stage = Stage::new(MIDDLE);
    stage.model.past = past.into();
    stage = stage.attach(snapshot).press("7");
    assert!(stage.draw().has("watching") && !stage.draw().has("policy shop/old"), "{}", stage.draw().text());
    stage.keys("[");
    let drawn = stage.draw();
    assert!(drawn.has("policy shop/old") && drawn.has("cnitui was not running") && drawn.has("2026-11-19"), "{}", drawn.text());
    assert!(stage.press("3").draw().has("nothing changed"), "what was before is not since you attached");
}

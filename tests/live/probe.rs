//! Probes: nothing is written without consent and rights, and what a run leaves when it is killed, cleanup removes and nothing else.

use crate::server::Server;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NAMESPACES: &str = "/api/v1/namespaces";
const PODS: &str = "/api/v1/namespaces/cnitui-probe/pods";
const SERVICES: &str = "/api/v1/namespaces/cnitui-probe/services";

/// Two nodes that are ready.
fn server() -> Server {
    let server = Server::start(500);
    server.put(NAMESPACES, json!({"metadata": {"name": "kube-system", "uid": "this-cluster"}}));
    for name in ["edge-1", "edge-2"] {
        let ready = json!({"type": "Ready", "status": "True"});
        server.put("/api/v1/nodes", json!({"metadata": {"name": name}, "status": {"conditions": [ready]}}));
    }
    server
}

fn program(server: &Server, state: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cnitui"));
    command.arg("--kubeconfig").arg(server.kubeconfig()).args(args).env("XDG_STATE_HOME", state).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Standard output, standard error, exit status.
fn said(server: &Server, state: &Path, args: &[&str]) -> (String, String, i32) {
    let done = program(server, state, args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(done.stdout), text(done.stderr), done.status.code().unwrap())
}

fn wait(what: &str, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn journals(state: &Path) -> usize {
    std::fs::read_dir(state.join("cnitui/journal")).map_or(0, Iterator::count)
}

/// What belongs to somebody else, and looks like a probe's.
fn strangers(server: &Server) {
    let labels = json!({"app.kubernetes.io/managed-by": "cnitui", "cnitui.dev/run": "beef"});
    server.put(PODS, json!({"metadata": {"name": "server-beef-0", "namespace": "cnitui-probe", "uid": "s1", "labels": labels}}));
    server.put(SERVICES, json!({"metadata": {"name": "web", "namespace": "cnitui-probe", "uid": "s2"}}));
}

fn only_strangers(server: &Server, state: &Path) {
    assert_eq!(server.names(PODS), ["server-beef-0"]);
    assert_eq!(server.names(SERVICES), ["web"]);
    assert_eq!(server.names(NAMESPACES), ["kube-system"]);
    assert_eq!(journals(state), 0);
}

#[test]
fn killed_at_any_creation_cleanup_leaves_nothing_and_takes_nothing_else() {
    // The namespace, four pods, two Services. The object that is asked for last is there, and nobody was told.
    for writes in 0..7 {
        let (server, state) = (server(), tempfile::tempdir().unwrap());
        strangers(&server);
        let is_made = writes != 3;
        server.world().writes.silent_after = Some((writes, is_made));
        let child = program(&server, state.path(), &["probe", "enforcement", "--yes"]).spawn().unwrap();
        wait("the write", || server.world().writes.seen.len() > writes);
        kill(child);
        let made = server.names(PODS).len() + server.names(SERVICES).len() + server.names(NAMESPACES).len() - 3;
        assert_eq!(made, writes + usize::from(is_made));
        let (_, err, _) = said(&server, state.path(), &["status"]);
        assert!(err.contains("was cut short; cnitui probe cleanup removes what it left"), "{err}");
        let (out, err, status) = said(&server, state.path(), &["probe", "cleanup"]);
        assert_eq!((status, err.as_str()), (0, ""), "{out}");
        only_strangers(&server, state.path());
    }
}

#[test]
fn killed_while_it_removes_cleanup_removes_the_rest() {
    for removals in [0, 3, 6] {
        let (server, state) = (server(), tempfile::tempdir().unwrap());
        strangers(&server);
        let mut child = program(&server, state.path(), &["probe", "enforcement", "--yes"]).spawn().unwrap();
        wait("all to be made", || server.world().writes.seen.len() == 7);
        server.world().writes.silent_after = Some((7 + removals, false));
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        wait("the removal", || server.world().writes.seen.len() > 7 + removals);
        assert!(child.try_wait().unwrap().is_none());
        kill(child);
        assert_eq!(journals(state.path()), 1);
        assert_eq!(said(&server, state.path(), &["probe", "cleanup"]).2, 0);
        only_strangers(&server, state.path());
    }
}

#[test]
fn interrupted_it_removes_what_it_made_and_says_so() {
    let (server, state) = (server(), tempfile::tempdir().unwrap());
    strangers(&server);
    let child = program(&server, state.path(), &["probe", "enforcement", "--yes", "-o", "json"]).spawn().unwrap();
    wait("all to be made", || server.world().writes.seen.len() == 7);
    assert!(Command::new("kill").args(["-HUP", &child.id().to_string()]).status().unwrap().success());
    let done = child.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&answer["verdict"], &answer["left_behind"]), (&"inconclusive".into(), &0.into()));
    assert_eq!((&answer["cut_short"], done.status.code()), (&"interrupted".into(), Some(2)));
    only_strangers(&server, state.path());
}

#[test]
fn a_run_that_lasts_is_not_cleaned_up() {
    let (server, state) = (server(), tempfile::tempdir().unwrap());
    let child = program(&server, state.path(), &["probe", "enforcement", "--yes"]).spawn().unwrap();
    wait("all to be made", || server.world().writes.seen.len() == 7);
    let (out, _, status) = said(&server, state.path(), &["probe", "cleanup"]);
    assert_eq!((out.as_str(), status), ("No probe left anything.\n", 0));
    assert_eq!(server.names(PODS).len(), 4);
    let (_, err, status) = said(&server, state.path(), &["probe", "enforcement", "--yes"]);
    assert!(status == 2 || err.contains("another probe is running"), "{err}");
    assert_eq!(server.names(PODS).len(), 4, "a second run takes nothing from the first");
    kill(child);
}

#[test]
fn what_another_cluster_has_left_is_named_and_not_looked_for_here() {
    let (server, state) = (server(), tempfile::tempdir().unwrap());
    let child = program(&server, state.path(), &["probe", "enforcement", "--yes"]).spawn().unwrap();
    wait("all to be made", || server.world().writes.seen.len() == 7);
    kill(child);
    server.put(NAMESPACES, json!({"metadata": {"name": "kube-system", "uid": "another-cluster"}}));
    let (out, err, _) = said(&server, state.path(), &["probe", "cleanup"]);
    assert_eq!(out, "No probe left anything.\n");
    assert!(err.contains("is of another cluster, test"), "{err}");
    assert_eq!((journals(state.path()), server.names(PODS).len()), (1, 4));
}

#[test]
fn without_consent_or_rights_nothing_is_written() {
    let (server, state) = (server(), tempfile::tempdir().unwrap());
    let (out, err, status) = said(&server, state.path(), &["probe", "enforcement"]);
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(err.contains("a server and a client on 2 of 2 nodes: edge-1, edge-2") && err.contains("--yes agrees"), "{err}");
    let (out, err, status) = said(&server, state.path(), &["probe", "enforcement", "--yes", "--readonly"]);
    assert!(out.is_empty() && status == 2 && err.contains("--readonly forbids it"), "{err}");
    server.world().writes.forbidden = Some("networkpolicies");
    let (out, err, status) = said(&server, state.path(), &["probe", "enforcement", "--yes"]);
    assert_eq!((out.as_str(), status), ("", 2));
    assert!(err.contains("✗ create networkpolicies in cnitui-probe is missing, rule 4 of cnitui rbac probe gives it"), "{err}");
    assert_eq!((server.world().writes.seen.len(), journals(state.path())), (0, 0));
}

#[test]
fn a_namespace_that_is_somebody_elses_is_not_touched_and_one_that_is_there_to_stay_stays() {
    let (server, state) = (server(), tempfile::tempdir().unwrap());
    server.put(NAMESPACES, json!({"metadata": {"name": "cnitui-probe", "uid": "theirs"}}));
    let (out, _, status) = said(&server, state.path(), &["probe", "enforcement", "--yes"]);
    assert!(out.contains("lacks the label") && status == 2, "{out}");
    assert!(server.world().writes.seen.is_empty());

    let labels = json!({"app.kubernetes.io/managed-by": "cnitui"});
    server.put(NAMESPACES, json!({"metadata": {"name": "cnitui-probe", "uid": "stays", "labels": labels}}));
    let child = program(&server, state.path(), &["probe", "enforcement", "--yes"]).spawn().unwrap();
    wait("all to be made", || server.world().writes.seen.len() == 6);
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    child.wait_with_output().unwrap();
    assert_eq!(server.names(NAMESPACES), ["kube-system", "cnitui-probe"]);
    assert!(server.names(PODS).is_empty() && server.names(SERVICES).is_empty());
}

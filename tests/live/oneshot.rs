//! Commands that answer once: they wait for what comes soon, and say what does not.

use crate::server::{On, Server, What};
use crate::session::with_pods;
use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// `cnitui status -o json`: the answer, what was said beside it, and how long it took.
fn status(server: &Server) -> (Value, String, Duration) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cnitui"));
    command.arg("--kubeconfig").arg(server.kubeconfig()).args(["status", "-o", "json"]).stdin(Stdio::null());
    let began = Instant::now();
    let done = command.output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    (serde_json::from_slice(&done.stdout).unwrap_or_default(), said, began.elapsed())
}

fn state<'a>(answer: &'a Value, kind: &str) -> &'a str {
    let list = answer["sources"].as_array().and_then(|all| all.iter().find(|list| list["kind"] == kind));
    list.and_then(|list| list["state"].as_str()).unwrap_or("missing")
}

#[test]
fn a_server_that_is_busy_at_first_is_asked_again_and_its_version_is_known() {
    let server = with_pods(500, 3);
    server.fault("pods", On::Any, What::Busy(429, 2), 1);
    server.fault("nodes", On::Any, What::Status(500, "etcdserver: leader changed"), 1);
    server.fault("daemonsets", On::Later, What::Cut, 1);
    let (answer, said, _) = status(&server);
    for kind in ["Pod", "Node", "DaemonSet"] {
        assert_eq!(state(&answer, kind), "live", "{said}{answer:#}");
    }
}

#[test]
fn the_version_of_the_server_is_worth_a_moment() {
    let server = with_pods(500, 3);
    server.fault("/version", On::Any, What::Status(503, "not yet"), 1);
    let (answer, _, took) = status(&server);
    assert_eq!(answer["cluster"]["server_version"], "v1.36.2");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_list_that_will_not_come_in_time_is_not_waited_for() {
    let server = with_pods(500, 3);
    server.fault("pods", On::Any, What::Busy(429, 120), usize::MAX);
    let (answer, _, took) = status(&server);
    assert_eq!(state(&answer, "Pod"), "failed");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_login_that_takes_longer_than_a_list_may_is_waited_for() {
    let server = with_pods(500, 3);
    let credential = r#"{"kind": "ExecCredential", "status": {"token": "late"}}"#;
    let script = format!("sleep 21; echo '{credential}'");
    server.user(&format!("{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['-c', {script:?}]}}}}"));
    server.require("late");
    let (answer, said, _) = status(&server);
    assert_eq!(state(&answer, "Pod"), "live", "{said}");
}

//! Enforcement, measured: where it is, where it is not, and where an agent that is Running and Ready enforces nothing.

use crate::POLICY;
use crate::lab::{Lab, cnitui};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A cluster with two nodes, and a place for what is kept between runs.
struct Bench {
    lab: Lab,
    state: tempfile::TempDir,
}

impl Bench {
    fn new(port: u16, net: &str) -> Option<Self> {
        let lab = Lab::new(port, net)?;
        lab.run("node", &["1"]);
        lab.run("node", &["2"]);
        Some(Self { lab, state: tempfile::tempdir().unwrap() })
    }

    fn program(&self, kubeconfig: &Path, args: &[&str]) -> Command {
        let mut command = cnitui(kubeconfig);
        command.args(args).env("XDG_STATE_HOME", self.state.path());
        command
    }

    fn json(&self, args: &[&str]) -> (Value, i32) {
        let done = self.program(&self.lab.path("kubeconfig"), args).output().unwrap();
        let err = String::from_utf8_lossy(&done.stderr);
        (serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{err}")), done.status.code().unwrap())
    }

    /// Measures, and checks that nothing is left.
    fn probe(&self, more: &[&str]) -> (Value, i32) {
        // The kubelets here remove images that nobody uses while the disk is rather full.
        for image in ["pause", "agnhost"] {
            self.lab.run("load", &[self.lab.path(&format!("images/{image}.tar")).to_str().unwrap()]);
        }
        let begun = Instant::now();
        let (answer, status) = self.json(&[&["probe", "enforcement", "--yes", "-o", "json"], more].concat());
        eprintln!("probe enforcement: {} in {:.1}s: {}", answer["verdict"], begun.elapsed().as_secs_f32(), answer["nodes"]);
        assert_eq!(answer["left_behind"], 0, "{answer:#}");
        self.nothing_is_left();
        (answer, status)
    }

    fn nothing_is_left(&self) {
        let spaces = self.lab.kubectl(&["get", "namespaces", "-o", "name"], "");
        assert!(!spaces.contains("cnitui-probe"), "{spaces}");
    }

    /// What `status` says of policy.
    fn policy(&self) -> Value {
        self.json(&["status", "-o", "json"]).0["policy"].clone()
    }
}

/// Node, ingress, egress.
fn verdicts(answer: &Value) -> Vec<[&str; 3]> {
    answer["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| ["name", "ingress", "egress"].map(|key| node[key].as_str().unwrap()))
        .collect()
}

#[test]
fn kube_router_is_measured_to_enforce_and_where_it_stopped_not_to() {
    let Some(bench) = Bench::new(6573, "172.24.0") else { return };
    bench.lab.run("add", &["kube-router"]);
    let (answer, status) = bench.probe(&[]);
    assert_eq!((&answer["verdict"], status), (&"enforced".into(), 0), "{answer:#}");
    assert_eq!(verdicts(&answer), [["node-1", "enforced", "enforced"], ["node-2", "enforced", "enforced"]]);
    for node in answer["nodes"].as_array().unwrap() {
        assert!(node["cut_ms"].as_u64().unwrap() < 10_000 && node["resolution_ms"].as_u64().unwrap() < 1_000, "{node}");
    }
    let policy = bench.policy();
    assert_eq!((&policy["verdict"], &policy["basis"]), (&"enforced".into(), &"measured".into()), "{policy:#}");
    assert!(policy["measured_at"].is_string());

    killed_while_it_denies(&bench);
    only_the_shipped_role(&bench);

    let affinity = json!({"spec": {"template": {"spec": {"affinity": {"nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchFields": [
            {"key": "metadata.name", "operator": "NotIn", "values": ["node-2"]}]}]}}}}}}});
    bench.lab.kubectl(&["-n", "kube-system", "patch", "daemonset", "kube-router", "-p", &affinity.to_string()], "");
    bench.lab.kubectl(&["-n", "kube-system", "rollout", "status", "daemonset/kube-router", "--timeout=90s"], "");
    let flush = "iptables-save | grep -v -e KUBE-ROUTER -e KUBE-POD-FW -e KUBE-NWPLCY | iptables-restore";
    let flushed = bench.lab.command("at", &["2", "sh", "-c", flush]).env("KUBE_DIR", bench.lab.path("")).output().unwrap();
    assert!(flushed.status.success(), "{}", String::from_utf8_lossy(&flushed.stderr));
    assert_ne!(bench.policy()["basis"], "measured", "the agents changed");
    let (answer, status) = bench.probe(&[]);
    assert_eq!((&answer["verdict"], status), (&"partial".into(), 1), "{answer:#}");
    assert_eq!(verdicts(&answer), [["node-1", "enforced", "enforced"], ["node-2", "not-enforced", "not-enforced"]]);
    let policy = bench.policy();
    assert_eq!((&policy["verdict"], &policy["basis"]), (&"partial".into(), &"measured".into()), "{policy:#}");
    assert!(policy["sentence"].as_str().unwrap().contains("Not on node-2"), "{policy:#}");
}

/// Killed with the first policy in place, a run leaves what cleanup removes.
fn killed_while_it_denies(bench: &Bench) {
    let mut child =
        bench.program(&bench.lab.path("kubeconfig"), &["probe", "enforcement", "--yes", "-o", "json"]).spawn().unwrap();
    let begun = Instant::now();
    while bench.lab.kubectl(&["get", "networkpolicies", "-A", "-o", "name"], "").is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(90), "no policy was written");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(bench.lab.kubectl(&["get", "pods", "-n", "cnitui-probe", "-o", "name"], "").contains("server-"));
    let done = bench.program(&bench.lab.path("kubeconfig"), &["probe", "cleanup"]).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    bench.nothing_is_left();
}

/// With the shipped roles and nothing more it measures the same; without one of their rules it says which, and writes nothing.
fn only_the_shipped_role(bench: &Bench) {
    let role = |part| String::from_utf8(bench.program(Path::new("/"), &["rbac", part]).output().unwrap().stdout).unwrap();
    let probe = role("probe");
    for part in [&role("read"), &probe] {
        bench.lab.kubectl(&["apply", "-f", "-"], part);
    }
    bench.lab.kubectl(&["create", "serviceaccount", "prober"], "");
    let who = "--serviceaccount=default:prober";
    for name in ["cnitui-read", "cnitui-probe"] {
        bench
            .lab
            .kubectl(&["create", "clusterrolebinding", &format!("prober-{name}"), &format!("--clusterrole={name}"), who], "");
    }
    bench.lab.kubectl(&["create", "rolebinding", "prober", "-n", "cnitui-probe", "--role=cnitui-probe", who], "");
    let token = bench.lab.kubectl(&["create", "token", "prober"], "");
    let mut config: Value = serde_yaml::from_str(&fs::read_to_string(bench.lab.path("kubeconfig")).unwrap()).unwrap();
    config["users"][0]["user"] = json!({ "token": token.trim() });
    let path = bench.lab.path("prober.kubeconfig");
    fs::write(&path, config.to_string()).unwrap();

    let documents: Vec<Value> = probe.split("---\n").map(|text| serde_yaml::from_str(text).unwrap()).collect();
    for (rule, at) in [(1, (1, 0)), (2, (2, 0)), (3, (2, 1)), (4, (2, 2)), (5, (2, 3)), (6, (2, 4))] {
        let mut less = documents[at.0].clone();
        less["rules"].as_array_mut().unwrap().remove(at.1);
        bench.lab.kubectl(&["apply", "-f", "-"], &less.to_string());
        let begun = Instant::now();
        loop {
            let done = bench.program(&path, &["probe", "enforcement"]).output().unwrap();
            let err = String::from_utf8_lossy(&done.stderr).into_owned();
            if done.status.code() == Some(2) && err.contains(&format!("rule {rule} of cnitui rbac probe gives it")) {
                break;
            }
            // It takes a moment until a changed role is known to all of the API server.
            assert!(begun.elapsed() < Duration::from_secs(10), "rule {rule}: {err}");
        }
        bench.lab.kubectl(&["apply", "-f", "-"], &documents[at.0].to_string());
    }
    let begun = Instant::now();
    let done = loop {
        let done = bench.program(&path, &["probe", "enforcement", "--yes", "-o", "json"]).output().unwrap();
        if !done.stdout.is_empty() || begun.elapsed() > Duration::from_secs(10) {
            break done;
        }
    };
    let answer: Value =
        serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr)));
    assert_eq!((&answer["verdict"], &answer["left_behind"]), (&"enforced".into(), &0.into()), "{answer:#}");
    bench.lab.kubectl(&["get", "namespace", "cnitui-probe"], "");
    assert_eq!(bench.lab.kubectl(&["get", "pods,services,networkpolicies", "-n", "cnitui-probe", "-o", "name"], ""), "");
    bench.lab.kubectl(&["delete", "namespace", "cnitui-probe", "--wait"], "");
}

#[test]
fn a_bridge_enforces_nothing_and_neither_does_an_agent_that_is_running_and_ready() {
    let Some(bench) = Bench::new(6583, "172.23.0") else { return };
    bench.lab.run("wire", &[]);
    for node in ["node/node-1", "node/node-2"] {
        bench.lab.kubectl(&["wait", "--for=condition=Ready", node, "--timeout=60s"], "");
    }
    let nowhere = [["node-1", "not-enforced", "not-enforced"], ["node-2", "not-enforced", "not-enforced"]];
    let (answer, status) = bench.probe(&["--for", "8s"]);
    assert_eq!((&answer["verdict"], status), (&"not-enforced".into(), 1), "{answer:#}");
    assert_eq!(verdicts(&answer), nowhere);

    bench.lab.run("add", &["kube-network-policies"]);
    bench.lab.kubectl(&["apply", "-f", "-"], POLICY);
    let policy = bench.policy();
    assert_eq!((&policy["verdict"], &policy["basis"]), (&"enforced".into(), &"configured".into()), "{policy:#}");
    let (answer, status) = bench.probe(&["--for", "8s"]);
    assert_eq!((&answer["verdict"], status), (&"not-enforced".into(), 1), "{answer:#}");
    assert_eq!(verdicts(&answer), nowhere);
    let policy = bench.policy();
    assert_eq!((&policy["verdict"], &policy["basis"]), (&"not-enforced".into(), &"measured".into()), "{policy:#}");
    assert_eq!(policy["enforcer"], "kube-network-policies");
}

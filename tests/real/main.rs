//! The program against a real Kubernetes: API server, nodes, and CNIs that run or only pretend to.
//!
//! `CNITUI_TEST_LAB` names the folder of a kit whose scripts start one on this machine: `get`, `images DIR`, `up DIR`, `node N DIR`, `wire DIR`,
//! `add kube-router DIR`, `hollow COUNT DIR`, `down DIR`; `KUBE_PORT` and `KUBE_NET` keep clusters apart, `DIR/kubeconfig` is
//! written, `DIR/apiserver.pid` and `DIR/node-N/kubelet.pid` may be killed. Without it these tests say so and do nothing.
//! The manifests of Calico and flannel are read out of public Go modules, as their projects ship them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

mod lab;
mod probe;

use lab::{Lab, cnitui};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const FLANNEL: (&str, &str) = ("github.com/flannel-io/flannel@v0.28.9", "Documentation/kube-flannel.yml");
const CALICO: (&str, &str) = ("sigs.k8s.io/cluster-api-provider-aws/v2@v2.13.0", "test/e2e/data/cni/calico.yaml");

/// A manifest as a project ships it, out of a Go module.
fn manifest((module, path): (&str, &str)) -> String {
    let done = Command::new("go").args(["mod", "download", "-json", module]).env("GOFLAGS", "-mod=mod").output().expect("go");
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    let folder = answer["Dir"].as_str().unwrap_or_else(|| panic!("{module}: {}", answer["Error"]));
    fs::read_to_string(Path::new(folder).join(path)).unwrap()
}

fn finds(answer: &Value, id: &str, object: &str) -> bool {
    answer["findings"]
        .as_array()
        .is_some_and(|all| all.iter().any(|f| f["id"] == id && f["object"].as_str().is_some_and(|o| o.contains(object))))
}

fn source<'a>(answer: &'a Value, kind: &str) -> &'a str {
    let list = answer["sources"].as_array().and_then(|all| all.iter().find(|s| s["kind"] == kind));
    list.and_then(|s| s["state"].as_str()).unwrap_or("missing")
}

pub(crate) const POLICY: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: default}
spec: {podSelector: {}, policyTypes: [Ingress]}
";

#[test]
fn kube_router_on_two_real_nodes_is_named_and_what_breaks_shows_and_heals() {
    let Some(mut lab) = Lab::new(6543, "172.28.0") else { return };
    lab.run("node", &["1"]);
    lab.run("node", &["2"]);
    lab.run("add", &["kube-router"]);
    let mut watch = lab.watch();
    let well = watch.until("kube-router recognised, enforcing on both nodes", 60, |s| s["policy"]["nodes"]["enforced"] == 2);
    assert_eq!(well["network"]["provider"], "kube-router");
    assert_eq!(well["network"]["version"], "v2.1.0");
    assert_eq!(well["network"]["confidence"], "certain");
    assert_eq!(well["policy"]["enforcer"], "kube-router");
    assert_eq!((&well["policy"]["verdict"], &well["policy"]["basis"]), (&"enforced".into(), &"configured".into()));
    assert!(well["network"]["mode"]["data_plane"].is_string(), "{:#}", well["network"]);

    lab.kubectl(&["apply", "-f", "-"], POLICY);
    watch.until("a policy created", 10, |s| s["policy"]["kinds"]["NetworkPolicy"] == 1);
    lab.kubectl(&["delete", "networkpolicy", "closed"], "");
    watch.until("a policy deleted", 10, |s| s["policy"]["kinds"]["NetworkPolicy"].as_u64().unwrap_or(0) == 0);

    only_the_shipped_role(&lab, &well);

    lab.hollow("1");
    watch.until("a third, hollow node", 60, |s| s["policy"]["nodes"]["enforced"] == 3);
    lab.kubectl(&["annotate", "node", "hollow-1", "hollow/fail=kube-router"], "");
    let broken = watch.until("an agent that crash-loops", 20, |s| finds(s, "agent-not-ready", "kube-router"));
    assert_ne!(broken["policy"]["verdict"], "enforced");
    lab.kubectl(&["annotate", "node", "hollow-1", "hollow/fail-"], "");
    watch.until("the agent well again", 20, |s| {
        !finds(s, "agent-not-ready", "kube-router") && s["policy"]["verdict"] == "enforced"
    });

    lab.kill("node-2/kubelet.pid");
    watch.until("a node whose kubelet stopped", 120, |s| finds(s, "node-not-ready", "node-2"));
    lab.run("node", &["2"]);
    watch.until("the node ready again", 60, |s| !finds(s, "node-not-ready", "node-2"));

    lab.kill("apiserver.pid");
    let blind = watch.until("an API server that stopped", 15, |s| source(s, "Pod") == "stale");
    assert_eq!(blind["policy"]["verdict"], "unknown", "a verdict that rests on stale lists is unknown");
    lab.run("up", &[]);
    watch.until("the API server back", 60, |s| source(s, "Pod") == "live" && s["policy"]["verdict"] == "enforced");
}

/// With the shipped `ClusterRole` and nothing more the answer is the same.
fn only_the_shipped_role(lab: &Lab, expected: &Value) {
    let role = cnitui(&lab.path("kubeconfig")).args(["rbac", "read"]).output().unwrap();
    lab.kubectl(&["apply", "-f", "-"], std::str::from_utf8(&role.stdout).unwrap());
    lab.kubectl(&["create", "serviceaccount", "reader"], "");
    lab.kubectl(&["create", "clusterrolebinding", "reader", "--clusterrole=cnitui-read", "--serviceaccount=default:reader"], "");
    let token = lab.kubectl(&["create", "token", "reader"], "");
    let admin: Value = serde_yaml::from_str(&fs::read_to_string(lab.path("kubeconfig")).unwrap()).unwrap();
    let mut reader = admin.clone();
    reader["users"][0]["user"] = serde_json::json!({ "token": token.trim() });
    let path = lab.path("reader.kubeconfig");
    fs::write(&path, reader.to_string()).unwrap();
    let (answer, code) = Lab::status(&path);
    assert_eq!(code, 0, "{answer:#}");
    assert_eq!(answer["network"]["provider"], expected["network"]["provider"]);
    assert_eq!(answer["network"]["mode"], expected["network"]["mode"]);
    assert_eq!(answer["policy"]["verdict"], "enforced");
    let built_in = |list: &&Value| list["state"] != "absent";
    let lists: Vec<Value> = answer["sources"].as_array().unwrap().iter().filter(built_in).cloned().collect();
    assert!(lists.len() >= 9 && lists.iter().all(|list| list["state"] == "live"), "{lists:#?}");
    for number in 1..=5 {
        without_a_rule(lab, &path, std::str::from_utf8(&role.stdout).unwrap(), number);
    }
    lab.kubectl(&["apply", "-f", "-"], std::str::from_utf8(&role.stdout).unwrap());
}

/// Without a rule what it gives is forbidden, the rest is there, and the answer names the rule.
fn without_a_rule(lab: &Lab, kubeconfig: &Path, role: &str, number: usize) {
    let mut less: Value = serde_yaml::from_str(role).unwrap();
    less["rules"].as_array_mut().unwrap().remove(number - 1);
    lab.kubectl(&["apply", "-f", "-"], &less.to_string());
    let words = format!("rule {number} of the ClusterRole gives it");
    let begun = Instant::now();
    loop {
        let (answer, code) = Lab::status(kubeconfig);
        let lists = answer["sources"].as_array().unwrap();
        let (missing, there): (Vec<_>, Vec<_>) = lists.iter().partition(|list| list["state"] == "forbidden");
        let named = |list: &&Value| list["detail"].as_str().is_some_and(|why| why.ends_with(&words));
        // It takes a moment until a changed role is known to all of the API server.
        if !missing.is_empty() && missing.iter().all(named) {
            assert!(there.iter().all(|list| list["state"] == "live" || list["state"] == "absent"), "{lists:#?}");
            assert_eq!(code, 2, "{answer:#}");
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{lists:#?}");
    }
}

#[test]
fn a_plain_bridge_with_a_policy_is_not_enforced() {
    let Some(lab) = Lab::new(6553, "172.27.0") else { return };
    lab.run("node", &["1"]);
    lab.run("wire", &[]);
    lab.kubectl(&["apply", "-f", "-"], POLICY);
    lab.kubectl(&["wait", "--for=condition=Ready", "node/node-1", "--timeout=60s"], "");
    let (answer, code) = Lab::status(&lab.path("kubeconfig"));
    assert_eq!(answer["policy"]["verdict"], "not-enforced", "{answer:#}");
    assert_eq!(answer["policy"]["enforcer"], Value::Null);
    assert_ne!(answer["network"]["confidence"], "certain", "a bridge leaves nothing in the API to be certain of");
    assert!(finds(&answer, "policies-not-enforced", ""), "{:#}", answer["findings"]);
    assert_eq!(code, 1);
}

#[test]
fn the_real_flannel_and_calico_manifests_are_named_with_version_and_mode() {
    let Some(mut lab) = Lab::new(6563, "172.26.0") else { return };
    lab.hollow("3");
    lab.kubectl(&["apply", "-f", "-"], POLICY);
    let mut watch = lab.watch();

    lab.kubectl(&["apply", "-f", "-"], &manifest(FLANNEL));
    let flannel = watch.until("flannel on three hollow nodes", 60, |s| s["agents"][0]["ready"] == 3);
    assert_eq!(flannel["network"]["provider"], "flannel", "{:#}", flannel["network"]);
    assert_eq!(flannel["network"]["version"], "v0.28.9");
    assert_eq!(flannel["network"]["confidence"], "certain");
    assert_eq!(flannel["network"]["mode"]["encapsulation"], "vxlan");
    assert_eq!(flannel["policy"]["verdict"], "not-enforced");
    lab.kubectl(&["delete", "-f", "-", "--wait=false"], &manifest(FLANNEL));
    watch.until("flannel gone", 60, |s| s["network"]["provider"] != "flannel");

    lab.kubectl(&["apply", "-f", "-"], &manifest(CALICO));
    let enforcing = |s: &Value| s["network"]["provider"] == "calico" && s["policy"]["nodes"]["enforced"] == 3;
    let calico = watch.until("Calico on three hollow nodes", 60, enforcing);
    assert_eq!(calico["network"]["version"], "v3.31.4", "{:#}", calico["network"]);
    assert_eq!(calico["network"]["confidence"], "certain");
    assert_eq!(calico["network"]["mode"]["encapsulation"], "ipip");
    assert_eq!((&calico["policy"]["verdict"], &calico["policy"]["enforcer"]), (&"enforced".into(), &"calico".into()));
}

//! What was not read is unknown: policies of kinds whose rules are not read, in every answer that they could change.

#![allow(clippy::unwrap_used, reason = "a test that meets what it does not expect stops there")]

use serde_json::Value;
use std::process::{Command, Stdio};

struct Said {
    out: String,
    status: i32,
}

/// The binary on the files of `documents`, with nothing on standard input.
fn cnitui(documents: &str, args: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("facts.yaml"), documents).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cnitui"));
    command.args(args).arg("--from").arg(folder.path()).stdin(Stdio::null()).env_remove("KUBECONFIG");
    let done = command.output().unwrap();
    Said { out: String::from_utf8(done.stdout).unwrap(), status: done.status.code().unwrap() }
}

fn json(documents: &str, args: &[&str]) -> Value {
    serde_json::from_str(&cnitui(documents, &[args, &["-o", "json"]].concat()).out).unwrap()
}

/// Two pods in two namespaces, and no `NetworkPolicy`.
const PODS: &str = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
- {apiVersion: v1, kind: Namespace, metadata: {name: pay}}
- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, status: {phase: Running, podIP: 10.0.0.1}}
- {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: pay}, status: {phase: Running, podIP: 10.0.0.2}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicyList
items: []
";

const CILIUM: &str = "
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {}, ingress: [{}]}
";

#[test]
fn a_namespace_with_nothing_but_a_cilium_policy_is_not_open_for_sure() {
    let facts = format!("{PODS}{CILIUM}");
    let said = cnitui(&facts, &["policy", "coverage"]);
    assert!(!said.out.contains("No policies"), "{}", said.out);
    assert_eq!(said.status, 2);
    let said = cnitui(&facts, &["policy", "list"]);
    assert_eq!(said.status, 2);
    assert!(said.out.contains("May decide otherwise: CiliumNetworkPolicy 1."), "{}", said.out);
    assert!(said.out.contains("POLICIES OF OTHER KINDS"), "{}", said.out);
    let list = json(&facts, &["policy", "list"]);
    assert_eq!(list["others"][0]["kind"], "CiliumNetworkPolicy");
    assert_eq!((&list["others"][0]["tier"], &list["others"][0]["ingress_rules"]), (&Value::Null, &Value::Null));
}

#[test]
fn status_counts_the_policies_that_are_not_read_and_says_what_that_means() {
    let said = cnitui(&format!("{PODS}{CILIUM}"), &["status"]);
    assert!(said.out.contains("NetworkPolicy 0, CiliumNetworkPolicy 1"), "{}", said.out);
    assert!(said.out.contains("1 policy: the verdicts that they could change are unknown"), "{}", said.out);
}

#[test]
fn the_reason_of_a_policy_that_is_not_read_is_its_own() {
    let facts = format!("{PODS}{CILIUM}");
    let why = "the rules of kind CiliumNetworkPolicy are not read";
    let said = cnitui(&facts, &["policy", "lint"]);
    assert_eq!(said.status, 2);
    assert!(said.out.starts_with("? 0 policies") && said.out.contains(&format!("Cannot tell: {why}.")), "{}", said.out);
    let said = cnitui(&facts, &["policy", "connectivity"]);
    assert!(said.out.contains(&format!("CiliumNetworkPolicy shop/web may decide otherwise: {why}")), "{}", said.out);
    assert!(said.out.contains("0 policies, and 1 whose rules are not read"), "{}", said.out);
}

#[test]
fn connectivity_of_a_namespace_counts_its_own() {
    let said = cnitui(PODS, &["policy", "connectivity", "-n", "shop"]);
    let first = "✓ 1 workload of shop with 0 policies: 2 of 2 pairs are open, at least on some ports.";
    assert!(said.out.starts_with(first), "{}", said.out);
    let said = cnitui(PODS, &["policy", "connectivity", "--level", "pod"]);
    assert!(said.out.starts_with("✓ 2 pods with 0 policies: 2 of 2 pairs are open"), "{}", said.out);
}

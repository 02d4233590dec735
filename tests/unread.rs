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

/// A policy of a kind whose rules are not read, in `shop` unless it is of the cluster.
fn foreign(version: &str, kind: &str) -> String {
    format!("{PODS}---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: p, namespace: shop}}\nspec: {{}}\n")
}

fn verdict(facts: &str, src: &str, dst: &str) -> String {
    json(facts, &["policy", "explain", src, dst, "80"])["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn kinds_of_clouds_meshes_and_other_cnis_make_the_verdicts_unknown_that_they_could_change() {
    let kinds = [
        ("networking.k8s.aws/v1alpha1", "ApplicationNetworkPolicy"),
        ("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy"),
        ("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"),
        ("k8s.ovn.org/v1", "EgressFirewall"),
        ("networking.gke.io/v1alpha1", "FQDNNetworkPolicy"),
        ("kubeovn.io/v1", "SecurityGroup"),
        ("security.istio.io/v1", "AuthorizationPolicy"),
    ];
    assert_eq!(verdict(PODS, "pay/api", "shop/web"), "allow");
    for (version, kind) in kinds {
        assert_eq!(verdict(&foreign(version, kind), "pay/api", "shop/web"), "unknown", "{kind}");
    }
}

#[test]
fn a_policy_of_another_cni_changes_nothing_but_that_of_a_mesh_or_cloud_does() {
    let by_calico = |facts: &str| {
        let args = ["policy", "explain", "pay/api", "shop/web", "80", "--cni", "calico"];
        json(facts, &args)["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(by_calico(&foreign("k8s.ovn.org/v1", "EgressFirewall")), "allow");
    assert_eq!(by_calico(&foreign("security.istio.io/v1", "AuthorizationPolicy")), "unknown");
    assert_eq!(by_calico(&foreign("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy")), "unknown");
}

#[test]
fn a_policy_in_the_root_namespace_of_istio_is_about_every_pod() {
    let root = foreign("security.istio.io/v1", "AuthorizationPolicy")
        .replace("namespace: shop}\nspec", "namespace: istio-system}\nspec");
    assert_eq!(verdict(&root, "shop/web", "pay/api"), "unknown");
}

#[test]
fn a_version_of_a_policy_that_is_not_read_is_named_and_counts_as_unread() {
    let facts = foreign("policy.networking.k8s.io/v1beta1", "ClusterNetworkPolicy");
    let args = ["policy", "explain", "pay/api", "shop/web", "80"];
    let answer = json(&facts, &args);
    assert_eq!(answer["verdict"], "unknown");
    let problems = answer["problems"].to_string();
    assert!(problems.contains("policy.networking.k8s.io/v1beta1 of it is not read"), "{problems}");
    assert_eq!(cnitui(&facts, &args).status, 2);
}

/// Two pods in namespaces of which no object was read, and a policy of `shop`.
fn unlabelled(peer: &str) -> String {
    format!(
        "
apiVersion: v1
kind: List
items:
- {{apiVersion: v1, kind: Pod, metadata: {{name: web, namespace: shop}}, status: {{phase: Running, podIP: 10.0.0.1}}}}
- {{apiVersion: v1, kind: Pod, metadata: {{name: api, namespace: pay}}, status: {{phase: Running, podIP: 10.0.0.2}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: in, namespace: shop}}
spec: {{podSelector: {{}}, ingress: [{{from: [{peer}]}}]}}
"
    )
}

#[test]
fn labels_of_a_namespace_that_was_not_read_are_unknown_and_its_name_is_not() {
    let by_label = unlabelled("{namespaceSelector: {matchLabels: {team: a}}}");
    let args = ["policy", "explain", "pay/api", "shop/web", "80"];
    let answer = json(&by_label, &args);
    assert_eq!(answer["verdict"], "unknown");
    let why = "the labels of namespace pay were not read, and a selector asks for them";
    assert!(answer["steps"].to_string().contains(why), "{}", answer["steps"]);
    let connectivity = json(&by_label, &["policy", "connectivity"]);
    assert!(connectivity["unknown"].to_string().contains(why), "{}", connectivity["unknown"]);
    let by_name =
        |name: &str| unlabelled(&format!("{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}}}"));
    assert_eq!(verdict(&by_name("pay"), "pay/api", "shop/web"), "allow");
    assert_eq!(verdict(&by_name("else"), "pay/api", "shop/web"), "deny");
    assert_eq!(verdict(&unlabelled("{namespaceSelector: {}}"), "pay/api", "shop/web"), "allow");
    let read = format!("{by_label}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: pay}}\n");
    assert_eq!(verdict(&read, "pay/api", "shop/web"), "deny", "the object was read, and has no such label");
}

#[test]
fn a_policy_that_may_be_about_a_namespace_makes_its_pods_unknown_and_no_others() {
    let admin = "---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: tenants}
spec:
  priority: 1
  subject: {namespaces: {matchLabels: {team: a}}}
  ingress: [{action: Deny, from: [{namespaces: {}}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: pay}
";
    let facts = format!("{}{admin}", unlabelled("{namespaceSelector: {}}"));
    assert_eq!(verdict(&facts, "pay/api", "shop/web"), "unknown");
    assert_eq!(verdict(&facts, "10.0.0.9", "pay/api"), "allow", "pay was read, and has no such label");
    let list = json(&facts, &["policy", "list"]);
    assert_eq!((&list["others"][0]["name"], &list["others"][0]["selected"]), (&"tenants".into(), &Value::Null));
}

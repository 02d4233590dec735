//! The manifests of a plan. Pods pass the "restricted" level of Pod Security, reach every node, and end by themselves.

use super::plan::{Object, ObjectKind, Part, Plan};
use super::{NAMESPACE, RUN_LABEL};
use crate::policy::Direction;
use serde_json::{Value, json};

fn object(plan: &Plan, kind: ObjectKind, name: String, mut manifest: Value) -> Object {
    let api = if kind == ObjectKind::NetworkPolicy { "networking.k8s.io/v1" } else { "v1" };
    manifest["apiVersion"] = api.into();
    manifest["kind"] = kind.name().into();
    let meta = &mut manifest["metadata"];
    meta["name"] = name.as_str().into();
    if kind != ObjectKind::Namespace {
        meta["namespace"] = NAMESPACE.into();
    }
    meta["labels"]["app.kubernetes.io/managed-by"] = "cnitui".into();
    meta["labels"][RUN_LABEL] = plan.run.as_str().into();
    Object { kind, name, manifest }
}

pub(super) fn namespace(plan: &Plan) -> Object {
    let labels = json!({"pod-security.kubernetes.io/enforce": "restricted"});
    object(plan, ObjectKind::Namespace, NAMESPACE.to_owned(), json!({"metadata": {"labels": labels}}))
}

/// A pod for the node at `at`, by its name: a node may lack the label of its host name.
pub(super) fn pod(plan: &Plan, part: Part, at: usize) -> Object {
    let field = json!({"key": "metadata.name", "operator": "In", "values": [plan.nodes[at]]});
    let there = json!({"nodeSelectorTerms": [{"matchFields": [field]}]});
    let container = json!({
        "name": "prober",
        "image": plan.image,
        "imagePullPolicy": "IfNotPresent",
        "args": plan.prover.args,
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}},
        "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}},
    });
    let spec = json!({
        "activeDeadlineSeconds": plan.deadline().as_secs(),
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": there}},
        "automountServiceAccountToken": false,
        "containers": [container],
        "enableServiceLinks": false,
        "restartPolicy": "Always",
        "securityContext": {"runAsNonRoot": true, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
        "terminationGracePeriodSeconds": 1,
        // Every taint, so that cordoned and dedicated nodes are reached; the affinity decides which.
        "tolerations": [{"operator": "Exists"}],
    });
    let labels = json!({"cnitui.dev/part": part.name(), "cnitui.dev/node": at.to_string()});
    object(plan, ObjectKind::Pod, plan.pod_name(part, at), json!({"metadata": {"labels": labels}, "spec": spec}))
}

/// A Service before one server, so that an answer by it comes from a node that is known.
pub(super) fn service(plan: &Plan, at: usize) -> Object {
    let port = |protocol: &str, port: u16| json!({"name": protocol.to_lowercase(), "protocol": protocol, "port": port});
    let spec = json!({
        "selector": {RUN_LABEL: plan.run, "cnitui.dev/part": Part::Server.name(), "cnitui.dev/node": at.to_string()},
        "ports": [port("TCP", plan.prover.tcp), port("UDP", plan.prover.udp)],
    });
    object(plan, ObjectKind::Service, plan.pod_name(Part::Server, at), json!({"spec": spec}))
}

/// A policy that selects one part, isolates it in one direction, and allows nothing.
pub(super) fn policy(plan: &Plan, direction: Direction) -> Object {
    let (part, kind) = match direction {
        Direction::Ingress => (Part::Server, "Ingress"),
        Direction::Egress => (Part::Client, "Egress"),
    };
    let selector = json!({"matchLabels": {RUN_LABEL: plan.run, "cnitui.dev/part": part.name()}});
    let name = format!("deny-{}-{}", direction.name(), plan.run);
    object(plan, ObjectKind::NetworkPolicy, name, json!({"spec": {"podSelector": selector, "policyTypes": [kind]}}))
}

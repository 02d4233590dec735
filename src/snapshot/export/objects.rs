//! One fact, one object: the inverse of `wire`. What is empty or unset is left out.

use super::policies;
use crate::snapshot::wire::{AGENT_CONDITIONS, has_own_conditions, template_version};
use crate::snapshot::{
    Backend, Condition, ConfigMap, Container, ContainerStatus, Crd, CustomResource, Fact, Kind, Labels, Namespace, Node,
    Operator, Pod, PodContainer, Port, PortRef, Route, RunState, Selector, Service, Snapshot, Strategy, Template, Text, Workload,
    WorkloadKind,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// What only files tell of.
pub(super) fn templates(snapshot: &Snapshot) -> Vec<Value> {
    snapshot.templates.iter().filter_map(|template| self::template(template)).collect()
}

/// All objects of `kind`.
pub(super) fn of(kind: Kind, snapshot: &Snapshot) -> Vec<Value> {
    let objects: Vec<Value> = match kind.fact() {
        Fact::Node => snapshot.nodes.iter().map(|node| self::node(node)).collect(),
        Fact::Namespace => snapshot.namespaces.iter().map(|namespace| self::namespace(namespace)).collect(),
        Fact::Pod => snapshot.pods.iter().map(|pod| self::pod(pod)).collect(),
        Fact::Service => snapshot.services.iter().map(|service| self::service(service)).collect(),
        Fact::Workload => {
            snapshot.workloads.iter().filter(|one| one.kind.name() == kind.name()).map(|one| workload(one)).collect()
        }
        Fact::NetworkPolicy => snapshot.policies.iter().map(|policy| policies::policy(policy)).collect(),
        Fact::ClusterPolicy => {
            snapshot.cluster_policies.iter().filter(|one| one.kind == kind).map(|one| policies::cluster_policy(one)).collect()
        }
        Fact::ForeignPolicy => {
            snapshot.foreign_policies.iter().filter(|one| one.kind == kind).map(|one| policies::foreign(one)).collect()
        }
        Fact::CustomResource => snapshot.custom.iter().filter(|one| one.kind == kind).map(|one| custom(one)).collect(),
        Fact::Route => snapshot.routes.iter().filter(|one| one.kind == kind).map(|one| route(one)).collect(),
        Fact::Crd => snapshot.crds.iter().map(|crd| self::crd(crd)).collect(),
        Fact::ConfigMap => snapshot.config_maps.iter().map(|map| self::config_map(map)).collect(),
    };
    let named = |object: Value| match object {
        Value::Object(fields) => {
            let head = [("apiVersion", kind.api_version()), ("kind", kind.manifest_name())];
            Value::Object(head.map(|(key, value)| (key.to_owned(), value.into())).into_iter().chain(fields).collect())
        }
        other => other,
    };
    objects.into_iter().map(named).collect()
}

/// `object` without members that say nothing: null, false, and empty strings, lists and objects.
pub(super) fn compact(object: Value) -> Value {
    let says = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    match object {
        Value::Object(fields) => Value::Object(fields.into_iter().filter(|(_, value)| says(value)).collect()),
        other => other,
    }
}

fn map(labels: &Labels) -> Value {
    Value::Object(labels.iter().map(|(key, value)| (key.to_string(), json!(value))).collect())
}

fn time(seconds: u32) -> Option<Timestamp> {
    Some(seconds).filter(|seconds| *seconds > 0).and_then(|seconds| Timestamp::from_second(seconds.into()).ok())
}

pub(super) fn meta(namespace: &str, name: &Text, labels: &Labels, created: Option<Timestamp>) -> Map<String, Value> {
    let meta = json!({"namespace": namespace, "name": name, "labels": map(labels), "creationTimestamp": created});
    if let Value::Object(fields) = compact(meta) { fields } else { Map::new() }
}

fn with(mut meta: Map<String, Value>, key: &str, value: Value) -> Map<String, Value> {
    meta.insert(key.to_owned(), value);
    meta
}

/// A label selector as the API writes it; one that selects everything is `{}`.
pub fn selector(selector: &Selector) -> Value {
    let mut rest = selector.requirements.as_slice();
    let mut labels = Map::new();
    let mut last = "";
    // `matchLabels` come first and sorted when they are read, so only such a beginning can be written as one.
    while let [first, others @ ..] = rest
        && let (Operator::In, [value]) = (first.operator, first.values.as_slice())
        && (labels.is_empty() || last < first.key.as_str())
    {
        labels.insert(first.key.to_string(), json!(value));
        last = &first.key;
        rest = others;
    }
    let expressions: Vec<Value> = rest
        .iter()
        .map(|requirement| {
            let operator = match requirement.operator {
                Operator::In => "In",
                Operator::NotIn => "NotIn",
                Operator::Exists => "Exists",
                Operator::DoesNotExist => "DoesNotExist",
            };
            compact(json!({"key": requirement.key, "operator": operator, "values": requirement.values}))
        })
        .collect();
    compact(json!({"matchLabels": labels, "matchExpressions": expressions}))
}

fn condition(condition: &Condition) -> Value {
    compact(json!({
        "type": condition.kind, "status": condition.status, "reason": condition.reason, "message": condition.message,
        "lastTransitionTime": condition.since,
    }))
}

fn node(node: &Node) -> Value {
    let taints = node.taints.iter().map(|t| compact(json!({"key": t.key, "value": t.value, "effect": t.effect})));
    let addresses = node.internal_ips.iter().map(|ip| json!({"type": "InternalIP", "address": ip}));
    let info = json!({
        "kernelVersion": node.kernel, "osImage": node.os_image, "operatingSystem": node.os, "kubeletVersion": node.kubelet,
        "containerRuntimeVersion": node.runtime,
    });
    let meta = with(meta("", &node.name, &node.labels, node.created), "annotations", map(&node.annotations));
    json!({
        "metadata": compact(Value::Object(meta)),
        "spec": compact(json!({
            "podCIDRs": node.pod_cidrs.to_vec(), "providerID": node.provider_id, "unschedulable": node.unschedulable,
            "taints": taints.collect::<Vec<_>>(),
        })),
        "status": compact(json!({
            "conditions": node.conditions.iter().map(condition).collect::<Vec<_>>(),
            "addresses": addresses.collect::<Vec<_>>(),
            "allocatable": node.pod_capacity.map(|pods| json!({"pods": pods.to_string()})),
            "nodeInfo": compact(info),
        })),
    })
}

fn namespace(namespace: &Namespace) -> Value {
    json!({"metadata": meta("", &namespace.name, &namespace.labels, None)})
}

fn pod(pod: &Pod) -> Value {
    let mut meta = meta(&pod.namespace, &pod.name, &pod.labels, time(pod.created));
    if let Some(owner) = &pod.owner {
        meta.insert("ownerReferences".into(), json!([{"kind": owner.kind, "name": owner.name, "controller": true}]));
    }
    if pod.terminating {
        // When is not among the facts.
        meta.insert("deletionTimestamp".into(), json!(Timestamp::UNIX_EPOCH));
    }
    let trouble = pod.trouble.as_deref().cloned().unwrap_or_default();
    let ready =
        json!({"type": "Ready", "status": if pod.ready { "True" } else { "False" }, "lastTransitionTime": time(trouble.since)});
    let statuses = |init: bool| trouble.containers.iter().filter(|s| s.init == init).map(status).collect::<Vec<_>>();
    json!({
        "metadata": meta,
        "spec": compact(json!({
            "nodeName": pod.node, "hostNetwork": pod.host_network, "containers": pod.containers.iter().map(pod_container).collect::<Vec<_>>(),
        })),
        "status": compact(json!({
            "phase": pod.phase.name(), "reason": trouble.reason, "message": trouble.message,
            "podIPs": pod.ips.iter().flatten().map(|ip| json!({"ip": ip})).collect::<Vec<_>>(),
            "conditions": [compact(ready)],
            "initContainerStatuses": statuses(true), "containerStatuses": statuses(false),
        })),
    })
}

fn status(status: &ContainerStatus) -> Value {
    compact(json!({
        "name": status.name, "ready": status.ready, "restartCount": status.restarts,
        "state": state(&status.state), "lastState": status.last.as_ref().and_then(state),
    }))
}

fn state(state: &RunState) -> Option<Value> {
    match state {
        RunState::Unknown => None,
        RunState::Running => Some(json!({"running": {}})),
        RunState::Waiting { reason, message } => Some(json!({"waiting": {"reason": reason, "message": message}})),
        RunState::Terminated { exit_code, reason, message, at } => {
            let end = json!({"exitCode": exit_code, "reason": reason, "message": message, "finishedAt": time(*at)});
            Some(json!({"terminated": compact(end)}))
        }
    }
}

pub(super) fn port(port: &PortRef) -> Value {
    match port {
        PortRef::Number(number) => json!(number),
        PortRef::Name(name) => json!(name),
    }
}

fn service(service: &Service) -> Value {
    let ports = service.ports.iter().map(|p| {
        compact(json!({
            "name": p.name, "port": Some(p.port).filter(|port| *port > 0), "protocol": p.protocol.name(),
            "targetPort": Some(port(&p.target)).filter(|target| *target != json!(p.port)), "nodePort": p.node_port,
        }))
    });
    json!({
        "metadata": meta(&service.namespace, &service.name, &service.labels, None),
        "spec": compact(json!({
            "type": service.kind, "clusterIP": service.headless.then_some("None"), "clusterIPs": service.cluster_ips.to_vec(), "selector": map(&service.selector),
            "ports": ports.collect::<Vec<_>>(),
        })),
    })
}

/// Hosts and backends in rules of their own: which of them belong together was not kept.
fn route(route: &Route) -> Value {
    let meta = meta(&route.namespace, &route.name, &Labels::default(), None);
    let spec = if route.kind == Kind::Ingress {
        let port_of = |port: &PortRef| match port {
            PortRef::Number(number) => json!({"number": number}),
            PortRef::Name(name) => json!({"name": name}),
        };
        let path = |one: &Backend| {
            let service = compact(json!({"name": one.service, "port": one.port.as_ref().map(port_of)}));
            json!({"pathType": "Prefix", "path": "/", "backend": {"service": service}})
        };
        let paths: Vec<Value> = route.backends.iter().map(path).collect();
        let hosts = route.hosts.iter().map(|host| json!({"host": host}));
        json!({"rules": hosts.chain([json!({"http": {"paths": paths}})]).collect::<Vec<_>>()})
    } else {
        let gateway = |one: &Text| {
            let (namespace, name) = one.split_once('/').unwrap_or(("", one));
            compact(json!({"namespace": namespace, "name": name}))
        };
        let backend = |one: &Backend| {
            compact(json!({"namespace": one.namespace, "name": one.service, "port": one.port.as_ref().map(port)}))
        };
        compact(json!({
            "parentRefs": route.gateways.iter().map(gateway).collect::<Vec<_>>(),
            "hostnames": route.hosts.to_vec(),
            "rules": [{"backendRefs": route.backends.iter().map(backend).collect::<Vec<_>>()}],
        }))
    };
    json!({"metadata": meta, "spec": spec})
}

fn workload(workload: &Workload) -> Value {
    let meta = with(
        meta(&workload.namespace, &workload.name, &workload.labels, workload.created),
        "annotations",
        map(&workload.annotations),
    );
    let tolerations = workload
        .tolerations
        .iter()
        .map(|t| compact(json!({"key": t.key, "operator": t.operator, "value": t.value, "effect": t.effect})));
    let required = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}});
    let pod = json!({
        "hostNetwork": workload.host_network, "nodeSelector": map(&workload.node_selector),
        "tolerations": tolerations.collect::<Vec<_>>(), "affinity": workload.node_affinity.then_some(required),
        "initContainers": workload.init_containers.iter().map(init_container).collect::<Vec<_>>(),
        "containers": workload.containers.iter().map(container).collect::<Vec<_>>(),
    });
    let template = json!({"metadata": compact(json!({"labels": map(&workload.pod_labels)})), "spec": compact(pod)});
    let rollout = &workload.rollout;
    // Which generation it is is not among the facts, only whether the controller has seen the newest.
    let (replicas, mut status) = match workload.kind {
        WorkloadKind::DaemonSet => (
            None,
            json!({
                "desiredNumberScheduled": rollout.desired, "currentNumberScheduled": rollout.current,
                "updatedNumberScheduled": rollout.updated, "numberReady": rollout.ready, "numberAvailable": rollout.available,
                "numberMisscheduled": rollout.misscheduled,
            }),
        ),
        WorkloadKind::Deployment => (
            Some(rollout.desired),
            json!({
                "replicas": rollout.current, "updatedReplicas": rollout.updated, "readyReplicas": rollout.ready,
                "availableReplicas": rollout.available,
            }),
        ),
    };
    status["observedGeneration"] = json!(if rollout.observed { 2 } else { 1 });
    let mut spec = json!({"selector": selector(&workload.selector), "template": template});
    if workload.strategy == Strategy::OnDelete {
        spec["updateStrategy"] = json!({"type": "OnDelete"});
    }
    if let Some(replicas) = replicas {
        spec["replicas"] = json!(replicas);
    }
    json!({"metadata": compact(Value::Object(with(meta, "generation", json!(2)))), "spec": spec, "status": status})
}

/// None for a kind that is not read.
fn template(template: &Template) -> Option<Value> {
    let kind = template.workload.kind.as_str();
    let mut meta = meta(&template.namespace, &template.workload.name, &Labels::default(), None);
    if let Some(by) = &template.controller {
        meta.insert("ownerReferences".into(), json!([{"kind": by.kind, "name": by.name, "controller": true}]));
    }
    let pod = json!({
        "hostNetwork": template.host_network, "containers": template.containers.iter().map(pod_container).collect::<Vec<_>>(),
    });
    let pods = json!({"metadata": compact(json!({"labels": map(&template.labels)})), "spec": compact(pod)});
    let count = if matches!(kind, "Job" | "CronJob") { "parallelism" } else { "replicas" };
    let ordinals = (template.first > 0).then(|| json!({ "start": template.first }));
    let spec = compact(json!({count: template.replicas, "ordinals": ordinals, "template": pods}));
    let spec = if kind == "CronJob" { json!({"jobTemplate": {"spec": spec}}) } else { spec };
    Some(json!({"apiVersion": template_version(kind)?, "kind": kind, "metadata": meta, "spec": spec}))
}

fn ports(ports: &[Port]) -> Vec<Value> {
    let port = |port: &Port| {
        let number = Some(port.number).filter(|number| *number > 0);
        compact(json!({"name": port.name, "containerPort": number, "protocol": port.protocol.name()}))
    };
    ports.iter().map(port).collect()
}

fn pod_container(PodContainer { name, image, ports: declared, start }: &PodContainer) -> Value {
    let mut out = start.as_deref().map_or_else(|| compact(json!({"name": name, "image": image})), container);
    if !declared.is_empty() {
        out["ports"] = json!(ports(declared));
    }
    out
}

/// Ports of an init container are kept only of those that run beside the others.
fn init_container(init: &Container) -> Value {
    let mut out = container(init);
    if !init.ports.is_empty() {
        out["restartPolicy"] = json!("Always");
    }
    out
}

fn container(container: &Container) -> Value {
    let env = container.env.iter().map(|env| {
        let from = env.config.as_ref().map(|config| json!({"configMapKeyRef": {"name": config.name, "key": config.key}}));
        let mut out = compact(json!({"name": env.name, "valueFrom": from}));
        if let Some(value) = &env.value {
            out["value"] = json!(value);
        }
        out
    });
    let env_from = container.env_from.iter().map(|from| {
        let of = if from.config_map.is_some() { "configMapRef" } else { "secretRef" };
        compact(json!({"prefix": from.prefix, of: {"name": from.config_map.as_deref().unwrap_or("unknown")}}))
    });
    compact(json!({
        "name": container.name, "image": container.image, "args": container.args.to_vec(), "env": env.collect::<Vec<_>>(),
        "envFrom": env_from.collect::<Vec<_>>(), "ports": ports(&container.ports),
    }))
}

fn crd(crd: &Crd) -> Value {
    let versions = crd.served.iter().map(|version| json!({"name": version, "served": true}));
    json!({
        "metadata": meta("", &crd.name, &Labels::default(), crd.created),
        "spec": compact(json!({
            "group": crd.group, "names": compact(json!({"kind": crd.kind})), "versions": versions.collect::<Vec<_>>(),
        })),
    })
}

fn config_map(map: &ConfigMap) -> Value {
    let data: Map<String, Value> = map.data.iter().map(|(key, value)| (key.to_string(), json!(value.as_str()))).collect();
    let mut meta = meta(&map.namespace, &map.name, &Labels::default(), None);
    if let Some(changed) = map.changed {
        meta.insert("managedFields".into(), json!([{"time": changed}]));
    }
    json!({"metadata": meta, "data": data})
}

fn custom(one: &CustomResource) -> Value {
    let mut out = with(Map::new(), "metadata", Value::Object(meta("", &one.name, &Labels::default(), None)));
    out.extend(one.fields.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
    let conditions: Value = one.conditions.iter().map(condition).collect();
    if has_own_conditions(one.kind) {
        out.insert(AGENT_CONDITIONS.to_owned(), conditions);
    } else if !one.conditions.is_empty()
        && let Some(status) = out.entry("status").or_insert_with(|| json!({})).as_object_mut()
    {
        status.insert("conditions".to_owned(), conditions);
    }
    Value::Object(out)
}

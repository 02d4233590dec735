//! Objects without names, field by field.

use super::names::Names;
use super::{annotations, labels, selector};
use crate::snapshot::{
    Backend, Condition, ConfigKey, ConfigMap, Container, ContainerStatus, Crd, CustomResource, Env, EnvFrom, Kind, Namespace,
    Node, Owner, Pod, PodContainer, Port, PortRef, Raw, Route, RunState, Service, ServicePort, Taint, Template, Text, Toleration,
    Trouble, Workload,
};
use serde_json::Value;
use std::sync::Arc;

pub(super) fn node(node: &Node, names: &Names<'_>) -> Node {
    let taint = |t: &Taint| Taint { key: names.key(&t.key), value: names.label(&t.key, &t.value), effect: names.word(&t.effect) };
    let name = names.node(&node.name);
    Node {
        labels: labels(&node.labels, names),
        annotations: annotations(&node.annotations, names),
        pod_cidrs: node.pod_cidrs.iter().map(|net| names.net(*net)).collect(),
        // Whose cloud it is stays, which machine does not.
        provider_id: node.provider_id.as_ref().map(|id| {
            let cloud = id.split(':').next().unwrap_or_default().into();
            format!("{}:///{name}", names.prose(&cloud)).into()
        }),
        unschedulable: node.unschedulable,
        taints: node.taints.iter().map(taint).collect(),
        conditions: node.conditions.iter().map(|c| condition(c, names)).collect(),
        internal_ips: node.internal_ips.iter().map(|ip| names.ip(*ip)).collect(),
        pod_capacity: node.pod_capacity,
        kernel: names.version(&node.kernel),
        os_image: names.version(&node.os_image),
        os: names.word(&node.os),
        kubelet: names.version(&node.kubelet),
        runtime: names.version(&node.runtime),
        created: node.created,
        name,
    }
}

fn condition(condition: &Condition, names: &Names<'_>) -> Condition {
    Condition {
        kind: names.word(&condition.kind),
        status: names.word(&condition.status),
        reason: names.word(&condition.reason),
        message: names.prose(&condition.message),
        since: condition.since,
    }
}

/// Objects that the programs of a network make themselves have names that are public; others are somebody's own.
pub(super) fn custom(one: &CustomResource, names: &Names<'_>) -> CustomResource {
    let name = match one.kind {
        Kind::AntreaAgentInfo => names.node(&one.name),
        kind if kind.only().is_some_and(|only| one.name == only) => one.name.clone(),
        _ => names.name("custom", &Text::default(), &one.name),
    };
    CustomResource {
        kind: one.kind,
        name,
        fields: fields(&one.fields, names),
        conditions: one.conditions.iter().map(|c| condition(c, names)).collect(),
    }
}

/// The keys were asked for by name, the values are somebody's.
fn fields(value: &Value, names: &Names<'_>) -> Value {
    match value {
        Value::String(text) => Value::String(names.raw(text)),
        Value::Array(items) => items.iter().map(|item| fields(item, names)).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, value)| (names.raw(key), fields(value, names))).collect())
        }
        other => other.clone(),
    }
}

pub(super) fn namespace(namespace: &Namespace, names: &Names<'_>) -> Namespace {
    Namespace { name: names.namespace(&namespace.name), labels: labels(&namespace.labels, names), uid: Text::default() }
}

pub(super) fn pod(pod: &Pod, names: &Names<'_>) -> Pod {
    Pod {
        namespace: names.namespace(&pod.namespace),
        name: names.pod(pod),
        labels: labels(&pod.labels, names),
        owner: pod.owner.as_ref().map(|owner| names.owner(&pod.namespace, owner)),
        node: names.node(&pod.node),
        host_network: pod.host_network,
        containers: pod_containers(&pod.containers, pod.owner.as_ref().map_or("", |owner| &owner.name), names),
        phase: pod.phase,
        ready: pod.ready,
        terminating: pod.terminating,
        ips: pod.ips.map(|ip| ip.map(|ip| names.ip(ip))),
        created: pod.created,
        trouble: pod.trouble.as_deref().map(|trouble| Box::new(self::trouble(trouble, names))),
    }
}

fn pod_containers(containers: &[PodContainer], workload: &str, names: &Names<'_>) -> Arc<[PodContainer]> {
    let of_pod = |c: &PodContainer| PodContainer {
        name: names.word(&c.name),
        image: names.image(&c.image),
        ports: c.ports.iter().map(|port| self::port(port, names)).collect(),
        start: c.start.as_ref().map(|start| container(start, workload, names).into()),
    };
    containers.iter().map(of_pod).collect()
}

fn port(port: &Port, names: &Names<'_>) -> Port {
    Port { name: names.port(&port.name), number: port.number, protocol: port.protocol }
}

pub(super) fn port_ref(port: &PortRef, names: &Names<'_>) -> PortRef {
    match port {
        PortRef::Number(number) => PortRef::Number(*number),
        PortRef::Name(name) => PortRef::Name(names.port(name)),
    }
}

fn trouble(trouble: &Trouble, names: &Names<'_>) -> Trouble {
    let status = |status: &ContainerStatus| ContainerStatus {
        name: names.word(&status.name),
        init: status.init,
        ready: status.ready,
        restarts: status.restarts,
        state: state(&status.state, names),
        last: status.last.as_ref().map(|last| state(last, names)),
    };
    Trouble {
        reason: names.word(&trouble.reason),
        message: names.prose(&trouble.message),
        since: trouble.since,
        containers: trouble.containers.iter().map(status).collect(),
    }
}

fn state(state: &RunState, names: &Names<'_>) -> RunState {
    match state {
        RunState::Unknown => RunState::Unknown,
        RunState::Running => RunState::Running,
        RunState::Waiting { reason, message } => RunState::Waiting { reason: names.word(reason), message: names.prose(message) },
        RunState::Terminated { exit_code, reason, message, at } => {
            RunState::Terminated { exit_code: *exit_code, reason: names.word(reason), message: names.prose(message), at: *at }
        }
    }
}

pub(super) fn service(service: &Service, names: &Names<'_>) -> Service {
    let port = |p: &ServicePort| ServicePort {
        name: names.port(&p.name),
        port: p.port,
        protocol: p.protocol,
        target: port_ref(&p.target, names),
        node_port: p.node_port,
    };
    Service {
        namespace: names.namespace(&service.namespace),
        name: names.name("svc", &service.namespace, &service.name),
        labels: labels(&service.labels, names),
        kind: names.word(&service.kind),
        cluster_ips: service.cluster_ips.iter().map(|ip| names.ip(*ip)).collect(),
        headless: service.headless,
        selector: labels(&service.selector, names),
        ports: service.ports.iter().map(port).collect(),
    }
}

/// Hosts are somebody's own, whatever their names.
pub(super) fn route(route: &Route, names: &Names<'_>) -> Route {
    let backend = |one: &Backend| Backend {
        namespace: names.namespace(&one.namespace),
        service: names.name("svc", &one.namespace, &one.service),
        port: one.port.as_ref().map(|port| port_ref(port, names)),
    };
    let gateway = |one: &Text| {
        let (namespace, name) = one.split_once('/').map_or((Text::default(), one.clone()), |(a, b)| (a.into(), b.into()));
        Text::from(format!("{}/{}", names.namespace(&namespace), names.name("gateway", &namespace, &name)))
    };
    Route {
        kind: route.kind,
        namespace: names.namespace(&route.namespace),
        name: names.name("route", &route.namespace, &route.name),
        hosts: route.hosts.iter().map(|host| names.name("host", &Text::default(), host)).collect(),
        gateways: route.gateways.iter().map(gateway).collect(),
        backends: route.backends.iter().map(backend).collect(),
    }
}

pub(super) fn workload(workload: &Workload, names: &Names<'_>) -> Workload {
    let toleration = |t: &Toleration| Toleration {
        key: names.key(&t.key),
        operator: names.word(&t.operator),
        value: names.label(&t.key, &t.value),
        effect: names.word(&t.effect),
    };
    let containers = |all: &[Container]| all.iter().map(|c| container(c, &workload.name, names)).collect();
    Workload {
        kind: workload.kind,
        namespace: names.namespace(&workload.namespace),
        name: names.workload(&workload.namespace, &workload.name),
        labels: labels(&workload.labels, names),
        annotations: annotations(&workload.annotations, names),
        selector: selector(&workload.selector, names),
        pod_labels: labels(&workload.pod_labels, names),
        host_network: workload.host_network,
        node_selector: labels(&workload.node_selector, names),
        tolerations: workload.tolerations.iter().map(toleration).collect(),
        node_affinity: workload.node_affinity,
        init_containers: containers(&workload.init_containers),
        containers: containers(&workload.containers),
        strategy: workload.strategy,
        rollout: workload.rollout,
        created: workload.created,
    }
}

pub(super) fn template(template: &Template, names: &Names<'_>) -> Template {
    let owner = |owner: &Owner| names.owner(&template.namespace, owner);
    Template {
        namespace: names.namespace(&template.namespace),
        workload: owner(&template.workload),
        controller: template.controller.as_ref().map(owner),
        replicas: template.replicas,
        first: template.first,
        labels: labels(&template.labels, names),
        host_network: template.host_network,
        containers: pod_containers(&template.containers, &template.workload.name, names),
    }
}

fn container(container: &Container, workload: &str, names: &Names<'_>) -> Container {
    let env = |env: &Env| Env {
        name: names.prose(&env.name),
        value: env.value.as_ref().map(|value| names.prose(value)),
        config: env.config.as_ref().map(|of| ConfigKey { name: config_name(&of.name, names), key: names.word(&of.key) }),
    };
    let from = |from: &EnvFrom| EnvFrom {
        prefix: names.prose(&from.prefix),
        config_map: from.config_map.as_ref().map(|name| config_name(name, names)),
    };
    // What others' programs are told is nobody's business.
    let shown = if names.is_public(workload, &container.image) { usize::MAX } else { 0 };
    Container {
        name: names.word(&container.name),
        image: names.image(&container.image),
        args: container.args.iter().take(shown).map(|arg| names.prose(arg)).collect(),
        env: container.env.iter().take(shown).map(env).collect(),
        env_from: container.env_from.iter().take(shown).map(from).collect(),
        ports: container.ports.iter().map(|port| self::port(port, names)).collect(),
    }
}

pub(super) fn crd(crd: &Crd, names: &Names<'_>) -> Crd {
    Crd {
        name: names.installed(&crd.name),
        group: names.installed(&crd.group),
        kind: names.prose(&crd.kind),
        served: crd.served.iter().map(|version| names.version(version)).collect(),
        created: crd.created,
    }
}

fn config_name(name: &Text, names: &Names<'_>) -> Text {
    names.name("config", &Text::default(), name)
}

pub(super) fn config_map(map: &ConfigMap, names: &Names<'_>) -> ConfigMap {
    ConfigMap {
        namespace: names.namespace(&map.namespace),
        name: config_name(&map.name, names),
        data: map.data.iter().map(|(key, value)| (names.word(key), Raw::new(&names.raw(value.as_str())))).collect(),
        changed: map.changed,
    }
}

//! The same cluster without its names: what a person can hand to a tracker.
//!
//! Namespaces, nodes, pods, services, workloads, label values and addresses become pseudonyms, the same everywhere, so that every
//! selector and every block selects what it selected. The namespaces where networks live keep their names, since the answers are
//! about those; of everybody else's workloads commands, environment and annotations are dropped. Pseudonyms count in the order of
//! the names, so one snapshot is always redacted alike, and two snapshots need not be.

mod address;
mod names;
mod policies;

use super::{
    Condition, ConfigMap, Container, Env, Labels, Namespace, Node, Origin, Owner, Pod, PodContainer, Problem, Raw, Requirement,
    RunState, Selector, Service, Snapshot, State, Template, Text, Trouble, Workload,
};
use names::{Names, is_system};
use std::sync::Arc;

/// `snapshot` with pseudonyms.
pub fn redact(snapshot: &Snapshot) -> Snapshot {
    let names = Names::listening(snapshot);
    rewrite(snapshot, &names);
    rewrite(snapshot, &names.counted())
}

fn rewrite(snapshot: &Snapshot, names: &Names) -> Snapshot {
    let mut out = snapshot.clone();
    out.origin = match &snapshot.origin {
        Origin::None => Origin::None,
        Origin::Live { .. } => Origin::Live { context: "redacted".into() },
        Origin::Files { .. } | Origin::Saved { .. } => Origin::Files { name: "redacted".into() },
        Origin::Demo { name } => Origin::Demo { name: name.clone() },
    };
    out.nodes = snapshot.nodes.iter().map(|node| self::node(node, names)).collect();
    out.namespaces = snapshot.namespaces.iter().map(|namespace| self::namespace(namespace, names)).collect();
    out.pods = snapshot.pods.iter().map(|pod| self::pod(pod, names)).collect();
    out.services = snapshot.services.iter().map(|service| self::service(service, names)).collect();
    out.workloads = snapshot.workloads.iter().map(|workload| self::workload(workload, names)).collect();
    out.templates = snapshot.templates.iter().map(|template| self::template(template, names)).collect();
    out.policies = snapshot.policies.iter().map(|policy| policies::policy(policy, names)).collect();
    out.cluster_policies = snapshot.cluster_policies.iter().map(|policy| policies::cluster_policy(policy, names)).collect();
    out.foreign_policies = snapshot.foreign_policies.iter().map(|policy| policies::foreign(policy, names)).collect();
    out.config_maps = snapshot.config_maps.iter().map(|map| config_map(map, names)).collect();
    if let super::Link::Down { why, .. } | super::Link::LoggedOut { why, .. } | super::Link::Unconfigured { why } = &mut out.link
    {
        *why = names.prose(why);
    }
    for kind in super::Kind::ALL {
        if let State::Stale { why, .. } | State::Failed { why, .. } | State::Forbidden { why } =
            &mut out.sources.of_mut(kind).state
        {
            *why = names.prose(why);
        }
    }
    let problem = |p: &Problem| Problem { object: names.prose(&p.object), message: names.prose(&p.message) };
    out.problems = snapshot.problems.iter().map(problem).collect();
    out
}

fn labels(labels: &Labels, names: &Names) -> Labels {
    Labels::new(labels.iter().map(|(key, value)| (key.clone(), names.label(key, value))).collect())
}

fn annotations(labels: &Labels, names: &Names) -> Labels {
    Labels::new(labels.iter().map(|(key, value)| (key.clone(), names.prose(value))).collect())
}

fn selector(selector: &Selector, names: &Names) -> Selector {
    let requirement = |r: &Requirement| Requirement {
        key: r.key.clone(),
        operator: r.operator,
        values: r.values.iter().map(|value| names.label(&r.key, value)).collect(),
    };
    Selector { requirements: selector.requirements.iter().map(requirement).collect() }
}

fn node(node: &Node, names: &Names) -> Node {
    let condition = |c: &Condition| Condition { message: names.prose(&c.message), ..c.clone() };
    let name = names.node(&node.name);
    Node {
        labels: labels(&node.labels, names),
        annotations: annotations(&node.annotations, names),
        pod_cidrs: node.pod_cidrs.iter().map(|net| names.net(*net)).collect(),
        // Whose cloud it is stays, which machine does not.
        provider_id: node.provider_id.as_ref().map(|id| format!("{}:///{name}", id.split(':').next().unwrap_or_default()).into()),
        conditions: node.conditions.iter().map(condition).collect(),
        internal_ips: node.internal_ips.iter().map(|ip| names.ip(*ip)).collect(),
        name,
        ..node.clone()
    }
}

fn namespace(namespace: &Namespace, names: &Names) -> Namespace {
    Namespace { name: names.namespace(&namespace.name), labels: labels(&namespace.labels, names) }
}

fn pod(pod: &Pod, names: &Names) -> Pod {
    let system = is_system(&pod.namespace);
    Pod {
        namespace: names.namespace(&pod.namespace),
        name: names.pod(pod),
        labels: labels(&pod.labels, names),
        owner: pod.owner.as_ref().map(|owner| Owner { kind: owner.kind.clone(), name: names.owner(&pod.namespace, owner) }),
        node: names.node(&pod.node),
        containers: containers(&pod.containers, system, names),
        ips: pod.ips.map(|ip| ip.map(|ip| names.ip(ip))),
        trouble: pod.trouble.as_deref().map(|trouble| Box::new(self::trouble(trouble, system, names))),
        ..*pod
    }
}

fn containers(all: &Arc<[PodContainer]>, system: bool, names: &Names) -> Arc<[PodContainer]> {
    let of_users = |c: &PodContainer| PodContainer {
        name: names.word(&c.name),
        image: names.word(&c.image),
        ports: c.ports.clone(),
        start: None,
    };
    let start = |start: &Arc<Container>| Arc::new(container(start, system, names));
    let of_system = |c: &PodContainer| PodContainer { start: c.start.as_ref().map(start), ..c.clone() };
    match system {
        false => all.iter().map(of_users).collect(),
        true if all.iter().any(|c| c.start.is_some()) => all.iter().map(of_system).collect(),
        true => Arc::clone(all),
    }
}

fn template(template: &Template, names: &Names) -> Template {
    let owner = |owner: &Owner| Owner { kind: owner.kind.clone(), name: names.owner(&template.namespace, owner) };
    Template {
        namespace: names.namespace(&template.namespace),
        workload: Owner {
            kind: template.workload.kind.clone(),
            name: names.workload(&template.namespace, &template.workload.name),
        },
        controller: template.controller.as_ref().map(owner),
        labels: labels(&template.labels, names),
        containers: containers(&template.containers, is_system(&template.namespace), names),
        ..template.clone()
    }
}

fn trouble(trouble: &Trouble, system: bool, names: &Names) -> Trouble {
    let mut out = Trouble { message: names.prose(&trouble.message), ..trouble.clone() };
    for status in &mut out.containers {
        if !system {
            status.name = names.word(&status.name);
        }
        for state in std::iter::once(&mut status.state).chain(&mut status.last) {
            if let RunState::Waiting { message, .. } | RunState::Terminated { message, .. } = state {
                // What a program said last may be anything.
                *message = if system { names.prose(message) } else { Text::default() };
            }
        }
    }
    out
}

fn service(service: &Service, names: &Names) -> Service {
    Service {
        namespace: names.namespace(&service.namespace),
        name: names.service(&service.namespace, &service.name),
        labels: labels(&service.labels, names),
        cluster_ips: service.cluster_ips.iter().map(|ip| names.ip(*ip)).collect(),
        selector: labels(&service.selector, names),
        ..service.clone()
    }
}

fn workload(workload: &Workload, names: &Names) -> Workload {
    let system = is_system(&workload.namespace);
    let containers = |all: &Arc<[Container]>| all.iter().map(|c| self::container(c, system, names)).collect();
    Workload {
        namespace: names.namespace(&workload.namespace),
        name: names.workload(&workload.namespace, &workload.name),
        labels: labels(&workload.labels, names),
        annotations: if system { annotations(&workload.annotations, names) } else { Labels::default() },
        selector: selector(&workload.selector, names),
        pod_labels: labels(&workload.pod_labels, names),
        node_selector: labels(&workload.node_selector, names),
        init_containers: containers(&workload.init_containers),
        containers: containers(&workload.containers),
        ..workload.clone()
    }
}

fn container(container: &Container, system: bool, names: &Names) -> Container {
    if !system {
        let (name, image) = (names.word(&container.name), names.word(&container.image));
        return Container { name, image, ports: container.ports.clone(), ..Container::default() };
    }
    let env = |env: &Env| Env { value: env.value.as_ref().map(|value| names.prose(value)), ..env.clone() };
    Container {
        args: container.args.iter().map(|arg| names.prose(arg)).collect(),
        env: container.env.iter().map(env).collect(),
        ..container.clone()
    }
}

fn config_map(map: &ConfigMap, names: &Names) -> ConfigMap {
    ConfigMap {
        namespace: names.namespace(&map.namespace),
        data: map.data.iter().map(|(key, value)| (key.clone(), Raw::new(&names.scrub(value.as_str())))).collect(),
        ..map.clone()
    }
}

//! Lints about ports and directions.

use super::Place;
use super::classes::Class;
use super::ground::{At, Ground, place};
use crate::policy::model::{Direction, End, Peer, Peers, PolicyRef, Port, Ports, Scope, named};
use crate::policy::ports::PortSet;
use crate::policy::services::{selects, target};
use crate::snapshot::{NetworkPolicy, Pod, Protocol, Service, ServicePort, Text};
use hashbrown::HashMap;

/// Only the facts still have these rules.
pub(super) fn rules_without_type(ground: &Ground<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    for policy in ground.snapshot.policies.iter() {
        let NetworkPolicy { namespace, name, isolates_ingress, isolates_egress, ingress, egress, .. } = &**policy;
        let origin = PolicyRef { kind: "NetworkPolicy", namespace: namespace.clone(), name: name.clone() };
        for (direction, isolates, rules) in [("ingress", isolates_ingress, ingress), ("egress", isolates_egress, egress)] {
            if !isolates && !rules.is_empty() {
                found.push(place(&origin, direction, format!("policyTypes leaves {direction} out")));
            }
        }
    }
    found
}

/// The entries of a rule's ports.
fn entries<'a>(at: &At<'a>) -> impl Iterator<Item = (usize, &'a Port)> + use<'a> {
    let ports: &[Port] = if let Ports::Only(ports) = &at.rule.ports { ports } else { &[] };
    ports.iter().enumerate()
}

/// The destinations of a rule, if they are pods that are known: the selected ones for ingress, the peers for egress.
fn destinations<'a>(ground: &'a Ground<'_>, at: &At<'_>) -> Vec<&'a Class> {
    let scopes: Vec<&Scope> = match (at.direction, &at.rule.peers) {
        (Direction::Ingress, _) => vec![&at.policy.subject],
        (Direction::Egress, Peers::Everybody) => return ground.classes.all.iter().collect(),
        (Direction::Egress, Peers::Only(peers)) => {
            peers.iter().filter_map(|peer| if let Peer::Pods(scope) = peer { Some(scope) } else { None }).collect()
        }
    };
    scopes.into_iter().flat_map(|scope| ground.pods(scope)).collect()
}

pub(super) fn named_port_missing(ground: &Ground<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    for at in ground.rules() {
        for (number, port) in entries(&at) {
            let Port::Named { protocol, name } = port else { continue };
            let pods = destinations(ground, &at);
            let only_blocks = at.direction == Direction::Egress
                && matches!(&at.rule.peers, Peers::Only(peers) if peers.iter().all(|peer| matches!(peer, Peer::Block(_))));
            let has = |class: &&Class| named(&class.pod.containers, *protocol, name).is_some();
            let count: usize = pods.iter().map(|class| class.count).sum();
            let what = match (only_blocks, pods.iter().any(has)) {
                (true, _) => format!("addresses have no port called {name}"),
                (false, false) if count > 0 => format!("none of {count} pods has a port {name}{}", of(*protocol)),
                _ => continue,
            };
            found.push(at.place(&format!(".ports[{number}]"), what));
        }
    }
    found
}

fn of(protocol: Option<Protocol>) -> String {
    protocol.map(|protocol| format!(" of {}", protocol.name())).unwrap_or_default()
}

/// Ingress rules that name the port of a Service of the pods, and not the one behind it.
pub(super) fn service_port(ground: &Ground<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    let services = services(ground);
    for at in ground.rules().filter(|at| at.direction == Direction::Ingress) {
        for (number, port) in entries(&at) {
            let Port::Range { protocol, from, to } = port else { continue };
            let meant = PortSet::range(*protocol, *from, *to);
            let behind = |number: &usize| {
                let pod = &ground.classes.all.get(*number)?.pod;
                services.get(number)?.iter().find_map(|service| Some((service, wrong(&at, pod, service, &meant)?)))
            };
            let Some((service, port)) = ground.classes.numbers(&at.policy.subject).iter().find_map(behind) else { continue };
            let service = format!("Service {}/{}", service.namespace, service.name);
            found.push(at.place(&format!(".ports[{number}]"), format!("{} is the port of {service}", port.port)));
        }
    }
    found
}

/// The Services of each class of pods that has one.
fn services<'a>(ground: &Ground<'a>) -> HashMap<usize, Vec<&'a Service>> {
    let mut by_namespace: HashMap<&Text, Vec<&'a Service>> = HashMap::new();
    for service in ground.snapshot.services.iter() {
        by_namespace.entry(&service.namespace).or_default().push(service);
    }
    let mut found: HashMap<usize, Vec<&Service>> = HashMap::new();
    for (at, class) in ground.classes.all.iter().enumerate() {
        let here = by_namespace.get(&class.pod.namespace).into_iter().flatten();
        for service in here.filter(|service| selects(service, &class.pod)) {
            found.entry(at).or_default().push(service);
        }
    }
    found
}

/// A port of a pod's Service in `meant` whose target no rule of the section admits.
fn wrong<'a>(at: &At<'_>, pod: &Pod, service: &'a Service, meant: &PortSet) -> Option<&'a ServicePort> {
    let section = at.policy.section(at.direction)?;
    let admitted: PortSet = section.rules.iter().map(|rule| rule.ports.resolve(&pod.containers)).collect();
    let declares = |port: u16| pod.containers.iter().flat_map(|one| &one.ports).any(|declared| declared.number == port);
    service.ports.iter().find(|port| {
        let target = target(port, pod);
        let is_service_port = target != Some(port.port) && meant.holds(port.protocol, port.port) && !declares(port.port);
        is_service_port && target.is_some_and(|target| !admitted.holds(port.protocol, target))
    })
}

pub(super) fn tcp_only(ground: &Ground<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    for at in ground.rules().filter(|at| at.policy.section(at.direction).is_some_and(|section| section.end == End::Deny)) {
        let whole = |port: &Port| match port {
            Port::Range { protocol, from: 1, to: u16::MAX } => Some(Text::from(protocol.name())),
            _ => None,
        };
        let all: Vec<(usize, Text)> = entries(&at).filter_map(|(number, port)| Some((number, whole(port)?))).collect();
        if let [(number, protocol)] = all.as_slice() {
            found.push(at.place(&format!(".ports[{number}]"), format!("it is every port of {protocol}, and nothing else")));
        }
    }
    found
}

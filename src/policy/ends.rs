//! The ends of a flow as people name them: `ns/pod`, `ns/kind/name`, an address; and the pods behind a workload or Service.
//!
//! Pods that no policy can tell apart are one [`Group`], so that a question about a workload of hundreds is a few questions.

use super::dialect::Dialect;
use super::eval::Endpoint;
use super::model::{Block, Model, Peer, Peers};
use super::ports::{PROTOCOLS, PortSet};
use super::services;
use super::world::World;
use crate::snapshot::{Labels, Pod, Protocol, Service, ServicePort, Table, Text};
use hashbrown::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    /// As it is shown: `shop/Deployment/web`
    pub(super) title: String,
    /// What is behind it, at least one
    pub(super) ends: Vec<Endpoint>,
    /// The Service that it is
    pub(super) service: Option<Arc<Service>>,
}

/// Short names of kinds, as kubectl has them.
const SHORT: [(&str, &str); 9] = [
    ("po", "Pod"),
    ("svc", "Service"),
    ("deploy", "Deployment"),
    ("ds", "DaemonSet"),
    ("sts", "StatefulSet"),
    ("rs", "ReplicaSet"),
    ("rc", "ReplicationController"),
    ("cj", "CronJob"),
    ("job", "Job"),
];

/// Where names are looked up.
#[derive(Clone, Copy)]
pub(super) struct Directory<'a> {
    pub(super) world: &'a World,
    pub(super) services: &'a Table<Service>,
    pub(super) dialect: &'a Dialect,
}

impl Directory<'_> {
    /// Finds what `text` names. Errors: nothing is called so, or nothing is behind it, as a sentence.
    pub(super) fn find(self, text: &str) -> Result<Named, String> {
        if let Ok(ip) = text.parse::<IpAddr>() {
            return self.find_address(ip);
        }
        match text.split('/').collect::<Vec<_>>().as_slice() {
            [namespace, pod] => self.find_pod(namespace, pod),
            [namespace, kind, name] => {
                let short = SHORT.iter().find(|(short, _)| short.eq_ignore_ascii_case(kind)).map_or(*kind, |(_, kind)| kind);
                let singular = short.strip_suffix('s').filter(|_| !short.eq_ignore_ascii_case("pods")).unwrap_or(short);
                let is = |kind: &str| kind.eq_ignore_ascii_case(short) || kind.eq_ignore_ascii_case(singular);
                if is("Pod") || short.eq_ignore_ascii_case("pods") {
                    self.find_pod(namespace, name)
                } else if is("Service") {
                    self.find_service(namespace, name)
                } else {
                    let found = self.find_workload(namespace, name, is);
                    found.ok_or_else(|| format!("{text}: there is no such workload with pods"))
                }
            }
            _ => Err(format!("{text}: neither ns/pod, ns/kind/name nor an address")),
        }
    }

    /// Whose address it is.
    fn find_address(self, ip: IpAddr) -> Result<Named, String> {
        let Self { world, services, dialect } = self;
        if let Some(service) = services::owner(services, ip) {
            return self.behind(service);
        }
        let has = |pod: &&Arc<Pod>| dialect.counts(pod) && pod.ips.contains(&Some(ip));
        let pod = |host_network| world.pods.iter().filter(has).find(|pod| pod.host_network == host_network);
        let node = || world.nodes.values().find(|node| node.internal_ips.contains(&ip));
        let end = if let Some(pod) = pod(false) {
            Endpoint::Pod(Arc::clone(pod))
        } else if let Some(node) = node() {
            Endpoint::Node(Arc::clone(node))
        } else if let Some(pod) = pod(true) {
            Endpoint::Pod(Arc::clone(pod))
        } else if services::among(services, ip) {
            return Err(format!("{ip}: it lies among the addresses of Services, and no Service that was read has it"));
        } else {
            Endpoint::Outside(ip)
        };
        Ok(Named { title: ip.to_string(), ends: vec![end], service: None })
    }

    fn find_pod(self, namespace: &str, name: &str) -> Result<Named, String> {
        let pods = &self.world.pods;
        let found = pods.iter().find(|pod| pod.namespace == *namespace && pod.name == *name);
        if let Some(pod) = found {
            return Ok(Named { title: format!("{namespace}/{name}"), ends: vec![Endpoint::Pod(Arc::clone(pod))], service: None });
        }
        if let Some(workload) = self.find_workload(namespace, name, |_| true) {
            return Ok(workload);
        }
        let here: Vec<&str> = pods.iter().filter(|pod| pod.namespace == *namespace).map(|pod| pod.name.as_str()).collect();
        Err(match here.as_slice() {
            [] => format!("{namespace}/{name}: there is no pod in namespace {namespace}"),
            some => format!("{namespace}/{name}: there is no such pod; there are {}", listed(some)),
        })
    }

    /// Its pods that have not ended; if all have, these.
    fn find_workload(self, namespace: &str, name: &str, is: impl Fn(&str) -> bool) -> Option<Named> {
        let mut title = String::new();
        let mut pods = Vec::new();
        for pod in self.world.pods.iter().filter(|pod| pod.namespace == *namespace) {
            let workload = self.world.workload(pod);
            if workload.name == *name && is(&workload.kind) {
                title = format!("{namespace}/{}/{name}", workload.kind);
                pods.push(pod);
            }
        }
        if pods.iter().any(|pod| self.dialect.counts(pod)) {
            pods.retain(|pod| self.dialect.counts(pod));
        }
        let ends: Vec<Endpoint> = pods.into_iter().cloned().map(Endpoint::Pod).collect();
        (!ends.is_empty()).then_some(Named { title, ends, service: None })
    }

    fn find_service(self, namespace: &str, name: &str) -> Result<Named, String> {
        let found = self.services.iter().find(|service| service.namespace == *namespace && service.name == *name);
        self.behind(found.ok_or_else(|| format!("{namespace}/Service/{name}: there is no such Service"))?)
    }

    /// The pods behind a Service.
    fn behind(self, service: &Arc<Service>) -> Result<Named, String> {
        let title = format!("{}/Service/{}", service.namespace, service.name);
        if service.selector.is_empty() {
            return Err(format!("{title}: it selects no pods, so what is behind it is not known"));
        }
        let is_behind = |pod: &&Arc<Pod>| self.dialect.counts(pod) && services::selects(service, pod);
        let ends: Vec<Endpoint> = self.world.pods.iter().filter(is_behind).cloned().map(Endpoint::Pod).collect();
        if ends.is_empty() {
            return Err(format!("{title}: no pod is behind it"));
        }
        Ok(Named { title, ends, service: Some(Arc::clone(service)) })
    }
}

fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown} and {} more", names.len() - SHOWN) } else { shown }
}

impl Named {
    /// The Service whose ports are translated into those of its pods; a headless one is but a name of the pods.
    fn translates(&self) -> Option<&Arc<Service>> {
        self.service.as_ref().filter(|service| !service.headless)
    }

    /// The ports of one of its ends that `asked` comes to: those behind the ports of a Service (NP-17), else the same.
    pub(super) fn ports(&self, end: &Endpoint, asked: &PortSet) -> PortSet {
        let (Some(service), Endpoint::Pod(pod)) = (self.translates(), end) else { return asked.clone() };
        let target = |port: &ServicePort| Some(PortSet::port(port.protocol, services::target(port, pod)?));
        service.ports.iter().filter(|port| asked.holds(port.protocol, port.port)).filter_map(target).collect()
    }

    /// Errors: it is a Service without any of these ports.
    pub(super) fn check(&self, asked: &PortSet) -> Result<(), String> {
        let Some(service) = self.translates() else { return Ok(()) };
        if service.ports.iter().any(|port| asked.holds(port.protocol, port.port)) {
            return Ok(());
        }
        let has: PortSet = service.ports.iter().map(|port| PortSet::port(port.protocol, port.port)).collect();
        Err(format!("{}: it has no port {asked}; it has {has}", self.title))
    }

    /// Its ends in groups that no policy of `model` can tell apart. Where an end may be a node, nodes are told apart, too.
    pub(super) fn groups(&self, model: &Model, by_node: bool) -> Vec<Group> {
        let blocks: Vec<&Block> = blocks(model).collect();
        let mut groups: Vec<Group> = Vec::new();
        let mut known: HashMap<Key, usize> = HashMap::new();
        for end in &self.ends {
            let at = match end {
                Endpoint::Pod(pod) => *known.entry(key(pod, &blocks, by_node)).or_insert(groups.len()),
                _ => groups.len(),
            };
            match groups.get_mut(at) {
                Some(group) => group.more(end),
                None => groups.push(Group { first: end.clone(), second: None, count: 1 }),
            }
        }
        groups
    }
}

/// Ends that no policy can tell apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) first: Endpoint,
    /// Another one, to ask how they reach each other
    pub(super) second: Option<Endpoint>,
    pub(super) count: usize,
}

impl Group {
    fn more(&mut self, end: &Endpoint) {
        self.count += 1;
        if self.second.is_none() {
            self.second = Some(end.clone());
        }
    }
}

/// What policies can tell of a pod.
type Key = (Text, Labels, bool, bool, Vec<(Text, Protocol, u16)>, [Option<bool>; 2], Vec<bool>, Text);

fn key(pod: &Pod, blocks: &[&Block], by_node: bool) -> Key {
    let ports = pod.containers.iter().flat_map(|container| &container.ports);
    let named = ports.filter(|port| !port.name.is_empty()).map(|port| (port.name.clone(), port.protocol, port.number));
    let holds = |block: &&Block| pod.ips.iter().flatten().any(|ip| block.holds(*ip));
    let node = if by_node || pod.host_network { pod.node.clone() } else { Text::default() };
    (
        pod.namespace.clone(),
        pod.labels.clone(),
        pod.host_network,
        pod.phase.finished(),
        named.collect(),
        pod.ips.map(|ip| ip.map(|ip| ip.is_ipv4())),
        blocks.iter().map(holds).collect(),
        node,
    )
}

fn blocks(model: &Model) -> impl Iterator<Item = &Block> {
    let sections = model.policies.iter().flat_map(|policy| policy.ingress.iter().chain(&policy.egress));
    let peers = sections.flat_map(|section| &section.rules).filter_map(|rule| match &rule.peers {
        Peers::Only(peers) => Some(peers),
        Peers::Everybody => None,
    });
    peers.flatten().filter_map(|peer| if let Peer::Block(block) = peer { Some(block) } else { None })
}

/// Ports as people write them: `TCP/80`, `80/tcp`, `80` (TCP), `UDP/5000-6000`, `SCTP`. Errors: none of these.
pub fn parse_ports(text: &str) -> Result<PortSet, String> {
    let protocol = |word: &str| PROTOCOLS.into_iter().find(|protocol| protocol.name().eq_ignore_ascii_case(word));
    let number = |word: &str| word.parse::<u16>().ok().filter(|number| *number > 0);
    let range = |word: &str| match word.split_once('-') {
        Some((from, to)) => Some((number(from)?, number(to)?)).filter(|(from, to)| from <= to),
        None => number(word).map(|number| (number, number)),
    };
    let found = match text.split_once('/') {
        Some((a, b)) => protocol(a).zip(range(b)).or_else(|| protocol(b).zip(range(a))),
        None => range(text).map(|range| (Protocol::Tcp, range)).or_else(|| Some((protocol(text)?, (1, u16::MAX)))),
    };
    let found = found.map(|(protocol, (from, to))| PortSet::range(protocol, from, to));
    found.ok_or_else(|| format!("{text}: no port; write such as TCP/80, UDP/53 or TCP/8000-9000"))
}

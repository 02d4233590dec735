//! A large cluster with policies as clusters have them, as facts: the same one at every run.
//!
//! Namespaces of some twenty workloads each. Policies come in rounds of ten a namespace: deny all, DNS, who may call whom inside, who
//! may call from a neighbour by its labels, monitoring from everywhere, addresses outside with a hole, a port by name, a range of
//! ports, an operator's expression, and all of the own namespace.

use cnitui::snapshot::{
    IpBlock, Kind, Labels, Namespace, NetworkPolicy, Node, Operator, Origin, Owner, Peer, Phase, Pod, PodContainer, PolicyPort,
    PolicyRule, Port, PortRef, Protocol, Requirement, Selector, Snapshot, State, Text,
};
use std::net::IpAddr;
use std::sync::Arc;

/// How large it is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) namespaces: u32,
    /// Workloads in each namespace
    pub(crate) workloads: u32,
    pub(crate) pods: u32,
    pub(crate) policies: u32,
}

fn labels(pairs: &[(&str, String)]) -> Labels {
    Labels::new(pairs.iter().map(|(key, value)| (Text::new(key), Text::new(value))).collect())
}

fn equals(key: &str, value: String) -> Selector {
    compares(key, Operator::In, vec![value])
}

fn compares(key: &str, operator: Operator, values: Vec<String>) -> Selector {
    Selector {
        requirements: vec![Requirement { key: key.into(), operator, values: values.into_iter().map(Text::from).collect() }],
    }
}

fn app(workload: u32) -> String {
    format!("app-{workload}")
}

fn space(namespace: u32) -> String {
    format!("team-{namespace}")
}

/// The cluster.
pub(crate) fn cluster(size: Size) -> Snapshot {
    let namespaces = (0..size.namespaces).map(|at| Namespace {
        name: space(at).into(),
        uid: Text::default(),
        labels: labels(&[
            ("kubernetes.io/metadata.name", space(at)),
            ("tenant", format!("tenant-{}", at / 5)),
            ("stage", if at.is_multiple_of(3) { "prod" } else { "test" }.to_owned()),
        ]),
    });
    let nodes = (0..size.pods.div_ceil(100)).map(|at| Node {
        name: format!("node-{at}").into(),
        internal_ips: [IpAddr::from([192, 168, (at >> 8) as u8, at as u8])].into(),
        ..Node::default()
    });
    let mut snapshot = Snapshot {
        origin: Origin::Live { context: "bench".into() },
        namespaces: namespaces.collect(),
        nodes: nodes.collect(),
        pods: pods(size).into_iter().collect(),
        policies: (0..size.policies).map(|at| policy(size, at)).collect(),
        ..Snapshot::default()
    };
    for kind in Kind::ALL {
        snapshot.sources.of_mut(kind).state = State::Live;
    }
    snapshot
}

fn pods(size: Size) -> Vec<Pod> {
    let workloads = size.namespaces * size.workloads;
    let port = |name: &str, number| Port { name: name.into(), number, protocol: Protocol::Tcp };
    let containers: Arc<[PodContainer]> = [PodContainer {
        name: "app".into(),
        image: "registry.example.com/app:1".into(),
        ports: [port("http", 8080), port("metrics", 9090)].into(),
        ..PodContainer::default()
    }]
    .into();
    let mut all = Vec::with_capacity(size.pods as usize);
    for nth in 0..workloads {
        let (namespace, workload) = (nth / size.workloads, nth % size.workloads);
        let labels = labels(&[
            ("app", app(workload)),
            ("pod-template-hash", format!("{nth:08x}")),
            ("team", format!("team-{}", nth % 7)),
            ("tier", ["front", "back", "data"][(workload % 3) as usize].to_owned()),
        ]);
        let owner = Owner { kind: "ReplicaSet".into(), name: format!("{}-{nth:08x}", app(workload)).into() };
        let namespace = Text::from(space(namespace));
        for replica in 0..size.pods / workloads + u32::from(nth < size.pods % workloads) {
            let number = all.len() as u32;
            all.push(Pod {
                namespace: namespace.clone(),
                name: format!("{}-{replica}", owner.name).into(),
                labels: labels.clone(),
                owner: Some(owner.clone()),
                node: format!("node-{}", number / 100).into(),
                containers: Arc::clone(&containers),
                phase: Phase::Running,
                ips: [Some(IpAddr::from([10, (number >> 16) as u8, (number >> 8) as u8, number as u8])), None],
                ..Pod::default()
            });
        }
    }
    all
}

fn tcp(from: u16, to: Option<u16>) -> PolicyPort {
    PolicyPort { protocol: Protocol::Tcp, port: Some(PortRef::Number(from)), end_port: to }
}

fn pods_peer(namespaces: Option<Selector>, pods: Option<Selector>) -> Peer {
    Peer::Pods { namespaces, pods }
}

fn policy(size: Size, at: u32) -> NetworkPolicy {
    let (namespace, round) = (at % size.namespaces, at / size.namespaces);
    let (one, other) = (app((at * 7 + round) % size.workloads), app((at * 3 + round + 1) % size.workloads));
    let rule = |peer: Peer, ports: Vec<PolicyPort>| -> Arc<[PolicyRule]> { [PolicyRule { peers: vec![peer], ports }].into() };
    let none = || Arc::<[PolicyRule]>::default();
    let neighbour = || Some(equals("kubernetes.io/metadata.name", space((namespace + 1 + round) % size.namespaces)));
    let outside = || {
        let net = |text: String| text.parse().unwrap_or_default();
        let hole = net(format!("203.{}.{}.0/26", at % 200, round % 200));
        Peer::Block(IpBlock { cidr: net(format!("203.{}.0.0/16", at % 200)), except: vec![hole] })
    };
    let udp = PolicyPort { protocol: Protocol::Udp, ..tcp(53, None) };
    let named = PolicyPort { port: Some(PortRef::Name("http".into())), ..PolicyPort::default() };
    let monitoring = || pods_peer(Some(Selector::default()), Some(equals("app", "app-0".to_owned())));
    let expression = || compares("tier", Operator::NotIn, vec!["data".to_owned()]);
    let everyone = Selector::default;
    let (pod_selector, ingress, egress) = match round % 10 {
        0 => (everyone(), Some(none()), at.is_multiple_of(2).then(none)),
        1 => (equals("app", one), Some(rule(pods_peer(None, Some(equals("app", other))), vec![tcp(8080, None)])), None),
        2 => (everyone(), None, Some(rule(pods_peer(Some(everyone()), None), vec![udp, tcp(53, None)]))),
        3 => {
            (equals("app", one), Some(rule(pods_peer(neighbour(), Some(equals("tier", "front".to_owned()))), vec![named])), None)
        }
        4 => (everyone(), Some(rule(monitoring(), vec![tcp(9090, None)])), None),
        5 => (equals("app", one), None, Some(rule(outside(), vec![tcp(443, None)]))),
        6 => (equals("app", one), Some(rule(pods_peer(None, Some(expression())), vec![tcp(8000, Some(8999))])), None),
        7 => (expression(), Some(rule(pods_peer(Some(equals("stage", "prod".to_owned())), None), vec![tcp(443, None)])), None),
        8 => (equals("app", one), None, Some(rule(pods_peer(None, Some(equals("app", other))), Vec::new()))),
        _ => (everyone(), Some(rule(pods_peer(None, Some(everyone())), Vec::new())), None),
    };
    NetworkPolicy {
        namespace: space(namespace).into(),
        name: format!("policy-{at}").into(),
        pod_selector,
        isolates_ingress: ingress.is_some(),
        isolates_egress: egress.is_some(),
        ingress: ingress.unwrap_or_default(),
        egress: egress.unwrap_or_default(),
        created: None,
    }
}

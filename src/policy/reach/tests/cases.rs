//! Random clusters: a few namespaces, nodes and pods, and policies of every layer.

use crate::policy::world::COMPUTED;
use crate::policy::{
    Action, Block, ByAddress, End, Layer, Model, Namespaces, Peer, Peers, Policy, PolicyRef, Port, Ports, Rule, Scope, Section,
};
use crate::snapshot::{
    Labels, Namespace, Node, Operator, Phase, Pod, PodContainer, Protocol, Requirement, Selector, Snapshot, Text,
};
use proptest::prelude::*;
use std::net::IpAddr;

const BLOCKS: [&str; 9] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/24",
    "10.0.0.2/31",
    "10.0.0.3/32",
    "::/0",
    "fd00::/64",
    "fd00::2/127",
    "192.168.0.1/32",
];

/// A cluster.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) snapshot: Snapshot,
    pub(super) model: Model,
}

pub(super) fn labels(pairs: &[(&str, &str)]) -> Labels {
    Labels::new(pairs.iter().map(|(k, v)| (Text::new(k), Text::new(v))).collect())
}

fn label_set() -> impl Strategy<Value = Labels> {
    let one = |key: &'static str, values: Vec<&'static str>| {
        prop::option::of(prop::sample::select(values)).prop_map(move |v| v.map(|v| (key, v)))
    };
    (one("app", vec!["a", "b"]), one("tier", vec!["a", "b", "a", "b", COMPUTED]))
        .prop_map(|(a, b)| labels(&a.into_iter().chain(b).collect::<Vec<_>>()))
}

fn selector() -> impl Strategy<Value = Selector> {
    let operator = prop::sample::select(vec![Operator::In, Operator::NotIn, Operator::Exists, Operator::DoesNotExist]);
    let values = prop::sample::select(vec![vec!["a"], vec!["b"], vec!["a", "b"]]);
    let requirement = (prop::sample::select(vec!["app", "tier"]), operator, values).prop_map(|(key, operator, values)| {
        let values = if matches!(operator, Operator::In | Operator::NotIn) { values } else { vec![] };
        Requirement { key: key.into(), operator, values: values.into_iter().map(Text::new).collect() }
    });
    prop::collection::vec(requirement, 0..3).prop_map(|requirements| Selector { requirements })
}

fn space_name() -> impl Strategy<Value = Text> {
    prop::sample::select(vec!["red", "blue"]).prop_map(Text::new)
}

fn scope() -> impl Strategy<Value = Scope> {
    let namespaces = prop_oneof![space_name().prop_map(Namespaces::Named), selector().prop_map(Namespaces::Matching)];
    (namespaces, selector()).prop_map(|(namespaces, pods)| Scope { namespaces, pods })
}

fn block() -> impl Strategy<Value = Block> {
    let by = prop::sample::select(vec![ByAddress::Dialect, ByAddress::Dialect, ByAddress::Pods]);
    (prop::sample::select(BLOCKS.to_vec()), prop::sample::subsequence(BLOCKS.to_vec(), 0..3), by).prop_map(|(cidr, cut, pods)| {
        let cidr: ipnet::IpNet = cidr.parse().unwrap();
        let except = cut.iter().map(|net| net.parse().unwrap()).filter(|net| *net != cidr && cidr.contains(net)).collect();
        Block { cidr, except, pods }
    })
}

fn peer() -> impl Strategy<Value = Peer> {
    prop_oneof![
        4 => scope().prop_map(Peer::Pods),
        3 => block().prop_map(Peer::Block),
        1 => selector().prop_map(Peer::Nodes),
        1 => Just(Peer::Unread),
    ]
}

fn port() -> impl Strategy<Value = Port> {
    let protocol = || prop::sample::select(vec![Protocol::Tcp, Protocol::Udp]);
    let range = (protocol(), prop::sample::select(vec![(80, 80), (80, 81), (1, 65535), (8000, 9000), (53, 53)]));
    let named = (prop::option::of(protocol()), prop::sample::select(vec!["http", "dns", "none"]));
    prop_oneof![
        range.prop_map(|(protocol, (from, to))| Port::Range { protocol, from, to }),
        named.prop_map(|(protocol, name)| Port::Named { protocol, name: name.into() }),
    ]
}

fn section(layer: Layer) -> impl Strategy<Value = Option<Section>> {
    let action = match layer {
        Layer::NetworkPolicy => prop::sample::select(vec![Action::Allow]),
        _ => prop::sample::select(vec![Action::Allow, Action::Deny, Action::Pass]),
    };
    let peers = prop_oneof![
        1 => Just(Peers::Everybody),
        4 => prop::collection::vec(peer(), 1..3).prop_map(Peers::Only),
    ];
    let ports = prop_oneof![Just(Ports::All), prop::collection::vec(port(), 1..3).prop_map(Ports::Only)];
    let rule = (action, peers, ports).prop_map(|(action, peers, ports)| Rule {
        name: Text::default(),
        action,
        peers,
        ports,
        unread: None,
    });
    let end = if layer == Layer::NetworkPolicy { End::Deny } else { End::Next };
    prop::option::of(prop::collection::vec(rule, 0..4).prop_map(move |rules| Section { rules, end }))
}

fn policy() -> impl Strategy<Value = Policy> {
    let layer = prop::sample::select(vec![
        Layer::Admin,
        Layer::NetworkPolicy,
        Layer::NetworkPolicy,
        Layer::NetworkPolicy,
        Layer::Baseline,
    ]);
    let rest = layer.prop_flat_map(|layer| (Just(layer), section(layer), section(layer)));
    (rest, scope(), 0..1000u32).prop_map(|((layer, ingress, egress), subject, number)| {
        let origin = PolicyRef { kind: "Any", namespace: Text::default(), name: number.to_string().into() };
        Policy { origin, layer, priority: f64::from(number), subject, ingress, egress }
    })
}

fn pod() -> impl Strategy<Value = Pod> {
    let ports = prop::collection::vec(
        (prop::sample::select(vec!["http", "dns"]), prop::sample::select(vec![80, 8080, 53]), any::<bool>()),
        0..3,
    );
    let flags = (prop::bool::weighted(0.15), prop::bool::weighted(0.1), any::<bool>(), prop::bool::weighted(0.85));
    (space_name(), label_set(), ports, flags, 1..6u8).prop_map(
        |(namespace, labels, ports, (host_network, ended, dual, placed), address)| {
            let port = |(name, number, udp): (&str, u16, bool)| crate::snapshot::Port {
                name: name.into(),
                number,
                protocol: if udp { Protocol::Udp } else { Protocol::Tcp },
            };
            let ports = ports.into_iter().map(port).collect();
            let container = PodContainer { name: "app".into(), image: "app".into(), ports, ..PodContainer::default() };
            let v4 = if host_network { IpAddr::from([192, 168, 0, address % 2 + 1]) } else { IpAddr::from([10, 0, 0, address]) };
            let v6: IpAddr = format!("fd00::{address}").parse().unwrap();
            Pod {
                namespace,
                node: if host_network { (address % 2 + 1).to_string().into() } else { "other".into() },
                labels,
                host_network,
                containers: [container].into(),
                phase: if ended { Phase::Succeeded } else { Phase::Running },
                ips: [placed.then_some(v4), (placed && dual && !host_network).then_some(v6)],
                ..Pod::default()
            }
        },
    )
}

/// Any cluster.
pub(super) fn case() -> impl Strategy<Value = Case> {
    let namespace = (space_name(), label_set()).prop_map(|(name, labels)| Namespace { name, labels, ..Namespace::default() });
    let node = (1..3u8, label_set()).prop_map(|(n, labels)| Node {
        name: n.to_string().into(),
        labels,
        internal_ips: [IpAddr::from([192, 168, 0, n])].into(),
        ..Node::default()
    });
    (
        prop::collection::vec(namespace, 0..3),
        prop::collection::vec(pod(), 1..7),
        prop::collection::vec(policy(), 0..5),
        prop::collection::vec(node, 0..2),
    )
        .prop_map(|(mut namespaces, mut pods, mut policies, mut nodes)| {
            pods.iter_mut().zip(0..).for_each(|(pod, at): (&mut Pod, u32)| pod.name = at.to_string().into());
            nodes.sort_by(|a, b| a.name.cmp(&b.name));
            nodes.dedup_by(|a, b| a.name == b.name);
            namespaces.sort_by(|a, b| a.name.cmp(&b.name));
            namespaces.dedup_by(|a, b| a.name == b.name);
            // Labels that were not read are in doubt; here all are known.
            let is_bare = |name: &&str| !namespaces.iter().any(|space: &Namespace| *space.name == **name);
            let bare: Vec<&str> = ["red", "blue"].into_iter().filter(|name| is_bare(name)).collect();
            namespaces.extend(bare.into_iter().map(|name| Namespace { name: name.into(), ..Namespace::default() }));
            policies.sort_by(|a, b| a.layer.cmp(&b.layer).then(a.priority.total_cmp(&b.priority)));
            let snapshot = Snapshot {
                namespaces: namespaces.into_iter().collect(),
                pods: pods.into_iter().collect(),
                nodes: nodes.into_iter().collect(),
                ..Snapshot::default()
            };
            Case { snapshot, model: Model { policies, ..Model::default() } }
        })
}

//! Random worlds: the evaluator agrees with the reference, and what it calls unknown is all that it does not know.

use super::reference::{End, Reference};
use super::snapshot;
use cnitui::policy::{Dialect, Endpoint, Evaluator, Flow, Model, Point, PortSet, Verdict, World, model};
use cnitui::snapshot::Protocol;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

fn labels() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(select(vec!["a", "b"]), select(vec!["x", "y"]), 0..=2).prop_map(|map| json!(map))
}

fn selector() -> impl Strategy<Value = Value> {
    let values = || prop::collection::vec(select(vec!["x", "y"]), 1..=2);
    let key = || select(vec!["a", "b"]);
    prop_oneof![
        Just(json!({})),
        labels().prop_map(|labels| json!({ "matchLabels": labels })),
        (key(), select(vec!["In", "NotIn"]), values())
            .prop_map(|(key, op, values)| json!({ "matchExpressions": [{ "key": key, "operator": op, "values": values }] })),
        (key(), select(vec!["Exists", "DoesNotExist"]))
            .prop_map(|(key, op)| json!({ "matchExpressions": [{ "key": key, "operator": op }] })),
    ]
}

const SPACES: [&str; 3] = ["s0", "s1", "s2"];
const BLOCKS: [&str; 6] = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/30", "10.0.0.2/32", "192.168.0.0/24", "203.0.113.0/25"];

/// The pod of that number.
fn pod(at: usize) -> impl Strategy<Value = Value> {
    let ports = prop::collection::vec((select(vec!["http", "dns"]), select(vec![80, 81]), select(vec!["TCP", "UDP"])), 0..=2);
    (select(SPACES.to_vec()), labels(), ports, prop::bool::weighted(0.2), 0..2_u8).prop_map(
        move |(space, labels, ports, host, node)| {
            let ports: Vec<Value> = ports
                .into_iter()
                .map(|(name, port, protocol)| json!({ "name": name, "containerPort": port, "protocol": protocol }))
                .collect();
            let ip = if host { format!("192.168.0.{node}") } else { format!("10.0.0.{at}") };
            json!({ "apiVersion": "v1", "kind": "Pod",
                "metadata": { "namespace": space, "name": format!("p{at}"), "labels": labels },
                "spec": { "nodeName": format!("n{node}"), "hostNetwork": host, "containers": [{ "name": "c", "ports": ports }] },
                "status": { "phase": "Running", "podIPs": [{ "ip": ip }] } })
        },
    )
}

/// An object of these fields, as far as they are there.
fn object(fields: Vec<(&str, Option<Value>)>) -> Value {
    Value::Object(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>())
}

fn np_rule(peers: &'static str) -> impl Strategy<Value = Value> {
    let block = (select(BLOCKS.to_vec()), prop::bool::ANY).prop_map(|(cidr, cut)| {
        let except = if cut && cidr == "10.0.0.0/8" { json!(["10.0.0.0/31"]) } else { json!([]) };
        json!({ "ipBlock": { "cidr": cidr, "except": except } })
    });
    let pods = (prop::option::of(selector()), prop::option::of(selector()))
        .prop_filter("a peer says something", |(a, b)| a.is_some() || b.is_some())
        .prop_map(|(spaces, pods)| object(vec![("namespaceSelector", spaces), ("podSelector", pods)]));
    let port = prop_oneof![
        select(vec!["http", "dns"]).prop_map(|name| json!({ "port": name })),
        select(vec!["http", "dns"]).prop_map(|name| json!({ "port": name, "protocol": "UDP" })),
        select(vec![80, 81]).prop_map(|port| json!({ "port": port })),
        Just(json!({ "port": 80, "endPort": 90, "protocol": "UDP" })),
        Just(json!({ "protocol": "SCTP" })),
        Just(json!({})),
    ];
    let peer = prop_oneof![block, pods];
    (prop::collection::vec(peer, 0..=2), prop::collection::vec(port, 0..=2))
        .prop_map(move |(all, ports)| json!({ (peers): all, "ports": ports }))
}

fn network_policy() -> impl Strategy<Value = Value> {
    let rules = |peers| prop::option::of(prop::collection::vec(np_rule(peers), 0..=2));
    let types = prop::option::of(select(vec![json!(["Ingress"]), json!(["Egress"]), json!(["Ingress", "Egress"])]));
    (select(SPACES.to_vec()), selector(), types, rules("from"), rules("to")).prop_map(|(space, pods, types, ingress, egress)| {
        let spec = vec![
            ("podSelector", Some(pods)),
            ("policyTypes", types),
            ("ingress", ingress.map(Value::from)),
            ("egress", egress.map(Value::from)),
        ];
        json!({ "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": { "namespace": space },
            "spec": object(spec) })
    })
}

fn pod_set() -> impl Strategy<Value = Value> {
    prop_oneof![
        selector().prop_map(|spaces| json!({ "namespaces": spaces })),
        (selector(), selector())
            .prop_map(|(spaces, pods)| json!({ "pods": { "namespaceSelector": spaces, "podSelector": pods } })),
    ]
}

/// A rule of a cluster policy in the words of the older kinds (`is_old`) or the newer one.
fn cluster_rule(peers: &'static str, is_old: bool, may_pass: bool) -> impl Strategy<Value = Value> {
    let allow = if is_old { "Allow" } else { "Accept" };
    let actions = if may_pass { vec![allow, "Deny", "Pass"] } else { vec![allow, "Deny"] };
    let port = (select(vec!["http", "dns", ""]), select(vec!["TCP", "UDP"]), select(vec![80, 81]), prop::bool::ANY).prop_map(
        move |(name, protocol, number, range)| match (name, is_old, range) {
            ("", true, false) => json!({ "portNumber": { "protocol": protocol, "port": number } }),
            ("", true, true) => json!({ "portRange": { "protocol": protocol, "start": number, "end": number + 5 } }),
            ("", false, false) => json!({ (protocol.to_lowercase()): { "destinationPort": { "number": number } } }),
            ("", false, true) => {
                json!({ (protocol.to_lowercase()): { "destinationPort": { "range": { "start": number, "end": number + 5 } } } })
            }
            (name, true, _) => json!({ "namedPort": name }),
            (name, false, _) => json!({ "destinationNamedPort": name }),
        },
    );
    let other = prop_oneof![
        select(BLOCKS.to_vec()).prop_map(|block| json!({ "networks": [block] })),
        labels().prop_map(|labels| json!({ "nodes": { "matchLabels": labels } })),
    ];
    let peer = if peers == "to" { prop_oneof![pod_set(), other].boxed() } else { pod_set().boxed() };
    let ports = prop::option::of(prop::collection::vec(port, 1..=2));
    (select(actions), prop::collection::vec(peer, 1..=2), ports).prop_map(move |(action, all, ports)| {
        let name = if is_old { "ports" } else { "protocols" };
        // ANP-9: addresses have no names for ports.
        let has_addresses = all.iter().any(|peer| peer.get("networks").or(peer.get("nodes")).is_some());
        let is_name = |port: &Value| port.get("namedPort").or(port.get("destinationNamedPort")).is_some();
        let ports = ports.map(|ports| ports.into_iter().filter(|port| !(has_addresses && is_name(port))).collect::<Vec<_>>());
        let ports = ports.filter(|ports| !ports.is_empty());
        object(vec![("action", Some(json!(action))), (peers, Some(json!(all))), (name, ports.map(Value::from))])
    })
}

fn cluster_policy(kind: &'static str) -> impl Strategy<Value = Value> {
    let (is_old, may_pass) = (kind != "ClusterNetworkPolicy", kind != "BaselineAdminNetworkPolicy");
    let rules = |peers| prop::collection::vec(cluster_rule(peers, is_old, may_pass), 0..=3);
    let version = if is_old { "v1alpha1" } else { "v1alpha2" };
    (pod_set(), rules("from"), rules("to"), select(vec!["Admin", "Baseline"])).prop_map(
        move |(subject, ingress, egress, tier)| {
            json!({ "apiVersion": format!("policy.networking.k8s.io/{version}"), "kind": kind, "metadata": {},
            "spec": { "subject": subject, "ingress": ingress, "egress": egress, "tier": tier } })
        },
    )
}

/// Objects of a whole world. Policies get their names and priorities here: no two are equal, which the APIs leave open.
fn world() -> impl Strategy<Value = Vec<Value>> {
    let space = |name| {
        labels().prop_map(
            move |labels| json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name, "labels": labels } }),
        )
    };
    let node = |at: u8| {
        labels().prop_map(move |labels| {
            json!({ "apiVersion": "v1", "kind": "Node", "metadata": { "name": format!("n{at}"), "labels": labels },
                "status": { "addresses": [{ "type": "InternalIP", "address": format!("192.168.0.{at}") }] } })
        })
    };
    let pods: Vec<_> = (0..5).map(pod).collect();
    let cluster = prop_oneof![
        cluster_policy("AdminNetworkPolicy").boxed(),
        cluster_policy("BaselineAdminNetworkPolicy").boxed(),
        cluster_policy("ClusterNetworkPolicy").boxed(),
    ];
    let policies = (prop::collection::vec(network_policy(), 0..=4), prop::collection::vec(cluster, 0..=3));
    ((space("s0"), space("s1")), (node(0), node(1)), pods, policies).prop_map(|(spaces, nodes, pods, (network, cluster))| {
        let bare = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "s2" } });
        let mut all = vec![spaces.0, spaces.1, bare, nodes.0, nodes.1];
        all.extend(pods);
        for (at, mut policy) in network.into_iter().chain(cluster).enumerate() {
            policy["metadata"]["name"] = json!(format!("np{at}"));
            if policy["kind"] != "NetworkPolicy" {
                policy["spec"]["priority"] = json!(at);
            }
            all.push(policy);
        }
        all
    })
}

const OUTSIDE: [&str; 2] = ["203.0.113.9", "203.0.113.200"];
const PORTS: [(Protocol, u16); 6] = [
    (Protocol::Tcp, 80),
    (Protocol::Tcp, 81),
    (Protocol::Tcp, 99),
    (Protocol::Udp, 80),
    (Protocol::Udp, 85),
    (Protocol::Sctp, 80),
];

/// A world as the evaluator has it.
struct Scene {
    world: World,
    model: Model,
}

impl Scene {
    fn of(objects: &[Value]) -> Self {
        let snapshot = snapshot(objects);
        let model = model(&snapshot);
        assert!(snapshot.problems.is_empty() && model.problems.is_empty(), "{:?} {:?}", snapshot.problems, model.problems);
        Self { world: World::of(&snapshot), model }
    }

    fn decide(&self, dialect: &Dialect, from: &Endpoint, to: &Endpoint, (protocol, port): (Protocol, u16)) -> Verdict {
        let by = Evaluator { model: &self.model, world: &self.world, dialect };
        let flow = Flow { from: from.clone(), to: to.clone(), ports: PortSet::port(protocol, port) };
        by.decide(&flow).first().map_or(Verdict::Deny, |decision| decision.verdict)
    }

    fn ends(&self) -> Vec<Endpoint> {
        let outside = OUTSIDE.map(|ip| Endpoint::Outside(ip.parse::<IpAddr>().unwrap()));
        let nodes = self.world.nodes.values().cloned().map(Endpoint::Node);
        self.world.pods.iter().cloned().map(Endpoint::Pod).chain(nodes).chain(outside).collect()
    }
}

fn as_reference<'a>(objects: &'a [Value], end: &Endpoint) -> End<'a> {
    let object = |name: &str| objects.iter().find(|one| one["metadata"]["name"] == name).unwrap();
    match end {
        Endpoint::Pod(pod) => End::Pod(object(&pod.name)),
        Endpoint::Node(node) => End::Node(object(&node.name)),
        Endpoint::Outside(IpAddr::V4(ip)) => End::Outside(*ip),
        Endpoint::Outside(_) => panic!("{end} is not of these worlds"),
    }
}

/// The points that CNIs differ in.
const OPEN: [Point; 5] =
    [Point::BlocksMatchPods, Point::BlocksMatchNodes, Point::HostPodsArePods, Point::OwnNodeIsOpen, Point::BlocksKnowPortNames];

/// The dialect where these hold.
fn dialect(points: [bool; 5]) -> Dialect {
    let told = OPEN.into_iter().zip(points);
    told.fold(Dialect::of(None), |dialect, (point, holds)| dialect.with(point, holds.into()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn the_evaluator_agrees_with_the_reference(objects in world(), points in any::<[bool; 5]>()) {
        let (scene, dialect) = (Scene::of(&objects), dialect(points));
        let reference = Reference { world: &objects, points };
        let ends = scene.ends();
        for (from, to) in ends.iter().flat_map(|from| ends.iter().map(move |to| (from, to))) {
            for port in PORTS {
                let expected = reference.allows(as_reference(&objects, from), as_reference(&objects, to), (port.0.name(), port.1.into()));
                let verdict = scene.decide(&dialect, from, to, port);
                prop_assert_eq!(verdict, if expected { Verdict::Allow } else { Verdict::Deny }, "{} to {} on {:?}", from, to, port);
            }
        }
    }

    #[test]
    fn what_is_sure_without_a_cni_is_so_with_every_cni(objects in world()) {
        let scene = Scene::of(&objects);
        let dialects: Vec<Dialect> = (0..32_u8).map(|bits| dialect([0, 1, 2, 3, 4].map(|at| bits >> at & 1 == 1))).collect();
        let ends = scene.ends();
        for (from, to) in ends.iter().flat_map(|from| ends.iter().map(move |to| (from, to))) {
            let port = (Protocol::Tcp, 80);
            let unsure = scene.decide(&Dialect::of(None), from, to, port);
            for dialect in dialects.iter().filter(|_| unsure != Verdict::Unknown) {
                prop_assert_eq!(scene.decide(dialect, from, to, port), unsure, "{} to {} as {:?}", from, to, dialect);
            }
        }
    }
}

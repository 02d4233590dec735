//! The engine against a plain reading of the model: pod by pod, rule by rule, port by port.

mod cases;

use super::*;
use crate::policy::world::COMPUTED;
use crate::policy::{
    Action, ByAddress, End, Endpoint, Evaluator, Family, Flow, Holds, Layer, Namespaces, Peer, Peers, Point, Policy, PortSet,
    Rule, SPEC, Scope,
};
use crate::snapshot::{Labels, Pod, PodContainer, Protocol, Selector, Text};
use cases::{Case, case, labels};
use proptest::prelude::*;
use std::net::IpAddr;

mod shares;

const PORTS: [(Protocol, u16); 6] = [
    (Protocol::Tcp, 80),
    (Protocol::Tcp, 81),
    (Protocol::Tcp, 8080),
    (Protocol::Udp, 80),
    (Protocol::Udp, 53),
    (Protocol::Sctp, 80),
];
const OUTSIDE: [&str; 6] = ["192.168.0.1", "10.0.0.200", "10.0.1.1", "8.8.8.8", "fd00::ffff", "2001:db8::1"];

/// What CNIs differ in, in the order in which the tests say how it is read.
const OPEN: [Point; 4] = [Point::HostPodsArePods, Point::BlocksMatchPods, Point::BlocksMatchNodes, Point::BlocksKnowPortNames];

/// The other end in the plain reading.
#[derive(Clone, Copy)]
enum Other<'a> {
    Pod(&'a Pod),
    Ip(IpAddr),
}

struct Plain<'a> {
    case: &'a Case,
    /// Whether each of `OPEN` holds
    points: [bool; 4],
    /// What the labels are that a controller computes
    computed: &'static str,
    /// Which of the addresses that a pod has, or may get, it is reached by
    pick: usize,
}

impl Plain<'_> {
    fn holds(&self, point: Point) -> bool {
        OPEN.iter().zip(self.points).any(|(open, holds)| *open == point && holds)
    }

    fn in_scope(&self, scope: &Scope, pod: &Pod) -> bool {
        let own = labels(&[("kubernetes.io/metadata.name", &pod.namespace)]);
        let known = self.case.snapshot.namespaces.iter().find(|space| space.name == pod.namespace);
        let space = Labels::new(own.iter().chain(known.iter().flat_map(|space| &space.labels)).cloned().collect());
        (self.holds(Point::HostPodsArePods) || !pod.host_network)
            && match &scope.namespaces {
                Namespaces::Named(name) => *name == pod.namespace,
                Namespaces::Matching(selector) => selector.matches(&space),
            }
            && scope.pods.matches(&told(&pod.labels, self.computed))
    }

    fn ips(&self, pod: &Pod) -> Vec<IpAddr> {
        let mut own: Vec<IpAddr> = pod.ips.iter().flatten().copied().collect();
        let node = self.case.snapshot.nodes.iter().find(|node| pod.host_network && own.is_empty() && node.name == pod.node);
        own.extend(node.iter().flat_map(|node| node.internal_ips.iter()));
        own
    }

    fn ip(&self, pod: &Pod) -> IpAddr {
        let mut own = self.ips(pod);
        if own.is_empty() {
            own.extend(self.may_get());
        }
        own[self.pick % own.len()]
    }

    /// What a pod that has no address yet may get: one of a family that pods have here.
    fn may_get(&self) -> impl Iterator<Item = IpAddr> {
        let families = World::of(&self.case.snapshot).families;
        let any = ["10.0.0.2", "fd00::3", "192.168.0.1"].map(|ip| ip.parse::<IpAddr>().unwrap());
        any.into_iter().filter(move |ip| families.contains(&Family::of(*ip)))
    }

    fn is_node(&self, ip: IpAddr) -> bool {
        self.case.snapshot.nodes.iter().any(|node| node.internal_ips.contains(&ip))
    }

    fn is_peer(&self, peer: &Peer, other: Other<'_>) -> bool {
        let node_at = |selector: &Selector, ip: IpAddr| {
            self.case.snapshot.nodes.iter().any(|node| selector.matches(&node.labels) && node.internal_ips.contains(&ip))
        };
        match (peer, other) {
            (Peer::Pods(scope), Other::Pod(pod)) => self.in_scope(scope, pod),
            (Peer::Block(block), Other::Ip(ip)) => {
                (self.holds(Point::BlocksMatchNodes) || block.pods == ByAddress::Pods || !self.is_node(ip)) && block.holds(ip)
            }
            (Peer::Nodes(selector), Other::Ip(ip)) => node_at(selector, ip),
            (Peer::Block(block), Other::Pod(pod)) => {
                let is_node = pod.host_network && !self.holds(Point::HostPodsArePods);
                let matches = if is_node { self.holds(Point::BlocksMatchNodes) } else { self.holds(Point::BlocksMatchPods) };
                (matches || block.pods == ByAddress::Pods) && block.holds(self.ip(pod))
            }
            (Peer::Nodes(selector), Other::Pod(pod)) => pod.host_network && node_at(selector, self.ip(pod)),
            _ => false,
        }
    }

    fn side(&self, pod: &Pod, other: Other<'_>, direction: Direction, destination: &[PodContainer], at: (Protocol, u16)) -> bool {
        let policies: Vec<&Policy> =
            self.case.model.policies.iter().filter(|policy| self.in_scope(&policy.subject, pod)).collect();
        for layer in [Layer::Admin, Layer::NetworkPolicy, Layer::Baseline] {
            let sections: Vec<_> =
                policies.iter().filter(|policy| policy.layer == layer).filter_map(|policy| policy.section(direction)).collect();
            let matches = |rule: &&Rule| match &rule.peers {
                Peers::Everybody => rule.ports.resolve(destination).holds(at.0, at.1),
                Peers::Only(peers) => peers.iter().any(|peer| {
                    let finds_names = match peer {
                        Peer::Pods(_) => true,
                        Peer::Block(block) => block.pods == ByAddress::Dialect && self.holds(Point::BlocksKnowPortNames),
                        _ => false,
                    };
                    let names = if finds_names || direction == Direction::Ingress { destination } else { &[] };
                    self.is_peer(peer, other) && rule.ports.resolve(names).holds(at.0, at.1)
                }),
            };
            match sections.iter().flat_map(|section| &section.rules).find(matches).map(|rule| rule.action) {
                Some(Action::Allow) => return true,
                Some(Action::Deny) => return false,
                None if sections.iter().any(|section| section.end == End::Deny) => return false,
                Some(Action::Pass) | None => {}
            }
        }
        true
    }

    fn allows(&self, from: Other<'_>, to: Other<'_>, at: (Protocol, u16)) -> bool {
        let has_names = |pod: &&Pod| self.holds(Point::HostPodsArePods) || !pod.host_network;
        let pod = if let Other::Pod(pod) = to { Some(pod).filter(has_names) } else { None };
        let containers: &[PodContainer] = pod.map_or(&[], |pod| &pod.containers);
        let out = |pod| self.side(pod, to, Direction::Egress, containers, at);
        let into = |pod| self.side(pod, from, Direction::Ingress, containers, at);
        (if let Other::Pod(pod) = from { out(pod) } else { true }) && if let Other::Pod(pod) = to { into(pod) } else { true }
    }
}

/// All ends that a question can be asked about: the end as the engine names it, and as the plain reading does.
fn ends<'a>(case: &'a Case, reach: &Reach) -> Vec<(EndId, Other<'a>)> {
    let pods = case.snapshot.pods.iter().enumerate().filter(|(_, pod)| !pod.phase.finished());
    let pods = pods.map(|(at, pod)| (reach.pod(at).unwrap(), Other::Pod(pod)));
    let outside = OUTSIDE.iter().map(|ip| ip.parse().unwrap()).map(|ip| (reach.address(ip), Other::Ip(ip)));
    pods.chain(outside).collect()
}

type Both<'a> = (EndId, Other<'a>);

fn pairs<'a>(ends: &[Both<'a>]) -> Vec<(Both<'a>, Both<'a>)> {
    ends.iter().flat_map(|from| ends.iter().map(|to| (*from, *to))).collect()
}

fn agree(case: &Case, reach: &Reach, plains: &[Plain<'_>]) -> Result<(), TestCaseError> {
    let all = ends(case, reach);
    for ((from, source), (to, destination)) in pairs(&all) {
        if matches!((source, destination), (Other::Ip(_), Other::Ip(_))) {
            continue;
        }
        let Connection { sure, maybe } = reach.between(from, to);
        for at in PORTS {
            let plain: Vec<bool> = plains.iter().map(|plain| plain.allows(source, destination, at)).collect();
            let (low, high) = (plain.iter().all(|open| *open), plain.iter().any(|open| *open));
            let said = (sure.holds(at.0, at.1), maybe.holds(at.0, at.1));
            if plains.len() == 1 {
                prop_assert_eq!(said, (low, high), "{:?} {:?} {:?}", from, to, at);
            } else {
                prop_assert!(low || !said.0, "{:?} {:?} {:?}: not surely open", from, to, at);
                prop_assert!(!high || said.1, "{:?} {:?} {:?}: perhaps open", from, to, at);
            }
        }
    }
    Ok(())
}

/// Whether pods on the host network are pods, and whether blocks match pods, match nodes and find ports by their names.
fn dialect(open: [Holds; 4]) -> Dialect {
    let spec = Dialect::of(Some(SPEC)).with(Point::TiesByName, Holds::Yes);
    OPEN.into_iter().zip(open).fold(spec, |dialect, (point, holds)| dialect.with(point, holds))
}

fn compiled(case: &Case, dialect: &Dialect) -> Reach {
    Reach::new(World::of(&case.snapshot), &case.snapshot.nodes, case.model.clone(), dialect)
}

/// The labels where it is known what a controller computes.
fn told(labels: &Labels, computed: &str) -> Labels {
    let value = |value: &Text| if *value == *COMPUTED { computed.into() } else { value.clone() };
    Labels::new(labels.iter().map(|(key, one)| (key.clone(), value(one))).collect())
}

/// One address for every pod, no label that is computed, and every node is known.
fn single(case: &mut Case) {
    let known: Vec<Text> = case.snapshot.nodes.iter().map(|node| node.name.clone()).collect();
    for n in [1, 2].into_iter().filter(|n| !known.contains(&n.to_string().into())) {
        let internal_ips = [IpAddr::from([192, 168, 0, n])].into();
        case.snapshot.nodes.insert(Arc::new(Node { name: n.to_string().into(), internal_ips, ..Node::default() }));
    }
    // One on the host network has its node's.
    let own = |pod: &Pod| pod.ips[0].or((!pod.host_network).then_some([10, 0, 0, 9].into()));
    let single = |pod: &Arc<Pod>| Pod { ips: [own(pod), None], labels: told(&pod.labels, "c"), ..Pod::clone(pod) };
    case.snapshot.pods = case.snapshot.pods.iter().map(single).collect();
}

/// What one flow at a time says of all ports; none where they cannot talk, or where nodes and their pods are told apart by more
/// than classes are.
fn one_by_one(case: &Case, world: &World, dialect: &Dialect, from: Other<'_>, to: Other<'_>) -> Option<Connection> {
    let node = |ip: IpAddr| case.snapshot.nodes.iter().find(|node| node.internal_ips.contains(&ip)).cloned();
    let end = |other| match other {
        Other::Pod(pod) => Endpoint::Pod(Arc::new(pod.clone())),
        Other::Ip(ip) => node(ip).map_or(Endpoint::Outside(ip), Endpoint::Node),
    };
    match (from, to) {
        (Other::Ip(_), Other::Ip(_)) => return None,
        (Other::Pod(pod), Other::Ip(ip)) | (Other::Ip(ip), Other::Pod(pod)) if pod.host_network && node(ip).is_some() => {
            return None;
        }
        (Other::Pod(from), Other::Pod(to)) if from.name == to.name || from.host_network && to.host_network => return None,
        _ => {}
    }
    let decisions =
        Evaluator { model: &case.model, world, dialect }.decide(&Flow { from: end(from), to: end(to), ports: PortSet::all() });
    let both = |a: Connection, b: Connection| Connection { sure: a.sure.intersection(&b.sure), maybe: a.maybe.union(&b.maybe) };
    decisions.into_iter().map(|decision| decision.open).reduce(both)
}

fn matrix(reach: &Reach, bound: Bound) -> Vec<(EndId, EndId, PortSet)> {
    let mut all = Vec::new();
    let matrix = Matrix::of(reach, bound);
    matrix.read(0..reach.ends(), |line| {
        for (_, ports, words) in line.parts() {
            let bits = words.iter().zip(0..).flat_map(|(word, at)| (0..64).map(move |bit| (word >> bit & 1, at * 64 + bit)));
            all.extend(bits.filter(|(bit, _)| *bit == 1).map(|(_, end)| (line.from, EndId(end), ports.clone())));
        }
    });
    all.sort_by_key(|(from, to, _)| (*from, *to));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_pair_is_what_a_plain_reading_of_the_rules_says(mut case in case(), points in any::<[bool; 4]>()) {
        single(&mut case);
        let plain = Plain { case: &case, points, computed: "", pick: 0 };
        agree(&case, &compiled(&case, &dialect(points.map(Holds::from))), &[plain])?;
    }

    #[test]
    fn where_cnis_differ_or_addresses_are_not_known_every_case_lies_between_the_two_readings(case in case()) {
        let plains = (0..48).map(|n| Plain {
            case: &case,
            points: [n % 2 == 0, n / 2 % 2 == 0, n / 4 % 2 == 0, n / 8 % 2 == 0],
            computed: ["a", "b", "c"][n / 16],
            pick: n / 16,
        });
        agree(&case, &compiled(&case, &dialect([Holds::Maybe; 4])), &plains.collect::<Vec<_>>())?;
    }

    #[test]
    fn all_pairs_and_one_flow_say_the_same_where_all_is_known(mut case in case(), points in any::<[bool; 4]>()) {
        single(&mut case);
        let (dialect, world) = (dialect(points.map(Holds::from)), World::of(&case.snapshot));
        let reach = compiled(&case, &dialect);
        for ((from, source), (to, destination)) in pairs(&ends(&case, &reach)) {
            if let Some(flow) = one_by_one(&case, &world, &dialect, source, destination) {
                prop_assert_eq!(reach.between(from, to), flow, "{:?} {:?}", from, to);
            }
        }
    }

    #[test]
    fn all_pairs_and_one_flow_never_contradict_each_other(case in case()) {
        let (dialect, world) = (dialect([Holds::Maybe; 4]).with(Point::TiesByName, Holds::Maybe), World::of(&case.snapshot));
        let reach = compiled(&case, &dialect);
        for ((from, source), (to, destination)) in pairs(&ends(&case, &reach)) {
            if let Some(flow) = one_by_one(&case, &world, &dialect, source, destination) {
                let Connection { sure, maybe } = reach.between(from, to);
                prop_assert!(maybe.contains(&sure) && maybe.contains(&flow.sure) && flow.maybe.contains(&sure), "{:?} {:?}", from, to);
            }
        }
    }

    #[test]
    fn the_matrix_holds_what_pairs_say(case in case()) {
        let reach = compiled(&case, &dialect([Holds::Maybe, Holds::Yes, Holds::No, Holds::Maybe]));
        for (bound, of) in [(Bound::Sure, (|c| c.sure) as fn(Connection) -> PortSet), (Bound::Maybe, |c| c.maybe)] {
            let mut expected = Vec::new();
            let scene = &reach.compiled.scene;
            for (from, to) in (0..scene.ends()).flat_map(|from| (0..scene.ends()).map(move |to| (from, to))) {
                let ports = of(reach.between(EndId(from), EndId(to)));
                if (scene.class(from).is_some() || scene.class(to).is_some()) && !ports.is_empty() {
                    expected.push((EndId(from), EndId(to), ports));
                }
            }
            prop_assert_eq!(matrix(&reach, bound), expected);
        }
    }
}

//! The nodes as people look at them: one mark each, by zone, pool or version, and the wrong ones by what is wrong.
//!
//! Computed once for a snapshot, because it joins lists; screens only read it. It concludes nothing of its own: what is wrong
//! with a node is what the findings about it say.

use super::finding_parts;
use crate::health::{Assessment, Finding, NodeHealth, Severity};
use crate::snapshot::{Kind, Node, Snapshot, Text};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// How a node stands, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Mark {
    /// Something does not work.
    Bad,
    /// It needs attention.
    Warn,
    /// It cannot be told.
    Unknown,
    /// Nothing is wrong.
    #[default]
    Well,
}

/// By what the nodes are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// The zone they are in.
    #[default]
    Zone,
    /// The pool they were made for, as installers and clouds name it.
    Pool,
    /// The version of their kubelet.
    Version,
}

impl Grouping {
    /// All, in the order in which a key turns through them.
    pub const ALL: [Self; 3] = [Self::Zone, Self::Pool, Self::Version];

    /// As screens and filters name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zone => "zone",
            Self::Pool => "pool",
            Self::Version => "version",
        }
    }

    /// What a node says of itself; empty where it says nothing.
    fn of(self, node: &Node) -> Text {
        let label = |name: &str| node.labels.get(name).cloned();
        match self {
            Self::Zone => label(ZONE).unwrap_or_default(),
            Self::Pool => POOLS.into_iter().find_map(label).unwrap_or_default(),
            Self::Version => node.kubelet.clone(),
        }
    }
}

/// The label that names a node's zone.
const ZONE: &str = "topology.kubernetes.io/zone";

/// The labels that name a node's pool: of EKS, GKE, AKS, kOps and Karpenter.
const POOLS: [&str; 5] = [
    "eks.amazonaws.com/nodegroup",
    "cloud.google.com/gke-nodepool",
    "kubernetes.azure.com/agentpool",
    "kops.k8s.io/instancegroup",
    "karpenter.sh/nodepool",
];

/// What every grouping says of a node.
pub type Grouped<T> = [T; Grouping::ALL.len()];

/// The nodes, ready to be drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NodeMap {
    /// How each node stands, in the order of [`Assessment::nodes`].
    pub marks: Vec<Mark>,
    /// What each node is grouped by, in the same order.
    pub says: Vec<Grouped<Text>>,
    /// Zones, pools and versions by name, each with the places of its nodes by name. One without a name where nodes say none.
    pub parts: Grouped<Vec<(Text, Vec<usize>)>>,
    /// The nodes, those with one reason together; worst first, then the oldest. The last ones are well.
    pub groups: Vec<NodeGroup>,
    /// How many nodes have each mark, in the order of [`Mark`].
    pub counts: [usize; 4],
    /// How many report that they are ready.
    pub ready: usize,
    /// How many have all their agents ready, of those where agents belong.
    pub agents: (usize, usize),
    /// Pods on them, and how many they take; none where that is not known of a node.
    pub pods: (Option<usize>, Option<usize>),
}

/// Nodes with the same reason.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NodeGroup {
    /// How they stand.
    pub mark: Mark,
    /// Why.
    pub reason: String,
    /// Since when, the earliest of them.
    pub since: Option<Timestamp>,
    /// Their places in [`Assessment::nodes`].
    pub nodes: Vec<usize>,
    /// Their zones, pools and versions.
    pub parts: Grouped<Vec<Text>>,
}

impl NodeGroup {
    fn order(&self) -> (Mark, Timestamp, Option<&usize>) {
        (self.mark, self.since.unwrap_or(Timestamp::MAX), self.nodes.first())
    }
}

impl NodeMap {
    /// The map of what was concluded from `snapshot`.
    pub fn new(snapshot: &Snapshot, assessment: &Assessment) -> Self {
        let facts: HashMap<&str, &Node> = snapshot.nodes.iter().map(|node| (node.name.as_str(), &**node)).collect();
        let findings = worst_by_node(&assessment.findings);
        let seen = Sight::of(snapshot, assessment);
        let mut map = Self { pods: (Some(0), Some(0)), ..Self::default() };
        let mut groups: HashMap<(Mark, String), NodeGroup> = HashMap::new();
        for (at, node) in assessment.nodes.iter().enumerate() {
            let fact = facts.get(node.name.as_str());
            let says = Grouping::ALL.map(|grouping| fact.map_or_else(Text::default, |fact| grouping.of(fact)));
            let (mark, since, reason) = stands(node, findings.get(node.name.as_str()).copied(), seen);
            map.add(node, mark);
            let group = groups.entry((mark, reason)).or_default();
            group.nodes.push(at);
            group.since = [group.since, since].into_iter().flatten().min();
            for (known, said) in group.parts.iter_mut().zip(&says) {
                if !known.contains(said) {
                    known.push(said.clone());
                }
            }
            map.marks.push(mark);
            map.says.push(says);
        }
        map.parts = Grouping::ALL.map(|grouping| parts(&map.says, grouping, &assessment.nodes));
        map.groups = groups.into_iter().map(|((mark, reason), group)| NodeGroup { mark, reason, ..group }).collect();
        map.groups.sort_by(|a, b| a.order().cmp(&b.order()));
        map
    }

    /// Zones, pools or versions by name, each with the marks of its nodes by name.
    pub fn by(&self, grouping: Grouping) -> impl Iterator<Item = (&Text, impl Iterator<Item = Mark> + '_)> + '_ {
        let mark = |at: &usize| self.marks.get(*at).copied().unwrap_or_default();
        self.parts[grouping as usize].iter().map(move |(name, places)| (name, places.iter().map(mark)))
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn add(&mut self, node: &NodeHealth, mark: Mark) {
        self.counts[mark as usize] += 1;
        self.ready += usize::from(node.ready == Some(true));
        self.agents.0 += usize::from(node.agent_ready == Some(true));
        self.agents.1 += usize::from(node.agent_ready.is_some());
        let sum = |all: Option<usize>, more: Option<usize>| all.zip(more).map(|(all, more)| all + more);
        self.pods = (sum(self.pods.0, node.pods), sum(self.pods.1, node.pod_capacity.map(|takes| takes as usize)));
    }
}

/// Nodes by what they say, each part by name.
fn parts(says: &[Grouped<Text>], grouping: Grouping, nodes: &[NodeHealth]) -> Vec<(Text, Vec<usize>)> {
    let mut parts: BTreeMap<&Text, Vec<usize>> = BTreeMap::new();
    for (at, says) in says.iter().enumerate() {
        parts.entry(&says[grouping as usize]).or_default().push(at);
    }
    for places in parts.values_mut() {
        places.sort_unstable_by_key(|at| &nodes[*at].name);
    }
    parts.into_iter().map(|(name, places)| (name.clone(), places)).collect()
}

/// The worst finding about each node.
fn worst_by_node(findings: &[Finding]) -> HashMap<&str, &Finding> {
    let mut worst: HashMap<&str, &Finding> = HashMap::new();
    for finding in findings {
        for node in &finding.nodes {
            let known = worst.entry(node.as_str()).or_insert(finding);
            if finding.severity < known.severity {
                *known = finding;
            }
        }
    }
    worst
}

/// Whether a node without a finding can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// It can.
    Clear,
    /// A list that shows agents is missing.
    Lists,
    /// It is not known which CNI the node needs.
    Provider,
}

impl Sight {
    fn of(snapshot: &Snapshot, assessment: &Assessment) -> Self {
        let shown = [Kind::Node, Kind::DaemonSet, Kind::Pod].into_iter().all(|kind| snapshot.sources.is_live(kind));
        match (shown, &assessment.detection.network.provider) {
            (false, _) => Self::Lists,
            (true, None) => Self::Provider,
            (true, Some(_)) => Self::Clear,
        }
    }
}

/// How a node stands, since when, and why.
fn stands(node: &NodeHealth, finding: Option<&Finding>, seen: Sight) -> (Mark, Option<Timestamp>, String) {
    let mark = node.worst.map_or(Mark::Well, Mark::from);
    if let Some(told) = finding.filter(|finding| Mark::from(finding.severity) == mark && mark != Mark::Well) {
        let (subject, message) = finding_parts(told);
        let reason = if subject == node.name.as_str() { message } else { format!("{subject} {message}") };
        return (mark, told.since, reason.trim().to_owned());
    }
    let (shown, reason) = match (node.ready, node.agent_ready) {
        (None, _) => (Mark::Unknown, "it does not report"),
        (Some(false), _) => (Mark::Bad, "not ready"),
        (_, Some(false)) => (Mark::Bad, "its agent is not ready"),
        _ if mark != Mark::Well => (mark, "see its findings"),
        _ if seen == Sight::Lists => (Mark::Unknown, "its agent cannot be seen now"),
        _ if seen == Sight::Provider => (Mark::Unknown, "no CNI recognised, so whether its network works cannot be told"),
        _ => (Mark::Well, "nothing is wrong"),
    };
    (mark.min(shown), None, reason.to_owned())
}

impl From<Severity> for Mark {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning => Self::Warn,
            Severity::Unknown => Self::Unknown,
            Severity::Info => Self::Well,
        }
    }
}

impl Mark {
    /// Its sign and role, as [`super::severity_sign`] has them; a node that is well stands back.
    pub const fn sign(self) -> (&'static str, super::Role) {
        match self {
            Self::Bad => super::severity_sign(Severity::Error),
            Self::Warn => super::severity_sign(Severity::Warning),
            Self::Unknown => super::severity_sign(Severity::Unknown),
            Self::Well => ("·", super::Role::Muted),
        }
    }
}

/// How many nodes one mark stands for, the fewest of 1, 2, 5, 10, 20, 50 ... that `fit`.
pub fn nodes_a_mark(fit: impl Fn(usize) -> bool) -> usize {
    const MOST: usize = 1_000_000_000;
    let mut step = 1;
    while step < MOST {
        if let Some(size) = [step, 2 * step, 5 * step].into_iter().find(|size| fit(*size)) {
            return size;
        }
        step *= 10;
    }
    step
}

/// Marks together, `each` at a time, each group as its worst.
pub fn gathered(marks: &[Mark], each: usize) -> Vec<Mark> {
    marks.chunks(each.max(1)).filter_map(|some| some.iter().min().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Object;

    fn node(name: &str, ready: Option<bool>, worst: Option<Severity>) -> NodeHealth {
        NodeHealth {
            name: name.into(),
            ready,
            network_unavailable: None,
            agent_ready: Some(worst.is_none()),
            pods: Some(10),
            pod_capacity: Some(110),
            findings: usize::from(worst.is_some()),
            worst,
        }
    }

    fn finding(name: &str, message: &str) -> Finding {
        Finding {
            id: "agent-not-ready",
            severity: Severity::Error,
            object: Object { kind: "Node", namespace: "".into(), name: name.into() },
            message: message.into(),
            since: Some(Timestamp::UNIX_EPOCH),
            nodes: vec![name.into()],
            ..Finding::default()
        }
    }

    fn fact(name: &str, zone: &str) -> Node {
        Node { name: name.into(), labels: crate::snapshot::Labels::new(vec![(ZONE.into(), zone.into())]), ..Node::default() }
    }

    /// Of a cluster whose CNI is known.
    fn known() -> Assessment {
        let mut assessment = Assessment::default();
        assessment.detection.network.provider = Some("kubenet".into());
        assessment
    }

    fn live() -> Snapshot {
        let mut snapshot = Snapshot::default();
        for kind in Kind::ALL {
            snapshot.sources.of_mut(kind).state = crate::snapshot::State::Live;
        }
        snapshot
    }

    #[test]
    fn nodes_with_one_reason_share_a_row_and_stand_in_their_zones() {
        let mut snapshot = live();
        snapshot.nodes = [fact("w1", "a"), fact("w2", "b"), fact("w3", "a")].into_iter().collect();
        let assessment = Assessment {
            nodes: vec![
                node("w3", Some(true), Some(Severity::Error)),
                node("w2", Some(true), Some(Severity::Error)),
                node("w1", Some(true), None),
            ],
            findings: vec![finding("w2", "its agent crash-loops"), finding("w3", "its agent crash-loops")],
            ..known()
        };
        let map = NodeMap::new(&snapshot, &assessment);
        assert_eq!(map.marks, [Mark::Bad, Mark::Bad, Mark::Well]);
        let [zones, pools, _] = &map.parts;
        assert_eq!(zones, &[("a".into(), vec![2, 0]), ("b".into(), vec![1])], "by name within a zone");
        assert_eq!(pools, &[("".into(), vec![2, 1, 0])], "none says its pool");
        assert_eq!(map.groups.len(), 2);
        assert_eq!((map.groups[1].mark, map.groups[1].nodes.as_slice()), (Mark::Well, [2].as_slice()));
        assert_eq!(map.groups[0].reason, "its agent crash-loops");
        assert_eq!(map.groups[0].nodes, [0, 1]);
        assert_eq!(map.groups[0].parts[0], [Text::from("a"), Text::from("b")]);
        assert_eq!((map.counts, map.ready, map.agents, map.pods), ([2, 0, 0, 1], 3, (1, 3), (Some(30), Some(330))));
    }

    #[test]
    fn a_node_whose_agent_cannot_be_seen_is_never_called_well() {
        let mut snapshot = live();
        snapshot.sources.of_mut(Kind::DaemonSet).state = crate::snapshot::State::Forbidden { why: "no".into() };
        let unseen = NodeHealth { agent_ready: None, ..node("w1", Some(true), None) };
        let assessment = Assessment { nodes: vec![unseen], ..known() };
        assert_eq!(NodeMap::new(&snapshot, &assessment).counts, [0, 0, 1, 0]);
        assert_eq!(NodeMap::new(&live(), &assessment).counts, [0, 0, 0, 1]);
    }

    #[test]
    fn no_node_is_called_well_where_the_cni_is_not_recognised() {
        let assessment =
            Assessment { nodes: vec![NodeHealth { agent_ready: None, ..node("w1", Some(true), None) }], ..Assessment::default() };
        let map = NodeMap::new(&live(), &assessment);
        assert_eq!(map.counts, [0, 0, 1, 0]);
        assert_eq!(map.groups[0].reason, "no CNI recognised, so whether its network works cannot be told");
    }

    #[test]
    fn a_node_that_does_not_report_cannot_be_told() {
        let assessment = Assessment { nodes: vec![node("w1", None, None)], ..Assessment::default() };
        let map = NodeMap::new(&live(), &assessment);
        assert_eq!(map.groups[0].reason, "it does not report");
        assert_eq!(map.groups[0].mark, Mark::Unknown);
    }

    #[test]
    fn marks_stand_for_more_nodes_where_there_are_many() {
        let for_nodes = |nodes: usize, most: usize| nodes_a_mark(|each| nodes.div_ceil(each) <= most);
        assert_eq!(for_nodes(6, 100), 1);
        assert_eq!(for_nodes(5_000, 276), 20);
        assert_eq!(for_nodes(5_000, 1), 5_000);
        assert_eq!(nodes_a_mark(|_| false), 1_000_000_000);
        assert_eq!(gathered(&[Mark::Well, Mark::Bad, Mark::Well], 2), [Mark::Bad, Mark::Well]);
    }
}

//! What is on each node, from one pass over the pods.

use super::agents::well;
use super::pods::Pods;
use super::{Finding, NodeHealth, Severity};
use crate::detect::{Detection, Placement, placement};
use crate::snapshot::{Kind, Node, Phase, Pod, Positions, RunState, Snapshot, Text, WorkloadKind};
use hashbrown::HashMap;

/// The pods of one node.
#[derive(Debug, Clone)]
pub(super) struct OnNode<'a> {
    /// The node itself.
    pub(super) node: &'a Node,
    /// Not finished ones.
    pub(super) pods: usize,
    /// Those of them with an address of their own.
    pub(super) addressed: u32,
    /// Those on the host network.
    pub(super) host: u32,
    /// Those that wait in `ContainerCreating`.
    pub(super) creating: usize,
    /// Pods of agents that nodes depend on, by position of the agent.
    pub(super) agents: Vec<usize>,
    /// Whether all of these are well.
    pub(super) agents_well: bool,
}

/// The pods of every node.
pub(super) struct OnNodes<'a> {
    nodes: Vec<OnNode<'a>>,
    positions: Positions<'a>,
    detection: &'a Detection,
    /// Whether all pods are seen.
    pods: bool,
    /// What is odd about them.
    pub(super) odd: Pods<'a>,
}

impl<'a> OnNodes<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, detection: &'a Detection) -> Self {
        let mut positions = Positions::default();
        let mut nodes: Vec<OnNode<'a>> = Vec::with_capacity(snapshot.nodes.len());
        for node in snapshot.nodes.iter() {
            if positions.add(&node.name) == nodes.len() {
                nodes.push(OnNode { node, pods: 0, addressed: 0, host: 0, creating: 0, agents: Vec::new(), agents_well: true });
            }
        }
        let mut odd = Pods::new(snapshot, detection);
        for pod in snapshot.pods.iter().filter(|pod| !pod.phase.finished()) {
            let here = positions.of(&pod.node).and_then(|at| nodes.get_mut(at));
            let node = here.map(|here| {
                here.pods += 1;
                here.host += u32::from(pod.host_network);
                here.addressed += u32::from(!pod.host_network && pod.ips[0].is_some());
                here.creating += usize::from(is_creating(pod));
                here.node
            });
            odd.look(pod, node);
        }
        for (at, agent) in detection.agents.iter().enumerate().filter(|(_, agent)| agent.on_nodes()) {
            for pod in agent.pods.iter().filter(|pod| !pod.phase.finished()) {
                if let Some(node) = positions.of(&pod.node).and_then(|at| nodes.get_mut(at)) {
                    node.agents.push(at);
                    node.agents_well &= well(pod);
                }
            }
        }
        Self { nodes, positions, detection, pods: snapshot.sources.is_known(Kind::Pod), odd }
    }

    /// Every node with its pods.
    pub(super) fn iter(&self) -> impl Iterator<Item = &OnNode<'a>> {
        self.nodes.iter()
    }

    /// The pods of a node.
    pub(super) fn of(&self, node: &str) -> Option<&OnNode<'a>> {
        self.positions.find(node).and_then(|at| self.nodes.get(at))
    }

    /// Whether the agents of a node are well; none where none belongs, or pods cannot be seen.
    fn agent_ready(&self, node: &Node) -> Option<bool> {
        let here = self.of(&node.name).filter(|_| self.pods)?;
        if here.agents.is_empty() {
            self.lacks(node).and_then(|why| (why != Placement::Selector).then_some(false))
        } else {
            Some(here.agents_well)
        }
    }

    /// Why a node has no pod of any agent that moves packets or enforces; none if it has one, or there is no such agent.
    pub(super) fn lacks(&self, node: &Node) -> Option<Placement> {
        if !self.of(&node.name)?.agents.is_empty() {
            return None;
        }
        let daemon_sets = self.detection.agents.iter().filter(|agent| agent.on_nodes() && agent.kind == WorkloadKind::DaemonSet);
        let reasons: Vec<Placement> = daemon_sets.filter_map(|agent| Some(placement(agent.workload.as_deref()?, node))).collect();
        // An agent for other nodes, such as those of another architecture or system, says nothing while one belongs here.
        let order = |why: &Placement| match why {
            Placement::Belongs => 0,
            Placement::Taint(_) => 1,
            Placement::Affinity => 2,
            Placement::Selector => 3,
        };
        reasons.into_iter().min_by_key(order)
    }
}

pub(super) fn is_creating(pod: &Pod) -> bool {
    let creating = |state: &RunState| matches!(state, RunState::Waiting { reason, .. } if reason == "ContainerCreating");
    pod.phase == Phase::Pending
        && pod.trouble.as_ref().is_some_and(|trouble| trouble.containers.iter().any(|container| creating(&container.state)))
}

/// The state of every node, worst first, then by name.
pub(super) fn states(snapshot: &Snapshot, on_nodes: &OnNodes<'_>, findings: &[Finding]) -> Vec<NodeHealth> {
    let mut by_node: HashMap<&Text, (usize, Severity)> = HashMap::new();
    for finding in findings {
        for node in &finding.nodes {
            let (count, worst) = by_node.entry(node).or_insert((0, finding.severity));
            *count += 1;
            *worst = (*worst).min(finding.severity);
        }
    }
    let truth = |node: &Node, kind: &str| {
        node.condition(kind).and_then(|c| match c.status.as_str() {
            "True" => Some(true),
            "False" => Some(false),
            _ => None,
        })
    };
    let state = |node: &Node| {
        let (findings, worst) = by_node.get(&node.name).map_or((0, None), |(count, worst)| (*count, Some(*worst)));
        NodeHealth {
            name: node.name.clone(),
            ready: truth(node, "Ready"),
            network_unavailable: truth(node, "NetworkUnavailable"),
            agent_ready: on_nodes.agent_ready(node),
            pods: snapshot.number(Kind::Pod).and_then(|_| Some(on_nodes.of(&node.name)?.pods)),
            pod_capacity: node.pod_capacity,
            findings,
            worst,
        }
    };
    let mut nodes: Vec<NodeHealth> = snapshot.nodes.iter().map(|node| state(node)).collect();
    nodes.sort_by(|a, b| (a.worst.is_none(), a.worst, a.ready, &a.name).cmp(&(b.worst.is_none(), b.worst, b.ready, &b.name)));
    nodes
}

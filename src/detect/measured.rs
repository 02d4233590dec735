//! What was measured, laid over what is concluded from configuration.
//!
//! A measurement of a node holds as long as the same pods of agents run there, with the same images and not restarted since. What was
//! not measured, or holds no longer, stays as it is concluded.

use super::enforcement::no_effect;
use super::{Agent, Basis, Doubt, Enforcement, Evidence, NodeCount, Verdict, Why};
use crate::snapshot::{Kind, MeasuredNode, SideVerdict, Snapshot};

/// Why a node does not enforce that was measured.
const PASSED: &str = "denied flows passed";

/// The agents on a node as a measurement names them.
pub fn agents_on(agents: &[Agent], node: &str) -> Vec<String> {
    let pods = agents.iter().filter(|agent| agent.on_nodes()).flat_map(|agent| agent.pods.iter().map(move |pod| (agent, pod)));
    let mut names: Vec<String> = pods
        .filter(|(_, pod)| *pod.node == *node && !pod.phase.finished())
        .map(|(agent, pod)| {
            let image = agent.image_of(pod).map_or("", |image| image.as_str());
            format!("{}/{} {image} restarts {}", pod.namespace, pod.name, pod.restarts())
        })
        .collect();
    names.sort();
    names
}

/// What is enforced, where measurements that hold say it.
pub(super) fn over(concluded: Enforcement, snapshot: &Snapshot, agents: &[Agent]) -> Enforcement {
    let is_live = [Kind::Node, Kind::Pod, Kind::DaemonSet].into_iter().all(|kind| snapshot.sources.is_live(kind));
    let known = snapshot.cluster_uid().and_then(|uid| snapshot.measured.iter().find(|known| known.cluster == *uid));
    let Some(known) = known.filter(|_| is_live) else { return concluded };
    let holds = |node: &str| -> Option<&MeasuredNode> {
        known.nodes.iter().find(|one| one.name == *node).filter(|one| one.agents == agents_on(agents, node))
    };
    let measured: Vec<&MeasuredNode> = snapshot.nodes.iter().filter_map(|node| holds(&node.name)).collect();
    let Some(measured_at) = measured.iter().map(|node| node.taken_at).min() else { return concluded };
    let sides: Vec<[Option<bool>; 2]> = snapshot
        .nodes
        .iter()
        .map(|node| match holds(&node.name) {
            Some(one) => [one.ingress, one.egress].map(|side| Some(side == SideVerdict::Enforced)),
            None => [concluded.ingress, concluded.egress].map(|verdict| without(&concluded, &node.name, verdict)),
        })
        .collect();
    let of = |at: usize| tally(sides.iter().map(|node| node[at]));
    let nodes = count(&sides);
    let (ingress, egress) = (of(0), of(1));
    let verdict = if ingress == egress { ingress } else { Verdict::Partial };
    let passed: Vec<&MeasuredNode> = measured.iter().filter(|node| !is_enforced(node)).copied().collect();
    let all = snapshot.nodes.len();
    let says = format!("denied flows tried on {} of {all} nodes, they passed on {}", measured.len(), passed.len());
    let mut evidence = vec![Evidence { object: "probe enforcement".to_owned(), says }];
    evidence.extend(concluded.evidence.iter().cloned());
    // A sample that agrees confirms what is concluded of all, and is not a measurement of all.
    if measured.len() < all && passed.is_empty() {
        return Enforcement { evidence, ..concluded };
    }
    let mut doubtful: Vec<Doubt> = concluded.doubtful.clone();
    doubtful.retain(|doubt| holds(&doubt.node).is_none());
    doubtful.extend(passed.iter().map(|node| Doubt { node: node.name.clone(), why: Why::Off(PASSED.to_owned()) }));
    let sentence = sentence(snapshot, (verdict, ingress, egress), nodes, &passed);
    let reason = if verdict == Verdict::NotEnforced { PASSED.to_owned() } else { String::new() };
    let (basis, measured_at) = (Basis::Measured, Some(measured_at));
    Enforcement { verdict, basis, measured_at, ingress, egress, nodes, doubtful, reason, sentence, evidence, ..concluded }
}

fn is_enforced(node: &MeasuredNode) -> bool {
    [node.ingress, node.egress].iter().all(|side| *side == SideVerdict::Enforced)
}

/// What is concluded of a node in the direction of that verdict.
fn without(concluded: &Enforcement, node: &str, verdict: Verdict) -> Option<bool> {
    match (concluded.doubtful.iter().find(|doubt| *doubt.node == *node), verdict) {
        (Some(Doubt { why: Why::Off(_) | Why::NoAgent, .. }), _) | (None, Verdict::NotEnforced) => Some(false),
        (None, Verdict::Enforced | Verdict::Partial) => Some(true),
        _ => None,
    }
}

fn tally(nodes: impl Iterator<Item = Option<bool>>) -> Verdict {
    let (mut yes, mut no, mut unknown) = (0, 0, 0);
    nodes.for_each(|node| match node {
        Some(true) => yes += 1,
        Some(false) => no += 1,
        None => unknown += 1,
    });
    match (yes, no, unknown) {
        (0, 1.., 0) => Verdict::NotEnforced,
        (0, ..) => Verdict::Unknown,
        (_, 0, 0) => Verdict::Enforced,
        _ => Verdict::Partial,
    }
}

fn count(sides: &[[Option<bool>; 2]]) -> NodeCount {
    let number = |fits: fn(&[Option<bool>; 2]) -> bool| sides.iter().filter(|node| fits(node)).count();
    let enforced = number(|node| *node == [Some(true); 2]);
    let not_enforced = number(|node| node.contains(&Some(false)));
    NodeCount { enforced, not_enforced, unknown: sides.len() - enforced - not_enforced }
}

fn sentence(
    snapshot: &Snapshot,
    (verdict, ingress, egress): (Verdict, Verdict, Verdict),
    nodes: NodeCount,
    passed: &[&MeasuredNode],
) -> String {
    let all = snapshot.nodes.len();
    match (verdict, ingress, egress) {
        (Verdict::Enforced, ..) => "Enforced.".to_owned(),
        (Verdict::NotEnforced, ..) => format!("Not enforced: {PASSED} on every node.{}", no_effect(snapshot)),
        (_, Verdict::Enforced, Verdict::NotEnforced) => "Ingress enforced, egress not.".to_owned(),
        (_, Verdict::NotEnforced, Verdict::Enforced) => "Egress enforced, ingress not.".to_owned(),
        _ => {
            let who = match passed {
                [one] => one.name.to_string(),
                many => format!("{} nodes", many.len()),
            };
            format!("Enforced on {} of {all} nodes. Not on {who}: {PASSED}.", nodes.enforced)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::AgentRole;
    use crate::snapshot::{ContainerStatus, Measurement, Namespace, Node, Phase, Pod, State, Text, Trouble, WorkloadKind};
    use jiff::Timestamp;
    use std::sync::Arc;

    const NAMES: [&str; 2] = ["edge-1", "edge-2"];

    fn agents(restarted: bool) -> Vec<Agent> {
        let pod = |node: &str| {
            let again = ContainerStatus { restarts: u32::from(restarted && node == "edge-2"), ..ContainerStatus::default() };
            let trouble = Some(Box::new(Trouble { containers: vec![again], ..Trouble::default() }));
            let (name, node) = (format!("agent-{node}").into(), node.into());
            Arc::new(Pod { name, node, phase: Phase::Running, trouble, ..Pod::default() })
        };
        vec![Agent {
            provider: "calico".to_owned(),
            kind: WorkloadKind::DaemonSet,
            namespace: Text::default(),
            name: "agent".into(),
            role: AgentRole::default(),
            container: Text::default(),
            version: None,
            workload: None,
            pods: NAMES.map(pod).to_vec(),
        }]
    }

    /// Two nodes that are concluded to enforce, and what was measured on each.
    fn judged(measured: [Option<[SideVerdict; 2]>; 2], restarted: bool) -> Enforcement {
        let nodes = NAMES.iter().zip(measured).filter_map(|(name, sides)| {
            let [ingress, egress] = sides?;
            let (name, taken_at) = (Text::from(*name), Timestamp::UNIX_EPOCH);
            Some(MeasuredNode { agents: agents_on(&agents(false), &name), name, taken_at, ingress, egress })
        });
        let measured = Measurement { cluster: "here".into(), nodes: nodes.collect() };
        let mut snapshot = Snapshot { measured: [measured].into(), ..Snapshot::default() };
        snapshot.nodes = NAMES.map(|name| Node { name: name.into(), ..Node::default() }).into_iter().collect();
        let system = Namespace { name: "kube-system".into(), uid: "here".into(), ..Namespace::default() };
        snapshot.namespaces = std::iter::once(system).collect();
        for kind in Kind::ALL {
            snapshot.sources.of_mut(kind).state = State::Live;
        }
        let (verdict, basis) = (Verdict::Enforced, Basis::Configured);
        let concluded = Enforcement { verdict, ingress: verdict, egress: verdict, basis, ..Enforcement::default() };
        over(concluded, &snapshot, &agents(restarted))
    }

    const YES: Option<[SideVerdict; 2]> = Some([SideVerdict::Enforced; 2]);
    const NO: Option<[SideVerdict; 2]> = Some([SideVerdict::NotEnforced; 2]);

    #[test]
    fn what_was_measured_everywhere_decides_and_says_since_when() {
        let both = judged([YES, YES], false);
        assert_eq!(
            (both.verdict, both.basis, both.measured_at),
            (Verdict::Enforced, Basis::Measured, Some(Timestamp::UNIX_EPOCH))
        );
        let none = judged([NO, NO], false);
        assert_eq!((none.verdict, none.basis), (Verdict::NotEnforced, Basis::Measured));
        assert_eq!((none.sentence.as_str(), none.nodes.not_enforced), ("Not enforced: denied flows passed on every node.", 2));
    }

    #[test]
    fn a_node_where_denied_flows_passed_outweighs_its_configuration() {
        for first in [YES, None] {
            let partly = judged([first, NO], false);
            assert_eq!((partly.verdict, partly.basis), (Verdict::Partial, Basis::Measured));
            assert_eq!(partly.sentence, "Enforced on 1 of 2 nodes. Not on edge-2: denied flows passed.");
        }
        let half = Some([SideVerdict::Enforced, SideVerdict::NotEnforced]);
        let ingress = judged([half, half], false);
        assert_eq!((ingress.verdict, ingress.sentence.as_str()), (Verdict::Partial, "Ingress enforced, egress not."));
    }

    #[test]
    fn a_sample_that_agrees_is_evidence_and_no_measurement_of_all() {
        let sample = judged([YES, None], false);
        assert_eq!((sample.verdict, sample.basis, sample.measured_at), (Verdict::Enforced, Basis::Configured, None));
        assert_eq!(sample.evidence[0].says, "denied flows tried on 1 of 2 nodes, they passed on 0");
    }

    #[test]
    fn a_measurement_ends_with_the_agents_that_it_was_made_of() {
        let restarted = judged([YES, NO], true);
        assert_eq!(
            (restarted.verdict, restarted.basis),
            (Verdict::Enforced, Basis::Configured),
            "edge-2 has to be measured again"
        );
        assert_eq!(judged([None, None], false).evidence, Vec::new());
    }
}

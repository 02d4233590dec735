//! Where the agents of one provider enforce, node by node, and how that reads.
//!
//! A node enforces where a pod of an agent runs, is ready, and has settings that make it enforce. What a node that does not
//! report says of its pods is old, so that nothing is known of it.

use super::agents::Found;
use super::condition::Index;
use super::enforcement::nowhere;
use super::engine::{Engine, Engines};
use super::{Basis, Confidence, Doubt, Enforcement, Evidence, NodeCount, Placement, Verdict, Why, placement};
use crate::catalog::Provider;
use crate::snapshot::{Kind, Node, Phase, Text, WorkloadKind};
use hashbrown::HashMap;

/// Whether a provider's agents enforce, from what runs on every node.
pub(super) fn by_node(index: &Index<'_>, found: &[Found<'_>], provider: &Provider, agents: &[&Found<'_>]) -> Enforcement {
    let doubtful = doubts(index, &mut Engines::new(index, found, &provider.id), agents);
    let all = index.snapshot.nodes.len();
    let not_enforced = doubtful.iter().filter(|doubt| matches!(doubt.why, Why::Off(_) | Why::NoAgent)).count();
    let nodes = NodeCount { enforced: all - doubtful.len(), not_enforced, unknown: doubtful.len() - not_enforced };
    let everywhere = match (nodes.enforced, nodes.not_enforced, nodes.unknown) {
        (0, 1.., 0) => Verdict::NotEnforced,
        (0, ..) => Verdict::Unknown,
        (_, 0, 0) => Verdict::Enforced,
        _ => Verdict::Partial,
    };
    let mut evidence: Vec<Evidence> = agents.iter().map(|f| f.evidence.clone()).collect();
    let off = doubtful.iter().find_map(|doubt| if let Why::Off(reason) = &doubt.why { Some(reason) } else { None });
    if let (Verdict::NotEnforced, Some(reason)) = (everywhere, off) {
        return nowhere(index, reason, Basis::Configured, evidence);
    }
    let facts = &provider.detect.enforces;
    let direction = |enforced: bool| if enforced { everywhere } else { Verdict::NotEnforced };
    let (ingress, egress) = (direction(facts.ingress), direction(facts.egress));
    let verdict = match everywhere {
        Verdict::Enforced if ingress != egress => Verdict::Partial,
        everywhere => everywhere,
    };
    let certain = agents.iter().any(|f| f.confidence == Confidence::Certain);
    let basis = match (verdict, certain) {
        (Verdict::Unknown, _) => Basis::Unknown,
        (_, true) => Basis::Configured,
        (_, false) => Basis::Documented,
    };
    evidence.extend(facts.source.iter().map(|source| Evidence {
        object: source.location.clone(),
        says: format!("what {} enforces, read {}", provider.name, source.as_of),
    }));
    Enforcement {
        enforcer: Some(facts.engine.as_ref().unwrap_or(&provider.id).clone()),
        verdict,
        basis,
        measured_at: None,
        ingress,
        egress,
        nodes,
        sentence: sentence(index, provider, (verdict, everywhere), basis, &doubtful),
        doubtful,
        ignored_kinds: Vec::new(),
        reason: String::new(),
        evidence,
    }
}

/// What is known of a node: the best of its pods, and whose pods these are.
#[derive(Default)]
struct Here {
    why: Option<Why>,
    agents: Vec<usize>,
}

/// The nodes that do not enforce, or of which that cannot be told.
fn doubts(index: &Index<'_>, engines: &mut Engines<'_, '_, '_>, agents: &[&Found<'_>]) -> Vec<Doubt> {
    let mut by_name: HashMap<&str, Here> = HashMap::new();
    for (at, found) in agents.iter().enumerate() {
        for pod in found.agent.pods.iter().filter(|pod| !pod.phase.finished()) {
            let why = match engines.of_pod(found, pod) {
                Engine::Off(reason) => Some(Why::Off(reason)),
                _ if pod.phase != Phase::Running || !pod.ready => Some(Why::Down),
                Engine::Open(reason) => Some(Why::Open(reason)),
                Engine::On => None,
            };
            let here = by_name.entry(pod.node.as_str()).or_default();
            here.why = if here.agents.is_empty() { why } else { here.why.take().min(why) };
            here.agents.push(at);
        }
    }
    let why = |node: &Node, engines: &mut Engines<'_, '_, '_>| {
        let why = match by_name.get(node.name.as_str()) {
            Some(Here { why: Some(Why::Off(reason)), agents: here }) => {
                Some(Why::Off(reason.clone()).min(missing(node, engines, agents, here)))
            }
            Some(here) => here.why.clone(),
            None => Some(missing(node, engines, agents, &[])),
        };
        let silent = node.condition("Ready").is_some_and(|ready| ready.status == "Unknown");
        if silent && !matches!(why, Some(Why::Off(_) | Why::NoAgent)) { Some(Why::Silent) } else { why }
    };
    index.snapshot.nodes.iter().filter_map(|node| Some(Doubt { node: node.name.clone(), why: why(node, engines)? })).collect()
}

/// What it means that a node has no pod of any agent but those `here`.
fn missing(node: &Node, engines: &mut Engines<'_, '_, '_>, agents: &[&Found<'_>], here: &[usize]) -> Why {
    let others = agents.iter().enumerate().filter(|(at, found)| !here.contains(at) && may_be_on(found, node));
    let why = others.map(|(_, found)| match engines.of_template(found) {
        Engine::Off(reason) => Why::Off(reason),
        Engine::On | Engine::Open(_) => Why::Down,
    });
    why.min().unwrap_or(Why::NoAgent)
}

/// Whether an agent may have a pod on a node, as far as its template tells.
fn may_be_on(found: &Found<'_>, node: &Node) -> bool {
    let of_template = found.agent.workload.as_deref().filter(|_| found.agent.kind == WorkloadKind::DaemonSet);
    of_template.is_none_or(|workload| matches!(placement(workload, node), Placement::Belongs))
}

fn sentence(
    index: &Index<'_>,
    provider: &Provider,
    (verdict, everywhere): (Verdict, Verdict),
    basis: Basis,
    doubtful: &[Doubt],
) -> String {
    let all = index.snapshot.nodes.len();
    let no_policy = index.snapshot.sources.is_live(Kind::NetworkPolicy) && index.snapshot.policies.is_empty();
    match (verdict, everywhere) {
        (Verdict::Enforced, _) if basis == Basis::Documented => {
            "Enforced, says the documentation. Nothing here confirms it.".into()
        }
        (Verdict::Enforced, _) if no_policy => "Enforced, by configuration. There is no NetworkPolicy yet.".into(),
        (Verdict::Enforced, _) => "Enforced, by configuration.".into(),
        (Verdict::Partial, Verdict::Enforced) => {
            let (does, not) = if provider.detect.enforces.ingress { ("Ingress", "egress") } else { ("Egress", "ingress") };
            format!("{does} enforced, {not} not: {} has {} rules only.", provider.name, does.to_lowercase())
        }
        (Verdict::Partial, _) => format!("Enforced on {} of {all} nodes.{}", all - doubtful.len(), exceptions(doubtful)),
        (Verdict::NotEnforced, _) => format!("Not enforced: no node has an agent of {}.", provider.name),
        (Verdict::Unknown, _) if all == 0 => "Cannot tell: there is no node.".into(),
        (Verdict::Unknown, _) => format!("Cannot tell: {}.", unknown(provider, doubtful)),
    }
}

/// Why nothing is known of any node, as the end of a sentence.
fn unknown(provider: &Provider, doubtful: &[Doubt]) -> String {
    let open = doubtful.iter().find_map(|doubt| if let Why::Open(reason) = &doubt.why { Some(reason.clone()) } else { None });
    let all = doubtful.len();
    match (open, all) {
        (Some(reason), _) => reason,
        (None, 1) if doubtful.iter().all(|doubt| doubt.why == Why::Silent) => "the node does not report".to_owned(),
        (None, _) if doubtful.iter().all(|doubt| doubt.why == Why::Silent) => format!("none of {all} nodes reports"),
        (None, _) => format!("no agent of {} is ready, on {all} nodes", provider.name),
    }
}

/// Where and why it is otherwise: ` On worker-4 cannot tell: agent down. gpu-1 has no agent.`
fn exceptions(doubtful: &[Doubt]) -> String {
    let mut groups: Vec<(&Why, Vec<&Text>)> = Vec::new();
    for Doubt { node, why } in doubtful {
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, nodes)) => nodes.push(node),
            None => groups.push((why, vec![node])),
        }
    }
    groups.sort_by_key(|(why, _)| *why);
    let said = groups.iter().map(|(why, nodes)| {
        let (who, do_not_report, have) = match nodes.as_slice() {
            [one] => (one.to_string(), "it does not report", "has"),
            many => (format!("{} nodes", many.len()), "they do not report", "have"),
        };
        match why {
            Why::Down => format!(" On {who} cannot tell: agent down."),
            Why::Silent => format!(" On {who} cannot tell: {do_not_report}."),
            Why::Open(reason) => format!(" On {who} cannot tell: {reason}."),
            Why::Off(reason) => format!(" Not on {who}: {reason}."),
            Why::NoAgent => format!(" {who} {have} no agent."),
        }
    });
    said.collect()
}

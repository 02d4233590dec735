//! Whether `NetworkPolicy` is enforced, by whom and where.
//!
//! The enforcer is a provider whose agent on the nodes enforces, says its data file, and that nothing switches off. A node
//! enforces where that agent's pod runs and is ready. Nothing here was measured.

use super::agents::Found;
use super::by_node::by_node;
use super::condition::{Answer, Index};
use super::identity::sight;
use super::rules::{self, BuiltIn};
use super::{Basis, Confidence, Enforcement, Evidence, Identity, NodeCount, Verdict};
use crate::catalog::{Catalog, Provider};
use crate::snapshot::{EnforcedBy, Kind, Snapshot, Source, State};

/// What a verdict rests on.
const NEEDED: [Kind; 3] = [Kind::DaemonSet, Kind::Pod, Kind::Node];

/// A kind of policies for additional networks: those of pods' own network do not hang on it, so its objects are not read. The
/// installed kind, its name in the catalogue, and its name in answers.
const ADDITIONAL: (&str, &str, &str) =
    ("multi-networkpolicies.k8s.cni.cncf.io", "MultiNetworkPolicy.k8s.cni.cncf.io", "MultiNetworkPolicy");

/// Whether policy is enforced.
pub(super) fn judge(index: &Index<'_>, catalog: &Catalog, found: &[Found<'_>], network: &Identity) -> Enforcement {
    let snapshot = index.snapshot;
    let nodes = NodeCount { unknown: snapshot.nodes.len(), ..NodeCount::default() };
    let enforcement = match with_agent(index, found, &enforcers(found, network)) {
        Some(enforcement) if enforcement.verdict != Verdict::NotEnforced => enforcement,
        others => {
            built_in(index, found).unwrap_or_else(|| others.unwrap_or_else(|| without_agent(index, catalog, found, network)))
        }
    };
    let enforcement = Enforcement { ignored_kinds: ignored(index, catalog, found, &enforcement), ..enforcement };
    match NEEDED.into_iter().find(|kind| !snapshot.sources.is_live(*kind)) {
        None => enforcement,
        Some(kind) => {
            let last = match snapshot.sources.of(kind).state {
                State::Stale { .. } if enforcement.verdict != Verdict::Unknown => {
                    format!(" Last known: {}", decapitalised(&enforcement.sentence))
                }
                _ => String::new(),
            };
            let sentence = format!("Cannot tell: {}.{last}", missing(kind, &snapshot.sources.of(kind).state));
            // What is ignored follows from who enforces, so it is known no better.
            let ignored_kinds = if last.is_empty() { Vec::new() } else { enforcement.ignored_kinds };
            let (verdict, basis) = (Verdict::Unknown, Basis::Unknown);
            Enforcement { verdict, basis, ingress: verdict, egress: verdict, nodes, ignored_kinds, sentence, ..enforcement }
        }
    }
}

/// Why a list says nothing, as the end of a sentence.
fn missing(kind: Kind, state: &State) -> String {
    let plural = kind.several();
    match state {
        State::Forbidden { .. } => format!("you may not read {plural}"),
        State::Syncing { .. } => format!("{plural} are still being read"),
        State::Failed { why, .. } => format!("{plural} could not be read: {}", decapitalised(why.trim_end_matches('.'))),
        State::Partial { skipped } => format!("{skipped} of the {plural} could not be read"),
        State::Stale { .. } => format!("the list of {plural} is stale"),
        State::Absent => format!("the server serves no {plural}"),
        State::Live | State::Unknown => format!("there are no {plural} among the objects"),
    }
}

fn decapitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// Agents on nodes of providers that enforce, by provider, the network's own first.
fn enforcers<'f, 'a>(found: &'f [Found<'a>], network: &Identity) -> Vec<(&'a Provider, Vec<&'f Found<'a>>)> {
    let enforces = |f: &&Found<'_>| {
        let facts = &f.provider.detect.enforces;
        f.agent.on_nodes() && (facts.ingress || facts.egress) && !f.idle()
    };
    let mut groups: Vec<(&Provider, Vec<&Found<'_>>)> = Vec::new();
    for f in found.iter().filter(enforces) {
        match groups.iter_mut().find(|(provider, _)| provider.id == f.provider.id) {
            Some((_, agents)) => agents.push(f),
            None => groups.push((f.provider, vec![f])),
        }
    }
    groups.sort_by_key(|(provider, _)| Some(&provider.id) != network.provider.as_ref());
    groups
}

/// The first candidate that enforces anywhere, or may, decides; else what was said of the first.
fn with_agent(index: &Index<'_>, found: &[Found<'_>], candidates: &[(&Provider, Vec<&Found<'_>>)]) -> Option<Enforcement> {
    let mut judged = candidates.iter().map(|(provider, agents)| by_node(index, found, provider, agents));
    let first = judged.next()?;
    if first.verdict != Verdict::NotEnforced {
        return Some(first);
    }
    judged.find(|enforcement| enforcement.verdict != Verdict::NotEnforced).or(Some(first))
}

fn all_unknown(index: &Index<'_>) -> NodeCount {
    NodeCount { unknown: index.snapshot.nodes.len(), ..NodeCount::default() }
}

/// No agent here enforces. That is a verdict only where somebody says so of what runs here, or where nothing runs.
fn without_agent(index: &Index<'_>, catalog: &Catalog, found: &[Found<'_>], network: &Identity) -> Enforcement {
    let unknown = |sentence: String| Enforcement { sentence, nodes: all_unknown(index), ..Enforcement::default() };
    let provider = network.provider.as_deref().and_then(|id| catalog.provider(id));
    let Some(provider) = provider else {
        let strangers = rules::strangers(index.snapshot, found);
        return match strangers.as_slice() {
            [] => nowhere(index, "nothing that runs here enforces policy", Basis::Configured, network.evidence.clone()),
            [first, ..] => unknown(format!("Cannot tell: no CNI recognised. Not known: {first}{}.", and_more(strangers.len()))),
        };
    };
    let agents = found.iter().any(|f| f.provider.id == provider.id && f.agent.on_nodes());
    let basis = if network.confidence == Confidence::Certain { Basis::Configured } else { Basis::Documented };
    let facts = &provider.detect.enforces;
    match (facts.ingress || facts.egress, agents) {
        (true, true) => nowhere(index, &format!("{} has no policy engine here", provider.name), basis, network.evidence.clone()),
        (true, false) => unknown(format!("Cannot tell: no agent of {} can be seen.", provider.name)),
        (false, _) if facts.source.is_some() => {
            nowhere(index, &format!("{} has no policy engine", provider.name), basis, network.evidence.clone())
        }
        (false, _) => unknown(format!("Cannot tell: no source says whether {} enforces.", provider.name)),
    }
}

fn and_more(count: usize) -> String {
    if count > 1 { format!(" and {} more", count - 1) } else { String::new() }
}

/// What a distribution enforces in its own process, where no agent does: that of k3s is asked for before anything else.
fn built_in(index: &Index<'_>, found: &[Found<'_>]) -> Option<Enforcement> {
    match rules::k3s_policy(index.snapshot) {
        BuiltIn::Documented => Some(k3s(index)),
        BuiltIn::Off if !found.iter().any(|f| f.agent.on_nodes()) => {
            let evidence =
                vec![Evidence { object: "node annotation k3s.io/node-args".into(), says: "disable-network-policy".into() }];
            Some(nowhere(index, "k3s runs with --disable-network-policy", Basis::Configured, evidence))
        }
        BuiltIn::Off | BuiltIn::None => None,
    }
}

/// How many policies are there in vain, as a sentence after another; nothing where there are none.
pub(super) fn no_effect(snapshot: &Snapshot) -> String {
    match snapshot.policies.len() {
        0 => String::new(),
        1 => " 1 policy has no effect.".to_owned(),
        count => format!(" {count} policies have no effect."),
    }
}

/// Nobody enforces anything, and that is known.
pub(super) fn nowhere(index: &Index<'_>, reason: &str, basis: Basis, evidence: Vec<Evidence>) -> Enforcement {
    let effect = no_effect(index.snapshot);
    let verdict = Verdict::NotEnforced;
    Enforcement {
        enforcer: None,
        verdict,
        basis,
        measured_at: None,
        ingress: verdict,
        egress: verdict,
        nodes: NodeCount { not_enforced: index.snapshot.nodes.len(), ..NodeCount::default() },
        doubtful: Vec::new(),
        ignored_kinds: Vec::new(),
        reason: reason.to_owned(),
        sentence: format!("Not enforced: {reason}.{effect}"),
        evidence,
    }
}

fn k3s(index: &Index<'_>) -> Enforcement {
    let verdict = Verdict::Enforced;
    let says = "k3s runs kube-router's policy controller in its server and agents unless told otherwise".into();
    Enforcement {
        enforcer: Some("kube-router".into()),
        verdict,
        basis: Basis::Documented,
        measured_at: None,
        ingress: verdict,
        egress: verdict,
        nodes: all_unknown(index),
        doubtful: Vec::new(),
        ignored_kinds: Vec::new(),
        reason: String::new(),
        sentence: "Enforced, says the documentation. Nothing here confirms it.".into(),
        evidence: vec![Evidence { object: "docs.k3s.io networking/networking-services".into(), says }],
    }
}

/// Installed kinds of policies that nobody here enforces, and `NetworkPolicy` where there are any.
fn ignored(index: &Index<'_>, catalog: &Catalog, found: &[Found<'_>], enforcement: &Enforcement) -> Vec<String> {
    let nothing = enforcement.verdict == Verdict::NotEnforced;
    let enforcer = enforcement.enforcer.as_deref().and_then(|id| catalog.provider(id));
    if enforcer.is_none() && !nothing {
        return Vec::new();
    }
    let agents: Vec<&Found<'_>> =
        found.iter().filter(|f| Some(f.provider.id.as_str()) == enforcement.enforcer.as_deref()).collect();
    let sight = sight(&agents);
    let known = |name: &str, short: &str| {
        let is = |kind: &str| kind == name || kind == short;
        enforcer.is_some_and(|provider| {
            let facts = &provider.detect.enforces;
            let conditional = facts.kinds_when.iter().any(|rule| is(&rule.kind) && index.all(&rule.when, &sight) != Answer::No);
            facts.kinds.iter().any(|kind| is(kind)) || conditional
        })
    };
    let served = |crd: &str| index.snapshot.crds.iter().any(|known| known.name == *crd);
    let built_in = (nothing && !index.snapshot.policies.is_empty()).then(|| "NetworkPolicy".to_owned());
    // What stands beside the CNI enforces its own, and where there is no object none is ignored.
    let is_empty = |kind: Kind| kind.is_foreign() && *index.snapshot.sources.of(kind) == Source { state: State::Live, items: 0 };
    let kinds =
        Kind::policies().filter(|kind| kind.is_installed() && kind.enforced_by() != EnforcedBy::Beside && !is_empty(*kind));
    let read = kinds.map(|kind| (kind.crd_name(), format!("{}.{}", kind.manifest_name(), kind.group()), kind.name()));
    let (crd, name, short) = ADDITIONAL;
    let installed = read.chain([(crd.to_owned(), name.to_owned(), short)]);
    let ignored = installed.filter(|(crd, name, short)| served(crd) && !known(name, short));
    built_in.into_iter().chain(ignored.map(|(.., short)| short.to_owned())).collect()
}

//! `status -o json`, schema `cnitui.status/v1`: its keys are fixed, and every one of them is always there.

use crate::detect::{Agent, Companion, Enforcement, Evidence, Identity, Mode};
use crate::health::{AgentHealth, AgentPod, Assessment, Finding, NodeHealth};
use crate::snapshot::{Kind, Snapshot, Source, State, Text};
use serde::Serialize;
use std::collections::BTreeMap;

/// `cnitui.status/v1`
#[derive(Debug, Serialize)]
pub struct StatusDocument {
    schema: &'static str,
    taken_at: String,
    cluster: Cluster,
    network: Network,
    also: Vec<Also>,
    policy: Policy,
    agents: Vec<AgentEntry>,
    nodes: Vec<NodeEntry>,
    findings: Vec<FindingEntry>,
    checks: Checks,
    sources: Vec<SourceEntry>,
    problems: Vec<crate::snapshot::Problem>,
}

#[derive(Debug, Serialize)]
struct Cluster {
    context: String,
    server_version: Option<Text>,
    distribution: Option<&'static str>,
    /// None where the list of nodes is not known.
    nodes: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Network {
    provider: Option<String>,
    version: Option<Text>,
    versions: Vec<Text>,
    confidence: &'static str,
    mode: ModeEntry,
    evidence: Vec<EvidenceEntry>,
}

#[derive(Debug, Serialize)]
struct ModeEntry {
    encapsulation: Option<String>,
    cross_subnet: Option<bool>,
    data_plane: Option<String>,
    encryption: Option<String>,
    kube_proxy_replacement: Option<bool>,
    ipam: Option<String>,
    routing: Option<String>,
    mtu: Option<u32>,
}

#[derive(Debug, Serialize)]
struct EvidenceEntry {
    object: String,
    says: String,
}

#[derive(Debug, Serialize)]
struct Also {
    provider: String,
    role: &'static str,
    evidence: Vec<EvidenceEntry>,
}

#[derive(Debug, Serialize)]
struct Policy {
    enforcer: Option<String>,
    verdict: &'static str,
    basis: &'static str,
    /// When, if it was
    measured_at: Option<String>,
    ingress: &'static str,
    egress: &'static str,
    kinds: BTreeMap<&'static str, usize>,
    ignored_kinds: Vec<String>,
    nodes: NodeNumbers,
    sentence: String,
    evidence: Vec<EvidenceEntry>,
}

#[derive(Debug, Serialize)]
struct NodeNumbers {
    enforced: usize,
    not_enforced: usize,
    unknown: usize,
}

#[derive(Debug, Serialize)]
struct AgentEntry {
    kind: &'static str,
    namespace: Text,
    name: Text,
    provider: String,
    /// Whose word this is: its controller's the counts, its pods' the rest.
    known_from: Vec<&'static str>,
    /// The counts are none where its controller never reported.
    desired: Option<u32>,
    ready: Option<u32>,
    updated: Option<u32>,
    available: Option<u32>,
    misscheduled: Option<u32>,
    /// None where the pods are not known.
    restarts: Option<u32>,
    versions: BTreeMap<Text, usize>,
    images: BTreeMap<Text, usize>,
    pods: Vec<PodEntry>,
}

#[derive(Debug, Serialize)]
struct PodEntry {
    name: Text,
    node: Text,
    phase: &'static str,
    ready: bool,
    restarts: u32,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct NodeEntry {
    name: Text,
    ready: Option<bool>,
    network_unavailable: Option<bool>,
    agent_ready: Option<bool>,
    pod_cidrs: Vec<String>,
    /// None where no pods could be read.
    pods: Option<usize>,
    pod_capacity: Option<u32>,
    findings: usize,
}

#[derive(Debug, Serialize)]
struct FindingEntry {
    id: &'static str,
    severity: &'static str,
    object: String,
    message: String,
    why: String,
    remedy: String,
    since: Option<String>,
    source: String,
    nodes: Vec<Text>,
    symptoms: Vec<String>,
    likely: Option<String>,
    evidence: Vec<EvidenceEntry>,
}

#[derive(Debug, Serialize)]
struct Checks {
    ran: usize,
    could_not: Vec<NotRun>,
}

#[derive(Debug, Serialize)]
struct NotRun {
    check: &'static str,
    lacks: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct SourceEntry {
    kind: &'static str,
    state: &'static str,
    items: usize,
    detail: Option<String>,
}

impl StatusDocument {
    pub(super) fn new(snapshot: &Snapshot, assessment: &Assessment) -> Self {
        let detection = &assessment.detection;
        Self {
            schema: "cnitui.status/v1",
            taken_at: snapshot.taken_at.to_string(),
            cluster: Cluster {
                context: snapshot.origin.name().to_owned(),
                server_version: snapshot.server_version.clone(),
                distribution: detection.distribution,
                nodes: snapshot.number(Kind::Node),
            },
            network: Network::from(&detection.network),
            also: detection.also.iter().map(Also::from).collect(),
            policy: policy(&detection.policy, snapshot),
            agents: assessment.agents.iter().filter_map(|state| Some(agent(detection.agents.get(state.agent)?, state))).collect(),
            nodes: nodes(snapshot, &assessment.nodes),
            findings: assessment.findings.iter().map(FindingEntry::from).collect(),
            checks: Checks { ran: assessment.ran, could_not: assessment.could_not.iter().map(not_run).collect() },
            sources: snapshot.sources.iter().map(source).collect(),
            problems: snapshot.problems.to_vec(),
        }
    }
}

impl From<&Identity> for Network {
    fn from(Identity { provider, version, versions, confidence, mode, mtu, evidence }: &Identity) -> Self {
        let mtu = mtu.as_ref().map(|mtu| mtu.bytes);
        let Mode { encapsulation, cross_subnet, data_plane, encryption, kube_proxy_replacement, ipam, routing } = mode.clone();
        Self {
            provider: provider.clone(),
            version: version.clone(),
            versions: versions.clone(),
            confidence: confidence.name(),
            mode: ModeEntry { encapsulation, cross_subnet, data_plane, encryption, kube_proxy_replacement, ipam, routing, mtu },
            evidence: entries(evidence),
        }
    }
}

impl From<&Companion> for Also {
    fn from(also: &Companion) -> Self {
        Self { provider: also.provider.clone(), role: also.part.name(), evidence: entries(&also.evidence) }
    }
}

impl From<&Finding> for FindingEntry {
    fn from(finding: &Finding) -> Self {
        Self {
            id: finding.id,
            severity: finding.severity.name(),
            object: finding.object.to_string(),
            message: finding.message.clone(),
            why: finding.why.clone(),
            remedy: finding.remedy.clone(),
            since: finding.since.map(|since| since.to_string()),
            source: finding.source.clone(),
            nodes: finding.nodes.clone(),
            symptoms: finding.symptoms.clone(),
            likely: finding.likely.clone(),
            evidence: entries(&finding.evidence),
        }
    }
}

fn entries(evidence: &[Evidence]) -> Vec<EvidenceEntry> {
    evidence.iter().map(|Evidence { object, says }| EvidenceEntry { object: object.clone(), says: says.clone() }).collect()
}

/// Kinds are counted only where their list is known: an absent key is no zero.
fn policy(policy: &Enforcement, snapshot: &Snapshot) -> Policy {
    let known = Kind::policies().filter(|kind| snapshot.sources.is_live(*kind));
    Policy {
        enforcer: policy.enforcer.clone(),
        verdict: policy.verdict.name(),
        basis: policy.basis.name(),
        measured_at: policy.measured_at.map(|at| at.to_string()),
        ingress: policy.ingress.name(),
        egress: policy.egress.name(),
        kinds: known.map(|kind| (kind.name(), snapshot.sources.of(kind).items)).collect(),
        ignored_kinds: policy.ignored_kinds.clone(),
        nodes: NodeNumbers {
            enforced: policy.nodes.enforced,
            not_enforced: policy.nodes.not_enforced,
            unknown: policy.nodes.unknown,
        },
        sentence: policy.sentence.clone(),
        evidence: entries(&policy.evidence),
    }
}

fn agent(agent: &Agent, state: &AgentHealth) -> AgentEntry {
    let mut images: BTreeMap<Text, usize> = BTreeMap::new();
    let running = agent.pods.iter().filter(|pod| !pod.phase.finished());
    for container in running.filter_map(|pod| pod.containers.iter().find(|c| c.name == agent.container)) {
        *images.entry(container.image.clone()).or_default() += 1;
    }
    let pod = |AgentPod { name, node, phase, ready, restarts, reason, .. }: &AgentPod| PodEntry {
        name: name.clone(),
        node: node.clone(),
        phase,
        ready: *ready,
        restarts: *restarts,
        reason: reason.clone(),
    };
    let told = |count: u32| state.rollout.is_told().then_some(count);
    AgentEntry {
        kind: agent.kind.name(),
        namespace: agent.namespace.clone(),
        name: agent.name.clone(),
        provider: agent.provider.clone(),
        known_from: [state.rollout.is_told().then_some(agent.kind.name()), state.restarts.map(|_| Kind::Pod.name())]
            .into_iter()
            .flatten()
            .collect(),
        desired: told(state.rollout.desired),
        ready: told(state.rollout.ready),
        updated: told(state.rollout.updated),
        available: told(state.rollout.available),
        misscheduled: told(state.rollout.misscheduled),
        restarts: state.restarts,
        versions: state.versions.iter().cloned().collect(),
        images,
        pods: state.pods.iter().map(pod).collect(),
    }
}

fn nodes(snapshot: &Snapshot, nodes: &[NodeHealth]) -> Vec<NodeEntry> {
    let ranges: BTreeMap<&str, Vec<String>> = snapshot
        .nodes
        .iter()
        .map(|node| (node.name.as_str(), node.pod_cidrs.iter().map(ToString::to_string).collect()))
        .collect();
    let entry = |node: &NodeHealth| NodeEntry {
        name: node.name.clone(),
        ready: node.ready,
        network_unavailable: node.network_unavailable,
        agent_ready: node.agent_ready,
        pod_cidrs: ranges.get(node.name.as_str()).cloned().unwrap_or_default(),
        pods: node.pods,
        pod_capacity: node.pod_capacity,
        findings: node.findings,
    };
    nodes.iter().map(entry).collect()
}

fn not_run((check, lacks): &(&'static str, Vec<Kind>)) -> NotRun {
    NotRun { check, lacks: lacks.iter().map(|kind| kind.name()).collect() }
}

fn source((kind, Source { state, items }): (Kind, &Source)) -> SourceEntry {
    let (state, detail) = match state {
        State::Syncing { of } => ("syncing", of.map(|of| format!("{items} of {of}"))),
        State::Live => ("live", None),
        State::Stale { since, why, .. } => ("stale", Some(format!("since {since}: {why}"))),
        State::Failed { why, .. } => ("failed", Some(why.to_string())),
        State::Forbidden { why } => ("forbidden", Some(format!("{why}; rule {} of the ClusterRole gives it", kind.rule()))),
        State::Partial { skipped } => ("partial", Some(format!("{skipped} of its objects could not be read"))),
        State::Absent => ("absent", None),
        State::Unknown => ("unknown", None),
    };
    SourceEntry { kind: kind.name(), state, items: *items, detail }
}

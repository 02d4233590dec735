//! The state of a cluster in words: the verdict and its reason, who is here, what is enforced. Both front-ends say these.
//!
//! Nothing is concluded here, and "Healthy" is said only if every check ran and every list is live. Ages count to `now`.

use super::clock::clock_row;
use super::coverage::by_kind;
use super::finding::finding_short;
use super::lists::{state_word, why_not};
use super::words::lowered;
use super::{Role, age, count, counted, severity_sign, unread_policies, verdict_sign};
use crate::catalog::Catalog;
use crate::detect::{Basis, Confidence, Detection, Enforcement, Part, Verdict};
use crate::health::{Assessment, Severity};
use crate::snapshot::{Kind, Link, Snapshot, State};
use jiff::Timestamp;

/// The first thing that is said of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// Its sign and role.
    pub sign: (&'static str, Role),
    /// The verdict with its reason.
    pub verdict: String,
    /// What is enforced.
    pub policies: String,
}

/// A row of facts: what, its sign where it has one, and the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRow {
    /// What it is about, such as `data plane`.
    pub label: &'static str,
    /// Its sign and role, of a verdict or of what is not known.
    pub sign: Option<(&'static str, Role)>,
    /// The words.
    pub text: String,
}

impl FactRow {
    fn known(label: &'static str, text: impl Into<String>) -> Self {
        Self { label, sign: None, text: text.into() }
    }

    fn unknown(label: &'static str, why: impl Into<String>) -> Self {
        Self { label, sign: Some(("?", Role::Unknown)), text: why.into() }
    }
}

/// The verdict on a cluster.
pub fn headline(snapshot: &Snapshot, assessment: &Assessment, catalog: &Catalog, now: Timestamp) -> Headline {
    let policy = &assessment.detection.policy;
    let found = |severity| wrong(assessment, severity, now);
    let verdict = silent(snapshot, assessment, now)
        .or_else(|| found(Severity::Error))
        .or_else(|| unseen(snapshot, assessment))
        .or_else(|| found(Severity::Warning))
        .or_else(|| found(Severity::Unknown));
    let (sign, verdict) = verdict.unwrap_or_else(|| (("✓", Role::Good), healthy(assessment, catalog)));
    let is_said = verdict.starts_with(ENFORCEMENT);
    let policies = if is_said { known(assessment, catalog) } else { policies(policy, snapshot) };
    Headline { sign, verdict, policies }
}

/// How the verdict begins where it is about enforcement.
const ENFORCEMENT: &str = "Cannot tell whether policies are enforced: ";

/// What is known where enforcement is not.
fn known(assessment: &Assessment, catalog: &Catalog) -> String {
    let network = &assessment.detection.network;
    let who = match network.provider {
        Some(_) => format!("{} is here, {}.", named(&assessment.detection, catalog), sure(network.confidence)),
        None => "No CNI recognised.".to_owned(),
    };
    match assessment.could_not.len() {
        0 => who,
        some => format!("{who} {some} of {} checks could not run.", some + assessment.ran),
    }
}

type Said = ((&'static str, Role), String);

const UNKNOWN: (&str, Role) = ("?", Role::Unknown);

/// A cluster that does not answer is not judged; what was wrong at last is said.
fn silent(snapshot: &Snapshot, assessment: &Assessment, now: Timestamp) -> Option<Said> {
    let name = snapshot.origin.short_name();
    let cause = match &snapshot.link {
        Link::Down { since, why, .. } => format!("{name} does not answer, {}: {why}.", age(*since, now)),
        Link::LoggedOut { since, why, .. } => format!("nobody is logged in to {name}, {}. {why}", age(*since, now)),
        _ => return None,
    };
    let last = wrong(assessment, Severity::Error, now).map_or(String::new(), |(_, words)| format!(" Last known: {words}"));
    Some((UNKNOWN, format!("Cannot tell: {cause}{last}")))
}

/// The worst finding if it is of that severity, and how many more there are that are as urgent, or warnings.
fn wrong(assessment: &Assessment, severity: Severity, now: Timestamp) -> Option<Said> {
    let first = assessment.findings.iter().find(|finding| finding.severity == severity)?;
    let least = severity.max(Severity::Warning);
    let more = match assessment.findings.iter().filter(|finding| finding.severity <= least).count() {
        0 | 1 => String::new(),
        all => format!(" {} more.", count(all - 1)),
    };
    Some((severity_sign(severity), format!("{}{more}", finding_short(first, now))))
}

/// What was not seen, so that nothing can be called well.
fn unseen(snapshot: &Snapshot, assessment: &Assessment) -> Option<Said> {
    let sources = || snapshot.sources.iter().map(|(kind, source)| (kind, &source.state));
    if let Some((kind, State::Syncing { of })) = sources().find(|(_, state)| matches!(state, State::Syncing { .. })) {
        let items = count(snapshot.sources.of(kind).items);
        let of = of.map_or(String::new(), |of| format!(" of {}", count(of)));
        return Some((("?", Role::Unknown), format!("Cannot tell yet. Reading {}: {items}{of}.", kind.several().to_lowercase())));
    }
    let policy = &assessment.detection.policy;
    if let (Verdict::Unknown, Some(why)) = (policy.verdict, policy.sentence.strip_prefix("Cannot tell: ")) {
        return Some((UNKNOWN, format!("{ENFORCEMENT}{why}")));
    }
    if assessment.detection.network.provider.is_none() {
        let looked = snapshot.sources.of(Kind::DaemonSet).items;
        let looked = counted(looked, "DaemonSet", "DaemonSets");
        return Some((UNKNOWN, format!("Cannot tell: no CNI recognised, {looked} looked at.")));
    }
    // Who may come in from outside is no matter of the network's health, and many files are without Ingresses.
    let missing = snapshot.sources.missing().find(|kind| *kind != Kind::Ingress);
    let missing = missing.map(|kind| why_not(kind, &snapshot.sources.of(kind).state));
    let checks = match (assessment.could_not.len(), assessment.ran) {
        (0, 0) => Some("no check ran".to_owned()),
        (0, _) => None,
        (some, ran) => Some(format!("{some} of {} checks could not run", some + ran)),
    };
    let why: Vec<String> = missing.into_iter().chain(checks).collect();
    (!why.is_empty()).then(|| (UNKNOWN, format!("Cannot tell whether all is well: {}.", why.join("; "))))
}

fn healthy(assessment: &Assessment, catalog: &Catalog) -> String {
    let detection = &assessment.detection;
    let nodes = detection.policy.nodes;
    let all = assessment.nodes.len();
    let network = named(detection, catalog);
    let enforcer = detection.policy.enforcer.as_deref();
    let of_all = |some: usize| format!("{} of {}", count(some), counted(all, "node", "nodes"));
    match enforcer {
        None => format!("Healthy. {network} carries packets on {}; nothing enforces policy.", counted(all, "node", "nodes")),
        Some(id) if Some(id) == detection.network.provider.as_deref() => {
            format!("Healthy. {network} carries packets and enforces policy on {}.", of_all(nodes.enforced))
        }
        Some(id) => {
            format!("Healthy. {network} carries packets, {} enforces policy on {}.", catalog.name(id), of_all(nodes.enforced))
        }
    }
}

fn policies(policy: &Enforcement, snapshot: &Snapshot) -> String {
    if policy.sentence.is_empty() {
        return "Policies: not judged yet.".into();
    }
    let measured = match policy.basis {
        Basis::Measured => {
            policy.measured_at.map_or_else(String::new, |at| format!(" Measured {} ago.", age(at, snapshot.taken_at)))
        }
        Basis::Unknown => String::new(),
        Basis::Configured | Basis::Documented => " Not measured here.".to_owned(),
    };
    let last = if snapshot.sources.is_live(Kind::NetworkPolicy) { "" } else { " Policies themselves are not known." };
    match policy.sentence.split_once("Last known: ").filter(|_| snapshot.link.is_down()) {
        Some((_, words)) => format!("Policies, last known: {words}"),
        None => format!("Policies: {}{measured}{last}", lowered(&policy.sentence)),
    }
}

/// Who moves packets, and how.
pub fn identity_rows(snapshot: &Snapshot, assessment: &Assessment, catalog: &Catalog) -> Vec<FactRow> {
    let detection = &assessment.detection;
    let network = &detection.network;
    let versions = versions(assessment);
    let reason = || match &snapshot.sources.of(Kind::DaemonSet).state {
        State::Live => "the objects do not say".to_owned(),
        state => format!("{} {}", Kind::DaemonSet.several(), state_word(state)),
    };
    let provider = match (&network.provider, network.confidence) {
        (None, _) if detection.agents.is_empty() && snapshot.sources.is_live(Kind::DaemonSet) => {
            let looked = snapshot.sources.of(Kind::DaemonSet).items;
            FactRow::unknown("provider", format!("not recognised, {} looked at", counted(looked, "DaemonSet", "DaemonSets")))
        }
        (None, _) => FactRow::unknown("provider", reason()),
        (Some(_), confidence) => {
            let several = if versions > 1 { format!(", {versions} versions") } else { String::new() };
            FactRow::known("provider", format!("{}{several}, {}", named(detection, catalog), sure(confidence)))
        }
    };
    let mut rows = vec![provider];
    rows.extend(clock_row(snapshot));
    let Some(_) = network.provider else { return rows };
    // Where the pods of an agent run several, its row names them.
    if network.version.is_none() && versions < 2 {
        rows.push(match network.versions.as_slice() {
            [] | [_] => FactRow::unknown("version", reason()),
            several => FactRow::known("version", several.join(", ")),
        });
    }
    let mode = &network.mode;
    let mut row = |label, value: Option<String>| {
        rows.push(value.map_or_else(|| FactRow::unknown(label, reason()), |value| FactRow::known(label, value)));
    };
    let between = if mode.cross_subnet == Some(true) { " between subnets" } else { "" };
    row("encapsulation", mode.encapsulation.as_ref().map(|value| format!("{value}{between}")));
    row("data plane", mode.data_plane.clone());
    row("encryption", mode.encryption.clone());
    row("kube-proxy", mode.kube_proxy_replacement.map(|replaced| if replaced { "replaced" } else { "not replaced" }.to_owned()));
    let mtu = network.mtu.as_ref().map(|mtu| format!("{} bytes, {}", mtu.bytes, mtu.declared));
    for (label, value) in [("addresses", &mode.ipam), ("routes", &mode.routing), ("MTU", &mtu)] {
        if value.is_some() {
            row(label, value.clone());
        }
    }
    for also in &detection.also {
        let part = match also.part {
            Part::Primary => "moves packets too",
            Part::Meta => "calls other plugins",
            Part::PolicyOnly => "enforces policy",
            Part::Mesh => "joins clusters",
            Part::Leftover => "only traces are left",
        };
        rows.push(FactRow::known("also", format!("{}, {part}", catalog.name(&also.provider))));
    }
    rows
}

/// How many versions of the main provider run at once, as far as its agents show.
fn versions(assessment: &Assessment) -> usize {
    let detection = &assessment.detection;
    let is_its =
        |at: usize| detection.agents.get(at).is_some_and(|agent| Some(&agent.provider) == detection.network.provider.as_ref());
    assessment.agents.iter().filter(|health| is_its(health.agent)).map(|health| health.versions.len()).max().unwrap_or(0)
}

/// What is enforced, where, by whom.
pub fn policy_rows(snapshot: &Snapshot, assessment: &Assessment, catalog: &Catalog) -> Vec<FactRow> {
    let policy = &assessment.detection.policy;
    let direction = |label, verdict| FactRow { label, sign: Some(verdict_sign(verdict)), text: verdict_words(policy, verdict) };
    let mut rows = vec![direction("ingress", policy.ingress), direction("egress", policy.egress)];
    if let Some(id) = &policy.enforcer {
        rows.push(FactRow::known("enforcer", catalog.name(id)));
    }
    let nodes = policy.nodes;
    let [yes, no, unknown] = [nodes.enforced, nodes.not_enforced, nodes.unknown].map(count);
    rows.push(match snapshot.number(Kind::Node) {
        Some(_) => FactRow::known("nodes", format!("{yes} enforce, {no} do not, {unknown} cannot tell")),
        None => FactRow::unknown("nodes", format!("Nodes {}", state_word(&snapshot.sources.of(Kind::Node).state))),
    });
    let mut kinds = by_kind(assessment.policies.others.iter());
    rows.push(match &snapshot.sources.of(Kind::NetworkPolicy).state {
        State::Live => {
            kinds.insert(0, format!("NetworkPolicy {}", count(snapshot.policies.len())));
            FactRow::known("kinds", kinds.join(", "))
        }
        state => {
            kinds.insert(0, format!("NetworkPolicies {}", state_word(state)));
            FactRow::unknown("kinds", kinds.join(", "))
        }
    });
    let unread = unread_policies(&assessment.policies, policy).count();
    if unread > 0 {
        let why = format!("{}: the verdicts that they could change are unknown", counted(unread, "policy", "policies"));
        rows.push(FactRow::unknown("not read", why));
    }
    rows.push(match policy.ignored_kinds.as_slice() {
        [] if policy.verdict == Verdict::Unknown => FactRow::unknown("ignored", "not known while it cannot be told who enforces"),
        [] if !snapshot.sources.is_live(Kind::Crd) => {
            let state = state_word(&snapshot.sources.of(Kind::Crd).state);
            FactRow::unknown("ignored", format!("CustomResourceDefinitions {state}"))
        }
        [] => FactRow::known("ignored", "none"),
        kinds => FactRow { label: "ignored", sign: Some(("!", Role::Warn)), text: kinds.join(", ") },
    });
    rows
}

fn verdict_words(policy: &Enforcement, verdict: Verdict) -> String {
    let nodes = policy.nodes;
    let all = nodes.enforced + nodes.not_enforced + nodes.unknown;
    match verdict {
        Verdict::Enforced => format!("enforced, {}", basis_word(policy.basis)),
        Verdict::NotEnforced => format!("not enforced, {}", basis_word(policy.basis)),
        Verdict::Partial => format!("partly, {} of {}", count(nodes.enforced), counted(all, "node", "nodes")),
        Verdict::Unknown => "cannot tell".into(),
    }
}

/// How a verdict is known.
pub const fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Measured => "measured",
        Basis::Configured => "configured",
        Basis::Documented => "documented",
        Basis::Unknown => "not known how",
    }
}

const fn sure(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Unknown => "not sure",
    }
}

/// Name and version of who moves packets.
fn named(detection: &Detection, catalog: &Catalog) -> String {
    let network = &detection.network;
    let Some(id) = &network.provider else { return "No CNI that is known".into() };
    let version = network.version.as_deref().map_or(String::new(), |version| format!(" {version}"));
    format!("{}{version}", catalog.name(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{Finding, NodeHealth, Object};

    fn live() -> Snapshot {
        let mut snapshot = Snapshot::default();
        for kind in Kind::ALL {
            snapshot.sources.of_mut(kind).state = State::Live;
        }
        snapshot
    }

    fn well() -> Assessment {
        let mut assessment = Assessment { ran: 12, ..Assessment::default() };
        let detection = &mut assessment.detection;
        detection.network.provider = Some("cilium".into());
        detection.network.version = Some("v1.20.0".into());
        detection.network.confidence = Confidence::Certain;
        detection.policy.enforcer = Some("cilium".into());
        detection.policy.verdict = Verdict::Enforced;
        detection.policy.basis = Basis::Configured;
        detection.policy.sentence = "Enforced, by configuration.".into();
        detection.policy.nodes.enforced = 1;
        let node = NodeHealth {
            name: "worker-1".into(),
            ready: Some(true),
            network_unavailable: None,
            agent_ready: Some(true),
            pods: Some(3),
            pod_capacity: None,
            findings: 0,
            worst: None,
        };
        assessment.nodes.push(node);
        assessment
    }

    fn crash() -> Finding {
        Finding {
            severity: Severity::Error,
            object: Object { kind: "Pod", namespace: "kube-system".into(), name: "cilium-x7k2p".into() },
            message: "crash-loops: cilium-agent exited 1".into(),
            nodes: vec!["worker-4".into()],
            since: Some(Timestamp::UNIX_EPOCH),
            ..Finding::default()
        }
    }

    fn said(snapshot: &Snapshot, assessment: &Assessment) -> (&'static str, String) {
        let said = headline(snapshot, assessment, &Catalog::default(), Timestamp::new(1_860, 0).unwrap());
        (said.sign.0, said.verdict)
    }

    #[test]
    fn healthy_is_said_only_where_everything_was_seen() {
        assert_eq!(
            said(&live(), &well()),
            ("✓", "Healthy. cilium v1.20.0 carries packets and enforces policy on 1 of 1 node.".into())
        );
        for kind in Kind::ALL {
            let mut snapshot = live();
            snapshot.sources.of_mut(kind).state = State::Forbidden { why: "no".into() };
            let sign = if kind == Kind::Ingress { "✓" } else { "?" };
            assert_eq!(said(&snapshot, &well()).0, sign, "{kind:?}");
        }
        let mut partly = well();
        partly.could_not.push(("agent-rollout", vec![Kind::DaemonSet]));
        assert_eq!(said(&live(), &partly).0, "?");
        assert_eq!(said(&live(), &Assessment::default()).0, "?");
    }

    #[test]
    fn the_worst_finding_is_the_verdict_and_the_others_are_counted() {
        let mut assessment = well();
        assessment.findings = vec![crash(), crash(), Finding { severity: Severity::Warning, ..crash() }];
        let words = "worker-4: cilium-x7k2p crash-loops: cilium-agent exited 1, 31m. 2 more.";
        assert_eq!(said(&live(), &assessment), ("✗", words.into()));
    }

    #[test]
    fn a_cluster_that_does_not_answer_is_not_judged() {
        let mut snapshot = live();
        snapshot.link = Link::Down { since: Timestamp::UNIX_EPOCH, why: "connection refused".into(), retry_at: None };
        let mut assessment = well();
        assessment.findings = vec![crash()];
        let (sign, words) = said(&snapshot, &assessment);
        assert_eq!(sign, "?");
        assert!(words.contains("does not answer, 31m: connection refused. Last known: worker-4: cilium-x7k2p"), "{words}");
    }

    #[test]
    fn while_lists_are_read_the_count_is_said_and_no_verdict() {
        let mut snapshot = live();
        *snapshot.sources.of_mut(Kind::Pod) =
            crate::snapshot::Source { state: State::Syncing { of: Some(150_000) }, items: 41_500 };
        assert_eq!(said(&snapshot, &well()), ("?", "Cannot tell yet. Reading pods: 41,500 of 150,000.".into()));
    }

    #[test]
    fn what_the_objects_do_not_say_is_unknown_with_its_reason() {
        let mut snapshot = live();
        snapshot.sources.of_mut(Kind::DaemonSet).state = State::Forbidden { why: "no".into() };
        let rows = identity_rows(&snapshot, &well(), &Catalog::default());
        let row = rows.iter().find(|row| row.label == "data plane").unwrap();
        assert_eq!((row.sign, row.text.as_str()), (Some(("?", Role::Unknown)), "DaemonSets forbidden"));
        assert_eq!(rows[0].text, "cilium v1.20.0, certain");
    }
}

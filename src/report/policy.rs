//! `policy list`: the policies and what they select.

use super::{Answer, Block, Cell, Format, Outcome, Table};
use crate::detect::{Enforcement as Judged, Verdict};
use crate::health::Assessment;
use crate::policy::{Inventory, Layer, NamespaceCoverage, PolicySummary, Standing};
use crate::present::{Role, coverage_headline, direction_words, standing_words, unread_policies};
use crate::snapshot::{Kind, Snapshot, Text};
use serde::Serialize;

/// `cnitui.policy.list/v1`
#[derive(Debug, Serialize)]
pub struct PolicyListDocument {
    schema: &'static str,
    taken_at: String,
    complete: bool,
    enforcement: Enforcement,
    policies: Vec<PolicyEntry>,
    others: Vec<OtherEntry>,
    namespaces: Vec<NamespaceEntry>,
}

#[derive(Debug, Serialize)]
struct Enforcement {
    enforcer: Option<String>,
    verdict: &'static str,
    basis: &'static str,
    ingress: &'static str,
    egress: &'static str,
}

#[derive(Debug, Serialize)]
struct PolicyEntry {
    kind: &'static str,
    namespace: Text,
    name: Text,
    selector: String,
    /// None where the list of pods is not known.
    selected: Option<usize>,
    isolates_ingress: bool,
    isolates_egress: bool,
    ingress_rules: usize,
    egress_rules: usize,
}

/// A policy of another kind than `NetworkPolicy`.
#[derive(Debug, Serialize)]
struct OtherEntry {
    kind: &'static str,
    namespace: Text,
    name: Text,
    /// `admin` is asked before `NetworkPolicy`, `baseline` after it; none where it is not read or not understood.
    tier: Option<&'static str>,
    /// Lower is asked first within its tier.
    priority: Option<i32>,
    /// None where the list of pods is not known, or the policy is not read.
    selected: Option<usize>,
    /// None where the rules are not read.
    ingress_rules: Option<usize>,
    egress_rules: Option<usize>,
}

#[derive(Debug, Serialize)]
struct NamespaceEntry {
    namespace: Text,
    policies: usize,
    pods: usize,
    host_network_pods: usize,
    selected_ingress: usize,
    selected_egress: usize,
}

/// The policies of the cluster, or of one namespace of it. What they are worth is the cluster's, whatever is shown.
pub fn policies(
    snapshot: &Snapshot,
    assessment: &Assessment,
    namespace: Option<&str>,
    format: Format,
) -> Answer<PolicyListDocument> {
    let inventory = namespace.map_or_else(|| assessment.policies.clone(), |namespace| assessment.policies.within(namespace));
    let policy = &assessment.detection.policy;
    let pods = snapshot.sources.is_live(Kind::Pod);
    let complete = pods && snapshot.sources.is_live(Kind::NetworkPolicy);
    let said = coverage_headline(snapshot, &inventory, policy);
    let mut blocks = vec![
        Block::Line(vec![Cell::new(said.sign.0, said.sign.1), Cell::new(format!(" {}", said.verdict), said.sign.1)]),
        Block::line(format!("  {}", said.policies), Role::Text),
        Block::Heading("POLICIES".to_owned()),
        Block::Table(table(&inventory.policies, pods)),
    ];
    if !inventory.others.is_empty() {
        let others = Block::Table(other_table(&inventory.others, pods));
        blocks.extend([Block::Heading("POLICIES OF OTHER KINDS".to_owned()), others]);
    }
    if format.is_full() && pods {
        blocks.extend([Block::Heading("NAMESPACES".to_owned()), Block::Table(namespace_table(&inventory.namespaces))]);
    }
    let entry = |policy: &PolicySummary| PolicyEntry {
        kind: policy.kind.name(),
        namespace: policy.namespace.clone(),
        name: policy.name.clone(),
        selector: policy.selector.clone().unwrap_or_default(),
        selected: policy.selected.filter(|_| pods),
        isolates_ingress: policy.ingress.isolates(),
        isolates_egress: policy.egress.isolates(),
        ingress_rules: policy.ingress.rules().unwrap_or_default(),
        egress_rules: policy.egress.rules().unwrap_or_default(),
    };
    let namespaces = inventory.namespaces.iter().filter(|_| pods).map(|row| NamespaceEntry {
        namespace: row.namespace.clone(),
        policies: row.policies,
        pods: row.pods,
        host_network_pods: row.host_pods,
        selected_ingress: row.ingress,
        selected_egress: row.egress,
    });
    let document = PolicyListDocument {
        schema: "cnitui.policy.list/v1",
        taken_at: snapshot.taken_at.to_string(),
        complete,
        enforcement: Enforcement {
            enforcer: policy.enforcer.clone(),
            verdict: policy.verdict.name(),
            basis: policy.basis.name(),
            ingress: policy.ingress.name(),
            egress: policy.egress.name(),
        },
        policies: inventory.policies.iter().map(entry).collect(),
        others: inventory.others.iter().map(|one| other(one, pods)).collect(),
        namespaces: namespaces.collect(),
    };
    Answer { blocks, document, outcome: outcome(complete, policy, &assessment.policies) }
}

/// Policies without effect, everywhere or on some nodes, are wrong; a list that is not known, what nobody could judge, and policies
/// whose rules are not read are untold.
pub(super) fn outcome(complete: bool, policy: &Judged, inventory: &Inventory) -> Outcome {
    let void = |verdict: Verdict, isolates: fn(&PolicySummary) -> bool| {
        let on_some = verdict == Verdict::Partial && policy.nodes.not_enforced > 0;
        (on_some || verdict == Verdict::NotEnforced) && inventory.policies.iter().any(isolates)
    };
    let all_void = policy.verdict == Verdict::NotEnforced && !inventory.others.is_empty();
    let in_part = policy.verdict == Verdict::Partial && policy.nodes.unknown > 0;
    let is_unread = || unread_policies(inventory, policy).next().is_some();
    if all_void || void(policy.ingress, |p| p.ingress.isolates()) || void(policy.egress, |p| p.egress.isolates()) {
        Outcome::Wrong
    } else if !complete || in_part || policy.verdict == Verdict::Unknown || is_unread() {
        Outcome::Untold
    } else {
        Outcome::Well
    }
}

fn other(policy: &PolicySummary, pods: bool) -> OtherEntry {
    let (tier, priority) = match policy.standing {
        Standing::Before(priority) => (Some(Layer::Admin.name()), Some(priority)),
        Standing::After(priority) => (Some(Layer::Baseline.name()), Some(priority)),
        Standing::Between | Standing::NotUnderstood | Standing::NotRead => (None, None),
    };
    OtherEntry {
        kind: policy.kind.name(),
        namespace: policy.namespace.clone(),
        name: policy.name.clone(),
        tier,
        priority,
        selected: policy.selected.filter(|_| pods),
        ingress_rules: policy.ingress.rules(),
        egress_rules: policy.egress.rules(),
    }
}

fn other_table(policies: &[PolicySummary], pods: bool) -> Table {
    let mut table = Table::new(["Kind", "Namespace", "Name", "Place", "Selects", "Pods#", "Ingress", "Egress"]);
    for policy in policies {
        let is_read = policy.selector.is_some();
        let place = Cell::new(standing_words(policy.standing), if is_read { Role::Text } else { Role::Unknown });
        let head = vec![policy.kind.name().into(), (&policy.namespace).into(), (&policy.name).into(), place];
        table.rows.push([head, says(policy, pods)].concat());
    }
    table
}

fn table(policies: &[PolicySummary], pods: bool) -> Table {
    let mut table = Table::new(["Namespace", "Name", "Selects", "Pods#", "Ingress", "Egress"]);
    let names = |policy: &PolicySummary| vec![(&policy.namespace).into(), (&policy.name).into()];
    table.rows.extend(policies.iter().map(|policy| [names(policy), says(policy, pods)].concat()));
    table
}

/// Whom a policy selects, how many these are, and what it says of ingress and egress.
fn says(policy: &PolicySummary, pods: bool) -> Vec<Cell> {
    let unknown = || Cell::new("?", Role::Unknown);
    let direction = |says| {
        let (words, role) = direction_words(says);
        Cell::new(words, role)
    };
    vec![
        policy.selector.as_deref().map_or_else(unknown, Cell::from),
        policy.selected.filter(|_| pods).map_or_else(unknown, Cell::from),
        direction(policy.ingress),
        direction(policy.egress),
    ]
}

fn namespace_table(rows: &[NamespaceCoverage]) -> Table {
    let mut table = Table::new(["Namespace", "Policies#", "Pods#", "Host network#", "Selected in#", "Selected out#"]);
    let numbers = |row: &NamespaceCoverage| [row.policies, row.pods, row.host_pods, row.ingress, row.egress].map(Cell::from);
    table.rows.extend(rows.iter().map(|row| std::iter::once(Cell::from(&row.namespace)).chain(numbers(row)).collect()));
    table
}

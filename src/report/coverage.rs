//! `policy coverage`: what policies protect, namespace by namespace and workload by workload, weighed by whether they are enforced.

use super::policy::outcome;
use super::{Answer, Block, Cell, Table};
use crate::health::Assessment;
use crate::policy::{Model, NamespaceCoverage, WHOLE_LIST, WorkloadCoverage};
use crate::present::{Role, Share, coverage_headline, coverage_lacks, shares};
use crate::snapshot::{Problem, Snapshot, Text};
use serde::Serialize;

/// `cnitui.policy.coverage/v1`
#[derive(Debug, Serialize)]
pub struct CoverageDocument {
    schema: &'static str,
    taken_at: String,
    enforcer: Option<String>,
    verdict: &'static str,
    namespaces: Vec<Entry>,
    workloads: Vec<Entry>,
    /// Policies whose rules are not read, and lists that were not read
    not_read: Vec<String>,
    /// What was skipped
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Entry {
    namespace: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload_kind: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Text>,
    pods: usize,
    host_network_pods: usize,
    ingress: DirectionEntry,
    egress: DirectionEntry,
}

/// Pods that policies isolate: those of which it cannot be told whether that is in force are neither in force nor not.
#[derive(Debug, Serialize)]
struct DirectionEntry {
    isolated: usize,
    in_force: usize,
    unknown: usize,
}

/// What is protected, in one namespace or all. Wrong where policies are not enforced, untold where that is not known,
/// or something that it rests on was not read.
pub fn coverage(
    snapshot: &Snapshot,
    assessment: &Assessment,
    (workloads, model): (&[WorkloadCoverage], &Model),
    namespace: Option<&str>,
) -> Answer<CoverageDocument> {
    let policy = &assessment.detection.policy;
    let shown = |name: &Text| namespace.is_none_or(|wanted| *name == *wanted);
    let inventory = namespace.map_or_else(|| assessment.policies.clone(), |namespace| assessment.policies.within(namespace));
    let namespaces = &inventory.namespaces;
    let workloads: Vec<&WorkloadCoverage> = workloads.iter().filter(|one| shown(&one.coverage.namespace)).collect();
    let said = coverage_headline(snapshot, &inventory, policy);
    let mut spaces = Table::new(["Namespace", "Pods#", "Ingress", "Egress"]);
    spaces.rows.extend(namespaces.iter().map(|row| [vec![(&row.namespace).into()], numbers(row, shares(row, policy))].concat()));
    let mut table = Table::new(["Namespace", "Kind", "Workload", "Pods#", "Ingress", "Egress"]);
    table.rows.extend(workloads.iter().map(|one| {
        let names: Vec<Cell> = vec![(&one.coverage.namespace).into(), (&one.workload.kind).into(), (&one.workload.name).into()];
        [names, numbers(&one.coverage, shares(&one.coverage, policy))].concat()
    }));
    let blocks = vec![
        Block::Line(vec![Cell::new(said.sign.0, said.sign.1), Cell::new(format!(" {}", said.verdict), said.sign.1)]),
        Block::line(format!("  {}", said.policies), Role::Text),
        Block::Heading("NAMESPACES".to_owned()),
        Block::Table(spaces),
        Block::Heading("WORKLOADS".to_owned()),
        Block::Table(table),
    ];
    let not_read = not_read(snapshot, model);
    let is_whole = not_read.is_empty() && snapshot.problems.is_empty();
    let document = CoverageDocument {
        schema: "cnitui.policy.coverage/v1",
        taken_at: snapshot.taken_at.to_string(),
        enforcer: policy.enforcer.clone(),
        verdict: policy.verdict.name(),
        namespaces: namespaces.iter().map(|row| entry(row, None, shares(row, policy))).collect(),
        workloads: workloads.iter().map(|one| entry(&one.coverage, Some(one), shares(&one.coverage, policy))).collect(),
        not_read,
        problems: snapshot.problems.to_vec(),
    };
    let outcome = outcome(is_whole, policy, &assessment.policies);
    Answer { blocks, document, outcome }
}

/// The policies whose rules are not read, and the lists that coverage rests on and that are not complete.
fn not_read(snapshot: &Snapshot, model: &Model) -> Vec<String> {
    let mut all: Vec<String> = coverage_lacks(snapshot).map(|kind| format!("{} {WHOLE_LIST}", kind.name())).collect();
    all.extend(model.strangers.iter().map(|stranger| stranger.origin.to_string()));
    all.sort();
    all.dedup();
    all
}

fn entry(row: &NamespaceCoverage, of: Option<&WorkloadCoverage>, [ingress, egress]: [Share; 2]) -> Entry {
    let direction = |share: Share| DirectionEntry { isolated: share.selected, in_force: share.sure, unknown: share.unknown };
    Entry {
        namespace: row.namespace.clone(),
        workload_kind: of.map(|one| one.workload.kind.clone()),
        name: of.map(|one| one.workload.name.clone()),
        pods: row.pods,
        host_network_pods: row.host_pods,
        ingress: direction(ingress),
        egress: direction(egress),
    }
}

/// Pods, and for each direction how many of them are isolated and in force for sure.
fn numbers(row: &NamespaceCoverage, shares: [Share; 2]) -> Vec<Cell> {
    let direction = |share: Share| {
        let role = match share {
            _ if row.pods == 0 => Role::Muted,
            Share { unknown: 1.., .. } => Role::Unknown,
            Share { sure, .. } if sure == row.pods => Role::Good,
            _ => Role::Warn,
        };
        let doubt = if share.unknown > 0 { format!(", {} not known", share.unknown) } else { String::new() };
        Cell::new(format!("{} of {} in force{doubt}", share.sure, row.pods), role)
    };
    let pods = if row.pods == 0 && row.host_pods > 0 { format!("+{} host", row.host_pods) } else { row.pods.to_string() };
    vec![pods.into(), direction(shares[0]), direction(shares[1])]
}

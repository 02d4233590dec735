//! `status`: which CNI runs here, who enforces policy, and what is wrong. The words are those of the Cluster screen.

mod document;
mod tables;

pub use document::StatusDocument;

use super::{Answer, Block, Cell, Format, Outcome, Table};
use crate::catalog::Catalog;
use crate::detect::{Confidence, Verdict};
use crate::health::{AgentHealth, Assessment, Finding, Severity};
use crate::present::{
    FactRow, Headline, Role, age, count, counted, finding_parts, headline, identity_rows, lists_live, lists_not_live,
    policy_rows, severity_sign,
};
use crate::snapshot::Snapshot;
use std::borrow::Cow;

/// The state of the cluster in `snapshot`. Ages count to the moment of the snapshot. Of agents and findings only those of
/// `namespace` are shown, if one is named, and what is in none; how it ends is about the whole cluster.
pub fn status(
    snapshot: &Snapshot,
    assessment: &Assessment,
    catalog: &Catalog,
    namespace: Option<&str>,
    format: Format,
) -> Answer<StatusDocument> {
    let whole = Whole {
        said: headline(snapshot, assessment, catalog, snapshot.taken_at),
        findings: assessment.findings.len(),
        outcome: outcome(assessment),
    };
    let shown = namespace.map_or(Cow::Borrowed(assessment), |namespace| Cow::Owned(within(assessment, namespace)));
    let blocks = if format.is_tabular() {
        tabular(snapshot, &whole, &shown, catalog)
    } else {
        page(snapshot, &whole, &shown, catalog, format)
    };
    Answer { blocks, document: StatusDocument::new(snapshot, &shown), outcome: whole.outcome }
}

/// What is said of the whole cluster, whatever is shown of it.
struct Whole {
    said: Headline,
    findings: usize,
    outcome: Outcome,
}

fn within(assessment: &Assessment, namespace: &str) -> Assessment {
    let mut shown = assessment.clone();
    let agents = &assessment.detection.agents;
    shown.agents.retain(|state| agents.get(state.agent).is_some_and(|agent| agent.namespace == *namespace));
    shown.findings.retain(|finding| finding.object.namespace.is_empty() || finding.object.namespace == *namespace);
    shown
}

/// For people.
fn page(snapshot: &Snapshot, whole: &Whole, assessment: &Assessment, catalog: &Catalog, format: Format) -> Vec<Block> {
    let said = &whole.said;
    let mut blocks = vec![
        Block::Line(vec![Cell::new(said.sign.0, said.sign.1), Cell::new(format!(" {}", said.verdict), said.sign.1)]),
        Block::line(format!("  {}", said.policies), Role::Text),
    ];
    findings(snapshot, assessment, &mut blocks);
    let elsewhere = whole.findings - assessment.findings.len();
    if elsewhere > 0 {
        blocks.push(Block::line(format!("{} in other namespaces", counted(elsewhere, "finding", "findings")), Role::Muted));
    }
    facts("Identity", &identity_rows(snapshot, assessment, catalog), &mut blocks);
    facts("Policy", &policy_rows(snapshot, assessment, catalog), &mut blocks);
    agents(assessment, &mut blocks);
    if format.is_full() {
        blocks.extend(tables::details(assessment));
    }
    lists(snapshot, &mut blocks);
    blocks
}

/// The same as tables.
fn tabular(snapshot: &Snapshot, whole: &Whole, assessment: &Assessment, catalog: &Catalog) -> Vec<Block> {
    let rows = identity_rows(snapshot, assessment, catalog).into_iter().chain(policy_rows(snapshot, assessment, catalog));
    let mut blocks = vec![
        Block::Heading("STATUS".to_owned()),
        Block::Table(tables::facts(rows, &whole.said.verdict, &whole.said.policies)),
        Block::Heading("FINDINGS".to_owned()),
        Block::Table(tables::findings(snapshot, assessment)),
    ];
    agents(assessment, &mut blocks);
    blocks.extend(tables::details(assessment));
    blocks.extend([Block::Heading("LISTS".to_owned()), Block::Table(tables::lists(snapshot))]);
    blocks
}

/// A finding of severity error is wrong; what could not be identified, judged or checked is untold; else it is well.
fn outcome(assessment: &Assessment) -> Outcome {
    let detection = &assessment.detection;
    let untold = detection.policy.verdict == Verdict::Unknown
        || detection.network.confidence == Confidence::Unknown
        || !assessment.could_not.is_empty()
        || assessment.findings.iter().any(|finding| finding.severity == Severity::Unknown);
    if assessment.findings.iter().any(|finding| finding.severity == Severity::Error) {
        Outcome::Wrong
    } else if untold {
        Outcome::Untold
    } else {
        Outcome::Well
    }
}

fn findings(snapshot: &Snapshot, assessment: &Assessment, blocks: &mut Vec<Block>) {
    let lacking = assessment.could_not.len();
    let checks = format!("{} ran, {lacking} could not", counted(assessment.ran, "check", "checks"));
    blocks.push(Block::Heading("FINDINGS".to_owned()));
    if assessment.findings.is_empty() {
        let (words, role) = if lacking == 0 { ("none", Role::Text) } else { ("none seen", Role::Unknown) };
        blocks.push(Block::Line(vec![Cell::new(words, role), Cell::new(format!("; {checks}"), Role::Muted)]));
        return;
    }
    assessment.findings.iter().for_each(|found| finding(snapshot, found, blocks));
    blocks.push(Block::line(checks, Role::Muted));
}

fn finding(snapshot: &Snapshot, finding: &Finding, blocks: &mut Vec<Block>) {
    let (sign, role) = severity_sign(finding.severity);
    let (subject, message) = finding_parts(finding);
    let since = finding.since.map_or(String::new(), |since| format!("{}  ", age(since, snapshot.taken_at)));
    let subject = if subject.is_empty() { subject } else { format!("{subject}   ") };
    blocks.push(Block::Line(vec![
        Cell::new(format!("{sign} "), role),
        Cell::new(since, Role::Muted),
        Cell::new(subject, Role::Heading),
        message.into(),
    ]));
    if let Some(guess) = &finding.likely {
        blocks.push(Block::Line(vec![Cell::new("    likely because ", Role::Muted), Cell::new(&**guess, Role::Text)]));
    }
    for (at, symptom) in finding.symptoms.iter().enumerate() {
        let branch = if at + 1 == finding.symptoms.len() { "└" } else { "├" };
        blocks.push(Block::line(format!("    {branch} {symptom}"), Role::Muted));
    }
    if finding.severity != Severity::Info {
        blocks.push(Block::line(format!("    {}", finding.why), Role::Muted));
    }
    blocks.push(Block::Line(vec![Cell::new("    do ", Role::Muted), Cell::new(&*finding.remedy, Role::Accent)]));
}

fn facts(heading: &str, rows: &[FactRow], blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(heading.to_uppercase()));
    let width = rows.iter().map(|row| row.label.len()).max().unwrap_or_default();
    for row in rows {
        let (sign, role) = row.sign.map_or((String::new(), Role::Text), |(sign, role)| (format!("{sign} "), role));
        let label = Cell::new(format!("{:width$}   ", row.label), Role::Muted);
        blocks.push(Block::Line(vec![label, Cell::new(sign, role), (&row.text).into()]));
    }
}

fn agents(assessment: &Assessment, blocks: &mut Vec<Block>) {
    if assessment.agents.is_empty() {
        return;
    }
    let mut table = Table::new(["Agent", "Ready", "Updated", "Restarts#", "Version"]);
    for state in &assessment.agents {
        let Some(agent) = assessment.detection.agents.get(state.agent) else { continue };
        let name = format!("{} {}/{}", agent.kind.name(), agent.namespace, agent.name);
        let rollout = state.rollout;
        let of_desired = |some: u32, short: Role| match rollout.is_told() {
            true if some < rollout.desired => Cell::new(format!("{some}/{}", rollout.desired), short),
            true => Cell::new(format!("{some}/{}", rollout.desired), Role::Text),
            false => Cell::new("?", Role::Unknown),
        };
        // What only pods show has no template to be updated to.
        let updated =
            if agent.workload.is_some() { of_desired(rollout.updated, Role::Warn) } else { Cell::new("?", Role::Unknown) };
        table.rows.push(vec![
            name.into(),
            of_desired(rollout.ready, Role::Bad),
            updated,
            state.restarts.map_or_else(|| Cell::new("?", Role::Unknown), |restarts| count(restarts as usize).into()),
            versions(state),
        ]);
    }
    blocks.extend([Block::Heading("AGENTS".to_owned()), Block::Table(table)]);
}

fn versions(state: &AgentHealth) -> Cell {
    match state.versions.as_slice() {
        [] => Cell::new("?", Role::Unknown),
        [(version, _)] => version.into(),
        several => several.iter().map(|(version, pods)| format!("{version} {pods}")).collect::<Vec<_>>().join(", ").into(),
    }
}

fn lists(snapshot: &Snapshot, blocks: &mut Vec<Block>) {
    let missing = lists_not_live(snapshot, snapshot.taken_at);
    blocks.push(Block::Heading("LISTS".to_owned()));
    for row in &missing {
        let (sign, role) = row.sign.unwrap_or(("", Role::Text));
        blocks.push(Block::Line(vec![
            Cell::new(format!("{sign} {} {}", row.kind.name(), row.state), role),
            Cell::new(format!("   {}   {}", row.gives, row.detail), Role::Muted),
        ]));
    }
    let live = lists_live(snapshot);
    if !live.is_empty() {
        blocks.push(Block::Line(vec!["live   ".into(), Cell::new(live, Role::Muted)]));
    }
}

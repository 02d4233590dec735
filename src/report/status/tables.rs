//! The state of a cluster as tables: what `-o csv` and `markdown` are made of, and what `wide` has beside the page.

use super::super::{Block, Cell, Table};
use crate::health::Assessment;
use crate::present::{FactRow, Role, age, count, lists_not_live};
use crate::snapshot::{Kind, Snapshot};

/// What stands in lines on the page, as rows of two.
pub(super) fn facts(rows: impl IntoIterator<Item = FactRow>, verdict: &str, policies: &str) -> Table {
    let mut table = Table::new(["What", "Says"]);
    table.rows.push(vec!["verdict".into(), verdict.into()]);
    table.rows.push(vec!["policies".into(), policies.into()]);
    table.rows.extend(rows.into_iter().map(|row| vec![row.label.into(), row.text.into()]));
    table
}

/// The findings, worst first.
pub(super) fn findings(snapshot: &Snapshot, assessment: &Assessment) -> Table {
    let mut table = Table::new(["Severity", "Object", "Since", "Message", "Likely because", "Symptoms", "Why", "Do", "Check"]);
    for finding in &assessment.findings {
        let since = finding.since.map_or_else(String::new, |since| age(since, snapshot.taken_at));
        table.rows.push(vec![
            finding.severity.name().into(),
            finding.object.to_string().into(),
            since.into(),
            (&finding.message).into(),
            finding.likely.as_deref().unwrap_or_default().into(),
            finding.symptoms.join("; ").into(),
            (&finding.why).into(),
            (&finding.remedy).into(),
            finding.id.into(),
        ]);
    }
    table
}

/// The pods of agents and the nodes, where there are any.
pub(super) fn details(assessment: &Assessment) -> Vec<Block> {
    let mut pods = Table::new(["Agent", "Pod", "Node", "Phase", "Ready", "Restarts#", "Reason"]);
    for state in &assessment.agents {
        let Some(agent) = assessment.detection.agents.get(state.agent) else { continue };
        for pod in &state.pods {
            pods.rows.push(vec![
                format!("{}/{}", agent.namespace, agent.name).into(),
                (&pod.name).into(),
                (&pod.node).into(),
                pod.phase.into(),
                known(Some(pod.ready)),
                pod.restarts.into(),
                pod.reason.as_deref().unwrap_or_default().into(),
            ]);
        }
    }
    let mut nodes = Table::new(["Node", "Ready", "Has network", "Agent ready", "Pods#", "Of#", "Findings#"]);
    for node in &assessment.nodes {
        nodes.rows.push(vec![
            (&node.name).into(),
            known(node.ready),
            known(node.network_unavailable.map(|without| !without)),
            known(node.agent_ready),
            number(node.pods),
            number(node.pod_capacity),
            node.findings.into(),
        ]);
    }
    let named = [("PODS OF AGENTS", pods), ("NODES", nodes)].into_iter().filter(|(_, table)| !table.rows.is_empty());
    named.flat_map(|(heading, table)| [Block::Heading(heading.to_owned()), Block::Table(table)]).collect()
}

fn number<T: ToString>(number: Option<T>) -> Cell {
    number.map_or_else(|| Cell::new("?", Role::Unknown), Cell::from)
}

fn known(state: Option<bool>) -> Cell {
    match state {
        Some(true) => "yes".into(),
        Some(false) => Cell::new("no", Role::Bad),
        None => Cell::new("?", Role::Unknown),
    }
}

/// Every list, and what is missing in it.
pub(super) fn lists(snapshot: &Snapshot) -> Table {
    let missing = lists_not_live(snapshot, snapshot.taken_at);
    let mut table = Table::new(["List", "State", "Items#", "Detail"]);
    for (kind, source) in snapshot.sources.iter() {
        let row = missing.iter().find(|row| row.kind == kind);
        let (state, detail) = row.map_or(("live", ""), |row| (row.state.as_str(), row.detail.as_str()));
        table.rows.push(vec![Kind::name(kind).into(), state.into(), count(source.items).into(), detail.into()]);
    }
    table
}

//! `probe`: the plan before it is agreed to, and the outcome.

use super::lint::escaped;
use super::{Answer, Block, Cell, Outcome, Table};
use crate::policy::Direction;
use crate::present::{Role, plan_rows, probe_sentence, side_sign, time_words};
use crate::probe::{self, Measured, NAMESPACE, Part, Plan, Right, SideOutcome, SideVerdict, Verdict};
use crate::snapshot::Text;
use jiff::Timestamp;
use serde::Serialize;
use std::fmt::Write;
use std::time::Duration;

/// `cnitui.probe/v1`
#[derive(Debug, Serialize)]
pub struct ProbeDocument {
    schema: &'static str,
    kind: &'static str,
    taken_at: Timestamp,
    verdict: &'static str,
    /// Why the run ended early
    cut_short: Option<String>,
    nodes: Vec<NodeEntry>,
    flows: Vec<FlowEntry>,
    left_behind: usize,
    /// What is left, by kind and name
    left: Vec<String>,
}

#[derive(Debug, Serialize)]
struct NodeEntry {
    name: Text,
    ingress: &'static str,
    egress: &'static str,
    reason: Option<String>,
    cut_ms: Option<u64>,
    back_ms: Option<u64>,
    resolution_ms: Option<u64>,
}

#[derive(Debug, Serialize)]
struct FlowEntry {
    src: String,
    dst: String,
    port: String,
    /// By which address: `pod` or `service`
    through: &'static str,
    /// The direction that was denied
    denied: &'static str,
    /// What the policy says
    predicted: &'static str,
    measured: &'static str,
    agrees: Option<bool>,
    reason: Option<String>,
    connect_ms: Option<f64>,
    cut_ms: Option<u64>,
    back_ms: Option<u64>,
    /// Tries under the policy, and how many of them passed
    tries: usize,
    passed: usize,
}

/// The plan, for people. `missing` are the rights that the user lacks.
pub fn probe_plan(plan: &Plan, missing: &[Right], context: &str) -> Answer<()> {
    let line = |row: crate::present::FactRow| {
        let (sign, role) = row.sign.unwrap_or((" ", Role::Text));
        Block::Line(vec![
            Cell::new(format!("  {:<13}", row.label), Role::Muted),
            Cell::new(format!("{sign} "), role),
            row.text.into(),
        ])
    };
    let mut blocks =
        vec![Block::Heading(format!("{} On {context} this would be created, and removed again:", plan.probe.question))];
    blocks.extend(plan_rows(plan, missing).into_iter().map(line));
    let outcome = if missing.is_empty() { Outcome::Well } else { Outcome::Untold };
    Answer { blocks, document: (), outcome }
}

/// The outcome of a plan. `left` names what could not be removed.
pub fn probe(plan: &Plan, outcome: &probe::Outcome, left: &[String], taken_at: Timestamp) -> Answer<ProbeDocument> {
    let mut blocks = Vec::new();
    if !left.is_empty() {
        let words = format!("✗ Left in the cluster: {}. cnitui probe cleanup removes it.", left.join(", "));
        blocks.push(Block::line(words, Role::Bad));
    }
    let ((sign, role), sentence) = probe_sentence(outcome);
    blocks.push(Block::Line(vec![Cell::new(format!("{sign} "), role), sentence.into()]));
    if left.is_empty() {
        blocks.push(Block::line("  Nothing is left in the cluster.", Role::Text));
    }
    blocks.push(Block::Table(nodes(outcome)));
    let document = ProbeDocument {
        schema: "cnitui.probe/v1",
        kind: plan.probe.id,
        taken_at,
        verdict: outcome.verdict.name(),
        cut_short: outcome.cut_short.clone(),
        nodes: outcome.nodes.iter().map(node).collect(),
        flows: outcome.flows.iter().map(|one| flow(plan, one)).collect(),
        left_behind: left.len(),
        left: left.to_vec(),
    };
    let outcome = match outcome.verdict {
        Verdict::Enforced => Outcome::Well,
        Verdict::NotEnforced | Verdict::Partial => Outcome::Wrong,
        Verdict::Inconclusive => Outcome::Untold,
    };
    Answer { blocks, document, outcome }
}

fn nodes(outcome: &probe::Outcome) -> Table {
    let mut table = Table::new(["Node", "Direction", "Verdict", "Cut within", "Back within", "Reason"]);
    for node in &outcome.nodes {
        for direction in Direction::BOTH {
            let side = node.side(direction);
            let (sign, role) = side_sign(side.verdict);
            let [cut, back] = time_words(side);
            table.rows.push(vec![
                (&node.name).into(),
                direction.name().into(),
                Cell::new(format!("{sign} {}", side.verdict.name()), role),
                cut.into(),
                back.into(),
                side.reason.as_deref().unwrap_or_default().into(),
            ]);
        }
    }
    table
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn node(node: &probe::NodeOutcome) -> NodeEntry {
    let sides = [&node.ingress, &node.egress];
    let mut reasons: Vec<String> = Vec::new();
    for (direction, side) in Direction::BOTH.iter().zip(sides) {
        match &side.reason {
            Some(why) if node.ingress.reason == node.egress.reason => reasons = vec![why.clone()],
            Some(why) => reasons.push(format!("{}: {why}", direction.name())),
            None => {}
        }
    }
    let longest = |pick: fn(&SideOutcome) -> Option<Duration>| sides.iter().filter_map(|side| pick(side)).max().map(millis);
    NodeEntry {
        name: node.name.clone(),
        ingress: node.ingress.verdict.name(),
        egress: node.egress.verdict.name(),
        reason: Some(reasons.join("; ")).filter(|words| !words.is_empty()),
        cut_ms: longest(|side| side.cut.map(|time| time.within)),
        back_ms: longest(|side| side.back.map(|time| time.within)),
        resolution_ms: longest(|side| side.cut.map(|time| time.resolution)),
    }
}

fn flow(plan: &Plan, one: &probe::FlowOutcome) -> FlowEntry {
    let flow = plan.flows()[one.flow];
    let end = |part, at: usize| format!("{NAMESPACE}/{} on {}", plan.pod_name(part, at), plan.nodes[at]);
    let (measured, reason, times) = match &one.measured {
        Measured::Open => ("open", None, None),
        Measured::Closed { cut, back } => ("closed", None, Some((cut.within, back.within))),
        Measured::Inconclusive(why) => ("inconclusive", Some(why.clone()), None),
    };
    FlowEntry {
        src: end(Part::Client, flow.from),
        dst: end(Part::Server, flow.to),
        port: format!("{}/{}", flow.protocol.name(), plan.prover.port(flow.protocol).unwrap_or_default()),
        through: flow.through.name(),
        denied: one.direction.name(),
        predicted: "deny",
        measured,
        agrees: (measured != "inconclusive").then_some(measured == "closed"),
        reason,
        connect_ms: one.connect.map(|took| (took.as_secs_f64() * 10_000.0).round() / 10.0),
        cut_ms: times.map(|(cut, _)| millis(cut)),
        back_ms: times.map(|(_, back)| millis(back)),
        tries: one.passed.1,
        passed: one.passed.0,
    }
}

/// XML for test runners: a test for every node and direction. What could not be told is skipped, with its reason.
pub fn probe_junit(plan: &Plan, outcome: &probe::Outcome) -> String {
    let sides =
        || outcome.nodes.iter().flat_map(|node| Direction::BOTH.map(|direction| (&node.name, direction, node.side(direction))));
    let number = |verdict| sides().filter(|(_, _, side)| side.verdict == verdict).count();
    let (failures, skipped) = (number(SideVerdict::NotEnforced), number(SideVerdict::Inconclusive));
    let counts = format!("tests=\"{}\" failures=\"{failures}\" skipped=\"{skipped}\"", sides().count());
    let mut cases = String::new();
    for (name, direction, side) in sides() {
        let why = escaped(side.reason.as_deref().unwrap_or("denied flows passed"));
        let inside = match side.verdict {
            SideVerdict::Enforced => String::new(),
            SideVerdict::NotEnforced => format!("<failure type=\"not-enforced\" message=\"{why}\"/>"),
            SideVerdict::Inconclusive => format!("<skipped message=\"{why}\"/>"),
        };
        let (class, name, direction) = (plan.probe.id, escaped(name), direction.name());
        // Writing to a string cannot fail.
        let _ = writeln!(cases, "    <testcase classname=\"probe {class}\" name=\"{name} {direction}\">{inside}</testcase>");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"probe {}\" {counts}>\n{cases}  \
         </testsuite>\n</testsuites>\n",
        plan.probe.id
    )
}

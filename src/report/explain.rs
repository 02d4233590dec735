//! `policy explain`: the verdict on a flow and every step that led to it.

use super::flow::{DialectDocument, Ports};
use super::{Answer, Block, Cell, Outcome, Table};
use crate::policy::{Case, Change, Decision, Dialect, Explanation, PolicyRef, Step, Verdict};
use crate::present::{Role, effect_role, explanation_sentence, flow_sign};
use crate::snapshot::Problem;
use serde::Serialize;

/// `cnitui.policy.explain/v1`
#[derive(Debug, Serialize)]
pub struct ExplainDocument {
    schema: &'static str,
    flow: FlowEntry,
    verdict: &'static str,
    /// Open for sure
    ports: Ports,
    /// Open for sure or perhaps
    ports_maybe: Ports,
    dialect: DialectDocument,
    steps: Vec<StepEntry>,
    cases: Vec<CaseEntry>,
    changes: Vec<ChangeEntry>,
    notes: Vec<String>,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct FlowEntry {
    src: String,
    dst: String,
    ports: Ports,
}

#[derive(Debug, Serialize)]
struct StepEntry {
    side: &'static str,
    layer: &'static str,
    kind: Option<&'static str>,
    policy: Option<String>,
    rule: Option<usize>,
    effect: &'static str,
    reason: String,
    ports: Ports,
    /// None where it is the same over every family.
    family: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct CaseEntry {
    src: String,
    dst: String,
    pairs: usize,
    verdict: &'static str,
    ports: Ports,
}

#[derive(Debug, Serialize)]
struct ChangeEntry {
    side: &'static str,
    /// `add-ports`, `add-peer`, `add-rule`, `add-policy`
    r#do: &'static str,
    kind: &'static str,
    policy: String,
    rule: usize,
    what: String,
}

/// The answer. `read` says how policies are read, `problems` are those of the facts and of the policies. Untold, too, where it is
/// allowed as far as anybody could read: what could not be read may say otherwise.
pub fn explain(answer: &Explanation, dialect: &Dialect, read: &str, problems: &[Problem]) -> Answer<ExplainDocument> {
    let steps = steps(answer);
    let document = ExplainDocument {
        schema: "cnitui.policy.explain/v1",
        flow: FlowEntry { src: answer.from.clone(), dst: answer.to.clone(), ports: Ports(answer.asked.clone()) },
        verdict: answer.verdict.name(),
        ports: Ports(answer.open.sure.clone()),
        ports_maybe: Ports(answer.open.maybe.clone()),
        dialect: DialectDocument::of(dialect),
        steps: steps.iter().map(|(family, step)| entry(*family, step)).collect(),
        cases: answer.cases.iter().map(case).collect(),
        changes: answer.changes.iter().map(change).collect(),
        notes: answer.notes.clone(),
        problems: problems.to_vec(),
    };
    let outcome = match answer.verdict {
        Verdict::Allow if problems.is_empty() => Outcome::Well,
        Verdict::Deny | Verdict::Depends => Outcome::Wrong,
        Verdict::Allow | Verdict::Unknown => Outcome::Untold,
    };
    Answer { blocks: blocks(answer, read, &steps), document, outcome }
}

/// The steps of that case, with the family where families differ.
fn steps(answer: &Explanation) -> Vec<(Option<&'static str>, &Step)> {
    let decisions: &[Decision] = answer.told().map_or(&[], |case| &case.decisions);
    let alike = answer.is_alike();
    let shown = if alike { decisions.get(..1).unwrap_or_default() } else { decisions };
    let of = |decision: &Decision| (!alike).then_some(decision.family.name());
    shown.iter().flat_map(|decision| decision.steps().map(move |step| (of(decision), step))).collect()
}

fn entry(family: Option<&'static str>, step: &Step) -> StepEntry {
    StepEntry {
        side: step.side.name(),
        layer: step.layer.map_or("default", |layer| layer.name()),
        kind: step.policy.as_ref().map(|policy| policy.kind),
        policy: step.policy.as_ref().map(PolicyRef::path),
        rule: step.rule,
        effect: step.effect.name(),
        reason: step.reason.clone(),
        ports: Ports(step.ports.clone()),
        family,
    }
}

fn case(case: &Case) -> CaseEntry {
    let open = case.decisions.iter().map(|decision| decision.open.sure.clone()).reduce(|a, b| a.intersection(&b));
    CaseEntry {
        src: case.flow.from.to_string(),
        dst: case.flow.to.to_string(),
        pairs: case.pairs,
        verdict: case.verdict.name(),
        ports: Ports(open.unwrap_or_default()),
    }
}

fn change(change: &Change) -> ChangeEntry {
    ChangeEntry {
        side: change.side.name(),
        r#do: change.action(),
        kind: change.policy.kind,
        policy: change.policy.path(),
        rule: change.rule,
        what: change.what.clone(),
    }
}

fn blocks(answer: &Explanation, read: &str, steps: &[(Option<&'static str>, &Step)]) -> Vec<Block> {
    let (sign, role) = flow_sign(answer.verdict);
    let mut blocks = vec![
        Block::Line(vec![Cell::new(sign, role), Cell::new(format!(" {}", explanation_sentence(answer)), role)]),
        Block::line(format!("  {read}"), Role::Muted),
    ];
    blocks.extend(answer.notes.iter().map(|note| Block::line(format!("  {note}"), Role::Text)));
    if answer.cases.len() > 1 {
        blocks.extend([Block::Heading("WHERE PODS DIFFER".to_owned()), Block::Table(differing(&answer.cases))]);
    }
    let of = answer.told().filter(|_| answer.cases.len() > 1);
    let title = of.map_or_else(|| "STEPS".to_owned(), |case| format!("STEPS of {} to {}", case.flow.from, case.flow.to));
    blocks.extend([Block::Heading(title), Block::Table(stepping(steps))]);
    if !answer.changes.is_empty() {
        blocks.push(Block::Heading("SMALLEST CHANGE THAT WOULD ADMIT IT".to_owned()));
        blocks.extend(
            answer.changes.iter().map(|change| Block::line(format!("{}: {}", change.side.name(), change.what), Role::Text)),
        );
    }
    blocks
}

fn differing(cases: &[Case]) -> Table {
    let mut table = Table::new(["From", "To", "Ports", "Pairs#", "Verdict"]);
    table.rows.extend(cases.iter().map(|case| {
        let (sign, role) = flow_sign(case.verdict);
        vec![
            (&case.flow.from).into(),
            (&case.flow.to).into(),
            (&case.flow.ports).into(),
            case.pairs.into(),
            Cell::new(format!("{sign} {}", case.verdict.name()), role),
        ]
    }));
    table
}

fn stepping(steps: &[(Option<&'static str>, &Step)]) -> Table {
    let mut table = Table::new(["Side", "Layer", "Policy", "Rule#", "Effect", "Why"]);
    table.rows.extend(steps.iter().map(|(family, step)| {
        let side = family.map_or_else(|| step.side.name().to_owned(), |family| format!("{} {family}", step.side.name()));
        vec![
            side.into(),
            step.layer.map_or("default", |layer| layer.name()).into(),
            step.policy.as_ref().map(ToString::to_string).unwrap_or_default().into(),
            step.rule.map(|rule| rule.to_string()).unwrap_or_default().into(),
            Cell::new(step.effect.name(), effect_role(step.effect)),
            (&step.reason).into(),
        ]
    }));
    table
}

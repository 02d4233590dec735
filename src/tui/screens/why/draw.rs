//! The question, the verdict and the steps as rows, and what the step under the cursor says at length.

use super::{Field, answer, explanation};
use crate::detect::Verdict as Enforcement;
use crate::policy::{Decision, Direction, Explanation, PolicyRef, Step, Verdict};
use crate::present::{Role, counted, effect_role, explanation_sentence, flow_sign, verdict_sign};
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut, cut_middle, wrap};
use crate::tui::model::Model;
use crate::tui::pane::Pane;
use crate::tui::pen::Pen;
use crate::tui::view::layout;

/// Where sentences end at the latest.
const SENTENCE: usize = 100;

/// Width of what a step does.
const EFFECT: usize = 10;

/// A row below the verdict; steps, cases and changes have a number.
pub(super) struct Row {
    pub(super) line: Line,
    pub(super) key: Option<usize>,
    /// What it says at length.
    said: String,
}

/// The parts of the question, each with where it begins.
fn fields(model: &Model) -> Vec<(Field, usize, Line)> {
    let question = &model.why.question;
    let room = (layout(model).width.saturating_sub(40)) / 2;
    let parts = [
        (Field::From, "From ", question.from.as_str(), "who calls"),
        (Field::To, "to ", question.to.as_str(), "who is called"),
        (Field::Port, "port ", question.port.as_str(), "every port"),
    ];
    let mut x = 1;
    let mut fields = Vec::new();
    for (field, word, value, none) in parts {
        let is_here = field == model.why.field;
        let bracket = |sign: &str| Line::of(if is_here { sign } else { " " }, Role::Accent);
        let line =
            if value.is_empty() { Line::of(none, Role::Muted) } else { Line::of(cut_middle(value, room, "…"), Role::Text) };
        let line = Line::of(word, Role::Muted).join(bracket("[")).join(line).join(bracket("]"));
        fields.push((field, x, line.clone()));
        x += line.width() + 2;
    }
    fields
}

/// The part of the question at a place of the body.
pub(super) fn field_at(model: &Model, x: usize, y: usize) -> Option<Field> {
    let here = fields(model).into_iter().rfind(|(_, from, _)| *from <= x);
    here.filter(|_| y == question_row(model)).map(|(field, ..)| field)
}

fn question_row(model: &Model) -> usize {
    usize::from(layout(model).is_airy())
}

/// The verdict, how policies were read, whether anybody enforces them, and what one has to know.
fn verdict(model: &Model, width: usize) -> Vec<Line> {
    let Some(answer) = answer(model) else {
        let words = match (model.why.question.from.is_empty(), model.why.question.to.is_empty()) {
            (true, _) => "Who calls? Pick one end, then the other; ports are every port unless they are named.",
            (_, true) => "And who is called?",
            _ => "Reading the policies.",
        };
        return vec![Line::of(words, Role::Muted)];
    };
    let found = match &answer.found {
        Ok(found) => found,
        Err(why) => return wrap(why, width).into_iter().map(|part| Line::of(part, Role::Bad)).collect(),
    };
    let (sign, role) = flow_sign(found.verdict);
    let indent = Line::of("  ", Role::Text);
    let mut lines: Vec<Line> = Vec::new();
    for (nth, part) in wrap(&explanation_sentence(found), width).into_iter().enumerate() {
        let before = if nth == 0 { Line::new().strong(format!("{sign} "), role) } else { indent.clone() };
        lines.push(before.strong(part, role));
    }
    let enforced = &answer.world.assessment.detection.policy;
    let (_, role) = verdict_sign(enforced.verdict);
    let role = if enforced.verdict == Enforcement::Enforced { Role::Text } else { role };
    let below = [(answer.read.as_str(), Role::Muted), (enforced.sentence.as_str(), role)];
    let notes = found.notes.iter().map(|note| (note.as_str(), Role::Text));
    for (said, role) in below.into_iter().chain(notes) {
        lines.extend(wrap(said, width).into_iter().map(|part| indent.clone().then(part, role)));
    }
    lines
}

/// First row of the steps.
pub(super) fn top(model: &Model) -> usize {
    let layout = layout(model);
    let airy = usize::from(layout.is_airy());
    question_row(model) + 1 + airy + verdict(model, width(&layout)).len() + 1
}

fn width(layout: &Layout) -> usize {
    layout.width.saturating_sub(4).min(SENTENCE)
}

fn pane_height(layout: &Layout) -> usize {
    if layout.is_airy() { 4 } else { 2 }
}

/// Rows of the steps that are seen.
pub(super) fn height(model: &Model) -> usize {
    let layout = layout(model);
    layout.rows.saturating_sub(top(model) + pane_height(&layout))
}

/// Everything below the verdict: where pods differ, the steps, the changes.
pub(super) fn rows(model: &Model) -> Vec<Row> {
    let Some(found) = explanation(model) else { return Vec::new() };
    let width = layout(model).width.saturating_sub(2);
    let mut rows: Vec<Row> = Vec::new();
    if found.cases.len() > 1 {
        rows.push(plain(Line::heading("WHERE PODS DIFFER")));
        for case in &found.cases {
            let (sign, role) = flow_sign(case.verdict);
            let said =
                format!("{} → {}   {}   {}", case.flow.from, case.flow.to, case.flow.ports, counted(case.pairs, "pair", "pairs"));
            push(&mut rows, Line::of(format!("{sign} "), role).text(said.clone()), said);
        }
        rows.push(plain(Line::new()));
    }
    let decisions = found.told().map_or(&[][..], |case| &case.decisions);
    let shown = if found.is_alike() { decisions.get(..1).unwrap_or_default() } else { decisions };
    for decision in shown {
        let family = if shown.len() > 1 { format!(" over {}", decision.family.name()) } else { String::new() };
        for side in [Direction::Egress, Direction::Ingress] {
            side_rows(&mut rows, found, decision, side, &family, width);
        }
    }
    if !found.changes.is_empty() {
        rows.push(plain(Line::heading("SMALLEST CHANGE THAT WOULD ADMIT IT")));
        for change in &found.changes {
            let line = Line::of(format!("  {:<8} ", change.side.name()), Role::Muted).text(&change.what);
            push(&mut rows, line, change.what.clone());
        }
    }
    rows
}

fn plain(line: Line) -> Row {
    Row { line, key: None, said: String::new() }
}

fn push(rows: &mut Vec<Row>, line: Line, said: String) {
    let key = Some(rows.len());
    rows.push(Row { line, key, said });
}

/// One side: what it comes to, then its steps.
fn side_rows(rows: &mut Vec<Row>, found: &Explanation, decision: &Decision, side: Direction, family: &str, width: usize) {
    let (of, decided) = match side {
        Direction::Egress => (&found.from, &decision.egress),
        Direction::Ingress => (&found.to, &decision.ingress),
    };
    let asked = found.told().map_or(&found.asked, |case| &case.flow.ports);
    let verdict = Verdict::of(asked, &decided.open);
    let (_, role) = flow_sign(verdict);
    let comes_to = match verdict {
        Verdict::Allow => "admits",
        Verdict::Deny => "denies",
        Verdict::Depends => "admits a part",
        Verdict::Unknown => "cannot tell",
    };
    let column = column(width);
    let heading = Line::heading(format!("{} of ", side.name().to_uppercase())).text(cut_middle(of, column - 12, "…"));
    rows.push(plain(heading.muted(family).to(column, 2).strong(comes_to, role)));
    let mut before: Option<&Step> = None;
    for step in &decided.steps {
        push(rows, step_line(step, before, width), step_words(step));
        before = Some(step);
    }
    rows.push(plain(Line::new()));
}

/// Where what a step does begins.
fn column(width: usize) -> usize {
    if width >= 100 { 48 } else { 34 }
}

/// Layer and policy where they are new, the rule, what it does, and why.
fn step_line(step: &Step, before: Option<&Step>, width: usize) -> Line {
    let column = column(width);
    let is_new = |same: fn(&Step, &Step) -> bool| before.is_none_or(|before| !same(before, step));
    let layer = step.layer.filter(|_| is_new(|a, b| a.layer == b.layer)).map_or("", |layer| layer.name());
    let policy = step.policy.as_ref().filter(|_| is_new(|a, b| a.policy == b.policy)).map_or_else(String::new, PolicyRef::path);
    let rule = step.rule.map_or_else(String::new, |rule| format!("rule {rule} "));
    let line = Line::of(format!("  {layer:<14}"), Role::Muted);
    let line = line.text(format!("{rule}{}", cut_middle(&policy, column - 18 - rule.len(), "…"))).to(column, 1);
    let (word, meaning) = (step.effect.name().replace('-', " "), effect_role(step.effect));
    let line = if step.is_decisive() { line.strong(word, meaning) } else { line.then(word, meaning) };
    line.to(column + EFFECT, 1).text(cut(&step.reason, width.saturating_sub(column + EFFECT), "…"))
}

/// A step at length.
fn step_words(step: &Step) -> String {
    let policy = step.policy.as_ref().map_or_else(String::new, |policy| format!("{policy}"));
    let rule = step.rule.map_or_else(String::new, |rule| format!(", rule {rule}"));
    let of = if policy.is_empty() { String::new() } else { format!("{policy}{rule}: ") };
    let ports = if step.ports.is_empty() { String::new() } else { format!(" On {}.", step.ports) };
    format!("{of}{}.{ports}", step.reason)
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    for (_, x, line) in fields(model) {
        pen.line(x, question_row(model), &line);
    }
    let airy = usize::from(layout.is_airy());
    pen.lines(1, question_row(model) + 1 + airy, &verdict(model, width(layout)));
    let (top, height) = (top(model), height(model));
    let rows = rows(model);
    let cursor = &model.why.cursor;
    let mut list = pen.part(0, top, layout.width, height);
    for (y, row) in rows.iter().skip(cursor.first).take(height).enumerate() {
        if cursor.first + y == cursor.at && row.key.is_some() {
            list.select(y);
            list.text(0, y, "▸", Role::Text);
        }
        list.line(1, y, &row.line);
    }
}

/// The step under the cursor at length.
pub(crate) fn pane(model: &Model) -> Pane {
    let layout = layout(model);
    let said = rows(model).into_iter().nth(model.why.cursor.at).map_or_else(String::new, |row| row.said);
    let parts = wrap(&said, width(&layout)).into_iter().map(|part| Line::of(part, Role::Text));
    let height = pane_height(&layout) - usize::from(layout.is_airy());
    Pane { area: (0, layout.rows.saturating_sub(height), layout.width, height), lines: parts.collect() }
}

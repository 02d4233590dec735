//! The changes as rows, what they come to, and the file beside them.

use super::{Found, Row as Change, Turn, ends, found};
use crate::policy::Party;
use crate::present::{Role, count, counted, party_title, port_words};
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut_middle, wrap, wrap_within};
use crate::tui::model::Model;
use crate::tui::pane::Pane;
use crate::tui::pen::Pen;
use crate::tui::status::{clock, spinner};
use crate::tui::view::layout;

/// Where sentences end at the latest.
const SENTENCE: usize = 100;

/// A row below the verdict; changes have their place.
pub(super) struct Row {
    pub(super) line: Line,
    pub(super) key: Option<usize>,
}

pub(crate) fn title(model: &Model) -> Line {
    let line = Line::heading("Policies").muted(" › ").text(model.world.snapshot.origin.short_name()).muted(" › ");
    let files = counted(model.draft.files.len(), "file", "files");
    let line = line.join(Line::heading("Draft")).muted(format!("   {files}, not applied"));
    match &model.draft.answer {
        Some(answer) => line.muted(format!(", over the snapshot of {}", clock(answer.asked.world.snapshot.taken_at))),
        None => line,
    }
}

/// What it comes to, and what is wrong with the files.
fn verdict(model: &Model) -> Vec<Line> {
    let width = layout(model).width.saturating_sub(4).min(SENTENCE);
    let bad = |said: &str| wrap(said, width).into_iter().map(|part| Line::of(part, Role::Bad)).collect::<Vec<_>>();
    let answer = match &model.draft.answer {
        _ if model.draft.files.is_empty() => {
            return vec![
                Line::of("No draft yet. ", Role::Muted).then("a", Role::Accent).muted(" lays a file over what is seen."),
            ];
        }
        None => return vec![Line::new().strong(spinner(model.now), Role::Unknown).text(" Reading the draft.")],
        Some(answer) => answer,
    };
    let found = match &answer.found {
        Ok(found) => found,
        Err(why) => return bad(why),
    };
    let (sign, role, said) = sentence(found);
    let mut lines: Vec<Line> = Vec::new();
    for (nth, part) in wrap_within(&said, width, 2).into_iter().enumerate() {
        let start = if nth == 0 { format!("{sign} ") } else { "  ".to_owned() };
        lines.push(Line::new().strong(start, role).strong(part, role));
    }
    for problem in found.problems.iter().take(3) {
        lines.extend(bad(&format!("{}: {}", problem.object, problem.message)));
    }
    if let Some(more) = found.problems.len().checked_sub(3).filter(|more| *more > 0) {
        lines.extend(bad(&format!("{} more problems", count(more))));
    }
    lines
}

fn sentence(found: &Found) -> (&'static str, Role, String) {
    let number = |turn: Turn| found.rows.iter().filter(|row| row.turn == turn).count();
    let pairs = |number: usize| if number == 0 { "none".to_owned() } else { counted(number, "workload pair", "workload pairs") };
    let (closes, opens, unknown) = (number(Turn::Closes), number(Turn::Opens), number(Turn::Unknown));
    let mut said = vec![match (closes, opens) {
        (0, 0) if unknown == 0 => "Changes nothing.".to_owned(),
        (0, 0) => "Changes nothing for sure.".to_owned(),
        _ => format!("Closes {} and opens {}.", pairs(closes), pairs(opens)),
    }];
    let nameless: Vec<&Party> =
        found.rows.iter().filter(|row| row.breaks_names).filter_map(|row| found.parties.get(row.from as usize)).collect();
    if let [first, rest @ ..] = nameless.as_slice() {
        let pods: usize = nameless.iter().map(|party| party.count as usize).sum();
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        said.push(format!("{} of {}/{}{more} lose name resolution.", counted(pods, "pod", "pods"), first.namespace, first.name));
    }
    if unknown > 0 {
        said.push(format!("{} cannot be told.", pairs(unknown)));
    }
    let (sign, role) = match (nameless.is_empty(), unknown, closes + opens) {
        (true, 1.., _) => ("?", Role::Unknown),
        (true, 0, 0) => ("✓", Role::Good),
        _ => ("!", Role::Warn),
    };
    (sign, role, said.join(" "))
}

/// First row of the changes.
pub(super) fn top(model: &Model) -> usize {
    verdict(model).len() + 2
}

/// Rows of the changes that are seen.
pub(super) fn height(model: &Model) -> usize {
    let layout = layout(model);
    layout.rows.saturating_sub(top(model) + 2)
}

/// Width of the file where it stands beside.
fn aside(layout: &Layout) -> usize {
    if layout.has_two_columns() { layout.width * 2 / 5 } else { 0 }
}

/// Everything below the verdict.
pub(super) fn rows(model: &Model) -> Vec<Row> {
    let Some(found) = found(model) else { return Vec::new() };
    let layout = layout(model);
    let width = layout.width - aside(&layout);
    let mut rows = Vec::new();
    for (turn, sign, role, word) in [
        (Turn::Closes, "-", Role::Accent, "CLOSES"),
        (Turn::Opens, "+", Role::Accent, "OPENS"),
        (Turn::Unknown, "?", Role::Unknown, "CANNOT TELL"),
    ] {
        let here = || found.rows.iter().enumerate().filter(|(_, row)| row.turn == turn);
        if !rows.is_empty() {
            rows.push(Row { line: Line::new(), key: None });
        }
        let heading = Line::of(format!("{sign} "), role).join(Line::heading(format!("{word} {}", count(here().count()))));
        rows.push(Row { line: heading, key: None });
        rows.extend(here().map(|(at, row)| Row { line: change(found, row, width), key: Some(at) }));
    }
    rows
}

/// Who, whom, where, and how many pods are concerned.
fn change(found: &Found, row: &Change, width: usize) -> Line {
    let [from, to] = [row.from, row.to].map(|at| found.parties.get(at as usize));
    let (Some(from), Some(to)) = (from, to) else { return Line::new() };
    let title = |party: &Party| {
        if party.is_pods() { format!("{}/{}", party.namespace, party.name) } else { party_title(party, 1) }
    };
    let names = width.saturating_sub(30).max(20);
    let sign = if row.breaks_names { Line::of("! ", Role::Warn) } else { Line::of("  ", Role::Text) };
    let pods = |party: &Party| if party.is_pods() { count(party.count as usize) } else { "1".to_owned() };
    let short = |party: &Party| cut_middle(&title(party), (names - 3) / 2, "…");
    let line = sign.text(format!("{} → {}", short(from), short(to))).to(names + 3, 1);
    let line = line.text(cut_middle(&port_words(&row.ports), 15, "…")).to(names + 19, 1);
    line.muted(format!("{} × {}", pods(from), pods(to)))
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    pen.lines(1, 1, &verdict(model));
    let (top, height) = (top(model), height(model));
    let rows = rows(model);
    let cursor = &model.draft.cursor;
    let mut list = pen.part(0, top, layout.width - aside(layout), height);
    for (y, row) in rows.iter().skip(cursor.first).take(height).enumerate() {
        if cursor.first + y == cursor.at && row.key.is_some() {
            list.select(y);
            list.text(0, y, "▸", Role::Text);
        }
        list.line(1, y, &row.line);
    }
    if let Some(row) = super::chosen(model).and_then(|row| Some((row, ends(model, row)?))) {
        let (row, [from, to]) = row;
        let said = format!("{} → {}   {}", party_title(from, 2), party_title(to, 2), port_words(&row.ports));
        pen.line(1, layout.rows.saturating_sub(1), &Line::of(said, Role::Text));
    }
}

/// The files, where there is room beside.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let layout = layout(model);
    let width = aside(&layout);
    let found = found(model).filter(|_| width > 0)?;
    let top = top(model);
    let area = (layout.width - width, top, width, layout.rows.saturating_sub(top + 1));
    let mut lines = Vec::new();
    for (file, text) in model.draft.files.iter().zip(&found.texts) {
        lines.push(Line::of(cut_middle(&file.display().to_string(), width.saturating_sub(3), "…"), Role::Muted));
        lines.extend(text.lines().map(|line| Line::of(crate::snapshot::clean(line).into_owned(), Role::Text)));
    }
    Some(Pane { area, lines })
}

//! The answer, row by row: who is left, who is excluded by which cell, and who is nearest to come back.

use crate::catalog::{Cause, Choice, Excluded, Feature, Left, Level, Order, Provider, Question};
use crate::present::{BASIC, Role, advising, back_words, because, cell_short, counted, relaxation_words, settled_words};
use crate::tui::line::{Line, wrap};
use crate::tui::model::Model;
use crate::tui::screens::matrix::{label, source_line};

/// What a row of the answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A provider that is left.
    Left(String),
    /// One that is not.
    Out(String),
    /// Those that no wish brings back, folded.
    Settled,
    /// The relaxation at that place.
    Back(usize),
}

/// A row of the answer; headings have no key.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) line: Line,
    pub(super) key: Option<Key>,
}

impl Row {
    fn plain(line: Line) -> Self {
        Self { line, key: None }
    }
}

/// Where sentences end at the latest.
const SENTENCE: usize = 100;

/// All rows.
pub(super) fn rows(model: &Model, question: &Question, choice: &Choice<'_>, width: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = advice(model, question, width.min(SENTENCE)).into_iter().map(Row::plain).collect();
    if choice.left.is_empty() {
        rows.push(Row::plain(Line::new().strong("Nobody is left.", Role::Bad)));
        if !choice.relaxations.is_empty() {
            rows.push(Row::plain(Line::new()));
            rows.push(Row::plain(Line::heading("NEAREST TO COME BACK").muted("   smallest change first")));
        }
        rows.extend(choice.relaxations.iter().enumerate().map(|(at, relaxation)| {
            let words = Line::of(format!("   {}", relaxation_words(relaxation, &model.catalog)), Role::Text);
            Row { line: words.muted(": + ").text(back_words(relaxation)), key: Some(Key::Back(at)) }
        }));
    } else {
        rows.push(Row::plain(
            Line::heading(format!("LEFT {}", choice.left.len())).muted(format!("   {}", question.order.rule())),
        ));
        rows.extend(left(model, question, choice));
    }
    rows.push(Row::plain(Line::new()));
    rows.push(Row::plain(Line::heading(format!("EXCLUDED {}", choice.excluded.len())).muted("   by the one cell that decides")));
    rows.extend(excluded(model, choice));
    rows
}

/// Who is nearest to come back, in one line; nothing where nobody could, or where the rows say it already.
pub(super) fn nearest(model: &Model, choice: &Choice<'_>) -> Option<Line> {
    let (first, more) = choice.relaxations.split_first().filter(|_| !choice.left.is_empty())?;
    let words = relaxation_words(first, &model.catalog);
    let line = Line::heading("NEAREST TO COME BACK").text(format!("   {words}: + {}", back_words(first)));
    Some(if more.is_empty() { line } else { line.muted(format!("   {} more in the record", more.len())) })
}

/// What the essays advised, where nothing is needed.
fn advice(model: &Model, question: &Question, width: usize) -> Vec<Line> {
    let Some(edition) = advising(&model.catalog, question) else { return Vec::new() };
    let said = edition.advice.iter().flat_map(|says| wrap(says, width));
    let mut lines = vec![Line::heading(BASIC)];
    lines.extend(said.map(|part| Line::of(part, Role::Text)));
    lines.push(source_line(model, &edition.source));
    lines.push(Line::new());
    lines
}

/// Those who are left: their place, what explains it, and the cells that are needed.
fn left(model: &Model, question: &Question, choice: &Choice<'_>) -> Vec<Row> {
    let needed = question.needed(&model.catalog);
    let cells = choice.left.iter().map(|left| {
        let mut cells = vec![label(model, left.provider), explains(question.order, left, &model.catalog.features)];
        cells.extend(needed.iter().map(|feature| Line::of(cell(feature, left.provider), Role::Text)));
        cells
    });
    let cells: Vec<Vec<Line>> = cells.collect();
    let width = |column: usize| cells.iter().filter_map(|row| row.get(column)).map(Line::width).max().unwrap_or(0);
    let widths: Vec<usize> = (0..needed.len() + 2).map(width).collect();
    let row = |(at, (cells, left)): (usize, (&Vec<Line>, &Left<'_>))| {
        let (mut line, mut x) = (Line::of(format!("{:>2}  ", at + 1), Role::Muted), 4);
        for (cell, width) in cells.iter().zip(&widths) {
            line = line.to(x, 0).join(cell.clone());
            x += if *width == 0 { 0 } else { width + 3 };
        }
        Row { line, key: Some(Key::Left(left.provider.id.clone())) }
    };
    cells.iter().zip(&choice.left).enumerate().map(row).collect()
}

/// What puts a provider where it stands.
fn explains(order: Order, left: &Left<'_>, features: &[Feature]) -> Line {
    let words = match order {
        Order::Conditions | Order::Name if left.conditions.is_empty() => String::new(),
        Order::Conditions | Order::Name => counted(left.conditions.len(), "condition", "conditions"),
        Order::Status => left.provider.status.name().to_owned(),
        Order::Release => {
            let release = features.iter().find(|feature| feature.id == "latest-release");
            release.map_or_else(String::new, |feature| cell_short(feature, left.provider.cell(&feature.id)))
        }
    };
    Line::of(words, Role::Muted)
}

/// A cell that is needed: where the matrix shows its sign alone, the heading stands beside it.
fn cell(feature: &Feature, provider: &Provider) -> String {
    let short = cell_short(feature, provider.cell(&feature.id));
    if short.chars().count() > 1 { short } else { format!("{short} {}", feature.short) }
}

/// Those who are excluded: first who could come back, then the others, folded unless they were asked for.
fn excluded(model: &Model, choice: &Choice<'_>) -> Vec<Row> {
    let decides = |out: &Excluded<'_>| out.causes.first().is_some_and(Cause::is_settled);
    let (settled, open): (Vec<&Excluded<'_>>, Vec<&Excluded<'_>>) = choice.excluded.iter().partition(|out| decides(out));
    let is_folded = !settled.is_empty() && !model.choose.is_unfolded && !open.is_empty();
    let shown: Vec<&Excluded<'_>> = if is_folded { open } else { open.into_iter().chain(settled.iter().copied()).collect() };
    let cells: Vec<[Line; 3]> = shown.iter().filter_map(|out| excluded_cells(model, out)).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let (name, asked) = (width(0), width(1));
    let mut rows: Vec<Row> = shown
        .iter()
        .zip(&cells)
        .map(|(out, [provider, by, says])| {
            let line = Line::of("    ", Role::Text).join(provider.clone()).to(4 + name + 3, 1).join(by.clone());
            let line = line.to(4 + name + 3 + asked + 3, 1).join(says.clone());
            Row { line, key: Some(Key::Out(out.provider.id.clone())) }
        })
        .collect();
    if is_folded {
        rows.push(Row { line: Line::of(format!("    {}", settled_words(&settled)), Role::Muted), key: Some(Key::Settled) });
    }
    rows
}

/// Name, what was asked, what the cell says.
fn excluded_cells(model: &Model, out: &Excluded<'_>) -> Option<[Line; 3]> {
    let (cause, others) = out.causes.split_first()?;
    let because = because(cause, out.provider, &model.catalog);
    let role = if because.level == Level::Unknown { Role::Unknown } else { Role::Text };
    let asked = Line::of(format!("{} {}", because.sign(), because.asked), role);
    let says = Line::of(because.says, Role::Text);
    let says = if others.is_empty() { says } else { says.muted(format!("   and {} more", others.len())) };
    Some([label(model, out.provider), asked, says])
}

/// Who is left, in one line of names: what stands below the form where there is no room for the answer.
pub(super) fn summary(question: &Question, choice: &Choice<'_>) -> Line {
    if choice.left.is_empty() {
        return Line::new()
            .strong("Nobody is left.", Role::Bad)
            .text(" ")
            .then("tab", Role::Accent)
            .muted(" who would come back");
    }
    let names: Vec<&str> = choice.left.iter().map(|left| left.provider.name.as_str()).collect();
    let line = Line::heading(format!("LEFT {}", names.len())).text("   ");
    if question.is_open() { line.strong("A basic provider is enough. ", Role::Text) } else { line }.text(names.join(", "))
}

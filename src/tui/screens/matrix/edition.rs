//! The matrix as an edition printed it, with today's cell muted beneath each printed one.
//!
//! What was never printed says so; footnotes, remarks and advice follow the rows.

use crate::catalog::{Edition, PrintedColumn, PrintedRow, Status};
use crate::present::{Role, cell_short};
use crate::tui::line::{Line, cut, wrap};
use crate::tui::model::Model;
use crate::tui::pen::Pen;

/// Width of the names at the left.
const NAME: usize = 15;

/// Where sentences end at the latest.
const SENTENCE: usize = 100;

fn shown(model: &Model) -> Option<&Edition> {
    model.catalog.editions.get(model.matrix.edition?)
}

/// The printed rows.
pub(super) fn rows(model: &Model) -> &[PrintedRow] {
    shown(model).map_or(&[], |edition| &edition.rows)
}

/// The printed columns.
pub(super) fn columns(model: &Model) -> &[PrintedColumn] {
    shown(model).map_or(&[], |edition| &edition.columns)
}

pub(super) fn title(model: &Model) -> Line {
    let editions = &model.catalog.editions;
    let name = |at: usize| editions.get(at).map_or("today", |edition| &edition.id);
    let (at, len) = (model.matrix.edition.unwrap_or(0), editions.len() + 1);
    let before = name((at + len - 1) % len);
    let after = name((at + 1) % len);
    let line = Line::heading("Providers").muted(format!("  {}   edition ", rows(model).len())).text(name(at));
    let line = if model.size.0 < 100 { line.muted("   ") } else { line.muted(" as published, today beneath   ") };
    line.then("[", Role::Accent).muted(format!(" {before}   {after} ")).then("]", Role::Accent)
}

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let Some(edition) = shown(model) else { return };
    let mut body = Body { lines: Vec::new(), cursor: 0 };
    if edition.columns.is_empty() {
        listed(model, edition, pen.width(), &mut body);
    } else {
        printed(model, edition, pen.width(), &mut body);
    }
    sentences(edition, pen.width(), &mut body.lines);
    let first = (body.cursor + 4).saturating_sub(pen.height());
    for (y, line) in body.lines.iter().skip(first).take(pen.height()).enumerate() {
        if first + y == body.cursor {
            pen.select(y);
            pen.text(0, y, "▸", Role::Text);
        }
        pen.line(1, y, line);
    }
}

struct Body {
    lines: Vec<Line>,
    cursor: usize,
}

/// A table: what was printed, and today beneath.
fn printed(model: &Model, edition: &Edition, width: usize, body: &mut Body) {
    let widths: Vec<usize> = edition.columns.iter().map(|column| column_width(edition, column)).collect();
    let cursor = model.matrix.column.min(widths.len().saturating_sub(1));
    // One more for the bracket of the cursor.
    let needed = |from: usize| NAME + 2 + widths[from..=cursor].iter().map(|width| width + 1).sum::<usize>();
    let from = (0..=cursor).find(|from| needed(*from) <= width).unwrap_or(cursor);
    let (columns, widths) = (&edition.columns[from..], &widths[from..]);
    let row = |name: &str, cells: Vec<(String, Role)>, role: Role| {
        let mut line = Line::of(name, role);
        let mut x = NAME;
        for ((text, role), width) in cells.into_iter().zip(widths) {
            let bracket = usize::from(text.starts_with('['));
            line = line.to(x - bracket, 0).then(cut(&text, width + 2 * bracket, "…"), role);
            x += width + 1;
        }
        line
    };
    let headings: Vec<Vec<String>> = columns.iter().zip(widths).map(|(column, width)| wrap(&column.heading, *width)).collect();
    let height = headings.iter().map(Vec::len).max().unwrap_or(1);
    for y in 0..height {
        let part = |lines: &Vec<String>| lines.get((y + lines.len()).wrapping_sub(height)).cloned().unwrap_or_default();
        let name = if y + 1 == height { "Provider" } else { "" };
        body.lines.push(row(name, headings.iter().map(|lines| (part(lines), Role::Muted)).collect(), Role::Muted));
    }
    for (nth, printed) in edition.rows.iter().enumerate() {
        if nth == model.matrix.row {
            body.cursor = body.lines.len();
        }
        let was = |(at, column): (usize, &PrintedColumn)| {
            let (text, role) = word(printed, column);
            let here = nth == model.matrix.row && from + at == model.matrix.column;
            (if here { format!("[{text}]") } else { text }, role)
        };
        body.lines.push(row(&printed.name, columns.iter().enumerate().map(was).collect(), Role::Text));
        let provider = model.catalog.provider(&printed.provider);
        let is = |column: &PrintedColumn| {
            let feature = model.catalog.feature(&column.feature);
            let cell = provider.and_then(|provider| provider.cell(&column.feature));
            (feature.map_or_else(String::new, |feature| cell_short(feature, cell)), Role::Muted)
        };
        let today = match provider.map(|provider| provider.status) {
            None => "  not known",
            Some(Status::Active) => "  today",
            Some(Status::Dormant) => "  today, dormant",
            Some(Status::Dead) => "  today, dead",
        };
        body.lines.push(row(today, columns.iter().map(is).collect(), Role::Muted));
        body.lines.push(Line::new());
    }
}

/// Width of a printed column: its longest value, or the longest word of its heading.
fn column_width(edition: &Edition, column: &PrintedColumn) -> usize {
    let values = edition.rows.iter().map(|row| Line::of(word(row, column).0, Role::Text).width());
    let words = column.heading.split_whitespace().map(|word| word.chars().count());
    values.chain(words).max().unwrap_or(0)
}

fn word(row: &PrintedRow, column: &PrintedColumn) -> (String, Role) {
    match row.cells.get(&column.feature) {
        Some(cell) => {
            let note = cell.footnote.map_or(String::new(), |number| format!(" ({number})"));
            (format!("{}{note}", cell.value), Role::Text)
        }
        None => ("? not printed".to_owned(), Role::Unknown),
    }
}

/// An edition without a table: stars, contributors, forks, and what was said.
fn listed(model: &Model, edition: &Edition, width: usize, body: &mut Body) {
    let name = edition.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(8) + 2;
    let said = name + 33;
    let head = format!("{:<name$}{:>8}{:>14}{:>8}   said", "Provider", "stars", "contributors", "forks");
    body.lines.push(Line::of(head, Role::Muted));
    for (nth, printed) in edition.rows.iter().enumerate() {
        if nth == model.matrix.row {
            body.cursor = body.lines.len();
        }
        let numbers = match printed.adoption {
            Some((stars, contributors, forks)) => Line::of(format!("{stars:>8}{contributors:>14}{forks:>8}"), Role::Text),
            None => Line::of(format!("{:>8}", "?"), Role::Unknown),
        };
        let mut line = Line::of(format!("{:<name$}", printed.name), Role::Text).join(numbers);
        for part in wrap(&printed.said.join(" "), width.saturating_sub(said + 2).clamp(20, SENTENCE)) {
            body.lines.push(line.to(said, 1).text(part));
            line = Line::new().text(" ");
        }
    }
    body.lines.push(Line::new());
}

fn sentences(edition: &Edition, width: usize, lines: &mut Vec<Line>) {
    let width = width.saturating_sub(2).min(SENTENCE);
    for (number, text) in &edition.footnotes {
        lines.extend(wrap(&format!("({number}) {text}"), width).into_iter().map(|part| Line::of(part, Role::Muted)));
    }
    for (texts, role) in [(&edition.remarks, Role::Muted), (&edition.advice, Role::Text)] {
        if !texts.is_empty() {
            lines.push(Line::new());
        }
        for text in texts {
            lines.extend(wrap(text, width).into_iter().map(|part| Line::of(part, role)));
        }
    }
}

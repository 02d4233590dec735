//! The matrix as an edition printed it, with today's cell muted beneath each printed one.
//!
//! What was never printed says so; footnotes, remarks and advice follow the rows.

use crate::catalog::{Edition, PrintedColumn, PrintedRow, Status};
use crate::present::{Role, cell_short, count};
use crate::tui::line::{Line, cut, wrap};
use crate::tui::model::Model;
use crate::tui::pane::seen;
use crate::tui::pen::Pen;
use crate::tui::view::layout;

/// Space behind a column.
const GAP: usize = 2;

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

/// What stands below the rows, each a sentence: footnotes, remarks, advice.
fn sentences(edition: &Edition) -> impl Iterator<Item = (String, Role)> + '_ {
    let notes = edition.footnotes.iter().map(|(number, text)| (format!("({number}) {text}"), Role::Muted));
    let remarks = edition.remarks.iter().map(|text| (text.clone(), Role::Muted));
    notes.chain(remarks).chain(edition.advice.iter().map(|text| (text.clone(), Role::Text)))
}

/// How many things the cursor can be on: the rows, then the sentences below them.
pub(super) fn len(model: &Model) -> usize {
    shown(model).map_or(0, |edition| edition.rows.len() + sentences(edition).count())
}

/// The sentence under the cursor.
pub(super) fn sentence(model: &Model) -> Option<String> {
    let edition = shown(model)?;
    let nth = model.matrix.row.checked_sub(edition.rows.len())?;
    sentences(edition).nth(nth).map(|(text, _)| text)
}

/// What was printed in the cell under the cursor, such as `then Etcd (1)`.
pub(super) fn then(model: &Model) -> Option<String> {
    let edition = shown(model)?;
    let (row, column) = (edition.rows.get(model.matrix.row)?, edition.columns.get(model.matrix.column)?);
    Some(format!("then {}", word(row, column).0.trim_start_matches("? ")))
}

pub(super) fn title(model: &Model) -> Line {
    let editions = &model.catalog.editions;
    let name = |at: usize| editions.get(at).map_or("today", |edition| &edition.id);
    let (at, len) = (model.matrix.edition.unwrap_or(0), editions.len() + 1);
    let (before, after) = (name((at + len - 1) % len), name((at + 1) % len));
    let line = Line::heading("Providers").muted(format!("  {}   edition ", rows(model).len())).text(name(at));
    let line = match (model.size.0 < 100, columns(model).is_empty()) {
        (true, _) => line.muted("   "),
        (false, true) => line.muted(" as published   "),
        (false, false) => line.muted(" as published, today beneath   "),
    };
    let line = line.then("[", Role::Accent).muted(format!(" {before}   {after} ")).then("]", Role::Accent);
    let width = model.size.0 - layout(model).aside().map_or(0, |aside| aside + 2);
    match shown(model).map(|edition| (Table::of(model, edition, width), edition.columns.len())) {
        Some((table, all)) if table.widths.len() < all => {
            let (left, last) = (if table.first > 0 { "‹ " } else { "" }, table.first + table.widths.len());
            let right = if last < all { " ›" } else { "" };
            line.muted(format!("   {left}columns {}-{last} of {all}{right}", table.first + 1))
        }
        _ => line,
    }
}

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let Some(edition) = shown(model) else { return };
    let (heads, mut lines) = if edition.columns.is_empty() {
        listed(edition, pen.width())
    } else {
        Table::of(model, edition, pen.width()).lines(model, edition)
    };
    let width = pen.width().saturating_sub(2).min(SENTENCE);
    let mut role_before = None;
    for (nth, (text, role)) in sentences(edition).enumerate() {
        if role_before.is_some_and(|before| before != role) {
            lines.push((Line::new(), None));
        }
        role_before = Some(role);
        let parts = wrap(&text, width).into_iter();
        lines.extend(parts.map(|part| (Line::of(part, role), Some(edition.rows.len() + nth))));
    }
    pen.lines(1, 0, &heads);
    let top = heads.len();
    let is_here = |row: &Option<usize>| *row == Some(model.matrix.row);
    let room = seen(lines.len(), pen.height().saturating_sub(top));
    let last = lines.iter().rposition(|(_, row)| is_here(row)).unwrap_or(0);
    let first = (last + 1).saturating_sub(room);
    let mut marked = false;
    for (y, (line, row)) in lines.iter().enumerate().skip(first).take(room).map(|(at, line)| (top + at - first, line)) {
        if is_here(row) && !marked {
            pen.select(y);
            pen.text(0, y, "▸", Role::Text);
            marked = true;
        }
        pen.line(1, y, line);
    }
    let height = pen.height().saturating_sub(top);
    pen.part(0, top, pen.width(), height).rest(first, room, lines.len());
}

/// Lines, each with the number of what it is about.
type Lines = Vec<(Line, Option<usize>)>;

/// The columns of the printed table that are seen.
struct Table {
    /// Width of the names at the left.
    name: usize,
    first: usize,
    widths: Vec<usize>,
}

impl Table {
    /// From the first column on with which that under the cursor is seen, as many as there is room for.
    fn of(model: &Model, edition: &Edition, width: usize) -> Self {
        let names = edition.rows.iter().flat_map(|row| [row.name.as_str(), today(model, row)]);
        let name = names.chain(["Provider"]).map(|name| name.chars().count()).max().unwrap_or(0) + 1;
        let printed: Vec<usize> = edition.columns.iter().map(|column| column_width(edition, column)).collect();
        let width_today =
            |column| edition.rows.iter().map(|row| Line::of(cell_today(model, row, column), Role::Muted).width()).max();
        let roomy = edition.columns.iter().zip(&printed).map(|(column, width)| (*width).max(width_today(column).unwrap_or(0)));
        let roomy: Vec<usize> = roomy.collect();
        let all = |widths: &[usize]| name + 2 + widths.iter().map(|width| width + GAP).sum::<usize>();
        // Where there is room for it, what is true today is not cut.
        let widths = if all(&roomy) <= width { roomy } else { printed };
        let cursor = model.matrix.column.min(widths.len().saturating_sub(1));
        // One more for the bracket of the cursor.
        let end = |range: &[usize]| name + 2 + range.iter().map(|width| width + GAP).sum::<usize>() - GAP;
        let fits = |from: &usize| end(widths.get(*from..=cursor).unwrap_or_default()) <= width;
        let first = (0..=cursor).find(fits).unwrap_or(cursor);
        let seen = (first + 1..=widths.len()).take_while(|to| end(&widths[first..*to]) <= width).count();
        Self { name, first, widths: widths.into_iter().skip(first).take(seen.max(1)).collect() }
    }

    fn row(&self, name: &str, cells: impl Iterator<Item = (String, Role)>, role: Role) -> Line {
        let (mut line, mut x) = (Line::of(name, role), self.name);
        for ((text, role), width) in cells.zip(&self.widths) {
            let bracket = usize::from(text.starts_with('['));
            line = line.to(x - bracket, 0).then(cut(&text, width + 2 * bracket, "…"), role);
            x += width + GAP;
        }
        line
    }

    /// Headings, and of each row what was printed with today beneath.
    fn lines(&self, model: &Model, edition: &Edition) -> (Vec<Line>, Lines) {
        let columns = edition.columns.get(self.first..).unwrap_or_default();
        let wrapped = columns.iter().zip(&self.widths).map(|(column, width)| wrap(&heading(column), *width));
        let headings: Vec<Vec<String>> = wrapped.collect();
        let height = headings.iter().map(Vec::len).max().unwrap_or(1);
        let head = |y: usize| {
            let part = |lines: &Vec<String>| lines.get((y + lines.len()).wrapping_sub(height)).cloned().unwrap_or_default();
            let name = if y + 1 == height { "Provider" } else { "" };
            self.row(name, headings.iter().map(|lines| (part(lines), Role::Muted)), Role::Muted)
        };
        let mut lines = Lines::new();
        for (nth, printed) in edition.rows.iter().enumerate() {
            let was = |(at, column): (usize, &PrintedColumn)| {
                let (text, role) = word(printed, column);
                let here = nth == model.matrix.row && self.first + at == model.matrix.column;
                (if here { format!("[{text}]") } else { text }, role)
            };
            lines.push((self.row(&printed.name, columns.iter().enumerate().map(was), Role::Text), Some(nth)));
            let is = |column: &PrintedColumn| (cell_today(model, printed, column), Role::Muted);
            lines.push((self.row(today(model, printed), columns.iter().map(is), Role::Muted), Some(nth)));
            lines.push((Line::new(), None));
        }
        ((0..height).map(head).collect(), lines)
    }
}

/// What the cell says today.
fn cell_today(model: &Model, printed: &PrintedRow, column: &PrintedColumn) -> String {
    let cell = model.catalog.provider(&printed.provider).and_then(|provider| provider.cell(&column.feature));
    model.catalog.feature(&column.feature).map_or_else(String::new, |feature| cell_short(feature, cell))
}

/// What stands below a printed name.
fn today(model: &Model, printed: &PrintedRow) -> &'static str {
    match model.catalog.provider(&printed.provider).map(|provider| provider.status) {
        None => "  not known",
        Some(Status::Active) => "  today",
        Some(Status::Dormant) => "  today, dormant",
        Some(Status::Dead) => "  today, dead",
    }
}

/// A heading, which may be broken behind a slash.
fn heading(column: &PrintedColumn) -> String {
    column.heading.replace('/', "/ ")
}

/// Width of a printed column: its longest value, or the longest word of its heading.
fn column_width(edition: &Edition, column: &PrintedColumn) -> usize {
    let values = edition.rows.iter().map(|row| Line::of(word(row, column).0, Role::Text).width());
    let heading = heading(column);
    let words = heading.split_whitespace().map(|word| word.chars().count());
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

/// An edition without a table: stars, contributors, forks, and what was said, beside or beneath.
fn listed(edition: &Edition, width: usize) -> (Vec<Line>, Lines) {
    let name = edition.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(8) + 2;
    let beside = name + 33;
    let said = if width >= 100 { beside } else { 2 };
    let head = format!("{:<name$}{:>8}{:>14}{:>8}   said", "Provider", "stars", "contributors", "forks");
    let mut lines = Lines::new();
    for (nth, printed) in edition.rows.iter().enumerate() {
        let line = Line::of(format!("{:<name$}", printed.name), Role::Text);
        let mut line = match printed.adoption {
            Some((stars, contributors, forks)) => {
                let [stars, contributors, forks] = [stars, contributors, forks].map(|number| count(number as usize));
                line.text(format!("{stars:>8}{contributors:>14}{forks:>8}"))
            }
            None => line.then(format!("{:>8}", "?"), Role::Unknown),
        };
        for part in wrap(&printed.said.join(" "), width.saturating_sub(said + 2).clamp(20, SENTENCE)) {
            if said < beside {
                lines.push((std::mem::take(&mut line), Some(nth)));
            }
            line = std::mem::take(&mut line).to(said, 1).text(part);
            lines.push((std::mem::take(&mut line), Some(nth)));
        }
    }
    lines.push((Line::new(), None));
    (vec![Line::of(head, Role::Muted)], lines)
}

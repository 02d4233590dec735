//! A provider as a picture: sections in two columns, or one at a time under their names; the pane of the row under the cursor.

use super::sections::{About, Row, Section};
use super::{Sources, about, provider, shown};
use crate::present::Role;
use crate::tui::keymap::follow;
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::pane::{Pane, seen};
use crate::tui::pen::Pen;
use crate::tui::screens::matrix::{pane_lines, source_line};
use crate::tui::view::layout;

/// How many sections stand in the left one of two columns.
const LEFT: usize = 2;

/// A row as it is drawn, and the fact that it is.
struct Drawn {
    line: Line,
    fact: Option<(usize, usize)>,
}

/// Where columns and pane stand.
struct Geometry {
    /// Left edge and width of each column.
    columns: Vec<(usize, usize)>,
    /// First row and height of the columns.
    rows: (usize, usize),
    /// Left, top, width and height of the pane.
    pane: (usize, usize, usize, usize),
}

fn geometry(model: &Model) -> Geometry {
    let layout = layout(model);
    let aside = layout.aside();
    let width = layout.width - aside.map_or(0, |width| width + 2);
    let half = width / 2;
    let columns = if layout.has_two_columns() { vec![(0, half), (half + 1, width - half - 1)] } else { vec![(0, width)] };
    let top = if layout.has_two_columns() { usize::from(layout.is_airy()) } else { 1 + usize::from(layout.is_airy()) };
    let small = if layout.is_airy() { 3 } else { 2 };
    let room = layout.rows - top;
    let below = match (aside, model.provider.sources) {
        (Some(_), _) => 0,
        (None, Sources::Folded) => small + 1,
        (None, Sources::Open) => room - (room / 3).max(3),
    };
    let pane = match aside {
        Some(aside) => (width + 2, 0, aside, layout.rows),
        None => (0, layout.rows - below + 1, layout.width, below - 1),
    };
    Geometry { columns, rows: (top, room - below), pane }
}

/// The rows of each column.
fn columns(model: &Model, sections: &[Section]) -> Vec<Vec<Drawn>> {
    let two = layout(model).has_two_columns();
    let rows = |range: std::ops::Range<usize>| {
        let mut rows: Vec<Drawn> = Vec::new();
        for (at, section) in sections.iter().enumerate().filter(|(at, _)| range.contains(at)) {
            if two {
                if !rows.is_empty() {
                    rows.push(Drawn { line: Line::new(), fact: None });
                }
                if at > 0 {
                    rows.push(Drawn { line: Line::heading(section.title.to_uppercase()), fact: None });
                }
            }
            let mut nth = 0;
            for row in &section.rows {
                rows.push(match row {
                    Row::Plain(line) => Drawn { line: line.clone(), fact: None },
                    Row::Fact(fact) => {
                        nth += 1;
                        Drawn { line: fact.line.clone(), fact: Some((at, nth - 1)) }
                    }
                });
            }
        }
        rows
    };
    let section = model.provider.section;
    if two { vec![rows(0..LEFT), rows(LEFT..sections.len())] } else { vec![rows(section..section + 1)] }
}

/// The first rows to show so that the cursor is seen, with the heading above it.
pub(super) fn offsets(model: &Model, sections: &[Section]) -> [usize; 2] {
    let room = geometry(model).rows.1;
    let cursor = (model.provider.section, model.provider.row);
    let mut first = model.provider.first;
    for (at, rows) in columns(model, sections).iter().enumerate() {
        let height = seen(rows.len(), room);
        let found = rows.iter().position(|row| row.fact == Some(cursor));
        let heading = found.filter(|_| cursor.1 == 0).map_or(found, |at| Some(at.saturating_sub(1)));
        if let (Some(line), Some(heading)) = (found, heading) {
            first[at] = follow(follow(first[at], heading, height, rows.len()), line, height, rows.len());
        }
        first[at] = first[at].min(rows.len().saturating_sub(height));
    }
    first
}

/// The fact that stands at a place of the body.
pub(super) fn fact_at(model: &Model, sections: &[Section], x: usize, y: usize) -> Option<(usize, usize)> {
    let geometry = geometry(model);
    let column = geometry.columns.iter().position(|(left, width)| (*left..left + width).contains(&x))?;
    let row = y.checked_sub(geometry.rows.0).filter(|row| *row < geometry.rows.1)?;
    columns(model, sections).get(column)?.get(model.provider.first[column] + row)?.fact
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let sections = shown(model);
    let geometry = geometry(model);
    if !layout.has_two_columns() {
        pen.line(1, 0, &names(model, &sections));
    }
    for (at, (rows, (left, width))) in columns(model, &sections).iter().zip(&geometry.columns).enumerate() {
        let mut column = pen.part(*left, geometry.rows.0, *width, geometry.rows.1);
        let (first, height) = (model.provider.first[at], seen(rows.len(), geometry.rows.1));
        column.rest(first, height, rows.len());
        for (y, row) in rows.iter().skip(first).take(height).enumerate() {
            if row.fact == Some((model.provider.section, model.provider.row)) {
                column.select(y);
                column.text(0, y, "▸", Role::Text);
            }
            column.line(1, y, &row.line);
        }
    }
}

/// What stands behind the row under the cursor.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let area = geometry(model).pane;
    let open = model.provider.sources == Sources::Open || layout(model).aside().is_some();
    Some(Pane { area, lines: behind(model, (area.2.saturating_sub(2), area.3), open)? })
}

/// The names of the sections, the shown one in brackets.
fn names(model: &Model, sections: &[Section]) -> Line {
    let mut line = Line::new();
    for (at, section) in sections.iter().enumerate() {
        line = if at == model.provider.section {
            line.strong(format!("[{}]", section.title), Role::Accent).text(" ")
        } else {
            line.muted(format!(" {} ", section.title)).text(" ")
        };
    }
    line
}

fn behind(model: &Model, size: (usize, usize), open: bool) -> Option<Vec<Line>> {
    let provider = provider(model)?;
    Some(match about(model)? {
        About::Column(id) => pane_lines(model, provider, model.catalog.feature(&id)?, size, open),
        About::Source(words, source) => {
            let mut lines = wrapped(&words, size.0);
            lines.truncate(if open { lines.len() } else { size.1.saturating_sub(1) });
            lines.push(source_line(model, &source));
            lines
        }
        About::Words(words) => wrapped(&words, size.0),
    })
}

fn wrapped(words: &str, width: usize) -> Vec<Line> {
    let words = words.trim();
    let parts = if words.is_empty() { Vec::new() } else { crate::tui::line::wrap(words, width.min(100)) };
    parts.into_iter().map(|part| Line::of(part, Role::Text)).collect()
}

//! Up to five providers side by side: the columns in which they differ, or all, and what others measured of them.
//!
//! What nobody could source is equal to nothing, so it is never hidden as a likeness. Measurements are no columns: they stand
//! below, whatever is shown above.

use super::Screen;
use super::matrix::{Sources, group_title, label, pane_lines, source_line};
use crate::catalog::{Feature, FeatureKind, Level, Metric, Provider, Run, differ, spelled};
use crate::present::{Role, bar, level_sign, measured_long};
use crate::tui::action::{Action, Motion};
use crate::tui::export::Sheet;
use crate::tui::keymap::{follow, moved};
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut, wrap};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::{Area, Pane, seen as seen_rows};
use crate::tui::pen::Pen;
use crate::tui::popups::{List, ListKind, Popup};
use crate::tui::view::layout;

/// Most that stand side by side.
pub const MOST: usize = 5;

/// Width of the names of columns, with the cursor before them.
const NAME: usize = 25;

/// Least width of a provider.
const LEAST: usize = 24;

/// Width of a number that was measured, and of a full bar.
const NUMBER: usize = 7;
const BAR: usize = 16;

/// Which columns are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// Those in which they differ.
    #[default]
    Differences,
    /// All.
    All,
}

/// Where the user is on this screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Ids of the providers.
    pub ids: Vec<String>,
    /// The provider under the cursor.
    pub column: usize,
    /// The row under the cursor.
    pub row: usize,
    /// The first line that is seen.
    pub first: usize,
    /// The first provider that is seen.
    pub first_column: usize,
    /// Which columns are shown.
    pub shown: Shown,
    /// How much of the sources is seen.
    pub sources: Sources,
}

impl State {
    /// Compares these.
    pub(crate) fn show(&mut self, ids: Vec<String>) {
        *self = Self { ids, shown: self.shown, ..Self::default() };
    }

    /// Puts one more beside them.
    pub(crate) fn add(&mut self, id: String) {
        if self.ids.len() < MOST && !self.ids.contains(&id) {
            self.ids.push(id);
            self.column = self.ids.len() - 1;
        }
    }
}

/// Whether not all that is behind the cell is shown.
pub(crate) fn has_evidence(model: &Model) -> bool {
    !rows(model).is_empty() && layout(model).aside().is_none()
}

pub(crate) fn can_add(model: &Model) -> bool {
    model.compare.ids.len() < MOST && model.catalog.providers.len() > model.compare.ids.len()
}

pub(crate) fn can_drop(model: &Model) -> bool {
    model.compare.ids.len() > 2
}

pub(crate) fn has_open(model: &Model) -> bool {
    model.compare.sources == Sources::Open
}

fn providers(model: &Model) -> Vec<&Provider> {
    model.compare.ids.iter().filter_map(|id| model.catalog.provider(id)).collect()
}

/// The rows: columns of the matrix that are shown.
fn features(model: &Model) -> Vec<&Feature> {
    let providers = providers(model);
    let shown = |feature: &&Feature| model.compare.shown == Shown::All || differ(feature, &providers);
    let group = |feature: &&Feature| model.catalog.groups.iter().position(|group| group.id == feature.group);
    let mut features: Vec<&Feature> = model.catalog.features.iter().filter(shown).collect();
    // The matrix may put a column elsewhere; here a group has one heading.
    features.sort_by_key(group);
    features
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
enum Row<'a> {
    /// A column of the matrix.
    Feature(&'a Feature),
    /// Something that was measured in a run.
    Measured(&'a Run, &'a Metric),
}

/// The columns, then the measurements.
fn rows(model: &Model) -> Vec<Row<'_>> {
    let ids: Vec<&str> = model.compare.ids.iter().map(String::as_str).collect();
    let runs = model.catalog.runs_for(&ids).into_iter();
    let measured = runs.flat_map(|run| run.drawn().map(move |metric| Row::Measured(run, metric)));
    features(model).into_iter().map(Row::Feature).chain(measured).collect()
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let len = rows(model).len();
    let state = &mut model.compare;
    match action {
        Action::Move(Motion::Left) => state.column = state.column.saturating_sub(1),
        Action::Move(Motion::Right) => state.column = (state.column + 1).min(state.ids.len().saturating_sub(1)),
        Action::Move(motion) => {
            let page = layout(model).rows / 2;
            model.compare.row = moved(model.compare.row, len, page, motion);
        }
        Action::Differences => {
            state.shown = match state.shown {
                Shown::Differences => Shown::All,
                Shown::All => Shown::Differences,
            }
        }
        Action::Add => model.popup = Some(Popup::List(List::new(ListKind::Providers))),
        Action::Drop => drop(state.ids.remove(state.column)),
        Action::Evidence => {
            state.sources = match state.sources {
                Sources::Folded => Sources::Open,
                Sources::Open => Sources::Folded,
            }
        }
        Action::Out => state.sources = Sources::Folded,
        Action::In => {
            if let Some(id) = state.ids.get(state.column) {
                model.provider.show(&id.clone());
                model.show(Screen::Provider);
            }
        }
        _ => {}
    }
    Vec::new()
}

pub(crate) fn title(model: &Model) -> Line {
    let all = model.catalog.features.len();
    let which = match model.compare.shown {
        Shown::Differences => format!("differences only, {} of {all} columns", features(model).len()),
        Shown::All => format!("all {all} columns"),
    };
    let line = Line::of("Matrix › ", Role::Muted).join(Line::heading(format!("Compare {}", model.compare.ids.len())));
    let (first, seen) = seen(model);
    let hidden = match (first > 0, first + seen < model.compare.ids.len()) {
        (false, false) => String::new(),
        (true, false) => format!("   ‹ {first} more"),
        (false, true) => format!("   {} more ›", model.compare.ids.len() - seen),
        (true, true) => "   ‹ more ›".to_owned(),
    };
    line.muted(format!("   {which}{hidden}"))
}

/// The first provider that is seen, and how many.
fn seen(model: &Model) -> (usize, usize) {
    let layout = layout(model);
    let width = layout.width - layout.aside().map_or(0, |width| width + 2);
    let count = ((width.saturating_sub(NAME)) / LEAST).clamp(1, model.compare.ids.len().max(1));
    (model.compare.first_column, count)
}

/// Width of a provider, of so many that are seen. Wider than a sentence it would only part the signs.
fn each(edge: usize, seen: usize) -> usize {
    (edge.saturating_sub(NAME) / seen).min(64)
}

/// Lines of the table: headings of groups, and rows by their number.
fn table(model: &Model) -> Vec<(Line, Option<usize>)> {
    let mut lines = Vec::new();
    let mut group = String::new();
    for (at, row) in rows(model).into_iter().enumerate() {
        let (heading, name) = match row {
            Row::Feature(feature) => (Line::heading(group_title(model, feature).to_uppercase()), feature.title.clone()),
            Row::Measured(run, metric) => (
                Line::heading(format!("MEASURED {}", run.id)).muted("   not a feature, never filtered"),
                format!("{}, {}", metric.title, metric.unit.name()),
            ),
        };
        if heading.plain() != group {
            if !lines.is_empty() {
                lines.push((Line::new(), None));
            }
            group = heading.plain();
            lines.push((heading, None));
        }
        lines.push((Line::of(cut(&name, NAME - 3, "…"), Role::Text), Some(at)));
    }
    lines
}

/// First row of the table, its height, and left, top, width and height of the pane.
fn geometry(model: &Model) -> (usize, usize, Area) {
    let layout = layout(model);
    let airy = usize::from(layout.is_airy());
    let top = 1 + airy;
    let room = layout.rows - top;
    if let Some(aside) = layout.aside() {
        return (top, room, (layout.width - aside, 0, aside, layout.rows));
    }
    let below = match model.compare.sources {
        Sources::Folded => 2 + airy,
        Sources::Open => room - (room / 3).max(3) - 1,
    };
    (top, room - below - 1, (0, layout.rows - below, layout.width, below))
}

pub(crate) fn settle(model: &mut Model) {
    let len = rows(model).len();
    model.compare.row = model.compare.row.min(len.saturating_sub(1));
    model.compare.column = model.compare.column.min(model.compare.ids.len().saturating_sub(1));
    let lines = table(model);
    let at = lines.iter().position(|(_, row)| *row == Some(model.compare.row)).unwrap_or(0);
    // The heading above the first row of a group is seen with it.
    let heading = if model.compare.row == 0 { 0 } else { at };
    let height = seen_rows(lines.len(), geometry(model).1);
    let first = follow(model.compare.first, heading, height, lines.len());
    model.compare.first = follow(first, at, height, lines.len());
    let (_, seen) = seen(model);
    model.compare.first_column = follow(model.compare.first_column, model.compare.column, seen, model.compare.ids.len());
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let (top, height, pane) = geometry(model);
    let (first, seen) = seen(model);
    let edge = if layout.aside().is_some() { pane.0 - 2 } else { layout.width };
    let each = each(edge, seen);
    let providers = providers(model);
    let mut grid = pen.part(0, 0, edge, top + height);
    for (nth, provider) in providers.iter().enumerate().skip(first).take(seen) {
        let mut name = label(model, provider);
        if nth == model.compare.column {
            name = Line::of("[", Role::Accent).join(name).then("]", Role::Accent);
        }
        let x = NAME + (nth - first) * each - usize::from(nth == model.compare.column);
        grid.part(x, top - 1, each - 1, 1).line(0, 0, &name);
    }
    let rows = rows(model);
    let table = table(model);
    let seen_lines = seen_rows(table.len(), height);
    grid.part(0, top, edge, height).rest(model.compare.first, seen_lines, table.len());
    for (y, (line, row)) in table.iter().skip(model.compare.first).take(seen_lines).enumerate() {
        let y = top + y;
        if *row == Some(model.compare.row) {
            grid.select(y);
            grid.text(0, y, "▸", Role::Text);
        }
        grid.line(1, y, line);
        let Some(row) = row.and_then(|row| rows.get(row)) else { continue };
        for (nth, provider) in providers.iter().enumerate().skip(first).take(seen) {
            grid.part(NAME + (nth - first) * each, y, each - 2, 1).line(0, 0, &cell(*row, provider, each - 2));
        }
    }
    if !matches!(rows.first(), Some(Row::Feature(_))) {
        let words = Line::of("They differ in nothing that is known. ", Role::Text).then("d", Role::Accent).text(" shows all.");
        grid.line(1, top + table.len() + usize::from(!rows.is_empty()), &words);
    }
}

/// What is behind the cell under the cursor.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let (_, _, area) = geometry(model);
    let (provider, row) = (*providers(model).get(model.compare.column)?, *rows(model).get(model.compare.row)?);
    let open = model.compare.sources == Sources::Open || layout(model).aside().is_some();
    Some(Pane { area, lines: behind(model, row, provider, (area.2.saturating_sub(2), area.3), open) })
}

/// What is behind a row, for the provider under the cursor.
fn behind(model: &Model, row: Row<'_>, provider: &Provider, size: (usize, usize), open: bool) -> Vec<Line> {
    match row {
        Row::Feature(feature) => pane_lines(model, provider, feature, size, open),
        Row::Measured(run, _) => {
            let words = run.row_of(&provider.id).map(|row| measured_long(run, row));
            let words = words.unwrap_or_else(|| format!("{} was not measured in this run.", provider.name));
            let mut lines: Vec<Line> = wrap(&words, size.0).into_iter().map(|part| Line::of(part, Role::Text)).collect();
            lines.truncate(if open { lines.len() } else { size.1.saturating_sub(1) });
            lines.push(source_line(model, &run.source));
            lines
        }
    }
}

/// A cell: its sign, and its value as far as there is room; of what was measured, the number and its bar.
fn cell(row: Row<'_>, provider: &Provider, width: usize) -> Line {
    let feature = match row {
        Row::Feature(feature) => feature,
        Row::Measured(run, metric) => {
            let number = run.row_of(&provider.id).and_then(|row| row.numbers.get(&metric.id));
            let Some(number) = number else { return Line::of("?", Role::Unknown) };
            let drawn = bar(*number, run.most(&metric.id), width.saturating_sub(NUMBER).min(BAR));
            return Line::of(format!("{:<1$}", spelled(*number), NUMBER), Role::Text).text(drawn);
        }
    };
    let level = provider.level(&feature.id);
    let role = if level == Level::Unknown { Role::Unknown } else { Role::Text };
    let value = provider.cell(&feature.id).map_or("", |cell| cell.value.as_str());
    match feature.kind {
        FeatureKind::Text if level == Level::Yes => Line::of(value, role),
        _ => Line::of(format!("{} {value}", level_sign(level)), role),
    }
}

pub(crate) fn click(model: &mut Model, x: usize, y: usize) -> Option<Action> {
    let (top, height, _) = geometry(model);
    let (first, seen) = seen(model);
    let edge = model.size.0 - layout(model).aside().map_or(0, |aside| aside + 2);
    let each = each(edge, seen);
    if x >= NAME && (x - NAME) / each < seen {
        model.compare.column = first + (x - NAME) / each;
    }
    let line = y.checked_sub(top).filter(|line| *line < height)? + model.compare.first;
    if let Some((_, Some(row))) = table(model).get(line) {
        model.compare.row = *row;
    }
    None
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    let row = *rows(model).get(model.compare.row)?;
    let (Row::Feature(Feature { title, .. }) | Row::Measured(_, Metric { title, .. })) = row;
    let says = |provider: &Provider| match row {
        Row::Feature(feature) => crate::present::cell_long(feature, provider.cell(&feature.id)),
        Row::Measured(run, _) => {
            run.row_of(&provider.id).map_or_else(|| "not measured".to_owned(), |row| measured_long(run, row))
        }
    };
    let lines = providers(model).into_iter().map(|provider| format!("\n{}: {}", provider.name, says(provider)));
    Some(lines.fold(title.clone(), |text, line| text + &line))
}

pub(crate) fn sheet(model: &Model) -> Sheet {
    Sheet::Compare { providers: model.compare.ids.clone(), differences: model.compare.shown == Shown::Differences }
}

pub(crate) fn command(model: &Model) -> String {
    let diff = if model.compare.shown == Shown::Differences { " --diff" } else { "" };
    format!("cnitui compare {}{diff}", model.compare.ids.join(" "))
}

//! The matrix: providers by features, today or as an edition printed it.
//!
//! The provider column stays, the others scroll by whole columns. The cursor is a cell; the pane says what it means and who
//! says so. Which providers and columns are there follows from filter, sort and choice in `rows`; nothing is kept twice.

mod draw;
mod edition;
mod geometry;
mod pane;
mod rows;

pub(crate) use draw::{draw, pane, title};
pub(crate) use pane::{lines as pane_lines, source_line, source_parts};
pub(crate) use rows::{column_ids, columns, group_title, label, providers, shift_column, toggle_column};

use super::Screen;
use crate::catalog::{Feature, Filter, FilterError, Provider, Sort};
use crate::present::cell_long;
use crate::tui::action::{Action, Motion, Step};
use crate::tui::export::Sheet;
use crate::tui::keymap::{moved, turned};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::update::stepped;
use crate::tui::view::layout;
use geometry::Geometry;

/// How much of the sources is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sources {
    /// The newest one.
    #[default]
    Folded,
    /// All, and what the column means.
    Open,
}

/// Where the user is in the matrix.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The last filter that could be read; empty shows all.
    pub filter: String,
    /// The order of the rows.
    pub sort: Sort,
    /// Id of the provider under the cursor; empty before anybody moved.
    pub at: String,
    /// Its row.
    pub row: usize,
    /// The column under the cursor, among those shown.
    pub column: usize,
    /// The first row that is seen.
    pub first: usize,
    /// The first column that is seen.
    pub first_column: usize,
    /// Ids of chosen columns in their order; none is all of them.
    pub columns: Option<Vec<String>>,
    /// How much of the sources is seen.
    pub sources: Sources,
    /// Position of the edition that is shown; none is today.
    pub edition: Option<usize>,
}

/// Takes a filter into force, if it can be read.
pub(crate) fn set_filter(model: &mut Model, text: &str) -> Result<(), FilterError> {
    Filter::parse(text, &model.catalog)?;
    text.trim().clone_into(&mut model.matrix.filter);
    Ok(())
}

pub(crate) fn has_row(model: &Model) -> bool {
    row(model).is_some()
}

/// Whether there is a cell under the cursor: an edition may have no table.
fn has_cell(model: &Model) -> bool {
    row(model).is_some() && column(model).is_some()
}

/// Whether it has more sources than are shown: where there is room at the right, all of them are.
pub(crate) fn has_evidence(model: &Model) -> bool {
    has_cell(model) && layout(model).aside().is_none()
}

pub(crate) fn is_today(model: &Model) -> bool {
    model.matrix.edition.is_none()
}

pub(crate) fn has_filter(model: &Model) -> bool {
    is_today(model) && !model.matrix.filter.is_empty() && providers(model).len() > 1
}

pub(crate) fn has_editions(model: &Model) -> bool {
    !model.catalog.editions.is_empty()
}

pub(crate) fn can_compare(model: &Model) -> bool {
    !comparable(model).is_empty()
}

fn comparable(model: &Model) -> Vec<String> {
    row(model).map_or_else(Vec::new, |provider| model.comparable(&provider.id))
}

pub(crate) fn has_open(model: &Model) -> bool {
    let state = &model.matrix;
    state.sources == Sources::Open || state.edition.is_some() || !state.filter.is_empty()
}

/// The provider under the cursor.
pub(crate) fn row(model: &Model) -> Option<&Provider> {
    match model.matrix.edition {
        None => providers(model).get(model.matrix.row).copied(),
        Some(_) => edition::rows(model).get(model.matrix.row).and_then(|row| model.catalog.provider(&row.provider)),
    }
}

/// The column under the cursor.
pub(crate) fn column(model: &Model) -> Option<&Feature> {
    match model.matrix.edition {
        None => columns(model).get(model.matrix.column).copied(),
        Some(_) => edition::columns(model).get(model.matrix.column).and_then(|column| model.catalog.feature(&column.feature)),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => step(model, motion),
        Action::In => {
            if let Some(id) = row(model).map(|provider| provider.id.clone()) {
                model.provider.show(&id);
                model.show(Screen::Provider);
            }
        }
        Action::Out if model.matrix.sources == Sources::Open => model.matrix.sources = Sources::Folded,
        Action::Out if model.matrix.edition.is_some() => turn_edition(model, None),
        Action::Out => model.matrix.filter.clear(),
        Action::Evidence => {
            model.matrix.sources = match model.matrix.sources {
                Sources::Folded => Sources::Open,
                Sources::Open => Sources::Folded,
            }
        }
        Action::Neighbour(step) => {
            let len = model.catalog.editions.len();
            let at = turned(model.matrix.edition.unwrap_or(len), len + 1, step);
            turn_edition(model, (at < len).then_some(at));
        }
        Action::Match(step) => choose(model, turned(model.matrix.row, providers(model).len(), step)),
        Action::Mark => {
            if let Some(id) = row(model).map(|provider| provider.id.clone()) {
                model.toggle_mark(&id);
            }
        }
        Action::Compare => {
            let ids = comparable(model);
            model.compare.show(ids);
            model.show(Screen::Compare);
        }
        Action::Turn => sort(model, model.matrix.column),
        Action::SortBy(step) => sort_beside(model, step),
        Action::Group(step) => to_group(model, step),
        _ => {}
    }
    Vec::new()
}

fn step(model: &mut Model, motion: Motion) {
    let last_column = match model.matrix.edition {
        None => columns(model).len(),
        Some(_) => edition::columns(model).len(),
    }
    .saturating_sub(1);
    match motion {
        Motion::Left => model.matrix.column = model.matrix.column.saturating_sub(1),
        Motion::Right => model.matrix.column = (model.matrix.column + 1).min(last_column),
        _ => {
            let page = Geometry::of(model).rows;
            let len = if is_today(model) { providers(model).len() } else { edition::len(model) };
            choose(model, moved(model.matrix.row, len, page, motion));
        }
    }
}

/// Puts the cursor on a row.
fn choose(model: &mut Model, at: usize) {
    model.matrix.row = at;
    if let Some(id) = row(model).map(|provider| provider.id.clone()) {
        model.matrix.at = id;
    }
}

/// Shows an edition, on the provider that the cursor is on, where it was printed.
fn turn_edition(model: &mut Model, edition: Option<usize>) {
    let here = row(model).map(|provider| provider.id.clone());
    model.matrix.edition = edition;
    let printed = edition::rows(model).iter().position(|row| here.as_deref() == Some(&row.provider));
    model.matrix.row = printed.unwrap_or(0);
    (model.matrix.first, model.matrix.first_column) = (0, 0);
    model.matrix.column = 0;
}

/// Sorts by a column; by the one it is sorted by already, the other way round, then not at all.
fn sort(model: &mut Model, column: usize) {
    let Some(id) = columns(model).get(column).map(|feature| feature.id.clone()) else { return };
    let sort = &mut model.matrix.sort;
    *sort = match (sort.column.as_deref() == Some(&id), sort.descending) {
        (false, _) => Sort { column: Some(id), descending: false },
        (true, false) => Sort { column: Some(id), descending: true },
        (true, true) => Sort::default(),
    };
}

/// Sorts by the column beside the one it is sorted by, or by the one under the cursor first.
fn sort_beside(model: &mut Model, step: Step) {
    let shown = columns(model);
    let sorted = shown.iter().position(|feature| Some(&feature.id) == model.matrix.sort.column.as_ref());
    let at = sorted.map_or(model.matrix.column, |at| stepped(at, shown.len(), step));
    if let Some(id) = shown.get(at).map(|feature| feature.id.clone()) {
        model.matrix.sort = Sort { column: Some(id), descending: false };
        model.matrix.column = at;
    }
}

/// To the first column of the group before or after.
fn to_group(model: &mut Model, step: Step) {
    let shown = columns(model);
    let starts: Vec<usize> = (0..shown.len()).filter(|at| *at == 0 || shown[at - 1].group != shown[*at].group).collect();
    let here = starts.iter().rposition(|start| *start <= model.matrix.column).unwrap_or(0);
    if let Some(start) = starts.get(turned(here, starts.len(), step)) {
        model.matrix.column = *start;
    }
}

/// Puts the cursor on the provider of the cluster, if nobody moved it yet.
pub(crate) fn arrive(model: &mut Model) {
    let here = model.here().map(|here| here.id.clone());
    if let Some(here) = here.filter(|_| model.matrix.row == 0) {
        model.matrix.at = here;
    }
}

pub(crate) fn settle(model: &mut Model) {
    if is_today(model) {
        let shown = providers(model);
        let found = shown.iter().position(|provider| provider.id == model.matrix.at);
        let row = found.unwrap_or_else(|| model.matrix.row.min(shown.len().saturating_sub(1)));
        let last = columns(model).len().saturating_sub(1);
        // One that the filter hides is come back to when it goes.
        let first = shown.get(row).filter(|_| model.matrix.at.is_empty()).map(|provider| provider.id.clone());
        model.matrix.at = first.unwrap_or_else(|| std::mem::take(&mut model.matrix.at));
        model.matrix.row = row;
        model.matrix.column = model.matrix.column.min(last);
    } else {
        model.matrix.row = model.matrix.row.min(edition::len(model).saturating_sub(1));
        model.matrix.column = model.matrix.column.min(edition::columns(model).len().saturating_sub(1));
    }
    (model.matrix.first, model.matrix.first_column) = geometry::offsets(model);
}

pub(crate) fn click(model: &mut Model, x: usize, y: usize) -> Option<Action> {
    if !is_today(model) {
        return None;
    }
    let geometry = Geometry::of(model);
    let column = geometry.columns.iter().find(|column| (column.x..column.x + column.width + 1).contains(&x)).map(|c| c.at);
    if y + 1 == geometry.heads {
        sort(model, column?);
        return None;
    }
    let row = (y.checked_sub(geometry.heads)?) + model.matrix.first;
    if y >= geometry.heads + geometry.rows || row >= providers(model).len() {
        return None;
    }
    let again = row == model.matrix.row && column.is_none_or(|column| column == model.matrix.column);
    choose(model, row);
    model.matrix.column = column.unwrap_or(model.matrix.column);
    again.then_some(Action::In)
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    if let Some(sentence) = edition::sentence(model) {
        return Some(sentence);
    }
    let (provider, feature) = (row(model)?, column(model)?);
    let cell = provider.cell(&feature.id);
    let then = edition::then(model).map_or(String::new(), |then| format!("{then}; today "));
    let mut text = format!("{}, {}: {then}{}", provider.name, feature.title, cell_long(feature, cell));
    if let Some(cell) = cell {
        if !cell.note.is_empty() {
            text = format!("{text}. {}", cell.note);
        }
        for source in &cell.sources {
            text = format!("{text}\n{} ({})", source.location, source.as_of);
        }
    }
    Some(text)
}

/// The rows and columns of today; an edition is no sheet.
pub(crate) fn sheet(model: &Model) -> Option<Sheet> {
    let providers = providers(model).iter().map(|provider| provider.id.clone()).collect();
    is_today(model).then(|| Sheet::Matrix { providers, features: column_ids(model) })
}

pub(crate) fn command(model: &Model) -> String {
    let state = &model.matrix;
    let mut command = "cnitui providers".to_owned();
    if let Some(edition) = state.edition.and_then(|at| model.catalog.editions.get(at)) {
        return format!("{command} --edition {}", edition.id);
    }
    if !state.filter.is_empty() {
        command = format!("{command} --filter {}", quoted(&state.filter));
    }
    if let Some(column) = &state.sort.column {
        let turned = if state.sort.descending { "-" } else { "" };
        command = format!("{command} --sort={turned}{column}");
    }
    if let Some(columns) = &state.columns {
        command = format!("{command} --columns {}", columns.join(","));
    }
    command
}

/// A word as a shell takes it whole.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

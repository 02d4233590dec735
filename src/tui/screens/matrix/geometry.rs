//! Where rows, columns and pane of the matrix stand, for `update` (to scroll) and `view` (to draw) alike.

use super::rows::{columns, label, providers, width};
use super::{Sources, edition, is_today};
use crate::tui::keymap::follow;
use crate::tui::layout::Layout;
use crate::tui::model::Model;
use crate::tui::view::layout;

/// Space behind a column: room for the bracket of the cursor, and one more.
const GAP: usize = 2;

/// A column that is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Its position among the shown ones.
    pub(super) at: usize,
    /// Where it begins.
    pub(super) x: usize,
    /// How wide it is.
    pub(super) width: usize,
}

/// Where everything stands in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Geometry {
    /// Rows of headings.
    pub(super) heads: usize,
    /// Rows of providers.
    pub(super) rows: usize,
    /// Width of the column of providers, with the cursor before it.
    pub(super) sticky: usize,
    /// The columns that are seen, whole ones only.
    pub(super) columns: Vec<Place>,
    /// Left, top, width and height of the pane.
    pub(super) pane: (usize, usize, usize, usize),
}

impl Geometry {
    pub(super) fn of(model: &Model) -> Self {
        let layout = layout(model);
        let heads = if layout.is_airy() { 2 } else { 1 };
        let aside = layout.aside();
        let table = layout.width - aside.map_or(0, |width| width + 2);
        let sticky = sticky(model);
        let columns = seen(&widths(model), sticky, model.matrix.first_column, table);
        let below = pane_height(model, &layout, heads);
        let (rows, pane) = match aside {
            Some(width) => (layout.rows - heads - 1, (table + 2, 0, width, layout.rows)),
            None => (layout.rows - heads - 1 - below, (0, layout.rows - below, layout.width, below)),
        };
        Self { heads, rows, sticky, columns, pane }
    }
}

/// Rows of a pane below: two or three; with sources open as many as the rows above can spare.
fn pane_height(model: &Model, layout: &Layout, heads: usize) -> usize {
    let small = if layout.is_airy() { 3 } else { 2 };
    if model.matrix.sources == Sources::Folded {
        return small;
    }
    let room = layout.rows - heads - 1;
    let needed = if is_today(model) { providers(model).len() } else { edition::rows(model).len() * 3 };
    room - needed.clamp(1, (room / 3).max(3))
}

/// Width of the column of providers, with the cursor before it.
fn sticky(model: &Model) -> usize {
    2 + model.catalog.providers.iter().map(|provider| label(model, provider).width()).max().unwrap_or(8).max(14) + 2
}

fn widths(model: &Model) -> Vec<usize> {
    columns(model).into_iter().map(|feature| width(model, feature)).collect()
}

/// The columns that are seen from `first` on, whole ones only; the first one in any case.
fn seen(widths: &[usize], sticky: usize, first: usize, table: usize) -> Vec<Place> {
    let mut x = sticky;
    let mut places = Vec::new();
    for (at, width) in widths.iter().copied().enumerate().skip(first) {
        // One more for the bracket of the cursor.
        if !places.is_empty() && x + width + 1 > table {
            break;
        }
        places.push(Place { at, x, width });
        x += width + GAP;
    }
    places
}

/// The first row and column to show so that the cursor is seen.
pub(super) fn offsets(model: &Model) -> (usize, usize) {
    let state = &model.matrix;
    let geometry = Geometry::of(model);
    if !is_today(model) {
        return (state.first, 0);
    }
    let first = follow(state.first, state.row, geometry.rows, providers(model).len());
    let aside = layout(model).aside();
    let table = layout(model).width - aside.map_or(0, |width| width + 2);
    let (widths, sticky) = (widths(model), geometry.sticky);
    let last_seen = |first| seen(&widths, sticky, first, table).last().map_or(first, |last| last.at);
    let mut first_column = state.first_column.min(state.column);
    while last_seen(first_column) < state.column {
        first_column += 1;
    }
    // As many columns as there is room for: nothing is hidden at the left while the right is empty.
    while first_column > 0 && last_seen(first_column - 1) + 1 == widths.len() {
        first_column -= 1;
    }
    (first, first_column)
}

//! Which providers and columns the matrix shows, in which order.

use crate::catalog::{Feature, Filter, Provider, Status};
use crate::present::{Role, cell_short};
use crate::tui::action::Step;
use crate::tui::keymap::turned;
use crate::tui::line::Line;
use crate::tui::model::Model;

/// The providers that pass the filter, sorted.
pub(crate) fn providers(model: &Model) -> Vec<&Provider> {
    let here = model.here().map(|here| here.id.as_str());
    let filter = Filter::parse(&model.matrix.filter, &model.catalog).unwrap_or_default().at(here);
    let mut rows: Vec<&Provider> = model.catalog.providers.iter().filter(|provider| filter.matches(provider)).collect();
    model.matrix.sort.apply(&mut rows, &model.catalog);
    rows
}

/// Ids of the columns that are shown, in their order.
pub(crate) fn column_ids(model: &Model) -> Vec<String> {
    let all = || model.catalog.features.iter().map(|feature| feature.id.clone()).collect();
    model.matrix.columns.clone().unwrap_or_else(all)
}

/// The columns that are shown, in their order.
pub(crate) fn columns(model: &Model) -> Vec<&Feature> {
    match &model.matrix.columns {
        None => model.catalog.features.iter().collect(),
        Some(ids) => ids.iter().filter_map(|id| model.catalog.feature(id)).collect(),
    }
}

/// Title of a column's group.
pub(crate) fn group_title<'a>(model: &'a Model, feature: &Feature) -> &'a str {
    model.catalog.groups.iter().find(|group| group.id == feature.group).map_or("", |group| &group.title)
}

/// Width of a column: its heading, or its widest cell in the whole catalogue, so that filters do not move it.
pub(super) fn width(model: &Model, feature: &Feature) -> usize {
    let cells = model.catalog.providers.iter().map(|provider| cell_short(feature, provider.cell(&feature.id)));
    let widest = cells.map(|text| Line::of(text, Role::Text).width()).max().unwrap_or(0);
    widest.max(Line::of(&feature.short, Role::Text).width())
}

/// A provider's name, and what there is to say about it first: that it is here, that it is dead.
pub(crate) fn label(model: &Model, provider: &Provider) -> Line {
    let is_here = model.here().is_some_and(|here| here.id == provider.id);
    match provider.status {
        _ if is_here => Line::of(format!("{} here", provider.name), Role::Here),
        Status::Active => Line::of(&provider.name, Role::Text),
        status => Line::of(format!("{} {}", provider.name, status.name()), Role::Muted),
    }
}

/// Shows a column that is hidden, behind the others; hides one that is shown, but for the last.
pub(crate) fn toggle_column(model: &mut Model, id: &str) {
    let mut ids = column_ids(model);
    match ids.iter().position(|shown| shown == id) {
        Some(at) if ids.len() > 1 => drop(ids.remove(at)),
        Some(_) => {}
        None => ids.push(id.to_owned()),
    }
    keep(model, ids);
}

/// Puts a shown column one place to the left or right, round the ends.
pub(crate) fn shift_column(model: &mut Model, id: &str, step: Step) {
    let mut ids = column_ids(model);
    if let Some(at) = ids.iter().position(|shown| shown == id) {
        let to = turned(at, ids.len(), step);
        let id = ids.remove(at);
        ids.insert(to, id);
        keep(model, ids);
    }
}

/// All columns in the catalogue's order is no choice.
fn keep(model: &mut Model, ids: Vec<String>) {
    let is_all = ids.iter().eq(model.catalog.features.iter().map(|feature| &feature.id));
    model.matrix.columns = (!is_all).then_some(ids);
}

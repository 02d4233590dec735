//! The matrix as a picture: title, headings, rows, and the pane of the cell under the cursor.

use super::geometry::Geometry;
use super::pane::lines;
use super::{Sources, column, columns, edition, group_title, is_today, label, providers, row};
use crate::catalog::{Level, Provider, Status};
use crate::present::{Role, cell_short};
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::pane::Pane;
use crate::tui::pen::Pen;
use crate::tui::view::layout;

pub(crate) fn title(model: &Model) -> Line {
    if !is_today(model) {
        return edition::title(model);
    }
    let state = &model.matrix;
    let line =
        Line::heading("Providers").muted(format!("  {} of {}   today   ", providers(model).len(), model.catalog.providers.len()));
    let order = match &state.sort.column {
        Some(id) => {
            let title = model.catalog.feature(id).map_or(id.as_str(), |feature| &feature.title);
            format!("by {title} {}", if state.sort.descending { "▾" } else { "▴" })
        }
        None if model.size.0 < 100 => String::new(),
        None => "alive first, then name".to_owned(),
    };
    let line = match (state.filter.is_empty(), order.is_empty()) {
        (true, true) => line,
        (true, false) => line.muted(format!("{order}   ")),
        (false, _) => line.then(format!("/{}", state.filter), Role::Accent).muted("   "),
    };
    let unchosen = model.catalog.features.len() - columns(model).len();
    let unchosen = if unchosen > 0 { format!("   {unchosen} not chosen") } else { String::new() };
    line.join(hidden(model)).muted(unchosen)
}

/// Which columns are not seen: by number where there is room, else the groups to the left and right.
fn hidden(model: &Model) -> Line {
    let shown = columns(model);
    let geometry = Geometry::of(model);
    let (Some(first), Some(last)) = (geometry.columns.first(), geometry.columns.last()) else { return Line::new() };
    let (left, right) = (first.at.checked_sub(1), shown.get(last.at + 1));
    if model.size.0 >= 100 {
        let (before, after) = (if left.is_some() { "‹ " } else { "" }, if right.is_some() { " ›" } else { "" });
        return Line::of(format!("{before}columns {}-{} of {}{after}", first.at + 1, last.at + 1, shown.len()), Role::Muted);
    }
    let name = |feature| group_title(model, feature).to_lowercase();
    let mut line = Line::new();
    if let Some(feature) = left.and_then(|at| shown.get(at)) {
        line = line.muted(format!("‹ {}   ", name(feature)));
    }
    if let Some(feature) = right {
        line = line.muted(format!("{} ›", name(feature)));
    }
    line
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let geometry = Geometry::of(model);
    if is_today(model) {
        headings(model, &geometry, pen);
        table(model, &geometry, pen);
    } else {
        let (left, top, ..) = geometry.pane;
        let (width, height) = if layout.aside().is_some() { (left - 2, layout.rows) } else { (layout.width, top - 1) };
        edition::draw(model, &mut pen.part(0, 0, width, height));
    }
}

/// What the cell under the cursor means, and who says so.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let area = Geometry::of(model).pane;
    let open = model.matrix.sources == Sources::Open || layout(model).aside().is_some();
    let mut lines = lines(model, row(model)?, column(model)?, (area.2.saturating_sub(2), area.3), open);
    if let (Some(then), Some(first)) = (edition::then(model), lines.first_mut()) {
        // Behind the name of the cell.
        let name = first.pieces.remove(0);
        let says = Line { pieces: vec![name] }.text(format!("{then}; today "));
        *first = says.join(std::mem::take(first));
    }
    Some(Pane { area, lines })
}

fn headings(model: &Model, geometry: &Geometry, pen: &mut Pen<'_>) {
    let shown = columns(model);
    let y = geometry.heads - 1;
    pen.text(2, y, "Provider", Role::Muted);
    let mut group = "";
    for (nth, place) in geometry.columns.iter().enumerate() {
        let feature = shown[place.at];
        if y > 0 && feature.group != group {
            let end = geometry.columns[nth..].iter().take_while(|place| shown[place.at].group == feature.group).last();
            let room = end.map_or(0, |end| end.x + end.width - place.x);
            let again = geometry.columns[..nth].iter().any(|place| shown[place.at].group == feature.group);
            let title = format!("{}{}", if again { "MORE OF " } else { "" }, group_title(model, feature).to_uppercase());
            pen.part(place.x, 0, room, 1).line(0, 0, &Line::heading(title));
            group = &feature.group;
        }
        let sorted = model.matrix.sort.column.as_deref() == Some(&feature.id);
        let sign = if !sorted {
            ""
        } else if model.matrix.sort.descending {
            "▾"
        } else {
            "▴"
        };
        let role = if sorted { Role::Accent } else { Role::Muted };
        pen.text(place.x, y, &format!("{}{sign}", feature.short), role);
    }
}

fn table(model: &Model, geometry: &Geometry, pen: &mut Pen<'_>) {
    let rows = providers(model);
    let state = &model.matrix;
    if rows.is_empty() {
        let line =
            Line::of(format!("Nothing matches /{}. ", state.filter), Role::Text).then("esc", Role::Accent).text(" clears it.");
        pen.line(2, geometry.heads + 1, &line);
        return;
    }
    let width = geometry.pane.0.max(if geometry.pane.1 > 0 { pen.width() } else { 0 });
    let mut pen = pen.part(0, 0, width, geometry.heads + geometry.rows + 1);
    for (nth, provider) in rows.iter().enumerate().skip(state.first).take(geometry.rows) {
        provider_row(model, geometry, provider, geometry.heads + nth - state.first, nth == state.row, &mut pen);
    }
    let below = rows.get(state.first + geometry.rows..).unwrap_or_default();
    if !below.is_empty() {
        let ended = below.iter().filter(|provider| provider.status != Status::Active).count();
        let of_them = if ended == 0 { String::new() } else { format!(", {ended} of them dead or dormant") };
        pen.text(2, geometry.heads + geometry.rows, &format!("{} more{of_them}", below.len()), Role::Muted);
    }
}

fn provider_row(model: &Model, geometry: &Geometry, provider: &Provider, y: usize, selected: bool, pen: &mut Pen<'_>) {
    let shown = columns(model);
    let calm = provider.status != Status::Active;
    if selected {
        pen.select(y);
        pen.text(0, y, "▸", Role::Text);
    }
    if model.marks.contains(&provider.id) {
        pen.text(1, y, "*", Role::Accent);
    }
    pen.part(2, y, geometry.sticky - 3, 1).line(0, 0, &label(model, provider));
    for place in &geometry.columns {
        let feature = shown[place.at];
        let role = match provider.level(&feature.id) {
            Level::Unknown => Role::Unknown,
            _ if calm => Role::Muted,
            _ => Role::Text,
        };
        let text = cell_short(feature, provider.cell(&feature.id));
        let end = pen.text(place.x, y, &text, role);
        if selected && place.at == model.matrix.column {
            pen.text(place.x - 1, y, "[", Role::Accent);
            pen.text(end, y, "]", Role::Accent);
        }
    }
}

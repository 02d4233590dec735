//! The model as a picture: tabs, title, body, status, hints, and what lies over them.
//!
//! Pure: it decides no verdict and remembers nothing, so the same model always gives the same picture.

use super::action::{Action, Step};
use super::keymap;
use super::layout::{Layout, SMALLEST};
use super::line::Line;
use super::model::{Access, Model};
use super::pen::Pen;
use super::popups::Popup;
use super::screens::Tab;
use super::status;
use crate::present::Role;
use ratatui::buffer::Buffer;

/// Draws the model into all of `buffer`.
pub fn view(model: &Model, buffer: &mut Buffer) {
    let mut pen = Pen::new(buffer, &model.theme);
    if pen.width() < SMALLEST.0 || pen.height() < SMALLEST.1 {
        return too_small(&mut pen);
    }
    let layout = layout(model);
    pen.line(0, 0, &tabs(model));
    for (row, line) in status::without_cluster(model).iter().enumerate() {
        pen.line(1, layout.title - status::above(model) + row, line);
    }
    if !(model.screen.needs_cluster() && status::above(model) > 0) {
        pen.line(1, layout.title, &title(model));
        let mut body = pen.part(0, layout.body, layout.width, layout.rows);
        match status::waiting(model) {
            Some(line) if model.screen.needs_cluster() => drop(body.line(1, 1, &line)),
            _ => {
                model.screen.draw(model, &layout, &mut body);
                if let Some(pane) = model.screen.pane(model) {
                    pane.draw(model.pane, &keymap::label_of(Action::Scroll(Step::Next)), &mut body);
                }
            }
        }
    }
    pen.line(1, layout.status, &status::line(model, layout.width - 1));
    if let Some(popup) = &model.popup {
        popup.draw(model, &layout, &mut pen);
    }
    pen.line(1, layout.hints, &last_row(model, layout.width - 1));
}

/// The path and what it is about, and how much waits until the keys rest.
fn title(model: &Model) -> Line {
    let title = model.screen.title(model);
    match model.arrivals.held_changes() {
        0 => title,
        _ if !model.screen.needs_cluster() => title,
        new => title.then(format!("   {new} new"), Role::Accent),
    }
}

/// Where things stand for this model.
pub(crate) fn layout(model: &Model) -> Layout {
    Layout::of(model.size, status::above(model))
}

/// The tab at a column of the first row.
pub(crate) fn tab_at(x: usize) -> Option<Tab> {
    let mut from = 0;
    Tab::ALL.into_iter().find(|tab| {
        let here = from..from + tab.label().len() + 2;
        from = here.end;
        here.contains(&x)
    })
}

fn tabs(model: &Model) -> Line {
    let mut line = Line::new();
    for tab in Tab::ALL {
        line = match tab {
            _ if tab == model.screen.tab() => line.strong(format!("[{}]", tab.label()), Role::Accent),
            _ => line.muted(format!(" {} ", tab.label())),
        };
    }
    match model.access {
        Access::ReadOnly => line.muted("  read-only"),
        Access::Confirmed => line,
    }
}

/// What was just told, what is being typed, or the keys that work now.
fn last_row(model: &Model, width: usize) -> Line {
    match (&model.notice, &model.popup) {
        (Some((text, _)), _) => Line::of(text, Role::Text),
        (None, Some(Popup::Filter(filter))) => filter.prompt().join(hints(model, width)),
        (None, _) => hints(model, width),
    }
}

/// The keys that work now, as many as fit; what helps further is never left out.
pub(crate) fn hints(model: &Model, width: usize) -> Line {
    let shown: Vec<_> = keymap::working(model).filter(|binding| !binding.hint.is_empty()).collect();
    let whole =
        |rows: &[&keymap::Binding]| rows.iter().map(|row| row.hint_label().chars().count() + row.hint.len() + 3).sum::<usize>();
    let Some((last, mut rest)) = shown.split_last().map(|(last, rest)| (*last, rest.to_vec())) else { return Line::new() };
    while whole(&rest) + whole(&[last]) > width + 2 && rest.pop().is_some() {}
    rest.push(last);
    let mut line = Line::new();
    for binding in rest {
        if !line.pieces.is_empty() {
            line = line.text("  ");
        }
        line = line.then(binding.hint_label(), Role::Accent).muted(format!(" {}", binding.hint));
    }
    line
}

fn too_small(pen: &mut Pen<'_>) {
    let size = format!("this is {}x{}", pen.width(), pen.height());
    pen.text(1, 0, &format!("cnitui needs {}x{}", SMALLEST.0, SMALLEST.1), Role::Text);
    pen.text(1, 1, &size, Role::Muted);
    pen.line(1, 2, &Line::of("q", Role::Accent).muted(" quit"));
}

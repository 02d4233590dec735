//! Where form, answer and pane stand, and how they are drawn.

use super::form::{Form, Item};
use super::pane::lines;
use super::{Part, answer, answers, is_form, rows};
use crate::present::Role;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::pane::{Pane, seen};
use crate::tui::pen::Pen;
use crate::tui::screens::matrix::Sources;
use crate::tui::view::layout;

/// Least rows of the answer beside the form, with what stands between; with less room there is one of them at a time.
const ANSWER: usize = 10;

/// Where the parts stand, as first row and height.
pub(super) struct Geometry {
    /// Columns of form and answer.
    pub(super) width: usize,
    /// The form, where it is seen.
    pub(super) form: Option<(usize, usize)>,
    /// The answer, where it is seen.
    pub(super) answers: Option<(usize, usize)>,
    /// The line below: who would come back, or who is left where the answer is not seen.
    line: usize,
    /// Left, top, width and height of the pane.
    pane: (usize, usize, usize, usize),
    /// Whether the pane shows everything.
    is_open: bool,
}

impl Geometry {
    pub(super) fn of(model: &Model) -> Self {
        let layout = layout(model);
        let airy = usize::from(layout.is_airy());
        let aside = layout.aside();
        let width = layout.width - aside.map_or(0, |aside| aside + 2);
        let is_open = model.choose.sources == Sources::Open && aside.is_none();
        let needs = Form::of(model, width).height;
        let both = !is_open && needs + ANSWER <= layout.rows;
        let below = match aside {
            Some(_) => 0,
            None if is_open => layout.rows / 2,
            None if both || !is_form(model) => 2 + airy,
            None => 1 + airy,
        };
        let line = layout.rows.saturating_sub(below + 1);
        let end = line.saturating_sub(usize::from(both) * airy);
        let shown = |part: Part| both || model.choose.part == part;
        let form = shown(Part::Form).then(|| (airy, needs.min(end.saturating_sub(airy))));
        let top = form.map_or(airy, |(top, height)| top + height + 1);
        let pane = match aside {
            Some(aside) => (width + 2, airy, aside, layout.rows.saturating_sub(airy)),
            None => (0, line + 1 + airy, width, below.saturating_sub(airy)),
        };
        let answers = shown(Part::Answers).then(|| (top, end.saturating_sub(top)));
        Self { width, form, answers, line, pane, is_open: is_open || aside.is_some() }
    }

    /// How many of `len` rows of the answer are seen at once.
    pub(super) fn seen(&self, len: usize) -> usize {
        self.answers.map_or(1, |(_, height)| seen(len, height))
    }
}

pub(crate) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let geometry = Geometry::of(model);
    let form = Form::of(model, geometry.width);
    if let Some((top, height)) = geometry.form {
        draw_form(model, &form, &mut pen.part(0, top, geometry.width, height));
    }
    if let Some((top, height)) = geometry.answers {
        draw_answers(model, &geometry, &mut pen.part(0, top, geometry.width, height));
    }
    let line = answer(model, |question, choice| match geometry.answers {
        Some(_) => answers::nearest(model, choice),
        None => Some(answers::summary(question, choice)),
    });
    if let Some(line) = line {
        pen.part(1, geometry.line, geometry.width - 1, 1).line(0, 0, &line);
    }
}

/// What stands behind the item or the row under the cursor.
pub(crate) fn pane(model: &Model) -> Pane {
    let geometry = Geometry::of(model);
    let form = Form::of(model, geometry.width);
    let item = form.spots.get(model.choose.item).map(|spot| spot.item);
    let area = geometry.pane;
    Pane { area, lines: lines(model, item, (area.2.saturating_sub(2), area.3), geometry.is_open) }
}

fn draw_form(model: &Model, form: &Form<'_>, pen: &mut Pen<'_>) {
    let first = model.choose.first;
    for (x, y, title) in form.headings.iter().filter(|(_, y, _)| *y >= first) {
        pen.line(x + 1, y - first, &Line::heading(*title));
    }
    for (nth, spot) in form.spots.iter().enumerate().filter(|(_, spot)| spot.y >= first) {
        let mut row = pen.part(spot.x, spot.y - first, form.each, 1);
        if nth == model.choose.item && is_form(model) {
            row.select(0);
            row.text(0, 0, "▸", Role::Text);
        }
        let item: Item<'_> = spot.item;
        row.line(1, 0, &item.line(model, form.each - 2));
    }
}

fn draw_answers(model: &Model, geometry: &Geometry, pen: &mut Pen<'_>) {
    let cursor = &model.choose.cursor;
    let rows = rows(model);
    let seen = geometry.seen(rows.len());
    pen.rest(cursor.first, seen, rows.len());
    for (y, row) in rows.iter().skip(cursor.first).take(seen).enumerate() {
        if cursor.first + y == cursor.at && !is_form(model) && row.key.is_some() {
            pen.select(y);
            pen.text(0, y, "▸", Role::Text);
        }
        pen.line(1, y, &row.line);
    }
}

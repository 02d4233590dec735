//! If I move: what the provider that runs today and another one differ in, as gains, losses, and neither.

use super::question;
use crate::catalog::{Feature, Move, Provider, choose, moving};
use crate::present::{Role, cell_long, level_sign, titles};
use crate::tui::action::Action;
use crate::tui::cursor::Cursor;
use crate::tui::keymap::turned;
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut, wrap};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::Pane;
use crate::tui::pen::Pen;
use crate::tui::screens::matrix::pane_lines;
use crate::tui::view::layout;

/// Width of the names of columns.
const NAME: usize = 27;

/// To whom, and where the user is.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Id of the provider to which the move would be.
    pub to: String,
    /// The feature under the cursor, by id.
    pub cursor: Cursor<String>,
}

impl State {
    pub(super) fn show(&mut self, to: String) {
        if self.to != to {
            *self = Self { to, cursor: Cursor::default() };
        }
    }
}

/// Ids of those who are left, but for who runs today.
pub(super) fn others(model: &Model) -> Vec<String> {
    let question = question(model);
    let left = choose(&model.catalog, &question).left.into_iter().map(|left| left.provider.id.clone());
    left.filter(|id| question.here.as_ref().is_some_and(|here| here != id)).collect()
}

/// The move; nothing where nobody is known to run today any more.
fn step(model: &Model) -> Option<Move<'_>> {
    let question = question(model);
    let from = model.catalog.provider(question.here.as_deref()?)?;
    let to = model.catalog.provider(&model.moving.to)?;
    Some(moving(&model.catalog, &question, from, to))
}

/// A row: a heading, or a feature with both cells.
struct Row<'a> {
    line: Line,
    feature: Option<&'a Feature>,
}

fn rows<'a>(step: &Move<'a>, width: usize) -> Vec<Row<'a>> {
    let lists = [("GAINS", &step.gains), ("LOSES", &step.losses), ("DIFFERS", &step.changes), ("CANNOT TELL", &step.unknown)];
    let each = (width.saturating_sub(NAME + 6) / 2).min(50);
    let mut rows = Vec::new();
    for (heading, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        if !rows.is_empty() {
            rows.push(Row { line: Line::new(), feature: None });
        }
        rows.push(Row { line: Line::heading(format!("{heading} {}", list.len())), feature: None });
        rows.extend(list.iter().map(|feature| {
            Row {
                line: Line::of(cut(&feature.title, NAME - 2, "…"), Role::Text)
                    .to(NAME, 1)
                    .join(cell(feature, step.from, each))
                    .to(NAME + each, 1)
                    .muted(" → ")
                    .join(cell(feature, step.to, each)),
                feature: Some(feature),
            }
        }));
    }
    rows
}

fn cell(feature: &Feature, provider: &Provider, width: usize) -> Line {
    let cell = provider.cell(&feature.id);
    let level = provider.level(&feature.id);
    let value = cell.map_or("", |cell| cell.value.as_str());
    let role = if level_sign(level) == "?" { Role::Unknown } else { Role::Text };
    Line::of(cut(&format!("{} {value}", level_sign(level)), width, "…"), role)
}

fn key(row: &Row<'_>) -> Option<String> {
    row.feature.map(|feature| feature.id.clone())
}

/// What it comes to, in a sentence.
fn verdict(step: &Move<'_>, width: usize) -> Vec<Line> {
    let parts = [
        format!("gains {}", step.gains.len()),
        format!("loses {}", step.losses.len()),
        format!("differs in {}", step.changes.len()),
        format!("{} cannot be told", step.unknown.len()),
    ];
    let words = format!("Moving from {} to {} {}.", step.from.name, step.to.name, parts.join(", "));
    wrap(&words, width).into_iter().map(|part| Line::new().strong(part, Role::Text)).collect()
}

/// First row of the table and its height, and left, top, width and height of the pane.
fn geometry(model: &Model) -> (usize, usize, (usize, usize, usize, usize)) {
    let layout = layout(model);
    let airy = usize::from(layout.is_airy());
    let top = airy + 2 + airy;
    if let Some(aside) = layout.aside() {
        return (top, layout.rows - top, (layout.width - aside, top, aside, layout.rows - top));
    }
    let below = 2 + airy;
    (top, layout.rows.saturating_sub(top + below + airy), (0, layout.rows - below, layout.width, below))
}

fn width(model: &Model) -> usize {
    let layout = layout(model);
    layout.width - layout.aside().map_or(0, |aside| aside + 2)
}

pub(crate) fn title(model: &Model) -> Line {
    let others = others(model);
    let at = others.iter().position(|id| *id == model.moving.to);
    let place = at.map_or_else(String::new, |at| format!("   {} of {} left", at + 1, others.len()));
    Line::of("Choose › ", Role::Muted).join(Line::heading("If I move")).muted(place)
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => {
            let mut cursor = model.moving.cursor.clone();
            if let Some(step) = step(model) {
                let rows = rows(&step, width(model));
                cursor.step(motion, rows.len(), geometry(model).1, |row| key(rows.get(row)?));
            }
            model.moving.cursor = cursor;
        }
        Action::Neighbour(step) => {
            let others = others(model);
            let at = others.iter().position(|id| *id == model.moving.to);
            if let Some(to) = others.get(at.map_or(0, |at| turned(at, others.len(), step))) {
                to.clone_into(&mut model.moving.to);
            }
        }
        Action::In => {
            let to = model.moving.to.clone();
            model.provider.show_from(&to, super::Screen::Moving);
            model.show(super::Screen::Provider);
        }
        _ => {}
    }
    Vec::new()
}

pub(crate) fn has_others(model: &Model) -> bool {
    others(model).len() > 1
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let Some(step) = step(model) else {
        pen.line(1, 1, &Line::of("Nobody is known to run here any more.", Role::Unknown));
        return;
    };
    let (top, height, _) = geometry(model);
    let width = width(model);
    pen.lines(1, usize::from(layout.is_airy()), &verdict(&step, (width - 2).min(100)));
    let rows = rows(&step, width - 2);
    let cursor = &model.moving.cursor;
    let mut table = pen.part(0, top, width, height);
    for (y, row) in rows.iter().skip(cursor.first).take(height).enumerate() {
        if cursor.first + y == cursor.at && row.feature.is_some() {
            table.select(y);
            table.text(0, y, "▸", Role::Text);
        }
        table.line(1, y, &row.line);
    }
}

/// The cell of the other provider, with its sources.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let step = step(model)?;
    let area = geometry(model).2;
    let feature = rows(&step, width(model) - 2).get(model.moving.cursor.at)?.feature?;
    let is_open = layout(model).aside().is_some();
    Some(Pane { area, lines: pane_lines(model, step.to, feature, (area.2 - 2, area.3), is_open) })
}

pub(crate) fn settle(model: &mut Model) {
    let mut cursor = model.moving.cursor.clone();
    if let Some(step) = step(model) {
        let rows = rows(&step, width(model));
        cursor.settle(rows.len(), geometry(model).1, 0, |row| key(rows.get(row)?));
    }
    model.moving.cursor = cursor;
}

pub(crate) fn click(model: &mut Model, y: usize) -> Option<Action> {
    let (top, height, _) = geometry(model);
    let nth = y.checked_sub(top).filter(|nth| *nth < height)?;
    let mut cursor = model.moving.cursor.clone();
    {
        let step = step(model)?;
        let rows = rows(&step, width(model));
        cursor.put(cursor.first + nth, |row| key(rows.get(row)?));
    }
    model.moving.cursor = cursor;
    None
}

/// The whole move in words.
pub(crate) fn copy(model: &Model) -> Option<String> {
    let step = step(model)?;
    let said = |feature: &&Feature| {
        let says = |provider: &Provider| cell_long(feature, provider.cell(&feature.id));
        format!("{}: {} → {}", feature.title, says(step.from), says(step.to))
    };
    let mut text = format!("From {} to {}", step.from.name, step.to.name);
    for (heading, list) in [("Gains", &step.gains), ("Loses", &step.losses), ("Differs", &step.changes)] {
        for line in list.iter().map(said) {
            text = format!("{text}\n{heading}: {line}");
        }
    }
    if !step.unknown.is_empty() {
        text = format!("{text}\nCannot tell: {}", titles(&step.unknown));
    }
    Some(text)
}

//! Choose: what is asked, who is left for it, and why the others are not.
//!
//! The answer follows from the question at every key, as `cnitui choose` gives it. `state` is what is asked, `form` what can be
//! asked, `answers` the rows of the answer, `moving` the screen one level in: what a move from here would gain and lose.

mod answers;
mod draw;
mod form;
pub mod moving;
mod pane;
mod state;

pub(crate) use draw::{draw, pane};
pub use state::{Part, State, Value};
pub(crate) use state::{question, set};

use super::Screen;
use super::matrix::Sources;
use crate::catalog::{Demand, Order};
use crate::present::{Role, question_words, record};
use crate::tui::action::{Action, Motion};
use crate::tui::keymap::turned;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::popups::{List, ListKind, Popup};
use crate::tui::view::layout;
use answers::{Key, Row};
use draw::Geometry;
use form::{Form, Item, Tick};
use jiff::tz::TimeZone;
use state::answer;

fn rows(model: &Model) -> Vec<Row> {
    let width = Geometry::of(model).width;
    answer(model, |question, choice| answers::rows(model, question, choice, width.saturating_sub(2)))
}

/// What the row of the answer under the cursor is about.
fn key(model: &Model) -> Option<Key> {
    rows(model).into_iter().nth(model.choose.cursor.at)?.key
}

pub(crate) fn is_form(model: &Model) -> bool {
    model.choose.part == Part::Form
}

pub(crate) fn is_answers(model: &Model) -> bool {
    !is_form(model)
}

/// Whether the answer is seen, beside the form or alone.
pub(crate) fn has_answers(model: &Model) -> bool {
    Geometry::of(model).answers.is_some()
}

/// Whether the provider under the cursor can be refused, or is refused already.
pub(crate) fn can_refuse(model: &Model) -> bool {
    !is_form(model) && refusable(model).is_some()
}

fn refusable(model: &Model) -> Option<Demand> {
    match key(model)? {
        Key::Left(id) => Some(Demand::Other(id)),
        Key::Out(id) => Some(Demand::Other(id)).filter(|demand| model.choose.demands.contains(demand)),
        Key::Settled | Key::Back(_) => None,
    }
}

pub(crate) fn has_answer(model: &Model) -> bool {
    !is_form(model) && key(model).is_some()
}

pub(crate) fn has_ticks(model: &Model) -> bool {
    model.choose.demands != [Demand::Alive]
}

/// Whether not everything that stands behind the row is shown.
pub(crate) fn has_evidence(model: &Model) -> bool {
    layout(model).aside().is_none()
}

pub(crate) fn has_open(model: &Model) -> bool {
    model.choose.sources == Sources::Open
}

/// The provider to which a move would be: the one under the cursor, else the first that is left.
fn target(model: &Model) -> Option<String> {
    let asked = if is_form(model) { None } else { key(model) };
    let here = question(model).here?;
    let picked = match asked {
        Some(Key::Left(id) | Key::Out(id)) => Some(id),
        _ => None,
    };
    let first = || moving::others(model).into_iter().next();
    picked.filter(|id| *id != here).or_else(first)
}

pub(crate) fn can_move(model: &Model) -> bool {
    target(model).is_some()
}

pub(crate) fn title(model: &Model) -> Line {
    answer(model, |question, choice| {
        let words = question_words(question, &model.catalog);
        let (left, all) = (choice.left.len(), model.catalog.providers.len());
        Line::heading("Choose").text(format!("   {words}: ")).strong(format!("{left} of {all} left"), Role::Text)
    })
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => step(model, motion),
        Action::Pane(_) => {
            model.choose.part = match model.choose.part {
                Part::Form => Part::Answers,
                Part::Answers => Part::Form,
            }
        }
        Action::Mark | Action::In if is_form(model) => tick(model),
        Action::Mark => {
            if let Some(demand) = refusable(model) {
                model.choose.toggle(demand);
            }
        }
        Action::In => enter(model),
        Action::UnmarkAll => model.choose.demands = vec![Demand::Alive],
        Action::Neighbour(step) => {
            let at = Order::ALL.iter().position(|order| *order == model.choose.order).unwrap_or(0);
            model.choose.order = Order::ALL[turned(at, Order::ALL.len(), step)];
        }
        Action::Evidence => {
            model.choose.sources = match model.choose.sources {
                Sources::Folded => Sources::Open,
                Sources::Open => Sources::Folded,
            }
        }
        Action::Out => model.choose.sources = Sources::Folded,
        Action::IfMoved => {
            if let Some(to) = target(model) {
                model.moving.show(to);
                model.show(Screen::Moving);
            }
        }
        Action::Record => model.popup = Some(Popup::List(List::new(ListKind::Record))),
        _ => {}
    }
    Vec::new()
}

fn step(model: &mut Model, motion: Motion) {
    let geometry = Geometry::of(model);
    match model.choose.part {
        Part::Form => model.choose.item = Form::of(model, geometry.width).beside(model.choose.item, motion),
        Part::Answers => {
            let rows = rows(model);
            let height = geometry.seen(rows.len());
            model.choose.cursor.step(motion, rows.len(), height, |row| rows.get(row)?.key.clone());
        }
    }
}

/// Turns what is under the cursor of the form, or asks for its value.
fn tick(model: &mut Model) {
    let form = Form::of(model, Geometry::of(model).width);
    let Some(item) = form.spots.get(model.choose.item).map(|spot| spot.item) else { return };
    let list = match item {
        Item::Feature(feature) => {
            let demand = Tick::of(&model.choose.demands, feature).next().demand(feature);
            let id = feature.id.clone();
            let about = |demand: &Demand| match demand {
                Demand::Need(wanted) | Demand::Avoid(wanted) => wanted.feature == id,
                _ => false,
            };
            model.choose.demands.retain(|demand| !about(demand));
            return demand.into_iter().for_each(|demand| model.choose.ask(demand));
        }
        Item::Alive => return model.choose.toggle(Demand::Alive),
        Item::Where => ListKind::Where,
        Item::Nodes => ListKind::Nodes,
        Item::Kernel => ListKind::Kernel,
        Item::Today => ListKind::Today,
    };
    model.popup = Some(Popup::List(List::new(list)));
}

/// One level in: a provider, those that are folded, or what a relaxation asks.
fn enter(model: &mut Model) {
    match key(model) {
        Some(Key::Left(id) | Key::Out(id)) => {
            model.provider.show_from(&id, Screen::Choose);
            model.show(Screen::Provider);
        }
        Some(Key::Settled) => model.choose.is_unfolded = true,
        Some(Key::Back(at)) => {
            let relaxed = answer(model, |question, choice| Some(choice.relaxations.get(at)?.applied(&question.demands)));
            if let Some(demands) = relaxed {
                model.choose.demands.clear();
                for demand in demands {
                    model.choose.ask(demand);
                }
            }
        }
        None => {}
    }
}

pub(crate) fn settle(model: &mut Model) {
    let geometry = Geometry::of(model);
    let form = Form::of(model, geometry.width);
    let item = model.choose.item.min(form.spots.len().saturating_sub(1));
    let (row, height) = (form.spots.get(item).map_or(0, |spot| spot.y), form.height);
    // The heading above the first items is seen with them.
    let row = if row == 1 { 0 } else { row };
    if let Some((_, seen)) = geometry.form {
        model.choose.first = crate::tui::keymap::follow(model.choose.first, row, seen, height);
    }
    model.choose.item = item;
    let rows = rows(model);
    let height = geometry.seen(rows.len());
    model.choose.cursor.settle(rows.len(), height, 0, |row| rows.get(row)?.key.clone());
}

pub(crate) fn click(model: &mut Model, x: usize, y: usize) -> Option<Action> {
    let geometry = Geometry::of(model);
    if let Some((top, height)) = geometry.form
        && (top..top + height).contains(&y)
    {
        let item = Form::of(model, geometry.width).at(x, y - top + model.choose.first)?;
        let again = is_form(model) && model.choose.item == item;
        (model.choose.part, model.choose.item) = (Part::Form, item);
        return again.then_some(Action::In);
    }
    let (top, _) = geometry.answers?;
    let rows = rows(model);
    let nth = y.checked_sub(top).filter(|nth| *nth < geometry.seen(rows.len()))?;
    let row = model.choose.cursor.first + nth;
    rows.get(row)?.key.as_ref()?;
    let again = !is_form(model) && model.choose.cursor.at == row;
    model.choose.part = Part::Answers;
    model.choose.cursor.put(row, |row| rows.get(row)?.key.clone());
    again.then_some(Action::In)
}

/// The record of what is asked and answered now, as markdown.
pub(crate) fn record_of(model: &Model) -> String {
    let today = model.now.to_zoned(TimeZone::system()).date();
    answer(model, |question, choice| record(&model.catalog, question, choice, today))
}

/// Of the answer, what the pane says about the row; of the form, the whole record.
pub(crate) fn copy(model: &Model) -> Option<String> {
    if is_form(model) {
        return Some(record_of(model));
    }
    let lines: Vec<String> = pane::of_row(model, &key(model)?, pane::Fit::WHOLE).iter().map(Line::plain).collect();
    Some(lines.join("\n").trim_end().to_owned())
}

/// The call that gives the same answer.
pub(crate) fn command(model: &Model) -> String {
    let question = question(model);
    let mut command = "cnitui choose".to_owned();
    let mut flag = |name: &str, value: &str| command = format!("{command} --{name} {value}");
    for demand in &question.demands {
        match demand {
            Demand::Primary | Demand::Alive => {}
            Demand::Need(wanted) => flag("need", &wanted.to_string()),
            Demand::Avoid(wanted) => flag("avoid", &wanted.to_string()),
            Demand::Other(id) => flag("avoid", id),
            Demand::In(environment) => flag("env", environment.name()),
            Demand::Nodes(nodes) => flag("nodes", &nodes.to_string()),
            Demand::Kernel(kernel) => flag("kernel", &kernel.to_string()),
        }
    }
    if question.order != Order::default() {
        flag("order", question.order.name());
    }
    if let Some(here) = &question.here {
        flag("from-provider", here);
    }
    if !question.demands.contains(&Demand::Alive) {
        command.push_str(" --dead");
    }
    command
}

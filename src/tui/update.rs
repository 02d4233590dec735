//! Messages into changes of the model. Nothing here waits: what takes longer than a moment is an [`Effect`].
//!
//! What works everywhere is carried out here, the rest by the screen or by what lies over it.

use super::action::{Action, Motion, Step};
use super::arrival;
use super::keymap::{self, Scope};
use super::model::Model;
use super::msg::{Effect, Msg};
use super::popups::{self, Filter, List, ListKind, Popup};
use super::screens::{Screen, Tab, draft, reach, why};
use super::view;
use crossterm::event::{KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};

/// Takes a message in; gives what has to happen outside.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    if matches!(msg, Msg::Key(_) | Msg::Mouse(_) | Msg::Paste(_)) {
        model.arrivals.touched = Some(model.now);
    }
    let effects = match msg {
        Msg::Key(key) if key.kind != KeyEventKind::Release => press(model, key),
        Msg::Key(_) => Vec::new(),
        Msg::Mouse(mouse) => click(model, mouse),
        Msg::Paste(text) => popups::paste(model, &text),
        Msg::Resize(width, height) => {
            model.size = (width.into(), height.into());
            Vec::new()
        }
        Msg::Tick(now) => {
            model.now = now;
            model.forget_notice();
            arrival::pass(model);
            Vec::new()
        }
        Msg::Snapshot(generation, facts) => arrival::arrive(model, generation, facts),
        Msg::World(generation, world) => arrival::conclude(model, generation, world),
        Msg::Explained(generation, answer) => {
            if generation == model.generation {
                why::answered(model, answer);
            }
            Vec::new()
        }
        Msg::Looked(generation, sight) => {
            if generation == model.generation {
                reach::answered(model, sight);
            }
            Vec::new()
        }
        Msg::Compared(generation, answer) => {
            if generation == model.generation {
                draft::answered(model, answer);
            }
            Vec::new()
        }
        Msg::Edited(edited) => {
            match edited {
                Ok(file) => draft::add(model, file),
                Err(why) => model.notice = Some((why, model.now)),
            }
            Vec::new()
        }
        Msg::Contexts(contexts) => {
            model.contexts = contexts;
            Vec::new()
        }
        Msg::Recalled(filters) => {
            model.recalled = filters;
            Vec::new()
        }
        Msg::Notice(text) => {
            model.notice = Some((text, model.now));
            Vec::new()
        }
    };
    model.settle();
    let asking = [why::asking(model), reach::asking(model), draft::asking(model)];
    effects.into_iter().chain(asking.into_iter().flatten()).collect()
}

fn press(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    model.notice = None;
    match keymap::resolve(model, key) {
        Some(action) => perform(model, action),
        None => popups::typed(model, key),
    }
}

/// Carries out an action where the model is. Whatever it is, the pane begins anew, unless it is scrolled.
pub(crate) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if !matches!(action, Action::Scroll(_)) {
        model.pane = 0;
    }
    match (model.scope(), action) {
        (_, Action::Quit) => vec![Effect::Quit],
        (Scope::On(_), _) => on_screen(model, action),
        _ => popups::act(model, action),
    }
}

fn on_screen(model: &mut Model, action: Action) -> Vec<Effect> {
    let screen = model.screen;
    match action {
        Action::Leave => match model.parent() {
            Some(parent) => model.show(parent),
            None => return vec![Effect::Quit],
        },
        Action::Out if screen.has_open(model) => return screen.act(model, action),
        Action::Out => {
            if let Some(parent) = model.parent() {
                model.show(parent);
            }
        }
        Action::Back => {
            if let Some(before) = model.before {
                model.show(before);
            }
        }
        Action::Go(tab) => go(model, tab),
        Action::Reach => screen.namespace(model).into_iter().for_each(|name| reach::show(model, name)),
        Action::Policies => {
            if let Some(name) = screen.namespace(model) {
                model.namespace.show(name);
                model.show(Screen::Namespace);
            }
        }
        Action::Why if matches!(screen, Screen::Policies | Screen::Namespace | Screen::Policy) => {
            model.why.from = Some(screen);
            model.show(Screen::Why);
        }
        Action::Draft => return draft::begin(model).into_iter().collect(),
        Action::Filter => model.popup = Some(Popup::Filter(Filter::new(screen.filter(model)))),
        Action::Help => model.popup = Some(Popup::List(List::new(ListKind::Help))),
        Action::Palette => model.popup = Some(Popup::List(List::new(ListKind::Palette))),
        Action::Columns => model.popup = Some(Popup::List(List::of_columns(model.matrix.columns.clone()))),
        Action::Contexts => {
            model.popup = Some(Popup::List(List::new(ListKind::Contexts)));
            return vec![Effect::Contexts(model.kubeconfig.clone())];
        }
        Action::Freeze => return arrival::freeze(model),
        Action::Again => return vec![Effect::Again(model.generation)],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Scroll(step) => {
            let pane = screen.pane(model).unwrap_or_default();
            model.pane = pane.scrolled(model.pane, step);
        }
        Action::Copy => return screen.copy(model).map(Effect::Copy).into_iter().collect(),
        Action::CopyCommand => return vec![Effect::Copy(screen.command(model))],
        Action::UnmarkAll if screen != Screen::Choose => model.marks.clear(),
        _ => return screen.act(model, action),
    }
    Vec::new()
}

/// Shows a tab as it was left; a second time, its top.
fn go(model: &mut Model, tab: Tab) {
    let screen = if model.screen.tab() == tab { tab.top() } else { model.inside[tab as usize] };
    model.show(screen);
}

fn click(model: &mut Model, mouse: MouseEvent) -> Vec<Effect> {
    let (x, y) = (usize::from(mouse.column), usize::from(mouse.row));
    let motion = match mouse.kind {
        MouseEventKind::ScrollUp => Motion::Up,
        MouseEventKind::ScrollDown => Motion::Down,
        MouseEventKind::ScrollLeft => Motion::Left,
        MouseEventKind::ScrollRight => Motion::Right,
        MouseEventKind::Down(MouseButton::Left) => return point(model, x, y),
        _ => return Vec::new(),
    };
    perform(model, Action::Move(motion))
}

/// A click: a tab, a row of what lies on top, or a place in the body. What is selected already is entered.
fn point(model: &mut Model, x: usize, y: usize) -> Vec<Effect> {
    if model.popup.is_some() {
        return popups::point(model, x, y);
    }
    if y == 0 {
        if let Some(tab) = view::tab_at(x) {
            go(model, tab);
        }
        return Vec::new();
    }
    let layout = view::layout(model);
    if y < layout.body || y >= layout.body + layout.rows {
        return Vec::new();
    }
    let screen = model.screen;
    model.pane = 0;
    let action = screen.click(model, x, y - layout.body);
    action.map_or_else(Vec::new, |action| perform(model, action))
}

/// The neighbour of `at` in a list that ends.
pub(crate) fn stepped(at: usize, len: usize, step: Step) -> usize {
    match step {
        Step::Before => at.saturating_sub(1),
        Step::Next => (at + 1).min(len.saturating_sub(1)),
    }
}

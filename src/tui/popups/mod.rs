//! What lies over a screen: the filter on the last row, and lists to search and pick from.
//!
//! While one is open it gets all keys; closing it leaves the screen as it was. To add a list: a [`ListKind`] and its items.

mod filter;
mod help;
mod items;
mod list;

pub use filter::Filter;
pub use items::{Item, Take};
pub use list::{List, ListKind};

use super::action::Action;
use super::keymap::{Scope, name};
use super::layout::Layout;
use super::model::Model;
use super::msg::Effect;
use super::pen::Pen;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

/// What lies over a screen.
#[derive(Debug, Clone)]
pub enum Popup {
    /// A filter being typed.
    Filter(Filter),
    /// A list to search and pick from.
    List(List),
}

impl Popup {
    /// Where keys go while it is open.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Filter(_) => Scope::Filter,
            Self::List(list) => match list.kind {
                ListKind::Help => Scope::Help,
                ListKind::Palette => Scope::Palette,
                ListKind::Columns | ListKind::Where => Scope::Ticks,
                ListKind::Contexts
                | ListKind::Providers
                | ListKind::Nodes
                | ListKind::Kernel
                | ListKind::Today
                | ListKind::From
                | ListKind::To
                | ListKind::Port
                | ListKind::Record => Scope::Picker,
            },
        }
    }

    pub(super) fn draw(&self, model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
        match self {
            Self::Filter(filter) => filter.draw(model, layout, pen),
            Self::List(list) if list.kind == ListKind::Help => help::draw(list, model, layout, pen),
            Self::List(list) => list.draw(model, layout, pen),
        }
    }
}

/// Carries out an action for what is open.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match model.popup.take() {
        Some(Popup::Filter(filter)) => filter.act(model, action),
        Some(Popup::List(list)) => list.act(model, action),
        None => Vec::new(),
    }
}

/// A key that means nothing but itself: it is typed.
pub(super) fn typed(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(request) = request(key) else { return Vec::new() };
    edit(model, &[request])
}

/// Pasted text is typed, without what is no text.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let clean = crate::snapshot::clean(text);
    edit(model, &clean.chars().map(InputRequest::InsertChar).collect::<Vec<_>>())
}

fn edit(model: &mut Model, requests: &[InputRequest]) -> Vec<Effect> {
    let change = |input: &mut Input| {
        for request in requests {
            input.handle(*request);
        }
    };
    match model.popup.take() {
        Some(Popup::Filter(mut filter)) => {
            change(&mut filter.input);
            filter.apply(model);
            model.popup = Some(Popup::Filter(filter));
        }
        Some(Popup::List(mut list)) => {
            change(&mut list.input);
            list.cursor = 0;
            model.popup = Some(Popup::List(list));
        }
        None => {}
    }
    Vec::new()
}

/// A click on what is open: a row is picked, the picked one taken; outside, it closes.
pub(super) fn point(model: &mut Model, x: usize, y: usize) -> Vec<Effect> {
    match model.popup.take() {
        Some(Popup::List(list)) => list.point(model, x, y),
        other => {
            model.popup = other;
            Vec::new()
        }
    }
}

fn request(key: KeyEvent) -> Option<InputRequest> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char(c) if !control && name(key).is_some() => InputRequest::InsertChar(c),
        KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
        KeyCode::Char('u') if control => InputRequest::DeleteFromStart,
        KeyCode::Char('k') if control => InputRequest::DeleteTillEnd,
        KeyCode::Char('a') if control => InputRequest::GoToStart,
        KeyCode::Char('e') if control => InputRequest::GoToEnd,
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return None,
    })
}

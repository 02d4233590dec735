//! Policies: being written.

use crate::tui::action::Action;
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pen::Pen;

/// Where the user is on this screen.
#[derive(Debug, Clone, Default)]
pub struct State {}

/// Carries out what a key means here. [`Action::Out`] comes only while [`has_open`] says so.
pub(crate) fn act(_model: &mut Model, _action: Action) -> Vec<Effect> {
    Vec::new()
}

/// The path and what it is about.
pub(crate) fn title(model: &Model) -> Line {
    Line::heading("Policies").muted(" › ").text(model.world.snapshot.origin.name())
}

/// Draws the body; called only while there is a cluster and facts about it.
pub(crate) fn draw(_model: &Model, _layout: &Layout, _pen: &mut Pen<'_>) {}

/// Brings cursor and scroll offset into what is there now.
pub(crate) fn settle(_model: &mut Model) {}

/// Selects what stands there; gives what a click there means beyond that.
pub(crate) fn click(_model: &mut Model, _x: usize, _y: usize) -> Option<Action> {
    None
}

/// What `y` copies.
pub(crate) fn copy(_model: &Model) -> Option<String> {
    None
}

/// The command that prints this screen.
pub(crate) fn command(_model: &Model) -> String {
    "cnitui policy coverage".to_owned()
}

/// Whether `esc` has something to close or clear here.
pub(crate) fn has_open(_model: &Model) -> bool {
    false
}

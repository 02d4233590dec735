//! Compare: being written.

use crate::tui::action::Action;
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pen::Pen;

/// Most that stand side by side.
pub const MOST: usize = 5;
/// Several providers.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Their ids.
    pub ids: Vec<String>,
}
impl State {
    pub(crate) fn show(&mut self, ids: Vec<String>) {
        self.ids = ids;
    }
    pub(crate) fn add(&mut self, id: String) {
        self.ids.push(id);
    }
}
pub(crate) fn has_row(_: &Model) -> bool {
    false
}
pub(crate) fn can_add(_: &Model) -> bool {
    false
}
pub(crate) fn can_drop(_: &Model) -> bool {
    false
}

pub(crate) fn act(_model: &mut Model, _action: Action) -> Vec<Effect> {
    Vec::new()
}
pub(crate) fn title(_model: &Model) -> Line {
    Line::heading("Matrix").muted(" › ").text("Compare")
}
pub(crate) fn draw(_model: &Model, _layout: &Layout, _pen: &mut Pen<'_>) {}
pub(crate) fn settle(_model: &mut Model) {}
pub(crate) fn click(_model: &mut Model, _x: usize, _y: usize) -> Option<Action> {
    None
}
pub(crate) fn copy(_model: &Model) -> Option<String> {
    None
}
pub(crate) fn command(_model: &Model) -> String {
    String::new()
}
pub(crate) fn has_open(_model: &Model) -> bool {
    false
}

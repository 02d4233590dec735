//! Provider: being written.

use crate::tui::action::Action;
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pen::Pen;

/// One provider.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Its id.
    pub id: String,
}
impl State {
    pub(crate) fn show(&mut self, id: &str) {
        self.id = id.to_owned();
    }
}
pub(crate) fn has_evidence(_: &Model) -> bool {
    false
}
pub(crate) fn can_compare(_: &Model) -> bool {
    false
}

pub(crate) fn act(_model: &mut Model, _action: Action) -> Vec<Effect> {
    Vec::new()
}
pub(crate) fn title(_model: &Model) -> Line {
    Line::heading("Matrix").muted(" › ").text("Provider")
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

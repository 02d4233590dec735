//! Namespace: its policies, and what each selects.

use super::{PolicyKey, pane_area, pane_height, table};
use crate::policy::{NamespaceCoverage, PolicySummary};
use crate::present::{Role, capitalised, counted, coverage_is_known, namespace_sentence};
use crate::snapshot::Text;
use crate::tui::action::Action;
use crate::tui::cursor::Cursor;
use crate::tui::keymap::turned;
use crate::tui::layout::Layout;
use crate::tui::line::{Line, wrap_within};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::{Pane, seen};
use crate::tui::pen::Pen;
use crate::tui::screens::Screen;
use crate::tui::view::layout;

/// Which namespace, and which of its policies.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Its name.
    pub name: Text,
    /// The policy under the cursor.
    pub cursor: Cursor<PolicyKey>,
}

impl State {
    pub(in crate::tui) fn show(&mut self, name: Text) {
        if self.name != name {
            *self = Self { name, cursor: Cursor::default() };
        }
    }
}

pub(super) fn policies(model: &Model) -> Vec<&PolicySummary> {
    model.world.assessment.policies.all().filter(|policy| policy.namespace == model.namespace.name).collect()
}

fn coverage(model: &Model) -> Option<&NamespaceCoverage> {
    model.world.assessment.policies.namespaces.iter().find(|row| row.namespace == model.namespace.name)
}

/// What stands above the table.
fn head(model: &Model, layout: &Layout) -> Vec<Line> {
    let policy = &model.world.assessment.detection.policy;
    let text = coverage(model).map_or_else(
        || "No such namespace any more.".to_owned(),
        |row| {
            let so_far = if coverage_is_known(&model.world.snapshot) { "" } else { "as far as is known, " };
            capitalised(&format!("{so_far}{}", namespace_sentence(row, &model.world.assessment.policies, policy)))
        },
    );
    let width = layout.width.saturating_sub(4).min(100);
    let mut lines: Vec<Line> =
        wrap_within(&text, width, 2).into_iter().map(|part| Line::new().strong(part, Role::Text)).collect();
    lines.extend(wrap_within(&policy.sentence, width, 2).into_iter().map(|part| Line::of(part, Role::Text)));
    lines
}

fn room(model: &Model) -> usize {
    let layout = layout(model);
    layout.rows.saturating_sub(head(model, &layout).len() + 3 + pane_height(&layout))
}

fn height(model: &Model) -> usize {
    seen(policies(model).len(), room(model))
}

pub(crate) fn title(model: &Model) -> Line {
    let line = Line::heading("Policies").muted(" › ").text(model.world.snapshot.origin.short_name());
    line.muted(" › ")
        .text(model.namespace.name.as_str())
        .muted(format!("   {}", counted(policies(model).len(), "policy", "policies")))
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => {
            let mut cursor = model.namespace.cursor.clone();
            let rows = policies(model);
            cursor.step(motion, rows.len(), height(model), table::key(&rows));
            model.namespace.cursor = cursor;
        }
        Action::Neighbour(step) => {
            let all = &model.world.assessment.policies.namespaces;
            let at = all.iter().position(|row| row.namespace == model.namespace.name).unwrap_or(0);
            if let Some(name) = all.get(turned(at, all.len(), step)).map(|row| row.namespace.clone()) {
                model.policies.coverage.key = Some(name.clone());
                model.namespace.show(name);
            }
        }
        Action::In => {
            if let Some(key) = policies(model).get(model.namespace.cursor.at).map(|policy| table::key_of(policy)) {
                model.policy.show(key, Screen::Namespace);
                model.show(Screen::Policy);
            }
        }
        _ => {}
    }
    Vec::new()
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let head = head(model, layout);
    pen.lines(1, 1, &head);
    let rows = policies(model);
    let top = head.len() + 2;
    let width = layout.width - layout.aside().map_or(0, |aside| aside + 2);
    if !rows.is_empty() {
        table::draw(&rows, &model.namespace.cursor, &Line::new(), &mut pen.part(0, top, width, room(model) + 1));
    }
}

/// The policy under the cursor.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let layout = layout(model);
    let area = pane_area(&layout, head(model, &layout).len() + 2);
    let lines = table::pane(policies(model).get(model.namespace.cursor.at)?, area.2.saturating_sub(2));
    Some(Pane { area, lines })
}

pub(crate) fn settle(model: &mut Model) {
    let mut cursor = model.namespace.cursor.clone();
    let rows = policies(model);
    cursor.settle(rows.len(), height(model), 0, table::key(&rows));
    model.namespace.cursor = cursor;
}

pub(crate) fn click(model: &mut Model, y: usize) -> Option<Action> {
    let nth = y.checked_sub(head(model, &layout(model)).len() + 3).filter(|nth| *nth < height(model))?;
    let mut cursor = model.namespace.cursor.clone();
    let rows = policies(model);
    let again = cursor.at == cursor.first + nth;
    cursor.put(cursor.first + nth, table::key(&rows));
    model.namespace.cursor = cursor;
    again.then_some(Action::In)
}

/// Whether there is another namespace.
pub(crate) fn has_neighbour(model: &Model) -> bool {
    model.world.assessment.policies.namespaces.len() > usize::from(coverage(model).is_some())
}

/// Whether there is a policy to enter.
pub(crate) fn has_row(model: &Model) -> bool {
    !policies(model).is_empty()
}

pub(crate) fn command(model: &Model) -> String {
    super::command_of(model, &model.namespace.name)
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    policies(model).get(model.namespace.cursor.at).map(|policy| table::kubectl(policy))
}

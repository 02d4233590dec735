//! Policies: what they cover, namespace by namespace, and which there are.
//!
//! Two sheets, coverage and inventory, and the policies of one namespace one level in. `table` draws policies for both; `filter`
//! says which are shown.

mod coverage;
mod filter;
pub mod namespace;
mod table;

use super::terms::nothing_matches;
use super::{Screen, cluster};
use crate::catalog::FilterError;
use crate::present::{Headline, Role, counted, coverage_headline};
use crate::snapshot::Text;
use crate::tui::action::{Action, Step};
use crate::tui::cursor::Cursor;
use crate::tui::layout::Layout;
use crate::tui::line::{Line, wrap};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pen::Pen;
use crate::tui::view::layout;

/// A sheet of this screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sheet {
    /// Namespaces, least covered first.
    #[default]
    Coverage,
    /// Policies, by namespace and name.
    Inventory,
}

/// A policy: kind, namespace, name.
pub type PolicyKey = (&'static str, Text, Text);

/// Where the user is on this screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Which sheet.
    pub sheet: Sheet,
    /// The namespace under the cursor.
    pub coverage: Cursor<Text>,
    /// The policy under the cursor.
    pub inventory: Cursor<PolicyKey>,
    /// The last filter that could be read; empty shows all.
    pub filter: String,
}

/// What stands above the rows.
struct Head {
    said: Headline,
    lines: Vec<Line>,
}

impl Head {
    fn of(model: &Model, layout: &Layout) -> Self {
        let assessment = &model.world.assessment;
        let said = coverage_headline(&model.world.snapshot, &assessment.policies, &assessment.detection.policy);
        let width = layout.width.saturating_sub(4).min(100);
        let verdict = wrap(&said.verdict, width).into_iter().map(|part| Line::new().strong(part, said.sign.1));
        let reason = wrap(&said.policies, width).into_iter().map(|part| Line::of(part, Role::Text));
        let lines = verdict.chain(reason).collect();
        Self { said, lines }
    }

    /// Rows above the column headings: an empty one, the verdict, an empty one.
    fn rows(&self) -> usize {
        self.lines.len() + 2
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let (sign, role) = self.said.sign;
        pen.line(1, 1, &Line::new().strong(sign, role));
        pen.lines(3, 1, &self.lines);
    }
}

/// Rows of the pane below, with the empty one before it.
fn pane_height(layout: &Layout) -> usize {
    match layout.aside() {
        Some(_) => 0,
        None if layout.is_airy() => 6,
        None => 3,
    }
}

/// Rows of the table that are seen.
fn height(model: &Model) -> usize {
    let layout = layout(model);
    layout.rows.saturating_sub(Head::of(model, &layout).rows() + 1 + pane_height(&layout))
}

pub(crate) fn title(model: &Model) -> Line {
    let state = &model.policies;
    let mut line = Line::heading("Policies").muted(" › ").text(model.world.snapshot.origin.name()).text("   ");
    for (sheet, name) in [(Sheet::Coverage, "Coverage"), (Sheet::Inventory, "Inventory")] {
        line =
            if sheet == state.sheet { line.strong(format!("[{name}]"), Role::Accent) } else { line.muted(format!(" {name} ")) };
    }
    let all = model.world.assessment.policies.policies.len();
    if state.filter.is_empty() {
        return line.muted(format!("   {}", counted(all, "NetworkPolicy", "NetworkPolicies")));
    }
    let (shown, all) = match state.sheet {
        Sheet::Coverage => (coverage::namespaces(model).len(), model.world.assessment.policies.namespaces.len()),
        Sheet::Inventory => (table::policies(model).len(), all),
    };
    line.muted(format!("   {shown} of {all}   ")).then(format!("/{}", state.filter), Role::Accent)
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Neighbour(_) | Action::Pane(_) => {
            model.policies.sheet = match model.policies.sheet {
                Sheet::Coverage => Sheet::Inventory,
                Sheet::Inventory => Sheet::Coverage,
            }
        }
        Action::Out => model.policies.filter.clear(),
        Action::In => enter(model),
        Action::Move(motion) => {
            let height = height(model);
            let (mut coverage, mut inventory) = (model.policies.coverage.clone(), model.policies.inventory.clone());
            match model.policies.sheet {
                Sheet::Coverage => coverage.step(motion, coverage::namespaces(model).len(), height, coverage::key(model)),
                Sheet::Inventory => {
                    inventory.step(motion, table::policies(model).len(), height, table::key(&table::policies(model)));
                }
            }
            (model.policies.coverage, model.policies.inventory) = (coverage, inventory);
        }
        Action::Match(step) => coverage::to_open(model, step),
        _ => {}
    }
    Vec::new()
}

/// The policies of a namespace, or those of the policy under the cursor with that policy selected.
fn enter(model: &mut Model) {
    let chosen = match model.policies.sheet {
        Sheet::Coverage => coverage::row(model).map(|row| (row.namespace.clone(), None)),
        Sheet::Inventory => {
            let policies = table::policies(model);
            policies.get(model.policies.inventory.at).map(|policy| (policy.namespace.clone(), Some(table::key_of(policy))))
        }
    };
    if let Some((namespace, policy)) = chosen {
        model.namespace.show(namespace, policy);
        model.show(Screen::Namespace);
    }
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let head = Head::of(model, layout);
    head.draw(pen);
    let width = layout.width - layout.aside().map_or(0, |aside| aside + 2);
    let top = head.rows();
    let mut body = pen.part(0, top, width, height(model) + 1);
    match model.policies.sheet {
        Sheet::Coverage => coverage::draw(model, &mut body),
        Sheet::Inventory => {
            let policies = table::policies(model);
            table::draw(&policies, &model.policies.inventory, &nothing(model), &mut body);
        }
    }
    let (left, top, width, height) = match layout.aside() {
        Some(aside) => (width + 2, top, aside, layout.rows - top),
        None => (0, layout.rows.saturating_sub(pane_height(layout)), width, pane_height(layout)),
    };
    let lines = match model.policies.sheet {
        Sheet::Coverage => coverage::pane(model, width.saturating_sub(2), layout.aside().is_some()),
        Sheet::Inventory => {
            table::policies(model).get(model.policies.inventory.at).map_or_else(Vec::new, |policy| table::pane(policy, width - 2))
        }
    };
    pen.part(left, top, width, height).lines(1, usize::from(layout.aside().is_none()), &lines);
}

/// What stands in place of rows where there are none.
fn nothing(model: &Model) -> Line {
    if model.policies.filter.is_empty() {
        return Line::of("No policy was seen.", Role::Muted);
    }
    nothing_matches(&model.policies.filter)
}

/// Takes a filter into force, if it can be read.
pub(crate) fn set_filter(model: &mut Model, text: &str) -> Result<(), FilterError> {
    filter::check(text)?;
    text.trim().clone_into(&mut model.policies.filter);
    Ok(())
}

pub(crate) fn settle(model: &mut Model) {
    let height = height(model);
    let (mut coverage, mut inventory) = (model.policies.coverage.clone(), model.policies.inventory.clone());
    coverage.settle(coverage::namespaces(model).len(), height, 0, coverage::key(model));
    let policies = table::policies(model);
    inventory.settle(policies.len(), height, 0, table::key(&policies));
    (model.policies.coverage, model.policies.inventory) = (coverage, inventory);
}

pub(crate) fn click(model: &mut Model, y: usize) -> Option<Action> {
    let top = Head::of(model, &layout(model)).rows() + 1;
    let nth = y.checked_sub(top).filter(|nth| *nth < height(model))?;
    let (mut coverage, mut inventory) = (model.policies.coverage.clone(), model.policies.inventory.clone());
    let again = match model.policies.sheet {
        Sheet::Coverage => {
            let row = coverage.first + nth;
            let again = coverage.at == row;
            coverage.put(row, coverage::key(model));
            again
        }
        Sheet::Inventory => {
            let row = inventory.first + nth;
            let again = inventory.at == row;
            inventory.put(row, table::key(&table::policies(model)));
            again
        }
    };
    (model.policies.coverage, model.policies.inventory) = (coverage, inventory);
    again.then_some(Action::In)
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    match model.policies.sheet {
        Sheet::Coverage => coverage::row(model).map(|row| row.namespace.to_string()),
        Sheet::Inventory => table::policies(model).get(model.policies.inventory.at).map(|policy| table::kubectl(policy)),
    }
}

pub(crate) fn command(model: &Model) -> String {
    format!("cnitui policy list{}", cluster::place(model))
}

pub(crate) fn has_open(model: &Model) -> bool {
    !model.policies.filter.is_empty()
}

/// Whether there is a row to enter.
pub(crate) fn has_row(model: &Model) -> bool {
    match model.policies.sheet {
        Sheet::Coverage => coverage::row(model).is_some(),
        Sheet::Inventory => model.policies.inventory.key.is_some() || !table::policies(model).is_empty(),
    }
}

/// Whether there is an open namespace to go to.
pub(crate) fn has_wrong(model: &Model) -> bool {
    model.policies.sheet == Sheet::Coverage && coverage::namespaces(model).iter().any(|row| coverage::is_open(row))
}

/// The row after or before the cursor that `is_wanted`, round the ends.
fn beside(at: usize, len: usize, step: Step, is_wanted: impl Fn(usize) -> bool) -> Option<usize> {
    let wanted = |row: &usize| is_wanted(*row);
    match step {
        Step::Next => (at + 1..len).find(wanted).or_else(|| (0..len).find(wanted)),
        Step::Before => (0..at).rev().find(wanted).or_else(|| (0..len).rev().find(wanted)),
    }
}

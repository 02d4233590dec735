//! Policies: what they cover, namespace by namespace, and which there are.
//!
//! Two sheets, coverage and inventory, and the policies of one namespace one level in. `table` draws policies for both; `filter`
//! says which are shown.

mod coverage;
mod filter;
pub mod namespace;
pub mod policy;
mod table;

use super::terms::nothing_matches;
use super::{Screen, cluster};
use crate::catalog::FilterError;
use crate::present::{Headline, Role, count, counted, coverage_headline};
use crate::snapshot::Kind;
use crate::snapshot::Text;
use crate::tui::action::{Action, Step};
use crate::tui::cursor::Cursor;
use crate::tui::layout::Layout;
use crate::tui::line::{Line, wrap_within};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::{Area, Pane, seen};
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
        let verdict = wrap_within(&said.verdict, width, 2).into_iter().map(|part| Line::new().strong(part, said.sign.1));
        let reason = wrap_within(&said.policies, width, 2).into_iter().map(|part| Line::of(part, Role::Text));
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

/// Rows that there are for the table, without its headings.
fn room(model: &Model) -> usize {
    let layout = layout(model);
    layout.rows.saturating_sub(Head::of(model, &layout).rows() + 1 + pane_height(&layout))
}

/// Rows of the table that are seen.
fn height(model: &Model) -> usize {
    let len = match model.policies.sheet {
        Sheet::Coverage => coverage::namespaces(model).len(),
        Sheet::Inventory => table::policies(model).len(),
    };
    seen(len, room(model))
}

pub(crate) fn title(model: &Model) -> Line {
    let state = &model.policies;
    let mut line = Line::heading("Policies").muted(" › ").text(model.world.snapshot.origin.short_name()).text("   ");
    for (sheet, name) in [(Sheet::Coverage, "Coverage"), (Sheet::Inventory, "Inventory")] {
        line =
            if sheet == state.sheet { line.strong(format!("[{name}]"), Role::Accent) } else { line.muted(format!(" {name} ")) };
    }
    let all = &model.world.assessment.policies;
    if state.filter.is_empty() {
        let own = match model.world.snapshot.number(Kind::NetworkPolicy) {
            Some(_) => counted(all.policies.len(), "NetworkPolicy", "NetworkPolicies"),
            None => "NetworkPolicies not known".to_owned(),
        };
        let others = if all.others.is_empty() { String::new() } else { format!(", {} of other kinds", count(all.others.len())) };
        return line.muted(format!("   {own}{others}"));
    }
    let (shown, all) = match state.sheet {
        Sheet::Coverage => (coverage::namespaces(model).len(), all.namespaces.len()),
        Sheet::Inventory => (table::policies(model).len(), all.all().count()),
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

/// The policies of the namespace, or the policy.
fn enter(model: &mut Model) {
    match model.policies.sheet {
        Sheet::Coverage => {
            if let Some(namespace) = coverage::row(model).map(|row| row.namespace.clone()) {
                model.namespace.show(namespace);
                model.show(Screen::Namespace);
            }
        }
        Sheet::Inventory => {
            if let Some(key) = table::policies(model).get(model.policies.inventory.at).map(|policy| table::key_of(policy)) {
                model.policy.show(key, Screen::Policies);
                model.show(Screen::Policy);
            }
        }
    }
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let head = Head::of(model, layout);
    head.draw(pen);
    let width = layout.width - layout.aside().map_or(0, |aside| aside + 2);
    let top = head.rows();
    let mut body = pen.part(0, top, width, room(model) + 1);
    match model.policies.sheet {
        Sheet::Coverage => coverage::draw(model, &mut body),
        Sheet::Inventory => {
            let policies = table::policies(model);
            table::draw(&policies, &model.policies.inventory, &nothing(model), &mut body);
        }
    }
}

/// What the bars mean, two to a line.
pub(crate) fn legend() -> Vec<Line> {
    let parts = coverage::legend();
    let line = |(nth, two): (usize, &[Line])| {
        let heading = Line::heading(if nth == 0 { "BARS" } else { "" }).to(4, 0);
        two.iter().fold(heading, |line, part| line.text("  ").join(part.clone()))
    };
    parts.chunks(2).enumerate().map(line).collect()
}

/// Where the pane stands below or beside a table whose heading is at `top`.
fn pane_area(layout: &Layout, top: usize) -> Area {
    if let Some(aside) = layout.aside() {
        return (layout.width - aside, top, aside, layout.rows - top);
    }
    let height = pane_height(layout) - 1;
    (0, layout.rows.saturating_sub(height), layout.width, height)
}

/// The namespace or the policy under the cursor.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let layout = layout(model);
    let area = pane_area(&layout, Head::of(model, &layout).rows());
    let width = area.2.saturating_sub(2);
    let lines = match model.policies.sheet {
        Sheet::Coverage => coverage::pane(model, width, layout.aside().is_some()),
        Sheet::Inventory => table::pane(table::policies(model).get(model.policies.inventory.at)?, width),
    };
    Some(Pane { area, lines })
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
    let what = match model.policies.sheet {
        Sheet::Coverage => "coverage",
        Sheet::Inventory => "list",
    };
    format!("cnitui policy {what}{}", cluster::place(model))
}

/// The call that lists the policies of a namespace; without one, all.
fn command_of(model: &Model, namespace: &str) -> String {
    let narrowed = if namespace.is_empty() { String::new() } else { format!(" -n {namespace}") };
    format!("cnitui policy list{}{narrowed}", cluster::place(model))
}

pub(crate) fn has_open(model: &Model) -> bool {
    !model.policies.filter.is_empty()
}

/// The namespace of what is under the cursor.
pub(super) fn namespace_here(model: &Model) -> Option<Text> {
    match model.policies.sheet {
        Sheet::Coverage => coverage::row(model).map(|row| row.namespace.clone()),
        Sheet::Inventory => table::policies(model).get(model.policies.inventory.at).map(|policy| policy.namespace.clone()),
    }
}

/// Whether there is a namespace to enter.
pub(crate) fn has_namespace(model: &Model) -> bool {
    model.policies.sheet == Sheet::Coverage && coverage::row(model).is_some()
}

/// Whether there is a policy to enter.
pub(crate) fn has_policy(model: &Model) -> bool {
    model.policies.sheet == Sheet::Inventory && !table::policies(model).is_empty()
}

/// Whether there is an open namespace to go to.
pub(crate) fn has_wrong(model: &Model) -> bool {
    model.policies.sheet == Sheet::Coverage && coverage::open_beside(model, Step::Next).is_some()
}

/// Whether there are rows that a filter could narrow, or one that does.
pub(crate) fn has_rows(model: &Model) -> bool {
    let policies = &model.world.assessment.policies;
    !(policies.namespaces.is_empty() && policies.policies.is_empty())
}

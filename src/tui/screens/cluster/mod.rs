//! Cluster: what runs here, is it well, and what is not known.
//!
//! The verdict stands first and never scrolls. `page` knows the rows, `draw` their words; `finding`, `agent`, `nodes` and `node`
//! are the screens one level in. Everything shown follows from the world; kept are only cursors and what is folded.

pub mod agent;
mod draw;
pub mod finding;
mod map;
pub mod node;
pub mod nodes;
mod page;
mod pane;

pub(crate) use draw::{draw, pane, title};

use super::Screen;
use super::policies::PolicyKey;
use crate::detect::Agent;
use crate::health::Object;
use crate::present::list_rule;
use crate::snapshot::{Kind, Origin, State as ListState, Text};
use crate::tui::action::{Action, Motion, Step};
use crate::tui::cursor::{Cursor, beside};
use crate::tui::keymap::turned;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::view::layout;
use page::Page;

/// Whether something is shown whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Folding {
    /// In short.
    #[default]
    Closed,
    /// Whole.
    Open,
}

impl Folding {
    pub(in crate::tui) fn turn(&mut self) {
        *self = match self {
            Self::Closed => Self::Open,
            Self::Open => Self::Closed,
        }
    }
}

/// Which of two columns the cursor is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Identity.
    #[default]
    Left,
    /// Policy.
    Right,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A finding, by its check and object.
    Finding(&'static str, Object),
    /// The symptoms of a finding.
    Symptoms(&'static str, Object),
    /// A row of who is here, by its label.
    Identity(&'static str),
    /// A row of what is enforced, by its label.
    Policy(&'static str),
    /// An agent, by namespace and name.
    Agent(Text, Text),
    /// The nodes.
    Nodes,
    /// A list.
    List(Kind),
    /// All lists.
    Lists,
    /// A change, by its number in the timeline.
    Change(usize),
}

/// Where the user is on this screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The row.
    pub cursor: Cursor<Key>,
    /// Which column, where identity and policy stand side by side.
    pub side: Side,
    /// Whether the evidence is shown.
    pub evidence: Folding,
    /// Whether the lists that are live are shown too.
    pub lists: Folding,
    /// The findings whose symptoms are folded.
    pub folded: Vec<(&'static str, Object)>,
}

/// What the cursor is on.
pub(crate) fn key(model: &Model) -> Option<Key> {
    Page::of(model).key(model.cluster.cursor.at)
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(Motion::Left) => model.cluster.side = Side::Left,
        Action::Move(Motion::Right) => model.cluster.side = Side::Right,
        Action::Move(motion) => with_page(model, |cursor, page| {
            cursor.step(motion, page.rows.len(), page.height(), |row| page.key(row));
        }),
        Action::Pane(step) => to_part(model, step),
        Action::Match(step) => to_wrong(model, step),
        Action::Evidence => model.cluster.evidence.turn(),
        Action::Out => model.cluster.evidence = Folding::Closed,
        Action::Nodes => model.show(Screen::Nodes),
        Action::In => enter(model),
        _ => {}
    }
    Vec::new()
}

/// Changes the cursor by what the page says.
fn with_page(model: &mut Model, change: impl FnOnce(&mut Cursor<Key>, &Page<'_>)) {
    let mut cursor = model.cluster.cursor.clone();
    change(&mut cursor, &Page::of(model));
    model.cluster.cursor = cursor;
}

fn enter(model: &mut Model) {
    match key(model) {
        Some(Key::Finding(id, object)) => {
            model.finding.show(id, object);
            model.show(Screen::Finding);
        }
        Some(Key::Symptoms(id, object)) => {
            let folded = &mut model.cluster.folded;
            match folded.iter().position(|known| (known.0, &known.1) == (id, &object)) {
                Some(at) => drop(folded.remove(at)),
                None => folded.push((id, object)),
            }
        }
        Some(Key::Agent(namespace, name)) => {
            model.agent.show(namespace, name);
            model.show(Screen::Agent);
        }
        Some(Key::Nodes) => model.show(Screen::Nodes),
        Some(Key::Change(number)) => enter_changed(model, number, Screen::Cluster),
        Some(Key::Lists) => model.cluster.lists.turn(),
        Some(Key::Identity(_) | Key::Policy(_) | Key::List(_)) => model.cluster.evidence.turn(),
        None => {}
    }
}

/// Where a change leads.
enum Lead {
    /// To what is wrong with the object.
    Finding(&'static str, Object),
    Node(Text),
    Policy(PolicyKey),
    Agent(Text, Text),
}

/// Where what changed has a screen: what is wrong with it first.
fn lead(model: &Model, number: usize) -> Option<Lead> {
    let object = model.arrivals.timeline.get(number)?.object.clone();
    let wrong = model.world.assessment.findings.iter().find(|finding| finding.object == object).map(|finding| finding.id);
    let Object { kind, namespace, name } = object.clone();
    Some(match (wrong, kind) {
        (Some(id), _) => Lead::Finding(id, object),
        (None, "Node") => Lead::Node(name),
        (None, "NetworkPolicy") => Lead::Policy((kind, namespace, name)),
        (None, _) if agent_named(model, &namespace, &name).is_some() => Lead::Agent(namespace, name),
        (None, _) => return None,
    })
}

/// Opens what changed, as far as it has a screen. `from` is where one comes back to.
pub(super) fn enter_changed(model: &mut Model, number: usize, from: Screen) {
    let screen = match lead(model, number) {
        Some(Lead::Finding(id, object)) => {
            model.finding.show(id, object);
            Screen::Finding
        }
        Some(Lead::Node(name)) => {
            model.node.show(name, Some(from));
            Screen::Node
        }
        Some(Lead::Policy(key)) => {
            model.policy.show(key, from);
            Screen::Policy
        }
        Some(Lead::Agent(namespace, name)) => {
            model.agent.show(namespace, name);
            Screen::Agent
        }
        None => return,
    };
    model.show(screen);
}

fn to_part(model: &mut Model, step: Step) {
    let (at, side) = {
        let page = Page::of(model);
        let starts = page.starts();
        let here = (model.cluster.cursor.at, model.cluster.side);
        let current = starts
            .iter()
            .rposition(|start| start.0 < here.0 || (start.0 == here.0 && (start.1 == Side::Left || here.1 == Side::Right)));
        match starts.get(turned(current.unwrap_or(0), starts.len(), step)) {
            Some(start) => *start,
            None => return,
        }
    };
    model.cluster.side = side;
    with_page(model, |cursor, page| {
        cursor.put(at, |row| page.key(row));
        // The part begins at the top, as far as there is more below.
        cursor.first = at.saturating_sub(1);
    });
}

fn to_wrong(model: &mut Model, step: Step) {
    with_page(model, |cursor, page| {
        if let Some(row) = beside(cursor.at, page.rows.len(), step, |row| page.is_wrong(row)) {
            cursor.put(row, |row| page.key(row));
        }
    });
}

pub(crate) fn settle(model: &mut Model) {
    with_page(model, |cursor, page| cursor.settle(page.rows.len(), page.height(), page.start(), |row| page.key(row)));
}

pub(crate) fn click(model: &mut Model, x: usize, y: usize) -> Option<Action> {
    let page = Page::of(model);
    let nth = y.checked_sub(page.head()).filter(|nth| *nth < page.height() && x < page.width())?;
    let side = if page.is_wide() && x >= page.right() { Side::Right } else { Side::Left };
    let row = model.cluster.cursor.first + nth;
    let known = page.key(row)?;
    let again = model.cluster.cursor.at == row && model.cluster.side == side;
    model.cluster.side = side;
    model.cluster.cursor.put(row, |_| Some(known.clone()));
    again.then_some(Action::In)
}

/// The remedy of a finding, the rule that gives a list, else the row.
pub(crate) fn copy(model: &Model) -> Option<String> {
    let page = Page::of(model);
    let known = page.key(model.cluster.cursor.at)?;
    match &known {
        Key::Finding(id, object) | Key::Symptoms(id, object) => {
            let finding = finding::find(model, id, object)?;
            Some(if finding.remedy.is_empty() { finding.message.clone() } else { finding.remedy.clone() })
        }
        Key::List(kind) if is_forbidden(model, *kind) => Some(list_rule(*kind)),
        _ => {
            let row = page.rows.get(model.cluster.cursor.at)?;
            Some(page.line(*row).plain().split_whitespace().collect::<Vec<_>>().join(" "))
        }
    }
}

/// Whether the row has a remedy to copy.
pub(crate) fn has_remedy(model: &Model) -> bool {
    matches!(key(model), Some(Key::Finding(..) | Key::Symptoms(..)))
}

/// Whether the row is a list that a rule would give.
pub(crate) fn has_rule(model: &Model) -> bool {
    matches!(key(model), Some(Key::List(kind)) if is_forbidden(model, kind))
}

fn is_forbidden(model: &Model, kind: Kind) -> bool {
    matches!(model.world.snapshot.sources.of(kind).state, ListState::Forbidden { .. })
}

pub(crate) fn command(model: &Model) -> String {
    format!("cnitui status{}", place(model))
}

/// A word as a shell takes it whole.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// How the command line names the place that is shown.
pub(super) fn place(model: &Model) -> String {
    match &model.world.snapshot.origin {
        Origin::None => String::new(),
        Origin::Live { context } => format!(" --context {}", quoted(context)),
        Origin::Files { name } | Origin::Saved { file: name, .. } => format!(" --from {}", quoted(name)),
        Origin::Demo { name } => format!(" --demo {}", quoted(name)),
    }
}

pub(crate) fn has_open(model: &Model) -> bool {
    model.cluster.evidence == Folding::Open
}

/// Whether `enter` does something.
pub(crate) fn has_row(model: &Model) -> bool {
    match key(model) {
        Some(Key::Finding(..) | Key::Agent(..) | Key::Nodes) => true,
        Some(Key::Symptoms(id, object)) => finding::find(model, id, &object).is_some_and(|found| found.symptoms.len() > 1),
        Some(Key::Change(number)) => lead(model, number).is_some(),
        Some(Key::Lists) => Kind::ALL.iter().any(|kind| model.world.snapshot.sources.is_live(*kind)),
        Some(Key::Identity(_) | Key::Policy(_) | Key::List(_)) => has_evidence(model),
        None => false,
    }
}

/// Whether evidence is not shown already, at the right.
pub(crate) fn has_evidence(model: &Model) -> bool {
    layout(model).aside().is_none()
}

/// Whether anything else is wrong to go to.
pub(crate) fn has_wrong(model: &Model) -> bool {
    let page = Page::of(model);
    beside(model.cluster.cursor.at, page.rows.len(), Step::Next, |row| page.is_wrong(row)).is_some()
}

/// Whether there are nodes to look at.
pub(crate) fn has_nodes(model: &Model) -> bool {
    !model.world.nodes.is_empty()
}

/// The path of a screen one level in.
pub(super) fn path(model: &Model, more: &[&str]) -> Line {
    let mut line = Line::heading("Cluster").muted(" › ").text(model.world.snapshot.origin.short_name());
    for part in more {
        line = line.muted(" › ").text(*part);
    }
    line
}

/// The agent of that name.
pub(super) fn agent_named<'m>(model: &'m Model, namespace: &str, name: &str) -> Option<&'m Agent> {
    model.world.assessment.detection.agents.iter().find(|agent| agent.namespace == *namespace && agent.name == *name)
}

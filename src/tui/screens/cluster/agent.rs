//! Agent: the pods of one workload, worst first, and why each is as it is.

use super::{agent_named, path};
use crate::detect;
use crate::health::{AgentHealth, AgentPod};
use crate::present::{Role, count};
use crate::snapshot::Text;
use crate::tui::action::{Action, Step};
use crate::tui::cursor::{Cursor, beside};
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut_middle, wrap};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::{Pane, seen};
use crate::tui::pen::Pen;
use crate::tui::screens::Screen;
use crate::tui::view::layout;

/// Rows above the pods: an empty one, what the controller says, an empty one, the headings.
const HEAD: usize = 4;

/// Which agent, and which of its pods.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Its namespace.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
    /// The pod, by name.
    pub cursor: Cursor<Text>,
}

impl State {
    pub(super) fn show(&mut self, namespace: Text, name: Text) {
        if (&self.namespace, &self.name) != (&namespace, &name) {
            *self = Self { namespace, name, cursor: Cursor::default() };
        }
    }
}

fn shown(model: &Model) -> Option<&detect::Agent> {
    agent_named(model, &model.agent.namespace, &model.agent.name)
}

fn health<'m>(model: &'m Model, agent: &detect::Agent) -> Option<&'m AgentHealth> {
    let at = model.world.assessment.detection.agents.iter().position(|known| known == agent)?;
    model.world.assessment.agents.iter().find(|health| health.agent == at)
}

fn pods(model: &Model) -> &[AgentPod] {
    shown(model).and_then(|agent| health(model, agent)).map_or(&[], |health| &health.pods)
}

fn key(model: &Model) -> impl Fn(usize) -> Option<Text> + '_ {
    |row| pods(model).get(row).map(|pod| pod.name.clone())
}

/// Rows of pods that are seen, and rows of the pane below.
fn heights(model: &Model) -> (usize, usize) {
    let layout = layout(model);
    let pane = if layout.is_airy() { 4 } else { 3 };
    (seen(pods(model).len(), layout.rows.saturating_sub(HEAD + pane)), pane)
}

pub(crate) fn title(model: &Model) -> Line {
    let agent = &model.agent;
    let kind = shown(model).map_or("", |agent| agent.kind.name());
    path(model, &[format!("{kind} {}/{}", agent.namespace, agent.name).trim_start()])
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let mut cursor = model.agent.cursor.clone();
    match action {
        Action::Move(motion) => cursor.step(motion, pods(model).len(), heights(model).0, key(model)),
        Action::Match(step) => {
            if let Some(row) = wrong_beside(model, step) {
                cursor.put(row, key(model));
            }
        }
        Action::In => {
            if let Some(node) = node(model) {
                model.node.show(node, Some(Screen::Agent));
                model.show(Screen::Node);
            }
        }
        _ => {}
    }
    model.agent.cursor = cursor;
    Vec::new()
}

/// The node of the pod under the cursor.
fn node(model: &Model) -> Option<Text> {
    pods(model).get(model.agent.cursor.at).map(|pod| pod.node.clone()).filter(|node| !node.is_empty())
}

/// Whether the pod under the cursor has a node to go to.
pub(crate) fn has_node(model: &Model) -> bool {
    node(model).is_some()
}

/// Whether a pod is not as it should be.
fn is_wrong(pod: &AgentPod) -> bool {
    !pod.ready || pod.reason.is_some()
}

/// The row of the next pod that is not.
fn wrong_beside(model: &Model, step: Step) -> Option<usize> {
    let pods = pods(model);
    beside(model.agent.cursor.at, pods.len(), step, |row| pods.get(row).is_some_and(is_wrong))
}

pub(crate) fn has_wrong(model: &Model) -> bool {
    wrong_beside(model, Step::Next).is_some()
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let Some(agent) = shown(model) else {
        pen.text(1, 1, "This workload is gone.", Role::Muted);
        return;
    };
    pen.line(1, 1, &summary(model, agent));
    let columns = Columns::of(model, layout.width);
    pen.line(1, HEAD - 1, &columns.heading());
    let cursor = &model.agent.cursor;
    let rows = heights(model).0;
    let shown = pods(model);
    for (y, pod) in shown.iter().skip(cursor.first).take(rows).enumerate() {
        if cursor.first + y == cursor.at {
            pen.select(HEAD + y);
            pen.text(0, HEAD + y, "▸", Role::Text);
        }
        pen.line(1, HEAD + y, &columns.row(pod));
    }
    let below = pen.height().saturating_sub(HEAD);
    pen.part(0, HEAD, layout.width, below).rest(cursor.first, rows, shown.len());
    if shown.is_empty() {
        pen.text(1, HEAD, "No pod of it can be seen.", Role::Muted);
    }
}

/// What the pod under the cursor is called in full, and why it is as it is.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let (layout, height) = (layout(model), heights(model).1 - 1);
    let pod = pods(model).get(model.agent.cursor.at)?;
    let area = (0, layout.rows - height, layout.width, height);
    Some(Pane { area, lines: about(pod, layout.width.saturating_sub(3)) })
}

/// What the controller says of the workload.
fn summary(model: &Model, agent: &detect::Agent) -> Line {
    let Some(health) = health(model, agent) else { return Line::of("Nothing is known of its pods.", Role::Muted) };
    let rollout = &health.rollout;
    if !rollout.is_told() {
        return Line::of("? ", Role::Unknown)
            .text("its controller has not reported on it")
            .muted(format!("   container {}", agent.container));
    }
    let of = |some: u32| format!("{} of {}", count(some as usize), count(rollout.desired as usize));
    let line = if rollout.ready < rollout.desired {
        Line::new().strong("✗ ", Role::Bad).strong(format!("{} ready", of(rollout.ready)), Role::Bad)
    } else {
        Line::new().then("✓ ", Role::Good).text(format!("{} ready", of(rollout.ready)))
    };
    let restarts = health.restarts.map_or_else(|| "?".to_owned(), |restarts| count(restarts as usize));
    let line = line.text(format!(", {} updated, {restarts} restarts", of(rollout.updated)));
    let line =
        if rollout.misscheduled > 0 { line.text(format!(", {} where none should be", rollout.misscheduled)) } else { line };
    line.muted(format!("   container {}", agent.container))
}

fn about(pod: &AgentPod, width: usize) -> Vec<Line> {
    let node = if pod.node.is_empty() { "no node yet".to_owned() } else { format!("on {}", pod.node) };
    let mut lines = vec![Line::new().strong(pod.name.as_str(), Role::Text).muted(format!("   {node}"))];
    let reason = pod.reason.as_deref().unwrap_or("Nothing is wrong with it.");
    lines.extend(wrap(reason, width).into_iter().map(|part| Line::of(part, Role::Text)));
    lines
}

/// Where the columns of pods stand.
struct Columns {
    pod: usize,
    node: usize,
    at: [usize; 6],
}

impl Columns {
    fn of(model: &Model, width: usize) -> Self {
        let pod = if width >= 100 { 40 } else { 24 };
        let node = if width >= 100 { 28 } else { 16 };
        let longest = |text: fn(&AgentPod) -> &Text, most: usize| {
            pods(model).iter().take(500).map(|pod| text(pod).chars().count()).max().unwrap_or(0).clamp(4, most)
        };
        let (pod, node) = (longest(|pod| &pod.name, pod), longest(|pod| &pod.node, node));
        let phase = pod + node + 5;
        Self { pod, node, at: [pod + 3, phase, phase + 10, phase + 17, phase + 27, phase + 38] }
    }

    fn heading(&self) -> Line {
        let mut line = Line::of("pod", Role::Muted);
        for (at, title) in self.at.iter().zip(["node", "phase", "ready", "restarts", "version", "reason"]) {
            line = line.to(*at, 1).muted(title);
        }
        line
    }

    fn row(&self, pod: &AgentPod) -> Line {
        let [node, phase, ready, restarts, version, reason] = self.at;
        let line = Line::of(cut_middle(&pod.name, self.pod, "…"), Role::Text);
        let line = line.to(node, 1).text(cut_middle(&pod.node, self.node, "…")).to(phase, 1).text(pod.phase).to(ready, 1);
        let line = if pod.ready { line.text("yes") } else { line.then("✗ no", Role::Bad) };
        let line = line.to(restarts, 1).text(count(pod.restarts as usize)).to(version, 1);
        let line = match &pod.version {
            Some(known) => line.text(known.as_str()),
            None => line.then("?", Role::Unknown),
        };
        line.to(reason, 1).text(pod.reason.as_deref().unwrap_or_default())
    }
}

/// The pods of an agent for the pane, the worst ones.
pub(super) fn lines(model: &Model, agent: &detect::Agent, width: usize) -> Vec<Line> {
    const MOST: usize = 20;
    let mut lines = vec![
        Line::heading(format!("{} {}/{}", agent.kind.name(), agent.namespace, agent.name)),
        summary(model, agent),
        Line::new(),
    ];
    let Some(health) = health(model, agent) else { return lines };
    for pod in health.pods.iter().take(MOST) {
        lines.extend(super::node::pod_lines(pod, width));
    }
    if health.pods.len() > MOST {
        lines.push(Line::of(format!("{} more", count(health.pods.len() - MOST)), Role::Muted));
    }
    lines
}

pub(crate) fn settle(model: &mut Model) {
    let mut cursor = model.agent.cursor.clone();
    cursor.settle(pods(model).len(), heights(model).0, 0, key(model));
    model.agent.cursor = cursor;
}

pub(crate) fn click(model: &mut Model, y: usize) -> Option<Action> {
    let nth = y.checked_sub(HEAD).filter(|nth| *nth < heights(model).0)?;
    let mut cursor = model.agent.cursor.clone();
    let row = cursor.first + nth;
    let again = cursor.at == row;
    cursor.put(row, key(model));
    model.agent.cursor = cursor;
    again.then_some(Action::In)
}

/// The pod under the cursor, as kubectl takes it.
pub(crate) fn copy(model: &Model) -> Option<String> {
    let pod = pods(model).get(model.agent.cursor.at)?;
    Some(format!("kubectl -n {} describe pod {}", model.agent.namespace, pod.name))
}

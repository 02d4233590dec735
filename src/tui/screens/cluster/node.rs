//! Node: what is known of one node, and what is wrong with it.

use super::pane::labelled;
use super::{nodes, path};
use crate::health::{AgentPod, Finding, NodeHealth};
use crate::present::{Role, age, count, finding_parts, severity_sign};
use crate::snapshot::{Condition, Node, Text};
use crate::tui::action::Action;
use crate::tui::keymap::moved;
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut_middle, wrap};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::Pane;
use crate::tui::pen::Pen;
use crate::tui::screens::Screen;
use crate::tui::view::layout;

/// Which node, and how far it is scrolled.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Its name.
    pub name: Text,
    /// The first line that is seen.
    pub first: usize,
    /// The screen that it was entered from, if that is not the list of nodes.
    pub from: Option<Screen>,
}

impl State {
    pub(in crate::tui) fn show(&mut self, name: Text, from: Option<Screen>) {
        *self = Self { name, first: 0, from };
    }
}

pub(crate) fn title(model: &Model) -> Line {
    path(model, &["Nodes", &model.node.name])
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => {
            let rows = layout(model).rows.saturating_sub(1);
            let last = body(model).len().saturating_sub(rows) + 1;
            model.node.first = moved(model.node.first, last, rows, motion);
        }
        Action::Neighbour(step) => {
            if let Some(name) = nodes::neighbour(model, &model.node.name, step) {
                model.node.show(name, model.node.from);
            }
        }
        _ => {}
    }
    Vec::new()
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let area = (0, 1, layout.width, layout.rows.saturating_sub(1));
    Pane { area, lines: body(model) }.draw(model.node.first, "", pen);
}

pub(crate) fn settle(model: &mut Model) {
    let rows = layout(model).rows.saturating_sub(1);
    model.node.first = model.node.first.min(body(model).len().saturating_sub(rows));
}

fn body(model: &Model) -> Vec<Line> {
    lines(model, &model.node.name, model.size.0.saturating_sub(3))
}

/// All about a node, at most `width` wide.
pub(super) fn lines(model: &Model, name: &str, width: usize) -> Vec<Line> {
    let facts = model.world.snapshot.nodes.iter().find(|node| node.name == *name);
    let health = model.world.assessment.nodes.iter().find(|node| node.name == *name);
    let (Some(facts), Some(health)) = (facts, health) else {
        return vec![Line::of(format!("There is no node {name} any more."), Role::Muted)];
    };
    let mut lines = vec![Line::new().strong(name, Role::Text).muted(format!("   {}", placed(facts)))];
    lines.extend(labelled("node", &machine(facts, health), width, Role::Text));
    lines.extend(labelled("network", &network(facts, health), width, Role::Text));
    for taint in facts.taints.iter() {
        let value = if taint.value.is_empty() { String::new() } else { format!("={}", taint.value) };
        lines.extend(labelled("taint", &format!("{}{value}:{}", taint.key, taint.effect), width, Role::Text));
    }
    lines.extend(conditions(model, name, width));
    let agents = pods_on(model, name);
    if !agents.is_empty() {
        lines.push(Line::new());
        lines.push(Line::heading("AGENT PODS"));
        lines.extend(agents.into_iter().flat_map(|pod| pod_lines(pod, width)));
    } else if !model.world.assessment.agents.is_empty() {
        lines.extend(labelled("agents", "no agent pod on it", width, Role::Text));
    }
    let is_on = |finding: &&Finding| finding.nodes.iter().any(|node| node == name);
    let found: Vec<_> = model.world.assessment.findings.iter().filter(is_on).collect();
    if !found.is_empty() {
        lines.push(Line::new());
        lines.push(Line::heading("FINDINGS"));
    }
    for finding in found {
        let (sign, role) = severity_sign(finding.severity);
        let since = finding.since.map_or(String::new(), |since| age(since, model.moment()));
        let (subject, message) = finding_parts(finding);
        let text = if subject == name { message } else { format!("{subject} {message}") };
        for (nth, part) in wrap(&text, width.saturating_sub(8).max(20)).into_iter().enumerate() {
            let start =
                if nth == 0 { Line::new().strong(sign, role).muted(format!(" {since:<4} ")) } else { Line::new().to(7, 0) };
            lines.push(start.text(part));
        }
        if !finding.remedy.is_empty() {
            lines.extend(
                wrap(&finding.remedy, width.saturating_sub(12).max(20))
                    .into_iter()
                    .map(|part| Line::new().to(7, 0).then(part, Role::Accent)),
            );
        }
    }
    lines
}

fn placed(node: &Node) -> String {
    let zone = node.labels.get("topology.kubernetes.io/zone").map_or("", |zone| zone.as_str());
    [zone, if node.unschedulable { "cordoned" } else { "" }]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("   ")
}

fn machine(node: &Node, health: &NodeHealth) -> String {
    let ready = match health.ready {
        Some(true) => "Ready: the kubelet reports.",
        Some(false) => "NotReady.",
        None => "It does not report.",
    };
    let known = [("kernel ", &node.kernel), ("", &node.os_image), ("kubelet ", &node.kubelet), ("", &node.runtime)];
    let parts: Vec<String> =
        known.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| format!("{name}{text}")).collect();
    format!("{ready} {}", parts.join(", "))
}

fn network(node: &Node, health: &NodeHealth) -> String {
    let cidrs = node.pod_cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let cidrs = if cidrs.is_empty() { "no podCIDR".to_owned() } else { format!("podCIDR {cidrs}") };
    let takes = health.pod_capacity.map_or(String::new(), |takes| format!(" of {}", count(takes as usize)));
    let ips = node.internal_ips.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let unavailable = if health.network_unavailable == Some(true) { ", NetworkUnavailable" } else { "" };
    let pods = health.pods.map_or_else(|| "?".to_owned(), count);
    format!("{cidrs}, {pods}{takes} pods, address {ips}{unavailable}")
}

/// The conditions of a node that are not as they should be, at most `width` wide.
pub(super) fn conditions(model: &Model, name: &str, width: usize) -> Vec<Line> {
    let Some(node) = model.world.snapshot.nodes.iter().find(|node| node.name == *name) else { return Vec::new() };
    let is_wrong = |condition: &&Condition| condition.status != if condition.kind == "Ready" { "True" } else { "False" };
    let lines = |condition: &Condition| {
        let since = condition.since.map_or(String::new(), |since| format!("   {}", age(since, model.moment())));
        let role = if condition.status == "Unknown" { Role::Unknown } else { Role::Bad };
        let says = labelled("", &format!("{}: {}", condition.reason, condition.message), width, Role::Text);
        let first = Line::of("condition", Role::Muted).to(10, 1).then(format!("{}={}", condition.kind, condition.status), role);
        [first.muted(since)].into_iter().chain(says).collect::<Vec<_>>()
    };
    node.conditions.iter().filter(is_wrong).flat_map(lines).collect()
}

fn pods_on<'m>(model: &'m Model, name: &str) -> Vec<&'m AgentPod> {
    model.world.assessment.agents.iter().flat_map(|agent| &agent.pods).filter(|pod| pod.node == *name).collect()
}

/// An agent's pod, its reason beneath where `width` is small.
pub(super) fn pod_lines(pod: &AgentPod, width: usize) -> Vec<Line> {
    const ROOMY: usize = 90;
    let name = cut_middle(&pod.name, if width >= ROOMY { 50 } else { 26 }, "…");
    let line = if pod.ready { Line::of("· ", Role::Muted) } else { Line::new().strong("✗ ", Role::Bad) };
    let line = line.text(name).text(format!("  {}, {} restarts", pod.phase, count(pod.restarts as usize)));
    let line = match &pod.version {
        Some(version) => line.text(format!(", {version}")),
        None => line,
    };
    match &pod.reason {
        Some(reason) if width >= ROOMY => vec![line.text(format!(", {reason}"))],
        Some(reason) => {
            let beneath =
                wrap(reason, width.saturating_sub(2).max(20)).into_iter().map(|part| Line::of(format!("  {part}"), Role::Text));
            [line].into_iter().chain(beneath).collect()
        }
        None => vec![line],
    }
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    (!model.node.name.is_empty()).then(|| format!("kubectl describe node {}", model.node.name))
}

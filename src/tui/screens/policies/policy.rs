//! Policy: one of them, whom it selects, and its rules in words; `e` shows its YAML instead, or beside where there is room.

use super::PolicyKey;
use crate::policy::{Direction, Policy, PolicyRef, PolicySummary};
use crate::present::{Role, RuleWords, count, lowered_policy, policy_sentence, policy_yaml, rule_words, section_words};
use crate::snapshot::Pod;
use crate::tui::action::{Action, Step};
use crate::tui::keymap::{moved, turned};
use crate::tui::layout::Layout;
use crate::tui::line::{Line, wrap};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::{Area, Pane};
use crate::tui::pen::Pen;
use crate::tui::screens::Screen;
use crate::tui::view::layout;
use std::sync::Arc;

/// What is shown of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// Its rules.
    #[default]
    Words,
    /// What was read of it.
    Yaml,
}

/// Which policy, and how far it is scrolled.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Kind, namespace, name.
    pub key: PolicyKey,
    /// The first line that is seen.
    pub first: usize,
    /// What is shown of it.
    pub shown: Shown,
    /// The screen that it was entered from.
    pub from: Option<Screen>,
}

impl State {
    /// Goes to a policy, from a screen.
    pub(in crate::tui) fn show(&mut self, key: PolicyKey, from: Screen) {
        *self = Self { key, from: Some(from), ..Self::default() };
    }
}

fn reference(model: &Model) -> PolicyRef {
    let (kind, namespace, name) = model.policy.key.clone();
    PolicyRef { kind, namespace, name }
}

fn summary(model: &Model) -> Option<&PolicySummary> {
    model.world.assessment.policies.all().find(|policy| super::table::key_of(policy) == model.policy.key)
}

pub(crate) fn title(model: &Model) -> Line {
    let (kind, namespace, name) = &model.policy.key;
    let line = Line::heading("Policies").muted(" › ").text(model.world.snapshot.origin.short_name());
    let line = if namespace.is_empty() { line } else { line.muted(" › ").text(namespace.as_str()) };
    line.muted(" › ").text(name.as_str()).muted(format!("   {kind}"))
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => {
            let text = text(model);
            model.policy.first = moved(model.policy.first, text.last() + 1, text.area.3, motion);
        }
        Action::Evidence => {
            model.policy.first = 0;
            model.policy.shown = match model.policy.shown {
                Shown::Words => Shown::Yaml,
                Shown::Yaml => Shown::Words,
            }
        }
        Action::Out => model.policy.shown = Shown::Words,
        Action::Neighbour(step) => to_neighbour(model, step),
        _ => {}
    }
    Vec::new()
}

/// The policies of its namespace, or those that pass the filter.
fn near(model: &Model) -> Vec<&PolicySummary> {
    match model.policy.from {
        Some(Screen::Policies) => super::table::policies(model),
        _ => super::namespace::policies(model),
    }
}

/// Whether there is another policy near it.
pub(crate) fn has_neighbour(model: &Model) -> bool {
    near(model).iter().any(|policy| super::table::key_of(policy) != model.policy.key)
}

/// The policy before or after it.
fn to_neighbour(model: &mut Model, step: Step) {
    let (from, shown) = (model.policy.from, model.policy.shown);
    let near = near(model);
    let at = near.iter().position(|policy| super::table::key_of(policy) == model.policy.key).unwrap_or(0);
    let Some(key) = near.get(turned(at, near.len(), step)).map(|policy| super::table::key_of(policy)) else { return };
    model.namespace.cursor.key = Some(key.clone());
    model.policies.inventory.key = Some(key.clone());
    model.policy = State { key, from, shown, first: 0 };
}

pub(crate) fn has_open(model: &Model) -> bool {
    model.policy.shown == Shown::Yaml
}

/// Whether the YAML does not stand beside already.
pub(crate) fn has_evidence(model: &Model) -> bool {
    layout(model).aside().is_none()
}

fn area(layout: &Layout) -> Area {
    (0, 1, layout.width - layout.aside().map_or(0, |aside| aside + 2), layout.rows.saturating_sub(1))
}

/// What fills the screen.
fn text(model: &Model) -> Pane {
    let area = area(&layout(model));
    let width = area.2.saturating_sub(3).min(100);
    let lines = match model.policy.shown {
        Shown::Yaml if has_evidence(model) => yaml(model),
        _ => words(model, width),
    };
    Pane { area, lines }
}

pub(crate) fn draw(model: &Model, _layout: &Layout, pen: &mut Pen<'_>) {
    text(model).draw(model.policy.first, "", pen);
}

/// The YAML at the right, where there is room.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let layout = layout(model);
    let aside = layout.aside()?;
    Some(Pane { area: (layout.width - aside, 1, aside, layout.rows.saturating_sub(1)), lines: yaml(model) })
}

fn yaml(model: &Model) -> Vec<Line> {
    let text = policy_yaml(&model.world.snapshot, &reference(model)).unwrap_or_default();
    let note = Line::heading("YAML").muted("   of what is read; kubectl prints the rest");
    [note, Line::new()].into_iter().chain(text.lines().map(|line| Line::of(line, Role::Text))).collect()
}

fn words(model: &Model, width: usize) -> Vec<Line> {
    let Some(summary) = summary(model) else {
        return vec![Line::of("There is no such policy any more.", Role::Muted)];
    };
    let sentence = crate::present::capitalised(&policy_sentence(summary));
    let mut lines: Vec<Line> = wrap(&sentence, width).into_iter().map(|part| Line::new().strong(part, Role::Text)).collect();
    let judged = &model.world.assessment.detection.policy;
    lines.extend(wrap(&judged.sentence, width).into_iter().map(|part| Line::of(part, Role::Text)));
    let Some(policy) = lowered_policy(&model.world.snapshot, &reference(model)) else {
        let shows = Line::of("to read it   ", Role::Muted).text(super::table::kubectl(summary));
        return lines.into_iter().chain([Line::new(), shows]).collect();
    };
    for (direction, enforced) in Direction::BOTH.into_iter().zip([judged.ingress, judged.egress]) {
        let heading = Line::heading(direction.name().to_uppercase());
        lines.extend([Line::new(), heading.muted(format!("   {}", section_words(&policy, direction, enforced)))]);
        let rules = rule_words(&policy, direction);
        lines.extend(rules.iter().enumerate().flat_map(|(nth, rule)| rule_lines(nth, rule, direction, width)));
    }
    lines.extend(selected(model, &policy, summary.selected.unwrap_or_default(), width));
    lines
}

/// A rule: its number and what it does, each peer on a line of its own, then the ports.
fn rule_lines(nth: usize, rule: &RuleWords, direction: Direction, width: usize) -> Vec<Line> {
    const INDENT: usize = 11;
    let way = if direction == Direction::Ingress { "from" } else { "to" };
    let room = width.saturating_sub(INDENT + 5);
    let mut lines = Vec::new();
    let mut add = |label: String, name: &str, text: &str, role| {
        for (part, words) in wrap(text, room).into_iter().enumerate() {
            let (label, name) = if part == 0 { (label.as_str(), name) } else { ("", "") };
            let line = Line::of(label, Role::Muted).to(INDENT, 0).muted(format!("{name:<5}"));
            lines.push(line.then(words, role));
        }
    };
    for (at, peer) in rule.peers.iter().enumerate() {
        let label = if at == 0 { format!("{nth:<3}{}", rule.does) } else { String::new() };
        add(label, if at == 0 { way } else { "or" }, peer, Role::Text);
    }
    add(String::new(), "port", &rule.ports, Role::Text);
    if let Some(unread) = &rule.unread {
        add(String::new(), "!", unread, Role::Warn);
    }
    lines
}

/// The pods it selects, as many names as are of use.
fn selected(model: &Model, policy: &Policy, all: usize, width: usize) -> Vec<Line> {
    const MOST: usize = 40;
    let namespace = &policy.origin.namespace;
    let is_selected = |pod: &&Arc<Pod>| {
        pod.namespace == *namespace && !pod.host_network && !pod.phase.finished() && policy.subject.pods.matches(&pod.labels)
    };
    if namespace.is_empty() || all == 0 {
        return Vec::new();
    }
    let names = model.world.snapshot.pods.iter().filter(is_selected).take(MOST).map(|pod| pod.name.as_str());
    let names = names.collect::<Vec<_>>().join(", ");
    let more = if all > MOST { format!(" and {} more", count(all - MOST)) } else { String::new() };
    let heading = Line::heading("PODS").muted(format!("   {}", count(all)));
    let names = wrap(&format!("{names}{more}"), width).into_iter().map(|part| Line::of(part, Role::Text));
    [Line::new(), heading].into_iter().chain(names).collect()
}

pub(crate) fn settle(model: &mut Model) {
    model.policy.first = model.policy.first.min(text(model).last());
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    summary(model).map(super::table::kubectl)
}

pub(crate) fn command(model: &Model) -> String {
    super::command_of(model, &model.policy.key.1)
}

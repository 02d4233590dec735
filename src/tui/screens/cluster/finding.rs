//! Finding: one thing that is wrong; where, since when, why it matters, what to do, and who says so.

use super::pane::labelled;
use super::{node, path};
use crate::health::{AgentPod, Finding, Object};
use crate::present::{Role, age, finding_sentence, severity_sign};
use crate::snapshot::{Kind, Text};
use crate::tui::action::{Action, Motion};
use crate::tui::keymap::{moved, turned};
use crate::tui::layout::Layout;
use crate::tui::line::{Line, wrap};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::Pane;
use crate::tui::pen::Pen;
use crate::tui::status::clock;
use crate::tui::view::layout;

/// Which finding, and how far it is scrolled.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Its check.
    pub id: &'static str,
    /// Its object.
    pub object: Object,
    /// The first line that is seen.
    pub first: usize,
}

impl State {
    pub(super) fn show(&mut self, id: &'static str, object: Object) {
        *self = Self { id, object, first: 0 };
    }
}

/// The finding of that check about that object, as long as there is one.
pub(super) fn find<'m>(model: &'m Model, id: &str, object: &Object) -> Option<&'m Finding> {
    position(model, id, object).and_then(|at| model.world.assessment.findings.get(at))
}

fn position(model: &Model, id: &str, object: &Object) -> Option<usize> {
    model.world.assessment.findings.iter().position(|finding| finding.id == id && finding.object == *object)
}

fn shown(model: &Model) -> Option<&Finding> {
    find(model, model.finding.id, &model.finding.object)
}

pub(crate) fn title(model: &Model) -> Line {
    let all = model.world.assessment.findings.len();
    let nth = position(model, model.finding.id, &model.finding.object);
    let of = nth.map_or(String::new(), |at| format!("   {} of {all}", at + 1));
    path(model, &["Finding"]).muted(of)
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => {
            let (len, rows) = (body(model).len(), layout(model).rows);
            let last = len.saturating_sub(rows.saturating_sub(1)) + 1;
            model.finding.first =
                moved(model.finding.first, last, rows, if motion == Motion::Left { Motion::Up } else { motion });
        }
        Action::Neighbour(step) | Action::Match(step) => {
            let findings = &model.world.assessment.findings;
            let at = position(model, model.finding.id, &model.finding.object).unwrap_or(0);
            let next = findings.get(turned(at, findings.len(), step)).map(|finding| (finding.id, finding.object.clone()));
            if let Some((id, object)) = next {
                model.cluster.cursor.key = Some(super::Key::Finding(id, object.clone()));
                model.finding.show(id, object);
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Whether there is another finding.
pub(crate) fn has_neighbour(model: &Model) -> bool {
    let findings = &model.world.assessment.findings;
    findings.len() > usize::from(shown(model).is_some())
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let area = (0, 1, layout.width, layout.rows.saturating_sub(1));
    Pane { area, lines: body(model) }.draw(model.finding.first, "", pen);
}

fn body(model: &Model) -> Vec<Line> {
    lines(model, model.finding.id, &model.finding.object, model.size.0.saturating_sub(3))
}

/// All about a finding, at most `width` wide.
pub(super) fn lines(model: &Model, id: &str, object: &Object, width: usize) -> Vec<Line> {
    let Some(finding) = find(model, id, object) else {
        let gone = format!("{object} is not found any more: what was wrong is over, or cannot be seen now.");
        return wrap(&gone, width.min(super::page::SENTENCE)).into_iter().map(|part| Line::of(part, Role::Muted)).collect();
    };
    let (sign, role) = severity_sign(finding.severity);
    let mut lines = Vec::new();
    for (nth, part) in wrap(&finding_sentence(finding, model.moment()), width.saturating_sub(2).min(super::page::SENTENCE))
        .into_iter()
        .enumerate()
    {
        lines.push(Line::new().strong(if nth == 0 { format!("{sign} ") } else { "  ".into() }, role).strong(part, role));
    }
    lines.push(Line::new());
    lines.extend(labelled("where", &place(finding), width, Role::Text));
    if let Some(since) = finding.since {
        lines.extend(labelled("since", &format!("{}, {} ago", clock(since), age(since, model.moment())), width, Role::Text));
    }
    if let Some(guess) = &finding.likely {
        lines.extend(labelled("likely", guess, width, Role::Text));
    }
    lines.extend(labelled("matters", &finding.why, width, Role::Text));
    lines.extend(labelled("do", &finding.remedy, width, Role::Accent));
    lines.extend(labelled("source", &finding.source, width, Role::Muted));
    lines.extend(labelled("check", finding.id, width, Role::Muted));
    if !finding.symptoms.is_empty() {
        lines.push(Line::new());
        lines.push(Line::heading("SYMPTOMS"));
        lines.extend(finding.symptoms.iter().flat_map(|symptom| wrap(symptom, width)).map(|part| Line::of(part, Role::Text)));
    }
    let mut seen = super::pane::evidence("EVIDENCE", &finding.evidence, width);
    if finding.evidence.is_empty() {
        seen.truncate(1);
    }
    seen.extend(evidence(model, finding, width));
    if seen.len() > 1 {
        lines.push(Line::new());
        lines.extend(seen);
    }
    lines
}

/// The object, and the nodes that it is on.
fn place(finding: &Finding) -> String {
    const MOST: usize = 20;
    let others: Vec<&str> = finding.nodes.iter().map(Text::as_str).filter(|node| *node != finding.object.name.as_str()).collect();
    let more = if others.len() > MOST { format!(" and {} more", others.len() - MOST) } else { String::new() };
    match others.get(..MOST.min(others.len())) {
        None | Some([]) => finding.object.to_string(),
        Some(some) => format!("{}, on {}{more}", finding.object, some.join(", ")),
    }
}

/// What the lists say of the object.
fn evidence(model: &Model, finding: &Finding, width: usize) -> Vec<Line> {
    const MOST: usize = 12;
    let object = &finding.object;
    let pods = |of: fn(&AgentPod, &Object) -> bool| {
        let all = model.world.assessment.agents.iter().flat_map(|agent| &agent.pods).filter(move |pod| of(pod, object));
        all.take(MOST).flat_map(move |pod| node::pod_lines(pod, width))
    };
    match object.kind {
        kind if kind == Kind::Node.name() => {
            let mut lines = node::conditions(model, &object.name, width);
            lines.extend(pods(|pod, object| pod.node == object.name));
            lines
        }
        "Pod" => pods(|pod, object| pod.name == object.name).collect(),
        kind => {
            let detection = &model.world.assessment.detection;
            let is_it = |at: usize| {
                detection.agents.get(at).is_some_and(|agent| {
                    agent.kind.name() == kind && agent.namespace == object.namespace && agent.name == object.name
                })
            };
            let agents = model.world.assessment.agents.iter().filter(|health| is_it(health.agent));
            agents
                .flat_map(|health| &health.pods)
                .filter(|pod| pod.reason.is_some() || !pod.ready)
                .take(MOST)
                .flat_map(move |pod| node::pod_lines(pod, width))
                .collect()
        }
    }
}

pub(crate) fn settle(model: &mut Model) {
    let rows = layout(model).rows.saturating_sub(1);
    model.finding.first = model.finding.first.min(body(model).len().saturating_sub(rows));
}

/// Whether there is a remedy to copy.
pub(crate) fn has_remedy(model: &Model) -> bool {
    shown(model).is_some_and(|finding| !finding.remedy.is_empty())
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    let finding = shown(model)?;
    Some(if finding.remedy.is_empty() { finding.message.clone() } else { finding.remedy.clone() })
}

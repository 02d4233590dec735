//! What the pane says about the thing under the cursor: evidence, the finding, the list, the pods of an agent.
//!
//! The screens one level in say the same at length, so they share these lines.

use super::{Key, agent, agent_named, finding, nodes};
use crate::detect::Evidence;
use crate::present::{Role, age, change_subject, list_row, list_rule};
use crate::tui::line::{Line, wrap};
use crate::tui::model::Model;

/// The lines about `key`, at most `width` wide.
pub(super) fn lines(model: &Model, key: Option<&Key>, width: usize) -> Vec<Line> {
    let detection = &model.world.assessment.detection;
    match key {
        Some(Key::Finding(id, object) | Key::Symptoms(id, object)) => finding::lines(model, id, object, width),
        Some(Key::Policy(_)) => evidence("EVIDENCE of enforcement", &detection.policy.evidence, width),
        Some(Key::Agent(namespace, name)) => match agent_named(model, namespace, name) {
            Some(known) => agent::lines(model, known, width),
            None => Vec::new(),
        },
        Some(Key::Nodes) => nodes::lines(model, width),
        Some(Key::List(kind)) => {
            let row = list_row(&model.world.snapshot, *kind, model.moment());
            let mut lines = vec![Line::heading(kind.name()).text(format!("   {}", row.state))];
            lines.extend(labelled("gives", row.gives, width, Role::Text));
            lines.extend(labelled("now", &row.detail, width, Role::Text));
            lines.extend(labelled("needs", &list_rule(*kind), width, Role::Text));
            lines
        }
        Some(Key::Change(number)) => model.arrivals.timeline.get(*number).map_or_else(Vec::new, |change| {
            let mut lines = vec![Line::new().strong(change_subject(change), Role::Text)];
            lines.extend(labelled("seen", &format!("{} ago", age(change.at, model.moment())), width, Role::Text));
            lines.extend(labelled("changed", &change.what, width, Role::Text));
            lines
        }),
        Some(Key::Identity(_) | Key::Lists) | None => {
            let mut lines = evidence("EVIDENCE of identity", &detection.network.evidence, width);
            for also in &detection.also {
                lines.push(Line::new());
                lines.extend(evidence(&format!("EVIDENCE of {}", also.provider), &also.evidence, width));
            }
            lines
        }
    }
}

/// Objects, and what each says.
pub(super) fn evidence(title: &str, evidence: &[Evidence], width: usize) -> Vec<Line> {
    let mut lines = vec![Line::heading(title)];
    for one in evidence {
        lines.extend(wrap(&one.object, width).into_iter().map(|part| Line::of(part, Role::Text)));
        lines.extend(wrap(&one.says, width.saturating_sub(2)).into_iter().map(|part| Line::of(format!("  {part}"), Role::Muted)));
    }
    if evidence.is_empty() {
        lines.push(Line::of("none was seen", Role::Muted));
    }
    lines
}

/// A label and its text, wrapped beside it.
pub(super) fn labelled(label: &str, text: &str, width: usize, role: Role) -> Vec<Line> {
    const LABEL: usize = 10;
    let parts = wrap(text, width.saturating_sub(LABEL).clamp(20, super::page::SENTENCE));
    let line =
        |(nth, part): (usize, String)| Line::of(if nth == 0 { label } else { "" }, Role::Muted).to(LABEL, 0).then(part, role);
    parts.into_iter().enumerate().map(line).collect()
}

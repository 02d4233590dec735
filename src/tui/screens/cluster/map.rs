//! The map of nodes: one mark each, or the worst of several, part by part; and which nodes pass the filter.
//!
//! What does not pass stays on the map and steps back, so that a filter shows where its nodes are among the others.

use crate::catalog::FilterError;
use crate::present::{Grouping, Mark, Role, count, nodes_a_mark};
use crate::tui::line::{Line, cut_middle};
use crate::tui::model::Model;
use crate::tui::screens::terms;

/// What is wrong with a filter of nodes.
pub(super) fn check(text: &str) -> Result<(), FilterError> {
    terms::check(text, &Grouping::ALL.map(Grouping::name))
}

/// Of every node, in the order of the assessment, whether it passes. Words are looked for in its name and in what is wrong.
pub(super) fn passing(model: &Model) -> Vec<bool> {
    let (nodes, filter) = (&model.world.nodes, model.nodes.filter.as_str());
    let mut passing = vec![filter.is_empty(); nodes.len()];
    for group in nodes.groups.iter().filter(|_| !filter.is_empty()) {
        let reason = group.reason.to_lowercase();
        for at in &group.nodes {
            let (Some(node), Some(says)) = (model.world.assessment.nodes.get(*at), nodes.says.get(*at)) else { continue };
            let pass = terms::hold(filter, |column, value| {
                match Grouping::ALL.into_iter().find(|grouping| Some(grouping.name()) == column) {
                    Some(grouping) => says[grouping as usize].to_lowercase().contains(value),
                    None => node.name.contains(value) || reason.contains(value),
                }
            });
            if let Some(passes) = passing.get_mut(*at) {
                *passes = pass;
            }
        }
    }
    passing
}

/// The marks of every part in at most `most` lines, and how many nodes one mark is.
pub(super) fn map(model: &Model, passing: &[bool], width: usize, most: usize) -> (Vec<Line>, usize) {
    let parts = &model.world.nodes.parts[model.nodes.grouping as usize];
    let none = format!("no {}", model.nodes.grouping.name());
    let called = |name: &str| if name.is_empty() { none.clone() } else { name.to_owned() };
    let named = parts.iter().map(|(name, _)| called(name).chars().count()).max().unwrap_or(0).min(20);
    let counts = parts.iter().map(|(_, places)| count(places.len()).len()).max().unwrap_or(0);
    let label = if parts.len() > 1 { named + counts + 5 } else { 0 };
    let room = width.saturating_sub(label).max(1);
    let lines = |nodes: usize, each: usize| nodes.div_ceil(each).div_ceil(room);
    let most = most.max(parts.len().min(most + 2));
    let each = nodes_a_mark(|each| parts.iter().map(|(_, places)| lines(places.len(), each)).sum::<usize>() <= most);
    let mut drawn = Vec::new();
    for (name, places) in parts {
        let marks: Vec<Option<Mark>> = places.chunks(each.max(1)).map(|some| worst(model, passing, some)).collect();
        for (nth, part) in marks.chunks(room).enumerate() {
            let line = match (label, nth) {
                (0, _) => Line::new(),
                (_, 0) => {
                    let number = count(places.len());
                    Line::of(cut_middle(&called(name), named, "…"), Role::Text)
                        .to(label - 3 - number.len(), 1)
                        .muted(number)
                        .to(label, 1)
                }
                _ => Line::new().to(label, 0),
            };
            drawn.push(line.join(strip(part, model.nodes.filter.is_empty())));
        }
    }
    // More parts than lines: the last line says how many are not drawn.
    if drawn.len() > most {
        let hidden = drawn.len() - most + 1;
        drawn.truncate(most - 1);
        drawn.push(Line::of(format!("{} more lines of marks", count(hidden)), Role::Muted));
    }
    (drawn, each)
}

/// The worst of those that pass; none where none does.
fn worst(model: &Model, passing: &[bool], places: &[usize]) -> Option<Mark> {
    let marks = &model.world.nodes.marks;
    let passes = |at: &&usize| passing.get(**at).copied().unwrap_or_default();
    places.iter().filter(passes).filter_map(|at| marks.get(*at)).min().copied()
}

/// Marks in a row. Of a filter, a node that passes and is well stands out from those that do not pass.
pub(super) fn strip(marks: &[Option<Mark>], is_whole: bool) -> Line {
    let mut line = Line::new();
    for same in marks.chunk_by(|a, b| a == b) {
        let mark = same.first().copied().flatten();
        let (sign, role) = mark.unwrap_or_default().sign();
        let text = sign.repeat(same.len());
        line = match (mark, role) {
            (Some(_), Role::Muted) if !is_whole => line.strong(text, Role::Good),
            (_, Role::Muted) => line.muted(text),
            _ => line.strong(text, role),
        };
    }
    line
}

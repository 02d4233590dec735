//! Namespaces by namespaces, or one row or column of them as a list, and below them the workloads of the two under the cursor.

use super::lattice::Lattice;
use super::sight::{Cell, Part, Sight, Space};
use super::{pair, pair_title, passes, sight, zoom};
use crate::detect::Verdict;
use crate::policy::Openness;
use crate::present::{Role, counted, openness_sign, outside_sentence, share_sentence, share_words, verdict_sign};
use crate::snapshot::{Kind, Origin};
use crate::tui::action::Action;
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut, cut_middle, wrap_within};
use crate::tui::model::Model;
use crate::tui::pane::{Pane, seen};
use crate::tui::pen::Pen;
use crate::tui::status::spinner;
use crate::tui::view::layout;
use std::ops::RangeInclusive;

/// Width of a column of the grid.
const PITCH: RangeInclusive<usize> = 10..=17;
/// Where sentences end at the latest.
const SENTENCE: usize = 100;

fn lattice(model: &Model) -> Lattice {
    let spaces = sight(model).map_or(&[][..], |sight| &sight.spaces);
    Lattice::of(spaces.iter().map(Space::title), spaces.len(), PITCH, layout(model).width)
}

/// How many columns of the grid are seen.
pub(super) fn columns(model: &Model) -> usize {
    lattice(model).columns(layout(model).width)
}

/// What is to be said before anything else: what is open to everybody, what cannot be told, and whether anybody enforces it.
pub(super) fn verdict(model: &Model) -> Vec<Line> {
    let width = layout(model).width.saturating_sub(4).min(SENTENCE);
    let Some(sight) = sight(model) else {
        return vec![Line::new().strong(spinner(model.now), Role::Unknown).text(" Reading the policies.")];
    };
    let world = &sight.asked.world;
    // Of policies and namespaces that are not known the pairs say so themselves.
    let has_pods = world.snapshot.sources.is_live(Kind::Pod)
        || !matches!(world.snapshot.origin, Origin::Live { .. }) && sight.spaces.len() > 1;
    let is_open = |(space, (sure, _)): &(&Space, &Cell)| !space.is_outside() && sure.openness() == Openness::Open;
    let open: Vec<&str> =
        sight.spaces.iter().zip(sight.from_outside.iter()).filter(is_open).map(|(space, _)| space.title()).collect();
    let unknown = match sight.unknown() {
        0 => String::new(),
        unknown => format!(" {} cannot be told.", counted(unknown as usize, "pair", "pairs")),
    };
    let policies = world.snapshot.policies.len() + world.snapshot.cluster_policies.len() + world.snapshot.foreign_policies.len();
    let (said, role) = match (has_pods, policies) {
        (false, _) => ("Cannot tell: pods are not all known.".to_owned(), Role::Unknown),
        (true, 0) if unknown.is_empty() => ("No policies. Every pod may reach every pod.".to_owned(), Role::Warn),
        _ if !unknown.is_empty() && open.is_empty() => {
            (format!("{}{unknown}", outside_sentence(&open, sight.spaces.len() - 1)), Role::Unknown)
        }
        _ => {
            let role = if open.is_empty() { Role::Good } else { Role::Warn };
            (format!("{}{unknown}", outside_sentence(&open, sight.spaces.len() - 1)), role)
        }
    };
    let mut lines: Vec<Line> = wrap_within(&said, width, 2).into_iter().map(|part| Line::new().strong(part, role)).collect();
    let enforced = &world.assessment.detection.policy;
    if enforced.verdict != Verdict::Enforced {
        let (_, role) = verdict_sign(enforced.verdict);
        lines.extend(wrap_within(&enforced.sentence, width, 2).into_iter().map(|part| Line::of(part, role)));
    }
    lines
}

/// The row of the column headings.
fn top(model: &Model) -> usize {
    verdict(model).len() + 2
}

/// Rows below the grid: the legend where there is room, and the workloads of the pair.
fn below(model: &Model) -> usize {
    let layout = layout(model);
    if layout.is_airy() { (layout.rows / 2).saturating_sub(2) } else { 4 }
}

/// Rows of namespaces that are seen.
pub(super) fn height(model: &Model) -> usize {
    let room = layout(model).rows.saturating_sub(top(model) + 1 + below(model)).max(1);
    seen(sight(model).map_or(0, |sight| sight.spaces.len()), room)
}

/// How many columns are not seen.
pub(super) fn beyond(model: &Model) -> Line {
    let Some(sight) = sight(model).filter(|sight| sight.part == Part::All) else { return Line::new() };
    let (first, seen) = (model.reach.to.first, columns(model));
    let left = (first > 0).then(|| format!("   ‹ {first} more"));
    let right = sight.spaces.len().saturating_sub(first + seen);
    let right = (right > 0).then(|| format!("   {right} more ›"));
    Line::of([left, right].into_iter().flatten().collect::<String>(), Role::Muted)
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    pen.lines(1, 1, &verdict(model));
    let Some(sight) = sight(model) else { return };
    let (top, height, len) = (top(model), height(model), sight.spaces.len());
    let mut table = pen.part(0, top, layout.width, height + 2);
    let cursor = if matches!(sight.part, Part::From(_)) { &model.reach.to } else { &model.reach.from };
    table.line(1, 0, &heading(model, sight));
    for (nth, at) in (cursor.first..len).take(height).enumerate() {
        if at == cursor.at {
            table.select(nth + 1);
            table.text(0, nth + 1, "▸", Role::Text);
        }
        let line = if sight.part == Part::All { row(model, sight, at) } else { entry(model, sight, at) };
        table.line(1, nth + 1, &line);
    }
    table.part(0, 1, layout.width, height + 1).rest(cursor.first, height, len);
    if layout.is_airy() {
        pen.line(1, top + height.min(len) + 2, &legend());
    }
}

fn legend() -> Line {
    let words = [
        (Openness::Open, " open   "),
        (Openness::Partly, " partly, share of workload pairs open   "),
        (Openness::Closed, " closed   "),
    ];
    let line = words.into_iter().fold(Line::new(), |line, (open, words)| {
        let (sign, role) = openness_sign(open);
        line.then(sign, role).muted(words)
    });
    line.then("?", Role::Unknown).muted(" cannot tell   - no pair")
}

/// What the columns are, or what the list is of.
fn heading(model: &Model, sight: &Sight) -> Line {
    let title = |name: &str| sight.place(name).and_then(|at| sight.spaces.get(at)).map_or("", Space::title).to_owned();
    match &sight.part {
        Part::All => {
            let lattice = lattice(model);
            let names = sight
                .spaces
                .iter()
                .skip(model.reach.to.first)
                .take(columns(model))
                .map(|space| (cut(space.title(), lattice.pitch - 1, "…"), Role::Muted));
            lattice.row(&Line::of("from \\ to", Role::Muted), names, None)
        }
        Part::From(name) => Line::heading(title(name)).muted(" calls"),
        Part::To(name) => Line::heading(title(name)).muted(" is called by"),
    }
}

/// A namespace and whom it reaches.
fn row(model: &Model, sight: &Sight, at: usize) -> Line {
    let first = model.reach.to.first;
    let Some(space) = sight.spaces.get(at) else { return Line::new() };
    let is_shown = passes(model, space);
    let cell = |to: usize| {
        let (text, role) = sight.cell(at, to).map_or_else(Default::default, |(sure, maybe)| share_words(sure, maybe));
        let is_shown = is_shown || sight.spaces.get(to).is_some_and(|space| passes(model, space));
        (text, if is_shown { role } else { Role::Muted })
    };
    let cursor = (at == model.reach.from.at).then(|| model.reach.to.at.saturating_sub(first));
    let label = Line::of(space.title(), if is_shown { Role::Text } else { Role::Muted });
    lattice(model).row(&label, (first..sight.spaces.len()).take(columns(model)).map(cell), cursor)
}

/// A namespace in a list, and how far it is reached or reaches.
fn entry(model: &Model, sight: &Sight, at: usize) -> Line {
    let (Some(space), Some(pair)) = (sight.spaces.get(at), pair(model)) else { return Line::new() };
    let ends = if matches!(sight.part, Part::From(_)) { (pair.0, at) } else { (at, pair.1) };
    let (said, role) = sight.cell(ends.0, ends.1).map_or_else(Default::default, |(sure, maybe)| share_sentence(sure, maybe));
    let (name, share) = if passes(model, space) { (Role::Text, role) } else { (Role::Muted, Role::Muted) };
    Line::of(cut_middle(space.title(), 30, "…"), name).to(32, 1).then(said, share)
}

/// The workloads of the two namespaces under the cursor.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let layout = layout(model);
    let (sight, pair) = (sight(model)?, pair(model)?);
    let (sure, maybe) = sight.cell(pair.0, pair.1)?;
    let legend = if layout.is_airy() { 2 } else { 0 };
    let top = top(model) + 2 + height(model).min(sight.spaces.len()) + legend;
    let area = (0, top, layout.width, layout.rows.saturating_sub(top));
    let (said, role) = share_sentence(sure, maybe);
    let mut lines = vec![Line::new().strong(pair_title(sight, pair), Role::Text).text("   ").then(said, role)];
    if let Some(why) = zoom::doubt(sight, pair) {
        lines.extend(
            wrap_within(&why, layout.width.saturating_sub(6), 2)
                .into_iter()
                .map(|part| Line::of(format!("  {part}"), Role::Unknown)),
        );
    }
    let ways = zoom::ways_in(sight, pair.1).into_iter();
    lines.extend(
        ways.flat_map(|said| wrap_within(&said, layout.width.saturating_sub(6), 2))
            .map(|part| Line::of(format!("  {part}"), Role::Muted)),
    );
    if layout.is_airy() {
        lines.push(Line::new());
        lines.extend(zoom::preview(sight, pair, layout.width, area.3.saturating_sub(lines.len())));
    } else {
        let ports = sight.asked.ports();
        lines.extend(zoom::sentences(sight, pair, &ports).into_iter().map(|(text, role)| Line::of(format!("  {text}"), role)));
    }
    Some(Pane { area, lines })
}

pub(crate) fn click(model: &mut Model, x: usize, y: usize) -> Option<Action> {
    let nth = y.checked_sub(top(model) + 1).filter(|nth| *nth < height(model))?;
    let sight = model.reach.sight.clone()?;
    let before = pair(model);
    let key = |row: usize| sight.spaces.get(row).map(|space| space.name.clone());
    let column = lattice(model).column_at(x.saturating_sub(1));
    let (from, to) = (&mut model.reach.from, &mut model.reach.to);
    match &sight.part {
        Part::From(_) => to.put(to.first + nth, key),
        _ => from.put(from.first + nth, key),
    }
    if let (Part::All, Some(column)) = (&sight.part, column) {
        to.put(to.first + column, key);
    }
    (before == pair(model)).then_some(Action::In)
}

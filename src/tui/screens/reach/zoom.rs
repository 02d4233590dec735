//! The workloads of two namespaces by each other: on which ports one reaches the other, and why that cannot be told.
//!
//! Pairs are asked for as they are drawn: what lies behind them was worked out with the [`Sight`].

use super::lattice::Lattice;
use super::sight::Sight;
use super::{pair, pair_title, port, sight};
use crate::policy::{Party, PortSet, WayIn, What};
use crate::present::{Role, count, pair_words, party_title, port_words, share_sentence, way_words};
use crate::tui::action::{Action, Motion};
use crate::tui::cursor::Cursor;
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut_middle, wrap, wrap_within};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::{Pane, seen};
use crate::tui::pen::Pen;
use crate::tui::screens::{Screen, cluster, why};
use crate::tui::view::layout;
use std::ops::RangeInclusive;

/// Width of a column.
const PITCH: RangeInclusive<usize> = 13..=28;
/// Most names in a sentence.
const NAMES: usize = 3;
/// Most pairs that sentences are made of.
const MOST: usize = 1000;

/// Where the user is: workloads by how `policy explain` takes them.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Who calls.
    pub from: Cursor<String>,
    /// Who is called.
    pub to: Cursor<String>,
}

/// The workloads of both namespaces.
fn ends(model: &Model) -> Option<(&Sight, &[Party], &[Party])> {
    let (sight, (from, to)) = (sight(model)?, pair(model)?);
    Some((sight, sight.parties_of(from), sight.parties_of(to)))
}

fn key(parties: &[Party]) -> impl Fn(usize) -> Option<String> + '_ {
    |at| parties.get(at).map(|party| party_title(party, 1))
}

/// What names a workload here; addresses by their first block.
fn name(party: &Party) -> String {
    match &party.what {
        What::Addresses(_) => party_title(party, 1),
        _ => party.name.to_string(),
    }
}

/// How many pods it is; nothing of addresses.
fn pods(party: &Party) -> String {
    if party.is_pods() { format!(" {}", count(party.count as usize)) } else { String::new() }
}

fn lattice(rows: &[Party], columns: usize, width: usize) -> Lattice {
    let labels: Vec<String> = rows.iter().take(1000).map(|party| format!("{} {}", name(party), pods(party))).collect();
    Lattice::of(labels.iter().map(String::as_str), columns, PITCH, width)
}

/// Who is called, with how many pods.
fn heading(lattice: Lattice, columns: &[Party]) -> Line {
    let cell = |party: &Party| {
        let pods = pods(party);
        (format!("{}{pods}", cut_middle(&name(party), lattice.pitch - 2 - pods.len(), "…")), Role::Muted)
    };
    lattice.row(&Line::new(), columns.iter().map(cell), None)
}

/// A workload, and on which ports it reaches the others.
fn row(sight: &Sight, lattice: Lattice, from: &Party, columns: &[Party], cursor: Option<usize>) -> Line {
    let ports = sight.asked.ports();
    let cell = |to: &Party| words(sight, from, to, &ports);
    let pods = pods(from);
    let label = Line::of(cut_middle(&name(from), lattice.label - 3 - pods.len(), "…"), Role::Text).muted(format!(" {pods}"));
    lattice.row(&label, columns.iter().map(cell), cursor)
}

/// Two workloads on these ports; one and itself are no pair, and no policy is about addresses among themselves.
fn words(sight: &Sight, from: &Party, to: &Party, ports: &PortSet) -> (String, Role) {
    if from == to || !from.is_pods() && !to.is_pods() {
        return ("-".to_owned(), Role::Muted);
    }
    pair_words(&sight.reach.between(from.end, to.end), ports)
}

/// As much of the table as fits: what the grid shows of the two namespaces under its cursor.
pub(super) fn preview(sight: &Sight, (from, to): (usize, usize), width: usize, height: usize) -> Vec<Line> {
    let (rows, columns) = (sight.parties_of(from), sight.parties_of(to));
    if rows.is_empty() || columns.is_empty() {
        return Vec::new();
    }
    let lattice = lattice(rows, columns.len(), width);
    let columns = &columns[..lattice.columns(width).min(columns.len())];
    let shown = seen(rows.len(), height.saturating_sub(1));
    let mut lines = vec![heading(lattice, columns)];
    lines.extend(rows.iter().take(shown).map(|from| row(sight, lattice, from, columns, None)));
    let more = (rows.len() - shown.min(rows.len()), sight.parties_of(to).len() - columns.len());
    if more.0 > 0 {
        lines.push(Line::of(format!("{} more below", count(more.0)), Role::Muted));
    }
    if more.1 > 0 {
        lines[0] = std::mem::take(&mut lines[0]).muted(format!("  {} more ›", count(more.1)));
    }
    lines
}

/// What is open between two namespaces, who calls the same put together: `web, api → gateway   TCP 443`.
pub(super) fn sentences(sight: &Sight, (from, to): (usize, usize), ports: &PortSet) -> Vec<(String, Role)> {
    let (rows, columns) = (sight.parties_of(from), sight.parties_of(to));
    let mut lines = Vec::new();
    let most = (MOST / rows.len().max(1)).max(1);
    for to in columns.iter().take(most) {
        let mut groups: Vec<((String, Role), Vec<String>)> = Vec::new();
        for from in rows.iter().take(MOST) {
            let said = words(sight, from, to, ports);
            match groups.iter_mut().find(|(known, _)| *known == said) {
                _ if said.1 == Role::Muted => {}
                Some((_, names)) => names.push(name(from)),
                None => groups.push((said, vec![name(from)])),
            }
        }
        let line = |((said, role), names): ((String, Role), Vec<String>)| {
            let role = if role == Role::Unknown { role } else { Role::Text };
            let more = if names.len() > NAMES { format!(" and {} more", names.len() - NAMES) } else { String::new() };
            let names = names.get(..NAMES).unwrap_or(&names).join(", ");
            (format!("{names}{more} → {}   {said}", name(to)), role)
        };
        lines.extend(groups.into_iter().map(line));
    }
    lines
}

/// What passes calls from outside to a namespace: `ways in: LoadBalancer shop/web → web TCP 8080`.
pub(super) fn ways_in(sight: &Sight, to: usize) -> Option<String> {
    const MOST: usize = 3;
    let said = |way: &WayIn| {
        let parties = sight.parties_of(to).iter().map(|party| (name(party), way.ports(party)));
        let led: Vec<String> = parties
            .filter(|(_, ports)| !ports.is_empty())
            .map(|(name, ports)| format!("{name} {}", port_words(&ports)))
            .collect();
        (!led.is_empty()).then(|| format!("{} → {}", way_words(way), led.get(..NAMES).unwrap_or(&led).join(", ")))
    };
    let space = sight.spaces.get(to)?;
    let ways: Vec<String> = sight.ways_in.iter().filter(|way| way.into == space.name).filter_map(said).collect();
    let more = if ways.len() > MOST { format!("; {} more", ways.len() - MOST) } else { String::new() };
    (!ways.is_empty()).then(|| format!("ways in: {}{more}", ways.get(..MOST).unwrap_or(&ways).join("; ")))
}

/// Why something between two namespaces cannot be told.
pub(super) fn doubt(sight: &Sight, (from, to): (usize, usize)) -> Option<String> {
    let (sure, maybe) = sight.cell(from, to)?;
    let pairs = sight.parties_of(from).iter().flat_map(|a| sight.parties_of(to).iter().map(move |b| (a, b)));
    let mut doubtful = pairs.take(MOST).filter(|(a, b)| sure != maybe && a != b).filter_map(|(a, b)| doubts(sight, a, b));
    doubtful.next()
}

/// Why it cannot be told whether one workload reaches another; nothing where it can.
fn doubts(sight: &Sight, from: &Party, to: &Party) -> Option<String> {
    let connection = sight.reach.between(from.end, to.end);
    if connection.sure == connection.maybe {
        return None;
    }
    let why: Vec<String> = sight.reach.doubts(from.end, to.end).iter().map(ToString::to_string).collect();
    Some(format!("{} → {}: cannot tell: {}.", name(from), name(to), why.join("; ")))
}

/// The pair that `w` asks about from the grid: one that cannot be told, else one that is open, else the first.
pub(super) fn first_pair(model: &Model) -> Option<(&Party, &Party)> {
    let (sight, rows, columns) = ends(model)?;
    let pairs = rows.iter().flat_map(|a| columns.iter().map(move |b| (a, b))).take(MOST);
    let rank = |pair: &(&Party, &Party)| match words(sight, pair.0, pair.1, &sight.asked.ports()).1 {
        Role::Unknown => 0,
        Role::Muted => 2,
        _ => 1,
    };
    pairs.filter(|(a, b)| a != b && (a.is_pods() || b.is_pods())).min_by_key(rank)
}

/// The pair under the cursor.
fn chosen(model: &Model) -> Option<(&Party, &Party)> {
    let (_, rows, columns) = ends(model)?;
    Some((rows.get(model.workloads.from.at)?, columns.get(model.workloads.to.at)?))
}

/// Asks why one workload can call another.
pub(super) fn ask(model: &mut Model, pair: fn(&Model) -> Option<(&Party, &Party)>) {
    let port = model.reach.port.map_or_else(String::new, |(protocol, port)| format!("{}/{port}", protocol.name()));
    let question = pair(model).map(|(from, to)| why::Question { from: end(from), to: end(to), port });
    if let Some(question) = question {
        model.why.ask_from(question, model.screen);
        model.show(Screen::Why);
    }
}

/// A party as `policy explain` takes it: of addresses the first.
fn end(party: &Party) -> String {
    match &party.what {
        What::Addresses(ranges) => ranges.first().map_or_else(String::new, |range| range.from.to_string()),
        _ => party_title(party, 1),
    }
}

pub(crate) fn title(model: &Model) -> Line {
    let line = Line::heading("Reach").muted(" › ").text(model.world.snapshot.origin.short_name()).muted(" › ");
    let (Some(sight), Some(pair)) = (sight(model), pair(model)) else { return line };
    line.text(pair_title(sight, pair)).muted(format!("   {}", port(model)))
}

/// How far the two namespaces reach each other.
fn head(model: &Model) -> Vec<Line> {
    let (Some(sight), Some(pair)) = (sight(model), pair(model)) else { return Vec::new() };
    let Some((sure, maybe)) = sight.cell(pair.0, pair.1) else { return vec![Line::of("Reading the policies.", Role::Muted)] };
    let (said, role) = share_sentence(sure, maybe);
    let width = layout(model).width.saturating_sub(4).min(100);
    let read = wrap_within(&sight.read[1], width, 2).into_iter().map(|part| Line::of(part, Role::Muted));
    std::iter::once(Line::new().strong(said, role)).chain(read).collect()
}

/// The row of the column headings.
fn top(model: &Model) -> usize {
    head(model).len() + 2
}

fn pane_height(layout: &Layout) -> usize {
    if layout.is_airy() { 5 } else { 3 }
}

fn height(model: &Model) -> usize {
    let layout = layout(model);
    let room = layout.rows.saturating_sub(top(model) + 1 + pane_height(&layout)).max(1);
    seen(ends(model).map_or(0, |(_, rows, _)| rows.len()), room)
}

fn columns(model: &Model) -> usize {
    ends(model).map_or(1, |(_, rows, columns)| {
        let width = layout(model).width;
        lattice(rows, columns.len(), width).columns(width)
    })
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    pen.lines(1, 1, &head(model));
    let Some((sight, rows, columns)) = ends(model) else { return };
    let (state, height, lattice) = (&model.workloads, height(model), lattice(rows, columns.len(), layout.width));
    let seen = lattice.columns(layout.width).min(columns.len().saturating_sub(state.to.first));
    let here = columns.get(state.to.first..state.to.first + seen).unwrap_or_default();
    let mut table = pen.part(0, top(model), layout.width, height + 2);
    table.line(1, 0, &heading(lattice, here));
    for (nth, (at, from)) in rows.iter().enumerate().skip(state.from.first).take(height).enumerate() {
        let is_here = at == state.from.at;
        if is_here {
            table.select(nth + 1);
            table.text(0, nth + 1, "▸", Role::Text);
        }
        table.line(1, nth + 1, &row(sight, lattice, from, here, is_here.then(|| state.to.at.saturating_sub(state.to.first))));
    }
    table.part(0, 1, layout.width, height + 1).rest(state.from.first, height, rows.len());
}

/// The pair under the cursor at length.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let layout = layout(model);
    let height = pane_height(&layout) - 1;
    let area = (0, layout.rows.saturating_sub(height), layout.width, height);
    let (sight, (from, to)) = (sight(model)?, chosen(model)?);
    let width = layout.width.saturating_sub(6).min(100);
    let (said, role) = words(sight, from, to, &sight.asked.ports());
    let title = format!("{} → {}", party_title(from, 2), party_title(to, 2));
    let mut lines = vec![Line::new().strong(title, Role::Text).text("   ").then(said, role)];
    if let Some(why) = doubts(sight, from, to) {
        lines.extend(wrap(&why, width).into_iter().map(|part| Line::of(part, Role::Unknown)));
    }
    Some(Pane {
        area,
        lines: lines
            .into_iter()
            .flat_map(|line| if line.width() > layout.width { line.wrapped(width) } else { vec![line] })
            .collect(),
    })
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => step(model, motion),
        Action::In | Action::Why => ask(model, chosen),
        Action::Swap => {
            let State { from, to } = std::mem::take(&mut model.workloads);
            model.workloads = State { from: to, to: from };
            return super::act(model, Action::Swap);
        }
        Action::Neighbour(step) => super::to_port(model, step),
        _ => {}
    }
    Vec::new()
}

fn step(model: &mut Model, motion: Motion) {
    let (height, wide) = (height(model), columns(model));
    let mut state = model.workloads.clone();
    let Some((_, rows, columns)) = ends(model) else { return };
    match motion {
        Motion::Left => state.to.step(Motion::Up, columns.len(), wide, key(columns)),
        Motion::Right => state.to.step(Motion::Down, columns.len(), wide, key(columns)),
        _ => state.from.step(motion, rows.len(), height, key(rows)),
    }
    model.workloads = state;
}

pub(crate) fn settle(model: &mut Model) {
    let (height, wide) = (height(model), columns(model));
    let mut state = model.workloads.clone();
    let Some((_, rows, columns)) = ends(model) else { return };
    state.from.settle(rows.len(), height, 0, key(rows));
    state.to.settle(columns.len(), wide, 0, key(columns));
    model.workloads = state;
}

pub(crate) fn click(model: &mut Model, x: usize, y: usize) -> Option<Action> {
    let nth = y.checked_sub(top(model) + 1).filter(|nth| *nth < height(model))?;
    let mut state = model.workloads.clone();
    let (_, rows, columns) = ends(model)?;
    let before = (state.from.at, state.to.at);
    state.from.put(state.from.first + nth, key(rows));
    if let Some(column) = lattice(rows, columns.len(), layout(model).width).column_at(x.saturating_sub(1)) {
        state.to.put(state.to.first + column, key(columns));
    }
    let again = before == (state.from.at, state.to.at);
    model.workloads = state;
    again.then_some(Action::In)
}

/// Whether there is a pair of workloads.
pub(crate) fn has_pair(model: &Model) -> bool {
    chosen(model).is_some_and(|(from, to)| from.is_pods() || to.is_pods())
}

/// The pair under the cursor, as text.
pub(crate) fn copy(model: &Model) -> Option<String> {
    let (sight, (from, to)) = (sight(model)?, chosen(model)?);
    let said = words(sight, from, to, &sight.asked.ports()).0;
    Some(format!("{} → {}   {said}", party_title(from, 1), party_title(to, 1)))
}

pub(crate) fn command(model: &Model) -> String {
    match chosen(model) {
        Some((from, to)) => format!("cnitui policy explain {} {}{}", end(from), end(to), cluster::place(model)),
        None => super::command(model),
    }
}

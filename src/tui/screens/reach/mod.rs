//! Reach: who can reach whom, namespaces by namespaces, and the workloads of two of them one level in.
//!
//! Working it out takes longer than a moment in a large cluster, so a [`Sight`] is an [`Effect`] away: `asking` says what has to be
//! asked for what is shown to be of this snapshot. `grid` draws all namespaces or one row or column of them, `zoom` workloads.

mod grid;
mod lattice;
mod sight;
pub mod zoom;

pub(crate) use grid::{click, draw, pane};
pub use sight::{Asked, Cell, MOST, Part, Sight, Space};

use super::{Screen, cluster, terms};
use crate::catalog::FilterError;
use crate::present::{Role, share_sentence};
use crate::snapshot::{Protocol, Text};
use crate::tui::action::{Action, Motion, Step};
use crate::tui::cursor::Cursor;
use crate::tui::keymap::turned;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use std::sync::Arc;

/// What is shown of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All of it.
    #[default]
    All,
    /// Whom one namespace calls.
    From,
    /// Who calls one namespace.
    To,
}

/// Where the user is, and what is known.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Who calls: a namespace, or with no name outside.
    pub from: Cursor<Text>,
    /// Who answers.
    pub to: Cursor<Text>,
    /// What is shown.
    pub shown: Shown,
    /// The port; none is any.
    pub port: Option<(Protocol, u16)>,
    /// Namespaces that do not pass are muted.
    pub filter: String,
    /// The newest answer.
    pub sight: Option<Arc<Sight>>,
    /// What is being worked out: one thing at a time.
    pub asked: Option<Asked>,
}

/// What has to be asked so that the screen shows the newest facts; nothing while something is asked already.
pub(in crate::tui) fn asking(model: &mut Model) -> Option<Effect> {
    let is_shown = matches!(model.screen, Screen::Reach | Screen::Workloads) && model.has_body();
    let state = &mut model.reach;
    if !is_shown || state.asked.is_some() {
        return None;
    }
    let key = |cursor: &Cursor<Text>| cursor.key.clone().unwrap_or_default();
    let part = match state.shown {
        Shown::All => Part::All,
        Shown::From => Part::From(key(&state.from)),
        Shown::To => Part::To(key(&state.to)),
    };
    let asked = Asked { world: model.world.clone(), part, port: state.port };
    let is_known = |sight: &Arc<Sight>| {
        let known = &sight.asked;
        (&known.world, known.port) == (&asked.world, asked.port) && [&known.part, &sight.part].contains(&&asked.part)
    };
    if state.sight.as_ref().is_some_and(is_known) {
        return None;
    }
    state.asked = Some(asked.clone());
    Some(Effect::Look(model.generation, asked, state.sight.clone()))
}

/// Takes an answer in. Of a large cluster it is a row or column where all was asked for.
pub(in crate::tui) fn answered(model: &mut Model, sight: Arc<Sight>) {
    let state = &mut model.reach;
    if let (Shown::All, Part::From(name)) = (state.shown, &sight.part) {
        (state.shown, state.from.key) = (Shown::From, Some(name.clone()));
    }
    (state.asked, state.sight) = (None, Some(sight));
}

/// Goes to a namespace: its row.
pub(in crate::tui) fn show(model: &mut Model, namespace: Text) {
    model.reach.from.key = Some(namespace);
    if model.reach.shown == Shown::To || model.world.assessment.policies.namespaces.len() > MOST {
        model.reach.shown = Shown::From;
    }
    model.show(Screen::Reach);
}

fn sight(model: &Model) -> Option<&Sight> {
    model.reach.sight.as_deref()
}

/// The places of who calls and who answers under the cursor.
fn pair(model: &Model) -> Option<(usize, usize)> {
    let (sight, state) = (sight(model)?, &model.reach);
    Some(match &sight.part {
        Part::All => (state.from.at, state.to.at),
        Part::From(name) => (sight.place(name)?, state.to.at),
        Part::To(name) => (state.from.at, sight.place(name)?),
    })
}

/// The two namespaces under the cursor, as a title.
fn pair_title(sight: &Sight, (from, to): (usize, usize)) -> String {
    let title = |at: usize| sight.spaces.get(at).map_or("", Space::title);
    format!("{} → {}", title(from), title(to))
}

/// Whether a namespace passes the filter.
fn passes(model: &Model, space: &Space) -> bool {
    terms::hold(&model.reach.filter, |_, value| space.title().to_lowercase().contains(value))
}

/// The port, in words.
fn port(model: &Model) -> String {
    model.reach.port.map_or_else(|| "any port".to_owned(), |(protocol, port)| format!("{} {port}", protocol.name()))
}

pub(crate) fn title(model: &Model) -> Line {
    let line = Line::heading("Reach").muted(" › ").text(model.world.snapshot.origin.short_name());
    let Some(sight) = sight(model) else { return line };
    let line = line.muted(format!("   {}", port(model)));
    if !model.reach.filter.is_empty() {
        let shown = sight.spaces.iter().filter(|space| passes(model, space)).count();
        let line = line.muted(format!("   {shown} of {}   ", sight.spaces.len()));
        return line.then(format!("/{}", model.reach.filter), Role::Accent).join(grid::beyond(model));
    }
    let line = if model.size.0 >= 100 && sight.part == Part::All { line.muted("   rows call, columns answer") } else { line };
    let line = if model.size.0 >= 100 && !sight.read[0].is_empty() { line.muted(format!("   {}", sight.read[0])) } else { line };
    line.join(grid::beyond(model))
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => step(model, motion),
        Action::In => model.show(Screen::Workloads),
        Action::Alone => turn_to(
            model,
            match (model.reach.shown, has_all(model)) {
                (Shown::All, _) | (Shown::To, false) => Shown::From,
                (Shown::From, _) => Shown::To,
                (Shown::To, true) => Shown::All,
            },
        ),
        Action::Swap => {
            fix(model);
            let state = &mut model.reach;
            std::mem::swap(&mut state.from.key, &mut state.to.key);
        }
        Action::Neighbour(step) => to_port(model, step),
        Action::Match(step) => to_match(model, step),
        Action::Out if !model.reach.filter.is_empty() => model.reach.filter.clear(),
        Action::Out => turn_to(model, Shown::All),
        Action::Why => zoom::ask(model, zoom::first_pair),
        _ => {}
    }
    Vec::new()
}

/// Names what the cursors are on, so that they stay there.
fn fix(model: &mut Model) {
    let Some((from, to)) = pair(model) else { return };
    let Some(sight) = model.reach.sight.clone() else { return };
    let key = |row: usize| sight.spaces.get(row).map(|space| space.name.clone());
    for (cursor, at) in [(&mut model.reach.from, from), (&mut model.reach.to, to)] {
        if cursor.key.is_none() {
            cursor.put(at, key);
        }
    }
}

fn turn_to(model: &mut Model, shown: Shown) {
    fix(model);
    model.reach.shown = shown;
}

/// To the next port that rules name, or to any.
pub(super) fn to_port(model: &mut Model, step: Step) {
    let Some(ports) = sight(model).map(|sight| Arc::clone(&sight.ports)) else { return };
    let at = model.reach.port.and_then(|port| ports.iter().position(|known| *known == port)).map_or(0, |at| at + 1);
    let at = turned(at, ports.len() + 1, step);
    model.reach.port = at.checked_sub(1).and_then(|at| ports.get(at)).copied();
}

fn step(model: &mut Model, motion: Motion) {
    fix(model);
    let Some(sight) = model.reach.sight.clone() else { return };
    let (len, height) = (sight.spaces.len(), grid::height(model));
    let key = |row: usize| sight.spaces.get(row).map(|space| space.name.clone());
    let (from, to) = (&mut model.reach.from, &mut model.reach.to);
    // The namespace that a list is about is at the side, as the rows of the grid have their columns.
    let (down, aside) = if matches!(sight.part, Part::From(_)) { (to, from) } else { (from, to) };
    match motion {
        Motion::Left => aside.step(Motion::Up, len, 1, key),
        Motion::Right => aside.step(Motion::Down, len, 1, key),
        _ => down.step(motion, len, height, key),
    }
}

/// To the next row that passes the filter; without one, to the next cell that is as open as this one.
fn to_match(model: &mut Model, step: Step) {
    fix(model);
    let (Some(sight), Some((from, to))) = (model.reach.sight.clone(), pair(model)) else { return };
    let len = sight.spaces.len();
    let is_listed = matches!(sight.part, Part::From(_));
    let row = if is_listed { to } else { from };
    let key = |row: usize| sight.spaces.get(row).map(|space| space.name.clone());
    if !model.reach.filter.is_empty() {
        let found = around(row, len, step).find(|row| sight.spaces.get(*row).is_some_and(|space| passes(model, space)));
        let cursor = if is_listed { &mut model.reach.to } else { &mut model.reach.from };
        if let Some(row) = found {
            cursor.put(row, key);
        }
        return;
    }
    let kind = |(sure, maybe): Cell| (sure.openness(), sure == maybe);
    let Some(here) = sight.cell(from, to).map(kind) else { return };
    let is_like = |at: &usize| sight.cell(*at / len, *at % len).map(kind) == Some(here);
    if let Some(at) = around(from * len + to, len * len, step).find(is_like) {
        model.reach.from.put(at / len, key);
        model.reach.to.put(at % len, key);
    }
}

/// The others, from the one next to `at` on, round the ends.
fn around(at: usize, len: usize, step: Step) -> impl Iterator<Item = usize> {
    (1..len).map(move |by| match step {
        Step::Next => (at + by) % len,
        Step::Before => (at + len - by) % len,
    })
}

pub(crate) fn settle(model: &mut Model) {
    let Some(sight) = model.reach.sight.clone() else { return };
    let (len, height, columns) = (sight.spaces.len(), grid::height(model), grid::columns(model));
    let key = |row: usize| sight.spaces.get(row).map(|space| space.name.clone());
    let wide = if sight.part == Part::All { columns } else { height };
    model.reach.from.settle(len, height, 0, key);
    model.reach.to.settle(len, wide, 0, key);
}

/// Takes a filter into force, if it can be read.
pub(crate) fn set_filter(model: &mut Model, text: &str) -> Result<(), FilterError> {
    terms::check(text, &["ns"])?;
    text.trim().clone_into(&mut model.reach.filter);
    Ok(())
}

/// The namespace that calls; where that is outside, the one that answers.
pub(super) fn namespace(model: &Model) -> Option<Text> {
    let (from, to) = pair(model)?;
    let name = |at: usize| sight(model)?.spaces.get(at).filter(|space| !space.is_outside()).map(|space| space.name.clone());
    name(from).or_else(|| name(to))
}

/// Whether there is anything to look at.
pub(crate) fn has_cell(model: &Model) -> bool {
    pair(model).is_some_and(|(from, to)| sight(model).and_then(|sight| sight.cell(from, to)).is_some())
}

/// Whether there is a pair of workloads to ask about.
pub(crate) fn has_pair(model: &Model) -> bool {
    pair(model).and_then(|(from, to)| sight(model)?.cell(from, to)).is_some_and(|(sure, _)| sure.pairs > 0)
}

pub(crate) fn has_ports(model: &Model) -> bool {
    sight(model).is_some_and(|sight| !sight.ports.is_empty())
}

/// Whether both ends can be swapped.
pub(crate) fn can_turn(model: &Model) -> bool {
    pair(model).is_some_and(|(from, to)| from != to)
}

/// Whether there is a next row that matches, or a next cell like this one.
pub(crate) fn has_match(model: &Model) -> bool {
    has_cell(model) && sight(model).is_some_and(|sight| sight.spaces.len() > 1)
}

/// Whether the whole grid can be shown.
fn has_all(model: &Model) -> bool {
    sight(model).is_some_and(|sight| sight.spaces.len() <= MOST + 1)
}

pub(crate) fn has_open(model: &Model) -> bool {
    !model.reach.filter.is_empty() || model.reach.shown != Shown::All && has_all(model)
}

/// The two namespaces under the cursor and how far they reach each other, as text.
pub(crate) fn copy(model: &Model) -> Option<String> {
    let (sight, pair) = (sight(model)?, pair(model)?);
    let (sure, maybe) = sight.cell(pair.0, pair.1)?;
    let lines = zoom::sentences(sight, pair, &sight.asked.ports());
    let first = format!("{}   {}   {}", pair_title(sight, pair), port(model), share_sentence(sure, maybe).0);
    Some(lines.into_iter().fold(first, |text, (line, _)| format!("{text}\n{line}")))
}

pub(crate) fn command(model: &Model) -> String {
    format!("cnitui policy connectivity{}", cluster::place(model))
}

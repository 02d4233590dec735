//! From facts that arrive to what is shown: conclusions are asked for one at a time, and what they change is told.
//!
//! Rows keep their place while the user presses keys: what arrives then is held until the keys rest. For a moment after a change
//! the world before it is kept, so that `view` can show what differs.

use super::model::Model;
use super::msg::{Effect, Facts, Generation, World};
use super::screens::{Screen, matrix};
use crate::snapshot::Link;
use crate::timeline::{Change, Timeline, Turn};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;

/// So long after the last key rows keep their place, and so long what changed is seen to have changed.
const MOMENT: SignedDuration = SignedDuration::from_secs(2);

/// What arrived, and what became of it.
#[derive(Debug, Clone, Default)]
pub struct Arrivals {
    /// The newest facts, which the world may not be about yet.
    pub newest: Option<Facts>,
    /// Whether conclusions are being drawn from some.
    pub assessing: Option<Facts>,
    /// What waits for the keys to rest.
    pub held: Option<World>,
    /// When the user did something last.
    pub touched: Option<Timestamp>,
    /// What was shown until a moment ago, oldest first, and when that moment ends.
    pub recent: VecDeque<(World, Timestamp)>,
    /// What changed.
    pub timeline: Arc<Timeline>,
    /// Since when everything is seen.
    pub since: Option<Timestamp>,
    /// The number of the first change since then; those before it were recorded by earlier runs.
    pub first: usize,
}

impl Arrivals {
    /// How many changes are held.
    pub fn held_changes(&self) -> usize {
        self.held.as_ref().map_or(0, |world| world.changes.len())
    }
}

/// A session has new facts.
pub(super) fn arrive(model: &mut Model, generation: Generation, facts: Facts) -> Vec<Effect> {
    if generation != model.generation {
        return Vec::new();
    }
    // Without a cluster there is more to see in the matrix, unless the user went somewhere already.
    if matches!(facts.0.link, Link::Unconfigured { .. }) && model.before.is_none() {
        model.screen = Screen::Matrix;
    }
    model.arrivals.newest = Some(facts);
    assess_newest(model)
}

/// Asks for conclusions from the newest facts, one question at a time.
fn assess_newest(model: &mut Model) -> Vec<Effect> {
    let arrivals = &mut model.arrivals;
    if arrivals.assessing.is_some() || model.frozen.is_some() {
        return Vec::new();
    }
    let Some(facts) = arrivals.newest.take() else { return Vec::new() };
    arrivals.assessing = Some(facts.clone());
    let before = arrivals.held.as_ref().unwrap_or(&model.world).clone();
    vec![Effect::Assess(model.generation, facts, before)]
}

/// Conclusions were drawn: they are shown, or held.
pub(super) fn conclude(model: &mut Model, generation: Generation, mut world: World) -> Vec<Effect> {
    if generation != model.generation {
        return Vec::new();
    }
    model.arrivals.assessing = None;
    if model.frozen.is_some() {
        // It is concluded from again when the user follows again, unless there is newer by then.
        model.arrivals.newest.get_or_insert(Facts(world.snapshot));
        return Vec::new();
    }
    if let Some(held) = model.arrivals.held.take() {
        world.changes.splice(0..0, held.changes);
    }
    model.arrivals.held = Some(world);
    show_held(model);
    assess_newest(model)
}

/// Time passed: what differed a moment ago no longer does, and keys may rest.
pub(super) fn pass(model: &mut Model) {
    let now = model.now;
    model.arrivals.recent.retain(|(_, until)| *until > now);
    show_held(model);
}

/// Holds the snapshot, or follows again.
pub(super) fn freeze(model: &mut Model) -> Vec<Effect> {
    let held = model.arrivals.held.take().map(|world| Facts(world.snapshot));
    model.arrivals.newest = model.arrivals.newest.take().or(held);
    model.frozen = match model.frozen {
        Some(_) => None,
        None => Some(model.world.snapshot.taken_at),
    };
    assess_newest(model)
}

/// From now on changes are told, behind those of earlier runs.
fn begin(model: &mut Model) {
    let cluster = model.world.snapshot.origin.name();
    let past: Vec<Change> =
        model.past.iter().filter(|entry| *entry.cluster == *cluster).map(|entry| entry.change.clone()).collect();
    let timeline = Arc::make_mut(&mut model.arrivals.timeline);
    if let Some(last) = past.last().map(|last| (last.at, last.turn)) {
        timeline.extend(past);
        if last.1 != Turn::Blind {
            timeline.extend([Change::of_sight(last.0, Turn::Blind, "not watching: cnitui was not running")]);
        }
        timeline.extend([Change::of_sight(model.now, Turn::Seeing, "watching")]);
    }
    model.arrivals.first = timeline.seen();
    model.arrivals.since = Some(model.now);
}

/// Shows what is held, unless the user is at it. What is read for the first time is never held.
fn show_held(model: &mut Model) {
    let busy = model.arrivals.touched.is_some_and(|at| model.now.duration_since(at) < MOMENT);
    if busy && model.is_live() && !model.is_waiting() {
        return;
    }
    let Some(mut world) = model.arrivals.held.take() else { return };
    let first = model.world.assessment.detection.network.provider.is_none();
    let changes = std::mem::take(&mut world.changes);
    let before = std::mem::replace(&mut model.world, world);
    if model.is_live() && !model.is_waiting() {
        match model.arrivals.since {
            Some(_) => model.arrivals.recent.push_back((before, model.now + MOMENT)),
            None => begin(model),
        }
    }
    Arc::make_mut(&mut model.arrivals.timeline).extend(changes);
    if first {
        matrix::arrive(model);
    }
}

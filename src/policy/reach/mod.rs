//! Who can reach whom, for all pairs at once.
//!
//! Pods that no policy can tell apart are one class, addresses that no rule tells apart are one group; both are ends of
//! connections ([`EndId`]). What applies to an end in one direction is worked out once for all ends to which the same applies, and a
//! pair is what both sides let through (NP-3). A connection has two readings, for sure and perhaps; what lies between is unknown,
//! and [`Reach::doubts`] says why. It knows neither kinds of policies nor CNIs: those are the model's and the dialect's.

mod addresses;
mod bits;
mod classes;
mod compiled;
mod diff;
mod doubts;
mod exposure;
mod grid;
mod pairs;
mod parties;
mod rows;
mod rules;
mod scene;
mod sets;
mod shares;

pub use addresses::Range;
pub use diff::{Changed, Difference};
pub use doubts::Doubt;
pub use exposure::{Anyone, Exposure};
pub use grid::{Cell, GridRow, Openness};
pub use pairs::{Line, Matrix};
pub use parties::{Level, Pair, Pairs, Party, What};
pub use rows::Bound;
pub use shares::Share;

use crate::policy::{Connection, Dialect, Direction, Model, World, model};
use crate::snapshot::{Node, Problem, Snapshot, Table};
use classes::NO_CLASS;
use compiled::Compiled;
use rows::Rows;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

/// Who can reach whom in one snapshot. Cheap to clone; what is asked is worked out once.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The pods that it is about, and their workloads.
    pub world: Arc<World>,
    /// What is wrong with policies, which fail closed.
    pub problems: Arc<[Problem]>,
    compiled: Arc<Compiled>,
    rows: Arc<[OnceLock<Rows>]>,
}

/// One end of connections: a class of pods or a group of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndId(u32);

impl Reach {
    /// Who can reach whom in a snapshot, as a dialect reads policies.
    pub fn of(snapshot: &Snapshot, dialect: &Dialect) -> Self {
        Self::new(World::of(snapshot), &snapshot.nodes, model(snapshot), dialect)
    }

    fn new(world: World, nodes: &Table<Node>, model: Model, dialect: &Dialect) -> Self {
        let problems = model.problems.as_slice().into();
        let compiled = Compiled::of(&world, nodes, model, dialect);
        let rows = compiled.profiles.all.iter().map(|_| OnceLock::new()).collect();
        Self { world: Arc::new(world), problems, compiled: Arc::new(compiled), rows }
    }

    /// What the profile of an end lets through.
    fn rows(&self, end: u32, direction: Direction) -> &Rows {
        self.rows_of(self.compiled.profile_of[direction as usize][end as usize])
    }

    fn rows_of(&self, profile: u32) -> &Rows {
        let rows = || self.compiled.book().rows(&self.compiled.profiles.all[profile as usize]);
        self.rows[profile as usize].get_or_init(rows)
    }

    /// Works out what every `of`th profile from the `nth` on lets through. All of it is asked for anyway once all pairs are, so
    /// several threads may share it beforehand.
    pub fn prepare(&self, nth: u32, of: usize) {
        for profile in (nth..self.rows.len() as u32).step_by(of.max(1)) {
            self.rows_of(profile);
        }
    }

    /// Whether something is not known, of whomever.
    pub fn is_doubtful(&self) -> bool {
        (0..self.rows.len() as u32).any(|profile| self.rows_of(profile).are_doubtful())
    }

    /// How many ends there are; those before this number are all of them.
    pub fn ends(&self) -> u32 {
        self.compiled.scene.ends()
    }

    /// How many pods an end is; an address is one.
    pub fn pods_of(&self, end: EndId) -> u32 {
        self.compiled.scene.classes.pods.get(end.0 as usize).copied().unwrap_or(1)
    }

    /// All pairs, ready to be read. It works out who lets whom in, of every profile that was not asked for before.
    pub fn matrix(&self, bound: Bound) -> Matrix<'_> {
        Matrix::of(self, bound)
    }

    /// The end of the pod in that place of [`World::pods`]; none if policies are not about it.
    pub fn pod(&self, at: usize) -> Option<EndId> {
        self.compiled.scene.classes.of_pod.get(at).filter(|class| **class != NO_CLASS).map(|class| EndId(*class))
    }

    /// The end of an address outside the cluster.
    pub fn address(&self, ip: IpAddr) -> EndId {
        let scene = &self.compiled.scene;
        EndId(scene.end_of_group(scene.addresses.of(ip).unwrap_or_default()))
    }

    /// The ports on which `from` reaches `to`.
    pub fn between(&self, from: EndId, to: EndId) -> Connection {
        let (out, into) = (self.rows(from.0, Direction::Egress), self.rows(to.0, Direction::Ingress));
        let ports = |bound| out.of(bound).ports(to.0).intersection(&into.of(bound).ports(from.0));
        let sure = ports(Bound::Sure);
        let maybe = if out.are_doubtful() || into.are_doubtful() { ports(Bound::Maybe) } else { sure.clone() };
        Connection { sure, maybe }
    }
}

#[cfg(test)]
mod tests;

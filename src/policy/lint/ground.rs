//! What lints look at, and how they walk over it.

use super::Place;
use super::classes::{Class, Classes};
use crate::policy::dialect::Dialect;
use crate::policy::model::{Direction, Model, Peer, Peers, Policy, PolicyRef, Rule, Scope};
use crate::policy::world::World;
use crate::snapshot::Snapshot;

/// What lints look at.
pub(super) struct Ground<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) model: &'a Model,
    pub(super) dialect: &'a Dialect,
    pub(super) world: World,
    pub(super) classes: Classes<'a>,
}

/// A rule, and where it is.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) policy: &'a Policy,
    pub(super) direction: Direction,
    pub(super) number: usize,
    pub(super) rule: &'a Rule,
}

impl<'a> Ground<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, model: &'a Model, dialect: &'a Dialect) -> Self {
        let world = World::of(snapshot);
        let classes = Classes::of(&world, model);
        Self { snapshot, model, dialect, world, classes }
    }

    /// Every rule of every policy.
    pub(super) fn rules(&self) -> impl Iterator<Item = At<'a>> {
        let model = self.model;
        model.policies.iter().flat_map(|policy| {
            [Direction::Ingress, Direction::Egress].into_iter().flat_map(move |direction| {
                let rules = policy.section(direction).map(|section| section.rules.as_slice()).unwrap_or_default();
                rules.iter().enumerate().map(move |(number, rule)| At { policy, direction, number, rule })
            })
        })
    }

    /// The pods of a scope of the model that have not ended, by class.
    pub(super) fn pods<'b>(&'b self, scope: &Scope) -> impl Iterator<Item = &'b Class> + use<'a, 'b> {
        self.classes.numbers(scope).iter().filter_map(|at| self.classes.all.get(*at))
    }
}

impl<'a> At<'a> {
    /// The peers of the rule with their places; none where everybody is meant. A list of networks of the file is several peers here,
    /// so the number is the file's only where no such list comes before.
    pub(super) fn peers(&self) -> impl Iterator<Item = (usize, &'a Peer)> {
        let peers: &[Peer] = if let Peers::Only(peers) = &self.rule.peers { peers } else { &[] };
        peers.iter().enumerate()
    }

    /// This rule, `ingress[0]`, and further inside.
    pub(super) fn place(&self, inside: &str, what: impl Into<String>) -> Place {
        place(&self.policy.origin, format!("{}[{}]{inside}", self.direction.name(), self.number), what)
    }

    /// A peer of this rule.
    pub(super) fn peer(&self, number: usize, what: impl Into<String>) -> Place {
        let list = if self.direction == Direction::Ingress { "from" } else { "to" };
        self.place(&format!(".{list}[{number}]"), what)
    }
}

/// A place in a policy.
pub(super) fn place(policy: &PolicyRef, at: impl Into<String>, what: impl Into<String>) -> Place {
    Place { policy: policy.clone(), at: at.into(), what: what.into() }
}

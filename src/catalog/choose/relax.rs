//! What would bring somebody back. No search is needed: a provider comes back when exactly what it fails is given up, so the smallest
//! changes are the smallest of those sets.

use super::{Cause, Demand, End, Environment, Excluded, Says, Wanted};
use crate::catalog::{Level, Provider};

/// Changes to the demands that bring somebody back, all of them together.
#[derive(Debug, Clone)]
pub struct Relaxation<'a> {
    /// The changes.
    pub changes: Vec<Change<'a>>,
    /// Who comes back.
    pub back: Vec<&'a Provider>,
}

/// One demand, and what is accepted instead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change<'a> {
    /// The demand.
    pub demand: &'a Demand,
    /// What is accepted.
    pub to: Accept,
}

/// What is accepted instead of a demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Accept {
    /// The level partial.
    Partial,
    /// So many nodes.
    Nodes(u32),
    /// Anything: the demand is given up.
    Anything,
}

impl Relaxation<'_> {
    /// What is asked once it is accepted.
    pub fn applied(&self, demands: &[Demand]) -> Vec<Demand> {
        let is_kept = |demand: &&Demand| self.changes.iter().all(|change| change.demand != *demand);
        let mut relaxed: Vec<Demand> = demands.iter().filter(is_kept).cloned().collect();
        for demand in self.changes.iter().flat_map(Change::instead) {
            if !relaxed.contains(&demand) {
                relaxed.push(demand);
            }
        }
        relaxed
    }
}

impl<'a> Change<'a> {
    /// What is asked instead of the demand.
    fn instead(&self) -> Vec<Demand> {
        let partly = |feature: &str| Demand::Need(Wanted { says: Says::Level(Level::Partial), ..Wanted::yes(feature) });
        match (self.to, self.demand) {
            (Accept::Nodes(nodes), _) => vec![Demand::Nodes(nodes)],
            (Accept::Partial, Demand::Need(wanted)) => vec![partly(&wanted.feature)],
            (Accept::Partial, Demand::In(environment)) => {
                let place = (*environment == Environment::OnPremBgp).then_some(Demand::In(Environment::OnPrem));
                place.into_iter().chain(environment.column().map(partly)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn of(cause: &Cause<'a>) -> Self {
        let to = match (cause.demand, cause.end) {
            (Demand::Nodes(_), Some(End::Limit(limit))) => Accept::Nodes(limit.number as u32),
            (Demand::Need(Wanted { says: Says::Level(Level::Yes), .. }) | Demand::In(_), _)
                if cause.level() == Level::Partial =>
            {
                Accept::Partial
            }
            _ => Accept::Anything,
        };
        Self { demand: cause.demand, to }
    }

    /// How much is given up: less of a feature, then a feature, then life, then the place.
    fn cost(&self) -> usize {
        match (self.to, self.demand) {
            (Accept::Partial, _) => 1,
            (Accept::Nodes(_), _) => 2,
            (Accept::Anything, Demand::Alive) => 4,
            (Accept::Anything, Demand::In(_)) => 5,
            (Accept::Anything, _) => 3,
        }
    }
}

/// The smallest relaxations, those that give up least first. What a provider is cannot be given up, nor who the user refuses.
pub(super) fn smallest<'a>(excluded: &[Excluded<'a>]) -> Vec<Relaxation<'a>> {
    let mut all: Vec<Relaxation<'a>> = Vec::new();
    for out in excluded {
        if out.causes.iter().any(|cause| matches!(cause.demand, Demand::Primary | Demand::Other(_))) {
            continue;
        }
        let changes: Vec<Change<'a>> = out.causes.iter().map(Change::of).collect();
        match all.iter_mut().find(|known| known.changes == changes) {
            Some(known) => known.back.push(out.provider),
            None => all.push(Relaxation { changes, back: vec![out.provider] }),
        }
    }
    let is_part = |part: &[Change<'_>], whole: &[Change<'_>]| {
        part.len() < whole.len() && part.iter().all(|change| whole.iter().any(|other| other.demand == change.demand))
    };
    let needless = |at: usize| all.iter().any(|other| is_part(&other.changes, &all[at].changes));
    let kept: Vec<usize> = (0..all.len()).filter(|at| !needless(*at)).collect();
    let mut smallest: Vec<Relaxation<'a>> = kept.into_iter().map(|at| all[at].clone()).collect();
    smallest.sort_by_key(|relaxation| {
        let cost = relaxation.changes.iter().map(Change::cost).sum::<usize>();
        (relaxation.changes.len(), cost, std::cmp::Reverse(relaxation.back.len()))
    });
    smallest
}

//! Lints about order: what comes first, and what never gets its turn.

use super::Place;
use super::ground::{At, Ground, place};
use super::peers::disjoint;
use crate::policy::dialect::{Holds, Point};
use crate::policy::model::{Action, Direction, End, Layer, Peers, Policy, Ports, Rule};
use hashbrown::HashSet;

pub(super) fn equal_priority(ground: &Ground<'_>) -> Vec<Place> {
    if ground.dialect.holds(Point::TiesByName) == Holds::Yes {
        return Vec::new();
    }
    let tied = |a: &&Policy, b: &&Policy| a.layer == b.layer && a.priority.total_cmp(&b.priority).is_eq();
    let ordered = ground.model.policies.iter().filter(|policy| policy.layer != Layer::NetworkPolicy).collect::<Vec<_>>();
    let mut found = Vec::new();
    for group in ordered.chunk_by(tied) {
        for (at, one) in group.iter().enumerate() {
            let other = group.iter().take(at).rfind(|other| !disjoint(&other.subject, &one.subject));
            let what = other.map(|other| format!("{} has priority {}, too", other.origin, other.priority));
            found.extend(what.map(|what| place(&one.origin, "priority", what)));
        }
    }
    found
}

/// Whether one rule matches all that another does, as far as one can tell by their words.
fn covers(a: &Rule, b: &Rule) -> bool {
    let peers = match (&a.peers, &b.peers) {
        (Peers::Everybody, _) => true,
        (Peers::Only(all), Peers::Only(some)) => some.iter().all(|peer| all.contains(peer)),
        (Peers::Only(_), Peers::Everybody) => false,
    };
    a.unread.is_none() && b.unread.is_none() && peers && covers_ports(&a.ports, &b.ports)
}

/// Whether ports are all that others are, as far as one can tell by their words.
pub(super) fn covers_ports(a: &Ports, b: &Ports) -> bool {
    match (a, b) {
        (Ports::All, _) => true,
        (Ports::Only(all), Ports::Only(some)) => {
            some.iter().all(|port| all.contains(port)) || (!b.depend_on_destination() && a.resolve(&[]).contains(&b.resolve(&[])))
        }
        (Ports::Only(_), Ports::All) => false,
    }
}

/// The rules that another one covers, as that is decided by `is_other`: number of the rule, number of the other.
fn covered(
    ground: &Ground<'_>,
    layer: impl Fn(Layer) -> bool,
    is_other: impl Fn(usize, usize, &Rule, &Rule) -> bool,
    what: &str,
) -> Vec<Place> {
    let mut found = Vec::new();
    for at in ground.rules().filter(|at: &At<'_>| layer(at.policy.layer)) {
        let Some(section) = at.policy.section(at.direction) else { continue };
        let other = section.rules.iter().enumerate().find(|(number, other)| {
            *number != at.number && is_other(*number, at.number, other, at.rule) && covers(other, at.rule)
        });
        if let Some((number, _)) = other {
            found.push(at.place("", format!("{} rule {number} {what}", at.direction.name())));
        }
    }
    found
}

pub(super) fn rule_shadowed(ground: &Ground<'_>) -> Vec<Place> {
    covered(ground, |layer| layer != Layer::NetworkPolicy, |other, this, _, _| other < this, "decides it before")
}

/// Of two equal rules the later one is redundant.
pub(super) fn rule_redundant(ground: &Ground<'_>) -> Vec<Place> {
    let is_other = |other: usize, this: usize, a: &Rule, b: &Rule| other < this || !covers(b, a);
    covered(ground, |layer| layer == Layer::NetworkPolicy, is_other, "admits as much")
}

pub(super) fn pass_without_effect(ground: &Ground<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    for at in ground.rules().filter(|at| at.rule.action == Action::Pass) {
        let is_after = |policy: &&Policy| policy.layer == at.policy.layer && policy.section(at.direction).is_some();
        let last = ground.model.policies.iter().rfind(is_after);
        let is_last = last.is_some_and(|policy| policy.origin == at.policy.origin);
        let rules = at.policy.section(at.direction).map_or(0, |section| section.rules.len());
        if is_last && at.number + 1 == rules {
            found.push(at.place("", format!("it is the last {} rule of its tier", at.direction.name())));
        }
    }
    found
}

pub(super) fn baseline_hidden(ground: &Ground<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    for direction in Direction::BOTH {
        let isolates = |policy: &&Policy| {
            policy.section(direction).is_some_and(|section| section.end == End::Deny) && ground.dialect.enforces(&policy.origin)
        };
        let isolating = ground.model.policies.iter().filter(isolates);
        let closed: HashSet<&usize> = isolating.flat_map(|policy| ground.classes.numbers(&policy.subject)).collect();
        let is_host = |at: &usize| ground.classes.all.get(*at).is_some_and(|class| class.pod.host_network);
        for policy in ground.model.policies.iter().filter(|one| one.layer == Layer::Baseline && one.section(direction).is_some())
        {
            let mut pods = ground.classes.numbers(&policy.subject).iter().filter(|at| !is_host(at)).peekable();
            if pods.peek().is_some() && pods.all(|at| closed.contains(at)) {
                let what = format!("every pod of it is isolated for {}", direction.name());
                found.push(place(&policy.origin, direction.name(), what));
            }
        }
    }
    found
}

//! What a profile lets through: for each set of ports, the ends that have just these.
//!
//! Ends that share one fate are one part. A rule splits off of each part what it matches, and decides the ports that are still open
//! there (ANP-5: a rule on port 80 decides only port 80). Ends that no rule named are one part that is never listed, so the work is
//! that of what rules name. Where something is not known all is done twice: with every doubt against the connection and with every
//! doubt for it; what lies between is unknown.

use super::bits::Bits;
use super::rules::{Applies, Profile, Ready, Section, Step};
use super::sets::Sets;
use crate::policy::{Action, Direction, End, Holds, PortSet};
use crate::snapshot::Protocol;
use hashbrown::HashMap;
use std::sync::Arc;

/// Which of the two readings of what is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// Only what is open for sure
    Sure,
    /// What may be open, too
    Maybe,
}

/// Ends by the ports that connect them, disjoint; an end that is in none is cut off.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Row(pub(super) Vec<(PortSet, Bits)>);

impl Row {
    /// The ports of one end.
    pub(super) fn ports(&self, end: u32) -> PortSet {
        self.0.iter().find(|(_, ends)| ends.contains(end)).map_or_else(PortSet::none, |(ports, _)| ports.clone())
    }

    /// The ports of each end in both rows, combined.
    fn combine(&self, other: &Self, ends: u32, combined: fn(&PortSet, &PortSet) -> PortSet) -> Self {
        let whole = |row: &Self| {
            let closed = row.0.iter().fold(Bits::below(ends), |rest, (_, ends)| rest.difference(ends));
            row.0.iter().cloned().chain([(PortSet::none(), closed)]).collect::<Vec<_>>()
        };
        let (mut row, others) = (Self::default(), whole(other));
        for (ports, ends) in whole(self) {
            for (more, inside) in &others {
                row.put(combined(&ports, more), ends.intersection(inside));
            }
        }
        row
    }

    fn put(&mut self, ports: PortSet, ends: Bits) {
        if ports.is_empty() || ends.is_empty() {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == ports) {
            Some((_, all)) => *all = all.union(&ends),
            None => self.0.push((ports, ends)),
        }
    }
}

/// What a profile lets through.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows {
    /// For sure
    pub(super) sure: Arc<Row>,
    /// For sure or perhaps; the very same where nothing is in doubt
    pub(super) maybe: Arc<Row>,
}

impl Rows {
    pub(super) fn of(&self, bound: Bound) -> &Row {
        match bound {
            Bound::Sure => &self.sure,
            Bound::Maybe => &self.maybe,
        }
    }

    /// Whether something is not known.
    pub(super) fn are_doubtful(&self) -> bool {
        !Arc::ptr_eq(&self.sure, &self.maybe)
    }
}

/// What rows are read from.
pub(super) struct Book<'a> {
    pub(super) policies: &'a [Ready],
    pub(super) sets: &'a Sets,
    /// How many ends there are
    pub(super) ends: u32,
    /// The ends behind each port name, by the number that they have there
    pub(super) names: &'a HashMap<u32, Vec<(Protocol, u16, Bits)>>,
    /// The ends that may be nodes to policies, which have no names for ports (NP-30)
    pub(super) perhaps_nodes: &'a Bits,
    pub(super) ties_by_name: Holds,
}

/// How many lists of policies are tried at most where it is not known which of them are in force, and in which order.
const MOST_VARIANTS: usize = 32;

impl<'a> Book<'a> {
    /// What a profile lets through.
    pub(super) fn rows(&self, profile: &Profile) -> Rows {
        let all = || Arc::new(Row(vec![(PortSet::all(), Bits::below(self.ends))]));
        let variants = if profile.scope == Applies::WithStrangers { None } else { self.variants(profile) };
        let Some(variants) = variants else {
            return Rows { sure: Arc::default(), maybe: all() };
        };
        let both = |bound, combined: fn(&PortSet, &PortSet) -> PortSet| {
            let rows = variants.iter().map(|policies| self.row(profile, policies, bound));
            Arc::new(rows.reduce(|all, row| all.combine(&row, self.ends, combined)).unwrap_or_default())
        };
        let sure = both(Bound::Sure, PortSet::intersection);
        let is_sure = variants.len() == 1 && !self.is_doubtful(profile);
        let maybe = if is_sure { Arc::clone(&sure) } else { both(Bound::Maybe, PortSet::union) };
        Rows { sure, maybe }
    }

    /// The lists of policies that may be in force, in the order in which they decide; none if there are too many to tell.
    pub(super) fn variants(&self, profile: &Profile) -> Option<Vec<Vec<u32>>> {
        let policy = |id: &u32| &self.policies[*id as usize];
        let mut variants = vec![profile.policies.to_vec()];
        if profile.scope == Applies::OrNot && !profile.policies.is_empty() {
            variants.push(Vec::new());
        }
        for one in &profile.doubtful {
            let without = variants.iter().filter(|ids| ids.contains(one));
            let without: Vec<Vec<u32>> = without.map(|ids| ids.iter().copied().filter(|id| id != one).collect()).collect();
            variants.extend(without);
            if variants.len() > MOST_VARIANTS {
                return None;
            }
        }
        let is_tied = |a: &u32, b: &u32| policy(a).ties_with(policy(b));
        for tied in profile.policies.chunk_by(is_tied).filter(|tied| tied.len() > 1 && self.ties_by_name != Holds::Yes) {
            // What one of them decides no other changes if it is asked first, so each of them first is all that there is.
            let first = |ids: &Vec<u32>, one: u32| {
                let at = ids.iter().position(|id| tied.contains(id)).filter(|_| ids.contains(&one))?;
                let mut ids: Vec<u32> = ids.iter().copied().filter(|id| *id != one).collect();
                ids.insert(at, one);
                Some(ids)
            };
            let more: Vec<_> = tied[1..].iter().flat_map(|one| variants.iter().filter_map(|ids| first(ids, *one))).collect();
            variants.extend(more);
            if variants.len() > MOST_VARIANTS {
                return None;
            }
        }
        Some(variants)
    }

    /// The sections of policies for a direction, in the order in which they decide.
    pub(super) fn sections(&self, policies: &[u32], direction: Direction) -> impl Iterator<Item = (&'a Ready, &'a Section)> {
        let policies = policies.iter().map(|id| &self.policies[*id as usize]);
        policies.filter_map(move |policy| Some((policy, policy.section(direction)?)))
    }

    fn is_doubtful(&self, profile: &Profile) -> bool {
        let mut steps = self.sections(&profile.policies, profile.direction).flat_map(|(_, section)| &section.steps);
        let names_matter = profile.direction == Direction::Egress && !self.perhaps_nodes.is_empty();
        steps.any(|step| {
            names_matter && !step.names.is_empty()
                || step.finds_names == Holds::Maybe
                || step.peers.iter().any(|id| self.sets.all[*id as usize].is_doubtful())
        })
    }

    fn row(&self, profile: &Profile, policies: &[u32], bound: Bound) -> Row {
        let parts = self.parts(profile, policies, bound, |step, bound| self.peers(step, bound));
        let mut row = Row::default();
        let rest = parts.rest.open_ports();
        let others = if rest.is_empty() { Bits::default() } else { Bits::below(self.ends).difference(&parts.listed) };
        parts.named.into_iter().for_each(|(fate, ends)| row.put(fate.open_ports(), ends));
        row.put(rest, others);
        row
    }

    /// Lets policies decide. `peers` says whom a rule matches, for sure or perhaps.
    pub(super) fn parts(&self, profile: &Profile, policies: &[u32], bound: Bound, peers: impl Fn(&Step, Bound) -> Bits) -> Parts {
        let mut parts = Parts::default();
        let sections: Vec<_> = self.sections(policies, profile.direction).collect();
        for layer in sections.chunk_by(|(a, _), (b, _)| a.layer == b.layer) {
            for step in layer.iter().flat_map(|(_, section)| &section.steps) {
                self.step(&mut parts, profile, step, bound, &peers);
            }
            let isolates = layer.iter().any(|(_, section)| section.end == End::Deny);
            parts.all().for_each(|fate| fate.end_layer(isolates));
        }
        parts
    }

    /// Lets a rule decide.
    fn step(&self, parts: &mut Parts, profile: &Profile, step: &Step, bound: Bound, peers: &impl Fn(&Step, Bound) -> Bits) {
        // A rule that allows or denies matches those who are in doubt only in one of the two readings.
        let met = match (step.action, bound) {
            (Action::Allow, Bound::Maybe) | (Action::Deny, Bound::Sure) => Bound::Maybe,
            _ => Bound::Sure,
        };
        let matched = peers(step, met);
        self.matched(profile, step, &matched, met).for_each(|(ports, ends)| parts.decide(&ends, &ports, step.action));
        if step.action == Action::Pass {
            // To pass or not may do good or harm: those in doubt are decided here, one way and the other.
            // Of those in no doubt only ports by name are left, if any.
            let all = peers(step, Bound::Maybe);
            let doubtful = if step.names.is_empty() { all.difference(&matched) } else { all };
            let action = if bound == Bound::Maybe { Action::Allow } else { Action::Deny };
            self.matched(profile, step, &doubtful, Bound::Maybe).for_each(|(ports, ends)| parts.decide(&ends, &ports, action));
        }
    }

    fn peers(&self, step: &Step, bound: Bound) -> Bits {
        let mut sets = step.peers.iter().map(|id| self.sets.all[*id as usize].of(bound));
        let first = sets.next().cloned().unwrap_or_default();
        sets.fold(first, |all, set| all.union(set))
    }

    /// Who is matched on which ports. Names are looked up at the destination (NP-23): the class itself for ingress, the peer for
    /// egress.
    fn matched<'b>(
        &'b self,
        profile: &Profile,
        step: &'b Step,
        peers: &'b Bits,
        bound: Bound,
    ) -> impl Iterator<Item = (PortSet, Bits)> + 'b {
        let own = step.names.iter().flat_map(|name| profile.ports.iter().filter(move |(id, ..)| id == name));
        let fixed = own.fold(step.ports.clone(), |all, (_, protocol, number)| all.union(&PortSet::port(*protocol, *number)));
        let is_egress = profile.direction == Direction::Egress;
        let found = is_egress && (bound == Bound::Maybe || step.finds_names == Holds::Yes);
        let names = step.names.iter().filter(move |_| found).filter_map(|name| self.names.get(name)).flatten();
        let by_name = names.map(move |(protocol, number, ends)| {
            let ends = ends.intersection(peers);
            let ends = if bound == Bound::Sure { ends.difference(self.perhaps_nodes) } else { ends };
            (PortSet::port(*protocol, *number), ends)
        });
        by_name.chain([(fixed, peers.clone())]).filter(|(ports, ends)| !ports.is_empty() && !ends.is_empty())
    }
}

/// What became of the ports of an end so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fate {
    allowed: PortSet,
    /// No rule of this layer has decided these.
    open: PortSet,
    /// These go on to the next layer.
    passed: PortSet,
}

impl Default for Fate {
    fn default() -> Self {
        Self { allowed: PortSet::none(), open: PortSet::all(), passed: PortSet::none() }
    }
}

impl Fate {
    /// What it is once a rule matched these ports.
    fn decided(&self, ports: &PortSet, action: Action) -> Self {
        let now = self.open.intersection(ports);
        let mut next = Self { open: self.open.minus(&now), ..self.clone() };
        match action {
            Action::Allow => next.allowed = next.allowed.union(&now),
            Action::Pass => next.passed = next.passed.union(&now),
            Action::Deny => {}
        }
        next
    }

    fn end_layer(&mut self, isolates: bool) {
        let passed = std::mem::take(&mut self.passed);
        self.open = if isolates { passed } else { self.open.union(&passed) };
    }

    /// What is open after the last layer.
    pub(super) fn open_ports(&self) -> PortSet {
        self.allowed.union(&self.open)
    }
}

/// Ends by their fate.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Those that some rule named, disjoint
    named: Vec<(Fate, Bits)>,
    /// All of them
    listed: Bits,
    /// The fate of the others
    rest: Fate,
}

impl Parts {
    fn all(&mut self) -> impl Iterator<Item = &mut Fate> {
        self.named.iter_mut().map(|(fate, _)| fate).chain([&mut self.rest])
    }

    /// The fate of an end.
    pub(super) fn fate(&self, end: u32) -> &Fate {
        self.named.iter().find(|(_, ends)| ends.contains(end)).map_or(&self.rest, |(fate, _)| fate)
    }

    /// Splits off what is matched, and decides what is open there.
    fn decide(&mut self, ends: &Bits, ports: &PortSet, action: Action) {
        for (fate, inside) in std::mem::take(&mut self.named) {
            let matched = inside.intersection(ends);
            if !matched.is_empty() {
                self.join(fate.decided(ports, action), &matched);
            }
            self.join(fate, &inside.difference(&matched));
        }
        let fresh = ends.difference(&self.listed);
        self.listed = self.listed.union(&fresh);
        self.join(self.rest.decided(ports, action), &fresh);
    }

    fn join(&mut self, fate: Fate, ends: &Bits) {
        if ends.is_empty() {
            return;
        }
        match self.named.iter_mut().find(|(known, _)| *known == fate) {
            Some((_, all)) => *all = all.union(ends),
            None => self.named.push((fate, ends.clone())),
        }
    }
}

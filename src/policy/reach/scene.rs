//! The ends that policies are about, and how sets of them are found.
//!
//! An end is a class of pods or a group of addresses. Both are numbers of one line, classes first, so that one bitset can hold what
//! a rule means. It does not know what the sets are for.

use super::addresses::{Addresses, Whose};
use super::bits::Bits;
use super::classes::{Class, Classes, Spaces};
use super::rows::Bound;
use super::sets::Reading;
use crate::policy::world::COMPUTED;
use crate::policy::{Holds, Scope};
use crate::snapshot::{Operator, Requirement, Text};
use hashbrown::HashMap;
use std::ops::Range;

/// Everything that there is.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) spaces: Spaces,
    pub(super) addresses: Addresses,
    pub(super) classes: Classes,
}

/// Who is in a set for sure, and who may be.
pub(super) type Reads = (Bits, Bits);

impl Scene {
    /// How many ends there are.
    pub(super) fn ends(&self) -> u32 {
        (self.classes.all.len() + self.addresses.groups.len()) as u32
    }

    /// The end of a group of addresses.
    pub(super) fn end_of_group(&self, group: u32) -> u32 {
        self.classes.all.len() as u32 + group
    }

    /// The ends of a namespace; behind the last namespace are the addresses.
    pub(super) fn ends_of(&self, space: usize) -> Range<u32> {
        let first = |space: usize| self.classes.first_of_space.get(space).copied();
        first(space).unwrap_or(self.end_of_group(0))..first(space + 1).unwrap_or(self.ends())
    }

    /// The class of an end; none of addresses.
    pub(super) fn class(&self, end: u32) -> Option<&Class> {
        self.classes.all.get(end as usize).map(|class| &**class)
    }

    /// All groups of addresses.
    pub(super) fn groups(&self) -> Bits {
        (self.end_of_group(0)..self.ends()).collect()
    }

    /// Of pods that labels name, those that selectors match (NP-30).
    pub(super) fn as_pods(&self, (sure, maybe): Reads, reading: Reading) -> Reads {
        let is_host = |end: &u32| self.class(*end).is_some_and(|class| class.host_network);
        let hosts: Bits =
            if reading.host_pods_are_pods == Holds::Yes { Bits::default() } else { maybe.iter().filter(is_host).collect() };
        if hosts.is_empty() {
            return (sure, maybe);
        }
        let maybe = if reading.host_pods_are_pods == Holds::No { maybe.difference(&hosts) } else { maybe };
        (sure.difference(&hosts), maybe)
    }

    /// Of each set, by number, the ends that it holds by address. `holds` says whether a set can hold somebody by his.
    pub(super) fn by_address(&self, holds: impl Fn(u32, Whose) -> Holds) -> HashMap<u32, Reads> {
        let mut found: HashMap<u32, Reads> = HashMap::new();
        let mut add = |set: u32, ends: &Bits, holds: Holds| {
            let (sure, maybe) = found.entry(set).or_default();
            if holds == Holds::Yes {
                *sure = sure.union(ends);
            }
            if holds != Holds::No {
                *maybe = maybe.union(ends);
            }
        };
        // Many classes are in the same place, few places are taken.
        let mut places: HashMap<_, Bits> = HashMap::new();
        for (class, end) in self.classes.all.iter().zip(0..) {
            places.entry((&class.place, class.whose())).or_default().insert(end);
        }
        for ((place, whose), ends) in places {
            place.within.iter().for_each(|set| add(*set, &ends, holds(*set, whose)));
            place.perhaps.iter().for_each(|set| add(*set, &ends, holds(*set, whose).min(Holds::Maybe)));
        }
        for (group, number) in self.addresses.groups.iter().zip(0..) {
            let end: Bits = [self.end_of_group(number)].into_iter().collect();
            group.blocks.iter().for_each(|set| add(*set, &end, holds(*set, group.whose)));
        }
        found
    }
}

/// From labels to classes.
pub(super) struct Index<'a> {
    spaces: Vec<Bits>,
    keys: HashMap<&'a Text, (Bits, HashMap<&'a Text, Bits>)>,
    all: Bits,
}

impl<'a> Index<'a> {
    pub(super) fn of(scene: &'a Scene) -> Self {
        let mut index =
            Self { spaces: vec![Bits::default(); scene.spaces.all.len()], keys: HashMap::new(), all: Bits::default() };
        for (class, end) in scene.classes.all.iter().zip(0..) {
            index.all.insert(end);
            index.spaces[class.namespace as usize].insert(end);
            for (key, value) in &class.labels {
                let (any, values) = index.keys.entry(key).or_default();
                any.insert(end);
                values.entry(value).or_default().insert(end);
            }
        }
        index
    }

    /// The classes of these namespaces that a scope names, for sure and perhaps.
    pub(super) fn pods(&self, spaces: &[u32], scope: &Scope) -> Reads {
        let mut sure = match spaces {
            [one] => self.spaces[*one as usize].clone(),
            _ if scope.namespaces.are_all() => self.all.clone(),
            many => many.iter().flat_map(|space| self.spaces[*space as usize].iter()).collect(),
        };
        let mut maybe = sure.clone();
        for requirement in &scope.pods.requirements {
            sure = self.narrow(sure, requirement, Bound::Sure);
            maybe = self.narrow(maybe, requirement, Bound::Maybe);
        }
        (sure, maybe)
    }

    fn narrow(&self, found: Bits, Requirement { key, operator, values }: &Requirement, bound: Bound) -> Bits {
        let none = Bits::default();
        let (any, by_value) = match self.keys.get(key) {
            Some((any, by_value)) => (any, Some(by_value)),
            None => (&none, None),
        };
        // A value that is not known may be one of those listed, or none.
        let computed = |counts: bool| by_value.filter(|_| counts).and_then(|values| values.get(&Text::from(COMPUTED)));
        let listed = |counts: bool| values.iter().filter_map(|value| by_value?.get(value)).chain(computed(counts));
        match operator {
            Operator::Exists => found.intersection(any),
            Operator::DoesNotExist => found.difference(any),
            Operator::NotIn => listed(bound == Bound::Sure).fold(found, |found, bits| found.difference(bits)),
            Operator::In => {
                let mut listed = listed(bound == Bound::Maybe);
                let first = listed.next().map(|bits| found.intersection(bits)).unwrap_or_default();
                listed.fold(first, |all, bits| all.union(&found.intersection(bits)))
            }
        }
    }
}

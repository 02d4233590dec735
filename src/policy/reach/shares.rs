//! How many pairs of workloads are connected between two namespaces: the matrix counted.
//!
//! A party and itself are no pair, and all addresses outside are one party. Any part can be counted for itself, a row or a column,
//! so a screen counts what it shows. It does not know how shares are shown.

use super::grid::bits;
use super::pairs::{Line, Matrix};
use super::{EndId, Openness, Party, Reach};
use crate::policy::PortSet;
use crate::snapshot::Protocol;
use std::ops::Range;

/// Pairs between two namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many there are
    pub pairs: u64,
    /// Those that are connected on some of the ports asked about
    pub some: u64,
    /// Those that are connected on all of these
    pub all: u64,
}

impl Share {
    /// How far they reach each other.
    pub const fn openness(self) -> Openness {
        match self {
            Self { pairs: 0, .. } => Openness::Nobody,
            Self { some: 0, .. } => Openness::Closed,
            Self { pairs, all, .. } if pairs == all => Openness::Open,
            _ => Openness::Partly,
        }
    }
}

impl Reach {
    /// The ports that rules name one by one, in their order.
    pub fn named_ports(&self) -> Vec<(Protocol, u16)> {
        let single = |set: &PortSet| {
            let of = |protocol| set.intervals(protocol).filter(|(from, to)| from == to).map(move |(port, _)| (protocol, port));
            crate::policy::PROTOCOLS.into_iter().flat_map(of).collect::<Vec<_>>()
        };
        let mut ports: Vec<_> = self.compiled.ports().flat_map(|set| single(&set)).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }

    /// For each namespace of `from` the shares of those of `to`, by their places in [`Reach::namespaces`]; behind the last are the
    /// addresses outside. A pair is one of two parties.
    pub fn shares(
        &self,
        matrix: &Matrix<'_>,
        parties: &[Party],
        (from, to): (Range<usize>, Range<usize>),
        ports: &PortSet,
    ) -> Vec<Vec<Share>> {
        let scene = &self.compiled.scene;
        let mut weights = vec![0; self.ends() as usize];
        parties.iter().filter(|party| party.is_pods()).for_each(|party| weights[party.end.0 as usize] += 1);
        let nobody = vec![0; weights.len().div_ceil(64)];
        let outside = (nobody.clone(), vec![u64::MAX; nobody.len()]);
        let mut tally = Tally { reach: self, ports, weights, known: Vec::new(), met: (nobody.clone(), nobody), outside, to };
        let mut rows: Vec<Vec<Share>> = from.clone().map(|space| tally.nothing_yet(space)).collect();
        let mut space = from.start;
        matrix.read(scene.ends_of(from.start).start..scene.ends_of(from.end - 1).end, |line| {
            while !scene.ends_of(space).contains(&line.from.0) {
                space += 1;
            }
            tally.line(line, space, &mut rows[space - from.start]);
        });
        if let Some(row) = rows.last_mut().filter(|_| tally.is_outside(from.end - 1)) {
            tally.met = std::mem::take(&mut tally.outside);
            tally.count(row, None);
        }
        rows
    }
}

/// Sets of ends, as words: who is reached on some of the ports, and who on all.
type Met = (Vec<u64>, Vec<u64>);

/// Where rows are counted.
struct Tally<'a> {
    reach: &'a Reach,
    ports: &'a PortSet,
    /// How many parties an end is
    weights: Vec<u64>,
    /// Of each set of ports of the matrix: whether it holds some of those asked about, and all
    known: Vec<Option<(bool, bool)>>,
    /// Who is reached by the line that is being counted
    met: Met,
    /// Who is reached by some address outside, and by all
    outside: Met,
    /// The namespaces that are counted
    to: Range<usize>,
}

impl Tally<'_> {
    /// How many parties a namespace is.
    fn parties(&self, space: usize) -> u64 {
        let ends = self.reach.compiled.scene.ends_of(space);
        if self.is_outside(space) {
            return u64::from(!ends.is_empty());
        }
        self.weights[ends.start as usize..ends.end as usize].iter().sum()
    }

    fn is_outside(&self, space: usize) -> bool {
        space == self.reach.compiled.scene.spaces.all.len()
    }

    /// The pairs of a row, none of them connected.
    fn nothing_yet(&self, space: usize) -> Vec<Share> {
        let sources = self.parties(space);
        let pairs = |at: usize| match (at == space, self.is_outside(space)) {
            (true, true) => 0,
            (true, false) => sources * sources.saturating_sub(1),
            (false, _) => sources * self.parties(at),
        };
        self.to.clone().map(|at| Share { pairs: pairs(at), ..Share::default() }).collect()
    }

    fn line(&mut self, line: &Line<'_>, space: usize, row: &mut [Share]) {
        let is_outside = self.is_outside(space);
        if !is_outside && self.weights[line.from.0 as usize] == 0 {
            return;
        }
        self.meet(line);
        if is_outside {
            self.outside.0.iter_mut().zip(&self.met.0).for_each(|(any, word)| *any |= word);
            self.outside.1.iter_mut().zip(&self.met.1).for_each(|(all, word)| *all &= word);
        } else {
            self.count(row, Some(line.from));
        }
    }

    /// Notes who is reached by a line.
    fn meet(&mut self, line: &Line<'_>) {
        self.met.0.fill(0);
        self.met.1.fill(0);
        for (id, set, reached) in line.parts() {
            if self.known.len() <= id as usize {
                self.known.resize(id as usize + 1, None);
            }
            let holds = || (!set.intersection(self.ports).is_empty(), set.contains(self.ports));
            let (some, all) = *self.known[id as usize].get_or_insert_with(holds);
            let add = |words: &mut [u64]| words.iter_mut().zip(reached).for_each(|(word, more)| *word |= more);
            if some {
                add(&mut self.met.0);
            }
            if all {
                add(&mut self.met.1);
            }
        }
    }

    /// Adds whom an end reaches, or where none is named the addresses outside together.
    fn count(&self, row: &mut [Share], from: Option<EndId>) {
        let own = from.map_or(1, |end| self.weights[end.0 as usize]);
        for (share, at) in row.iter_mut().zip(self.to.clone()).filter(|(share, _)| share.pairs > 0) {
            let ends = self.reach.compiled.scene.ends_of(at);
            if self.is_outside(at) {
                share.some += own * u64::from(bits(&self.met.0, &ends).any(|(word, mask)| word & mask != 0));
                share.all += own * u64::from(bits(&self.met.1, &ends).all(|(word, mask)| word & mask == mask));
                continue;
            }
            // A party and itself are no pair.
            let itself = |words: &[u64]| from.map_or(0, |end| u64::from(ends.contains(&end.0) && is_in(words, end.0)));
            share.some += own * (self.weigh(&self.met.0, &ends) - itself(&self.met.0));
            share.all += own * (self.weigh(&self.met.1, &ends) - itself(&self.met.1));
        }
    }

    fn weigh(&self, words: &[u64], ends: &Range<u32>) -> u64 {
        let places = (ends.start / 64..).map(|place| place as usize * 64);
        let sum = |((word, mask), base): ((u64, u64), usize)| {
            let (mut word, mut sum) = (word & mask, 0);
            while word != 0 {
                sum += self.weights[base + word.trailing_zeros() as usize];
                word &= word - 1;
            }
            sum
        };
        bits(words, ends).zip(places).map(sum).sum()
    }
}

fn is_in(words: &[u64], end: u32) -> bool {
    words[end as usize / 64] >> (end % 64) & 1 == 1
}

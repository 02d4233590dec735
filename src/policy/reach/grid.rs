//! How far namespaces reach each other: the matrix folded to a cell for two of them.
//!
//! Any rows can be read for themselves, so a screen reads those that it shows, and several threads can share a whole grid. The
//! addresses outside are the last place of a row. It does not know how cells are shown.

use super::pairs::{Line, Matrix};
use super::{EndId, Reach};
use crate::policy::PortSet;
use crate::snapshot::Text;
use hashbrown::HashMap;
use std::ops::Range;

/// How far the pods of one namespace reach those of another. A pod and itself are no pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Openness {
    /// There is no pair of them.
    Nobody,
    /// None reaches any.
    Closed,
    /// Some reach some, or on some ports.
    Partly,
    /// Each reaches each on all ports.
    Open,
}

/// Two namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// How far they reach
    pub open: Openness,
    /// On which ports some of them do, a number of [`GridRow::ports`]
    pub ports: u32,
}

/// One namespace, and all that it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridRow {
    /// In the order of [`Reach::namespaces`], then the addresses outside
    pub cells: Vec<Cell>,
    /// The sets of ports that cells name
    pub ports: Vec<PortSet>,
}

impl Reach {
    /// The namespaces that have a pod or an object, by name.
    pub fn namespaces(&self) -> impl Iterator<Item = &Text> {
        self.compiled.scene.spaces.all.iter().map(|space| &space.name)
    }

    /// The rows of these namespaces, by their places in [`Reach::namespaces`]; behind the last are the addresses outside.
    pub fn grid(&self, matrix: &Matrix<'_>, from: Range<usize>) -> Vec<GridRow> {
        let scene = &self.compiled.scene;
        let mut rows = Vec::with_capacity(from.len());
        let (mut space, mut fold) = (from.start, Fold::new(scene.ends()));
        let mut finish = |space: &mut usize, fold: &mut Fold| {
            rows.push(self.fold(*space, fold));
            *space += 1;
            *fold = Fold::new(scene.ends());
        };
        matrix.read(scene.ends_of(from.start).start..scene.ends_of(from.end - 1).end, |line| {
            while !scene.ends_of(space).contains(&line.from.0) {
                finish(&mut space, &mut fold);
            }
            fold.add(line, self.pods_of(line.from) == 1);
        });
        while space < from.end {
            finish(&mut space, &mut fold);
        }
        rows
    }

    /// The row of a namespace, its lines laid over each other.
    fn fold(&self, from: usize, fold: &Fold) -> GridRow {
        let scene = &self.compiled.scene;
        let (outside, sources) = (scene.spaces.all.len(), scene.ends_of(from));
        let mut ports = Unions::default();
        let cells = (0..=outside).map(|to| {
            let ends = scene.ends_of(to);
            let alone = from == to && sources.len() == 1 && self.pods_of(EndId(sources.start)) == 1;
            if from.min(to) == outside || alone || ends.is_empty() || sources.is_empty() {
                return Cell { open: Openness::Nobody, ports: NONE };
            }
            let reached = fold.any.iter().filter(|(_, words)| bits(words, &ends).any(|(word, mask)| word & mask != 0));
            let reached = reached.fold(NONE, |all, (id, _)| ports.add(all, *id, &fold.sets));
            let is_all = bits(&fold.all, &ends).all(|(word, mask)| word & mask == mask);
            let open = match (is_all, reached == NONE) {
                (_, true) => Openness::Closed,
                (true, false) => Openness::Open,
                (false, false) => Openness::Partly,
            };
            Cell { open, ports: reached }
        });
        GridRow { cells: cells.collect(), ports: ports.sets }
    }
}

/// The lines of one namespace, laid over each other.
struct Fold {
    /// By set of ports: who is reached by some
    any: HashMap<u32, Vec<u64>>,
    /// Who is reached by all on all ports
    all: Vec<u64>,
    /// The sets of ports that were met, by their number
    sets: Vec<(u32, PortSet)>,
}

impl Fold {
    fn new(ends: u32) -> Self {
        Self { any: HashMap::new(), all: vec![u64::MAX; ends.div_ceil(64) as usize], sets: Vec::new() }
    }

    fn add(&mut self, line: &Line<'_>, is_one: bool) {
        let (at, own) = (line.from.0 as usize / 64, if is_one { 1 << (line.from.0 % 64) } else { 0 });
        let mut is_closed = true;
        for (id, ports, words) in line.parts() {
            let any = self.any.entry(id).or_insert_with(|| {
                self.sets.push((id, ports.clone()));
                vec![0; words.len()]
            });
            let had = any[at];
            any.iter_mut().zip(words).for_each(|(any, word)| *any |= word);
            any[at] = had | words[at] & !own;
            if ports.is_all() {
                is_closed = false;
                let had = self.all[at];
                self.all.iter_mut().zip(words).for_each(|(all, word)| *all &= word);
                self.all[at] = had & (words[at] | own);
            }
        }
        if is_closed {
            let had = self.all[at];
            self.all.fill(0);
            self.all[at] = had & own;
        }
    }
}

/// The words that hold these numbers, each with the mask of them.
pub(super) fn bits<'a>(words: &'a [u64], ends: &Range<u32>) -> impl Iterator<Item = (u64, u64)> + use<'a> {
    let (start, end) = (ends.start, ends.end);
    (start / 64..end.div_ceil(64)).map(move |at| {
        let from = u64::MAX << start.saturating_sub(at * 64);
        let to = u64::MAX >> (at * 64 + 64).saturating_sub(end);
        (words[at as usize], from & to)
    })
}

/// Number of the empty set of ports.
const NONE: u32 = 0;

/// Sets of ports by number, and what two are together.
struct Unions {
    /// The first is the empty one
    sets: Vec<PortSet>,
    ids: HashMap<PortSet, u32>,
    known: HashMap<(u32, u32), u32>,
}

impl Default for Unions {
    fn default() -> Self {
        Self { sets: vec![PortSet::none()], ids: [(PortSet::none(), NONE)].into(), known: HashMap::new() }
    }
}

impl Unions {
    fn id(&mut self, set: PortSet) -> u32 {
        let sets = &mut self.sets;
        *self.ids.entry(set).or_insert_with_key(|set| {
            sets.push(set.clone());
            sets.len() as u32 - 1
        })
    }

    /// One of the own sets together with one of `sets`.
    fn add(&mut self, own: u32, other: u32, sets: &[(u32, PortSet)]) -> u32 {
        if let Some(both) = self.known.get(&(own, other)) {
            return *both;
        }
        let more = sets.iter().filter(|(id, _)| *id == other).map(|(_, set)| set.clone());
        let both = more.fold(self.sets[own as usize].clone(), |all, set| all.union(&set));
        let id = self.id(both);
        self.known.insert((own, other), id);
        id
    }
}

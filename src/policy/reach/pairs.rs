//! All pairs of ends, a source at a time, each with its ports.
//!
//! A row of the matrix is what the source may call, met with who lets the source in. Who lets a source in is read out of the
//! ingress rows for 64 sources at once, a word of each. The matrix is never kept: it would be gigabytes where what people ask
//! of it (a grid of namespaces, a list of workloads) is small. Parts of it can be read on several threads.

use super::bits::Bits;
use super::rows::Bound;
use super::{EndId, Reach};
use crate::policy::{Direction, PortSet};
use hashbrown::HashMap;
use std::ops::Range;

/// What one source reaches: for each set of ports the destinations. Disjoint.
#[derive(Debug)]
pub struct Line<'a> {
    /// The source
    pub from: EndId,
    parts: &'a [(u32, Vec<u64>)],
    ports: &'a [PortSet],
}

impl Line<'_> {
    /// Each set of ports, by its number in this matrix, with the destinations that are reached on just these, as words of 64 ends.
    pub(super) fn parts(&self) -> impl Iterator<Item = (u32, &PortSet, &[u64])> {
        self.parts.iter().map(|(ports, words)| (*ports, &self.ports[*ports as usize], words.as_slice()))
    }

    /// Each destination with the ports on which it is reached.
    pub fn reached(&self) -> impl Iterator<Item = (&PortSet, EndId)> {
        self.parts().flat_map(|(_, ports, words)| {
            let bits = |(mut word, at): (u64, u32)| {
                std::iter::from_fn(move || {
                    let bit = (word != 0).then(|| word.trailing_zeros())?;
                    word &= word - 1;
                    Some(EndId(at * 64 + bit))
                })
            };
            words.iter().copied().zip(0..).flat_map(bits).map(move |end| (ports, end))
        })
    }
}

/// The matrix, ready to be read.
#[derive(Debug)]
pub struct Matrix<'a> {
    reach: &'a Reach,
    bound: Bound,
    /// Of each profile of ingress: the ends that have it, and who may call on which ports.
    answering: Vec<(Bits, Vec<(u32, &'a Bits)>)>,
    ports: PortTable,
    /// All pods, as plain words.
    pods: Vec<u64>,
}

impl<'a> Matrix<'a> {
    pub(super) fn of(reach: &'a Reach, bound: Bound) -> Self {
        let mut ports = PortTable::default();
        let mut holders: HashMap<u32, Bits> = HashMap::new();
        for (profile, end) in reach.compiled.profile_of[Direction::Ingress as usize].iter().zip(0..) {
            holders.entry(*profile).or_default().insert(end);
        }
        let mut holders: Vec<_> = holders.into_iter().collect();
        holders.sort_unstable_by_key(|(profile, _)| *profile);
        let answering = holders.into_iter().map(|(profile, ends)| {
            let row = reach.rows_of(profile).of(bound);
            (ends, row.0.iter().map(|(set, callers)| (ports.id(set), callers)).collect())
        });
        let answering = answering.collect();
        let scene = &reach.compiled.scene;
        let mut pods = vec![0; scene.ends().div_ceil(64) as usize];
        Bits::below(scene.end_of_group(0)).words().for_each(|(place, word)| pods[place as usize] = word);
        Self { reach, bound, answering, ports, pods }
    }

    /// Reads the rows of these sources; `visit` sees each of them in order.
    pub fn read(&self, sources: Range<u32>, mut visit: impl FnMut(&Line<'_>)) {
        let mut sheet = Sheet { ports: self.ports.clone(), words: self.pods.len(), ..Sheet::default() };
        let mut lists: Vec<Vec<(u32, u32)>> = vec![Vec::new(); 64];
        let mut cursors: Vec<u32> = Vec::new();
        for block in sources.start / 64..sources.end.div_ceil(64) {
            self.admitted(block, &mut cursors, &mut lists);
            for (list, source) in lists.iter_mut().zip(block * 64..) {
                if sources.contains(&source) {
                    self.line(source, list, &mut sheet);
                    visit(&Line { from: EndId(source), parts: &sheet.out, ports: &sheet.ports.sets });
                }
                list.clear();
            }
        }
    }

    /// For each source of a block the profiles that let it in, and on which ports. `cursors` remember where words were found.
    fn admitted(&self, block: u32, cursors: &mut Vec<u32>, lists: &mut [Vec<(u32, u32)>]) {
        let mut cursor = 0;
        for ((_, rows), profile) in self.answering.iter().zip(0..) {
            for (ports, callers) in rows {
                if cursor == cursors.len() {
                    cursors.push(0);
                }
                let index = callers.seek(block, cursors[cursor]);
                cursors[cursor] = index;
                cursor += 1;
                let mut word = callers.word_at(index, block);
                while word != 0 {
                    lists[word.trailing_zeros() as usize].push((profile, *ports));
                    word &= word - 1;
                }
            }
        }
    }

    /// Works out the row of one source.
    fn line(&self, source: u32, admitted: &[(u32, u32)], sheet: &mut Sheet) {
        sheet.clear();
        for (profile, ports) in admitted {
            let words = sheet.entry(*ports);
            for (place, word) in self.answering[*profile as usize].0.words() {
                words[place as usize] |= word;
            }
        }
        std::mem::swap(&mut sheet.out, &mut sheet.into);
        let is_pod = self.reach.compiled.scene.class(source).is_some();
        let egress = self.reach.rows(source, Direction::Egress).of(self.bound);
        for (set, ends) in &egress.0 {
            let calls = sheet.ports.id(set);
            for index in 0..sheet.into.len() {
                let both = sheet.ports.meet(calls, sheet.into[index].0);
                if both == NOTHING {
                    continue;
                }
                let at = sheet.place(both);
                let (into, out) = (&sheet.into[index].1, &mut sheet.out[at].1);
                for (place, word) in ends.words() {
                    // No policy is about addresses among themselves.
                    let word = if is_pod { word } else { word & self.pods[place as usize] };
                    out[place as usize] |= word & into[place as usize];
                }
            }
        }
    }
}

/// Number of the empty set of ports.
const NOTHING: u32 = 0;

/// Sets of ports by number, so that what two have in common is found once.
#[derive(Debug, Clone)]
pub(super) struct PortTable {
    pub(super) sets: Vec<PortSet>,
    ids: HashMap<PortSet, u32>,
    common: HashMap<(u32, u32), u32>,
}

impl Default for PortTable {
    fn default() -> Self {
        let mut table = Self { sets: Vec::new(), ids: HashMap::new(), common: HashMap::new() };
        table.id(&PortSet::none());
        table
    }
}

impl PortTable {
    pub(super) fn id(&mut self, set: &PortSet) -> u32 {
        if let Some(id) = self.ids.get(set) {
            return *id;
        }
        let id = self.sets.len() as u32;
        self.sets.push(set.clone());
        self.ids.insert(set.clone(), id);
        id
    }

    fn meet(&mut self, a: u32, b: u32) -> u32 {
        if a == b {
            return a;
        }
        if let Some(common) = self.common.get(&(a, b)) {
            return *common;
        }
        let set = self.sets[a as usize].intersection(&self.sets[b as usize]);
        let id = self.id(&set);
        self.common.insert((a, b), id);
        id
    }
}

/// Where a row is worked out: plain words, used again for the next row.
#[derive(Default)]
struct Sheet {
    ports: PortTable,
    words: usize,
    /// By set of ports: who lets the source in.
    into: Vec<(u32, Vec<u64>)>,
    /// By set of ports: whom the source reaches.
    out: Vec<(u32, Vec<u64>)>,
    spare: Vec<Vec<u64>>,
}

impl Sheet {
    fn clear(&mut self) {
        for (_, mut words) in self.into.drain(..).chain(self.out.drain(..)) {
            words.fill(0);
            self.spare.push(words);
        }
    }

    /// Where the words of a set of ports are.
    fn place(&mut self, ports: u32) -> usize {
        let known = self.out.iter().position(|(known, _)| *known == ports);
        known.unwrap_or_else(|| {
            self.out.push((ports, self.spare.pop().unwrap_or_else(|| vec![0; self.words])));
            self.out.len() - 1
        })
    }

    fn entry(&mut self, ports: u32) -> &mut [u64] {
        let at = self.place(ports);
        &mut self.out[at].1
    }
}

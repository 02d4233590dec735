//! Sets of small numbers: the words that are not zero, each with its place.
//!
//! Most sets here are about one namespace, whose members have neighbouring numbers, so they are a word or two long; a set of
//! everything is as long as a plain bitset and half. They do not know what their members mean.

/// A set of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Bits {
    /// Places of `words`, ascending.
    at: Vec<u32>,
    /// None of them zero.
    words: Vec<u64>,
}

impl Bits {
    /// The numbers below `end`.
    pub(super) fn below(end: u32) -> Self {
        let whole = end / 64;
        let mut bits = Self { at: (0..whole).collect(), words: vec![u64::MAX; whole as usize] };
        bits.push(whole, (1 << (end % 64)) - 1);
        bits
    }

    /// Adds a word behind the others, unless it is zero.
    fn push(&mut self, at: u32, word: u64) {
        if word != 0 {
            self.at.push(at);
            self.words.push(word);
        }
    }

    /// Where the word of that place is, or would be.
    fn find(&self, place: u32) -> Result<usize, usize> {
        // Places never run behind their index, so in a dense set the word of a place stands at that index.
        match self.at.get(place as usize) {
            Some(at) if *at == place => Ok(place as usize),
            _ => self.at.binary_search(&place),
        }
    }

    /// Whether it is in the set.
    pub(super) fn contains(&self, number: u32) -> bool {
        self.find(number / 64).is_ok_and(|index| self.words[index] >> (number % 64) & 1 == 1)
    }

    /// Adds one number.
    pub(super) fn insert(&mut self, number: u32) {
        let (place, bit) = (number / 64, 1 << (number % 64));
        match self.find(place) {
            Ok(index) => self.words[index] |= bit,
            Err(index) => {
                self.at.insert(index, place);
                self.words.insert(index, bit);
            }
        }
    }

    /// Whether there is no number in it.
    pub(super) fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The numbers, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.words().flat_map(|(place, mut word)| {
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros())?;
                word &= word - 1;
                Some(place * 64 + bit)
            })
        })
    }

    /// The words that are not zero, with their places, ascending.
    pub(super) fn words(&self) -> impl Iterator<Item = (u32, u64)> {
        self.at.iter().copied().zip(self.words.iter().copied())
    }

    /// Where the word of `place` is, or of the next place that has one. `from` is where to begin looking.
    pub(super) fn seek(&self, place: u32, from: u32) -> u32 {
        let from = from as usize;
        // Who goes from place to place finds it at once.
        match self.at.get(from..) {
            Some([first, ..]) if *first >= place => from as u32,
            Some([_, second, ..]) if *second >= place => from as u32 + 1,
            Some(rest) => (from + rest.partition_point(|at| *at < place)) as u32,
            None => self.at.len() as u32,
        }
    }

    /// The word of `place`, which [`Bits::seek`] found at `index`.
    pub(super) fn word_at(&self, index: u32, place: u32) -> u64 {
        match self.at.get(index as usize) {
            Some(at) if *at == place => self.words[index as usize],
            _ => 0,
        }
    }

    /// Both together.
    pub(super) fn union(&self, other: &Self) -> Self {
        let mut out = Self::with_room(self.at.len() + other.at.len());
        let (mut i, mut j) = (0, 0);
        while i < self.at.len() && j < other.at.len() {
            let (a, b) = (self.at[i], other.at[j]);
            let word = if a <= b { self.words[i] } else { 0 } | if b <= a { other.words[j] } else { 0 };
            out.push(a.min(b), word);
            i += usize::from(a <= b);
            j += usize::from(b <= a);
        }
        out.extend(self, i);
        out.extend(other, j);
        out
    }

    /// What is in both.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        // Looking the words of a short set up in a long one is cheaper than passing through the long one.
        let (short, long) = if self.at.len() <= other.at.len() { (self, other) } else { (other, self) };
        let mut out = Self::with_room(short.at.len());
        for (place, word) in short.words() {
            if let Ok(index) = long.find(place) {
                out.push(place, word & long.words[index]);
            }
        }
        out
    }

    /// What is in this set and not in the other.
    pub(super) fn difference(&self, other: &Self) -> Self {
        let mut out = Self::with_room(self.at.len());
        for (place, word) in self.words() {
            out.push(place, word & !other.find(place).map_or(0, |index| other.words[index]));
        }
        out
    }

    fn with_room(words: usize) -> Self {
        Self { at: Vec::with_capacity(words), words: Vec::with_capacity(words) }
    }

    fn extend(&mut self, other: &Self, from: usize) {
        self.at.extend_from_slice(&other.at[from..]);
        self.words.extend_from_slice(&other.words[from..]);
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut bits = Self::default();
        for number in numbers {
            bits.insert(number);
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn numbers() -> impl Strategy<Value = BTreeSet<u32>> {
        prop_oneof![prop::collection::btree_set(0..400u32, 0..40), (0..400u32).prop_map(|end| (0..end).collect())]
    }

    fn bits(set: &BTreeSet<u32>) -> Bits {
        set.iter().copied().collect()
    }

    proptest! {
        #[test]
        fn they_are_sets(a in numbers(), b in numbers(), one in 0..400u32) {
            let (x, y) = (bits(&a), bits(&b));
            prop_assert_eq!(x.union(&y), bits(&(&a | &b)));
            prop_assert_eq!(x.intersection(&y), bits(&(&a & &b)));
            prop_assert_eq!(x.difference(&y), bits(&(&a - &b)));
            prop_assert_eq!(x.contains(one), a.contains(&one));
            prop_assert_eq!((x.len(), x.is_empty()), (a.len(), a.is_empty()));
            prop_assert!(x.iter().eq(a.iter().copied()));
        }
    }

    #[test]
    fn below_a_number_are_all_smaller_ones() {
        for end in [0, 1, 63, 64, 65, 128] {
            assert!(Bits::below(end).iter().eq(0..end), "{end}");
        }
    }
}

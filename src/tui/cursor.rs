//! A cursor on rows that come and go: it stays on its thing, and the rows scroll to keep it in sight.
//!
//! Rows without a key, such as headings, are passed over. It knows neither what the rows say nor how they are drawn.

use super::action::{Motion, Step};

/// Where the cursor is among rows, and which of them are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<K> {
    /// The thing it is on; none before anybody moved.
    pub key: Option<K>,
    /// The row of that thing.
    pub at: usize,
    /// The first row that is seen.
    pub first: usize,
}

impl<K> Default for Cursor<K> {
    fn default() -> Self {
        Self { key: None, at: 0, first: 0 }
    }
}

impl<K: PartialEq> Cursor<K> {
    /// Finds the thing again among `len` rows of which `height` are seen; where it is gone, its place. `start` is the row for a
    /// cursor that nobody moved.
    pub(crate) fn settle(&mut self, len: usize, height: usize, start: usize, key: impl Fn(usize) -> Option<K>) {
        self.at = match &self.key {
            None => start,
            known if key(self.at) == *known => self.at,
            known => (0..len).find(|row| key(*row) == *known).unwrap_or(self.at),
        };
        if self.at >= len || key(self.at).is_none() {
            self.at = nearest(self.at.min(len.saturating_sub(1)), len, &key);
        }
        if self.key.is_some() {
            self.key = key(self.at);
        }
        self.follow(len, height, &key);
    }

    /// Moves among `len` rows of which `height` are seen.
    pub(crate) fn step(&mut self, motion: Motion, len: usize, height: usize, key: impl Fn(usize) -> Option<K>) {
        let after = |from: usize| (from..len).find(|row| key(*row).is_some());
        let before = |from: usize| (0..=from.min(len.saturating_sub(1))).rev().find(|row| key(*row).is_some());
        let page = height.max(1);
        let half = page.div_ceil(2);
        let down = |by: usize| after(self.at + by).or_else(|| before(len));
        let up = |by: usize| self.at.checked_sub(by).and_then(before).or_else(|| after(0));
        let to = match motion {
            Motion::Down => after(self.at + 1),
            Motion::Up => self.at.checked_sub(1).and_then(before),
            Motion::First => after(0),
            Motion::Last => before(len),
            Motion::HalfDown => down(half),
            Motion::HalfUp => up(half),
            Motion::PageDown => down(page),
            Motion::PageUp => up(page),
            Motion::Left | Motion::Right => None,
        };
        self.put(to.unwrap_or(self.at), &key);
    }

    /// Puts it on a row.
    pub(crate) fn put(&mut self, row: usize, key: impl Fn(usize) -> Option<K>) {
        if let Some(known) = key(row) {
            (self.at, self.key) = (row, Some(known));
        }
    }

    /// Scrolls as little as possible so that the thing is seen, with the rows that belong to it and the headings above it.
    fn follow(&mut self, len: usize, height: usize, key: &impl Fn(usize) -> Option<K>) {
        const ABOVE: usize = 3;
        let height = height.max(1);
        let plain = |row: &usize| *row < len && key(*row).is_none();
        let below = (self.at + 1..(self.at + height).min(len)).take_while(plain).count();
        let above = (0..self.at).rev().take(ABOVE).take_while(plain).count();
        let bottom = self.at + below;
        self.first = self.first.max((bottom + 1).saturating_sub(height)).min(self.at.saturating_sub(above));
        self.first = self.first.max((self.at + 1).saturating_sub(height)).min(len.saturating_sub(height));
    }
}

/// The wanted row after or before `at` among `len`, round the ends; none if no other one is wanted.
pub(crate) fn beside(at: usize, len: usize, step: Step, is_wanted: impl Fn(usize) -> bool) -> Option<usize> {
    let (before, after) = (0..at.min(len), (at + 1).min(len)..len);
    match step {
        Step::Next => after.chain(before).find(|row| is_wanted(*row)),
        Step::Before => before.rev().chain(after.rev()).find(|row| is_wanted(*row)),
    }
}

/// The row with a key that is nearest to `at`, preferring those after it.
fn nearest<K>(at: usize, len: usize, key: &impl Fn(usize) -> Option<K>) -> usize {
    let has = |row: &usize| key(*row).is_some();
    (at..len).find(has).or_else(|| (0..at).rev().find(has)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [&str; 8] = ["", "a", "b", "", "", "c", "", "d"];

    fn key(rows: &'static [&'static str]) -> impl Fn(usize) -> Option<&'static str> {
        move |row| rows.get(row).copied().filter(|name| !name.is_empty())
    }

    #[test]
    fn it_passes_over_headings_and_stops_at_the_ends() {
        let mut cursor = Cursor::default();
        cursor.settle(8, 4, 0, key(&ROWS));
        assert_eq!((cursor.at, cursor.first), (1, 0));
        for (motion, at) in
            [(Motion::Down, 2), (Motion::Down, 5), (Motion::Down, 7), (Motion::Down, 7), (Motion::Up, 5), (Motion::First, 1)]
        {
            cursor.step(motion, 8, 4, key(&ROWS));
            assert_eq!(cursor.at, at, "{motion:?}");
        }
        cursor.step(Motion::PageDown, 8, 4, key(&ROWS));
        assert_eq!(cursor.at, 5);
    }

    #[test]
    fn the_next_wanted_row_is_found_round_the_ends_and_is_another_one() {
        let wanted = |row| row == 1 || row == 5;
        let found = |at, step| beside(at, 8, step, wanted);
        assert_eq!((found(1, Step::Next), found(5, Step::Next), found(7, Step::Next)), (Some(5), Some(1), Some(1)));
        assert_eq!((found(1, Step::Before), found(0, Step::Before), found(3, Step::Before)), (Some(5), Some(5), Some(1)));
        assert_eq!(beside(5, 8, Step::Next, |row| row == 5), None);
        assert_eq!(beside(9, 2, Step::Next, |row| row == 0), Some(0));
    }

    #[test]
    fn it_stays_on_its_thing_when_rows_come_before_it() {
        let mut cursor = Cursor::default();
        cursor.put(2, key(&ROWS));
        cursor.settle(4, 4, 0, key(&["", "new", "a", "b"]));
        assert_eq!((cursor.key, cursor.at), (Some("b"), 3));
    }

    #[test]
    fn where_its_thing_is_gone_it_keeps_its_place() {
        let mut cursor = Cursor::default();
        cursor.put(5, key(&ROWS));
        cursor.settle(6, 4, 0, key(&["", "a", "b", "", "", "x"]));
        assert_eq!((cursor.key, cursor.at), (Some("x"), 5));
        cursor.settle(2, 4, 0, key(&["", "a"]));
        assert_eq!((cursor.key, cursor.at), (Some("a"), 1));
        cursor.settle(0, 4, 0, key(&[]));
        assert_eq!((cursor.at, cursor.first), (0, 0));
    }

    #[test]
    fn rows_that_belong_to_a_thing_are_seen_with_it() {
        let mut cursor = Cursor::default();
        cursor.put(2, key(&ROWS));
        cursor.settle(8, 4, 0, key(&ROWS));
        assert_eq!(cursor.first, 1, "rows 3 and 4 belong to row 2");
        cursor.put(1, key(&ROWS));
        cursor.settle(8, 4, 0, key(&ROWS));
        assert_eq!(cursor.first, 0, "the heading is seen with the first row");
    }
}

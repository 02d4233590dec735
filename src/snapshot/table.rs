//! A table of facts that snapshots share: copying it copies pointers, changing one row copies one small chunk.
//!
//! Rows live in slots that stay the same while the row lives; the order is that of insertion, with gaps filled again. It
//! knows nothing of what the rows are. Who needs an order or an index builds it.

use std::sync::Arc;

const CHUNK: usize = 128;

/// A copy-on-write slab of `Arc<T>`.
#[derive(Debug)]
pub struct Table<T> {
    chunks: Vec<Arc<Vec<Option<Arc<T>>>>>,
    free: Arc<Vec<u32>>,
    rows: usize,
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self { chunks: self.chunks.clone(), free: Arc::clone(&self.free), rows: self.rows }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), free: Arc::default(), rows: 0 }
    }
}

impl<T> Table<T> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<T>> {
        self.chunks.iter().flat_map(|chunk| chunk.iter().flatten())
    }

    /// The row in `slot`.
    pub fn get(&self, slot: u32) -> Option<&Arc<T>> {
        self.chunks.get(slot as usize / CHUNK)?.get(slot as usize % CHUNK)?.as_ref()
    }

    /// The rows that are not the very same in `other`. Chunks that both share are passed over.
    pub fn rows_not_in<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a Arc<T>> {
        self.chunks.iter().enumerate().flat_map(move |(nth, chunk)| {
            let others = other.chunks.get(nth).filter(|others| !Arc::ptr_eq(chunk, others));
            let shared = others.is_none() && nth < other.chunks.len();
            let rows = if shared { &[][..] } else { chunk.as_slice() };
            rows.iter().enumerate().filter_map(move |(at, row)| {
                let same = |row: &Arc<T>| others.and_then(|rows| rows.get(at)?.as_ref()).is_some_and(|one| Arc::ptr_eq(row, one));
                row.as_ref().filter(|row| !same(row))
            })
        })
    }

    /// Adds a row and says its slot.
    pub fn insert(&mut self, row: Arc<T>) -> u32 {
        self.rows += 1;
        if !self.free.is_empty()
            && let Some(slot) = Arc::make_mut(&mut self.free).pop()
        {
            if let Some(place) = self.place(slot) {
                *place = Some(row);
            }
            return slot;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Arc::new(Vec::with_capacity(CHUNK)));
        }
        let full = (self.chunks.len() - 1) * CHUNK;
        let Some(last) = self.chunks.last_mut() else { return 0 };
        let last = Arc::make_mut(last);
        last.push(Some(row));
        (full + last.len() - 1) as u32
    }

    /// Puts another row into an occupied slot and returns the one that was there.
    pub fn replace(&mut self, slot: u32, row: Arc<T>) -> Option<Arc<T>> {
        self.get(slot)?;
        self.place(slot)?.replace(row)
    }

    /// Takes the row out of `slot`.
    pub fn remove(&mut self, slot: u32) -> Option<Arc<T>> {
        self.get(slot)?;
        let row = self.place(slot)?.take()?;
        self.rows -= 1;
        Arc::make_mut(&mut self.free).push(slot);
        Some(row)
    }

    fn place(&mut self, slot: u32) -> Option<&mut Option<Arc<T>>> {
        Arc::make_mut(self.chunks.get_mut(slot as usize / CHUNK)?).get_mut(slot as usize % CHUNK)
    }
}

impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let mut table = Self::default();
        for row in rows {
            table.insert(Arc::new(row));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_does_not_see_later_changes() {
        let mut table: Table<usize> = (0..300).collect();
        let before = table.clone();
        assert_eq!(table.replace(7, Arc::new(1000)).as_deref(), Some(&7));
        assert_eq!(table.remove(8).as_deref(), Some(&8));
        assert_eq!((before.len(), table.len()), (300, 299));
        assert_eq!(before.get(7).map(|row| **row), Some(7));
        assert_eq!(before.iter().count(), 300);
        assert!(Arc::ptr_eq(&before.chunks[2], &table.chunks[2]), "untouched chunks are shared");
    }

    #[test]
    fn what_differs_is_found_without_looking_at_what_is_shared() {
        let mut table: Table<usize> = (0..300).collect();
        let before = table.clone();
        table.replace(7, Arc::new(1000));
        table.remove(8);
        table.insert(Arc::new(8));
        table.insert(Arc::new(2000));
        let rows = |one: &Table<usize>, other: &Table<usize>| one.rows_not_in(other).map(|row| **row).collect::<Vec<_>>();
        assert_eq!(rows(&before, &table), [7, 8]);
        assert_eq!(rows(&table, &before), [1000, 8, 2000]);
        assert_eq!(rows(&before, &before), [0_usize; 0]);
    }

    #[test]
    fn slots_are_used_again() {
        let mut table: Table<usize> = (0..3).collect();
        table.remove(1);
        assert_eq!(table.remove(1), None);
        assert_eq!(table.insert(Arc::new(9)), 1);
        assert_eq!(table.insert(Arc::new(10)), 3);
        assert_eq!(table.len(), 4);
    }
}

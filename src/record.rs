//! The timeline in a file: lines appended as things change, kept across runs, never more than so many bytes.
//!
//! What a line says is the timeline's; here is only the file. Two programs do not write one file, and a file that is something
//! else is left as it is.

use crate::timeline::{self, Change, Entry, Turn};
use jiff::Timestamp;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// No file gets larger: the older half is dropped.
const LARGEST: u64 = 8 << 20;

/// A file that changes are appended to.
#[derive(Debug)]
pub struct Record {
    path: PathBuf,
    file: File,
    size: u64,
    largest: u64,
    /// The cluster that is watched, once it is.
    watching: Option<String>,
}

impl Record {
    /// Opens the file, or makes it, and tells what it holds. Errors: it cannot be read or written, it is no timeline, or another
    /// program writes it.
    pub fn open(path: &Path) -> io::Result<(Self, Vec<Entry>)> {
        let mut file = appending(path)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let (entries, problems) = timeline::read(&path.display().to_string(), &text);
        if let (true, Some(problem)) = (entries.is_empty(), problems.first()) {
            return Err(io::Error::other(format!("it is no timeline and is left as it is: {}", problem.message)));
        }
        let mut record = Self { path: path.to_owned(), file, size: text.len() as u64, largest: LARGEST, watching: None };
        if !text.is_empty() && !text.ends_with('\n') {
            // A run was cut short in the middle of a line.
            record.put("\n")?;
        }
        Ok((record, entries))
    }

    /// Adds what changed in `cluster`; that it is watched from here on is said once. Errors: the file cannot be written.
    pub fn add(&mut self, cluster: &str, at: Timestamp, changes: &[Change]) -> io::Result<()> {
        let mut lines = String::new();
        if self.watching.as_deref() != Some(cluster) {
            lines.extend(self.end(at));
            lines.push_str(&timeline::written(cluster, &Change::of_sight(at, Turn::Seeing, "watching")));
            self.watching = Some(cluster.to_owned());
        }
        lines.extend(changes.iter().map(|change| timeline::written(cluster, change)));
        if lines.is_empty() { Ok(()) } else { self.put(&lines) }
    }

    /// Says that nobody watches from here on. Errors: the file cannot be written.
    pub fn close(&mut self, at: Timestamp) -> io::Result<()> {
        let line = self.end(at);
        line.map_or(Ok(()), |line| self.put(&line))
    }

    fn end(&mut self, at: Timestamp) -> Option<String> {
        let change = Change::of_sight(at, Turn::Blind, "not watching: cnitui was left");
        self.watching.take().map(|cluster| timeline::written(&cluster, &change))
    }

    fn put(&mut self, lines: &str) -> io::Result<()> {
        if self.size + lines.len() as u64 > self.largest {
            self.halve()?;
        }
        self.file.write_all(lines.as_bytes())?;
        self.size += lines.len() as u64;
        Ok(())
    }

    /// Drops the older half, by a new file that takes the place of the old one whole.
    fn halve(&mut self) -> io::Result<()> {
        let text = fs::read_to_string(&self.path)?;
        let from = text.len().saturating_sub(usize::try_from(self.largest / 2).unwrap_or(usize::MAX));
        let rest = text.as_bytes().iter().skip(from).position(|byte| *byte == b'\n').map_or(text.len(), |end| from + end + 1);
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = self.path.with_file_name(name);
        fs::write(&new, &text[rest..])?;
        fs::rename(&new, &self.path)?;
        self.file = appending(&self.path)?;
        self.size = (text.len() - rest) as u64;
        Ok(())
    }
}

fn appending(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    file.try_lock().map_err(|_| io::Error::other("another program writes it"))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::new(1_700_000_000 + seconds, 0).unwrap()
    }

    fn change(seconds: i64, what: &str) -> Change {
        Change { what: what.into(), ..Change::of_sight(at(seconds), Turn::Changed, "") }
    }

    #[test]
    fn what_is_recorded_is_read_by_the_next_run_with_the_gap_between() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("changes.jsonl");
        let (mut record, old) = Record::open(&path).unwrap();
        assert_eq!(old, []);
        assert_eq!(Record::open(&path).unwrap_err().to_string(), "another program writes it");
        record.add("prod", at(1), &[]).unwrap();
        record.add("prod", at(2), &[change(2, "a")]).unwrap();
        drop(record);
        let (mut record, old) = Record::open(&path).unwrap();
        assert_eq!(old.iter().map(|entry| entry.change.turn.name()).collect::<Vec<_>>(), ["watching", "changed"]);
        record.add("prod", at(9), &[change(9, "b")]).unwrap();
        record.close(at(10)).unwrap();
        drop(record);
        let told: Vec<_> =
            Record::open(&path).unwrap().1.into_iter().map(|entry| (entry.change.at, entry.change.turn.name())).collect();
        let names = ["watching", "changed", "not-watching", "watching", "changed", "not-watching"];
        assert_eq!(told, [1, 2, 2, 9, 9, 10].map(at).into_iter().zip(names).collect::<Vec<_>>());
    }

    #[test]
    fn a_file_stays_within_its_size_and_keeps_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("changes.jsonl");
        let mut record = Record::open(&path).unwrap().0;
        record.largest = 2_000;
        for second in 0..100 {
            record.add("prod", at(second), &[change(second, "something")]).unwrap();
            assert!(fs::metadata(&path).unwrap().len() <= 2_000);
        }
        drop(record);
        let (_, entries) = Record::open(&path).unwrap();
        assert!(entries.len() > 3 && entries.last().unwrap().change.at == at(99), "{entries:?}");
    }

    #[test]
    fn a_file_that_is_something_else_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        fs::write(&path, "my notes\n").unwrap();
        let said = Record::open(&path).unwrap_err().to_string();
        assert_eq!(said, "it is no timeline and is left as it is: no line of a timeline: it is not JSON");
        assert_eq!(fs::read_to_string(&path).unwrap(), "my notes\n");
    }
}

//! The journal of a run: what it is about to create, written and synced before each request, so that whatever happens to us, what
//! may be left is known.
//!
//! A file a run, JSON lines: first who and where, then an object a line. It is locked while its run lasts and removed when
//! nothing is left. A last line that broke off names an object that was not asked for yet.

use crate::probe::{Object, ObjectKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Who and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The run, as its label says.
    pub run: String,
    /// The context that it was started with, for people.
    pub context: String,
    /// `metadata.uid` of the namespace kube-system: the cluster, whatever it is called.
    pub cluster: String,
    /// When it was started.
    pub began: Timestamp,
}

/// An object that may be left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    kind: String,
    name: String,
}

/// The journal of one run.
#[derive(Debug)]
pub struct Journal {
    /// Who and where.
    pub head: Head,
    /// What may be left, in the order of creation.
    pub entries: Vec<Entry>,
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Begins the journal of a run in a folder, which is made if it is not there.
    pub fn begin(folder: &Path, head: Head) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{}.jsonl", head.run));
        let file = OpenOptions::new().create_new(true).append(true).open(&path)?;
        file.try_lock().map_err(io::Error::from)?;
        let mut journal = Self { head, entries: Vec::new(), path, file };
        let line = serde_json::to_string(&journal.head)?;
        journal.write(&line)?;
        // The name of the file has to outlive us, too.
        File::open(folder)?.sync_all()?;
        Ok(journal)
    }

    /// Notes that an object is about to be created.
    pub(super) fn note(&mut self, object: &Object) -> io::Result<()> {
        let line = Line { kind: object.kind.name().to_owned(), name: object.name.clone() };
        self.write(&serde_json::to_string(&line)?)?;
        self.entries.push(Entry { kind: object.kind, name: object.name.clone() });
        Ok(())
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        self.file.write_all(format!("{line}\n").as_bytes())?;
        self.file.sync_data()
    }

    /// Nothing is left: the journal goes.
    pub fn close(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }

    /// The journals that runs left behind which are over. Those of runs that last are not among them, nor is what is no journal.
    pub fn left(folder: &Path) -> Vec<Self> {
        let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
        let mut journals: Vec<Self> = files.flatten().filter_map(|file| Self::open(file.path())).collect();
        journals.sort_by_key(|journal| journal.head.began);
        journals
    }

    fn open(path: PathBuf) -> Option<Self> {
        let file = OpenOptions::new().append(true).open(&path).ok()?;
        file.try_lock().ok()?;
        let text = fs::read_to_string(&path).ok()?;
        let mut lines = text.lines();
        let head = serde_json::from_str(lines.next()?).ok()?;
        let entry = |line| {
            let Line { kind, name } = serde_json::from_str(line).ok()?;
            Some(Entry { kind: ObjectKind::ALL.into_iter().find(|known| known.name() == kind)?, name })
        };
        let entries = lines.filter_map(entry).collect();
        Some(Self { head, entries, path, file })
    }
}

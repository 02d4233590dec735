//! `data/` into a [`Catalog`]: every problem is named by file and line and skipped, nothing is lost with it.
//!
//! A file is read as a whole; only where that fails, the parts that are wrong are cut out one by one and the rest is read.
//! What the types cannot say is in [`check`]. It reads no folder: whoever calls brings the texts.

mod check;
mod lines;

use super::{Catalog, Edition, Feature, Group, Provider, Status, Term};
use include_dir::{Dir, include_dir};
use lines::{Lines, spelled};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::fmt;
use std::ops::Range;

static PROVIDERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/providers");
static EDITIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/editions");
const FEATURES: &str = include_str!("../../../data/features.yaml");
const GLOSSARY: &str = include_str!("../../../data/glossary.yaml");

/// Something in a data file that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the file, below the data folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// `features.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    groups: Vec<Group>,
    features: Vec<Feature>,
}

/// A value with the file that it was read from.
#[derive(Debug)]
struct Read<'a, T> {
    file: &'a str,
    lines: Lines<'a>,
    value: T,
}

/// Files that were read and not yet put together. Reading is what takes time: it may be shared out, file by file.
#[derive(Debug, Default)]
pub struct Parsed<'a> {
    columns: Vec<Read<'a, Columns>>,
    providers: Vec<Read<'a, Provider>>,
    editions: Vec<Read<'a, Edition>>,
    glossary: Vec<Read<'a, Vec<Term>>>,
    problems: Vec<Problem>,
}

// What may be cut out of a file so that the rest still says what it said. Innermost first. Rules of a mode and of enforcement
// go together: without one of them the others would claim something else.
const OF_COLUMNS: &[&str] = &["groups.#", "features.#"];
const OF_PROVIDER: &[&str] = &[
    "cells.*",
    "limits.#",
    "adoption.#",
    "watch.#",
    "detect.agents.#",
    "detect.hints.#",
    "detect.mode",
    "detect",
    "limits",
    "adoption",
    "watch",
    "aliases",
];
const OF_EDITION: &[&str] = &["columns.#", "rows.#", "footnotes.*", "remarks", "advice"];
const OF_GLOSSARY: &[&str] = &["#"];

/// The catalogue that was built in.
pub fn embedded() -> (Catalog, Vec<Problem>) {
    let files = embedded_files();
    load(files.iter().map(|(path, text)| (path.as_str(), *text)))
}

/// The files that were built in: path below the data folder, and text.
pub fn embedded_files() -> Vec<(String, &'static str)> {
    let folders = PROVIDERS.files().map(|file| ("providers", file)).chain(EDITIONS.files().map(|file| ("editions", file)));
    let inside =
        folders.filter_map(|(folder, file)| Some((format!("{folder}/{}", file.path().to_str()?), file.contents_utf8()?)));
    let top = [("features.yaml", FEATURES), ("glossary.yaml", GLOSSARY)];
    top.into_iter().map(|(path, text)| (path.to_owned(), text)).chain(inside).collect()
}

/// The catalogue of these files: path below the data folder, and text.
pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Catalog, Vec<Problem>) {
    Parsed::read(files).finish()
}

impl<'a> Parsed<'a> {
    /// Reads files, each for itself.
    pub fn read(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut all = Self::default();
        for (file, text) in files {
            let problems = &mut all.problems;
            match file.strip_suffix(".yaml").map(|path| path.split_once('/').unwrap_or(("", path))) {
                Some(("", "features")) => all.columns.extend(read(file, text, OF_COLUMNS, problems)),
                Some(("", "glossary")) => all.glossary.extend(read(file, text, OF_GLOSSARY, problems)),
                Some(("providers", _)) => all.providers.extend(read(file, text, OF_PROVIDER, problems)),
                Some(("editions", _)) => all.editions.extend(read(file, text, OF_EDITION, problems)),
                Some(("demo" | "rbac", _)) | None => {}
                Some(_) => problems.push(Problem { file: file.into(), line: 1, message: "not a file of the catalogue".into() }),
            }
        }
        all
    }

    /// Adds what was read elsewhere.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.columns.extend(other.columns);
        self.providers.extend(other.providers);
        self.editions.extend(other.editions);
        self.glossary.extend(other.glossary);
        self.problems.extend(other.problems);
        self
    }

    /// Puts everything together and checks it against each other.
    pub fn finish(mut self) -> (Catalog, Vec<Problem>) {
        self.providers.sort_by_cached_key(|read| (read.value.status != Status::Active, read.value.name.to_lowercase()));
        self.editions.sort_by(|a, b| a.value.id.cmp(&b.value.id));
        let mut problems = self.problems;
        let catalog = check::all(self.columns, self.providers, self.editions, self.glossary, &mut problems);
        problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        (catalog, problems)
    }
}

/// Reads one file; where that fails, without the parts that are wrong. None if what is wrong cannot be cut out.
fn read<'a, T: DeserializeOwned>(
    file: &'a str,
    text: &'a str,
    parts: &[&str],
    problems: &mut Vec<Problem>,
) -> Option<Read<'a, T>> {
    let mut problem = |line, message| problems.push(Problem { file: file.to_owned(), line, message });
    let lines = Lines::new(text);
    for (line, key) in lines.duplicates() {
        problem(line, format!("{key} stands twice, the last one counts"));
    }
    if let Ok(value) = serde_yaml::from_str(text) {
        return Some(Read { file, lines, value });
    }
    let mut left = text.to_owned();
    if serde_yaml::from_str::<IgnoredAny>(text).is_err() {
        for (path, range) in parts.iter().flat_map(|pattern| lines.parts(pattern)) {
            let part = lines_of(&left, &range);
            if let Err(error) = serde_yaml::from_str::<IgnoredAny>(&part) {
                let (line, message) = said(&error);
                problem(range.start + line - 1, format!("{message}; {} is skipped", spelled(&path)));
                left = blank(&left, &range);
            }
        }
    }
    loop {
        let error = match serde_yaml::from_str(&left) {
            Ok(value) => return Some(Read { file, lines, value }),
            Err(error) => error,
        };
        let (line, message) = said(&error);
        let Some((path, range)) = Lines::new(&left).part(line, parts) else {
            problem(line, format!("{message}; the file is skipped"));
            return None;
        };
        problem(line, format!("{message}; {} is skipped", spelled(&path)));
        left = blank(&left, &range);
    }
}

/// The line of an error, and what it says without that line.
fn said(error: &serde_yaml::Error) -> (usize, String) {
    let message = error.to_string();
    let short = message.rsplit_once(" at line ").map_or(message.as_str(), |(before, _)| before);
    (error.location().map_or(1, |location| location.line()), short.to_owned())
}

fn lines_of(text: &str, range: &Range<usize>) -> String {
    let lines = text.split_inclusive('\n');
    lines.skip(range.start - 1).take(range.len()).collect()
}

/// Empties these lines, so that the others keep their numbers.
fn blank(text: &str, range: &Range<usize>) -> String {
    let lines = text.lines().enumerate().map(|(at, line)| if range.contains(&(at + 1)) { "" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

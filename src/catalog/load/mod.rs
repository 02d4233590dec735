//! `data/` into a [`Catalog`]: every problem is named by file and line and skipped, nothing is lost with it.
//!
//! A file is read as a whole; only where that fails, the parts that are wrong are cut out one by one and the rest is read.
//! What the types cannot say is in [`check`]. It reads no folder: whoever calls brings the texts. What is built in was turned
//! into JSON by `build.rs`, because the first frame waits for it.

mod check;
mod lines;

use super::{Catalog, Edition, Feature, Group, Provider, Run, Status, Term};
use lines::{Lines, spelled};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::fmt;
use std::ops::Range;

/// Path below `data/`, and the file as JSON.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

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

/// Files that were read and not yet put together.
#[derive(Debug, Default)]
struct Parsed<'a> {
    columns: Vec<Read<'a, Columns>>,
    providers: Vec<Read<'a, Provider>>,
    editions: Vec<Read<'a, Edition>>,
    measured: Vec<Read<'a, Run>>,
    glossary: Vec<Read<'a, Vec<Term>>>,
}

/// How a file is written.
#[derive(Debug, Clone, Copy)]
enum Syntax {
    /// By people: faults are looked for part by part, and have a line.
    Yaml,
    /// By `build.rs`.
    Json,
}

// What may be cut out of a file so that the rest still says what it said. Innermost first. Rules of a mode and of enforcement
// go together: without one of them the others would claim something else.
const OF_COLUMNS: &[&str] = &["groups.#", "features.#"];
const OF_PROVIDER: &[&str] = &[
    "cells.*",
    "installers.#",
    "limits.#",
    "footprint.#",
    "adoption.#",
    "watch.#",
    "bounds.#",
    "detect.agents.#",
    "detect.hints.#",
    "detect.mode",
    "detect",
    "installers",
    "limits",
    "footprint",
    "adoption",
    "watch",
    "bounds",
    "aliases",
];
const OF_EDITION: &[&str] = &["columns.#", "rows.#", "footnotes.*", "remarks", "advice"];
const OF_RUN: &[&str] = &["metrics.#", "rows.#", "caveats"];
const OF_GLOSSARY: &[&str] = &["#"];

/// The catalogue that was built in.
pub fn embedded() -> (Catalog, Vec<Problem>) {
    collect(Syntax::Json, EMBEDDED.iter().copied())
}

/// The catalogue of these files: path below the data folder, and text.
pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Catalog, Vec<Problem>) {
    collect(Syntax::Yaml, files)
}

/// Reads files, each for itself, puts everything together and checks it against each other.
fn collect<'a>(syntax: Syntax, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Catalog, Vec<Problem>) {
    let mut all = Parsed::default();
    let mut problems = Vec::new();
    for (file, text) in files {
        match file.strip_suffix(".yaml").map(|path| path.split_once('/').unwrap_or(("", path))) {
            Some(("", "features")) => all.columns.extend(read(syntax, file, text, OF_COLUMNS, &mut problems)),
            Some(("", "glossary")) => all.glossary.extend(read(syntax, file, text, OF_GLOSSARY, &mut problems)),
            Some(("providers", _)) => all.providers.extend(read(syntax, file, text, OF_PROVIDER, &mut problems)),
            Some(("editions", _)) => all.editions.extend(read(syntax, file, text, OF_EDITION, &mut problems)),
            Some(("measured", _)) => all.measured.extend(read(syntax, file, text, OF_RUN, &mut problems)),
            Some(("demo" | "rbac", _)) | None => {}
            Some(_) => problems.push(Problem { file: file.into(), line: 1, message: "not a file of the catalogue".into() }),
        }
    }
    all.providers.sort_by_cached_key(|read| (read.value.status != Status::Active, read.value.name.to_lowercase()));
    all.editions.sort_by(|a, b| a.value.id.cmp(&b.value.id));
    all.measured.sort_by(|a, b| a.value.id.cmp(&b.value.id));
    let catalog = check::all(all, &mut problems);
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    (catalog, problems)
}

/// Reads one file; where that fails, without the parts that are wrong. None if what is wrong cannot be cut out.
fn read<'a, T: DeserializeOwned>(
    syntax: Syntax,
    file: &'a str,
    text: &'a str,
    parts: &[&str],
    problems: &mut Vec<Problem>,
) -> Option<Read<'a, T>> {
    let mut problem = |line, message| problems.push(Problem { file: file.to_owned(), line, message });
    if let Syntax::Json = syntax {
        let value = serde_json::from_str(text).map_err(|error| problem(1, format!("{error}; the file is skipped"))).ok()?;
        return Some(Read { file, lines: Lines::new(""), value });
    }
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

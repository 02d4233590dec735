//! The house rules that a compiler does not check: who may name whom, and how long files and functions are.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file and function, in lines.
const FILE: usize = 450;
const FUNCTION: usize = 70;

/// Every layer, and the layers that it may name. The table of `src/lib.rs`.
const LAYERS: &[(&str, &[&str])] = &[
    ("snapshot", &[]),
    ("catalog", &[]),
    ("bundle", &[]),
    ("detect", &["snapshot", "catalog"]),
    ("policy", &["snapshot"]),
    ("health", &["snapshot", "catalog", "detect", "policy"]),
    ("probe", &["snapshot", "policy"]),
    ("timeline", &["snapshot", "detect", "health"]),
    ("record", &["timeline"]),
    ("present", &["snapshot", "catalog", "detect", "policy", "health", "probe", "timeline"]),
    ("cluster", &["snapshot", "catalog", "policy", "probe"]),
    ("session", &["snapshot", "catalog", "cluster", "bundle"]),
    ("report", &["snapshot", "catalog", "detect", "policy", "health", "probe", "timeline", "present"]),
    ("tui", &["snapshot", "catalog", "detect", "policy", "health", "probe", "timeline", "present", "record", "session"]),
    (
        "cli",
        &[
            "snapshot", "catalog", "detect", "policy", "health", "probe", "timeline", "present", "record", "cluster", "session",
            "bundle", "report", "tui",
        ],
    ),
];

/// Crates that only one layer names.
const OWNED: &[(&str, &str)] =
    &[("kube::", "cluster"), ("k8s_openapi::", "cluster"), ("ratatui::", "tui"), ("crossterm::", "tui"), ("clap::", "cli")];

/// Layers without input, output, clock or tasks, and the words that give these away.
const PURE: &[&str] = &["snapshot", "catalog", "detect", "policy", "health", "probe", "timeline", "present"];
const IMPURE: &[&str] =
    &["std::fs", "std::io", "std::env", "std::net::Tcp", "std::thread", "tokio::", "Timestamp::now", "SystemTime", "Instant::"];

struct File {
    path: PathBuf,
    layer: String,
    text: String,
}

impl File {
    /// The lines that are built into the program, without comments: everything before the tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
            .take_while(|(_, line)| *line != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn at(&self, line: usize) -> String {
        format!("src/{}:{line}", self.path.display())
    }
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let inside = path.strip_prefix(&root).unwrap();
                let layer = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
                files.push(File { text: fs::read_to_string(&path).unwrap(), layer, path: inside.to_owned() });
            }
        }
    }
    assert!(files.len() > 15, "the sources were not found");
    files
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The layers that a line names: `crate::layer`, and all of `use crate::{a, b::c}`.
fn named(line: &str) -> Vec<String> {
    let word = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let list = line.trim().strip_prefix("use crate::{").map(|list| list.split(',').map(word).collect::<Vec<_>>());
    list.into_iter().flatten().chain(line.match_indices("crate::").map(|(at, found)| word(&line[at + found.len()..]))).collect()
}

#[test]
fn layers_name_only_layers_below_them() {
    let table: BTreeMap<_, _> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| !["lib", "main"].contains(&file.layer.as_str())) {
        let Some(allowed) = table.get(file.layer.as_str()) else {
            wrong.push(format!("{}: layer {} is not in the table", file.at(1), file.layer));
            continue;
        };
        for (at, line) in file.code() {
            for name in named(line) {
                if name != file.layer && table.contains_key(name.as_str()) && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{}: {} may not name {name}", file.at(at), file.layer));
                }
            }
        }
    }
    report(&wrong);
}

#[test]
fn crates_at_the_edges_stay_there() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (at, line) in file.code() {
            for (name, owner) in OWNED {
                let inside_a_word = |start: usize| line[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
                if line.match_indices(name).any(|(start, _)| !inside_a_word(start)) && file.layer != *owner {
                    wrong.push(format!("{}: only {owner} names {name}", file.at(at)));
                }
            }
        }
    }
    report(&wrong);
}

#[test]
fn the_domain_does_no_input_or_output_and_reads_no_clock() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| PURE.contains(&file.layer.as_str())) {
        for (at, line) in file.code() {
            let found = IMPURE.iter().filter(|word| line.contains(**word));
            wrong.extend(found.map(|word| format!("{}: {word} in the domain", file.at(at))));
        }
    }
    report(&wrong);
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let files = sources();
    let long = files.iter().filter(|file| file.text.lines().count() > FILE);
    report(&long.map(|file| file.at(file.text.lines().count())).collect::<Vec<_>>());
}

#[test]
fn functions_fit_on_one_screen() {
    let mut wrong = Vec::new();
    for file in sources() {
        let mut open: Vec<(usize, usize, &str)> = Vec::new();
        for (at, line) in file.text.lines().enumerate() {
            let text = line.trim_start();
            let indent = line.len() - text.len();
            let is_modifier = |word: &str| matches!(word, "pub" | "const" | "async" | "pub(crate)" | "pub(super)");
            let function = text.split_once("fn ").filter(|(before, _)| before.split_whitespace().all(is_modifier));
            if let Some((_, rest)) = function
                && !text.ends_with([';', '}'])
            {
                open.push((indent, at, rest.split(['(', '<']).next().unwrap_or_default()));
            } else if text.starts_with('}')
                && let Some((_, start, name)) = open.pop_if(|(depth, ..)| *depth == indent)
                && at - start + 1 > FUNCTION
            {
                wrong.push(format!("{}: {name} has {} lines", file.at(start + 1), at - start + 1));
            }
        }
    }
    report(&wrong);
}

#[test]
fn modules_say_what_they_are() {
    let files = sources();
    let silent = files.iter().filter(|file| !file.text.starts_with("//!"));
    report(&silent.map(|file| format!("{}: no module documentation", file.at(1))).collect::<Vec<_>>());
}

#[test]
fn the_layer_table_of_the_documentation_is_this_one() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    for (layer, _) in LAYERS {
        assert!(map.contains(&format!("`{layer}`")), "src/lib.rs does not list layer {layer}");
        assert!(map.contains(&format!("pub mod {layer};")), "src/lib.rs does not declare {layer}");
    }
}

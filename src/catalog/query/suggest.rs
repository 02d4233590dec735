//! What may have been meant, and what may come next.

use super::parse::find;
use crate::catalog::{Catalog, FeatureKind, Level, Role, Status};
use std::ops::Range;

/// Columns that the filter has beside the features. A feature may have the name of one: it then says the same at length.
pub(in crate::catalog) const PSEUDO: [&str; 5] = ["name", "status", "role", "here", "installer"];
/// Names of numbers that providers have.
const COUNTS: [&str; 5] = ["stars", "contributors", "forks", "cpu", "memory"];

/// Something that may stand in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the filter that it replaces.
    pub replaces: Range<usize>,
    /// What comes instead.
    pub text: String,
}

/// What may stand at `cursor` (a byte) of the filter `text`: columns, then their values.
pub fn completions(text: &str, cursor: usize, catalog: &Catalog) -> Vec<Completion> {
    let before = text.get(..cursor).unwrap_or(text);
    let typed = before.rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches('!');
    let start = before.len() - typed.len();
    let (from, words) = match typed.rfind([':', '=', ',']) {
        Some(at) => {
            let column = typed.split([':', '=']).next().unwrap_or_default();
            (start + at + 1, values(&column.to_lowercase(), catalog))
        }
        None => (start, own_columns(typed, catalog)),
    };
    let prefix = before[from..].to_lowercase();
    let fitting = words.into_iter().filter(|word| word.to_lowercase().starts_with(&prefix));
    fitting.map(|text| Completion { replaces: from..before.len(), text }).collect()
}

/// One name of every column: the first that begins like what is typed.
fn own_columns(typed: &str, catalog: &Catalog) -> Vec<String> {
    let typed = typed.to_lowercase();
    let features = catalog.features.iter().filter_map(|feature| feature.names().find(|name| name.starts_with(&typed)));
    let mut names: Vec<String> = features.collect();
    names.extend(PSEUDO.into_iter().filter(|pseudo| find(pseudo, catalog).is_none()).map(str::to_owned));
    names.into_iter().map(|name| format!("{name}:")).collect()
}

fn values(column: &str, catalog: &Catalog) -> Vec<String> {
    let words: Vec<&str> = match column {
        "status" => Status::ALL.map(Status::name).to_vec(),
        "role" => Role::ALL.map(Role::name).to_vec(),
        "here" => vec!["yes", "no"],
        "installer" => {
            let all = catalog.providers.iter().flat_map(|provider| &provider.installers);
            let mut names: Vec<&str> = all.map(|installer| installer.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            names
        }
        "name" => catalog.providers.iter().map(|provider| provider.id.as_str()).collect(),
        _ => match find(column, catalog) {
            Some(feature) if feature.kind == FeatureKind::Level => {
                let used = |level: &Level| *level == Level::Unknown || feature.levels.contains_key(level);
                Level::ALL.into_iter().filter(used).map(Level::name).collect()
            }
            _ => Vec::new(),
        },
    };
    words.into_iter().map(str::to_owned).collect()
}

/// Every name of every column.
pub(super) fn columns(catalog: &Catalog) -> impl Iterator<Item = String> {
    let features = catalog.features.iter().flat_map(super::super::Feature::names);
    features.chain(PSEUDO.into_iter().chain(COUNTS).map(str::to_owned))
}

/// The nearest of `known`, if it is near enough to be meant.
pub(in crate::catalog) fn nearest(word: &str, known: impl Iterator<Item = String>) -> Option<String> {
    // Half a word is nearer than any other of its length.
    let distance = |name: &str| if name.starts_with(word) { 0 } else { distance(word, name) };
    let near = known.map(|name| (distance(&name), name)).min()?;
    (near.0 <= 1 + word.chars().count() / 4).then_some(near.1)
}

/// How many characters have to be put in, left out, changed or swapped with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

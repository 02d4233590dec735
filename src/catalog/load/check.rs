//! What is wrong with data that has the right shape: ids that nothing has, cells that claim without a source.
//!
//! A part that cannot be used is taken out; one that only looks bad is named and stays.

use super::lines::{Lines, Step, spelled};
use super::{Catalog, Columns, Problem, Read};
use crate::catalog::query::PSEUDO;
use crate::catalog::{Cell, Edition, Feature, FeatureKind, Group, Level, Provider, Reference, Term};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// Widest `short` of a cell, in columns.
const SHORT: usize = 16;
/// Widest `short` of a feature.
const HEADING: usize = 14;
/// Collects problems of one file.
struct Report<'a> {
    file: &'a str,
    lines: &'a Lines<'a>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Report<'a> {
    fn new(file: &'a str, lines: &'a Lines<'a>, problems: &'a mut Vec<Problem>) -> Self {
        Self { file, lines, problems }
    }

    fn add(&mut self, path: &[Step<'_>], message: impl std::fmt::Display) {
        let (file, line) = (self.file.to_owned(), self.lines.line(path));
        let place = spelled(path);
        let message = if place.is_empty() { message.to_string() } else { format!("{place}: {message}") };
        self.problems.push(Problem { file, line, message });
    }
}

/// Puts everything together and names what is wrong with it.
pub(super) fn all(
    columns: Vec<Read<'_, Columns>>,
    providers: Vec<Read<'_, Provider>>,
    editions: Vec<Read<'_, Edition>>,
    glossary: Vec<Read<'_, Vec<Term>>>,
    problems: &mut Vec<Problem>,
) -> Catalog {
    let mut catalog = Catalog::default();
    for read in columns {
        let mut report = Report::new(read.file, &read.lines, problems);
        add_groups(&mut catalog.groups, read.value.groups, &mut report);
        add_features(&mut catalog, read.value.features, &mut report);
    }
    let known: Vec<String> = providers.iter().map(|read| read.value.id.clone()).collect();
    for mut read in providers {
        let mut report = Report::new(read.file, &read.lines, problems);
        if catalog.provider(&read.value.id).is_some() {
            report.add(&[Step::Key("id")], format!("provider {} stands in two files, this one is skipped", read.value.id));
            continue;
        }
        name_of_file("providers/", &read.value.id, &mut report);
        provider(&mut read.value, &catalog.features, &known, &mut report);
        aliases(&read.value, &catalog.providers, &mut report);
        catalog.providers.push(read.value);
    }
    for read in editions {
        let mut report = Report::new(read.file, &read.lines, problems);
        name_of_file("editions/", &read.value.id, &mut report);
        edition(&read.value, &catalog, &mut report);
        catalog.editions.push(read.value);
    }
    for read in glossary {
        let mut report = Report::new(read.file, &read.lines, problems);
        for (at, term) in read.value.iter().enumerate() {
            for feature in term.features.iter().filter(|id| catalog.feature(id).is_none()) {
                report.add(&[Step::Item(at), Step::Key("features")], format!("there is no feature {feature}"));
            }
        }
        catalog.glossary.extend(read.value);
    }
    catalog
}

fn name_of_file(folder: &str, id: &str, report: &mut Report<'_>) {
    let name = report.file.trim_start_matches(folder).trim_end_matches(".yaml");
    if name != id {
        let message = format!("id is {id}, so the file should be {folder}{id}.yaml");
        report.add(&[Step::Key("id")], message);
    }
}

fn add_groups(known: &mut Vec<Group>, new: Vec<Group>, report: &mut Report<'_>) {
    for (at, group) in new.into_iter().enumerate() {
        if known.iter().any(|other| other.id == group.id) {
            report.add(&[Step::Key("groups"), Step::Item(at)], format!("group {} stands twice, this one is skipped", group.id));
        } else {
            known.push(group);
        }
    }
}

fn add_features(catalog: &mut Catalog, new: Vec<Feature>, report: &mut Report<'_>) {
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    for (at, feature) in new.into_iter().enumerate() {
        let path = |key| [Step::Key("features"), Step::Item(at), Step::Key(key)];
        if catalog.feature(&feature.id).is_some() {
            report.add(&path("id"), format!("feature {} stands twice, this one is skipped", feature.id));
            continue;
        }
        if !catalog.groups.iter().any(|group| group.id == feature.group) {
            report.add(&path("group"), format!("there is no group {}", feature.group));
        }
        if feature.short.width() > HEADING {
            report.add(&path("short"), format!("wider than {HEADING} columns"));
        }
        let mut own: Vec<String> = feature.names().collect();
        own.sort();
        own.dedup();
        for word in own {
            let taken = words
                .get(&word)
                .cloned()
                .or_else(|| (PSEUDO.contains(&word.as_str()) && word != feature.id).then(|| "the filter itself".to_owned()));
            match taken {
                Some(other) => report.add(&path("aliases"), format!("\"{word}\" is a word of {other} already")),
                None => drop(words.insert(word, feature.id.clone())),
            }
        }
        catalog.features.push(feature);
    }
}

/// Checks one provider; cells that cannot be used are taken out and read as unknown.
fn provider(provider: &mut Provider, features: &[Feature], known: &[String], report: &mut Report<'_>) {
    let without_level: Vec<&str> = report.lines.without("cells", "level");
    provider.cells.retain(|id, cell| {
        let mut wrong = cell_faults(cell);
        match features.iter().find(|feature| feature.id == *id) {
            None => wrong.push((None, format!("there is no feature {id}"))),
            Some(feature) if feature.kind == FeatureKind::Level && without_level.contains(&id.as_str()) => {
                wrong.push((None, "level is missing".to_owned()));
            }
            Some(_) => {}
        }
        for (key, message) in &wrong {
            let path: Vec<Step<'_>> = [Step::Key("cells"), Step::Key(id)].into_iter().chain(key.map(Step::Key)).collect();
            report.add(&path, format!("{message}; the cell is skipped"));
        }
        if cell.short.width() > SHORT {
            report.add(&[Step::Key("cells"), Step::Key(id), Step::Key("short")], format!("wider than {SHORT} columns"));
        }
        wrong.is_empty()
    });
    let limits = provider.limits.iter().enumerate().map(|(at, limit)| ("limits", at, &limit.source));
    let adoption = provider.adoption.iter().enumerate().map(|(at, count)| ("adoption", at, &count.source));
    let watch = provider.watch.iter().enumerate().map(|(at, note)| ("watch", at, &note.source));
    for (key, at, source) in limits.chain(adoption).chain(watch) {
        if let Some(wrong) = reference_fault(source) {
            report.add(&[Step::Key(key), Step::Item(at), Step::Key("source")], wrong);
        }
    }
    for (at, count) in provider.adoption.iter().enumerate().filter(|(_, count)| !is_date(&count.as_of)) {
        report.add(&[Step::Key("adoption"), Step::Item(at), Step::Key("as_of")], not_a_date(&count.as_of));
    }
    for id in provider.detect.contains.iter().filter(|id| !known.contains(id)) {
        report.add(&[Step::Key("detect"), Step::Key("contains")], format!("there is no provider {id}"));
    }
}

/// What makes a cell useless, and the key that is to blame.
fn cell_faults(cell: &Cell) -> Vec<(Option<&'static str>, String)> {
    let mut wrong = Vec::new();
    if cell.level != Level::Unknown {
        if cell.value.trim().is_empty() {
            wrong.push((None, "value is missing".to_owned()));
        }
        if cell.sources.is_empty() {
            wrong.push((None, "it has no source".to_owned()));
        }
    }
    wrong.extend(cell.sources.iter().filter_map(reference_fault).map(|fault| (Some("sources"), fault)));
    wrong
}

fn reference_fault(reference: &Reference) -> Option<String> {
    if reference.location.trim().is_empty() {
        return Some("a source says nothing".to_owned());
    }
    (reference.as_of != "undated" && !is_date(&reference.as_of)).then(|| not_a_date(&reference.as_of))
}

fn not_a_date(text: &str) -> String {
    format!("\"{text}\" is no date, it has to be YYYY-MM-DD or YYYY-MM")
}

/// `YYYY-MM` or `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let whole = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
    whole.len() == 10 && whole.parse::<jiff::civil::Date>().is_ok()
}

/// Names that a filter could take for another provider.
fn aliases(provider: &Provider, others: &[Provider], report: &mut Report<'_>) {
    for alias in &provider.aliases {
        let same = |name: &String| name.eq_ignore_ascii_case(alias);
        if let Some(other) = others.iter().find(|other| same(&other.id) || same(&other.name) || other.aliases.iter().any(same)) {
            report.add(&[Step::Key("aliases")], format!("\"{alias}\" is a name of {} already", other.id));
        }
    }
}

fn edition(edition: &Edition, catalog: &Catalog, report: &mut Report<'_>) {
    if let Some(wrong) = reference_fault(&edition.source) {
        report.add(&[Step::Key("source")], wrong);
    }
    for (at, column) in edition.columns.iter().enumerate() {
        if catalog.feature(&column.feature).is_none() {
            report.add(&[Step::Key("columns"), Step::Item(at)], format!("there is no feature {}", column.feature));
        }
    }
    for (at, row) in edition.rows.iter().enumerate() {
        let path = [Step::Key("rows"), Step::Item(at)];
        if catalog.provider(&row.provider).is_none() {
            report.add(&path, format!("there is no provider {}", row.provider));
        }
        for (id, cell) in &row.cells {
            if !edition.columns.iter().any(|column| column.feature == *id) {
                report.add(&path, format!("{id} is no column of this edition"));
            }
            if cell.footnote.is_some_and(|number| !edition.footnotes.contains_key(&number)) {
                report.add(&path, format!("{id}: there is no such footnote"));
            }
        }
    }
}

//! What is wrong with data that has the right shape: ids that nothing has, cells that claim without a source.
//!
//! A part that cannot be used is taken out; one that only looks bad is named and stays.

use super::lines::{Lines, Step, spelled};
use super::{Catalog, Parsed, Problem};
use crate::catalog::choose::size_limit;
use crate::catalog::query::PSEUDO;
use crate::catalog::{Cell, Edition, Feature, FeatureKind, Group, Level, Provider, Reference, Run, Unit, quantity};
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
pub(super) fn all(parsed: Parsed<'_>, problems: &mut Vec<Problem>) -> Catalog {
    let mut catalog = Catalog::default();
    for read in parsed.columns {
        let mut report = Report::new(read.file, &read.lines, problems);
        add_groups(&mut catalog.groups, read.value.groups, &mut report);
        add_features(&mut catalog, read.value.features, &mut report);
    }
    let known: Vec<String> = parsed.providers.iter().map(|read| read.value.id.clone()).collect();
    for mut read in parsed.providers {
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
    for read in parsed.editions {
        let mut report = Report::new(read.file, &read.lines, problems);
        name_of_file("editions/", &read.value.id, &mut report);
        edition(&read.value, &catalog, &mut report);
        catalog.editions.push(read.value);
    }
    for mut read in parsed.measured {
        let mut report = Report::new(read.file, &read.lines, problems);
        name_of_file("measured/", &read.value.id, &mut report);
        run(&mut read.value, &catalog, &mut report);
        catalog.measured.push(read.value);
    }
    for read in parsed.glossary {
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
    cells(provider, features, report);
    follow(provider, features, report);
    bounds(provider, features, report);
    let parts = [
        ("installers", provider.installers.iter().map(|installer| &installer.source).collect::<Vec<_>>()),
        ("limits", provider.limits.iter().map(|limit| &limit.source).collect()),
        ("footprint", provider.footprint.iter().map(|part| &part.source).collect()),
        ("adoption", provider.adoption.iter().map(|count| &count.source).collect()),
        ("watch", provider.watch.iter().map(|note| &note.source).collect()),
    ];
    for (key, sources) in parts {
        for (at, wrong) in sources.into_iter().enumerate().filter_map(|(at, source)| Some((at, reference_fault(source)?))) {
            report.add(&[Step::Key(key), Step::Item(at), Step::Key("source")], wrong);
        }
    }
    if let Some(wrong) = provider.project.report.as_ref().and_then(|report| reference_fault(&report.source)) {
        report.add(&[Step::Key("project"), Step::Key("report"), Step::Key("source")], wrong);
    }
    for (at, part) in provider.footprint.iter().enumerate() {
        if !matches!(part.unit, Unit::MilliCpu | Unit::Mebibytes) {
            report.add(&[Step::Key("footprint"), Step::Item(at), Step::Key("unit")], "containers request m CPU or MiB");
        }
    }
    for (at, count) in provider.adoption.iter().enumerate().filter(|(_, count)| !is_date(&count.as_of)) {
        report.add(&[Step::Key("adoption"), Step::Item(at), Step::Key("as_of")], not_a_date(&count.as_of));
    }
    for id in provider.detect.enforces.engine.iter().filter(|id| !known.contains(id)) {
        report.add(&[Step::Key("detect"), Step::Key("enforces"), Step::Key("engine")], format!("there is no provider {id}"));
    }
    for id in provider.detect.contains.iter().filter(|id| !known.contains(id)) {
        report.add(&[Step::Key("detect"), Step::Key("contains")], format!("there is no provider {id}"));
    }
}

fn cells(provider: &mut Provider, features: &[Feature], report: &mut Report<'_>) {
    let without_level: Vec<&str> = report.lines.without("cells", "level");
    let names = &provider.variants;
    provider.cells.retain(|id, cell| {
        let feature = features.iter().find(|feature| feature.id == *id);
        let mut wrong = cell_faults(cell);
        match feature {
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
        variants(id, cell, feature.is_some_and(|feature| feature.kind == FeatureKind::Text), names, report);
        wrong.is_empty()
    });
}

/// Takes out variants that claim nothing, or that the provider does not have.
fn variants(id: &str, cell: &mut Cell, is_text: bool, names: &[String], report: &mut Report<'_>) {
    let mut seen: Vec<String> = Vec::new();
    let mut at = 0;
    cell.variants.retain_mut(|variant| {
        if is_text && variant.level == Level::Unknown {
            variant.level = Level::Yes;
        }
        let wrong = match variant {
            _ if !names.contains(&variant.name) => Some(format!("{} is none of the provider's variants", variant.name)),
            _ if seen.contains(&variant.name) => Some(format!("{} stands twice", variant.name)),
            _ if variant.level == Level::Unknown => Some("level is missing".to_owned()),
            _ if variant.value.trim().is_empty() => Some("value is missing".to_owned()),
            _ => variant.sources.iter().find_map(reference_fault),
        };
        if let Some(wrong) = &wrong {
            let path = [Step::Key("cells"), Step::Key(id), Step::Key("variants"), Step::Item(at)];
            report.add(&path, format!("{wrong}; the variant is skipped"));
        }
        seen.push(variant.name.clone());
        at += 1;
        wrong.is_none()
    });
}

/// Fills the columns that follow from numbers.
fn follow(provider: &mut Provider, features: &[Feature], report: &mut Report<'_>) {
    for (id, made) in quantity::COLUMNS {
        let Some(cell) = made(provider).filter(|_| features.iter().any(|feature| feature.id == id)) else { continue };
        if provider.cells.insert(id.to_owned(), cell).is_some() {
            let message = format!("it follows from the numbers in {id}; the cell is skipped");
            report.add(&[Step::Key("cells"), Step::Key(id)], message);
        }
    }
}

/// Takes out bounds that rest on nothing: each needs a cell with a source, and a number of nodes is that of a limit.
fn bounds(provider: &mut Provider, features: &[Feature], report: &mut Report<'_>) {
    for (at, bound) in std::mem::take(&mut provider.bounds).into_iter().enumerate() {
        let unknown = bound.with.iter().find(|id| !features.iter().any(|feature| feature.id == **id));
        let wrong = match (unknown, bound.nodes) {
            (Some(id), _) => Some(format!("there is no feature {id}")),
            _ if provider.level(&bound.cell) == Level::Unknown => Some(format!("it has no sourced cell {}", bound.cell)),
            (_, Some(nodes)) if size_limit(provider, nodes).is_none() => {
                Some(format!("none of its limits is {nodes} nodes or routes"))
            }
            _ => None,
        };
        match wrong {
            Some(wrong) => report.add(&[Step::Key("bounds"), Step::Item(at)], format!("{wrong}; the bound is skipped")),
            None => provider.bounds.push(bound),
        }
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

/// Checks a run of a benchmark; rows that name nothing are taken out.
fn run(run: &mut Run, catalog: &Catalog, report: &mut Report<'_>) {
    if let Some(wrong) = reference_fault(&run.source) {
        report.add(&[Step::Key("source")], wrong);
    }
    let metrics = &run.metrics;
    let mut at = 0;
    run.rows.retain(|row| {
        let wrong = match &row.provider {
            Some(id) if catalog.provider(id).is_none() => Some(format!("there is no provider {id}")),
            _ => row
                .numbers
                .keys()
                .find(|id| !metrics.iter().any(|metric| metric.id == **id))
                .map(|id| format!("there is no metric {id}")),
        };
        if let Some(wrong) = &wrong {
            report.add(&[Step::Key("rows"), Step::Item(at)], format!("{wrong}; the row is skipped"));
        }
        at += 1;
        wrong.is_none()
    });
}

//! The decision record: a choice as a short markdown document with its sources, to be kept beside the cluster's own files.
//!
//! It says what was asked of which catalogue on which day; who decided, and why, is left to be written by people.

use super::{back_words, because, cause_sources, caveat_words, cell_long, demand_words, question_words, relaxation_words};
use crate::catalog::{self, Catalog, Choice, Feature, Provider, Question, Reference};
use crate::snapshot::clean;
use jiff::civil::Date;
use std::fmt::Write;

/// The record of a choice that was made on `today`.
pub fn record(catalog: &Catalog, question: &Question, choice: &Choice<'_>, today: Date) -> String {
    let mut out = format!("# Decision: a CNI provider\n\n{today}. Asked of {}.\n\n## Asked\n\n", edition(catalog));
    let asked = question.demands.iter().map(|demand| demand_words(demand, catalog));
    list(asked.chain([format!("order: {}", question.order.rule())]), &mut out);
    left(catalog, question, choice, &mut out);
    excluded(catalog, choice, &mut out);
    if !choice.relaxations.is_empty() {
        out.push_str("\n## What would bring others back\n\n");
        let words = |relaxation| format!("{}: {}", relaxation_words(relaxation, catalog), back_words(relaxation));
        list(choice.relaxations.iter().map(words), &mut out);
    }
    moves(catalog, question, choice, &mut out);
    sources(catalog, question, choice, &mut out);
    out.push_str("\n## Decided\n\nTo be written: which one, by whom, and why.\n");
    out
}

/// Which catalogue it was: the program's version, and how new its newest source is.
pub fn edition(catalog: &Catalog) -> String {
    let cells = catalog.providers.iter().flat_map(|provider| provider.cells.values());
    let newest = cells.flat_map(|cell| &cell.sources).map(|source| source.as_of.as_str()).filter(|date| *date != "undated").max();
    format!(
        "the catalogue of cnitui {}: {} providers, {} features, newest source {}",
        env!("CARGO_PKG_VERSION"),
        catalog.providers.len(),
        catalog.features.len(),
        newest.unwrap_or("undated")
    )
}

fn left(catalog: &Catalog, question: &Question, choice: &Choice<'_>, out: &mut String) {
    let words = question_words(question, catalog);
    let _ = write!(out, "\n## Left: {} of {} ({words})\n\n", choice.left.len(), catalog.providers.len());
    if choice.left.is_empty() {
        out.push_str("Nobody.\n");
        return;
    }
    let needed = question.needed(catalog);
    row(["Provider"].into_iter().chain(needed.iter().map(|feature| feature.title.as_str())).chain(["Conditions"]), out);
    row(std::iter::repeat_n("---", needed.len() + 2), out);
    for left in &choice.left {
        let here = if question.here.as_ref() == Some(&left.provider.id) { " (here)" } else { "" };
        let cells = needed.iter().map(|feature| cell_long(feature, left.provider.cell(&feature.id)));
        let conditions: Vec<String> = left.conditions.iter().map(|caveat| caveat_words(caveat, catalog)).collect();
        let name = format!("{}{here}", left.provider.name);
        row([name].into_iter().chain(cells).chain([conditions.join("; ")]), out);
    }
}

fn excluded(catalog: &Catalog, choice: &Choice<'_>, out: &mut String) {
    let _ = write!(out, "\n## Excluded: {}, each by the cell that decides\n\n", choice.excluded.len());
    row(["Provider", "Asked", "Level", "The cell says", "Source", "As of"], out);
    row(["---"; 6], out);
    for out_of in &choice.excluded {
        let Some(cause) = out_of.causes.first() else { continue };
        let because = because(cause, out_of.provider, catalog);
        let level = if cause.feature.is_some() { because.level.name() } else { "" };
        let (place, as_of) =
            cause_sources(cause).first().map_or(("", ""), |source| (source.location.as_str(), source.as_of.as_str()));
        row([&out_of.provider.name, &because.asked, level, &because.says, place, as_of], out);
    }
}

fn moves(catalog: &Catalog, question: &Question, choice: &Choice<'_>, out: &mut String) {
    let moves = catalog::moves(catalog, question, &choice.left);
    let Some(first) = moves.first() else { return };
    let _ = write!(out, "\n## Moving from {}\n\n", first.from.name);
    row(["To", "Gains", "Losses", "Cannot tell"], out);
    row(["---"; 4], out);
    for step in &moves {
        row([step.to.name.clone(), titles(&step.gains), titles(&step.losses), titles(&step.unknown)], out);
    }
}

/// Every source of what is needed, of those who are left.
fn sources(catalog: &Catalog, question: &Question, choice: &Choice<'_>, out: &mut String) {
    let needed = question.needed(catalog);
    let said = |provider: &Provider, feature: &Feature, source: &Reference| {
        format!("{}, {}: {} ({})", provider.name, feature.title, source.location, source.as_of)
    };
    let mut lines = Vec::new();
    for left in &choice.left {
        for feature in &needed {
            let cell = left.provider.cell(&feature.id);
            lines.extend(cell.into_iter().flat_map(|cell| &cell.sources).map(|source| said(left.provider, feature, source)));
        }
    }
    if !lines.is_empty() {
        out.push_str("\n## Sources of what is needed\n\n");
        list(lines, out);
    }
}

/// Titles of columns in one line.
pub fn titles(features: &[&Feature]) -> String {
    features.iter().map(|feature| feature.title.as_str()).collect::<Vec<_>>().join("; ")
}

fn list(items: impl IntoIterator<Item = String>, out: &mut String) {
    for item in items {
        let _ = writeln!(out, "- {}", safe(&item));
    }
}

fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>, out: &mut String) {
    let cells: Vec<String> = cells.into_iter().map(|cell| safe(cell.as_ref())).collect();
    let _ = writeln!(out, "| {} |", cells.join(" | "));
}

/// Text that markdown takes as text.
fn safe(text: &str) -> String {
    clean(text).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

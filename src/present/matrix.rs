//! What the catalogue says, in words: cells short for the grid and whole for a pane, installers, measurements.

use super::level_sign;
use crate::catalog::{Cell, Feature, FeatureKind, Installer, Level, Measured, Metric, Run, spelled};

/// Widest heading of a column that shows signs alone: a narrow heading promises a narrow column, and a screen of 120 columns
/// has room for ten.
const NARROW: usize = 5;

/// A cell as the grid shows it, at most about 16 columns: the level's sign, and the value in short.
pub fn cell_short(feature: &Feature, cell: Option<&Cell>) -> String {
    let Some(cell) = cell else { return level_sign(Level::Unknown).to_owned() };
    let is_text = feature.kind == FeatureKind::Text && cell.level == Level::Yes;
    if feature.kind == FeatureKind::Level && feature.short.chars().count() <= NARROW {
        return level_sign(cell.level).to_owned();
    }
    match (is_text, cell.short.is_empty()) {
        (true, true) => cell.value.clone(),
        (true, false) => cell.short.clone(),
        (false, true) => level_sign(cell.level).to_owned(),
        (false, false) => format!("{} {}", level_sign(cell.level), cell.short),
    }
}

/// A cell in one sentence, without its sign: the level unless the text says all, then the value.
pub fn cell_long(feature: &Feature, cell: Option<&Cell>) -> String {
    let Some(cell) = cell else { return "unknown: nobody could source it".to_owned() };
    let level = match cell.level {
        Level::Yes if feature.kind == FeatureKind::Text => "",
        Level::NotApplicable => "does not apply",
        level => level.name(),
    };
    match (level.is_empty(), cell.value.is_empty()) {
        (true, _) => cell.value.clone(),
        (false, true) => level.to_owned(),
        (false, false) => format!("{level}: {}", cell.value),
    }
}

/// Since when an installer has a provider, and what has to be said with it; how far it supports it is another column.
pub fn installer_long(installer: &Installer) -> String {
    let dated = [
        ("since", &installer.since),
        ("stable since", &installer.stable),
        ("deprecated in", &installer.deprecated),
        ("removed in", &installer.removed),
    ];
    let dated = dated.into_iter().filter_map(|(what, version)| version.as_ref().map(|version| format!("{what} {version}")));
    let note = Some(installer.note.clone()).filter(|note| !note.is_empty());
    [Some(dated.collect::<Vec<_>>().join(", ")).filter(|words| !words.is_empty()), note]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; ")
}

/// All numbers of a configuration that was measured, the set-up, and what the numbers do not say.
pub fn measured_long(run: &Run, row: &Measured) -> String {
    let version = row.version.as_ref().map_or_else(String::new, |version| format!(" {version}"));
    let number = |metric: &Metric| {
        let number = row.numbers.get(&metric.id).map_or_else(|| "?".to_owned(), |number| spelled(*number));
        format!("{} {number} {}", metric.title, metric.unit.name())
    };
    let numbers = run.metrics.iter().map(number).collect::<Vec<_>>().join("; ");
    let said = run.setup.iter().chain(&run.caveats).map(String::as_str).collect::<Vec<_>>().join(" ");
    format!("{}{version}: {numbers}. {said}", row.configuration)
}

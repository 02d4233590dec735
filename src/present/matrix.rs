//! Cells of the matrix in words: short for the grid, whole for a pane.

use super::level_sign;
use crate::catalog::{Cell, Feature, FeatureKind, Level};

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

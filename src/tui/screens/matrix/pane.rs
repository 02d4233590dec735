//! What a cell means and who says so: two or three rows, or all of it.

use crate::catalog::{Cell, Feature, FeatureKind, Level, Provider, Reference, Variant};
use crate::present::{Role, cell_long, level_sign, source_age};
use crate::tui::line::{Line, cut, cut_middle, wrap};
use crate::tui::model::Model;
use crate::tui::screens::Screen;
use jiff::tz::TimeZone;

/// Where sentences end at the latest.
const SENTENCE: usize = 100;

/// Narrower than this the pane stands at the side and gives the name a row of its own.
const BESIDE: usize = 59;

/// From how many months on a source is old.
const OLD: i32 = 12;

/// The pane of a cell, for a pane of `size` columns and rows.
pub(crate) fn lines(model: &Model, provider: &Provider, feature: &Feature, size: (usize, usize), open: bool) -> Vec<Line> {
    let (width, height) = size;
    let marked = match model.marked().count() {
        _ if model.screen == Screen::Compare => String::new(),
        0 => String::new(),
        1 => "   1 marked".to_owned(),
        count => format!("   {count} marked, c compares"),
    };
    let cell = provider.cell(&feature.id);
    let name = format!("{} › {}   ", provider.name, feature.title);
    if width < BESIDE {
        let mut lines = vec![Line::heading(name).muted(marked)];
        lines.extend(meaning(feature, cell, usize::MAX).wrapped(width));
        lines.push(Line::new());
        lines.extend(evidence(model, feature, cell, width));
        return lines;
    }
    let room = width.saturating_sub(Line::of(&name, Role::Text).width() + marked.len() + 2);
    let mut lines = vec![Line::heading(name).join(meaning(feature, cell, room)).muted(marked)];
    if open {
        lines.push(Line::new());
        lines.extend(evidence(model, feature, cell, width));
        return lines;
    }
    if height > 2 {
        let note = cell.map(|cell| cell.note.as_str()).filter(|note| !note.is_empty());
        let says = note.or_else(|| feature.levels.get(&level(cell)).map(String::as_str)).unwrap_or(&feature.definition);
        let variants = cell.and_then(signs);
        lines.push(Line::of(cut(variants.as_deref().unwrap_or(says), width, "…"), Role::Text));
    }
    lines.push(match cell.and_then(|cell| cell.sources.split_first()) {
        Some((source, more)) => {
            let more = if more.is_empty() { String::new() } else { format!("   {} more", more.len()) };
            let [place, read] = source_parts(model, source);
            let room = width.saturating_sub(read.width() + 3 + more.len());
            Line::of(cut_middle(&place.plain(), room, "…"), Role::Muted).text("   ").join(read).muted(more)
        }
        None => Line::of("no source", Role::Unknown),
    });
    lines
}

fn level(cell: Option<&Cell>) -> Level {
    cell.map_or(Level::Unknown, |cell| cell.level)
}

/// The variants in a row, each with its sign, or in a text column with its value.
fn signs(cell: &Cell) -> Option<String> {
    let alike = cell.variants.iter().all(|variant| variant.level == Level::Yes);
    let says = |variant: &Variant| {
        let says = if alike { format!(": {}", variant.value) } else { format!(" {}", level_sign(variant.level)) };
        format!("{}{says}", variant.name)
    };
    let all = cell.variants.iter().map(says).collect::<Vec<_>>().join(if alike { "; " } else { "   " });
    (!all.is_empty()).then_some(all)
}

/// A cell's sign and its sentence.
fn meaning(feature: &Feature, cell: Option<&Cell>, room: usize) -> Line {
    let role = if level(cell) == Level::Unknown { Role::Unknown } else { Role::Text };
    let says = cut(&cell_long(feature, cell), room, "…");
    Line::of(format!("{} {says}", level_sign(level(cell))), role)
}

/// All that is known of a cell: value, condition, since when, every source, and what the column asks.
fn evidence(model: &Model, feature: &Feature, cell: Option<&Cell>, width: usize) -> Vec<Line> {
    const INDENT: usize = 11;
    let room = width.min(SENTENCE).saturating_sub(INDENT).max(20);
    let mut lines = Vec::new();
    let mut field = |name: &str, text: &str, role: Role| {
        for (nth, part) in wrap(text, room).into_iter().enumerate() {
            let name = if nth == 0 { name } else { "" };
            lines.push(Line::of(format!("{name:<INDENT$}"), Role::Muted).then(part, role));
        }
    };
    if let Some(cell) = cell {
        field("value", if cell.value.is_empty() { cell.level.name() } else { &cell.value }, Role::Text);
        if !cell.note.is_empty() {
            field("condition", &cell.note, Role::Text);
        }
        for variant in &cell.variants {
            let note = if variant.note.is_empty() { String::new() } else { format!(". {}", variant.note) };
            let sign = if feature.kind == FeatureKind::Text { String::new() } else { format!("{} ", level_sign(variant.level)) };
            field(&cut(&variant.name, INDENT - 1, "…"), &format!("{sign}{}{note}", variant.value), Role::Text);
        }
        match &cell.since {
            Some(since) => field("since", since, Role::Text),
            None if level(Some(cell)) == Level::No || level(Some(cell)) == Level::NotApplicable => {}
            None => field("since", "?", Role::Unknown),
        }
    } else {
        field("value", "? nobody could source it", Role::Unknown);
    }
    field("asks", &feature.definition, Role::Text);
    if let Some(meaning) = feature.levels.get(&level(cell)) {
        field(level(cell).name(), meaning, Role::Text);
    }
    let sources: Vec<&Reference> = cell.into_iter().flat_map(Cell::all_sources).collect();
    if !sources.is_empty() {
        lines.push(Line::new());
        lines.push(Line::heading("SOURCES"));
    }
    for (nth, source) in sources.into_iter().enumerate() {
        let number = Line::of(format!("{}  ", nth + 1), Role::Muted);
        let [place, read] = source_parts(model, source);
        if place.width() + read.width() + 6 <= width {
            lines.push(number.join(place).text("   ").join(read));
        } else {
            lines.push(number.muted(cut_middle(&place.plain(), width.saturating_sub(3), "…")));
            lines.push(Line::new().text("   ").join(read));
        }
    }
    lines
}

/// A source, when it was read and how long ago that is. One of more than a year is no longer to be relied on.
pub(crate) fn source_line(model: &Model, source: &Reference) -> Line {
    let [place, read] = source_parts(model, source);
    place.text("   ").join(read)
}

/// The same in two parts, so that the place can be cut and the age stands.
pub(crate) fn source_parts(model: &Model, source: &Reference) -> [Line; 2] {
    let today = model.now.to_zoned(TimeZone::UTC).date();
    let read = match source_age(&source.as_of, today) {
        None => Line::of("undated", Role::Muted),
        Some(months) => {
            let ago = match months {
                0 => "this month".to_owned(),
                1 => "1 month ago".to_owned(),
                months if months < 24 => format!("{months} months ago"),
                months => format!("{} years ago", months / 12),
            };
            let role = if months > OLD { Role::Warn } else { Role::Muted };
            Line::of(format!("read {}, ", source.as_of), Role::Muted).then(ago, role)
        }
    };
    [Line::of(&source.location, Role::Muted), read]
}

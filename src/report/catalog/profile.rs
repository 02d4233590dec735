//! All that is known of providers, with who says so.

use super::{Matrix, ProvidersDocument};
use crate::catalog::{self, Feature, Provider, Quantity, Reference, Variant, spelled};
use crate::present::{Role, cell_long, installer_long, level_sign, source_age};
use crate::report::{Answer, Block, Cell, Format, Outcome, Table};
use jiff::civil::Date;

/// Months after which a source is old.
const OLD: i32 = 12;

/// All that is known of each provider of `matrix`. Sources are older or younger as of `today`.
pub fn profile<'a>(matrix: &Matrix<'a>, here: Option<&str>, today: Date, format: Format) -> Answer<ProvidersDocument<'a>> {
    let mut blocks = Vec::new();
    for provider in &matrix.providers {
        let is_here = if here == Some(provider.id.as_str()) { ", here" } else { "" };
        blocks.push(Block::Heading(format!("{} ({}{is_here})", provider.name, provider.id)));
        blocks.push(Block::line(&provider.summary, Role::Text));
        let role = provider.role.name();
        blocks.push(Block::line(format!("{}, {role}; {}", provider.status.name(), provider.project.home), Role::Muted));
        blocks.push(Block::Heading(format!("Features of {}", provider.name)));
        blocks.push(Block::Table(features(&matrix.features, provider, today, format)));
        let name = &provider.name;
        section(format!("Limits of {name}"), quantities("What", &provider.limits, today), &mut blocks);
        section(
            format!("Footprint of {name}, as requested on each node"),
            quantities("Container", &provider.footprint, today),
            &mut blocks,
        );
        blocks.extend(super::measured::profile(matrix.measured, provider));
        section(format!("Adoption of {name}"), adoption(provider, today), &mut blocks);
        section(format!("Watch with {name}"), watch(provider, today), &mut blocks);
        section(format!("Installers of {name}"), installers(provider, today), &mut blocks);
        section(format!("Project {name}"), project(provider), &mut blocks);
    }
    Answer { blocks, document: matrix.document(), outcome: Outcome::Well }
}

fn section(heading: String, table: Table, blocks: &mut Vec<Block>) {
    if !table.rows.is_empty() {
        blocks.extend([Block::Heading(heading), Block::Table(table)]);
    }
}

fn features(features: &[&Feature], provider: &Provider, today: Date, format: Format) -> Table {
    let mut table = Table::new(["Feature", "Says", "Since", "Source", "As of"]);
    for feature in features {
        let cell = provider.cell(&feature.id);
        let since = cell.and_then(|cell| cell.since.as_deref()).unwrap_or_default();
        let mut left = vec![vec![(&feature.title).into(), says(feature, cell, format), since.into()]];
        let mut right: Vec<&Reference> = Vec::new();
        if let Some(cell) = cell {
            // What is beneath a cell is a note to it, then its variants; all stand beside the sources.
            let note = Some(&cell.note).filter(|note| !note.is_empty());
            left.extend(note.map(|note| vec![Cell::default(), note.into(), Cell::default()]));
            left.extend(
                cell.variants.iter().map(|variant| vec![Cell::default(), of_variant(feature, variant, format), Cell::default()]),
            );
            right.extend(cell.all_sources());
        }
        for at in 0..left.len().max(right.len()) {
            let mut row = left.get(at).cloned().unwrap_or_else(|| vec![Cell::default(); 3]);
            if at > 0 && format.is_tabular() {
                // A row is read without those above it there.
                row[0] = (&feature.title).into();
            }
            row.extend(right.get(at).map(|source| reference(source, today)).unwrap_or_default());
            table.rows.push(row);
        }
    }
    table
}

fn says(feature: &Feature, cell: Option<&catalog::Cell>, format: Format) -> Cell {
    let long = cell_long(feature, cell);
    let sign = level_sign(cell.map_or(catalog::Level::Unknown, |cell| cell.level));
    let role = if sign == "?" { Role::Unknown } else { Role::Text };
    Cell::new(if format.is_tabular() { long } else { format!("{sign} {long}") }, role)
}

/// A variant as the cell that it would be.
fn of_variant(feature: &Feature, variant: &Variant, format: Format) -> Cell {
    let cell = catalog::Cell { level: variant.level, value: variant.value.clone(), ..catalog::Cell::default() };
    let mut says = says(feature, Some(&cell), format);
    let note = if variant.note.is_empty() { String::new() } else { format!(" ({})", variant.note) };
    says.text = format!("{}: {}{note}", variant.name, says.text);
    says
}

fn quantities(of: &str, all: &[Quantity], today: Date) -> Table {
    let mut table = Table::new([of, "Number#", "Unit", "Note", "Source", "As of"]);
    for one in all {
        let mut row: Vec<Cell> = vec![(&one.what).into(), spelled(one.number).into(), one.unit.name().into(), (&one.note).into()];
        row.extend(reference(&one.source, today));
        table.rows.push(row);
    }
    table
}

fn installers(provider: &Provider, today: Date) -> Table {
    let mut table = Table::new(["Installer", "Support", "By", "Says", "Source", "As of"]);
    for installer in &provider.installers {
        let mut row: Vec<Cell> = vec![
            (&installer.name).into(),
            installer.support.name().into(),
            (&installer.by).into(),
            installer_long(installer).into(),
        ];
        row.extend(reference(&installer.source, today));
        table.rows.push(row);
    }
    table
}

fn adoption(provider: &Provider, today: Date) -> Table {
    let mut table = Table::new(["Date", "Stars#", "Contributors#", "Forks#", "Source", "As of"]);
    let number = |number: Option<u32>| number.map_or_else(|| Cell::new("?", Role::Unknown), Cell::from);
    for count in &provider.adoption {
        let mut row = vec![(&count.as_of).into(), number(count.stars), number(count.contributors), number(count.forks)];
        row.extend(reference(&count.source, today));
        table.rows.push(row);
    }
    table
}

fn watch(provider: &Provider, today: Date) -> Table {
    let mut table = Table::new(["What", "Source", "As of"]);
    for note in &provider.watch {
        let mut row = vec![(&note.text).into()];
        row.extend(reference(&note.source, today));
        table.rows.push(row);
    }
    table
}

fn project(provider: &Provider) -> Table {
    let mut table = Table::new(["What", "Where"]);
    let project = &provider.project;
    let fixed = [
        ("documentation", Some(&project.home)),
        ("repository", Some(&project.repository)),
        ("tracker", project.tracker.as_ref()),
        ("chat", project.chat.as_ref()),
        ("replaced by", project.replaced_by.as_ref()),
    ];
    for (what, text) in fixed {
        table.rows.extend(text.map(|text| vec![what.into(), text.into()]));
    }
    table
}

/// A source and its date; old ones stand out.
fn reference(source: &Reference, today: Date) -> [Cell; 2] {
    let is_old = source_age(&source.as_of, today).is_some_and(|months| months >= OLD);
    let role = if is_old { Role::Warn } else { Role::Muted };
    [Cell::new(&source.location, Role::Muted), Cell::new(&source.as_of, role)]
}

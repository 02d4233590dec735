//! All that is known of providers, with who says so.

use super::{Matrix, ProvidersDocument};
use crate::catalog::{Feature, Provider, Reference};
use crate::present::{Role, cell_long, level_sign, source_age};
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
        section(format!("Limits of {name}"), limits(provider, today), &mut blocks);
        section(format!("Adoption of {name}"), adoption(provider, today), &mut blocks);
        section(format!("Watch with {name}"), watch(provider, today), &mut blocks);
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
        let long = cell_long(feature, cell);
        let sign = level_sign(provider.level(&feature.id));
        let says = if super::is_words(format) { long } else { format!("{sign} {long}") };
        let role = if sign == "?" { Role::Unknown } else { Role::Text };
        let since = cell.and_then(|cell| cell.since.as_deref()).unwrap_or_default();
        // The note stands beneath what it is a note to, beside the second source.
        let note =
            cell.filter(|cell| !cell.note.is_empty()).map(|cell| vec![Cell::default(), (&cell.note).into(), Cell::default()]);
        let mut left = std::iter::once(vec![(&feature.title).into(), Cell::new(says, role), since.into()]).chain(note);
        let mut right = cell.into_iter().flat_map(|cell| &cell.sources).map(|source| reference(source, today));
        loop {
            let (says, source) = (left.next(), right.next());
            if says.is_none() && source.is_none() {
                break;
            }
            let mut row = says.unwrap_or_else(|| vec![Cell::default(); 3]);
            row.extend(source.unwrap_or_default());
            table.rows.push(row);
        }
    }
    table
}

fn limits(provider: &Provider, today: Date) -> Table {
    let mut table = Table::new(["What", "Number#", "Unit", "Source", "As of"]);
    for limit in &provider.limits {
        let mut row: Vec<Cell> = vec![(&limit.what).into(), limit.number.into(), (&limit.unit).into()];
        row.extend(reference(&limit.source, today));
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
    let installers = project.installers.iter().map(|(installer, says)| (installer.as_str(), Some(says)));
    for (what, text) in fixed.into_iter().chain(installers) {
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

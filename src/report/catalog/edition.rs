//! The matrix as it was published, with its footnotes and what a reader has to know.

use crate::catalog::{Edition, PrintedColumn, PrintedRow};
use crate::present::Role;
use crate::report::{Answer, Block, Cell, Outcome, Table};
use serde::Serialize;

/// `cnitui.edition/v1`
#[derive(Debug, Serialize)]
pub struct EditionDocument<'a> {
    schema: &'static str,
    #[serde(flatten)]
    edition: &'a Edition,
}

/// The edition as printed; nothing is made up where nothing was printed.
pub fn edition(edition: &Edition) -> Answer<EditionDocument<'_>> {
    let mut blocks = vec![
        Block::Heading(format!("{}, {}", edition.title, edition.id)),
        Block::line(format!("{}, published {}", edition.source.location, edition.source.as_of), Role::Muted),
    ];
    section("As printed", matrix(edition), &mut blocks);
    if !edition.footnotes.is_empty() {
        blocks.push(Block::Heading("Footnotes".to_owned()));
        blocks.extend(edition.footnotes.iter().map(|(number, text)| Block::line(format!("({number}) {text}"), Role::Text)));
    }
    section("Numbers", numbers(edition), &mut blocks);
    section("Said", said(edition), &mut blocks);
    for (heading, lines) in [("Remarks", &edition.remarks), ("Advice", &edition.advice)] {
        if !lines.is_empty() {
            blocks.push(Block::Heading(heading.to_owned()));
            blocks.extend(lines.iter().map(|line| Block::line(line, Role::Text)));
        }
    }
    Answer { blocks, document: EditionDocument { schema: "cnitui.edition/v1", edition }, outcome: Outcome::Well }
}

fn section(heading: &str, table: Table, blocks: &mut Vec<Block>) {
    if !table.rows.is_empty() {
        blocks.extend([Block::Heading(heading.to_owned()), Block::Table(table)]);
    }
}

fn matrix(edition: &Edition) -> Table {
    let headings = edition.columns.iter().map(|column| column.heading.as_str());
    let mut table = Table::new(["Provider"].into_iter().chain(headings));
    if !edition.columns.is_empty() {
        table.rows.extend(edition.rows.iter().map(|row| {
            let cells = edition.columns.iter().map(|column| printed(row, column));
            std::iter::once(Cell::from(&row.name)).chain(cells).collect()
        }));
    }
    table
}

fn printed(row: &PrintedRow, column: &PrintedColumn) -> Cell {
    match row.cells.get(&column.feature) {
        Some(cell) => match cell.footnote {
            Some(number) => format!("{} ({number})", cell.value).into(),
            None => (&cell.value).into(),
        },
        None => Cell::new("? not printed", Role::Unknown),
    }
}

fn numbers(edition: &Edition) -> Table {
    let mut table = Table::new(["Provider", "Stars#", "Contributors#", "Forks#"]);
    for row in &edition.rows {
        table.rows.extend(
            row.adoption
                .map(|(stars, contributors, forks)| vec![(&row.name).into(), stars.into(), contributors.into(), forks.into()]),
        );
    }
    table
}

fn said(edition: &Edition) -> Table {
    let mut table = Table::new(["Provider", "What was said"]);
    for row in &edition.rows {
        table.rows.extend(row.said.iter().map(|text| vec![(&row.name).into(), text.into()]));
    }
    table
}

//! An answer in a format.

use super::{Answer, Block, Cell, Format, Table};
use crate::present::{Role, ascii};
use crate::snapshot::clean;
use serde::Serialize;
use std::borrow::Cow;
use std::io;
use unicode_width::UnicodeWidthStr;

/// What the reader's end can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Colours as escape sequences.
    pub colour: bool,
    /// Signs in ASCII.
    pub ascii: bool,
}

/// The answer as text that ends in a newline. Errors: a document that cannot be written.
pub fn write<D: Serialize>(answer: &Answer<D>, format: Format, look: Look) -> io::Result<String> {
    let mut out = String::new();
    match format {
        Format::Json => out = serde_json::to_string_pretty(&answer.document)? + "\n",
        Format::Yaml => out = yaml(&answer.document)?,
        Format::Csv => {
            for (at, table) in tables(&answer.blocks).enumerate() {
                out.push_str(if at == 0 { "" } else { "\n" });
                csv(table, &mut out);
            }
        }
        Format::Sarif | Format::Junit => return Err(io::Error::other("only policy lint writes sarif and junit")),
        Format::Markdown => answer.blocks.iter().for_each(|block| markdown(block, &mut out)),
        Format::Table | Format::Wide => {
            for (at, block) in answer.blocks.iter().enumerate() {
                if at > 0 && matches!(block, Block::Heading(_)) {
                    out.push('\n');
                }
                text(block, look, &mut out);
            }
        }
    }
    Ok(out)
}

/// The one place that writes YAML: as kubectl and others read it.
pub(super) fn yaml<D: Serialize>(document: &D) -> io::Result<String> {
    serde_saphyr::to_string(document).map_err(io::Error::other)
}

/// Documents in one YAML text, `---` before each.
pub fn documents(all: impl IntoIterator<Item = serde_json::Value>) -> io::Result<String> {
    all.into_iter().map(|document| Ok(format!("---\n{}", yaml(&document)?))).collect()
}

fn tables(blocks: &[Block]) -> impl Iterator<Item = &Table> {
    blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

fn text(block: &Block, look: Look, out: &mut String) {
    match block {
        Block::Heading(heading) => {
            out.push_str(&painted(&Cell::new(heading, Role::Heading), look));
            out.push('\n');
        }
        Block::Line(cells) => {
            out.extend(cells.iter().map(|cell| painted(cell, look)));
            out.push('\n');
        }
        Block::Table(table) => aligned(table, look, out),
    }
}

fn aligned(table: &Table, look: Look, out: &mut String) {
    let heads = table.columns.iter().map(|column| Cell::new(column.title.to_uppercase(), Role::Heading)).collect();
    let rows: Vec<&Vec<Cell>> = std::iter::once(&heads).chain(&table.rows).collect();
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| shown(cell, look).width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
    for row in rows {
        let mut line = String::new();
        let mut pending = 0;
        for ((cell, column), width) in row.iter().zip(&table.columns).zip(&widths) {
            let gap = width - shown(cell, look).width().min(*width);
            let (before, after) = if column.is_number { (gap, 0) } else { (0, gap) };
            pending += before;
            if !cell.text.is_empty() {
                line.extend(std::iter::repeat_n(' ', pending));
                line.push_str(&painted(cell, look));
                pending = 0;
            }
            pending += after + 2;
        }
        out.push_str(&line);
        out.push('\n');
    }
}

/// Text as it is shown, without colour: cleaned of everything that steers a terminal.
fn shown(cell: &Cell, look: Look) -> Cow<'_, str> {
    let cleaned = clean(&cell.text);
    if look.ascii { Cow::Owned(ascii(&cleaned).into_owned()) } else { cleaned }
}

/// The same in colour. Only the sixteen that every terminal has in its own taste.
fn painted(cell: &Cell, look: Look) -> Cow<'_, str> {
    let code = match cell.role {
        Role::Text => "",
        Role::Muted => "2",
        Role::Heading => "1",
        Role::Accent => "36",
        Role::Good => "32",
        Role::Warn => "33",
        Role::Bad => "1;31",
        Role::Unknown => "35",
        Role::Here => "4;36",
    };
    let text = shown(cell, look);
    if !look.colour || code.is_empty() || text.is_empty() { text } else { Cow::Owned(format!("\u{1b}[{code}m{text}\u{1b}[0m")) }
}

fn csv(table: &Table, out: &mut String) {
    let titles = table.columns.iter().map(|column| column.title.as_str()).collect::<Vec<_>>();
    let rows = table.rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect());
    for row in std::iter::once(titles).chain(rows) {
        out.push_str(&row.into_iter().map(field).collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
}

/// A field by RFC 4180. Spreadsheets run what begins with one of these signs: an apostrophe keeps it text.
fn field(text: &str) -> String {
    let text = clean(text);
    let number = text.parse::<f64>().is_ok();
    let guarded =
        if !number && text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.into_owned() };
    if guarded.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

fn markdown(block: &Block, out: &mut String) {
    let safe = |text: &str| clean(text).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;");
    match block {
        Block::Heading(heading) => {
            let gap = if out.is_empty() { "" } else { "\n" };
            out.extend([gap, "## ", &safe(heading), "\n\n"]);
        }
        Block::Line(cells) => {
            out.extend(cells.iter().map(|cell| safe(&cell.text)));
            out.push_str("\n\n");
        }
        Block::Table(table) => {
            let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
            out.push_str(&line(table.columns.iter().map(|column| safe(&column.title)).collect()));
            let rule = |number| if number { "---:" } else { "---" }.to_owned();
            out.push_str(&line(table.columns.iter().map(|column| rule(column.is_number)).collect()));
            table.rows.iter().for_each(|row| out.push_str(&line(row.iter().map(|cell| safe(&cell.text)).collect())));
        }
    }
}

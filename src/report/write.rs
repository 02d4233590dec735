//! An answer in a format.

use super::{Answer, Block, Cell, Format, Table, fold};
use crate::present::{Role, ascii, yaml};
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
    /// Columns of the terminal, into which tables and lines are folded; none where nobody looks.
    pub width: Option<usize>,
}

/// The answer as text that ends in a newline. Errors: a document that cannot be written.
pub fn write<D: Serialize>(answer: &Answer<D>, format: Format, look: Look) -> io::Result<String> {
    let mut out = String::new();
    match format {
        Format::Json => out = serde_json::to_string_pretty(&answer.document)? + "\n",
        Format::Yaml => out = yaml(&answer.document).map_err(io::Error::other)?,
        Format::Csv => {
            for (at, table) in tables(&answer.blocks).enumerate() {
                out.push_str(if at == 0 { "" } else { "\n" });
                csv(table, &mut out);
            }
        }
        Format::Sarif | Format::Junit => {
            return Err(io::Error::other("only policy lint writes sarif, only policy lint and probe junit"));
        }
        Format::Markdown => answer.blocks.iter().for_each(|block| markdown(block, &mut out)),
        Format::Table | Format::Wide => {
            let look = if format == Format::Wide { Look { width: None, ..look } } else { look };
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

/// Documents in one YAML text, `---` before each.
pub fn documents(all: impl IntoIterator<Item = serde_json::Value>) -> io::Result<String> {
    all.into_iter().map(|document| Ok(format!("---\n{}", yaml(&document).map_err(io::Error::other)?))).collect()
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
            for line in look.width.map_or_else(|| vec![cells.clone()], |width| fold::line(cells, width)) {
                out.extend(line.iter().map(|cell| painted(cell, look)));
                out.push('\n');
            }
        }
        Block::Table(table) => aligned(table, look, out),
    }
}

fn aligned(table: &Table, look: Look, out: &mut String) {
    let heads = table.columns.iter().map(|column| Cell::new(column.title.to_uppercase(), Role::Heading)).collect();
    let rows: Vec<&Vec<Cell>> = std::iter::once(&heads).chain(&table.rows).collect();
    let natural = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| shown(cell, look).width()).max().unwrap_or(0);
    let natural: Vec<usize> = (0..table.columns.len()).map(natural).collect();
    let all = || vec![(0..table.columns.len()).collect::<Vec<_>>()];
    for (nth, part) in look.width.map_or_else(all, |width| fold::parts(table, &natural, width)).iter().enumerate() {
        out.push_str(if nth == 0 { "" } else { "\n" });
        let natural: Vec<usize> = part.iter().map(|column| natural[*column]).collect();
        let widths = look.width.map_or_else(|| natural.clone(), |width| fold::widths(&natural, width));
        for row in &rows {
            let cells: Vec<_> =
                part.iter().zip(&widths).map(|(at, width)| (&row[*at], table.columns[*at].is_number, *width)).collect();
            folded(&cells, look, out);
        }
    }
}

/// A row: of each cell whether it is a number, and the width of its column.
fn folded(cells: &[(&Cell, bool, usize)], look: Look, out: &mut String) {
    let lines: Vec<Vec<String>> = cells.iter().map(|(cell, _, width)| fold::text(&shown(cell, look), *width)).collect();
    for nth in 0..lines.iter().map(Vec::len).max().unwrap_or(0) {
        let mut pending = 0;
        for ((cell, is_number, width), lines) in cells.iter().zip(&lines) {
            let text = lines.get(nth).map_or("", String::as_str);
            let gap = width - text.width().min(*width);
            let (before, after) = if *is_number { (gap, 0) } else { (0, gap) };
            pending += before;
            if !text.is_empty() {
                out.extend(std::iter::repeat_n(' ', pending));
                out.push_str(&painted(&Cell::new(text, cell.role), look));
                pending = 0;
            }
            pending += after + fold::GAP;
        }
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
    let guarded = if !number && text != "-" && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.into_owned()
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Outcome;

    #[test]
    fn a_table_is_folded_into_the_terminal_and_loses_nothing() {
        let mut table = Table::new(["Feature", "Says", "Count#", "Source", "As of", "Also", "More"]);
        let says = "BGP between nodes, with route reflectors from a hundred nodes on";
        let source = "projectcalico/calico/manifests/calico-typha.yaml@f2a27624/and/a/long/path";
        table.rows.push(["Routing", says, "12", source, "2026-08", "a b c d e f g h i j k", "kernel"].map(Cell::from).to_vec());
        let answer = Answer { blocks: vec![Block::Table(table)], document: (), outcome: Outcome::Well };
        let look = Look { width: Some(80), ..Look::default() };
        let said = write(&answer, Format::Table, look).unwrap();
        assert!(said.lines().all(|line| line.width() <= 80), "{said}");
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        let whole = write(&answer, Format::Table, Look::default()).unwrap();
        assert_eq!(letters(&said), letters(&whole) + letters("FEATURE Routing"), "in two parts, {said}");
        assert!(write(&answer, Format::Wide, look).unwrap().lines().count() == 2, "wide is whole");
        assert!(write(&answer, Format::Table, Look::default()).unwrap().lines().count() == 2, "and so is what nobody looks at");
    }

    #[test]
    fn a_dash_is_no_formula() {
        assert_eq!([field("-"), field("-1"), field("-cmd"), field("=1+1")], ["-", "-1", "'-cmd", "'=1+1"]);
    }
}

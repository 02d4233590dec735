//! What is wider than the terminal, folded: between words where that is possible, and tables in parts where columns would get too
//! narrow to be read. Nothing is left out. It does not know how text is painted.

use super::{Cell, Table};
use crate::present::Role;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a table are folded down to this width, and no further.
const LEAST: usize = 16;
/// Between two columns.
pub(super) const GAP: usize = 2;

/// Text in lines of at most `width` columns.
pub(super) fn text(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last().map_or(0, |line| line.width());
        match lines.last_mut() {
            Some(line) if last == 0 => line.push_str(word),
            Some(line) if last + 1 + word.width() <= width => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
        while let Some(at) = lines.last().and_then(|line| cut(line, width)) {
            let rest = lines.last_mut().map(|line| line.split_off(at)).unwrap_or_default();
            lines.push(rest);
        }
    }
    lines
}

/// The byte before which a line has to be cut.
fn cut(line: &str, width: usize) -> Option<usize> {
    let mut used = 0;
    line.char_indices()
        .skip_while(|(_, c)| (used += c.width().unwrap_or(0), used <= width).1)
        .map(|(at, _)| at)
        .find(|at| *at > 0)
}

/// A line in lines of at most `width` columns; those after the first are indented two columns more.
pub(super) fn line(cells: &[Cell], width: usize) -> Vec<Vec<Cell>> {
    let whole: String = cells.iter().map(|cell| cell.text.as_str()).collect();
    if whole.width() <= width {
        return vec![cells.to_vec()];
    }
    let indent = (whole.len() - whole.trim_start().len() + 2).min(width / 2);
    let mut lines: Vec<Vec<Cell>> = vec![Vec::new()];
    let mut used = 0;
    for cell in cells {
        for word in cell.text.split_inclusive(' ') {
            if used > indent && used + word.trim_end().width() > width {
                if let Some(last) = lines.last_mut().and_then(|line| line.last_mut()) {
                    last.text.truncate(last.text.trim_end().len());
                }
                lines.push(vec![Cell::new(" ".repeat(indent), Role::Text)]);
                used = indent;
            }
            used += word.width();
            match lines.last_mut() {
                Some(line) if line.last().is_some_and(|last| last.role == cell.role) => {
                    line.iter_mut().rev().take(1).for_each(|last| last.text.push_str(word));
                }
                Some(line) => line.push(Cell::new(word, cell.role)),
                None => {}
            }
        }
    }
    lines
}

/// A table in tables that can be folded into `width`, each with the first column. `natural` are the widths of its columns.
pub(super) fn parts(table: &Table, natural: &[usize], width: usize) -> Vec<Vec<usize>> {
    let least = |column: usize| natural[column].min(LEAST);
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut used = 0;
    for column in 0..table.columns.len() {
        match parts.last_mut() {
            Some(part) if used + GAP + least(column) <= width => part.push(column),
            Some(_) => {
                parts.push(vec![0, column]);
                used = least(0);
            }
            None => parts.push(vec![column]),
        }
        used += least(column) + if column == 0 { 0 } else { GAP };
    }
    parts
}

/// The widths of columns that have these widths by nature: the widest give way first.
pub(super) fn widths(natural: &[usize], width: usize) -> Vec<usize> {
    let room = width.saturating_sub(GAP * natural.len().saturating_sub(1));
    let capped = |cap: usize| natural.iter().map(move |width| (*width).min(cap));
    let widest = natural.iter().copied().max().unwrap_or(0);
    let cap = (1..=widest).rev().find(|cap| capped(*cap).sum::<usize>() <= room).unwrap_or(widest);
    capped(cap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded_between_words_and_cut_only_where_a_word_is_too_long() {
        assert_eq!(text("one two three", 7), ["one two", "three"]);
        assert_eq!(text("a abcdefghij", 4), ["a", "abcd", "efgh", "ij"]);
        assert_eq!(text("", 4), [""]);
        assert_eq!(text("東京東京", 4), ["東京", "東京"]);
    }

    #[test]
    fn the_widest_columns_give_way_first() {
        assert_eq!(widths(&[10, 100, 5, 60], 80), [10, 30, 5, 29].map(|w: usize| w.min(29)));
        assert_eq!(widths(&[10, 20], 80), [10, 20]);
    }

    #[test]
    fn a_line_goes_on_beneath_its_beginning() {
        let cells = [Cell::new("    do ", Role::Muted), Cell::new("look on the nodes", Role::Accent)];
        let folded = line(&cells, 16);
        let said: Vec<String> = folded.iter().map(|line| line.iter().map(|cell| cell.text.as_str()).collect()).collect();
        assert_eq!(said, ["    do look on", "      the nodes"]);
        assert_eq!(folded[1][1].role, Role::Accent);
    }
}

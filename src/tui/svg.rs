//! A buffer as an SVG picture: what a terminal would show, as text that diffs.
//!
//! Runs of equal style are one element each, placed by column, so that the viewer's font cannot move what follows. Colours
//! that the terminal owns are those of a plain dark one.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;

/// Size of a cell in pixels.
const CELL: (f32, f32) = (8.4, 19.0);
const GROUND: &str = "#16191f";
const TEXT: &str = "#d8dde4";

/// Draws `buffer`.
pub fn svg(buffer: &Buffer) -> String {
    let area = buffer.area;
    let (width, height) = (f32::from(area.width) * CELL.0 + 24.0, f32::from(area.height) * CELL.1 + 24.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"-12 -12 {width:.0} \
         {height:.0}\">\n<style>text{{font-family:\"DejaVu Sans Mono\",\"Menlo\",\"Consolas\",monospace;font-size:14px}}\
         </style>\n<rect x=\"-12\" y=\"-12\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"8\" fill=\"{GROUND}\"/>\n"
    );
    for (y, row) in buffer.content.chunks(usize::from(area.width.max(1))).enumerate() {
        let mut x = 0;
        while x < row.len() {
            let same = row[x..].iter().take_while(|cell| look(cell) == look(&row[x])).count();
            run(&mut out, x, y, &row[x..x + same]);
            x += same;
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Foreground, background and weight of a cell.
fn look(cell: &Cell) -> (Color, Color, Modifier) {
    if cell.modifier.contains(Modifier::REVERSED) {
        let fg = if cell.bg == Color::Reset { Color::Black } else { cell.bg };
        let bg = if cell.fg == Color::Reset { Color::White } else { cell.fg };
        return (fg, bg, cell.modifier);
    }
    (cell.fg, cell.bg, cell.modifier)
}

fn run(out: &mut String, x: usize, y: usize, cells: &[Cell]) {
    let (fg, bg, modifier) = look(&cells[0]);
    let (left, top) = (x as f32 * CELL.0, y as f32 * CELL.1);
    if let Some(colour) = colour(bg) {
        let width = cells.len() as f32 * CELL.0;
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>",
            CELL.1
        );
    }
    let weight = if modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let line = if modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    let fill = colour(fg).unwrap_or_else(|| TEXT.to_owned());
    for (at, words) in words(cells) {
        let (left, base) = (left + at as f32 * CELL.0, top + 14.5);
        let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(out, "<text x=\"{left:.1}\" y=\"{base:.1}\" fill=\"{fill}\"{weight}{line}>{escaped}</text>");
    }
}

/// What stands between gaps of two spaces and more, by column; a sign stands alone, as its font may be wider than a cell.
fn words(cells: &[Cell]) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (at, cell) in cells.iter().enumerate() {
        let symbol = cell.symbol();
        match words.last_mut() {
            Some((_, word)) if goes_on => word.push_str(symbol),
            _ if symbol != " " => words.push((at, symbol.to_owned())),
            _ => {}
        }
        let gap = cells[at..].iter().take(2).all(|cell| cell.symbol() == " ");
        let next = cells.get(at + 1).is_some_and(|cell| cell.symbol().is_ascii());
        goes_on = symbol.is_ascii() && next && !gap && (goes_on || symbol != " ");
    }
    for (_, word) in &mut words {
        word.truncate(word.trim_end().len());
    }
    words
}

/// A colour as SVG spells it; none is the terminal's own.
fn colour(colour: Color) -> Option<String> {
    let name = match colour {
        Color::Rgb(r, g, b) => return Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Black => GROUND,
        Color::Red => "#ff8080",
        Color::Green => "#7fd88f",
        Color::Yellow => "#f2c55c",
        Color::Blue => "#82aaff",
        Color::Magenta => "#cba6f7",
        Color::Cyan => "#5ed7d7",
        Color::White => TEXT,
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn equal_cells_are_one_element_and_text_is_escaped() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(1, 0, "a<b", Style::new());
        buffer.set_string(6, 0, "漢", Style::new().fg(Color::Red));
        let picture = svg(&buffer);
        assert_eq!(picture.matches("<text").count(), 2);
        assert!(picture.contains("fill=\"#d8dde4\">a&lt;b</text>"), "{picture}");
        assert!(picture.contains("x=\"50.4\" y=\"14.5\" fill=\"#ff8080\">漢"), "{picture}");
    }
}

//! Puts lines with roles into a buffer: the only place where a role becomes a style and a line is cut.
//!
//! Coordinates count from the pen's own corner; what lies outside its area is not drawn, so no caller can break a small
//! terminal. Without Unicode, signs are replaced as they are put down.

use super::line::{Line, Piece, cut};
use super::pane::more;
use super::theme::Theme;
use crate::present::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// Draws into one area of a buffer.
pub(crate) struct Pen<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    area: Rect,
}

impl<'a> Pen<'a> {
    /// A pen for all of `buffer`.
    pub(crate) fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Self {
        let area = buffer.area;
        Self { buffer, theme, area }
    }

    /// Width of its area.
    pub(crate) fn width(&self) -> usize {
        usize::from(self.area.width)
    }

    /// Height of its area.
    pub(crate) fn height(&self) -> usize {
        usize::from(self.area.height)
    }

    /// A pen for a part of this one's area, clipped to it.
    pub(crate) fn part(&mut self, x: usize, y: usize, width: usize, height: usize) -> Pen<'_> {
        let (x, y) = (x.min(self.width()), y.min(self.height()));
        let (width, height) = (width.min(self.width() - x), height.min(self.height() - y));
        let area = Rect::new(self.area.x + x as u16, self.area.y + y as u16, width as u16, height as u16);
        Pen { buffer: self.buffer, theme: self.theme, area }
    }

    /// Puts a line down, cut where it is wider than the room; returns the column behind it.
    pub(crate) fn line(&mut self, x: usize, y: usize, line: &Line) -> usize {
        let mut at = x;
        for piece in line.cut(self.width().saturating_sub(x)).pieces {
            at = self.piece(at, y, &piece);
        }
        at
    }

    /// Puts `lines` down from the row `y`, as many as fit.
    pub(crate) fn lines<'l>(&mut self, x: usize, y: usize, lines: impl IntoIterator<Item = &'l Line>) {
        for (row, line) in lines.into_iter().take(self.height().saturating_sub(y)).enumerate() {
            self.line(x, y + row, line);
        }
    }

    /// Says below `rows` rows of a list of `len`, seen from `first` on, how many are not seen.
    pub(crate) fn rest(&mut self, first: usize, rows: usize, len: usize) {
        if let Some(sign) = more(first, len.saturating_sub(first + rows)) {
            self.line(1, rows, &sign);
        }
    }

    /// Puts text of one role down; returns the column behind it.
    pub(crate) fn text(&mut self, x: usize, y: usize, text: &str, role: Role) -> usize {
        self.piece(x, y, &Piece { text: text.to_owned(), role, strong: false })
    }

    /// Gives a row the background of what is under the cursor.
    pub(crate) fn select(&mut self, y: usize) {
        if y < self.height() {
            let row = Rect { y: self.area.y + y as u16, height: 1, ..self.area };
            self.buffer.set_style(row, self.theme.selection());
        }
    }

    /// Empties its area.
    pub(crate) fn clear(&mut self) {
        ratatui::widgets::Widget::render(ratatui::widgets::Clear, self.area, self.buffer);
    }

    /// Turns everything muted: what lies under something that floats.
    pub(crate) fn mute(&mut self) {
        for cell in &mut self.buffer.content {
            cell.set_style(ratatui::style::Style::reset());
            cell.set_style(self.theme.style(Role::Muted, false));
        }
    }

    /// A frame round the whole area, empty inside.
    pub(crate) fn frame(&mut self) {
        let (width, height) = (self.width(), self.height());
        if width < 2 || height < 2 {
            return;
        }
        self.clear();
        let bar = "─".repeat(width - 2);
        for y in 0..height {
            let text = match y {
                0 => format!("┌{bar}┐"),
                _ if y + 1 == height => format!("└{bar}┘"),
                _ => format!("│{}│", " ".repeat(width - 2)),
            };
            self.text(0, y, &text, Role::Muted);
        }
    }

    fn piece(&mut self, x: usize, y: usize, piece: &Piece) -> usize {
        let room = self.width().saturating_sub(x);
        if room == 0 || y >= self.height() {
            return x;
        }
        let text = cut(&piece.text, room, "…");
        let text = self.theme.signs.spell(&text);
        let style = self.theme.style(piece.role, piece.strong);
        let (left, top) = (self.area.x + x as u16, self.area.y + y as u16);
        self.buffer.set_stringn(left, top, &text, room, style);
        x + text.width()
    }
}

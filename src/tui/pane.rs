//! Text about one thing, more of it than there may be room for: the pane of what is under the cursor, and screens that are all
//! text.
//!
//! It scrolls by rows, and its last row says how much is not seen. The offset stays with whoever shows it; one beyond the end
//! counts as the end, so that shorter text or a larger terminal needs no care.

use super::action::Step;
use super::line::Line;
use super::pen::Pen;
use crate::present::Role;

/// Left, top, width and height in the body. An empty column stands before the text.
pub(crate) type Area = (usize, usize, usize, usize);

/// Lines, and where they stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Pane {
    /// Where.
    pub(crate) area: Area,
    /// What.
    pub(crate) lines: Vec<Line>,
}

impl Pane {
    /// The offset at which the last line is the last row.
    pub(crate) fn last(&self) -> usize {
        self.lines.len().saturating_sub(self.area.3)
    }

    /// The offset one page on; a page leaves one row in sight.
    pub(crate) fn scrolled(&self, first: usize, step: Step) -> usize {
        let (first, page) = (first.min(self.last()), self.area.3.saturating_sub(1).max(1));
        match step {
            Step::Before => first.saturating_sub(page),
            Step::Next => (first + page).min(self.last()),
        }
    }

    /// Draws the lines from the offset on into the body. `keys` scroll it.
    pub(crate) fn draw(&self, first: usize, keys: &str, body: &mut Pen<'_>) {
        let first = first.min(self.last());
        let (left, top, width, height) = self.area;
        let mut pen = body.part(left, top, width, height);
        let Some(bottom) = pen.height().checked_sub(1) else { return };
        let sign = more(first, self.last() - first).map(|sign| sign.text(" ").then(keys, Role::Accent));
        let room = pen.width().saturating_sub(sign.as_ref().map_or(0, |sign| sign.width() + 3));
        for (row, line) in self.lines.iter().skip(first).take(pen.height()).enumerate() {
            let width = if row == bottom { room } else { pen.width() };
            pen.part(0, row, width, 1).line(1, 0, line);
        }
        if let Some(sign) = sign {
            pen.line(room + 2, bottom, &sign);
        }
    }
}

/// How many rows are not seen, above and below; none where all are.
pub(crate) fn more(above: usize, below: usize) -> Option<Line> {
    let words = match (above, below) {
        (0, 0) => return None,
        (0, below) => format!("{below} more below"),
        (above, 0) => format!("{above} more above"),
        (above, below) => format!("{above} more above, {below} below"),
    };
    Some(Line::of(words, Role::Muted))
}

/// Rows of a list that are seen where there is room for `room`: one less where some are not seen, for [`more`].
pub(crate) const fn seen(len: usize, room: usize) -> usize {
    if len > room { room.saturating_sub(1) } else { room }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pane(lines: usize) -> Pane {
        let lines = (0..lines).map(|nth| Line::of(nth.to_string(), Role::Text)).collect();
        Pane { area: (0, 0, 20, 4), lines }
    }

    #[test]
    fn it_turns_page_by_page_and_stops_where_its_last_line_is_seen() {
        let pane = pane(9);
        assert_eq!(pane.scrolled(0, Step::Next), 3);
        assert_eq!(pane.scrolled(3, Step::Next), 5);
        assert_eq!(pane.scrolled(5, Step::Before), 2);
        assert_eq!(pane.scrolled(99, Step::Before), 2, "an offset beyond the end is the end");
    }

    #[test]
    fn what_is_not_seen_is_counted_above_and_below() {
        let words = |above, below| more(above, below).map(|line| line.plain());
        assert_eq!(words(0, 0), None);
        assert_eq!(words(0, 3).as_deref(), Some("3 more below"));
        assert_eq!(words(2, 3).as_deref(), Some("2 more above, 3 below"));
        assert_eq!((seen(4, 4), seen(5, 4)), (4, 3));
    }
}

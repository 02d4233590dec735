//! Rows by columns of short cells, one of them under the cursor: namespaces by namespaces, workloads by workloads.

use crate::present::Role;
use crate::tui::line::{Line, cut};
use std::ops::RangeInclusive;
use unicode_width::UnicodeWidthStr;

/// Where cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lattice {
    /// Width of what names a row
    pub(super) label: usize,
    /// Width of a column, with what parts it from the next
    pub(super) pitch: usize,
}

impl Lattice {
    /// Rows named by `names`, no wider than a part of the screen. Columns are as wide as there is room for all `columns`, within
    /// `pitch`.
    pub(super) fn of<'a>(
        names: impl Iterator<Item = &'a str>,
        columns: usize,
        pitch: RangeInclusive<usize>,
        width: usize,
    ) -> Self {
        let longest = names.take(1000).map(UnicodeWidthStr::width).max().unwrap_or(0);
        let label = longest.clamp(12, (width / 4).max(13)) + 2;
        let room = width.saturating_sub(label + 1) / columns.max(1);
        Self { label, pitch: room.clamp(*pitch.start(), *pitch.end()) }
    }

    /// How many columns are seen.
    pub(super) fn columns(self, width: usize) -> usize {
        (width.saturating_sub(self.label + 1) / self.pitch).max(1)
    }

    /// The column at a place of the screen.
    pub(super) fn column_at(self, x: usize) -> Option<usize> {
        Some(x.checked_sub(self.label)? / self.pitch)
    }

    /// A row; the cell under the cursor stands in brackets.
    pub(super) fn row(self, label: &Line, cells: impl Iterator<Item = (String, Role)>, cursor: Option<usize>) -> Line {
        let mut line = label.cut(self.label - 1);
        for (nth, (text, role)) in cells.enumerate() {
            let (open, close) = if cursor == Some(nth) { ("[", "]") } else { ("", "") };
            let at = self.label + nth * self.pitch - open.len();
            line = line.to(at, 0).then(open, Role::Accent).then(cut(&text, self.pitch - 1, "…"), role).then(close, Role::Accent);
        }
        line
    }
}

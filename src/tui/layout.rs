//! Where things stand for a size of the terminal: the same for every screen, known to `update` and `view` alike.

/// Smallest terminal that screens are drawn for.
pub const SMALLEST: (usize, usize) = (60, 16);

/// Width of the pane when it stands at the right.
const ASIDE: usize = 60;

/// The rows of a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Row of the title.
    pub title: usize,
    /// First row of the body.
    pub body: usize,
    /// Rows of the body.
    pub rows: usize,
    /// Row of the status line.
    pub status: usize,
    /// Row of the hints.
    pub hints: usize,
}

impl Layout {
    /// The rows for a terminal of this size, with `above` rows between tabs and title for what concerns every screen.
    ///
    /// Smaller than [`SMALLEST`] nothing is drawn, and nothing has to be reckoned with either.
    pub fn of(size: (usize, usize), above: usize) -> Self {
        let (width, height) = (size.0.max(SMALLEST.0), size.1.max(SMALLEST.1));
        let airy = usize::from(height >= 30);
        let title = 1 + airy + above;
        let status = height.saturating_sub(2);
        let rows = status.saturating_sub(airy + title + 1);
        Self { width, height, title, body: title + 1, rows, status, hints: height.saturating_sub(1) }
    }

    /// Whether there is room for empty rows between parts.
    pub fn is_airy(&self) -> bool {
        self.height >= 30
    }

    /// Whether two columns of text stand side by side.
    pub fn has_two_columns(&self) -> bool {
        self.width >= 110
    }

    /// Width of a pane at the right, where there is room for one.
    pub fn aside(&self) -> Option<usize> {
        (self.width >= 160).then_some(ASIDE)
    }
}

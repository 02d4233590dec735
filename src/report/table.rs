//! The one model of text output: headings, lines, and tables of cells.

use crate::present::Role;

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A line of text.
    Line(Vec<Cell>),
    /// Rows under headings.
    Table(Table),
}

impl Block {
    /// A line in one role.
    pub fn line(text: impl Into<String>, role: Role) -> Self {
        Self::Line(vec![Cell::new(text, role)])
    }
}

/// Rows under headings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The headings.
    pub columns: Vec<Column>,
    /// The rows, each as long as the headings.
    pub rows: Vec<Vec<Cell>>,
}

/// A heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its words.
    pub title: String,
    /// Whether its cells are numbers and stand at the right.
    pub is_number: bool,
}

/// Text in a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// What it means.
    pub role: Role,
}

impl Table {
    /// A table without rows. A title that ends in `#` heads numbers.
    pub fn new<'a>(titles: impl IntoIterator<Item = &'a str>) -> Self {
        let column = |title: &str| Column { title: title.trim_end_matches('#').to_owned(), is_number: title.ends_with('#') };
        Self { columns: titles.into_iter().map(column).collect(), rows: Vec::new() }
    }
}

impl Cell {
    /// Text in a role.
    pub fn new(text: impl Into<String>, role: Role) -> Self {
        Self { text: text.into(), role }
    }
}

impl<T: ToString> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text.to_string(), Role::Text)
    }
}

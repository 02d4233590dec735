//! How answers read: words, units, columns and roles, shared by both front-ends. It knows no terminal.
//!
//! A [`Role`] is what a piece of text means; only `tui::theme` knows its colour. Signs and ages are spelled here once.

mod ascii;
mod matrix;
mod role;
mod time;

pub use ascii::ascii;
pub use matrix::{cell_long, cell_short};
pub use role::{Role, level_sign, severity_sign, state_sign, verdict_sign};
pub use time::{age, source_age};

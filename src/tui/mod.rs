//! Front-end 2: the terminal dashboard. The only code that names ratatui.
//!
//! `update` takes messages into the [`Model`] and never waits; `view` draws the model and remembers nothing; `keymap` holds
//! every key once. `app` is the loop around them, `terminal` what is done to the terminal and undone again.

pub mod action;
mod app;
pub mod arrival;
mod bindings;
pub mod cursor;
mod editor;
pub mod export;
mod ground;
mod history;
pub mod keymap;
pub mod layout;
pub mod line;
pub mod model;
pub mod msg;
mod pane;
mod pen;
pub mod popups;
pub mod screens;
mod status;
pub mod svg;
mod terminal;
pub mod theme;
mod update;
mod view;

pub use app::{Options, run};
pub use bindings::BINDINGS;
pub use export::Export;
pub use model::Model;
pub use msg::{Editing, Effect, Msg};
pub use terminal::columns;
pub use update::update;
pub use view::view;

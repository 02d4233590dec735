//! The filter, as it is typed: it narrows with every letter, and a wrong one leaves the last good one in force.

use super::Popup;
use crate::catalog::{self, FilterError};
use crate::present::Role;
use crate::tui::action::{Action, Step};
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pen::Pen;
use crate::tui::screens::{Screen, matrix};
use crate::tui::update::stepped;
use tui_input::Input;

/// Most filters that are remembered.
const REMEMBERED: usize = 100;

/// A filter being typed.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What was typed.
    pub input: Input,
    /// What is wrong with it.
    pub error: Option<FilterError>,
    /// Whether it was to be taken as it is: then half a term is a mistake, too.
    is_whole: bool,
    /// Which of the earlier filters it came from.
    recalled: Option<usize>,
}

impl Filter {
    /// Goes on typing at `text`.
    pub fn new(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()), error: None, is_whole: false, recalled: None }
    }

    /// Takes what is typed into force, if it can be read. Half a word that leaves nothing and may become the name of a column
    /// waits for its other half.
    pub(super) fn apply(&mut self, model: &mut Model) {
        let before = model.screen.filter(model).to_owned();
        self.is_whole = false;
        self.error = model.screen.set_filter(model, self.input.value()).err();
        if self.error.is_none() && model.screen == Screen::Matrix && !matrix::has_row(model) && !self.found(model).is_empty() {
            model.matrix.filter = before;
        }
    }

    /// What could be typed next, as the whole words that it would make.
    pub fn completions(&self, model: &Model) -> Vec<String> {
        self.found(model).into_iter().map(|completion| completion.text).collect()
    }

    /// Only providers have columns to complete.
    fn found(&self, model: &Model) -> Vec<catalog::Completion> {
        if model.screen == Screen::Matrix {
            catalog::completions(self.input.value(), byte(&self.input), &model.catalog)
        } else {
            Vec::new()
        }
    }

    /// Puts the first of the completions in.
    fn complete(&mut self, model: &Model) {
        let typed = self.input.value();
        if let Some(completion) = self.found(model).into_iter().next() {
            let (before, after) = (&typed[..completion.replaces.start], &typed[completion.replaces.end..]);
            let cursor = before.chars().count() + completion.text.chars().count();
            self.input = Input::new(format!("{before}{}{after}", completion.text)).with_cursor(cursor);
        }
    }

    /// Takes what is typed into force as it is, if it can be read; else it stays open and says what is wrong.
    pub(super) fn take(&mut self, model: &mut Model) -> bool {
        (self.is_whole, self.error) = (true, model.screen.set_filter(model, self.input.value()).err());
        self.error.is_none()
    }

    pub(super) fn act(mut self, model: &mut Model, action: Action) -> Vec<Effect> {
        match action {
            Action::Take => {
                let taken = self.take(model);
                if taken {
                    return keep(model);
                }
            }
            Action::Out => {
                // Nothing is always a filter.
                let _ = model.screen.set_filter(model, "");
                return Vec::new();
            }
            Action::Complete => {
                self.complete(model);
                self.apply(model);
            }
            Action::Recall(step) => {
                let len = model.recalled.len();
                let at = self.recalled.map_or(len.saturating_sub(1), |at| stepped(at, len, step));
                if let Some(text) = model.recalled.get(at).filter(|_| step == Step::Before || self.recalled.is_some()) {
                    self.input = Input::new(text.clone());
                    self.recalled = Some(at);
                    self.apply(model);
                }
            }
            _ => {}
        }
        model.popup = Some(Popup::Filter(self));
        Vec::new()
    }

    /// What stands before the hints while it is typed.
    pub(in crate::tui) fn prompt(&self) -> Line {
        let (before, after) = self.input.value().split_at(byte(&self.input));
        Line::of("/", Role::Accent).text(before).then("▏", Role::Accent).text(after).text("   ")
    }

    /// What is wrong, or what could be typed next.
    pub(super) fn draw(&self, model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
        let typing = self.input.value().rfind(' ').map_or(0, |at| at + 1);
        // Half a term is no mistake while it can be completed.
        let wrong = self.error.as_ref().filter(|error| self.is_whole || error.at <= typing || self.completions(model).is_empty());
        let line = if let Some(error) = wrong {
            Line::of(error.to_string(), Role::Bad)
        } else {
            self.completions(model).into_iter().fold(Line::new(), |line, word| line.text(word).text("   "))
        };
        pen.line(1, layout.status.saturating_sub(1), &line.to(layout.width - 1, 0));
    }
}

fn byte(input: &Input) -> usize {
    input.value().char_indices().nth(input.cursor()).map_or(input.value().len(), |(at, _)| at)
}

/// Keeps the filter in force and remembers it.
fn keep(model: &mut Model) -> Vec<Effect> {
    let text = model.screen.filter(model).to_owned();
    if text.is_empty() {
        return Vec::new();
    }
    model.recalled.retain(|known| *known != text);
    model.recalled.push(text);
    let forgotten = model.recalled.len().saturating_sub(REMEMBERED);
    model.recalled.drain(..forgotten);
    vec![Effect::Remember(model.recalled.clone())]
}

//! The filter, as it is typed: it narrows with every letter, and a wrong one leaves the last good one in force.

use super::Popup;
use crate::catalog::{self, Catalog, FeatureKind, FilterError, Level};
use crate::present::Role;
use crate::tui::action::{Action, Step};
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pen::Pen;
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
    /// Which of the earlier filters it came from.
    recalled: Option<usize>,
}

impl Filter {
    /// Goes on typing at `text`.
    pub fn new(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()), error: None, recalled: None }
    }

    /// Takes what is typed into force, if it can be read.
    pub(super) fn apply(&mut self, model: &mut Model) {
        self.error = catalog::Filter::parse(self.input.value(), &model.catalog).err();
        if self.error.is_none() {
            self.input.value().trim().clone_into(&mut model.matrix.filter);
        }
    }

    /// What could be typed next in place of the word at the end.
    pub fn completions(&self, catalog: &Catalog) -> Vec<String> {
        let word = self.word();
        let bare = word.trim_start_matches('!');
        let sign = &word[..word.len() - bare.len()];
        if let Some((column, value)) = bare.split_once(':') {
            let level = |feature: &&catalog::Feature| feature.kind == FeatureKind::Level;
            if !catalog.features.iter().filter(level).any(|feature| named(feature, column)) {
                return Vec::new();
            }
            let levels = Level::ALL.into_iter().map(Level::name).filter(|name| name.starts_with(value) && *name != value);
            return levels.map(|name| format!("{sign}{column}:{name}")).collect();
        }
        let wanted = bare.to_lowercase();
        let columns = catalog.features.iter().filter(|feature| !wanted.is_empty() && starts(feature, &wanted));
        columns.map(|feature| format!("{sign}{}:", word_for(feature, &wanted))).collect()
    }

    /// The word that is being typed.
    fn word(&self) -> &str {
        self.input.value().rsplit(' ').next().unwrap_or_default()
    }

    pub(super) fn act(mut self, model: &mut Model, action: Action) -> Vec<Effect> {
        match action {
            Action::Take => return keep(model),
            Action::Out => {
                model.matrix.filter.clear();
                return Vec::new();
            }
            Action::Complete => {
                if let Some(completed) = self.completions(&model.catalog).first() {
                    let start = self.input.value().len() - self.word().len();
                    self.input = Input::new(format!("{}{completed}", &self.input.value()[..start]));
                    self.apply(model);
                }
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
        let line = match &self.error {
            Some(error) => {
                let meant = error.suggestion.as_ref().map_or(String::new(), |word| format!("; {word}?"));
                Line::of(format!("{}, at {}{meant}", error.message, error.at), Role::Bad)
            }
            None => {
                let mut line = Line::new();
                for word in self.completions(&model.catalog) {
                    line = line.text(word).text("   ");
                }
                line
            }
        };
        pen.line(1, layout.status.saturating_sub(1), &line.to(layout.width - 1, 0));
    }
}

fn byte(input: &Input) -> usize {
    input.value().char_indices().nth(input.cursor()).map_or(input.value().len(), |(at, _)| at)
}

/// Keeps the filter in force and remembers it.
fn keep(model: &mut Model) -> Vec<Effect> {
    let text = model.matrix.filter.clone();
    if text.is_empty() {
        return Vec::new();
    }
    model.recalled.retain(|known| *known != text);
    model.recalled.push(text);
    let forgotten = model.recalled.len().saturating_sub(REMEMBERED);
    model.recalled.drain(..forgotten);
    vec![Effect::Remember(model.recalled.clone())]
}

fn named(feature: &catalog::Feature, word: &str) -> bool {
    feature.id == word || feature.aliases.iter().any(|alias| alias == word)
}

fn starts(feature: &catalog::Feature, wanted: &str) -> bool {
    let mut words = feature.aliases.iter().chain([&feature.id]);
    feature.title.to_lowercase().starts_with(wanted) || words.any(|word| word.starts_with(wanted))
}

/// The word that the filter knows the column by: one that goes on as typed, the shortest of them.
fn word_for<'a>(feature: &'a catalog::Feature, wanted: &str) -> &'a str {
    let words = feature.aliases.iter().chain([&feature.id]);
    words.min_by_key(|word| (!word.starts_with(wanted), word.len())).map_or(&feature.id, String::as_str)
}

//! Every key, once: what it does where, in which words, and when it works.
//!
//! [`BINDINGS`] feeds [`resolve`], the hints on the last row, the help and the palette, so none of them can name a key that
//! does nothing. To add a key: a row of the table and an arm where its [`Action`] is carried out.

use super::action::{Action, Motion, Step};
use super::bindings::BINDINGS;
use super::model::Model;
use super::screens::Screen;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// On every screen, under whatever the screen itself binds.
    Everywhere,
    /// On one screen.
    On(Screen),
    /// While the filter is typed.
    Filter,
    /// In the help.
    Help,
    /// In the palette.
    Palette,
    /// In a list to pick from: contexts, providers, values.
    Picker,
    /// In a list to tick: columns, places.
    Ticks,
}

/// The heading under which the help lists a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// What the screen itself does.
    Screen,
    /// Moving.
    Move,
    /// Filters.
    Find,
    /// What works everywhere.
    Everywhere,
}

impl Group {
    /// All, in the order of the help.
    pub const ALL: [Self; 4] = [Self::Screen, Self::Move, Self::Find, Self::Everywhere];
}

/// One row of the table: keys that belong together, and what they do.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where.
    pub scopes: &'static [Scope],
    /// Names of keys, as [`name`] spells them, and what each does. Further keys for the same action are aliases.
    pub keys: &'static [(&'static str, Action)],
    /// What the hints call it; empty is not hinted.
    pub hint: &'static str,
    /// What the help and the palette call it; empty is not listed.
    pub help: &'static str,
    /// Under which heading.
    pub group: Group,
    /// Whether it would do something now.
    pub when: fn(&Model) -> bool,
}

impl Binding {
    /// The keys as people read them: the first of each action, `ctrl-` written once.
    pub fn label(&self) -> String {
        let mut seen: Vec<Action> = Vec::new();
        let mut words: Vec<&str> = Vec::new();
        for (key, action) in self.keys {
            if seen.contains(action) {
                continue;
            }
            seen.push(*action);
            let repeated = words.first().is_some_and(|first| first.starts_with("ctrl-"));
            words.push(if repeated { key.trim_start_matches("ctrl-") } else { key });
        }
        words.join(" ").replace("up", "↑").replace("down", "↓")
    }

    /// The keys as the hints say them: of two that go there and back by another key, the first.
    pub fn hint_label(&self) -> String {
        let label = self.label();
        label.trim_end_matches(" N").trim_end_matches(" shift-tab").to_owned()
    }

    /// Whether it holds in `scope`.
    pub fn holds_in(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// What `key` does now. The screen's own bindings come before those that work everywhere.
pub fn resolve(model: &Model, key: KeyEvent) -> Option<Action> {
    let key = name(key)?;
    working(model).find_map(|binding| binding.keys.iter().find(|(known, _)| *known == key).map(|(_, action)| *action))
}

/// The bindings that would do something now, the nearest scope first. A screen that has nothing to show yet has no keys of its own.
pub fn working(model: &Model) -> impl Iterator<Item = &'static Binding> + '_ {
    let is_shown = |binding: &&Binding| model.has_body() || !binding.holds_in(Scope::On(model.screen)) || model.popup.is_some();
    listed(model).filter(is_shown).filter(|binding| (binding.when)(model))
}

/// The bindings of the place where the model is, whether they would do something or not.
pub fn listed(model: &Model) -> impl Iterator<Item = &'static Binding> {
    let scope = model.scope();
    let outer = matches!(scope, Scope::On(_)).then_some(Scope::Everywhere);
    [Some(scope), outer].into_iter().flatten().flat_map(|scope| BINDINGS.iter().filter(move |binding| binding.holds_in(scope)))
}

/// The bindings of the screen beneath, as the help lists them: of two rows for one key, the one that holds now.
pub fn helped(model: &Model) -> impl Iterator<Item = &'static Binding> + '_ {
    let of_screen = |row: &&Binding| row.holds_in(Scope::On(model.screen)) || row.holds_in(Scope::Everywhere);
    let other = |row: &Binding| {
        BINDINGS.iter().any(|o| !std::ptr::eq(o, row) && o.scopes == row.scopes && o.keys == row.keys && (o.when)(model))
    };
    // What works everywhere is no news where it does not.
    let may_wait = move |row: &&Binding| row.group != Group::Everywhere && !other(row);
    BINDINGS.iter().filter(of_screen).filter(move |row| !row.help.is_empty() && ((row.when)(model) || may_wait(row)))
}

/// The keys of the row that holds `action`, as people read them.
pub fn label_of(action: Action) -> String {
    let row = BINDINGS.iter().find(|row| row.keys.iter().any(|(_, known)| *known == action));
    row.map_or_else(String::new, Binding::label)
}

/// The name of a key: `j`, `G`, `enter`, `ctrl-d`. None for keys that have no name here.
pub fn name(key: KeyEvent) -> Option<String> {
    let plain = match key.code {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::CONTROL) => c.to_ascii_lowercase().to_string(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Enter => "enter".to_owned(),
        KeyCode::Esc => "esc".to_owned(),
        KeyCode::Backspace => "backspace".to_owned(),
        KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => "shift-tab".to_owned(),
        KeyCode::BackTab => "shift-tab".to_owned(),
        KeyCode::Tab => "tab".to_owned(),
        KeyCode::Up => "up".to_owned(),
        KeyCode::Down => "down".to_owned(),
        KeyCode::Left => "left".to_owned(),
        KeyCode::Right => "right".to_owned(),
        KeyCode::Home => "home".to_owned(),
        KeyCode::End => "end".to_owned(),
        KeyCode::PageUp => "pgup".to_owned(),
        KeyCode::PageDown => "pgdn".to_owned(),
        KeyCode::Delete => "delete".to_owned(),
        _ => return None,
    };
    match key.modifiers {
        with if with.contains(KeyModifiers::ALT) => None,
        with if with.contains(KeyModifiers::CONTROL) => Some(format!("ctrl-{plain}")),
        _ => Some(plain),
    }
}

/// The key that [`name`] names so; tests and the palette press keys by name.
pub fn key(name: &str) -> Option<KeyEvent> {
    let (rest, modifiers) = match name.strip_prefix("ctrl-") {
        Some(rest) => (rest, KeyModifiers::CONTROL),
        None => (name, KeyModifiers::NONE),
    };
    let code = match rest {
        "space" => KeyCode::Char(' '),
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "backspace" => KeyCode::Backspace,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "delete" => KeyCode::Delete,
        _ => KeyCode::Char(rest.chars().next().filter(|_| rest.chars().count() == 1)?),
    };
    Some(KeyEvent::new(code, modifiers))
}

/// Moves `at` in a list of `len` rows of which `page` are seen.
pub fn moved(at: usize, len: usize, page: usize, motion: Motion) -> usize {
    let last = len.saturating_sub(1);
    let page = page.max(1);
    let half = page.div_ceil(2);
    match motion {
        Motion::Up => at.saturating_sub(1),
        Motion::Down => at + 1,
        Motion::First => 0,
        Motion::Last => last,
        Motion::HalfUp => at.saturating_sub(half),
        Motion::HalfDown => at + half,
        Motion::PageUp => at.saturating_sub(page),
        Motion::PageDown => at + page,
        Motion::Left | Motion::Right => at,
    }
    .min(last)
}

/// The neighbour of `at` among `len`, round the ends.
pub fn turned(at: usize, len: usize, step: Step) -> usize {
    match step {
        Step::Next if len > 0 => (at + 1) % len,
        Step::Before if len > 0 => (at + len - 1) % len,
        _ => at,
    }
}

/// The first row to show so that `cursor` is among the `height` rows from there, moving as little as possible.
pub fn follow(first: usize, cursor: usize, height: usize, len: usize) -> usize {
    let height = height.max(1);
    first.max((cursor + 1).saturating_sub(height)).min(cursor).min(len.saturating_sub(height))
}

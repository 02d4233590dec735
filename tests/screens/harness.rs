//! A stage for the dashboard: a model of known size and time, keys by script, and what is drawn as text plus roles.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

use cnitui::catalog::{self, Catalog};
use cnitui::present::Role;
use cnitui::session;
use cnitui::snapshot::Snapshot;
use cnitui::tui::msg::{Facts, World};
use cnitui::tui::screens::{draft, reach, why};
use cnitui::tui::theme::{Depth, Ground, Signs, Theme};
use cnitui::tui::{Effect, Model, Msg, keymap, svg, update, view};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

/// The day on which the tests look: sources have a fixed age.
pub(crate) const NOW: &str = "2026-11-21T14:33:07Z";

pub(crate) const DARK: Theme = Theme { ground: Ground::Dark, depth: Depth::True, signs: Signs::Unicode };

/// A dashboard without a terminal.
pub(crate) struct Stage {
    pub(crate) model: Model,
    /// All effects so far.
    pub(crate) effects: Vec<Effect>,
}

impl Stage {
    /// The dashboard as it starts, without a cluster.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        Self::of(catalogue(), size)
    }

    /// The same with a small catalogue that nobody researches further.
    pub(crate) fn small(size: (u16, u16)) -> Self {
        Self::of(small_catalogue(), size)
    }

    fn of(catalog: Arc<Catalog>, (width, height): (u16, u16)) -> Self {
        let now = NOW.parse().unwrap();
        Self { model: Model::new(catalog, DARK, (width.into(), height.into()), now), effects: Vec::new() }
    }

    /// The same, attached to an embedded cluster.
    pub(crate) fn demo(size: (u16, u16), name: &str) -> Self {
        let stage = Self::new(size);
        let snapshot = session::demo(name, &stage.model.catalog).expect("no such scene");
        stage.attach(snapshot)
    }

    /// Attached to these facts.
    pub(crate) fn attach(mut self, snapshot: Snapshot) -> Self {
        let facts = Facts(Arc::new(snapshot));
        self.send(Msg::Snapshot(self.model.generation, facts));
        self.answer();
        self
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = update(&mut self.model, msg);
        self.effects.extend(effects.clone());
        effects
    }

    /// Carries out what was asked of other threads.
    pub(crate) fn answer(&mut self) {
        let is_asked =
            |effect: &Effect| matches!(effect, Effect::Assess(..) | Effect::Explain(..) | Effect::Look(..) | Effect::Compare(..));
        while let Some(at) = self.effects.iter().position(is_asked) {
            match self.effects.remove(at) {
                Effect::Assess(generation, facts, before) => {
                    let world = World::after(&before, facts.0, &self.model.catalog);
                    self.send(Msg::World(generation, world));
                }
                Effect::Explain(generation, world, question) => {
                    let answer = why::explained(world, question, &self.model.catalog);
                    self.send(Msg::Explained(generation, answer));
                }
                Effect::Compare(generation, asked) => {
                    let answer = draft::compared(asked, &self.model.catalog);
                    self.send(Msg::Compared(generation, Arc::new(answer)));
                }
                Effect::Look(generation, asked, before) => {
                    let sight = reach::Sight::of(asked, before.as_deref(), &self.model.catalog);
                    self.send(Msg::Looked(generation, Arc::new(sight)));
                }
                _ => {}
            }
        }
    }

    /// Presses keys: names in `<>` or alone between spaces (`j`, `<enter>`, `ctrl-d`), `"words"` typed letter by letter.
    pub(crate) fn press(mut self, script: &str) -> Self {
        self.keys(script);
        self
    }

    pub(crate) fn keys(&mut self, script: &str) {
        let mut rest = script.trim();
        while !rest.is_empty() {
            let after = if let Some(typed) = rest.strip_prefix('"') {
                let (typed, after) = typed.split_once('"').expect("an open quote");
                for letter in typed.chars() {
                    let name = if letter == ' ' { "space".to_owned() } else { letter.to_string() };
                    self.key(&name);
                }
                after
            } else {
                let (token, after) = rest.split_once(' ').unwrap_or((rest, ""));
                let bare = token.strip_prefix('<').and_then(|name| name.strip_suffix('>'));
                self.key(bare.filter(|name| !name.is_empty()).unwrap_or(token));
                after
            };
            rest = after.trim_start();
        }
    }

    pub(crate) fn key(&mut self, name: &str) -> Vec<Effect> {
        let key = keymap::key(name).unwrap_or_else(|| panic!("no key {name}"));
        self.send(Msg::Key(key))
    }

    pub(crate) fn buffer(&self) -> Buffer {
        let (width, height) = self.model.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width as u16, height as u16));
        view(&self.model, &mut buffer);
        buffer
    }

    pub(crate) fn draw(&self) -> Picture {
        Picture(self.buffer())
    }

    pub(crate) fn svg(&self) -> String {
        svg::svg(&self.buffer())
    }

    pub(crate) fn save(&self, path: &str) {
        std::fs::write(path, self.svg()).unwrap();
    }
}

/// What is drawn without a cluster after these keys.
pub(crate) fn screen(size: (u16, u16), script: &str) -> Picture {
    Stage::new(size).press(script).draw()
}

/// What is drawn of an embedded cluster after these keys.
pub(crate) fn demo(size: (u16, u16), name: &str, script: &str) -> Picture {
    Stage::demo(size, name).press(script).draw()
}

/// What is drawn.
pub(crate) struct Picture(pub(crate) Buffer);

impl Picture {
    /// The rows, without spaces at their ends.
    pub(crate) fn rows(&self) -> Vec<String> {
        let width = usize::from(self.0.area.width.max(1));
        let mut rows = Vec::new();
        for cells in self.0.content.chunks(width) {
            let mut row = String::new();
            let mut covered = 0;
            for cell in cells {
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                row.push_str(cell.symbol());
                covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            }
            rows.push(row.trim_end().to_owned());
        }
        rows
    }

    pub(crate) fn text(&self) -> String {
        self.rows().join("\n")
    }

    /// The row that contains `words`.
    pub(crate) fn row(&self, words: &str) -> String {
        let rows = self.rows();
        rows.iter().find(|row| row.contains(words)).unwrap_or_else(|| panic!("no \"{words}\" in\n{}", rows.join("\n"))).clone()
    }

    pub(crate) fn has(&self, words: &str) -> bool {
        self.rows().iter().any(|row| row.contains(words))
    }

    /// The role of the first letter of `words`.
    pub(crate) fn role(&self, words: &str) -> Role {
        let width = usize::from(self.0.area.width);
        for (y, row) in self.rows().iter().enumerate() {
            if let Some(at) = row.find(words) {
                let x = unicode_width::UnicodeWidthStr::width(&row[..at]);
                return role(self.0.content[y * width + x].style());
            }
        }
        panic!("no \"{words}\" in\n{}", self.text());
    }

    /// Text, then for each row the roles that are not plain text, by column.
    pub(crate) fn with_roles(&self) -> String {
        let mut out = self.text();
        out.push_str("\n---\n");
        let width = usize::from(self.0.area.width.max(1));
        for (y, cells) in self.0.content.chunks(width).enumerate() {
            let looks: Vec<_> =
                cells.iter().map(|cell| (cell.symbol() == " ", role(cell.style()), cell.bg != Color::Reset)).collect();
            let mut parts = Vec::new();
            let mut x = 0;
            while x < looks.len() {
                let (_, role, _) = looks[x];
                let mut end = x + 1;
                while end < looks.len() && (looks[end].1 == role || looks[end].0) {
                    end += 1;
                }
                let last = (x..end).rev().find(|at| !looks[*at].0);
                if let Some(last) = last.filter(|_| !looks[x].0 && role != Role::Text) {
                    parts.push(format!("{x}-{last} {role:?}"));
                }
                x = if looks[x].0 { x + 1 } else { end };
            }
            if looks.iter().any(|look| look.2) {
                parts.push("selected".to_owned());
            }
            if !parts.is_empty() {
                let _ = writeln!(out, "{y:>2}: {}", parts.join(", "));
            }
        }
        out
    }
}

/// The role that the dark theme draws so.
fn role(style: Style) -> Role {
    use Role::{Accent, Bad, Good, Heading, Here, Muted, Text, Unknown, Warn};
    let fg = style.fg.unwrap_or(Color::Reset);
    let coloured = [Muted, Accent, Good, Warn, Bad, Unknown, Here];
    match coloured.into_iter().find(|role| DARK.style(*role, false).fg == Some(fg)) {
        Some(role) => role,
        None if style.add_modifier.contains(Modifier::BOLD) => Heading,
        None => Text,
    }
}

/// The catalogue that is built in, read once.
pub(crate) fn catalogue() -> Arc<Catalog> {
    static READ: OnceLock<Arc<Catalog>> = OnceLock::new();
    READ.get_or_init(|| Arc::new(catalog::embedded().0)).clone()
}

/// A catalogue of three providers and four columns.
fn small_catalogue() -> Arc<Catalog> {
    let (catalog, problems) = catalog::load([
        ("features.yaml", include_str!("catalogue/features.yaml")),
        ("providers/calico.yaml", include_str!("catalogue/calico.yaml")),
        ("providers/flannel.yaml", include_str!("catalogue/flannel.yaml")),
        ("providers/weave-net.yaml", include_str!("catalogue/weave-net.yaml")),
        ("editions/2018-11.yaml", include_str!("catalogue/2018-11.yaml")),
    ]);
    assert!(problems.iter().all(|problem| !problem.to_string().contains("skipped")), "{problems:?}");
    Arc::new(catalog)
}

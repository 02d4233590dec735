//! A list to search and pick from: help, palette, contexts, columns, providers to add, values of the form.

use super::items::{self, Item, Take};
use super::{Filter, Popup};
use crate::present::Role;
use crate::session::Place;
use crate::tui::action::{Action, Motion, Step};
use crate::tui::arrival::Arrivals;
use crate::tui::keymap::{follow, moved, turned};
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::{Effect, World};
use crate::tui::pen::Pen;
use crate::tui::screens::{Screen, choose, draft, matrix, policies, reach};
use crate::tui::theme::{Signs, Theme};
use crate::tui::update::perform;
use crate::tui::view::layout;
use tui_input::Input;

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// The keys of the screen.
    Help,
    /// Actions, contexts, providers, commands.
    Palette,
    /// Places to look at.
    Contexts,
    /// The columns of the matrix.
    Columns,
    /// Providers that could be added.
    Providers,
    /// Places where a cluster could run.
    Where,
    /// How many nodes.
    Nodes,
    /// The oldest kernel.
    Kernel,
    /// Who runs today.
    Today,
    /// Who calls.
    From,
    /// Who is called.
    To,
    /// Where.
    Port,
    /// What is done with the decision record; what is typed is a file.
    Record,
}

impl ListKind {
    /// What stands before what is typed.
    const fn prompt(self) -> &'static str {
        match self {
            Self::Palette => ":",
            Self::Contexts => "@",
            Self::Columns | Self::Where | Self::Today => "/",
            Self::Help => "",
            Self::Providers => "+",
            Self::Nodes => "nodes ",
            Self::Kernel => "kernel ",
            Self::Record => "file ",
            Self::From => "from ",
            Self::To => "to ",
            Self::Port => "port ",
        }
    }

    /// What may be typed, where the rows do not say it.
    const fn asks(self) -> &'static str {
        match self {
            Self::Contexts => "  or the path of a kubeconfig",
            _ => "",
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Help => "keys",
            Self::Palette | Self::Nodes | Self::Kernel | Self::Record | Self::From | Self::To | Self::Port => "",
            Self::Contexts | Self::Where => "places",
            Self::Columns => "columns",
            Self::Providers | Self::Today => "providers",
        }
    }
}

/// A list to search and pick from.
#[derive(Debug, Clone)]
pub struct List {
    /// What it is of.
    pub kind: ListKind,
    /// What was typed to narrow it.
    pub input: Input,
    /// The picked row.
    pub cursor: usize,
    /// The first row that is seen.
    pub first: usize,
    /// The columns that were chosen when it was opened.
    before: Option<Vec<String>>,
}

impl List {
    /// A list with nothing typed.
    pub fn new(kind: ListKind) -> Self {
        Self { kind, input: Input::default(), cursor: 0, first: 0, before: None }
    }

    /// The columns of the matrix; closing it without taking gives `before` back.
    pub fn of_columns(before: Option<Vec<String>>) -> Self {
        Self { before, ..Self::new(ListKind::Columns) }
    }

    /// Whether its rows are ticked one by one, rather than one taken.
    fn is_ticked(&self) -> bool {
        matches!(self.kind, ListKind::Columns | ListKind::Where)
    }

    /// Its rows, narrowed by what is typed.
    pub fn items(&self, model: &Model) -> Vec<Item> {
        items::narrowed(self.kind, model, self.input.value())
    }

    /// Whether the picked row is a column that has a place among those shown.
    pub fn can_shift(&self, model: &Model) -> bool {
        let shown = matrix::column_ids(model);
        matches!(self.items(model).get(self.cursor), Some(Item { take: Take::Column(id), .. }) if shown.len() > 1 && shown.contains(id))
    }

    /// Brings cursor and offset into the rows that are there.
    pub fn settle(&mut self, model: &Model) {
        let len = self.items(model).len();
        self.cursor = self.cursor.min(len.saturating_sub(1));
        self.first = follow(self.first, self.cursor, rows(&layout(model), len), len);
    }

    pub(super) fn act(mut self, model: &mut Model, action: Action) -> Vec<Effect> {
        let items = self.items(model);
        match action {
            Action::Out => {
                if self.kind == ListKind::Columns {
                    model.matrix.columns = self.before;
                }
                return Vec::new();
            }
            Action::Take if self.is_ticked() => return Vec::new(),
            Action::Take => return items.into_iter().nth(self.cursor).map_or_else(Vec::new, |item| take(model, item.take)),
            Action::Mark => match items.into_iter().nth(self.cursor).map(|item| item.take) {
                Some(Take::Column(id)) => matrix::toggle_column(model, &id),
                Some(Take::Value(value)) => choose::set(model, value),
                _ => {}
            },
            Action::Shift(step) => {
                if let Some(Item { take: Take::Column(id), .. }) = items.get(self.cursor) {
                    matrix::shift_column(model, id, step);
                    self.cursor = self.items(model).iter().position(|item| item.take == Take::Column(id.clone())).unwrap_or(0);
                }
            }
            Action::Move(Motion::Up) => self.cursor = turned(self.cursor, items.len(), Step::Before),
            Action::Move(Motion::Down) => self.cursor = turned(self.cursor, items.len(), Step::Next),
            Action::Move(motion) => self.cursor = moved(self.cursor, items.len(), rows(&layout(model), items.len()), motion),
            _ => {}
        }
        model.popup = Some(Popup::List(self));
        Vec::new()
    }

    pub(super) fn point(mut self, model: &mut Model, x: usize, y: usize) -> Vec<Effect> {
        if self.kind == ListKind::Help {
            model.popup = Some(Popup::List(self));
            return Vec::new();
        }
        let layout = layout(model);
        let len = self.items(model).len();
        let (left, top, width, height) = place(&layout, len);
        if x < left || x >= left + width || y < top || y >= top + height {
            return Vec::new();
        }
        let row = y.saturating_sub(top + 2) + self.first;
        let again = row == self.cursor;
        self.cursor = if y >= top + 2 && row < len { row } else { self.cursor };
        let is_ticked = self.is_ticked();
        model.popup = Some(Popup::List(self));
        if again && y >= top + 2 {
            let action = if is_ticked { Action::Mark } else { Action::Take };
            return perform(model, action);
        }
        Vec::new()
    }

    pub(super) fn draw(&self, model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
        pen.mute();
        let items = self.items(model);
        let (left, top, width, height) = place(layout, items.len());
        let mut pen = pen.part(left, top, width, height);
        pen.frame();
        let mut inside = pen.part(1, 1, width - 2, height - 2);
        let all = items::narrowed(self.kind, model, "").len();
        let noun = self.kind.noun();
        let count = format!("{} of {all}{}{noun}", items.len(), if noun.is_empty() { "" } else { " " });
        let asks = if self.input.value().is_empty() { self.kind.asks() } else { "" };
        inside.line(1, 0, &self.prompt().muted(asks));
        inside.text(width.saturating_sub(count.len() + 3), 0, &count, Role::Muted);
        for (row, item) in items.iter().skip(self.first).take(height - 3).enumerate() {
            if self.first + row == self.cursor {
                inside.select(row + 1);
                inside.text(1, row + 1, "▸", Role::Text);
            }
            inside.line(3, row + 1, &item.line);
            inside.text(width.saturating_sub(item.key.chars().count() + 3), row + 1, &item.key, Role::Accent);
        }
        if items.is_empty() {
            inside.line(1, 1, &Line::of(items::nothing(self.kind, model), Role::Unknown));
        }
    }

    /// What is typed, with the place where typing goes on.
    pub(super) fn prompt(&self) -> Line {
        Line::of(self.kind.prompt(), Role::Accent).text(self.input.value()).then("▏", Role::Accent)
    }
}

/// Left, top, width and height of a list with so many rows.
fn place(layout: &Layout, rows: usize) -> (usize, usize, usize, usize) {
    // Beside a narrow one nothing is left that could be read.
    let width = if layout.width < 90 { layout.width } else { 76 };
    let height = (rows.max(1) + 3).min(layout.height - 6).max(5);
    ((layout.width - width) / 2, 3, width, height)
}

fn rows(layout: &Layout, len: usize) -> usize {
    place(layout, len).3 - 3
}

/// Carries out what was picked. The list is closed already.
fn take(model: &mut Model, take: Take) -> Vec<Effect> {
    match take {
        Take::Nothing | Take::Column(_) => {}
        Take::Action(action) => return perform(model, action),
        Take::Place(place) => return open(model, place),
        Take::Show(id) => {
            model.provider.show(&id);
            model.show(Screen::Provider);
        }
        Take::Add(id) => model.compare.add(id),
        Take::Node(name) => {
            model.node.show(name, None);
            model.show(Screen::Node);
        }
        Take::Namespace(name, filter) if filter.is_empty() => {
            model.namespace.show(name);
            model.show(Screen::Namespace);
        }
        Take::Namespace(name, filter) => {
            (model.policies.filter, model.policies.sheet) = (format!("ns:{name} {filter}"), policies::Sheet::Inventory);
            model.show(Screen::Policies);
        }
        Take::Draft(file) => draft::add(model, file),
        Take::Reach(name) => reach::show(model, name),
        Take::Fill(field, text) => model.why.fill(field, &text),
        Take::Why(question) => {
            model.why.ask_from(question, Screen::Reach);
            model.show(Screen::Why);
        }
        Take::Value(value) => choose::set(model, value),
        Take::Copy(text) => return vec![Effect::Copy(text)],
        Take::Export(file, export) => return vec![Effect::Export(file, export)],
        Take::Write(file, text) => return vec![Effect::Write(file, text)],
        Take::Filter(text) => {
            if !model.screen.has_own_filter() {
                model.show(Screen::Matrix);
            }
            let mut filter = Filter::new(&text);
            if !filter.take(model) {
                model.popup = Some(Popup::Filter(filter));
            }
        }
        Take::Theme(name) => {
            let ascii = model.theme.signs == Signs::Ascii;
            if let Ok(theme) = Theme::choose(Some(&name), ascii, &model.environment) {
                model.theme = Theme { signs: model.theme.signs, ..theme };
                return vec![Effect::Redraw];
            }
        }
        Take::Quit => return vec![Effect::Quit],
    }
    Vec::new()
}

/// Looks at another place: what is known of this one goes.
fn open(model: &mut Model, place: Place) -> Vec<Effect> {
    model.generation.0 += 1;
    (model.world, model.arrivals, model.frozen) = (World::default(), Arrivals::default(), None);
    (model.why.answer, model.why.asked) = (None, None);
    (model.reach.sight, model.reach.asked) = (None, None);
    (model.draft.answer, model.draft.asked) = (None, None);
    vec![Effect::Open(model.generation, place)]
}

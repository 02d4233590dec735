//! All about one provider: every column, what bites, limits, adoption then and now, where its project lives, and what of it
//! is in this cluster.
//!
//! Sections stand in two columns where there is room, else one at a time. What they say is made in `sections`.

mod draw;
mod numbers;
mod sections;

pub(crate) use draw::{draw, pane};

use super::Screen;
use super::matrix::{Sources, providers};
use crate::catalog::{Provider, Status};
use crate::present::{Role, cell_long};
use crate::tui::action::{Action, Motion};
use crate::tui::keymap::{moved, turned};
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::view::layout;
use sections::{About, Section, sections};

/// Where the user is on this screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Id of the provider.
    pub id: String,
    /// The screen it was entered from, if that is not the matrix.
    pub from: Option<Screen>,
    /// The section under the cursor.
    pub section: usize,
    /// The row in it.
    pub row: usize,
    /// First rows that are seen, of the left and the right column.
    pub first: [usize; 2],
    /// How much of the sources is seen.
    pub sources: Sources,
}

impl State {
    /// Goes to a provider, to its first row.
    pub(crate) fn show(&mut self, id: &str) {
        if self.id != id {
            *self = Self { id: id.to_owned(), ..Self::default() };
        }
        self.from = None;
    }

    /// The same, coming from another screen than the matrix.
    pub(crate) fn show_from(&mut self, id: &str, from: Screen) {
        self.show(id);
        self.from = Some(from);
    }
}

/// The provider that is shown.
fn provider(model: &Model) -> Option<&Provider> {
    model.catalog.provider(&model.provider.id)
}

fn shown(model: &Model) -> Vec<Section> {
    provider(model).map_or_else(Vec::new, |provider| sections(model, provider))
}

/// What the row under the cursor is about.
fn about(model: &Model) -> Option<About> {
    let sections = shown(model);
    Some(sections.get(model.provider.section)?.facts().nth(model.provider.row)?.about.clone())
}

/// Whether another provider passes the filter of the matrix.
pub(crate) fn has_neighbour(model: &Model) -> bool {
    providers(model).iter().any(|provider| provider.id != model.provider.id)
}

/// Whether more is known of the row than is shown: where there is room at the right, all of it is.
pub(crate) fn has_evidence(model: &Model) -> bool {
    layout(model).aside().is_none() && is_sourced(model)
}

fn is_sourced(model: &Model) -> bool {
    match about(model) {
        Some(About::Column(_)) => true,
        Some(About::Source(words, _)) => !words.is_empty(),
        Some(About::Words(_)) | None => false,
    }
}

pub(crate) fn can_compare(model: &Model) -> bool {
    !model.comparable(&model.provider.id).is_empty()
}

pub(crate) fn has_open(model: &Model) -> bool {
    model.provider.sources == Sources::Open
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => step(model, motion),
        Action::Pane(step) => {
            model.provider.section = turned(model.provider.section, shown(model).len(), step);
            model.provider.row = 0;
        }
        Action::Neighbour(step) => {
            let list: Vec<String> = providers(model).iter().map(|provider| provider.id.clone()).collect();
            let at = list.iter().position(|id| *id == model.provider.id);
            if let Some(id) = list.get(at.map_or(0, |at| turned(at, list.len(), step))) {
                id.clone_into(&mut model.provider.id);
                id.clone_into(&mut model.matrix.at);
            }
        }
        Action::Evidence => {
            model.provider.sources = match model.provider.sources {
                Sources::Folded => Sources::Open,
                Sources::Open => Sources::Folded,
            }
        }
        Action::Out => model.provider.sources = Sources::Folded,
        Action::Mark => {
            let id = model.provider.id.clone();
            model.toggle_mark(&id);
        }
        Action::Compare => {
            let ids = model.comparable(&model.provider.id);
            model.compare.show(ids);
            model.show(Screen::Compare);
        }
        _ => {}
    }
    Vec::new()
}

/// Moves among the rows of a section; where all are seen, on into the next one.
fn step(model: &mut Model, motion: Motion) {
    let layout = layout(model);
    let lens: Vec<usize> = shown(model).iter().map(|section| section.facts().count()).collect();
    let state = &mut model.provider;
    let Some(len) = lens.get(state.section).copied() else { return };
    let all = layout.has_two_columns();
    match motion {
        Motion::Left | Motion::Right => {}
        Motion::Down if all && state.row + 1 >= len && state.section + 1 < lens.len() => {
            (state.section, state.row) = (state.section + 1, 0);
        }
        Motion::Up if all && state.row == 0 && state.section > 0 => {
            state.section -= 1;
            state.row = lens[state.section].saturating_sub(1);
        }
        _ => state.row = moved(state.row, len, layout.rows / 2, motion),
    }
}

pub(crate) fn title(model: &Model) -> Line {
    let Some(provider) = provider(model) else { return Line::heading("Matrix") };
    let name = if model.here().is_some_and(|here| here.id == provider.id) {
        Line::new().strong(format!("{} here", provider.name), Role::Here)
    } else {
        Line::heading(&provider.name)
    };
    let life = match provider.status {
        Status::Active => Line::of(provider.status.name(), Role::Muted),
        Status::Dormant => Line::of(provider.status.name(), Role::Warn),
        Status::Dead => Line::of(provider.status.name(), Role::Bad),
    };
    let mark = if model.marks.contains(&provider.id) { "   * marked" } else { "" };
    Line::of("Matrix › ", Role::Muted).join(name).text("   ").join(life).muted(format!("   {}{mark}", facts(provider)))
}

/// Release, licence and governance, as far as they are known.
fn facts(provider: &Provider) -> String {
    let known = ["latest-release", "licence", "governance"].iter().filter_map(|id| provider.cell(id));
    let words = known.map(|cell| if cell.short.is_empty() { &cell.value } else { &cell.short });
    words.filter(|words| !words.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

pub(crate) fn settle(model: &mut Model) {
    if provider(model).is_none() {
        return;
    }
    let sections = shown(model);
    let section = model.provider.section.min(sections.len().saturating_sub(1));
    let len = sections.get(section).map_or(0, |section| section.facts().count());
    model.provider.section = section;
    model.provider.row = model.provider.row.min(len.saturating_sub(1));
    model.provider.first = draw::offsets(model, &sections);
}

pub(crate) fn click(model: &mut Model, x: usize, y: usize) -> Option<Action> {
    let sections = shown(model);
    let (section, row) = draw::fact_at(model, &sections, x, y)?;
    let again = (section, row) == (model.provider.section, model.provider.row);
    (model.provider.section, model.provider.row) = (section, row);
    (again && has_evidence(model)).then_some(Action::Evidence)
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    let provider = provider(model)?;
    Some(match about(model)? {
        About::Column(id) => {
            let feature = model.catalog.feature(&id)?;
            format!("{}, {}: {}", provider.name, feature.title, cell_long(feature, provider.cell(&id)))
        }
        About::Source(words, source) if words.is_empty() => source.location,
        About::Source(words, source) => format!("{words}\n{}", source.location),
        About::Words(words) => words,
    })
}

pub(crate) fn command(model: &Model) -> String {
    format!("cnitui providers {}", model.provider.id)
}

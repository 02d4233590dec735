//! What stands behind an item of the form or a row of the answer: what it asks, who says so, and how old that is.

use super::answers::Key;
use super::form::Item;
use super::{answer, is_form};
use crate::catalog::{Cause, Caveat, Feature, Provider, Reference};
use crate::present::{Role, back_words, because, cause_sources, caveat_sources, caveat_words, cell_long, level_sign};
use crate::tui::line::{Line, cut_middle, wrap};
use crate::tui::model::Model;
use crate::tui::screens::matrix::source_parts;

/// Where sentences end at the latest.
const SENTENCE: usize = 100;

/// How wide the pane is, and whether it shows everything: then sentences are wrapped, else cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) width: usize,
    pub(super) is_wrapped: bool,
}

impl Fit {
    /// Neither wrapped nor cut.
    pub(super) const WHOLE: Self = Self { width: usize::MAX, is_wrapped: false };
}

/// What the pane says, for a pane of `size` columns and rows.
pub(super) fn lines(model: &Model, item: Option<Item<'_>>, size: (usize, usize), is_open: bool) -> Vec<Line> {
    let width = size.0.min(SENTENCE);
    match item.filter(|_| is_form(model)) {
        Some(item) => of_item(model, item, Fit { width, is_wrapped: size.1 > 1 }, is_open),
        None => super::key(model).map_or_else(Vec::new, |key| of_row(model, &key, Fit { width, is_wrapped: is_open })),
    }
}

/// What is behind the item of the form.
fn of_item(model: &Model, item: Item<'_>, fit: Fit, is_open: bool) -> Vec<Line> {
    let [word, says] = item.says(model);
    let head = Line::heading(item.title()).text("   ");
    let head = if word.is_empty() { head } else { head.muted(word).text("   ") };
    let mut lines = said(&head, &says, fit);
    if let (Item::Feature(feature), true) = (item, is_open) {
        lines.push(Line::new());
        for (level, meaning) in &feature.levels {
            let sign = Line::of(format!("{} {:<9}", level_sign(*level), level.name()), Role::Muted);
            lines.extend(beside(&sign, meaning, fit.width));
        }
    }
    lines
}

/// What is behind the row of the answer, whole: everything that has to be known, each with its sources.
pub(super) fn of_row(model: &Model, key: &Key, fit: Fit) -> Vec<Line> {
    answer(model, |question, choice| match key {
        Key::Left(id) => match choice.left.iter().find(|left| left.provider.id == *id) {
            Some(left) => {
                let mut lines = conditions(model, left.provider, &left.conditions, fit);
                for feature in question.needed(&model.catalog) {
                    lines.extend(needed(model, left.provider, feature, fit));
                }
                lines
            }
            None => Vec::new(),
        },
        Key::Out(id) => match choice.excluded.iter().find(|out| out.provider.id == *id) {
            Some(out) => out.causes.iter().flat_map(|cause| exclusion(model, out.provider, cause, fit)).collect(),
            None => Vec::new(),
        },
        Key::Settled => vec![Line::of("enter", Role::Accent).muted(" shows them one by one")],
        Key::Back(at) => match choice.relaxations.get(*at) {
            Some(relaxation) => {
                let head = Line::of("enter", Role::Accent).muted(" asks for this instead; back come ");
                said(&head, &back_words(relaxation), fit)
            }
            None => Vec::new(),
        },
    })
}

fn conditions(model: &Model, provider: &Provider, conditions: &[Caveat<'_>], fit: Fit) -> Vec<Line> {
    let name = Line::heading(&provider.name).text("   ");
    if conditions.is_empty() {
        return said(&name, &provider.summary, fit);
    }
    let mut lines = Vec::new();
    for (nth, caveat) in conditions.iter().enumerate() {
        let head = if nth == 0 { name.clone() } else { Line::new() };
        lines.extend(said(&head, &caveat_words(caveat, &model.catalog), fit));
        lines.extend(sources(model, caveat_sources(caveat), fit));
    }
    lines
}

/// What a provider has of a feature that is needed.
fn needed(model: &Model, provider: &Provider, feature: &Feature, fit: Fit) -> Vec<Line> {
    let cell = provider.cell(&feature.id);
    let head = Line::of(format!("{} {}   ", level_sign(provider.level(&feature.id)), feature.title), Role::Text);
    let mut lines = said(&head, &cell_long(feature, cell), fit);
    lines.extend(sources(model, cell.map_or(&[], |cell| &cell.sources), fit));
    lines
}

fn exclusion(model: &Model, provider: &Provider, cause: &Cause<'_>, fit: Fit) -> Vec<Line> {
    let because = because(cause, provider, &model.catalog);
    let head = Line::heading(format!("{} › {}", provider.name, because.asked)).text("   ");
    let note = cause.cell.filter(|_| cause.end.is_none()).map_or("", |cell| cell.note.as_str());
    let note = if note.is_empty() { String::new() } else { format!(". {note}") };
    let mut lines = said(&head, &format!("{} {}{note}", because.sign(), because.says), fit);
    lines.extend(sources(model, cause_sources(cause), fit));
    lines
}

/// Who says so, and how old that is: the age is never cut.
fn sources<'a>(model: &'a Model, sources: &'a [Reference], fit: Fit) -> impl Iterator<Item = Line> + 'a {
    sources.iter().map(move |source| {
        let [place, read] = source_parts(model, source);
        let room = fit.width.saturating_sub(read.width() + 3);
        Line::of(cut_middle(&place.plain(), room, "…"), Role::Muted).text("   ").join(read)
    })
}

/// A head and what is said: in one line where it fits or is cut, else beneath it.
fn said(head: &Line, says: &str, fit: Fit) -> Vec<Line> {
    if !fit.is_wrapped || head.width() + Line::of(says, Role::Text).width() <= fit.width {
        return vec![head.clone().text(says)];
    }
    let parts = wrap(says, fit.width).into_iter().map(|part| Line::of(part, Role::Text));
    std::iter::once(head.clone()).filter(|head| head.width() > 0).chain(parts).collect()
}

/// A sign and what it means, wrapped beside it.
fn beside(sign: &Line, says: &str, width: usize) -> Vec<Line> {
    let room = width.saturating_sub(sign.width()).max(20);
    let below = Line::of(" ".repeat(sign.width()), Role::Text);
    let signs = std::iter::once(sign).chain(std::iter::repeat(&below));
    signs.zip(wrap(says, room)).map(|(sign, part)| sign.clone().text(part)).collect()
}

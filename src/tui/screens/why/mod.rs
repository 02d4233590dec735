//! Why: whether one end can call another, every step that decides it, and the smallest change that would admit it.
//!
//! Asking takes longer than a moment in a large cluster, so the answer is an [`Effect`] away: `asking` says what has to be asked
//! for what is shown to be of this question and this snapshot. The steps are those of `cnitui policy explain`.

mod draw;

pub(crate) use draw::{draw, pane};

use super::cluster;
use crate::catalog::Catalog;
use crate::policy::{self, Explanation, PortSet};
use crate::present::{Role, dialect_here, dialect_words, explanation_sentence};
use crate::tui::action::{Action, Step};
use crate::tui::cursor::Cursor;
use crate::tui::keymap::turned;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::msg::{Effect, World};
use crate::tui::popups::{List, ListKind, Popup};
use crate::tui::screens::Screen;
use crate::tui::status::clock;

/// What is asked, as people name it: `ns/pod`, `ns/kind/name` or an address, twice, and ports; no ports are all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// Who calls; empty where nobody is named yet.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// Where, such as `TCP/443`; empty is every port.
    pub port: String,
}

impl Question {
    fn is_whole(&self) -> bool {
        !self.from.is_empty() && !self.to.is_empty()
    }
}

/// What was asked, of which facts, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The facts.
    pub world: World,
    /// The question.
    pub question: Question,
    /// How policies were read, as a sentence.
    pub read: String,
    /// The answer, or why there is none.
    pub found: Result<Explanation, String>,
}

/// Every port, and those that are asked about often.
pub(crate) const PORTS: [&str; 6] = ["", "TCP/80", "TCP/443", "TCP/8080", "UDP/53", "TCP/53"];

/// A part of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Field {
    /// Who calls.
    #[default]
    From,
    /// Who is called.
    To,
    /// Where.
    Port,
}

impl Field {
    const ALL: [Self; 3] = [Self::From, Self::To, Self::Port];

    const fn list(self) -> ListKind {
        match self {
            Self::From => ListKind::From,
            Self::To => ListKind::To,
            Self::Port => ListKind::Port,
        }
    }
}

/// What is asked, and where the user is.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The question.
    pub question: Question,
    /// The part of it under the cursor.
    pub field: Field,
    /// The newest answer.
    pub answer: Option<Box<Answer>>,
    /// What is being asked: one question at a time.
    pub asked: Option<(World, Question)>,
    /// The step or change under the cursor.
    pub cursor: Cursor<usize>,
    /// The screen that it was asked from.
    pub from: Option<Screen>,
}

impl State {
    /// Asks about something else.
    pub(crate) fn show(&mut self, question: Question) {
        (self.question, self.cursor) = (question, Cursor::default());
    }

    /// Asks about something else, from a screen.
    pub(in crate::tui) fn ask_from(&mut self, question: Question, screen: Screen) {
        self.show(question);
        self.from = Some(screen);
    }

    /// Fills in a part of the question, and goes on to the next one that is empty.
    pub(crate) fn fill(&mut self, field: Field, text: &str) {
        let part = match field {
            Field::From => &mut self.question.from,
            Field::To => &mut self.question.to,
            Field::Port => &mut self.question.port,
        };
        text.clone_into(part);
        self.cursor = Cursor::default();
        if field == Field::From && self.question.to.is_empty() {
            self.field = Field::To;
        }
    }
}

/// What has to be asked so that the screen answers its question from the newest facts; nothing while something is asked already.
pub(in crate::tui) fn asking(model: &mut Model) -> Option<Effect> {
    let state = &mut model.why;
    let is_shown = model.screen == Screen::Why && state.question.is_whole() && state.asked.is_none();
    let is_known = |answer: &Answer| answer.world == model.world && answer.question == state.question;
    if !is_shown || state.answer.as_deref().is_some_and(is_known) {
        return None;
    }
    state.asked = Some((model.world.clone(), state.question.clone()));
    Some(Effect::Explain(model.generation, model.world.clone(), state.question.clone()))
}

/// Takes an answer in.
pub(in crate::tui) fn answered(model: &mut Model, answer: Box<Answer>) {
    model.why.asked = None;
    model.why.answer = Some(answer);
}

/// Answers a question. Takes a while in a large cluster.
pub fn explained(world: World, question: Question, catalog: &Catalog) -> Box<Answer> {
    let dialect = dialect_here(&world.snapshot, &world.assessment.detection);
    let name = dialect.cni.as_deref().map_or("", |id| catalog.name(id));
    let ports = if question.port.is_empty() { Ok(PortSet::all()) } else { policy::parse_ports(&question.port) };
    let model = policy::model(&world.snapshot);
    let ends = (question.from.as_str(), question.to.as_str());
    let found = ports.and_then(|ports| policy::explain(&world.snapshot, &model, &dialect, ends, ports));
    Box::new(Answer { read: dialect_words(&dialect, name), found, world, question })
}

/// The answer to the question that is shown, if it is there yet.
fn answer(model: &Model) -> Option<&Answer> {
    model.why.answer.as_deref().filter(|answer| answer.question == model.why.question)
}

fn explanation(model: &Model) -> Option<&Explanation> {
    answer(model)?.found.as_ref().ok()
}

pub(crate) fn has_rows(model: &Model) -> bool {
    explanation(model).is_some()
}

/// Whether both ends can be swapped.
pub(crate) fn can_turn(model: &Model) -> bool {
    model.why.question.from != model.why.question.to
}

pub(crate) fn title(model: &Model) -> Line {
    let line = Line::of("Reach › ", Role::Muted).text(model.world.snapshot.origin.name()).muted(" › ").join(Line::heading("Why"));
    match answer(model) {
        Some(answer) => line.muted(format!("   snapshot {}", clock(answer.world.snapshot.taken_at))),
        None => line,
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => {
            let (rows, height) = (draw::rows(model), draw::height(model));
            let mut cursor = model.why.cursor.clone();
            cursor.step(motion, rows.len(), height, |row| rows.get(row)?.key);
            model.why.cursor = cursor;
        }
        Action::Pane(step) => {
            let at = turned(model.why.field as usize, Field::ALL.len(), step);
            model.why.field = Field::ALL[at];
        }
        Action::In => model.popup = Some(Popup::List(List::new(model.why.field.list()))),
        Action::Neighbour(step) => {
            let at = PORTS.iter().position(|port| *port == model.why.question.port);
            let next = at.map_or(0, |at| turned(at, PORTS.len(), step));
            model.why.fill(Field::Port, PORTS[next]);
        }
        Action::Swap => {
            let Question { from, to, .. } = &mut model.why.question;
            std::mem::swap(from, to);
            model.why.cursor = Cursor::default();
        }
        _ => {}
    }
    Vec::new()
}

pub(crate) fn settle(model: &mut Model) {
    let (rows, height) = (draw::rows(model), draw::height(model));
    let mut cursor = model.why.cursor.clone();
    cursor.settle(rows.len(), height, 0, |row| rows.get(row)?.key);
    model.why.cursor = cursor;
}

pub(crate) fn click(model: &mut Model, x: usize, y: usize) -> Option<Action> {
    if let Some(field) = draw::field_at(model, x, y) {
        let again = model.why.field == field;
        model.why.field = field;
        return again.then_some(Action::In);
    }
    let nth = y.checked_sub(draw::top(model)).filter(|nth| *nth < draw::height(model))?;
    let rows = draw::rows(model);
    let mut cursor = model.why.cursor.clone();
    cursor.put(cursor.first + nth, |row| rows.get(row)?.key);
    model.why.cursor = cursor;
    None
}

/// The verdict, every step and every change, as lines.
pub(crate) fn copy(model: &Model) -> Option<String> {
    let lines = draw::rows(model).into_iter().map(|row| row.line.plain().trim_end().to_owned());
    let sentence = explanation_sentence(explanation(model)?);
    Some(lines.fold(sentence, |text, line| format!("{text}\n{line}")))
}

pub(crate) fn command(model: &Model) -> String {
    let Question { from, to, port } = &model.why.question;
    let port = if port.is_empty() { String::new() } else { format!(" {port}") };
    let [from, to] = [from, to].map(|end| if end.is_empty() { "NAMESPACE/POD" } else { end });
    format!("cnitui policy explain {from} {to}{port}{}", cluster::place(model))
}

/// The part of the question before or after, for the hints.
pub(crate) const FIELDS: &[(&str, Action)] = &[("tab", Action::Pane(Step::Next)), ("shift-tab", Action::Pane(Step::Before))];

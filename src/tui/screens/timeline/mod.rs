//! Timeline: what changed since you attached, and before where a record was kept; gaps in watching are rows.
//!
//! `draw` knows the words. Everything shown follows from the timeline of the arrivals; kept are the cursor, the filter and the day.

mod draw;

pub(crate) use draw::{draw, pane, title};

use super::cluster::{self, Folding};
use super::{Screen, terms};
use crate::catalog::FilterError;
use crate::health::Object;
use crate::present::change_subject;
use crate::timeline::{Change, Turn};
use crate::tui::action::{Action, Step};
use crate::tui::cursor::Cursor;
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::update::stepped;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Columns that the filter knows.
const COLUMNS: [&str; 3] = ["kind", "ns", "is"];

/// In which order changes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest first.
    #[default]
    Time,
    /// Those of one object together, the object that changed last first.
    Object,
}

/// Where the user is on this screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The change, by its number.
    pub cursor: Cursor<usize>,
    /// The filter in force.
    pub filter: String,
    /// The day that is shown; none is the newest.
    pub day: Option<Date>,
    /// How they are put together.
    pub order: Order,
    /// Whether before and after are shown.
    pub evidence: Folding,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    /// An object, above its changes.
    Object(Object),
    /// A change, by its number.
    Change(usize),
}

/// The day of a moment, where the user is.
fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::system()).date()
}

/// The days that there are, newest first: today, and those on which anything changed.
fn days(model: &Model) -> Vec<Date> {
    let changes = model.arrivals.timeline.newest().map(|(_, change)| day(change.at));
    let mut days: Vec<Date> = std::iter::once(day(model.moment())).chain(changes).collect();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days
}

/// The day that is shown.
fn shown_day(model: &Model) -> Date {
    model.timeline.day.unwrap_or_else(|| day(model.moment()))
}

fn passes(filter: &str, change: &Change) -> bool {
    let text = format!("{} {}", change_subject(change), change.what).to_lowercase();
    terms::hold(filter, |column, value| match column {
        Some("kind") => change.object.kind.to_lowercase().contains(value),
        Some("ns") => change.object.namespace.to_lowercase().contains(value),
        Some("is") => change.turn.name().contains(value),
        _ => text.contains(value),
    })
}

/// The changes of the day that pass the filter, newest first.
fn changes(model: &Model) -> Vec<(usize, &Change)> {
    let (state, today) = (&model.timeline, shown_day(model));
    let all = model.arrivals.timeline.newest();
    all.filter(|(_, change)| day(change.at) == today && passes(&state.filter, change)).collect()
}

fn rows(model: &Model) -> Vec<Row> {
    let changes = changes(model);
    if model.timeline.order == Order::Time {
        return changes.into_iter().map(|(number, _)| Row::Change(number)).collect();
    }
    let mut objects: Vec<(&Object, Vec<usize>)> = Vec::new();
    for (number, change) in changes {
        match objects.iter_mut().find(|(object, _)| **object == change.object) {
            Some((_, numbers)) => numbers.push(number),
            None => objects.push((&change.object, vec![number])),
        }
    }
    let together = objects.into_iter().map(|(object, numbers)| (Row::Object(object.clone()), numbers));
    together.flat_map(|(object, numbers)| std::iter::once(object).chain(numbers.into_iter().map(Row::Change))).collect()
}

fn key(rows: &[Row]) -> impl Fn(usize) -> Option<usize> + '_ {
    |row| match rows.get(row) {
        Some(Row::Change(number)) => Some(*number),
        _ => None,
    }
}

/// The change under the cursor, with its number.
fn current(model: &Model) -> Option<(usize, &Change)> {
    let number = key(&rows(model))(model.timeline.cursor.at)?;
    Some((number, model.arrivals.timeline.get(number)?))
}

fn is_wrong(change: &Change) -> bool {
    matches!(change.turn, Turn::Wrong(_) | Turn::Blind)
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => with_rows(model, |cursor, rows, height| cursor.step(motion, rows.len(), height, key(rows))),
        Action::Match(step) => to_wrong(model, step),
        Action::Evidence => model.timeline.evidence.turn(),
        Action::By => {
            model.timeline.order = match model.timeline.order {
                Order::Time => Order::Object,
                Order::Object => Order::Time,
            }
        }
        Action::Neighbour(step) => {
            let days = days(model);
            let at = days.iter().position(|one| *one == shown_day(model)).unwrap_or(0);
            // Newest first: the day before stands behind.
            let to = stepped(at, days.len(), if step == Step::Before { Step::Next } else { Step::Before });
            model.timeline.day = days.get(to).copied().filter(|_| to > 0);
            model.timeline.cursor = Cursor::default();
        }
        Action::Out if model.timeline.evidence == Folding::Open => model.timeline.evidence = Folding::Closed,
        Action::Out => model.timeline.filter.clear(),
        Action::In => {
            if let Some((number, _)) = current(model) {
                cluster::enter_changed(model, number, Screen::Timeline);
            }
        }
        _ => {}
    }
    Vec::new()
}

fn with_rows(model: &mut Model, change: impl FnOnce(&mut Cursor<usize>, &[Row], usize)) {
    let (rows, mut cursor) = (rows(model), model.timeline.cursor.clone());
    let height = draw::height(model, rows.len());
    change(&mut cursor, &rows, height);
    model.timeline.cursor = cursor;
}

fn to_wrong(model: &mut Model, step: Step) {
    let timeline = model.arrivals.timeline.clone();
    with_rows(model, |cursor, rows, _| {
        let is_wrong = |row: &usize| key(rows)(*row).and_then(|number| timeline.get(number)).is_some_and(is_wrong);
        let wrong: Vec<usize> = (0..rows.len()).filter(is_wrong).collect();
        let next = match step {
            Step::Next => wrong.iter().find(|row| **row > cursor.at).or(wrong.first()),
            Step::Before => wrong.iter().rfind(|row| **row < cursor.at).or(wrong.last()),
        };
        if let Some(row) = next {
            cursor.put(*row, key(rows));
        }
    });
}

pub(crate) fn settle(model: &mut Model) {
    with_rows(model, |cursor, rows, height| cursor.settle(rows.len(), height, 0, key(rows)));
}

pub(crate) fn click(model: &mut Model, y: usize) -> Option<Action> {
    let (mut again, head) = (false, draw::head_rows(model));
    with_rows(model, |cursor, rows, height| {
        if let Some(nth) = y.checked_sub(head).filter(|nth| *nth < height) {
            let row = cursor.first + nth;
            again = cursor.at == row && key(rows)(row).is_some();
            cursor.put(row, key(rows));
        }
    });
    again.then_some(Action::In)
}

pub(crate) fn set_filter(model: &mut Model, text: &str) -> Result<(), FilterError> {
    terms::check(text, &COLUMNS)?;
    text.trim().clone_into(&mut model.timeline.filter);
    Ok(())
}

/// Whether there is a change to look at.
pub(crate) fn has_row(model: &Model) -> bool {
    !rows(model).is_empty()
}

/// Whether anything shown went wrong.
pub(crate) fn has_wrong(model: &Model) -> bool {
    changes(model).iter().any(|(_, change)| is_wrong(change))
}

/// Whether there is another day to go to.
pub(crate) fn has_days(model: &Model) -> bool {
    days(model).len() > 1
}

pub(crate) fn has_open(model: &Model) -> bool {
    model.timeline.evidence == Folding::Open || !model.timeline.filter.is_empty()
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    let (_, change) = current(model)?;
    Some(format!("{} {} {}", change.at, change_subject(change), change.what))
}

/// What prints the same: the record where there is one, else what watches.
pub(crate) fn command(model: &Model) -> String {
    match &model.record {
        Some(file) => format!("cnitui timeline {}", cluster::quoted(&file.display().to_string())),
        None => format!("cnitui status --watch -o json{}", cluster::place(model)),
    }
}

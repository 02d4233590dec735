//! What is asked, and where the user is: the only state of the screen, and how a key or a list changes it.
//!
//! What is answered follows from it in the domain; nothing of the answer is kept.

use super::answers::Key;
use crate::catalog::{Choice, Demand, Environment, Kernel, Order, Question, choose};
use crate::tui::cursor::Cursor;
use crate::tui::model::Model;
use crate::tui::screens::matrix::Sources;

/// What the keys are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// What is asked.
    #[default]
    Form,
    /// What is answered.
    Answers,
}

/// What is asked, and where the user is.
#[derive(Debug, Clone)]
pub struct State {
    /// What is asked of every provider: features as they were ticked, then places, size and life.
    pub demands: Vec<Demand>,
    /// Id of the provider that runs today, where the user named one.
    pub today: Option<String>,
    /// How the answer is ordered.
    pub order: Order,
    /// What the keys are for.
    pub part: Part,
    /// The item of the form under the cursor.
    pub item: usize,
    /// The first row of the form that is seen.
    pub first: usize,
    /// The row of the answer under the cursor.
    pub cursor: Cursor<Key>,
    /// Whether those that no wish brings back are shown one by one.
    pub is_unfolded: bool,
    /// How much of the sources is seen.
    pub sources: Sources,
}

impl Default for State {
    fn default() -> Self {
        Self {
            demands: vec![Demand::Alive],
            today: None,
            order: Order::default(),
            part: Part::default(),
            item: 0,
            first: 0,
            cursor: Cursor::default(),
            is_unfolded: false,
            sources: Sources::default(),
        }
    }
}

impl State {
    pub(super) fn environments(&self) -> impl Iterator<Item = Environment> {
        self.demands.iter().filter_map(|demand| match demand {
            Demand::In(environment) => Some(*environment),
            _ => None,
        })
    }

    pub(super) fn nodes(&self) -> Option<u32> {
        self.demands.iter().find_map(|demand| match demand {
            Demand::Nodes(nodes) => Some(*nodes),
            _ => None,
        })
    }

    pub(super) fn kernel(&self) -> Option<Kernel> {
        self.demands.iter().find_map(|demand| match demand {
            Demand::Kernel(kernel) => Some(*kernel),
            _ => None,
        })
    }

    /// Whether a place is asked for.
    pub(crate) fn is_in(&self, environment: Environment) -> bool {
        self.demands.contains(&Demand::In(environment))
    }

    /// Asks for something more. The order is that of the command line, so that both give one answer.
    pub(super) fn ask(&mut self, demand: Demand) {
        self.demands.push(demand);
        self.demands.sort_by_key(|demand| match demand {
            Demand::Primary | Demand::Need(_) => 0,
            Demand::Avoid(_) | Demand::Other(_) => 1,
            Demand::In(_) => 2,
            Demand::Nodes(_) => 3,
            Demand::Kernel(_) => 4,
            Demand::Alive => 5,
        });
    }

    /// Asks for it, or no longer.
    pub(super) fn toggle(&mut self, demand: Demand) {
        match self.demands.iter().position(|known| *known == demand) {
            Some(at) => drop(self.demands.remove(at)),
            None => self.ask(demand),
        }
    }
}

/// A value of the form, as a list gives it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A place, asked for or no longer.
    In(Environment),
    /// How many nodes; none is any number.
    Nodes(Option<u32>),
    /// The oldest kernel; none is any.
    Kernel(Option<Kernel>),
    /// Id of who runs today; none is who is in the cluster.
    Today(Option<String>),
}

/// Takes a value from a list.
pub(crate) fn set(model: &mut Model, value: Value) {
    let state = &mut model.choose;
    match value {
        Value::In(environment) => state.toggle(Demand::In(environment)),
        Value::Nodes(nodes) => {
            state.demands.retain(|demand| !matches!(demand, Demand::Nodes(_)));
            nodes.map(Demand::Nodes).into_iter().for_each(|demand| state.ask(demand));
        }
        Value::Kernel(kernel) => {
            state.demands.retain(|demand| !matches!(demand, Demand::Kernel(_)));
            kernel.map(Demand::Kernel).into_iter().for_each(|demand| state.ask(demand));
        }
        Value::Today(id) => state.today = id,
    }
}

/// What is asked, as the domain takes it.
pub(crate) fn question(model: &Model) -> Question {
    let here = model.choose.today.clone().or_else(|| model.here().map(|here| here.id.clone()));
    Question { demands: model.choose.demands.clone(), here, order: model.choose.order }
}

/// Reads something from the answer.
pub(super) fn answer<T>(model: &Model, read: impl FnOnce(&Question, &Choice<'_>) -> T) -> T {
    let question = question(model);
    read(&question, &choose(&model.catalog, &question))
}

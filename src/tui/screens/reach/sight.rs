//! What the Reach screens show: shares of namespaces by each other, worked out of one snapshot away from the drawing thread.
//!
//! In a large cluster only one row or column of them; the pairs of workloads are asked for as they are drawn, which costs nothing
//! once a [`Sight`] is there. It knows neither cursors nor colours.

use crate::catalog::Catalog;
use crate::policy::{self, Bound, Level, Party, PortSet, Reach, SPEC, Share, WayIn};
use crate::present::{dialect_here, dialect_words};
use crate::snapshot::{Protocol, Text};
use crate::tui::msg::World;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Most namespaces that are shown by each other; of more, one row or column at a time.
pub const MOST: usize = 40;

/// The part of the grid that is asked for; a namespace by its name, of the addresses outside the empty one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Part {
    /// All of it, where it is not too large.
    #[default]
    All,
    /// Whom one namespace calls.
    From(Text),
    /// Who calls one namespace.
    To(Text),
}

/// What is asked, of which facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The facts.
    pub world: World,
    /// The part.
    pub part: Part,
    /// The port; none is any.
    pub port: Option<(Protocol, u16)>,
}

impl Asked {
    /// The ports that are asked about.
    pub fn ports(&self) -> PortSet {
        self.port.map_or_else(PortSet::all, |(protocol, port)| PortSet::port(protocol, port))
    }
}

/// A namespace that has workloads, or the addresses outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Its name; empty for outside.
    pub name: Text,
    /// Its workloads, among [`Sight::parties`].
    pub parties: Range<usize>,
    /// Its place among [`Reach::namespaces`].
    at: usize,
}

impl Space {
    /// As it is called.
    pub fn title(&self) -> &str {
        if self.is_outside() { "outside" } else { &self.name }
    }

    /// Whether it is the addresses outside.
    pub fn is_outside(&self) -> bool {
        self.name.is_empty()
    }
}

/// What is connected for sure, and what may be.
pub type Cell = (Share, Share);

/// An answer.
#[derive(Clone)]
pub struct Sight {
    /// To what.
    pub asked: Asked,
    /// The part that it holds: never all of a large cluster.
    pub part: Part,
    /// Whose dialect policies were read in, and how, in a sentence.
    pub read: [String; 2],
    /// Who can reach whom.
    pub reach: Reach,
    /// Who there is, by namespace and name, then the addresses outside.
    pub parties: Arc<[Party]>,
    /// Namespaces by name, then outside.
    pub spaces: Arc<[Space]>,
    /// What passes calls from outside to pods.
    pub ways_in: Arc<[WayIn]>,
    /// The ports that rules name.
    pub ports: Arc<[(Protocol, u16)]>,
    /// Whom the addresses outside reach on any port, by place in `spaces`.
    pub from_outside: Arc<[Cell]>,
    /// By place in `spaces`: all rows, or the only one, or all with only one column.
    cells: Vec<Vec<Cell>>,
}

impl fmt::Debug for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sight").field("part", &self.part).field("port", &self.asked.port).finish_non_exhaustive()
    }
}

impl PartialEq for Sight {
    fn eq(&self, other: &Self) -> bool {
        self.asked == other.asked
    }
}

impl Sight {
    /// Works out what is asked. What `before` knows of the same facts is not worked out again. Takes a while in a large cluster.
    pub fn of(asked: Asked, before: Option<&Self>, catalog: &Catalog) -> Self {
        let mut sight = match before.filter(|before| before.asked.world == asked.world) {
            Some(before) => Self { asked, ..before.clone() },
            None => Self::new(asked, catalog),
        };
        let all = 0..sight.spaces.len();
        let place = |name: &Text| sight.place(name).unwrap_or(0);
        let (from, to) = match &sight.asked.part {
            Part::From(name) => (place(name)..place(name) + 1, all),
            Part::To(name) => (all, place(name)..place(name) + 1),
            Part::All if all.len() <= MOST + 1 => (all.clone(), all),
            Part::All => (0..1, all),
        };
        sight.part = match &sight.asked.part {
            Part::All if from.len() == 1 => Part::From(sight.spaces.first().map(|space| space.name.clone()).unwrap_or_default()),
            part => part.clone(),
        };
        sight.cells = sight.count((from, to), &sight.asked.ports());
        sight
    }

    fn new(asked: Asked, catalog: &Catalog) -> Self {
        let snapshot = &asked.world.snapshot;
        let dialect = dialect_here(snapshot, &asked.world.assessment.detection);
        let name = dialect.cni.as_deref().map_or("", |id| catalog.name(id));
        let reach = Reach::of(snapshot, &dialect);
        std::thread::scope(|scope| {
            scope.spawn(|| reach.prepare(1, 2));
            reach.prepare(0, 2);
        });
        let (parties, spaces) = spaces(&reach);
        let short = match dialect.cni.as_deref() {
            None => String::new(),
            Some(SPEC) => "as specified".to_owned(),
            Some(_) => format!("{name} dialect"),
        };
        let read = [short, dialect_words(&dialect, name)];
        let (ports, ways_in) = (reach.named_ports().into(), policy::ways_in(snapshot, &reach.world).into());
        let mut sight = Self {
            part: asked.part.clone(),
            asked,
            read,
            reach,
            parties,
            spaces,
            ways_in,
            ports,
            from_outside: Arc::default(),
            cells: Vec::new(),
        };
        let all = 0..sight.spaces.len();
        sight.from_outside = sight.count((all.end - 1..all.end, all), &PortSet::all()).into_iter().flatten().collect();
        sight
    }

    /// The shares of these rows and columns.
    fn count(&self, (from, to): (Range<usize>, Range<usize>), ports: &PortSet) -> Vec<Vec<Cell>> {
        let at = |range: &Range<usize>| self.spaces[range.start].at..self.spaces[range.end - 1].at + 1;
        let (rows, columns) = (at(&from), at(&to));
        let shares = |bound| {
            let matrix = self.reach.matrix(bound);
            self.reach.shares(&matrix, &self.parties, (rows.clone(), columns.clone()), ports)
        };
        let sure = shares(Bound::Sure);
        let maybe = if self.reach.is_doubtful() { shares(Bound::Maybe) } else { sure.clone() };
        let cell = |row: usize, space: &Space| (sure[row][space.at - columns.start], maybe[row][space.at - columns.start]);
        let row = |space: &Space| self.spaces[to.clone()].iter().map(|to| cell(space.at - rows.start, to)).collect();
        self.spaces[from].iter().map(row).collect()
    }

    /// The place of a namespace.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.spaces.iter().position(|space| space.name == *name)
    }

    /// The shares of two namespaces, by their places; none if they are not in the part that it holds.
    pub fn cell(&self, from: usize, to: usize) -> Option<Cell> {
        let (row, column) = match &self.part {
            Part::All => (from, to),
            Part::From(name) => (self.spaces.get(from).filter(|space| space.name == *name).map(|_| 0)?, to),
            Part::To(name) => (from, self.spaces.get(to).filter(|space| space.name == *name).map(|_| 0)?),
        };
        self.cells.get(row)?.get(column).copied()
    }

    /// The workloads of a namespace, by its place; of outside the groups of addresses.
    pub fn parties_of(&self, space: usize) -> &[Party] {
        self.spaces.get(space).map_or(&[], |space| &self.parties[space.parties.clone()])
    }

    /// How many pairs of workloads cannot be told, of those that are held.
    pub fn unknown(&self) -> u64 {
        self.cells
            .iter()
            .flatten()
            .filter(|(sure, maybe)| sure != maybe)
            .map(|(sure, maybe)| (maybe.some - sure.some).max(1))
            .sum()
    }
}

/// Everybody, and the namespaces that they are in.
fn spaces(reach: &Reach) -> (Arc<[Party]>, Arc<[Space]>) {
    let parties = reach.parties(Level::Workload);
    let mut spaces: Vec<Space> = Vec::new();
    let mut begin = 0;
    for (at, name) in reach.namespaces().enumerate() {
        let here = parties[begin..].iter().take_while(|party| party.namespace == *name).count();
        if here > 0 {
            spaces.push(Space { name: name.clone(), parties: begin..begin + here, at });
            begin += here;
        }
    }
    spaces.push(Space { name: Text::default(), parties: begin..parties.len(), at: reach.namespaces().count() });
    (parties.into(), spaces.into())
}

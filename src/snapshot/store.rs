//! The facts that are being collected: objects go in as JSON, snapshots come out.
//!
//! Used by whoever has objects: the readers of files and the edge to a cluster. It keeps one row an object, knows where each
//! row is, shares strings, and says whether a reader would see a difference. It does not know where objects come from.

use super::page::{Body, Object, Page, key_of, name_of};
use super::pool::Pool;
use super::repair::repair;
use super::wire::Shape;
use super::{
    ClusterPolicy, ConfigMap, Crd, CustomResource, Fact, ForeignPolicy, Kind, Link, Measurement, Namespace, NetworkPolicy, Node,
    Origin, Pod, Problem, Route, Service, Snapshot, Source, State, Table, Unread, Wanted, Workload,
};
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Most problems that are kept.
const MOST_PROBLEMS: usize = 1000;

/// Facts being collected.
pub struct Store {
    now: Snapshot,
    lists: [List; Kind::ALL.len()],
    pool: Pool,
    hasher: DefaultHashBuilder,
    wanted: Option<Vec<Wanted>>,
    problems: Vec<Problem>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            now: Snapshot::default(),
            lists: std::array::from_fn(|_| List::default()),
            pool: Pool::default(),
            hasher: DefaultHashBuilder::default(),
            wanted: None,
            problems: Vec::new(),
        }
    }
}

/// Where the rows of one kind are, and what is known of its list while that is being replaced.
#[derive(Default)]
struct List {
    slots: HashTable<u32>,
    relist: Option<Relist>,
    /// Objects that could not be read, by what they are called, with their names as far as these are told.
    skipped: HashMap<String, Option<Unread>>,
}

/// A replacement in progress.
#[derive(Default)]
struct Relist {
    /// One bit for each slot that was named.
    seen: Vec<u64>,
    different: bool,
}

/// Whether a reader would see a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The object was there like this.
    Same,
    /// It is new, gone, or differs.
    Different,
}

/// Calls a method with the fact of a kind.
macro_rules! by_kind {
    ($kind:expr, $self:ident.$method:ident($($arg:expr),*)) => {
        match $kind.fact() {
            Fact::Node => $self.$method::<Node>($($arg),*),
            Fact::Namespace => $self.$method::<Namespace>($($arg),*),
            Fact::Pod => $self.$method::<Pod>($($arg),*),
            Fact::Service => $self.$method::<Service>($($arg),*),
            Fact::Workload => $self.$method::<Workload>($($arg),*),
            Fact::NetworkPolicy => $self.$method::<NetworkPolicy>($($arg),*),
            Fact::ClusterPolicy => $self.$method::<ClusterPolicy>($($arg),*),
            Fact::ForeignPolicy => $self.$method::<ForeignPolicy>($($arg),*),
            Fact::CustomResource => $self.$method::<CustomResource>($($arg),*),
            Fact::Route => $self.$method::<Route>($($arg),*),
            Fact::Crd => $self.$method::<Crd>($($arg),*),
            Fact::ConfigMap => $self.$method::<ConfigMap>($($arg),*),
        }
    };
}

impl Store {
    /// An empty store.
    pub fn new(origin: Origin) -> Self {
        Self { now: Snapshot { origin, ..Snapshot::default() }, ..Self::default() }
    }

    /// Only these `ConfigMaps`, and of custom resources these fields, are kept. Unless told, all are.
    pub fn want(&mut self, wanted: Vec<Wanted>) {
        self.pool.keep_fields(&wanted);
        self.wanted = Some(wanted);
    }

    /// What probes measured.
    pub fn set_measured(&mut self, measured: Arc<[Measurement]>) -> Change {
        let change = if self.now.measured == measured { Change::Same } else { Change::Different };
        self.now.measured = measured;
        change
    }

    /// Begins to replace the list of `kind`: rows stay, and those that neither [`Store::page`] nor an event names until
    /// [`Store::finish_list`] are dropped there. Beginning again forgets what was named.
    pub fn begin_list(&mut self, kind: Kind) {
        let list = &mut self.lists[kind as usize];
        list.relist = Some(Relist::default());
        list.skipped.clear();
        // Objects that are still wrong will be named again.
        let of_kind = |problem: &Problem| problem.object.strip_prefix(kind.name()).is_some_and(|rest| rest.starts_with(' '));
        self.problems.retain(|problem| !of_kind(problem));
    }

    /// Takes one page of a list, as the API server sent it. The error is about the page as a whole; objects that could not be
    /// read become problems of the snapshot.
    pub fn page(&mut self, kind: Kind, body: &str) -> Result<Page, Problem> {
        by_kind!(kind, self.page_of(kind, body))
    }

    /// Ends the replacement of the list of `kind`.
    pub fn finish_list(&mut self, kind: Kind) -> Change {
        by_kind!(kind, self.finish_list_of(kind))
    }

    /// Adds or replaces one object, given as JSON. What could not be read of it becomes a problem of the snapshot.
    pub fn apply(&mut self, kind: Kind, object: &str) -> Result<Change, Problem> {
        let taken = self.take(kind, object);
        if let (Ok(change), true, true) = (&taken.change, self.problems.is_empty(), taken.skipped.is_empty()) {
            return Ok(*change);
        }
        let name = name_of(kind.name(), object);
        self.forget_problems(&name);
        for message in taken.skipped {
            self.problem(Problem { object: name.as_str().into(), message: message.into() });
        }
        taken.change.map_err(|message| Problem { object: name.as_str().into(), message: message.into() })
    }

    /// Removes one object, given as JSON; only its name is read.
    pub fn delete(&mut self, kind: Kind, object: &str) -> Result<Change, Problem> {
        let name = name_of(kind.name(), object);
        self.forget_problems(&name);
        self.lists[kind as usize].skipped.remove(&name);
        let wrong = |error: serde_json::Error| Problem { object: name.as_str().into(), message: error.to_string().into() };
        let object = serde_json::from_str::<Object<'_>>(object).map_err(wrong)?;
        let (namespace, name) = key_of(&object);
        Ok(by_kind!(kind, self.remove(kind, (if kind.is_namespaced() { namespace } else { "" }, name))))
    }

    /// The state of the list of `kind`. Its count is kept by the store.
    pub fn source_mut(&mut self, kind: Kind) -> &mut Source {
        self.now.sources.of_mut(kind)
    }

    /// Whether the cluster answers.
    pub fn link_mut(&mut self) -> &mut Link {
        &mut self.now.link
    }

    /// `gitVersion` of the server.
    pub fn set_server_version(&mut self, version: &str) {
        self.now.server_version = Some(version.into());
    }

    /// How far the clock of the server is ahead.
    pub fn set_clock_ahead(&mut self, ahead: Option<SignedDuration>) -> Change {
        // Answers take their time, so that no two say quite the same.
        let (was, is) = (self.now.clock_ahead.unwrap_or_default(), ahead.unwrap_or_default());
        if self.now.clock_ahead.is_some() == ahead.is_some() && (is - was).abs() < SignedDuration::from_secs(10) {
            return Change::Same;
        }
        self.now.clock_ahead = ahead;
        Change::Different
    }

    /// Remembers something that was skipped.
    pub fn problem(&mut self, problem: Problem) {
        if self.problems.contains(&problem) {
            return;
        }
        match self.problems.len() {
            MOST_PROBLEMS => self.problems.push(Problem { object: "others".into(), message: "more objects were skipped".into() }),
            known if known < MOST_PROBLEMS => self.problems.push(problem),
            _ => {}
        }
    }

    /// Later times of objects are not the newest; [`Store::beyond`] tells of them.
    pub fn not_later_than(&mut self, latest: Timestamp) {
        self.pool.not_later_than(latest);
    }

    /// The newest of the times that are too late to be true.
    pub fn beyond(&self) -> Option<Timestamp> {
        self.pool.beyond()
    }

    /// The newest time that any object told, as far as objects tell one.
    pub fn newest(&self) -> Option<Timestamp> {
        self.pool.newest()
    }

    /// The facts as they are: copies pointers, not rows.
    pub fn snapshot(&mut self, taken_at: Timestamp) -> Snapshot {
        self.pool.sweep();
        self.now.taken_at = taken_at;
        if *self.now.problems != *self.problems {
            self.now.problems = self.problems.as_slice().into();
        }
        let mut snapshot = self.now.clone();
        not_installed(&mut snapshot);
        for (kind, list) in Kind::ALL.into_iter().zip(&self.lists).filter(|(_, list)| !list.skipped.is_empty()) {
            let state = &mut snapshot.sources.of_mut(kind).state;
            if matches!(state, State::Live | State::Unknown) {
                *state = State::Partial { skipped: list.skipped.len() };
            }
        }
        let mut unread: Vec<Unread> = self.lists.iter().flat_map(|list| list.skipped.values().flatten()).cloned().collect();
        unread.sort_unstable();
        snapshot.unread = unread.into();
        snapshot
    }

    /// Adds or replaces one object, and says what it could not read of it.
    pub(super) fn take(&mut self, kind: Kind, object: &str) -> Taken {
        let taken = by_kind!(kind, self.take_of(kind, object));
        if taken.change.is_err() || !self.lists[kind as usize].skipped.is_empty() {
            let name = name_of(kind.name(), object);
            let object = serde_json::from_str::<Object<'_>>(object).unwrap_or_default();
            let key = key_of(&object);
            if taken.change.is_ok() {
                self.lists[kind as usize].skipped.remove(&name);
            } else if self.wants(kind, key) {
                let namespace = if kind.is_namespaced() { key.0 } else { "" };
                let unread = Unread { kind, namespace: namespace.into(), name: key.1.into() };
                self.lists[kind as usize].skipped.insert(name, Some(unread).filter(|one| !one.name.is_empty()));
            }
        }
        taken
    }

    /// Remembers that the list of `kind` lacks an object of which only the place is known.
    pub(super) fn skip(&mut self, kind: Kind, place: String) {
        self.lists[kind as usize].skipped.insert(place, None);
    }

    fn take_of<T: Shape>(&mut self, kind: Kind, object: &str) -> Taken {
        if let Ok(object) = serde_json::from_str::<T::Wire<'_>>(object) {
            return Taken { change: self.put::<T>(kind, object), skipped: Vec::new() };
        }
        let parses = |text: &str| serde_json::from_str::<T::Wire<'_>>(text).map(|_| ());
        match repair(kind, object, parses) {
            Ok(repaired) => match serde_json::from_str::<T::Wire<'_>>(&repaired.text) {
                Ok(object) => Taken { change: self.put::<T>(kind, object), skipped: repaired.skipped },
                Err(error) => Taken { change: Err(error.to_string()), skipped: repaired.skipped },
            },
            Err(message) => Taken { change: Err(message), skipped: Vec::new() },
        }
    }

    fn page_of<T: Shape>(&mut self, kind: Kind, body: &str) -> Result<Page, Problem> {
        let problem = |message: String| Problem { object: format!("list of {}", kind.name()).into(), message: message.into() };
        if let Ok(list) = serde_json::from_str::<Body<'_, T::Wire<'_>>>(body) {
            let page = list.page().map_err(problem)?;
            for object in list.items.into_iter().flatten() {
                if let Err(message) = self.put::<T>(kind, object) {
                    self.skip(kind, message.clone());
                    self.problem(Problem { object: kind.name().into(), message: message.into() });
                }
            }
            return Ok(page);
        }
        // One of the objects has an impossible field: each is read by itself.
        let list = serde_json::from_str::<Body<'_, &RawValue>>(body).map_err(|error| problem(error.to_string()))?;
        let page = list.page().map_err(problem)?;
        for object in list.items.into_iter().flatten() {
            if let Err(problem) = self.apply(kind, object.get()) {
                self.problem(problem);
            }
        }
        Ok(page)
    }

    fn put<T: Shape>(&mut self, kind: Kind, object: T::Wire<'_>) -> Result<Change, String> {
        let fact = T::read(kind, object, &mut self.pool);
        let key = fact.key();
        if key.1.is_empty() {
            return Err("has no name".to_owned());
        }
        if !self.wants(kind, key) {
            return Ok(Change::Same);
        }
        let list = &mut self.lists[kind as usize];
        let table = T::table(&mut self.now);
        let hash = self.hasher.hash_one(key);
        let known = list.slots.find(hash, |&slot| table.get(slot).is_some_and(|row| row.key() == key)).copied();
        let (slot, change) = match known {
            Some(slot) if table.get(slot).is_some_and(|row| **row == fact) => (slot, Change::Same),
            Some(slot) => {
                table.replace(slot, fact.into());
                (slot, Change::Different)
            }
            None => {
                let slot = table.insert(fact.into());
                list.slots.insert_unique(hash, slot, |&slot| hash_of(&self.hasher, table, slot));
                self.now.sources.of_mut(kind).items = list.slots.len();
                (slot, Change::Different)
            }
        };
        if let Some(relist) = &mut list.relist {
            relist.name(slot);
            relist.different |= change == Change::Different;
        }
        Ok(change)
    }

    fn remove<T: Shape>(&mut self, kind: Kind, key: (&str, &str)) -> Change {
        let list = &mut self.lists[kind as usize];
        let table = T::table(&mut self.now);
        let is_it = |&slot: &u32| table.get(slot).is_some_and(|row| row.key() == key);
        let Ok(found) = list.slots.find_entry(self.hasher.hash_one(key), is_it) else { return Change::Same };
        let (slot, _) = found.remove();
        table.remove(slot);
        if let Some(relist) = &mut list.relist {
            relist.different = true;
            relist.unname(slot);
        }
        self.now.sources.of_mut(kind).items = list.slots.len();
        Change::Different
    }

    fn finish_list_of<T: Shape>(&mut self, kind: Kind) -> Change {
        let list = &mut self.lists[kind as usize];
        let Some(mut relist) = list.relist.take() else { return Change::Same };
        let table = T::table(&mut self.now);
        list.slots.retain(|&mut slot| {
            let stays = relist.names(slot);
            if !stays {
                table.remove(slot);
                relist.different = true;
            }
            stays
        });
        self.now.sources.of_mut(kind).items = list.slots.len();
        if relist.different { Change::Different } else { Change::Same }
    }

    fn wants(&self, kind: Kind, key: (&str, &str)) -> bool {
        let all = self.wanted.as_ref().filter(|_| kind == Kind::ConfigMap);
        all.is_none_or(|wanted| wanted.iter().any(|one| one.is_config_map(key))) && kind.only().is_none_or(|only| only == key.1)
    }

    fn forget_problems(&mut self, object: &str) {
        if !self.problems.is_empty() {
            self.problems.retain(|problem| problem.object != *object);
        }
    }
}

/// An API server forbids also what does not exist: kinds that are known not to be installed are absent. One that is installed and
/// not served in the version that is read is there all the same.
fn not_installed(snapshot: &mut Snapshot) {
    let Snapshot { sources, crds, .. } = snapshot;
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_installed() && sources.is_live(Kind::Crd)).collect::<Vec<_>>() {
        let is_installed = crds.iter().any(|crd| *crd.name == *kind.crd_name());
        let state = &mut sources.of_mut(kind).state;
        match state {
            State::Forbidden { .. } if !is_installed => *state = State::Absent,
            State::Absent if is_installed => {
                let why = format!("it is installed, and not served as {}", kind.api_version()).into();
                *state = State::Failed { why, retry_at: None };
            }
            _ => {}
        }
    }
}

/// What became of one object.
pub(super) struct Taken {
    /// Whether it changed anything; the error says why it could not be read at all.
    pub(super) change: Result<Change, String>,
    /// What was left out of it.
    pub(super) skipped: Vec<String>,
}

impl Relist {
    fn name(&mut self, slot: u32) {
        let word = slot as usize / 64;
        if self.seen.len() <= word {
            self.seen.resize(word + 1, 0);
        }
        self.seen[word] |= 1 << (slot % 64);
    }

    fn unname(&mut self, slot: u32) {
        if let Some(word) = self.seen.get_mut(slot as usize / 64) {
            *word &= !(1 << (slot % 64));
        }
    }

    fn names(&self, slot: u32) -> bool {
        self.seen.get(slot as usize / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }
}

fn hash_of<T: Shape>(hasher: &DefaultHashBuilder, table: &Table<T>, slot: u32) -> u64 {
    table.get(slot).map_or(0, |row| hasher.hash_one(row.key()))
}

//! What the dashboard knows: everything that `view` draws, and nothing that it would have to find out.
//!
//! A screen's own state stands in its module. Focus is no state: [`Model::scope`] follows from what is open.

use super::arrival::Arrivals;
use super::keymap::Scope;
use super::msg::{Generation, World};
use super::popups::Popup;
use super::screens::{Screen, Tab, choose, cluster, compare, draft, matrix, policies, provider, reach, timeline, why};
use super::theme::{Environment, Theme};
use crate::catalog::{Catalog, Provider};
use crate::session::Context;
use crate::snapshot::{Kind, Link, Origin, State};
use crate::timeline::Entry;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Whether the mouse is ours or the terminal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// Clicks and the wheel come to us.
    Ours,
    /// The terminal keeps it.
    Terminals,
}

/// Whether anything may be written to a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing, ever.
    ReadOnly,
    /// What the user confirms.
    Confirmed,
}

/// Everything the dashboard knows.
#[derive(Debug, Clone)]
pub struct Model {
    /// The catalogue.
    pub catalog: Arc<Catalog>,
    /// Facts and what follows from them.
    pub world: World,
    /// Which place it is about.
    pub generation: Generation,
    /// What arrived, and what became of it.
    pub arrivals: Arrivals,
    /// Since when the snapshot is held.
    pub frozen: Option<Timestamp>,
    /// How late it is.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (usize, usize),
    /// How it looks.
    pub theme: Theme,
    /// What the terminal is like.
    pub environment: Environment,
    /// Whether anything may be written.
    pub access: Access,
    /// What is shown.
    pub screen: Screen,
    /// What was shown before.
    pub before: Option<Screen>,
    /// What every tab shows when it is shown.
    pub inside: [Screen; Tab::ALL.len()],
    /// The first row of the pane that is seen: until the next key that does something else.
    pub pane: usize,
    /// What lies over the screen.
    pub popup: Option<Popup>,
    /// Ids of marked providers, in the order in which they were marked.
    pub marks: Vec<String>,
    /// Filters of this and earlier runs, oldest first.
    pub recalled: Vec<String>,
    /// Which kubeconfig contexts are chosen from; none is the one that kubectl would take.
    pub kubeconfig: Option<PathBuf>,
    /// Contexts to choose from, or why there are none.
    pub contexts: Result<Vec<Context>, String>,
    /// Something to tell, and when it was told.
    pub notice: Option<(String, Timestamp)>,
    /// The matrix.
    pub matrix: matrix::State,
    /// One provider.
    pub provider: provider::State,
    /// Several, side by side.
    pub compare: compare::State,
    /// What is asked of providers.
    pub choose: choose::State,
    /// A move to another provider.
    pub moving: choose::moving::State,
    /// The cluster.
    pub cluster: cluster::State,
    /// One finding.
    pub finding: cluster::finding::State,
    /// One agent.
    pub agent: cluster::agent::State,
    /// The nodes.
    pub nodes: cluster::nodes::State,
    /// One node.
    pub node: cluster::node::State,
    /// The policies.
    pub policies: policies::State,
    /// The policies of a namespace.
    pub namespace: policies::namespace::State,
    /// One policy.
    pub policy: policies::policy::State,
    /// Policies that are not applied yet.
    pub draft: draft::State,
    /// Who can reach whom.
    pub reach: reach::State,
    /// The workloads of two namespaces.
    pub workloads: reach::zoom::State,
    /// A flow, and what decides it.
    pub why: why::State,
    /// What changed.
    pub timeline: timeline::State,
    /// What earlier runs recorded, oldest first.
    pub past: Arc<[Entry]>,
    /// The file in which changes are kept.
    pub record: Option<PathBuf>,
}

/// How long a notice stays.
const NOTICE: i64 = 4;

impl Model {
    /// A model that shows the matrix and knows no cluster. Where there is one to look at, [`Model::open_on_cluster`] follows.
    pub fn new(catalog: Arc<Catalog>, theme: Theme, size: (usize, usize), now: Timestamp) -> Self {
        let mut model = Self {
            catalog,
            world: World::default(),
            generation: Generation::default(),
            arrivals: Arrivals::default(),
            frozen: None,
            now,
            size,
            theme,
            environment: Environment::default(),
            access: Access::Confirmed,
            screen: Screen::Matrix,
            before: None,
            inside: Tab::ALL.map(Tab::top),
            pane: 0,
            popup: None,
            marks: Vec::new(),
            recalled: Vec::new(),
            kubeconfig: None,
            contexts: Ok(Vec::new()),
            notice: None,
            matrix: matrix::State::default(),
            provider: provider::State::default(),
            compare: compare::State::default(),
            choose: choose::State::default(),
            moving: choose::moving::State::default(),
            cluster: cluster::State::default(),
            finding: cluster::finding::State::default(),
            agent: cluster::agent::State::default(),
            nodes: cluster::nodes::State::default(),
            node: cluster::node::State::default(),
            policies: policies::State::default(),
            namespace: policies::namespace::State::default(),
            policy: policies::policy::State::default(),
            draft: draft::State::default(),
            reach: reach::State::default(),
            workloads: reach::zoom::State::default(),
            why: why::State::default(),
            timeline: timeline::State::default(),
            past: Arc::default(),
            record: None,
        };
        model.settle();
        model
    }

    /// Begins with the cluster instead.
    pub fn open_on_cluster(&mut self) {
        self.screen = Screen::Cluster;
    }

    /// Where keys go: to what lies on top.
    pub fn scope(&self) -> Scope {
        self.popup.as_ref().map_or(Scope::On(self.screen), Popup::scope)
    }

    /// The provider that the attached cluster runs.
    pub fn here(&self) -> Option<&Provider> {
        self.catalog.provider(self.world.assessment.detection.network.provider.as_deref()?)
    }

    /// The moment to which ages are counted: now for a cluster that is watched, their own for files and demos.
    pub fn moment(&self) -> Timestamp {
        if self.is_live() { self.now } else { self.world.snapshot.taken_at }
    }

    /// This model with the world before the changes of the last moment; none where nothing changed just now.
    pub fn before_changes(&self) -> Option<Self> {
        let (world, _) = self.arrivals.recent.front()?;
        let arrivals = Arrivals { since: self.arrivals.since, ..Arrivals::default() };
        Some(Self { world: world.clone(), arrivals, ..self.clone() })
    }

    /// Whether a cluster is watched.
    pub fn is_live(&self) -> bool {
        matches!(self.world.snapshot.origin, Origin::Live { .. })
    }

    /// Whether a cluster is looked at, live or from files.
    pub fn is_somewhere(&self) -> bool {
        !self.is_nowhere()
    }

    /// Whether there is no cluster to speak of.
    pub fn is_nowhere(&self) -> bool {
        self.world.snapshot.origin == Origin::None || matches!(self.world.snapshot.link, Link::Unconfigured { .. })
    }

    /// Whether the pane has more to say than is seen.
    pub fn pane_scrolls(&self) -> bool {
        self.screen.pane(self).is_some_and(|pane| pane.last() > 0)
    }

    /// Whether the screen shows more than why there is nothing to show.
    pub fn has_body(&self) -> bool {
        !self.screen.needs_cluster()
            || !(self.is_nowhere() || matches!(self.world.snapshot.link, Link::Connecting { .. } | Link::LoggingIn { .. }))
    }

    /// Whether anything is marked.
    pub fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Whether there is a screen before this one.
    pub fn has_before(&self) -> bool {
        self.before.is_some()
    }

    /// The screen one level out: nodes, providers, policies and flows have several ways in.
    pub fn parent(&self) -> Option<Screen> {
        let from = match self.screen {
            Screen::Node => self.node.from,
            Screen::Provider => self.provider.from,
            Screen::Policy => self.policy.from,
            Screen::Why => self.why.from,
            Screen::Draft => self.draft.from,
            _ => None,
        };
        from.or(self.screen.parent())
    }

    /// Whether there is a neighbour of what is shown to go to.
    pub fn has_neighbour(&self) -> bool {
        self.screen.has_neighbour(self)
    }

    /// Whether `esc` closes, clears or leaves anything.
    pub fn can_go_out(&self) -> bool {
        self.parent().is_some() || self.screen.has_open(self)
    }

    /// Whether what is under the cursor is in a namespace.
    pub fn has_namespace(&self) -> bool {
        self.screen.namespace(self).is_some()
    }

    /// Whether a policy can be drafted over what is under the cursor.
    pub fn can_draft(&self) -> bool {
        draft::begin(self).is_some()
    }

    /// Whether there is something under the cursor to copy.
    pub fn can_copy(&self) -> bool {
        self.screen.copy(self).is_some()
    }

    /// Whether the typed filter can be completed.
    pub fn can_complete(&self) -> bool {
        matches!(&self.popup, Some(Popup::Filter(filter)) if !filter.completions(self).is_empty())
    }

    /// Whether there is an earlier filter.
    pub fn can_recall(&self) -> bool {
        !self.recalled.is_empty()
    }

    /// Whether the open list has rows to move among.
    pub fn popup_moves(&self) -> bool {
        matches!(&self.popup, Some(Popup::List(list)) if list.items(self).len() > 1)
    }

    /// Whether the picked column can be put elsewhere.
    pub fn popup_shifts(&self) -> bool {
        matches!(&self.popup, Some(Popup::List(list)) if list.can_shift(self))
    }

    /// Whether the open list has a row to take.
    pub fn popup_takes(&self) -> bool {
        matches!(&self.popup, Some(Popup::List(list)) if !list.items(self).is_empty())
    }

    /// Shows `screen`, and remembers it for its tab.
    pub fn show(&mut self, screen: Screen) {
        if screen != self.screen {
            self.before = Some(self.screen);
            self.screen = screen;
        }
        self.inside[screen.tab() as usize] = screen;
    }

    /// The marked providers, as far as the catalogue knows them.
    pub fn marked(&self) -> impl Iterator<Item = &Provider> {
        self.marks.iter().filter_map(|id| self.catalog.provider(id))
    }

    /// Marks the provider `id`, or takes its mark away.
    pub fn toggle_mark(&mut self, id: &str) {
        match self.marks.iter().position(|mark| mark == id) {
            Some(at) => drop(self.marks.remove(at)),
            None => self.marks.push(id.to_owned()),
        }
    }

    /// What `compare` would show: the provider here and the marked, with `id` where that is one alone. Fewer than two is nothing.
    pub fn comparable(&self, id: &str) -> Vec<String> {
        let mut ids: Vec<String> = self.marked().map(|provider| provider.id.clone()).collect();
        if let Some(here) = self.here().filter(|here| ids.len() < compare::MOST && !ids.contains(&here.id)) {
            ids.insert(0, here.id.clone());
        }
        if ids.len() < 2 && !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
        ids.truncate(compare::MOST);
        if ids.len() < 2 { Vec::new() } else { ids }
    }

    /// What is being read for the first time or waited for: something turns meanwhile.
    pub fn is_waiting(&self) -> bool {
        let snapshot = &self.world.snapshot;
        matches!(snapshot.link, Link::Connecting { .. } | Link::LoggingIn { .. })
            || Kind::ALL.iter().any(|kind| matches!(snapshot.sources.of(*kind).state, State::Syncing { .. }))
    }

    /// How long until something that is drawn has another age; none if nothing has one.
    pub fn next_tick(&self) -> Option<Duration> {
        let second = Duration::from_secs(1);
        if self.is_waiting() || self.reach.asked.is_some() || self.draft.asked.is_some() {
            return Some(Duration::from_millis(125));
        }
        if self.arrivals.held.is_some() {
            return Some(Duration::from_millis(250));
        }
        if self.notice.is_some() || !self.arrivals.recent.is_empty() {
            return Some(second);
        }
        match self.world.snapshot.origin {
            Origin::Live { .. } if self.now.as_second() - self.world.snapshot.taken_at.as_second() < 60 => Some(second),
            Origin::Live { .. } => Some(Duration::from_secs(10)),
            _ => None,
        }
    }

    /// Lets what was told go when it was there long enough.
    pub fn forget_notice(&mut self) {
        self.notice.take_if(|(_, at)| self.now.as_second() - at.as_second() >= NOTICE);
    }

    /// Brings cursors and scroll offsets into what is there now, for the size that is known.
    pub fn settle(&mut self) {
        self.screen.settle(self);
        if let Some(Popup::List(list)) = &self.popup {
            let mut list = list.clone();
            list.settle(self);
            self.popup = Some(Popup::List(list));
        }
    }
}

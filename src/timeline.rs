//! What changed from one moment to the next, and the last of it: two snapshots, with what was concluded from each, give changes.
//!
//! It says what a reader would call a change: of agents, nodes, policies, findings, and of our being able to look at all. Of a
//! list that was not complete at both moments it says nothing, because what is not seen did not go. Before is not because: it
//! links no change to another. To tell of another kind of object: a function beside `nodes`, and its line in [`between`].

use crate::detect::Agent;
use crate::health::{Assessment, Finding, Object, Severity};
use crate::snapshot::{Kind, Link, NetworkPolicy, Node, Snapshot, State, Table, WorkloadKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// Facts, and what was concluded from them.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// What follows from them.
    pub assessment: &'a Assessment,
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When it was seen.
    pub at: Timestamp,
    /// Which way.
    pub turn: Turn,
    /// What changed; of no kind where it is the whole cluster.
    pub object: Object,
    /// How, such as `v3.31.7 → v3.32.1`.
    pub what: String,
}

/// Which way something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is there now.
    Added,
    /// It is no longer there.
    Removed,
    /// It is another way now.
    Changed,
    /// Something is wrong, that much.
    Wrong(Severity),
    /// Something is no longer wrong.
    Healed,
    /// From here on nothing is seen.
    Blind,
    /// From here on everything is seen again; what changed meanwhile has no time.
    Seeing,
}

/// Everything that changed between two moments of one cluster, all seen at the later one. Nothing while `before` was still
/// being read.
pub fn between(before: Moment<'_>, after: Moment<'_>) -> Vec<Change> {
    let (was, is) = (before.snapshot, after.snapshot);
    let is_syncing = |kind| matches!(was.sources.of(kind).state, State::Syncing { .. } | State::Unknown);
    if was.origin != is.origin || was.sources.counted().any(is_syncing) {
        return Vec::new();
    }
    let mut changes = Changes { at: is.taken_at, found: Vec::new() };
    changes.link(&was.link, &is.link);
    changes.findings(before, after);
    let seen = |kind| [was, is].iter().all(|snapshot| snapshot.sources.is_known(kind));
    for (kind, workload) in [(Kind::DaemonSet, WorkloadKind::DaemonSet), (Kind::Deployment, WorkloadKind::Deployment)] {
        if seen(kind) {
            changes.agents(workload, &before.assessment.detection.agents, &after.assessment.detection.agents);
        }
    }
    if seen(Kind::Node) {
        changes.nodes(&was.nodes, &is.nodes);
    }
    if seen(Kind::NetworkPolicy) {
        changes.policies(&was.policies, &is.policies);
    }
    changes.found
}

struct Changes {
    at: Timestamp,
    found: Vec<Change>,
}

impl Changes {
    fn add(&mut self, turn: Turn, object: Object, what: impl Into<String>) {
        self.found.push(Change { at: self.at, turn, object, what: what.into() });
    }

    fn link(&mut self, before: &Link, after: &Link) {
        match (before.is_down(), after) {
            (false, Link::Down { why, .. } | Link::LoggedOut { why, .. }) => {
                self.add(Turn::Blind, Object::default(), format!("not watching: {why}"));
            }
            (true, Link::Up) => self.add(Turn::Seeing, Object::default(), "watching again"),
            _ => {}
        }
    }

    /// A finding is over only if its check ran, and if it did not become the symptom of another.
    fn findings(&mut self, before: Moment<'_>, after: Moment<'_>) {
        let down = before.snapshot.link.is_down() || after.snapshot.link.is_down();
        let is_told = |finding: &&Finding| !(down && finding.severity == Severity::Unknown);
        let (was, is) = (&before.assessment.findings, &after.assessment.findings);
        let has = |all: &[Finding], one: &Finding| all.iter().any(|other| (other.id, &other.object) == (one.id, &one.object));
        for finding in is.iter().filter(is_told).filter(|finding| !has(was, finding)) {
            self.add(Turn::Wrong(finding.severity), finding.object.clone(), finding.message.trim_end_matches('.'));
        }
        let ran = |finding: &&Finding| !after.assessment.could_not.iter().any(|(check, _)| *check == finding.id);
        let explained = |finding: &Finding| {
            is.iter().any(|cause| !cause.symptoms.is_empty() && cause.nodes.iter().any(|node| finding.nodes.contains(node)))
        };
        for finding in was.iter().filter(is_told).filter(ran).filter(|finding| !has(is, finding) && !explained(finding)) {
            self.add(Turn::Healed, finding.object.clone(), format!("no longer: {}", finding.message.trim_end_matches('.')));
        }
    }

    fn agents(&mut self, kind: WorkloadKind, before: &[Agent], after: &[Agent]) {
        let named = |agents: &[Agent], one: &Agent| {
            agents.iter().position(|other| (other.kind, &other.namespace, &other.name) == (kind, &one.namespace, &one.name))
        };
        let object = |agent: &Agent| Object::new(kind.name(), &agent.namespace, &agent.name);
        for agent in after.iter().filter(|agent| agent.kind == kind) {
            let Some(was) = named(before, agent).and_then(|at| before.get(at)) else {
                self.add(Turn::Added, object(agent), "new");
                continue;
            };
            if was.version != agent.version {
                let word = |agent: &Agent| agent.version.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
                self.add(Turn::Changed, object(agent), format!("{} → {}", word(was), word(agent)));
            }
        }
        for agent in before.iter().filter(|agent| agent.kind == kind && named(after, agent).is_none()) {
            self.add(Turn::Removed, object(agent), "gone");
        }
    }

    fn nodes(&mut self, before: &Table<Node>, after: &Table<Node>) {
        for (was, is) in pairs(before, after, |node| node.name.clone()) {
            match (was, is) {
                (None, Some(node)) => self.add(Turn::Added, Object::node(&node.name), "new"),
                (Some(node), None) => self.add(Turn::Removed, Object::node(&node.name), "gone"),
                (Some(was), Some(is)) if was.kubelet != is.kubelet => {
                    self.add(Turn::Changed, Object::node(&is.name), format!("kubelet {} → {}", was.kubelet, is.kubelet));
                }
                (Some(was), Some(is)) if was.unschedulable != is.unschedulable => {
                    let what = if is.unschedulable { "cordoned" } else { "takes pods again" };
                    self.add(Turn::Changed, Object::node(&is.name), what);
                }
                _ => {}
            }
        }
    }

    fn policies(&mut self, before: &Table<NetworkPolicy>, after: &Table<NetworkPolicy>) {
        let object = |policy: &NetworkPolicy| Object::new("NetworkPolicy", &policy.namespace, &policy.name);
        for (was, is) in pairs(before, after, |policy| (policy.namespace.clone(), policy.name.clone())) {
            match (was, is) {
                (None, Some(policy)) => self.add(Turn::Added, object(policy), "new"),
                (Some(policy), None) => self.add(Turn::Removed, object(policy), "gone"),
                (Some(was), Some(is)) => {
                    let parts = [
                        ("selects other pods", was.pod_selector != is.pod_selector),
                        ("ingress changed", (was.isolates_ingress, &was.ingress) != (is.isolates_ingress, &is.ingress)),
                        ("egress changed", (was.isolates_egress, &was.egress) != (is.isolates_egress, &is.egress)),
                    ];
                    let words: Vec<&str> = parts.iter().filter(|(_, differs)| *differs).map(|(words, _)| *words).collect();
                    if !words.is_empty() {
                        self.add(Turn::Changed, object(is), words.join(", "));
                    }
                }
                (None, None) => {}
            }
        }
    }
}

/// The rows that are not the same at both moments, by name. Tables of one cluster share most of them, so this looks at few.
fn pairs<'a, T, K: Ord>(
    before: &'a Table<T>,
    after: &'a Table<T>,
    name: impl Fn(&T) -> K,
) -> impl Iterator<Item = (Option<&'a T>, Option<&'a T>)> {
    let mut pairs: BTreeMap<K, (Option<&T>, Option<&T>)> = BTreeMap::new();
    for row in before.rows_not_in(after) {
        pairs.entry(name(row)).or_default().0 = Some(row);
    }
    for row in after.rows_not_in(before) {
        pairs.entry(name(row)).or_default().1 = Some(row);
    }
    pairs.into_values()
}

/// The last changes, oldest first. Older ones are forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    changes: VecDeque<Change>,
    forgotten: usize,
}

impl Timeline {
    /// Most changes that are kept.
    pub const MOST: usize = 1000;

    /// Adds what was seen.
    pub fn extend(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.changes.extend(changes);
        let over = self.changes.len().saturating_sub(Self::MOST);
        self.changes.drain(..over);
        self.forgotten += over;
    }

    /// The changes, newest first, each with its number: a change keeps its number for good.
    pub fn newest(&self) -> impl Iterator<Item = (usize, &Change)> {
        self.changes.iter().enumerate().rev().map(|(at, change)| (self.forgotten + at, change))
    }

    /// The change of that number; none if it is forgotten.
    pub fn get(&self, number: usize) -> Option<&Change> {
        self.changes.get(number.checked_sub(self.forgotten)?)
    }

    /// How many changes there were, with those that are forgotten.
    pub fn seen(&self) -> usize {
        self.forgotten + self.changes.len()
    }
}

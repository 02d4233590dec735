//! `policy connectivity`: who can reach whom.

mod document;
mod tables;

pub use document::ConnectivityDocument;
pub(super) use document::{EndpointEntry, Id, endpoint, id};

use super::{Answer, Format, Outcome};
use crate::detect::{Enforcement, Verdict};
use crate::policy::{Dialect, Level, Pairs, Party, PortSet, Reach, WayIn};
use crate::snapshot::{Kind, Origin, Problem, Snapshot};

/// What is asked, and what the answer rests on.
#[derive(Debug, Clone, Copy)]
pub struct Connectivity<'a> {
    /// The facts
    pub snapshot: &'a Snapshot,
    /// Who can reach whom in them
    pub reach: &'a Reach,
    /// What passes calls from outside to pods
    pub ways_in: &'a [WayIn],
    /// How policies were read
    pub dialect: &'a Dialect,
    /// The same in words
    pub read: &'a str,
    /// Whether anybody enforces them
    pub enforcement: &'a Enforcement,
    /// What is shown as one
    pub level: Level,
    /// Only what concerns this namespace
    pub namespace: Option<&'a str>,
    /// How it is written, which decides how much of it is put together
    pub format: Format,
}

/// The answer.
pub fn connectivity(asked: &Connectivity<'_>) -> Answer<ConnectivityDocument> {
    let mut pairs = asked.reach.pairs(asked.level);
    asked.narrow(&mut pairs);
    let blocks = match asked.format {
        Format::Csv => vec![tables::connections(&pairs, usize::MAX)],
        Format::Table | Format::Wide | Format::Markdown => asked.blocks(&pairs),
        _ => Vec::new(),
    };
    let document = match asked.format {
        Format::Csv | Format::Table | Format::Wide | Format::Markdown => ConnectivityDocument::default(),
        _ => asked.document(&pairs),
    };
    Answer { blocks, document, outcome: asked.outcome(&pairs) }
}

impl Connectivity<'_> {
    /// Keeps the pairs with an end in the namespace that was asked for.
    fn narrow(&self, pairs: &mut Pairs) {
        let Some(namespace) = self.namespace else { return };
        let here: Vec<bool> = pairs.parties.iter().map(|party| party.namespace == *namespace).collect();
        for all in [&mut pairs.open, &mut pairs.unknown] {
            all.retain(|pair| here[pair.from as usize] || here[pair.to as usize]);
        }
    }

    /// Ways in from outside, with the workload that each leads to, by its place, and the ports.
    fn ways_in<'p>(&'p self, pairs: &'p Pairs) -> impl Iterator<Item = (&'p WayIn, usize, PortSet)> {
        let shown = |party: &Party| party.is_pods() && self.namespace.is_none_or(|name| party.namespace == *name);
        self.ways_in.iter().flat_map(move |way| {
            let parties = pairs.parties.iter().enumerate().filter(move |(_, party)| shown(party));
            parties.map(move |(at, party)| (way, at, way.ports(party))).filter(|(.., ports)| !ports.is_empty())
        })
    }

    /// What was skipped, and what is wrong with policies.
    fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.snapshot.problems.iter().chain(self.reach.problems.iter())
    }

    /// Policies without effect are wrong. What could not be read, and pairs of which it cannot be told, leave the answer untold.
    fn outcome(&self, pairs: &Pairs) -> Outcome {
        let sources = &self.snapshot.sources;
        let is_live = matches!(self.snapshot.origin, Origin::Live { .. });
        let has_policies = !self.snapshot.policies.is_empty() || !self.snapshot.cluster_policies.is_empty();
        let has_pods = !self.reach.world.pods.is_empty() || sources.is_live(Kind::Pod);
        let is_whole = has_pods && self.snapshot.problems.is_empty() && (!is_live || sources.is_live(Kind::Pod));
        match self.enforcement.verdict {
            Verdict::NotEnforced if has_policies => Outcome::Wrong,
            Verdict::Unknown if is_live && has_policies => Outcome::Untold,
            _ if !is_whole || !pairs.unknown.is_empty() => Outcome::Untold,
            _ => Outcome::Well,
        }
    }
}

//! Why it cannot be told whether one end reaches another.

use super::classes::Class;
use super::rules::{Applies, Step};
use super::scene::Scene;
use super::sets::{Set, Who};
use super::{EndId, Reach};
use crate::policy::world::{OF_COMPUTED, matches, means, unread_labels};
use crate::policy::{Direction, Holds, Namespaces, Point, PolicyRef, Scope};
use crate::snapshot::Text;
use std::fmt;

/// Why it cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// A policy that is not understood may decide otherwise, and what is not
    Stranger(PolicyRef, Text),
    /// CNIs differ, or it is not defined
    Point(&'static str),
    /// A selector asks for labels that were not read, or that files do not tell, as a sentence
    Labels(Text),
    /// An address is not known, or a block holds one of two (NP-34)
    Address,
    /// Names of domains, which resolve to addresses that nobody knows beforehand
    Domains,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stranger(policy, why) => write!(f, "{policy} may decide otherwise: {why}"),
            Self::Point(question) => f.write_str(question),
            Self::Labels(why) => f.write_str(why),
            Self::Address => {
                f.write_str("whether an ipBlock holds it: an address is not known yet, or only one of two is inside (NP-34)")
            }
            Self::Domains => f.write_str("which addresses the names of domains resolve to is not known"),
        }
    }
}

impl Reach {
    /// Why it cannot be told on some ports whether `from` reaches `to`; nothing where all is known.
    pub fn doubts(&self, from: EndId, to: EndId) -> Vec<Doubt> {
        let mut doubts = self.doubts_of(from, Direction::Egress, to);
        doubts.extend(self.doubts_of(to, Direction::Ingress, from));
        doubts.sort();
        doubts.dedup();
        doubts
    }

    /// What is in doubt on one side.
    fn doubts_of(&self, own: EndId, direction: Direction, other: EndId) -> Vec<Doubt> {
        let (compiled, profile) = (&self.compiled, self.profile(own, direction));
        let mut doubts = Vec::new();
        match profile.scope {
            Applies::WithStrangers => {
                let host_network = compiled.scene.class(own.0).is_some_and(|class| class.host_network);
                let strangers = compiled.strangers_of(self.namespace_of(own).map_or("", |name| name), host_network);
                doubts.extend(strangers.map(|one| Doubt::Stranger(one.origin.clone(), one.why.clone())));
            }
            Applies::OrNot => doubts.push(Doubt::Point(Point::HostPodsArePods.question())),
            Applies::Surely => {}
        }
        if let Some(class) = compiled.scene.class(own.0) {
            doubts.extend(profile.doubtful.iter().filter_map(|policy| compiled.doubt_of_subject(*policy, class)));
        }
        if !self.rows(own.0, direction).are_doubtful() {
            return doubts;
        }
        let book = compiled.book();
        let sections: Vec<_> = book.sections(&profile.policies, direction).collect();
        if compiled.ties_by_name != Holds::Yes && sections.windows(2).any(|two| two[0].0.ties_with(two[1].0)) {
            doubts.push(Doubt::Point(Point::TiesByName.question()));
        }
        let steps = sections.iter().flat_map(|(_, section)| &section.steps);
        let holds = |set: &u32| compiled.sets.all[*set as usize].maybe.contains(other.0);
        if steps.clone().any(|step| step.finds_names == Holds::Maybe && step.peers.iter().any(holds)) {
            doubts.push(Doubt::Point(Point::BlocksKnowPortNames.question()));
        }
        let sets = steps.flat_map(|step: &Step| &step.peers).map(|id| (*id, &compiled.sets.all[*id as usize]));
        let doubtful = sets.filter(|(_, set)| set.maybe.contains(other.0) && !set.sure.contains(other.0));
        doubts.extend(doubtful.map(|(id, set)| compiled.scene.doubt(id, set, other)));
        doubts
    }
}

impl Scene {
    /// Why it is in doubt whether the labels of a class, or those of its namespace, are those of a scope.
    pub(super) fn doubt_of_labels(&self, scope: &Scope, class: &Class) -> Option<Doubt> {
        let space = &self.spaces.all[class.namespace as usize];
        let labels = Some(&space.labels).filter(|_| space.is_labelled);
        if let Namespaces::Matching(selector) = &scope.namespaces
            && means(selector, &space.name, labels) == Holds::Maybe
        {
            return Some(Doubt::Labels(unread_labels(&space.name).into()));
        }
        (matches(&scope.pods, &class.labels) == Holds::Maybe).then(|| Doubt::Labels(OF_COMPUTED.into()))
    }

    /// Why it is not sure that a set holds an end.
    fn doubt(&self, id: u32, set: &Set, end: EndId) -> Doubt {
        let class = self.class(end.0);
        let labels =
            if let Who::Pods(scope) = &set.who { class.and_then(|class| self.doubt_of_labels(scope, class)) } else { None };
        if let Some(doubt) = labels {
            return doubt;
        }
        match &set.who {
            Who::Domains => Doubt::Domains,
            Who::Block(_) | Who::Nodes(_) if class.is_some_and(|class| class.place.perhaps.binary_search(&id).is_ok()) => {
                Doubt::Address
            }
            _ if class.is_some_and(|class| class.host_network) => Doubt::Point(Point::HostPodsArePods.question()),
            _ if class.is_none() => Doubt::Point(Point::BlocksMatchNodes.question()),
            _ => Doubt::Point(Point::BlocksMatchPods.question()),
        }
    }
}

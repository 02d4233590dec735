//! Policies made ready to be asked often: their peers are numbers of sets, their ports sets of ports.
//!
//! What applies to an end in one direction is its **profile**. Ends with the same one share it, and what it lets through is
//! worked out once (`rows`). It does not know which pods there are.

use super::classes::{Asked, Class};
use super::sets::{Sets, Who};
use crate::policy::{Action, ByAddress, Direction, End, Holds, Layer, Peers, Policy, Port, PortSet, Ports, Rule};
use crate::snapshot::Protocol;
use hashbrown::HashMap;
use std::sync::Arc;

/// A policy made ready.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) layer: Layer,
    pub(super) priority: f64,
    /// The set it applies to
    pub(super) subject: u32,
    sections: [Option<Section>; 2],
}

/// Its rules for one direction.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) steps: Box<[Step]>,
    /// What becomes of ports that the layer does not decide
    pub(super) end: End,
}

/// A rule made ready.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) action: Action,
    /// Any of these sets
    pub(super) peers: Box<[u32]>,
    /// Ports that are the same for every destination
    pub(super) ports: PortSet,
    /// Names of ports, by their number
    pub(super) names: Box<[u32]>,
    /// Whether its peers find ports by their names (NP-23)
    pub(super) finds_names: Holds,
}

impl Step {
    /// A rule of egress finds ports by their names only through peers that know them: it is several steps that do the same.
    fn split(self, direction: Direction, sets: &Sets, blocks_know_names: Holds) -> Vec<Self> {
        let who = |set: &u32| &sets.all[*set as usize].who;
        let knows = |set: &u32| matches!(who(set), Who::Everybody | Who::Pods(_));
        if direction == Direction::Ingress || self.names.is_empty() || self.peers.iter().all(knows) {
            return vec![self];
        }
        let of = |is: &dyn Fn(&u32) -> bool| self.peers.iter().copied().filter(is).collect();
        let is_block = |set: &u32| matches!(who(set), Who::Block(block) if block.pods == ByAddress::Dialect);
        let step = |peers, finds_names| Self { peers, finds_names, ports: PortSet::none(), names: self.names.clone(), ..self };
        let by_selector = step(of(&knows), Holds::Yes);
        let by_block = step(of(&is_block), blocks_know_names);
        let by_number = Self { names: Box::default(), ..self };
        let mut steps = vec![by_number, by_selector, by_block];
        steps.retain(|step| !step.peers.is_empty() && step.finds_names != Holds::No);
        steps
    }
}

impl Ready {
    /// Makes a policy ready, and notes what it asks of pods.
    pub(super) fn of(policy: &Policy, sets: &mut Sets, asked: &mut Asked, blocks_know_names: Holds) -> Self {
        let set = |who: Who, sets: &mut Sets, asked: &mut Asked| {
            if let Who::Pods(scope) = &who {
                asked.add_keys(&scope.pods);
            }
            sets.id_or_new(who)
        };
        let subject = set(Who::Pods(policy.subject.clone()), sets, asked);
        let mut section = |direction| {
            let section = policy.section(direction)?;
            let mut step = |rule: &Rule| {
                let peers = match &rule.peers {
                    Peers::Everybody => [set(Who::Everybody, sets, asked)].into(),
                    Peers::Only(peers) => peers.iter().filter_map(Who::of).map(|who| set(who, sets, asked)).collect(),
                };
                let given: &[Port] = if let Ports::Only(ports) = &rule.ports { ports } else { &[] };
                let name = |port: &Port| match port {
                    Port::Named { protocol, name } => Some(asked.name_or_new(*protocol, name)),
                    _ => None,
                };
                let names = given.iter().filter_map(name).collect();
                // Without containers only ports by number are left.
                let step = Step { action: rule.action, peers, ports: rule.ports.resolve(&[]), names, finds_names: Holds::Yes };
                step.split(direction, sets, blocks_know_names)
            };
            Some(Section { steps: section.rules.iter().flat_map(&mut step).collect(), end: section.end })
        };
        let sections = [section(Direction::Ingress), section(Direction::Egress)];
        Self { layer: policy.layer, priority: policy.priority, subject, sections }
    }

    /// Whether the API leaves open which of two comes first.
    pub(super) fn ties_with(&self, other: &Self) -> bool {
        self.layer == other.layer && self.layer != Layer::NetworkPolicy && self.priority.total_cmp(&other.priority).is_eq()
    }

    /// Its rules for one direction; none if it has no say there.
    pub(super) fn section(&self, direction: Direction) -> Option<&Section> {
        self.sections[direction as usize].as_ref()
    }
}

/// What applies to an end in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Profile {
    pub(super) direction: Direction,
    /// The policies, in the order in which they decide
    pub(super) policies: Box<[u32]>,
    /// Those of them that may apply or not
    pub(super) doubtful: Box<[u32]>,
    /// The ports behind the names in ingress rules: the class is the destination there
    pub(super) ports: Arc<[(u32, Protocol, u16)]>,
    /// How far the policies are all that applies
    pub(super) scope: Applies,
}

/// How far policies apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Applies {
    /// As they say
    Surely,
    /// Or not at all: pods on the host network, where CNIs differ (NP-30)
    OrNot,
    /// And others that are not understood
    WithStrangers,
}

/// The profiles, each distinct one once.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    pub(super) all: Vec<Arc<Profile>>,
    ids: HashMap<Arc<Profile>, u32>,
}

impl Profiles {
    pub(super) fn id_or_new(&mut self, profile: Profile) -> u32 {
        if let Some(id) = self.ids.get(&profile) {
            return *id;
        }
        let (id, profile) = (self.all.len() as u32, Arc::new(profile));
        self.ids.insert(Arc::clone(&profile), id);
        self.all.push(profile);
        id
    }
}

impl Profile {
    /// The profile of an end to which these policies apply, the second ones perhaps; addresses have no class.
    pub(super) fn of(direction: Direction, policies: [&[u32]; 2], class: Option<&Class>, all: &[Ready], scope: Applies) -> Self {
        let section = |id: &u32| all[*id as usize].section(direction);
        let [policies, doubtful] =
            policies.map(|ids| ids.iter().copied().filter(|id| section(id).is_some()).collect::<Box<[u32]>>());
        let has_names = |section: &Section| section.steps.iter().any(|step| !step.names.is_empty());
        let ports = class.filter(|class| {
            direction == Direction::Ingress && !class.ports.is_empty() && policies.iter().filter_map(section).any(has_names)
        });
        let ports = ports.map(|class| Arc::clone(&class.ports)).unwrap_or_default();
        Self { direction, policies, doubtful, ports, scope }
    }
}

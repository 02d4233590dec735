//! The smallest change that would admit a flow that is denied: one for each side that denies it.
//!
//! Candidates are tried from the smallest to the largest, each on a copy of the policies, and only one that really admits is told. It
//! changes policies that are there; whether they should be changed is for people to judge.

use super::meets::spell_scope;
use super::{Endpoint, Evaluator, Flow, Holds};
use crate::policy::model::{
    Action, Block, ByAddress, Direction, End, Namespaces, Peer, Peers, PolicyRef, Port, Ports, Rule, Scope, Section,
};
use crate::policy::ports::{PROTOCOLS, PortSet};
use crate::policy::world::Family;
use crate::snapshot::{Labels, Pod, Selector, Text};
use ipnet::IpNet;

/// A change of one policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// On which side
    pub side: Direction,
    /// Of which policy
    pub policy: PolicyRef,
    /// The rule that is changed, or the place in the list where one is put in
    pub rule: usize,
    /// What to do, as a sentence without its full stop
    pub what: String,
    edit: Edit,
}

/// What is done to the rules of a policy.
#[derive(Debug, Clone, PartialEq)]
enum Edit {
    /// A rule gets more ports.
    Ports(Vec<Port>),
    /// A rule gets one more peer.
    Peer(Vec<Peer>),
    /// A rule is put in.
    Rule(Rule),
}

/// Labels that controllers write and change: nobody selects by them on purpose.
const OF_CONTROLLERS: [&str; 9] = [
    "pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "controller-uid",
    "job-name",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
];

impl Evaluator<'_> {
    /// What would admit a flow, for each side that denies some of it for sure; nothing where no policy can be changed so.
    pub fn changes(&self, flow: &Flow) -> Vec<Change> {
        let mut changes = Vec::new();
        for decision in self.decide(flow) {
            for (direction, side) in [(Direction::Egress, &decision.egress), (Direction::Ingress, &decision.ingress)] {
                let is_known = changes.iter().any(|change: &Change| change.side == direction);
                if !is_known && side.open.sure.is_empty() && side.open.maybe.is_empty() {
                    changes.extend(self.change(direction, flow, decision.family));
                }
            }
        }
        changes
    }

    /// The first candidate that admits the flow on one side.
    fn change(&self, direction: Direction, flow: &Flow, family: Family) -> Option<Change> {
        self.candidates(direction, flow, family).into_iter().find(|candidate| {
            let mut model = self.model.clone();
            let policy = model.policies.iter_mut().find(|policy| policy.origin == candidate.policy);
            let section = policy.and_then(|policy| match direction {
                Direction::Ingress => policy.ingress.as_mut(),
                Direction::Egress => policy.egress.as_mut(),
            });
            section.is_some_and(|section| candidate.edit.apply(section, candidate.rule))
                && Evaluator { model: &model, ..*self }.side(direction, flow, family).open.sure == flow.ports
        })
    }

    /// From the smallest to the largest: more ports, one more peer, one more rule.
    fn candidates(&self, direction: Direction, flow: &Flow, family: Family) -> Vec<Change> {
        let (own, other) = match direction {
            Direction::Egress => (&flow.from, &flow.to),
            Direction::Ingress => (&flow.to, &flow.from),
        };
        let Endpoint::Pod(pod) = own else { return Vec::new() };
        let peers = self.peers_of(other, family);
        let (asked, missing) = (&flow.ports, ports_of(&flow.ports));
        let containers = self.containers(&flow.to);
        let (mut smallest, mut small, mut largest) = (Vec::new(), Vec::new(), Vec::new());
        for policy in self.model.policies.iter().filter(|policy| self.applies(policy, pod) == Holds::Yes) {
            let Some(section) = policy.section(direction) else { continue };
            let change = |rule, what, edit| Change { side: direction, policy: policy.origin.clone(), rule, what, edit };
            for (at, rule) in section.rules.iter().enumerate().filter(|(_, rule)| rule.action == Action::Allow) {
                if self.meets(&rule.peers, other, family).holds == Holds::Yes && !missing.is_empty() {
                    let what = format!("add {asked} to the ports of {} rule {at} of {}", direction.name(), policy.origin);
                    smallest.push(change(at, what, Edit::Ports(missing.clone())));
                } else if rule.ports.resolve(containers).contains(asked) {
                    let peer = spell_peers(&peers);
                    let what = format!("add {peer} to the peers of {} rule {at} of {}", direction.name(), policy.origin);
                    small.push(change(at, what, Edit::Peer(peers.clone())));
                }
            }
            let denies = section.rules.iter().position(|rule| rule.action == Action::Deny);
            let Some(at) = denies.or((section.end == End::Deny).then_some(section.rules.len())) else { continue };
            let place =
                if denies.is_some() { format!("before {} rule {at}", direction.name()) } else { direction.name().to_owned() };
            let what = format!("add a rule to {}, {place}, that allows {} on {asked}", policy.origin, spell_peers(&peers));
            let ports = if asked.is_all() { Ports::All } else { Ports::Only(missing.clone()) };
            let (name, action, unread) = (Text::default(), Action::Allow, None);
            largest.push(change(at, what, Edit::Rule(Rule { name, action, peers: Peers::Only(peers.clone()), ports, unread })));
        }
        smallest.into_iter().chain(small).chain(largest).collect()
    }

    /// Peers that mean an end and as little else as labels can tell.
    fn peers_of(&self, end: &Endpoint, family: Family) -> Vec<Peer> {
        match end {
            Endpoint::Pod(pod) if self.is_pod(end) == Holds::Yes => vec![Peer::Pods(scope_of(pod))],
            _ => {
                let own = self.addresses(end).into_iter().filter(|ip| Family::of(*ip) == family);
                let block = |ip| Block { cidr: IpNet::from(ip), except: Vec::new(), pods: ByAddress::Dialect };
                own.map(|ip| Peer::Block(block(ip))).collect()
            }
        }
    }
}

impl Edit {
    /// Does it to the rules of a section; false where there is nothing to do it to.
    fn apply(&self, section: &mut Section, at: usize) -> bool {
        if let Self::Rule(rule) = self {
            section.rules.insert(at.min(section.rules.len()), rule.clone());
            return true;
        }
        let Some(rule) = section.rules.get_mut(at) else { return false };
        match (self, &mut rule.ports, &mut rule.peers) {
            (Self::Ports(more), Ports::Only(ports), _) => ports.extend(more.iter().cloned()),
            (Self::Peer(more), _, Peers::Only(peers)) => peers.extend(more.iter().cloned()),
            _ => return false,
        }
        true
    }
}

fn scope_of(pod: &Pod) -> Scope {
    let labels = pod.labels.iter().filter(|(key, _)| !OF_CONTROLLERS.contains(&key.as_str())).cloned().collect();
    Scope { namespaces: Namespaces::Named(pod.namespace.clone()), pods: Selector::of_labels(&Labels::new(labels)) }
}

fn ports_of(set: &PortSet) -> Vec<Port> {
    let of = |protocol| set.intervals(protocol).map(move |(from, to)| Port::Range { protocol, from, to });
    PROTOCOLS.into_iter().flat_map(of).collect()
}

fn spell_peers(peers: &[Peer]) -> String {
    let spell = |peer: &Peer| match peer {
        Peer::Pods(scope) => spell_scope(scope),
        Peer::Block(block) => block.cidr.to_string(),
        _ => String::new(),
    };
    peers.iter().map(spell).collect::<Vec<_>>().join(", ")
}

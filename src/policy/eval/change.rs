//! The smallest change that would admit a flow that is denied: one for each side that denies it.
//!
//! Candidates are tried from the smallest to the largest, each on a copy of the policies, and only one that really admits is told. Whether they should be changed is for people to judge.

use super::{Endpoint, Evaluator, Flow, Holds};
use crate::policy::model::{
    Action, Block, ByAddress, Direction, End, Layer, Namespaces, Peer, Peers, Policy, PolicyRef, Port, Ports, Rule, Scope,
    Section,
};
use crate::policy::ports::{PROTOCOLS, PortSet};
use crate::policy::words::spell_scope;
use crate::policy::world::Family;
use crate::snapshot::{Labels, Pod, Selector, Text};
use ipnet::IpNet;

/// A change of one policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// On which side
    pub side: Direction,
    /// Of which policy; beside which where a new one is told
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
    /// A new policy beside it, for the pods that `policy` isolates.
    Policy(Policy),
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
            let at = model.policies.iter().position(|policy| policy.origin == candidate.policy);
            at.is_some_and(|at| candidate.edit.apply(&mut model.policies, at, direction, candidate.rule))
                && Evaluator { model: &model, ..*self }.side(direction, flow, family).open.sure == flow.ports
        })
    }

    /// From the smallest to the largest: more ports, one more peer, one more rule, one more policy. What is said of every pod of a
    /// namespace is not widened for the sake of one.
    fn candidates(&self, direction: Direction, flow: &Flow, family: Family) -> Vec<Change> {
        let (own, other) = match direction {
            Direction::Egress => (&flow.from, &flow.to),
            Direction::Ingress => (&flow.to, &flow.from),
        };
        let Endpoint::Pod(pod) = own else { return Vec::new() };
        let peers = self.peers_of(other, family);
        let (missing, who, way) = (ports_of(&flow.ports), spell_peers(&peers), direction.name());
        let on = if flow.ports.is_all() { "every port".to_owned() } else { flow.ports.to_string() };
        let ports = if flow.ports.is_all() { Ports::All } else { Ports::Only(missing.clone()) };
        let new = Rule { name: Text::default(), action: Action::Allow, peers: Peers::Only(peers.clone()), ports, unread: None };
        let mut by_size: [Vec<Change>; 4] = Default::default();
        for policy in self.model.policies.iter().filter(|policy| self.applies(policy, pod) == Holds::Yes) {
            let Some(section) = policy.section(direction) else { continue };
            let origin = &policy.origin;
            let change = |rule, what, edit| Change { side: direction, policy: origin.clone(), rule, what, edit };
            let is_general = policy.layer == Layer::NetworkPolicy && policy.subject.pods.is_empty();
            for (at, rule) in section.rules.iter().enumerate().filter(|(_, rule)| rule.action == Action::Allow) {
                if self.meets(&rule.peers, other, family).holds == Holds::Yes {
                    let what = format!("add {on} to the ports of {way} rule {at} of {origin}");
                    by_size[0].push(change(at, what, Edit::Ports(missing.clone())));
                } else if !is_general && rule.ports.resolve(self.containers(&flow.to)).contains(&flow.ports) {
                    let what = format!("add {who} to the peers of {way} rule {at} of {origin}");
                    by_size[1].push(change(at, what, Edit::Peer(peers.clone())));
                }
            }
            let denying = section.rules.iter().position(|rule| rule.action == Action::Deny);
            match denying {
                Some(at) => {
                    let what = format!("add a rule to {origin}, before {way} rule {at}, that allows {who} on {on}");
                    by_size[2].push(change(at, what, Edit::Rule(new.clone())));
                }
                None if section.end == End::Next => {}
                None if is_general => {
                    let subject = scope_of(pod);
                    let what = format!("add a NetworkPolicy for {} that allows {way} of {who} on {on}", spell_scope(&subject));
                    by_size[3].push(change(0, what, Edit::Policy(beside(policy, subject, direction, new.clone()))));
                }
                None => {
                    let what = format!("add an {way} rule to {origin} that allows {who} on {on}");
                    by_size[2].push(change(section.rules.len(), what, Edit::Rule(new.clone())));
                }
            }
        }
        by_size.into_iter().flatten().collect()
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
    /// Does it to the policy at `at`, in its rules for `direction`; false where there is nothing to do it to.
    fn apply(&self, policies: &mut Vec<Policy>, at: usize, direction: Direction, number: usize) -> bool {
        if let Self::Policy(policy) = self {
            policies.insert(at, policy.clone());
            return true;
        }
        let section = policies.get_mut(at).and_then(|policy| match direction {
            Direction::Ingress => policy.ingress.as_mut(),
            Direction::Egress => policy.egress.as_mut(),
        });
        let Some(Section { rules, .. }) = section else { return false };
        if let Self::Rule(rule) = self {
            rules.insert(number.min(rules.len()), rule.clone());
            return true;
        }
        let Some(rule) = rules.get_mut(number) else { return false };
        match (self, &mut rule.ports, &mut rule.peers) {
            (Self::Ports(more), Ports::Only(ports), _) => ports.extend(more.iter().cloned()),
            (Self::Peer(more), _, Peers::Only(peers)) => peers.extend(more.iter().cloned()),
            _ => return false,
        }
        true
    }
}

/// A policy of one rule beside another.
fn beside(policy: &Policy, subject: Scope, direction: Direction, rule: Rule) -> Policy {
    let section = Some(Section { rules: vec![rule], end: End::Deny });
    let (ingress, egress) = if direction == Direction::Ingress { (section, None) } else { (None, section) };
    Policy { subject, ingress, egress, ..policy.clone() }
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

//! The smallest changes that would admit flows that are denied: one for each side that denies, and for each sort of pods.
//!
//! Candidates are tried from the smallest to the largest, each on a copy of the policies, and only one that really admits is told. Whether they should be changed is for people to judge.

use super::{Endpoint, Evaluator, Flow, Holds, Verdict};
use crate::policy::model::{
    Action, Block, ByAddress, Direction, End, Layer, Model, Namespaces, Peer, Peers, Policy, PolicyRef, Port, Ports, Rule, Scope,
    Section,
};
use crate::policy::ports::{PROTOCOLS, PortSet};
use crate::policy::words::spell_scope;
use crate::policy::world::Family;
use crate::snapshot::{Labels, Pod, Selector, Text};
use ipnet::IpNet;
use std::sync::Arc;

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

/// Most gaps that changes are looked for: more of them are no small change.
const MOST: usize = 16;

/// What one side denies, for pods that selectors on purpose do not tell apart.
struct Gap {
    side: Direction,
    /// One of the pods whose policies deny
    pod: Arc<Pod>,
    /// The other ends
    others: Vec<Endpoint>,
    /// Peers that mean them
    peers: Vec<Peer>,
    /// The ports
    missing: PortSet,
    flows: Vec<(Flow, Family)>,
}

impl Change {
    /// What is done, in a word for programs.
    pub const fn action(&self) -> &'static str {
        match self.edit {
            Edit::Ports(_) => "add-ports",
            Edit::Peer(_) => "add-peer",
            Edit::Rule(_) => "add-rule",
            Edit::Policy(_) => "add-policy",
        }
    }
}

impl Evaluator<'_> {
    /// What would admit all of these flows that are denied: a change for each side of each sort of pods; nothing where they are not
    /// denied, or no such changes do it.
    pub fn changes(&self, flows: &[Flow]) -> Vec<Change> {
        let gaps = self.gaps(flows);
        let mut model = self.model.clone();
        let mut changes = Vec::new();
        for gap in gaps.iter().filter(|_| gaps.len() <= MOST) {
            if (Evaluator { model: &model, ..*self }).lets_through(gap) {
                continue;
            }
            let tried = self.candidates(gap).into_iter().find_map(|candidate| {
                let mut then = model.clone();
                let done = candidate.apply(&mut then) && Evaluator { model: &then, ..*self }.lets_through(gap);
                done.then_some((candidate, then))
            });
            let Some((change, then)) = tried else { return Vec::new() };
            (model, changes) = (then, changes.into_iter().chain([change]).collect());
        }
        let by = Evaluator { model: &model, ..*self };
        let is_open = |flow: &Flow| by.decide(flow).iter().all(|decision| decision.verdict != Verdict::Deny);
        if flows.iter().all(is_open) { changes } else { Vec::new() }
    }

    /// What is denied, together where it is about the same pods and ports.
    fn gaps(&self, flows: &[Flow]) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        for flow in flows {
            for decision in self.decide(flow).iter().filter(|decision| decision.verdict == Verdict::Deny) {
                for (side, decided) in [(Direction::Egress, &decision.egress), (Direction::Ingress, &decision.ingress)] {
                    let missing = flow.ports.minus(&decided.open.maybe);
                    let (own, other) = if side == Direction::Egress { (&flow.from, &flow.to) } else { (&flow.to, &flow.from) };
                    let (Endpoint::Pod(pod), false) = (own, missing.is_empty()) else { continue };
                    let is_it = |gap: &Gap| gap.side == side && gap.missing == missing && scope_of(&gap.pod) == scope_of(pod);
                    let at = gaps.iter().position(is_it).unwrap_or_else(|| {
                        let (others, peers, flows) = (Vec::new(), Vec::new(), Vec::new());
                        gaps.push(Gap { side, pod: Arc::clone(pod), others, peers, missing, flows });
                        gaps.len() - 1
                    });
                    let more = self.peers_of(other, decision.family);
                    gaps[at].add(other, more, (flow.clone(), decision.family));
                }
            }
        }
        gaps
    }

    /// Whether the side lets through all that is missing.
    fn lets_through(&self, gap: &Gap) -> bool {
        gap.flows.iter().all(|(flow, family)| self.side(gap.side, flow, *family).open.sure.contains(&gap.missing))
    }

    /// From the smallest to the largest: more ports of a rule for these ends alone, more peers of a rule for these ports alone, one
    /// more rule, one more policy. What is said of every pod of a namespace is not widened for the sake of one, nor a rule for others.
    fn candidates(&self, gap: &Gap) -> Vec<Change> {
        let (missing, who, way) = (ports_of(&gap.missing), spell_peers(&gap.peers), gap.side.name());
        let on = if gap.missing.is_all() { "every port".to_owned() } else { gap.missing.to_string() };
        let ports = if gap.missing.is_all() { Ports::All } else { Ports::Only(missing.clone()) };
        let peers = Peers::Only(gap.peers.clone());
        let new = Rule { name: Text::default(), action: Action::Allow, peers, ports, unread: None };
        let mut by_size: [Vec<Change>; 4] = Default::default();
        for policy in self.model.policies.iter().filter(|policy| self.applies(policy, &gap.pod) == Holds::Yes) {
            let Some(section) = policy.section(gap.side) else { continue };
            let origin = &policy.origin;
            let change = |rule, what, edit| Change { side: gap.side, policy: origin.clone(), rule, what, edit };
            let is_general = policy.layer == Layer::NetworkPolicy && policy.subject.pods.is_empty();
            let allowing = section.rules.iter().enumerate().filter(|(_, rule)| rule.action == Action::Allow && !is_general);
            for (at, rule) in allowing {
                if self.is_for(rule, gap) {
                    let what = format!("add {on} to the ports of {way} rule {at} of {origin}");
                    by_size[0].push(change(at, what, Edit::Ports(missing.clone())));
                } else if gap.flows.iter().all(|(flow, _)| rule.ports.resolve(self.containers(&flow.to)) == gap.missing) {
                    let what = format!("add {who} to the peers of {way} rule {at} of {origin}");
                    by_size[1].push(change(at, what, Edit::Peer(gap.peers.clone())));
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
                    let subject = scope_of(&gap.pod);
                    let what = format!("add a NetworkPolicy for {} that allows {way} of {who} on {on}", spell_scope(&subject));
                    by_size[3].push(change(0, what, Edit::Policy(beside(policy, subject, gap.side, new.clone()))));
                }
                None => {
                    let what = format!("add an {way} rule to {origin} that allows {who} on {on}");
                    by_size[2].push(change(section.rules.len(), what, Edit::Rule(new.clone())));
                }
            }
        }
        by_size.into_iter().flatten().collect()
    }

    /// Whether a rule is for the other ends of a gap, and for few others: it names pods by their labels, or single addresses.
    fn is_for(&self, rule: &Rule, gap: &Gap) -> bool {
        let Peers::Only(peers) = &rule.peers else { return false };
        let is_narrow = |peer: &Peer| match peer {
            Peer::Pods(scope) => !scope.pods.is_empty(),
            Peer::Block(block) => block.cidr.prefix_len() == block.cidr.max_prefix_len(),
            _ => false,
        };
        let families = || gap.flows.iter().map(|(_, family)| *family);
        let holds = |other: &Endpoint| families().any(|family| self.meets(&rule.peers, other, family).holds == Holds::Yes);
        peers.iter().all(is_narrow) && gap.others.iter().all(holds)
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

impl Gap {
    fn add(&mut self, other: &Endpoint, peers: Vec<Peer>, flow: (Flow, Family)) {
        if !self.others.contains(other) {
            self.others.push(other.clone());
        }
        for peer in peers {
            if !self.peers.contains(&peer) {
                self.peers.push(peer);
            }
        }
        self.flows.push(flow);
    }
}

impl Change {
    /// Does it to policies; false where there is nothing to do it to.
    fn apply(&self, model: &mut Model) -> bool {
        let Some(at) = model.policies.iter().position(|policy| policy.origin == self.policy) else { return false };
        if let Edit::Policy(policy) = &self.edit {
            model.policies.insert(at, policy.clone());
            return true;
        }
        let section = model.policies.get_mut(at).and_then(|policy| match self.side {
            Direction::Ingress => policy.ingress.as_mut(),
            Direction::Egress => policy.egress.as_mut(),
        });
        let Some(Section { rules, .. }) = section else { return false };
        if let Edit::Rule(rule) = &self.edit {
            rules.insert(self.rule.min(rules.len()), rule.clone());
            return true;
        }
        let Some(rule) = rules.get_mut(self.rule) else { return false };
        match (&self.edit, &mut rule.ports, &mut rule.peers) {
            (Edit::Ports(more), Ports::Only(ports), _) => ports.extend(more.iter().cloned()),
            (Edit::Peer(more), _, Peers::Only(peers)) => peers.extend(more.iter().cloned()),
            _ => return false,
        }
        true
    }
}

/// A policy of one rule beside another, which has no name yet.
fn beside(policy: &Policy, subject: Scope, direction: Direction, rule: Rule) -> Policy {
    let section = Some(Section { rules: vec![rule], end: End::Deny });
    let (ingress, egress) = if direction == Direction::Ingress { (section, None) } else { (None, section) };
    let origin = PolicyRef { name: Text::default(), ..policy.origin.clone() };
    Policy { origin, subject, ingress, egress, ..policy.clone() }
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

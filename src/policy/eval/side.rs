//! One side of a flow: what the policies that apply to one end in one direction let through.
//!
//! All ports are decided at once, as sets: a rule decides those of its ports that are still open (ANP-5). What matches perhaps may
//! decide and may not, so it adds to what can be allowed or denied and closes nothing. Policies of equal priority whose order means
//! nothing each see the ports that were open before any of them.

use super::meets::Met;
use super::{Effect, Endpoint, Evaluator, Flow, Step};
use crate::policy::dialect::{Holds, Point};
use crate::policy::model::{Action, Direction, End, Layer, Policy, PolicyRef, Rule, Section};
use crate::policy::ports::{Connection, PortSet};
use crate::policy::words::spell;
use crate::policy::world::Family;
use crate::snapshot::{Pod, PodContainer};

/// What one side lets through, and how it came to that.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Of the ports that were asked about
    pub open: Connection,
    /// In the order in which they decided
    pub steps: Vec<Step>,
}

impl Evaluator<'_> {
    pub(super) fn side(&self, direction: Direction, flow: &Flow, family: Family) -> Side {
        let (own, other) = match direction {
            Direction::Egress => (&flow.from, &flow.to),
            Direction::Ingress => (&flow.to, &flow.from),
        };
        let mut deciding = Deciding {
            by: self,
            direction,
            own,
            other,
            family,
            containers: self.containers(&flow.to),
            asked: &flow.ports,
            open: flow.ports.clone(),
            next: PortSet::none(),
            allow: PortSet::none(),
            deny: PortSet::none(),
            steps: Vec::new(),
        };
        match own {
            Endpoint::Pod(pod) => deciding.pod(pod, own),
            _ => deciding.finally(format!("policies are about pods, and {own} is none")),
        }
        deciding.done()
    }

    /// The containers that named ports are looked up in (NP-23).
    pub(super) fn containers<'a>(&self, destination: &'a Endpoint) -> &'a [PodContainer] {
        match destination {
            Endpoint::Pod(pod) if self.is_pod(destination) != Holds::No => &pod.containers,
            _ => &[],
        }
    }
}

/// A side while it is being decided.
struct Deciding<'a> {
    by: &'a Evaluator<'a>,
    direction: Direction,
    own: &'a Endpoint,
    other: &'a Endpoint,
    family: Family,
    containers: &'a [PodContainer],
    asked: &'a PortSet,
    /// Ports that may still be undecided in this layer
    open: PortSet,
    /// Ports that the next layer may have to decide
    next: PortSet,
    /// Ports that may be allowed
    allow: PortSet,
    /// Ports that may be denied
    deny: PortSet,
    steps: Vec<Step>,
}

/// Something that keeps policies from deciding.
enum Before {
    /// The whole side is decided.
    Decided(Effect, String),
    /// Or perhaps it is: it may be open whatever policies say.
    PerhapsOpen(Point),
    /// Policies that are not understood may decide otherwise.
    Unknown(PolicyRef, String),
}

impl Deciding<'_> {
    fn pod(&mut self, pod: &Pod, own: &Endpoint) {
        for before in self.before(pod, own) {
            match before {
                Before::Decided(effect, reason) => {
                    let of = if effect == Effect::Allow { &mut self.allow } else { &mut self.deny };
                    *of = of.union(&self.open);
                    self.step(None, None, None, effect, self.open.clone(), reason);
                    return;
                }
                Before::PerhapsOpen(point) => {
                    self.allow = self.asked.clone();
                    self.step(None, None, None, Effect::Unknown, self.asked.clone(), point.question().to_owned());
                    self.hangs_on(Some(point));
                }
                Before::Unknown(policy, reason) => {
                    (self.allow, self.deny) = (self.asked.clone(), self.asked.clone());
                    self.step(None, Some(&policy), None, Effect::Unknown, self.asked.clone(), reason);
                }
            }
        }
        let ignored = self.ignored(pod);
        let sections = |policy| self.section(policy, pod);
        let applying: Vec<(&Policy, &Section, Holds)> = self.by.model.policies.iter().filter_map(sections).collect();
        for layer in applying.chunk_by(|a, b| a.0.layer == b.0.layer) {
            self.layer(layer);
        }
        let ending = match (applying.is_empty(), ignored) {
            (false, _) => "nothing decides otherwise for",
            (true, 0) => "no policy selects",
            (true, _) => "no policy that has effect here selects",
        };
        self.finally(format!("{ending} {own} for {}, so it is open (NP-1)", self.direction.name()));
    }

    /// Names the policies that select the pod and have no effect here, and says how many they are.
    fn ignored(&mut self, pod: &Pod) -> usize {
        let by = self.by;
        let selects =
            |policy: &&Policy| policy.section(self.direction).is_some() && by.selects(&policy.subject, pod) != Holds::No;
        let all = by.model.policies.iter().filter(|policy| !by.dialect.enforces(&policy.origin));
        let found: Vec<_> = all.filter(selects).collect();
        for policy in &found {
            let reason = format!("nobody here enforces {}", policy.origin.kind);
            self.step(Some(policy.layer), Some(&policy.origin), None, Effect::NoMatch, PortSet::none(), reason);
        }
        found.len()
    }

    /// A policy with what it says of this direction, if it applies.
    fn section<'p>(&self, policy: &'p Policy, pod: &Pod) -> Option<(&'p Policy, &'p Section, Holds)> {
        let section = policy.section(self.direction)?;
        let applies = self.by.applies(policy, pod);
        (applies != Holds::No).then_some((policy, section, applies))
    }

    /// What stands before all policies, as far as the first that decides.
    fn before(&self, pod: &Pod, own: &Endpoint) -> Vec<Before> {
        let finished = |end: &Endpoint| match end {
            Endpoint::Pod(pod) => !self.by.dialect.counts(pod),
            _ => false,
        };
        if own == self.other {
            return vec![Before::Decided(Effect::Allow, "a pod can always reach itself (NP-31)".to_owned())];
        }
        if finished(own) {
            let reason = format!("{own} has ended and has no address any more (NP-32)");
            return vec![Before::Decided(Effect::Deny, reason)];
        }
        let mut before: Vec<Before> = self.strangers(pod).collect();
        let is_pod = self.by.is_pod(own);
        if is_pod == Holds::No {
            let reason = format!("{own} is on the network of its node, which policies are not about (NP-30)");
            before.push(Before::Decided(Effect::Allow, reason));
        } else if is_pod == Holds::Maybe {
            before.push(Before::PerhapsOpen(Point::HostPodsArePods));
        }
        before.extend(self.own_node(pod));
        before
    }

    /// The policies that are not understood and may apply.
    fn strangers(&self, pod: &Pod) -> impl Iterator<Item = Before> {
        let is_pod = if pod.host_network { self.by.dialect.holds(Point::HostPodsArePods) } else { Holds::Yes };
        let strangers = self.by.model.strangers.iter().filter(move |one| one.reaches(&pod.namespace, is_pod));
        let heeded = strangers.filter(|one| self.by.dialect.heeds(one));
        heeded.map(|one| Before::Unknown(one.origin.clone(), one.why.to_string()))
    }

    /// NP-31: what comes from the pod's own node is open; what goes there is open to some CNIs.
    fn own_node(&self, pod: &Pod) -> Option<Before> {
        let (node, is_node) = match self.other {
            Endpoint::Node(node) => (&node.name, Holds::Yes),
            Endpoint::Pod(other) if other.host_network => (
                &other.node,
                match self.by.is_pod(self.other) {
                    Holds::Yes => Holds::No,
                    Holds::Maybe => Holds::Maybe,
                    Holds::No => Holds::Yes,
                },
            ),
            _ => return None,
        };
        if node.is_empty() || *node != pod.node {
            return None;
        }
        let (way, open) = match self.direction {
            Direction::Ingress => ("comes from", Holds::Yes),
            Direction::Egress => ("goes to", self.by.dialect.holds(Point::OwnNodeIsOpen)),
        };
        match open.min(is_node) {
            Holds::Yes => Some(Before::Decided(Effect::Allow, format!("it {way} the node that the pod runs on (NP-31)"))),
            Holds::Maybe => Some(Before::PerhapsOpen(Point::OwnNodeIsOpen)),
            Holds::No => None,
        }
    }

    /// The policies of one layer, in the order in which they decide.
    fn layer(&mut self, policies: &[(&Policy, &Section, Holds)]) {
        if self.open.is_empty() {
            return;
        }
        let mut isolates = Holds::No;
        let by_name = self.by.dialect.holds(Point::TiesByName) == Holds::Yes;
        let tied =
            |a: &Policy, b: &Policy| a.layer == Layer::NetworkPolicy || (!by_name && a.priority.total_cmp(&b.priority).is_eq());
        for group in policies.chunk_by(|a, b| tied(a.0, b.0)) {
            if self.open.is_empty() {
                break;
            }
            let mut decided = PortSet::none();
            for (policy, section, applies) in group {
                decided = decided.union(&self.policy(policy, section, *applies));
                if section.end == End::Deny {
                    isolates = isolates.max(*applies);
                }
            }
            self.open = self.open.minus(&decided);
        }
        self.end_layer(policies, isolates);
    }

    fn end_layer(&mut self, policies: &[(&Policy, &Section, Holds)], isolates: Holds) {
        let rest = std::mem::take(&mut self.open);
        if isolates != Holds::No && !rest.is_empty() {
            self.deny = self.deny.union(&rest);
            let isolating = policies.iter().filter(|(_, section, _)| section.end == End::Deny);
            let names: Vec<String> = isolating.map(|(policy, ..)| policy.origin.name.to_string()).collect();
            let effect = if isolates == Holds::Yes { Effect::Deny } else { Effect::Unknown };
            let who = if names.len() == 1 { "isolates" } else { "isolate" };
            let ports = if rest.is_all() { "any port".to_owned() } else { rest.to_string() };
            let surely = if rest.intersection(&self.allow).is_empty() { "" } else { " for sure" };
            let reason = format!("{} {who} it, and no rule admits {ports}{surely} (NP-2)", names.join(", "));
            self.step(policies.first().map(|one| one.0.layer), None, None, effect, rest.clone(), reason);
        }
        let goes_on = if isolates == Holds::Yes { PortSet::none() } else { rest };
        self.open = goes_on.union(&std::mem::take(&mut self.next));
    }

    /// The rules of one policy; the ports that it decides for sure.
    fn policy(&mut self, policy: &Policy, section: &Section, applies: Holds) -> PortSet {
        if section.end == End::Deny || applies == Holds::Maybe {
            let effect = if applies == Holds::Yes { Effect::Isolates } else { Effect::Unknown };
            let reason = match applies {
                Holds::Maybe => self.why_perhaps(policy),
                _ => format!(
                    "selects {}, so only what a rule admits is open for {} (NP-1)",
                    selects(policy),
                    self.direction.name()
                ),
            };
            self.step(Some(policy.layer), Some(&policy.origin), None, effect, self.open.clone(), reason);
            self.hangs_on(self.doubt(policy).filter(|_| applies == Holds::Maybe));
        }
        let (mut open, mut decided) = (self.open.clone(), PortSet::none());
        for (at, rule) in section.rules.iter().enumerate() {
            let met = self.by.meets(&rule.peers, self.other, self.family);
            let Matched { sure, perhaps: ports, open_point } = self.ports(rule, &met);
            let (hit, sure) = (ports.intersection(&open), sure.intersection(&open));
            let holds = if hit.is_empty() { Holds::No } else { met.holds.min(applies) };
            let why = match met.holds {
                Holds::No => met.why,
                _ if ports.intersection(self.asked).is_empty() => missed_ports(rule, &ports),
                _ if hit.is_empty() => "earlier rules decided these ports".to_owned(),
                _ if sure != hit => format!("{}, on {}; {}", met.why, spell_ports(&ports), open_point.question()),
                _ => format!("{}, on {}", met.why, spell_ports(&ports)),
            };
            let unread = rule.unread.as_ref().map(|unread| format!("; {unread}")).unwrap_or_default();
            let effect = match holds {
                Holds::No => Effect::NoMatch,
                Holds::Yes if sure == hit => rule.action.into(),
                Holds::Yes | Holds::Maybe => Effect::Unknown,
            };
            let hangs_on = if met.holds == Holds::Yes && sure != hit { Some(open_point) } else { met.hangs_on };
            self.step(Some(policy.layer), Some(&policy.origin), Some(at), effect, hit.clone(), why + &unread);
            self.hangs_on(hangs_on);
            if holds != Holds::No {
                let sink = match rule.action {
                    Action::Allow => &mut self.allow,
                    Action::Deny => &mut self.deny,
                    Action::Pass => &mut self.next,
                };
                *sink = sink.union(&hit);
            }
            if holds == Holds::Yes {
                open = open.minus(&sure);
                decided = decided.union(&sure);
            }
        }
        decided
    }

    /// What whether a policy applies hangs on, if it is not labels.
    fn doubt(&self, policy: &Policy) -> Option<Point> {
        self.open_labels(policy).is_none().then_some(Point::HostPodsArePods)
    }

    /// Why it cannot be told whether a policy applies.
    fn why_perhaps(&self, policy: &Policy) -> String {
        self.open_labels(policy).unwrap_or_else(|| Point::HostPodsArePods.question().to_owned())
    }

    /// The labels on which it hangs whether a policy applies, as a sentence.
    fn open_labels(&self, policy: &Policy) -> Option<String> {
        let Endpoint::Pod(pod) = self.own else { return None };
        self.by.open_labels(&policy.subject, pod)
    }

    /// The ports that a rule whose peers are met is about. Those by name need a destination that is a pod, and a peer that finds
    /// names (NP-23).
    fn ports(&self, rule: &Rule, met: &Met) -> Matched {
        let (fixed, all) = (rule.ports.resolve(&[]), rule.ports.resolve(self.containers));
        let (known, open_point) = if self.direction == Direction::Ingress || fixed == all {
            (Holds::Yes, Point::HostPodsArePods)
        } else if self.by.is_pod(self.other) == Holds::Maybe {
            (self.by.meets_by_name(&rule.peers, self.other, self.family).min(Holds::Maybe), Point::HostPodsArePods)
        } else {
            // Whether the peer holds is said already; here only whether it finds names.
            let known = self.by.meets_by_name(&rule.peers, self.other, self.family);
            (if known == met.holds { Holds::Yes } else { known }, Point::BlocksKnowPortNames)
        };
        match known {
            Holds::No => Matched { sure: fixed.clone(), perhaps: fixed, open_point },
            Holds::Maybe => Matched { sure: fixed, perhaps: all, open_point },
            Holds::Yes => Matched { sure: all.clone(), perhaps: all, open_point },
        }
    }

    /// After the last layer everything is open.
    fn finally(&mut self, reason: String) {
        if !self.open.is_empty() {
            self.allow = self.allow.union(&self.open);
            self.step(None, None, None, Effect::Allow, self.open.clone(), reason);
        }
    }

    fn step(
        &mut self,
        layer: Option<Layer>,
        policy: Option<&PolicyRef>,
        rule: Option<usize>,
        effect: Effect,
        ports: PortSet,
        reason: String,
    ) {
        let (side, policy) = (self.direction, policy.cloned());
        self.steps.push(Step { side, layer, policy, rule, effect, ports, reason, hangs_on: None });
    }

    /// The last step hangs on that.
    fn hangs_on(&mut self, point: Option<Point>) {
        if let Some(step) = self.steps.last_mut() {
            step.hangs_on = point;
        }
    }

    fn done(self) -> Side {
        Side { open: Connection { sure: self.asked.minus(&self.deny), maybe: self.allow }, steps: self.steps }
    }
}

/// The ports that a rule matches.
struct Matched {
    sure: PortSet,
    /// The sure ones too
    perhaps: PortSet,
    /// What the others hang on
    open_point: Point,
}

/// Ports, as the end of a sentence.
fn spell_ports(ports: &PortSet) -> String {
    if ports.is_all() { "every port".to_owned() } else { ports.to_string() }
}

/// The pods that a policy selects, as people write them.
fn selects(policy: &Policy) -> String {
    if policy.subject.pods.is_empty() { "all pods".to_owned() } else { format!("pods {}", spell(&policy.subject.pods)) }
}

/// Why a rule is not about the ports that were asked about.
fn missed_ports(rule: &Rule, ports: &PortSet) -> String {
    if ports.is_empty() && rule.ports.depend_on_destination() {
        return "the destination has no container port of that name and protocol (NP-23)".to_owned();
    }
    format!("it is about {}", if ports.is_empty() { "no port".to_owned() } else { ports.to_string() })
}

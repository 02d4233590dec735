//! A question about a flow as people ask it, answered: who with whom, on which ports, in one verdict with all its reasons.
//!
//! A workload or a Service is the pods behind it. Those that policies can tell apart are asked about one by one, and the answer says
//! where they differ. It does not know where the question comes from, nor how the answer is shown.

use super::dialect::Dialect;
use super::ends::{Directory, Group, Named};
use super::eval::{Change, Decision, Endpoint, Evaluator, Flow, Verdict};
use super::model::Model;
use super::ports::{Connection, PortSet};
use super::world::World;
use crate::snapshot::Snapshot;
use std::net::IpAddr;

/// Most pairs of pods that are asked about one by one.
const MOST: usize = 1000;

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Who calls, such as `shop/Deployment/web`
    pub from: String,
    /// Who is called
    pub to: String,
    /// The ports that were asked about
    pub asked: PortSet,
    /// All cases together
    pub verdict: Verdict,
    /// What is open in every case, and what may be in some
    pub open: Connection,
    /// Where pods differ, one for each way; never empty
    pub cases: Vec<Case>,
    /// What would admit all that is denied, if it can be told
    pub changes: Vec<Change>,
    /// What one has to know of the answer, as sentences
    pub notes: Vec<String>,
}

/// Pairs of ends that are decided alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// One of the flows, with the ports of its destination
    pub flow: Flow,
    /// How many pairs are like it
    pub pairs: usize,
    /// Once for each family of addresses that both ends have; empty if they have none in common
    pub decisions: Vec<Decision>,
    /// All families together
    pub verdict: Verdict,
}

/// Answers `from`, `to`: `ns/pod`, `ns/kind/name` or an address. Errors: a name that stands for nothing, as a sentence.
pub fn explain(
    snapshot: &Snapshot,
    model: &Model,
    dialect: &Dialect,
    (from, to): (&str, &str),
    asked: PortSet,
) -> Result<Explanation, String> {
    let world = World::of(snapshot);
    let directory = Directory { world: &world, services: &snapshot.services, dialect };
    let from = calling(directory, from)?;
    let (to, mut notes) = called(directory, to, &asked)?;
    let by = Evaluator { model, world: &world, dialect };
    let (flows, left_out) = flows(&from, &to, &asked, model);
    let mut cases: Vec<Case> = Vec::new();
    let all: Vec<Flow> = flows.iter().map(|(flow, _)| flow.clone()).collect();
    for (flow, pairs) in flows {
        let case = case(&by, flow, pairs);
        match cases.iter_mut().find(|known| known.is_like(&case)) {
            Some(known) => known.pairs += case.pairs,
            None => cases.push(case),
        }
    }
    let verdict = match Verdict::together(cases.iter().map(|case| case.verdict)) {
        Some(verdict) if left_out == 0 || verdict == Verdict::Depends => verdict,
        _ => Verdict::Unknown,
    };
    let changes = if left_out == 0 { by.changes(&all) } else { Vec::new() };
    notes.extend(self::notes(&cases, left_out, dialect));
    let open = if left_out == 0 { open(&cases) } else { Connection { sure: PortSet::none(), maybe: asked.clone() } };
    Ok(Explanation { from: from.title, to: to.title, asked, verdict, open, cases, changes, notes })
}

/// Who calls. Errors: it is nobody, as a sentence.
fn calling(directory: Directory<'_>, text: &str) -> Result<Named, String> {
    let found = directory.find(text)?;
    match (text.parse::<IpAddr>(), &found.service) {
        (Ok(ip), Some(_)) => Err(format!("{ip}: it is the address of {}, from which nobody calls", found.title)),
        _ => Ok(found),
    }
}

/// Who is called, and what one has to know of that. Errors: it is nobody, or a Service without such a port, as a sentence.
fn called(directory: Directory<'_>, text: &str, asked: &PortSet) -> Result<(Named, Vec<String>), String> {
    let found = directory.find(text)?;
    found.check(asked)?;
    let mut notes = Vec::new();
    if let (Ok(ip), Some(_)) = (text.parse::<IpAddr>(), &found.service) {
        notes.push(format!("{ip} is the address of {}", found.title));
    }
    if found.service.as_ref().is_some_and(|service| service.headless) {
        notes.push(format!("{} is headless: it leads to the pods themselves, on their own ports", found.title));
    }
    Ok((found, notes))
}

/// The flows to ask about, each with how many are like it, and how many more there would be.
fn flows(from: &Named, to: &Named, asked: &PortSet, model: &Model) -> (Vec<(Flow, usize)>, usize) {
    let is_host = |end: &Endpoint| match end {
        Endpoint::Pod(pod) => pod.host_network,
        Endpoint::Node(_) => true,
        Endpoint::Outside(_) => false,
    };
    let by_node = from.ends.iter().chain(&to.ends).any(is_host);
    let (callers, called) = (from.groups(model, by_node), to.groups(model, by_node));
    let pairs = callers.iter().flat_map(|a| called.iter().map(move |b| (a, b)));
    let mut flows: Vec<(Flow, usize)> = pairs
        .filter_map(|(a, b)| pair(a, b))
        .map(|(a, b, count)| {
            let ports = to.ports(&b, asked);
            (Flow { from: a, to: b, ports }, count)
        })
        .collect();
    // A pod without the port that a Service leads to is not behind that.
    if flows.iter().any(|(flow, _)| !flow.ports.is_empty()) {
        flows.retain(|(flow, _)| !flow.ports.is_empty());
    }
    // A pod alone with itself is all that was asked about.
    if flows.is_empty()
        && let (Some(a), Some(b)) = (from.ends.first(), to.ends.first())
    {
        flows.push((Flow { from: a.clone(), to: b.clone(), ports: to.ports(b, asked) }, 1));
    }
    let left_out = flows.len().saturating_sub(MOST);
    flows.truncate(MOST);
    (flows, left_out)
}

/// Two different ends of two groups, and how many such pairs there are; none if both are one and the same end.
fn pair(a: &Group, b: &Group) -> Option<(Endpoint, Endpoint, usize)> {
    if a.first != b.first {
        return Some((a.first.clone(), b.first.clone(), a.count * b.count));
    }
    let second = b.second.clone()?;
    Some((a.first.clone(), second, a.count * (b.count - 1)))
}

fn case(by: &Evaluator<'_>, flow: Flow, pairs: usize) -> Case {
    let decisions = by.decide(&flow);
    let verdict = match Verdict::together(decisions.iter().map(|decision| decision.verdict)) {
        // A Service port that no container has leads nowhere; neither does a family that only one end has.
        _ if flow.ports.is_empty() => Verdict::Deny,
        verdict => verdict.unwrap_or(Verdict::Deny),
    };
    Case { flow, pairs, decisions, verdict }
}

impl Explanation {
    /// The case that the steps are told of: the worst.
    pub fn told(&self) -> Option<&Case> {
        let worst = [Verdict::Deny, Verdict::Depends, Verdict::Unknown, Verdict::Allow];
        worst.into_iter().find_map(|verdict| self.cases.iter().find(|case| case.verdict == verdict))
    }

    /// Whether that case has the same steps over every family of addresses.
    pub fn is_alike(&self) -> bool {
        let way =
            |decision: &Decision| decision.steps().map(|step| (step.policy.clone(), step.rule, step.effect)).collect::<Vec<_>>();
        self.told().is_none_or(|case| case.decisions.windows(2).all(|two| way(&two[0]) == way(&two[1])))
    }
}

impl Case {
    /// Whether both are decided alike, step by step.
    fn is_like(&self, other: &Self) -> bool {
        let way = |case: &Self| -> Vec<_> {
            let step = |decision: &Decision| decision.steps().map(|s| (s.policy.clone(), s.rule, s.effect)).collect::<Vec<_>>();
            case.decisions.iter().map(|decision| (decision.family, decision.verdict, step(decision))).collect()
        };
        self.flow.ports == other.flow.ports && self.verdict == other.verdict && way(self) == way(other)
    }
}

/// What is open in every case, and what may be in some.
fn open(cases: &[Case]) -> Connection {
    let all = || cases.iter().flat_map(|case| &case.decisions).map(|decision| &decision.open);
    let is_cut_off = cases.iter().any(|case| case.decisions.is_empty());
    let sure = all().map(|open| open.sure.clone()).reduce(|a, b| a.intersection(&b)).filter(|_| !is_cut_off);
    Connection { sure: sure.unwrap_or_default(), maybe: all().map(|open| open.maybe.clone()).collect() }
}

fn notes(cases: &[Case], left_out: usize, dialect: &Dialect) -> Vec<String> {
    let mut notes = Vec::new();
    for case in cases.iter().filter(|case| case.decisions.is_empty()) {
        notes.push(format!("{} and {} have no family of addresses in common", case.flow.from, case.flow.to));
    }
    for case in cases.iter().filter(|case| case.flow.ports.is_empty()) {
        notes.push(format!("{} has no container port behind the port of the Service", case.flow.to));
    }
    let families = |case: &&Case| case.decisions.windows(2).any(|two| two[0].verdict != two[1].verdict);
    for case in cases.iter().filter(families) {
        let said = |decision: &Decision| format!("{} over {}", decision.verdict.name(), decision.family.name());
        notes.push(case.decisions.iter().map(said).collect::<Vec<_>>().join(", "));
    }
    if left_out > 0 {
        notes.push(format!("{left_out} more pairs of pods that policies can tell apart were not asked about"));
    }
    let mut steps = cases.iter().flat_map(|case| &case.decisions).flat_map(Decision::steps);
    if dialect.cni.is_none() && steps.any(|step| step.hangs_on.is_some()) {
        notes.push("which CNI runs here is not known; --cni NAME says so, or --cni spec".to_owned());
    }
    notes
}

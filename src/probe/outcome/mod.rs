//! What a tape means: per flow, per node and direction, and for the cluster.
//!
//! A denied flow counts only if it passed right before the policy was written and again after it was removed; what does not count
//! is inconclusive and says why, and is never taken for enforced.

use super::plan::{Flow, Plan};
use super::tape::{Answer, CONFIRM, Denial, Tape};
use crate::policy::Direction;
use crate::snapshot::{MeasuredNode, Protocol, SideVerdict, Text};
use jiff::Timestamp;
use std::time::Duration;

/// What a probe found.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// All nodes and directions together.
    pub verdict: Verdict,
    /// Every node that was meant.
    pub nodes: Vec<NodeOutcome>,
    /// Every flow under each policy.
    pub flows: Vec<FlowOutcome>,
    /// Why the run ended early.
    pub cut_short: Option<String>,
}

/// All nodes and directions together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everywhere.
    Enforced,
    /// Nowhere, as far as it could be measured.
    NotEnforced,
    /// Here and not there.
    Partial,
    /// Not measured everywhere, and nowhere found missing.
    Inconclusive,
}

/// What was found on a node.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeOutcome {
    /// Name
    pub name: Text,
    /// Policies on what is called there.
    pub ingress: SideOutcome,
    /// Policies on what calls from there.
    pub egress: SideOutcome,
}

/// One direction on a node.
#[derive(Debug, Clone, PartialEq)]
pub struct SideOutcome {
    /// Whether policies are enforced.
    pub verdict: SideVerdict,
    /// Why it is so or could not be told; what was not counted.
    pub reason: Option<String>,
    /// From policy written to the last of its flows cut.
    pub cut: Option<Interval>,
    /// From policy removed to the last of them back.
    pub back: Option<Interval>,
}

/// A span of time whose end is known to lie in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// At the latest.
    pub within: Duration,
    /// Less so much, at the earliest.
    pub resolution: Duration,
}

/// A flow under a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowOutcome {
    /// Position among the flows of the plan.
    pub flow: usize,
    /// What was denied.
    pub direction: Direction,
    /// What it did.
    pub measured: Measured,
    /// The quickest answer without policy. It contains the way to the client through the API server.
    pub connect: Option<Duration>,
    /// Tries under the policy that passed, of how many.
    pub passed: (usize, usize),
}

/// What a denied flow did.
#[derive(Debug, Clone, PartialEq)]
pub enum Measured {
    /// It passed to the end.
    Open,
    /// It was cut, and back afterwards.
    Closed {
        /// From policy written.
        cut: Interval,
        /// From policy removed.
        back: Interval,
    },
    /// It does not count.
    Inconclusive(String),
}

impl Verdict {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::NotEnforced => "not-enforced",
            Self::Partial => "partial",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl NodeOutcome {
    /// What was found in one direction.
    pub const fn side(&self, direction: Direction) -> &SideOutcome {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

impl Outcome {
    /// What is worth remembering: the nodes, each with the agents that it holds for.
    pub fn measured(&self, taken_at: Timestamp, agents: impl Fn(&str) -> Vec<String>) -> Vec<MeasuredNode> {
        let node = |node: &NodeOutcome| MeasuredNode {
            name: node.name.clone(),
            taken_at,
            agents: agents(&node.name),
            ingress: node.ingress.verdict,
            egress: node.egress.verdict,
        };
        self.nodes.iter().map(node).collect()
    }
}

/// Judges a run.
pub fn outcome(plan: &Plan, tape: &Tape) -> Outcome {
    let flows = plan.flows();
    let judged: Vec<FlowOutcome> = Direction::BOTH
        .iter()
        .flat_map(|direction| (0..flows.len()).map(|flow| judge(plan, tape, &flows, flow, *direction)))
        .collect();
    let probed = plan.nodes.iter().enumerate().map(|(at, name)| {
        let side = |direction| side(tape, &flows, &judged, at, direction);
        NodeOutcome { name: name.clone(), ingress: side(Direction::Ingress), egress: side(Direction::Egress) }
    });
    let left_out = plan.left_out.iter().map(|(name, why)| {
        let side = SideOutcome { verdict: SideVerdict::Inconclusive, reason: Some(why.clone()), cut: None, back: None };
        NodeOutcome { name: name.clone(), ingress: side.clone(), egress: side }
    });
    let nodes: Vec<NodeOutcome> = probed.chain(left_out).collect();
    Outcome { verdict: verdict(&nodes), nodes, flows: judged, cut_short: tape.cut_short.clone() }
}

fn verdict(nodes: &[NodeOutcome]) -> Verdict {
    let sides = || nodes.iter().flat_map(|node| [node.ingress.verdict, node.egress.verdict]);
    let any = |verdict| sides().any(|side| side == verdict);
    match (any(SideVerdict::NotEnforced), any(SideVerdict::Enforced), any(SideVerdict::Inconclusive)) {
        (true, true, _) => Verdict::Partial,
        (true, false, _) => Verdict::NotEnforced,
        (false, true, false) => Verdict::Enforced,
        (false, ..) => Verdict::Inconclusive,
    }
}

fn judge(plan: &Plan, tape: &Tape, flows: &[Flow], flow: usize, direction: Direction) -> FlowOutcome {
    let denial = tape.denials.iter().find(|denial| denial.direction == direction);
    let until = denial.map_or(Duration::MAX, |denial| denial.sent);
    let connect = tape.between(flow, Duration::ZERO, until).filter(|one| one.answer == Answer::Open).map(|one| one.took).min();
    let under = denial.and_then(|denial| Some((*denial.written.as_ref().ok()?, denial.removed.unwrap_or(Duration::MAX))));
    let mut passed = (0, 0);
    if let Some((written, removed)) = under {
        for one in tape.between(flow, written, removed) {
            passed.0 += usize::from(one.answer == Answer::Open);
            passed.1 += 1;
        }
    }
    let measured = measure(plan, tape, flows[flow], flow, denial).unwrap_or_else(Measured::Inconclusive);
    FlowOutcome { flow, direction, measured, connect, passed }
}

/// What a flow did under a denial; the error is why it does not count.
fn measure(plan: &Plan, tape: &Tape, ends: Flow, flow: usize, denial: Option<&Denial>) -> Result<Measured, String> {
    if let Some((_, why)) = tape.absent.iter().find(|(node, _)| *node == ends.from || *node == ends.to) {
        return Err(why.clone());
    }
    let sent = denial.map_or(Duration::MAX, |denial| denial.sent);
    let has_control = tape.between(flow, Duration::ZERO, sent).next().is_some_and(|last| last.answer == Answer::Open);
    let denial = match (denial, &tape.cut_short) {
        (Some(denial), _) if has_control => denial,
        (None, Some(why)) => return Err(why.clone()),
        _ => return Err(no_control(tape, flow, sent)),
    };
    let written = denial.written.clone().map_err(|why| format!("the policy was not taken: {why}"))?;
    let removed = denial.removed.unwrap_or(Duration::MAX);
    let Some(last) = tape.between(flow, written, removed).next() else {
        return Err(unasked(tape, flow, written).unwrap_or_else(|| "not tried under the policy".to_owned()));
    };
    if !tape.is_cut_between(flow, written, removed) {
        // Closed too late to be sure, or too seldom: it passed longer than anybody waits for a policy.
        let is_told = last.answer == Answer::Open && tape.between(flow, written, removed).count() >= CONFIRM;
        let watched = removed.min(last.end()).saturating_sub(written) >= plan.watch / 2;
        return if is_told && watched { Ok(Measured::Open) } else { Err("the run ended before it could be told".to_owned()) };
    }
    let closed = tape.between(flow, written, removed).take_while(|one| one.answer == Answer::Closed).last();
    let begun = closed.map_or(written, |first| first.at);
    let open = tape.between(flow, Duration::ZERO, begun).find(|one| one.answer == Answer::Open).map_or(written, |one| one.at);
    let cut = Interval { within: begun.saturating_sub(written), resolution: begun.saturating_sub(open) };
    let after = |one: &&super::Try| one.answer == Answer::Open && one.end() > removed;
    let Some(first) = tape.tries[flow].iter().filter(|one| one.at >= written).find(after) else {
        return Err("it was cut, and did not come back when the policy was removed".to_owned());
    };
    let before = tape.tries[flow].iter().take_while(|one| one.at < first.at).filter(|one| one.answer == Answer::Closed).last();
    let since = before.map_or(removed, |one| one.at.max(removed));
    let back = Interval { within: first.end().saturating_sub(removed), resolution: first.end().saturating_sub(since) };
    Ok(Measured::Closed { cut, back })
}

/// Why a flow had no control.
fn no_control(tape: &Tape, flow: usize, until: Duration) -> String {
    let tries = tape.between(flow, Duration::ZERO, until).count();
    match unasked(tape, flow, Duration::ZERO) {
        Some(why) if tries == 0 => why,
        _ if tape.between(flow, Duration::ZERO, until).any(|one| one.answer == Answer::Open) => {
            "it did not pass reliably without a policy".to_owned()
        }
        _ => format!("no answer without a policy either, {tries} tries"),
    }
}

/// Why a client could not be asked, the last time that it could not.
fn unasked(tape: &Tape, flow: usize, since: Duration) -> Option<String> {
    let mut tries = tape.tries.get(flow)?.iter().rev().filter(|one| one.at >= since);
    tries.find_map(|one| if let Answer::Unasked(why) = &one.answer { Some(why.clone()) } else { None })
}

/// What the flows that end or begin on a node say of one direction there.
fn side(tape: &Tape, flows: &[Flow], judged: &[FlowOutcome], node: usize, direction: Direction) -> SideOutcome {
    let is_of = |flow: &Flow| match direction {
        Direction::Ingress => flow.to == node,
        Direction::Egress => flow.from == node,
    };
    let own: Vec<&FlowOutcome> = judged.iter().filter(|one| one.direction == direction && is_of(&flows[one.flow])).collect();
    let which = |fits: &dyn Fn(&Measured) -> bool| -> Vec<Flow> {
        own.iter().filter(|one| fits(&one.measured)).map(|one| flows[one.flow]).collect()
    };
    let open = which(&|measured| *measured == Measured::Open);
    let cut = which(&|measured| matches!(measured, Measured::Closed { .. }));
    let doubt = own.iter().find_map(|one| if let Measured::Inconclusive(why) = &one.measured { Some(why.clone()) } else { None });
    let uncounted = own.len() - open.len() - cut.len();
    let has = |protocol| cut.iter().any(|flow| flow.protocol == protocol);
    let (verdict, reason) = if !open.is_empty() {
        let only = (!cut.is_empty()).then(|| format!("{} passed, {} not", spelt(&open, &cut), spelt(&cut, &open)));
        (SideVerdict::NotEnforced, only)
    } else if has(Protocol::Tcp) && has(Protocol::Udp) {
        let less = doubt.map(|why| format!("{uncounted} of {} flows not counted: {why}", own.len()));
        (SideVerdict::Enforced, less)
    } else {
        // Of its own pods a node knows better what is wrong than of the others that it calls.
        let here = tape.absent.iter().find(|(at, _)| *at == node).map(|(_, why)| why.clone());
        (SideVerdict::Inconclusive, here.or(doubt).or_else(|| Some("not tried".to_owned())))
    };
    let times = |pick: fn(&Measured) -> Option<Interval>| own.iter().filter_map(|one| pick(&one.measured)).max();
    let is_enforced = verdict == SideVerdict::Enforced;
    let cut = times(|measured| if let Measured::Closed { cut, .. } = measured { Some(*cut) } else { None });
    let back = times(|measured| if let Measured::Closed { back, .. } = measured { Some(*back) } else { None });
    SideOutcome { verdict, reason, cut: cut.filter(|_| is_enforced), back: back.filter(|_| is_enforced) }
}

/// What sets flows apart from others, as far as it does: protocols, else addresses, else that they are some.
fn spelt(these: &[Flow], others: &[Flow]) -> String {
    let apart = |key: &dyn Fn(&Flow) -> String| {
        let mut names: Vec<String> = these.iter().map(key).collect();
        names.sort();
        names.dedup();
        (!others.iter().any(|other| names.contains(&key(other)))).then(|| names.join(" and "))
    };
    apart(&|flow| flow.protocol.name().to_owned())
        .or_else(|| apart(&|flow| format!("by {} address", flow.through.name())))
        .or_else(|| apart(&|flow| if flow.from == flow.to { "on the node" } else { "between nodes" }.to_owned()))
        .unwrap_or_else(|| format!("{} flows", these.len()))
}

#[cfg(test)]
mod tests;

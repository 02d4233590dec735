//! Probes: what a plan would do and what an outcome means, in words.

use super::{FactRow, Role, count, counted};
use crate::probe::{NAMESPACE, ObjectKind, Outcome, Plan, Right, SideOutcome, SideVerdict, Through, Verdict};
use crate::snapshot::Text;
use std::time::Duration;

/// The sign and role of one direction on a node.
pub const fn side_sign(verdict: SideVerdict) -> (&'static str, Role) {
    match verdict {
        SideVerdict::Enforced => ("✓", Role::Good),
        SideVerdict::NotEnforced => ("✗", Role::Bad),
        SideVerdict::Inconclusive => ("?", Role::Unknown),
    }
}

/// How soon flows of one direction were cut and back, each with how finely that was told: `0.3s (to 0.1s)`; empty where it was not.
pub fn time_words(side: &SideOutcome) -> [String; 2] {
    [side.cut, side.back]
        .map(|time| time.map_or_else(String::new, |time| format!("{} (to {})", tenths(time.within), tenths(time.resolution))))
}

fn tenths(time: Duration) -> String {
    format!("{:.1}s", time.as_secs_f64())
}

/// What a plan would do: what it creates, asks and costs, and what is lacking.
pub fn plan_rows(plan: &Plan, missing: &[Right]) -> Vec<FactRow> {
    let objects = plan.objects();
    let number = |kind| objects.iter().filter(|object| object.kind == kind).count();
    let flows = plan.flows();
    let direct = flows.iter().filter(|flow| flow.through == Through::Pod).count();
    let nodes = list(plan.nodes.iter().map(Text::as_str));
    let known = |label, text: String| FactRow { label, sign: None, text };
    let [pods, services] = [number(ObjectKind::Pod), number(ObjectKind::Service)];
    let mut rows = vec![
        known("namespace", format!("{NAMESPACE}, PodSecurity restricted, unless it is there to stay")),
        known(
            "pods",
            format!("{}, a server and a client on {} of {} nodes: {nodes}", count(pods), plan.nodes.len(), count(plan.of)),
        ),
        known("services", format!("{}, one before each server", count(services))),
        known(
            "policies",
            "2 NetworkPolicies, one after the other: no ingress to the servers, no egress from the clients".to_owned(),
        ),
        known("image", format!("{}; 10m CPU and 16Mi each, at most 200m and 64Mi", plan.image)),
        known(
            "asks",
            format!(
                "{}, {direct} by pod address and {} by Service, TCP and UDP, on a node and between nodes",
                counted(flows.len(), "flow", "flows"),
                flows.len() - direct
            ),
        ),
        known("control", "every flow without a policy before and after; a denied flow counts only if it passed both".to_owned()),
        known(
            "costs",
            format!(
                "at most {}s; a try of each flow every {} ms; none leaves the cluster",
                plan.longest().as_secs(),
                plan.every().as_millis()
            ),
        ),
    ];
    for (node, why) in &plan.left_out {
        rows.push(FactRow { label: "left out", sign: Some(("?", Role::Unknown)), text: format!("{node} {why}") });
    }
    match missing {
        [] => rows.push(FactRow { label: "rights", sign: Some(("✓", Role::Good)), text: "all that it uses".to_owned() }),
        missing => rows.extend(missing.iter().map(|right| {
            let gives = right.rule.map_or_else(
                || ", not needed where the namespace is there: cnitui rbac probe has it".to_owned(),
                |rule| format!(", rule {rule} of cnitui rbac probe gives it"),
            );
            FactRow { label: "right", sign: Some(("✗", Role::Bad)), text: format!("{} is missing{gives}", right.words()) }
        })),
    }
    rows.push(known(
        "if cut short",
        "each object is noted before it is made; cnitui probe cleanup removes what is left".to_owned(),
    ));
    rows
}

/// The outcome in one sentence, with its sign.
pub fn probe_sentence(outcome: &Outcome) -> ((&'static str, Role), String) {
    let all = outcome.nodes.len();
    let is_open = |side: &SideOutcome| side.verdict == SideVerdict::NotEnforced;
    let open: Vec<String> = outcome
        .nodes
        .iter()
        .filter_map(|node| match (is_open(&node.ingress), is_open(&node.egress)) {
            (true, true) => Some(node.name.to_string()),
            (true, false) => Some(format!("{} (ingress)", node.name)),
            (false, true) => Some(format!("{} (egress)", node.name)),
            (false, false) => None,
        })
        .collect();
    let open = list(open.iter().map(String::as_str));
    let sides = outcome.nodes.iter().flat_map(|node| [&node.ingress, &node.egress]);
    let unknown = sides.filter(|side| side.verdict == SideVerdict::Inconclusive).find_map(|side| side.reason.clone());
    let doubt = unknown.as_ref().map_or_else(String::new, |why| format!(" Not everything could be measured: {why}."));
    let why = || outcome.cut_short.clone().or(unknown.clone()).unwrap_or_else(|| "nothing was tried".to_owned());
    match outcome.verdict {
        Verdict::Enforced => (("✓", Role::Good), format!("Enforced on {}, measured.", counted(all, "node", "nodes"))),
        Verdict::NotEnforced => (("✗", Role::Bad), format!("Not enforced, measured: denied flows passed on {open}.{doubt}")),
        Verdict::Partial => (("!", Role::Warn), format!("Partly enforced, measured. Denied flows passed on {open}.{doubt}")),
        Verdict::Inconclusive => (("?", Role::Unknown), format!("Cannot tell: {}.", why().trim_end_matches('.'))),
    }
}

/// Names in a sentence, the first few and how many more.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 5;
    let names: Vec<&str> = names.collect();
    match names.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        Some(more) => format!("{} and {} more", names[..SHOWN].join(", "), count(more)),
        None => names.join(", "),
    }
}

//! A custom resource of a provider reports that something is wrong: its operator, or the agent of a node itself.

use super::{Check, Context, count, severity, some_of};
use crate::catalog::ReportRule;
use crate::health::{Finding, Object};
use crate::snapshot::{Condition, CustomResource, Kind, Text};
use jiff::Timestamp;
use std::collections::BTreeMap;

const NEEDS: &[Kind] = &[Kind::TigeraStatus, Kind::AntreaAgentInfo, Kind::Subnet, Kind::ClusterOperator];
pub(super) const CHECK: Check = Check { id: "component-degraded", needs: NEEDS, run };

/// Objects that report the same.
#[derive(Default)]
struct Alike<'a> {
    objects: Vec<&'a CustomResource>,
    since: Option<Timestamp>,
}

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, detect) in context.here() {
        let mut alike: BTreeMap<(usize, &Text, &Text), Alike<'_>> = BTreeMap::new();
        for kind in NEEDS {
            for object in context.custom(&kind.crd_name()) {
                let mut rules = detect.reports.iter().enumerate();
                let Some((rule, said)) = rules.find_map(|(at, rule)| Some((at, reports(object, rule)?))) else { continue };
                let same = alike.entry((rule, &said.reason, &said.message)).or_default();
                same.objects.push(object);
                same.since = [same.since, said.since].into_iter().flatten().min();
            }
        }
        for ((rule, reason, message), same) in alike {
            findings.extend(detect.reports.get(rule).map(|rule| finding(context.name(id), rule, (reason, message), &same)));
        }
    }
    findings
}

/// The condition of an object by which the rule holds.
fn reports<'a>(object: &'a CustomResource, rule: &ReportRule) -> Option<&'a Condition> {
    if Kind::of_crd(&rule.kind) != Some(object.kind) || rule.object.as_ref().is_some_and(|name| object.name != name.as_str()) {
        return None;
    }
    object.condition(&rule.condition).filter(|condition| condition.status == rule.bad.as_str())
}

fn finding(provider: &str, rule: &ReportRule, (reason, message): (&Text, &Text), same: &Alike<'_>) -> Finding {
    let kind = same.objects.first().map_or("", |first| first.kind.manifest_name());
    let mut names: Vec<Text> = same.objects.iter().map(|object| object.name.clone()).collect();
    names.sort();
    // The agents of Antrea report under the names of their nodes.
    let of_nodes = same.objects.iter().all(|object| object.kind == Kind::AntreaAgentInfo);
    let words = [reason.as_str(), message.as_str()].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
    let colon = if words.is_empty() { "" } else { ": " };
    let said = format!("{} is {}{colon}{words}", rule.condition, rule.bad);
    let (object, message) = match names.as_slice() {
        [name] => (Object::new(kind, &Text::default(), name), format!("reports that {said}")),
        _ => (Object::default(), format!("{} report that {said}: {}", count(names.len(), kind), some_of(&names))),
    };
    let plural = rule.kind.as_str();
    Finding {
        id: CHECK.id,
        severity: severity(rule.weight),
        object,
        message,
        why: rule.why.clone(),
        remedy: format!(
            "kubectl get {plural} {} -o yaml; {provider} says there what it waits for",
            names.first().map_or("", Text::as_str)
        ),
        since: same.since,
        source: rule.source.location.clone(),
        nodes: if of_nodes { names } else { Vec::new() },
        ..Finding::default()
    }
}

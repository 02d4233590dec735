//! A finding in words: what it is about and what is wrong, in two parts, in a sentence, and as the verdict on a cluster.

use super::age;
use super::words::capitalised;
use crate::health::Finding;
use jiff::Timestamp;

/// What a finding is about where there is little room, and what is wrong with it. A pod is looked for on its node, so the
/// node comes first.
pub fn finding_parts(finding: &Finding) -> (String, String) {
    let Finding { object, message, nodes, .. } = finding;
    let message = message.trim_end_matches('.');
    match (object.kind, nodes.as_slice()) {
        ("", _) => (String::new(), capitalised(message)),
        ("List", _) => (String::new(), format!("The list of {}s {message}", object.name)),
        ("Pod", [node]) => (node.to_string(), format!("{} {message}", object.name)),
        _ => (object.name.to_string(), message.to_owned()),
    }
}

/// A finding in one sentence, such as `worker-4: calico-node-x7k2p crash-loops, 31m.`
pub fn finding_sentence(finding: &Finding, now: Timestamp) -> String {
    let since = finding.since.map_or(String::new(), |since| format!(", {}", age(since, now)));
    match finding_parts(finding) {
        (subject, message) if subject.is_empty() => format!("{message}{since}."),
        (subject, message) => format!("{subject}: {message}{since}."),
    }
}

/// The sentence as a verdict: an agent's pod is the agent of its node, and how it failed stands with the finding.
pub(super) fn finding_short(finding: &Finding, now: Timestamp) -> String {
    let what = finding.message.split(": ").next().unwrap_or_default().trim_end_matches('.');
    match (finding.id, finding.object.kind, finding.nodes.as_slice()) {
        ("agent-not-ready", "Pod", [node]) => {
            let since = finding.since.map_or(String::new(), |since| format!(", {}", age(since, now)));
            format!("{node}: its agent {what}{since}.")
        }
        _ => finding_sentence(finding, now),
    }
}

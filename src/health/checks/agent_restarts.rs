//! A pod of an agent is ready again, but its containers keep ending.

use super::{Check, Context, at, count, within_an_hour};
use crate::health::agents::{exit, well};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check = Check { id: "agent-restarts", needs: &[Kind::Pod], run };

/// So many restarts are worth a warning, if the last one is less than an hour ago.
const MANY: u32 = 3;

fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (agent, _) in context.agents() {
        for pod in agent.pods.iter().filter(|pod| well(pod) && pod.restarts() >= MANY) {
            let containers = pod.trouble.iter().flat_map(|trouble| &trouble.containers);
            let last = containers
                .filter_map(|c| exit(c).map(|(code, why, ended)| (ended, &c.name, code, why)))
                .max_by_key(|last| last.0);
            let Some((ended, name, code, why)) = last.filter(|(ended, ..)| within_an_hour(context, *ended)) else { continue };
            let why = if why.is_empty() { String::new() } else { format!(", {why}") };
            findings.push(Finding {
                id: CHECK.id,
                severity: Severity::Warning,
                object: Object::new("Pod", &pod.namespace, &pod.name),
                message: format!("restarted {}; {name} last exited {code}{why}", count(pod.restarts() as usize, "time")),
                why: "While it starts, its node gets no new pods and no changes of policies.".to_owned(),
                remedy: format!("kubectl -n {} logs {} -c {name} --previous", pod.namespace, pod.name),
                since: at(ended),
                source: context.home(&agent.provider),
                nodes: vec![pod.node.clone()],
                ..Finding::default()
            });
        }
    }
    findings
}

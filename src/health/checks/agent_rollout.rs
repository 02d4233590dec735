//! The workload of an agent is not wholly rolled out: pods are missing, or not all of them are of the newest template.

use super::{Check, Context, count, since};
use crate::detect::Agent;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Origin, Rollout, Strategy, WorkloadKind};
use jiff::SignedDuration;

pub(super) const CHECK: Check = Check { id: "agent-rollout", needs: &[Kind::DaemonSet], run };

/// A rollout that made no pod for so long stands still: images are pulled and pods get ready in less.
const STILL: SignedDuration = SignedDuration::from_mins(10);

fn run(context: &Context<'_>) -> Vec<Finding> {
    let deployments = context.snapshot.sources.is_live(Kind::Deployment);
    let is_known = |agent: &Agent| agent.workload.is_some() && (deployments || agent.kind == WorkloadKind::DaemonSet);
    let workloads = context.agents().filter(|(agent, _)| is_known(agent));
    workloads.filter_map(|(agent, state)| finding(context, agent, state.rollout)).collect()
}

fn finding(context: &Context<'_>, agent: &Agent, rollout: Rollout) -> Option<Finding> {
    let by_hand = agent.workload.as_ref().is_some_and(|workload| workload.strategy == Strategy::OnDelete);
    let (severity, message, why) = if rollout.observed {
        (
            Severity::Warning,
            incomplete(context, agent, rollout, by_hand)?,
            "Until the rollout ends, nodes differ in version and behaviour.",
        )
    } else {
        let lacks = if rollout.is_told() { "a template that its controller has not seen" } else { "no status" };
        let message = format!("has {lacks}: how far it is rolled out cannot be told");
        (Severity::Unknown, message, "Whether every node runs it, and the same of it, is not known.")
    };
    let (namespace, kind, name) = (&agent.namespace, agent.kind.name().to_lowercase(), &agent.name);
    // What is written in a manifest may run nowhere yet: no command about a rollout helps.
    let is_manifest = !rollout.is_told() && matches!(context.snapshot.origin, Origin::Files { .. });
    let remedy = match (is_manifest, by_hand) {
        (true, _) => format!("give it as the cluster has it, with its status: kubectl -n {namespace} get {kind}/{name} -o yaml"),
        (false, true) => {
            format!("delete its pods one by one; it replaces none by itself: kubectl -n {namespace} get pods -o wide")
        }
        (false, false) => format!("kubectl -n {namespace} rollout status {kind}/{name}"),
    };
    Some(Finding {
        id: CHECK.id,
        severity,
        object: Object::new(agent.kind.name(), namespace, name),
        message,
        why: why.to_owned(),
        remedy,
        source: "https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/".to_owned(),
        ..Finding::default()
    })
}

/// What is not as it should be; none if all is.
fn incomplete(context: &Context<'_>, agent: &Agent, rollout: Rollout, by_hand: bool) -> Option<String> {
    let Rollout { desired, current, updated, misscheduled, .. } = rollout;
    let behind = (updated < desired).then(|| {
        let newest = agent.pods.iter().map(|pod| pod.created).max().unwrap_or_default();
        let stands = since(context, newest).filter(|still| *still > STILL && current >= desired);
        match (by_hand, stands) {
            (true, _) => format!("updated {updated} of {desired}, and replaces no pod that nobody deletes"),
            (false, Some(still)) => {
                format!("updated {updated} of {desired}, and made no pod for {}", count(still.as_mins() as usize, "minute"))
            }
            (false, None) => format!("updated {updated} of {desired}"),
        }
    });
    let said = [
        (current < desired).then(|| format!("has {current} of {desired} pods")),
        behind,
        (misscheduled > 0).then(|| format!("has {misscheduled} where they should not be")),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(", "))
}

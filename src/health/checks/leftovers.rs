//! Traces of another provider, whose agents are gone.

use super::{Check, Context};
use crate::detect::Part;
use crate::health::{Finding, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check = Check { id: "leftovers", needs: &[Kind::DaemonSet, Kind::Node], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let leftovers = context.detection.also.iter().filter(|companion| companion.part == Part::Leftover);
    let finding = |companion: &crate::detect::Companion| {
        let seen = companion.evidence.first().map_or_else(String::new, |evidence| format!(": {}", evidence.object));
        Finding {
            id: CHECK.id,
            severity: Severity::Info,
            message: format!("Traces of {} are left, and no agent of it{seen}", context.name(&companion.provider)),
            why: "Its files in /etc/cni/net.d, interfaces and rules may still be on the nodes; the first file there is used."
                .to_owned(),
            remedy: "look on the nodes for what it left, in /etc/cni/net.d first; then remove its objects".to_owned(),
            source: "https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/".to_owned(),
            ..Finding::default()
        }
    };
    leftovers.map(finding).collect()
}

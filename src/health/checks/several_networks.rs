//! More than one provider gives pods their network.

use super::{Check, Context};
use crate::detect::Part;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check = Check { id: "several-networks", needs: &[Kind::DaemonSet], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let Some(network) = context.detection.network.provider.as_deref() else { return Vec::new() };
    let others = context.detection.also.iter().filter(|companion| companion.part == Part::Primary);
    let finding = |companion: &crate::detect::Companion| {
        let agent = context.detection.agents.iter().find(|agent| agent.provider == companion.provider);
        let object = agent.map(|agent| Object::new(agent.kind.name(), &agent.namespace, &agent.name)).unwrap_or_default();
        Finding {
            id: CHECK.id,
            severity: Severity::Error,
            message: format!("{} moves packets here beside {}", context.name(&companion.provider), context.name(network)),
            why: "The kubelet uses the first configuration in /etc/cni/net.d; nodes differ, and pods of one cannot reach those of the other."
                .to_owned(),
            remedy: format!("remove one of them, with what it left in /etc/cni/net.d, and restart the pods: kubectl delete {}", spell(&object)),
            object,
            source: "https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/".to_owned(),
            ..Finding::default()
        }
    };
    others.map(finding).collect()
}

fn spell(object: &Object) -> String {
    format!("{}/{} -n {}", object.kind.to_lowercase(), object.name, object.namespace)
}

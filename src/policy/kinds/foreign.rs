//! Kinds of Calico, Cilium and Antrea, whose rules are not read: what they could decide is unknown.

use super::super::model::{Model, PolicyRef, Stranger};
use crate::snapshot::{Kind, Snapshot};

/// Who enforces a kind: ids of providers.
pub(super) const fn enforced_by(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::CalicoNetworkPolicy | Kind::CalicoGlobalNetworkPolicy => &["calico", "canal"],
        Kind::CiliumNetworkPolicy | Kind::CiliumClusterwideNetworkPolicy => &["cilium", "gke-dataplane-v2", "azure-cni"],
        Kind::AntreaNetworkPolicy | Kind::AntreaClusterNetworkPolicy => &["antrea"],
        _ => &[],
    }
}

/// Adds the policies of `snapshot`.
pub(super) fn lower(snapshot: &Snapshot, model: &mut Model) {
    model.strangers.extend(snapshot.foreign_policies.iter().map(|policy| Stranger {
        origin: PolicyRef { kind: policy.kind.name(), namespace: policy.namespace.clone(), name: policy.name.clone() },
        why: format!("the rules of kind {} are not read", policy.kind.name()).into(),
        enforced_by: enforced_by(policy.kind),
    }));
}

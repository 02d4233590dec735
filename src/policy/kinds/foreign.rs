//! Kinds whose rules are not read: what they could decide is unknown. Which these are, and who enforces them, `snapshot::kinds` says.

use super::super::model::{Model, PolicyRef, Stranger};
use crate::snapshot::{Kind, Snapshot, Text};

/// The namespace whose `AuthorizationPolicies` are about every pod of an Istio mesh, unless its `rootNamespace` is another.
const ISTIO_ROOT: &str = "istio-system";

/// Adds the policies of `snapshot`.
pub(super) fn lower(snapshot: &Snapshot, model: &mut Model) {
    model.strangers.extend(snapshot.foreign_policies.iter().map(|policy| {
        let is_of_mesh = policy.kind == Kind::IstioAuthorizationPolicy && *policy.namespace == *ISTIO_ROOT;
        Stranger {
            origin: PolicyRef { kind: policy.kind.name(), namespace: policy.namespace.clone(), name: policy.name.clone() },
            within: if is_of_mesh { Text::default() } else { policy.namespace.clone() },
            why: format!("the rules of kind {} are not read", policy.kind.name()).into(),
            enforced_by: policy.kind.enforced_by(),
        }
    }));
}

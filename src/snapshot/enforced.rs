//! Which kinds are policies, and who enforces those whose rules are not read: what they decide is unknown where that runs.
//!
//! Kinds that decide nothing on the network that pods have by themselves are not here: staged policies, those of additional networks,
//! routes and addresses. To add a kind of policy whose rules are not read: its row in `kinds`, and a line in [`FOREIGN`].

use super::{Fact, Kind};

/// Who enforces a kind of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnforcedBy {
    /// Whoever enforces policies and reads the kind.
    Anyone,
    /// Providers with these ids.
    Only(&'static [&'static str]),
    /// Something beside the CNI, whichever that is: a service mesh, or the cloud.
    Beside,
}

/// The kinds of policies whose rules are not read: who enforces them.
const FOREIGN: &[(Kind, EnforcedBy)] = &[
    (Kind::CalicoNetworkPolicy, EnforcedBy::Only(&["calico", "canal"])),
    (Kind::CalicoGlobalNetworkPolicy, EnforcedBy::Only(&["calico", "canal"])),
    (Kind::CiliumNetworkPolicy, EnforcedBy::Only(&["cilium", "gke-dataplane-v2", "azure-cni"])),
    (Kind::CiliumClusterwideNetworkPolicy, EnforcedBy::Only(&["cilium", "gke-dataplane-v2", "azure-cni"])),
    (Kind::AntreaNetworkPolicy, EnforcedBy::Only(&["antrea"])),
    (Kind::AntreaClusterNetworkPolicy, EnforcedBy::Only(&["antrea"])),
    (Kind::AwsClusterNetworkPolicy, EnforcedBy::Only(&["aws-vpc-cni"])),
    (Kind::AwsApplicationNetworkPolicy, EnforcedBy::Only(&["aws-vpc-cni"])),
    (Kind::AwsSecurityGroupPolicy, EnforcedBy::Beside),
    (Kind::OvnEgressFirewall, EnforcedBy::Only(&["ovn-kubernetes"])),
    (Kind::GkeFqdnNetworkPolicy, EnforcedBy::Only(&["gke-dataplane-v2"])),
    (Kind::KubeOvnSecurityGroup, EnforcedBy::Only(&["kube-ovn"])),
    (Kind::IstioAuthorizationPolicy, EnforcedBy::Beside),
];

impl Kind {
    /// The kinds of policies.
    pub fn policies() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| kind.is_policy())
    }

    /// Whether its objects are policies.
    pub fn is_policy(self) -> bool {
        matches!(self.fact(), Fact::NetworkPolicy | Fact::ClusterPolicy | Fact::ForeignPolicy)
    }

    /// Whether its objects are policies whose rules are not read.
    pub fn is_foreign(self) -> bool {
        self.fact() == Fact::ForeignPolicy
    }

    /// Who enforces it, if it is a kind of policy.
    pub fn enforced_by(self) -> EnforcedBy {
        FOREIGN.iter().find(|(kind, _)| *kind == self).map_or(EnforcedBy::Anyone, |(_, by)| *by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_whose_rules_are_not_read_are_policies_that_somebody_installed() {
        assert_eq!(FOREIGN.len(), 13);
        assert!(FOREIGN.iter().all(|(kind, _)| kind.is_policy() && kind.is_installed()));
        let told = |kind: &Kind| FOREIGN.iter().filter(|(known, _)| known == kind).count();
        assert!(Kind::ALL.iter().all(|kind| told(kind) == usize::from(kind.is_foreign())));
        assert_eq!(Kind::KubeOvnSecurityGroup.crd_name(), "security-groups.kubeovn.io");
        assert_eq!(Kind::policies().filter(|kind| !kind.is_foreign()).count(), 4);
    }
}

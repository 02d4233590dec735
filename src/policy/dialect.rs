//! What the policy APIs leave open, and how each CNI fills it: one row a CNI and open point, with its source.
//!
//! An answer that hangs on a point needs the point as an input. Where nobody says which CNI is meant, or no source says what it does,
//! the point holds [`Holds::Maybe`], and verdicts that hang on it are unknown. It does not know how a CNI is recognised, nor what
//! its version adds. To add a CNI: rows of [`ROWS`], one for each point that a source answers.

use super::model::{PolicyRef, Stranger};
use crate::snapshot::{EnforcedBy, Pod};

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holds {
    /// It does not.
    No,
    /// CNIs differ and it is not known which one is here, or nobody can tell.
    Maybe,
    /// It does.
    Yes,
}

impl Holds {
    /// What holds where it is one of two, and nobody knows which.
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        if self == other { self } else { Self::Maybe }
    }
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Something that the APIs leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    /// `ipBlock` of a `NetworkPolicy` matches pods by their addresses (NP-15).
    BlocksMatchPods,
    /// `ipBlock` of a `NetworkPolicy` matches nodes, and what is on their network, by their addresses (CIL-1).
    BlocksMatchNodes,
    /// A port is found by its name on a pod that an `ipBlock` of an egress rule matches (NP-23).
    BlocksKnowPortNames,
    /// Pods on the host network are pods to policies, not their node (NP-30).
    HostPodsArePods,
    /// Pods that have ended still count (NP-32).
    FinishedPodsCount,
    /// Policies of equal priority are asked in the order of their names (ANP-1, CNP-1).
    TiesByName,
    /// A pod may always call the node it runs on, whatever policies say (NP-31 is the other way round, and always holds).
    OwnNodeIsOpen,
}

impl Point {
    /// All points, in their order.
    pub const ALL: [Self; 7] = [
        Self::BlocksMatchPods,
        Self::BlocksMatchNodes,
        Self::BlocksKnowPortNames,
        Self::HostPodsArePods,
        Self::FinishedPodsCount,
        Self::TiesByName,
        Self::OwnNodeIsOpen,
    ];

    /// The numbers of the rules that it comes from.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::BlocksMatchPods => "NP-15",
            Self::BlocksMatchNodes => "CIL-1",
            Self::BlocksKnowPortNames => "NP-23",
            Self::HostPodsArePods => "NP-30",
            Self::FinishedPodsCount => "NP-32",
            Self::TiesByName => "ANP-1, CNP-1",
            Self::OwnNodeIsOpen => "NP-31",
        }
    }

    /// What it is about where CNIs differ, as the end of a sentence.
    pub const fn question(self) -> &'static str {
        match self {
            Self::BlocksMatchPods => "whether ipBlock matches pods by their addresses differs between CNIs (NP-15)",
            Self::BlocksMatchNodes => "whether ipBlock matches nodes by their addresses differs between CNIs (CIL-1)",
            Self::BlocksKnowPortNames => "whether ipBlock lets to ports by their names differs between CNIs (NP-23)",
            Self::HostPodsArePods => "whether policies are about pods on the host network differs between CNIs (NP-30)",
            Self::FinishedPodsCount => "whether pods that have ended count differs between CNIs (NP-32)",
            Self::TiesByName => "which policy of equal priority comes first is not defined (ANP-1, CNP-1)",
            Self::OwnNodeIsOpen => "whether a pod may always call its own node differs between CNIs",
        }
    }
}

/// What a CNI does about a point.
struct Row {
    /// Ids of providers
    cnis: &'static [&'static str],
    point: Point,
    holds: Holds,
    source: &'static str,
}

const fn row(cnis: &'static [&'static str], point: Point, holds: Holds, source: &'static str) -> Row {
    Row { cnis, point, holds, source }
}

/// The reading of the specification and of its conformance tests, by the name that takes the place of a CNI's.
pub const SPEC: &str = "spec";

const CALICO: &[&str] = &["calico", "canal"];
const CILIUM: &[&str] = &["cilium", "gke-dataplane-v2"];
/// The providers whose policy engine is that of kube-network-policies.
const KNP: &[&str] = &["kube-network-policies", "kindnet"];

const NETPOL_E2E: &str = "kubernetes/kubernetes test/e2e/network/netpol/network_policy.go";
const NETPOL_TYPES: &str = "kubernetes/api networking/v1/types.go";
const NETPOL_PAGE: &str = "https://kubernetes.io/docs/concepts/services-networking/network-policies/";
const CONVERSION: &str = "projectcalico/calico libcalico-go/lib/backend/k8s/conversion/conversion.go@87c15906";
const RULE_SCANNER: &str = "projectcalico/calico felix/calc/rule_scanner.go@036c024d";
const CILIUM_ISSUE: &str = "https://github.com/cilium/cilium/issues/9209";
const CILIUM_PAGE: &str = "https://docs.cilium.io/en/latest/network/kubernetes/policy/";
const ANTREA_UTILS: &str = "antrea-io/antrea pkg/controller/networkpolicy/crd_utils.go@fc70f2bb";
const ANTREA_PAGE: &str = "antrea-io/antrea docs/antrea-network-policy.md@fc70f2bb";
const OVN_PAGE: &str = "ovn-kubernetes/ovn-kubernetes docs/features/network-security-controls/network-policy.md@8871cd9";
const KNP_SOURCE: &str = "kubernetes-sigs/kube-network-policies pkg/networkpolicy@5f81cc37";
const KNP_PLUGINS: &str = "kubernetes-sigs/kube-network-policies plugins/npa-v1alpha1@5f81cc37";

/// What is known; a point that has no row for a CNI is open there.
const ROWS: &[Row] = &[
    row(&[SPEC], Point::BlocksMatchPods, Holds::Yes, NETPOL_E2E),
    row(&[SPEC], Point::BlocksMatchNodes, Holds::Yes, NETPOL_TYPES),
    row(&[SPEC], Point::BlocksKnowPortNames, Holds::No, NETPOL_TYPES),
    row(&[SPEC], Point::HostPodsArePods, Holds::No, NETPOL_TYPES),
    row(&[SPEC], Point::OwnNodeIsOpen, Holds::Yes, NETPOL_PAGE),
    row(CALICO, Point::BlocksMatchPods, Holds::Yes, CONVERSION),
    row(CALICO, Point::BlocksMatchNodes, Holds::Yes, CONVERSION),
    row(CALICO, Point::BlocksKnowPortNames, Holds::Yes, RULE_SCANNER),
    row(CALICO, Point::HostPodsArePods, Holds::No, CONVERSION),
    row(CALICO, Point::TiesByName, Holds::Yes, CONVERSION),
    row(CILIUM, Point::BlocksMatchPods, Holds::No, CILIUM_ISSUE),
    // Unless its agents run with policy-cidr-match-mode=nodes.
    row(&["cilium"], Point::BlocksMatchNodes, Holds::No, CILIUM_PAGE),
    // Its blocks match no pods, and nothing else has names for ports.
    row(CILIUM, Point::BlocksKnowPortNames, Holds::No, CILIUM_ISSUE),
    row(CILIUM, Point::HostPodsArePods, Holds::No, CILIUM_PAGE),
    row(&["antrea"], Point::BlocksMatchPods, Holds::Yes, ANTREA_PAGE),
    row(&["antrea"], Point::BlocksMatchNodes, Holds::Yes, ANTREA_PAGE),
    row(&["antrea"], Point::HostPodsArePods, Holds::No, ANTREA_UTILS),
    row(&["ovn-kubernetes"], Point::BlocksMatchPods, Holds::Yes, OVN_PAGE),
    row(&["ovn-kubernetes"], Point::BlocksMatchNodes, Holds::Yes, OVN_PAGE),
    row(&["ovn-kubernetes"], Point::HostPodsArePods, Holds::No, OVN_PAGE),
    row(KNP, Point::BlocksMatchPods, Holds::Yes, KNP_SOURCE),
    row(KNP, Point::BlocksMatchNodes, Holds::Yes, KNP_SOURCE),
    row(KNP, Point::BlocksKnowPortNames, Holds::Yes, KNP_SOURCE),
    row(KNP, Point::HostPodsArePods, Holds::No, KNP_SOURCE),
    row(KNP, Point::TiesByName, Holds::Yes, KNP_PLUGINS),
];

/// How policies are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Id of the provider whose reading it is, or [`SPEC`]; none if nobody knows.
    pub cni: Option<String>,
    points: [Holds; Point::ALL.len()],
    kinds: Kinds,
}

/// Which kinds of policies are enforced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kinds {
    /// Those of Kubernetes are; of the others nobody knows.
    OfKubernetes,
    /// These, as manifests spell them.
    Only(Vec<String>),
    /// Those of Kubernetes but these, as manifests spell them.
    AllBut(Vec<String>),
}

impl Dialect {
    /// The reading of that CNI, by id of its provider or [`SPEC`]; without one, all that CNIs differ in is open.
    pub fn of(cni: Option<&str>) -> Self {
        let points = Point::ALL.map(|point| match cni.and_then(|cni| known(cni, point)) {
            Some(row) => row.holds,
            // Nobody keeps a finished pod: it has no address left.
            None => {
                if point == Point::FinishedPodsCount {
                    Holds::No
                } else {
                    Holds::Maybe
                }
            }
        });
        Self { cni: cni.map(str::to_owned), points, kinds: Kinds::OfKubernetes }
    }

    /// The same with another answer to a point.
    #[must_use]
    pub fn with(mut self, point: Point, holds: Holds) -> Self {
        self.points[point as usize] = holds;
        self
    }

    /// The same where these kinds are enforced.
    #[must_use]
    pub fn enforcing(self, kinds: Kinds) -> Self {
        Self { kinds, ..self }
    }

    /// The answer to a point.
    pub const fn holds(&self, point: Point) -> Holds {
        self.points[point as usize]
    }

    /// Where the answer of this CNI to a point stands; none if no source is known.
    pub fn source(&self, point: Point) -> Option<&'static str> {
        known(self.cni.as_deref()?, point).map(|row| row.source)
    }

    /// Whether a pod has traffic: one that has ended has none, and counts only where that is told (NP-32).
    pub fn counts(&self, pod: &Pod) -> bool {
        !pod.phase.finished() || self.holds(Point::FinishedPodsCount) == Holds::Yes
    }

    /// Whether a policy has effect here.
    pub fn enforces(&self, policy: &PolicyRef) -> bool {
        let names = |kinds: &[String]| kinds.iter().any(|kind| is_kind(kind, policy.kind));
        match &self.kinds {
            Kinds::OfKubernetes => true,
            Kinds::AllBut(ignored) => !names(ignored),
            Kinds::Only(enforced) => names(enforced),
        }
    }

    /// Whether a policy that is not understood can have effect here.
    pub fn heeds(&self, stranger: &Stranger) -> bool {
        match (stranger.enforced_by, &self.cni) {
            (EnforcedBy::Anyone, _) => self.enforces(&stranger.origin),
            (EnforcedBy::Beside, _) | (EnforcedBy::Only(_), None) => true,
            (EnforcedBy::Only(ids), Some(cni)) => cni == SPEC || ids.contains(&cni.as_str()),
        }
    }
}

/// Whether `kind`, which may name its group, is the kind of Kubernetes that is called `name`.
fn is_kind(kind: &str, name: &str) -> bool {
    kind.strip_suffix(".policy.networking.k8s.io").unwrap_or(kind) == name
}

fn known(cni: &str, point: Point) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.point == point && row.cnis.contains(&cni))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_source_and_nobody_answers_a_point_twice() {
        for row in ROWS {
            assert!(!row.source.is_empty());
            for cni in row.cnis {
                let same = ROWS.iter().filter(|other| other.point == row.point && other.cnis.contains(cni)).count();
                assert_eq!(same, 1, "{cni} {:?}", row.point);
            }
        }
    }

    #[test]
    fn blocks_match_pods_and_nodes_but_not_for_cilium_and_unknown_is_open() {
        let blocks = |cni| Dialect::of(cni).holds(Point::BlocksMatchPods);
        assert_eq!(
            [Some("spec"), Some("cilium"), Some("calico"), Some("weave-net"), None].map(blocks),
            [Holds::Yes, Holds::No, Holds::Yes, Holds::Maybe, Holds::Maybe]
        );
        let nodes = |cni| Dialect::of(cni).holds(Point::BlocksMatchNodes);
        assert_eq!(
            [Some("spec"), Some("cilium"), Some("calico"), None].map(nodes),
            [Holds::Yes, Holds::No, Holds::Yes, Holds::Maybe]
        );
        assert_eq!(
            Dialect::of(Some("cilium")).source(Point::BlocksMatchPods),
            Some("https://github.com/cilium/cilium/issues/9209")
        );
        assert_eq!(Dialect::of(None).with(Point::BlocksMatchPods, Holds::No).holds(Point::BlocksMatchPods), Holds::No);
    }

    #[test]
    fn a_kind_that_the_cni_does_not_read_has_no_effect() {
        let policy = |kind| PolicyRef { kind, ..PolicyRef::default() };
        let enforced = ["NetworkPolicy", "ClusterNetworkPolicy.policy.networking.k8s.io"].map(str::to_owned).to_vec();
        let dialect = Dialect::of(Some("calico")).enforcing(Kinds::Only(enforced));
        let asked = ["NetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy"];
        assert_eq!(asked.map(|kind| dialect.enforces(&policy(kind))), [true, true, false]);
        let cilium = Stranger {
            origin: policy("CiliumNetworkPolicy"),
            within: "".into(),
            why: "".into(),
            enforced_by: EnforcedBy::Only(&["cilium"]),
        };
        let heeds = |cni| Dialect::of(cni).heeds(&cilium);
        assert_eq!(["calico", "cilium", "spec"].map(|cni| heeds(Some(cni))), [false, true, true]);
    }
}

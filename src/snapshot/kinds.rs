//! The kinds that a snapshot holds: what manifests call them and where the API serves them, one row a kind.
//!
//! To watch another kind: a variant, its row, its rule in `data/rbac/read.yaml` and [`Kind::rule`]. One that becomes a [`Fact`] of its
//! own also needs its shape in `wire` and its lines in the store's `by_kind` and in `export`; one whose rules are not read, a line in
//! `enforced`.

use super::Fact;

/// The kinds that a snapshot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Node
    Node,
    /// Namespace
    Namespace,
    /// Pod
    Pod,
    /// Service
    Service,
    /// `DaemonSet`
    DaemonSet,
    /// Deployment
    Deployment,
    /// `NetworkPolicy` of networking.k8s.io/v1
    NetworkPolicy,
    /// `AdminNetworkPolicy` of policy.networking.k8s.io/v1alpha1
    AdminNetworkPolicy,
    /// `BaselineAdminNetworkPolicy` of policy.networking.k8s.io/v1alpha1
    BaselineAdminNetworkPolicy,
    /// `ClusterNetworkPolicy` of policy.networking.k8s.io/v1alpha2
    ClusterNetworkPolicy,
    /// Calico's `NetworkPolicy`
    CalicoNetworkPolicy,
    /// Calico's `GlobalNetworkPolicy`
    CalicoGlobalNetworkPolicy,
    /// `CiliumNetworkPolicy`
    CiliumNetworkPolicy,
    /// `CiliumClusterwideNetworkPolicy`
    CiliumClusterwideNetworkPolicy,
    /// Antrea's `NetworkPolicy`
    AntreaNetworkPolicy,
    /// Antrea's `ClusterNetworkPolicy`
    AntreaClusterNetworkPolicy,
    /// `ClusterNetworkPolicy` of the AWS VPC CNI
    AwsClusterNetworkPolicy,
    /// `ApplicationNetworkPolicy` of the AWS VPC CNI
    AwsApplicationNetworkPolicy,
    /// `SecurityGroupPolicy` of the AWS VPC CNI: security groups for pods
    AwsSecurityGroupPolicy,
    /// `EgressFirewall` of OVN-Kubernetes
    OvnEgressFirewall,
    /// `FQDNNetworkPolicy` of GKE
    GkeFqdnNetworkPolicy,
    /// Kube-OVN's `SecurityGroup`
    KubeOvnSecurityGroup,
    /// Istio's `AuthorizationPolicy`
    IstioAuthorizationPolicy,
    /// Calico's `IPPool`
    IpPool,
    /// Calico's `FelixConfiguration`
    FelixConfiguration,
    /// `Installation` of Calico's operator
    Installation,
    /// `TigeraStatus` of Calico's operator
    TigeraStatus,
    /// `AntreaAgentInfo`
    AntreaAgentInfo,
    /// Kube-OVN's `Subnet`
    Subnet,
    /// `ENIConfig` of the AWS VPC CNI
    EniConfig,
    /// `Network` of operator.openshift.io
    OperatorNetwork,
    /// `Network` of config.openshift.io
    ConfigNetwork,
    /// `ClusterOperator` of `OpenShift`, only that of the network
    ClusterOperator,
    /// Ingress of networking.k8s.io
    Ingress,
    /// `HTTPRoute` of the Gateway API
    HttpRoute,
    /// `CustomResourceDefinition`
    Crd,
    /// `ConfigMap`, only those that detection names
    ConfigMap,
}

/// Whether objects of a kind lie in namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Cluster,
    Namespaced,
}

/// How a kind is spelled.
struct Row {
    kind: Kind,
    fact: Fact,
    /// As it is called here; with its group where several groups have one of the name.
    name: &'static str,
    /// The `apiVersion`s whose objects are read; the first is the one that clusters are asked for.
    versions: Versions,
    plural: &'static str,
    scope: Scope,
    /// Whether a cluster serves it only where somebody installed it.
    installed: bool,
    /// The one name whose object is read; none reads all.
    only: Option<&'static str>,
}

type Versions = &'static [&'static str];

const fn row(fact: Fact, kind: Kind, name: &'static str, plural: &'static str, scope: Scope, versions: Versions) -> Row {
    Row { kind, fact, name, versions, plural, scope, installed: false, only: None }
}

/// A kind that a cluster has only where somebody installed it.
const fn installed(fact: Fact, kind: Kind, name: &'static str, plural: &'static str, scope: Scope, versions: Versions) -> Row {
    Row { installed: true, ..row(fact, kind, name, plural, scope, versions) }
}

/// A policy of the cluster whose rules are read.
const fn admin(kind: Kind, name: &'static str, plural: &'static str, versions: Versions) -> Row {
    installed(Fact::ClusterPolicy, kind, name, plural, Scope::Cluster, versions)
}

/// A policy whose rules are not read.
const fn foreign(kind: Kind, name: &'static str, plural: &'static str, scope: Scope, versions: Versions) -> Row {
    installed(Fact::ForeignPolicy, kind, name, plural, scope, versions)
}

/// A custom resource of the cluster, of which only the fields that somebody asks for are kept.
const fn custom(kind: Kind, name: &'static str, plural: &'static str, versions: Versions) -> Row {
    installed(Fact::CustomResource, kind, name, plural, Scope::Cluster, versions)
}

const POLICY_ALPHA1: &[&str] = &["policy.networking.k8s.io/v1alpha1"];
const POLICY_ALPHA2: &[&str] = &["policy.networking.k8s.io/v1alpha2"];
/// The first is how Calico stores them, the second how its own API server shows the same.
const CALICO: &[&str] = &["crd.projectcalico.org/v1", "projectcalico.org/v3"];
const CILIUM: &[&str] = &["cilium.io/v2"];
const ANTREA: &[&str] = &["crd.antrea.io/v1beta1", "crd.antrea.io/v1alpha1"];
const AWS: &[&str] = &["networking.k8s.aws/v1alpha1"];
const TIGERA: &[&str] = &["operator.tigera.io/v1"];
const GATEWAY: &[&str] = &["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1"];
const OPENSHIFT: &[&str] = &["config.openshift.io/v1"];

/// In the order of [`Kind`].
const ROWS: [Row; 37] = [
    row(Fact::Node, Kind::Node, "Node", "nodes", Scope::Cluster, &["v1"]),
    row(Fact::Namespace, Kind::Namespace, "Namespace", "namespaces", Scope::Cluster, &["v1"]),
    row(Fact::Pod, Kind::Pod, "Pod", "pods", Scope::Namespaced, &["v1"]),
    row(Fact::Service, Kind::Service, "Service", "services", Scope::Namespaced, &["v1"]),
    row(
        Fact::Workload,
        Kind::DaemonSet,
        "DaemonSet",
        "daemonsets",
        Scope::Namespaced,
        &["apps/v1", "apps/v1beta2", "extensions/v1beta1"],
    ),
    row(
        Fact::Workload,
        Kind::Deployment,
        "Deployment",
        "deployments",
        Scope::Namespaced,
        &["apps/v1", "apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"],
    ),
    row(
        Fact::NetworkPolicy,
        Kind::NetworkPolicy,
        "NetworkPolicy",
        "networkpolicies",
        Scope::Namespaced,
        &["networking.k8s.io/v1", "extensions/v1beta1"],
    ),
    admin(Kind::AdminNetworkPolicy, "AdminNetworkPolicy", "adminnetworkpolicies", POLICY_ALPHA1),
    admin(Kind::BaselineAdminNetworkPolicy, "BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies", POLICY_ALPHA1),
    admin(Kind::ClusterNetworkPolicy, "ClusterNetworkPolicy", "clusternetworkpolicies", POLICY_ALPHA2),
    foreign(Kind::CalicoNetworkPolicy, "NetworkPolicy.crd.projectcalico.org", "networkpolicies", Scope::Namespaced, CALICO),
    foreign(Kind::CalicoGlobalNetworkPolicy, "GlobalNetworkPolicy", "globalnetworkpolicies", Scope::Cluster, CALICO),
    foreign(Kind::CiliumNetworkPolicy, "CiliumNetworkPolicy", "ciliumnetworkpolicies", Scope::Namespaced, CILIUM),
    foreign(
        Kind::CiliumClusterwideNetworkPolicy,
        "CiliumClusterwideNetworkPolicy",
        "ciliumclusterwidenetworkpolicies",
        Scope::Cluster,
        CILIUM,
    ),
    foreign(Kind::AntreaNetworkPolicy, "NetworkPolicy.crd.antrea.io", "networkpolicies", Scope::Namespaced, ANTREA),
    foreign(
        Kind::AntreaClusterNetworkPolicy,
        "ClusterNetworkPolicy.crd.antrea.io",
        "clusternetworkpolicies",
        Scope::Cluster,
        ANTREA,
    ),
    foreign(
        Kind::AwsClusterNetworkPolicy,
        "ClusterNetworkPolicy.networking.k8s.aws",
        "clusternetworkpolicies",
        Scope::Cluster,
        AWS,
    ),
    foreign(Kind::AwsApplicationNetworkPolicy, "ApplicationNetworkPolicy", "applicationnetworkpolicies", Scope::Namespaced, AWS),
    foreign(
        Kind::AwsSecurityGroupPolicy,
        "SecurityGroupPolicy",
        "securitygrouppolicies",
        Scope::Namespaced,
        &["vpcresources.k8s.aws/v1beta1"],
    ),
    foreign(Kind::OvnEgressFirewall, "EgressFirewall", "egressfirewalls", Scope::Namespaced, &["k8s.ovn.org/v1"]),
    foreign(
        Kind::GkeFqdnNetworkPolicy,
        "FQDNNetworkPolicy",
        "fqdnnetworkpolicies",
        Scope::Namespaced,
        &["networking.gke.io/v1alpha1"],
    ),
    foreign(Kind::KubeOvnSecurityGroup, "SecurityGroup", "security-groups", Scope::Cluster, &["kubeovn.io/v1"]),
    foreign(
        Kind::IstioAuthorizationPolicy,
        "AuthorizationPolicy",
        "authorizationpolicies",
        Scope::Namespaced,
        &["security.istio.io/v1", "security.istio.io/v1beta1"],
    ),
    custom(Kind::IpPool, "IPPool", "ippools", CALICO),
    custom(Kind::FelixConfiguration, "FelixConfiguration", "felixconfigurations", CALICO),
    custom(Kind::Installation, "Installation", "installations", TIGERA),
    custom(Kind::TigeraStatus, "TigeraStatus", "tigerastatuses", TIGERA),
    custom(Kind::AntreaAgentInfo, "AntreaAgentInfo", "antreaagentinfos", &["crd.antrea.io/v1beta1"]),
    custom(Kind::Subnet, "Subnet", "subnets", &["kubeovn.io/v1"]),
    custom(Kind::EniConfig, "ENIConfig", "eniconfigs", &["crd.k8s.amazonaws.com/v1alpha1"]),
    custom(Kind::OperatorNetwork, "Network.operator.openshift.io", "networks", &["operator.openshift.io/v1"]),
    custom(Kind::ConfigNetwork, "Network.config.openshift.io", "networks", OPENSHIFT),
    Row { only: Some("network"), ..custom(Kind::ClusterOperator, "ClusterOperator", "clusteroperators", OPENSHIFT) },
    row(
        Fact::Route,
        Kind::Ingress,
        "Ingress",
        "ingresses",
        Scope::Namespaced,
        &["networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1"],
    ),
    installed(Fact::Route, Kind::HttpRoute, "HTTPRoute", "httproutes", Scope::Namespaced, GATEWAY),
    row(
        Fact::Crd,
        Kind::Crd,
        "CustomResourceDefinition",
        "customresourcedefinitions",
        Scope::Cluster,
        &["apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"],
    ),
    row(Fact::ConfigMap, Kind::ConfigMap, "ConfigMap", "configmaps", Scope::Namespaced, &["v1"]),
];

impl Kind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; ROWS.len()] = {
        let mut all = [Self::Node; ROWS.len()];
        let mut at = 0;
        while at < ROWS.len() {
            all[at] = ROWS[at].kind;
            at += 1;
        }
        all
    };

    const fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// What its objects become.
    pub const fn fact(self) -> Fact {
        self.row().fact
    }

    /// The kind as manifests spell it, with its group where another group has a kind of that name.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The kind in a sentence about several, such as `NetworkPolicies`.
    pub fn several(self) -> String {
        let name = self.name();
        match name.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None if name.ends_with('s') => format!("{name}es"),
            None => format!("{name}s"),
        }
    }

    /// The kind as manifests spell it.
    pub fn manifest_name(self) -> &'static str {
        self.name().split('.').next().unwrap_or_default()
    }

    /// Whether a cluster serves it only where somebody installed it: that it is absent is then no loss.
    pub const fn is_installed(self) -> bool {
        self.row().installed
    }

    /// The `apiVersion` that clusters are asked for.
    pub const fn api_version(self) -> &'static str {
        self.row().versions[0]
    }

    /// Whether its objects lie in namespaces.
    pub const fn is_namespaced(self) -> bool {
        matches!(self.row().scope, Scope::Namespaced)
    }

    /// The one name whose object is read, of a kind that is not read whole.
    pub const fn only(self) -> Option<&'static str> {
        self.row().only
    }

    /// The kind that the `CustomResourceDefinition` of that name installs, `plural.group`.
    pub fn of_crd(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.is_installed() && kind.crd_name() == name)
    }

    /// The number of the rule of `data/rbac/read.yaml` that gives its list, from 1.
    pub const fn rule(self) -> usize {
        match self {
            Self::Node | Self::Namespace | Self::Pod | Self::Service => 1,
            Self::DaemonSet | Self::Deployment => 2,
            Self::NetworkPolicy | Self::Ingress => 3,
            Self::Crd => 4,
            Self::ConfigMap => 5,
            Self::AdminNetworkPolicy | Self::BaselineAdminNetworkPolicy | Self::ClusterNetworkPolicy => 6,
            Self::CalicoNetworkPolicy | Self::CalicoGlobalNetworkPolicy | Self::IpPool | Self::FelixConfiguration => 7,
            Self::CiliumNetworkPolicy | Self::CiliumClusterwideNetworkPolicy => 8,
            Self::AntreaNetworkPolicy | Self::AntreaClusterNetworkPolicy | Self::AntreaAgentInfo => 9,
            Self::Installation | Self::TigeraStatus => 10,
            Self::Subnet | Self::KubeOvnSecurityGroup => 11,
            Self::EniConfig => 12,
            Self::OperatorNetwork => 13,
            Self::ConfigNetwork => 14,
            Self::ClusterOperator => 15,
            Self::HttpRoute => 16,
            Self::AwsClusterNetworkPolicy | Self::AwsApplicationNetworkPolicy => 17,
            Self::AwsSecurityGroupPolicy => 18,
            Self::OvnEgressFirewall => 19,
            Self::GkeFqdnNetworkPolicy => 20,
            Self::IstioAuthorizationPolicy => 21,
        }
    }

    /// As kubectl takes it: with its group where somebody installed it, since other groups may have the name.
    pub fn resource(self) -> String {
        if self.is_installed() { self.crd_name() } else { self.manifest_name().to_lowercase() }
    }

    /// The name of the `CustomResourceDefinition` that installs it.
    pub fn crd_name(self) -> String {
        format!("{}.{}", self.plural(), self.group())
    }

    /// The group that clusters are asked for it in, empty for the core.
    pub fn group(self) -> &'static str {
        self.api_version().rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// As paths and rights spell it.
    pub const fn plural(self) -> &'static str {
        self.row().plural
    }

    /// The kind of a manifest that is read in other versions than this.
    pub fn of_other_version(api_version: &str, kind: &str) -> Option<Self> {
        let group = |version: &str| version.rsplit_once('/').map_or("", |(group, _)| group).to_owned();
        let is_it =
            |row: &&Row| row.kind.manifest_name() == kind && row.versions.iter().any(|one| group(one) == group(api_version));
        ROWS.iter().find(is_it).map(|row| row.kind)
    }

    /// The kind of a manifest. None if we do not read it: another kind, or the same name in another group.
    pub fn of(api_version: &str, kind: &str) -> Option<Self> {
        let known = ROWS.iter().find(|row| row.kind.manifest_name() == kind && row.versions.contains(&api_version));
        known.map(|row| row.kind)
    }

    /// Where the API server serves the list: `/api/v1/pods`, or of one namespace `/api/v1/namespaces/web/pods`.
    pub fn path(self, namespace: Option<&str>) -> String {
        let row = self.row();
        let group = if self.api_version() == "v1" { "/api/v1".to_owned() } else { format!("/apis/{}", self.api_version()) };
        match namespace.filter(|_| self.is_namespaced()) {
            Some(namespace) => format!("{group}/namespaces/{namespace}/{}", row.plural),
            None => format!("{group}/{}", row.plural),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_its_row() {
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, at);
        }
    }

    #[test]
    fn lists_are_served_by_group_and_namespace() {
        assert_eq!(Kind::Pod.path(None), "/api/v1/pods");
        assert_eq!(Kind::ConfigMap.path(Some("kube-system")), "/api/v1/namespaces/kube-system/configmaps");
        assert_eq!(Kind::NetworkPolicy.path(None), "/apis/networking.k8s.io/v1/networkpolicies");
        assert_eq!(Kind::Node.path(Some("default")), "/api/v1/nodes");
    }

    #[test]
    fn a_version_that_is_not_read_is_still_of_its_kind() {
        let of = Kind::of_other_version;
        assert_eq!(of("policy.networking.k8s.io/v1beta1", "ClusterNetworkPolicy"), Some(Kind::ClusterNetworkPolicy));
        assert_eq!(of("v2", "Pod"), Some(Kind::Pod));
        assert_eq!(of("example.com/v1", "NetworkPolicy"), None);
    }

    #[test]
    fn the_same_name_in_another_group_is_another_kind() {
        assert_eq!(Kind::of("extensions/v1beta1", "NetworkPolicy"), Some(Kind::NetworkPolicy));
        assert_eq!(Kind::of("crd.projectcalico.org/v1", "NetworkPolicy"), Some(Kind::CalicoNetworkPolicy));
        assert_eq!(Kind::of("crd.antrea.io/v1beta1", "ClusterNetworkPolicy"), Some(Kind::AntreaClusterNetworkPolicy));
        assert_eq!(Kind::of("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy"), Some(Kind::AwsClusterNetworkPolicy));
        assert_eq!(Kind::of("operator.openshift.io/v1", "Network"), Some(Kind::OperatorNetwork));
        assert_eq!(Kind::of_crd("networks.config.openshift.io"), Some(Kind::ConfigNetwork));
        assert_eq!(Kind::of_crd("pods.v1"), None);
        assert_eq!(Kind::of("v1", "Secret"), None);
    }
}

//! The kinds that a snapshot holds: what manifests call them and where the API serves them, one row a kind.
//!
//! To watch another kind: a variant, its row, its shape in `wire` and its line in the store's `by_kind`.

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
    name: &'static str,
    /// The `apiVersion`s whose objects are read; the first is the one that clusters are asked for.
    versions: &'static [&'static str],
    plural: &'static str,
    scope: Scope,
}

const fn row(kind: Kind, name: &'static str, plural: &'static str, scope: Scope, versions: &'static [&'static str]) -> Row {
    Row { kind, name, versions, plural, scope }
}

/// In the order of [`Kind`].
const ROWS: [Row; 9] = [
    row(Kind::Node, "Node", "nodes", Scope::Cluster, &["v1"]),
    row(Kind::Namespace, "Namespace", "namespaces", Scope::Cluster, &["v1"]),
    row(Kind::Pod, "Pod", "pods", Scope::Namespaced, &["v1"]),
    row(Kind::Service, "Service", "services", Scope::Namespaced, &["v1"]),
    row(Kind::DaemonSet, "DaemonSet", "daemonsets", Scope::Namespaced, &["apps/v1", "apps/v1beta2", "extensions/v1beta1"]),
    row(
        Kind::Deployment,
        "Deployment",
        "deployments",
        Scope::Namespaced,
        &["apps/v1", "apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"],
    ),
    row(
        Kind::NetworkPolicy,
        "NetworkPolicy",
        "networkpolicies",
        Scope::Namespaced,
        &["networking.k8s.io/v1", "extensions/v1beta1"],
    ),
    row(
        Kind::Crd,
        "CustomResourceDefinition",
        "customresourcedefinitions",
        Scope::Cluster,
        &["apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"],
    ),
    row(Kind::ConfigMap, "ConfigMap", "configmaps", Scope::Namespaced, &["v1"]),
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

    /// The kind as manifests spell it.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The `apiVersion` that clusters are asked for.
    pub const fn api_version(self) -> &'static str {
        self.row().versions[0]
    }

    /// Whether its objects lie in namespaces.
    pub const fn is_namespaced(self) -> bool {
        matches!(self.row().scope, Scope::Namespaced)
    }

    /// The kind of a manifest. None if we do not read it: another kind, or the same name in another group.
    pub fn of(api_version: &str, kind: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == kind && row.versions.contains(&api_version)).map(|row| row.kind)
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
    fn the_same_name_in_another_group_is_another_kind() {
        assert_eq!(Kind::of("extensions/v1beta1", "NetworkPolicy"), Some(Kind::NetworkPolicy));
        assert_eq!(Kind::of("crd.projectcalico.org/v1", "NetworkPolicy"), None);
        assert_eq!(Kind::of("v1", "Secret"), None);
    }
}

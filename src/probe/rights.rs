//! The rights that a probe uses, each with the rule of the shipped role that gives it.

use super::NAMESPACE;

/// One right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    /// The rule of the shipped role that gives it, from 1; none where no role is shipped that does.
    pub rule: Option<usize>,
    /// Verb
    pub verb: &'static str,
    /// API group, empty for the first one
    pub group: &'static str,
    /// Resource
    pub resource: &'static str,
    /// Subresource, or empty
    pub subresource: &'static str,
}

const fn right(rule: usize, verb: &'static str, group: &'static str, resource: &'static str) -> Right {
    Right { rule: Some(rule), verb, group, resource, subresource: "" }
}

const fn forward(verb: &'static str) -> Right {
    Right { subresource: "portforward", ..right(5, verb, "", "pods") }
}

/// What every probe uses. All but the first of them in the probe's namespace only. To forward a port over a WebSocket, servers up
/// to 1.34 ask for `get`, later ones for `create` too.
pub const RIGHTS: [Right; 14] = [
    right(1, "get", "", "namespaces"),
    right(2, "create", "", "pods"),
    right(2, "get", "", "pods"),
    right(2, "delete", "", "pods"),
    right(2, "list", "", "pods"),
    right(3, "create", "", "services"),
    right(3, "get", "", "services"),
    right(3, "delete", "", "services"),
    right(4, "create", "networking.k8s.io", "networkpolicies"),
    right(4, "get", "networking.k8s.io", "networkpolicies"),
    right(4, "delete", "networking.k8s.io", "networkpolicies"),
    forward("get"),
    forward("create"),
    right(6, "list", "", "events"),
];

/// What it uses besides where the namespace is not there yet. The shipped role does not give these: it comes with the namespace.
pub const NAMESPACE_RIGHTS: [Right; 2] =
    [Right { rule: None, ..right(0, "create", "", "namespaces") }, Right { rule: None, ..right(0, "delete", "", "namespaces") }];

impl Right {
    /// Whether it is asked for in a namespace, and not of the cluster.
    pub fn is_namespaced(&self) -> bool {
        self.resource != "namespaces"
    }

    /// The name of the only object that it is asked for, if there is one.
    pub fn name(&self) -> &'static str {
        if self.is_namespaced() || self.verb == "create" { "" } else { NAMESPACE }
    }

    /// For people, such as `create pods/portforward in cnitui-probe`.
    pub fn words(&self) -> String {
        let sub = if self.subresource.is_empty() { "" } else { "/" };
        let place = match (self.is_namespaced(), self.verb) {
            (true, _) => format!(" in {NAMESPACE}"),
            (false, "create") => String::new(),
            (false, _) => format!(" {NAMESPACE}"),
        };
        format!("{} {}{sub}{}{place}", self.verb, self.resource, self.subresource)
    }
}

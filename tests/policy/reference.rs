//! The same rules once more, written from the notes and for nothing but being right: straight from the manifests, one port at a time,
//! one rule after the other, yes or no. It shares no code with the program.

use serde_json::{Map, Value};
use std::net::Ipv4Addr;

/// The objects of a world, and what is made of what the specification leaves open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference<'a> {
    pub(crate) world: &'a [Value],
    /// Whether blocks match pods (NP-15), whether they match nodes (CIL-1), whether pods on the host network are pods (NP-30),
    /// whether pods may always call their own node, and whether blocks find ports by their names (NP-23)
    pub(crate) points: [bool; 5],
}

/// One end: a pod or a node of the world, or an address outside.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End<'a> {
    Pod(&'a Value),
    Node(&'a Value),
    Outside(Ipv4Addr),
}

/// A protocol and a port.
pub(crate) type Port<'a> = (&'a str, u64);

/// A direction of a policy, as its fields are called.
#[derive(Clone, Copy, PartialEq)]
struct Way {
    rules: &'static str,
    peers: &'static str,
    kind: &'static str,
}

const IN: Way = Way { rules: "ingress", peers: "from", kind: "Ingress" };
const OUT: Way = Way { rules: "egress", peers: "to", kind: "Egress" };

impl<'a> Reference<'a> {
    /// Whether `from` can call `to` there.
    pub(crate) fn allows(self, from: End<'_>, to: End<'_>, port: Port<'_>) -> bool {
        self.side(OUT, from, to, to, port) && self.side(IN, to, from, to, port)
    }

    fn side(self, way: Way, own: End<'_>, other: End<'_>, to: End<'_>, port: Port<'_>) -> bool {
        let End::Pod(pod) = own else { return true };
        if self.is_node(pod) || is_same(pod, other) || self.is_own_node(pod, other) && (way == IN || self.points[3]) {
            return true;
        }
        match self.tier("Admin", way, pod, other, to, port) {
            Some(answer) if answer != "Pass" => return answer == "Allow",
            _ => {}
        }
        let mut isolated = false;
        let here = |policy: &&Value| policy["metadata"]["namespace"] == pod["metadata"]["namespace"];
        for policy in self.of_kind("NetworkPolicy").filter(here) {
            let spec = &policy["spec"];
            if selects(&spec["podSelector"], &labels(pod)) && types(spec).contains(&way.kind) {
                isolated = true;
                let rules = spec[way.rules].as_array().cloned().unwrap_or_default();
                let own_namespace = policy["metadata"]["namespace"].as_str().unwrap_or_default();
                if rules.iter().any(|rule| self.np_rule(rule, way, own_namespace, other, to, port)) {
                    return true;
                }
            }
        }
        !isolated && self.tier("Baseline", way, pod, other, to, port).is_none_or(|answer| answer != "Deny")
    }

    /// Whether a pod is its node to policies.
    fn is_node(self, pod: &Value) -> bool {
        is_host(pod) && !self.points[2]
    }

    fn is_own_node(self, pod: &Value, other: End<'_>) -> bool {
        match other {
            End::Pod(peer) => self.is_node(peer) && peer["spec"]["nodeName"] == pod["spec"]["nodeName"],
            End::Node(node) => node["metadata"]["name"] == pod["spec"]["nodeName"],
            End::Outside(_) => false,
        }
    }

    fn of_kind(self, kind: &str) -> impl Iterator<Item = &'a Value> {
        self.world.iter().filter(move |object| object["kind"] == kind)
    }

    fn namespace_labels(self, pod: &Value) -> Map<String, Value> {
        let name = &pod["metadata"]["namespace"];
        let mut all = self.of_kind("Namespace").find(|one| one["metadata"]["name"] == *name).map(labels).unwrap_or_default();
        all.insert("kubernetes.io/metadata.name".to_owned(), name.clone());
        all
    }

    fn np_rule(self, rule: &Value, way: Way, own: &str, other: End<'_>, to: End<'_>, port: Port<'_>) -> bool {
        let peers = rule[way.peers].as_array().cloned().unwrap_or_default();
        let ports = rule["ports"].as_array().cloned().unwrap_or_default();
        let on = |finds_names: bool| {
            let found = |one: &&Value| finds_names || way == IN || !one["port"].is_string();
            ports.is_empty() || ports.iter().filter(found).any(|one| self.np_port(one, to, port))
        };
        let is_block = |peer: &Value| peer.get("ipBlock").is_some();
        let meets = |peer: &Value| self.np_peer(peer, own, other) && on(!is_block(peer) || self.points[4]);
        if peers.is_empty() { on(true) } else { peers.iter().any(meets) }
    }

    fn np_peer(self, peer: &Value, own: &str, other: End<'_>) -> bool {
        if let Some(block) = peer.get("ipBlock") {
            let excepts = block["except"].as_array().cloned().unwrap_or_default();
            let matches = match other {
                End::Outside(_) => true,
                End::Node(_) => self.points[1],
                End::Pod(pod) if self.is_node(pod) => self.points[1],
                End::Pod(_) => self.points[0],
            };
            let is_in = |cidr: &Value| address(other).is_some_and(|ip| holds(cidr.as_str().unwrap_or_default(), ip));
            return matches && is_in(&block["cidr"]) && !excepts.iter().any(is_in);
        }
        let End::Pod(pod) = other else { return false };
        let namespace = match peer.get("namespaceSelector") {
            Some(selector) => selects(selector, &self.namespace_labels(pod)),
            None => pod["metadata"]["namespace"] == own,
        };
        namespace && !self.is_node(pod) && selects(&peer["podSelector"], &labels(pod))
    }

    fn np_port(self, one: &Value, to: End<'_>, (protocol, number): Port<'_>) -> bool {
        if one["protocol"].as_str().unwrap_or("TCP") != protocol {
            return false;
        }
        match &one["port"] {
            Value::Null => true,
            Value::String(name) => self.container_port(to, name, Some(protocol)) == Some((protocol.to_owned(), number)),
            first => {
                let first = first.as_u64().unwrap_or_default();
                (first..=one["endPort"].as_u64().unwrap_or(first)).contains(&number)
            }
        }
    }

    /// NP-23: only pods that are pods have names for their ports.
    fn container_port(self, to: End<'_>, name: &str, protocol: Option<&str>) -> Option<(String, u64)> {
        let End::Pod(pod) = to else { return None };
        let containers = pod["spec"]["containers"].as_array().filter(|_| !self.is_node(pod))?;
        let ports = containers.iter().flat_map(|container| container["ports"].as_array().into_iter().flatten());
        let word = |port: &Value| port["protocol"].as_str().unwrap_or("TCP").to_owned();
        ports
            .filter(|port| port["name"] == name)
            .find(|port| protocol.is_none_or(|protocol| word(port) == protocol))
            .map(|port| (word(port), port["containerPort"].as_u64().unwrap_or_default()))
    }

    /// What a tier of cluster policies says: `Allow`, `Deny`, `Pass`, or nothing.
    fn tier(self, tier: &str, way: Way, pod: &Value, other: End<'_>, to: End<'_>, port: Port<'_>) -> Option<String> {
        let is_of = |policy: &&Value| match policy["kind"].as_str().unwrap_or_default() {
            "AdminNetworkPolicy" => tier == "Admin",
            "BaselineAdminNetworkPolicy" => tier == "Baseline",
            "ClusterNetworkPolicy" => policy["spec"]["tier"] == tier,
            _ => false,
        };
        let mut policies: Vec<&Value> = self.world.iter().filter(is_of).collect();
        policies.sort_by_key(|policy| policy["spec"]["priority"].as_u64().unwrap_or_default());
        for policy in policies.into_iter().filter(|policy| self.in_set(&policy["spec"]["subject"], pod)) {
            for rule in policy["spec"][way.rules].as_array().into_iter().flatten() {
                let peer =
                    rule[way.peers].as_array().is_some_and(|peers| peers.iter().any(|peer| self.cluster_peer(peer, other)));
                let ports = rule.get("ports").or(rule.get("protocols")).and_then(Value::as_array);
                if peer && ports.is_none_or(|ports| ports.iter().any(|one| self.cluster_port(one, to, port))) {
                    let action = rule["action"].as_str().unwrap_or_default();
                    return Some(if action == "Accept" { "Allow" } else { action }.to_owned());
                }
            }
        }
        None
    }

    /// `namespaces`, or `pods` with both selectors.
    fn in_set(self, set: &Value, pod: &Value) -> bool {
        match (set.get("namespaces"), set.get("pods")) {
            (Some(namespaces), None) => selects(namespaces, &self.namespace_labels(pod)),
            (None, Some(pods)) => {
                selects(&pods["namespaceSelector"], &self.namespace_labels(pod)) && selects(&pods["podSelector"], &labels(pod))
            }
            _ => false,
        }
    }

    fn cluster_peer(self, peer: &Value, other: End<'_>) -> bool {
        if let Some(networks) = peer["networks"].as_array() {
            return networks.iter().any(|cidr| address(other).is_some_and(|ip| holds(cidr.as_str().unwrap_or_default(), ip)));
        }
        if let Some(nodes) = peer.get("nodes") {
            let name = match other {
                End::Node(node) => &node["metadata"]["name"],
                End::Pod(pod) if is_host(pod) => &pod["spec"]["nodeName"],
                _ => return false,
            };
            return self.of_kind("Node").any(|node| node["metadata"]["name"] == *name && selects(nodes, &labels(node)));
        }
        matches!(other, End::Pod(pod) if !self.is_node(pod) && self.in_set(peer, pod))
    }

    fn cluster_port(self, one: &Value, to: End<'_>, (protocol, number): Port<'_>) -> bool {
        if let Some(name) = one["namedPort"].as_str().or(one["destinationNamedPort"].as_str()) {
            return self.container_port(to, name, None) == Some((protocol.to_owned(), number));
        }
        if let Some(port) = one.get("portNumber") {
            return port["protocol"] == protocol && port["port"] == number;
        }
        if let Some(range) = one.get("portRange") {
            let (start, end) = (range["start"].as_u64().unwrap_or_default(), range["end"].as_u64().unwrap_or_default());
            return range["protocol"] == protocol && (start..=end).contains(&number);
        }
        let port = &one[protocol.to_lowercase()]["destinationPort"];
        let (start, end) = (port["range"]["start"].as_u64(), port["range"]["end"].as_u64());
        port["number"] == number || start.zip(end).is_some_and(|(start, end)| (start..=end).contains(&number))
    }
}

fn is_same(pod: &Value, other: End<'_>) -> bool {
    matches!(other, End::Pod(peer) if peer["metadata"] == pod["metadata"])
}

fn is_host(pod: &Value) -> bool {
    pod["spec"]["hostNetwork"] == true
}

fn labels(object: &Value) -> Map<String, Value> {
    object["metadata"]["labels"].as_object().cloned().unwrap_or_default()
}

fn selects(selector: &Value, labels: &Map<String, Value>) -> bool {
    let equal = selector["matchLabels"].as_object().into_iter().flatten().all(|(key, value)| labels.get(key) == Some(value));
    let holds = |one: &Value| {
        let value = labels.get(one["key"].as_str().unwrap_or_default());
        let listed = value.is_some_and(|value| one["values"].as_array().is_some_and(|values| values.contains(value)));
        match one["operator"].as_str().unwrap_or_default() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value.is_some(),
            _ => value.is_none(),
        }
    };
    equal && selector["matchExpressions"].as_array().into_iter().flatten().all(holds)
}

/// NP-4.
fn types(spec: &Value) -> Vec<&str> {
    match spec["policyTypes"].as_array() {
        Some(types) => types.iter().filter_map(Value::as_str).collect(),
        None if spec["egress"].as_array().is_some_and(|rules| !rules.is_empty()) => vec!["Ingress", "Egress"],
        None => vec!["Ingress"],
    }
}

fn address(end: End<'_>) -> Option<Ipv4Addr> {
    match end {
        End::Outside(ip) => Some(ip),
        End::Node(node) => node["status"]["addresses"][0]["address"].as_str()?.parse().ok(),
        End::Pod(pod) => pod["status"]["podIPs"][0]["ip"].as_str()?.parse().ok(),
    }
}

fn holds(cidr: &str, ip: Ipv4Addr) -> bool {
    let (base, length) = cidr.split_once('/').expect("a CIDR");
    let base: u32 = base.parse::<Ipv4Addr>().expect("an address").into();
    let length: u32 = length.parse().expect("a length");
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    base & mask == u32::from(ip) & mask
}

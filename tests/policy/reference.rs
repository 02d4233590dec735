//! The same rules once more, written from the notes and for nothing but being right: straight from the manifests, one port at a time,
//! one rule after the other, yes or no. It shares no code with the program and reads as the specification does (dialect `spec`).

use serde_json::{Map, Value};
use std::net::Ipv4Addr;

/// One end: a pod of the world, or an address outside.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End<'a> {
    Pod(&'a Value),
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

/// Whether `from` can call `to` there.
pub(crate) fn allows(world: &[Value], from: End<'_>, to: End<'_>, port: Port<'_>) -> bool {
    side(world, OUT, from, to, to, port) && side(world, IN, to, from, to, port)
}

fn side(world: &[Value], way: Way, own: End<'_>, other: End<'_>, to: End<'_>, port: Port<'_>) -> bool {
    let End::Pod(pod) = own else { return true };
    if is_host(pod) {
        return true;
    }
    if let End::Pod(peer) = other
        && (peer["metadata"] == pod["metadata"] || (is_host(peer) && peer["spec"]["nodeName"] == pod["spec"]["nodeName"]))
    {
        return true;
    }
    match tier(world, "Admin", way, pod, other, to, port) {
        Some(answer) if answer != "Pass" => return answer == "Allow",
        _ => {}
    }
    let mut isolated = false;
    for policy in of_kind(world, "NetworkPolicy").filter(|policy| policy["metadata"]["namespace"] == pod["metadata"]["namespace"])
    {
        let spec = &policy["spec"];
        if selects(&spec["podSelector"], &labels(pod)) && types(spec).contains(&way.kind) {
            isolated = true;
            let rules = spec[way.rules].as_array().cloned().unwrap_or_default();
            let own_namespace = policy["metadata"]["namespace"].as_str().unwrap_or_default();
            if rules.iter().any(|rule| np_rule(world, rule, way, own_namespace, other, to, port)) {
                return true;
            }
        }
    }
    !isolated && tier(world, "Baseline", way, pod, other, to, port).is_none_or(|answer| answer != "Deny")
}

fn of_kind<'a>(world: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    world.iter().filter(move |object| object["kind"] == kind)
}

fn is_host(pod: &Value) -> bool {
    pod["spec"]["hostNetwork"] == true
}

fn labels(object: &Value) -> Map<String, Value> {
    object["metadata"]["labels"].as_object().cloned().unwrap_or_default()
}

fn namespace_labels(world: &[Value], pod: &Value) -> Map<String, Value> {
    let name = &pod["metadata"]["namespace"];
    let mut all = of_kind(world, "Namespace").find(|one| one["metadata"]["name"] == *name).map(labels).unwrap_or_default();
    all.insert("kubernetes.io/metadata.name".to_owned(), name.clone());
    all
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

fn np_rule(world: &[Value], rule: &Value, way: Way, own: &str, other: End<'_>, to: End<'_>, port: Port<'_>) -> bool {
    let peers = rule[way.peers].as_array().cloned().unwrap_or_default();
    let ports = rule["ports"].as_array().cloned().unwrap_or_default();
    let peer_holds = peers.is_empty() || peers.iter().any(|peer| np_peer(world, peer, own, other));
    peer_holds && (ports.is_empty() || ports.iter().any(|one| np_port(one, to, port)))
}

fn np_peer(world: &[Value], peer: &Value, own: &str, other: End<'_>) -> bool {
    if let Some(block) = peer.get("ipBlock") {
        let excepts = block["except"].as_array().cloned().unwrap_or_default();
        let is_in = |cidr: &Value| address(other).is_some_and(|ip| holds(cidr.as_str().unwrap_or_default(), ip));
        return is_in(&block["cidr"]) && !excepts.iter().any(is_in);
    }
    let End::Pod(pod) = other else { return false };
    let namespace = match peer.get("namespaceSelector") {
        Some(selector) => selects(selector, &namespace_labels(world, pod)),
        None => pod["metadata"]["namespace"] == own,
    };
    namespace && !is_host(pod) && selects(&peer["podSelector"], &labels(pod))
}

fn np_port(one: &Value, to: End<'_>, (protocol, number): Port<'_>) -> bool {
    if one["protocol"].as_str().unwrap_or("TCP") != protocol {
        return false;
    }
    match &one["port"] {
        Value::Null => true,
        Value::String(name) => container_port(to, name, Some(protocol)) == Some((protocol.to_owned(), number)),
        first => {
            let first = first.as_u64().unwrap_or_default();
            (first..=one["endPort"].as_u64().unwrap_or(first)).contains(&number)
        }
    }
}

/// NP-23: only pods that are pods have names for their ports.
fn container_port(to: End<'_>, name: &str, protocol: Option<&str>) -> Option<(String, u64)> {
    let End::Pod(pod) = to else { return None };
    let containers = pod["spec"]["containers"].as_array().filter(|_| !is_host(pod))?;
    let ports = containers.iter().flat_map(|container| container["ports"].as_array().into_iter().flatten());
    let word = |port: &Value| port["protocol"].as_str().unwrap_or("TCP").to_owned();
    ports
        .filter(|port| port["name"] == name)
        .find(|port| protocol.is_none_or(|protocol| word(port) == protocol))
        .map(|port| (word(port), port["containerPort"].as_u64().unwrap_or_default()))
}

fn address(end: End<'_>) -> Option<Ipv4Addr> {
    match end {
        End::Outside(ip) => Some(ip),
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

/// What a tier of cluster policies says: `Allow`, `Deny`, `Pass`, or nothing.
fn tier(world: &[Value], tier: &str, way: Way, pod: &Value, other: End<'_>, to: End<'_>, port: Port<'_>) -> Option<String> {
    let is_of = |policy: &&Value| match policy["kind"].as_str().unwrap_or_default() {
        "AdminNetworkPolicy" => tier == "Admin",
        "BaselineAdminNetworkPolicy" => tier == "Baseline",
        "ClusterNetworkPolicy" => policy["spec"]["tier"] == tier,
        _ => false,
    };
    let mut policies: Vec<&Value> = world.iter().filter(is_of).collect();
    policies.sort_by_key(|policy| policy["spec"]["priority"].as_u64().unwrap_or_default());
    for policy in policies.into_iter().filter(|policy| in_set(world, &policy["spec"]["subject"], pod)) {
        for rule in policy["spec"][way.rules].as_array().into_iter().flatten() {
            let peer = rule[way.peers].as_array().is_some_and(|peers| peers.iter().any(|peer| cluster_peer(world, peer, other)));
            let ports = rule.get("ports").or(rule.get("protocols")).and_then(Value::as_array);
            if peer && ports.is_none_or(|ports| ports.iter().any(|one| cluster_port(one, to, port))) {
                let action = rule["action"].as_str().unwrap_or_default();
                return Some(if action == "Accept" { "Allow" } else { action }.to_owned());
            }
        }
    }
    None
}

/// `namespaces`, or `pods` with both selectors.
fn in_set(world: &[Value], set: &Value, pod: &Value) -> bool {
    match (set.get("namespaces"), set.get("pods")) {
        (Some(namespaces), None) => selects(namespaces, &namespace_labels(world, pod)),
        (None, Some(pods)) => {
            selects(&pods["namespaceSelector"], &namespace_labels(world, pod)) && selects(&pods["podSelector"], &labels(pod))
        }
        _ => false,
    }
}

fn cluster_peer(world: &[Value], peer: &Value, other: End<'_>) -> bool {
    if let Some(networks) = peer["networks"].as_array() {
        return networks.iter().any(|cidr| address(other).is_some_and(|ip| holds(cidr.as_str().unwrap_or_default(), ip)));
    }
    let End::Pod(pod) = other else { return false };
    if let Some(nodes) = peer.get("nodes") {
        let node = of_kind(world, "Node").find(|node| node["metadata"]["name"] == pod["spec"]["nodeName"]);
        return is_host(pod) && node.is_some_and(|node| selects(nodes, &labels(node)));
    }
    !is_host(pod) && in_set(world, peer, pod)
}

fn cluster_port(one: &Value, to: End<'_>, (protocol, number): Port<'_>) -> bool {
    if let Some(name) = one["namedPort"].as_str().or(one["destinationNamedPort"].as_str()) {
        return container_port(to, name, None) == Some((protocol.to_owned(), number));
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

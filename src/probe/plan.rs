//! A plan: everything that a probe would create and ask, before anything exists.

use super::manifests;
use super::{NAMESPACE, PROBES, PROVERS, Probe, Prover};
use crate::policy::Direction;
use crate::snapshot::{Kind, Node, Protocol, Snapshot, Text};
use serde_json::Value;
use std::time::Duration;

/// So many nodes are probed where nobody says which.
const MOST: usize = 10;
/// Until every pod runs.
pub const START: Duration = Duration::from_secs(60);
/// Until every flow passed without policy; Services and routes may still be on their way.
pub const CONTROL: Duration = Duration::from_secs(20);
/// Until a flow is back after the policy is gone.
pub const BACK: Duration = Duration::from_secs(15);
/// Until everything is removed.
pub const REMOVAL: Duration = Duration::from_secs(60);
/// How long a denied flow is watched unless told otherwise. An agent that has just been started was seen to take eight seconds.
const WATCH: Duration = Duration::from_secs(20);

/// What the user wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// On which nodes.
    pub nodes: Nodes,
    /// Another name of the image, such as that of a mirror.
    pub image: Option<String>,
    /// How long denied flows are watched before they count as open.
    pub watch: Option<Duration>,
}

/// Which nodes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Nodes {
    /// All, or a sample where there are many.
    #[default]
    Few,
    /// All.
    All,
    /// So many, spread over the list.
    Sample(usize),
    /// These.
    Named(Vec<String>),
}

/// Everything that a probe would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What it answers.
    pub probe: Probe,
    /// Four hex digits that tell this run from others.
    pub run: String,
    /// What runs in its pods.
    pub prover: Prover,
    /// The image of the prover.
    pub image: String,
    /// The nodes that are probed, by name.
    pub nodes: Vec<Text>,
    /// Nodes that were meant and cannot be probed, and why.
    pub left_out: Vec<(Text, String)>,
    /// How many nodes there are.
    pub of: usize,
    /// How long denied flows are watched before they count as open.
    pub watch: Duration,
}

/// A plan that the user agreed to.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirmed(Plan);

/// One end calls another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// Position of the client's node in the plan.
    pub from: usize,
    /// Position of the server's node.
    pub to: usize,
    /// On which protocol.
    pub protocol: Protocol,
    /// By which address.
    pub through: Through,
}

/// By which address a server is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// That of its pod.
    Pod,
    /// That of its Service.
    Service,
}

impl Through {
    /// In JSON and for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pod => "pod",
            Self::Service => "service",
        }
    }
}

/// What a probe pod is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is called.
    Server,
    /// It calls.
    Client,
}

impl Part {
    /// As labels and names spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

/// An object that would be created.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// The manifest.
    pub manifest: Value,
}

/// The kinds that probes create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// `Namespace`
    Namespace,
    /// `Pod`
    Pod,
    /// `Service`
    Service,
    /// `NetworkPolicy`
    NetworkPolicy,
}

impl ObjectKind {
    /// All, in the order in which they are removed.
    pub const ALL: [Self; 4] = [Self::NetworkPolicy, Self::Service, Self::Pod, Self::Namespace];

    /// As the API spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Namespace => "Namespace",
            Self::Pod => "Pod",
            Self::Service => "Service",
            Self::NetworkPolicy => "NetworkPolicy",
        }
    }

    /// The path of its list: in the probe's namespace, or of the cluster.
    pub fn path(self) -> String {
        match self {
            Self::Namespace => "/api/v1/namespaces".to_owned(),
            Self::Pod => format!("/api/v1/namespaces/{NAMESPACE}/pods"),
            Self::Service => format!("/api/v1/namespaces/{NAMESPACE}/services"),
            Self::NetworkPolicy => format!("/apis/networking.k8s.io/v1/namespaces/{NAMESPACE}/networkpolicies"),
        }
    }
}

impl Plan {
    /// The plan of the enforcement probe. `run` tells this run from others. The error is a sentence for people.
    pub fn enforcement(snapshot: &Snapshot, wish: &Wish, run: &str) -> Result<Self, String> {
        let mut all: Vec<&Node> = snapshot.nodes.iter().map(AsRef::as_ref).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        if all.is_empty() {
            let name = snapshot.origin.name();
            return Err(if snapshot.sources.is_live(Kind::Node) {
                format!("{name} has no node to probe")
            } else {
                format!("the nodes of {name} could not be read, so there is nothing to plan with")
            });
        }
        let meant = chosen(&all, &wish.nodes)?;
        let left_out: Vec<_> = meant.iter().filter_map(|node| Some((node.name.clone(), unfit(node)?))).collect();
        let nodes: Vec<Text> = meant.iter().filter(|node| unfit(node).is_none()).map(|node| node.name.clone()).collect();
        if nodes.is_empty() {
            let why: Vec<String> = left_out.iter().map(|(node, why)| format!("{node} {why}")).collect();
            return Err(format!("no node can be probed: {}", why.join(", ")));
        }
        let prover = PROVERS[0];
        let image = wish.image.clone().unwrap_or_else(|| prover.image.to_owned());
        let watch = wish.watch.unwrap_or(WATCH);
        Ok(Self { probe: PROBES[0], run: run.to_owned(), prover, image, nodes, left_out, of: all.len(), watch })
    }

    /// What is asked: from every node to itself and to the next, on each protocol, by each address. Every node is at both ends of a
    /// flow on itself and of a flow between nodes, and their number grows as that of the nodes does.
    pub fn flows(&self) -> Vec<Flow> {
        let mut flows = Vec::new();
        for from in 0..self.nodes.len() {
            let next = (from + 1) % self.nodes.len();
            for to in [Some(from), Some(next).filter(|next| *next != from)].into_iter().flatten() {
                for protocol in [Protocol::Tcp, Protocol::Udp] {
                    flows.extend([Through::Pod, Through::Service].map(|through| Flow { from, to, protocol, through }));
                }
            }
        }
        flows
    }

    /// The namespace; created only if it is not there yet.
    pub fn namespace(&self) -> Object {
        manifests::namespace(self)
    }

    /// A server and a client for every node.
    pub fn pods(&self) -> Vec<Object> {
        let both = |at| [Part::Server, Part::Client].map(|part| manifests::pod(self, part, at));
        (0..self.nodes.len()).flat_map(both).collect()
    }

    /// A Service before every server.
    pub fn services(&self) -> Vec<Object> {
        (0..self.nodes.len()).map(|at| manifests::service(self, at)).collect()
    }

    /// The policy that denies one direction: to all servers, or from all clients.
    pub fn policy(&self, direction: Direction) -> Object {
        manifests::policy(self, direction)
    }

    /// Everything that would be created, in that order.
    pub fn objects(&self) -> Vec<Object> {
        let policies = Direction::BOTH.map(|direction| self.policy(direction));
        [vec![self.namespace()], self.pods(), self.services(), policies.to_vec()].concat()
    }

    /// The name of the pod of a node.
    pub fn pod_name(&self, part: Part, at: usize) -> String {
        format!("{}-{}-{at}", part.name(), self.run)
    }

    /// Between two attempts of a flow. All flows go through one API server.
    pub fn every(&self) -> Duration {
        Duration::from_millis((self.flows().len() as u64 * 4).max(100))
    }

    /// The longest that it can take, removal included.
    pub fn longest(&self) -> Duration {
        START + CONTROL + 2 * (self.watch + BACK) + REMOVAL
    }

    /// After so long a pod ends by itself, whatever happens to us.
    pub fn deadline(&self) -> Duration {
        self.longest() + Duration::from_secs(120)
    }

    /// The user agreed.
    pub const fn confirmed(self) -> Confirmed {
        Confirmed(self)
    }
}

impl Confirmed {
    /// What the user agreed to.
    pub const fn plan(&self) -> &Plan {
        &self.0
    }
}

/// The nodes that are meant, in order of their names.
fn chosen<'a>(all: &[&'a Node], nodes: &Nodes) -> Result<Vec<&'a Node>, String> {
    let sample = |count: usize| -> Vec<&'a Node> {
        let count = count.min(all.len());
        (0..count).map(|at| all[at * all.len() / count]).collect()
    };
    match nodes {
        Nodes::Few => Ok(sample(MOST)),
        Nodes::All => Ok(all.to_vec()),
        Nodes::Sample(0) => Err("0 nodes are nothing to probe".to_owned()),
        Nodes::Sample(count) => Ok(sample(*count)),
        Nodes::Named(names) => {
            if let Some(name) = names.iter().find(|name| all.iter().all(|node| *node.name != ***name)) {
                return Err(format!("there is no node {name}"));
            }
            Ok(all.iter().copied().filter(|node| names.iter().any(|name| *node.name == **name)).collect())
        }
    }
}

/// Why a node cannot be probed.
fn unfit(node: &Node) -> Option<String> {
    let ready = node.condition("Ready").map(|condition| condition.status.as_str());
    match (node.os.as_str(), ready) {
        ("windows", _) => Some("runs Windows, which the prober's image is not for".to_owned()),
        (_, Some("True")) => None,
        _ => Some("is not Ready".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Condition;

    fn snapshot(names: &[&str]) -> Snapshot {
        let ready = |status: &str| Condition { kind: "Ready".into(), status: status.into(), ..Condition::default() };
        let node = |name: &&str| {
            let status = if name.ends_with("-down") { "False" } else { "True" };
            Node { name: (*name).into(), conditions: [ready(status)].into(), ..Node::default() }
        };
        Snapshot { nodes: names.iter().map(node).collect(), ..Snapshot::default() }
    }

    fn plan(names: &[&str], nodes: Nodes) -> Result<Plan, String> {
        Plan::enforcement(&snapshot(names), &Wish { nodes, ..Wish::default() }, "7f3a")
    }

    #[test]
    fn every_node_calls_itself_and_the_next_by_both_addresses_and_protocols() {
        let three = plan(&["c", "a", "b"], Nodes::All).unwrap();
        assert_eq!(three.nodes, ["a", "b", "c"].map(Text::from));
        let pairs: Vec<_> = three.flows().iter().map(|flow| (flow.from, flow.to)).step_by(4).collect();
        assert_eq!(pairs, [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 0)]);
        assert_eq!(plan(&["a"], Nodes::All).unwrap().flows().len(), 4, "a node alone calls itself");
    }

    #[test]
    fn what_cannot_be_probed_is_named_and_left_out() {
        let two = plan(&["a", "b-down"], Nodes::All).unwrap();
        assert_eq!((two.nodes.len(), two.left_out.as_slice()), (1, [("b-down".into(), "is not Ready".to_owned())].as_slice()));
        assert_eq!(plan(&["b-down"], Nodes::All).unwrap_err(), "no node can be probed: b-down is not Ready");
        assert_eq!(plan(&["a"], Nodes::Named(vec!["z".to_owned()])).unwrap_err(), "there is no node z");
    }

    #[test]
    fn a_sample_is_spread_over_the_nodes() {
        let names: Vec<String> = (0..100).map(|at| format!("n{at:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(plan(&names, Nodes::Sample(4)).unwrap().nodes, ["n00", "n25", "n50", "n75"].map(Text::from));
        assert_eq!(plan(&names, Nodes::Few).unwrap().nodes.len(), 10);
    }

    #[test]
    fn what_is_created_stays_in_the_namespace_of_probes_and_carries_the_run() {
        let plan = plan(&["a", "b"], Nodes::All).unwrap();
        let objects = plan.objects();
        assert_eq!(objects.len(), 1 + 4 + 2 + 2);
        for object in &objects {
            let meta = &object.manifest["metadata"];
            assert_eq!((&meta["labels"]["cnitui.dev/run"], &meta["name"]), (&"7f3a".into(), &object.name.as_str().into()));
            let namespace = if object.kind == ObjectKind::Namespace { Value::Null } else { "cnitui-probe".into() };
            assert_eq!(meta["namespace"], namespace);
        }
        assert!(plan.deadline() > plan.longest());
    }
}

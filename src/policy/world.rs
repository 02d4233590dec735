//! Who policies are about: pods with their workloads, and namespaces with their labels.
//!
//! Files may hold only what would make pods. Their templates become pods here, as far as files can tell: names are made up, and the
//! labels whose values a controller computes have a value that is not known, so that selectors of them match perhaps.
//! It does not know policies.

use super::dialect::Holds;
use super::model::Namespaces;
use crate::snapshot::{
    Labels, Node, Operator, Origin, Owner, Phase, Pod, PodContainer, Requirement, Selector, Snapshot, Text, Workload,
};
use hashbrown::{HashMap, HashSet};
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Arc;

/// The label that the API server puts on every namespace (NP-13).
pub const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// The value of a label that a controller computes and files cannot tell. No label of a cluster can have it.
pub(super) const COMPUTED: &str = "(computed)";

/// Why it cannot be told whether a selector matches, as the end of a sentence.
pub(super) const OF_COMPUTED: &str = "the value of a label that a controller computes cannot be told from files";

/// Why it cannot be told whether a selector means a namespace, as the end of a sentence.
pub(super) fn unread_labels(namespace: &str) -> String {
    format!("the labels of namespace {namespace} were not read, and a selector asks for them")
}

/// Whether a requirement holds for the labels of a pod.
pub(super) fn holds(requirement: &Requirement, labels: &Labels) -> Holds {
    let is_computed = || labels.get(&requirement.key).is_some_and(|value| *value == *COMPUTED);
    match requirement.operator {
        Operator::In | Operator::NotIn if is_computed() => Holds::Maybe,
        _ => requirement.holds(labels).into(),
    }
}

/// Whether a selector selects the labels of a pod.
pub(super) fn matches(selector: &Selector, labels: &Labels) -> Holds {
    selector.requirements.iter().map(|one| holds(one, labels)).min().unwrap_or(Holds::Yes)
}

/// Most pods that one template becomes. They differ in nothing but the labels of a `StatefulSet`.
const MOST: u32 = 1000;

/// Pods and namespaces.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// All pods: those that exist, then those that templates in files would make.
    pub pods: Vec<Arc<Pod>>,
    /// The labels of every namespace that has an object, or that a pod is in.
    pub namespaces: HashMap<Text, Labels>,
    /// Those of which no object was read: of their labels only the name is known.
    unlabelled: HashSet<Text>,
    /// The nodes by name.
    pub nodes: HashMap<Text, Arc<Node>>,
    /// The address families that pods have here.
    pub families: Vec<Family>,
    controllers: Controllers,
}

/// A family of addresses. Policies decide each by itself (NP-34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

impl Family {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// The family of an address.
    pub const fn of(ip: IpAddr) -> Self {
        if ip.is_ipv4() { Self::V4 } else { Self::V6 }
    }
}

/// A workload by its namespace.
type Key = (Text, Owner);

/// What the input knows of who made whom.
#[derive(Debug, Clone, Default)]
struct Controllers {
    /// Everything that makes pods.
    known: HashSet<Key>,
    /// Who made what makes pods.
    made_by: HashMap<Key, Owner>,
}

/// What would make pods.
struct Maker<'a> {
    namespace: &'a Text,
    workload: Owner,
    replicas: u32,
    /// The number of its first pod
    first: u32,
    labels: &'a Labels,
    host_network: bool,
    containers: Arc<[PodContainer]>,
}

impl World {
    /// The world of `snapshot`. A live cluster has all its pods; only files are completed.
    pub fn of(snapshot: &Snapshot) -> Self {
        let controllers = Controllers::of(snapshot);
        let mut pods: Vec<Arc<Pod>> = snapshot.pods.iter().cloned().collect();
        if !matches!(snapshot.origin, Origin::Live { .. }) {
            let real: HashSet<Key> = pods.iter().map(|pod| (pod.namespace.clone(), controllers.workload(pod))).collect();
            let without_pods = |maker: &Maker<'_>| !real.contains(&(maker.namespace.clone(), maker.workload.clone()));
            pods.extend(makers(snapshot, &controllers).filter(without_pods).flat_map(Maker::pods).map(Arc::new));
        }
        let mut namespaces: HashMap<Text, Labels> =
            snapshot.namespaces.iter().map(|one| (one.name.clone(), with_name(&one.name, &one.labels))).collect();
        let mut unlabelled = HashSet::new();
        for pod in &pods {
            if !namespaces.contains_key(&pod.namespace) {
                namespaces.insert(pod.namespace.clone(), with_name(&pod.namespace, &Labels::default()));
                unlabelled.insert(pod.namespace.clone());
            }
        }
        let nodes = snapshot.nodes.iter().map(|node| (node.name.clone(), Arc::clone(node))).collect();
        let families = families(&pods, snapshot);
        Self { pods, namespaces, unlabelled, nodes, families, controllers }
    }

    /// The workload of a pod: its controller, or what made that, as far as the input shows them; a pod without one is its own, of
    /// kind `Pod`, and so is a static pod.
    pub fn workload(&self, pod: &Pod) -> Owner {
        self.controllers.workload(pod)
    }

    /// The addresses of a pod; on the host network it has its node's.
    pub(super) fn addresses(&self, pod: &Pod) -> [Option<IpAddr>; 2] {
        match self.nodes.get(&pod.node).filter(|_| pod.host_network && pod.ips == [None; 2]) {
            Some(node) => Family::ALL.map(|family| node.internal_ips.iter().copied().find(|ip| Family::of(*ip) == family)),
            None => pod.ips,
        }
    }

    /// Whether the labels of a namespace were read.
    pub fn is_labelled(&self, namespace: &Text) -> bool {
        !self.unlabelled.contains(namespace)
    }

    /// Whether the namespace of that name is one of `namespaces`.
    pub fn is_of(&self, namespaces: &Namespaces, name: &Text) -> Holds {
        match namespaces {
            Namespaces::Named(one) => (one == name).into(),
            Namespaces::Matching(selector) => means(selector, name, self.namespaces.get(name).filter(|_| self.is_labelled(name))),
        }
    }

    /// The labels of a namespace; of one that nothing is known of, its name.
    pub fn labels_of(&self, namespace: &Text) -> Labels {
        self.namespaces.get(namespace).cloned().unwrap_or_else(|| with_name(namespace, &Labels::default()))
    }
}

/// Whether a selector of namespaces means the one of that name; without `labels` nothing but its name is known (NP-13).
pub(super) fn means(selector: &Selector, name: &Text, labels: Option<&Labels>) -> Holds {
    let named = with_name(name, labels.unwrap_or(&Labels::default()));
    let holds = |requirement: &Requirement| match labels {
        None if requirement.key != *NAMESPACE_NAME => Holds::Maybe,
        _ => requirement.holds(&named).into(),
    };
    selector.requirements.iter().map(holds).min().unwrap_or(Holds::Yes)
}

/// The families of the addresses of pods, or of what nodes have for them; IPv4 where nothing tells.
fn families(pods: &[Arc<Pod>], snapshot: &Snapshot) -> Vec<Family> {
    let of_pods = pods.iter().flat_map(|pod| pod.ips.iter().flatten().copied());
    let of_nodes = snapshot.nodes.iter().flat_map(|node| node.pod_cidrs.iter().map(IpNet::addr));
    let seen: HashSet<Family> = of_pods.chain(of_nodes).map(Family::of).collect();
    let seen: Vec<Family> = Family::ALL.into_iter().filter(|family| seen.contains(family)).collect();
    if seen.is_empty() { vec![Family::V4] } else { seen }
}

/// NP-13: files may leave out the label that every namespace has.
pub(super) fn with_name(name: &Text, labels: &Labels) -> Labels {
    match labels.get(NAMESPACE_NAME) {
        Some(value) if value == name => labels.clone(),
        _ => Labels::new(labels.iter().cloned().chain([(NAMESPACE_NAME.into(), name.clone())]).collect()),
    }
}

impl Controllers {
    fn of(snapshot: &Snapshot) -> Self {
        let mut controllers = Self::default();
        for workload in snapshot.workloads.iter() {
            let owner = Owner { kind: workload.kind.name().into(), name: workload.name.clone() };
            controllers.known.insert((workload.namespace.clone(), owner));
        }
        for template in snapshot.templates.iter() {
            let key = (template.namespace.clone(), template.workload.clone());
            if let Some(by) = &template.controller {
                controllers.made_by.insert(key.clone(), by.clone());
            }
            controllers.known.insert(key);
        }
        controllers
    }

    fn knows(&self, namespace: &Text, owner: &Owner) -> bool {
        self.known.contains(&(namespace.clone(), owner.clone()))
    }

    /// Who made `owner`, if the input has both.
    fn above(&self, namespace: &Text, owner: &Owner) -> Option<Owner> {
        self.made_by.get(&(namespace.clone(), owner.clone())).filter(|by| self.knows(namespace, by)).cloned()
    }

    fn workload(&self, pod: &Pod) -> Owner {
        let Some(owner) = pod.owner.as_ref().filter(|owner| owner.kind != "Node") else {
            return Owner { kind: "Pod".into(), name: pod.name.clone() };
        };
        self.above(&pod.namespace, owner).or_else(|| self.deployment(pod, owner)).unwrap_or_else(|| owner.clone())
    }

    /// A cluster is not asked for `ReplicaSets`: a Deployment calls its own `NAME-HASH` and puts the hash on their pods.
    fn deployment(&self, pod: &Pod, owner: &Owner) -> Option<Owner> {
        let hash = pod.labels.get("pod-template-hash").filter(|_| owner.kind == "ReplicaSet")?;
        let name = owner.name.strip_suffix(hash.as_str())?.strip_suffix('-')?;
        let deployment = Owner { kind: "Deployment".into(), name: name.into() };
        self.knows(&pod.namespace, &deployment).then_some(deployment)
    }
}

/// Everything in files that would make pods by itself, and not because something else of the files makes it.
fn makers<'a>(snapshot: &'a Snapshot, controllers: &'a Controllers) -> impl Iterator<Item = Maker<'a>> {
    let workloads = snapshot.workloads.iter().map(|workload| Maker::of(workload));
    let templates = snapshot.templates.iter().filter(|one| controllers.above(&one.namespace, &one.workload).is_none());
    workloads.chain(templates.map(|one| Maker {
        namespace: &one.namespace,
        workload: one.workload.clone(),
        replicas: one.replicas,
        first: one.first,
        labels: &one.labels,
        host_network: one.host_network,
        containers: Arc::clone(&one.containers),
    }))
}

impl<'a> Maker<'a> {
    fn of(workload: &'a Workload) -> Self {
        let kind = workload.kind.name();
        // How many nodes a DaemonSet will find is not in its file.
        let replicas = if kind == "DaemonSet" { workload.rollout.desired.max(1) } else { workload.rollout.desired };
        let beside = workload.init_containers.iter().filter(|container| !container.ports.is_empty());
        let container = |c: &crate::snapshot::Container| PodContainer {
            name: c.name.clone(),
            image: c.image.clone(),
            ports: c.ports.clone(),
            start: None,
        };
        Self {
            namespace: &workload.namespace,
            workload: Owner { kind: kind.into(), name: workload.name.clone() },
            replicas,
            first: 0,
            labels: &workload.pod_labels,
            host_network: workload.host_network,
            containers: workload.containers.iter().chain(beside).map(container).collect(),
        }
    }

    fn pods(self) -> Vec<Pod> {
        let pod = |at: u32| {
            let name = Text::from(format!("{}-{at}", self.workload.name));
            Pod {
                namespace: self.namespace.clone(),
                labels: Labels::new(self.labels.iter().cloned().chain(self.own_labels(&name, at)).collect()),
                name,
                owner: Some(self.workload.clone()),
                host_network: self.host_network,
                containers: Arc::clone(&self.containers),
                phase: Phase::Pending,
                ..Pod::default()
            }
        };
        (0..self.replicas.min(MOST)).map(|at| pod(self.first.saturating_add(at))).collect()
    }

    /// Labels that the controller adds; policies may select by them.
    fn own_labels(&self, pod: &Text, at: u32) -> Vec<(Text, Text)> {
        let name = &self.workload.name;
        let (told, computed): (Vec<(&str, Text)>, &[&str]) = match self.workload.kind.as_str() {
            "Deployment" => (Vec::new(), &["pod-template-hash"]),
            "DaemonSet" => (Vec::new(), &["controller-revision-hash", "pod-template-generation"]),
            "StatefulSet" => (
                vec![
                    ("statefulset.kubernetes.io/pod-name", pod.clone()),
                    ("apps.kubernetes.io/pod-index", at.to_string().into()),
                ],
                &["controller-revision-hash"],
            ),
            "Job" => (
                vec![("batch.kubernetes.io/job-name", name.clone()), ("job-name", name.clone())],
                &["batch.kubernetes.io/controller-uid", "controller-uid"],
            ),
            "CronJob" => (
                Vec::new(),
                &["batch.kubernetes.io/job-name", "job-name", "batch.kubernetes.io/controller-uid", "controller-uid"],
            ),
            _ => (Vec::new(), &[]),
        };
        let told = told.into_iter().map(|(key, value)| (Text::from(key), value));
        told.chain(computed.iter().map(|key| (Text::from(*key), COMPUTED.into()))).collect()
    }
}

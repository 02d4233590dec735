//! The facts themselves: one struct a kind, only the fields that are read, strings shared.
//!
//! Field names follow the Kubernetes API. Times are seconds of the Unix epoch where there are many of them.

use super::{Selector, Text};
use ipnet::IpNet;
use jiff::Timestamp;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// One label or annotation.
pub type Label = (Text, Text);

/// Labels or annotations, sorted by key, shared between objects that carry the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Labels(Arc<[Label]>);

impl Default for Labels {
    fn default() -> Self {
        Self(Arc::from([]))
    }
}

impl Labels {
    /// Sorts `pairs` by key; of equal keys the last one counts.
    pub fn new(mut pairs: Vec<Label>) -> Self {
        pairs.reverse();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|a, b| a.0 == b.0);
        Self(pairs.into())
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Text> {
        self.0.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok().map(|at| &self.0[at].1)
    }

    /// All pairs in the order of their keys.
    pub fn iter(&self) -> std::slice::Iter<'_, Label> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Text that a program reads, such as a value of a `ConfigMap`. It is never printed as it is: cut a [`Text`] out of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Raw(Arc<str>);

impl Raw {
    /// Keeps `text` byte by byte.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The bytes as they came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&super::clean(&self.0), f)
    }
}

/// A node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// Name
    pub name: Text,
    /// Labels
    pub labels: Labels,
    /// Annotations
    pub annotations: Labels,
    /// `spec.podCIDRs`, else `spec.podCIDR`
    pub pod_cidrs: Arc<[IpNet]>,
    /// `spec.providerID`, such as `aws:///eu-west-1a/i-0a`
    pub provider_id: Option<Text>,
    /// `spec.unschedulable`
    pub unschedulable: bool,
    /// `spec.taints`
    pub taints: Arc<[Taint]>,
    /// `status.conditions`
    pub conditions: Arc<[Condition]>,
    /// Addresses of type `InternalIP`
    pub internal_ips: Arc<[IpAddr]>,
    /// `status.allocatable.pods`
    pub pod_capacity: Option<u32>,
    /// `status.nodeInfo.kernelVersion`
    pub kernel: Text,
    /// `status.nodeInfo.osImage`
    pub os_image: Text,
    /// `status.nodeInfo.operatingSystem`
    pub os: Text,
    /// `status.nodeInfo.kubeletVersion`
    pub kubelet: Text,
    /// `status.nodeInfo.containerRuntimeVersion`
    pub runtime: Text,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

impl Node {
    /// The condition of that type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions.iter().find(|c| c.kind == kind)
    }
}

/// A condition of a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// `type`, such as `Ready`
    pub kind: Text,
    /// `True`, `False` or `Unknown`
    pub status: Text,
    /// One word
    pub reason: Text,
    /// A sentence
    pub message: Text,
    /// `lastTransitionTime`
    pub since: Option<Timestamp>,
}

/// A taint of a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taint {
    /// Key
    pub key: Text,
    /// Value, empty if it has none
    pub value: Text,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`
    pub effect: Text,
}

/// A toleration of a pod template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Toleration {
    /// Key; empty with `Exists` tolerates all
    pub key: Text,
    /// `Exists`, or `Equal` when empty
    pub operator: Text,
    /// Value
    pub value: Text,
    /// Effect; empty means all
    pub effect: Text,
}

impl Toleration {
    /// Whether a pod with this toleration stands `taint`.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        (self.effect.is_empty() || self.effect == taint.effect)
            && if self.operator == "Exists" {
                self.key.is_empty() || self.key == taint.key
            } else {
                self.key == taint.key && self.value == taint.value
            }
    }
}

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Namespace {
    /// Name
    pub name: Text,
    /// Labels
    pub labels: Labels,
}

/// A pod. There may be hundreds of thousands: every byte here counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pod {
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// Labels
    pub labels: Labels,
    /// The controller that made it
    pub owner: Option<Owner>,
    /// `spec.nodeName`, empty while not scheduled
    pub node: Text,
    /// `spec.hostNetwork`
    pub host_network: bool,
    /// `spec.containers`
    pub containers: Arc<[PodContainer]>,
    /// `status.phase`
    pub phase: Phase,
    /// Condition `Ready`
    pub ready: bool,
    /// `metadata.deletionTimestamp` is set
    pub terminating: bool,
    /// `status.podIPs`, first of each family
    pub ips: [Option<IpAddr>; 2],
    /// `metadata.creationTimestamp`, in seconds of the epoch; 0 if it has none
    pub created: u32,
    /// What its containers do, unless all run, are ready and never restarted
    pub trouble: Option<Box<Trouble>>,
}

impl Pod {
    /// Restarts of all its containers.
    pub fn restarts(&self) -> u32 {
        self.trouble.iter().flat_map(|t| &t.containers).map(|c| c.restarts).sum()
    }
}

/// Everything about a pod that is not "runs, ready, never restarted".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trouble {
    /// `status.reason` or the reason why it is not scheduled
    pub reason: Text,
    /// The sentence to it
    pub message: Text,
    /// When condition `Ready` last changed, in seconds of the epoch; 0 if unknown
    pub since: u32,
    /// `status.initContainerStatuses`, then `status.containerStatuses`
    pub containers: Vec<ContainerStatus>,
}

/// The controller of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Owner {
    /// `DaemonSet`, `ReplicaSet`, ...
    pub kind: Text,
    /// Name
    pub name: Text,
}

/// `status.phase` of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Phase {
    /// Not all containers were started
    #[default]
    Pending,
    /// At least one container runs
    Running,
    /// All ended well
    Succeeded,
    /// All ended, at least one badly
    Failed,
    /// Its node does not answer
    Unknown,
}

impl Phase {
    /// As the API spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether its containers ended for good.
    pub const fn finished(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// A container of a pod: what policies and version checks need.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PodContainer {
    /// Name
    pub name: Text,
    /// Image as the pod asks for it
    pub image: Text,
    /// Declared ports
    pub ports: Box<[Port]>,
}

/// A declared container port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Port {
    /// Name, empty if it has none
    pub name: Text,
    /// Number, 1 to 65535
    pub number: u16,
    /// Protocol
    pub protocol: Protocol,
}

/// The protocols of policies and ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protocol {
    /// TCP, also where the API leaves it out
    #[default]
    Tcp,
    /// UDP
    Udp,
    /// SCTP
    Sctp,
}

impl Protocol {
    /// As the API spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

/// What one container does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerStatus {
    /// Name
    pub name: Text,
    /// Whether it is an init container
    pub init: bool,
    /// Whether it is ready
    pub ready: bool,
    /// `restartCount`
    pub restarts: u32,
    /// What it does now
    pub state: RunState,
    /// How it ended the last time
    pub last: Option<RunState>,
}

/// State of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RunState {
    /// The kubelet said nothing
    #[default]
    Unknown,
    /// Runs
    Running,
    /// Waits, such as in `CrashLoopBackOff`
    Waiting {
        /// One word
        reason: Text,
        /// A sentence
        message: Text,
    },
    /// Ended
    Terminated {
        /// Exit code
        exit_code: i32,
        /// One word, such as `OOMKilled`
        reason: Text,
        /// A sentence
        message: Text,
        /// When, in seconds of the epoch; 0 if unknown
        at: u32,
    },
}

/// A Service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// Labels
    pub labels: Labels,
    /// `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`
    pub kind: Text,
    /// `spec.clusterIPs`; empty for headless ones
    pub cluster_ips: Arc<[IpAddr]>,
    /// `spec.selector`; empty selects nothing
    pub selector: Labels,
    /// Ports
    pub ports: Arc<[ServicePort]>,
}

/// A port of a Service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServicePort {
    /// Name, empty if it has none
    pub name: Text,
    /// Number
    pub port: u16,
    /// Protocol
    pub protocol: Protocol,
    /// `targetPort`, else the port itself
    pub target: PortRef,
    /// `nodePort`
    pub node_port: Option<u16>,
}

/// A port by number or by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PortRef {
    /// Number
    Number(u16),
    /// Name of a container port
    Name(Text),
}

impl Default for PortRef {
    fn default() -> Self {
        Self::Number(0)
    }
}

/// What makes pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum WorkloadKind {
    /// `DaemonSet`
    #[default]
    DaemonSet,
    /// Deployment
    Deployment,
}

impl WorkloadKind {
    /// As the API spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DaemonSet => "DaemonSet",
            Self::Deployment => "Deployment",
        }
    }
}

/// A `DaemonSet` or Deployment, with its pod template.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workload {
    /// Which of them
    pub kind: WorkloadKind,
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// Labels
    pub labels: Labels,
    /// Annotations
    pub annotations: Labels,
    /// `spec.selector`
    pub selector: Selector,
    /// Labels of the pod template
    pub pod_labels: Labels,
    /// `hostNetwork` of the template
    pub host_network: bool,
    /// `nodeSelector` of the template
    pub node_selector: Labels,
    /// Tolerations of the template
    pub tolerations: Arc<[Toleration]>,
    /// Whether the template has a required node affinity, which is not evaluated
    pub node_affinity: bool,
    /// Init containers of the template
    pub init_containers: Arc<[Container]>,
    /// Containers of the template
    pub containers: Arc<[Container]>,
    /// How far it is rolled out
    pub rollout: Rollout,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

/// How far a workload is rolled out. Counts are pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rollout {
    /// Wanted
    pub desired: u32,
    /// There, of whatever version
    pub current: u32,
    /// Of the newest template
    pub updated: u32,
    /// Ready
    pub ready: u32,
    /// Ready for long enough
    pub available: u32,
    /// On nodes where they should not be
    pub misscheduled: u32,
    /// Whether the controller has seen the newest template
    pub observed: bool,
}

/// A container of a template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Container {
    /// Name
    pub name: Text,
    /// Image
    pub image: Text,
    /// `command`, then `args`
    pub args: Arc<[Text]>,
    /// Environment; what comes from Secrets has neither value nor source
    pub env: Arc<[Env]>,
}

/// One variable of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Env {
    /// Name
    pub name: Text,
    /// `value`
    pub value: Option<Text>,
    /// `valueFrom.configMapKeyRef`
    pub config: Option<ConfigKey>,
}

/// A key of a `ConfigMap` in the same namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigKey {
    /// Name of the `ConfigMap`
    pub name: Text,
    /// Key
    pub key: Text,
}

/// A kind that was installed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crd {
    /// `plural.group`
    pub name: Text,
    /// Group
    pub group: Text,
    /// Kind
    pub kind: Text,
    /// Versions that are served
    pub served: Arc<[Text]>,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

/// A `ConfigMap` that detection asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigMap {
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// `data`
    pub data: Vec<(Text, Raw)>,
}

impl ConfigMap {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.data.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }
}

/// A `NetworkPolicy`, defaults filled in as the API server would.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NetworkPolicy {
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// `spec.podSelector`; empty selects all pods of the namespace (NP-7)
    pub pod_selector: Selector,
    /// Whether it isolates the pods for ingress (NP-4: `policyTypes`, else always)
    pub isolates_ingress: bool,
    /// Whether it isolates the pods for egress (NP-4: `policyTypes`, else if there is an egress section)
    pub isolates_egress: bool,
    /// `spec.ingress`
    pub ingress: Arc<[PolicyRule]>,
    /// `spec.egress`
    pub egress: Arc<[PolicyRule]>,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

/// A rule: any of its peers on any of its ports.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PolicyRule {
    /// Peers; empty means everybody
    pub peers: Vec<Peer>,
    /// Ports; empty means all
    pub ports: Vec<PolicyPort>,
}

/// Who a rule is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Peer {
    /// Pods of the same namespace, or of the namespaces that match
    Pods {
        /// `namespaceSelector`
        namespaces: Option<Selector>,
        /// `podSelector`
        pods: Option<Selector>,
    },
    /// Addresses
    Block(IpBlock),
}

/// `ipBlock` of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct IpBlock {
    /// `cidr`
    pub cidr: IpNet,
    /// `except`
    pub except: Vec<IpNet>,
}

/// A port, or range of ports, of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyPort {
    /// Protocol
    pub protocol: Protocol,
    /// `port`; none means all of the protocol
    pub port: Option<PortRef>,
    /// `endPort`
    pub end_port: Option<u16>,
}

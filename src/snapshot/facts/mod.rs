//! The facts themselves: one struct a kind, only the fields that are read, strings shared.
//!
//! Field names follow the Kubernetes API. Times are seconds of the Unix epoch where there are many of them.

mod custom;
mod labels;
mod measurement;
mod node;
mod pod;
mod policy;
mod route;
mod service;
mod workload;

pub use custom::CustomResource;
pub use labels::{Label, Labels, Raw};
pub use measurement::{MeasuredNode, Measurement, SideVerdict};
pub use node::{Condition, Node, Taint, Toleration};
pub use pod::{ContainerStatus, Owner, Phase, Pod, PodContainer, Port, Protocol, RunState, Trouble};
pub use policy::{
    ClusterPeer, ClusterPolicy, ClusterPort, ClusterRule, ForeignPolicy, IpBlock, NetworkPolicy, Peer, PodSet, PolicyPort,
    PolicyRule, RuleAction, Tier,
};
pub use route::{Backend, Route};
pub use service::{Namespace, PortRef, Service, ServicePort};
pub use workload::{ConfigKey, ConfigMap, Container, Crd, Env, EnvFrom, Rollout, Strategy, Template, Workload, WorkloadKind};

/// What the objects of a kind become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// A [`Node`](Node).
    Node,
    /// A [`Namespace`](Namespace).
    Namespace,
    /// A [`Pod`](Pod).
    Pod,
    /// A [`Service`](Service).
    Service,
    /// A [`Workload`](Workload).
    Workload,
    /// A [`NetworkPolicy`](NetworkPolicy).
    NetworkPolicy,
    /// A [`ClusterPolicy`](ClusterPolicy).
    ClusterPolicy,
    /// A [`ForeignPolicy`](ForeignPolicy): its rules are not read.
    ForeignPolicy,
    /// A [`CustomResource`](CustomResource).
    CustomResource,
    /// A [`Route`](Route).
    Route,
    /// A [`Crd`](Crd).
    Crd,
    /// A [`ConfigMap`](ConfigMap).
    ConfigMap,
}

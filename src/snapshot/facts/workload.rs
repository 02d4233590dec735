//! What makes pods, and what configures it: workloads with their templates, installed kinds, `ConfigMaps`.

use super::{Labels, Owner, PodContainer, Port, Raw, Toleration};
use crate::snapshot::{Selector, Text};
use jiff::Timestamp;
use std::sync::Arc;

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
    /// How pods of an older template are replaced
    pub strategy: Strategy,
    /// How far it is rolled out
    pub rollout: Rollout,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

/// How pods of an older template are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// By the controller
    #[default]
    Rolling,
    /// When somebody deletes them (`OnDelete` of a `DaemonSet`)
    OnDelete,
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

impl Rollout {
    /// Whether there is a status at all: a manifest has none, nor has an object that its controller has not seen.
    pub const fn is_told(&self) -> bool {
        self.observed || self.current > 0
    }
}

/// A container of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Container {
    /// Name
    pub name: Text,
    /// Image
    pub image: Text,
    /// `command`, then `args`
    pub args: Arc<[Text]>,
    /// Environment; what comes from Secrets has neither value nor source
    pub env: Arc<[Env]>,
    /// `envFrom`: variables in bulk, whose names are not written in the template
    pub env_from: Arc<[EnvFrom]>,
    /// Declared ports; those of an init container only if it runs beside the others (`restartPolicy: Always`)
    pub ports: Box<[Port]>,
}

/// What would make pods, where only files tell of it: a `StatefulSet`, `ReplicaSet`, Job, `CronJob` or `ReplicationController`. A
/// cluster is not asked for these kinds, since its pods are there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// Namespace
    pub namespace: Text,
    /// The workload itself
    pub workload: Owner,
    /// What made the workload, such as a Deployment
    pub controller: Option<Owner>,
    /// Pods that it makes
    pub replicas: u32,
    /// The number of its first pod: `ordinals.start` of a `StatefulSet`
    pub first: u32,
    /// Labels of the pods
    pub labels: Labels,
    /// `hostNetwork` of the pods
    pub host_network: bool,
    /// Containers of the pods, then the init containers that run beside them
    pub containers: Arc<[PodContainer]>,
}

/// One variable of a container.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Env {
    /// Name
    pub name: Text,
    /// `value`
    pub value: Option<Text>,
    /// `valueFrom.configMapKeyRef`
    pub config: Option<ConfigKey>,
}

/// Where variables come from in bulk.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct EnvFrom {
    /// What their names begin with
    pub prefix: Text,
    /// `configMapRef.name`; none of a Secret, whose name is not kept
    pub config_map: Option<Text>,
}

/// A key of a `ConfigMap` in the same namespace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
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
    /// When somebody changed it last: the newest time of `metadata.managedFields`, which files often lack
    pub changed: Option<Timestamp>,
}

impl ConfigMap {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.data.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }
}

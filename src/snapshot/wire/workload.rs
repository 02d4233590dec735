//! `DaemonSets` and Deployments.

use super::pod::{ALWAYS, ContainerPort};
use super::{Given, LabelSelector, List, Map, Meta, Shape, Str, annotations};
use crate::snapshot::pool::Pool;
use crate::snapshot::{
    ConfigKey, Container, Env, EnvFrom, Kind, Rollout, Selector, Snapshot, Strategy, Table, Toleration, Workload, WorkloadKind,
};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a, Map<'a>>>,
    spec: Option<Spec<'a>>,
    status: Option<Status>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec<'a> {
    replicas: Option<u32>,
    #[serde(borrow)]
    update_strategy: Option<Update<'a>>,
    selector: Option<LabelSelector<'a>>,
    template: Option<Template<'a>>,
}

/// `updateStrategy` of a `DaemonSet`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Update<'a> {
    #[serde(borrow, rename = "type")]
    kind: Str<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Template<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
    spec: Option<PodSpec<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PodSpec<'a> {
    host_network: Option<bool>,
    #[serde(borrow)]
    node_selector: Map<'a>,
    tolerations: List<TolerationShape<'a>>,
    affinity: Option<Affinity>,
    init_containers: List<ContainerShape<'a>>,
    containers: List<ContainerShape<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TolerationShape<'a> {
    #[serde(borrow)]
    key: Str<'a>,
    operator: Str<'a>,
    value: Str<'a>,
    effect: Str<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Affinity {
    node_affinity: Option<NodeAffinity>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NodeAffinity {
    required_during_scheduling_ignored_during_execution: Given,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContainerShape<'a> {
    #[serde(borrow)]
    pub(super) name: Str<'a>,
    pub(super) image: Str<'a>,
    pub(super) command: List<Str<'a>>,
    pub(super) args: List<Str<'a>>,
    pub(super) env: List<EnvShape<'a>>,
    pub(super) restart_policy: Str<'a>,
    pub(super) ports: List<ContainerPort<'a>>,
    pub(super) env_from: List<EnvFromShape<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct EnvShape<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    value: Option<Str<'a>>,
    value_from: Option<ValueFrom<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct EnvFromShape<'a> {
    #[serde(borrow)]
    prefix: Str<'a>,
    config_map_ref: Option<KeyRef<'a>>,
}

/// Of the sources only `ConfigMaps` are read; a Secret's name and key are not.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ValueFrom<'a> {
    #[serde(borrow)]
    config_map_key_ref: Option<KeyRef<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct KeyRef<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    key: Str<'a>,
}

/// The counts of both kinds; their names differ.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    observed_generation: Option<i64>,
    desired_number_scheduled: Option<u32>,
    current_number_scheduled: Option<u32>,
    updated_number_scheduled: Option<u32>,
    number_ready: Option<u32>,
    number_available: Option<u32>,
    number_misscheduled: Option<u32>,
    replicas: Option<u32>,
    updated_replicas: Option<u32>,
    ready_replicas: Option<u32>,
    available_replicas: Option<u32>,
}

impl ContainerShape<'_> {
    /// An init container that ends has no ports to reach (NP-23).
    fn read_init(&self, pool: &mut Pool) -> Container {
        let ports = if self.restart_policy.as_str() == ALWAYS { self.read(pool).ports } else { Box::default() };
        Container { ports, ..self.read(pool) }
    }

    pub(super) fn read(&self, pool: &mut Pool) -> Container {
        Container {
            name: pool.text(self.name.as_str()),
            image: pool.text(self.image.as_str()),
            args: self.command.0.iter().chain(&self.args.0).map(|arg| pool.text(arg.as_str())).collect(),
            env: self.env.0.iter().map(|env| env.read(pool)).collect(),
            ports: self.ports.0.iter().map(|port| port.read(pool)).collect(),
            env_from: self.env_from.0.iter().map(|from| from.read(pool)).collect(),
        }
    }
}

impl EnvFromShape<'_> {
    fn read(&self, pool: &mut Pool) -> EnvFrom {
        let config_map = self.config_map_ref.as_ref().map(|map| pool.text(map.name.as_str()));
        EnvFrom { prefix: pool.text(self.prefix.as_str()), config_map }
    }
}

impl EnvShape<'_> {
    fn read(&self, pool: &mut Pool) -> Env {
        let config = self.value_from.as_ref().and_then(|from| from.config_map_key_ref.as_ref());
        Env {
            name: pool.text(self.name.as_str()),
            value: self.value.as_ref().map(|value| pool.text(value.as_str())),
            config: config.map(|r| ConfigKey { name: pool.text(r.name.as_str()), key: pool.text(r.key.as_str()) }),
        }
    }
}

impl TolerationShape<'_> {
    fn read(&self, pool: &mut Pool) -> Toleration {
        Toleration {
            key: pool.text(self.key.as_str()),
            operator: pool.text(self.operator.as_str()),
            value: pool.text(self.value.as_str()),
            effect: pool.text(self.effect.as_str()),
        }
    }
}

impl Status {
    fn rollout(&self, kind: WorkloadKind, replicas: u32, generation: Option<i64>) -> Rollout {
        let count = |of_daemon_set: Option<u32>, of_deployment: Option<u32>| {
            if kind == WorkloadKind::DaemonSet { of_daemon_set } else { of_deployment }.unwrap_or_default()
        };
        let current = count(self.current_number_scheduled, self.replicas);
        let desired = count(self.desired_number_scheduled, Some(replicas));
        let observed = match (self.observed_generation, generation) {
            (Some(observed), Some(generation)) => observed >= generation,
            (Some(_), None) => true,
            // A fresh object has a status of zeros before its controller wrote one.
            (None, _) => current > 0 || self.desired_number_scheduled.is_some_and(|desired| desired > 0),
        };
        Rollout {
            desired,
            current,
            updated: count(self.updated_number_scheduled, self.updated_replicas),
            ready: count(self.number_ready, self.ready_replicas),
            available: count(self.number_available, self.available_replicas),
            misscheduled: count(self.number_misscheduled, None),
            observed,
        }
    }
}

impl Shape for Workload {
    type Wire<'a> = Wire<'a>;

    fn read(kind: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let kind = if kind == Kind::Deployment { WorkloadKind::Deployment } else { WorkloadKind::DaemonSet };
        let (meta, spec) = (object.metadata.unwrap_or_default(), object.spec.unwrap_or_default());
        let template = spec.template.unwrap_or_default();
        let (pod_meta, pod) = (template.metadata.unwrap_or_default(), template.spec.unwrap_or_default());
        let pod_labels = pool.labels(&pod_meta.labels);
        let affinity = pod.affinity.unwrap_or_default().node_affinity.unwrap_or_default();
        Self {
            kind,
            namespace: meta.namespace(pool),
            name: pool.text(meta.name.as_str()),
            labels: pool.labels(&meta.labels),
            // extensions/v1beta1 filled in the labels of the template.
            selector: spec.selector.map_or_else(|| Selector::of_labels(&pod_labels), |selector| selector.read(pool)),
            pod_labels,
            host_network: pod.host_network.unwrap_or_default(),
            node_selector: pool.labels(&pod.node_selector),
            tolerations: pod.tolerations.0.iter().map(|toleration| toleration.read(pool)).collect(),
            node_affinity: affinity.required_during_scheduling_ignored_during_execution == Given::Yes,
            init_containers: pod.init_containers.0.iter().map(|container| container.read_init(pool)).collect(),
            containers: pod.containers.0.iter().map(|container| container.read(pool)).collect(),
            strategy: match spec.update_strategy.unwrap_or_default().kind.as_str() {
                "OnDelete" => Strategy::OnDelete,
                _ => Strategy::Rolling,
            },
            rollout: object.status.unwrap_or_default().rollout(kind, spec.replicas.unwrap_or(1), meta.generation),
            created: pool.time(meta.creation_timestamp),
            annotations: annotations(meta.annotations, pool),
        }
    }

    fn key(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.workloads
    }
}

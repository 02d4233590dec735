//! Nodes and namespaces.

use super::{Cidr, List, Map, Meta, Shape, Str, Time, annotations};
use crate::snapshot::pool::Pool;
use crate::snapshot::{Condition, Kind, Namespace, Node, Snapshot, Table, Taint};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a, Map<'a>>>,
    spec: Option<Spec<'a>>,
    status: Option<Status<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(rename = "podCIDR")]
    pod_cidr: Option<Cidr>,
    #[serde(rename = "podCIDRs")]
    pod_cidrs: List<Cidr>,
    #[serde(borrow, rename = "providerID")]
    provider_id: Str<'a>,
    unschedulable: Option<bool>,
    taints: List<TaintShape<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TaintShape<'a> {
    #[serde(borrow)]
    key: Str<'a>,
    value: Str<'a>,
    effect: Str<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status<'a> {
    #[serde(borrow)]
    conditions: List<ConditionShape<'a>>,
    addresses: List<NodeAddress<'a>>,
    allocatable: Option<Allocatable<'a>>,
    node_info: Option<Info<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ConditionShape<'a> {
    #[serde(borrow, rename = "type")]
    kind: Str<'a>,
    status: Str<'a>,
    reason: Str<'a>,
    message: Str<'a>,
    last_transition_time: Option<Time>,
    // Told every few minutes: the best clock that a file has.
    last_heartbeat_time: Option<Time>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NodeAddress<'a> {
    #[serde(borrow, rename = "type")]
    kind: Str<'a>,
    address: Str<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Allocatable<'a> {
    #[serde(borrow)]
    pods: Quantity<'a>,
}

/// A count, which the API writes as a string and people as a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Quantity<'a> {
    Number(u32),
    #[serde(borrow)]
    Text(Str<'a>),
}

impl Default for Quantity<'_> {
    fn default() -> Self {
        Self::Text(Str::default())
    }
}

impl Quantity<'_> {
    fn count(&self) -> Option<u32> {
        match self {
            Self::Number(count) => Some(*count),
            Self::Text(text) => match text.as_str().strip_suffix('k') {
                Some(thousands) => thousands.parse::<u32>().ok()?.checked_mul(1000),
                None => text.as_str().parse().ok(),
            },
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Info<'a> {
    #[serde(borrow)]
    kernel_version: Str<'a>,
    os_image: Str<'a>,
    operating_system: Str<'a>,
    kubelet_version: Str<'a>,
    container_runtime_version: Str<'a>,
}

impl ConditionShape<'_> {
    fn read(&self, pool: &mut Pool) -> Condition {
        pool.time(self.last_heartbeat_time);
        Condition {
            kind: pool.text(self.kind.as_str()),
            status: pool.text(self.status.as_str()),
            reason: pool.text(self.reason.as_str()),
            message: pool.text(self.message.as_str()),
            since: pool.time(self.last_transition_time),
        }
    }
}

impl TaintShape<'_> {
    fn read(&self, pool: &mut Pool) -> Taint {
        Taint {
            key: pool.text(self.key.as_str()),
            value: pool.text(self.value.as_str()),
            effect: pool.text(self.effect.as_str()),
        }
    }
}

impl Shape for Node {
    type Wire<'a> = Wire<'a>;

    fn read(_: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let (meta, spec) = (object.metadata.unwrap_or_default(), object.spec.unwrap_or_default());
        let status = object.status.unwrap_or_default();
        let info = status.node_info.unwrap_or_default();
        let internal = |address: &&NodeAddress<'_>| address.kind.as_str() == "InternalIP";
        let cidrs = if spec.pod_cidrs.0.is_empty() { spec.pod_cidr.into_iter().collect() } else { spec.pod_cidrs.0 };
        Self {
            name: pool.text(meta.name.as_str()),
            labels: pool.labels(&meta.labels),
            annotations: annotations(meta.annotations, pool),
            pod_cidrs: cidrs.into_iter().map(|cidr| cidr.0).collect(),
            provider_id: pool.given(spec.provider_id.as_str()),
            unschedulable: spec.unschedulable.unwrap_or_default(),
            taints: spec.taints.0.iter().map(|taint| taint.read(pool)).collect(),
            conditions: status.conditions.0.iter().map(|condition| condition.read(pool)).collect(),
            internal_ips: status.addresses.0.iter().filter(internal).filter_map(|a| a.address.as_str().parse().ok()).collect(),
            pod_capacity: status.allocatable.and_then(|allocatable| allocatable.pods.count()),
            kernel: pool.text(info.kernel_version.as_str()),
            os_image: pool.text(info.os_image.as_str()),
            os: pool.text(info.operating_system.as_str()),
            kubelet: pool.text(info.kubelet_version.as_str()),
            runtime: pool.text(info.container_runtime_version.as_str()),
            created: pool.time(meta.creation_timestamp),
        }
    }

    fn key(&self) -> (&str, &str) {
        ("", &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.nodes
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct NamespaceWire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
}

impl Shape for Namespace {
    type Wire<'a> = NamespaceWire<'a>;

    fn read(_: Kind, object: NamespaceWire<'_>, pool: &mut Pool) -> Self {
        let meta = object.metadata.unwrap_or_default();
        pool.time(meta.creation_timestamp);
        Self { name: pool.text(meta.name.as_str()), uid: meta.uid.as_str().into(), labels: pool.labels(&meta.labels) }
    }

    fn key(&self) -> (&str, &str) {
        ("", &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.namespaces
    }
}

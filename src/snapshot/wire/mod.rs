//! The API objects as they come: only the fields that are read, borrowed from the JSON text, turned into facts.
//!
//! Everything may be missing or `null`; what has a wrong type or an impossible value fails to parse, and [`super::repair`] takes it
//! out by name. Annotations of pods are never materialised, of `managedFields` only times; Secrets have no shape at all.
//! To read another field: its name here, its place in the fact, and a line in the kind's `read`.

mod cluster_policy;
mod config;
mod custom;
mod foreign;
mod leaf;
mod node;
mod pod;
mod policy;
mod route;
mod service;
mod template;
mod workload;

pub(super) use cluster_policy::UNKNOWN;
pub(super) use custom::{AGENT_CONDITIONS, has_own_conditions};
pub(super) use leaf::{Address, Cidr, ClusterIp, Given, IntOrString, List, Map, PortNumber, Proto, ServiceIp, Str, Time};
pub(super) use pod::PodContainerShape;
pub(super) use template::{Wire as TemplateWire, template_kind, template_version};

use super::pool::Pool;
use super::{Kind, Labels, Operator, Requirement, Selector, Snapshot, Table, Text};
use serde::Deserialize;

/// A fact that is read from objects of the API.
pub(super) trait Shape: PartialEq + Sized {
    /// The object.
    type Wire<'a>: Deserialize<'a>;

    /// The fact that the object states.
    fn read(kind: Kind, object: Self::Wire<'_>, pool: &mut Pool) -> Self;

    /// Namespace and name, the namespace empty for objects of the cluster.
    fn key(&self) -> (&str, &str);

    /// Where facts of this kind are kept.
    fn table(now: &mut Snapshot) -> &mut Table<Self>;
}

/// `metadata`. `A` is what becomes of the annotations, `M` of the managed fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Meta<'a, A = Given, M = Given> {
    #[serde(borrow)]
    namespace: Str<'a>,
    name: Str<'a>,
    uid: Str<'a>,
    labels: Map<'a>,
    annotations: A,
    owner_references: List<OwnerReference<'a>>,
    creation_timestamp: Option<Time>,
    deletion_timestamp: Given,
    generation: Option<i64>,
    managed_fields: M,
}

/// Who manages which fields, of which only the time counts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Managed {
    time: Option<Time>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OwnerReference<'a> {
    #[serde(borrow)]
    kind: Str<'a>,
    name: Str<'a>,
    controller: Option<bool>,
}

impl<A, M> Meta<'_, A, M> {
    /// The namespace. Objects in files may leave it out, and would be applied to `default`.
    fn namespace(&self, pool: &mut Pool) -> Text {
        if self.namespace.is_empty() { pool.text("default") } else { pool.text(self.namespace.as_str()) }
    }
}

/// Written by kubectl: the whole object once more, with whatever secrets it has.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The annotations that are kept.
fn annotations(mut map: Map<'_>, pool: &mut Pool) -> Labels {
    map.0.retain(|(key, _)| key.as_str() != LAST_APPLIED);
    pool.labels(&map)
}

/// A label selector.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct LabelSelector<'a> {
    #[serde(borrow)]
    match_labels: Map<'a>,
    match_expressions: List<Expression<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Expression<'a> {
    #[serde(borrow)]
    key: Str<'a>,
    operator: Op,
    values: List<Str<'a>>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
enum Op {
    #[default]
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

impl LabelSelector<'_> {
    fn read(&self, pool: &mut Pool) -> Selector {
        let mut requirements = Selector::of_labels(&pool.labels(&self.match_labels)).requirements;
        requirements.extend(self.match_expressions.0.iter().map(|expression| Requirement {
            key: pool.text(expression.key.as_str()),
            operator: match expression.operator {
                Op::In => Operator::In,
                Op::NotIn => Operator::NotIn,
                Op::Exists => Operator::Exists,
                Op::DoesNotExist => Operator::DoesNotExist,
            },
            values: expression.values.0.iter().map(|value| pool.text(value.as_str())).collect(),
        }));
        Selector { requirements }
    }
}

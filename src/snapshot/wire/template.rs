//! What would make pods, of the kinds that a cluster is not asked for: read from files only.

use super::pod::lasting;
use super::{List, Meta, PodContainerShape, Str};
use crate::snapshot::pool::Pool;
use crate::snapshot::{Owner, Template};
use serde::Deserialize;

/// The kinds, and the `apiVersion`s whose objects are read.
const KINDS: [(&str, &[&str]); 5] = [
    ("StatefulSet", &["apps/v1", "apps/v1beta2", "apps/v1beta1"]),
    ("ReplicaSet", &["apps/v1", "apps/v1beta2", "extensions/v1beta1"]),
    ("ReplicationController", &["v1"]),
    ("Job", &["batch/v1"]),
    ("CronJob", &["batch/v1", "batch/v1beta1"]),
];

/// The kind of a manifest, if it is one of these.
pub(in super::super) fn template_kind(api_version: &str, kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(name, versions)| *name == kind && versions.contains(&api_version)).map(|(name, _)| *name)
}

/// The `apiVersion` that objects of such a kind are written with.
pub(in super::super) fn template_version(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(name, _)| *name == kind).map(|(_, versions)| versions[0])
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
    spec: Option<Spec<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec<'a> {
    replicas: Option<u32>,
    /// Of a `StatefulSet`
    ordinals: Option<Ordinals>,
    /// Of a Job
    parallelism: Option<u32>,
    #[serde(borrow)]
    template: Option<PodTemplate<'a>>,
    /// Of a `CronJob`
    job_template: Option<JobTemplate<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ordinals {
    start: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct JobTemplate<'a> {
    #[serde(borrow)]
    spec: Option<Box<Spec<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PodTemplate<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
    spec: Option<PodSpec<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PodSpec<'a> {
    host_network: Option<bool>,
    #[serde(borrow)]
    containers: List<PodContainerShape<'a>>,
    init_containers: List<PodContainerShape<'a>>,
}

impl Wire<'_> {
    /// The fact that the object states. `kind` is its kind.
    pub(in super::super) fn read(self, kind: &str, pool: &mut Pool) -> Template {
        let (meta, spec) = (self.metadata.unwrap_or_default(), self.spec.unwrap_or_default());
        let job = spec.job_template.and_then(|job| job.spec).map(|spec| *spec);
        let Spec { replicas, ordinals, parallelism, template, .. } = job.unwrap_or(Spec { job_template: None, ..spec });
        let template = template.unwrap_or_default();
        let pod = template.spec.unwrap_or_default();
        let mut owner = |kind: &str, name: &Str<'_>| Owner { kind: pool.text(kind), name: pool.text(name.as_str()) };
        let made_by = meta.owner_references.0.iter().find(|owner| owner.controller == Some(true));
        Template {
            workload: owner(kind, &meta.name),
            controller: made_by.map(|by| owner(by.kind.as_str(), &by.name)),
            namespace: meta.namespace(pool),
            replicas: replicas.or(parallelism).unwrap_or(1),
            first: ordinals.unwrap_or_default().start,
            labels: pool.labels(&template.metadata.unwrap_or_default().labels),
            host_network: pod.host_network.unwrap_or_default(),
            containers: pool.containers(&lasting(pod.containers, pod.init_containers), &[]),
        }
    }
}

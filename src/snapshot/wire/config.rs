//! `ConfigMaps` and installed kinds.

use super::{Given, List, Managed, Meta, Shape, Str};
use crate::snapshot::pool::Pool;
use crate::snapshot::{ConfigMap, Crd, Kind, Raw, Snapshot, Table};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a, Given, List<Managed>>>,
    // Read by programs: kept byte by byte.
    data: Option<BTreeMap<Cow<'a, str>, Option<Cow<'a, str>>>>,
}

impl Shape for ConfigMap {
    type Wire<'a> = Wire<'a>;

    fn read(_: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let meta = object.metadata.unwrap_or_default();
        pool.time(meta.creation_timestamp);
        let changed = meta.managed_fields.0.iter().filter_map(|fields| pool.time(fields.time)).max();
        let data = object.data.into_iter().flatten();
        Self {
            namespace: meta.namespace(pool),
            name: pool.text(meta.name.as_str()),
            data: data.map(|(key, value)| (pool.text(&key), Raw::new(&value.unwrap_or_default()))).collect(),
            changed,
        }
    }

    fn key(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.config_maps
    }
}

/// A `CustomResourceDefinition`, or only its metadata (`PartialObjectMetadata`).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct CrdWire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
    spec: Option<Spec<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec<'a> {
    #[serde(borrow)]
    group: Str<'a>,
    names: Option<Names<'a>>,
    // v1beta1 had one version, and a list beside it later.
    version: Str<'a>,
    versions: List<Version<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Names<'a> {
    #[serde(borrow)]
    kind: Str<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Version<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    served: Option<bool>,
}

impl Shape for Crd {
    type Wire<'a> = CrdWire<'a>;

    fn read(_: Kind, object: CrdWire<'_>, pool: &mut Pool) -> Self {
        let (meta, spec) = (object.metadata.unwrap_or_default(), object.spec.unwrap_or_default());
        let name = meta.name.as_str();
        // Names are `plural.group` (CustomResourceDefinition API); without a spec that is all there is.
        let group = if spec.group.is_empty() { name.split_once('.').map_or("", |(_, group)| group) } else { spec.group.as_str() };
        let served = spec.versions.0.iter().filter(|version| version.served != Some(false)).map(|version| version.name.as_str());
        let only = Some(spec.version.as_str()).filter(|version| !version.is_empty() && spec.versions.0.is_empty());
        Self {
            name: pool.text(name),
            group: pool.text(group),
            kind: pool.text(spec.names.unwrap_or_default().kind.as_str()),
            served: served.chain(only).map(|version| pool.text(version)).collect(),
            created: pool.time(meta.creation_timestamp),
        }
    }

    fn key(&self) -> (&str, &str) {
        ("", &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.crds
    }
}

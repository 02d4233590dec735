//! Policies of kinds whose rules are not read: their metadata.

use super::{Meta, Shape};
use crate::snapshot::pool::Pool;
use crate::snapshot::{ForeignPolicy, Kind, Snapshot, Table, Text};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
}

impl Shape for ForeignPolicy {
    type Wire<'a> = Wire<'a>;

    fn read(kind: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let meta = object.metadata.unwrap_or_default();
        pool.time(meta.creation_timestamp);
        let namespace = if kind.is_namespaced() { meta.namespace(pool) } else { Text::default() };
        Self { kind, namespace, name: pool.text(meta.name.as_str()) }
    }

    fn key(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.foreign_policies
    }
}

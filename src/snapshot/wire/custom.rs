//! Custom resources: the fields that somebody asks for, wherever they stand, and the conditions.

use super::{Meta, Shape, Time};
use crate::snapshot::pointer::kept;
use crate::snapshot::pool::Pool;
use crate::snapshot::{Condition, CustomResource, Kind, Snapshot, Table, clean};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Where an `AntreaAgentInfo` has its conditions; others have them in their status.
pub(in super::super) const AGENT_CONDITIONS: &str = "agentConditions";

/// Whether a kind has its conditions in [`AGENT_CONDITIONS`].
pub(in super::super) fn has_own_conditions(kind: Kind) -> bool {
    kind == Kind::AntreaAgentInfo
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
    // Said by every object, and known.
    api_version: super::Given,
    kind: super::Given,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Shape for CustomResource {
    type Wire<'a> = Wire<'a>;

    fn read(kind: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let meta = object.metadata.unwrap_or_default();
        pool.time(meta.creation_timestamp);
        let mut rest = object.rest;
        let conditions = if has_own_conditions(kind) {
            rest.remove(AGENT_CONDITIONS)
        } else {
            rest.get_mut("status").and_then(Value::as_object_mut).and_then(|status| status.remove("conditions"))
        };
        let conditions = conditions.iter().filter_map(Value::as_array).flatten().map(|one| condition(one, pool)).collect();
        let whole = Value::Object(rest);
        let fields = match pool.fields(kind) {
            Some(pointers) => kept(&whole, &pointers),
            None => whole,
        };
        Self { kind, name: pool.text(meta.name.as_str()), fields: cleaned(fields), conditions }
    }

    fn key(&self) -> (&str, &str) {
        ("", &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.custom
    }
}

/// The same with all its texts clean.
fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text).into_owned()),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (clean(&key).into_owned(), cleaned(value))).collect(),
        other => other,
    }
}

/// A condition; what is not as conditions are is left empty.
fn condition(condition: &Value, pool: &mut Pool) -> Condition {
    let time = condition.get("lastTransitionTime").and_then(|time| Time::deserialize(time).ok());
    let mut text = |key: &str| pool.text(condition.get(key).and_then(Value::as_str).unwrap_or_default());
    let (kind, status, reason, message) = (text("type"), text("status"), text("reason"), text("message"));
    Condition { kind, status, reason, message, since: pool.time(time) }
}

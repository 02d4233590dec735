//! Objects of kinds that a network installs and keeps its configuration and health in.

use super::Condition;
use crate::snapshot::{Kind, Pointer, Text};
use serde_json::Value;
use std::sync::Arc;

/// An object of the cluster whose kind somebody installed. Only the fields that were asked for are kept, and its conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomResource {
    /// Its kind
    pub kind: Kind,
    /// Name
    pub name: Text,
    /// The object without its `metadata`, as far as it is kept
    pub fields: Value,
    /// `status.conditions`, or `agentConditions` of an `AntreaAgentInfo`
    pub conditions: Arc<[Condition]>,
}

impl CustomResource {
    /// What stands at `pointer`; several where it has a `*`.
    pub fn values(&self, pointer: &Pointer) -> Vec<&Value> {
        pointer.values(&self.fields)
    }

    /// The condition of that type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions.iter().find(|c| c.kind == kind)
    }

    /// What it is called, for people: `IPPool default-ipv4-ippool`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind.manifest_name(), self.name)
    }
}

//! Nodes, and what decides which pods they take.

use super::Labels;
use crate::snapshot::Text;
use ipnet::IpNet;
use jiff::Timestamp;
use std::net::IpAddr;
use std::sync::Arc;

/// A node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// Name
    pub name: Text,
    /// Labels
    pub labels: Labels,
    /// Annotations
    pub annotations: Labels,
    /// `spec.podCIDRs`, else `spec.podCIDR`
    pub pod_cidrs: Arc<[IpNet]>,
    /// `spec.providerID`, such as `aws:///eu-west-1a/i-0a`
    pub provider_id: Option<Text>,
    /// `spec.unschedulable`
    pub unschedulable: bool,
    /// `spec.taints`
    pub taints: Arc<[Taint]>,
    /// `status.conditions`
    pub conditions: Arc<[Condition]>,
    /// Addresses of type `InternalIP`
    pub internal_ips: Arc<[IpAddr]>,
    /// `status.allocatable.pods`
    pub pod_capacity: Option<u32>,
    /// `status.nodeInfo.kernelVersion`
    pub kernel: Text,
    /// `status.nodeInfo.osImage`
    pub os_image: Text,
    /// `status.nodeInfo.operatingSystem`
    pub os: Text,
    /// `status.nodeInfo.kubeletVersion`
    pub kubelet: Text,
    /// `status.nodeInfo.containerRuntimeVersion`
    pub runtime: Text,
    /// `metadata.creationTimestamp`
    pub created: Option<Timestamp>,
}

impl Node {
    /// The condition of that type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions.iter().find(|c| c.kind == kind)
    }
}

/// A condition of a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// `type`, such as `Ready`
    pub kind: Text,
    /// `True`, `False` or `Unknown`
    pub status: Text,
    /// One word
    pub reason: Text,
    /// A sentence
    pub message: Text,
    /// `lastTransitionTime`
    pub since: Option<Timestamp>,
}

/// A taint of a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taint {
    /// Key
    pub key: Text,
    /// Value, empty if it has none
    pub value: Text,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`
    pub effect: Text,
}

/// A toleration of a pod template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Toleration {
    /// Key; empty with `Exists` tolerates all
    pub key: Text,
    /// `Exists`, or `Equal` when empty
    pub operator: Text,
    /// Value
    pub value: Text,
    /// Effect; empty means all
    pub effect: Text,
}

impl Toleration {
    /// Whether a pod with this toleration stands `taint`.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        (self.effect.is_empty() || self.effect == taint.effect)
            && if self.operator == "Exists" {
                self.key.is_empty() || self.key == taint.key
            } else {
                self.key == taint.key && self.value == taint.value
            }
    }
}

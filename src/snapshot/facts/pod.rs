//! Pods. There may be hundreds of thousands: what most of them share is kept once, what few of them have is boxed.

use super::{Container, Labels};
use crate::snapshot::Text;
use std::net::IpAddr;
use std::sync::Arc;

/// A pod. There may be hundreds of thousands: every byte here counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pod {
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// Labels
    pub labels: Labels,
    /// The controller that made it
    pub owner: Option<Owner>,
    /// `spec.nodeName`, empty while not scheduled
    pub node: Text,
    /// `spec.hostNetwork`
    pub host_network: bool,
    /// `spec.containers`, then the init containers that run beside them (`restartPolicy: Always`)
    pub containers: Arc<[PodContainer]>,
    /// `status.phase`
    pub phase: Phase,
    /// Condition `Ready`
    pub ready: bool,
    /// `metadata.deletionTimestamp` is set
    pub terminating: bool,
    /// `status.podIPs`, first of each family
    pub ips: [Option<IpAddr>; 2],
    /// `metadata.creationTimestamp`, in seconds of the epoch; 0 if it has none
    pub created: u32,
    /// What its containers do, unless all run, are ready and never restarted
    pub trouble: Option<Box<Trouble>>,
}

impl Pod {
    /// Restarts of all its containers.
    pub fn restarts(&self) -> u32 {
        self.trouble.iter().flat_map(|t| &t.containers).map(|c| c.restarts).fold(0, u32::saturating_add)
    }
}

/// Everything about a pod that is not "runs, ready, never restarted".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trouble {
    /// `status.reason` or the reason why it is not scheduled
    pub reason: Text,
    /// The sentence to it
    pub message: Text,
    /// When condition `Ready` last changed, in seconds of the epoch; 0 if unknown
    pub since: u32,
    /// `status.initContainerStatuses`, then `status.containerStatuses`
    pub containers: Vec<ContainerStatus>,
}

/// The controller of a pod.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Owner {
    /// `DaemonSet`, `ReplicaSet`, ...
    pub kind: Text,
    /// Name
    pub name: Text,
}

/// `status.phase` of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Phase {
    /// Not all containers were started
    #[default]
    Pending,
    /// At least one container runs
    Running,
    /// All ended well
    Succeeded,
    /// All ended, at least one badly
    Failed,
    /// Its node does not answer
    Unknown,
}

impl Phase {
    /// As the API spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether its containers ended for good.
    pub const fn finished(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// A container of a pod: what policies and version checks need.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PodContainer {
    /// Name
    pub name: Text,
    /// Image as the pod asks for it
    pub image: Text,
    /// Declared ports
    pub ports: Box<[Port]>,
    /// What it starts with, of pods of `DaemonSets` on the host network: agents are among these, and during a rollout the template
    /// says nothing of a pod of an older one. Without ports.
    pub start: Option<Arc<Container>>,
}

/// A declared container port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Port {
    /// Name, empty if it has none
    pub name: Text,
    /// Number, 1 to 65535
    pub number: u16,
    /// Protocol
    pub protocol: Protocol,
}

/// The protocols of policies and ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protocol {
    /// TCP, also where the API leaves it out
    #[default]
    Tcp,
    /// UDP
    Udp,
    /// SCTP
    Sctp,
}

impl Protocol {
    /// As the API spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

/// What one container does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerStatus {
    /// Name
    pub name: Text,
    /// Whether it is an init container
    pub init: bool,
    /// Whether it is ready
    pub ready: bool,
    /// `restartCount`
    pub restarts: u32,
    /// What it does now
    pub state: RunState,
    /// How it ended the last time
    pub last: Option<RunState>,
}

/// State of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RunState {
    /// The kubelet said nothing
    #[default]
    Unknown,
    /// Runs
    Running,
    /// Waits, such as in `CrashLoopBackOff`
    Waiting {
        /// One word
        reason: Text,
        /// A sentence
        message: Text,
    },
    /// Ended
    Terminated {
        /// Exit code
        exit_code: i32,
        /// One word, such as `OOMKilled`
        reason: Text,
        /// A sentence
        message: Text,
        /// When, in seconds of the epoch; 0 if unknown
        at: u32,
    },
}

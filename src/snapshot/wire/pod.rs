//! Pods.

use super::workload::ContainerShape;
use super::{Address, Given, List, Meta, PortNumber, Proto, Shape, Str, Time};
use crate::snapshot::pool::Pool;
use crate::snapshot::{
    Container, ContainerStatus, Kind, Owner, Phase, Pod, PodContainer, Port, Protocol, RunState, Snapshot, Table, Text, Trouble,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::net::IpAddr;
use std::sync::Arc;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
    spec: Option<Spec<'a>>,
    status: Option<Status<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(borrow)]
    node_name: Str<'a>,
    host_network: Option<bool>,
    containers: List<PodContainerShape<'a>>,
    init_containers: List<PodContainerShape<'a>>,
}

/// A container as the pod wants it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in super::super) struct PodContainerShape<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    image: Str<'a>,
    restart_policy: Str<'a>,
    ports: List<ContainerPort<'a>>,
    // Of most pods nobody reads these, so they stay as text.
    #[serde(borrow)]
    command: Option<&'a RawValue>,
    #[serde(borrow)]
    args: Option<&'a RawValue>,
    #[serde(borrow)]
    env: Option<&'a RawValue>,
    #[serde(borrow)]
    env_from: Option<&'a RawValue>,
}

/// The containers that run as long as the pod: its own, then the init containers that run beside them.
pub(in super::super) fn lasting<'a>(
    own: List<PodContainerShape<'a>>,
    init: List<PodContainerShape<'a>>,
) -> List<PodContainerShape<'a>> {
    let beside = init.0.into_iter().filter(|container| container.restart_policy.as_str() == ALWAYS);
    List(own.0.into_iter().chain(beside).collect())
}

/// `restartPolicy` of an init container that runs beside the others.
pub(in super::super) const ALWAYS: &str = "Always";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct ContainerPort<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    #[serde(rename = "containerPort")]
    number: Option<PortNumber>,
    protocol: Option<Proto>,
}

impl ContainerPort<'_> {
    fn number(&self) -> u16 {
        self.number.map_or(0, |port| port.0)
    }

    fn protocol(&self) -> Protocol {
        self.protocol.map(|protocol| protocol.0).unwrap_or_default()
    }

    pub(in super::super) fn read(&self, pool: &mut Pool) -> Port {
        Port { name: pool.text(self.name.as_str()), number: self.number(), protocol: self.protocol() }
    }
}

impl PodContainerShape<'_> {
    /// What it is filed under.
    pub(in super::super) fn words(&self) -> (&str, &str) {
        (self.name.as_str(), self.image.as_str())
    }

    /// Whether `kept` is the same.
    pub(in super::super) fn says(&self, kept: &PodContainer) -> bool {
        self.words() == (kept.name.as_str(), kept.image.as_str())
            && self.ports.0.len() == kept.ports.len()
            && self.ports.0.iter().zip(&kept.ports).all(|(port, kept)| {
                (port.number(), port.protocol(), port.name.as_str()) == (kept.number, kept.protocol, kept.name.as_str())
            })
    }

    /// What it starts with.
    fn start(&self, pool: &mut Pool) -> Container {
        let starts = ContainerShape {
            command: parsed(self.command),
            args: parsed(self.args),
            env: parsed(self.env),
            env_from: parsed(self.env_from),
            ..ContainerShape::default()
        };
        let (name, image) = self.words();
        Container { name: pool.text(name), image: pool.text(image), ..starts.read(pool) }
    }

    pub(in super::super) fn read(&self, start: Option<&Container>, pool: &mut Pool) -> PodContainer {
        PodContainer {
            start: start.map(|start| Arc::new(start.clone())),
            name: pool.text(self.name.as_str()),
            image: pool.text(self.image.as_str()),
            ports: self.ports.0.iter().map(|port| port.read(pool)).collect(),
        }
    }
}

/// What a text says, if it can be read.
fn parsed<'a, T: Default + Deserialize<'a>>(text: Option<&'a RawValue>) -> T {
    text.and_then(|text| serde_json::from_str(text.get()).ok()).unwrap_or_default()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status<'a> {
    #[serde(borrow)]
    phase: Str<'a>,
    reason: Str<'a>,
    message: Str<'a>,
    #[serde(rename = "podIP")]
    pod_ip: Option<Address>,
    #[serde(rename = "podIPs")]
    pod_ips: List<PodIp>,
    conditions: List<PodCondition<'a>>,
    init_container_statuses: List<StatusOfContainer<'a>>,
    container_statuses: List<StatusOfContainer<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PodIp {
    ip: Option<Address>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PodCondition<'a> {
    #[serde(borrow, rename = "type")]
    kind: Str<'a>,
    status: Str<'a>,
    reason: Str<'a>,
    message: Str<'a>,
    last_transition_time: Option<Time>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct StatusOfContainer<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    ready: Option<bool>,
    restart_count: Option<u32>,
    state: Option<StateOfContainer<'a>>,
    last_state: Option<StateOfContainer<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StateOfContainer<'a> {
    running: Given,
    #[serde(borrow)]
    waiting: Option<Waiting<'a>>,
    terminated: Option<Terminated<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Waiting<'a> {
    #[serde(borrow)]
    reason: Str<'a>,
    message: Str<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Terminated<'a> {
    exit_code: Option<i32>,
    #[serde(borrow)]
    reason: Str<'a>,
    message: Str<'a>,
    finished_at: Option<Time>,
}

impl StateOfContainer<'_> {
    fn ended_well(&self) -> bool {
        self.terminated.as_ref().is_some_and(|end| end.exit_code == Some(0))
    }

    fn read(&self, pool: &mut Pool) -> Option<RunState> {
        if let Some(end) = &self.terminated {
            Some(RunState::Terminated {
                exit_code: end.exit_code.unwrap_or_default(),
                reason: pool.text(end.reason.as_str()),
                message: Text::new(end.message.as_str()),
                at: pool.seconds(end.finished_at),
            })
        } else if let Some(waiting) = &self.waiting {
            let (reason, message) = (pool.text(waiting.reason.as_str()), pool.text(waiting.message.as_str()));
            Some(RunState::Waiting { reason, message })
        } else {
            (self.running == Given::Yes).then_some(RunState::Running)
        }
    }
}

impl StatusOfContainer<'_> {
    /// Whether there is nothing to tell: it never restarted, and it runs and is ready, or has done its work.
    fn is_well(&self) -> bool {
        let Some(state) = &self.state else { return false };
        let runs = state.running == Given::Yes && self.ready == Some(true);
        let ended_before = self.last_state.as_ref().is_some_and(|last| last.terminated.is_some() || last.waiting.is_some());
        self.restart_count.unwrap_or_default() == 0 && !ended_before && (runs || state.ended_well())
    }

    fn read(&self, init: bool, pool: &mut Pool) -> ContainerStatus {
        ContainerStatus {
            name: pool.text(self.name.as_str()),
            init,
            ready: self.ready.unwrap_or_default(),
            restarts: self.restart_count.unwrap_or_default(),
            state: self.state.as_ref().and_then(|state| state.read(pool)).unwrap_or_default(),
            last: self.last_state.as_ref().and_then(|state| state.read(pool)),
        }
    }
}

impl<'a> Status<'a> {
    fn condition(&self, kind: &str) -> Option<&PodCondition<'a>> {
        self.conditions.0.iter().find(|condition| condition.kind.as_str() == kind)
    }

    fn phase(&self) -> Phase {
        match self.phase.as_str() {
            "" | "Pending" => Phase::Pending,
            "Running" => Phase::Running,
            "Succeeded" => Phase::Succeeded,
            "Failed" => Phase::Failed,
            _ => Phase::Unknown,
        }
    }

    /// The first address of each family, in the order of the API.
    fn ips(&self) -> [Option<IpAddr>; 2] {
        let mut all = self.pod_ips.0.iter().filter_map(|ip| ip.ip).chain(self.pod_ip).filter_map(|address| address.0);
        let first = all.next();
        let second = first.and_then(|first| all.find(|ip| ip.is_ipv4() != first.is_ipv4()));
        [first, second]
    }

    /// Why it is not well, in the words of whoever says so first: the pod, the scheduler, a readiness gate.
    fn reason(&self) -> (&str, &str) {
        if !self.reason.is_empty() || !self.message.is_empty() {
            return (self.reason.as_str(), self.message.as_str());
        }
        let all_ready = !self.container_statuses.0.is_empty() && self.container_statuses.0.iter().all(|c| c.ready == Some(true));
        let refused = |kind| self.condition(kind).filter(|condition| condition.status.as_str() == "False");
        let why = refused("PodScheduled").or_else(|| refused("Ready").filter(|_| all_ready));
        why.map(|condition| (condition.reason.as_str(), condition.message.as_str())).unwrap_or_default()
    }

    fn trouble(&self, ready: bool, pool: &mut Pool) -> Option<Box<Trouble>> {
        let (reason, message) = self.reason();
        let since = self.condition("Ready").and_then(|condition| condition.last_transition_time);
        let since = pool.seconds(since);
        let statuses = || self.init_container_statuses.0.iter().chain(&self.container_statuses.0);
        let at_work = ready || self.phase() == Phase::Succeeded;
        if at_work && reason.is_empty() && message.is_empty() && statuses().all(StatusOfContainer::is_well) {
            return None;
        }
        let inits = self.init_container_statuses.0.len();
        let trouble = Trouble {
            reason: pool.text(reason),
            message: Text::new(message),
            since,
            containers: statuses().enumerate().map(|(at, status)| status.read(at < inits, pool)).collect(),
        };
        (trouble != Trouble::default()).then(|| Box::new(trouble))
    }
}

impl Shape for Pod {
    type Wire<'a> = Wire<'a>;

    fn read(_: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let (meta, spec) = (object.metadata.unwrap_or_default(), object.spec.unwrap_or_default());
        let status = object.status.unwrap_or_default();
        let owner = meta.owner_references.0.iter().find(|owner| owner.controller == Some(true));
        let ready = status.condition("Ready").is_some_and(|condition| condition.status.as_str() == "True");
        let host_network = spec.host_network.unwrap_or_default();
        let containers = lasting(spec.containers, spec.init_containers);
        let may_be_agent = host_network && owner.is_some_and(|owner| owner.kind.as_str() == "DaemonSet");
        let starts: Vec<Container> = containers.0.iter().filter(|_| may_be_agent).map(|c| c.start(pool)).collect();
        Self {
            namespace: meta.namespace(pool),
            // Almost every pod's name occurs once: it is not worth a place among the shared strings.
            name: Text::new(meta.name.as_str()),
            labels: pool.labels(&meta.labels),
            owner: owner.map(|owner| Owner { kind: pool.text(owner.kind.as_str()), name: pool.text(owner.name.as_str()) }),
            node: pool.text(spec.node_name.as_str()),
            host_network,
            containers: pool.containers(&containers, &starts),
            phase: status.phase(),
            ready,
            terminating: meta.deletion_timestamp == Given::Yes,
            ips: status.ips(),
            created: pool.seconds(meta.creation_timestamp),
            trouble: status.trouble(ready, pool),
        }
    }

    fn key(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.pods
    }
}

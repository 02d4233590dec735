//! What answers about flows have in common: ports and the dialect as JSON.

use crate::policy::{Dialect, Holds, PROTOCOLS, Point, PortSet};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// Ports as JSON: `"all"`, or by protocol sorted disjoint intervals, both ends inside; a protocol without a port is left out.
#[derive(Debug)]
pub(super) struct Ports(pub(super) PortSet);

impl Serialize for Ports {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_all() {
            return serializer.serialize_str("all");
        }
        let mut map = serializer.serialize_map(None)?;
        for protocol in PROTOCOLS {
            let intervals: Vec<(u16, u16)> = self.0.intervals(protocol).collect();
            if !intervals.is_empty() {
                map.serialize_entry(protocol.name(), &intervals)?;
            }
        }
        map.end()
    }
}

/// The dialect as JSON; what CNIs differ in and nobody said is null.
#[derive(Debug, Serialize)]
pub(super) struct DialectDocument {
    cni: Option<String>,
    ipblock_matches_pods: Option<bool>,
    ipblock_matches_nodes: Option<bool>,
    ipblock_finds_port_names: Option<bool>,
    host_network: Option<&'static str>,
    finished_pods: Option<&'static str>,
}

impl DialectDocument {
    pub(super) fn of(dialect: &Dialect) -> Self {
        fn answer<T>(dialect: &Dialect, point: Point, yes: T, no: T) -> Option<T> {
            match dialect.holds(point) {
                Holds::Yes => Some(yes),
                Holds::No => Some(no),
                Holds::Maybe => None,
            }
        }
        Self {
            cni: dialect.cni.clone(),
            ipblock_matches_pods: answer(dialect, Point::BlocksMatchPods, true, false),
            ipblock_matches_nodes: answer(dialect, Point::BlocksMatchNodes, true, false),
            ipblock_finds_port_names: answer(dialect, Point::BlocksKnowPortNames, true, false),
            host_network: answer(dialect, Point::HostPodsArePods, "as-pod", "as-node"),
            finished_pods: answer(dialect, Point::FinishedPodsCount, "keep", "drop"),
        }
    }
}

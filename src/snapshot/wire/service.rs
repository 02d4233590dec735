//! Services.

use super::{ClusterIp, IntOrString, List, Map, Meta, PortNumber, Proto, ServiceIp, Shape, Str};
use crate::snapshot::pool::Pool;
use crate::snapshot::{Kind, PortRef, Service, ServicePort, Snapshot, Table};
use serde::Deserialize;

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
    #[serde(borrow, rename = "type")]
    kind: Str<'a>,
    #[serde(rename = "clusterIP")]
    cluster_ip: Option<ClusterIp>,
    #[serde(rename = "clusterIPs")]
    cluster_ips: List<ClusterIp>,
    selector: Map<'a>,
    ports: List<PortShape<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PortShape<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    port: Option<PortNumber>,
    protocol: Option<Proto>,
    target_port: Option<IntOrString>,
    node_port: Option<PortNumber>,
}

impl PortShape<'_> {
    fn read(self, pool: &mut Pool) -> ServicePort {
        let port = self.port.map_or(0, |port| port.0);
        ServicePort {
            name: pool.text(self.name.as_str()),
            port,
            protocol: self.protocol.map(|protocol| protocol.0).unwrap_or_default(),
            target: self.target_port.map_or(PortRef::Number(port), |target| target.0),
            node_port: self.node_port.map(|port| port.0),
        }
    }
}

impl Shape for Service {
    type Wire<'a> = Wire<'a>;

    fn read(_: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let (meta, spec) = (object.metadata.unwrap_or_default(), object.spec.unwrap_or_default());
        pool.time(meta.creation_timestamp);
        let ips = if spec.cluster_ips.0.is_empty() { spec.cluster_ip.into_iter().collect() } else { spec.cluster_ips.0 };
        Self {
            namespace: meta.namespace(pool),
            name: pool.text(meta.name.as_str()),
            labels: pool.labels(&meta.labels),
            kind: pool.text(if spec.kind.is_empty() { "ClusterIP" } else { spec.kind.as_str() }),
            headless: ips.iter().any(|ip| ip.0 == ServiceIp::Headless),
            cluster_ips: ips.iter().filter_map(|ip| if let ServiceIp::Given(ip) = ip.0 { Some(ip) } else { None }).collect(),
            selector: pool.labels(&spec.selector),
            ports: spec.ports.0.into_iter().map(|port| port.read(pool)).collect(),
        }
    }

    fn key(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.services
    }
}

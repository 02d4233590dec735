//! `NetworkPolicy` of networking.k8s.io, and its older spelling in extensions.
//!
//! A rule, peer or port that could not be read stays in its place and matches nothing: leaving it out would allow more, and
//! would give the rules behind it other numbers.

use super::{Cidr, IntOrString, LabelSelector, List, Meta, PortNumber, Proto, Shape};
use crate::snapshot::pool::Pool;
use crate::snapshot::{IpBlock, Kind, NetworkPolicy, Peer, PolicyPort, PolicyRule, Snapshot, Table};
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
    #[serde(borrow)]
    pod_selector: Option<LabelSelector<'a>>,
    policy_types: List<Direction>,
    ingress: Option<Vec<Option<Rule<'a>>>>,
    egress: Option<Vec<Option<Rule<'a>>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Direction {
    Ingress,
    Egress,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Rule<'a> {
    #[serde(borrow)]
    from: Option<Vec<Option<PeerShape<'a>>>>,
    to: Option<Vec<Option<PeerShape<'a>>>>,
    ports: Option<Vec<Option<PortShape>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PeerShape<'a> {
    #[serde(borrow)]
    namespace_selector: Option<LabelSelector<'a>>,
    pod_selector: Option<LabelSelector<'a>>,
    ip_block: Option<Block>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Block {
    cidr: Option<Cidr>,
    except: List<Cidr>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PortShape {
    protocol: Option<Proto>,
    port: Option<IntOrString>,
    end_port: Option<PortNumber>,
}

/// A peer that matches nothing: the API has none with neither selector (it must specify a peer).
const NOBODY: Peer = Peer::Pods { namespaces: None, pods: None };

impl PeerShape<'_> {
    fn read(&self, pool: &mut Pool) -> Peer {
        match &self.ip_block {
            Some(Block { cidr: Some(cidr), except }) => {
                Peer::Block(IpBlock { cidr: cidr.0, except: except.0.iter().map(|cidr| cidr.0).collect() })
            }
            Some(_) => NOBODY,
            None => Peer::Pods {
                namespaces: self.namespace_selector.as_ref().map(|selector| selector.read(pool)),
                pods: self.pod_selector.as_ref().map(|selector| selector.read(pool)),
            },
        }
    }
}

impl PortShape {
    fn read(self) -> PolicyPort {
        PolicyPort {
            protocol: self.protocol.map(|protocol| protocol.0).unwrap_or_default(),
            port: self.port.map(|port| port.0),
            end_port: self.end_port.map(|port| port.0),
        }
    }
}

fn rules(direction: Direction, shapes: Option<Vec<Option<Rule<'_>>>>, pool: &mut Pool) -> Vec<PolicyRule> {
    let rule = |shape: Option<Rule<'_>>, pool: &mut Pool| {
        let Some(shape) = shape else { return PolicyRule { peers: vec![NOBODY], ports: Vec::new() } };
        let peers = if direction == Direction::Ingress { shape.from } else { shape.to }.into_iter().flatten();
        let ports = shape.ports.into_iter().flatten();
        PolicyRule {
            peers: peers.map(|peer| peer.map_or(NOBODY, |peer| peer.read(pool))).collect(),
            ports: ports.map(|port| port.map_or(PolicyPort::NONE, PortShape::read)).collect(),
        }
    };
    shapes.into_iter().flatten().map(|shape| rule(shape, pool)).collect()
}

impl Shape for NetworkPolicy {
    type Wire<'a> = Wire<'a>;

    fn read(_: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let (meta, spec) = (object.metadata.unwrap_or_default(), object.spec.unwrap_or_default());
        let types = &spec.policy_types.0;
        // NP-4: without types, ingress always, and egress if it has rules.
        let has_egress = spec.egress.as_ref().is_some_and(|rules| !rules.is_empty());
        Self {
            isolates_ingress: types.is_empty() || types.contains(&Direction::Ingress),
            isolates_egress: if types.is_empty() { has_egress } else { types.contains(&Direction::Egress) },
            namespace: meta.namespace(pool),
            name: pool.text(meta.name.as_str()),
            pod_selector: spec.pod_selector.unwrap_or_default().read(pool),
            ingress: rules(Direction::Ingress, spec.ingress, pool).into(),
            egress: rules(Direction::Egress, spec.egress, pool).into(),
            created: pool.time(meta.creation_timestamp),
        }
    }

    fn key(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.policies
    }
}

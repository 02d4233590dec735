//! `NetworkPolicy` of networking.k8s.io, and its older spelling in extensions.
//!
//! A rule, peer or port that could not be read stays in its place and matches nothing: leaving it out would allow more, and
//! would give the rules behind it other numbers.

use super::{Cidr, IntOrString, LabelSelector, List, Meta, PortNumber, Proto, Shape};
use crate::snapshot::pool::Pool;
use crate::snapshot::{IpBlock, Kind, NetworkPolicy, Peer, PolicyPort, PolicyRule, PortRef, Snapshot, Table};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
    spec: Option<Spec<'a>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(borrow)]
    pod_selector: Option<LabelSelector<'a>>,
    policy_types: List<Direction>,
    ingress: Option<Vec<Slot<Rule<'a>>>>,
    egress: Option<Vec<Slot<Rule<'a>>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
enum Direction {
    Ingress,
    Egress,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Rule<'a> {
    #[serde(borrow)]
    from: Option<Vec<Slot<PeerShape<'a>>>>,
    to: Option<Vec<Slot<PeerShape<'a>>>>,
    ports: Option<Vec<Slot<PortShape>>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PeerShape<'a> {
    #[serde(borrow)]
    namespace_selector: Option<LabelSelector<'a>>,
    pod_selector: Option<LabelSelector<'a>>,
    ip_block: Option<Block>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Block {
    cidr: Option<Cidr>,
    except: List<Cidr>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PortShape {
    protocol: Option<Proto>,
    port: Option<IntOrString>,
    end_port: Option<PortNumber>,
}

/// A rule, peer or port in its place.
#[derive(Debug)]
enum Slot<T> {
    Is(T),
    /// It could not be read. `false` says so, in files of ours too: null is an empty object to the API server, and an empty rule
    /// lets everybody in.
    Skipped,
}

/// Why the API server refuses something whose fields are sound, each by itself.
trait Flawed {
    fn flaw(&self) -> Option<String>;
}

impl Flawed for Rule<'_> {
    fn flaw(&self) -> Option<String> {
        None
    }
}

impl Flawed for PeerShape<'_> {
    fn flaw(&self) -> Option<String> {
        let selects = self.namespace_selector.is_some() || self.pod_selector.is_some();
        match (selects, &self.ip_block) {
            (false, None) => Some("it names nobody: neither a selector nor an ipBlock".to_owned()),
            (true, Some(_)) => Some("an ipBlock and a selector exclude each other".to_owned()),
            _ => None,
        }
    }
}

impl Flawed for PortShape {
    fn flaw(&self) -> Option<String> {
        let end = self.end_port?.0;
        match self.port.as_ref().map(|port| &port.0) {
            None => Some(format!("endPort {end} without a port")),
            Some(PortRef::Name(name)) => Some(format!("endPort {end} with a port that has a name, {name}")),
            Some(PortRef::Number(port)) => (end < *port).then(|| format!("endPort {end} is below port {port}")),
        }
    }
}

struct SlotVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Flawed> Visitor<'de> for SlotVisitor<T> {
    type Value = Slot<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_bool<E: Error>(self, given: bool) -> Result<Slot<T>, E> {
        if given { Err(E::invalid_type(serde::de::Unexpected::Bool(given), &self)) } else { Ok(Slot::Skipped) }
    }

    fn visit_unit<E: Error>(self) -> Result<Slot<T>, E> {
        Err(E::custom("null is an empty object to the API server"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Slot<T>, A::Error> {
        let value = T::deserialize(MapAccessDeserializer::new(map))?;
        value.flaw().map_or(Ok(Slot::Is(value)), |flaw| Err(A::Error::custom(flaw)))
    }
}

impl<'de, T: Deserialize<'de> + Flawed> Deserialize<'de> for Slot<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SlotVisitor(PhantomData))
    }
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

fn rules(direction: Direction, slots: Option<Vec<Slot<Rule<'_>>>>, pool: &mut Pool) -> Vec<PolicyRule> {
    let rule = |slot, pool: &mut Pool| {
        let Slot::Is(Rule { from, to, ports }) = slot else { return PolicyRule { peers: vec![NOBODY], ports: Vec::new() } };
        let peers = if direction == Direction::Ingress { from } else { to }.into_iter().flatten();
        let peer = |slot| if let Slot::Is(peer) = slot { PeerShape::read(&peer, pool) } else { NOBODY };
        let port = |slot| if let Slot::Is(port) = slot { PortShape::read(port) } else { PolicyPort::NONE };
        PolicyRule { peers: peers.map(peer).collect(), ports: ports.into_iter().flatten().map(port).collect() }
    };
    slots.into_iter().flatten().map(|slot| rule(slot, pool)).collect()
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

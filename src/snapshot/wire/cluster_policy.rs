//! Policies of the cluster, of policy.networking.k8s.io: `AdminNetworkPolicy` and `BaselineAdminNetworkPolicy` of v1alpha1,
//! `ClusterNetworkPolicy` of v1alpha2.
//!
//! These kinds grow: a peer or port may have a field that is not known here, and then means something else than what is left of it.
//! So every peer and port is read by itself and strictly; what is not understood stays in its place and says why (ANP-10, CNP-9).

use super::{Cidr, Expression, LabelSelector, List, Map, Meta, PortNumber, Proto, Shape, Str};
use crate::snapshot::pool::Pool;
use crate::snapshot::{
    ClusterPeer, ClusterPolicy, ClusterPort, ClusterRule, Kind, PodSet, Protocol, RuleAction, Selector, Snapshot, Table, Tier,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wire<'a> {
    #[serde(borrow)]
    metadata: Option<Meta<'a>>,
    spec: Option<Spec<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec<'a> {
    #[serde(borrow)]
    tier: Str<'a>,
    priority: Option<i32>,
    subject: Option<&'a RawValue>,
    ingress: Option<Vec<Option<Rule<'a>>>>,
    egress: Option<Vec<Option<Rule<'a>>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Rule<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    action: Str<'a>,
    from: Option<Vec<&'a RawValue>>,
    to: Option<Vec<&'a RawValue>>,
    ports: Option<Vec<&'a RawValue>>,
    protocols: Option<Vec<&'a RawValue>>,
}

/// A selector that says nothing else: older versions had other fields in its place (ANP-11).
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Strict<'a> {
    #[serde(borrow)]
    match_labels: Map<'a>,
    match_expressions: List<Expression<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pods<'a> {
    #[serde(borrow)]
    namespace_selector: Strict<'a>,
    pod_selector: Strict<'a>,
}

/// `portNumber` and `portRange`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdminPort {
    protocol: Option<Proto>,
    port: Option<PortNumber>,
    start: Option<PortNumber>,
    end: Option<PortNumber>,
}

/// `tcp`, `udp` and `sctp`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfProtocol {
    destination_port: DestinationPort,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum DestinationPort {
    Number(PortNumber),
    Range { start: PortNumber, end: PortNumber },
}

impl Strict<'_> {
    fn read(self, pool: &mut Pool) -> Selector {
        LabelSelector { match_labels: self.match_labels, match_expressions: self.match_expressions }.read(pool)
    }
}

/// What is said of a field that is not known here.
pub(in super::super) const UNKNOWN: &str = " is not known";

/// The one field that an object has, and its value.
fn only(value: &RawValue) -> Result<(Cow<'_, str>, &str), String> {
    let fields: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(value.get()).map_err(|error| plain(&error))?;
    let mut given = fields.into_iter().filter(|(_, value)| value.get() != "null");
    match (given.next(), given.next()) {
        (Some((name, value)), None) => Ok((name, value.get())),
        (None, _) => Err("it says nothing".to_owned()),
        (Some((one, _)), Some((other, _))) => Err(format!("it has both {one} and {other}")),
    }
}

fn parse<'a, T: Deserialize<'a>>(value: &'a str) -> Result<T, String> {
    serde_json::from_str(value).map_err(|error| plain(&error))
}

/// The place is counted within the part: it would mislead.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned()
}

/// ANP-6: `namespaces`, or `pods` with both selectors.
fn pod_set(field: &str, value: &str, pool: &mut Pool) -> Result<PodSet, String> {
    match field {
        "namespaces" => Ok(PodSet { namespaces: parse::<Strict<'_>>(value)?.read(pool), pods: None }),
        "pods" => {
            let pods: Pods<'_> = parse(value)?;
            Ok(PodSet { namespaces: pods.namespace_selector.read(pool), pods: Some(pods.pod_selector.read(pool)) })
        }
        other => Err(format!("{other}{UNKNOWN}")),
    }
}

fn peer(value: &RawValue, pool: &mut Pool) -> Result<ClusterPeer, String> {
    let (field, value) = only(value)?;
    match &*field {
        "networks" => Ok(ClusterPeer::Networks(parse::<Vec<Cidr>>(value)?.iter().map(|cidr| cidr.0).collect())),
        "nodes" => Ok(ClusterPeer::Nodes(parse::<Strict<'_>>(value)?.read(pool))),
        "domainNames" => {
            Ok(ClusterPeer::Domains(parse::<Vec<Str<'_>>>(value)?.iter().map(|name| pool.text(name.as_str())).collect()))
        }
        other => pod_set(other, value, pool).map(ClusterPeer::Pods),
    }
}

/// ANP-9, CNP-4.
fn port(value: &RawValue, pool: &mut Pool) -> Result<ClusterPort, String> {
    let (field, value) = only(value)?;
    let of = |protocol: Protocol| {
        let (from, to) = match parse::<OfProtocol>(value)?.destination_port {
            DestinationPort::Number(number) => (number.0, number.0),
            DestinationPort::Range { start, end } => (start.0, end.0),
        };
        Ok(ClusterPort::Range { protocol, from, to })
    };
    match &*field {
        "portNumber" | "portRange" => {
            let read: AdminPort = parse(value)?;
            let protocol = read.protocol.map(|protocol| protocol.0).unwrap_or_default();
            match (read.port, read.start, read.end) {
                (Some(port), None, None) => Ok(ClusterPort::Range { protocol, from: port.0, to: port.0 }),
                (None, Some(start), Some(end)) => Ok(ClusterPort::Range { protocol, from: start.0, to: end.0 }),
                _ => Err(format!("{field} lacks its number")),
            }
        }
        "tcp" => of(Protocol::Tcp),
        "udp" => of(Protocol::Udp),
        "sctp" => of(Protocol::Sctp),
        "namedPort" | "destinationNamedPort" => Ok(ClusterPort::Named(pool.text(parse::<Str<'_>>(value)?.as_str()))),
        other => Err(format!("{other}{UNKNOWN}")),
    }
}

/// A rule that is no object is one of which nothing is understood.
fn rule(kind: Kind, shape: Option<Rule<'_>>, pool: &mut Pool) -> ClusterRule {
    let shape = shape.unwrap_or_default();
    let peers = shape.from.or(shape.to).unwrap_or_default();
    let ports = shape.ports.or(shape.protocols);
    ClusterRule {
        name: pool.text(shape.name.as_str()),
        // CNP-3: one word each.
        action: match (shape.action.as_str(), kind == Kind::ClusterNetworkPolicy) {
            ("Allow", false) | ("Accept", true) => Some(RuleAction::Allow),
            ("Deny", _) => Some(RuleAction::Deny),
            ("Pass", _) => Some(RuleAction::Pass),
            _ => None,
        },
        peers: peers.iter().map(|one| peer(one, pool).unwrap_or_else(|why| ClusterPeer::Unread(why.into()))).collect(),
        ports: ports
            .map(|ports| ports.iter().map(|one| port(one, pool).unwrap_or_else(|why| ClusterPort::Unread(why.into()))).collect()),
    }
}

impl Shape for ClusterPolicy {
    type Wire<'a> = Wire<'a>;

    fn read(kind: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let (meta, spec) = (object.metadata.unwrap_or_default(), object.spec.unwrap_or_default());
        let tier = match (kind, spec.tier.as_str()) {
            (Kind::AdminNetworkPolicy, _) | (Kind::ClusterNetworkPolicy, "Admin") => Some(Tier::Admin),
            (Kind::BaselineAdminNetworkPolicy, _) | (Kind::ClusterNetworkPolicy, "Baseline") => Some(Tier::Baseline),
            _ => None,
        };
        let subject = spec.subject.and_then(|subject| only(subject).ok());
        let mut rules =
            |rules: Option<Vec<Option<Rule<'_>>>>| rules.into_iter().flatten().map(|one| rule(kind, one, pool)).collect();
        Self {
            kind,
            tier,
            priority: spec.priority.unwrap_or_default(),
            ingress: rules(spec.ingress),
            egress: rules(spec.egress),
            subject: subject.and_then(|(field, value)| pod_set(&field, value, pool).ok()),
            name: pool.text(meta.name.as_str()),
            created: pool.time(meta.creation_timestamp),
        }
    }

    fn key(&self) -> (&str, &str) {
        ("", &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.cluster_policies
    }
}

//! Who can reach whom, for programs: `cnitui.policy.connectivity/v1`.

use super::super::flow::{DialectDocument, Ports};
use super::Connectivity;
use crate::policy::{Anyone, Direction, NAMESPACE_NAME, Namespaces, Pair, Pairs, Party, PortSet, Scope, WayIn, What};
use crate::snapshot::{Labels, Problem, Selector, Text, selector_object};
use hashbrown::HashMap;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// `cnitui.policy.connectivity/v1`
#[derive(Debug, Default, Serialize)]
pub struct ConnectivityDocument {
    schema: &'static str,
    taken_at: String,
    dialect: Option<DialectDocument>,
    endpoints: Vec<EndpointEntry>,
    connections: Vec<ConnectionEntry>,
    /// Of which it cannot be told whether they are open
    unknown: Vec<UnknownEntry>,
    exposure: Vec<ExposureEntry>,
    unprotected: Vec<UnprotectedEntry>,
    /// What passes calls from outside to workloads, whether or not policies let them through
    ways_in: Vec<WayInEntry>,
    problems: Vec<Problem>,
}

/// A name that many entries repeat.
pub(in crate::report) type Id = Arc<str>;

/// An end of connections.
#[derive(Debug, Serialize)]
pub(in crate::report) struct EndpointEntry {
    id: Id,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload_kind: Option<Text>,
    /// The workload of a pod that stands for itself
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ranges: Vec<String>,
    count: u32,
}

#[derive(Debug, Serialize)]
struct ConnectionEntry {
    src: Id,
    dst: Id,
    ports: Arc<Ports>,
}

#[derive(Debug, Serialize)]
struct UnknownEntry {
    src: Id,
    dst: Id,
    ports: Arc<Ports>,
    why: Arc<[String]>,
}

#[derive(Debug, Serialize)]
struct ExposureEntry {
    workload: Id,
    direction: &'static str,
    peer: Value,
    ports: Ports,
}

#[derive(Debug, Serialize)]
struct UnprotectedEntry {
    workload: Id,
    direction: &'static str,
}

#[derive(Debug, Serialize)]
struct WayInEntry {
    workload: Id,
    kind: Text,
    namespace: Text,
    name: Text,
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    hosts: Arc<[Text]>,
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    gateways: Arc<[Text]>,
    ports: Ports,
}

impl Connectivity<'_> {
    pub(super) fn document(&self, pairs: &Pairs) -> ConnectivityDocument {
        let ids: Vec<Id> = pairs.parties.iter().zip(0..).map(|(party, at)| id(party, at)).collect();
        let ports: Vec<Arc<Ports>> = pairs.ports.iter().map(|set| Arc::new(Ports(set.clone()))).collect();
        let ends = |pair: &Pair| (Arc::clone(&ids[pair.from as usize]), Arc::clone(&ids[pair.to as usize]));
        let connection = |pair: &Pair| {
            let (src, dst) = ends(pair);
            ConnectionEntry { src, dst, ports: Arc::clone(&ports[pair.ports as usize]) }
        };
        let mut reasons = HashMap::new();
        let mut unknown = |pair: &Pair| {
            let (src, dst) = ends(pair);
            let both = [pair.from, pair.to].map(|at| pairs.parties[at as usize].end);
            let why = || self.reach.doubts(both[0], both[1]).iter().map(ToString::to_string).collect();
            let why = Arc::clone(reasons.entry(both).or_insert_with(why));
            UnknownEntry { src, dst, ports: Arc::clone(&ports[pair.ports as usize]), why }
        };
        let (exposure, unprotected) = self.protection(pairs, &ids);
        ConnectivityDocument {
            schema: "cnitui.policy.connectivity/v1",
            taken_at: self.snapshot.taken_at.to_string(),
            dialect: Some(DialectDocument::of(self.dialect)),
            endpoints: pairs.parties.iter().zip(&ids).map(|(party, id)| endpoint(party, id)).collect(),
            connections: pairs.open.iter().map(connection).collect(),
            unknown: pairs.unknown.iter().map(&mut unknown).collect(),
            exposure,
            unprotected,
            ways_in: self.ways_in(pairs).map(|(way, party, ports)| way_in(way, &ids[party], ports)).collect(),
            problems: self.problems().cloned().collect(),
        }
    }

    /// Whom pods are open to beside who is there, and which no policy is about.
    fn protection(&self, pairs: &Pairs, ids: &[Id]) -> (Vec<ExposureEntry>, Vec<UnprotectedEntry>) {
        let (mut exposure, mut unprotected) = (Vec::new(), Vec::new());
        let shown = |party: &Party| self.namespace.is_none_or(|namespace| party.namespace == *namespace);
        for (party, id) in pairs.parties.iter().zip(ids).filter(|(party, _)| party.is_pods() && shown(party)) {
            for direction in Direction::BOTH {
                let entry = |found: crate::policy::Exposure| ExposureEntry {
                    workload: Arc::clone(id),
                    direction: direction.name(),
                    peer: peer(&found.to),
                    ports: Ports(found.ports),
                };
                exposure.extend(self.reach.exposures(party.end, direction).into_iter().map(entry));
                if self.reach.is_unprotected(party.end, direction) {
                    unprotected.push(UnprotectedEntry { workload: Arc::clone(id), direction: direction.name() });
                }
            }
        }
        (exposure, unprotected)
    }
}

fn way_in(way: &WayIn, workload: &Id, ports: PortSet) -> WayInEntry {
    WayInEntry {
        workload: Arc::clone(workload),
        kind: way.kind.clone(),
        namespace: way.namespace.clone(),
        name: way.name.clone(),
        hosts: Arc::clone(&way.hosts),
        gateways: Arc::clone(&way.gateways),
        ports: Ports(ports),
    }
}

/// The id of the party in that place.
pub(in crate::report) fn id(party: &Party, at: usize) -> Id {
    let letter = match &party.what {
        What::Workload(_) => 'w',
        What::Pod(_) => 'p',
        What::Class => 'c',
        What::Addresses(_) => 'x',
    };
    format!("{letter}{at}").into()
}

pub(in crate::report) fn endpoint(party: &Party, id: &Id) -> EndpointEntry {
    let plain = EndpointEntry {
        id: Arc::clone(id),
        kind: "class",
        namespace: Some(party.namespace.clone()),
        name: Some(party.name.clone()),
        workload_kind: None,
        group: None,
        ranges: Vec::new(),
        count: party.count,
    };
    match &party.what {
        What::Workload(kind) => EndpointEntry { kind: "workload", workload_kind: Some(kind.clone()), ..plain },
        What::Pod(owner) => {
            let group = (owner.kind != "Pod").then(|| owner.name.clone());
            EndpointEntry { kind: "pod", workload_kind: Some(owner.kind.clone()), group, ..plain }
        }
        What::Class => plain,
        What::Addresses(ranges) => {
            let ranges = ranges.iter().map(ToString::to_string).collect();
            EndpointEntry { kind: "ip", namespace: None, name: None, ranges, ..plain }
        }
    }
}

fn peer(anyone: &Anyone) -> Value {
    let Anyone::Would(Scope { namespaces, pods }) = anyone else { return json!("entire-cluster") };
    let named = |name: &Text| Selector::of_labels(&Labels::new(vec![(NAMESPACE_NAME.into(), name.clone())]));
    let namespaces = match namespaces {
        Namespaces::Named(name) => selector_object(&named(name)),
        Namespaces::Matching(selector) => selector_object(selector),
    };
    json!({"namespace": namespaces, "pods": selector_object(pods)})
}

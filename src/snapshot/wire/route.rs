//! Ingresses, also of the old API, and `HTTPRoute`s: hosts, gateways and the Services behind; paths, filters and TLS are not read.

use super::{IntOrString, List, Meta, PortNumber, Shape, Str};
use crate::snapshot::pool::Pool;
use crate::snapshot::{Backend, Kind, PortRef, Route, Snapshot, Table, Text};
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
    #[serde(borrow, alias = "backend")]
    default_backend: Option<IngressBackend<'a>>,
    rules: List<Rule<'a>>,
    hostnames: List<Str<'a>>,
    parent_refs: List<Reference<'a>>,
}

/// A rule of either kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Rule<'a> {
    #[serde(borrow)]
    host: Str<'a>,
    http: Option<Http<'a>>,
    backend_refs: List<Reference<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Http<'a> {
    #[serde(borrow)]
    paths: List<Path<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Path<'a> {
    #[serde(borrow)]
    backend: Option<IngressBackend<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct IngressBackend<'a> {
    #[serde(borrow)]
    service: Option<IngressService<'a>>,
    /// Until networking.k8s.io/v1beta1.
    service_name: Str<'a>,
    service_port: Option<IntOrString>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct IngressPort<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    number: Option<PortNumber>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct IngressService<'a> {
    #[serde(borrow)]
    name: Str<'a>,
    port: Option<IngressPort<'a>>,
}

/// Something that an `HTTPRoute` refers to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reference<'a> {
    #[serde(borrow)]
    kind: Str<'a>,
    namespace: Str<'a>,
    name: Str<'a>,
    port: Option<PortNumber>,
}

impl Spec<'_> {
    fn backends(self, own: &Text, pool: &mut Pool) -> Vec<Backend> {
        let mut backends = Vec::new();
        let of_rule = |rule: Rule<'_>, backends: &mut Vec<Backend>, pool: &mut Pool| {
            let paths = rule.http.into_iter().flat_map(|http| http.paths.0);
            backends.extend(paths.filter_map(|path| path.backend?.read(own, pool)));
            let services = rule.backend_refs.0.into_iter().filter(|one| ["", "Service"].contains(&one.kind.as_str()));
            for one in services {
                let namespace = if one.namespace.is_empty() { own.clone() } else { pool.text(one.namespace.as_str()) };
                let port = one.port.map(|port| PortRef::Number(port.0));
                backends.push(Backend { namespace, service: pool.text(one.name.as_str()), port });
            }
        };
        backends.extend(self.default_backend.and_then(|backend| backend.read(own, pool)));
        self.rules.0.into_iter().for_each(|rule| of_rule(rule, &mut backends, pool));
        backends.dedup();
        backends
    }
}

impl IngressBackend<'_> {
    /// The Service; none of a backend that is something else.
    fn read(self, own: &Text, pool: &mut Pool) -> Option<Backend> {
        let (name, port) = match self.service {
            Some(service) => {
                let port = service.port.and_then(|port| match port.number {
                    Some(number) => Some(PortRef::Number(number.0)),
                    None => (!port.name.is_empty()).then(|| PortRef::Name(pool.text(port.name.as_str()))),
                });
                (pool.text(service.name.as_str()), port)
            }
            None => (pool.text(self.service_name.as_str()), self.service_port.map(|port| port.0)),
        };
        (!name.is_empty()).then(|| Backend { namespace: own.clone(), service: name, port })
    }
}

impl Shape for Route {
    type Wire<'a> = Wire<'a>;

    fn read(kind: Kind, object: Wire<'_>, pool: &mut Pool) -> Self {
        let (meta, spec) = (object.metadata.unwrap_or_default(), object.spec.unwrap_or_default());
        pool.time(meta.creation_timestamp);
        let namespace = meta.namespace(pool);
        let of_rules = spec.rules.0.iter().map(|rule| &rule.host);
        let mut hosts: Vec<Text> = spec.hostnames.0.iter().chain(of_rules).map(|host| pool.text(host.as_str())).collect();
        hosts.retain(|host| !host.is_empty());
        hosts.dedup();
        let gateway = |one: &Reference<'_>| {
            let namespace = if one.namespace.is_empty() { namespace.as_str() } else { one.namespace.as_str() };
            Text::from(format!("{namespace}/{}", one.name.as_str()))
        };
        let gateways = spec.parent_refs.0.iter().map(gateway).collect();
        let name = pool.text(meta.name.as_str());
        Self { kind, name, hosts: hosts.into(), gateways, backends: spec.backends(&namespace, pool).into(), namespace }
    }

    fn key(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }

    fn table(now: &mut Snapshot) -> &mut Table<Self> {
        &mut now.routes
    }
}

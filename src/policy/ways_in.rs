//! Ways in: what passes calls from outside the cluster to pods, and on which of their ports.
//!
//! Services of the types `NodePort` and `LoadBalancer`, Ingresses and `HTTPRoute`s. Whether policies let such a call through depends
//! on where it comes from when it arrives: nodes, load balancers and ingress controllers may take its address away, so that is not
//! said here. What a controller of its own makes of an object is not known either.

use super::services::{selects, target};
use super::{Party, PortSet, What, World};
use crate::snapshot::{Owner, Pod, PortRef, Service, ServicePort, Snapshot, Text};
use hashbrown::HashMap;
use std::sync::Arc;

/// A way in to pods behind one Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayIn {
    /// `Ingress`, `HTTPRoute`, or the type of a Service
    pub kind: Text,
    /// Its namespace
    pub namespace: Text,
    /// Its name
    pub name: Text,
    /// The hosts that calls are for; empty is any
    pub hosts: Arc<[Text]>,
    /// The gateways that it is attached to, `namespace/name`
    pub gateways: Arc<[Text]>,
    /// The namespace of the pods
    pub into: Text,
    /// The pods, with the ports that calls arrive at
    pub pods: Vec<Target>,
}

/// A pod behind a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name
    pub pod: Text,
    /// Its workload
    pub workload: Owner,
    /// Ports of the pod
    pub ports: PortSet,
}

impl WayIn {
    /// The ports on which it leads to a workload or a pod; empty where it does not.
    pub fn ports(&self, party: &Party) -> PortSet {
        let is_it = |target: &&Target| match &party.what {
            What::Workload(kind) => target.workload.name == party.name && target.workload.kind == *kind,
            What::Pod(_) => target.pod == party.name,
            What::Class | What::Addresses(_) => false,
        };
        let here = self.pods.iter().filter(|_| self.into == party.namespace);
        here.filter(is_it).map(|target| target.ports.clone()).collect()
    }
}

/// Every way in that leads to pods: Services first, then Ingresses and routes, each by namespace and name.
pub fn ways_in(snapshot: &Snapshot, world: &World) -> Vec<WayIn> {
    let mut pods: HashMap<&Text, Vec<usize>> = HashMap::new();
    for (at, pod) in world.pods.iter().enumerate().filter(|(_, pod)| !pod.phase.finished()) {
        pods.entry(&pod.namespace).or_default().push(at);
    }
    let behind = |service: &Service, wanted: &dyn Fn(&ServicePort) -> bool| {
        let all = pods.get(&service.namespace).into_iter().flatten().map(|at| &world.pods[*at]);
        let selected = all.filter(|pod| selects(service, pod));
        let target = |pod: &Arc<Pod>| {
            let port = |port: &ServicePort| Some(PortSet::port(port.protocol, target(port, pod)?));
            let ports = service.ports.iter().filter(|port| wanted(port)).filter_map(port).collect();
            Target { pod: pod.name.clone(), workload: world.workload(pod), ports }
        };
        selected.map(target).filter(|target| !target.ports.is_empty()).collect::<Vec<_>>()
    };
    let named: HashMap<_, _> = snapshot.services.iter().map(|one| ((&one.namespace, &one.name), one)).collect();
    let mut ways: Vec<WayIn> = Vec::new();
    for service in snapshot.services.iter().filter(|one| one.kind == "NodePort" || one.kind == "LoadBalancer") {
        ways.push(WayIn {
            kind: service.kind.clone(),
            namespace: service.namespace.clone(),
            name: service.name.clone(),
            hosts: Arc::default(),
            gateways: Arc::default(),
            into: service.namespace.clone(),
            pods: behind(service, &|_| true),
        });
    }
    for route in snapshot.routes.iter() {
        for backend in route.backends.iter() {
            let Some(service) = named.get(&(&backend.namespace, &backend.service)) else { continue };
            let is_meant = |port: &ServicePort| match &backend.port {
                None => true,
                Some(PortRef::Number(number)) => port.port == *number,
                Some(PortRef::Name(name)) => port.name == *name,
            };
            ways.push(WayIn {
                kind: route.kind.manifest_name().into(),
                namespace: route.namespace.clone(),
                name: route.name.clone(),
                hosts: Arc::clone(&route.hosts),
                gateways: Arc::clone(&route.gateways),
                into: backend.namespace.clone(),
                pods: behind(service, &is_meant),
            });
        }
    }
    ways.retain(|way| !way.pods.is_empty());
    ways.sort_by(|a, b| (is_route(a), &a.namespace, &a.name).cmp(&(is_route(b), &b.namespace, &b.name)));
    ways
}

fn is_route(way: &WayIn) -> bool {
    way.kind == "Ingress" || way.kind == "HTTPRoute"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Origin, Reader};
    use jiff::Timestamp;

    const SHOP: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{name: web, port: 80, targetPort: http}, {port: 9000}]}
---
apiVersion: v1
kind: Service
metadata: {name: inside, namespace: shop}
spec: {selector: {app: web}, ports: [{name: web, port: 81, targetPort: 8081}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: public, namespace: shop}
spec:
  rules:
  - host: shop.example
    http: {paths: [{path: /, backend: {service: {name: inside, port: {name: web}}}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: api, namespace: infra}
spec:
  parentRefs: [{name: edge}]
  hostnames: [api.example]
  rules: [{backendRefs: [{name: web, namespace: shop, port: 80}]}, {backendRefs: [{name: gone, port: 1}]}]
";

    #[test]
    fn services_ingresses_and_routes_lead_to_ports_of_pods() {
        let mut reader = Reader::new(Origin::None);
        reader.read("shop.yaml", SHOP);
        let snapshot = reader.finish(Timestamp::UNIX_EPOCH);
        assert_eq!(snapshot.problems.as_ref(), []);
        let ways = ways_in(&snapshot, &World::of(&snapshot));
        let said: Vec<String> = ways
            .iter()
            .map(|way| format!("{} {}/{} {:?} {}", way.kind, way.namespace, way.name, way.hosts, way.pods[0].ports))
            .collect();
        assert_eq!(
            said,
            [
                "LoadBalancer shop/web [] TCP/8080, TCP/9000",
                "HTTPRoute infra/api [\"api.example\"] TCP/8080",
                "Ingress shop/public [\"shop.example\"] TCP/8081",
            ]
        );
        assert_eq!(ways[1].gateways.as_ref(), [Text::new("infra/edge")]);
    }
}

//! The cluster's DNS: its Service is there, and pods behind it are ready.

use super::{Check, Context, count};
use crate::health::agents::well;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Text};

pub(super) const CHECK: Check = Check { id: "dns-not-ready", needs: &[Kind::Service, Kind::Pod], run };

const SOURCE: &str = "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/";

fn run(context: &Context<'_>) -> Vec<Finding> {
    let Some(service) = context.snapshot.services.iter().find(|service| service.is_dns()) else {
        // Every API server makes a Service for itself: where there is none, these are not all.
        return if context.snapshot.services.is_empty() { Vec::new() } else { vec![none_seen()] };
    };
    let pods = &context.on_nodes.odd.dns;
    let ready = pods.iter().filter(|pod| well(pod)).count();
    if ready == pods.len() && ready > 0 {
        return Vec::new();
    }
    let mut nodes: Vec<Text> = pods.iter().filter(|pod| !well(pod)).map(|pod| pod.node.clone()).collect();
    nodes.retain(|node| !node.is_empty());
    nodes.sort();
    nodes.dedup();
    let (severity, message, why) = match (pods.len(), ready) {
        (0, _) => (Severity::Error, "has no pod behind it".to_owned(), "No name is resolved in the cluster."),
        (all, 0) => (
            Severity::Error,
            format!("has no ready pod: 0 of {all}"),
            "No name is resolved in the cluster, so that almost nothing works.",
        ),
        (all, ready) => {
            (Severity::Warning, format!("has {ready} of {} ready", count(all, "pod")), "Fewer pods answer all questions.")
        }
    };
    vec![Finding {
        id: CHECK.id,
        severity,
        object: Object::new("Service", &service.namespace, &service.name),
        message: format!("the cluster's DNS {message}"),
        why: why.to_owned(),
        remedy: format!("kubectl -n {} get pods -l {}; describe those that are not ready", service.namespace, selector(service)),
        source: SOURCE.to_owned(),
        nodes,
        ..Finding::default()
    }]
}

fn selector(service: &crate::snapshot::Service) -> String {
    service.selector.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

fn none_seen() -> Finding {
    Finding {
        id: CHECK.id,
        severity: Severity::Info,
        message: "No Service of a cluster DNS is seen (label k8s-app=kube-dns)".to_owned(),
        why: "Pods look for names at the address that the kubelet tells them, usually that Service.".to_owned(),
        remedy: "kubectl get services -A; look for one with port 53".to_owned(),
        source: SOURCE.to_owned(),
        ..Finding::default()
    }
}

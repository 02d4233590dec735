//! Who leads traffic for Services to pods: kube-proxy, or the network in its place. Nobody, or both, is wrong.

use super::{Check, Context};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::Kind;

pub(super) const CHECK: Check = Check { id: "service-proxy", needs: &[Kind::DaemonSet, Kind::Pod, Kind::Node], run };

/// Distributions whose node process has kube-proxy inside, so that there is no pod to see (k3s and `MicroK8s` documentation).
const INSIDE: [&str; 2] = ["k3s", "microk8s"];

const SOURCE: &str = "https://kubernetes.io/docs/reference/networking/virtual-ips/";

fn run(context: &Context<'_>) -> Vec<Finding> {
    let network = &context.detection.network;
    let (Some(id), Some(replaced)) = (network.provider.as_deref(), network.mode.kube_proxy_replacement) else {
        return Vec::new();
    };
    let name = context.name(id);
    let hidden = context.detection.distribution.is_some_and(|distribution| INSIDE.contains(&distribution));
    // Without agents' pods nothing runs here yet, and nothing can be missing.
    let runs = context.detection.agents.iter().any(|agent| agent.on_nodes() && !agent.pods.is_empty());
    let elsewhere = context.detection.agents.iter().any(|agent| agent.provider == "kube-router" && id != "kube-router");
    match (replaced, context.on_nodes.odd.proxies) {
        (true, 1..) => vec![Finding {
            severity: Severity::Warning,
            message: format!("kube-proxy runs beside {name}, which does its work"),
            why: "Both program Services; connections may take either way, and ports clash.".to_owned(),
            remedy: "remove kube-proxy: kubectl -n kube-system delete daemonset kube-proxy; then its rules on the nodes"
                .to_owned(),
            object: Object { kind: "DaemonSet", namespace: "kube-system".into(), name: "kube-proxy".into() },
            source: context.home(id),
            ..base()
        }],
        (false, 0) if runs && !hidden && !elsewhere => vec![Finding {
            severity: Severity::Warning,
            message: format!("No kube-proxy is seen, and {name} does not do its work here"),
            why: "Without either, no address of a Service leads anywhere, that of the API server included.".to_owned(),
            remedy: "install kube-proxy, or switch on the replacement; where it runs outside of pods all may be well".to_owned(),
            source: SOURCE.to_owned(),
            ..base()
        }],
        _ => Vec::new(),
    }
}

fn base() -> Finding {
    Finding { id: CHECK.id, ..Finding::default() }
}

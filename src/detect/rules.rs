//! What data files cannot say: the few rules with a name of their own.

use super::agents::Found;
use super::flags::{self, Start, Takes, Told};
use crate::snapshot::{Container, Node, Snapshot, Text};
use std::collections::BTreeSet;

type Test = fn(&Node) -> bool;

/// Distributions by what their nodes carry; the first that one node answers to.
const DISTRIBUTIONS: &[(&str, Test)] = &[
    ("k3s", |node| node.kubelet.contains("+k3s")),
    ("rke2", |node| node.kubelet.contains("+rke2")),
    ("k0s", |node| node.kubelet.contains("+k0s")),
    ("eks", |node| node.kubelet.contains("-eks-") || node.labels.get("eks.amazonaws.com/nodegroup").is_some()),
    ("gke", |node| node.kubelet.contains("-gke.") || node.labels.get("cloud.google.com/gke-nodepool").is_some()),
    ("aks", |node| node.labels.get("kubernetes.azure.com/cluster").is_some()),
    ("openshift", |node| node.labels.get("node.openshift.io/os_id").is_some()),
    ("kind", |node| node.provider_id.as_deref().is_some_and(|id| id.starts_with("kind://"))),
    ("minikube", |node| node.labels.get("minikube.k8s.io/name").is_some()),
    ("microk8s", |node| node.labels.get("microk8s.io/cluster").is_some()),
    ("talos", |node| node.os_image.starts_with("Talos")),
    ("kops", |node| node.labels.get("kops.k8s.io/instancegroup").is_some()),
];

/// Which distribution of Kubernetes this is, if its nodes tell.
pub(super) fn distribution(snapshot: &Snapshot) -> Option<&'static str> {
    let sample = || snapshot.nodes.iter().take(20);
    DISTRIBUTIONS.iter().find(|(_, test)| sample().any(|node| test(node))).map(|(name, _)| *name)
}

/// Whether k3s enforces policy itself. Its servers run kube-router's policy controller beside flannel, with no pod to see,
/// unless `--disable-network-policy` was given (k3s documentation, networking); the arguments are in an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BuiltIn {
    /// Not k3s.
    None,
    /// On, says the documentation.
    Documented,
    /// Switched off on a node.
    Off,
}

/// What k3s's own policy controller does.
pub(super) fn k3s_policy(snapshot: &Snapshot) -> BuiltIn {
    if distribution(snapshot) != Some("k3s") {
        return BuiltIn::None;
    }
    let off = |node: &Node| node.annotations.get("k3s.io/node-args").is_some_and(|args| disables_policy(args));
    if snapshot.nodes.iter().any(|node| off(node)) { BuiltIn::Off } else { BuiltIn::Documented }
}

/// Whether k3s was started like this, a JSON array of words, to run without its policy controller.
fn disables_policy(args: &str) -> bool {
    let args: Vec<String> = serde_json::from_str(args).unwrap_or_default();
    let started = Container { args: args.iter().map(|arg| Text::new(arg)).collect(), ..Container::default() };
    let told = Start::new(&started, |_| None).flag("disable-network-policy", Takes::Inside);
    matches!(told, Told::Value(value) if flags::boolean(&value) == Some(true))
}

/// `DaemonSets` and pods that could move packets or enforce policy without our knowing them: on the host network, and neither
/// kube-proxy nor a static pod of the control plane nor of a provider that was `found`. Empty, and nothing in this cluster can.
pub(super) fn strangers(snapshot: &Snapshot, found: &[Found<'_>]) -> Vec<String> {
    let known: BTreeSet<_> = found.iter().flat_map(|f| &f.agent.pods).map(|pod| (&pod.namespace, &pod.name)).collect();
    let mut strangers: Vec<String> = snapshot
        .pods
        .iter()
        .filter(|pod| pod.host_network && !pod.phase.finished() && !known.contains(&(&pod.namespace, &pod.name)))
        .filter(|pod| pod.owner.as_ref().is_none_or(|owner| owner.kind != "Node" && !owner.name.starts_with("kube-proxy")))
        .map(|pod| match &pod.owner {
            Some(owner) => format!("{} {}/{}", owner.kind, pod.namespace, owner.name),
            None => format!("Pod {}/{}", pod.namespace, pod.name),
        })
        .collect();
    strangers.sort();
    strangers.dedup();
    strangers
}

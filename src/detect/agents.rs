//! The workloads of providers: every signature against every workload, and the pods of those that match.
//!
//! One object is one agent. Where signatures of several providers match, the one that contains the others wins, then the
//! one with most evidence. Controllers are told apart last: they belong to whoever has an agent on the nodes.

use super::condition::{Answer, Index, Sight};
use super::{Agent, Confidence, Evidence, image};
use crate::catalog::{self, AgentRole, Catalog, Provider, VersionFrom};
use crate::snapshot::{Container, Kind, Pod, Text, Workload, WorkloadKind};
use hashbrown::HashMap;
use std::sync::Arc;

/// An agent, and what it was recognised by.
pub(super) struct Found<'a> {
    pub(super) provider: &'a Provider,
    pub(super) agent: Agent,
    /// The template, or what the pods show of it.
    pub(super) workload: Arc<Workload>,
    pub(super) confidence: Confidence,
    pub(super) evidence: Evidence,
}

impl Found<'_> {
    /// Whether its controller wants no pod anywhere: it is installed and does nothing.
    pub(super) fn idle(&self) -> bool {
        self.workload.rollout.observed && self.workload.rollout.desired == 0 && self.agent.pods.is_empty()
    }
}

/// A signature that matches a workload.
struct Match<'a> {
    provider: &'a Provider,
    signature: &'a catalog::Agent,
    /// Kinds of evidence, 1 to 4.
    kinds: usize,
    says: Vec<String>,
    sure: Answer,
}

/// Pods by namespace and name of the `DaemonSet` that owns them.
type Owned<'a> = HashMap<(&'a str, &'a str), Vec<&'a Arc<Pod>>>;

/// All agents in the snapshot.
pub(super) fn find<'a>(index: &Index<'_>, catalog: &'a Catalog) -> Vec<Found<'a>> {
    let snapshot = index.snapshot;
    let mut workloads: Vec<Arc<Workload>> = snapshot.workloads.iter().cloned().collect();
    workloads.sort_by(|a, b| (a.kind, &a.namespace, &a.name).cmp(&(b.kind, &b.namespace, &b.name)));
    let owned = owned_pods(index);
    let seen = workloads.len();
    if !snapshot.sources.is_known(Kind::DaemonSet) {
        workloads.extend(unseen(&owned, &workloads).into_iter().map(Arc::new));
    }
    let mut found = Vec::new();
    let mut left = Vec::new();
    for (at, workload) in workloads.iter().enumerate() {
        let (controllers, agents): (Vec<_>, Vec<_>) =
            matches(index, catalog, workload, at < seen).into_iter().partition(|m| m.signature.role == AgentRole::Controller);
        match best(agents) {
            Some(winner) => found.push(take(winner, workload, at < seen)),
            None if !controllers.is_empty() => left.push((workload, controllers)),
            None => {}
        }
    }
    for (workload, controllers) in left {
        let here = |m: &Match<'_>| found.iter().any(|f| f.provider.id == m.provider.id);
        let (of_agents, alone): (Vec<_>, Vec<_>) = controllers.into_iter().partition(here);
        found.extend(best(of_agents).or_else(|| plainest(alone)).map(|winner| take(winner, workload, true)));
    }
    give_pods(index, &owned, &mut found);
    found
}

fn matches<'a>(index: &Index<'_>, catalog: &'a Catalog, workload: &Workload, template: bool) -> Vec<Match<'a>> {
    catalog.providers.iter().filter_map(|provider| of_provider(index, provider, workload, template)).collect()
}

/// The signature of a provider that a workload has most of.
fn of_provider<'a>(index: &Index<'_>, provider: &'a Provider, workload: &Workload, template: bool) -> Option<Match<'a>> {
    let matches = provider.detect.agents.iter().filter_map(|signature| {
        let says = evidence(signature, workload)?;
        let sight = Sight {
            workloads: vec![workload],
            templates: template,
            versions: carrier(signature, workload).and_then(|c| image::version(&c.image)).into_iter().collect(),
        };
        let sure = index.all(&signature.when, &sight);
        (sure != Answer::No).then_some(Match { provider, signature, kinds: says.len(), says, sure })
    });
    // `max_by_key` takes the last of equal ones; the first is meant.
    matches.reduce(|first, next| if next.kinds > first.kinds { next } else { first })
}

/// What a workload, or a pod in its shape, is to a provider; none if it is no agent of it.
pub(super) fn role(index: &Index<'_>, provider: &Provider, workload: &Workload, template: bool) -> Option<AgentRole> {
    of_provider(index, provider, workload, template).map(|found| found.signature.role)
}

/// What a workload has of a signature, one entry for each kind of evidence; none if it is not its agent.
fn evidence(signature: &catalog::Agent, workload: &Workload) -> Option<Vec<String>> {
    let containers = || workload.containers.iter().chain(workload.init_containers.iter());
    let has = |name: &String| containers().any(|c| c.name == name.as_str());
    if signature.kind != workload.kind.name() || signature.without.iter().any(has) || !signature.containers.iter().all(has) {
        return None;
    }
    let label = signature.labels.iter().find(|label| match label.split_once('=') {
        Some((key, value)) => workload.pod_labels.get(key).is_some_and(|found| found == value),
        None => workload.pod_labels.get(label).is_some(),
    });
    let image = signature.images.iter().find_map(|end| containers().find(|c| image::is_of(&c.image, end)));
    let container = (!signature.containers.is_empty()).then(|| format!("container {}", signature.containers.join(" and ")));
    let mut says: Vec<String> = [container, image.map(|c| format!("image {}", c.image)), label.map(|l| format!("label {l}"))]
        .into_iter()
        .flatten()
        .collect();
    if says.is_empty() {
        return None;
    }
    says.extend(signature.names.iter().find(|name| glob(name, &workload.name)).map(|_| "its name".to_owned()));
    Some(says)
}

/// Whether `pattern` matches all of `text`; `*` stands for any run of characters.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(start) else { return false };
    text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| glob(rest, &text[at..]))
}

/// The container whose image carries the version: by the order of the images, else the first that the signature names.
fn carrier<'w>(signature: &catalog::Agent, workload: &'w Workload) -> Option<&'w Container> {
    let containers = || workload.containers.iter();
    let by_image = signature.images.iter().find_map(|end| containers().find(|c| image::is_of(&c.image, end)));
    by_image.or_else(|| signature.containers.iter().find_map(|name| containers().find(|c| c.name == name.as_str())))
}

/// The provider that contains the others, then the one with most evidence, then the first.
fn best(matches: Vec<Match<'_>>) -> Option<Match<'_>> {
    let containing =
        |a: &Match<'_>, b: &Match<'_>| a.provider.detect.contains.contains(&b.provider.id) && a.kinds.min(2) >= b.kinds.min(2);
    matches.into_iter().reduce(|a, b| if containing(&b, &a) || (!containing(&a, &b) && b.kinds > a.kinds) { b } else { a })
}

/// Of providers of which nothing but a controller is there, the one that contains no other.
fn plainest(matches: Vec<Match<'_>>) -> Option<Match<'_>> {
    let contained: Vec<String> = matches.iter().flat_map(|m| m.provider.detect.contains.clone()).collect();
    let (plain, rest): (Vec<_>, Vec<_>) =
        matches.into_iter().partition(|m| contained.is_empty() || contained.contains(&m.provider.id));
    best(plain).or_else(|| best(rest))
}

fn take<'a>(Match { provider, signature, kinds, says, sure }: Match<'a>, workload: &Arc<Workload>, template: bool) -> Found<'a> {
    let carrier = carrier(signature, workload);
    let version = match signature.version {
        VersionFrom::Image => carrier.and_then(|c| image::version(&c.image)),
        VersionFrom::Nowhere => None,
    };
    let certain = kinds >= 2 && template && sure == Answer::Yes;
    let object = format!("{} {}/{}", workload.kind.name(), workload.namespace, workload.name);
    Found {
        provider,
        agent: Agent {
            provider: provider.id.clone(),
            kind: workload.kind,
            namespace: workload.namespace.clone(),
            name: workload.name.clone(),
            role: signature.role,
            container: carrier.map(|c| c.name.clone()).unwrap_or_default(),
            version,
            workload: template.then(|| Arc::clone(workload)),
            pods: Vec::new(),
        },
        workload: Arc::clone(workload),
        confidence: if certain { Confidence::Certain } else { Confidence::Likely },
        evidence: Evidence { object: if template { object } else { format!("pods of {object}") }, says: says.join(", ") },
    }
}

fn owned_pods<'a>(index: &Index<'a>) -> Owned<'a> {
    let mut owned = Owned::new();
    for pod in index.snapshot.pods.iter() {
        if let Some(owner) = pod.owner.as_ref().filter(|owner| owner.kind == "DaemonSet") {
            owned.entry((pod.namespace.as_str(), owner.name.as_str())).or_default().push(pod);
        }
    }
    owned
}

/// What pods show of `DaemonSets` that cannot be read.
fn unseen(owned: &Owned<'_>, seen: &[Arc<Workload>]) -> Vec<Workload> {
    let known = |namespace: &str, name: &str| {
        seen.iter().any(|w| w.namespace == *namespace && w.name == *name && w.kind == WorkloadKind::DaemonSet)
    };
    let mut unseen: Vec<Workload> = owned
        .iter()
        .filter(|((namespace, name), _)| !known(namespace, name))
        .filter_map(|((namespace, name), pods)| {
            let pod = pods.first()?;
            let container = |c: &crate::snapshot::PodContainer| Container {
                name: c.name.clone(),
                image: c.image.clone(),
                ..Container::default()
            };
            Some(Workload {
                namespace: Text::new(namespace),
                name: Text::new(name),
                pod_labels: pod.labels.clone(),
                host_network: pod.host_network,
                containers: pod.containers.iter().map(container).collect(),
                ..Workload::default()
            })
        })
        .collect();
    unseen.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    unseen
}

fn give_pods(index: &Index<'_>, by_owner: &Owned<'_>, found: &mut [Found<'_>]) {
    for f in found.iter_mut().filter(|f| f.agent.kind == WorkloadKind::DaemonSet) {
        let pods = by_owner.get(&(f.agent.namespace.as_str(), f.agent.name.as_str()));
        f.agent.pods = pods.into_iter().flatten().map(|pod| Arc::clone(pod)).collect();
    }
    let mut deployments: Vec<&mut Found<'_>> = found.iter_mut().filter(|f| f.agent.kind == WorkloadKind::Deployment).collect();
    if deployments.is_empty() {
        return;
    }
    for pod in index.snapshot.pods.iter() {
        let Some(owner) = pod.owner.as_ref().filter(|owner| owner.kind == "ReplicaSet") else { continue };
        let of = deployments.iter_mut().find(|f| {
            // The name of a ReplicaSet is that of its Deployment, a dash and a hash without one.
            pod.namespace == f.agent.namespace && owner.name.rsplit_once('-').is_some_and(|(name, _)| f.agent.name == *name)
        });
        if let Some(f) = of {
            f.agent.pods.push(Arc::clone(pod));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, text, expected) in [
            ("kube-flannel-ds*", "kube-flannel-ds-amd64", true),
            ("kube-flannel-ds*", "kube-flannel-ds", true),
            ("*canal", "rke2-canal", true),
            ("a*b*c", "axxbyyc", true),
            ("canal", "rke2-canal", false),
            ("a*b", "axbc", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }
}

//! Classes of pods that lints cannot tell apart, and which of them every scope of the policies selects.
//!
//! Lints ask about a pod of each class, so that they cost what classes and policies cost. What pods differ in besides (name, node,
//! addresses) no lint asks for. Each scope is resolved once, however many policies write it. It knows no lint.

use crate::policy::dialect::Holds;
use crate::policy::model::{Direction, Model, Namespaces, Peer, Peers, Scope};
use crate::policy::world::{World, matches};
use crate::snapshot::{Labels, Pod, Port, Text};
use hashbrown::{HashMap, HashSet};
use std::sync::Arc;

/// Pods that lints cannot tell apart.
pub(super) struct Class {
    /// The first of them
    pub(super) pod: Arc<Pod>,
    /// How many they are
    pub(super) count: usize,
}

/// The pods that have not ended.
pub(super) struct Classes<'a> {
    /// By their first pods, in the order of the world
    pub(super) all: Vec<Class>,
    /// The classes of each scope, ascending
    selected: HashMap<&'a Scope, Vec<usize>>,
}

/// What lints tell pods apart by: namespace, labels, whether they are on the host network, families of addresses, ports.
type Key<'a> = (&'a Text, &'a Labels, bool, [bool; 2], Vec<&'a Port>);

impl<'a> Classes<'a> {
    pub(super) fn of(world: &World, model: &'a Model) -> Self {
        let mut all: Vec<Class> = Vec::new();
        let mut known: HashMap<Key<'_>, usize> = HashMap::new();
        for pod in world.pods.iter().filter(|pod| !pod.phase.finished()) {
            let ports = pod.containers.iter().flat_map(|container| &container.ports).collect();
            let key = (&pod.namespace, &pod.labels, pod.host_network, pod.ips.map(|ip| ip.is_some()), ports);
            let at = *known.entry(key).or_insert(all.len());
            match all.get_mut(at) {
                Some(class) => class.count += 1,
                None => all.push(Class { pod: Arc::clone(pod), count: 1 }),
            }
        }
        let selected = resolve(world, &all, scopes(model));
        Self { all, selected }
    }

    /// The numbers of the classes of a scope of the model, ascending.
    pub(super) fn numbers(&self, scope: &Scope) -> &[usize] {
        self.selected.get(scope).map_or(&[], Vec::as_slice)
    }
}

/// Every scope that a policy writes.
fn scopes(model: &Model) -> HashSet<&Scope> {
    let sections = model.policies.iter().flat_map(|policy| Direction::BOTH.into_iter().filter_map(|one| policy.section(one)));
    let rules = sections.flat_map(|section| &section.rules);
    let peers = rules.filter_map(|rule| if let Peers::Only(peers) = &rule.peers { Some(peers) } else { None }).flatten();
    let peers = peers.filter_map(|peer| if let Peer::Pods(scope) = peer { Some(scope) } else { None });
    model.policies.iter().map(|policy| &policy.subject).chain(peers).collect()
}

fn resolve<'a>(world: &World, classes: &[Class], scopes: HashSet<&'a Scope>) -> HashMap<&'a Scope, Vec<usize>> {
    let mut by_namespace: HashMap<&Text, Vec<usize>> = HashMap::new();
    for (at, class) in classes.iter().enumerate() {
        by_namespace.entry(&class.pod.namespace).or_default().push(at);
    }
    let of = |scope: &Scope| -> Vec<usize> {
        // What may be meant is not called unmeant.
        let holds = |name: &&Text| world.is_of(&scope.namespaces, name) != Holds::No;
        let namespaces: Vec<&Vec<usize>> = match &scope.namespaces {
            Namespaces::Named(name) => by_namespace.get(name).into_iter().collect(),
            Namespaces::Matching(_) => by_namespace.iter().filter(|(name, _)| holds(name)).map(|(_, here)| here).collect(),
        };
        let selects = |at: &usize| classes.get(*at).is_some_and(|class| matches(&scope.pods, &class.pod.labels) != Holds::No);
        let mut selected: Vec<usize> = namespaces.into_iter().flatten().copied().filter(selects).collect();
        selected.sort_unstable();
        selected
    };
    scopes.into_iter().map(|scope| (scope, of(scope))).collect()
}

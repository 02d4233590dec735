//! What the policies select, namespace by namespace.
//!
//! Pods with equal labels are counted once as a class, so that a selector is asked once a class and not once a pod. Facts share
//! the labels of like pods, which makes finding the class a matter of one address.

use super::dialect::Holds;
use super::words::{spell, spell_scope};
use super::world::means;
use super::{Inventory, NamespaceCoverage, PolicySummary, Says, Standing};
use crate::snapshot::{Kind, Labels, NetworkPolicy, PodSet, PolicyRule, Positions, Snapshot, Text, Tier};
use hashbrown::HashMap;
use std::cmp::Ordering;

/// Pods of a namespace with the same labels.
#[derive(Default)]
struct Class<'a> {
    labels: Option<&'a Labels>,
    pods: usize,
    /// Of these, on nodes that may not enforce anything.
    doubtful: usize,
    ingress: Isolation,
    egress: Isolation,
}

/// How far policies isolate pods in one direction.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Isolation {
    /// No policy selects them
    #[default]
    None,
    /// Only what a rule admits may pass
    Closed,
    /// A policy selects them, and a rule of one admits everybody on every port
    Open,
}

impl Isolation {
    fn by(isolates: bool, rules: &[PolicyRule]) -> Self {
        match isolates {
            false => Self::None,
            true if rules.iter().any(PolicyRule::admits_all) => Self::Open,
            true => Self::Closed,
        }
    }
}

/// The pods and policies of a namespace.
struct Space<'a> {
    name: &'a Text,
    by_address: HashMap<(usize, usize), usize>,
    by_labels: HashMap<&'a Labels, usize>,
    classes: Vec<Class<'a>>,
    host_pods: usize,
    policies: Vec<&'a NetworkPolicy>,
    /// Policies of kinds that are not read
    others: usize,
}

impl<'a> Space<'a> {
    fn new(name: &'a Text) -> Self {
        let (by_address, by_labels) = (HashMap::new(), HashMap::new());
        Self { name, by_address, by_labels, classes: Vec::new(), host_pods: 0, policies: Vec::new(), others: 0 }
    }

    fn count(&mut self, labels: &'a Labels, doubtful: bool) {
        // Equal addresses within one snapshot are equal labels; the length tells empty ones from their neighbours.
        let pairs = labels.iter().as_slice();
        let address = (pairs.as_ptr() as usize, pairs.len());
        let at = *self.by_address.entry(address).or_insert_with(|| {
            *self.by_labels.entry(labels).or_insert_with(|| {
                self.classes.push(Class { labels: Some(labels), ..Class::default() });
                self.classes.len() - 1
            })
        });
        self.classes[at].pods += 1;
        self.classes[at].doubtful += usize::from(doubtful);
    }

    fn apply(&mut self, policy: &NetworkPolicy) -> usize {
        let mut selected = 0;
        for class in
            self.classes.iter_mut().filter(|class| class.labels.is_some_and(|labels| policy.pod_selector.matches(labels)))
        {
            selected += class.pods;
            class.ingress = class.ingress.max(Isolation::by(policy.isolates_ingress, &policy.ingress));
            class.egress = class.egress.max(Isolation::by(policy.isolates_egress, &policy.egress));
        }
        selected
    }
}

/// Lists the policies of `snapshot` and what they select. Finished pods are not counted; pods on the host network are counted
/// apart, since what policies do to them is left open by the API (NP-30). `doubtful` are nodes that may not enforce policies.
pub fn inventory(snapshot: &Snapshot, doubtful: &[Text]) -> Inventory {
    let pods_seen = snapshot.sources.is_live(Kind::Pod) || !snapshot.pods.is_empty();
    let mut doubts = Positions::default();
    for node in doubtful {
        doubts.add(node);
    }
    let (mut names, mut spaces) = (Positions::default(), Vec::new());
    for namespace in snapshot.namespaces.iter() {
        space(&mut names, &mut spaces, &namespace.name);
    }
    for pod in snapshot.pods.iter().filter(|pod| !pod.phase.finished()) {
        let space = space(&mut names, &mut spaces, &pod.namespace);
        if pod.host_network {
            space.host_pods += 1;
        } else {
            space.count(&pod.labels, !doubtful.is_empty() && doubts.of(&pod.node).is_some());
        }
    }
    for policy in snapshot.policies.iter() {
        space(&mut names, &mut spaces, &policy.namespace).policies.push(policy);
    }
    for policy in snapshot.foreign_policies.iter().filter(|policy| !policy.namespace.is_empty()) {
        space(&mut names, &mut spaces, &policy.namespace).others += 1;
    }
    let others = others(snapshot, &spaces);
    let (mut policies, mut namespaces) = (Vec::with_capacity(snapshot.policies.len()), Vec::with_capacity(spaces.len()));
    for mut space in spaces {
        let here = std::mem::take(&mut space.policies);
        policies.extend(here.iter().map(|policy| summary(policy, Some(space.apply(policy)).filter(|_| pods_seen))));
        namespaces.push(coverage(&space, here.len()));
    }
    policies.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    namespaces.sort_by(least_covered_first);
    Inventory { policies, others, namespaces }
}

/// The policies of other kinds: those of the cluster by tier and priority, then those whose rules are not read.
fn others(snapshot: &Snapshot, spaces: &[Space<'_>]) -> Vec<PolicySummary> {
    let labels: HashMap<&Text, &Labels> = snapshot.namespaces.iter().map(|one| (&one.name, &one.labels)).collect();
    let selected = |set: &PodSet| -> Option<usize> {
        let matches = |class: &&Class<'_>| set.pods.as_ref().is_none_or(|pods| class.labels.is_some_and(|own| pods.matches(own)));
        let mut all = 0;
        for space in spaces {
            let pods: usize = space.classes.iter().filter(matches).map(|class| class.pods).sum();
            match means(&set.namespaces, space.name, labels.get(space.name).copied()) {
                Holds::Yes => all += pods,
                Holds::Maybe if pods > 0 => return None,
                Holds::Maybe | Holds::No => {}
            }
        }
        Some(all)
    };
    let says = |rules: usize| if rules == 0 { Says::Nothing } else { Says::Decides(rules) };
    let of_cluster = snapshot.cluster_policies.iter().map(|policy| PolicySummary {
        kind: policy.kind,
        namespace: Text::default(),
        name: policy.name.clone(),
        standing: match policy.tier {
            Some(Tier::Admin) => Standing::Before(policy.priority),
            Some(Tier::Baseline) => Standing::After(policy.priority),
            None => Standing::NotUnderstood,
        },
        ingress: says(policy.ingress.len()),
        egress: says(policy.egress.len()),
        selector: policy.subject.as_ref().map(|subject| spell_scope(&subject.into())),
        selected: policy.subject.as_ref().and_then(selected),
    });
    let foreign = snapshot.foreign_policies.iter().map(|policy| PolicySummary {
        kind: policy.kind,
        namespace: policy.namespace.clone(),
        name: policy.name.clone(),
        standing: Standing::NotRead,
        ingress: Says::NotRead,
        egress: Says::NotRead,
        selector: None,
        selected: None,
    });
    let mut all: Vec<PolicySummary> = of_cluster.chain(foreign).collect();
    all.sort_by(|a, b| (a.standing, a.kind, &a.namespace, &a.name).cmp(&(b.standing, b.kind, &b.namespace, &b.name)));
    all
}

/// The space of that name among those seen so far.
fn space<'a, 'b>(names: &mut Positions<'a>, spaces: &'b mut Vec<Space<'a>>, name: &'a Text) -> &'b mut Space<'a> {
    let at = names.add(name);
    if at == spaces.len() {
        spaces.push(Space::new(name));
    }
    &mut spaces[at]
}

fn summary(policy: &NetworkPolicy, selected: Option<usize>) -> PolicySummary {
    let says = |isolates: bool, rules: usize| if isolates { Says::Isolates(rules) } else { Says::Nothing };
    PolicySummary {
        kind: Kind::NetworkPolicy,
        namespace: policy.namespace.clone(),
        name: policy.name.clone(),
        standing: Standing::Between,
        ingress: says(policy.isolates_ingress, policy.ingress.len()),
        egress: says(policy.isolates_egress, policy.egress.len()),
        selector: Some(spell(&policy.pod_selector)),
        selected,
    }
}

fn coverage(space: &Space<'_>, policies: usize) -> NamespaceCoverage {
    let of = |is: fn(&Class<'_>) -> bool| space.classes.iter().filter(move |class| is(class));
    let sum = |is| of(is).map(|class| class.pods).sum();
    let doubtful = |is| of(is).map(|class| class.doubtful).sum();
    NamespaceCoverage {
        namespace: space.name.clone(),
        pods: sum(|_| true),
        host_pods: space.host_pods,
        ingress: sum(|class| class.ingress != Isolation::None),
        egress: sum(|class| class.egress != Isolation::None),
        ingress_open: sum(|class| class.ingress == Isolation::Open),
        egress_open: sum(|class| class.egress == Isolation::Open),
        ingress_doubtful: doubtful(|class| class.ingress != Isolation::None),
        egress_doubtful: doubtful(|class| class.egress != Isolation::None),
        policies,
        others: space.others,
    }
}

/// By the share of covered directions, then by name; namespaces without pods are last.
fn least_covered_first(a: &NamespaceCoverage, b: &NamespaceCoverage) -> Ordering {
    let covered = |n: &NamespaceCoverage| n.ingress + n.egress;
    let share = (covered(a) * b.pods).cmp(&(covered(b) * a.pods));
    (a.pods == 0).cmp(&(b.pods == 0)).then(share).then_with(|| a.namespace.cmp(&b.namespace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Namespace, Operator, Phase, Pod, Requirement, Selector};
    use std::sync::Arc;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::new(pairs.iter().map(|(k, v)| (Text::new(k), Text::new(v))).collect())
    }

    fn pod(namespace: &str, app: &str) -> Pod {
        Pod {
            namespace: namespace.into(),
            name: app.into(),
            labels: labels(&[("app", app)]),
            phase: Phase::Running,
            ..Pod::default()
        }
    }

    fn policy(namespace: &str, name: &str, app: &[&str], egress: bool) -> NetworkPolicy {
        let requirement =
            Requirement { key: "app".into(), operator: Operator::In, values: app.iter().map(|a| Text::new(a)).collect() };
        let requirements = if app.is_empty() { vec![] } else { vec![requirement] };
        NetworkPolicy {
            namespace: namespace.into(),
            name: name.into(),
            pod_selector: Selector { requirements },
            isolates_ingress: true,
            isolates_egress: egress,
            ..NetworkPolicy::default()
        }
    }

    #[test]
    fn policies_count_the_pods_of_their_own_namespace_only() {
        let mut snapshot = Snapshot::default();
        for (namespace, app) in [("shop", "web"), ("shop", "web"), ("shop", "db"), ("pay", "web")] {
            snapshot.pods.insert(Arc::new(pod(namespace, app)));
        }
        snapshot.pods.insert(Arc::new(Pod { host_network: true, ..pod("shop", "web") }));
        snapshot.pods.insert(Arc::new(Pod { phase: Phase::Succeeded, ..pod("shop", "web") }));
        snapshot.namespaces.insert(Arc::new(Namespace { name: "empty".into(), ..Namespace::default() }));
        snapshot.policies.insert(Arc::new(policy("shop", "web", &["web"], true)));
        snapshot.policies.insert(Arc::new(policy("shop", "all", &[], false)));
        let inventory = inventory(&snapshot, &[]);
        let policies: Vec<_> = inventory.policies.iter().map(|p| (p.name.as_str(), p.selected, p.selector.as_deref())).collect();
        assert_eq!(policies, [("all", Some(3), Some("all pods")), ("web", Some(2), Some("app=web"))]);
        let rows: Vec<_> = inventory
            .namespaces
            .iter()
            .map(|n| (n.namespace.as_str(), n.pods, n.host_pods, n.ingress, n.egress, n.policies))
            .collect();
        assert_eq!(rows, [("pay", 1, 0, 0, 0, 0), ("shop", 3, 1, 3, 2, 2), ("empty", 0, 0, 0, 0, 0)]);
    }
}

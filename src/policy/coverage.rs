//! How far the pods of each workload are isolated by `NetworkPolicy`, per direction.
//!
//! Isolated is not yet protected: whether this cluster's CNI enforces it is `detect`'s question, and `present` weighs one with the
//! other. Pods that have ended are not counted; those on the host network are counted apart (NP-30).

use super::NamespaceCoverage;
use super::dialect::{Dialect, Holds};
use super::eval::Evaluator;
use super::model::{Direction, End, Layer, Model, Policy, Section};
use super::world::World;
use crate::snapshot::{Labels, Owner, Pod, Snapshot, Text};
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;

/// How far a workload is covered.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadCoverage {
    /// What made the pods; a pod that nothing made is its own
    pub workload: Owner,
    /// The numbers of its pods
    pub coverage: NamespaceCoverage,
}

/// Every workload, by namespace, kind and name. `doubtful` are nodes that may not enforce policies.
pub fn coverage(snapshot: &Snapshot, model: &Model, dialect: &Dialect, doubtful: &[Text]) -> Vec<WorkloadCoverage> {
    let world = World::of(snapshot);
    let by = Evaluator { model, world: &world, dialect };
    let mut policies_of: HashMap<&Text, Vec<&Policy>> = HashMap::new();
    for policy in model.policies.iter().filter(|policy| policy.layer == Layer::NetworkPolicy) {
        policies_of.entry(&policy.origin.namespace).or_default().push(policy);
    }
    let doubtful: HashSet<&Text> = doubtful.iter().collect();
    let mut known: HashMap<(&Text, &Labels), [Isolating; 2]> = HashMap::new();
    let mut found: BTreeMap<(Text, Text, Text), WorkloadCoverage> = BTreeMap::new();
    for pod in world.pods.iter().filter(|pod| !pod.phase.finished()) {
        let workload = world.workload(pod);
        let key = (pod.namespace.clone(), workload.kind.clone(), workload.name.clone());
        let coverage = NamespaceCoverage { namespace: pod.namespace.clone(), ..NamespaceCoverage::default() };
        let coverage = &mut found.entry(key).or_insert(WorkloadCoverage { workload, coverage }).coverage;
        if pod.host_network {
            coverage.host_pods += 1;
            continue;
        }
        let isolating = *known
            .entry((&pod.namespace, &pod.labels))
            .or_insert_with(|| isolating(&by, policies_of.get(&pod.namespace).map_or(&[], Vec::as_slice), pod));
        let isolated = isolating.map(|by| usize::from(by.policies > 0));
        let open = isolating.map(|by| usize::from(by.admits_all));
        let doubt = usize::from(doubtful.contains(&pod.node));
        coverage.pods += 1;
        coverage.ingress += isolated[0];
        coverage.egress += isolated[1];
        coverage.ingress_open += open[0];
        coverage.egress_open += open[1];
        coverage.ingress_doubtful += isolated[0] * doubt;
        coverage.egress_doubtful += isolated[1] * doubt;
        coverage.policies = coverage.policies.max(isolating[0].policies.max(isolating[1].policies));
    }
    found.into_values().collect()
}

/// The policies of its namespace that isolate a pod in one direction.
#[derive(Debug, Clone, Copy)]
struct Isolating {
    policies: usize,
    /// Whether one of them admits everybody on every port all the same
    admits_all: bool,
}

/// For ingress and for egress.
fn isolating(by: &Evaluator<'_>, policies: &[&Policy], pod: &Pod) -> [Isolating; 2] {
    let selecting: Vec<_> = policies.iter().filter(|policy| by.applies(policy, pod) == Holds::Yes).collect();
    Direction::BOTH.map(|direction| {
        let sections = selecting.iter().filter_map(|one| one.section(direction)).filter(|section| section.end == End::Deny);
        let admits_all = sections.clone().any(Section::admits_all);
        Isolating { policies: sections.count(), admits_all }
    })
}

//! How policies are read here: the dialect of the cluster that is seen, or of a provider that is named, and its words.

use crate::catalog::Provider;
use crate::detect::{Detection, Verdict};
use crate::policy::{Dialect, Holds, Kinds, Point, SPEC};
use crate::snapshot::{Origin, Snapshot};

/// The dialect of who enforces policy in `snapshot`. Files that show no CNI are read as the specification says; in a cluster where
/// none is recognised all that CNIs differ in is open.
pub fn dialect_here(snapshot: &Snapshot, detection: &Detection) -> Dialect {
    let policy = &detection.policy;
    let cni = match (&policy.enforcer, &detection.network.provider, &snapshot.origin) {
        (Some(enforcer), ..) => Some(enforcer.as_str()),
        (None, Some(provider), _) => Some(provider.as_str()),
        (None, None, Origin::Live { .. }) => None,
        (None, None, _) => Some(SPEC),
    };
    let is_known = policy.enforcer.is_some() || policy.verdict == Verdict::NotEnforced;
    let kinds = if is_known { Kinds::AllBut(policy.ignored_kinds.clone()) } else { Kinds::OfKubernetes };
    let dialect = Dialect::of(cni).enforcing(kinds);
    match (cni, blocks_match_nodes(snapshot)) {
        (Some("cilium"), Some(holds)) => dialect.with(Point::BlocksMatchNodes, holds),
        _ => dialect,
    }
}

/// What the configuration of Cilium says of blocks and nodes; open where a cluster's was not read; none where manifests have none.
fn blocks_match_nodes(snapshot: &Snapshot) -> Option<Holds> {
    let config = snapshot.config_maps.iter().find(|map| map.name == "cilium-config");
    let mode = config.map(|config| config.get("policy-cidr-match-mode").is_some_and(|mode| mode.contains("nodes")));
    let unread = || matches!(snapshot.origin, Origin::Live { .. } | Origin::Saved { .. }).then_some(Holds::Maybe);
    mode.map(Holds::from).or_else(unread)
}

/// The dialect of a provider. Kinds that it enforces only in some versions, or when they are switched on, count as enforced;
/// [`dialect_conditions`] says which.
pub fn dialect_of(provider: &Provider) -> Dialect {
    let facts = &provider.detect.enforces;
    let kinds = facts.kinds.iter().chain(facts.kinds_when.iter().map(|rule| &rule.kind)).cloned().collect();
    let kinds = match (&facts.engine, &facts.source) {
        // It is another's engine that enforces, where that is installed beside it.
        (Some(_), _) => Kinds::Only(Vec::new()),
        (None, Some(_)) => Kinds::Only(kinds),
        (None, None) => Kinds::OfKubernetes,
    };
    Dialect::of(Some(&provider.id)).enforcing(kinds)
}

/// What one has to know of a provider where policies are read as it does, as a sentence: that it enforces nothing, or kinds of
/// `snapshot` only under conditions.
pub fn dialect_conditions(provider: &Provider, snapshot: &Snapshot) -> Option<String> {
    let facts = &provider.detect.enforces;
    if let Some(engine) = &facts.engine {
        return Some(format!("{} itself enforces no policy; where {engine} runs beside it, give --cni {engine}", provider.name));
    }
    if facts.source.is_some() && !facts.ingress && !facts.egress {
        return Some(format!("{} enforces no policy", provider.name));
    }
    let mut kinds: Vec<&str> =
        provider.detect.enforces.kinds_when.iter().filter_map(|rule| rule.kind.split('.').next()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let sentence = format!(
        "{} enforces {} only in some versions or where it is switched on: here it counts",
        provider.name,
        kinds.join(", ")
    );
    (!kinds.is_empty() && !snapshot.cluster_policies.is_empty()).then_some(sentence)
}

/// How policies are read, as the rest of a line.
pub fn dialect_words(dialect: &Dialect, name: &str) -> String {
    let who = match dialect.cni.as_deref() {
        None => "for a CNI that is not known".to_owned(),
        Some(SPEC) => "as the specification says".to_owned(),
        Some(_) => format!("as {name} does"),
    };
    let said = |point, yes, no, open| match dialect.holds(point) {
        Holds::Yes => yes,
        Holds::No => no,
        Holds::Maybe => open,
    };
    let blocks = said(Point::BlocksMatchPods, "ipBlock matches pods", "ipBlock matches no pods", "ipBlock and pods: CNIs differ");
    let nodes = said(Point::BlocksMatchNodes, "", "ipBlock matches no nodes, ", "ipBlock and nodes: CNIs differ, ");
    let hosts = said(
        Point::HostPodsArePods,
        "pods on the host network are pods",
        "pods on the host network are their node",
        "pods on the host network: CNIs differ",
    );
    format!("Read {who}: {blocks}, {nodes}{hosts}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::ConfigMap;

    #[test]
    fn cilium_says_in_its_configuration_whether_blocks_match_nodes() {
        let of = |live: bool, mode: Option<&str>| {
            let map = |mode: &str| {
                let data = [("policy-cidr-match-mode".into(), crate::snapshot::Raw::new(mode))].into_iter().collect();
                ConfigMap { name: "cilium-config".into(), data, ..ConfigMap::default() }
            };
            let origin = if live { Origin::Live { context: "c".into() } } else { Origin::Files { name: "f".into() } };
            blocks_match_nodes(&Snapshot { origin, config_maps: mode.into_iter().map(map).collect(), ..Snapshot::default() })
        };
        assert_eq!(of(true, Some("nodes")), Some(Holds::Yes));
        assert_eq!(of(true, Some("")), Some(Holds::No));
        assert_eq!(of(true, None), Some(Holds::Maybe));
        assert_eq!(of(false, None), None);
    }
}

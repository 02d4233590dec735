//! The same cluster without its names: what a person can hand to a tracker.
//!
//! Every text is replaced by a pseudonym unless it is known to be public: Kubernetes' own words, and those of the networks. Of
//! sentences the public words stay. Pseudonyms are the same everywhere, so that every selector and every block selects what it
//! selected; numbers, times and states stay. Arguments and environments stay only where a network runs. Pseudonyms count in the
//! order of the names, so one snapshot is always redacted alike, and two snapshots need not be.
//! Facts are written out field by field: a new field does not compile until somebody says what becomes of it.

mod address;
mod names;
mod objects;
mod policies;
mod public;

pub use public::Public;

use super::{Labels, Link, Origin, Problem, Requirement, Selector, Snapshot, State, Text};
use names::Names;

/// `snapshot` with pseudonyms for all that is not `public`.
pub fn redact(snapshot: &Snapshot, public: &Public) -> Snapshot {
    redact_with(snapshot, public, &[]).0
}

/// The same, and `texts` about the same cluster, as sentences with the same pseudonyms.
pub fn redact_with(snapshot: &Snapshot, public: &Public, texts: &[Text]) -> (Snapshot, Vec<Text>) {
    let say = |names: &Names<'_>| (rewrite(snapshot, names), texts.iter().map(|text| names.prose(text)).collect());
    let names = Names::listening(public);
    let _: (Snapshot, Vec<Text>) = say(&names);
    say(&names.counted())
}

fn rewrite(snapshot: &Snapshot, names: &Names<'_>) -> Snapshot {
    let problem = |p: &Problem| Problem { object: names.prose(&p.object), message: names.prose(&p.message) };
    let mut out = Snapshot {
        taken_at: snapshot.taken_at,
        origin: match &snapshot.origin {
            Origin::None => Origin::None,
            Origin::Live { .. } => Origin::Live { context: "redacted".into() },
            Origin::Files { .. } | Origin::Saved { .. } => Origin::Files { name: "redacted".into() },
            Origin::Demo { name } => Origin::Demo { name: name.clone() },
        },
        server_version: snapshot.server_version.as_ref().map(|version| names.version(version)),
        clock_ahead: snapshot.clock_ahead,
        nodes: snapshot.nodes.iter().map(|node| objects::node(node, names)).collect(),
        namespaces: snapshot.namespaces.iter().map(|namespace| objects::namespace(namespace, names)).collect(),
        pods: snapshot.pods.iter().map(|pod| objects::pod(pod, names)).collect(),
        routes: snapshot.routes.iter().map(|route| objects::route(route, names)).collect(),
        services: snapshot.services.iter().map(|service| objects::service(service, names)).collect(),
        workloads: snapshot.workloads.iter().map(|workload| objects::workload(workload, names)).collect(),
        templates: snapshot.templates.iter().map(|template| objects::template(template, names)).collect(),
        policies: snapshot.policies.iter().map(|policy| policies::policy(policy, names)).collect(),
        cluster_policies: snapshot.cluster_policies.iter().map(|policy| policies::cluster_policy(policy, names)).collect(),
        foreign_policies: snapshot.foreign_policies.iter().map(|policy| policies::foreign(policy, names)).collect(),
        crds: snapshot.crds.iter().map(|crd| objects::crd(crd, names)).collect(),
        config_maps: snapshot.config_maps.iter().map(|map| objects::config_map(map, names)).collect(),
        custom: snapshot.custom.iter().map(|one| objects::custom(one, names)).collect(),
        measured: std::sync::Arc::default(),
        link: snapshot.link.clone(),
        sources: snapshot.sources.clone(),
        problems: snapshot.problems.iter().map(problem).collect(),
        // That something is lacking, and how much, the sources tell.
        unread: [].into(),
    };
    if let Link::Down { why, .. } | Link::LoggedOut { why, .. } | Link::Unconfigured { why } = &mut out.link {
        *why = names.prose(why);
    }
    for kind in super::Kind::ALL {
        if let State::Stale { why, .. } | State::Failed { why, .. } | State::Forbidden { why } =
            &mut out.sources.of_mut(kind).state
        {
            *why = names.prose(why);
        }
    }
    out
}

fn labels(labels: &Labels, names: &Names<'_>) -> Labels {
    Labels::new(labels.iter().map(|(key, value)| (names.key(key), names.label(key, value))).collect())
}

fn annotations(labels: &Labels, names: &Names<'_>) -> Labels {
    Labels::new(labels.iter().map(|(key, value)| (names.key(key), names.prose(value))).collect())
}

fn selector(selector: &Selector, names: &Names<'_>) -> Selector {
    let requirement = |r: &Requirement| Requirement {
        key: names.key(&r.key),
        operator: r.operator,
        values: r.values.iter().map(|value| names.label(&r.key, value)).collect(),
    };
    Selector { requirements: selector.requirements.iter().map(requirement).collect() }
}

//! What is wrong with policies, or probably not meant so: one row a lint.
//!
//! A lint says where, what and what to do. It looks at policies and at who is there, and changes no verdict. What depends on pods is
//! said only of pods that are known: without any the lints that ask for them say nothing. To add a lint: a row of [`LINTS`] and its
//! function, in the file of what it looks at.

mod classes;
mod ground;
mod order;
mod peers;
mod pods;
mod ports;

use super::dialect::Dialect;
use super::model::{Model, PolicyRef};
use crate::snapshot::Snapshot;
use ground::Ground;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// It does not do what it says.
    Error,
    /// It is probably not meant so.
    Warning,
    /// Good to know.
    Info,
}

impl Grade {
    /// As JSON spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A lint: what it looks for and what to do about it.
pub struct Lint {
    /// Its name
    pub id: &'static str,
    /// How bad it is
    pub grade: Grade,
    /// What it looks for, as a sentence
    pub title: &'static str,
    /// What to do, as a sentence
    pub remedy: &'static str,
    /// The numbered rule that it follows from
    pub rule: &'static str,
    run: fn(&Ground<'_>) -> Vec<Place>,
}

/// Where a lint found something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The policy
    pub policy: PolicyRef,
    /// Where in its `spec`, such as `ingress[0].from[1]`; empty if it is about the whole
    pub at: String,
    /// What was found there, as the end of a sentence
    pub what: String,
}

/// Something that a lint found.
pub struct Found {
    /// Which lint
    pub lint: &'static Lint,
    /// Where
    pub place: Place,
}

const fn lint(
    (id, rule): (&'static str, &'static str),
    grade: Grade,
    title: &'static str,
    remedy: &'static str,
    run: fn(&Ground<'_>) -> Vec<Place>,
) -> Lint {
    Lint { id, grade, title, remedy, rule, run }
}

/// All lints, by how bad they are.
pub const LINTS: &[Lint] = &[
    lint(
        ("not-understood", "NP-10, NP-14, NP-22, ANP-10, CNP-9"),
        Grade::Error,
        "Part of a policy is not valid or not understood, and opens nothing.",
        "Correct it as the message says.",
        pods::not_understood,
    ),
    lint(
        ("not-enforced", "CNP-10"),
        Grade::Error,
        "The CNI does not enforce policies of this kind.",
        "Write it as a kind that the CNI enforces.",
        pods::not_enforced,
    ),
    lint(
        ("rules-without-type", "NP-5"),
        Grade::Error,
        "Rules of a direction that policyTypes leaves out are ignored.",
        "Add the direction to policyTypes, or remove the rules.",
        ports::rules_without_type,
    ),
    lint(
        ("named-port-missing", "NP-23"),
        Grade::Error,
        "A named port that no destination has matches nothing.",
        "Name a port that the containers declare with this protocol, or write its number.",
        ports::named_port_missing,
    ),
    lint(
        ("service-port", "NP-17"),
        Grade::Warning,
        "A rule names the port of a Service; policies see the port of the pod.",
        "Write the targetPort of the Service.",
        ports::service_port,
    ),
    lint(
        ("egress-without-dns", "NP-1"),
        Grade::Warning,
        "Pods that are isolated for egress cannot ask the cluster's DNS.",
        "Allow UDP and TCP port 53 to the DNS pods of kube-system.",
        pods::egress_without_dns,
    ),
    lint(
        ("selects-nothing", "NP-7"),
        Grade::Warning,
        "A policy selects no pod.",
        "Correct its selector, or remove it.",
        pods::selects_nothing,
    ),
    lint(
        ("selects-host-network", "NP-30"),
        Grade::Warning,
        "A policy selects only pods on the host network, which it does nothing to.",
        "Protect the node instead; NetworkPolicy is not about pods on its network.",
        pods::selects_host_network,
    ),
    lint(
        ("selector-impossible", "NP-7"),
        Grade::Warning,
        "A selector contradicts itself and matches nothing.",
        "Remove one of the two requirements.",
        peers::impossible,
    ),
    lint(
        ("peer-matches-nothing", "NP-12"),
        Grade::Warning,
        "A peer matches no pod.",
        "Correct its selectors; without namespaceSelector they are about the policy's own namespace.",
        peers::matches_nothing,
    ),
    lint(
        ("peers-split-by-a-dash", "NP-11"),
        Grade::Warning,
        "Two peers, one of namespaces and one of pods, admit either; one peer with both selectors admits only pods that match both.",
        "If both are meant, remove the second dash.",
        peers::split,
    ),
    lint(
        ("ipv4-only", "NP-16"),
        Grade::Warning,
        "0.0.0.0/0 leaves IPv6 out, which pods have here.",
        "Add ::/0.",
        peers::ipv4_only,
    ),
    lint(
        ("block-of-pods", "NP-15"),
        Grade::Warning,
        "An ipBlock lies in the range of pods: CNIs differ in whether it matches them, and their addresses change.",
        "Select the pods by their labels.",
        peers::block_of_pods,
    ),
    lint(
        ("block-of-services", "NP-17"),
        Grade::Warning,
        "An ipBlock is the address of a Service; policies see the pods behind it.",
        "Select the pods behind the Service.",
        peers::block_of_services,
    ),
    lint(
        ("equal-priority", "ANP-1, CNP-1"),
        Grade::Warning,
        "Two policies of a tier have the same priority: which comes first is not defined.",
        "Give each its own priority.",
        order::equal_priority,
    ),
    lint(
        ("rule-shadowed", "ANP-2"),
        Grade::Warning,
        "An earlier rule of the policy decides everything that this one is about.",
        "Remove it, or put it first.",
        order::rule_shadowed,
    ),
    lint(
        ("rule-redundant", "NP-2"),
        Grade::Info,
        "Another rule of the policy admits everything that this one does.",
        "Remove it.",
        order::rule_redundant,
    ),
    lint(
        ("pass-without-effect", "ANP-2, CNP-3"),
        Grade::Info,
        "Nothing follows in the tier that Pass could skip.",
        "Remove it.",
        order::pass_without_effect,
    ),
    lint(
        ("baseline-hidden", "ANP-4"),
        Grade::Info,
        "NetworkPolicies isolate every pod that the baseline is about, so it decides nothing.",
        "Nothing, if it is a safety net.",
        order::baseline_hidden,
    ),
    lint(
        ("tcp-only", "NP-21"),
        Grade::Info,
        "A port without number is every port of one protocol, and of no other.",
        "If all traffic is meant, leave ports out.",
        ports::tcp_only,
    ),
];

/// Asks every lint. The worst come first, then by policy.
pub fn lints(snapshot: &Snapshot, model: &Model, dialect: &Dialect) -> Vec<Found> {
    let ground = Ground::of(snapshot, model, dialect);
    let ask = |lint: &'static Lint| (lint.run)(&ground).into_iter().map(move |place| Found { lint, place });
    let mut found: Vec<Found> = LINTS.iter().flat_map(ask).collect();
    found.sort_by(|a, b| {
        let policy = |one: &Found| (one.place.policy.namespace.clone(), one.place.policy.name.clone(), one.place.policy.kind);
        a.lint.grade.cmp(&b.lint.grade).then_with(|| policy(a).cmp(&policy(b)))
    });
    found
}

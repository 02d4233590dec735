//! The checks, one file each. A check looks at one snapshot and says what is wrong in it; it neither waits nor remembers.
//!
//! It runs only if every list in `needs` is complete and current. To add one: a file here and one line in [`CHECKS`].

mod address_overlap;
mod addresses_exhausted;
mod agent_not_ready;
mod agent_restarts;
mod agent_rollout;
mod agent_versions;
mod component_degraded;
mod config_changed;
mod dns_not_ready;
mod enforcement_unknown;
mod eni_config_missing;
mod kernel_too_old;
mod leftovers;
mod list_unreadable;
mod mtu_overhead;
mod network_unavailable;
mod node_not_ready;
mod node_without_agent;
mod pod_addresses;
mod pod_cidr_missing;
mod pods_stuck;
mod policies_not_enforced;
mod policy_kinds_ignored;
mod pool_exhausted;
mod release_outdated;
mod service_proxy;
mod several_networks;

use super::nodes::OnNodes;
use super::{AgentHealth, Finding, Severity};
use crate::catalog::{Catalog, Detect, Weight};
use crate::detect::{Agent, Detection};
use crate::snapshot::{CustomResource, Kind, Snapshot, Text};
use jiff::{SignedDuration, Timestamp};

/// All checks, in the order in which they run.
pub const CHECKS: &[Check] = &[
    agent_not_ready::CHECK,
    agent_restarts::CHECK,
    agent_rollout::CHECK,
    agent_versions::CHECK,
    release_outdated::CHECK,
    config_changed::CHECK,
    node_not_ready::CHECK,
    network_unavailable::CHECK,
    node_without_agent::CHECK,
    pod_cidr_missing::CHECK,
    address_overlap::CHECK,
    addresses_exhausted::CHECK,
    pool_exhausted::CHECK,
    eni_config_missing::CHECK,
    component_degraded::CHECK,
    mtu_overhead::CHECK,
    pods_stuck::CHECK,
    pod_addresses::CHECK,
    dns_not_ready::CHECK,
    service_proxy::CHECK,
    kernel_too_old::CHECK,
    leftovers::CHECK,
    several_networks::CHECK,
    policies_not_enforced::CHECK,
    policy_kinds_ignored::CHECK,
    enforcement_unknown::CHECK,
    list_unreadable::CHECK,
];

/// A check.
pub struct Check {
    /// Its id, which is that of its findings.
    pub id: &'static str,
    /// Lists without which it cannot tell.
    pub needs: &'static [Kind],
    /// What it finds; nothing where all is well.
    pub run: fn(&Context<'_>) -> Vec<Finding>,
}

/// What checks look at.
pub struct Context<'a> {
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// What providers are.
    pub catalog: &'a Catalog,
    /// What was recognised.
    pub detection: &'a Detection,
    /// The state of its agents, in its order.
    pub agents: &'a [AgentHealth],
    pub(super) on_nodes: &'a OnNodes<'a>,
}

impl<'a> Context<'a> {
    /// Every agent with its state.
    fn agents(&self) -> impl Iterator<Item = (&'a Agent, &'a AgentHealth)> {
        self.detection.agents.iter().zip(self.agents)
    }

    /// The name of a provider.
    fn name(&self, id: &'a str) -> &'a str {
        self.catalog.name(id)
    }

    /// What the files of the providers say of which something runs here, with the id of each.
    fn here(&self) -> impl Iterator<Item = (&'a str, &'a Detect)> {
        let runs = |id: &str| self.detection.agents.iter().any(|agent| agent.provider == id);
        let providers = self.catalog.providers.iter().filter(move |provider| runs(&provider.id));
        providers.map(|provider| (provider.id.as_str(), &provider.detect))
    }

    /// The custom resources of a kind, which is named `plural.group`.
    fn custom(&self, kind: &str) -> impl Iterator<Item = &'a CustomResource> {
        let kind = Kind::of_crd(kind);
        self.snapshot.custom.iter().map(AsRef::as_ref).filter(move |one: &&CustomResource| Some(one.kind) == kind)
    }

    /// Where a provider documents itself.
    fn home(&self, id: &str) -> String {
        self.catalog.provider(id).map(|provider| provider.project.home.clone()).unwrap_or_default()
    }
}

/// Seconds of the epoch as a time; none for 0.
fn at(seconds: u32) -> Option<Timestamp> {
    (seconds > 0).then(|| Timestamp::from_second(i64::from(seconds)).ok()).flatten()
}

/// How long before the snapshot `seconds` of the epoch is; none for 0.
fn since(context: &Context<'_>, seconds: u32) -> Option<SignedDuration> {
    at(seconds).map(|then| context.snapshot.taken_at.duration_since(then))
}

/// Whether `seconds` of the epoch is at most an hour before the snapshot.
fn within_an_hour(context: &Context<'_>, seconds: u32) -> bool {
    since(context, seconds).is_some_and(|age| age <= SignedDuration::from_hours(1))
}

/// How bad something is that a provider's file weighs.
const fn severity(weight: Weight) -> Severity {
    match weight {
        Weight::Error => Severity::Error,
        Weight::Warning => Severity::Warning,
        Weight::Info => Severity::Info,
    }
}

/// `1 node`, `2 nodes`.
fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// The first three of these names, and how many more.
fn some_of(names: &[Text]) -> String {
    let first = names.iter().take(3).map(Text::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(3) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

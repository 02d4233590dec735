//! The `detect:` part of a provider's file: how to recognise it, its version and mode, and what it enforces.
//!
//! Data only; `detect` applies it to a snapshot. The rules behind the shape: names of images alone never decide, CRDs alone
//! never decide; an agent is recognised by at least two kinds of evidence on one object, or it is only likely.

use super::Reference;
use serde::{Deserialize, Serialize};

/// How a provider is recognised.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// Ids of providers whose agents this one contains: where this one is found on an object, those are not (canal: calico, flannel).
    #[serde(default)]
    pub contains: Vec<String>,
    /// The workloads it runs.
    #[serde(default)]
    pub agents: Vec<Agent>,
    /// What makes it likely where no agent can be seen, and never more than likely.
    #[serde(default)]
    pub hints: Vec<Hint>,
    /// How its mode is read; the first rule of a key whose condition holds decides.
    #[serde(default)]
    pub mode: Vec<ModeRule>,
    /// What it enforces.
    #[serde(default)]
    pub enforces: Enforcement,
    /// The oldest kernel that it is documented to run on; the first rule whose conditions hold decides.
    #[serde(default)]
    pub kernel: Vec<KernelRule>,
    /// How large packets of pods may be.
    #[serde(default)]
    pub mtu: MtuRules,
    /// Releases that one should not stay on.
    #[serde(default)]
    pub releases: Vec<ReleaseRule>,
    /// What its custom resources report; the first rule that holds of an object decides.
    #[serde(default)]
    pub reports: Vec<ReportRule>,
    /// Where its custom resources count addresses.
    #[serde(default)]
    pub pools: Vec<PoolRule>,
}

/// A workload of a provider. `containers`, `without` and `when` must hold; of `names`, `labels`, `containers` and `images` each
/// that is given and matches is one kind of evidence: two make it certain, one likely, a name alone nothing. Of several entries
/// that match one object the one with most kinds counts, of equal ones the first. A controller alone is only a leftover.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// `DaemonSet` or `Deployment`.
    pub kind: String,
    /// Names of the workload, `*` matching any run of characters. Evidence, never required.
    #[serde(default)]
    pub names: Vec<String>,
    /// `key=value` labels of the pod template, or `key` alone; any of them. Evidence.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Containers or init containers that must all be there, or it is another workload. Evidence.
    #[serde(default)]
    pub containers: Vec<String>,
    /// Containers that must not be there (flannel: `calico-node`).
    #[serde(default)]
    pub without: Vec<String>,
    /// Ends of image repositories, such as `calico/node`, `mirrored-calico-node`; whole path segments, any of them; the version
    /// is that of the first in this order. Evidence.
    #[serde(default)]
    pub images: Vec<String>,
    /// What this workload does.
    pub role: AgentRole,
    /// Where the version comes from.
    #[serde(default)]
    pub version: VersionFrom,
    /// Conditions under which it is this provider's agent at all.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// What a workload does for the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgentRole {
    /// Moves packets and enforces policy on its node.
    #[default]
    NetworkAndPolicy,
    /// Moves packets on its node.
    Network,
    /// Enforces policy on its node.
    Policy,
    /// Controls from somewhere; nodes work without it for a while.
    Controller,
}

/// Where a version comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionFrom {
    /// The tag of the image that matched.
    #[default]
    Image,
    /// It tells none.
    Nowhere,
}

/// Evidence without an agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// What to look at.
    pub when: Condition,
    /// What it says, for people.
    pub says: String,
}

/// A condition on the snapshot. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What is looked at.
    pub subject: Subject,
    /// Its name: variable, flag (`--run-firewall`), key, container, annotation or label (a trailing `*` matches any end),
    /// `plural.group` of a CRD or of the kind of a custom resource, reason of a condition.
    pub name: String,
    /// `ConfigMap` to look in, as `namespace/name`; `*` as namespace looks in the agent's own.
    #[serde(default)]
    pub config_map: Option<String>,
    /// Name of the custom resource; without it any of its kind.
    #[serde(default)]
    pub object: Option<String>,
    /// JSON pointer into the value or the custom resource, such as `/Backend/Type`; its step `*` leads to every item of a list.
    #[serde(default)]
    pub pointer: Option<String>,
    /// Values of which it must have one, letter case ignored. Empty: it only has to be there. Of a `network-reason`: words of
    /// which its message must contain one.
    #[serde(default)]
    pub values: Vec<String>,
    /// Whether the condition must not hold (or the thing not be there).
    #[serde(default)]
    pub not: bool,
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// An environment variable of the agent's containers, through `configMapKeyRef` too; name that `ConfigMap` in `config_map`
    /// or nobody reads it.
    #[default]
    Env,
    /// A flag of the agent's containers: `--flag=value`, `--flag value`, `-flag=value`, or alone (value `true`).
    Arg,
    /// A key of a `ConfigMap`.
    ConfigMap,
    /// A container of the agent.
    Container,
    /// An annotation of any node.
    NodeAnnotation,
    /// A label of any node.
    NodeLabel,
    /// The reason of a node's condition `NetworkUnavailable`.
    NetworkReason,
    /// An installed kind.
    Crd,
    /// The objects of an installed kind: any that has the value, or without a pointer any at all.
    CustomResource,
    /// The version of the agents that run; the name is a comparison: `>=3.32` or `<3.32`.
    Version,
    /// The tag of an image of the agent; the name is its end, such as `-npa-v1alpha2`.
    ImageTag,
}

/// A rule that reads one key of the mode.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeRule {
    /// What it sets, such as `encapsulation: ipip`.
    pub set: Rule,
    /// When. Empty: the documented default, if nothing before said otherwise.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// What a [`ModeRule`] sets: one or several keys of the mode. Words as in `status -o json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `vxlan`, `ipip`, `geneve`, `gre`, `wireguard`, `sleeve` or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encapsulation: Option<String>,
    /// Whether only between subnets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_subnet: Option<bool>,
    /// `iptables`, `nftables`, `ipvs`, `ebpf`, `ovs`, `vpp` or `bridge`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_plane: Option<String>,
    /// `none`, `wireguard`, `ipsec` or `nacl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<String>,
    /// Whether it stands in for kube-proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kube_proxy_replacement: Option<bool>,
    /// How pods get addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipam: Option<String>,
    /// How routes spread: `bgp`, `static`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<String>,
}

/// The oldest kernel that a provider is documented to run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KernelRule {
    /// Version, such as `5.10`.
    pub minimum: String,
    /// The same of Red Hat's kernels (`.el` in their name), which carry newer parts than their number says; without it they
    /// are not judged.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// What of the provider asks for it, such as `eBPF`, unless all of it does.
    #[serde(default)]
    pub feature: Option<String>,
    /// All must hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// Who says so.
    pub source: Reference,
}

/// Where the MTU of pods is declared, and what the network adds to their packets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MtuRules {
    /// Where; the first place that holds a number above 0 counts. Nothing there: the network finds it by itself.
    #[serde(default)]
    pub declared: Vec<Condition>,
    /// What is added; the first that fits the mode counts.
    #[serde(default)]
    pub overhead: Vec<OverheadRule>,
}

/// What a network adds to a packet between nodes whose addresses are IPv4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverheadRule {
    /// With that encapsulation; any unless given.
    #[serde(default)]
    pub encapsulation: Option<String>,
    /// With that encryption; any unless given.
    #[serde(default)]
    pub encryption: Option<String>,
    /// Bytes.
    pub bytes: u32,
    /// Who says so.
    pub source: Reference,
}

/// Releases that one should not stay on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRule {
    /// Which: `<1.17.14`, or `>=1.18.0 <1.18.8`; any of them.
    pub versions: Vec<String>,
    /// Why, as the end of a sentence that begins with the version: `gets no more fixes since 1.20`.
    pub says: String,
    /// Since when that is known, as `2026-07-29`; facts from before say nothing of it.
    pub since: String,
    /// How bad.
    pub weight: Weight,
    /// What of the configuration it takes; all must hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// Who says so.
    pub source: Reference,
}

/// A condition of a custom resource that says that something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRule {
    /// `plural.group` of its kind.
    pub kind: String,
    /// Its name; without it any of the kind.
    #[serde(default)]
    pub object: Option<String>,
    /// Type of the condition, such as `Degraded`.
    pub condition: String,
    /// The status that is bad: `True` or `False`.
    pub bad: String,
    /// How bad.
    pub weight: Weight,
    /// Why it matters, in one sentence.
    pub why: String,
    /// Who says so.
    pub source: Reference,
}

/// How bad something is that a provider's file knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Something does not work.
    Error,
    /// Something will not work, or works in part.
    Warning,
    /// Worth knowing.
    Info,
}

/// Where custom resources count their addresses. Counts are numbers, or text of digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolRule {
    /// `plural.group` of the kind.
    pub kind: String,
    /// JSON pointer to the number of addresses that are left.
    pub available: String,
    /// JSON pointer to the number of those that are taken.
    pub used: String,
    /// Who says so.
    pub source: Reference,
}

/// What a provider enforces, and what switches it off.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enforcement {
    /// Whether ingress rules are enforced.
    #[serde(default)]
    pub ingress: bool,
    /// Whether egress rules are enforced.
    #[serde(default)]
    pub egress: bool,
    /// Id of the provider whose engine it runs in its agents, where that is another one: that is who enforces.
    #[serde(default)]
    pub engine: Option<String>,
    /// Kinds that it enforces: `NetworkPolicy`, or `Kind.group` of an installed one, such as
    /// `ClusterNetworkPolicy.policy.networking.k8s.io`.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Kinds that it enforces only under conditions, such as a version.
    #[serde(default)]
    pub kinds_when: Vec<KindRule>,
    /// Any of these, and it enforces nothing.
    #[serde(default)]
    pub off_when: Vec<Condition>,
    /// Who says so.
    #[serde(default)]
    pub source: Option<Reference>,
}

/// A policy kind that is enforced under conditions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// As in [`Enforcement::kinds`].
    pub kind: String,
    /// All must hold.
    pub when: Vec<Condition>,
}

impl Detect {
    /// All its conditions.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let agents = self.agents.iter().flat_map(|agent| &agent.when);
        let hints = self.hints.iter().map(|hint| &hint.when);
        let modes = self.mode.iter().flat_map(|rule| &rule.when);
        let kernels = self.kernel.iter().flat_map(|rule| &rule.when);
        let releases = self.releases.iter().flat_map(|rule| &rule.when);
        let kinds = self.enforces.kinds_when.iter().flat_map(|rule| &rule.when);
        let mtu = &self.mtu.declared;
        agents.chain(hints).chain(modes).chain(kernels).chain(mtu).chain(releases).chain(kinds).chain(&self.enforces.off_when)
    }

    /// All names that it looks for: of workloads, labels, containers, variables, flags, keys, their values, kinds. A `*` at the
    /// end stands for any end.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(&serde_json::to_value(self).unwrap_or_default(), &mut names);
        names
    }

    /// The ends of image repositories that it looks for.
    pub fn images(&self) -> impl Iterator<Item = &str> {
        self.agents.iter().flat_map(|agent| &agent.images).map(String::as_str)
    }
}

/// The strings in `value`, whole and in the parts that are joined in them, without what is for people.
fn collect(value: &serde_json::Value, names: &mut Vec<String>) {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            names.push(text.clone());
            names.extend(text.split(['=', '/']).filter(|part| part.len() > 1).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(fields) => {
            let read = fields
                .iter()
                .filter(|(key, _)| !["says", "why", "weight", "since", "role", "source", "images"].contains(&key.as_str()));
            read.for_each(|(_, value)| collect(value, names));
        }
        _ => {}
    }
}

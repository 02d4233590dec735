//! Numbers with units: documented limits, and what the containers of a node request.
//!
//! Two columns of the matrix follow from them, so that a number is written down once. A new unit is a variant of [`Unit`].

use super::{Cell, Level, Provider, Reference};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A number with its unit and its source.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// What is limited, such as `full BGP mesh`, or the container that requests.
    pub what: String,
    /// How many.
    pub number: f64,
    /// Of what.
    pub unit: Unit,
    /// Condition or caveat.
    #[serde(default)]
    pub note: String,
    /// Who says so.
    pub source: Reference,
}

impl Quantity {
    /// Whether it is this whole number.
    pub(super) fn is(&self, number: u32) -> bool {
        (self.number - f64::from(number)).abs() < f64::EPSILON
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Nodes of a cluster.
    Nodes,
    /// Pods of a cluster.
    Pods,
    /// Pods of a node.
    #[serde(rename = "pods per node")]
    PodsPerNode,
    /// Clusters that are joined.
    Clusters,
    /// Label sets that policies tell apart.
    Identities,
    /// Entries of a route table.
    Routes,
    /// Rules of a policy.
    Rules,
    /// Entries of a map or a table of the data plane.
    Entries,
    /// Endpoints of Services.
    Endpoints,
    /// Objects of a kind.
    Objects,
    /// Domain names.
    Names,
    /// Addresses, or ranges of them.
    Addresses,
    /// Ports.
    Ports,
    /// Connections.
    Connections,
    /// Events in a queue.
    Events,
    /// Logical switches and routers.
    Datapaths,
    /// Ranks of policies.
    Priorities,
    /// Thousandths of a core.
    #[serde(rename = "m CPU")]
    MilliCpu,
    /// Cores.
    Cores,
    /// Mebibytes.
    #[serde(rename = "MiB")]
    Mebibytes,
    /// Megabytes.
    #[serde(rename = "MB")]
    Megabytes,
    /// Gigabits in a second.
    #[serde(rename = "Gbit/s")]
    GigabitsPerSecond,
    /// Megabits in a second.
    #[serde(rename = "Mbit/s")]
    MegabitsPerSecond,
    /// Parts of a hundred.
    #[serde(rename = "%")]
    Percent,
}

impl Unit {
    /// As data and JSON spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Pods => "pods",
            Self::PodsPerNode => "pods per node",
            Self::Clusters => "clusters",
            Self::Identities => "identities",
            Self::Routes => "routes",
            Self::Rules => "rules",
            Self::Entries => "entries",
            Self::Endpoints => "endpoints",
            Self::Objects => "objects",
            Self::Names => "names",
            Self::Addresses => "addresses",
            Self::Ports => "ports",
            Self::Connections => "connections",
            Self::Events => "events",
            Self::Datapaths => "datapaths",
            Self::Priorities => "priorities",
            Self::MilliCpu => "m CPU",
            Self::Cores => "cores",
            Self::Mebibytes => "MiB",
            Self::Megabytes => "MB",
            Self::GigabitsPerSecond => "Gbit/s",
            Self::MegabitsPerSecond => "Mbit/s",
            Self::Percent => "%",
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::MilliCpu => write!(f, "{}m CPU", spelled(self.number)),
            unit => write!(f, "{} {}", spelled(self.number), unit.name()),
        }
    }
}

/// A number as people read it: `1,000`, `0.5`.
pub fn spelled(number: f64) -> String {
    let whole = number.to_string();
    let (digits, rest) = whole.split_at(whole.find('.').unwrap_or(whole.len()));
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// The columns that follow from numbers: id, and how a cell is made of them. A provider without such numbers has a cell of its
/// own there, which says that none are documented.
pub(super) const COLUMNS: [(&str, Made); 2] = [("limits", limits), ("footprint", footprint)];

/// How a cell is made of a provider's numbers; none without any.
type Made = fn(&Provider) -> Option<Cell>;

fn limits(provider: &Provider) -> Option<Cell> {
    let first = provider.limits.first()?;
    let each = provider.limits.iter().map(|limit| format!("{limit} ({})", limit.what));
    Some(cell(&provider.limits, each.collect::<Vec<_>>().join("; "), first.to_string()))
}

/// What all containers of a node request together; sorted by its first number, which is CPU.
fn footprint(provider: &Provider) -> Option<Cell> {
    let sum = |unit| provider.requested(unit).map_or_else(|| "?".to_owned(), spelled);
    let mut containers: Vec<&str> = provider.footprint.iter().map(|part| part.what.as_str()).collect();
    containers.dedup();
    let (cpu, memory) = (sum(Unit::MilliCpu), sum(Unit::Mebibytes));
    let value = format!("{cpu}m CPU, {memory} MiB requested by {}", containers.join(", "));
    (!provider.footprint.is_empty()).then(|| cell(&provider.footprint, value, format!("{cpu}m, {memory} MiB")))
}

/// A text cell of some numbers, with their notes and sources.
fn cell(numbers: &[Quantity], value: String, short: String) -> Cell {
    let mut sources: Vec<Reference> = Vec::new();
    for number in numbers {
        if !sources.contains(&number.source) {
            sources.push(number.source.clone());
        }
    }
    let notes = numbers.iter().map(|number| number.note.as_str()).filter(|note| !note.is_empty());
    Cell { level: Level::Yes, value, short, note: notes.collect::<Vec<_>>().join(" "), sources, ..Cell::default() }
}

impl Provider {
    /// What its containers on a node request together, in `unit`; none where no source says it of each of them.
    pub fn requested(&self, unit: Unit) -> Option<f64> {
        let mut containers: BTreeMap<&str, Option<f64>> = BTreeMap::new();
        for part in &self.footprint {
            let sum = containers.entry(&part.what).or_default();
            *sum = if part.unit == unit { Some(sum.unwrap_or(0.0) + part.number) } else { *sum };
        }
        if containers.is_empty() { None } else { containers.into_values().sum() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(what: &str, number: f64, unit: Unit) -> Quantity {
        let source = Reference { location: "a/b c@v1".into(), as_of: "2026-08".into() };
        Quantity { what: what.into(), number, unit, note: String::new(), source }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([4981.0, 150_000.0, 0.5, 50.0, 1234.5].map(spelled), ["4,981", "150,000", "0.5", "50", "1,234.5"]);
        assert_eq!(part("x", 7500.0, Unit::Nodes).to_string(), "7,500 nodes");
        assert_eq!(part("x", 250.0, Unit::MilliCpu).to_string(), "250m CPU");
    }

    #[test]
    fn a_footprint_is_the_sum_of_what_the_containers_of_a_node_request() {
        let text = "id: x\nname: X\nrole: primary\nstatus: active\nsummary: s\nproject: { home: h, repository: r }\ncells: {}\n";
        let mut provider: Provider = serde_yaml::from_str(text).unwrap();
        assert!(limits(&provider).is_none() && footprint(&provider).is_none(), "what nobody wrote down is not nothing");
        provider.footprint =
            vec![part("agent", 200.0, Unit::MilliCpu), part("ovs", 200.0, Unit::MilliCpu), part("ovs", 0.0, Unit::Mebibytes)];
        let cell = footprint(&provider).unwrap();
        assert_eq!((cell.value.as_str(), cell.short.as_str()), ("400m CPU, ? MiB requested by agent, ovs", "400m, ? MiB"));
        assert_eq!(cell.sources.len(), 1);
        provider.footprint.push(part("agent", 0.0, Unit::Mebibytes));
        assert_eq!(footprint(&provider).unwrap().short, "400m, 0 MiB", "that nothing is requested is known, too");
        provider.footprint.pop();
        assert_eq!(provider.requested(Unit::Mebibytes), None, "of the memory of the agent nobody says anything");
    }
}

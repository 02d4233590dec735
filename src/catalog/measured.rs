//! What others measured: runs of a benchmark, with their set-up and what a reader has to know about them.
//!
//! Measurements are never levels: no filter, order or choice looks at them. A new run is a file in `data/measured/`.

use super::{Catalog, Reference, Unit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One run of a benchmark, all on the same machines.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Id, such as `2024-01`.
    pub id: String,
    /// Who measured, and what, in a few words.
    pub title: String,
    /// Where the numbers are from.
    pub source: Reference,
    /// Machines, network, versions, durations.
    pub setup: Vec<String>,
    /// What the numbers do not say.
    #[serde(default)]
    pub caveats: Vec<String>,
    /// What was measured, the most telling first.
    pub metrics: Vec<Metric>,
    /// The numbers.
    pub rows: Vec<Measured>,
}

/// Something that was measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Id, such as `tcp`.
    pub id: String,
    /// What it is, such as `TCP, 1 stream`.
    pub title: String,
    /// In what.
    pub unit: Unit,
    /// Whether it is drawn as bars; the others stand in tables.
    #[serde(default)]
    pub bars: bool,
}

/// What was measured of one configuration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Id of the provider; none is the bare machines, to compare with.
    #[serde(default)]
    pub provider: Option<String>,
    /// What was set, such as `WireGuard`; `default` as its documentation installs it.
    pub configuration: String,
    /// Version of the provider.
    #[serde(default)]
    pub version: Option<String>,
    /// Metric to number. What is missing was not measured.
    pub numbers: BTreeMap<String, f64>,
}

impl Run {
    /// The rows of a provider, in order.
    pub fn rows_of<'a>(&'a self, provider: &'a str) -> impl Iterator<Item = &'a Measured> {
        self.rows.iter().filter(move |row| row.provider.as_deref() == Some(provider))
    }

    /// The row to compare a provider by: its first, that of its default.
    pub fn row_of(&self, provider: &str) -> Option<&Measured> {
        self.rows.iter().find(|row| row.provider.as_deref() == Some(provider))
    }

    /// The bare machines, without any provider.
    pub fn bare(&self) -> Option<&Measured> {
        self.rows.iter().find(|row| row.provider.is_none())
    }

    /// The largest number of a metric: what fills a bar.
    pub fn most(&self, metric: &str) -> f64 {
        self.rows.iter().filter_map(|row| row.numbers.get(metric)).copied().fold(0.0, f64::max)
    }

    /// The metrics that are drawn as bars.
    pub fn drawn(&self) -> impl Iterator<Item = &Metric> {
        self.metrics.iter().filter(|metric| metric.bars)
    }
}

impl Catalog {
    /// The runs in which a provider was measured, newest first.
    pub fn runs_of(&self, provider: &str) -> impl Iterator<Item = &Run> {
        self.measured.iter().rev().filter(move |run| run.row_of(provider).is_some())
    }

    /// The runs to compare providers by, newest first: an older one only for whom no newer one measured.
    pub fn runs_for(&self, providers: &[&str]) -> Vec<&Run> {
        let mut missing: Vec<&str> = providers.to_vec();
        let adds = |run: &&Run| {
            let before = missing.len();
            missing.retain(|id| run.row_of(id).is_none());
            missing.len() < before
        };
        self.measured.iter().rev().filter(adds).collect()
    }
}

//! The bare parse of a page of pods, which both budgets are measured against.

use serde::Deserialize;
use std::borrow::Cow;
use std::hint::black_box;

/// The fields that every reader of pods needs, borrowed: the least that a parser can do.
#[derive(Deserialize)]
struct Bare<'a> {
    #[serde(borrow)]
    items: Vec<BarePod<'a>>,
}

#[derive(Deserialize)]
struct BarePod<'a> {
    #[serde(borrow)]
    metadata: BareMeta<'a>,
    #[serde(borrow)]
    spec: BareSpec<'a>,
    #[serde(borrow)]
    status: BareStatus<'a>,
}

#[derive(Deserialize)]
struct BareMeta<'a> {
    #[serde(borrow, rename = "name")]
    _name: Cow<'a, str>,
    #[serde(borrow, rename = "labels")]
    _labels: std::collections::BTreeMap<&'a str, &'a str>,
    #[serde(rename = "creationTimestamp")]
    _created: &'a str,
}

#[derive(Deserialize)]
struct BareSpec<'a> {
    #[serde(rename = "nodeName")]
    _node: &'a str,
    #[serde(borrow, rename = "containers")]
    _containers: Vec<BareContainer<'a>>,
}

#[derive(Deserialize)]
struct BareContainer<'a> {
    #[serde(rename = "name")]
    _name: &'a str,
    #[serde(rename = "image")]
    _image: &'a str,
}

#[derive(Deserialize)]
struct BareStatus<'a> {
    #[serde(rename = "phase")]
    _phase: &'a str,
    #[serde(rename = "podIP")]
    _ip: &'a str,
}

/// Parses a page and forgets it: how many pods it had.
pub(crate) fn bare(body: &str) -> usize {
    let list = serde_json::from_str::<Bare<'_>>(body).map(|list| list.items).unwrap_or_default();
    for pod in &list {
        black_box((&pod.metadata, &pod.spec, &pod.status));
    }
    list.len()
}

//! A page of a list as the API server sends it, and the part of an object by which it is found again.
//!
//! What an object states is read by `wire`; here is only whose it is, and what a list says about itself.

use super::wire::Str;
use serde::Deserialize;

/// What a page of a list said about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// `metadata.continue`, if there is more.
    pub next: Option<String>,
    /// `metadata.resourceVersion`.
    pub resource_version: String,
    /// `metadata.remainingItemCount`.
    pub remaining: Option<usize>,
    /// Objects on it.
    pub items: usize,
}

/// A list, or what the server answers in its place.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct Body<'a, T> {
    #[serde(borrow, default)]
    kind: Str<'a>,
    #[serde(default)]
    message: Str<'a>,
    metadata: Option<Head<'a>>,
    pub(super) items: Option<Vec<T>>,
}

/// The part of `metadata` by which objects and lists are found again.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Head<'a> {
    #[serde(borrow)]
    namespace: Str<'a>,
    name: Str<'a>,
    resource_version: Str<'a>,
    r#continue: Str<'a>,
    remaining_item_count: Option<usize>,
}

/// An object, of which only the name is read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Object<'a> {
    #[serde(borrow)]
    metadata: Head<'a>,
}

impl<T> Body<'_, T> {
    /// What it says about itself; an answer that is no list is an error.
    pub(super) fn page(&self) -> Result<Page, String> {
        if self.kind.as_str() == "Status" {
            return Err(format!("the API server answers: {}", self.message.as_str()));
        }
        let none = Head::default();
        let head = self.metadata.as_ref().unwrap_or(&none);
        Ok(Page {
            next: Some(head.r#continue.as_str().to_owned()).filter(|token| !token.is_empty()),
            resource_version: head.resource_version.as_str().to_owned(),
            remaining: head.remaining_item_count,
            items: self.items.as_ref().map_or(0, Vec::len),
        })
    }
}

/// Namespace and name of an object of a namespace.
pub(super) fn key_of<'o>(Object { metadata }: &'o Object<'_>) -> (&'o str, &'o str) {
    (if metadata.namespace.is_empty() { "default" } else { metadata.namespace.as_str() }, metadata.name.as_str())
}

/// `Pod web/front-1`, as far as it can be read.
pub(super) fn name_of(kind: &str, object: &str) -> String {
    let Object { metadata: Head { namespace, name, .. } } = serde_json::from_str(object).unwrap_or_default();
    let name = if name.is_empty() { "without a name" } else { name.as_str() };
    if namespace.is_empty() { format!("{kind} {name}") } else { format!("{kind} {}/{name}", namespace.as_str()) }
}

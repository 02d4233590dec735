//! Objects with an impossible field: the field is taken out by name, the rest is kept.
//!
//! Objects are first read as they are; only one that fails comes here, so that sound ones cost nothing. The parser says where it
//! stopped; the value there is found, written over with `null`, and the object is read again. What may not be left out without
//! changing the meaning of something else goes with it as a whole: a selector, a peer, a port.

use super::{Fact, Kind};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Most fields taken out of one object.
const MOST: usize = 32;

/// An object that became readable: its text, and a sentence about each field that was taken out.
pub(super) struct Repaired {
    pub(super) text: String,
    pub(super) skipped: Vec<String>,
}

/// Takes out of `text` what makes `parse` fail. The error says why the object cannot be read at all.
pub(super) fn repair(kind: Kind, text: &str, parse: impl Fn(&str) -> serde_json::Result<()>) -> Result<Repaired, String> {
    let mut repaired = Repaired { text: text.to_owned(), skipped: Vec::new() };
    for _ in 0..MOST {
        let Err(error) = parse(&repaired.text) else { return Ok(repaired) };
        let path = if error.is_data() { path_to(&repaired.text, offset(&repaired.text, &error)) } else { Vec::new() };
        let Some(step) = unit(kind, &path).and_then(|at| path.get(at)) else {
            return Err(sentence(&path, &error));
        };
        let instead = instead(kind, &path, &repaired.text[step.bytes.clone()]);
        let became = if instead == EMPTY { "read as {}" } else { "skipped" };
        repaired.skipped.push(format!("{}; {became}", sentence(&path, &error)));
        repaired.text.replace_range(step.bytes.clone(), instead);
    }
    Err("too many of its fields are wrong".to_owned())
}

const EMPTY: &str = "{}";

/// What is written in place of what was taken out: nothing. In a `NetworkPolicy` null is something, an empty object, and `false`
/// is what matches nothing.
fn instead(kind: Kind, path: &[Step], taken: &str) -> &'static str {
    let is_slot = kind == Kind::NetworkPolicy && key(path, 0) == "spec";
    // An empty rule and an empty port are valid, and an empty peer is not.
    match taken {
        "null" if is_slot && !matches!(key(path, 3), "from" | "to") => EMPTY,
        _ if is_slot => "false",
        _ => "null",
    }
}

/// The name of a step that leads to a member of an object.
fn key(path: &[Step], at: usize) -> &str {
    match path.get(at).map(|step| &step.name) {
        Some(Name::Key(key)) => key.as_str(),
        _ => "",
    }
}

/// One step from a value to a value inside it.
struct Step {
    name: Name,
    bytes: Range<usize>,
}

enum Name {
    Key(String),
    Index(usize),
}

/// Which of the steps leads to what has to go. None if the object cannot do without it.
fn unit(kind: Kind, path: &[Step]) -> Option<usize> {
    let key = |at: usize| key(path, at);
    match (key(0), key(1)) {
        ("metadata", "name" | "namespace") => return None,
        // A rule without its peers or ports would mean more: they go one by one, or the rule goes with them.
        ("spec", "ingress" | "egress") if kind == Kind::NetworkPolicy && path.len() > 2 => {
            return Some(if path.len() > 4 { 4 } else { 2 });
        }
        // Without its selector or types a policy would mean something else; a rule can be kept as one that matches nothing.
        ("spec", of)
            if matches!(kind.fact(), Fact::NetworkPolicy | Fact::ClusterPolicy)
                && !(matches!(of, "ingress" | "egress") && path.len() > 2) =>
        {
            return None;
        }
        _ => {}
    }
    let whole = (0..path.len()).find_map(|at| match key(at) {
        "selector" | "podSelector" | "namespaceSelector" | "nodeSelector" => Some(at),
        "from" | "to" | "ports" | "protocols" if at + 1 < path.len() => Some(at + 1),
        _ => None,
    });
    whole.or_else(|| path.len().checked_sub(1))
}

/// `spec.ports[0].port: invalid value ...`
fn sentence(path: &[Step], error: &serde_json::Error) -> String {
    let mut out = String::new();
    for step in path {
        match &step.name {
            Name::Key(key) if out.is_empty() => out.push_str(key),
            Name::Key(key) => out.extend([".", key]),
            Name::Index(at) => out.extend(["[", &at.to_string(), "]"]),
        }
    }
    if !out.is_empty() {
        out.push_str(": ");
    }
    let whole = error.to_string();
    // The place counts in the text without this object's surroundings: it would mislead.
    out + whole.rsplit_once(" at line ").map_or(whole.as_str(), |(message, _)| message)
}

/// The byte that the parser read last before it gave up.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    (line_start + error.column()).saturating_sub(1)
}

/// The steps from the object down to the innermost value that holds byte `at`.
fn path_to(text: &str, at: usize) -> Vec<Step> {
    let mut path = Vec::new();
    let mut value = text;
    loop {
        let children = if value.trim_start().starts_with('[') {
            let items: Vec<&RawValue> = serde_json::from_str(value).unwrap_or_default();
            items.into_iter().enumerate().map(|(index, item)| (Name::Index(index), item.get())).collect()
        } else {
            serde_json::from_str::<Entries<'_>>(value).unwrap_or_default().0
        };
        // Both are slices of `text`, so the difference of their addresses is the place of the inner one.
        let place = |child: &str| child.as_ptr() as usize - text.as_ptr() as usize;
        let inside = children.into_iter().find(|(_, child)| (place(child)..place(child) + child.len()).contains(&at));
        let Some((name, child)) = inside else { return path };
        path.push(Step { name, bytes: place(child)..place(child) + child.len() });
        value = child;
    }
}

/// The members of an object, in their order and with their text.
#[derive(Default)]
struct Entries<'a>(Vec<(Name, &'a str)>);

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<Cow<'_, str>, &RawValue>()? {
            entries.push((Name::Key(key.into_owned()), value.get()));
        }
        Ok(Entries(entries))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

//! The text of a file, cut into documents, and one document of YAML as JSON.
//!
//! It knows marks, comments and logs, and nothing of Kubernetes' objects. YAML can say more than JSON: what JSON has no word for
//! becomes the nearest that it has, so that one odd value, in a field that nobody reads perhaps, does not lose its document.

use serde::de::{Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// Some programs write it before every document.
const BOM: char = '\u{feff}';

/// The documents of a file, each with the number of the line where its content begins. Empty ones and those of nothing but
/// comments are left out.
pub(super) fn documents(text: &str) -> Vec<(usize, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut at, mut first) = (0, 0, None);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let bare = line.trim_start_matches(BOM);
        let mark = bare.strip_prefix("---").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if let Some(rest) = mark {
            documents.extend(first.map(|first| (first, &text[start..at])));
            let begins = at + line.len() - bare.len();
            (start, first) = (begins, has_content(rest).then_some(number + 1));
        } else if first.is_none() && has_content(bare) {
            // What lies before the content is cut off, so that the parser counts lines from there.
            (start, first) = (at + line.len() - bare.len(), Some(number + 1));
        }
        at += line.len();
    }
    documents.extend(first.map(|first| (first, &text[start..])));
    documents
}

/// Whether a line is more than a comment, a directive or the end of a document.
fn has_content(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with(['#', '%']) || line == "...")
}

/// The lines, from 0, of a YAML document where the items of its list begin; none where they are not written one below the other.
pub(super) fn dashes(document: &str, items: usize) -> Vec<usize> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let inside = document.lines().enumerate().skip_while(|(_, line)| line.trim_end() != "items:").skip(1);
    let mut lines = inside.filter(|(_, line)| has_content(line)).peekable();
    let depth = lines.peek().map_or(0, |(_, line)| indent(line));
    let own = lines.take_while(|(_, line)| indent(line) > depth || line[depth..].starts_with('-'));
    let dashes: Vec<usize> = own.filter(|(_, line)| indent(line) == depth).map(|(at, _)| at).collect();
    if dashes.len() == items { dashes } else { Vec::new() }
}

/// `kubectl cluster-info dump` writes the logs of containers between its objects: their lines are emptied. Also the line, from 1,
/// of logs without an end.
///
/// A program may log what looks like the end of its own log. So that it cannot put objects among ours, logs last until the last
/// line that ends them.
pub(super) fn without_logs(text: &str) -> (Cow<'_, str>, Option<usize>) {
    const START: &str = "==== START logs for container ";
    const END: &str = "==== END logs for container ";
    if !text.contains(START) {
        return (Cow::Borrowed(text), None);
    }
    let numbered = || text.lines().enumerate();
    let ends: HashMap<&str, usize> = numbered().filter_map(|(number, line)| Some((line.strip_prefix(END)?, number))).collect();
    let mut out = String::with_capacity(text.len());
    let (mut until, mut endless) = (None, None);
    for (number, line) in numbered() {
        if let (None, Some(container)) = (until, line.strip_prefix(START)) {
            until = ends.get(container).copied().filter(|end| *end > number).or(Some(usize::MAX));
            endless = endless.or((until == Some(usize::MAX)).then_some(number + 1));
        }
        if until.is_none() {
            out.push_str(line);
        }
        out.push('\n');
        until = until.filter(|end| *end > number);
    }
    (out.into(), endless)
}

/// One document of YAML as JSON, merge keys resolved, as kubectl reads it.
pub(super) fn parse(document: &str) -> Result<Value, serde_yaml::Error> {
    serde_yaml::from_str(document).map(|Plain(value)| value)
}

/// A value without what only YAML can say: tags go, keys become strings, numbers beyond JSON's become the nearest or words.
struct Plain(Value);

fn real(number: f64) -> Value {
    Number::from_f64(number).map_or_else(|| number.to_string().into(), Value::Number)
}

struct PlainVisitor;

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor)
    }
}

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Plain, E> {
        Ok(Plain(value.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Plain, E> {
        Ok(Plain(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Plain, E> {
        Ok(Plain(number.into()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Plain, E> {
        Ok(Plain(real(number as f64)))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Plain, E> {
        Ok(Plain(real(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Plain, E> {
        Ok(Plain(real(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Plain, E> {
        Ok(Plain(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Plain, A::Error> {
        let mut items = Vec::new();
        while let Some(Plain(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Plain(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Plain, A::Error> {
        let (mut fields, mut merged) = (Map::new(), Vec::new());
        while let Some((Plain(key), Plain(value))) = map.next_entry()? {
            match (key, value) {
                (Value::String(key), Value::Array(maps)) if key == "<<" => merged.extend(maps),
                (Value::String(key), value @ Value::Object(_)) if key == "<<" => merged.push(value),
                (Value::String(key), value) => _ = fields.insert(key, value),
                (key, value) => _ = fields.insert(key.to_string(), value),
            }
        }
        for from in merged {
            let Value::Object(from) = from else { continue };
            for (key, value) in from {
                fields.entry(key).or_insert(value);
            }
        }
        Ok(Plain(fields.into()))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Plain, A::Error> {
        let (_tag, value) = tagged.variant::<String>()?;
        value.newtype_variant()
    }
}

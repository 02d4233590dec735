//! Where in a document something stands: a JSON pointer (RFC 6901) whose step `*` leads to every item of a list or member of an
//! object, such as `/spec/calicoNetwork/ipPools/*/encapsulation`.
//!
//! It knows nothing of what the documents are.

use super::LONGEST;
use serde_json::{Map, Value};

/// A JSON pointer with `*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// Reads one. None if it is not empty and does not begin with a slash.
    pub fn new(pointer: &str) -> Option<Self> {
        match pointer.strip_prefix('/') {
            Some(steps) => Some(Self(steps.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect())),
            None => pointer.is_empty().then(|| Self(Vec::new())),
        }
    }

    /// All that it leads to.
    pub fn values<'v>(&self, document: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![document];
        for step in &self.0 {
            found = found
                .into_iter()
                .flat_map(|value| children(value).filter(|(name, _)| leads(step, name)))
                .map(|(_, v)| v)
                .collect();
        }
        found
    }
}

/// What of a document the pointers lead to, in its place. Of what is no single value only that it is there is kept, and too
/// long texts are not.
pub(super) fn kept(document: &Value, pointers: &[&Pointer]) -> Value {
    let paths: Vec<&[String]> = pointers.iter().map(|pointer| pointer.0.as_slice()).collect();
    keep(document, &paths)
}

fn keep(value: &Value, paths: &[&[String]]) -> Value {
    let below = |name: &str| -> Vec<&[String]> {
        paths.iter().filter_map(|path| path.split_first()).filter(|(step, _)| leads(step, name)).map(|(_, rest)| rest).collect()
    };
    let ends = paths.iter().any(|path| path.is_empty());
    match value {
        Value::Object(members) => {
            let kept = members.iter().map(|(name, value)| (name.clone(), keep(value, &below(name))));
            let kept: Map<String, Value> = kept.filter(|(_, value)| !value.is_null()).collect();
            if kept.is_empty() && !ends { Value::Null } else { Value::Object(kept) }
        }
        Value::Array(items) => {
            let mut kept: Vec<Value> = items.iter().enumerate().map(|(at, item)| keep(item, &below(&at.to_string()))).collect();
            kept.truncate(kept.iter().rposition(|item| !item.is_null()).map_or(0, |last| last + 1));
            if kept.is_empty() && !ends { Value::Null } else { Value::Array(kept) }
        }
        Value::String(text) if text.len() > LONGEST => Value::Null,
        single if ends => single.clone(),
        _ => Value::Null,
    }
}

fn leads(step: &str, name: &str) -> bool {
    step == "*" || step == name
}

fn children(value: &Value) -> Box<dyn Iterator<Item = (String, &Value)> + '_> {
    match value {
        Value::Object(members) => Box::new(members.iter().map(|(name, value)| (name.clone(), value))),
        Value::Array(items) => Box::new(items.iter().enumerate().map(|(at, item)| (at.to_string(), item))),
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointer(text: &str) -> Pointer {
        Pointer::new(text).unwrap()
    }

    #[test]
    fn a_star_leads_to_every_item_and_every_member() {
        let document = json!({"pools": [{"mode": "a"}, {"name": "b"}, {"mode": "c"}], "by": {"x": {"mode": 1}, "y~/": true}});
        let values = |text: &str| pointer(text).values(&document).into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(values("/pools/*/mode"), [json!("a"), json!("c")]);
        assert_eq!(values("/by/*/mode"), [json!(1)]);
        assert_eq!(values("/pools/1/name"), [json!("b")]);
        assert_eq!(values("/by/y~0~1"), [json!(true)]);
        assert_eq!(values("/pools/mode"), [] as [Value; 0]);
        assert_eq!(Pointer::new("pools"), None);
    }

    #[test]
    fn only_what_is_pointed_at_is_kept_and_in_its_place() {
        let document = json!({"spec": {"pools": [{"cidr": "10.0.0.0/8"}, {"mode": "c", "cidr": "x"}, {"cidr": "y"}], "bgp": {"as": 1}, "mtu": 1440},
            "status": {"long": "x".repeat(5000)}});
        let kept = kept(&document, &[&pointer("/spec/pools/*/mode"), &pointer("/spec/bgp"), &pointer("/status/long")]);
        assert_eq!(kept, json!({"spec": {"pools": [null, {"mode": "c"}], "bgp": {}}}));
        assert_eq!(super::kept(&document, &[]), Value::Null);
    }
}

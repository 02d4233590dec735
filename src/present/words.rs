//! Small words: kinds in the plural, and how a sentence begins.

use crate::snapshot::Kind;

/// A kind in a sentence about several, such as `NetworkPolicies`.
pub fn kind_plural(kind: Kind) -> String {
    let name = kind.name();
    match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if name.ends_with('s') => format!("{name}es"),
        None => format!("{name}s"),
    }
}

/// `text` beginning with a capital letter.
pub fn capitalised(text: &str) -> String {
    first(text, |c| c.to_uppercase().collect())
}

/// `text` beginning with a small letter, to go on in a sentence.
pub(super) fn lowered(text: &str) -> String {
    first(text, |c| c.to_lowercase().collect())
}

fn first(text: &str, turn: impl Fn(char) -> String) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| turn(c) + chars.as_str())
}

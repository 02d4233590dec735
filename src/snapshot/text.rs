//! Strings from a cluster or a file: cleaned once when they enter, then shared.
//!
//! Invariant 8 lives here: no control characters, no escape sequences, no bidirectional overrides and nothing invisible
//! gets past [`clean`], so whatever prints a [`Text`] may print it as it is. It does not know who will print it.

use hashbrown::HashSet;
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Longest string kept from a cluster, in bytes. Longer ones are cut and end in `…`.
pub const LONGEST: usize = 4096;

/// Most combining marks kept behind one character.
const MARKS: usize = 2;

/// A cleaned, cheaply cloned string.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// Cleans `raw` and keeps it.
    pub fn new(raw: &str) -> Self {
        Self(clean(raw).into())
    }

    /// The string itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::new(&raw)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(&String::deserialize(deserializer)?))
    }
}

/// One string for each distinct value: names, labels and images repeat thousands of times in a cluster.
#[derive(Default)]
pub struct Interner {
    known: HashSet<Text>,
}

impl Interner {
    /// How many strings it knows.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The shared [`Text`] of `raw`.
    pub fn text(&mut self, raw: &str) -> Text {
        let cleaned = clean(raw);
        if let Some(text) = self.known.get(&*cleaned) {
            return text.clone();
        }
        let text = Text(cleaned.into());
        self.known.insert(text.clone());
        text
    }

    /// Forgets strings that nobody else holds any more.
    pub fn sweep(&mut self) {
        self.known.retain(|text| Arc::strong_count(&text.0) > 1);
    }
}

/// Makes `raw` safe for a terminal, on one line: controls and line separators become a space or `�`, bidirectional and
/// invisible characters disappear into `�`, combining marks are capped, and what is too long is cut with `…`.
pub fn clean(raw: &str) -> Cow<'_, str> {
    if raw.len() <= LONGEST && raw.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len().min(LONGEST + 4));
    let mut marks = 0;
    for c in raw.chars() {
        if out.len() >= LONGEST {
            out.push('…');
            break;
        }
        match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if c.is_control() || is_invisible(c) => out.push('\u{fffd}'),
            c if is_mark(c) => {
                marks += 1;
                if marks <= MARKS {
                    out.push(c);
                }
                continue;
            }
            c => out.push(c),
        }
        marks = 0;
    }
    Cow::Owned(out)
}

/// Characters that steer or hide text instead of showing any (Unicode's bidi controls, zero width, tags, private use).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{f0000}'..='\u{10ffff}')
}

/// Combining marks of the common blocks.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_kept_without_a_copy() {
        assert!(matches!(clean("kube-system/calico-node"), Cow::Borrowed(_)));
        assert_eq!(clean("größe 東京"), "größe 東京");
    }

    #[test]
    fn escapes_overrides_and_invisible_characters_never_survive() {
        for raw in ["\u{1b}[31mred", "\u{9b}31m", "a\u{202e}b", "a\u{200b}b", "a\u{7f}b", "\u{e0041}", "bell\u{7}"] {
            assert!(!clean(raw).chars().any(|c| c.is_control() || is_invisible(c)), "{raw:?}");
        }
        assert_eq!(clean("two\nlines"), "two lines");
    }

    #[test]
    fn floods_are_capped() {
        let zalgo = format!("a{}b", "\u{0301}".repeat(500));
        assert_eq!(clean(&zalgo).chars().count(), 2 + MARKS);
        let long = clean(&"x".repeat(1 << 20)).into_owned();
        assert!(long.len() <= LONGEST + 4 && long.ends_with('…'));
    }

    #[test]
    fn the_interner_shares_and_forgets() {
        let mut interner = Interner::default();
        let a = interner.text("web");
        assert!(Arc::ptr_eq(&a.0, &interner.text("web").0));
        drop(a);
        interner.sweep();
        assert!(interner.known.is_empty());
    }
}

//! Signs for terminals and files that have only ASCII.

use std::borrow::Cow;

/// Our signs, and what stands for them. One column stays one column.
const SIGNS: &[(&str, char)] = &[
    ("●", 'Y'),
    ("◐…", '~'),
    ("○", 'n'),
    ("▸›→≥", '>'),
    ("‹←≤", '<'),
    ("✗×", 'x'),
    ("·", '.'),
    ("✓▾↓", 'v'),
    ("⠋⠴▌│├", '|'),
    ("⠙⠦", '/'),
    ("⠹⠧─–—", '-'),
    ("⠸⠇└", '\\'),
    ("◷", '@'),
    ("⊘", 'X'),
    ("∅", '0'),
    ("▴↑", '^'),
    ("■", '#'),
    ("▏", '_'),
    ("┌┐┘", '+'),
    ("’‘", '\''),
    ("“”", '"'),
];

/// `text` in ASCII; what has no sign of its own becomes `?`.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let spell = |c: char| SIGNS.iter().find(|(from, _)| from.contains(c)).map_or('?', |(_, to)| *to);
    Cow::Owned(text.chars().map(|c| if c.is_ascii() { c } else { spell(c) }).collect())
}

//! Signs for terminals and files that have only ASCII.

use std::borrow::Cow;

/// Our signs, and what stands for them. One column stays one column.
const SIGNS: &[(&str, char)] = &[
    ("●", 'Y'),
    ("◐", '~'),
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

/// `text` in ASCII; what has no sign of its own becomes `?`. `..` is a column wider than `…`, so it takes the place of the
/// character before it too.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let spell = |c: char| SIGNS.iter().find(|(from, _)| from.contains(c)).map_or('?', |(_, to)| *to);
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '…' if spelled.pop().is_some() => spelled.push_str(".."),
            '…' => spelled.push('.'),
            c if c.is_ascii() => spelled.push(c),
            c => spelled.push(spell(c)),
        }
    }
    Cow::Owned(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_ends_in_two_dots_and_is_no_wider() {
        assert_eq!(ascii("calico-kube-co…llers"), "calico-kube-c..llers");
        assert_eq!(ascii("● API, e…"), "Y API, ..");
        assert_eq!(ascii("…"), ".");
    }
}

//! Small words: how a sentence begins.

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

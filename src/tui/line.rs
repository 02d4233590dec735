//! A line of text with roles: what screens say before anybody chose a colour.
//!
//! Columns are terminal columns as unicode-width counts them. A line never wraps and never cuts itself; the pen does that.

use crate::present::Role;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Some text of one role.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Piece {
    /// The text, without line ends.
    pub text: String,
    /// What it means.
    pub role: Role,
    /// Whether it is bold: verdicts and headings.
    pub strong: bool,
}

/// A line of text with roles.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its parts, left to right.
    pub pieces: Vec<Piece>,
}

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line of one role.
    pub fn of(text: impl Into<String>, role: Role) -> Self {
        Self::new().then(text, role)
    }

    /// A heading.
    pub fn heading(text: impl Into<String>) -> Self {
        Self::new().strong(text, Role::Heading)
    }

    /// Adds facts.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.then(text, Role::Text)
    }

    /// Adds what stands back.
    #[must_use]
    pub fn muted(self, text: impl Into<String>) -> Self {
        self.then(text, Role::Muted)
    }

    /// Adds text of `role`.
    #[must_use]
    pub fn then(self, text: impl Into<String>, role: Role) -> Self {
        self.push(text.into(), role, false)
    }

    /// Adds bold text of `role`.
    #[must_use]
    pub fn strong(self, text: impl Into<String>, role: Role) -> Self {
        self.push(text.into(), role, true)
    }

    /// Adds `other` behind this line.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// Adds spaces up to `column`, and at least `gap` of them if there is anything yet.
    #[must_use]
    pub fn to(self, column: usize, gap: usize) -> Self {
        let width = self.width();
        let gap = if width == 0 { 0 } else { gap };
        self.text(" ".repeat(column.saturating_sub(width).max(gap)))
    }

    /// A line of one role as lines of at most `width` columns.
    pub fn wrapped(&self, width: usize) -> Vec<Self> {
        let (role, strong) = self.pieces.first().map_or((Role::Text, false), |piece| (piece.role, piece.strong));
        wrap(&self.plain(), width).into_iter().map(|part| Self::new().push(part, role, strong)).collect()
    }

    /// Its first part that is at most `width` columns wide, ending in `…` if something was cut. Spaces at the end are nothing.
    #[must_use]
    pub fn cut(&self, width: usize) -> Self {
        if self.plain().trim_end().width() <= width {
            return self.clone();
        }
        let (mut line, mut room) = (Self::new(), width);
        for piece in &self.pieces {
            if piece.text.width() >= room {
                // One that just fits hides that others follow.
                let text = cut(&format!("{} ", piece.text), room, "…");
                return line.push(text, piece.role, piece.strong);
            }
            room -= piece.text.width();
            line.pieces.push(piece.clone());
        }
        line
    }

    /// The same words, all in `role`.
    #[must_use]
    pub fn all(mut self, role: Role) -> Self {
        for piece in &mut self.pieces {
            (piece.role, piece.strong) = (role, false);
        }
        self
    }

    /// The same words, facts in accent where `before` has others: all of them if there was no such line.
    #[must_use]
    pub fn since(mut self, before: Option<&Self>) -> Self {
        let old = |at: usize| before.and_then(|line| line.pieces.get(at)).map_or("", |piece| piece.text.trim());
        for (at, piece) in self.pieces.iter_mut().enumerate() {
            if piece.role == Role::Text && !piece.text.trim().is_empty() && piece.text.trim() != old(at) {
                piece.role = Role::Accent;
            }
        }
        self
    }

    /// Its width in columns.
    pub fn width(&self) -> usize {
        self.pieces.iter().map(|piece| piece.text.width()).sum()
    }

    /// Its text without roles.
    pub fn plain(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    fn push(mut self, text: String, role: Role, strong: bool) -> Self {
        if !text.is_empty() {
            self.pieces.push(Piece { text, role, strong });
        }
        self
    }
}

/// The first part of `text` that is at most `width` columns wide, ending in `mark` if something was cut.
pub fn cut(text: &str, width: usize, mark: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = prefix(text, width.saturating_sub(mark.width())).trim_end().to_owned();
    kept.push_str(prefix(mark, width));
    kept
}

/// `text` without its middle, so that it is at most `width` wide and its last 5 characters stand: long names differ at the end.
pub fn cut_middle(text: &str, width: usize, mark: &str) -> String {
    let tail: String = text.chars().skip(text.chars().count().saturating_sub(5)).collect();
    if text.width() <= width || width < tail.width() + mark.width() + 1 {
        return cut(text, width, mark);
    }
    format!("{}{mark}{tail}", prefix(text, width - tail.width() - mark.width()))
}

/// `text` as lines of at most `width` columns, broken between words (and inside one that is longer than a line).
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.width());
        if last > 0 && last + 1 + word.width() > width {
            lines.push(String::new());
        }
        let mut rest = word;
        while rest.width() > width.max(1) {
            let part = prefix(rest, width.max(1));
            if part.is_empty() {
                break;
            }
            rest = &rest[part.len()..];
            if let Some(line) = lines.last_mut() {
                line.push_str(part);
            }
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(rest);
        }
    }
    // A word is not left alone on the last line.
    if let [.., before, last] = lines.as_mut_slice()
        && !last.contains(' ')
        && before.split(' ').count() > 2
        && let Some(at) = before.rfind(' ')
        && before[at..].width() + last.width() <= width
    {
        last.insert_str(0, &format!("{} ", &before[at + 1..]));
        before.truncate(at);
    }
    lines
}

/// `text` as at most `most` lines, at least one; what does not fit in them ends in `…`.
pub fn wrap_within(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = wrap(text, width);
    if lines.len() > most {
        let rest = lines.split_off(most.max(1) - 1).join(" ");
        lines.push(cut(&rest, width, "…"));
    }
    lines
}

fn prefix(text: &str, width: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or(0);
        used > width
    });
    end.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_counts_columns_not_characters() {
        assert_eq!(cut("kube-router", 20, "…"), "kube-router");
        assert_eq!(cut("kube-router", 8, "…"), "kube-ro…");
        assert_eq!(cut("漢字漢字", 5, "…"), "漢字…");
        assert_eq!(cut("kube-router", 8, ".."), "kube-r..");
        assert_eq!(cut("abc", 0, "…"), "");
    }

    #[test]
    fn a_line_that_is_cut_says_so_even_between_two_pieces() {
        let line = Line::of("kube", Role::Text).muted("-router");
        assert_eq!(line.cut(11).plain(), "kube-router");
        assert_eq!(line.cut(6).plain(), "kube-…");
        assert_eq!(line.cut(4).plain(), "kub…");
        assert_eq!(Line::of("kube", Role::Text).text("   ").cut(4).plain().trim_end(), "kube");
    }

    #[test]
    fn only_facts_that_differ_are_seen_to_have_changed() {
        let before = Line::of("calico-node", Role::Text).to(20, 1).text("5/6").then(" ✗", Role::Bad).muted(" 2m");
        let after = Line::of("calico-node", Role::Text).to(20, 1).text("6/6").then(" ✓", Role::Good).muted(" 3m");
        let roles = |line: Line| line.pieces.into_iter().map(|piece| piece.role).collect::<Vec<_>>();
        let [fact, changed, muted] = [Role::Text, Role::Accent, Role::Muted];
        assert_eq!(roles(after.clone().since(Some(&before))), [fact, fact, changed, Role::Good, muted]);
        assert_eq!(roles(after.since(None)), [changed, fact, changed, Role::Good, muted]);
    }

    #[test]
    fn long_names_lose_their_middle_and_keep_their_end() {
        assert_eq!(cut_middle("ip-10-3-17-42.internal-x7k2p", 14, "…"), "ip-10-3-…x7k2p");
    }

    #[test]
    fn wrapping_breaks_between_words_and_inside_long_ones() {
        assert_eq!(wrap("Rules that name a domain", 10), ["Rules that", "name a", "domain"]);
        assert_eq!(wrap("abcdefghijkl x", 5), ["abcde", "fghij", "kl x"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("Enforced on all nodes, by configuration.", 28), ["Enforced on all nodes,", "by configuration."]);
        assert_eq!(wrap_within("one two three four", 9, 2), ["one two", "three fo…"]);
        assert_eq!(wrap_within("one two three", 9, 2), ["one two", "three"]);
    }
}

//! Where things stand in a YAML text of block style: enough to name a line, and to cut a part out.
//!
//! No parser. Flow collections and block scalars are not looked into; what is in them is found at the line of their key.

use std::fmt;
use std::ops::Range;

/// One step from the root of a document towards a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// Key of a mapping.
    Key(&'a str),
    /// Position in a sequence.
    Item(usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Item(at) => write!(f, "{}", at + 1),
        }
    }
}

/// A path as people read it: `cells.encryption`, `limits.2` (counted from 1).
pub(super) fn spelled(path: &[Step<'_>]) -> String {
    path.iter().map(Step::to_string).collect::<Vec<_>>().join(".")
}

/// A part of a text: its path, and its lines.
pub(super) type Part<'a> = (Vec<Step<'a>>, Range<usize>);

/// A key or an item of a sequence. `- id: x` is two of them.
#[derive(Debug)]
struct Row<'a> {
    line: usize,
    indent: usize,
    /// None for the `-` of an item.
    key: Option<&'a str>,
    rest: &'a str,
}

/// The keys and items of a text, with their lines.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    rows: Vec<Row<'a>>,
    end: usize,
}

impl<'a> Lines<'a> {
    /// Looks through `text` once.
    pub(super) fn new(text: &'a str) -> Self {
        let mut rows = Vec::new();
        let mut block: Option<usize> = None;
        let mut end = 1;
        for (at, raw) in text.lines().enumerate() {
            end = at + 2;
            let mut rest = raw.trim_start();
            let mut indent = raw.len() - rest.len();
            if rest.is_empty() || rest.starts_with('#') || block.is_some_and(|key| indent > key) {
                continue;
            }
            block = None;
            while let Some(inside) = rest.strip_prefix("- ").or_else(|| rest.strip_prefix('-').filter(|r| r.is_empty())) {
                rows.push(Row { line: at + 1, indent, key: None, rest: inside.trim_start() });
                indent += rest.len() - inside.trim_start().len();
                rest = inside.trim_start();
            }
            if let Some((key, value)) = split_key(rest) {
                rows.push(Row { line: at + 1, indent, key: Some(key), rest: value });
                block = value.starts_with(['>', '|']).then_some(indent);
            } else if rest.starts_with(['>', '|']) {
                block = rows.last().map(|row| row.indent);
            }
        }
        Self { rows, end }
    }

    /// The line of the value at `path`, or of the last step towards it that stands on a line of its own.
    pub(super) fn line(&self, path: &[Step<'_>]) -> usize {
        let mut line = 1;
        let mut within = 0..self.rows.len();
        for step in path {
            let Some(row) = self.step(within, *step) else { break };
            line = self.rows[row].line;
            within = row + 1..self.block(row);
        }
        line
    }

    /// Those of the mappings in the mapping `outer` that lack `key`.
    pub(super) fn without(&self, outer: &str, key: &str) -> Vec<&'a str> {
        let Some(outer) = self.step(0..self.rows.len(), Step::Key(outer)) else { return Vec::new() };
        let inside = self.children(outer + 1..self.block(outer)).filter(|(_, row)| {
            let flow = self.rows[*row].rest;
            !(flow.starts_with('{') && flow.contains(&format!("{key}:")))
                && self.step(row + 1..self.block(*row), Step::Key(key)).is_none()
        });
        inside.filter_map(|(_, row)| self.rows[row].key).collect()
    }

    /// Keys that stand twice in the same mapping, with the line of the second.
    pub(super) fn duplicates(&self) -> Vec<(usize, &'a str)> {
        let mut open: Vec<(usize, Vec<&str>)> = Vec::new();
        let mut found = Vec::new();
        for row in &self.rows {
            while open.pop_if(|(indent, _)| *indent > row.indent).is_some() {}
            let Some(key) = row.key else { continue };
            match open.last_mut().filter(|(indent, _)| *indent == row.indent) {
                Some((_, keys)) if keys.contains(&key) => found.push((row.line, key)),
                Some((_, keys)) => keys.push(key),
                None => open.push((row.indent, vec![key])),
            }
        }
        found
    }

    /// The part around `line` that the first of `patterns` has; in a pattern, `*` is any key and `#` any item.
    pub(super) fn part(&self, line: usize, patterns: &[&str]) -> Option<Part<'a>> {
        patterns.iter().find_map(|pattern| self.parts(pattern).into_iter().find(|(_, lines)| lines.contains(&line)))
    }

    /// All parts of a pattern.
    pub(super) fn parts(&self, pattern: &str) -> Vec<Part<'a>> {
        let mut found = vec![(Vec::new(), 0..self.rows.len(), 1..self.end)];
        for want in pattern.split('.') {
            let outer = std::mem::take(&mut found);
            for (path, within, _) in outer {
                for (step, row) in self.children(within) {
                    let fits = match step {
                        Step::Key(key) => want == "*" || want == key,
                        Step::Item(_) => want == "#",
                    };
                    if fits {
                        let block = self.block(row);
                        let end = self.rows.get(block).map_or(self.end, |next| next.line);
                        let path = path.iter().copied().chain([step]).collect();
                        found.push((path, row + 1..block, self.rows[row].line..end));
                    }
                }
            }
        }
        found.into_iter().map(|(path, _, lines)| (path, lines)).collect()
    }

    fn step(&self, within: Range<usize>, step: Step<'_>) -> Option<usize> {
        self.children(within).find(|(found, _)| *found == step).map(|(_, row)| row)
    }

    /// The rows directly inside a block, as steps.
    fn children(&self, within: Range<usize>) -> impl Iterator<Item = (Step<'a>, usize)> {
        let first = self.rows.get(within.start).map_or((0, false), |row| (row.indent, row.key.is_none()));
        let rows = within.filter(move |at| (self.rows[*at].indent, self.rows[*at].key.is_none()) == first);
        rows.enumerate().map(|(nth, at)| (self.rows[at].key.map_or(Step::Item(nth), Step::Key), at))
    }

    /// The row behind everything that belongs to `row`. Items may stand as far left as their key.
    fn block(&self, row: usize) -> usize {
        let Row { indent, key, .. } = self.rows[row];
        let inside = |next: &Row| next.indent > indent || (next.indent == indent && key.is_some() && next.key.is_none());
        self.rows[row + 1..].iter().position(|next| !inside(next)).map_or(self.rows.len(), |more| row + 1 + more)
    }
}

/// `key: value` or `key:`, the key with or without quotes.
fn split_key(text: &str) -> Option<(&str, &str)> {
    if text.starts_with(['{', '[', '&', '*']) {
        return None;
    }
    let (key, rest) = match text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => text[1..].split_once(quote).and_then(|(key, rest)| Some((key, rest.strip_prefix(':')?)))?,
        None => text.split_once(": ").or_else(|| text.strip_suffix(':').map(|key| (key, "")))?,
    };
    Some((key.trim_end(), rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# a comment
id: x
cells:
  encryption:
    level: yes
    note: >-
      level: this is text
      id: so is this
  bgp: { level: no, value: none }
limits:
- what: mesh
  number: 100
- what: routes
  number: 50
watch:
  - text: a
    source: { ref: r, as_of: undated }
  - text: b
";

    fn path<'a>(steps: &[&'a str]) -> Vec<Step<'a>> {
        steps.iter().map(|step| step.parse().map_or(Step::Key(step), Step::Item)).collect()
    }

    #[test]
    fn values_are_found_in_block_style_and_flow_style_at_their_key() {
        let lines = Lines::new(TEXT);
        for (steps, line) in [
            (&["id"][..], 2),
            (&["cells", "encryption", "note"], 6),
            (&["cells", "bgp", "value"], 9),
            (&["limits", "1", "number"], 14),
            (&["watch", "1"], 18),
            (&["nowhere"], 1),
        ] {
            assert_eq!(lines.line(&path(steps)), line, "{steps:?}");
        }
        assert_eq!(lines.without("cells", "level"), [""; 0]);
        assert_eq!(lines.without("cells", "value"), ["encryption"]);
    }

    #[test]
    fn parts_end_where_the_next_begins() {
        let lines = Lines::new(TEXT);
        let ranges = |pattern| lines.parts(pattern).into_iter().map(|(_, lines)| lines).collect::<Vec<_>>();
        assert_eq!(ranges("cells.*"), [4..9, 9..10]);
        assert_eq!(ranges("limits.#"), [11..13, 13..15]);
        assert_eq!(ranges("watch.#"), [16..18, 18..19]);
        assert_eq!(lines.part(7, &["cells.*", "*"]).unwrap().0, path(&["cells", "encryption"]));
    }

    #[test]
    fn a_key_that_stands_twice_is_found_only_within_one_mapping() {
        assert_eq!(Lines::new(TEXT).duplicates(), []);
        assert_eq!(Lines::new("a:\n  b: 1\n  c: 2\n  b: 3\nd:\n  b: 4\na: 5\n").duplicates(), [(4, "b"), (7, "a")]);
        assert_eq!(Lines::new("- a: 1\n  b: 2\n- a: 1\n  b: 2\n").duplicates(), []);
    }
}

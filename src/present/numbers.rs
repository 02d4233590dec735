//! Numbers as people read them: counts, and shares as bars of text.
//!
//! Rounding never flatters: what is sure is rounded down, what cannot be told up, and a bar is full only where all is sure.

use crate::catalog::spelled;

/// A count with its thousands apart: `150,000`.
pub fn count(number: usize) -> String {
    spelled(number as f64)
}

/// A count of things, in the singular where there is one: `1 node`, `4,981 nodes`, `2 policies`.
pub fn counted(number: usize, singular: &str, plural: &str) -> String {
    format!("{} {}", count(number), if number == 1 { singular } else { plural })
}

/// How many columns of a bar show what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bar {
    /// `■`: sure.
    pub sure: usize,
    /// `?`: cannot be told.
    pub unknown: usize,
    /// `·`: not so.
    pub none: usize,
}

impl Bar {
    /// A bar of `width` columns for `sure` and `unknown` of `total`. Of nothing, nothing is sure.
    pub fn new(width: usize, sure: usize, unknown: usize, total: usize) -> Self {
        if total == 0 {
            return Self { none: width, ..Self::default() };
        }
        let rest = usize::from(sure + unknown < total).min(width);
        let room = width - rest;
        let unknown = (width * unknown).div_ceil(total).min(room);
        let sure = (width * sure / total).min(room - unknown);
        Self { sure, unknown, none: width - sure - unknown }
    }
}

/// A bar of text for `number`, full at `most`: at least one sign for what there is, nothing for nothing.
pub fn bar(number: f64, most: f64, width: usize) -> String {
    if number <= 0.0 || most <= 0.0 {
        return String::new();
    }
    "■".repeat(((number / most * width as f64).round() as usize).clamp(1, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(width: usize, sure: usize, unknown: usize, total: usize) -> String {
        let bar = Bar::new(width, sure, unknown, total);
        format!("{}{}{}", "■".repeat(bar.sure), "?".repeat(bar.unknown), "·".repeat(bar.none))
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 41_500, 1_234_567].map(count), ["0", "999", "1,000", "41,500", "1,234,567"]);
        assert_eq!(counted(1, "node", "nodes"), "1 node");
        assert_eq!(counted(4_981, "node", "nodes"), "4,981 nodes");
    }

    #[test]
    fn bars_show_what_is_sure_what_cannot_be_told_and_what_is_not() {
        assert_eq!(drawn(12, 3, 1, 12), "■■■?········");
        assert_eq!(drawn(12, 31, 5, 48), "■■■■■■■??···");
        assert_eq!(drawn(12, 0, 0, 18), "············");
        assert_eq!(drawn(12, 48, 0, 48), "■■■■■■■■■■■■");
        assert_eq!(drawn(4, 0, 0, 0), "····");
    }

    #[test]
    fn bars_of_measurements_are_in_proportion_to_the_most() {
        assert_eq!(bar(31.4, 31.4, 16).chars().count(), 16);
        assert_eq!(bar(19.7, 31.4, 16), "■■■■■■■■■■");
        assert_eq!([bar(0.01, 31.4, 16), bar(0.0, 31.4, 16), bar(1.0, 0.0, 16)], ["■", "", ""]);
    }

    #[test]
    fn one_pod_of_many_still_shows_and_never_flatters() {
        assert_eq!(drawn(12, 999, 0, 1000), "■■■■■■■■■■■·");
        assert_eq!(drawn(12, 998, 1, 1000), "■■■■■■■■■■?·");
        assert_eq!(drawn(12, 1, 0, 1000), "············");
        assert_eq!(drawn(12, 0, 1, 1000), "?···········");
        assert_eq!(drawn(1, 1, 1, 3), "·");
    }
}

//! Ages in words: `2s`, `4m`, `3h`, `2d`; sources in months.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// How long ago `then` was: one unit, rounded down; from 8 weeks on the date.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    match (now.as_second() - then.as_second()).max(0) {
        seconds if seconds < MINUTE => format!("{seconds}s"),
        seconds if seconds < HOUR => format!("{}m", seconds / MINUTE),
        seconds if seconds < DAY => format!("{}h", seconds / HOUR),
        seconds if seconds < 56 * DAY => format!("{}d", seconds / DAY),
        _ => then.strftime("%Y-%m-%d").to_string(),
    }
}

/// How many months before `today` the date `as_of` (`YYYY-MM-DD` or `YYYY-MM`) lies; none if it is no date.
pub fn source_age(as_of: &str, today: Date) -> Option<i32> {
    let whole = if as_of.len() == 7 { format!("{as_of}-01") } else { as_of.to_owned() };
    let then: Date = whole.parse().ok()?;
    let months = (i32::from(today.year()) - i32::from(then.year())) * 12 + i32::from(today.month()) - i32::from(then.month());
    Some((months - i32::from(today.day() < then.day() && as_of.len() > 7)).max(0))
}

/// How long something took, in at most two units: `33s`, `2m 33s`, `1h 4m`.
pub fn span(took: SignedDuration) -> String {
    let seconds = took.unsigned_abs().as_secs();
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m {seconds}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h {minutes}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::new(1_700_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn ages_have_one_unit_and_are_rounded_down() {
        let spell = |seconds| age(at(0), at(seconds));
        assert_eq!(spell(59), "59s");
        assert_eq!(spell(119), "1m");
        assert_eq!(spell(7_199), "1h");
        assert_eq!(spell(86_400 * 55), "55d");
        assert_eq!(spell(86_400 * 56), "2023-11-14");
        assert_eq!(spell(-5), "0s");
    }

    #[test]
    fn spans_have_at_most_two_units() {
        let spell = |seconds| span(SignedDuration::from_secs(seconds));
        assert_eq!([33, 60, 153, 3_600, 3_840, 90_000].map(spell), ["33s", "1m", "2m 33s", "1h", "1h 4m", "25h"]);
    }

    #[test]
    fn sources_age_in_whole_months() {
        let today = date(2026, 11, 21);
        assert_eq!(source_age("2026-08-21", today), Some(3));
        assert_eq!(source_age("2026-08-22", today), Some(2));
        assert_eq!(source_age("2025-11", today), Some(12));
        assert_eq!(source_age("undated", today), None);
    }
}

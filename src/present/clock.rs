//! The clock of this machine against that of the API server. Where they differ, every age is wrong by as much.

use super::{FactRow, Role};
use crate::snapshot::Snapshot;
use jiff::SignedDuration;

/// What is said where the clocks differ.
pub(super) fn clock_row(snapshot: &Snapshot) -> Option<FactRow> {
    let ahead = snapshot.clock_ahead?;
    let by = match ahead.unsigned_abs().as_secs() {
        seconds @ ..60 => format!("{seconds}s"),
        seconds @ ..3_600 => format!("{}m", seconds / 60),
        seconds @ ..86_400 => format!("{}h", seconds / 3_600),
        seconds => format!("{}d", seconds / 86_400),
    };
    let word = if ahead > SignedDuration::ZERO { "behind" } else { "ahead of" };
    let text = format!("this machine's is {by} {word} the API server's, and ages are wrong by as much");
    Some(FactRow { label: "clock", sign: Some(("?", Role::Unknown)), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_is_said_in_the_words_of_this_machine() {
        let text = |ahead| clock_row(&Snapshot { clock_ahead: ahead, ..Snapshot::default() }).map(|row| row.text);
        let said = |text: &str| Some(format!("this machine's is {text} the API server's, and ages are wrong by as much"));
        assert_eq!(text(Some(SignedDuration::from_mins(10))), said("10m behind"));
        assert_eq!(text(Some(SignedDuration::from_secs(-90))), said("1m ahead of"));
        assert_eq!(text(Some(SignedDuration::MIN)), said("106751991167300d ahead of"));
        assert_eq!(text(None), None);
    }
}

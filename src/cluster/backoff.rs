//! How long to wait after a failure: longer after each, from the start after a healthy time, and never all at once.

use super::Pace;
use super::failure::Failure;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

/// How much earlier than its time an attempt may be made, so that not all are made at once.
const JITTER: f64 = 0.25;
/// Longest `Retry-After` that is believed.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// How long to wait: longer after each failure, from the start after a healthy time.
#[derive(Default)]
pub(super) struct Backoff {
    failures: u32,
    healthy: Option<Instant>,
}

impl Backoff {
    /// Everything works, since now unless it did before.
    pub(super) fn is_healthy(&mut self) {
        self.healthy.get_or_insert_with(Instant::now);
    }

    /// How long to wait after `failure`.
    pub(super) fn after(&mut self, failure: &Failure, pace: &Pace) -> Duration {
        if self.healthy.take().is_some_and(|since| since.elapsed() >= pace.healthy) {
            self.failures = 0;
        }
        let doubled = pace.first.saturating_mul(1 << self.failures.min(16)).min(pace.longest);
        self.failures += 1;
        let delay = match (failure, failure.code()) {
            (_, Some(404)) => pace.absent,
            (Failure::Credential(_), _) | (_, Some(403 | 405)) => pace.denied,
            _ => doubled,
        };
        let asked = failure.retry_after().unwrap_or_default().min(LONGEST_ASKED);
        delay.mul_f64(1.0 - JITTER * random()).max(asked)
    }
}

/// From 0 to 1. Only spreads attempts; nothing depends on how good it is.
pub(super) fn random() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::super::failure::Refusal;
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest_and_begin_anew_after_a_healthy_time() {
        let pace = Pace { healthy: Duration::ZERO, ..Pace::default() };
        let broken = Failure::Broken(String::new());
        let mut backoff = Backoff::default();
        for nominal in [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000] {
            let millis = backoff.after(&broken, &pace).as_millis();
            assert!((nominal * 3 / 4..=nominal).contains(&millis), "{millis} of {nominal}");
        }
        backoff.is_healthy();
        assert!(backoff.after(&broken, &pace) <= Duration::from_millis(800));
    }

    #[test]
    fn the_server_is_left_alone_for_as_long_as_it_asks_and_the_forbidden_for_a_minute() {
        let pace = Pace::default();
        let refused = |code, seconds| {
            let retry_after = Some(Duration::from_secs(seconds));
            Failure::Refused(Refusal { code, retry_after, ..Refusal::default() })
        };
        assert_eq!(Backoff::default().after(&refused(429, 7), &pace), Duration::from_secs(7));
        assert_eq!(Backoff::default().after(&refused(503, 86_400), &pace), LONGEST_ASKED);
        assert!(Backoff::default().after(&refused(403, 0), &pace) >= Duration::from_secs(45));
    }
}

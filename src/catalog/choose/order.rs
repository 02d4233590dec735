//! The orders of an answer. Each explains itself in one sentence; to add one: a variant and its arms.

use super::Left;
use crate::catalog::Provider;
use crate::catalog::query::date_in;
use std::cmp::{Ordering, Reverse};
use std::str::FromStr;

/// How those who are left are ordered. Who runs today always comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By how much has to be known first.
    #[default]
    Conditions,
    /// By life.
    Status,
    /// By the day of the newest release.
    Release,
    /// By name.
    Name,
}

impl Order {
    /// All orders.
    pub const ALL: [Self; 4] = [Self::Conditions, Self::Status, Self::Release, Self::Name];

    /// As JSON and the command line spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conditions => "conditions",
            Self::Status => "status",
            Self::Release => "release",
            Self::Name => "name",
        }
    }

    /// The rule in words.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Conditions => "here first, then fewest conditions, then name",
            Self::Status => "here first, then active before dormant and dead, then name",
            Self::Release => "here first, then newest release, then name",
            Self::Name => "here first, then name",
        }
    }

    pub(super) fn apply(self, left: &mut [Left<'_>], here: Option<&str>) {
        let is_elsewhere = |left: &Left<'_>| Some(left.provider.id.as_str()) != here;
        left.sort_by_cached_key(|left| left.provider.name.to_lowercase());
        left.sort_by(|a, b| is_elsewhere(a).cmp(&is_elsewhere(b)).then(self.of(a, b)));
    }

    fn of(self, a: &Left<'_>, b: &Left<'_>) -> Ordering {
        match self {
            Self::Conditions => a.conditions.len().cmp(&b.conditions.len()),
            Self::Status => a.provider.status.cmp(&b.provider.status),
            // What has no date comes last: no date is less than every date.
            Self::Release => Reverse(released(a.provider)).cmp(&Reverse(released(b.provider))),
            Self::Name => Ordering::Equal,
        }
    }
}

/// The day of the newest release.
fn released(provider: &Provider) -> Option<&str> {
    date_in(&provider.cell("latest-release")?.value)
}

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|order| order.name() == text);
        found.ok_or_else(|| format!("\"{text}\" is none of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

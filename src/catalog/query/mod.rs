//! Questions about the matrix: one filter language for screen and command line, and sorting.
//!
//! A filter is terms with blanks between them, and all must hold: words, `column:value`, `column:value,value`, `nodes<=100`,
//! `latest-release>2024-01`, each turned by `!`; quotes keep blanks and signs. A column is a feature by any of its names, or
//! name, status, role, here. A value is a level or a part of what the cell says; small letters match capitals too.

mod parse;
mod sort;
mod suggest;

pub use sort::Sort;
pub use suggest::{Completion, completions};
pub(super) use suggest::{PSEUDO, nearest};

use super::{Catalog, Cell, Feature, Level, Provider, Role, Status};
use std::cmp::Ordering;
use std::fmt;

/// A parsed filter. All terms must hold; the default has none and lets everything pass.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
    here: Option<String>,
}

/// What is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// Column of the wrong term, from 1.
    pub at: usize,
    /// What is wrong, such as `no column "encrytion"`.
    pub message: String,
    /// What may have been meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at {}", self.message, self.at)?;
        self.suggestion.iter().try_for_each(|suggestion| write!(f, "; {suggestion}?"))
    }
}

impl std::error::Error for FilterError {}

#[derive(Debug, Clone, PartialEq)]
struct Term {
    negated: bool,
    test: Test,
}

/// What a term asks. Of several values, one must fit.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    Word(Pattern),
    Name(Vec<Pattern>),
    Status(Vec<Status>),
    Role(Vec<Role>),
    Here(Vec<bool>),
    Cell(String, Vec<Wanted>),
    Date(String, Compare, String),
    Number(Measure, Compare, f64),
}

/// What is asked of a cell.
#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    Level(Level),
    Text(Pattern),
}

/// Numbers that providers have.
#[derive(Debug, Clone, PartialEq)]
enum Measure {
    Stars,
    Contributors,
    Forks,
    /// Limits whose unit or subject has this in it.
    Limit(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Compare {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::AtLeast => order.is_ge(),
            Self::More => order.is_gt(),
        }
    }
}

/// Whether providers differ in a feature. What is unknown is equal to nothing, itself included.
pub fn differ(feature: &Feature, providers: &[&Provider]) -> bool {
    let said = |provider: &Provider| {
        let cell = provider.cell(&feature.id).filter(|cell| cell.level != Level::Unknown)?;
        Some((cell.level, cell.value.to_lowercase()))
    };
    let mut all = providers.iter().map(|provider| said(provider));
    let first = all.next().flatten();
    first.is_none() || all.any(|other| other != first)
}

/// Text to look for. With a capital in it, case counts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern(String);

impl Pattern {
    fn is_in(&self, text: &str) -> bool {
        if self.0.chars().any(char::is_uppercase) { text.contains(&self.0) } else { text.to_lowercase().contains(&self.0) }
    }

    fn names(&self, provider: &Provider) -> bool {
        [&provider.id, &provider.name].into_iter().chain(&provider.aliases).any(|name| self.is_in(name))
    }

    fn says(&self, cell: &Cell) -> bool {
        self.is_in(&cell.value) || self.is_in(&cell.short)
    }
}

impl Filter {
    /// Reads a filter.
    pub fn parse(text: &str, catalog: &Catalog) -> Result<Self, FilterError> {
        Ok(Self { terms: parse::terms(text, catalog)?, here: None })
    }

    /// The same with `here` for the provider that the attached cluster runs.
    #[must_use]
    pub fn at(self, here: Option<&str>) -> Self {
        Self { here: here.map(str::to_owned), ..self }
    }

    /// Whether it has no terms.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether a provider passes.
    pub fn matches(&self, provider: &Provider) -> bool {
        self.terms.iter().all(|term| term.test.holds(provider, self.here.as_deref()) != term.negated)
    }
}

impl Test {
    fn holds(&self, provider: &Provider, here: Option<&str>) -> bool {
        match self {
            Self::Word(word) => word.names(provider) || provider.cells.values().any(|cell| word.says(cell)),
            Self::Name(words) => words.iter().any(|word| word.names(provider)),
            Self::Status(all) => all.contains(&provider.status),
            Self::Role(all) => all.contains(&provider.role),
            Self::Here(all) => all.contains(&(here == Some(provider.id.as_str()))),
            Self::Cell(feature, all) => all.iter().any(|wanted| match wanted {
                Wanted::Level(level) => provider.level(feature) == *level,
                Wanted::Text(text) => provider.cell(feature).is_some_and(|cell| text.says(cell)),
            }),
            Self::Date(feature, compare, date) => provider
                .cell(feature)
                .and_then(|cell| date_in(&cell.value))
                .is_some_and(|found| compare.holds(found[..found.len().min(date.len())].cmp(date))),
            Self::Number(measure, compare, number) => {
                measure.of(provider).into_iter().any(|found| compare.holds(found.total_cmp(number)))
            }
        }
    }
}

impl Measure {
    fn of(&self, provider: &Provider) -> Vec<f64> {
        let newest = provider.adoption.iter().max_by(|a, b| a.as_of.cmp(&b.as_of));
        let counted = match self {
            Self::Stars => newest.and_then(|count| count.stars),
            Self::Contributors => newest.and_then(|count| count.contributors),
            Self::Forks => newest.and_then(|count| count.forks),
            Self::Limit(name) => {
                let named = |text: &String| text.to_lowercase().replace(' ', "-").contains(name);
                let limits = provider.limits.iter().filter(|limit| named(&limit.unit) || named(&limit.what));
                return limits.map(|limit| limit.number).collect();
            }
        };
        counted.map(f64::from).into_iter().collect()
    }
}

/// The first `YYYY-MM-DD` or `YYYY-MM` in a text.
fn date_in(text: &str) -> Option<&str> {
    let is_date = |word: &&str| {
        let parts: Vec<&str> = word.split('-').collect();
        let digits = |part: &&str, many: usize| part.len() == many && part.bytes().all(|byte| byte.is_ascii_digit());
        matches!(parts.as_slice(), [year, rest @ ..] if digits(year, 4) && (1..=2).contains(&rest.len())
            && rest.iter().all(|part| digits(part, 2)))
    };
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.')).find(is_date)
}

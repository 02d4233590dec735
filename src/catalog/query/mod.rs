//! Questions about the matrix: one filter language for screen and command line, and sorting.
//!
//! A filter is terms with blanks between them, and all must hold: words, `column:value`, `column:value,value`, `nodes<=100`,
//! `latest-release>2024-01`, each turned by `!`; quotes keep blanks and signs. A column is a feature by any of its names, or
//! name, status, role, here, installer. A value is a level or a part of what the cell says; small letters match capitals too.

mod parse;
mod sort;
mod suggest;

pub(super) use parse::find;
pub use sort::Sort;
pub use suggest::{Completion, completions};
pub(super) use suggest::{PSEUDO, nearest};

use super::{Catalog, Cell, Feature, FeatureKind, Level, Provider, Role, Status, Support, Unit};
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
    Installer(Vec<Pattern>),
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
    /// Thousandths of a core that the containers of a node request.
    Cpu,
    /// MiB that the containers of a node request.
    Memory,
    /// Limits that have this unit, or this in their subject.
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

/// Whether providers differ in a feature: in its level, or in what the matrix says of it in short. Whole sentences always differ
/// in their words, which says nothing. What is unknown is equal to nothing, itself included.
pub fn differ(feature: &Feature, providers: &[&Provider]) -> bool {
    let said = |provider: &Provider| {
        let cell = provider.cell(&feature.id).filter(|cell| cell.level != Level::Unknown)?;
        let words = if feature.kind == FeatureKind::Text && cell.short.is_empty() { &cell.value } else { &cell.short };
        Some((cell.level, words.to_lowercase()))
    };
    let mut all = providers.iter().map(|provider| said(provider));
    let first = all.next().flatten();
    first.is_none() || all.any(|other| other != first)
}

/// Text to look for. With a capital in it, case counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(pub(super) String);

impl Pattern {
    fn is_in(&self, text: &str) -> bool {
        if self.0.chars().any(char::is_uppercase) { text.contains(&self.0) } else { text.to_lowercase().contains(&self.0) }
    }

    fn names(&self, provider: &Provider) -> bool {
        [&provider.id, &provider.name].into_iter().chain(&provider.aliases).any(|name| self.is_in(name))
    }

    pub(super) fn says(&self, cell: &Cell) -> bool {
        let mut variants = cell.variants.iter();
        self.is_in(&cell.value) || self.is_in(&cell.short) || variants.any(|variant| self.is_in(&variant.value))
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
            Self::Installer(words) => provider
                .installers
                .iter()
                .any(|by| by.support != Support::Removed && words.iter().any(|word| word.is_in(&by.name))),
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
    /// What was counted, what containers request, else limits in that unit or of that subject.
    fn named(name: &str) -> Self {
        match name {
            "stars" => Self::Stars,
            "contributors" => Self::Contributors,
            "forks" => Self::Forks,
            "cpu" => Self::Cpu,
            "memory" => Self::Memory,
            _ => Self::Limit(name.to_owned()),
        }
    }

    fn of(&self, provider: &Provider) -> Vec<f64> {
        let newest = provider.adoption.iter().max_by(|a, b| a.as_of.cmp(&b.as_of));
        let number = match self {
            Self::Stars => newest.and_then(|count| count.stars).map(f64::from),
            Self::Contributors => newest.and_then(|count| count.contributors).map(f64::from),
            Self::Forks => newest.and_then(|count| count.forks).map(f64::from),
            Self::Cpu => provider.requested(Unit::MilliCpu),
            Self::Memory => provider.requested(Unit::Mebibytes),
            Self::Limit(name) => {
                let plain = |text: &str| text.to_lowercase().replace(' ', "-");
                let limits = provider.limits.iter();
                let named = limits.filter(|limit| plain(limit.unit.name()) == *name || plain(&limit.what).contains(name));
                return named.map(|limit| limit.number).collect();
            }
        };
        number.into_iter().collect()
    }

    /// The least of them, to sort by.
    fn least(&self, provider: &Provider) -> Option<f64> {
        self.of(provider).into_iter().min_by(f64::total_cmp)
    }
}

/// The first `YYYY-MM-DD` or `YYYY-MM` in a text.
pub(super) fn date_in(text: &str) -> Option<&str> {
    let is_date = |word: &&str| {
        let parts: Vec<&str> = word.split('-').collect();
        let digits = |part: &&str, many: usize| part.len() == many && part.bytes().all(|byte| byte.is_ascii_digit());
        matches!(parts.as_slice(), [year, rest @ ..] if digits(year, 4) && (1..=2).contains(&rest.len())
            && rest.iter().all(|part| digits(part, 2)))
    };
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.')).find(is_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEATURES: &str = "\
groups: [{ id: g, title: G }]
features:
  - { id: encryption, group: g, title: Encryption, short: Encryption, aliases: [wireguard], definition: d, levels: { yes: a, no: b } }
  - { id: data-plane, group: g, title: Data plane, short: Data plane, kind: text, definition: d }
  - { id: latest-release, group: g, title: Latest release, short: Release, kind: text, definition: d }
";

    fn provider(id: &str, status: &str, cells: &[(&str, &str, &str)], rest: &str) -> (String, String) {
        let mut text = format!(
            "id: {id}\nname: {id}\nrole: primary\nstatus: {status}\nsummary: s\nproject: {{ home: h, repository: r }}\n{rest}cells:\n"
        );
        let cell = |(feature, level, value): &(&str, &str, &str)| {
            format!("  {feature}: {{ level: {level}, value: \"{value}\", sources: [{{ ref: r, as_of: undated }}] }}\n")
        };
        text.extend(cells.iter().map(cell));
        (format!("providers/{id}.yaml"), text)
    }

    fn catalog() -> Catalog {
        let mesh = |number: u32| {
            format!("limits: [{{ what: full mesh, number: {number}, unit: nodes, source: {{ ref: r, as_of: undated }} }}]\n")
        };
        let stars = "adoption: [{ as_of: 2017-10, stars: 240, source: { ref: r, as_of: undated } }]\n";
        let files = [
            provider(
                "calico",
                "active",
                &[
                    ("encryption", "yes", "WireGuard"),
                    ("data-plane", "yes", "iptables, eBPF"),
                    ("latest-release", "yes", "v3 (2026-06-24)"),
                ],
                &format!("aliases: [tigera]\n{}{stars}", mesh(100)),
            ),
            provider(
                "cilium",
                "active",
                &[("encryption", "partial", "IPsec"), ("latest-release", "yes", "v1 (2026-07-29)")],
                &mesh(5000),
            ),
            provider("romana", "dead", &[("encryption", "no", "none"), ("latest-release", "yes", "v2 (2018-02-07)")], ""),
            provider("silent", "dormant", &[], ""),
        ];
        let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let (catalog, problems) = crate::catalog::load([("features.yaml", FEATURES)].into_iter().chain(files));
        assert_eq!(problems, []);
        catalog
    }

    fn found(filter: &str) -> String {
        let catalog = catalog();
        let filter = Filter::parse(filter, &catalog).unwrap().at(Some("calico"));
        let found = catalog.providers.iter().filter(|provider| filter.matches(provider)).map(|provider| provider.id.as_str());
        found.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn filters_find_what_they_say() {
        for (filter, expected) in [
            ("", "calico cilium romana silent"),
            ("ipsec", "cilium"),
            ("IPSEC", ""),
            ("tigera", "calico"),
            ("encryption:yes", "calico"),
            ("encryption:yes,partial", "calico cilium"),
            ("WireGuard:No", "romana"),
            ("encryption:unknown", "silent"),
            ("!encryption:yes", "cilium romana silent"),
            ("!!encryption:yes", "calico"),
            ("encryption:\"no\"", "romana"),
            ("encryption:wire", "calico"),
            ("\"data plane\":ebpf", "calico"),
            ("data-plane:\"iptables, eBPF\"", "calico"),
            ("status:active !name:cali", "cilium"),
            ("status:dead,dormant", "romana silent"),
            ("role:primary here:yes", "calico"),
            ("nodes<=100", "calico"),
            ("nodes>1k", "cilium"),
            ("full-mesh=5000", "cilium"),
            ("stars>=240", "calico"),
            ("latest-release>2024-01", "calico cilium"),
            ("release<=2018-02", "romana"),
            ("release>2026-06", "cilium"),
        ] {
            assert_eq!(found(filter), expected, "{filter}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_what_may_have_been_meant() {
        for (filter, expected) in [
            ("in encrytion:yes", "no column \"encrytion\", at 4; encryption?"),
            ("status:deda", "\"deda\" is none of active, dormant, dead, at 8; dead?"),
            ("encryption:", "no value after encryption:, at 12"),
            ("encryption:yes,", "no value after encryption:, at 16"),
            ("a \"b", "the quote is not closed, at 3"),
            (":yes", "no column in front, at 1"),
            ("a !", "nothing to look for, at 4"),
            ("nodes<=many", "\"many\" is no number, at 8"),
            ("encryption>3", "encryption compares with dates such as 2024-01, at 12"),
            ("name>a", "name has no order, at 1"),
            ("größe:1", "no column \"größe\", at 1"),
        ] {
            assert_eq!(Filter::parse(filter, &catalog()).unwrap_err().to_string(), expected, "{filter}");
        }
    }

    #[test]
    fn unknown_is_last_in_both_directions() {
        let catalog = catalog();
        let order = |column: &str| {
            let mut providers: Vec<&Provider> = catalog.providers.iter().collect();
            Sort::parse(column, &catalog).unwrap().apply(&mut providers, &catalog);
            providers.iter().map(|provider| provider.id.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(order("encryption"), "calico cilium romana silent");
        assert_eq!(order("-encryption"), "romana cilium calico silent");
        assert_eq!(order("release"), "romana calico cilium silent");
        assert_eq!(order("-name"), "silent romana cilium calico");
        assert_eq!(Sort::parse("-encrytion", &catalog).unwrap_err().to_string(), "no column \"encrytion\", at 2; encryption?");
    }

    #[test]
    fn columns_and_their_values_are_completed() {
        let catalog = catalog();
        let offered = |text: &str| {
            let all = completions(text, text.len(), &catalog);
            all.into_iter().map(|c| format!("{}{}", &text[..c.replaces.start], c.text)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(offered("x !enc"), "x !encryption:");
        assert_eq!(offered("wire"), "wireguard:");
        assert_eq!(offered("encryption:"), "encryption:yes encryption:no encryption:unknown");
        assert_eq!(offered("status:active,d"), "status:active,dormant status:active,dead");
    }

    #[test]
    fn no_text_makes_the_parser_fail_otherwise_than_by_an_error() {
        let catalog = catalog();
        for text in
            ["!", "\"", ":", "a:,", "<", "=>", "a\u{301}:b", "\u{202e}", "release>2024-99", "nodes<NaN", "a:\"\"", "a\u{a0}b"]
        {
            let _ = Filter::parse(text, &catalog);
            for at in 0..=text.len() {
                let _ = completions(text, at, &catalog);
            }
        }
    }
}

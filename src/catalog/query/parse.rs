//! The text of a filter into terms.

use super::suggest::{columns, nearest};
use super::{Compare, FilterError, Measure, Pattern, Term, Test, Wanted, date_in};
use crate::catalog::{Catalog, Feature, Level, Role, Status};

/// A piece of text between signs, and where it begins.
struct Piece {
    at: usize,
    text: String,
    quoted: bool,
}

struct Scanner {
    chars: Vec<char>,
    next: usize,
}

impl Scanner {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.next).copied()
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        let found = self.peek().is_some_and(wanted);
        self.next += usize::from(found);
        found
    }

    /// Text up to a blank or one of `stops`; quotes keep both.
    fn piece(&mut self, stops: &[char]) -> Result<Piece, FilterError> {
        let mut piece = Piece { at: self.next + 1, text: String::new(), quoted: false };
        while let Some(c) = self.peek().filter(|c| !c.is_whitespace() && !stops.contains(c)) {
            self.next += 1;
            if c != '"' {
                piece.text.push(c);
                continue;
            }
            piece.quoted = true;
            let from = self.next;
            let Some(length) = self.chars[from..].iter().position(|c| *c == '"') else {
                return Err(wrong(from, "the quote is not closed"));
            };
            piece.text.extend(&self.chars[from..from + length]);
            self.next = from + length + 1;
        }
        Ok(piece)
    }

    /// `:`, `=`, or a comparison.
    fn sign(&mut self) -> Option<(Compare, String)> {
        let sign = self.peek().filter(|c| OPERATORS.contains(c))?;
        self.next += 1;
        let or_equal = matches!(sign, '<' | '>') && self.take(|c| c == '=');
        Some(match (sign, or_equal) {
            ('<', true) => (Compare::AtMost, "<=".to_owned()),
            ('<', false) => (Compare::Less, "<".to_owned()),
            ('>', true) => (Compare::AtLeast, ">=".to_owned()),
            ('>', false) => (Compare::More, ">".to_owned()),
            (other, _) => (Compare::Equal, other.to_string()),
        })
    }
}

const OPERATORS: &[char] = &[':', '=', '<', '>'];

fn wrong(at: usize, message: impl Into<String>) -> FilterError {
    FilterError { at, message: message.into(), suggestion: None }
}

/// All terms of `text`.
pub(super) fn terms(text: &str, catalog: &Catalog) -> Result<Vec<Term>, FilterError> {
    let mut scanner = Scanner { chars: text.chars().collect(), next: 0 };
    let mut found = Vec::new();
    loop {
        while scanner.take(char::is_whitespace) {}
        if scanner.peek().is_none() {
            return Ok(found);
        }
        let mut negated = false;
        while scanner.take(|c| c == '!') {
            negated = !negated;
        }
        let name = scanner.piece(OPERATORS)?;
        let asked = match scanner.sign() {
            None if name.text.is_empty() => return Err(wrong(name.at, "nothing to look for")),
            None => Test::Word(Pattern(name.text)),
            Some(_) if name.text.is_empty() => return Err(wrong(name.at, "no column in front")),
            Some((compare, sign)) => {
                let mut values = vec![scanner.piece(&[','])?];
                while scanner.take(|c| c == ',') {
                    values.push(scanner.piece(&[','])?);
                }
                if let Some(empty) = values.iter().find(|value| value.text.is_empty() && !value.quoted) {
                    return Err(wrong(empty.at, format!("no value after {}{sign}", name.text)));
                }
                column(&name, compare, &values, catalog)?
            }
        };
        found.push(Term { negated, test: asked });
    }
}

/// A column with what is asked of it.
fn column(name: &Piece, compare: Compare, values: &[Piece], catalog: &Catalog) -> Result<Test, FilterError> {
    let column = name.text.to_lowercase().replace(' ', "-");
    if let Some(measure) = measure(&column, catalog) {
        return number(&values[0]).map(|number| Test::Number(measure, compare, number));
    }
    let pseudo = match column.as_str() {
        "name" => Some(Test::Name(values.iter().map(|value| Pattern(value.text.clone())).collect())),
        "status" => Some(Test::Status(one_of(values, Status::ALL.map(|status| (status.name(), status)))?)),
        "role" => Some(Test::Role(one_of(values, Role::ALL.map(|role| (role.name(), role)))?)),
        "here" => Some(Test::Here(one_of(values, [("yes", true), ("no", false)])?)),
        "installer" => Some(Test::Installer(values.iter().map(|value| Pattern(value.text.clone())).collect())),
        _ => None,
    };
    let feature = find(&column, catalog);
    match (compare, pseudo, feature) {
        (Compare::Equal, Some(test), _) => Ok(test),
        (Compare::Equal, None, Some(feature)) => Ok(Test::Cell(feature.id.clone(), values.iter().map(wanted).collect())),
        (_, _, Some(feature)) => match date_in(&values[0].text) {
            Some(date) if date == values[0].text => Ok(Test::Date(feature.id.clone(), compare, date.to_owned())),
            _ => Err(wrong(values[0].at, format!("{column} compares with dates such as 2024-01"))),
        },
        (_, Some(_), None) => Err(wrong(name.at, format!("{column} has no order"))),
        (_, None, None) => Err(FilterError {
            at: name.at,
            message: format!("no column \"{}\"", name.text),
            suggestion: nearest(&column, columns(catalog)),
        }),
    }
}

/// The feature that `name` names, in small letters with `-` for blanks.
pub(in crate::catalog) fn find<'a>(name: &str, catalog: &'a Catalog) -> Option<&'a Feature> {
    catalog.features.iter().find(|feature| feature.names().any(|own| own == name))
}

fn wanted(value: &Piece) -> Wanted {
    let level = match value.text.to_lowercase().as_str() {
        "na" | "-" => Some(Level::NotApplicable),
        "?" => Some(Level::Unknown),
        name => Level::ALL.into_iter().find(|level| level.name() == name),
    };
    level.filter(|_| !value.quoted).map_or_else(|| Wanted::Text(Pattern(value.text.clone())), Wanted::Level)
}

/// Numbers by name, as far as any provider has such a number. Features come first.
pub(super) fn measure(name: &str, catalog: &Catalog) -> Option<Measure> {
    let measure = Measure::named(name);
    let is_known = !matches!(measure, Measure::Limit(_)) || catalog.providers.iter().any(|each| !measure.of(each).is_empty());
    (find(name, catalog).is_none() && is_known).then_some(measure)
}

/// `100`, `1.5`, `2k`.
fn number(value: &Piece) -> Result<f64, FilterError> {
    let (digits, factor) = value.text.strip_suffix('k').map_or((value.text.as_str(), 1.0), |digits| (digits, 1000.0));
    let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
    number.map(|number| number * factor).ok_or_else(|| wrong(value.at, format!("\"{}\" is no number", value.text)))
}

/// Values of a closed set.
fn one_of<T: Copy, const N: usize>(values: &[Piece], known: [(&'static str, T); N]) -> Result<Vec<T>, FilterError> {
    let find = |value: &Piece| {
        let text = value.text.to_lowercase();
        known.iter().find(|(name, _)| *name == text).map(|(_, one)| *one).ok_or_else(|| FilterError {
            at: value.at,
            message: format!("\"{}\" is none of {}", value.text, known.map(|(name, _)| name).join(", ")),
            suggestion: nearest(&text, known.iter().map(|(name, _)| (*name).to_owned())),
        })
    };
    values.iter().map(find).collect()
}

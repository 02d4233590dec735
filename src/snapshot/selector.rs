//! Label selectors, as the API has them: all requirements must hold. An empty selector selects everything.

use super::{Labels, Text};

/// A label selector. `matchLabels` became requirements of one value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Selector {
    /// What must hold, all of it.
    pub requirements: Vec<Requirement>,
}

/// One condition on a label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// Key of the label.
    pub key: Text,
    /// How it is compared.
    pub operator: Operator,
    /// With what; empty for `Exists` and `DoesNotExist`.
    pub values: Vec<Text>,
}

/// How a label is compared. A missing key satisfies `NotIn` and `DoesNotExist` (NP-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The value is one of these.
    In,
    /// There is no such label, or its value is none of these.
    NotIn,
    /// There is such a label.
    Exists,
    /// There is no such label.
    DoesNotExist,
}

impl Selector {
    /// A selector of exactly these labels.
    pub fn of_labels(labels: &Labels) -> Self {
        let requirements = labels
            .iter()
            .map(|(key, value)| Requirement { key: key.clone(), operator: Operator::In, values: vec![value.clone()] })
            .collect();
        Self { requirements }
    }

    /// Whether it selects everything.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether it selects an object with these labels.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|requirement| requirement.holds(labels))
    }
}

impl Requirement {
    /// Whether it holds for these labels.
    pub fn holds(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            Operator::In => value.is_some_and(|v| self.values.contains(v)),
            Operator::NotIn => value.is_none_or(|v| !self.values.contains(v)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::new(pairs.iter().map(|(k, v)| (Text::new(k), Text::new(v))).collect())
    }

    fn one(operator: Operator, values: &[&str]) -> Selector {
        let values = values.iter().map(|v| Text::new(v)).collect();
        Selector { requirements: vec![Requirement { key: "app".into(), operator, values }] }
    }

    #[test]
    fn an_empty_selector_selects_everything() {
        assert!(Selector::default().matches(&labels(&[])));
    }

    #[test]
    fn not_in_is_satisfied_by_a_missing_key() {
        let (web, other, none) = (labels(&[("app", "web")]), labels(&[("app", "db")]), labels(&[]));
        for (operator, expected) in [
            (Operator::In, [true, false, false]),
            (Operator::NotIn, [false, true, true]),
            (Operator::Exists, [true, true, false]),
            (Operator::DoesNotExist, [false, false, true]),
        ] {
            let selector = one(operator, &["web"]);
            assert_eq!([&web, &other, &none].map(|l| selector.matches(l)), expected, "{operator:?}");
        }
    }
}

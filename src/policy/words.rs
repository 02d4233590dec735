//! Selectors and scopes as sentences say them, spelled once: by policies, their steps, lints and both front-ends.

use super::model::{Namespaces, Scope};
use super::world::NAMESPACE_NAME;
use crate::snapshot::{Operator, Requirement, Selector, Text};

/// A selector as people write it to kubectl; `all pods` if it selects everything.
pub fn spell(selector: &Selector) -> String {
    if selector.is_empty() {
        return "all pods".to_owned();
    }
    let term = |Requirement { key, operator, values }: &Requirement| {
        let list = values.iter().map(Text::as_str).collect::<Vec<_>>().join(", ");
        match operator {
            Operator::In if values.len() == 1 => format!("{key}={list}"),
            Operator::In => format!("{key} in ({list})"),
            Operator::NotIn => format!("{key} notin ({list})"),
            Operator::Exists => key.to_string(),
            Operator::DoesNotExist => format!("!{key}"),
        }
    };
    selector.requirements.iter().map(term).collect::<Vec<_>>().join(", ")
}

/// Whom a scope means: `pods app=web of namespace shop`, `all pods of namespaces team=a`, `all pods of all namespaces`.
pub fn spell_scope(Scope { namespaces, pods }: &Scope) -> String {
    let pods = if pods.is_empty() { "all pods".to_owned() } else { format!("pods {}", spell(pods)) };
    match namespaces {
        Namespaces::Named(name) => format!("{pods} of namespace {name}"),
        Namespaces::Matching(selector) => match named(selector) {
            Some(name) => format!("{pods} of namespace {name}"),
            None if selector.is_empty() => format!("{pods} of all namespaces"),
            None => format!("{pods} of namespaces {}", spell(selector)),
        },
    }
}

/// The one namespace that a selector names by the label that every namespace bears (NP-13).
fn named(selector: &Selector) -> Option<&Text> {
    match selector.requirements.as_slice() {
        [Requirement { key, operator: Operator::In, values }] if *key == *NAMESPACE_NAME && values.len() == 1 => values.first(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(key: &str, operator: Operator, values: &[&str]) -> Selector {
        let values = values.iter().map(|value| Text::new(value)).collect();
        Selector { requirements: vec![Requirement { key: key.into(), operator, values }] }
    }

    #[test]
    fn selectors_read_as_kubectl_takes_them() {
        let all = [
            (Operator::In, &["a", "b"][..], "app in (a, b)"),
            (Operator::NotIn, &["a"], "app notin (a)"),
            (Operator::Exists, &[], "app"),
            (Operator::DoesNotExist, &[], "!app"),
        ];
        for (operator, values, expected) in all {
            assert_eq!(spell(&one("app", operator, values)), expected);
        }
    }

    #[test]
    fn a_scope_names_its_namespaces() {
        let said = |namespaces| spell_scope(&Scope { namespaces, pods: one("app", Operator::In, &["web"]) });
        assert_eq!(said(Namespaces::Named("shop".into())), "pods app=web of namespace shop");
        assert_eq!(said(Namespaces::Matching(one(NAMESPACE_NAME, Operator::In, &["shop"]))), "pods app=web of namespace shop");
        assert_eq!(said(Namespaces::Matching(one("team", Operator::In, &["a"]))), "pods app=web of namespaces team=a");
        assert_eq!(
            spell_scope(&Scope { namespaces: Namespaces::Matching(Selector::default()), pods: Selector::default() }),
            "all pods of all namespaces"
        );
    }
}

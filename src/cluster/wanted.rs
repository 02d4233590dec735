//! What is read besides what always is: the `ConfigMaps`, and the fields of custom resources, that the catalogue asks for.

use crate::catalog::{Catalog, Condition, Detect, Subject};
use crate::snapshot::{Kind, Pointer, Wanted};

/// What detection looks into, each once. A `ConfigMap` that is wanted from any namespace is not listed for one.
pub fn wanted(catalog: &Catalog) -> Vec<Wanted> {
    of(catalog.providers.iter().map(|provider| &provider.detect))
}

fn of<'a>(detects: impl Iterator<Item = &'a Detect>) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = detects.flat_map(Detect::conditions).filter_map(named).collect();
    all.sort();
    all.dedup();
    let anywhere = |one: &Wanted| matches!(one, Wanted::ConfigMap { namespace: None, .. });
    let names: Vec<Wanted> = all.iter().filter(|one| anywhere(one)).cloned().collect();
    let elsewhere = |one: &Wanted| match one {
        Wanted::ConfigMap { namespace: Some(_), name } => {
            names.contains(&Wanted::ConfigMap { namespace: None, name: name.clone() })
        }
        _ => false,
    };
    all.retain(|one| !elsewhere(one));
    all
}

fn named(condition: &Condition) -> Option<Wanted> {
    if condition.subject == Subject::CustomResource {
        let (kind, pointer) = (Kind::of_crd(&condition.name)?, Pointer::new(condition.pointer.as_deref()?)?);
        return Some(Wanted::Field { kind, pointer });
    }
    let (namespace, name) = condition.config_map.as_deref()?.split_once('/')?;
    let namespace = Some(namespace).filter(|namespace| *namespace != "*").map(str::to_owned);
    Some(Wanted::ConfigMap { namespace, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, Hint};

    fn hint(when: Condition) -> Hint {
        Hint { when, says: String::new() }
    }

    #[test]
    fn each_config_map_is_wanted_once_and_any_namespace_includes_each() {
        let map = |name: &str| hint(Condition { config_map: Some(name.to_owned()), ..Condition::default() });
        let hints = ["kube-system/a", "*/b", "kube-system/b", "kube-system/a", "kube-flannel/a"].map(map).into();
        let detect = Detect { hints, ..Detect::default() };
        let expected = [(None, "b"), (Some("kube-flannel"), "a"), (Some("kube-system"), "a")];
        let expected = expected
            .map(|(namespace, name)| Wanted::ConfigMap { namespace: namespace.map(str::to_owned), name: name.to_owned() });
        assert_eq!(of(std::iter::once(&detect)), expected);
    }

    #[test]
    fn a_field_of_a_custom_resource_is_wanted_of_its_kind() {
        let when = Condition {
            subject: Subject::CustomResource,
            name: "ippools.crd.projectcalico.org".to_owned(),
            pointer: Some("/spec/ipipMode".to_owned()),
            ..Condition::default()
        };
        let detect = Detect { hints: vec![hint(when)], ..Detect::default() };
        let pointer = Pointer::new("/spec/ipipMode").unwrap();
        assert_eq!(of(std::iter::once(&detect)), [Wanted::Field { kind: Kind::IpPool, pointer }]);
    }

    #[test]
    fn every_custom_resource_that_the_catalogue_names_is_one_that_is_read() {
        let catalog = catalog::embedded().0;
        let conditions = catalog.providers.iter().flat_map(|provider| provider.detect.conditions());
        for condition in conditions.filter(|condition| condition.subject == Subject::CustomResource) {
            assert!(Kind::of_crd(&condition.name).is_some(), "{}", condition.name);
            assert!(condition.pointer.iter().all(|pointer| Pointer::new(pointer).is_some()), "{condition:?}");
        }
    }
}

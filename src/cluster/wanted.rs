//! What is read besides what always is: the `ConfigMaps`, and the fields of custom resources, that the catalogue asks for.

use crate::catalog::{Catalog, Condition, Detect, Subject};
use crate::snapshot::{Kind, Pointer, Wanted};

/// What detection looks into, each once. A `ConfigMap` that is wanted from any namespace is not listed for one.
pub fn wanted(catalog: &Catalog) -> Vec<Wanted> {
    of(catalog.providers.iter().map(|provider| &provider.detect))
}

fn of<'a>(detects: impl Iterator<Item = &'a Detect>) -> Vec<Wanted> {
    let asked = |detect: &'a Detect| {
        let pools = detect.pools.iter().flat_map(|pool| [(&pool.kind, &pool.available), (&pool.kind, &pool.used)]);
        let fields = pools.filter_map(|(kind, pointer)| field(kind, pointer));
        detect.conditions().filter_map(named).chain(fields).collect::<Vec<_>>()
    };
    let mut all: Vec<Wanted> = detects.flat_map(asked).collect();
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
        return field(&condition.name, condition.pointer.as_deref()?);
    }
    let (namespace, name) = condition.config_map.as_deref()?.split_once('/')?;
    let namespace = Some(namespace).filter(|namespace| *namespace != "*").map(str::to_owned);
    Some(Wanted::ConfigMap { namespace, name: name.to_owned() })
}

/// A field of the custom resources of a kind, named `plural.group`.
fn field(kind: &str, pointer: &str) -> Option<Wanted> {
    Some(Wanted::Field { kind: Kind::of_crd(kind)?, pointer: Pointer::new(pointer)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, Hint, PoolRule};

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
        for detect in catalog.providers.iter().map(|provider| &provider.detect) {
            assert!(detect.reports.iter().all(|report| Kind::of_crd(&report.kind).is_some()), "{:?}", detect.reports);
            let sound = |pool: &PoolRule| field(&pool.kind, &pool.available).is_some() && field(&pool.kind, &pool.used).is_some();
            assert!(detect.pools.iter().all(sound), "{:?}", detect.pools);
        }
    }
}

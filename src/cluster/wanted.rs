//! Which `ConfigMaps` are read: those that a condition of the catalogue names, and no others.

use crate::catalog::{Catalog, Condition, Detect};

/// A `ConfigMap` to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Its namespace; none looks in all.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// The `ConfigMaps` that detection looks into, each once. A name that is wanted from any namespace is not listed for one.
pub fn wanted(catalog: &Catalog) -> Vec<Wanted> {
    of(catalog.providers.iter().map(|provider| &provider.detect))
}

fn of<'a>(detects: impl Iterator<Item = &'a Detect>) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = detects.flat_map(conditions).filter_map(named).collect();
    all.sort();
    all.dedup();
    let anywhere: Vec<String> = all.iter().filter(|one| one.namespace.is_none()).map(|one| one.name.clone()).collect();
    all.retain(|one| one.namespace.is_none() || !anywhere.contains(&one.name));
    all
}

fn conditions(detect: &Detect) -> impl Iterator<Item = &Condition> {
    let agents = detect.agents.iter().flat_map(|agent| &agent.when);
    let hints = detect.hints.iter().map(|hint| &hint.when);
    let modes = detect.mode.iter().flat_map(|rule| &rule.when);
    let kinds = detect.enforces.kinds_when.iter().flat_map(|rule| &rule.when);
    agents.chain(hints).chain(modes).chain(kinds).chain(&detect.enforces.off_when)
}

fn named(condition: &Condition) -> Option<Wanted> {
    let (namespace, name) = condition.config_map.as_deref()?.split_once('/')?;
    let namespace = Some(namespace).filter(|namespace| *namespace != "*").map(str::to_owned);
    Some(Wanted { namespace, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Hint;

    #[test]
    fn each_config_map_is_wanted_once_and_any_namespace_includes_each() {
        let hint = |config_map: &str| Hint {
            when: Condition { config_map: Some(config_map.to_owned()), ..Condition::default() },
            says: String::new(),
        };
        let hints = ["kube-system/a", "*/b", "kube-system/b", "kube-system/a", "kube-flannel/a"].map(hint).into();
        let detect = Detect { hints, ..Detect::default() };
        let names: Vec<_> = of(std::iter::once(&detect)).into_iter().map(|one| (one.namespace, one.name)).collect();
        let expected = [(None, "b"), (Some("kube-flannel"), "a"), (Some("kube-system"), "a")];
        assert_eq!(names, expected.map(|(namespace, name)| (namespace.map(str::to_owned), name.to_owned())));
    }
}

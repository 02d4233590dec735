//! What reading needs: the `ClusterRole` that is shipped, and which of its rules gives which kind.

use crate::snapshot::Kind;

/// The `ClusterRole` for reading, as YAML: everything that [`super::attach`] asks for, and nothing else.
pub const READ_ROLE: &str = include_str!("../../data/rbac/read.yaml");

/// What probing needs beside [`READ_ROLE`], as YAML: a namespace, and roles for it. `probe::RIGHTS` is what is used of it.
pub const PROBE_ROLE: &str = include_str!("../../data/rbac/probe.yaml");

/// The number of the rule of [`READ_ROLE`] that gives `kind`, from 1.
pub const fn rule(kind: Kind) -> usize {
    kind.rule()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::cluster::wanted;
    use crate::probe::{RIGHTS, Right};
    use crate::snapshot::Wanted;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Role {
        rules: Vec<Rule>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Rule {
        api_groups: Vec<String>,
        resources: Vec<String>,
        #[serde(default)]
        resource_names: Vec<String>,
        verbs: Vec<String>,
    }

    fn rules() -> Vec<Rule> {
        serde_yaml::from_str::<Role>(READ_ROLE).unwrap().rules
    }

    #[test]
    fn the_role_of_probes_gives_what_they_use_by_the_rules_that_are_named_and_nothing_else() {
        let documents = serde_yaml::Deserializer::from_str(PROBE_ROLE).map(|one| serde_yaml::Value::deserialize(one).unwrap());
        let parts = documents.filter(|one| one.get("rules").is_some());
        let rules: Vec<Rule> = parts.flat_map(|one| serde_yaml::from_value::<Role>(one).unwrap().rules).collect();
        let mut given: Vec<(Option<usize>, String)> = Vec::new();
        for (at, rule) in rules.iter().enumerate() {
            for (verb, resource) in rule.verbs.iter().flat_map(|verb| rule.resources.iter().map(move |one| (verb, one))) {
                given.push((Some(at + 1), format!("{verb} {resource} {} {:?}", rule.api_groups[0], rule.resource_names)));
            }
        }
        let used = |right: &Right| {
            let sub = if right.subresource.is_empty() { "" } else { "/" };
            let names: Vec<&str> = [right.name()].into_iter().filter(|name| !name.is_empty()).collect();
            (right.rule, format!("{} {}{sub}{} {} {names:?}", right.verb, right.resource, right.subresource, right.group))
        };
        let mut used: Vec<_> = RIGHTS.iter().map(used).collect();
        given.sort();
        used.sort();
        assert_eq!(given, used);
    }

    #[test]
    fn every_kind_is_given_by_the_rule_that_is_named_and_only_to_list_and_watch() {
        let rules = rules();
        for kind in Kind::ALL {
            let rule = &rules[rule(kind) - 1];
            let path = kind.path(None);
            assert!(rule.resources.iter().any(|one| path.ends_with(&format!("/{one}"))), "{path}");
            assert!(path.contains(&rule.api_groups[0]), "{path}");
        }
        assert!(rules.iter().all(|rule| rule.verbs == ["list", "watch"]));
        assert_eq!(rules.iter().map(|rule| rule.resources.len()).sum::<usize>(), Kind::ALL.len(), "nothing else is given");
    }

    #[test]
    fn the_rule_names_every_config_map_that_detection_reads() {
        let rules = rules();
        let names = &rules[rule(Kind::ConfigMap) - 1].resource_names;
        assert!(!names.is_empty(), "an empty list of names would give all ConfigMaps");
        for one in wanted(&catalog::embedded().0) {
            if let Wanted::ConfigMap { name, .. } = one {
                assert!(names.contains(&name), "{name} is wanted and not given");
            }
        }
    }
}

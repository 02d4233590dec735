//! The lists that everything rests on: how complete each is, what depends on it, and what would give it.
//!
//! A list that is live has no sign. It does not know why anybody wants the list. What gives a list, `snapshot::kinds` says.

use super::words::lowered;
use super::{Role, age, count, counted, state_sign};
use crate::snapshot::{Kind, Snapshot, State};
use jiff::Timestamp;

/// The `ClusterRole`, as `cnitui rbac read` prints it.
const READ: &str = include_str!("../../data/rbac/read.yaml");

/// What is not known without a list.
fn gives(kind: Kind) -> &'static str {
    match kind {
        Kind::Node => "nodes, enforcement",
        Kind::Namespace => "coverage, reach",
        Kind::Pod => "agents, coverage",
        Kind::Service => "reach",
        Kind::DaemonSet => "provider, version, enforcement",
        Kind::Deployment => "operators, controllers",
        Kind::NetworkPolicy => "policies, coverage",
        Kind::Crd => "provider, policy kinds",
        Kind::TigeraStatus | Kind::AntreaAgentInfo | Kind::ClusterOperator => "health",
        Kind::Subnet => "mode, addresses",
        Kind::EniConfig => "addresses",
        Kind::Ingress | Kind::HttpRoute => "ways in",
        policy if policy.is_policy() => "policies, reach",
        _ => "mode",
    }
}

/// The group of a kind as rules of rights spell it.
fn group(kind: Kind) -> &'static str {
    if kind.group().is_empty() { "\"\"" } else { kind.group() }
}

/// One list in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Which.
    pub kind: Kind,
    /// Its sign and role; none of one that is live.
    pub sign: Option<(&'static str, Role)>,
    /// How complete it is, such as `stale 6m`.
    pub state: String,
    /// What rests on it, such as `provider, version, enforcement`.
    pub gives: &'static str,
    /// Why it is not live and what will happen, such as `connection reset; trying again in 8s`.
    pub detail: String,
}

/// All lists that are missing, in the order of [`Kind::ALL`]. `now` is for ages.
pub fn lists_not_live(snapshot: &Snapshot, now: Timestamp) -> Vec<ListRow> {
    snapshot.sources.missing().map(|kind| list_row(snapshot, kind, now)).collect()
}

/// The lists that are live, as one sentence: `CRD 43, Node 12, ...`, the longest first.
pub fn lists_live(snapshot: &Snapshot) -> String {
    let mut live: Vec<_> = snapshot.sources.iter().filter(|(_, source)| source.state == State::Live).collect();
    live.sort_by_key(|(_, source)| std::cmp::Reverse(source.items));
    live.iter().map(|(kind, source)| format!("{} {}", short(*kind), count(source.items))).collect::<Vec<_>>().join(", ")
}

/// One list in words.
pub fn list_row(snapshot: &Snapshot, kind: Kind, now: Timestamp) -> ListRow {
    let source = snapshot.sources.of(kind);
    let (gives, rule) = (gives(kind), kind.rule());
    let (state, detail) = match &source.state {
        State::Live => ("live".to_owned(), count(source.items)),
        State::Syncing { of: Some(of) } => {
            (format!("{} of {}", count(source.items), count(*of)), "being read; counts say so far".into())
        }
        State::Syncing { of: None } => (format!("{} so far", count(source.items)), "being read".into()),
        State::Partial { skipped } => ("in part".into(), format!("{} could not be read", counted(*skipped, "object", "objects"))),
        State::Stale { since, why, retry_at } => {
            (format!("stale {}", age(*since, now)), format!("{why}{}", retry(*retry_at, now)))
        }
        State::Failed { why, retry_at } => ("failed".into(), format!("{why}{}", retry(*retry_at, now))),
        State::Forbidden { .. } => ("forbidden".into(), format!("rule {rule} of the ClusterRole gives it")),
        State::Absent => ("absent".into(), "not served here".into()),
        State::Unknown => ("not read".into(), format!("none among the objects; kubectl get {} -A -o yaml", kind.plural())),
    };
    ListRow { kind, sign: state_sign(&source.state), state, gives, detail }
}

/// Why a list says nothing, as the end of a sentence.
pub fn why_not(kind: Kind, state: &State) -> String {
    let kinds = kind.several();
    match state {
        State::Live => format!("{kinds} are known"),
        State::Syncing { .. } => format!("{kinds} are still being read"),
        State::Partial { skipped } => format!("{skipped} of the {kinds} could not be read"),
        State::Stale { why, .. } => format!("the list of {kinds} is stale, {why}"),
        State::Failed { why, .. } => format!("{kinds} could not be read: {}", lowered(why.trim_end_matches('.'))),
        State::Forbidden { .. } => format!("you may not list {kinds}"),
        State::Absent => format!("the server serves no {kinds}"),
        State::Unknown => format!("there are no {kinds} among the objects"),
    }
}

/// How complete a list is, in one word.
pub const fn state_word(state: &State) -> &'static str {
    match state {
        State::Live => "live",
        State::Syncing { .. } => "being read",
        State::Partial { .. } => "in part",
        State::Stale { .. } => "stale",
        State::Failed { .. } => "failed",
        State::Forbidden { .. } => "forbidden",
        State::Absent => "absent",
        State::Unknown => "not read",
    }
}

/// The rule of the `ClusterRole` that gives the list of `kind`, as YAML on one line.
pub fn list_rule(kind: Kind) -> String {
    rule(group(kind), kind.plural(), &config_maps(kind))
}

/// The `ConfigMaps` that the rule of their list names; empty of other kinds, of which all objects are read.
fn config_maps(kind: Kind) -> Vec<&'static str> {
    let named = READ.lines().filter_map(|line| line.strip_prefix("      - "));
    if kind == Kind::ConfigMap { named.collect() } else { Vec::new() }
}

/// The rules that would give the lists that are forbidden, those of one group together. `ConfigMaps` are given by name, and nobody
/// is asked for all of them.
pub fn list_rules(snapshot: &Snapshot) -> Vec<String> {
    let forbidden = |kind: &Kind| matches!(snapshot.sources.of(*kind).state, State::Forbidden { .. });
    let mut rules: Vec<(&str, Vec<&str>)> = Vec::new();
    let (by_name, whole): (Vec<Kind>, Vec<Kind>) =
        Kind::ALL.into_iter().filter(forbidden).partition(|kind| *kind == Kind::ConfigMap);
    for kind in whole {
        match rules.iter_mut().find(|(known, _)| *known == group(kind)) {
            Some((_, resources)) => resources.push(kind.plural()),
            None => rules.push((group(kind), vec![kind.plural()])),
        }
    }
    let all = rules.iter().flat_map(|(_, resources)| resources.iter().copied()).collect::<Vec<_>>().join(",");
    let mut lines: Vec<String> = rules.iter().map(|(group, resources)| rule(group, &resources.join(", "), &[])).collect();
    lines.extend(by_name.into_iter().map(list_rule));
    if !rules.is_empty() {
        lines.push("Or from someone who may:".to_owned());
        lines.push(format!("kubectl get {all} -A -o yaml | cnitui status --from -"));
    }
    lines
}

fn rule(group: &str, resources: &str, names: &[&str]) -> String {
    let names = if names.is_empty() { String::new() } else { format!("resourceNames: [{}]  ", names.join(", ")) };
    format!("apiGroups: [{group}]  resources: [{resources}]  {names}verbs: [list, watch]")
}

/// The kind where there is little room.
pub const fn short(kind: Kind) -> &'static str {
    match kind {
        Kind::Crd => "CRD",
        other => other.name(),
    }
}

fn retry(at: Option<Timestamp>, now: Timestamp) -> String {
    match at.map(|at| at.as_second() - now.as_second()) {
        None => String::new(),
        Some(..=0) => "; trying again".into(),
        Some(seconds) => format!("; trying again in {seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Source;

    fn snapshot(kind: Kind, state: State, items: usize) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for any in Kind::ALL {
            snapshot.sources.of_mut(any).state = State::Live;
        }
        *snapshot.sources.of_mut(kind) = Source { state, items };
        snapshot
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::new(second, 0).unwrap()
    }

    #[test]
    fn a_forbidden_list_names_the_rule_that_gives_it() {
        let snapshot = snapshot(Kind::DaemonSet, State::Forbidden { why: "no".into() }, 0);
        let rows = lists_not_live(&snapshot, at(0));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].sign, Some(("⊘", Role::Unknown)));
        assert_eq!(rows[0].gives, "provider, version, enforcement");
        assert_eq!(rows[0].detail, "rule 2 of the ClusterRole gives it");
        assert_eq!(list_rule(Kind::DaemonSet), "apiGroups: [apps]  resources: [daemonsets]  verbs: [list, watch]");
        assert_eq!(list_rule(Kind::Pod), "apiGroups: [\"\"]  resources: [pods]  verbs: [list, watch]");
    }

    #[test]
    fn config_maps_are_asked_for_by_their_names_and_never_all_of_them() {
        let snapshot = snapshot(Kind::ConfigMap, State::Forbidden { why: "no".into() }, 0);
        let rules = list_rules(&snapshot);
        assert_eq!(rules.len(), 1);
        let start = "apiGroups: [\"\"]  resources: [configmaps]  resourceNames: [antrea-config, calico-config,";
        assert!(rules[0].starts_with(start), "{rules:?}");
    }

    #[test]
    fn a_stale_list_says_how_old_it_is_and_what_happens() {
        let state = State::Stale { since: at(0), why: "connection reset".into(), retry_at: Some(at(368)) };
        let row = list_row(&snapshot(Kind::Pod, state, 3), Kind::Pod, at(360));
        assert_eq!(row.state, "stale 6m");
        assert!(row.detail.ends_with("connection reset; trying again in 8s"), "{}", row.detail);
    }

    #[test]
    fn a_list_that_is_being_read_counts() {
        let row = list_row(&snapshot(Kind::Pod, State::Syncing { of: Some(150_000) }, 41_500), Kind::Pod, at(0));
        assert_eq!(row.state, "41,500 of 150,000");
        assert_eq!(lists_live(&snapshot(Kind::Pod, State::Live, 1234)).split(", ").next(), Some("Pod 1,234"));
    }
}

//! Two moments of one cluster, and what changed from one to the other.
//!
//! To tell of another kind of object: a function beside `nodes`, and its line in [`between`].

use super::{Change, Moment, Turn};
use crate::detect::{Agent, Mode, Verdict};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{
    ClusterPolicy, ConfigMap, Container, ForeignPolicy, Kind, Link, NetworkPolicy, Node, Snapshot, State, Table, Text,
    WorkloadKind, export,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that changed between two moments of one cluster, all seen at the later one. Nothing while `before` was still
/// being read.
pub fn between(before: Moment<'_>, after: Moment<'_>) -> Vec<Change> {
    let (was, is) = (before.snapshot, after.snapshot);
    let is_syncing = |kind| matches!(was.sources.of(kind).state, State::Syncing { .. });
    let is_unknown = |kind| was.sources.of(kind).state == State::Unknown;
    if was.origin != is.origin || was.sources.counted().any(is_syncing) || was.sources.counted().all(is_unknown) {
        return Vec::new();
    }
    let mut changes = Changes { at: is.taken_at, found: Vec::new() };
    changes.link(&was.link, &is.link);
    changes.verdicts(before, after);
    changes.findings(before, after);
    let seen = |kind| [was, is].iter().all(|snapshot| snapshot.sources.is_known(kind));
    for (kind, workload) in [(Kind::DaemonSet, WorkloadKind::DaemonSet), (Kind::Deployment, WorkloadKind::Deployment)] {
        if seen(kind) {
            changes.agents(workload, &before.assessment.detection.agents, &after.assessment.detection.agents);
        }
    }
    if seen(Kind::ConfigMap) {
        changes.config_maps(&was.config_maps, &is.config_maps);
    }
    if seen(Kind::Node) {
        changes.nodes(&was.nodes, &is.nodes);
    }
    if seen(Kind::NetworkPolicy) {
        changes.policies(&was.policies, &is.policies);
    }
    changes.cluster_policies(&was.cluster_policies, &is.cluster_policies, seen);
    changes.foreign_policies(&was.foreign_policies, &is.foreign_policies, seen);
    changes.found
}

struct Changes {
    at: Timestamp,
    found: Vec<Change>,
}

impl Changes {
    fn add(&mut self, turn: Turn, object: Object, what: impl Into<String>) {
        self.put(turn, object, what, Value::Null, Value::Null);
    }

    fn put(&mut self, turn: Turn, object: Object, what: impl Into<String>, before: Value, after: Value) {
        self.found.push(Change { at: self.at, turn, object, what: what.into(), before, after });
    }

    /// Something that is there now or gone, with what it says.
    fn came_or_went(&mut self, object: Object, came: bool, says: Value) {
        if came {
            self.put(Turn::Added, object, "new", Value::Null, says);
        } else {
            self.put(Turn::Removed, object, "gone", says, Value::Null);
        }
    }

    fn link(&mut self, before: &Link, after: &Link) {
        match (before.is_down(), after) {
            (false, Link::Down { why, .. } | Link::LoggedOut { why, .. }) => {
                self.add(Turn::Blind, Object::default(), format!("not watching: {why}"));
            }
            (true, Link::Up) => self.add(Turn::Seeing, Object::default(), "watching again"),
            _ => {}
        }
    }

    /// Who moves packets and how, and whether policy is enforced. What became unknown, or was, did not change: of what is not seen
    /// there are findings.
    fn verdicts(&mut self, before: Moment<'_>, after: Moment<'_>) {
        let (was, is) = (&before.assessment.detection, &after.assessment.detection);
        let known = |verdict: Verdict| (verdict != Verdict::Unknown).then(|| verdict.name().to_owned());
        let mut rows = vec![
            ("provider", was.network.provider.clone(), is.network.provider.clone()),
            ("policy", known(was.policy.verdict), known(is.policy.verdict)),
        ];
        let modes = modes(&was.network.mode).into_iter().zip(modes(&is.network.mode));
        rows.extend(modes.map(|((key, was), (_, is))| (key, was, is)));
        for (key, was, is) in rows {
            if let (Some(was), Some(is)) = (was, is)
                && was != is
            {
                self.put(Turn::Changed, Object::default(), format!("{key} {was} → {is}"), was.into(), is.into());
            }
        }
    }

    /// A finding is over only if its check ran, and if it did not become the symptom of another.
    fn findings(&mut self, before: Moment<'_>, after: Moment<'_>) {
        let down = before.snapshot.link.is_down() || after.snapshot.link.is_down();
        let is_told = |finding: &&Finding| !(down && finding.severity == Severity::Unknown);
        let (was, is) = (&before.assessment.findings, &after.assessment.findings);
        let has = |all: &[Finding], one: &Finding| all.iter().any(|other| (other.id, &other.object) == (one.id, &one.object));
        for finding in is.iter().filter(is_told).filter(|finding| !has(was, finding)) {
            self.add(Turn::Wrong(finding.severity), finding.object.clone(), finding.message.trim_end_matches('.'));
        }
        let ran = |finding: &&Finding| !after.assessment.could_not.iter().any(|(check, _)| *check == finding.id);
        let explained = |finding: &Finding| {
            is.iter().any(|cause| !cause.symptoms.is_empty() && cause.nodes.iter().any(|node| finding.nodes.contains(node)))
        };
        for finding in was.iter().filter(is_told).filter(ran).filter(|finding| !has(is, finding) && !explained(finding)) {
            self.add(Turn::Healed, finding.object.clone(), format!("no longer: {}", finding.message.trim_end_matches('.')));
        }
    }

    fn agents(&mut self, kind: WorkloadKind, before: &[Agent], after: &[Agent]) {
        let named = |agents: &[Agent], one: &Agent| {
            agents.iter().position(|other| (other.kind, &other.namespace, &other.name) == (kind, &one.namespace, &one.name))
        };
        let object = |agent: &Agent| Object::new(kind.name(), &agent.namespace, &agent.name);
        for agent in after.iter().filter(|agent| agent.kind == kind) {
            let Some(was) = named(before, agent).and_then(|at| before.get(at)) else {
                self.came_or_went(object(agent), true, settings(agent).into());
                continue;
            };
            let (old, new) = differing(settings(was), settings(agent));
            if was.version != agent.version {
                let word = |agent: &Agent| agent.version.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
                self.put(Turn::Changed, object(agent), format!("{} → {}", word(was), word(agent)), old.into(), new.into());
            } else if old != new {
                let containers = if new.is_empty() { &old } else { &new };
                let what =
                    format!("settings of {} changed", containers.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
                self.put(Turn::Changed, object(agent), what, old.into(), new.into());
            }
        }
        for agent in before.iter().filter(|agent| agent.kind == kind && named(after, agent).is_none()) {
            self.came_or_went(object(agent), false, settings(agent).into());
        }
    }

    fn config_maps(&mut self, before: &Table<ConfigMap>, after: &Table<ConfigMap>) {
        let data = |map: &ConfigMap| map.data.iter().map(|(key, value)| (key.to_string(), value.as_str().into())).collect();
        for (was, is) in pairs(before, after, |map| (map.namespace.clone(), map.name.clone())) {
            let Some(map) = is.or(was) else { continue };
            let object = Object::new("ConfigMap", &map.namespace, &map.name);
            match (was, is) {
                (Some(was), Some(is)) => {
                    let (old, new) = differing(data(was), data(is));
                    self.put(Turn::Changed, object, changed(&old, &new), old.into(), new.into());
                }
                _ => self.came_or_went(object, is.is_some(), data(map).into()),
            }
        }
    }

    fn nodes(&mut self, before: &Table<Node>, after: &Table<Node>) {
        for (was, is) in pairs(before, after, |node| node.name.clone()) {
            let (was, is) = match (was, is) {
                (Some(was), Some(is)) => (was, is),
                (None, Some(node)) | (Some(node), None) => {
                    self.came_or_went(Object::node(&node.name), is.is_some(), Value::Null);
                    continue;
                }
                (None, None) => continue,
            };
            let facts = [
                ("kubelet", &was.kubelet, &is.kubelet),
                ("kernel", &was.kernel, &is.kernel),
                ("runtime", &was.runtime, &is.runtime),
                ("system", &was.os_image, &is.os_image),
            ];
            for (key, was, now) in facts.into_iter().filter(|(_, was, now)| was != now) {
                let values = (was.as_str().into(), now.as_str().into());
                self.put(Turn::Changed, Object::node(&is.name), format!("{key} {was} → {now}"), values.0, values.1);
            }
            if was.unschedulable != is.unschedulable {
                let what = if is.unschedulable { "cordoned" } else { "takes pods again" };
                self.add(Turn::Changed, Object::node(&is.name), what);
            }
        }
    }

    fn policies(&mut self, before: &Table<NetworkPolicy>, after: &Table<NetworkPolicy>) {
        let spec = |policy: &NetworkPolicy| {
            spec(&Snapshot { policies: std::iter::once(policy.clone()).collect(), ..Snapshot::default() })
        };
        for (was, is) in pairs(before, after, |policy| (policy.namespace.clone(), policy.name.clone())) {
            let Some(policy) = is.or(was) else { continue };
            let object = Object::new("NetworkPolicy", &policy.namespace, &policy.name);
            let (Some(was), Some(is)) = (was, is) else {
                self.came_or_went(object, is.is_some(), spec(policy));
                continue;
            };
            let parts = [
                ("selects other pods", was.pod_selector != is.pod_selector),
                ("ingress changed", (was.isolates_ingress, &was.ingress) != (is.isolates_ingress, &is.ingress)),
                ("egress changed", (was.isolates_egress, &was.egress) != (is.isolates_egress, &is.egress)),
            ];
            let words: Vec<&str> = parts.iter().filter(|(_, differs)| *differs).map(|(words, _)| *words).collect();
            if !words.is_empty() {
                self.put(Turn::Changed, object, words.join(", "), spec(was), spec(is));
            }
        }
    }

    fn cluster_policies(&mut self, before: &Table<ClusterPolicy>, after: &Table<ClusterPolicy>, seen: impl Fn(Kind) -> bool) {
        let spec = |policy: &ClusterPolicy| {
            spec(&Snapshot { cluster_policies: std::iter::once(policy.clone()).collect(), ..Snapshot::default() })
        };
        for (was, is) in pairs(before, after, |policy| (policy.kind as usize, policy.name.clone())) {
            let Some(policy) = is.or(was).filter(|policy| seen(policy.kind)) else { continue };
            let object = Object::new(policy.kind.name(), &Text::default(), &policy.name);
            match (was.map(spec), is.map(spec)) {
                (Some(old), Some(new)) if old != new => {
                    let (before, after) = differing(fields(&old), fields(&new));
                    self.put(Turn::Changed, object, changed(&before, &after), old, new);
                }
                (Some(_), Some(_)) => {}
                (old, new) => self.came_or_went(object, new.is_some(), old.or(new).unwrap_or_default()),
            }
        }
    }

    /// Of policies whose rules are not read only that they are there is known.
    fn foreign_policies(&mut self, before: &Table<ForeignPolicy>, after: &Table<ForeignPolicy>, seen: impl Fn(Kind) -> bool) {
        for (was, is) in pairs(before, after, |one| (one.kind as usize, one.namespace.clone(), one.name.clone())) {
            if let Some(one) = was.or(is).filter(|one| seen(one.kind) && was.is_some() != is.is_some()) {
                self.came_or_went(Object::new(one.kind.name(), &one.namespace, &one.name), is.is_some(), Value::Null);
            }
        }
    }
}

/// How a provider works, as far as the objects say, by the names that screens have for it.
fn modes(mode: &Mode) -> [(&'static str, Option<String>); 6] {
    [
        ("encapsulation", mode.encapsulation.clone()),
        ("data plane", mode.data_plane.clone()),
        ("encryption", mode.encryption.clone()),
        ("kube-proxy replacement", mode.kube_proxy_replacement.map(|yes| if yes { "yes" } else { "no" }.to_owned())),
        ("addresses", mode.ipam.clone()),
        ("routes", mode.routing.clone()),
    ]
}

/// What the template of an agent says of how it works, by container.
fn settings(agent: &Agent) -> Map<String, Value> {
    let Some(workload) = &agent.workload else { return Map::new() };
    let says = |one: &Container| {
        let env: Map<String, Value> =
            one.env.iter().filter_map(|env| Some((env.name.to_string(), env.value.as_ref()?.as_str().into()))).collect();
        let args: Vec<&str> = one.args.iter().map(Text::as_str).collect();
        (one.name.to_string(), json!({"image": one.image.as_str(), "args": args, "env": env}))
    };
    workload.containers.iter().chain(workload.init_containers.iter()).map(says).collect()
}

/// What is in one and not the same in the other, of both.
fn differing(mut before: Map<String, Value>, mut after: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    before.retain(|key, value| if after.get(key) == Some(value) { after.remove(key).is_none() } else { true });
    (before, after)
}

/// Which members differ, as a sentence.
fn changed(before: &Map<String, Value>, after: &Map<String, Value>) -> String {
    let keys: BTreeSet<&str> = before.keys().chain(after.keys()).map(String::as_str).collect();
    format!("{} changed", keys.into_iter().collect::<Vec<_>>().join(", "))
}

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// The `spec` of the one policy of these facts, as its API has it.
fn spec(alone: &Snapshot) -> Value {
    export(alone).last().and_then(|mut list| Some(list.pointer_mut("/items/0/spec")?.take())).unwrap_or_default()
}

/// The rows that are not the same at both moments, by name. Tables of one cluster share most of them, so this looks at few.
fn pairs<'a, T, K: Ord>(
    before: &'a Table<T>,
    after: &'a Table<T>,
    name: impl Fn(&T) -> K,
) -> impl Iterator<Item = (Option<&'a T>, Option<&'a T>)> {
    let mut pairs: BTreeMap<K, (Option<&T>, Option<&T>)> = BTreeMap::new();
    for row in before.rows_not_in(after) {
        pairs.entry(name(row)).or_default().0 = Some(row);
    }
    for row in after.rows_not_in(before) {
        pairs.entry(name(row)).or_default().1 = Some(row);
    }
    pairs.into_values()
}

//! Conditions of the catalogue, asked of a snapshot. What could not be read answers neither yes nor no.

use super::flags::{self, Start, Takes, Told};
use super::image;
use crate::catalog::{Condition, Subject};
use crate::snapshot::{self, ConfigMap, Container, Kind, Labels, Pointer, Snapshot, State, Text, Workload};
use hashbrown::{HashMap, HashSet};
use serde_json::Value;

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// What decides could not be read.
    Unknown,
}

impl Answer {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Yes if one is; unknown if none is and one could be.
    fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::No;
        for answer in answers {
            match answer {
                Self::Yes => return Self::Yes,
                Self::Unknown => all = Self::Unknown,
                Self::No => {}
            }
        }
        all
    }

    /// Yes if all are; no if one is not.
    pub(super) fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        Self::any(answers.into_iter().map(Self::not)).not()
    }
}

/// What a condition about an agent looks at.
#[derive(Debug, Clone, Default)]
pub(super) struct Sight<'a> {
    /// Its workloads.
    pub(super) workloads: Vec<&'a Workload>,
    /// Whether their templates were read. Pods show no environment, no arguments and no init containers.
    pub(super) templates: bool,
    /// Versions that run.
    pub(super) versions: Vec<Text>,
}

type Values<'a> = HashMap<&'a str, Vec<&'a str>>;

/// A snapshot, indexed by what conditions ask for.
pub(super) struct Index<'a> {
    pub(super) snapshot: &'a Snapshot,
    crds: HashSet<&'a str>,
    annotations: Values<'a>,
    labels: Values<'a>,
    network: Vec<&'a snapshot::Condition>,
}

impl<'a> Index<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let (mut annotations, mut labels) = (Values::new(), Values::new());
        for node in snapshot.nodes.iter() {
            collect(&mut annotations, &node.annotations);
            collect(&mut labels, &node.labels);
        }
        Self {
            snapshot,
            crds: snapshot.crds.iter().map(|crd| crd.name.as_str()).collect(),
            annotations,
            labels,
            network: snapshot.nodes.iter().filter_map(|node| node.condition("NetworkUnavailable")).collect(),
        }
    }

    /// What is not there is known only if its list is complete.
    fn absent(&self, kind: Kind) -> Answer {
        if self.snapshot.sources.is_live(kind) { Answer::No } else { Answer::Unknown }
    }

    /// Whether all conditions hold for an agent.
    pub(super) fn all(&self, conditions: &[Condition], sight: &Sight<'_>) -> Answer {
        Answer::all(conditions.iter().map(|condition| self.holds(condition, sight)))
    }

    /// Whether one condition holds for an agent; `sight` is empty where none was found.
    pub(super) fn holds(&self, condition: &Condition, sight: &Sight<'_>) -> Answer {
        let answer = match condition.subject {
            Subject::Env => Self::template(sight, |workload| self.env(condition, workload)),
            Subject::Arg => Self::template(sight, |workload| self.arg(condition, workload)),
            Subject::Container => container(condition, sight),
            Subject::ConfigMap => self.config(condition, sight),
            Subject::NodeAnnotation => self.of_nodes(&self.annotations, condition),
            Subject::NodeLabel => self.of_nodes(&self.labels, condition),
            Subject::NetworkReason => self.network_reason(condition),
            Subject::Crd if self.crds.contains(condition.name.as_str()) => Answer::Yes,
            Subject::Crd => self.absent(Kind::Crd),
            Subject::CustomResource => self.custom(condition),
            Subject::Version => version(condition, &sight.versions),
            Subject::ImageTag => image_tag(condition, sight),
        };
        if condition.not { answer.not() } else { answer }
    }

    /// The first number above 0 that stands where a condition looks.
    pub(super) fn number(&self, condition: &Condition, sight: &Sight<'_>) -> Option<u32> {
        let texts: Vec<String> = match condition.subject {
            Subject::Env | Subject::Arg => sight
                .workloads
                .iter()
                .flat_map(|workload| workload.containers.iter().map(|container| self.start(container, workload)))
                .filter_map(|start| match condition.subject {
                    Subject::Env => start.variable(&condition.name).value(),
                    _ => start.flag(condition.name.trim_start_matches('-'), Takes::NextToo).value(),
                })
                .collect(),
            Subject::ConfigMap => {
                let values = self.maps(condition, sight).into_iter().filter_map(|map| map.get(&condition.name));
                values
                    .flat_map(|value| condition.pointer.as_ref().map_or(vec![value.to_owned()], |at| point(value, at)))
                    .collect()
            }
            Subject::CustomResource => {
                let pointer = condition.pointer.as_deref().and_then(Pointer::new);
                let objects = self.snapshot.custom.iter().filter(|one| Some(one.kind) == Kind::of_crd(&condition.name));
                objects.flat_map(|one| pointer.iter().flat_map(|pointer| one.values(pointer))).map(plain).collect()
            }
            _ => Vec::new(),
        };
        texts.iter().find_map(|text| text.trim().parse().ok().filter(|number| *number > 0))
    }

    fn template(sight: &Sight<'_>, ask: impl Fn(&Workload) -> Answer) -> Answer {
        if !sight.templates {
            return Answer::Unknown;
        }
        Answer::any(sight.workloads.iter().map(|workload| ask(workload)))
    }

    /// Variables that some container sets by name decide; else those that come in bulk.
    fn env(&self, condition: &Condition, workload: &Workload) -> Answer {
        let sets = |c: &&Container| c.env.iter().any(|env| env.name == condition.name.as_str());
        let named: Vec<&Container> = workload.containers.iter().filter(sets).collect();
        let hidden =
            |c: &&Container| c.env.iter().any(|e| e.name == condition.name.as_str() && e.value.is_none() && e.config.is_none());
        if condition.values.is_empty() && named.iter().any(hidden) {
            return Answer::Yes;
        }
        let all = if named.is_empty() { workload.containers.iter().collect() } else { named };
        Answer::any(all.into_iter().map(|container| told(condition, &self.start(container, workload).variable(&condition.name))))
    }

    fn arg(&self, condition: &Condition, workload: &Workload) -> Answer {
        let truths = condition.values.iter().all(|value| flags::boolean(value).is_some());
        let takes = if truths { Takes::Inside } else { Takes::NextToo };
        let name = condition.name.trim_start_matches('-');
        Answer::any(
            workload.containers.iter().map(|container| told(condition, &self.start(container, workload).flag(name, takes))),
        )
    }

    fn start<'c>(&self, container: &'c Container, workload: &Workload) -> Start<'c>
    where
        'a: 'c,
    {
        Start::new(container, |name| self.config_map(&workload.namespace, name))
    }

    /// What an unknown answer hangs on, where a template says: `--run-firewall of kube-router hangs on $(FW)`.
    pub(super) fn doubt(&self, condition: &Condition, sight: &Sight<'_>) -> Option<String> {
        let containers = || sight.workloads.iter().flat_map(|w| w.containers.iter().map(move |container| (w, container)));
        containers().find_map(|(workload, container)| {
            let start = self.start(container, workload);
            let told = match condition.subject {
                Subject::Env => start.variable(&condition.name),
                Subject::Arg => start.flag(condition.name.trim_start_matches('-'), Takes::Inside),
                _ => return None,
            };
            let Told::Open(on) = told else { return None };
            Some(format!("{} of {} hangs on {on}", condition.name, container.name))
        })
    }

    /// The `ConfigMaps` that a condition looks into.
    fn maps(&self, condition: &Condition, sight: &Sight<'_>) -> Vec<&'a ConfigMap> {
        let Some((namespace, name)) = condition.config_map.as_deref().and_then(|map| map.split_once('/')) else {
            return Vec::new();
        };
        let namespaces: Vec<&str> = match namespace {
            "*" => sight.workloads.iter().map(|workload| workload.namespace.as_str()).collect(),
            namespace => vec![namespace],
        };
        namespaces.iter().filter_map(|namespace| self.config_map(namespace, name)).collect()
    }

    fn config(&self, condition: &Condition, sight: &Sight<'_>) -> Answer {
        let maps = self.maps(condition, sight);
        if maps.is_empty() {
            return self.absent(Kind::ConfigMap);
        }
        Answer::of(maps.iter().filter_map(|map| map.get(&condition.name)).any(|value| accepts(condition, value)))
    }

    fn config_map(&self, namespace: &str, name: &str) -> Option<&'a ConfigMap> {
        self.snapshot.config_maps.iter().find(|map| map.namespace == *namespace && map.name == *name).map(AsRef::as_ref)
    }

    /// Where nobody could have seen any, none is there: files often lack them. What may not be read is unknown.
    fn custom(&self, condition: &Condition) -> Answer {
        let Some(kind) = Kind::of_crd(&condition.name) else { return Answer::Unknown };
        let named = |name: &Text| condition.object.as_ref().is_none_or(|object| name == object.as_str());
        let mut objects = self.snapshot.custom.iter().filter(|one| one.kind == kind && named(&one.name));
        let has = match condition.pointer.as_deref().map(Pointer::new) {
            None => objects.next().is_some(),
            Some(None) => return Answer::Unknown,
            Some(Some(pointer)) => {
                objects.any(|one| one.values(&pointer).into_iter().any(|value| is_one(condition, &plain(value))))
            }
        };
        match self.snapshot.sources.of(kind).state {
            _ if has => Answer::Yes,
            State::Live | State::Absent | State::Unknown => Answer::No,
            _ => Answer::Unknown,
        }
    }

    fn of_nodes(&self, values: &Values<'_>, condition: &Condition) -> Answer {
        let has = |values: &Vec<&str>| values.iter().any(|value| accepts(condition, value));
        let found = match condition.name.strip_suffix('*') {
            Some(start) => values.iter().any(|(key, values)| key.starts_with(start) && has(values)),
            None => values.get(condition.name.as_str()).is_some_and(has),
        };
        if found { Answer::Yes } else { self.absent(Kind::Node) }
    }

    /// Two programs use the same reason (`RouteCreated`), so that the message may have to tell them apart.
    fn network_reason(&self, condition: &Condition) -> Answer {
        let says =
            |message: &str| condition.values.is_empty() || condition.values.iter().any(|word| message.contains(word.as_str()));
        let found = self.network.iter().any(|c| c.reason == condition.name.as_str() && says(&c.message));
        if found { Answer::Yes } else { self.absent(Kind::Node) }
    }
}

fn collect<'a>(values: &mut Values<'a>, labels: &'a Labels) {
    for (key, value) in labels {
        values.entry(key.as_str()).or_default().push(value.as_str());
    }
}

/// Whether a value, or what its pointer leads to, is one of those that the condition asks for.
fn accepts(condition: &Condition, value: &str) -> bool {
    match condition.pointer.as_deref() {
        Some(pointer) => point(value, pointer).iter().any(|found| is_one(condition, found)),
        None => is_one(condition, value.trim()),
    }
}

fn is_one(condition: &Condition, value: &str) -> bool {
    let is = |wanted: &String| match wanted.as_str() {
        "true" | "false" if flags::boolean(value).is_some() => flags::boolean(wanted) == flags::boolean(value),
        wanted => wanted.eq_ignore_ascii_case(value),
    };
    condition.values.is_empty() || condition.values.iter().any(is)
}

/// Whether what a template says of a variable or flag is what the condition asks for. Something open is there at least.
fn told(condition: &Condition, told: &Told) -> Answer {
    match told {
        Told::Nothing => Answer::No,
        Told::Value(value) => Answer::of(accepts(condition, value)),
        Told::Open(_) => Answer::Unknown,
    }
}

fn point(document: &str, pointer: &str) -> Vec<String> {
    let parsed = serde_json::from_str(document).ok().or_else(|| serde_yaml::from_str(document).ok());
    let (Some(document), Some(pointer)) = (parsed, Pointer::new(pointer)) else { return Vec::new() };
    pointer.values(&document).into_iter().map(plain).collect()
}

/// A value as it is compared.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn container(condition: &Condition, sight: &Sight<'_>) -> Answer {
    let has = |workload: &&Workload| {
        workload.containers.iter().chain(workload.init_containers.iter()).any(|c| c.name == condition.name.as_str())
    };
    match sight.workloads.iter().any(has) {
        true => Answer::Yes,
        false if sight.templates => Answer::No,
        false => Answer::Unknown,
    }
}

/// Unknown where no image has such a tag and one has none at all.
fn image_tag(condition: &Condition, sight: &Sight<'_>) -> Answer {
    let images = sight.workloads.iter().flat_map(|workload| workload.containers.iter()).map(|container| container.image.as_str());
    Answer::any(images.map(|image| {
        let name = image.split('@').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        name.split_once(':').map_or(Answer::Unknown, |(_, tag)| Answer::of(tag.ends_with(condition.name.as_str())))
    }))
}

/// Unknown where the versions that run differ in the answer.
fn version(condition: &Condition, versions: &[Text]) -> Answer {
    let (least, wanted) = match (condition.name.strip_prefix(">="), condition.name.strip_prefix('<')) {
        (Some(wanted), _) => (true, wanted),
        (None, Some(wanted)) => (false, wanted),
        (None, None) => return Answer::Unknown,
    };
    let Some(wanted) = image::numbers(wanted) else { return Answer::Unknown };
    let mut answers = versions.iter().map(|version| match image::numbers(version) {
        Some(numbers) => Answer::of((numbers >= wanted) == least),
        None => Answer::Unknown,
    });
    let first = answers.next().unwrap_or(Answer::Unknown);
    if answers.all(|answer| answer == first) { first } else { Answer::Unknown }
}

/// A condition as people say it: `--run-firewall is false`.
pub(super) fn describe(condition: &Condition) -> String {
    let what = place(condition);
    match (condition.values.is_empty(), condition.not, condition.subject) {
        (_, false, Subject::NetworkReason | Subject::Version) => what,
        (true, false, _) => format!("{what} is there"),
        (true, true, _) => format!("{what} is not there"),
        (false, false, _) => format!("{what} is {}", condition.values.join(" or ")),
        (false, true, _) => format!("{what} is not {}", condition.values.join(" or ")),
    }
}

/// Where a condition looks, as people say it.
pub(super) fn place(condition: &Condition) -> String {
    let name = &condition.name;
    match (condition.subject, &condition.config_map, &condition.pointer) {
        (Subject::ConfigMap, Some(map), Some(pointer)) => format!("{pointer} in {name} of ConfigMap {map}"),
        (Subject::ConfigMap, Some(map), None) => format!("{name} of ConfigMap {map}"),
        (Subject::CustomResource, _, pointer) => {
            let kind = Kind::of_crd(name).map_or("", Kind::manifest_name);
            let object = condition.object.as_ref().map_or_else(|| kind.to_owned(), |object| format!("{kind} {object}"));
            pointer.as_ref().map_or(object.clone(), |pointer| format!("{pointer} of {object}"))
        }
        (Subject::Container, ..) => format!("container {name}"),
        (Subject::NodeAnnotation, ..) => format!("node annotation {name}"),
        (Subject::NodeLabel, ..) => format!("node label {name}"),
        (Subject::NetworkReason, ..) => format!("node condition NetworkUnavailable with reason {name}"),
        (Subject::Crd, ..) => format!("CustomResourceDefinition {name}"),
        (Subject::Version, ..) => format!("version {name}"),
        (Subject::ImageTag, ..) => format!("an image tagged *{name}"),
        _ => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_reads_json_and_yaml() {
        assert_eq!(point("{\"Backend\":\n\t{\"Type\": \"vxlan\"}}", "/Backend/Type"), ["vxlan"]);
        assert_eq!(point("Backend:\n  Type: host-gw\n", "/Backend/Type"), ["host-gw"]);
        assert_eq!(point("{\"plugins\": [{\"type\": \"a\"}, {\"type\": \"b\"}]}", "/plugins/*/type"), ["a", "b"]);
        assert!(point("{}", "/Backend/Type").is_empty());
    }

    #[test]
    fn versions_that_disagree_answer_neither_yes_nor_no() {
        let ask = |name: &str, versions: &[&str]| {
            let versions: Vec<Text> = versions.iter().map(|v| Text::new(v)).collect();
            version(&Condition { subject: Subject::Version, name: name.into(), ..Condition::default() }, &versions)
        };
        assert_eq!(ask(">=3.32", &["v3.32.1"]), Answer::Yes);
        assert_eq!(ask("<3.32", &["v3.31.7"]), Answer::Yes);
        assert_eq!(ask(">=3.32", &["v3.31.7", "v3.32.1"]), Answer::Unknown);
        assert_eq!(ask(">=3.32", &[]), Answer::Unknown);
    }
}

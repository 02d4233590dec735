//! Who moves packets, in which version and mode, and who else is here.

use super::agents::Found;
use super::condition::{Answer, Index, Sight, describe, place};
use super::{Companion, Confidence, Evidence, Identity, Mode, Mtu, Part, image, rules};
use crate::catalog::{AgentRole, Catalog, Hint, KernelRule, OverheadRule, Provider, ReleaseRule, Role, Rule, Subject};
use crate::snapshot::{Kind, Positions, Text, WorkloadKind};

/// The provider of the network, and the others.
pub(super) fn identify(index: &Index<'_>, catalog: &Catalog, found: &[Found<'_>]) -> (Identity, Vec<Companion>) {
    let mut movers = movers(found);
    if movers.is_empty() {
        let identity = guess(index, catalog, found);
        let mut also = companions(found, None);
        also.retain(|companion| Some(&companion.provider) != identity.provider.as_ref());
        return (identity, also);
    }
    let primary = movers.remove(0);
    let of: Vec<&Found<'_>> = found.iter().filter(|f| f.provider.id == primary.id).collect();
    let sight = sight(&of);
    let (mode, mode_evidence) = mode(index, primary, &sight);
    let mut evidence: Vec<Evidence> = of.iter().map(|f| f.evidence.clone()).collect();
    evidence.extend(hints(index, primary).map(|hint| Evidence { object: describe(&hint.when), says: hint.says.clone() }));
    evidence.extend(mode_evidence);
    let mtu = mtu(index, primary, &sight, &mode);
    let identity = Identity {
        provider: Some(primary.id.clone()),
        version: version(&of),
        versions: sight.versions.clone(),
        confidence: of.iter().filter(|f| moves(f)).map(|f| f.confidence).max().unwrap_or_default(),
        mode,
        mtu,
        evidence,
    };
    let mut also = companions(found, Some(&primary.id));
    also.extend(leftovers(index, catalog, found, primary));
    (identity, also)
}

fn moves(found: &Found<'_>) -> bool {
    matches!(found.agent.role, AgentRole::Network | AgentRole::NetworkAndPolicy)
        && found.provider.role == Role::Primary
        && !found.idle()
}

/// Providers that move packets here, the surest first, then the one with most pods.
fn movers<'a>(found: &[Found<'a>]) -> Vec<&'a Provider> {
    let mut movers: Vec<&Found<'a>> = found.iter().filter(|f| moves(f)).collect();
    movers.sort_by_key(|f| (std::cmp::Reverse((f.confidence, f.agent.pods.len())), &f.provider.id));
    let mut providers: Vec<&'a Provider> = Vec::new();
    for f in movers {
        if !providers.iter().any(|p| p.id == f.provider.id) {
            providers.push(f.provider);
        }
    }
    providers
}

/// What conditions about a provider look at: its workloads, and the versions of those on the nodes.
pub(super) fn sight<'a>(found: &[&'a Found<'_>]) -> Sight<'a> {
    let mut versions = found.iter().filter(|f| f.agent.on_nodes()).flat_map(|f| running(f)).flatten().collect::<Vec<Text>>();
    versions.sort();
    versions.dedup();
    Sight {
        workloads: found.iter().map(|f| f.workload.as_ref()).collect(),
        templates: found.iter().all(|f| f.agent.workload.is_some()),
        versions,
    }
}

/// The versions that an agent's pods run; without pods, that of its template.
fn running(found: &Found<'_>) -> Vec<Option<Text>> {
    let pods = &found.agent.pods;
    if found.agent.version.is_none() || pods.is_empty() {
        return vec![found.agent.version.clone()];
    }
    // Thousands of pods run a handful of images.
    let (mut images, mut parsed, mut versions) = (Positions::default(), 0, Vec::new());
    for image in pods.iter().map(|pod| found.agent.image_of(pod)) {
        if image.is_none_or(|image| images.add(image) == parsed) {
            parsed += usize::from(image.is_some());
            versions.push(image.and_then(|image| image::version(image)));
        }
    }
    versions.sort();
    versions.dedup();
    versions
}

/// The one version that runs; none where there are two, or where an image tells none.
fn version(of: &[&Found<'_>]) -> Option<Text> {
    let first = of.iter().find(|f| moves(f))?;
    match running(first).as_slice() {
        [one] => one.clone(),
        _ => None,
    }
}

/// The mode of a provider, and which rule decided each key. What a rule needs and nobody could read leaves its keys open.
fn mode(index: &Index<'_>, provider: &Provider, sight: &Sight<'_>) -> (Mode, Vec<Evidence>) {
    let (mut rule, mut shut) = (Rule::default(), Rule::default());
    let mut evidence = Vec::new();
    for candidate in &provider.detect.mode {
        let mut open = candidate.set.clone();
        keep_open(&mut open, &rule, &shut);
        if open == Rule::default() {
            continue;
        }
        match index.all(&candidate.when, sight) {
            Answer::No => {}
            Answer::Unknown => merge(&mut shut, &open),
            Answer::Yes => {
                merge(&mut rule, &open);
                let says = match candidate.when.as_slice() {
                    [] => "the documented default".to_owned(),
                    when => when.iter().map(describe).collect::<Vec<_>>().join(", "),
                };
                evidence.push(Evidence { object: words(&open), says });
            }
        }
    }
    let Rule { encapsulation, cross_subnet, data_plane, encryption, kube_proxy_replacement, ipam, routing } = rule;
    (Mode { encapsulation, cross_subnet, data_plane, encryption, kube_proxy_replacement, ipam, routing }, evidence)
}

/// How large packets of pods may be, where that is declared, and what the network adds in that mode.
fn mtu(index: &Index<'_>, provider: &Provider, sight: &Sight<'_>, mode: &Mode) -> Option<Mtu> {
    let rules = &provider.detect.mtu;
    let number = |condition| index.number(condition, sight).map(|bytes| (bytes, condition));
    let (bytes, condition) = rules.declared.iter().find_map(number)?;
    let is = |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
    let fits = |rule: &&OverheadRule| is(&rule.encapsulation, &mode.encapsulation) && is(&rule.encryption, &mode.encryption);
    Some(Mtu { bytes, declared: place(condition), overhead: rules.overhead.iter().find(fits).cloned() })
}

/// The oldest kernel that each version that runs is documented to run on in this mode. What cannot be told has none.
pub(super) fn kernels(index: &Index<'_>, catalog: &Catalog, found: &[Found<'_>], network: &Identity) -> Vec<(Text, KernelRule)> {
    let Some(provider) = network.provider.as_deref().and_then(|id| catalog.provider(id)) else { return Vec::new() };
    let of: Vec<&Found<'_>> = found.iter().filter(|f| f.provider.id == provider.id).collect();
    let of_version = |version: &Text| {
        let sight = Sight { versions: vec![version.clone()], ..sight(&of) };
        let mut answers = provider.detect.kernel.iter().map(|rule| (index.all(&rule.when, &sight), rule));
        let (answer, rule) = answers.find(|(answer, _)| *answer != Answer::No)?;
        (answer == Answer::Yes).then(|| (version.clone(), rule.clone()))
    };
    network.versions.iter().filter_map(of_version).collect()
}

/// What is known against each version that runs. What cannot be told is not said.
pub(super) fn releases(
    index: &Index<'_>,
    catalog: &Catalog,
    found: &[Found<'_>],
    network: &Identity,
) -> Vec<(Text, ReleaseRule)> {
    let Some(provider) = network.provider.as_deref().and_then(|id| catalog.provider(id)) else { return Vec::new() };
    let of: Vec<&Found<'_>> = found.iter().filter(|f| f.provider.id == provider.id).collect();
    let taken = index.snapshot.taken_at.strftime("%Y-%m-%d").to_string();
    let known = |version: &Text| {
        let holds = |rule: &&ReleaseRule| {
            rule.since <= taken
                && rule.versions.iter().any(|range| image::is_within(version, range))
                && index.all(&rule.when, &sight(&of)) == Answer::Yes
        };
        provider.detect.releases.iter().filter(holds).map(|rule| (version.clone(), rule.clone())).collect::<Vec<_>>()
    };
    network.versions.iter().flat_map(known).collect()
}

/// Runs one action for every key of a mode, so that a new key is added in one place.
macro_rules! each_key {
    ($action:ident) => {
        $action!(encapsulation, cross_subnet, data_plane, encryption, kube_proxy_replacement, ipam, routing)
    };
}

fn keep_open(open: &mut Rule, decided: &Rule, shut: &Rule) {
    macro_rules! keep {
        ($($key:ident),*) => { $(if decided.$key.is_some() || shut.$key.is_some() { open.$key = None; })* };
    }
    each_key!(keep);
}

fn merge(into: &mut Rule, from: &Rule) {
    macro_rules! put {
        ($($key:ident),*) => { $(if from.$key.is_some() { into.$key.clone_from(&from.$key); })* };
    }
    each_key!(put);
}

/// What a rule sets, for people: `encapsulation vxlan`.
fn words(rule: &Rule) -> String {
    let mut words: Vec<String> = Vec::new();
    macro_rules! say {
        ($($key:ident),*) => { $(words.extend(rule.$key.as_ref().map(|value| format!("{} {value}", stringify!($key).replace('_', " "))));)* };
    }
    each_key!(say);
    words.join(", ")
}

/// Providers of agents that are not the network's.
fn companions(found: &[Found<'_>], primary: Option<&str>) -> Vec<Companion> {
    let mut companions: Vec<Companion> = Vec::new();
    for f in found.iter().filter(|f| Some(f.provider.id.as_str()) != primary) {
        let here = found.iter().any(|other| other.provider.id == f.provider.id && other.agent.on_nodes() && !other.idle());
        let part = match (here, f.provider.role, f.agent.role) {
            (false, ..) => Part::Leftover,
            (_, Role::Meta, _) => Part::Meta,
            (_, Role::Mesh, _) => Part::Mesh,
            (_, Role::PolicyOnly, _) | (_, _, AgentRole::Policy) => Part::PolicyOnly,
            (_, _, AgentRole::Controller) => continue,
            (_, Role::Primary, _) => Part::Primary,
        };
        match companions.iter_mut().find(|c| c.provider == f.provider.id) {
            Some(known) => known.evidence.push(f.evidence.clone()),
            None => companions.push(Companion { provider: f.provider.id.clone(), part, evidence: vec![f.evidence.clone()] }),
        }
    }
    companions
}

fn hints<'a>(index: &Index<'_>, provider: &'a Provider) -> impl Iterator<Item = &'a Hint> {
    provider.detect.hints.iter().filter(|hint| index.holds(&hint.when, &Sight::default()) == Answer::Yes)
}

/// Traces of providers without an agent. Only where all `DaemonSets` were read: else their agents may only be out of sight.
fn leftovers(index: &Index<'_>, catalog: &Catalog, found: &[Found<'_>], primary: &Provider) -> Vec<Companion> {
    if !index.snapshot.sources.is_live(Kind::DaemonSet) {
        return Vec::new();
    }
    let related = |p: &Provider| primary.detect.contains.contains(&p.id) || p.detect.contains.contains(&primary.id);
    let gone = catalog
        .providers
        .iter()
        .filter(|p| !p.detect.agents.is_empty() && !related(p) && !found.iter().any(|f| f.provider.id == p.id));
    let traces = gone.filter_map(|provider| {
        let evidence: Vec<Evidence> =
            hints(index, provider).map(|hint| Evidence { object: describe(&hint.when), says: hint.says.clone() }).collect();
        (!evidence.is_empty()).then(|| Companion { provider: provider.id.clone(), part: Part::Leftover, evidence })
    });
    traces.collect()
}

/// Without an agent: the provider that most hints speak for, and never more than likely. Installed kinds alone decide nothing,
/// since they outlive their provider and others install them too.
fn guess(index: &Index<'_>, catalog: &Catalog, found: &[Found<'_>]) -> Identity {
    let mut best: Option<(usize, &Provider)> = None;
    for provider in &catalog.providers {
        let (crds, others): (Vec<&Hint>, Vec<&Hint>) = hints(index, provider).partition(|hint| hint.when.subject == Subject::Crd);
        let count = crds.len() + others.len();
        if !others.is_empty() && best.is_none_or(|(most, _)| count > most) {
            best = Some((count, provider));
        }
    }
    let Some((_, provider)) = best else { return nobody(index, found) };
    let evidence = hints(index, provider).map(|hint| Evidence { object: describe(&hint.when), says: hint.says.clone() });
    let mut evidence: Vec<Evidence> = evidence.collect();
    let unseen = Sight { templates: index.snapshot.sources.is_live(Kind::DaemonSet), ..Sight::default() };
    let (mode, mode_evidence) = mode(index, provider, &unseen);
    evidence.extend(mode_evidence);
    Identity { provider: Some(provider.id.clone()), confidence: Confidence::Likely, mode, evidence, ..Identity::default() }
}

/// Nothing was recognised: says what was looked at.
fn nobody(index: &Index<'_>, found: &[Found<'_>]) -> Identity {
    let count = |kind: WorkloadKind| index.snapshot.workloads.iter().filter(|w| w.kind == kind).count();
    let mut evidence = Vec::new();
    if index.snapshot.sources.is_live(Kind::DaemonSet) {
        let looked = count(WorkloadKind::DaemonSet);
        evidence.push(Evidence {
            object: format!("{looked} DaemonSets"),
            says: "looked at, none is the agent of a known CNI".into(),
        });
        evidence.extend(
            rules::strangers(index.snapshot, found)
                .into_iter()
                .map(|object| Evidence { object, says: "on the host network, not known".into() }),
        );
    }
    let routed = index.snapshot.nodes.iter().filter(|node| !node.pod_cidrs.is_empty()).count();
    if routed > 0 {
        evidence.push(Evidence {
            object: format!("{routed} of {} nodes", index.snapshot.nodes.len()),
            says: "have a podCIDR, as with a plain bridge and routes made elsewhere".into(),
        });
    }
    Identity { evidence, ..Identity::default() }
}

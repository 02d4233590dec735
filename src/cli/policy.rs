//! Commands about what policies let through: `policy explain`, `connectivity`, `diff`, `lint` and `coverage`.

use super::args::{Connectivity, DialectArgs, Diff, Explain, Finished, Global, HostNetwork, YesNo};
use super::cluster::{facts, namespace};
use super::{catalogue, print, show};
use crate::catalog::Catalog;
use crate::detect::detect;
use crate::health::assess;
use crate::policy::{self, Dialect, Holds, Point, PortSet, Reach, SPEC, ways_in};
use crate::present::{counted, dialect_conditions, dialect_here, dialect_of, dialect_words};
use crate::report::{self, Format, Outcome};
use crate::session;
use crate::snapshot::Snapshot;
use anyhow::anyhow;
use std::path::PathBuf;
use std::sync::Arc;

/// `cnitui policy explain`
pub(super) fn explain(global: &Global, asked: &Explain) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    let snapshot = facts(global, &catalog)?;
    let (dialect, condition) = dialect(&asked.dialect, &snapshot, &catalog)?;
    let ports = asked.port.as_deref().map_or_else(|| Ok(PortSet::all()), policy::parse_ports).map_err(|why| anyhow!(why))?;
    let model = policy::model(&snapshot);
    let ends = (asked.src.as_str(), asked.dst.as_str());
    let mut answer = policy::explain(&snapshot, &model, &dialect, ends, ports).map_err(|why| anyhow!(why))?;
    answer.notes.extend(condition);
    let name = dialect.cni.as_deref().map_or("", |id| catalog.name(id));
    let problems = [&*snapshot.problems, &*model.problems].concat();
    if !snapshot.problems.is_empty() {
        answer.notes.push(format!("not everything could be read: {}", counted(problems.len(), "problem", "problems")));
    }
    show(&report::explain(&answer, &dialect, &dialect_words(&dialect, name), &problems), global)
}

/// `cnitui policy lint`
pub(super) fn lint(global: &Global, asked: &DialectArgs) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    let snapshot = facts(global, &catalog)?;
    let (dialect, _) = dialect(asked, &snapshot, &catalog)?;
    let namespace = namespace(global, &[&snapshot])?;
    let model = policy::model(&snapshot);
    let shown = |one: &policy::Found| namespace.is_none_or(|wanted| one.place.policy.namespace == *wanted);
    let found: Vec<_> = policy::lints(&snapshot, &model, &dialect).into_iter().filter(shown).collect();
    let answer = report::lint(&found, &model, &snapshot.problems, namespace);
    match global.output {
        Format::Sarif => print(&report::sarif(&found)?)?,
        Format::Junit => print(&report::junit(&found))?,
        _ => return show(&answer, global),
    }
    Ok(answer.outcome)
}

/// `cnitui policy connectivity`
pub(super) fn connectivity(global: &Global, asked: &Connectivity) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    let snapshot = facts(global, &catalog)?;
    let (dialect, _) = dialect(&asked.dialect, &snapshot, &catalog)?;
    let namespace = namespace(global, &[&snapshot])?;
    let reach = Reach::of(&snapshot, &dialect);
    let answer = report::connectivity(&report::Connectivity {
        snapshot: &snapshot,
        reach: &reach,
        ways_in: &ways_in(&snapshot, &reach.world),
        dialect: &dialect,
        read: &dialect_words(&dialect, dialect.cni.as_deref().map_or("", |id| catalog.name(id))),
        enforcement: &detect(&snapshot, &catalog).policy,
        level: asked.level.into(),
        namespace,
        format: global.output,
    });
    show(&answer, global)
}

/// `cnitui policy diff`
pub(super) fn diff(global: &Global, asked: &Diff) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    let read = |path: &PathBuf| session::read_files(std::slice::from_ref(path), &catalog).map_err(|why| anyhow!(why));
    let given = read(&asked.before);
    let (before, after) = if let Some(after) = &asked.after {
        (Arc::new(given?), read(after)?)
    } else {
        let (facts, draft) = (facts(global, &catalog)?, given?);
        let after = policy::laid_over(&facts, &draft);
        (facts, after)
    };
    let (dialect, _) = dialect(&asked.dialect, &before, &catalog)?;
    let namespace = namespace(global, &[&before, &after])?;
    let [was, is] = [&*before, &after].map(|snapshot| Reach::of(snapshot, &dialect));
    let read = dialect_words(&dialect, dialect.cni.as_deref().map_or("", |id| catalog.name(id)));
    let is_whole = [&*before, &after].iter().all(|one| one.problems.is_empty() && !policy::model(one).lacks_a_list());
    let mut problems = [&*before.problems, &*after.problems, &*was.problems, &*is.problems].concat();
    problems.sort_by(|a, b| (&a.object, &a.message).cmp(&(&b.object, &b.message)));
    problems.dedup();
    let answer = report::diff(&was.difference(&is), &dialect, &read, (problems, is_whole), namespace);
    Ok(match show(&answer, global)? {
        Outcome::Wrong if !asked.exit_code => Outcome::Well,
        outcome => outcome,
    })
}

/// `cnitui policy coverage`
pub(super) fn coverage(global: &Global, asked: &DialectArgs) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    let snapshot = facts(global, &catalog)?;
    let (dialect, _) = dialect(asked, &snapshot, &catalog)?;
    let assessment = assess(&snapshot, &catalog);
    let doubtful: Vec<_> = assessment.detection.policy.doubtful.iter().map(|doubt| doubt.node.clone()).collect();
    let model = policy::model(&snapshot);
    let workloads = policy::coverage(&snapshot, &model, &dialect, &doubtful);
    show(&report::coverage(&snapshot, &assessment, (&workloads, &model), namespace(global, &[&snapshot])?), global)
}

/// How policies are read: as the call says, else as the CNI that is seen does; and what one has to know of it.
fn dialect(asked: &DialectArgs, snapshot: &Snapshot, catalog: &Catalog) -> anyhow::Result<(Dialect, Option<String>)> {
    let (mut dialect, condition) = match asked.cni.as_deref() {
        None => (dialect_here(snapshot, &detect(snapshot, catalog)), None),
        Some(SPEC) => (Dialect::of(Some(SPEC)), None),
        Some(name) => {
            let provider = catalogue::named(catalog, &[name.to_owned()])?.first().copied();
            let provider = provider.ok_or_else(|| anyhow!("there is no provider {name}"))?;
            let condition = dialect_conditions(provider, snapshot);
            (dialect_of(provider), condition)
        }
    };
    let told = [
        (Point::BlocksMatchPods, asked.ipblock_matches_pods.map(|answer| answer == YesNo::Yes)),
        (Point::BlocksMatchNodes, asked.ipblock_matches_nodes.map(|answer| answer == YesNo::Yes)),
        (Point::HostPodsArePods, asked.host_network.map(|answer| answer == HostNetwork::AsPod)),
        (Point::FinishedPodsCount, asked.finished_pods.map(|answer| answer == Finished::Keep)),
    ];
    for (point, holds) in told {
        dialect = holds.map_or(dialect.clone(), |holds| dialect.with(point, Holds::from(holds)));
    }
    Ok((dialect, condition))
}

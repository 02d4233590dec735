//! Commands about a cluster: `status`, `snapshot`, `policy list`, and the dashboard.

use super::args::{Global, Snapshot as Asked};
use super::{catalogue, complain, print, rendered, show};
use crate::catalog::{Catalog, Detect};
use crate::health::{Assessment, assess};
use crate::record::Record;
use crate::report::{self, Format, Outcome};
use crate::session::{self, Place};
use crate::snapshot::{self, Kind, Link, Snapshot, State};
use crate::timeline::{Moment, between};
use anyhow::{Context, anyhow, bail};
use jiff::Timestamp;
use std::fs;
use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long lists may take before an answer is given without them.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the version of the server is worth waiting for when all lists are read.
const VERSION: Duration = Duration::from_secs(2);
/// How many unreadable objects are named before the rest is only counted.
const NAMED: usize = 20;

/// `cnitui status`
pub(super) fn status(global: &Global, watch: bool, record: Option<&Path>) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    if watch && !is_elsewhere(global) {
        return wait(follow(global, &catalog, record))?;
    }
    if record.is_some() {
        bail!("what is read from files never changes; --record keeps what a cluster does");
    }
    let snapshot = facts(global, &catalog)?;
    super::probe::remind(&snapshot);
    let namespace = namespace(global, &[&snapshot])?;
    let answer = report::status(&snapshot, &assess(&snapshot, &catalog), &catalog, namespace, global.output);
    if watch && global.output == Format::Json {
        // What never changes is one line.
        print(&format!("{}\n", serde_json::to_string(&answer.document)?))?;
        return Ok(answer.outcome);
    }
    show(&answer, global)
}

/// Prints the status again whenever it reads differently, until interrupted: JSON as a line each time. A cluster that does not
/// answer is waited for.
async fn follow(global: &Global, catalog: &Catalog, record: Option<&Path>) -> anyhow::Result<Outcome> {
    let mut record =
        record.map(|file| Record::open(file).with_context(|| file.display().to_string())).transpose()?.map(|open| open.0);
    let mut session = session::open(place(global), catalog);
    if let Err(error) = settle(&mut session).await
        && matches!(session.snapshots.borrow().link, Link::Unconfigured { .. })
    {
        return Err(error);
    }
    let mut printed = serde_json::Value::Null;
    let mut before: Option<(Arc<Snapshot>, Assessment)> = None;
    loop {
        let snapshot = session.snapshots.borrow_and_update().clone();
        let assessment = assess(&snapshot, catalog);
        let moment = Moment { snapshot: &snapshot, assessment: &assessment };
        let found =
            before.as_ref().map_or_else(Vec::new, |(snapshot, assessment)| between(Moment { snapshot, assessment }, moment));
        if let Some(record) = &mut record {
            record.add(snapshot.origin.name(), snapshot.taken_at, &found)?;
        }
        // What is not there yet may come.
        let namespace = global.namespace.as_deref();
        let answer = report::status(&snapshot, &assessment, catalog, namespace, global.output);
        let mut document = serde_json::to_value(&answer.document)?;
        let taken_at = document.get_mut("taken_at").map(serde_json::Value::take);
        if document != printed {
            printed.clone_from(&document);
            document["taken_at"] = taken_at.unwrap_or_default();
            document["changes"] = serde_json::to_value(report::changes(snapshot.origin.name(), &found))?;
            match global.output {
                Format::Json => print(&format!("{document}\n"))?,
                _ => print(&rendered(&answer, global)?)?,
            }
        }
        tokio::select! {
            changed = session.snapshots.changed() => if changed.is_err() { return Ok(answer.outcome) },
            interrupted = tokio::signal::ctrl_c() => {
                if let Some(mut record) = record {
                    record.close(Timestamp::now())?;
                }
                return Ok(interrupted.map(|()| answer.outcome)?);
            }
        }
        before = Some((snapshot, assessment));
    }
}

/// `cnitui policy list`
pub(super) fn policies(global: &Global) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    let snapshot = facts(global, &catalog)?;
    let namespace = namespace(global, &[&snapshot])?;
    show(&report::policies(&snapshot, &assess(&snapshot, &catalog), namespace, global.output), global)
}

/// `cnitui snapshot`
pub(super) fn snapshot(global: &Global, asked: &Asked) -> anyhow::Result<Outcome> {
    if !matches!(global.output, Format::Table | Format::Yaml | Format::Json) {
        bail!("a snapshot is written as yaml or json");
    }
    let catalog = catalogue::load(global)?;
    let mut facts = facts(global, &catalog)?;
    if asked.redact {
        facts = Arc::new(snapshot::redact(&facts, &public(&catalog)));
    }
    let text = match global.output {
        Format::Json => format!("{}\n", list(snapshot::export(&facts))),
        _ => report::documents(snapshot::export(&facts))?,
    };
    match &asked.file {
        Some(file) if file.as_os_str() != "-" => fs::write(file, text).with_context(|| file.display().to_string())?,
        _ => print(&text)?,
    }
    let is_whole = facts.sources.missing().all(|kind| facts.sources.of(kind).state == State::Absent);
    Ok(if is_whole { Outcome::Well } else { Outcome::Untold })
}

/// Documents as one, which JSON has to be.
pub(super) fn list(documents: impl Iterator<Item = serde_json::Value>) -> serde_json::Value {
    serde_json::json!({"apiVersion": "v1", "kind": "List", "items": documents.collect::<Vec<_>>()})
}

/// What tells which networks run and nothing about whose they are.
pub(super) fn public(catalog: &Catalog) -> snapshot::Public {
    let detects = || catalog.providers.iter().map(|provider| &provider.detect);
    snapshot::Public::new(detects().flat_map(Detect::names), detects().flat_map(Detect::images))
}

/// Id of the provider of the cluster that the call names; none where it names no cluster.
pub(super) fn here(global: &Global, catalog: &Catalog) -> anyhow::Result<Option<String>> {
    if !is_elsewhere(global) && global.context.is_none() && global.kubeconfig.is_none() {
        return Ok(None);
    }
    let Assessment { detection, .. } = assess(&*facts(global, catalog)?, catalog);
    Ok(detection.network.provider)
}

/// Opens the dashboard, where there is a terminal for it.
#[cfg(feature = "tui")]
pub(super) fn dashboard(global: &Global, record: Option<&Path>) -> anyhow::Result<Outcome> {
    use crate::tui::model::{Access, Mouse};
    is_there(&place(global))?;
    crate::tui::theme::Theme::choose(global.theme.as_deref(), global.ascii, &crate::tui::theme::Environment::default())
        .map_err(|why| anyhow!(why))?;
    if !io::stdout().is_terminal() {
        bail!("the dashboard needs a terminal; without one ask a command, such as cnitui status or cnitui providers");
    }
    let options = crate::tui::Options {
        catalog: Arc::new(catalogue::load(global)?),
        place: Some(place(global)),
        namespace: global.namespace.clone(),
        record: record.map(Path::to_owned),
        theme: global.theme.clone(),
        ascii: global.ascii,
        mouse: if global.no_mouse { Mouse::Terminals } else { Mouse::Ours },
        access: if global.readonly { Access::ReadOnly } else { Access::Confirmed },
        render: catalogue::exported,
    };
    wait(crate::tui::run(options))?.map(|()| Outcome::Well)
}

/// Says that there is none in this build.
#[cfg(not(feature = "tui"))]
pub(super) fn dashboard(_: &Global, _: Option<&Path>) -> anyhow::Result<Outcome> {
    bail!("this build has no dashboard; ask a command, such as cnitui status or cnitui providers")
}

pub(super) fn wait<T>(future: impl Future<Output = T>) -> anyhow::Result<T> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(future))
}

/// The namespace that the call names. Errors: nothing in any of `facts` is of that name.
pub(super) fn namespace<'a>(global: &'a Global, facts: &[&Snapshot]) -> anyhow::Result<Option<&'a str>> {
    match (global.namespace.as_deref(), facts) {
        (Some(name), [first, ..]) if !facts.iter().any(|one| one.has_namespace(name)) => {
            let origin = first.origin.name();
            if first.sources.is_live(Kind::Namespace) {
                bail!("there is no namespace {name} in {origin}");
            }
            bail!("no object of {origin} that could be read is in a namespace {name}, and its namespaces are not known");
        }
        (name, _) => Ok(name),
    }
}

/// Whether the facts come from files or a demo.
pub(super) fn is_elsewhere(global: &Global) -> bool {
    global.demo.is_some() || !global.from.is_empty()
}

fn place(global: &Global) -> Place {
    match &global.demo {
        Some(name) => Place::Demo(name.clone()),
        None if !global.from.is_empty() => Place::Files(global.from.clone()),
        None => Place::Live { kubeconfig: global.kubeconfig.clone(), context: global.context.clone() },
    }
}

/// What is misspelt is said before anything is drawn.
#[cfg(feature = "tui")]
fn is_there(place: &Place) -> anyhow::Result<()> {
    match place {
        Place::Demo(name) if !name.is_empty() && snapshot::scenes().into_iter().all(|scene| scene.0 != name) => {
            Err(no_demo(name))
        }
        Place::Files(paths) => match paths.iter().find(|path| path.as_os_str() != "-" && !path.exists()) {
            Some(missing) => bail!("{}: there is no such file or folder", missing.display()),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn no_demo(name: &str) -> anyhow::Error {
    let names: Vec<&str> = snapshot::scenes().into_iter().map(|(name, _)| name).collect();
    anyhow!("there is no demo {name}; there are {}", names.join(", "))
}

/// The facts that the call names, as complete as they get. What could not be read goes to standard error.
pub(super) fn facts(global: &Global, catalog: &Catalog) -> anyhow::Result<Arc<Snapshot>> {
    let facts = match place(global) {
        Place::Files(paths) => Arc::new(session::read_files(&paths, catalog).map_err(|why| anyhow!(why))?),
        Place::Demo(name) => Arc::new(session::demo(&name, catalog).ok_or_else(|| no_demo(&name))?),
        live @ Place::Live { .. } => wait(async {
            let mut session = session::open(live, catalog);
            settle(&mut session).await
        })??,
    };
    for problem in facts.problems.iter().take(NAMED) {
        // Who says more than what is wrong says what became of it, too.
        let skipped = if problem.message.contains("; ") { "" } else { "; skipped" };
        complain(format!("{}: {}{skipped}", problem.object, problem.message));
    }
    if facts.problems.len() > NAMED {
        complain(format!("{} more objects could not be read", facts.problems.len() - NAMED));
    }
    Ok(facts)
}

/// Waits until every list is read, or will not be read before patience ends. A cluster that does not answer is an error.
async fn settle(session: &mut session::Session) -> anyhow::Result<Arc<Snapshot>> {
    let (mut deadline, mut last_attempt) = (Instant::now() + PATIENCE, Timestamp::now() + PATIENCE);
    let mut progress = Progress { is_shown: io::stderr().is_terminal() };
    loop {
        let snapshot = session.snapshots.borrow_and_update().clone();
        match &snapshot.link {
            Link::Unconfigured { why } => bail!("{why} --from reads files, --demo shows a small cluster"),
            Link::Down { why, .. } => bail!("{} does not answer: {why}", snapshot.origin.name()),
            Link::LoggedOut { why, .. } => bail!("{}: {why}", snapshot.origin.name()),
            // A person who logs in is not hurried here; the plugin has a limit of its own.
            Link::LoggingIn { .. } => (deadline, last_attempt) = (Instant::now() + PATIENCE, Timestamp::now() + PATIENCE),
            Link::Up if snapshot.sources.iter().all(|(_, source)| is_settled(&source.state, last_attempt)) => {
                if snapshot.server_version.is_some() {
                    return Ok(snapshot);
                }
                deadline = deadline.min(Instant::now() + VERSION);
            }
            _ => {}
        }
        progress.show(&snapshot);
        if !matches!(timeout_at(deadline, session.snapshots.changed()).await, Ok(Ok(()))) {
            match snapshot.link {
                Link::LoggingIn { .. } => continue,
                Link::Connecting { .. } => {
                    bail!("{} does not answer within {} seconds", snapshot.origin.name(), PATIENCE.as_secs())
                }
                _ => {}
            }
            let missing: Vec<&str> =
                snapshot.sources.iter().filter(|one| !is_settled(&one.1.state, last_attempt)).map(|one| one.0.name()).collect();
            if !missing.is_empty() {
                complain(format!("not read within {} seconds: {}", PATIENCE.as_secs(), missing.join(", ")));
            }
            return Ok(snapshot);
        }
    }
}

/// Whether a list stays as it is until `last_attempt` at least.
fn is_settled(state: &State, last_attempt: Timestamp) -> bool {
    match state {
        State::Syncing { .. } | State::Unknown => false,
        State::Failed { retry_at, .. } => retry_at.is_none_or(|at| at > last_attempt),
        State::Live | State::Partial { .. } | State::Stale { .. } | State::Forbidden { .. } | State::Absent => true,
    }
}

/// A line on standard error that says how far reading got, and goes when it ends.
struct Progress {
    is_shown: bool,
}

impl Progress {
    fn show(&mut self, snapshot: &Snapshot) {
        if !self.is_shown {
            return;
        }
        let name = snapshot.origin.name();
        let doing = if let Link::LoggingIn { plugin, .. } = &snapshot.link {
            format!("Waiting for {plugin} to log in to {name}, perhaps in a browser")
        } else {
            let read = snapshot.sources.iter().filter(|(_, source)| is_settled(&source.state, Timestamp::MAX)).count();
            let items: usize = snapshot.sources.iter().map(|(_, source)| source.items).sum();
            format!("Reading {name}: {read} of {} lists, {items} objects so far", Kind::ALL.len())
        };
        // A progress line that cannot be written is nobody's loss.
        let _ = write!(io::stderr(), "\r\u{1b}[K{doing}");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

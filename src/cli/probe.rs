//! Commands that measure: `probe enforcement` and `probe cleanup`.
//!
//! The plan and the question go to standard error, so that the answer alone is on standard output.

use super::args::{Enforcement, Global};
use super::cluster::{facts, is_elsewhere, wait};
use super::{catalogue, complain, print, show};
use crate::cluster::{ContextRef, Executor, Head, Journal, Progress, keep};
use crate::detect::{Detection, agents_on, detect};
use crate::present::counted;
use crate::probe::{self, Nodes, Plan, Wish, outcome};
use crate::report::{self, Format, Look, Outcome};
use crate::session;
use crate::snapshot::{Measurement, Snapshot, Text};
use anyhow::{Context, anyhow, bail};
use jiff::Timestamp;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use tokio::signal::unix::{SignalKind, signal};

/// `cnitui probe enforcement`
pub(super) fn enforcement(global: &Global, asked: &Enforcement) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    if is_elsewhere(global) && !asked.dry_run {
        bail!("files and demos cannot be measured; --dry-run shows what would be created in such a cluster");
    }
    let snapshot = facts(global, &catalog)?;
    let wish = Wish { nodes: nodes(&asked.nodes), image: asked.image.clone(), watch: asked.watch };
    let plan = Plan::enforcement(&snapshot, &wish, &run()).map_err(|why| anyhow!(why))?;
    if asked.dry_run {
        let manifests = plan.objects().into_iter().map(|object| object.manifest);
        print(&match global.output {
            Format::Json => format!("{}\n", super::cluster::list(manifests)),
            _ => report::documents(manifests)?,
        })?;
        return Ok(Outcome::Well);
    }
    let detection = detect(&snapshot, &catalog);
    wait(measure(global, asked, (&snapshot, &detection), plan))?
}

/// Four hex digits that no other run of these days has.
fn run() -> String {
    format!("{:04x}", RandomState::new().hash_one(std::process::id()) & 0xffff)
}

fn nodes(asked: &[String]) -> Nodes {
    match asked {
        [] => Nodes::Few,
        [all] if all == "all" => Nodes::All,
        [count] if count.parse::<usize>().is_ok() => Nodes::Sample(count.parse().unwrap_or_default()),
        names => Nodes::Named(names.to_vec()),
    }
}

fn context(global: &Global) -> ContextRef {
    ContextRef { kubeconfig: global.kubeconfig.clone(), context: global.context.clone() }
}

async fn measure(
    global: &Global,
    asked: &Enforcement,
    (snapshot, detection): (&Snapshot, &Detection),
    plan: Plan,
) -> anyhow::Result<Outcome> {
    let executor = Executor::new(&context(global)).await.map_err(|why| anyhow!(why))?;
    let missing = executor.missing().await.map_err(|why| anyhow!(why))?;
    let look = Look { ascii: global.ascii, ..Look::default() };
    let shown = report::write(&report::probe_plan(&plan, &missing, &executor.context), Format::Table, look)?;
    // Who closed standard error does not want to see it.
    let _ = io::stderr().write_all(shown.as_bytes());
    if !missing.is_empty() {
        let words: Vec<String> = missing.iter().map(probe::Right::words).collect();
        bail!("nothing was created, you may not {}; cnitui rbac probe has the role", words.join(", "));
    }
    if global.readonly {
        bail!("nothing was created, --readonly forbids it");
    }
    let cluster =
        snapshot.cluster_uid().ok_or_else(|| anyhow!("nothing was created, the namespace kube-system could not be read"))?;
    let folder = session::journals().map_err(|why| anyhow!(why))?;
    remind(snapshot);
    if !asked.yes && !agreed(&plan, &executor.context)? {
        bail!("nothing was created");
    }
    let head = Head {
        run: plan.run.clone(),
        context: executor.context.to_string(),
        cluster: cluster.to_string(),
        began: Timestamp::now(),
    };
    let mut journal = Journal::begin(&folder, head).with_context(|| format!("{}: nothing was created", folder.display()))?;
    let confirmed = plan.confirmed();
    let told = Progressed::default();
    let (tape, left) = executor.run(&confirmed, &mut journal, &|progress| told.show(&progress), interrupted()).await;
    told.end();
    if left.is_empty() {
        journal.close().context("the journal of the probe could not be removed")?;
    }
    let plan = confirmed.plan();
    let found = outcome(plan, &tape);
    let now = Timestamp::now();
    let answer = report::probe(plan, &found, &left, now);
    remember(cluster, &found, detection, now);
    if global.output == Format::Junit {
        print(&report::probe_junit(plan, &found))?;
        return Ok(answer.outcome);
    }
    show(&answer, global)
}

/// Keeps what was found, for `status` and the dashboard.
fn remember(cluster: &Text, found: &probe::Outcome, detection: &Detection, now: Timestamp) {
    let nodes = found.measured(now, |node| agents_on(&detection.agents, node));
    let measured = Measurement { cluster: cluster.clone(), nodes };
    let kept = session::measured().and_then(|folder| keep(&folder, measured).map_err(|error| error.to_string()));
    if let Err(why) = kept {
        complain(format!("what was measured is not remembered: {why}"));
    }
}

/// Says that an earlier probe of this cluster left something.
pub(super) fn remind(snapshot: &Snapshot) {
    let (Some(cluster), Ok(folder)) = (snapshot.cluster_uid(), session::journals()) else { return };
    if let Some(journal) = Journal::left(&folder).iter().find(|journal| journal.head.cluster == cluster.as_str()) {
        let began = journal.head.began.strftime("%F %R");
        complain(format!("the probe of {began} was cut short; cnitui probe cleanup removes what it left"));
    }
}

/// Asks whether the plan may be carried out. Anything but yes is no; without a terminal nobody can say yes.
fn agreed(plan: &Plan, context: &str) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        bail!("nothing was created, there is no terminal to agree on; --yes agrees");
    }
    let objects = counted(plan.objects().len(), "object", "objects");
    write!(io::stderr(), "\nCreate these {objects} in {context}? [y/N] ")?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(["y", "yes"].contains(&line.trim().to_lowercase().as_str()))
}

/// Waits until somebody wants to end: Ctrl-C, a request to end, a closed terminal.
async fn interrupted() -> String {
    let wait = async |kind| match signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => {}
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()) => {}
    }
    "interrupted".to_owned()
}

/// `cnitui probe cleanup`
pub(super) fn cleanup(global: &Global) -> anyhow::Result<Outcome> {
    if is_elsewhere(global) || global.readonly {
        bail!("nothing was removed: that needs a cluster, and leave to write to it");
    }
    let catalog = catalogue::load(global)?;
    let snapshot = facts(global, &catalog)?;
    let cluster =
        snapshot.cluster_uid().ok_or_else(|| anyhow!("nothing was removed, the namespace kube-system could not be read"))?;
    let folder = session::journals().map_err(|why| anyhow!(why))?;
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        Journal::left(&folder).into_iter().partition(|journal| journal.head.cluster == cluster.as_str());
    for Head { run, context, .. } in elsewhere.iter().map(|journal| &journal.head) {
        complain(format!(
            "run {run} is of another cluster, {context}; cnitui probe cleanup --context {context} removes what it left"
        ));
    }
    wait(async {
        let executor = Executor::new(&context(global)).await.map_err(|why| anyhow!(why))?;
        let (mut removed, mut left) = (0, Vec::new());
        for journal in here {
            let still = executor.remove(&journal, &|_| {}).await;
            removed += journal.entries.len() - still.len();
            if still.is_empty() {
                journal.close()?;
            }
            left.extend(still);
        }
        print(&match (left.as_slice(), removed) {
            ([], 0) => "No probe left anything.\n".to_owned(),
            ([], removed) => {
                format!("{} of interrupted probes checked, nothing is left.\n", counted(removed, "object", "objects"))
            }
            (left, _) => format!("Still there: {}. Try again in a minute.\n", left.join(", ")),
        })?;
        Ok(if left.is_empty() { Outcome::Well } else { Outcome::Wrong })
    })?
}

/// A line on standard error that says how far the run is; nothing where nobody looks.
#[derive(Default)]
struct Progressed {
    last: Mutex<Option<Progress>>,
}

impl Progressed {
    fn show(&self, progress: &Progress) {
        let Ok(mut last) = self.last.lock() else { return };
        if !io::stderr().is_terminal() || last.as_ref() == Some(progress) {
            return;
        }
        let doing = match progress {
            Progress::Made(done, of) => format!("{done} of {of} objects made"),
            Progress::Running(done, of) => format!("{done} of {of} pods run"),
            Progress::Flows(what, done, of) => format!("{done} of {of} flows {what}"),
            Progress::Removing(left) => format!("removing {}", counted(*left, "object", "objects")),
        };
        // A progress line that cannot be written is nobody's loss.
        let _ = write!(io::stderr(), "\r\u{1b}[K{doing}");
        *last = Some(progress.clone());
    }

    fn end(&self) {
        if self.last.lock().is_ok_and(|last| last.is_some()) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

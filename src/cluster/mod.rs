//! The edge: the only code that names `kube`. It reads a cluster; only `exec` writes, for a probe that the user confirmed.
//!
//! ```text
//! kubeconfig -> connect, credential, proxy -> access (one client)
//! access -> stream, one a kind: list, then watch -> publish (one store) -> channel of Arc<Snapshot>
//! confirmed plan -> exec (make, remove; journal before) with measure (ask, by tunnels) -> tape
//! ```
//! [`attach`] starts two threads: one waits for the network, one reads JSON. Nothing here judges what it reads. To watch another
//! kind: a row in `snapshot::kinds`, and its rule in `data/rbac/read.yaml`.

mod access;
mod backoff;
mod connect;
mod credential;
mod event;
mod exec;
mod failure;
mod journal;
mod list;
mod measure;
mod measured;
mod proxy;
mod publish;
mod rbac;
mod stream;
mod tunnel;
mod wanted;
mod watch;

pub use connect::{Context, contexts};
pub use exec::{Executor, Progress, Told};
pub use journal::{Entry, Head, Journal};
pub use measured::keep;
pub use rbac::{PROBE_ROLE, READ_ROLE, rule};
pub use wanted::wanted;

use access::{Access, Wake};
use backoff::Backoff;
use connect::Target;
use failure::Failure;
use futures::future::join_all;
use jiff::Timestamp;
use publish::Facts;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch as channel};

use crate::snapshot::{Kind, Link, Origin, Snapshot, State, Store, Text, Wanted};

/// How long everything may take. People get the defaults; tests are less patient.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Until a connection stands.
    pub connect: Duration,
    /// Between two parts of an answer.
    pub stall: Duration,
    /// Between two lines of a watch; a server sends a bookmark about every minute.
    pub idle: Duration,
    /// Until the server shall end a watch.
    pub watch: Duration,
    /// Until a watch that was not refused is believed to stand.
    pub trust: Duration,
    /// A watch that lived as long is opened again without a word when it ends. A login that is refused sooner is not asked for again.
    pub settled: Duration,
    /// First wait after a failure; it doubles with each.
    pub first: Duration,
    /// Longest wait after a failure.
    pub longest: Duration,
    /// After so long without a failure, waits begin anew.
    pub healthy: Duration,
    /// Wait after "forbidden" and a login that fails.
    pub denied: Duration,
    /// Wait after "not found". What somebody installs is asked for at once where its definition can be seen.
    pub absent: Duration,
    /// Until a credential plugin must have answered. Some open a browser and wait for a person.
    pub credential: Duration,
    /// Until a login that takes its time is mentioned.
    pub patience: Duration,
    /// Between two snapshots.
    pub publish: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            idle: Duration::from_secs(90),
            watch: Duration::from_secs(290),
            trust: Duration::from_millis(100),
            settled: Duration::from_secs(10),
            first: Duration::from_millis(800),
            longest: Duration::from_secs(30),
            healthy: Duration::from_secs(120),
            denied: Duration::from_secs(60),
            absent: Duration::from_secs(600),
            credential: Duration::from_secs(180),
            patience: Duration::from_secs(2),
            publish: Duration::from_millis(250),
        }
    }
}

/// Names a context of a kubeconfig.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContextRef {
    /// `--kubeconfig`; else `$KUBECONFIG`, else `~/.kube/config`, else the service account of the pod we run in.
    pub kubeconfig: Option<PathBuf>,
    /// Name of the context; else the current one.
    pub context: Option<String>,
}

/// A cluster that is followed. Dropping it ends that, and does not wait for it.
#[derive(Debug)]
pub struct Attachment {
    wake: Wake,
    _stop: oneshot::Sender<()>,
}

impl Attachment {
    /// Tries everything again now that waits for its next attempt.
    pub fn retry_now(&self) {
        self.wake.send_modify(|calls| *calls += 1);
    }
}

/// Begins to follow a cluster. It returns at once; whatever fails is in the snapshots. `kept` is the folder of what probes measured.
pub fn attach(
    context: ContextRef,
    wanted: Vec<Wanted>,
    kept: Option<PathBuf>,
    pace: Pace,
) -> (channel::Receiver<Arc<Snapshot>>, Attachment) {
    let origin = context.context.as_deref().map_or(Origin::None, |name| Origin::Live { context: name.into() });
    let link = Link::Connecting { since: Timestamp::now() };
    let (to, snapshots) = channel::channel(Arc::new(plain(origin, link)));
    let (stop, stopped) = oneshot::channel();
    let wake: Wake = Arc::new(channel::Sender::new(0));
    let attachment = Attachment { wake: Arc::clone(&wake), _stop: stop };
    let spare = to.clone();
    let network = std::thread::Builder::new().name("network".to_owned());
    let started = network.spawn(move || {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return fail(&to, &error),
        };
        runtime.block_on(async {
            tokio::select! {
                () = run(&context, &wanted, kept.as_deref(), pace, wake, to) => {}
                _ = stopped => {}
            }
        });
        // A credential plugin that hangs must not hold up the end.
        runtime.shutdown_background();
    });
    if let Err(error) = started {
        fail(&spare, &error);
    }
    (snapshots, attachment)
}

fn plain(origin: Origin, link: Link) -> Snapshot {
    Snapshot { taken_at: Timestamp::now(), origin, link, ..Snapshot::default() }
}

fn fail(to: &channel::Sender<Arc<Snapshot>>, error: &std::io::Error) {
    let why = Text::from(format!("This machine gives no thread to follow a cluster with: {error}."));
    to.send_modify(|last| {
        let link = Link::Down { since: Timestamp::now(), why, retry_at: None };
        *last = Arc::new(plain(last.origin.clone(), link));
    });
}

async fn run(
    context: &ContextRef,
    wanted: &[Wanted],
    kept: Option<&Path>,
    pace: Pace,
    wake: Wake,
    to: channel::Sender<Arc<Snapshot>>,
) {
    let mut calls = wake.subscribe();
    let target = loop {
        match Target::find(context, &pace).await {
            Ok(target) => break target,
            Err(why) => {
                let origin = to.borrow().origin.clone();
                to.send_replace(Arc::new(plain(origin, Link::Unconfigured { why: why.into() })));
                // Nothing changes here by itself: somebody writes a file, and asks again.
                let _ = calls.changed().await;
            }
        }
    };
    let mut store = Store::new(Origin::Live { context: target.context.clone() });
    store.want(wanted.to_vec());
    *store.link_mut() = Link::Connecting { since: Timestamp::now() };
    if let Some(folder) = kept {
        store.set_measured(measured::load(folder));
    }
    for kind in Kind::ALL {
        store.source_mut(kind).state = State::Syncing { of: None };
    }
    let facts = match Facts::publish(store, to.clone(), pace.publish) {
        Ok(facts) => facts,
        Err(error) => return fail(&to, &error),
    };
    drop(to);
    let access = Access::new(target.again, target.address, pace, wake, facts.clone());
    let streams = stream::streams(wanted).into_iter().map(|stream| stream.run(&access, &facts));
    tokio::join!(version(&access, &facts), measured::follow(kept, &facts), join_all(streams));
}

/// Reads the version of the server, and again whenever the server was away: it may have been upgraded.
async fn version(access: &Access, facts: &Facts) {
    #[derive(serde::Deserialize)]
    struct Version {
        #[serde(rename = "gitVersion")]
        git: String,
    }
    let mut backoff = Backoff::default();
    loop {
        if access.login() == 0 {
            access.woken().await;
            continue;
        }
        let answer = access.get("/version", "application/json").await;
        let read = answer
            .and_then(|body| serde_json::from_slice::<Version>(&body).map_err(|error| Failure::Unreadable(error.to_string())));
        match read {
            Ok(version) => {
                facts.version(version.git).await;
                access.woken().await;
            }
            // The lists say what is wrong; a version that is missing is only missing.
            Err(failure) => access.wait(Timestamp::now() + backoff.after(&failure, &access.pace)).await,
        }
    }
}

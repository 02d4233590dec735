//! Where snapshots come from: a live cluster, files, an embedded one, or nowhere.
//!
//! [`open`] gives one channel of snapshots, whatever is behind it. Front-ends hold the receiver and never ask further.

use crate::catalog::Catalog;
use crate::cluster::{self, Attachment, ContextRef, Pace};
use crate::snapshot::Snapshot;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

pub use crate::cluster::{Context, READ_ROLE, rule};

/// What the user wants to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A context of a kubeconfig.
    Live {
        /// `--kubeconfig`; else `$KUBECONFIG`, else `~/.kube/config`
        kubeconfig: Option<PathBuf>,
        /// `--context`; else the current one
        context: Option<String>,
    },
    /// Files and folders; `-` is standard input.
    Files(Vec<PathBuf>),
    /// An embedded cluster.
    Demo(String),
}

/// A running source of snapshots. Dropping it ends its tasks and does not wait for them.
#[derive(Debug)]
pub struct Session {
    /// The newest snapshot; never older than the one before.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    live: Option<Attachment>,
}

/// Opens `place`. It returns at once and never fails: whatever goes wrong is in the snapshots, and heals there.
/// `catalog` says which `ConfigMaps` detection reads.
pub fn open(place: Place, catalog: &Catalog) -> Session {
    match place {
        Place::Live { kubeconfig, context } => {
            let context = ContextRef { kubeconfig, context };
            let (snapshots, live) = cluster::attach(context, cluster::wanted(catalog), Pace::default());
            Session { snapshots, live: Some(live) }
        }
        // Reading files is still to come.
        Place::Files(_) | Place::Demo(_) => Session { snapshots: watch::channel(Arc::default()).1, live: None },
    }
}

/// The contexts that one can switch to. The error is a sentence for people.
pub fn contexts(kubeconfig: Option<&Path>) -> Result<Vec<Context>, String> {
    cluster::contexts(kubeconfig)
}

impl Session {
    /// Tries everything again now that waits for its next attempt.
    pub fn retry_now(&self) {
        if let Some(live) = &self.live {
            live.retry_now();
        }
    }
}

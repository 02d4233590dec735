//! Where snapshots come from: a live cluster, files, an embedded one, or nowhere.
//!
//! [`open`] gives one channel of snapshots, whatever is behind it. Front-ends hold the receiver and never ask further.

use crate::snapshot::Snapshot;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

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

/// A running source of snapshots. Dropping it ends its tasks.
#[derive(Debug)]
pub struct Session {
    /// The newest snapshot; never older than the one before.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
}

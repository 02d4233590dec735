//! One kind kept current: list, watch, and what is done when either fails.
//!
//! Every failure is said in the source of the kind, with the time of the next attempt, and heals without a key press. What was
//! read stays. How the server is asked is in `list` and `watch`; which kinds there are, in [`streams`].

use super::access::Access;
use super::backoff::Backoff;
use super::failure::{Failure, Refusal};
use super::list::{Cursor, encoded, pages};
use super::publish::Facts;
use super::watch::follow;
use crate::snapshot::{Fact, Kind, State, Wanted};
use futures::future::select_all;
use jiff::Timestamp;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::time::timeout;

const JSON: (&str, &str) = ("application/json", "application/json");
/// Only the metadata of CRDs, whose schemas are megabytes, and of policies whose rules are not read.
const METADATA: (&str, &str) = (
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
);

/// One kind.
pub(super) struct Stream {
    kind: Kind,
    cursors: Vec<Cursor>,
    progress: Progress,
    /// When the list was begun.
    began: Timestamp,
    /// Whether the list was complete once.
    complete: bool,
    /// When a new login was given, since the last wait.
    renewed: Option<Instant>,
    backoff: Backoff,
}

/// How far the list got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Nothing,
    /// At the cursor of that number.
    Listing(usize),
    Complete,
}

/// All kinds. Of `ConfigMaps` only those of `wanted` are read, each by its name, and of other kinds all or the one that counts.
pub(super) fn streams(wanted: &[Wanted]) -> Vec<Stream> {
    let config_maps = || wanted.iter().filter_map(config_map);
    Kind::ALL
        .into_iter()
        .map(|kind| Stream {
            kind,
            cursors: if kind == Kind::ConfigMap { config_maps().collect() } else { vec![cursor(kind, None, kind.only())] },
            progress: Progress::Nothing,
            began: Timestamp::UNIX_EPOCH,
            complete: false,
            renewed: None,
            backoff: Backoff::default(),
        })
        .collect()
}

const fn accept(kind: Kind) -> (&'static str, &'static str) {
    if matches!(kind.fact(), Fact::Crd | Fact::ForeignPolicy) { METADATA } else { JSON }
}

fn config_map(wanted: &Wanted) -> Option<Cursor> {
    match wanted {
        Wanted::ConfigMap { namespace, name } => Some(cursor(Kind::ConfigMap, namespace.as_deref(), Some(name))),
        Wanted::Field { .. } => None,
    }
}

/// Lists and watches of one name are what a rule with `resourceNames` permits.
fn cursor(kind: Kind, namespace: Option<&str>, only: Option<&str>) -> Cursor {
    let selector = only.map(|name| encoded(&format!("metadata.name={name}")));
    Cursor { path: kind.path(namespace), selector, accept: accept(kind), ..Cursor::default() }
}

impl Stream {
    /// Keeps the kind current for as long as it is polled.
    pub(super) async fn run(mut self, access: &Access, facts: &Facts) {
        loop {
            let login = access.login();
            let failure = match self.attempt(access, facts).await {
                Ok(()) => continue,
                Err(failure) if failure.code() == Some(401) => match self.log_in(access, facts, login).await {
                    Ok(()) => {
                        self.renewed = Some(Instant::now());
                        continue;
                    }
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            let retry_at = match &failure {
                Failure::Silent(_) | Failure::Credential(_) => access.outage(&failure).await,
                _ => Timestamp::now() + self.backoff.after(&failure, &access.pace),
            };
            let state = self.state(&failure, Some(retry_at));
            // A watch that is not permitted leaves a list that ages and is read again.
            if matches!(failure, Failure::Unreadable(_)) || matches!(failure.code(), Some(403 | 404 | 405 | 410)) {
                self.progress = Progress::Nothing;
            }
            if failure.code() == Some(404) {
                facts.begin(self.kind).await;
                facts.finish(self.kind).await;
            }
            facts.state(self.kind, state).await;
            let may_appear = self.kind.is_installed() && matches!(failure.code(), Some(403 | 404));
            tokio::select! {
                () = access.wait(retry_at) => {}
                () = facts.installed(), if may_appear => {}
            }
            self.renewed = None;
        }
    }

    /// Lists what is left to list and watches, until something fails, or the server answers again after a silence: a watch
    /// from before may be dead without anybody having been told.
    async fn attempt(&mut self, access: &Access, facts: &Facts) -> Result<(), Failure> {
        self.list(access, facts).await?;
        let Self { kind, cursors, backoff, .. } = self;
        if cursors.is_empty() {
            facts.state(*kind, State::Live).await;
            std::future::pending::<()>().await;
        }
        let (standing, all) = (AtomicUsize::new(0), cursors.len());
        let live = tokio::sync::Notify::new();
        let stands = || {
            if standing.fetch_add(1, Ordering::Relaxed) + 1 == all {
                live.notify_one();
            }
        };
        let announce = async {
            live.notified().await;
            backoff.is_healthy();
            facts.state(*kind, State::Live).await;
            std::future::pending::<Infallible>().await
        };
        let watches = cursors.iter_mut().map(|cursor| Box::pin(follow(access, facts, *kind, cursor, &stands)));
        tokio::select! {
            (failure, _, _) = select_all(watches) => Err(failure),
            never = announce => match never {},
            () = access.woken() => Ok(()),
        }
    }

    async fn list(&mut self, access: &Access, facts: &Facts) -> Result<(), Failure> {
        if self.progress == Progress::Nothing {
            facts.begin(self.kind).await;
            self.cursors.iter_mut().for_each(Cursor::restart);
            self.began = Timestamp::now();
            self.progress = Progress::Listing(0);
        }
        if !self.complete {
            facts.state(self.kind, State::Syncing { of: None }).await;
        }
        while let Progress::Listing(at) = self.progress {
            if let Some(cursor) = self.cursors.get_mut(at) {
                pages(access, facts, self.kind, cursor).await?;
                self.progress = Progress::Listing(at + 1);
            } else {
                facts.finish(self.kind).await;
                self.complete = true;
                self.cursors.iter_mut().for_each(|cursor| cursor.known = self.began);
                self.progress = Progress::Complete;
            }
        }
        Ok(())
    }

    /// Asks for a new login, unless the one that was refused is new, and says so where that takes longer than people like to wait.
    async fn log_in(&mut self, access: &Access, facts: &Facts, seen: u64) -> Result<(), Failure> {
        let ended = Failure::Refused(Refusal { code: 401, ..Refusal::default() });
        if self.renewed.is_some_and(|at| at.elapsed() < access.pace.settled) {
            return Err(access.refused());
        }
        if access.login() != seen {
            return Ok(());
        }
        let mut asked = std::pin::pin!(access.renew(seen));
        if let Ok(answer) = timeout(access.pace.patience, asked.as_mut()).await {
            return answer;
        }
        if seen > 0 {
            facts.state(self.kind, self.state(&ended, None)).await;
        }
        asked.await
    }

    fn state(&self, failure: &Failure, retry_at: Option<Timestamp>) -> State {
        let why = failure.why();
        let since = self.cursors.iter().map(|cursor| cursor.known).min().unwrap_or_default();
        match failure.code() {
            Some(403 | 405) if self.progress == Progress::Complete => {
                State::Stale { since, why: format!("it may be listed, not watched: {why}").into(), retry_at }
            }
            Some(403) => State::Forbidden { why: why.into() },
            Some(404) => State::Absent,
            _ if self.complete => State::Stale { since, why: why.into(), retry_at },
            _ => State::Failed { why: why.into(), retry_at },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_map_is_asked_for_by_its_name_alone() {
        let wanted = [
            Wanted::ConfigMap { namespace: None, name: "cilium-config".to_owned() },
            Wanted::ConfigMap { namespace: Some("kube-system".to_owned()), name: "canal-config".to_owned() },
        ];
        let streams = streams(&wanted);
        let paths: Vec<_> = streams.last().unwrap().cursors.iter().map(|c| (c.path.as_str(), c.selector.as_deref())).collect();
        assert_eq!(
            paths,
            [
                ("/api/v1/configmaps", Some("metadata.name%3Dcilium-config")),
                ("/api/v1/namespaces/kube-system/configmaps", Some("metadata.name%3Dcanal-config")),
            ]
        );
        let operator = streams.iter().find(|stream| stream.kind == Kind::ClusterOperator).unwrap();
        assert_eq!(operator.cursors[0].selector.as_deref(), Some("metadata.name%3Dnetwork"));
        assert!(streams.iter().all(|stream| stream.cursors.iter().all(|cursor| !cursor.path.contains("secrets"))));
    }
}

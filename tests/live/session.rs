//! A session with the server of these tests, and what it shows.

use crate::server::Server;
use cnitui::cluster::{Attachment, ContextRef, Pace, attach};
use cnitui::snapshot::{Kind, Link, Snapshot, State, Wanted};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

pub(crate) const PODS: &str = "/api/v1/pods";
pub(crate) const CONFIG_MAPS: &str = "/api/v1/configmaps";

/// As people have it, a hundred times faster.
pub(crate) fn pace() -> Pace {
    Pace {
        connect: Duration::from_millis(500),
        stall: Duration::from_millis(300),
        idle: Duration::from_secs(5),
        watch: Duration::from_secs(5),
        settled: Duration::from_millis(200),
        first: Duration::from_millis(50),
        longest: Duration::from_millis(400),
        denied: Duration::from_millis(300),
        absent: Duration::from_millis(300),
        credential: Duration::from_secs(2),
        publish: Duration::from_millis(5),
        ..Pace::default()
    }
}

pub(crate) fn pod(name: &str) -> Value {
    json!({
        "metadata": {"namespace": "web", "name": name, "labels": {"app": "web"}},
        "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "nginx"}]},
        "status": {"phase": "Running", "podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}]},
    })
}

pub(crate) fn with_pods(page: usize, count: usize) -> Server {
    let server = Server::start(page);
    for at in 0..count {
        server.put(PODS, pod(&format!("pod-{at}")));
    }
    server
}

/// A session and everything that it ever showed.
pub(crate) struct Seen {
    pub(crate) snapshots: watch::Receiver<Arc<Snapshot>>,
    pub(crate) attachment: Attachment,
}

pub(crate) fn session(server: &Server, pace: Pace) -> Seen {
    let context = ContextRef { kubeconfig: Some(server.kubeconfig()), context: None };
    let wanted = vec![Wanted::ConfigMap { namespace: None, name: "cni-config".to_owned() }];
    let (snapshots, attachment) = attach(context, wanted, None, pace);
    Seen { snapshots, attachment }
}

impl Seen {
    /// The first snapshot that is as wanted; `never` must not be seen on the way.
    pub(crate) async fn until_but(
        &mut self,
        wanted: impl Fn(&Snapshot) -> bool,
        never: impl Fn(&Snapshot) -> bool,
    ) -> Arc<Snapshot> {
        let began = Instant::now();
        loop {
            let now = self.snapshots.borrow_and_update().clone();
            if wanted(&now) {
                return now;
            }
            assert!(!never(&now), "seen on the way: {:?} {:?}", now.link, now.sources);
            let left = Duration::from_secs(30).saturating_sub(began.elapsed());
            let changed = tokio::time::timeout(left, self.snapshots.changed()).await;
            assert!(changed.is_ok(), "not seen in 30s; last: {:?} {:?}", now.link, now.sources);
            changed.unwrap().expect("the session lives");
        }
    }

    pub(crate) async fn until(&mut self, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        self.until_but(wanted, |_| false).await
    }

    pub(crate) async fn all_live(&mut self) -> Arc<Snapshot> {
        self.until(|now| {
            now.link == Link::Up && now.server_version.is_some() && Kind::ALL.into_iter().all(|kind| now.sources.is_live(kind))
        })
        .await
    }

    /// How many snapshots come within `time`.
    pub(crate) async fn publications(&mut self, time: Duration) -> usize {
        self.snapshots.borrow_and_update();
        let end = tokio::time::Instant::now() + time;
        let mut count = 0;
        while tokio::time::timeout_at(end, self.snapshots.changed()).await.is_ok_and(|changed| changed.is_ok()) {
            self.snapshots.borrow_and_update();
            count += 1;
        }
        count
    }
}

pub(crate) fn pods(snapshot: &Snapshot) -> &State {
    &snapshot.sources.of(Kind::Pod).state
}

pub(crate) fn stale_because(state: &State, words: &str) -> bool {
    matches!(state, State::Stale { why, retry_at: Some(_), .. } if why.contains(words))
}

pub(crate) fn failed_because(state: &State, words: &str) -> bool {
    matches!(state, State::Failed { why, retry_at: Some(_) } if why.contains(words))
}

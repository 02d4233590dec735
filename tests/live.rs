//! The session against an API server that misbehaves: each trouble is shown as it is, and heals without a key press.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

mod support;

use cnitui::cluster::{Attachment, ContextRef, Pace, Wanted, attach};
use cnitui::snapshot::{Kind, Link, Snapshot, State};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::server::{On, Server, What};
use tokio::sync::watch;

const PODS: &str = "/api/v1/pods";
const CONFIG_MAPS: &str = "/api/v1/configmaps";

/// As people have it, a hundred times faster.
fn pace() -> Pace {
    Pace {
        connect: Duration::from_millis(500),
        stall: Duration::from_millis(300),
        idle: Duration::from_secs(5),
        watch: Duration::from_secs(5),
        settled: Duration::from_millis(200),
        first: Duration::from_millis(50),
        longest: Duration::from_millis(400),
        denied: Duration::from_millis(300),
        credential: Duration::from_secs(2),
        publish: Duration::from_millis(5),
        ..Pace::default()
    }
}

fn pod(name: &str) -> Value {
    json!({
        "metadata": {"namespace": "web", "name": name, "labels": {"app": "web"}},
        "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "nginx"}]},
        "status": {"phase": "Running", "podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}]},
    })
}

fn with_pods(page: usize, count: usize) -> Server {
    let server = Server::start(page);
    for at in 0..count {
        server.put(PODS, pod(&format!("pod-{at}")));
    }
    server
}

/// A session and everything that it ever showed.
struct Seen {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    attachment: Attachment,
}

fn session(server: &Server, pace: Pace) -> Seen {
    let context = ContextRef { kubeconfig: Some(server.kubeconfig()), context: None };
    let wanted = vec![Wanted { namespace: None, name: "cni-config".to_owned() }];
    let (snapshots, attachment) = attach(context, wanted, pace);
    Seen { snapshots, attachment }
}

impl Seen {
    /// The first snapshot that is as wanted; `never` must not be seen on the way.
    async fn until_but(&mut self, wanted: impl Fn(&Snapshot) -> bool, never: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let began = Instant::now();
        loop {
            let now = self.snapshots.borrow_and_update().clone();
            if wanted(&now) {
                return now;
            }
            assert!(!never(&now), "seen on the way: {:?} {:?}", now.link, now.sources);
            let left = Duration::from_secs(10).saturating_sub(began.elapsed());
            let changed = tokio::time::timeout(left, self.snapshots.changed()).await;
            assert!(changed.is_ok(), "not seen in 10s; last: {:?} {:?}", now.link, now.sources);
            changed.unwrap().expect("the session lives");
        }
    }

    async fn until(&mut self, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        self.until_but(wanted, |_| false).await
    }

    async fn all_live(&mut self) -> Arc<Snapshot> {
        self.until(|now| now.link == Link::Up && Kind::ALL.into_iter().all(|kind| now.sources.is_live(kind))).await
    }

    /// How many snapshots come within `time`.
    async fn publications(&mut self, time: Duration) -> usize {
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

fn pods(snapshot: &Snapshot) -> &State {
    &snapshot.sources.of(Kind::Pod).state
}

fn stale_because(state: &State, words: &str) -> bool {
    matches!(state, State::Stale { why, retry_at: Some(_), .. } if why.contains(words))
}

fn failed_because(state: &State, words: &str) -> bool {
    matches!(state, State::Failed { why, retry_at: Some(_) } if why.contains(words))
}

#[tokio::test]
async fn a_cluster_becomes_live_and_is_followed() {
    let server = with_pods(500, 1200);
    let mut seen = session(&server, pace());
    assert!(matches!(seen.snapshots.borrow().link, Link::Connecting { .. }), "there is something to show at once");
    let live = seen.all_live().await;
    assert_eq!((live.pods.len(), live.sources.of(Kind::Pod).items), (1200, 1200));
    assert_eq!((live.origin.name(), live.server_version.as_deref()), ("test", Some("v1.36.2")));

    server.put(PODS, pod("new"));
    seen.until(|now| now.pods.len() == 1201).await;
    server.remove(PODS, "new");
    seen.until(|now| now.pods.len() == 1200).await;
    let later: Vec<_> = server.requests().into_iter().filter(|url| url.contains("continue=")).collect();
    assert_eq!(later, ["/api/v1/pods?limit=500&continue=500", "/api/v1/pods?limit=500&continue=1000"]);
}

#[tokio::test]
async fn while_nothing_happens_nothing_is_asked_and_nobody_is_woken() {
    let server = with_pods(500, 3);
    let mut seen = session(&server, pace());
    seen.all_live().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = server.requests();
    assert_eq!(server.watches(), Kind::ALL.len());
    server.put(PODS, pod("pod-1"));
    assert_eq!(seen.publications(Duration::from_millis(800)).await, 0, "an equal object wakes nobody");
    assert_eq!(server.requests(), asked);
    assert!(asked.iter().all(|url| !url.contains("secrets")));
    let named = "fieldSelector=metadata.name%3Dcni-config";
    assert!(asked.iter().filter(|url| url.starts_with(CONFIG_MAPS)).all(|url| url.contains(named)));
}

#[tokio::test]
async fn a_thousand_events_a_second_are_a_few_snapshots() {
    let server = with_pods(500, 10);
    let mut seen = session(&server, Pace::default());
    seen.all_live().await;
    let events = async {
        for at in 0..200 {
            for n in 0..10 {
                server.put(PODS, pod(&format!("burst-{at}-{n}")));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let (count, ()) = tokio::join!(seen.publications(Duration::from_secs(2)), events);
    assert!((4..=9).contains(&count), "{count} snapshots in 2s");
    seen.until(|now| now.pods.len() == 2010).await;
}

#[tokio::test]
async fn only_the_config_maps_that_are_wanted_are_read() {
    let server = Server::start(500);
    for name in ["cni-config", "other"] {
        server.put(CONFIG_MAPS, json!({"metadata": {"namespace": "cni", "name": name}, "data": {"mode": "vxlan"}}));
    }
    let mut seen = session(&server, pace());
    let live = seen.all_live().await;
    let names: Vec<_> = live.config_maps.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(names, ["cni-config"]);
}

#[tokio::test]
async fn a_list_that_is_cut_goes_on_where_it_was() {
    let server = with_pods(500, 1200);
    server.fault("pods", On::Later, What::Cut, 2);
    let mut seen = session(&server, pace());
    seen.until_but(|now| failed_because(pods(now), "connection"), |now| now.sources.is_live(Kind::Pod)).await;
    let live = seen.all_live().await;
    assert_eq!(live.pods.len(), 1200);
    let first = server.requests().iter().filter(|url| *url == "/api/v1/pods?limit=500").count();
    assert_eq!(first, 1, "the first page is not asked for again");
}

#[tokio::test]
async fn an_expired_list_goes_on_with_the_token_of_the_server() {
    let server = with_pods(500, 1200);
    server.fault("pods", On::Later, What::Expired { resume: true }, 1);
    let mut seen = session(&server, pace());
    assert_eq!(seen.all_live().await.pods.len(), 1200);
    assert!(server.requests().contains(&"/api/v1/pods?limit=500&continue=500-late".to_owned()));
    let watch = server.requests().into_iter().find(|url| url.starts_with(PODS) && url.contains("watch=1")).unwrap();
    assert!(watch.contains("resourceVersion=1300&"), "from the version of the first page: {watch}");
}

#[tokio::test]
async fn an_expired_list_without_a_token_begins_anew() {
    let server = with_pods(500, 1200);
    server.fault("pods", On::Later, What::Expired { resume: false }, 1);
    let mut seen = session(&server, pace());
    seen.until(|now| failed_because(pods(now), "no longer has the changes")).await;
    assert_eq!(seen.all_live().await.pods.len(), 1200);
}

#[tokio::test]
async fn an_expired_watch_reads_the_list_again() {
    let server = with_pods(500, 20);
    let mut seen = session(&server, pace());
    seen.all_live().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.lose(PODS, "pod-7");
    server.fault("pods", On::Watch, What::Gone, 3);
    server.end_watches(true);
    let cut = Timestamp::now() + Duration::from_millis(100);
    let stale = seen.until_but(|now| stale_because(pods(now), "no longer has the changes"), |now| now.pods.len() != 20).await;
    let State::Stale { since, .. } = pods(&stale) else { unreachable!() };
    assert!(*since <= cut, "it was current until the watch broke");
    let live = seen.until_but(|now| now.pods.len() == 19, |now| now.sources.is_live(Kind::Pod)).await;
    assert_eq!(live.sources.of(Kind::Pod).items, 19, "what went unseen is gone");
    seen.all_live().await;
}

#[tokio::test]
async fn a_forbidden_kind_says_so_and_the_rest_is_live() {
    let server = with_pods(500, 3);
    let message = "daemonsets.apps is forbidden: User \"u\" cannot list";
    server.fault("daemonsets", On::Any, What::Status(403, message), usize::MAX);
    let mut seen = session(&server, pace());
    let forbidden = |now: &Snapshot| match &now.sources.of(Kind::DaemonSet).state {
        State::Forbidden { why } => why == message,
        _ => false,
    };
    let now = seen.until(|now| forbidden(now) && now.sources.is_live(Kind::Pod)).await;
    assert_eq!((now.pods.len(), &now.link), (3, &Link::Up));
    server.heal();
    seen.all_live().await;
}

#[tokio::test]
async fn a_kind_that_somebody_installs_is_asked_for_at_once() {
    let server = Server::start(500);
    let what = What::Status(403, "adminnetworkpolicies is forbidden");
    server.fault("adminnetworkpolicies", On::Any, what, usize::MAX);
    let mut seen = session(&server, Pace { denied: Duration::from_secs(60), ..pace() });
    let state = |now: &Snapshot| now.sources.of(Kind::AdminNetworkPolicy).state.clone();
    seen.until(|now| state(now) == State::Absent && now.sources.is_live(Kind::Pod)).await;
    server.heal();
    let policy = json!({"metadata": {"name": "tenants"}, "spec": {"priority": 3, "subject": {"namespaces": {}}}});
    server.put("/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies", policy);
    let crd = json!({"metadata": {"name": "adminnetworkpolicies.policy.networking.k8s.io"}});
    server.put("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
    seen.until(|now| state(now) == State::Live && now.cluster_policies.len() == 1).await;
}

#[tokio::test]
async fn a_kind_that_is_not_served_is_absent_until_it_is() {
    let server = Server::start(500);
    server.fault("networkpolicies", On::Any, What::Status(404, "the server could not find the requested resource"), usize::MAX);
    let mut seen = session(&server, pace());
    seen.until(|now| now.sources.of(Kind::NetworkPolicy).state == State::Absent).await;
    server.heal();
    seen.all_live().await;
}

#[tokio::test]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let server = with_pods(500, 3);
    server.fault("pods", On::First, What::Busy(1), 1);
    let mut seen = session(&server, pace());
    seen.until(|now| failed_because(pods(now), "busy (429)")).await;
    let began = Instant::now();
    seen.all_live().await;
    assert!(began.elapsed() > Duration::from_millis(700), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_server_that_falls_silent_in_a_list_does_not_hang_it() {
    let server = with_pods(500, 1200);
    server.fault("pods", On::Later, What::Stall, 1);
    let mut seen = session(&server, pace());
    seen.until_but(|now| failed_because(pods(now), "no answer from"), |now| now.sources.is_live(Kind::Pod)).await;
    assert_eq!(seen.all_live().await.pods.len(), 1200);
}

#[tokio::test]
async fn an_answer_without_an_end_is_given_up_and_asked_for_again() {
    let server = with_pods(500, 3);
    server.fault("pods", On::First, What::Flood, 1);
    let mut seen = session(&server, pace());
    seen.until(|now| failed_because(pods(now), "sent more than 256 MiB in one answer")).await;
    seen.all_live().await;
}

#[tokio::test]
async fn a_watch_that_falls_silent_is_opened_again_without_a_word() {
    let server = with_pods(500, 3);
    let mut seen = session(&server, Pace { idle: Duration::from_millis(400), ..pace() });
    seen.all_live().await;
    let watches = || server.requests().iter().filter(|url| url.starts_with(PODS) && url.contains("watch=1")).count();
    let before = watches();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(watches() > before);
    assert!(seen.snapshots.borrow().sources.is_live(Kind::Pod));
}

#[tokio::test]
async fn watches_that_end_are_opened_again_without_a_word() {
    let server = with_pods(500, 3);
    let mut seen = session(&server, pace());
    seen.all_live().await;
    for cut in [false, true] {
        tokio::time::sleep(Duration::from_millis(400)).await;
        server.end_watches(cut);
        assert_eq!(seen.publications(Duration::from_millis(600)).await, 0);
        assert_eq!(server.watches(), Kind::ALL.len());
    }
    server.put(PODS, pod("new"));
    seen.until(|now| now.pods.len() == 4).await;
}

#[tokio::test]
async fn a_server_that_stops_is_down_and_everything_heals_when_it_is_back() {
    let mut server = with_pods(500, 3);
    let mut seen = session(&server, pace());
    seen.all_live().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.stop();
    let address = server.address();
    let refused = format!("connection refused, {address}");
    let down = seen
        .until(|now| {
            let stale = Kind::ALL.into_iter().all(|kind| stale_because(&now.sources.of(kind).state, &refused));
            matches!(&now.link, Link::Down { why, retry_at: Some(_), .. } if *why == *refused) && stale
        })
        .await;
    assert_eq!(down.pods.len(), 3, "the last that was known stays");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(Kind::ALL.into_iter().all(|kind| !seen.snapshots.borrow().sources.is_live(kind)));
    server.start_again();
    server.put(PODS, pod("new"));
    assert_eq!(seen.all_live().await.pods.len(), 4);
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_waited_for() {
    let mut server = with_pods(500, 3);
    server.stop();
    let mut seen = session(&server, pace());
    seen.until_but(|now| matches!(now.link, Link::Down { .. }), |now| now.sources.is_live(Kind::Pod)).await;
    server.start_again();
    seen.all_live().await;
}

#[tokio::test]
async fn a_login_that_ended_is_renewed_by_the_plugin() {
    let server = with_pods(500, 3);
    let tokens = tempfile::NamedTempFile::new().unwrap();
    let token = |value: &str| std::fs::write(tokens.path(), value).unwrap();
    let script = format!(r#"printf '{{"kind":"ExecCredential","status":{{"token":"%s"}}}}' $(cat {})"#, tokens.path().display());
    server.user(&format!("{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['-c', {script:?}]}}}}"));
    token("one");
    server.require("one");
    let mut seen = session(&server, pace());
    seen.all_live().await;

    server.require("two");
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.end_watches(true);
    seen.until(|now| stale_because(pods(now), "The login ended (401)")).await;
    token("two");
    seen.all_live().await;
}

#[tokio::test]
async fn a_plugin_that_wants_an_answer_gets_none_and_says_what_to_do() {
    let server = with_pods(500, 3);
    let asked = tempfile::NamedTempFile::new().unwrap();
    let script = format!("echo x >> {}; read password || exit 1", asked.path().display());
    server.user(&format!("{{exec: {{command: sh, args: ['-c', {script:?}]}}}}"));
    let mut seen = session(&server, Pace { denied: Duration::from_secs(60), ..pace() });
    let words = "The credential plugin wants an answer. Leave, log in, come back.";
    seen.until(|now| matches!(&now.link, Link::LoggedOut { why, .. } if why.starts_with(words))).await;
    seen.until(|now| Kind::ALL.into_iter().all(|kind| failed_because(&now.sources.of(kind).state, words))).await;
    assert_eq!(std::fs::read_to_string(asked.path()).unwrap(), "x\n", "it is asked once, not once a list");
    server.user("{}");
    seen.attachment.retry_now();
    seen.all_live().await;
}

#[tokio::test]
async fn a_kubeconfig_that_cannot_be_used_says_why_and_is_read_again_on_demand() {
    let server = with_pods(500, 3);
    std::fs::write(server.kubeconfig(), "contexts: []").unwrap();
    let mut seen = session(&server, pace());
    seen.until(|now| matches!(&now.link, Link::Unconfigured { why } if why.contains("has no current context"))).await;
    server.user("{}");
    seen.attachment.retry_now();
    seen.all_live().await;
}

#[tokio::test]
async fn a_session_that_is_dropped_lets_go_of_the_server() {
    let server = with_pods(500, 3);
    let mut seen = session(&server, pace());
    seen.all_live().await;
    drop(seen);
    for _ in 0..50 {
        if server.watches() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} watches are still open", server.watches());
}

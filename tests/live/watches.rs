//! What goes wrong with a watch.

use crate::server::{On, What};
use crate::session::*;
use cnitui::cluster::Pace;
use cnitui::snapshot::{Kind, Snapshot, State};
use jiff::Timestamp;
use std::time::{Duration, Instant};

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
async fn a_busy_server_is_asked_for_a_watch_when_it_says_and_the_list_ages_meanwhile() {
    let server = with_pods(500, 3);
    let mut seen = session(&server, pace());
    seen.all_live().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.fault("pods", On::Watch, What::Busy(503, 1), 1);
    server.end_watches(true);
    seen.until(|now| stale_because(pods(now), "ask again later")).await;
    let began = Instant::now();
    seen.all_live().await;
    assert!(began.elapsed() > Duration::from_millis(700), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_list_that_may_not_be_watched_is_kept_ages_and_is_read_again() {
    let server = with_pods(500, 3);
    server.fault("pods", On::Watch, What::Status(403, "cannot watch resource \"pods\""), usize::MAX);
    let mut seen = session(&server, pace());
    let aging = |now: &Snapshot| stale_because(pods(now), "it may be listed, not watched: cannot watch resource");
    let forbidden = |now: &Snapshot| matches!(pods(now), State::Forbidden { .. });
    assert_eq!(seen.until_but(aging, forbidden).await.pods.len(), 3);
    server.put(PODS, pod("new"));
    seen.until_but(|now| aging(now) && now.pods.len() == 4, |now| !aging(now)).await;
    server.heal();
    seen.all_live().await;
}

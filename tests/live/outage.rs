//! A server that is gone, and comes back.

use crate::session::*;
use cnitui::snapshot::{Kind, Link};
use std::time::Duration;

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
async fn a_clock_that_differs_from_the_servers_is_told_and_everything_works() {
    let server = with_pods(500, 3);
    server.ahead(-600);
    let mut seen = session(&server, pace());
    let live = seen.all_live().await;
    let ahead = live.clock_ahead.expect("it is told").as_secs();
    assert!((-603..=-598).contains(&ahead), "{ahead}");
    server.ahead(0);
    server.end_watches(true);
    seen.until(|now| now.clock_ahead.is_none()).await;
}

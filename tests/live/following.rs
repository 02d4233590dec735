//! A cluster that is well: it is followed, quietly, and let go.

use crate::server::{On, Server, What};
use crate::session::*;
use cnitui::cluster::Pace;
use cnitui::snapshot::{Kind, Link, Snapshot};
use serde_json::json;
use std::time::Duration;

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
    let absent = ["adminnetworkpolicies", "ciliumnetworkpolicies"];
    for path in absent {
        server.fault(path, On::Any, What::Status(404, "the server could not find the requested resource"), usize::MAX);
    }
    let mut seen = session(&server, Pace { absent: Duration::from_secs(60), ..pace() });
    seen.until(|now| now.sources.missing().next().is_none() && now.link == Link::Up).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = server.requests();
    // A third kind ends like the first of these.
    assert_eq!(server.watches(), Kind::ALL.len() - absent.len() - 1);
    server.put(PODS, pod("pod-1"));
    server.bookmark();
    assert_eq!(seen.publications(Duration::from_millis(800)).await, 0, "an equal object wakes nobody");
    assert_eq!(server.requests(), asked);
    assert!(asked.iter().all(|url| !url.contains("secrets")));
    let named = "fieldSelector=metadata.name%3Dcni-config";
    assert!(asked.iter().filter(|url| url.starts_with(CONFIG_MAPS)).all(|url| url.contains(named)));
}

#[tokio::test]
async fn thousands_of_events_a_second_are_a_few_snapshots() {
    let server = with_pods(500, 20);
    let mut seen = session(&server, Pace::default());
    seen.all_live().await;
    let events = async {
        for at in 0..200 {
            for n in 0..20 {
                let mut moved = pod(&format!("pod-{n}"));
                moved["status"]["podIPs"][0]["ip"] = format!("10.1.{at}.{n}").into();
                server.put(PODS, moved);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let (count, ()) = tokio::join!(seen.publications(Duration::from_secs(2)), events);
    assert!((4..=9).contains(&count), "{count} snapshots in 2s");
    let ended =
        |now: &Snapshot| now.pods.iter().all(|pod| pod.ips.iter().flatten().any(|ip| ip.to_string().starts_with("10.1.199.")));
    seen.until(ended).await;
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

//! What goes wrong while a list is read.

use crate::server::{On, What};
use crate::session::*;
use cnitui::snapshot::Kind;
use serde_json::json;
use std::time::{Duration, Instant};

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
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    for (code, words) in [(429, "busy (429)"), (503, "ask again later")] {
        let server = with_pods(500, 3);
        server.fault("pods", On::First, What::Busy(code, 1), 1);
        let mut seen = session(&server, pace());
        seen.until(|now| failed_because(pods(now), words)).await;
        let began = Instant::now();
        seen.all_live().await;
        assert!(began.elapsed() > Duration::from_millis(700), "{code}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_server_that_never_answers_a_list_does_not_hang_it() {
    let server = with_pods(500, 3);
    server.fault("pods", On::First, What::Silence, 1);
    let mut seen = session(&server, pace());
    seen.until_but(|now| failed_because(pods(now), "no answer from"), |now| now.sources.is_live(Kind::Pod)).await;
    assert_eq!(seen.all_live().await.pods.len(), 3);
}

#[tokio::test]
async fn an_object_with_impossible_fields_is_named_and_the_others_are_kept() {
    let server = with_pods(500, 3);
    let mut odd = pod("odd");
    odd["spec"]["containers"] = json!("none");
    odd["status"]["podIP"] = json!({"not": "an address"});
    server.put(PODS, odd.clone());
    let mut seen = session(&server, pace());
    let live = seen.all_live().await;
    assert!(live.pods.iter().any(|pod| pod.name == "odd") && live.pods.len() == 4);
    assert!(live.problems.iter().any(|problem| problem.object == "Pod web/odd"), "{:?}", live.problems);

    odd["metadata"]["name"] = json!("odder");
    server.put(PODS, odd);
    server.put(PODS, pod("odd"));
    let mended = seen.until(|now| now.pods.len() == 5 && now.problems.iter().all(|one| one.object != "Pod web/odd")).await;
    assert!(mended.problems.iter().any(|problem| problem.object == "Pod web/odder"), "{:?}", mended.problems);
    assert!(mended.sources.is_live(Kind::Pod), "one odd object does not end the watch");
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

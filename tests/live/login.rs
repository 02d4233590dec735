//! Kubeconfigs and credentials that end, fail, or change.

use crate::server::{On, Server, What};
use crate::session::*;
use cnitui::cluster::Pace;
use cnitui::snapshot::{Kind, Link, Snapshot, State};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::time::Duration;

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
    seen.until(|now| stale_because(pods(now), "does not accept the login of context test (401)")).await;
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

/// A plugin that runs `script` before it gives `token` until `ends`, and writes a line into the file each time.
fn plugin(server: &Server, script: &str, token: &str, ends: Timestamp) -> tempfile::NamedTempFile {
    let asked = tempfile::NamedTempFile::new().unwrap();
    let status = json!({"kind": "ExecCredential", "status": {"token": token, "expirationTimestamp": ends.to_string()}});
    let script = format!("{script}; echo x >> {}; echo '{status}'", asked.path().display());
    server.user(&format!("{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['-c', {script:?}]}}}}"));
    server.require(token);
    asked
}

#[tokio::test]
async fn a_credential_that_ends_soon_or_has_ended_by_our_clock_is_used_and_asked_for_once() {
    for seconds in [5, -3600] {
        let server = with_pods(500, 3);
        let asked = plugin(&server, "true", "short", Timestamp::now() + SignedDuration::from_secs(seconds));
        let mut seen = session(&server, pace());
        seen.all_live().await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let asked_before = server.requests().len();
        server.end_watches(true);
        let all_begin_again = async {
            while server.requests().len() < asked_before + Kind::ALL.len() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), all_begin_again).await.expect("watches begin again");
        seen.all_live().await;
        assert_eq!(std::fs::read_to_string(asked.path()).unwrap(), "x\n", "{seconds}");
    }
}

#[tokio::test]
async fn a_plugin_that_takes_its_time_is_named_and_waited_for() {
    let server = with_pods(500, 3);
    plugin(&server, "sleep 1", "slow", Timestamp::now() + SignedDuration::from_hours(1));
    let mut seen = session(&server, Pace { patience: Duration::from_millis(100), ..pace() });
    let down = |now: &Snapshot| now.link.is_down();
    seen.until_but(|now| matches!(&now.link, Link::LoggingIn { plugin, .. } if plugin == "sh"), down).await;
    seen.until_but(|now| now.link == Link::Up, down).await;
    seen.all_live().await;
}

#[tokio::test]
async fn a_token_that_is_refused_is_no_business_of_a_plugin_and_a_new_one_is_found() {
    let server = with_pods(500, 3);
    server.user("{token: old}");
    server.require("new");
    let mut seen = session(&server, pace());
    let words = "The API server does not accept the login of context test (401). Log in again; it is tried again by itself.";
    let out = |now: &Snapshot| matches!(&now.link, Link::LoggedOut { why, .. } if *why == *words);
    seen.until_but(out, |now| now.link == Link::Up).await;
    server.user("{token: new}");
    seen.all_live().await;
}

#[tokio::test]
async fn a_kubeconfig_written_anew_leads_to_another_server() {
    let mut server = with_pods(500, 3);
    let other = with_pods(500, 7);
    let mut seen = session(&server, pace());
    seen.all_live().await;
    server.stop();
    seen.until(|now| now.link.is_down()).await;
    std::fs::copy(other.kubeconfig(), server.kubeconfig()).unwrap();
    seen.until(|now| now.sources.is_live(Kind::Pod) && now.pods.len() == 7).await;
    seen.all_live().await;
}

#[tokio::test]
async fn what_a_plugin_or_a_server_says_cannot_steer_the_terminal() {
    let server = with_pods(500, 3);
    let is_clean = |text: &str| !text.chars().any(|c| c.is_control() || c == '\u{202e}');
    server.fault("pods", On::Any, What::Status(403, "\u{1b}[2J\u{9b}31m\u{202e}no"), usize::MAX);
    let mut seen = session(&server, pace());
    let now = seen.until(|now| matches!(pods(now), State::Forbidden { .. })).await;
    let State::Forbidden { why } = pods(&now) else { unreachable!() };
    assert!(why.contains("no") && is_clean(why), "{why:?}");

    server.user(r#"{exec: {command: sh, args: ['-c', 'printf "\\033[2J\\302\\23331m broken" >&2; exit 1']}}"#);
    let mut seen = session(&server, pace());
    let now = seen.until(|now| now.link.is_down()).await;
    let Link::LoggedOut { why, .. } = &now.link else { panic!("{:?}", now.link) };
    assert!(why.contains("broken") && is_clean(why), "{why:?}");
}

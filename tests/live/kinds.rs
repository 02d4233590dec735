//! Kinds that may not be read, are not served, or come and go.

use crate::server::{On, Server, What};
use crate::session::*;
use cnitui::cluster::Pace;
use cnitui::snapshot::{Kind, Link, Snapshot, State};
use serde_json::json;
use std::time::Duration;

const POLICIES: &str = "/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies";
const CRDS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

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
    server.put(POLICIES, policy);
    let crd = json!({"metadata": {"name": "adminnetworkpolicies.policy.networking.k8s.io"}});
    server.put(CRDS, crd);
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
async fn a_kind_that_somebody_removes_is_absent_and_its_objects_are_gone() {
    let server = Server::start(500);
    server.put(CRDS, json!({"metadata": {"name": "adminnetworkpolicies.policy.networking.k8s.io"}}));
    server.put(POLICIES, json!({"metadata": {"name": "tenants"}, "spec": {"priority": 3, "subject": {"namespaces": {}}}}));
    let mut seen = session(&server, pace());
    assert_eq!(seen.all_live().await.cluster_policies.len(), 1);
    server.fault(
        "adminnetworkpolicies",
        On::Any,
        What::Status(404, "the server could not find the requested resource"),
        usize::MAX,
    );
    server.remove(CRDS, "adminnetworkpolicies.policy.networking.k8s.io");
    server.cut_watches(POLICIES);
    let absent = |now: &Snapshot| now.sources.of(Kind::AdminNetworkPolicy).state == State::Absent;
    let gone = seen.until(|now| absent(now) && now.crds.is_empty() && now.cluster_policies.is_empty()).await;
    assert_eq!(gone.sources.of(Kind::AdminNetworkPolicy).items, 0);
    server.heal();
    server.put(CRDS, json!({"metadata": {"name": "adminnetworkpolicies.policy.networking.k8s.io"}}));
    assert_eq!(seen.all_live().await.cluster_policies.len(), 1);
}

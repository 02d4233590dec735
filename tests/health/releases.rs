//! Releases that one should not stay on, and configurations that were changed under running agents.

use super::*;

const RELEASED: &str = "
agents:
  - { kind: DaemonSet, labels: [app=rel], containers: [rel], images: [rel/node], role: network-and-policy }
mode:
  - { set: { encryption: wireguard }, when: [{ subject: config-map, config_map: '*/rel-config', name: secret, values: ['true'] }] }
releases:
  - { versions: ['<1.9'], says: gets no more fixes, since: '2026-11-01', weight: info, source: { ref: rel docs, as_of: 2026-11-01 } }
  - { versions: ['<2'], says: ends tomorrow, since: '2026-11-21', weight: error, source: { ref: rel docs, as_of: 2026-11-01 } }
  - versions: ['>=1.7.0 <1.7.4', '>=1.8.0 <1.8.2']
    says: leaks (CVE-1)
    since: '2026-01-01'
    weight: warning
    when: [{ subject: config-map, config_map: '*/rel-config', name: secret, values: ['true'] }]
    source: { ref: rel advisory, as_of: 2026-01-01 }
";

/// A cluster of the 20th with that release and configuration.
fn runs(release: &str, secret: &str) -> Snapshot {
    let mut snapshot = cluster(2);
    everywhere(&mut snapshot, "rel", &format!("rel=example.org/rel/node:{release}"));
    snapshot.config_maps.insert(Arc::new(config_map("kube-system", "rel-config", &[("secret", secret)])));
    snapshot
}

fn said(snapshot: &Snapshot) -> Vec<(Severity, String)> {
    let assessment = assess(snapshot, &catalog(&[("rel", RELEASED)]));
    of(&assessment, "release-outdated").iter().map(|one| (one.severity, one.message.clone())).collect()
}

#[test]
fn a_release_without_fixes_is_worth_knowing_and_one_with_an_advisory_a_warning() {
    let leaks = (Severity::Warning, "v1.8.1 leaks (CVE-1)".to_owned());
    let ends = |version: &str| (Severity::Info, format!("{version} gets no more fixes"));
    assert_eq!(said(&runs("v1.8.1", "true")), [leaks, ends("v1.8.1")]);
    assert_eq!(said(&runs("v1.8.1", "false")), [ends("v1.8.1")], "the configuration does not have what leaks");
    assert_eq!(said(&runs("v1.8.2", "true")), [ends("v1.8.2")], "mended");
    assert_eq!(said(&runs("v1.9.0", "true")), []);
    assert_eq!(said(&runs("latest", "true")), [], "what tells no version is not judged");
}

#[test]
fn a_network_that_nobody_develops_is_a_warning() {
    let mut snapshot = cluster(1);
    let words: &[&str] = &["weave=weaveworks/weave-kube:2.8.1"];
    let npc: &[&str] = &["weave-npc=weaveworks/weave-npc:2.8.1"];
    let workload = daemon_set(&snapshot, "weave-net", "name=weave-net", &[words, npc]);
    install(&mut snapshot, workload, &["n1"]);
    let assessment = assess(&snapshot, real());
    let found = of(&assessment, "release-outdated");
    assert_eq!(
        found.iter().map(|one| one.message.as_str()).collect::<Vec<_>>(),
        ["runs Weave Net, which nobody develops any more"]
    );
}

#[test]
fn releases_of_the_real_catalogue_are_judged_by_their_configuration() {
    let of_cilium = |tag: &str, routes: &str| {
        let mut snapshot = cluster(1);
        let words: &[&str] = &[&format!("cilium-agent=quay.io/cilium/cilium:{tag}")];
        let workload = daemon_set(&snapshot, "cilium", "k8s-app=cilium", &[words]);
        install(&mut snapshot, workload, &["n1"]);
        let settings = [("enable-endpoint-routes", routes), ("enable-l7-proxy", "false")];
        snapshot.config_maps.insert(Arc::new(config_map("kube-system", "cilium-config", &settings)));
        of(&assess(&snapshot, real()), "release-outdated").len()
    };
    assert_eq!(of_cilium("v1.18.7", "true"), 1);
    assert_eq!(of_cilium("v1.18.8", "true"), 0);
    assert_eq!(of_cilium("v1.18.7", "false"), 0);
    assert_eq!(of_cilium("v1.17.13", "true"), 2);
}

#[test]
fn a_configuration_that_is_newer_than_the_agents_is_worth_knowing_until_they_restart() {
    let at = |time: &str| time.parse::<jiff::Timestamp>().unwrap();
    let changed = |created: &str, restarted: Option<&str>| {
        let mut snapshot = runs("v1.9.0", "true");
        let map = config_map("kube-system", "rel-config", &[("secret", "true")]);
        snapshot
            .config_maps
            .replace(0, Arc::new(cnitui::snapshot::ConfigMap { changed: Some(at("2026-11-20T12:00:00Z")), ..map }));
        for pod in ["rel-n1", "rel-n2"] {
            change_pod(&mut snapshot, pod, |pod| {
                if let Some(restarted) = restarted {
                    crash(pod);
                    let last = RunState::Terminated {
                        exit_code: 1,
                        reason: "Error".into(),
                        message: "".into(),
                        at: at(restarted).as_second() as u32,
                    };
                    pod.trouble.as_mut().unwrap().containers[0].last = Some(last);
                }
                pod.created = at(created).as_second() as u32;
            });
        }
        let assessment = assess(&snapshot, &catalog(&[("rel", RELEASED)]));
        let found = of(&assessment, "config-changed");
        found.iter().map(|one| (one.object.to_string(), one.severity, one.message.clone())).collect::<Vec<_>>()
    };
    let name = "ConfigMap kube-system/rel-config".to_owned();
    let before = "2026-11-20T10:00:00Z";
    assert_eq!(changed(before, None), [(name, Severity::Info, "was changed after 2 pods of rel started".to_owned())]);
    assert_eq!(changed(before, Some("2026-11-20T12:30:00Z")), []);
    assert_eq!(changed("2026-11-20T12:00:01Z", None), []);
}

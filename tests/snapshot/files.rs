//! Files: what kubectl writes and what people write.

use crate::{RICH, problems, read};
use cnitui::session;
use cnitui::snapshot::{Kind, Origin, Peer, Phase, PolicyPort, PolicyRule, PortRef, Reader, RunState, Snapshot, State};
use jiff::Timestamp;
use std::path::PathBuf;

const POD: &str = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"web","name":"NAME"}}"#;

fn pod(name: &str) -> String {
    POD.replace("NAME", name)
}

fn pods(snapshot: &Snapshot) -> Vec<String> {
    let mut names: Vec<_> = snapshot.pods.iter().map(|pod| pod.name.to_string()).collect();
    names.sort();
    names
}

#[test]
fn pods_say_what_troubles_them_and_nothing_if_nothing_does() {
    let snapshot = read(RICH);
    let pod = |name: &str| snapshot.pods.iter().find(|pod| pod.name == name).unwrap();
    assert_eq!(pod("front-1").trouble, None);
    assert_eq!(pod("front-1").owner.as_ref().map(|owner| owner.name.as_str()), Some("front-7d9"));
    assert_eq!(pod("front-1").ips, [Some("10.244.0.5".parse().unwrap()), Some("fd00::5".parse().unwrap())]);
    assert_eq!((pod("done").phase, &pod("done").trouble), (Phase::Succeeded, &None));
    assert_eq!(pod("waits").trouble.as_ref().map(|trouble| trouble.reason.as_str()), Some("Unschedulable"));
    let crashing = pod("calico-node-x");
    let trouble = crashing.trouble.as_ref().unwrap();
    assert_eq!((crashing.restarts(), trouble.since, crashing.terminating), (7, 1_767_346_200, true));
    assert!(trouble.containers[0].init);
    assert_eq!(
        trouble.containers[1].last,
        Some(RunState::Terminated { exit_code: 137, reason: "OOMKilled".into(), message: "".into(), at: 1_767_347_999 })
    );
}

#[test]
fn workloads_nodes_and_services_keep_what_is_read() {
    let snapshot = read(RICH);
    let daemon_set = snapshot.workloads.iter().find(|workload| workload.name == "calico-node").unwrap();
    assert_eq!((daemon_set.rollout.desired, daemon_set.rollout.ready, daemon_set.rollout.observed), (3, 2, true));
    assert_eq!(daemon_set.containers[0].args.to_vec(), ["start", "--felix"]);
    let token = daemon_set.containers[0].env.iter().find(|env| env.name == "TOKEN").unwrap();
    assert_eq!((&token.value, &token.config), (&None, &None));
    assert!(daemon_set.node_affinity);
    let deployment = snapshot.workloads.iter().find(|workload| workload.name == "front").unwrap();
    assert_eq!((deployment.rollout.desired, deployment.rollout.current, deployment.rollout.observed), (4, 3, false));
    let node = snapshot.nodes.iter().next().unwrap();
    assert_eq!((node.pod_cidrs.len(), node.internal_ips.len(), node.pod_capacity), (2, 1, Some(110)));
    assert!(node.annotations.get("kubectl.kubernetes.io/last-applied-configuration").is_none());
    let front = snapshot.services.iter().find(|service| service.name == "front").unwrap();
    assert_eq!(front.ports[0].target, PortRef::Name("http".into()));
    assert_eq!(front.ports[1].target, PortRef::Number(53));
    let headless = snapshot.services.iter().find(|service| service.name == "headless").unwrap();
    assert!(headless.cluster_ips.is_empty() && headless.headless);
}

#[test]
fn objects_without_a_namespace_belong_to_default_and_old_policies_are_read() {
    let snapshot = read(RICH);
    let old = snapshot.policies.iter().find(|policy| policy.name == "old").unwrap();
    assert_eq!((old.namespace.as_str(), old.isolates_ingress, old.isolates_egress), ("default", true, false));
    assert!(old.pod_selector.is_empty());
}

#[test]
fn a_status_without_a_generation_is_a_status() {
    let daemon_set = |rest: &str| {
        let text = format!(r#"{{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{{"name":"a","generation":1}}{rest}}}"#);
        read(&text).workloads.iter().next().unwrap().rollout
    };
    assert!(daemon_set(r#","status":{"desiredNumberScheduled":3,"numberReady":3}"#).observed);
    assert!(!daemon_set(r#","status":{"desiredNumberScheduled":0,"numberReady":0}"#).observed);
    assert!(!daemon_set("").observed);
}

#[test]
fn an_installed_kind_is_known_by_its_name_alone() {
    let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ciliumnodes.cilium.io}";
    let snapshot = read(text);
    assert_eq!(snapshot.crds.iter().next().unwrap().group, "cilium.io");
}

#[test]
fn json_comes_alone_in_lines_concatenated_and_in_lists() {
    assert_eq!(pods(&read(&pod("a"))), ["a"]);
    assert_eq!(pods(&read(&format!("{}\n{}\n", pod("a"), pod("b")))), ["a", "b"]);
    assert_eq!(pods(&read(&format!("{}{}", pod("a"), pod("b")))), ["a", "b"]);
    assert_eq!(pods(&read(&format!("[{},{}]", pod("a"), pod("b")))), ["a", "b"]);
    let list = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{},null,{}]}}"#, pod("a"), pod("b"));
    assert_eq!(pods(&read(&list)), ["a", "b"]);
    let untyped = r#"{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}"#;
    assert_eq!(pods(&read(untyped)), ["a"]);
}

#[test]
fn a_list_that_is_null_or_empty_is_a_complete_list_of_nothing() {
    for items in ["null", "[]"] {
        let snapshot = read(&format!("apiVersion: v1\nkind: PodList\nitems: {items}\n"));
        assert_eq!(snapshot.sources.of(Kind::Pod).state, State::Live);
        assert!(snapshot.problems.is_empty());
    }
}

#[test]
fn of_kinds_that_the_files_do_not_have_nothing_is_known() {
    let snapshot = read(&pod("a"));
    assert!(snapshot.sources.is_live(Kind::Pod));
    assert_eq!(snapshot.sources.of(Kind::NetworkPolicy).state, State::Unknown);
}

#[test]
fn empty_documents_comments_and_foreign_kinds_are_no_problem() {
    let text = "# only a comment\n---\n---\n\n---\n# more\n---\napiVersion: v1\nkind: Secret\n---\nkind: Kustomization\n...\n";
    let snapshot = read(text);
    assert_eq!(problems(&snapshot), Vec::<String>::new());
    assert!(read("").problems.is_empty());
}

#[test]
fn a_broken_document_is_named_and_loses_no_other() {
    let text = format!("# head\n{}\n---\na: [1\nb: 2\n---\n{}\n--- # last\nhello\n", yaml("a"), yaml("b"));
    let snapshot = read(&text);
    assert_eq!(pods(&snapshot), ["a", "b"]);
    let problems = problems(&snapshot);
    assert_eq!(problems.len(), 2);
    assert!(problems[0].starts_with("f:8: not valid YAML: "), "{}", problems[0]);
    assert!(problems[1].starts_with("f:15: no Kubernetes object: "), "{}", problems[1]);
}

#[test]
fn an_item_of_a_yaml_list_is_named_with_its_own_line() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  apiVersion: v1\n  metadata: {name: a}\n# the second\n\
                - kind: Pod\n  apiVersion: v1\n  metadata:\n    name: b\n    namespace: [5]\n- null\n- {kind: Pod, apiVersion: v1, metadata: {namespace: w}}\n";
    let indented = text.replace('\n', "\n  ").replace("\n  kind: List\n  items", "\nkind: List\nitems");
    for (text, first) in [(text.to_owned(), 8), (format!("---\n{indented}"), 9)] {
        let snapshot = read(&text);
        assert_eq!(pods(&snapshot), ["a"]);
        let lines: Vec<_> = problems(&snapshot).iter().map(|said| said.split(": ").next().unwrap().to_owned()).collect();
        assert_eq!(lines, [format!("f:{first}"), format!("f:{}", first + 6)], "{:?}", problems(&snapshot));
    }
}

fn yaml(name: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}")
}

#[test]
fn a_broken_line_of_json_is_named_and_loses_no_other() {
    let snapshot = read(&format!("{}\n{{\"kind\": oops}}\n{}\n", pod("a"), pod("b")));
    assert_eq!(pods(&snapshot), ["a", "b"]);
    assert_eq!(problems(&snapshot), ["f:2: not valid JSON: expected value"]);
}

#[test]
fn an_impossible_field_is_named_with_the_line_of_its_object() {
    let text =
        format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n{},\n{}]}}", pod("a"), pod("b").replace("\"web\"", "5"));
    assert_eq!(
        problems(&read(&text)),
        ["f:3: Pod without a name: metadata.namespace: invalid type: integer `5`, expected a string"]
    );
    let policy = "\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n\
                  spec: {ingress: [{ports: [{port: 70000}]}]}\n";
    assert_eq!(
        problems(&read(policy)),
        [
            "f:3: NetworkPolicy p: spec.ingress[0].ports[0].port: invalid value: integer `70000`, expected a port from 1 to 65535, \
          or a port's name; skipped"
        ]
    );
}

#[test]
fn anchors_and_merge_keys_are_resolved() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: &l {app: front}\nspec:\n  x: {<<: *l}\n";
    assert!(read(text).pods.iter().next().unwrap().labels.get("app").is_some());
}

#[test]
fn cluster_info_dump_has_logs_between_its_objects() {
    let text = format!(
        "{}\n==== START logs for container c of pod web/a ====\n{{\"level\":\"info\"}}\nnot json\n\
         ==== END logs for container c of pod web/a ====\n{}\n",
        pod("a"),
        pod("b")
    );
    let snapshot = read(&text);
    assert_eq!(pods(&snapshot), ["a", "b"]);
    assert!(snapshot.problems.is_empty(), "{:?}", snapshot.problems);
}

#[test]
fn folders_are_read_to_the_bottom_and_what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("deep")).unwrap();
    std::fs::write(folder.path().join("deep/a.yml"), yaml("a")).unwrap();
    std::fs::write(folder.path().join("b.json"), pod("b")).unwrap();
    std::fs::write(folder.path().join("logs.txt"), "no manifest").unwrap();
    let missing = folder.path().join("missing.yaml");
    let catalog = cnitui::catalog::Catalog::default();
    let snapshot = session::read_files(&[folder.path().to_owned(), missing.clone()], &catalog).unwrap();
    assert_eq!(pods(&snapshot), ["a", "b"]);
    assert_eq!(problems(&snapshot), [format!("{}: No such file or directory (os error 2)", missing.display())]);
    let name = format!("{}, {}", folder.path().display(), missing.display());
    assert_eq!(snapshot.origin, Origin::Files { name: name.as_str().into() });
    let error = session::read_files(std::slice::from_ref(&missing), &catalog).unwrap_err();
    assert_eq!(error, format!("{}: No such file or directory (os error 2)", missing.display()));
    let empty = session::read_files(&[PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/catalog")], &catalog);
    assert!(empty.unwrap_err().ends_with("no file here ends in .yaml, .yml or .json"));
}

#[test]
fn a_log_ends_where_the_dump_says_and_puts_no_objects_among_ours() {
    let mark = |mark: &str| format!("==== {mark} logs for container c of pod web/a ====\n");
    let (start, end) = (mark("START"), mark("END"));
    for said in ["==== my banner ====\n", &mark("END").replace("web/a", "web/b"), &end] {
        let snapshot = read(&format!("{}\n{start}{said}{}\n{end}{}\n", pod("a"), pod("forged"), pod("b")));
        assert_eq!((pods(&snapshot), problems(&snapshot)), (vec!["a".into(), "b".into()], vec![]), "{said}");
    }
    let cut = read(&format!("{}\n{start}hello\n{}\n", pod("a"), pod("b")));
    assert_eq!(pods(&cut), ["a"]);
    assert_eq!(problems(&cut), ["f:2: these logs of a container do not end; nothing behind is read"]);
}

#[test]
fn what_begins_with_a_brace_is_a_stream_of_documents_like_any_other() {
    let flow = "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n";
    assert_eq!(pods(&read(&format!("{flow}---\n{}\n---\n{}", yaml("b"), pod("c")))), ["a", "b", "c"]);
    let snapshot = read(&format!("{}\n---\n{}\n{{\"kind\": oops}}\n", pod("a"), pod("b")));
    assert_eq!(pods(&snapshot), ["a", "b"]);
    assert_eq!(problems(&snapshot), ["f:4: not valid JSON: expected value"]);
    let template = read(&format!("{{{{- if .Values.x }}}}\n{}\n{{{{- end }}}}\n---\n{}\n", yaml("a"), yaml("b")));
    assert_eq!(pods(&template), ["b"]);
    let problems = problems(&template);
    assert!(problems[0].starts_with("f:1: not valid YAML") && problems[0].ends_with("give what it renders"), "{problems:?}");
}

#[test]
fn one_odd_value_loses_nothing_else() {
    let odd = "spec: {x: 99999999999999999999999999, y: .inf, z: 0x1F, nodeName: n, 5: six, true: seven, t: !foo {a: b}}";
    let snapshot = read(&format!("{}\n{odd}\n--- # next\n\u{feff}{}\n\u{feff}---\n{}\n", yaml("a"), yaml("b"), yaml("c")));
    assert_eq!((pods(&snapshot), problems(&snapshot)), (vec!["a".into(), "b".into(), "c".into()], vec![]));
    assert!(snapshot.pods.iter().any(|pod| pod.node == "n"));
    let tagged = read("apiVersion: v1\nkind: Pod\nmetadata: !mine {name: !ours a}\n");
    assert_eq!(pods(&tagged), ["a"]);
    let wrong = read("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: .inf}\n");
    assert_eq!(problems(&wrong), ["f:1: Deployment a: spec.replicas: invalid type: string \"inf\", expected u32; skipped"]);
    assert_eq!(wrong.workloads.len(), 1);
}

#[test]
fn utf_16_is_read_and_what_is_no_text_says_so() {
    let read = |bytes: &[u8]| {
        let mut reader = Reader::new(Origin::default());
        reader.read_bytes("f", bytes);
        reader.finish(Timestamp::UNIX_EPOCH)
    };
    let units: Vec<u16> = format!("\u{feff}{}\r\n", yaml("a").replace('\n', "\r\n")).encode_utf16().collect();
    let (little, big) = (units.iter().flat_map(|unit| unit.to_le_bytes()), units.iter().flat_map(|unit| unit.to_be_bytes()));
    assert_eq!(pods(&read(&little.clone().collect::<Vec<_>>())), ["a"]);
    assert_eq!(pods(&read(&big.collect::<Vec<_>>())), ["a"]);
    let unmarked: Vec<u8> = little.skip(2).collect();
    assert_eq!(problems(&read(&unmarked)), ["f: it is not text: neither UTF-8, nor UTF-16 with its mark"]);
    assert_eq!(problems(&read(b"\x1f\x8b\x08")), ["f: it is compressed; unpack it first"]);
    let latin = read(b"apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {city: K\xf6ln}}\n");
    assert_eq!(pods(&latin), ["a"]);
    assert_eq!(problems(&latin), ["f: line 3 is not UTF-8; what is not is read as \u{fffd}"]);
}

#[test]
fn a_time_that_is_yet_to_come_does_not_set_the_clock() {
    for absurd in ["9999-12-31T23:59:59Z", "2090-01-01T00:00:00Z"] {
        let mut reader = Reader::new(Origin::default());
        reader.not_later_than("2026-02-01T00:00:00Z".parse().unwrap());
        for (name, time) in [("a", absurd), ("b", "2026-01-02T10:00:00Z")] {
            reader.read("f", &format!("{}\n  creationTimestamp: \"{time}\"\n", yaml(name)));
        }
        let snapshot = reader.finish(Timestamp::UNIX_EPOCH);
        assert_eq!(snapshot.taken_at, "2026-01-02T10:00:00Z".parse().unwrap());
        assert_eq!((pods(&snapshot).len(), snapshot.problems.len()), (2, 1));
        assert!(snapshot.problems[0].message.ends_with("which is yet to come; ages do not count from there"));
    }
}

#[test]
fn an_empty_rule_of_a_policy_is_what_the_api_server_makes_of_it() {
    let policy = |spec: &str| {
        let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ";
        let snapshot = read(&format!("{head}{spec}"));
        let said = problems(&snapshot).iter().map(|said| said.replace("f:1: NetworkPolicy p: ", "")).collect::<Vec<_>>();
        (snapshot.policies.iter().next().unwrap().ingress.to_vec(), said)
    };
    let everybody = PolicyRule { peers: vec![], ports: vec![] };
    let nobody = Peer::Pods { namespaces: None, pods: None };
    let (rules, said) = policy("{ingress: [null]}");
    assert_eq!(
        (rules, said),
        (vec![everybody], vec!["spec.ingress[0]: null is an empty object to the API server; read as {}".into()])
    );
    for (spec, says) in [
        ("{ingress: [{from: [null]}]}", "spec.ingress[0].from[0]: null is an empty object to the API server; skipped"),
        ("{ingress: [{from: [{}]}]}", "spec.ingress[0].from[0]: it names nobody: neither a selector nor an ipBlock; skipped"),
        ("{ingress: [{from: oops}]}", "spec.ingress[0].from: invalid type: string \"oops\", expected a sequence; skipped"),
        ("{ingress: [oops]}", "spec.ingress[0]: invalid type: string \"oops\", expected an object; skipped"),
    ] {
        let (rules, said) = policy(spec);
        assert_eq!((rules[0].peers.as_slice(), said), ([nobody.clone()].as_slice(), vec![says.to_owned()]), "{spec}");
    }
    for (port, says) in [
        ("{port: 443, endPort: 80}", "endPort 80 is below port 443"),
        ("{endPort: 80}", "endPort 80 without a port"),
        ("{port: web, endPort: 80}", "endPort 80 with a port that has a name, web"),
    ] {
        let (rules, said) = policy(&format!("{{ingress: [{{ports: [{port}]}}]}}"));
        assert_eq!(
            (rules[0].ports.as_slice(), said),
            ([PolicyPort::NONE].as_slice(), vec![format!("spec.ingress[0].ports[0]: {says}; skipped")])
        );
    }
}

#[test]
fn two_saved_snapshots_are_not_mixed_in_silence() {
    let saved = |context: &str, state: &str| {
        format!(
            "apiVersion: cnitui.dev/v1\nkind: SnapshotInfo\ntakenAt: 2026-01-02T10:00:00Z\norigin: {{from: live, context: {context}}}\n\
             sources: [{{kind: Pod, state: {state}}}]\n---\n"
        )
    };
    let snapshot = read(&(saved("prod", "live") + &saved("test", "absent")));
    assert_eq!(snapshot.origin.name(), "prod");
    assert_eq!(snapshot.sources.of(Kind::Pod).state, State::Absent);
    assert_eq!(
        problems(&snapshot),
        [
            "f:7: SnapshotInfo: test at 2026-01-02T10:00:00Z is a second saved snapshot; its objects are mixed with those of prod at \
          2026-01-02T10:00:00Z: read one at a time"
        ]
    );
}

#[test]
fn a_demo_is_two_seconds_younger_than_its_newest_fact() {
    let catalog = cnitui::catalog::embedded().0;
    let first = session::demo("", &catalog).unwrap();
    assert_eq!(first.origin, Origin::Demo { name: "crash-loop".into() });
    let (_, text) = cnitui::snapshot::scenes()[0];
    assert_eq!(first.taken_at.as_second(), read(text).taken_at.as_second() + 2);
    assert!(session::demo("no such scene", &catalog).is_none());
}

#[test]
fn lists_in_lists_end_somewhere() {
    let (open, close) = (r#"{"apiVersion":"v1","kind":"List","items":["#.repeat(20_000), "]}".repeat(20_000));
    let mut reader = Reader::new(Origin::default());
    reader.read("deep.json", &format!("{open}{close}"));
    let snapshot = reader.finish(Timestamp::UNIX_EPOCH);
    assert_eq!(snapshot.problems.len(), 1);
    assert_eq!(snapshot.problems[0].message, "a list in lists: it lies too deep");
}

#[test]
fn restarts_beyond_all_numbers_stay_at_the_highest() {
    let container = |name| format!(r#"{{"name":"{name}","restartCount":2147483647,"ready":false}}"#);
    let pod = format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"a","namespace":"b"}},"status":{{"containerStatuses":[{},{},{}]}}}}"#,
        container("a"),
        container("b"),
        container("c")
    );
    let mut reader = Reader::new(Origin::default());
    reader.read("pod.json", &pod);
    let snapshot = reader.finish(Timestamp::UNIX_EPOCH);
    assert_eq!(snapshot.pods.iter().next().unwrap().restarts(), u32::MAX);
}

#[test]
fn a_list_that_lacks_an_object_is_not_complete() {
    let state = |text: &str, kind: Kind| read(text).sources.of(kind).state.clone();
    let whole = format!("{}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n}}\n", yaml("a"));
    let bad = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: b}\nspec: {podSelector: {matchLabels: {app: 5}}}\n";
    for (broken, kind) in [
        (bad, Kind::NetworkPolicy),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n", Kind::Pod),
        ("kind: List\nitems:\n- {kind: Pod, metadata: {name: [}}\n", Kind::Pod),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: ''}\n", Kind::Pod),
    ] {
        assert_eq!(state(&format!("{whole}---\n{broken}"), kind), State::Partial { skipped: 1 }, "{broken}");
    }
    let others = "# Notes\n\nSee: [this\n---\nkind: Role\nmetadata: {name: [}\nsubjects: [{kind: Pod}]\n";
    assert_eq!(state(&format!("{whole}---\n{others}"), Kind::Pod), State::Live, "neither is one of our objects");
    assert_eq!(state(bad, Kind::Pod), State::Unknown);
}

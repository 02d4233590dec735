//! The program as others call it: output, errors and exit status. No terminal, no cluster.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

use serde_json::Value;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

/// What a call said and how it ended.
struct Said {
    status: i32,
    out: String,
    err: String,
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cnitui"));
    command.env_remove("NO_COLOR").env("KUBECONFIG", "/nonexistent/kubeconfig").stdin(Stdio::null());
    command
}

fn cnitui(args: &[&str]) -> Said {
    let done = program().args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { status: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
}

fn json(args: &[&str]) -> Value {
    let said = cnitui(args);
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{args:?}: {error}: {} {}", said.out, said.err))
}

fn ids(document: &Value) -> Vec<&str> {
    document["providers"].as_array().unwrap().iter().map(|provider| provider["id"].as_str().unwrap()).collect()
}

#[test]
fn the_matrix_is_a_table_with_signs_and_without_colour_on_a_pipe() {
    let said = cnitui(&["providers"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("PROVIDER "), "{}", said.out);
    let weave = said.out.lines().find(|line| line.starts_with("Weave Net dead")).expect("the dead are told apart");
    assert!(weave.contains('●') && !said.out.contains('\u{1b}'));
    assert!(
        said.out.lines().position(|line| line.starts_with("Weave"))
            > said.out.lines().position(|line| line.starts_with("Cilium"))
    );
}

#[test]
fn colours_and_ascii_come_when_asked_for() {
    assert!(cnitui(&["providers", "--color", "always"]).out.contains("\u{1b}[1mPROVIDER"));
    assert!(cnitui(&["providers", "--color=always", "-o", "json"]).out.starts_with('{'));
    assert!(cnitui(&["providers", "--ascii", "-o", "wide"]).out.is_ascii());
}

#[test]
fn the_decision_record_says_at_which_level_each_excluding_cell_stands() {
    let record = cnitui(&["choose", "--need", "encryption", "--need", "fqdn", "--record", "-"]).out;
    let row = |start: &str| record.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {record}"));
    assert_eq!(row("| Provider | Asked"), "| Provider | Asked | Level | The cell says | Source | As of |");
    assert!(row("| Calico | FQDN").starts_with("| Calico | FQDN rules | partial | paid editions only |"));
    assert!(row("| flannel | FQDN").starts_with("| flannel | FQDN rules | no | none |"));
    assert!(row("| Romana | alive").starts_with("| Romana | alive | no | dead |"), "a sourced yes to dead is a no to alive");
}

#[test]
fn the_document_of_providers_has_every_cell_with_its_source() {
    let document = json(&["providers", "-o", "json"]);
    assert_eq!(document["schema"], "cnitui.providers/v1");
    let features = document["features"].as_array().unwrap();
    assert!(
        features.iter().any(|feature| feature["id"] == "encryption" && feature["seed"] == true && feature["group"] == "security")
    );
    for provider in document["providers"].as_array().unwrap() {
        assert_eq!(provider["cells"].as_object().unwrap().len(), features.len(), "{}", provider["id"]);
        for (id, cell) in provider["cells"].as_object().unwrap() {
            let has_source =
                cell["sources"].as_array().is_some_and(|sources| !sources.is_empty() && sources[0]["as_of"].is_string());
            assert!(has_source || cell["level"] == "unknown", "{} {id}", provider["id"]);
        }
    }
}

#[test]
fn filters_and_orders_are_those_of_the_screen() {
    let dead = json(&["providers", "--filter", "status:dead in:yes", "-o", "json"]);
    assert!(ids(&dead).contains(&"romana") && ids(&dead).contains(&"weave-net") && !ids(&dead).contains(&"calico"));
    let sorted = json(&["providers", "--sort", "-name", "-o", "json"]);
    let names: Vec<String> =
        sorted["providers"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap().to_lowercase()).collect();
    assert!(names.windows(2).all(|pair| pair[0] >= pair[1]), "{names:?}");
    assert_eq!(ids(&json(&["providers", "--filter", "nothing-has-this", "-o", "json"])), [""; 0]);
}

#[test]
fn a_wrong_filter_is_one_line_with_a_position_and_what_may_have_been_meant() {
    let said = cnitui(&["providers", "--filter", "in:yes encrytion:yes", "-o", "json"]);
    assert_eq!((said.status, said.out.as_str()), (2, ""));
    assert_eq!(said.err, "cnitui: --filter: no column \"encrytion\", at 8; encryption?\n");
}

#[test]
fn wrong_calls_are_one_plain_line_and_end_with_2() {
    for args in [
        &["provders"][..],
        &["providers", "--nonsense"],
        &["providers", "-o", "xml"],
        &["providers", "calcio"],
        &["providers", "--sort", "colour"],
        &["providers", "--edition", "1999-01"],
        &["providers", "--data", "/nonexistent"],
        &["compare", "calico"],
        &["compare", "calico", "project-calico"],
        &["policy"],
        &["snapshot", "--demo", "-o", "csv"],
        &["policy", "list", "--demo", "-n", "nope"],
        &["status", "--demo", "-n", "nope"],
        &["policy", "lint", "--demo", "-n", "nope"],
        &["policy", "coverage", "--demo", "-n", "nope"],
        &["policy", "connectivity", "--demo", "-n", "nope"],
        &["snapshot", "--demo", "-n", "shop"],
        &["providers", "-n", "shop"],
        &["-o", "json"],
        &["--demo", "nope"],
        &["--theme", "pink"],
        &["man", "nope"],
        &["--demo", "--from", "x", "providers"],
        &[],
    ] {
        let said = cnitui(args);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.starts_with("cnitui: ") && said.err.lines().count() == 1, "{args:?}: {}", said.err);
    }
    for (args, says) in [
        (&["policy"][..], "cnitui: 'cnitui policy' requires a subcommand but one was not provided"),
        (&["compare", "calico", "calico"], "cnitui: calico cannot be compared with itself; name another\n"),
        (
            &["providers", "--data", "/nonexistent"],
            "cnitui: /nonexistent: it cannot be read: No such file or directory (os error 2)\n",
        ),
        (&["policy", "list", "--demo", "-n", "nope"], "cnitui: there is no namespace nope in crash-loop\n"),
        (&["providers", "--filter", "encr:yes"], "cnitui: --filter: no column \"encr\", at 1; encryption?\n"),
        (&["--theme", "pink"], "cnitui: no theme \"pink\""),
    ] {
        let said = cnitui(args).err;
        assert!(said.starts_with(says), "{args:?}: {said}");
    }
    assert_eq!(cnitui(&["providers", "calcio"]).err, "cnitui: there is no provider calcio; calico?\n");
    assert!(cnitui(&[]).err.contains("needs a terminal"));
}

#[test]
fn a_provider_is_told_whole_with_who_says_so() {
    let said = cnitui(&["providers", "Calico"]);
    for part in
        ["Calico (calico)", "Features of Calico", "Encryption", "WireGuard", "Adoption of Calico", "240", "Project Calico"]
    {
        assert!(said.out.contains(part), "{part} is missing:\n{}", said.out);
    }
    let document = json(&["providers", "calico", "weave", "-o", "json"]);
    assert_eq!(ids(&document), ["calico", "weave-net"]);
    assert_eq!(document["providers"][1]["status"], "dead");
}

#[test]
fn only_differences_leaves_out_what_is_known_to_be_the_same() {
    let all = json(&["compare", "calico", "cilium", "-o", "json"]);
    let different = json(&["compare", "calico", "cilium", "--diff", "-o", "json"]);
    assert_eq!(all["schema"], "cnitui.compare/v1");
    let count = |document: &Value| document["features"].as_array().unwrap().len();
    assert!(count(&different) < count(&all) && count(&different) > 0);
    assert!(different["features"].as_array().unwrap().iter().all(|feature| feature["differs"] == true));
}

#[test]
fn the_edition_of_2018_is_what_was_printed_with_its_footnotes() {
    let said = cnitui(&["providers", "--edition", "2018-11"]);
    let calico = said.out.lines().find(|line| line.starts_with("Calico")).unwrap();
    let cells: Vec<&str> = calico.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(cells, ["Calico", "Layer 3", "Yes", "Yes", "? not printed", "Etcd (1)", "Yes", "Yes", "? not printed"]);
    assert!(said.out.contains("(1) Calico and Canal can talk to Kubernetes directly instead of etcd."));
    assert!(said.out.contains("\nAdvice\nkubenet if you need nothing more."));
    let first = json(&["providers", "--edition", "2017-10", "-o", "json"]);
    assert_eq!(first["schema"], "cnitui.edition/v1");
    let weave = first["rows"].as_array().unwrap().iter().find(|row| row["provider"] == "weave-net").unwrap();
    assert_eq!(weave["adoption"], serde_json::json!([4832, 52, 393]));
}

#[test]
fn tables_for_other_programs_are_whole_and_safe() {
    let csv = cnitui(&["providers", "-o", "csv", "--columns", "encryption,In"]).out;
    assert_eq!(csv.lines().next(), Some("Id,Name,Status,Role,Encryption,In"));
    assert!(csv.lines().any(|line| line.starts_with("kubenet,kubenet,active,primary,no: none,no:")), "{csv}");
    let markdown = cnitui(&["providers", "-o", "markdown", "--columns", "bgp"]).out;
    assert!(markdown.starts_with("| Id | Name | Status | Role | BGP |\n| --- |"), "{markdown}");
    let yaml = cnitui(&["providers", "kubenet", "-o", "yaml"]).out;
    let read: serde_yaml::Value = serde_yaml::from_str(&yaml).unwrap();
    assert_eq!(read["providers"][0]["cells"]["encryption"]["level"], "no");
    assert!(yaml.contains("level: 'no'") || yaml.contains("level: \"no\""), "YAML 1.1 readers take a bare no for false");
}

#[test]
fn data_of_ones_own_replaces_the_catalogue_and_its_faults_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("providers")).unwrap();
    put(
        "features.yaml",
        "groups: [{ id: g, title: G }]\nfeatures:\n  - { id: bgp, group: g, title: BGP, short: BGP, definition: d }\n",
    );
    put(
        "providers/mine.yaml",
        "id: mine\nname: \"=cmd|' /C calc'!A0\"\nrole: primary\nstatus: active\nsummary: s\nproject: { home: h, repository: r }\ncells:\n  \
         bgp: { level: perhaps }\n",
    );
    let data = folder.path().to_str().unwrap();
    let said = cnitui(&["providers", "--data", data, "-o", "csv"]);
    assert_eq!(said.out, "Id,Name,Status,Role,BGP\r\nmine,'=cmd|' /C calc'!A0,active,primary,unknown\r\n");
    assert_eq!(said.status, 0);
    assert!(said.err.contains("providers/mine.yaml:8: ") && said.err.lines().count() == 1, "{}", said.err);
}

#[test]
fn text_that_steers_terminals_never_reaches_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("providers")).unwrap();
    fs::write(folder.path().join("features.yaml"), "groups: []\nfeatures: []\n").unwrap();
    let evil = "id: evil\nname: \"a\\e[31m\\u202eb\"\nrole: primary\nstatus: active\nsummary: s\nproject: { home: h, repository: r }\ncells: {}\n";
    fs::write(folder.path().join("providers/evil.yaml"), evil).unwrap();
    for format in ["table", "wide", "csv", "markdown"] {
        let out = cnitui(&["providers", "--data", folder.path().to_str().unwrap(), "-o", format]).out;
        assert!(out.contains("evil") || out.contains("31m"), "{format}: {out}");
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{format}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = program().args(["providers", "-o", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((status.code(), said.as_str()), (Some(0), ""));
}

#[test]
fn help_completions_the_manual_and_the_role_are_on_standard_output() {
    for (args, part) in [
        (&["--help"][..], "Exit status: 0 well"),
        (&["--version"], "cnitui 0."),
        (&["completions", "bash"], "_cnitui()"),
        (&["completions", "zsh"], "#compdef cnitui"),
        (&["man"], ".TH cnitui 1"),
        (&["rbac"], "kind: ClusterRole"),
        (&["rbac", "read"], "daemonsets"),
        (&["rbac", "probe"], "resources: [pods/portforward]"),
    ] {
        let said = cnitui(args);
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{args:?}");
        assert!(said.out.contains(part), "{args:?}: {}", said.out);
    }
}

#[test]
fn status_ends_with_what_it_found() {
    for (demo, status, provider, verdict) in [
        ("healthy", 0, "cilium", "enforced"),
        ("crash-loop", 1, "calico", "partial"),
        ("ignored-policies", 1, "flannel", "not-enforced"),
    ] {
        let said = cnitui(&["status", "--demo", demo, "-o", "json"]);
        let document: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!((said.status, said.err.as_str()), (status, ""), "{demo}");
        assert_eq!(document["schema"], "cnitui.status/v1");
        assert_eq!(
            (&document["network"]["provider"], &document["policy"]["verdict"]),
            (&provider.into(), &verdict.into()),
            "{demo}"
        );
    }
}

#[test]
fn a_snapshot_is_read_back_to_the_same_answers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("facts.yaml");
    let file = file.to_str().unwrap();
    let written = cnitui(&["snapshot", "--demo", "crash-loop", "-f", file]);
    assert_eq!((written.status, written.out.as_str(), written.err.as_str()), (0, "", ""));
    for command in [&["status"][..], &["policy", "list"]] {
        let again = json(&[command, &["--from", file, "-o", "json"]].concat());
        let first = json(&[command, &["--demo", "crash-loop", "-o", "json"]].concat());
        for part in ["taken_at", "cluster", "network", "policy", "findings", "agents", "nodes", "policies", "namespaces"] {
            assert_eq!(again[part], first[part], "{command:?} {part}");
        }
    }
}

#[test]
fn a_redacted_snapshot_keeps_the_verdict_and_loses_the_names() {
    let redacted = cnitui(&["snapshot", "--demo", "crash-loop", "--redact"]).out;
    assert!(!redacted.contains("worker-4") && !redacted.contains("payments") && redacted.contains("calico-node"));
    let mut child =
        program().args(["status", "--from", "-", "-o", "json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), redacted.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let document: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((done.status.code(), &document["policy"]["verdict"]), (Some(1), &"partial".into()));
}

#[test]
fn the_provider_of_the_named_cluster_is_here() {
    let here = json(&["providers", "--demo", "crash-loop", "--filter", "here:yes", "-o", "json"]);
    assert_eq!(ids(&here), ["calico"]);
    assert!(cnitui(&["providers", "--demo", "crash-loop"]).out.contains("\nCalico here "));
    assert!(
        cnitui(&["compare", "cilium", "calico", "--demo", "crash-loop"]).out.lines().next().unwrap().ends_with("CALICO HERE")
    );
}

#[test]
fn a_snapshot_of_json_is_one_document_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("facts.json");
    let document = json(&["snapshot", "--demo", "healthy", "-o", "json"]);
    assert_eq!(document["kind"], "List");
    fs::write(&file, document.to_string()).unwrap();
    let again = json(&["status", "--from", file.to_str().unwrap(), "-o", "json"]);
    let first = json(&["status", "--demo", "healthy", "-o", "json"]);
    for part in ["network", "policy", "findings", "agents", "nodes", "sources"] {
        assert_eq!(again[part], first[part], "{part}");
    }
}

#[test]
fn watching_what_never_changes_is_one_line_of_json() {
    let said = cnitui(&["status", "--watch", "--demo", "healthy", "-o", "json"]);
    assert_eq!((said.status, said.out.lines().count()), (0, 1));
    assert_eq!(serde_json::from_str::<Value>(&said.out).unwrap()["schema"], "cnitui.status/v1");
}

#[test]
fn every_format_of_the_status_has_the_verdict_and_the_findings() {
    for format in ["table", "wide", "csv", "markdown"] {
        let said = cnitui(&["status", "--demo", "crash-loop", "-o", format]).out;
        assert!(said.contains("crash-loops") && said.contains("vxlan") && said.contains("worker-4"), "{format}: {said}");
    }
    let markdown = cnitui(&["status", "--demo", "crash-loop", "-o", "markdown"]).out;
    assert!(!markdown.lines().any(|line| line.starts_with("    ")), "four spaces are code: {markdown}");
    let wide = cnitui(&["status", "--demo", "crash-loop", "-o", "wide"]).out;
    assert!(wide.contains("PODS OF AGENTS") && wide.contains("\nNODES\n"));
    assert!(cnitui(&["policy", "list", "--demo", "-o", "wide"]).out.contains("\nNAMESPACES\n"));
    let csv = cnitui(&["policy", "list", "--demo", "-o", "csv"]).out;
    assert!(csv.contains(",-") && !csv.contains("'-"), "{csv}");
    let rows = cnitui(&["providers", "calico", "-o", "csv"]).out;
    let features = rows.split("\r\n\r\n").next().unwrap();
    assert!(features.lines().all(|line| !line.starts_with(',')), "each row says of which feature it is");
    assert_eq!(cnitui(&["providers", "--filter", "encryption:bogus"]).out, "Nothing matches.\n");
}

#[test]
fn each_command_has_its_manual_page() {
    let whole = cnitui(&["man"]).out;
    assert!(whole.contains("cnitui\\-providers(1)") && whole.contains(".SH NOTES\nExit status") && !whole.contains(".SH EXTRA"));
    let page = cnitui(&["man", "providers"]).out;
    assert!(page.contains(".TH cnitui-providers 1") && page.contains("filter"), "{page}");
    let page = cnitui(&["man", "policy", "list"]).out;
    assert!(page.contains(".TH cnitui-policy-list 1"), "{page}");
    assert!(cnitui(&["providers", "--help"]).out.contains("Options of every command:"));
}

#[test]
fn policies_are_listed_by_namespace() {
    let all = json(&["policy", "list", "--demo", "healthy", "-o", "json"]);
    let one = json(&["policy", "list", "--demo", "healthy", "-n", "shop", "-o", "json"]);
    let count = |document: &Value| document["policies"].as_array().unwrap().len();
    assert!(count(&one) > 0 && count(&one) < count(&all));
    assert!(one["policies"].as_array().unwrap().iter().all(|policy| policy["namespace"] == "shop"));
}

#[test]
fn a_namespace_narrows_what_is_counted_and_not_how_it_ends() {
    let linted = |args: &[&str]| json(&[&["policy", "lint", "--demo", "healthy", "-o", "json"], args].concat());
    let shop = json(&["policy", "list", "--demo", "healthy", "-n", "shop", "-o", "json"]);
    assert_eq!(linted(&["-n", "shop"])["policies"], shop["policies"].as_array().unwrap().len());
    assert!(linted(&[])["policies"].as_u64() > linted(&["-n", "shop"])["policies"].as_u64());
    let (all, shop) = (cnitui(&["status", "--demo", "crash-loop"]), cnitui(&["status", "--demo", "crash-loop", "-n", "shop"]));
    assert_eq!((all.status, shop.status), (1, 1));
    assert_eq!(all.out.lines().next(), shop.out.lines().next(), "the verdict is the cluster's");
    assert!(all.out.contains("calico-node-") && !shop.out.contains("\nAGENTS"), "{}", shop.out);
    assert!(shop.out.contains(" in other namespaces\n"), "{}", shop.out);
}

#[test]
fn the_rules_that_are_cited_are_told_without_a_cluster() {
    let said = cnitui(&["policy", "lint", "--rules", "-o", "csv"]);
    assert!(said.status == 0 && said.out.starts_with("Rule,Says,Source\r\nNP-1,"), "{}", said.out);
    assert_eq!(json(&["policy", "lint", "--rules", "-o", "json"])["schema"], "cnitui.policy.rules/v1");
}

#[test]
fn what_is_no_object_is_named_and_not_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "hunter2";
    for (name, text) in [
        ("text.yaml", "hunter2 and more\n"),
        ("list.yaml", "- hunter2\n- b\n"),
        ("kind.yaml", "kind: {a: hunter2}\n"),
        ("items.json", r#"{"kind": "List", "apiVersion": "v1", "items": "hunter2"}"#),
        ("values.json", r#"["hunter2", 3]"#),
        ("open.yaml", "a: \"hunter2\n"),
        ("map.yaml", "password: hunter2\n"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let said = cnitui(&["status", "-o", "json", "--from", folder.path().to_str().unwrap()]);
    assert!(!said.err.contains(secret) && !said.out.contains(secret), "{}{}", said.err, said.out);
    for name in
        ["text.yaml:1: no Kubernetes object: it is a text or a number", "kind.yaml:1: no Kubernetes object: its apiVersion"]
    {
        assert!(said.err.contains(name), "{}", said.err);
    }
}

#[test]
fn a_policy_that_was_skipped_leaves_no_answer_complete() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("facts.yaml");
    let bad = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: bad, namespace: shop}\n\
               spec: {podSelector: {matchLabels: {app: 5}}}\n";
    std::fs::write(&file, format!("{}---\n{bad}", cnitui(&["snapshot", "--demo", "healthy"]).out)).unwrap();
    let file = file.to_str().unwrap();
    let said = cnitui(&["policy", "list", "--from", file, "-o", "json"]);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.status, &document["complete"]), (2, &false.into()));
    assert!(said.err.contains("NetworkPolicy shop/bad"), "{}", said.err);
    let said = cnitui(&["status", "--from", file]);
    assert_eq!(said.status, 2);
    assert!(said.out.contains("1 of the NetworkPolicies could not be read"), "{}", said.out);
}

const TWO_PODS: &str = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: a}, status: {phase: Running, podIP: 10.0.0.1}}
- {apiVersion: v1, kind: Pod, metadata: {name: q, namespace: b}, status: {phase: Running, podIP: 10.0.0.2}}
- {apiVersion: v1, kind: Namespace, metadata: {name: a}}
- {apiVersion: v1, kind: Namespace, metadata: {name: b}}
";

#[test]
fn files_without_network_policies_say_nothing_of_who_may_call_whom() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pods.yaml");
    let file = file.to_str().unwrap();
    let asked: [&[&str]; 5] = [
        &["policy", "explain", "a/p", "b/q", "80"],
        &["policy", "connectivity"],
        &["policy", "diff", file, file],
        &["policy", "lint"],
        &["policy", "coverage"],
    ];
    fs::write(file, TWO_PODS).unwrap();
    for args in asked {
        let said = cnitui(&[args, &["-o", "json", "--from", file]].concat());
        assert_eq!(said.status, 2, "{args:?}: {}", said.out);
        assert!(said.out.contains("NetworkPolicy (all)"), "{args:?}: {}", said.out);
        assert!(!said.out.contains("\"verdict\": \"allow\""), "{args:?}: {}", said.out);
    }
    assert!(cnitui(&[asked[0], &["--from", file]].concat()).out.starts_with("? Cannot tell whether"));
    let none = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: []\n";
    fs::write(file, format!("{TWO_PODS}{none}")).unwrap();
    for args in &asked[..4] {
        let said = cnitui(&[*args, &["-o", "json", "--from", file]].concat());
        assert_eq!(said.status, 0, "{args:?}: {}", said.out);
    }
}

#[test]
fn a_broken_document_is_no_permission() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.yaml");
    let file = file.to_str().unwrap();
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n, namespace: a}\n\
                  spec: {podSelector: {matchLabels: {no: pod}}}\n";
    let deny = "kind: NetworkPolicy\nmetadata: {name: deny, namespace: b}\nspec: {podSelector: {}, policyTypes: [Ingress]\n";
    for broken in [deny, "spec: {podSelector: {}, policyTypes: [Ingress]\n"] {
        fs::write(file, format!("{TWO_PODS}---\n{policy}---\n{broken}")).unwrap();
        let said = cnitui(&["policy", "explain", "a/p", "b/q", "80", "-o", "json", "--from", file]);
        let document: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!((said.status, &document["verdict"]), (2, &"unknown".into()));
        let problems = document["problems"].as_array().unwrap();
        assert!(problems.iter().any(|one| one["message"].as_str().unwrap().starts_with("not valid YAML")), "{problems:?}");
        for args in
            [&["policy", "connectivity"][..], &["policy", "lint"], &["policy", "coverage"], &["policy", "diff", file, file]]
        {
            let said = cnitui(&[args, &["-o", "json", "--from", file]].concat());
            assert_eq!(said.status, 2, "{args:?}: {}", said.out);
            assert!(said.out.contains("not valid YAML"), "{args:?}: {}", said.out);
        }
    }
}

#[test]
fn a_manifest_says_nothing_of_pods_that_nobody_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calico.yaml");
    let text = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: calico-node, namespace: kube-system}\n\
                spec: {template: {metadata: {labels: {k8s-app: calico-node}}, spec: {hostNetwork: true,\n\
                initContainers: [{name: install-cni, image: 'calico/cni:v3.31.4'}],\n\
                containers: [{name: calico-node, image: 'calico/node:v3.31.4'}]}}}\n";
    std::fs::write(&file, text).unwrap();
    let said = cnitui(&["status", "--from", file.to_str().unwrap(), "-o", "json"]);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.status, &document["agents"][0]["desired"]), (2, &Value::Null));
    assert_eq!((&document["cluster"]["nodes"], &document["checks"]["ran"]), (&Value::Null, &2.into()));
    let said = cnitui(&["status", "--from", file.to_str().unwrap()]).out;
    assert!(said.contains("has no status: how far it is rolled out cannot be told"), "{said}");
    assert!(said.contains("nodes      ? Nodes not read"), "{said}");
}

#[test]
fn without_a_cluster_or_a_file_the_reason_is_one_line() {
    for (args, part) in [
        (&["status"][..], "/nonexistent/kubeconfig"),
        (&["status", "--from", "/nonexistent.yaml"], "/nonexistent.yaml"),
        (&["status", "--demo", "nonsense"], "there is no demo nonsense; there are "),
        (&["snapshot", "--demo", "-f", "/nonexistent/file"], "/nonexistent/file"),
    ] {
        let said = cnitui(args);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{args:?}");
        assert!(
            said.err.starts_with("cnitui: ") && said.err.contains(part) && said.err.lines().count() == 1,
            "{args:?}: {}",
            said.err
        );
    }
}

const SHOP: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec: { replicas: 2, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c }] } } }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: db, labels: { app: db } }
spec: { containers: [{ name: c }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: db }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }, { ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 5432 }] }]
";

#[test]
fn explain_says_the_verdict_its_steps_and_what_would_admit_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.yaml"), SHOP).unwrap();
    let from = folder.path().to_str().unwrap();
    let explain = |rest: &[&str]| cnitui(&[&["policy", "explain"], rest, &["--manifests", from]].concat());
    let allowed = explain(&["shop/Deployment/web", "shop/db", "TCP/5432"]);
    assert_eq!((allowed.status, allowed.err.as_str()), (0, ""));
    assert!(allowed.out.starts_with("✓ shop/Deployment/web can call shop/db on TCP/5432.\n"), "{}", allowed.out);
    let denied = explain(&["shop/web", "shop/db", "80"]);
    assert_eq!(denied.status, 1);
    assert!(
        denied.out.contains(
            "ingress: add an ingress rule to NetworkPolicy shop/db that allows pods app=web of namespace shop on TCP/80"
        ),
        "{}",
        denied.out
    );
    let nobody = explain(&["shop/nobody", "shop/db"]);
    assert_eq!((nobody.status, nobody.out.as_str()), (2, ""));
    assert_eq!(nobody.err, "cnitui: shop/nobody: there is no such pod; there are db, web-0, web-1\n");
    assert!(explain(&["shop/web", "shop/db", "http"]).err.contains("http: no port; write such as TCP/80"));
}

#[test]
fn the_document_of_explain_has_every_step_and_how_policies_were_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.yaml"), SHOP).unwrap();
    let from = folder.path().to_str().unwrap();
    let explain = |rest: &[&str]| json(&[&["policy", "explain", "-o", "json"], rest, &["--from", from]].concat());
    let document = explain(&["shop/web", "shop/db"]);
    assert_eq!(document["schema"], "cnitui.policy.explain/v1");
    assert_eq!((&document["verdict"], &document["flow"]["ports"]), (&"depends".into(), &"all".into()));
    assert_eq!(document["ports"], serde_json::json!({ "TCP": [[5432, 5432]] }));
    let dialect = serde_json::json!({
        "cni": "spec", "ipblock_matches_pods": true, "ipblock_matches_nodes": true, "ipblock_finds_port_names": false,
        "host_network": "as-node", "finished_pods": "drop" });
    assert_eq!(document["dialect"], dialect);
    let steps = document["steps"].as_array().unwrap();
    let told = |step: &Value| (step["side"].clone(), step["layer"].clone(), step["rule"].clone(), step["effect"].clone());
    let row = |side: &str, layer: &str, rule: Value, effect: &str| (side.into(), layer.into(), rule, effect.into());
    assert_eq!(
        steps.iter().map(told).collect::<Vec<_>>(),
        [
            row("egress", "default", Value::Null, "allow"),
            row("ingress", "networkpolicy", Value::Null, "isolates"),
            row("ingress", "networkpolicy", 0.into(), "allow"),
            row("ingress", "networkpolicy", Value::Null, "deny"),
        ]
    );
    assert_eq!(steps[2]["policy"], "shop/db");
    let document = explain(&["10.1.2.3", "shop/db", "tcp/5432", "--cni", "cilium", "--host-network", "as-pod"]);
    assert_eq!((&document["verdict"], &document["dialect"]["cni"]), (&"allow".into(), &"cilium".into()));
    assert_eq!(document["dialect"]["host_network"], "as-pod");
}

#[test]
fn lint_is_written_for_people_programs_code_scanners_and_test_runners() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.yaml"), SHOP.replace("{ app: web } } }, {", "{ app: wbe } } }, {")).unwrap();
    let from = folder.path().to_str().unwrap();
    let lint = |format: &str| cnitui(&["policy", "lint", "-o", format, "--from", from]);
    let said = lint("table");
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.contains("! A peer matches no pod."), "{}", said.out);
    let document: Value = serde_json::from_str(&lint("json").out).unwrap();
    assert_eq!(document["schema"], "cnitui.policy.lint/v1");
    assert_eq!(
        (&document["lints"][0]["id"], &document["lints"][0]["place"]),
        (&"peer-matches-nothing".into(), &"ingress[0].from[0]".into())
    );
    let sarif: Value = serde_json::from_str(&lint("sarif").out).unwrap();
    assert_eq!((&sarif["version"], &sarif["runs"][0]["results"][0]["level"]), (&"2.1.0".into(), &"warning".into()));
    let junit = lint("junit").out;
    assert!(junit.starts_with("<?xml version=\"1.0\"") && junit.contains("failures=\"1\""), "{junit}");
    assert!(
        cnitui(&["providers", "-o", "sarif"]).err.contains("only policy lint writes sarif, only policy lint and probe junit")
    );
}

#[test]
fn connectivity_lists_pairs_ports_exposure_and_what_no_policy_is_about() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.yaml"), SHOP).unwrap();
    let from = folder.path().to_str().unwrap();
    let document = json(&["policy", "connectivity", "-o", "json", "--cni", "cilium", "--manifests", from]);
    assert_eq!((&document["schema"], &document["dialect"]["cni"]), (&"cnitui.policy.connectivity/v1".into(), &"cilium".into()));
    let rows = document["endpoints"].as_array().unwrap();
    let named = |id: &Value| rows.iter().find(|row| row["id"] == *id).unwrap()["name"].as_str().unwrap_or("outside").to_owned();
    let told: Vec<_> = document["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (named(&one["src"]), named(&one["dst"]), one["ports"].clone()))
        .collect();
    let pair = |src: &str, dst: &str, ports: Value| (src.to_owned(), dst.to_owned(), ports);
    let postgres = || serde_json::json!({ "TCP": [[5432, 5432]] });
    assert!(told.contains(&pair("web", "db", postgres())), "{told:?}");
    assert!(told.contains(&pair("db", "web", "all".into())), "{told:?}");
    assert_eq!(told.iter().filter(|one| one.0 == "outside" && one.1 == "db" && one.2 == postgres()).count(), 1, "{told:?}");
    let web = rows.iter().find(|row| row["name"] == "web").unwrap();
    assert_eq!((&web["kind"], &web["workload_kind"], &web["count"]), (&"workload".into(), &"Deployment".into(), &2.into()));
    let unprotected: Vec<_> = document["unprotected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (named(&one["workload"]), one["direction"].clone()))
        .collect();
    assert_eq!(unprotected, [("db".into(), "egress".into()), ("web".into(), "ingress".into()), ("web".into(), "egress".into())]);
    assert_eq!(document["unknown"], serde_json::json!([]));
}

#[test]
fn connectivity_names_the_ways_in_and_where_they_lead() {
    let document = json(&["policy", "connectivity", "--demo", "crash-loop", "-n", "shop", "-o", "json"]);
    let way = &document["ways_in"][0];
    assert_eq!((&way["kind"], &way["name"], &way["hosts"][0]), (&"Ingress".into(), &"shop".into(), &"shop.example".into()));
    let workload = document["endpoints"].as_array().unwrap().iter().find(|one| one["id"] == way["workload"]).unwrap();
    assert_eq!((&workload["group"], &way["ports"]), (&"web".into(), &serde_json::json!({ "TCP": [[8080, 8080]] })));
    let said = cnitui(&["policy", "connectivity", "--demo", "crash-loop", "-n", "shop"]).out;
    assert!(said.contains("WAYS IN") && said.contains("Ingress shop/shop for shop.example"), "{said}");
}

#[test]
fn connectivity_says_what_it_cannot_tell_and_why() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.yaml"), SHOP).unwrap();
    let from = folder.path().to_str().unwrap();
    // By the specification a block may hold pods, and pods of files have no address yet.
    let other =
        "\n---\napiVersion: v1\nkind: Pod\nmetadata: { namespace: ops, name: job }\nspec: { containers: [{ name: c }] }\n";
    fs::write(folder.path().join("ops.yaml"), other).unwrap();
    let said = cnitui(&["policy", "connectivity", "--from", from]);
    assert_eq!((said.status, said.err.as_str()), (2, ""));
    let is_told = |line: &str| line.split_whitespace().eq(["ops/job", "shop/db", "?", "TCP/5432"]);
    assert!(said.out.lines().any(is_told), "{}", said.out);
    assert!(said.out.contains("1  whether an ipBlock holds it: an address is not known yet"), "{}", said.out);
    let sure = cnitui(&["policy", "connectivity", "--ipblock-matches-pods", "no", "-n", "ops", "-o", "csv", "--from", from]);
    assert_eq!(sure.status, 0);
    assert!(sure.out.contains("ops/job,shop/Deployment/web,all\r\n") && !sure.out.contains("ops/job,shop/db"), "{}", sure.out);
}

#[test]
fn diff_says_what_a_draft_opens_and_closes() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("shop.yaml"), SHOP).unwrap();
    let (policy, draft) = (SHOP.rsplit("---").next().unwrap(), at("draft.yaml"));
    fs::write(&draft, policy.replace("port: 5432", "port: 5433")).unwrap();
    let diff =
        |rest: &[&str]| cnitui(&[&["policy", "diff", &draft, "--cni", "cilium", "--from", &at("shop.yaml")], rest].concat());
    let said = diff(&["--exit-code"]);
    assert_eq!((said.status, said.err.as_str()), (1, ""));
    assert!(said.out.starts_with("2 pairs open, 2 close.\n"), "{}", said.out);
    let is_told = |line: &str| line.split_whitespace().eq(["shop/Deployment/web", "shop/db", "TCP/5433"]);
    assert!(said.out.lines().any(is_told), "{}", said.out);
    let document: Value = serde_json::from_str(&diff(&["-o", "json"]).out).unwrap();
    assert_eq!(document["schema"], "cnitui.policy.diff/v1");
    let closes: Vec<_> = document["changes"].as_array().unwrap().iter().map(|one| one["closes"].clone()).collect();
    assert_eq!(closes, vec![serde_json::json!({ "TCP": [[5432, 5432]] }); 2]);
    let same = cnitui(&["policy", "diff", &at("shop.yaml"), &at("shop.yaml"), "--exit-code"]);
    assert_eq!((same.status, same.out.lines().next()), (0, Some("Nothing changes: who can reach whom stays as it is.")));
}

#[test]
fn policies_of_other_kinds_are_listed_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let others = "---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: { name: tenants }\nspec: { priority: 7, \
                  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: db } } } }, ingress: [{ action: Deny, from: \
                  [{ namespaces: {} }] }] }\n---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { namespace: shop, name: l7 }\n";
    fs::write(folder.path().join("shop.yaml"), format!("{SHOP}{others}")).unwrap();
    let from = folder.path().to_str().unwrap();
    let said = cnitui(&["policy", "list", "--from", from]);
    let row = said.out.lines().find(|line| line.starts_with("AdminNetworkPolicy")).expect("it is listed");
    assert_eq!(
        row.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect::<Vec<_>>(),
        [
            "AdminNetworkPolicy",
            "tenants",
            "before NetworkPolicy, priority 7",
            "pods app=db of all namespaces",
            "1",
            "1 rule",
            "-"
        ]
    );
    let document = json(&["policy", "list", "-o", "json", "--from", from]);
    assert_eq!(
        (&document["others"][1]["kind"], &document["others"][1]["selected"]),
        (&"CiliumNetworkPolicy".into(), &Value::Null)
    );
    let kinds = &json(&["status", "-o", "json", "--from", from])["policy"]["kinds"];
    assert_eq!(*kinds, serde_json::json!({ "NetworkPolicy": 1, "AdminNetworkPolicy": 1, "CiliumNetworkPolicy": 1 }));
    let explained = json(&["policy", "explain", "shop/web", "shop/db", "80", "-o", "json", "--from", from]);
    assert_eq!(explained["verdict"], "unknown");
}

#[test]
fn coverage_counts_the_pods_of_each_workload_and_whether_that_is_in_force() {
    let document = json(&["policy", "coverage", "--demo", "healthy", "-n", "shop", "-o", "json"]);
    assert_eq!((&document["schema"], &document["verdict"]), (&"cnitui.policy.coverage/v1".into(), &"enforced".into()));
    let redis = document["workloads"].as_array().unwrap().iter().find(|one| one["name"] == "redis").unwrap();
    let all = serde_json::json!({ "isolated": 1, "in_force": 1, "unknown": 0 });
    assert_eq!((&redis["workload_kind"], &redis["ingress"], &redis["egress"]), (&"Deployment".into(), &all, &all));
    assert!(document["namespaces"].as_array().unwrap().iter().all(|one| one["namespace"] == "shop"));
}

#[test]
fn a_probe_plans_on_files_and_writes_only_to_a_cluster() {
    let said = cnitui(&["probe", "enforcement", "--dry-run", "--demo", "healthy", "--nodes", "2"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let kinds: Vec<&str> = said.out.lines().filter_map(|line| line.strip_prefix("kind: ")).collect();
    assert_eq!(kinds, ["Namespace", "Pod", "Pod", "Pod", "Pod", "Service", "Service", "NetworkPolicy", "NetworkPolicy"]);
    for part in ["pod-security.kubernetes.io/enforce: restricted", "activeDeadlineSeconds: ", "runAsNonRoot: true", "limits:"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    for (args, words) in [
        (&["probe", "enforcement", "--demo", "healthy", "--yes"][..], "files and demos cannot be measured"),
        (&["probe", "enforcement", "--dry-run", "--demo", "healthy", "--nodes", "nobody"], "there is no node nobody"),
        (&["probe", "enforcement", "--for", "1h"], "it is a duration from 2s to 10m"),
        (&["probe", "cleanup", "--demo", "healthy"], "nothing was removed"),
    ] {
        let said = cnitui(args);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains(words), "{args:?}: {}", said.err);
    }
}

#[test]
fn a_record_of_changes_is_told_with_what_followed_each() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("changes.jsonl");
    let line = |at: &str, turn: &str, name: &str, rest: &str| {
        format!(
            "{{\"schema\":\"cnitui.timeline/v1\",\"at\":\"2026-11-19T12:0{at}Z\",\"cluster\":\"prod\",\"turn\":\"{turn}\",\
             \"namespace\":\"kube-system\",\"name\":\"{name}\",\"what\":\"w\"{rest}}}\n"
        )
    };
    let change = line("0:00", "changed", "net", ",\"kind\":\"DaemonSet\",\"before\":\"a\",\"after\":\"b\"");
    let finding = line("2:33", "wrong", "net-x", ",\"kind\":\"Pod\",\"severity\":\"error\"");
    fs::write(&file, format!("{change}{finding}no line\n")).unwrap();
    let said = cnitui(&["timeline", file.to_str().unwrap()]);
    assert_eq!(said.status, 2, "a line that could not be read leaves it open");
    assert!(said.err.ends_with(":3: no line of a timeline: it is not JSON; skipped\n"), "{}", said.err);
    assert!(said.out.contains("2m 33s later Pod kube-system/net-x: w"), "{}", said.out);
    fs::write(&file, change + &finding).unwrap();
    let document = json(&["timeline", file.to_str().unwrap(), "-o", "json"]);
    assert_eq!(document["schema"], "cnitui.timeline/v1");
    let first = &document["changes"][0];
    assert_eq!((&first["before"], &first["after"], &first["turn"]), (&"a".into(), &"b".into(), &"changed".into()));
    assert_eq!(
        (&first["followed_by"][0]["object"], &first["followed_by"][0]["severity"]),
        (&"Pod kube-system/net-x".into(), &"error".into())
    );
    fs::write(&file, "my notes\n").unwrap();
    let said = cnitui(&["timeline", file.to_str().unwrap()]);
    assert!(said.status == 2 && said.err.contains("this is no timeline"), "{}", said.err);
}

#[test]
fn a_report_is_redacted_addressed_and_read_again_to_the_same_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, plain) = (folder.path().join("r.tar.gz"), folder.path().join("bundle"));
    let (archive, plain) = (archive.to_str().unwrap(), plain.to_str().unwrap());
    let written = json(&["report", "--demo", "crash-loop", "-f", archive, "-o", "json"]);
    assert_eq!(written["files"], serde_json::json!(["report.md", "snapshot.yaml"]));
    assert_eq!((&written["provider"], &written["redacted"]), (&"calico".into(), &true.into()));
    assert_eq!(written["tracker"], "https://github.com/projectcalico/calico/issues");
    let (live, again) =
        (json(&["status", "--demo", "crash-loop", "-o", "json"]), json(&["status", "--from", archive, "-o", "json"]));
    for key in ["verdict", "enforcer", "basis", "nodes"] {
        assert_eq!(live["policy"][key], again["policy"][key], "{key}");
    }
    assert_eq!(cnitui(&["report", "--demo", "crash-loop", "-f", plain]).status, 0);
    let summary = fs::read_to_string(format!("{plain}/report.md")).unwrap();
    for words in
        ["## ENVIRONMENT", "| Kubernetes | ", "| operating system | ", "## FINDINGS", "Names and addresses are pseudonyms."]
    {
        assert!(summary.contains(words), "{words} not in {summary}");
    }
    let mut names = live["nodes"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap());
    assert!(!names.any(|name| summary.contains(name)), "{summary}");
    let said = cnitui(&["report", "--demo", "crash-loop", "-f", plain]);
    assert!(said.status == 2 && said.err.contains("File exists"), "nothing is written over: {}", said.err);
}

#[test]
fn changes_in_a_report_have_the_pseudonyms_of_its_facts_and_no_settings() {
    let folder = tempfile::tempdir().unwrap();
    let (record, plain) = (folder.path().join("changes.jsonl"), folder.path().join("bundle"));
    let line = r#"{"schema":"cnitui.timeline/v1","at":"2026-11-19T12:00:00Z","cluster":"crash-loop","turn":"wrong","severity":"error","kind":"Node","name":"worker-4","what":"is not ready","before":"hunter2"}"#;
    fs::write(&record, format!("{line}\n")).unwrap();
    let said = cnitui(&["report", "--demo", "crash-loop", "--record", record.to_str().unwrap(), "-f", plain.to_str().unwrap()]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let (lines, summary) =
        (fs::read_to_string(plain.join("timeline.jsonl")).unwrap(), fs::read_to_string(plain.join("report.md")).unwrap());
    assert!(lines.contains("\"name\":\"node-") && lines.contains("is not ready") && !lines.contains("hunter2"), "{lines}");
    assert!(!lines.contains("worker-4") && summary.contains("## CHANGES"), "{summary}");
}

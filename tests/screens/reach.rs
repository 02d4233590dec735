//! Reach: namespaces by namespaces, one row or column of them, and the workloads of two; one key leads on to the reasons.

use crate::harness::{NOW, Stage};
use cnitui::present::Role;
use cnitui::snapshot::{Origin, Reader};
use cnitui::tui::screens::{Screen, reach};
use cnitui::tui::{Effect, Msg};
use std::fmt::Write;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 36);

fn looked(size: (u16, u16), script: &str) -> Stage {
    let mut stage = Stage::demo(size, "crash-loop").press("5");
    stage.answer();
    stage.keys(script);
    stage.answer();
    stage
}

/// A cluster of files.
fn files(size: (u16, u16), text: &str) -> Stage {
    let mut reader = Reader::new(Origin::Files { name: "cluster.yaml".into() });
    reader.read("cluster.yaml", text);
    let mut stage = Stage::new(size).attach(reader.finish(NOW.parse().unwrap())).press("5");
    stage.answer();
    stage
}

fn pod(namespace: &str, app: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {app}, namespace: {namespace}, labels: {{app: {app}}}}}\n\
         spec: {{nodeName: n, containers: [{{name: c, image: i}}]}}\nstatus: {{phase: Running, podIP: 10.0.0.1}}\n"
    )
}

/// Lists that were read and are empty.
const NOTHING: &str = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: []\n\
                       ---\napiVersion: v1\nkind: NamespaceList\nitems: []\n";

fn policy(namespace: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: {namespace}}}\nspec: {spec}\n"
    )
}

#[test]
fn the_grid_says_open_partly_and_closed() {
    for size in [SMALL, LARGE, (200, 60)] {
        let picture = looked(size, "").draw();
        assert!(picture.rows()[0].contains("[5 Reach]"));
        assert!(picture.has("from \\ to"), "{}", picture.text());
        assert!(picture.has("outside"));
        insta::assert_snapshot!(format!("reach-{}", size.0), picture.with_roles());
    }
}

#[test]
fn enter_zooms_into_workloads_and_once_more_asks_why() {
    for size in [SMALL, LARGE] {
        let mut stage = looked(size, "");
        stage.keys("j j j j j l l l l l <enter>");
        assert_eq!(stage.model.screen, Screen::Workloads);
        let picture = stage.draw();
        assert!(picture.rows()[0].contains("[5 Reach]"));
        assert!(picture.has("payments → payments"), "{}", picture.text());
        insta::assert_snapshot!(format!("workloads-{}", size.0), picture.with_roles());
        stage.keys("l <enter>");
        stage.answer();
        assert_eq!(stage.model.screen, Screen::Why);
        assert!(stage.draw().row("From").contains("payments/"), "{}", stage.draw().text());
        stage.keys("<esc> <esc>");
        assert_eq!(stage.model.screen, Screen::Reach);
        assert_eq!(stage.model.reach.from.key.as_deref(), Some("payments"));
    }
}

#[test]
fn what_cannot_be_told_has_its_own_sign_and_its_reason_below() {
    let text = [
        pod("shop", "web"),
        pod("db", "sql"),
        "---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: own, namespace: db}\nspec: {}\n".to_owned(),
    ];
    let picture = files(LARGE, &text.concat()).press("j").draw();
    assert_eq!(picture.role("[?]"), Role::Accent, "{}", picture.text());
    assert!(picture.has("cannot be told"), "{}", picture.text());
    assert!(picture.has("own may decide otherwise"), "{}", picture.text());
}

#[test]
fn a_port_narrows_the_question() {
    let text = [pod("shop", "web"), pod("db", "sql"), policy("db", "{podSelector: {}, ingress: [{ports: [{port: 5432}]}]}")];
    let mut stage = files(LARGE, &text.concat());
    let row = |stage: &Stage| stage.draw().rows().iter().find(|row| row.starts_with(" shop ")).unwrap().clone();
    assert!(row(&stage).contains("shop          ◐ 100%"), "{}", stage.draw().text());
    stage.keys("]");
    assert!(stage.draw().has("⠋") || stage.model.reach.asked.is_some(), "it is worked out elsewhere");
    stage.answer();
    assert!(stage.draw().rows()[2].contains("TCP 5432"), "{}", stage.draw().rows()[2]);
    assert!(row(&stage).contains("shop          ●"), "{}", stage.draw().text());
    stage.keys("]");
    stage.answer();
    assert!(stage.draw().rows()[2].contains("any port"));
}

#[test]
fn a_filter_mutes_what_does_not_match_and_removes_nothing() {
    let stage = looked(LARGE, "/ \"pay\" <enter>");
    let picture = stage.draw();
    assert_eq!(picture.role("shop  "), Role::Muted, "{}", picture.text());
    assert_eq!(picture.role("payments  "), Role::Muted, "the heading");
    assert!(picture.rows()[2].contains("/pay"), "{}", picture.rows()[2]);
    let stage = stage.press("n");
    assert_eq!(stage.model.reach.from.key.as_deref(), Some("payments"));
    assert!(!stage.press("<esc>").draw().rows()[2].contains("/pay"));
}

#[test]
fn one_row_is_a_list_and_turns_into_a_column() {
    let mut stage = looked(LARGE, "");
    stage.keys("j j j j j j f");
    stage.answer();
    assert!(stage.draw().has("shop calls"), "{}", stage.draw().text());
    stage.keys("f");
    stage.answer();
    assert!(stage.draw().has(" is called by"), "{}", stage.draw().text());
    stage.keys("<esc>");
    stage.answer();
    assert!(stage.draw().has("from \\ to"));
}

#[test]
fn a_large_cluster_shows_one_row_and_walks_on() {
    let mut text = String::new();
    for nth in 0..60 {
        text.push_str(&pod(&format!("ns-{nth:02}"), "web"));
    }
    let _ = write!(text, "{}", policy("ns-07", "{podSelector: {}}"));
    let mut stage = files(LARGE, &text);
    assert!(stage.draw().has("ns-00 calls"), "{}", stage.draw().text());
    stage.keys("<right>");
    stage.answer();
    assert!(stage.draw().has("ns-01 calls"), "{}", stage.draw().text());
    stage.keys(": \"reach of ns-42\" <enter>");
    stage.answer();
    assert!(stage.draw().has("ns-42 calls"), "{}", stage.draw().text());
    assert!(stage.draw().row("ns-07 ").contains("○ 0 of 1 workload pair"), "{}", stage.draw().text());
}

#[test]
fn without_policies_it_says_that_everyone_reaches_everyone() {
    let picture = files(LARGE, &[pod("shop", "web"), pod("db", "sql"), NOTHING.to_owned()].concat()).draw();
    assert!(picture.has("No policies. Every pod may reach every pod."), "{}", picture.text());
    assert_eq!(picture.role("No policies."), Role::Warn);
}

#[test]
fn from_policies_one_key_leads_to_reach_and_back() {
    let mut stage = Stage::demo(LARGE, "crash-loop").press("4 G");
    let namespace = stage.model.policies.coverage.key.clone().unwrap();
    stage.keys("r");
    stage.answer();
    assert_eq!(stage.model.screen, Screen::Reach);
    assert_eq!(stage.model.reach.from.key.as_ref(), Some(&namespace));
    stage.keys("p");
    assert_eq!((stage.model.screen, &stage.model.namespace.name), (Screen::Namespace, &namespace));
}

#[test]
fn while_it_is_worked_out_something_turns_and_keys_answer() {
    let mut stage = Stage::demo(LARGE, "crash-loop").press("5");
    assert!(stage.draw().has("Reading the policies."), "{}", stage.draw().text());
    assert!(stage.model.next_tick().is_some(), "the sign turns");
    stage.keys("j 4");
    assert_eq!(stage.model.screen, Screen::Policies);
    let asked = stage.effects.iter().filter(|effect| matches!(effect, Effect::Look(..))).count();
    assert_eq!(asked, 1, "one thing at a time");
    stage.answer();
    assert!(stage.model.next_tick().is_none(), "nothing turns for nothing");
}

#[test]
fn an_answer_of_another_place_is_dropped() {
    let mut stage = Stage::demo(LARGE, "crash-loop").press("5");
    let Some(Effect::Look(generation, asked, _)) = stage.effects.pop() else { panic!("nothing asked") };
    let sight = reach::Sight::of(asked, None, &stage.model.catalog);
    stage.model.generation.0 += 1;
    stage.send(Msg::Looked(generation, sight.into()));
    assert!(stage.model.reach.sight.is_none());
}

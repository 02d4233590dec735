//! The screens about a cluster by key script: Cluster and what is inside it, Policies and what is inside it.

#[path = "screens/harness.rs"]
mod harness;

use cnitui::present::Role;
use harness::{Stage, demo};

#[test]
fn the_verdict_with_its_reason_is_the_first_line() {
    let picture = demo((120, 36), "healthy", "3");
    assert_eq!(picture.rows()[4], " ✓ Healthy. Cilium v1.20.0 carries packets and enforces policy on 6 of 6 nodes.");
    assert_eq!(picture.role("Healthy"), Role::Good);
    assert_eq!(picture.row("FINDINGS"), " FINDINGS   none. 12 checks ran, 0 could not.");
    let picture = demo((120, 36), "crash-loop", "3");
    assert!(picture.rows()[4].starts_with(" ✗ worker-4: calico-node-"), "{}", picture.rows()[4]);
    assert_eq!(picture.rows()[7], " FINDINGS   1 cause with 4 symptoms, 1 more");
}

#[test]
fn policies_that_nobody_enforces_have_empty_bars() {
    let picture = demo((120, 36), "ignored-policies", "4");
    assert!(picture.rows()[4].contains("none enforced. Every pod may reach every pod."), "{}", picture.rows()[4]);
    assert!(!picture.text().contains('■') || picture.row("in force").contains('■'));
    assert_eq!(picture.role("none enforced"), Role::Bad);
}

#[test]
fn in_five_times_and_out_five_times_is_the_same_row() {
    for (script, size) in [("3", (80, 24)), ("3 m", (120, 36)), ("4 j j", (120, 36)), ("4 tab j", (200, 60))] {
        let mut stage = Stage::demo(size, "crash-loop").press(script);
        let before = (stage.model.cluster.cursor.clone(), stage.model.policies.coverage.clone(), stage.draw().text());
        let depth = script.split(' ').filter(|key| *key == "m").count();
        stage.keys("enter enter enter enter enter");
        stage.keys(&"esc ".repeat(5 - depth));
        if depth == 0 {
            let after = (stage.model.cluster.cursor.clone(), stage.model.policies.coverage.clone(), stage.draw().text());
            assert_eq!(after, before, "{script}");
        }
        assert_eq!(stage.model.cluster.cursor, before.0, "{script}");
    }
}

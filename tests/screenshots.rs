//! `screenshots/*.svg` are what `view` draws today. `UPDATE_SCREENSHOTS=1 cargo test --test screenshots` draws them anew.

#![allow(clippy::unwrap_used, reason = "a test that meets what it does not expect stops there")]

#[path = "screens/harness.rs"]
mod harness;

use harness::Stage;
use std::path::Path;

fn compare(name: &str, stage: &Stage) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(format!("{name}.svg"));
    let drawn = stage.svg();
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
        std::fs::write(&path, drawn).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let changed = kept.lines().zip(drawn.lines()).find(|(kept, drawn)| kept != drawn);
    assert!(kept == drawn, "screenshots/{name}.svg is not what is drawn; UPDATE_SCREENSHOTS=1 draws it anew. First: {changed:?}");
}

#[test]
fn the_matrix() {
    compare("matrix", &Stage::new((120, 36)).press("j j <space> j j <space> k k l l l l l l l l"));
}

#[test]
fn a_filter_being_typed() {
    compare("filter", &Stage::new((120, 36)).press("/ \"in:yes encryption:yes l7:\""));
}

#[test]
fn the_keys_of_a_screen() {
    compare("help", &Stage::new((120, 36)).press("?"));
}

#[test]
fn a_provider() {
    compare("provider", &Stage::new((120, 36)).press("j j <enter>"));
}

#[test]
fn three_side_by_side() {
    compare("compare", &Stage::new((120, 36)).press("j j <space> j j <space> j <space> c"));
}

#[test]
fn who_is_left() {
    compare(
        "choose",
        &Stage::demo((120, 36), "crash-loop")
            .press("2 <space> j <space> j j j j j j <space> l l k <enter> \"200\" <enter> k <enter> \"aws\" <space> <enter>"),
    );
}

#[test]
fn the_matrix_of_2018() {
    compare("edition", &Stage::new((120, 36)).press("["));
}

#[test]
fn a_healthy_cluster() {
    compare("cluster-healthy", &Stage::demo((120, 36), "healthy").press("3"));
}

#[test]
fn a_cluster_with_a_broken_agent() {
    compare("cluster-broken", &Stage::demo((120, 36), "crash-loop").press("3"));
}

#[test]
fn who_can_reach_whom() {
    let mut stage = Stage::demo((120, 36), "crash-loop").press("5");
    stage.answer();
    compare("reach", &stage.press("j j j j l l"));
}

#[test]
fn what_policies_cover() {
    compare("policies", &Stage::demo((120, 36), "crash-loop").press("4 G"));
}

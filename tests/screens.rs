//! Screens by key script: keys through keymap, update and view, compared as text plus roles, and behaviours by messages.

#[path = "screens/harness.rs"]
mod harness;

use harness::{Stage, screen};

#[test]
fn the_matrix_opens_with_all_providers() {
    println!("{}", screen((120, 36), "").text());
    println!("{}", screen((80, 24), "j j l l l l").text());
    Stage::new((120, 36)).press("j l").save("/tmp/matrix.svg");
}

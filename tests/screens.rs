//! Screens by key script: keys through keymap, update and view, compared as text plus roles, and behaviours by messages.

#[path = "screens/harness.rs"]
mod harness;

use harness::Stage;

#[test]
fn look() {
    let pictures = [
        ("matrix-120", (120, 36), ""),
        ("matrix-80", (80, 24), "j j l l l l"),
        ("matrix-200", (200, 60), "j l"),
        ("sources-120", (120, 36), "j l e"),
        ("filter-120", (120, 36), "/ \"encr\""),
        ("edition-120", (120, 36), "["),
        ("edition-80", (80, 24), "[ ["),
        ("provider-120", (120, 36), "<enter>"),
        ("provider-80", (80, 24), "<enter> <tab>"),
        ("provider-200", (200, 60), "<enter>"),
        ("compare-120", (120, 36), "<space> j <space> j <space> c"),
        ("compare-80", (80, 24), "<space> j <space> j <space> c"),
        ("help-120", (120, 36), "?"),
        ("help-80", (80, 24), "?"),
        ("palette-120", (120, 36), ": \"cal\""),
        ("columns-80", (80, 24), "C"),
        ("cluster-80", (80, 24), "3"),
    ];
    for (name, size, script) in pictures {
        let stage = Stage::new(size).press(script);
        println!("=== {name}\n{}", stage.draw().text());
        stage.save(&format!("/tmp/look/{name}.svg"));
    }
}

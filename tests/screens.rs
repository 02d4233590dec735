//! Screens by key script: keys through keymap, update and view, compared as text plus roles, and behaviours by messages.
//!
//! The catalogue is the built-in one, so assertions name what its sources cannot change; whole pictures are compared in
//! `screenshots.rs`.

#![allow(clippy::unwrap_used, reason = "a test that meets what it does not expect stops there")]

#[path = "screens/choose.rs"]
mod choose;
#[path = "screens/draft.rs"]
mod draft;
#[path = "screens/harness.rs"]
mod harness;
#[path = "screens/nodes.rs"]
mod nodes;
#[path = "screens/reach.rs"]
mod reach;
#[path = "screens/why.rs"]
mod why;

use cnitui::present::Role;
use cnitui::tui::export::{Export, Sheet};
use cnitui::tui::screens::Screen;
use cnitui::tui::{BINDINGS, Effect, Msg, keymap};
use harness::{Stage, screen};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 36);

#[test]
fn the_matrix_opens_with_every_provider_and_a_pane_for_the_cell() {
    let picture = screen(LARGE, "");
    assert!(picture.rows()[0].starts_with("[1 Matrix] 2 Choose  3 Cluster  4 Policies"));
    assert_eq!(picture.role("[1 Matrix]"), Role::Accent);
    let count = harness::catalogue().providers.len();
    assert!(picture.rows()[2].starts_with(&format!(" Providers  {count} of {count}   today   alive first, then name")));
    assert!(picture.rows()[4].starts_with("  Provider  "));
    assert!(picture.row("▸").contains('['), "the cell cursor");
    assert!(picture.row("› Network model").starts_with(' '));
    assert_eq!(picture.rows().len(), 36);
}

#[test]
fn the_cell_cursor_scrolls_by_whole_columns_and_the_provider_stays() {
    let picture = screen(SMALL, "l l l l l l l l l l");
    assert!(picture.row("  Provider ").contains("Encryption"));
    assert!(picture.rows()[1].contains("‹ "), "{}", picture.text());
    assert!(picture.row("▸").contains('['), "{}", picture.text());
    for row in picture.rows() {
        assert!(!row.ends_with('…') || row.contains(" › ") || row.contains("read"), "a column is cut: {row}");
    }
}

#[test]
fn marks_survive_a_filter_and_stand_beside_the_name() {
    let mut stage = Stage::new(LARGE).press("<space> j <space> / \"calico\" <enter>");
    assert_eq!(stage.model.marks.len(), 2);
    stage.keys("<esc>");
    assert_eq!(stage.draw().rows().iter().filter(|row| row.get(1..2) == Some("*") || row.contains("▸*")).count(), 2);
    assert!(stage.draw().has("2 marked, c compares"));
}

#[test]
fn esc_closes_sources_before_the_filter_and_the_filter_before_the_screen() {
    let mut stage = Stage::new(LARGE).press("/ \"calico\" <enter> e");
    stage.keys("<esc>");
    assert_eq!(stage.model.matrix.filter, "calico", "the first closes the sources");
    stage.keys("<esc>");
    assert_eq!(stage.model.matrix.filter, "", "the second clears the filter");
    assert!(stage.key("esc").is_empty(), "at the top there is nothing left to leave");
}

#[test]
fn enter_and_esc_come_back_to_the_same_row_and_filter() {
    let mut stage = Stage::new(LARGE).press("j j l l");
    let before = (stage.model.matrix.at.clone(), stage.model.matrix.column);
    stage.keys("<enter>");
    assert_eq!(stage.model.screen, Screen::Provider);
    stage.keys("j j e <esc> <esc>");
    assert_eq!(stage.model.screen, Screen::Matrix);
    assert_eq!((stage.model.matrix.at.clone(), stage.model.matrix.column), before);
}

#[test]
fn q_leaves_level_by_level_and_quits_at_the_top() {
    let mut stage = Stage::new(SMALL).press("<enter>");
    assert_eq!(stage.key("q"), []);
    assert_eq!(stage.key("q"), [Effect::Quit]);
    assert_eq!(Stage::new(SMALL).press("/ \"x\"").key("ctrl-c"), [Effect::Quit], "ctrl-c quits from anywhere");
}

#[test]
fn earlier_filters_come_back_with_the_arrow_and_are_kept_for_later_runs() {
    let mut stage = Stage::new(SMALL).press("/ \"calico\" <enter> <esc> / \"cilium\"");
    assert_eq!(stage.key("enter"), [Effect::Remember(vec!["calico".into(), "cilium".into()])]);
    stage.keys("<esc> / <up> <up>");
    assert!(stage.draw().rows()[23].starts_with(" /calico▏"), "{}", stage.draw().text());
}

#[test]
fn a_sort_shows_in_heading_and_title_and_turns() {
    let stage = Stage::new(LARGE).press("l =");
    assert!(stage.draw().row("Provider  ").contains("Routes▴"));
    assert!(stage.draw().rows()[2].contains("by Route distribution ▴"));
    let stage = stage.press("=");
    assert!(stage.draw().row("Provider  ").contains("Routes▾"));
    assert!(!stage.press("=").draw().row("Provider  ").contains('▾'));
}

#[test]
fn hidden_columns_stay_hidden_until_they_are_chosen_again() {
    let mut stage = Stage::new(LARGE).press("C <space> <enter>");
    assert!(!stage.draw().row("Provider  ").contains("Model"));
    assert!(stage.draw().rows()[2].contains("of 31"), "{}", stage.draw().rows()[2]);
    stage.keys("C \"networkmodel\"");
    stage.keys("<space>");
    stage.keys("<enter>");
    assert!(stage.draw().rows()[2].contains("of 32"), "{}", stage.draw().rows()[2]);
}

#[test]
fn an_edition_shows_what_was_printed_and_today_beneath() {
    let picture = screen(LARGE, "[");
    assert!(picture.rows()[2].contains("edition 2018-11 as published"));
    assert!(picture.row("Weave ").contains("Layer 2 vxlan (2)"));
    assert_eq!(picture.role("? not printed"), Role::Unknown);
    assert_eq!(picture.role("today, dead"), Role::Muted);
    assert!(screen(LARGE, "[ <esc>").rows()[2].contains("today"));
}

#[test]
fn an_unsourced_cell_is_unknown_and_never_blank() {
    let stage = Stage::new(LARGE);
    let unknown = cnitui::present::cell_short(&stage.model.catalog.features[0], None);
    assert_eq!(unknown, "?");
}

#[test]
fn comparing_needs_two_and_takes_the_marked() {
    assert_eq!(Stage::new(LARGE).press("c").model.screen, Screen::Matrix, "one alone is no comparison");
    let mut stage = Stage::new(LARGE).press("<space> j <space> j <space> c");
    assert_eq!(stage.model.compare.ids.len(), 3);
    assert!(stage.draw().rows()[2].contains("Compare 3   differences only"));
    stage.keys("<space>");
    assert_eq!(stage.model.compare.ids.len(), 2);
    stage.keys("a \"weave\" <enter>");
    assert_eq!(stage.model.compare.ids.last().map(String::as_str), Some("weave-net"));
    assert!(stage.press("d").draw().rows()[2].contains("all 32 columns"));
}

#[test]
fn the_provider_at_80_columns_shows_one_section_at_a_time() {
    let picture = screen(SMALL, "<enter> <tab>");
    assert!(picture.has("[Watch]"));
    assert!(!picture.has("NETWORK"));
    assert!(screen(LARGE, "<enter>").has("IN THIS CLUSTER"));
}

#[test]
fn without_a_cluster_the_cluster_screens_say_what_to_do() {
    let picture = screen(SMALL, "3");
    assert!(picture.has("No cluster."));
    assert!(picture.has("cnitui --demo"));
    assert!(picture.rows()[23].contains("@ attach"));
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let picture = screen((52, 14), "");
    assert_eq!(&picture.rows()[..3], [" cnitui needs 60x16", " this is 52x14", " q quit"]);
}

#[test]
fn copying_gives_the_cell_with_its_sources_and_the_command_that_prints_the_screen() {
    let mut stage = Stage::new(LARGE).press("/ \"weave\" <enter> l =");
    let Some(Effect::Copy(text)) = stage.key("y").pop() else { panic!("nothing copied") };
    assert!(text.contains("Route distribution: "), "{text}");
    let command = "cnitui providers --filter 'weave' --sort=route-distribution";
    assert_eq!(stage.key("Y"), [Effect::Copy(command.into())]);
    stage.send(Msg::Notice("Copied 214 characters.".into()));
    assert_eq!(stage.draw().rows()[35], " Copied 214 characters.");
    stage.keys("j");
    assert!(!stage.draw().has("Copied"), "the next key takes it away");
}

#[test]
fn every_screen_draws_at_every_size() {
    for script in [
        "",
        "e",
        "[",
        "[ [",
        "<enter>",
        "<enter> e",
        "<space> j <space> c",
        "? ",
        ": ",
        "C",
        "@",
        "/ \"in\"",
        "2",
        "2 <tab>",
        "2 <space> <tab> e",
        "3",
        "4",
    ] {
        for size in
            [(0, 0), (1, 1), (59, 15), (60, 16), (80, 24), (109, 29), (110, 30), (120, 36), (159, 40), (160, 40), (300, 100)]
        {
            let mut stage = Stage::new(LARGE).press(script);
            stage.send(Msg::Resize(size.0, size.1));
            let picture = stage.draw();
            assert_eq!(picture.rows().len(), usize::from(if size.0 == 0 { 0 } else { size.1 }), "{script} at {size:?}");
        }
    }
}

/// Presses each hinted key on the screen that hints it: it must change the model or ask for something.
#[test]
fn no_hint_is_false() {
    let scripts = [
        "",
        "j l",
        "[",
        "/ \"weave\" <enter>",
        "<space> j <space>",
        "<enter>",
        "<enter> <tab>",
        "<space> j <space> c",
        "2",
        "2 <space> j <space>",
        "2 <space> <tab>",
        "2 <space> <tab> G",
        "2 R",
        "3",
        "4",
        "5",
        "?",
        ": ",
        "C",
        "@",
        "/ \"in\"",
    ];
    for script in scripts {
        let stage = Stage::new(LARGE).press(script);
        let hinted: Vec<_> = keymap::working(&stage.model).filter(|binding| !binding.hint.is_empty()).collect();
        for (key, action) in hinted.iter().flat_map(|binding| binding.keys) {
            let mut pressed = Stage::new(LARGE).press(script);
            let before = format!("{:?}", pressed.model);
            let event = keymap::key(key).unwrap();
            assert_eq!(keymap::resolve(&pressed.model, event), Some(*action), "{key} after \"{script}\"");
            let effects = pressed.send(Msg::Key(event));
            assert!(!effects.is_empty() || format!("{:?}", pressed.model) != before, "{key} does nothing after \"{script}\"");
        }
    }
}

#[test]
fn no_key_means_two_things_in_one_place_at_one_time() {
    for script in ["", "[", "<enter>", "<space> j <space> c", "2", "2 <tab>", "2 R", "3", "4", "5", "?", ": ", "C", "/ \"in\""] {
        let stage = Stage::new(LARGE).press(script);
        let scope = stage.model.scope();
        let mut keys = std::collections::BTreeSet::new();
        for binding in BINDINGS.iter().filter(|binding| binding.holds_in(scope) && (binding.when)(&stage.model)) {
            for (key, _) in binding.keys {
                assert!(keys.insert(*key), "{key} twice after \"{script}\"");
                assert!(keymap::key(key).is_some(), "{key} cannot be pressed");
            }
        }
    }
}

#[test]
fn ascii_leaves_no_other_sign_on_the_terminal() {
    for script in ["", "e", "[", "<enter>", "<space> j <space> c", "2 <space> j <space> <space> <space>", "?", ": "] {
        let mut stage = Stage::new(LARGE);
        stage.model.theme.signs = cnitui::tui::theme::Signs::Ascii;
        let text = stage.press(script).draw().text();
        assert!(text.is_ascii(), "{}", text.lines().find(|line| !line.is_ascii()).unwrap_or_default());
    }
}

#[test]
fn half_a_term_offers_what_may_follow_and_a_wrong_one_says_where() {
    let stage = Stage::new(LARGE).press("/ \"in:yes l7:\"");
    assert!(stage.draw().rows()[33].starts_with(" yes   partial   no"), "{}", stage.draw().rows()[33]);
    let stage = Stage::new(LARGE).press("/ \"in:yes encrytion:yes\"");
    assert!(stage.draw().rows()[33].contains("no column \"encrytion\", at 8"), "{}", stage.draw().rows()[33]);
    assert_eq!(stage.draw().role("no column"), Role::Bad);
    assert_eq!(stage.model.matrix.filter, "in:yes encrytion", "the last good one stays in force");
}

#[test]
fn a_filter_that_cannot_be_read_is_not_taken_and_says_where_it_is_wrong() {
    for script in ["/ \"in:yes bogus:x\" <enter>", ": \"/in:yes bogus:x\" <enter>"] {
        let mut stage = Stage::new(LARGE).press(script);
        assert!(stage.draw().has("no column \"bog"), "{script}\n{}", stage.draw().text());
        assert!(!stage.model.matrix.filter.contains(":x"), "the last good one is in force");
        stage.keys("<esc>");
        assert!(stage.model.matrix.filter.is_empty() && !stage.draw().has("no column"), "{script}");
    }
}

#[test]
fn what_is_shown_goes_into_a_file_in_the_format_that_is_asked_for() {
    let stage = Stage::small(LARGE).press("<space> j <space> c : \"export md notes/cni.md\" <enter>");
    let providers = ["calico", "flannel"].map(str::to_owned).to_vec();
    let sheet = Sheet::Compare { providers, differences: true };
    let export = Export { sheet, here: None, format: "markdown" };
    assert_eq!(stage.effects.last(), Some(&Effect::Export("notes/cni.md".into(), export)));
    let mut stage = Stage::small(LARGE).press("/ \"flannel\" <enter> : \"export csv\"");
    assert!(stage.draw().has("export      csv to cnitui-matrix.csv"), "{}", stage.draw().text());
    stage.keys("<enter>");
    let Some(Effect::Export(file, Export { sheet: Sheet::Matrix { providers, features }, .. })) = stage.effects.last() else {
        panic!("{:?}", stage.effects)
    };
    assert_eq!(
        (file.to_str(), providers.as_slice(), features.len()),
        (Some("cnitui-matrix.csv"), &["flannel".to_owned()][..], 4)
    );
    assert!(!Stage::new(LARGE).press("<enter> : \"export csv\"").draw().has("cnitui-"), "a provider is no sheet");
}

#[test]
fn the_help_says_what_the_signs_mean_and_where_rules_are_explained() {
    let at = |script: &str| Stage::demo(SMALL, "crash-loop").press(script).draw();
    assert!(at("4 ?").has("■ in force") && at("4 ?").has("+n host") && at("4 ?").has("cnitui policy lint --rules"));
    assert!(at("5 ?").has("◐ in part") && at("1 ?").has("here runs in the cluster") && at("2 ?").has("[○] to be avoided"));
    assert!(at("3 ?").has("⊘ forbidden") && at("3 ?").has("∅ not installed"));
    for script in ["1 ?", "2 ?", "3 ?", "4 ?", "5 ?"] {
        let picture = at(script);
        assert!(!picture.rows()[16..].iter().any(|row| row.ends_with('…')), "{}", picture.text());
    }
}

#[test]
fn half_a_word_empties_nothing_and_the_cursor_comes_back_when_the_filter_goes() {
    let mut stage = Stage::new(LARGE).press("j j");
    let before = stage.model.matrix.at.clone();
    stage.keys("/ \"encr\"");
    assert!(!stage.draw().has("Nothing matches"), "it may become encryption:");
    stage.keys("<esc> / \"zzz\" <enter> j j <esc>");
    assert_eq!(stage.model.matrix.at, before, "nothing was chosen among nothing");
}

#[test]
fn what_bites_is_read_whole_in_the_pane() {
    let stage = Stage::new(SMALL).press("<enter> <tab> e");
    let watched = stage.model.catalog.provider(&stage.model.provider.id).unwrap().watch[0].text.clone();
    let last = watched.split_whitespace().last().unwrap();
    assert!(stage.draw().has(last), "{}", stage.draw().text());
}

#[test]
fn every_sentence_of_an_edition_can_be_reached() {
    let mut stage = Stage::new(SMALL).press("[");
    assert!(stage.draw().has("more below"), "{}", stage.draw().text());
    assert!(stage.draw().rows()[1].ends_with(" ›"), "{}", stage.draw().rows()[1]);
    stage.keys("G");
    assert!(stage.draw().has("Monitor, test and monitor more."), "{}", stage.draw().text());
    let Some(Effect::Copy(text)) = stage.key("y").pop() else { panic!("nothing copied") };
    assert_eq!(text, "Monitor, test and monitor more.");
    let first = Stage::new(SMALL).press("[ [").draw();
    assert!(first.has("2,463") && !first.rows()[23].contains("sources"), "{}", first.text());
    let copied = Stage::new(SMALL).press("[ l l l l").key("y").pop();
    assert!(matches!(copied, Some(Effect::Copy(text)) if text.contains(": then Etcd (1); today ")));
}

#[test]
fn columns_that_were_hidden_come_back_when_the_choice_is_left() {
    let stage = Stage::new(SMALL).press("C <space>");
    assert_eq!(stage.press("<esc>").model.matrix.columns, None);
    assert!(Stage::new(SMALL).press("C <space> <enter>").draw().rows()[1].contains("1 not chosen"));
}

/// Text and roles of the main screens, of a catalogue that does not change, at both sizes.
#[test]
fn the_main_screens_look_as_they_did() {
    let scripts = [
        ("matrix", "l <space>"),
        ("sources", "l e"),
        ("filter", "/ \"encryption:yes\""),
        ("nothing", "/ \"zzz\" <enter>"),
        ("edition", "["),
        ("provider", "<enter>"),
        ("provider-limits", "<enter> <tab> <tab> <tab>"),
        ("compare", "<space> j <space> c"),
        ("choose", "2"),
        ("choose-answers", "2 <space> <tab> G"),
        ("help", "?"),
        ("palette", ": \"wea\""),
        ("no-cluster", "3"),
    ];
    for (name, script) in scripts {
        for size in [SMALL, LARGE] {
            let picture = Stage::small(size).press(script).draw();
            insta::assert_snapshot!(format!("{name}-{}", size.0), picture.with_roles());
        }
    }
}

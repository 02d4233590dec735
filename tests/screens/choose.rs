//! The Choose screen: the answer follows each key, says why, and is that of `cnitui choose`.

use crate::harness::{Stage, screen};
use cnitui::catalog::Demand;
use cnitui::present::Role;
use cnitui::tui::screens::Screen;
use cnitui::tui::{Effect, Msg};
use std::path::PathBuf;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 36);

/// Down to Encryption, the eighth of its chapter.
const ENCRYPTION: &str = "j j j j j j j";

fn title(stage: &Stage) -> String {
    stage.draw().rows()[2].clone()
}

#[test]
fn where_nothing_is_needed_the_essays_advise() {
    let picture = screen(LARGE, "2");
    assert!(picture.rows()[2].starts_with(" Choose   1 need: "), "{}", picture.rows()[2]);
    assert!(picture.has("A basic provider is enough. Decide quickly, then test."));
    assert!(picture.row("chrislovecnm.com").contains("read 2018-11-22, 7 years ago"));
    assert!(picture.row("where ").contains("BGP") && picture.row("[x] alive").contains("Several networks"));
    assert!(screen(SMALL, "2").has("A basic provider is enough."), "at 80 columns too");
}

#[test]
fn a_tick_answers_at_once_and_turns_through_need_in_part_and_avoid() {
    let stage = Stage::new((120, 60)).press(&format!("2 {ENCRYPTION} <space>"));
    assert!(stage.draw().row("Encryption").starts_with("▸[x] Encryption"));
    assert!(stage.draw().row("kube-router").contains("○ Encryption   none"), "{}", stage.draw().text());
    assert!(stage.draw().row("Calico ").contains("● WireGuard"));
    let stage = stage.press("<space>");
    assert!(stage.draw().row("▸").starts_with("▸[◐] Encryption"));
    assert!(stage.draw().has("Encryption   needed, if in part"));
    let stage = stage.press("<space>");
    assert!(stage.draw().row("▸").starts_with("▸[○] Encryption"));
    assert!(stage.draw().row("Calico ").contains("no Encryption"), "{}", stage.draw().text());
    assert_eq!(title(&stage.press("<space>")), title(&Stage::new(LARGE).press("2")), "and back");
}

#[test]
fn the_form_is_walked_by_what_is_seen() {
    let at = |size, script: &str| screen(size, script).row("▸");
    assert!(at(LARGE, "2 l").contains("▸[ ] Route distribution"));
    assert!(at(LARGE, "2 l l G").contains("▸today"));
    assert!(at(LARGE, "2 h k").starts_with("▸[ ] NetworkPolicy, ingress"), "nothing is beyond the edge");
    assert!(at(SMALL, "2 l").contains("▸[ ] FQDN rules"));
    assert!(at(SMALL, "2 j j j j j").starts_with("▸[ ] Route distribution"), "chapters stand one under the other");
}

#[test]
fn values_are_picked_or_typed() {
    let where_ = "2 l l j j j j j";
    let mut stage = Stage::new(LARGE).press(&format!("{where_} <enter> \"aws\" <space> <enter>"));
    assert!(stage.draw().row("where ").contains("AWS"), "{}", stage.draw().text());
    stage.keys("j <enter> \"200\" <enter>");
    stage.keys("j <enter> \"5.10\" <enter>");
    stage.keys("j <enter> \"calico\" <enter>");
    assert!(title(&stage).starts_with(" Choose   1 need, AWS, 200 nodes, kernel 5.10: "), "{}", title(&stage));
    assert!(stage.draw().row("today ").contains("Calico"));
    let command = "cnitui choose --env aws --nodes 200 --kernel 5.10 --from-provider calico";
    assert_eq!(stage.key("Y"), [Effect::Copy(command.into())]);
    stage.keys("u");
    assert_eq!(stage.model.choose.demands, [Demand::Alive]);
}

#[test]
fn the_answer_says_how_much_of_it_is_not_seen_and_scrolls_there() {
    let stage = Stage::new(LARGE).press(&format!("2 {ENCRYPTION} <space>"));
    assert!(stage.draw().has(" more below"), "{}", stage.draw().text());
    let stage = stage.press("<tab> G");
    let last = stage.draw().row("▸");
    assert!(last.contains("more: "), "the folded ones are the last row: {last}");
    assert!(stage.draw().has(" more above"), "{}", stage.draw().text());
    let mut stage = stage.press("<enter> G");
    assert!(stage.draw().has(" more above") && !stage.draw().has(" more above, "), "{}", stage.draw().text());
    stage.send(Msg::Resize(120, 80));
    assert!(!stage.draw().has(" more above"), "where all of it has room nothing is said");
}

#[test]
fn an_excluded_provider_shows_the_cell_its_source_and_its_age() {
    let stage = Stage::new(LARGE).press(&format!("2 {ENCRYPTION} <space> <tab> G k k"));
    let row = stage.draw().row("▸");
    let name = row.trim_start_matches('▸').split_whitespace().next().unwrap().to_owned();
    let picture = stage.draw();
    let pane = picture.rows().iter().rposition(|row| row.contains(" › ")).unwrap();
    assert!(picture.rows()[pane].contains(&name), "{}", picture.text());
    assert!(picture.rows()[pane + 1].contains("read 2026-"), "{}", picture.text());
}

#[test]
fn unknown_excludes_and_says_so() {
    let dead_too = "l l k k k <space>";
    let picture = screen((160, 60), &format!("2 {ENCRYPTION} <space> {dead_too}"));
    assert!(picture.row("Tungsten Fabric").contains("? Encryption   no source; unknown is not yes"), "{}", picture.text());
    assert_eq!(picture.role("? Encryption"), Role::Unknown);
}

#[test]
fn where_nobody_is_left_the_nearest_come_first_and_enter_takes_the_change() {
    let stage = Stage::new(LARGE).press("2 j j <space> j j <space>");
    let text = stage.draw().text();
    assert!(text.contains("Nobody is left."), "{text}");
    assert!(text.find("NEAREST TO COME BACK") < text.find("EXCLUDED"), "{text}");
    let stage = stage.press("<tab> g");
    assert!(stage.draw().row("▸").contains("accept partial"));
    let stage = stage.press("<enter>");
    assert!(!stage.draw().has("Nobody is left."), "{}", stage.draw().text());
    assert!(stage.draw().has("[◐] L7 rules"), "{}", stage.draw().text());
}

#[test]
fn a_provider_can_be_refused_and_taken_back() {
    let stage = Stage::new((120, 60)).press("2 <space> <tab> <space>");
    assert_eq!(stage.model.choose.demands[1], Demand::Other("antrea".into()));
    let row = stage.draw().row("not Antrea");
    assert!(row.starts_with("     Antrea ") && row.contains("you asked for another"), "{row}");
    let stage = stage.press("G k <space>");
    assert_eq!(stage.model.choose.demands.len(), 2, "{}", stage.draw().text());
}

#[test]
fn enter_opens_the_provider_and_esc_comes_back_to_the_same_row() {
    let mut stage = Stage::new(LARGE).press("2 <space> <tab> j");
    let before = stage.draw().text();
    stage.keys("<enter>");
    assert_eq!((stage.model.screen, stage.model.provider.id.as_str()), (Screen::Provider, "calico"));
    stage.keys("<esc>");
    assert_eq!(stage.draw().text(), before);
}

#[test]
fn moving_from_here_says_what_is_gained_lost_and_unknown() {
    let mut stage = Stage::demo(LARGE, "crash-loop").press("2 <space> M");
    let picture = stage.draw();
    assert!(picture.row("Moving from Calico to").contains("cannot be told"), "{}", picture.text());
    assert!(picture.has("GAINS ") && picture.has("LOSES ") && picture.has(" → "));
    let to = stage.model.moving.to.clone();
    stage.keys("]");
    assert_ne!(stage.model.moving.to, to);
    stage.keys("<esc>");
    assert_eq!(stage.model.screen, Screen::Choose);
    let nobody = Stage::new(LARGE).press("2 M");
    assert_eq!(nobody.model.screen, Screen::Choose, "where nobody is known to run there is nothing to move from");
}

#[test]
fn the_record_is_copied_or_put_into_the_file_that_is_named() {
    let mut stage = Stage::new(LARGE).press("2 <space>");
    let Some(Effect::Copy(text)) = stage.key("y").pop() else { panic!("nothing copied") };
    assert!(text.starts_with("# Decision: a CNI provider\n\n2026-11-21"), "{text}");
    stage.keys("R \"docs/cni.md\"");
    assert!(stage.draw().row("▸").contains("save to     docs/cni.md"), "{}", stage.draw().text());
    assert_eq!(stage.key("enter"), [Effect::Write(PathBuf::from("docs/cni.md"), text.clone())]);
    stage.keys("R <down>");
    assert_eq!(stage.key("enter"), [Effect::Copy(text)]);
}

#[test]
fn a_click_selects_and_a_second_one_ticks() {
    let mut stage = Stage::new(LARGE).press("2");
    let y = stage.draw().rows().iter().position(|row| row.contains("] BGP")).unwrap();
    let click = |stage: &mut Stage| {
        let kind = crossterm::event::MouseEventKind::Down(crossterm::event::MouseButton::Left);
        let modifiers = crossterm::event::KeyModifiers::NONE;
        stage.send(Msg::Mouse(crossterm::event::MouseEvent { kind, column: 45, row: y as u16, modifiers }))
    };
    click(&mut stage);
    assert!(stage.draw().has("▸[ ] BGP"));
    click(&mut stage);
    assert!(stage.draw().has("▸[x] BGP"));
}

#[test]
fn without_colour_it_says_the_same() {
    for size in [SMALL, LARGE, (200, 60)] {
        let mut stage = Stage::new(size).press("2 <space> j <space> <space> <space> <tab>");
        let coloured = stage.draw().text();
        stage.model.theme.depth = cnitui::tui::theme::Depth::Mono;
        assert_eq!(stage.draw().text(), coloured);
    }
}

//! Why: two ends and ports are picked, and every step that decides is told; the answer is never of another snapshot or question.

use crate::harness::Stage;
use cnitui::present::Role;
use cnitui::tui::screens::{Screen, why};
use cnitui::tui::{Effect, Msg};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 36);
const DENIED: &str = ": \"why shop/web payments/ledger 8443\" <enter>";

fn asked(size: (u16, u16), script: &str) -> Stage {
    let mut stage = Stage::demo(size, "crash-loop").press(script);
    stage.answer();
    stage
}

#[test]
fn a_denied_flow_tells_every_step_and_the_smallest_change() {
    for size in [SMALL, LARGE, (200, 60)] {
        let stage = asked(size, DENIED);
        let picture = stage.draw();
        let verdict = picture.row("✗ ");
        assert!(
            verdict.contains("shop/Deployment/web cannot call payments/Deployment/ledger on TCP/8443."),
            "{}",
            picture.text()
        );
        assert_eq!(picture.role("✗ "), Role::Bad);
        assert!(picture.row("EGRESS of").ends_with("denies"), "{}", picture.text());
        if size.0 > 100 {
            assert!(picture.row("web-out").contains("isolates"), "{}", picture.text());
            assert!(picture.row("INGRESS of").ends_with("denies"));
            assert!(picture.has("SMALLEST CHANGE"));
            assert_eq!(picture.role("deny      allow-dns"), Role::Bad);
        }
        // The clock is that of the place where it is looked at.
        let time = picture.row("snapshot ").split("snapshot ").nth(1).unwrap().to_owned();
        insta::assert_snapshot!(format!("why-{}", size.0), picture.with_roles().replace(&time, "00:00:00"));
    }
}

#[test]
fn the_step_under_the_cursor_is_said_at_length() {
    let stage = asked(LARGE, DENIED).press("j");
    let picture = stage.draw();
    assert!(picture.has("NetworkPolicy shop/allow-dns, rule 0: "), "{}", picture.text());
}

#[test]
fn two_ends_and_a_port_are_picked_or_typed() {
    let mut stage = asked(LARGE, "4 w");
    assert!(stage.draw().has("Who calls?"));
    assert!(stage.effects.is_empty(), "nothing is asked yet");
    stage.keys("<enter> \"shop/Deployment/web\" <enter>");
    assert!(stage.draw().row("From").contains("[who is called]"), "{}", stage.draw().text());
    stage.keys("<enter> \"payments/api\" <enter>");
    stage.answer();
    assert!(stage.draw().has("shop/Deployment/web can call payments/"), "{}", stage.draw().text());
    stage.keys("<tab> <enter> \"8443\" <enter>");
    stage.answer();
    assert!(stage.draw().row("✓").contains("on TCP/8443"), "{}", stage.draw().text());
    assert_eq!(
        stage.key("Y"),
        [Effect::Copy("cnitui policy explain shop/Deployment/web payments/Service/api 8443 --demo crash-loop".into())]
    );
}

#[test]
fn brackets_step_through_the_ports() {
    let stage = asked(LARGE, DENIED).press("]");
    assert_eq!(stage.model.why.question.port, "", "from a port that is not often asked about to all of them");
    assert_eq!(stage.press("] ]").model.why.question.port, "TCP/443");
    assert_eq!(asked(LARGE, DENIED).press("] [").model.why.question.port, "TCP/53", "round the ends");
}

#[test]
fn t_turns_the_question_and_asks_again() {
    let mut stage = asked(LARGE, DENIED);
    stage.keys("t");
    assert!(!stage.draw().has("cannot call payments"), "the old answer is of another question");
    stage.answer();
    assert!(stage.draw().has("payments/Deployment/ledger cannot call shop/Deployment/web"), "{}", stage.draw().text());
}

#[test]
fn what_is_asked_is_asked_once_and_again_of_newer_facts() {
    let mut stage = Stage::demo(LARGE, "crash-loop").press(DENIED);
    let asked = |stage: &Stage| stage.effects.iter().filter(|effect| matches!(effect, Effect::Explain(..))).count();
    assert_eq!(asked(&stage), 1);
    stage.keys("j k");
    assert_eq!(asked(&stage), 1, "one question at a time");
    stage.answer();
    stage.keys("j");
    assert_eq!(asked(&stage), 0, "it is answered");
    let snapshot = (*stage.model.world.snapshot).clone();
    let mut stage = stage.attach(snapshot);
    stage.answer();
    assert_eq!(stage.model.why.answer.as_ref().unwrap().world, stage.model.world);
}

#[test]
fn a_name_that_stands_for_nothing_says_so() {
    let stage = asked(LARGE, ": \"why shop/nobody payments/ledger\" <enter>");
    assert!(stage.draw().has("shop/nobody: there is no such pod"), "{}", stage.draw().text());
    let picture = asked(LARGE, ": \"why shop/web payments/ledger http\" <enter>").draw();
    assert!(picture.has("http: no port"), "{}", picture.text());
}

#[test]
fn where_nobody_enforces_the_verdict_says_that_too() {
    let mut stage = Stage::demo(LARGE, "ignored-policies");
    let name = |at: usize| stage.model.world.snapshot.pods.iter().nth(at).map(|pod| format!("{}/{}", pod.namespace, pod.name));
    let (from, to) = (name(0).unwrap(), name(1).unwrap());
    stage.keys(&format!(": \"why {from} {to}\" <enter>"));
    stage.answer();
    assert_eq!(stage.model.screen, Screen::Why);
    assert_eq!(stage.draw().role("Not enforced"), Role::Bad, "{}", stage.draw().text());
}

#[test]
fn an_answer_of_another_place_is_dropped() {
    let mut stage = Stage::demo(LARGE, "crash-loop").press(DENIED);
    let Some(Effect::Explain(generation, world, question)) = stage.effects.pop() else { panic!("nothing asked") };
    let late = why::explained(world, question, &stage.model.catalog);
    stage.model.generation.0 += 1;
    stage.send(Msg::Explained(generation, late));
    assert!(stage.model.why.answer.is_none());
}

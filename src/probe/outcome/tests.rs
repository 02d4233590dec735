//! What a tape means, by tapes that are written out: a try of every flow each tenth of a second.

use super::*;
use crate::probe::{Through, Try};

const NODES: usize = 2;

fn plan() -> Plan {
    Plan {
        probe: crate::probe::PROBES[0],
        run: "7f3a".to_owned(),
        prover: crate::probe::PROVERS[0],
        image: "agnhost".to_owned(),
        nodes: ["edge-1", "edge-2"].map(Text::from).to_vec(),
        left_out: Vec::new(),
        of: NODES,
        watch: Duration::from_secs(10),
    }
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Ingress is denied from 2s to 14s, egress from 20s to 32s; `answer` says what a flow does at a time when `direction` is denied.
fn tape(answer: impl Fn(&Flow, u64, Option<Direction>) -> Answer) -> Tape {
    let flows = plan().flows();
    let mut tape = Tape::new(flows.len());
    for (flow, at) in flows.iter().enumerate().flat_map(|flow| (0..380).map(move |tenth| (flow, tenth * 100))) {
        let denied = match at {
            2_000..14_000 => Some(Direction::Ingress),
            20_000..32_000 => Some(Direction::Egress),
            _ => None,
        };
        tape.tries[flow.0].push(Try { at: ms(at), took: ms(5), answer: answer(flow.1, at, denied) });
    }
    let denial =
        |direction, at: u64| Denial { direction, sent: ms(at - 10), written: Ok(ms(at)), removed: Some(ms(at + 12_000)) };
    tape.denials = vec![denial(Direction::Ingress, 2_000), denial(Direction::Egress, 20_000)];
    tape
}

/// A flow that a policy cuts after 300ms.
fn cut(at: u64, denied: Option<Direction>) -> Answer {
    let since = if at < 20_000 { 2_000 } else { 20_000 };
    if denied.is_some() && at >= since + 300 { Answer::Closed } else { Answer::Open }
}

fn verdicts(outcome: &Outcome) -> Vec<[&'static str; 2]> {
    outcome.nodes.iter().map(|node| [node.ingress.verdict.name(), node.egress.verdict.name()]).collect()
}

#[test]
fn flows_that_close_and_come_back_are_enforced_and_say_how_soon() {
    let found = outcome(&plan(), &tape(|_, at, denied| cut(at, denied)));
    assert_eq!((found.verdict, verdicts(&found)), (Verdict::Enforced, vec![["enforced", "enforced"]; 2]));
    let side = &found.nodes[0].ingress;
    assert_eq!(side.cut, Some(Interval { within: ms(300), resolution: ms(100) }));
    assert_eq!(side.back, Some(Interval { within: ms(5), resolution: ms(5) }));
    assert_eq!(side.reason, None);
}

#[test]
fn flows_that_pass_to_the_end_are_not_enforced() {
    let found = outcome(&plan(), &tape(|_, _, _| Answer::Open));
    assert_eq!((found.verdict, verdicts(&found)), (Verdict::NotEnforced, vec![["not-enforced", "not-enforced"]; 2]));
    assert_eq!(found.flows[0].passed, (120, 120));
}

#[test]
fn a_node_that_lets_denied_flows_pass_is_named_and_the_others_are_not_blamed() {
    // What edge-2 should stop: ingress to its servers, egress of its clients.
    let lets = |flow: &Flow, denied| match denied {
        Some(Direction::Ingress) => flow.to == 1,
        _ => flow.from == 1,
    };
    let found = outcome(&plan(), &tape(|flow, at, denied| if lets(flow, denied) { Answer::Open } else { cut(at, denied) }));
    assert_eq!(found.verdict, Verdict::Partial);
    assert_eq!(verdicts(&found), [["enforced", "enforced"], ["not-enforced", "not-enforced"]]);
}

#[test]
fn a_protocol_that_is_let_through_is_named() {
    let udp = |flow: &Flow, at, denied| if flow.protocol == Protocol::Udp { Answer::Open } else { cut(at, denied) };
    let found = outcome(&plan(), &tape(udp));
    assert_eq!(found.nodes[0].ingress.reason.as_deref(), Some("UDP passed, TCP not"));
    let service = |flow: &Flow, at, denied| if flow.through == Through::Service { Answer::Open } else { cut(at, denied) };
    let found = outcome(&plan(), &tape(service));
    assert_eq!(found.nodes[0].egress.reason.as_deref(), Some("by service address passed, by pod address not"));
}

#[test]
fn without_a_control_a_denied_flow_is_inconclusive_and_never_closed() {
    let found = outcome(&plan(), &tape(|_, _, _| Answer::Closed));
    assert_eq!((found.verdict, verdicts(&found)), (Verdict::Inconclusive, vec![["inconclusive", "inconclusive"]; 2]));
    assert_eq!(found.nodes[0].ingress.reason.as_deref(), Some("no answer without a policy either, 20 tries"));
}

#[test]
fn a_flow_that_does_not_come_back_does_not_count() {
    let dies = |_: &Flow, at, _| if at < 2_300 { Answer::Open } else { Answer::Closed };
    let found = outcome(&plan(), &tape(dies));
    assert_eq!(found.verdict, Verdict::Inconclusive);
    let why = "it was cut, and did not come back when the policy was removed";
    assert_eq!(found.nodes[0].ingress.reason.as_deref(), Some(why));
}

#[test]
fn some_flows_that_do_not_count_are_told_and_a_whole_protocol_makes_it_inconclusive() {
    let broken = |flow: &Flow, through| flow.protocol == Protocol::Udp && flow.through == through;
    let by_service = |flow: &Flow, at, denied| if broken(flow, Through::Service) { Answer::Closed } else { cut(at, denied) };
    let found = outcome(&plan(), &tape(by_service));
    assert_eq!(found.verdict, Verdict::Enforced);
    let why = "2 of 8 flows not counted: no answer without a policy either, 20 tries";
    assert_eq!(found.nodes[0].ingress.reason.as_deref(), Some(why));
    let udp = |flow: &Flow, at, denied| if flow.protocol == Protocol::Udp { Answer::Closed } else { cut(at, denied) };
    assert_eq!(outcome(&plan(), &tape(udp)).verdict, Verdict::Inconclusive);
}

#[test]
fn a_client_that_cannot_be_asked_says_nothing_about_its_flows() {
    let found = outcome(&plan(), &tape(|_, _, _| Answer::Unasked("no tunnel to client-7f3a-0: forbidden".to_owned())));
    assert_eq!(found.verdict, Verdict::Inconclusive);
    assert_eq!(found.nodes[1].egress.reason.as_deref(), Some("no tunnel to client-7f3a-0: forbidden"));
    // Nor does silence while the way to the client is broken.
    let lost = |_: &Flow, at, _| if at < 2_000 { Answer::Open } else { Answer::Unasked("the tunnel broke".to_owned()) };
    let found = outcome(&plan(), &tape(lost));
    assert_eq!((found.verdict, found.nodes[0].ingress.reason.as_deref()), (Verdict::Inconclusive, Some("the tunnel broke")));
}

#[test]
fn a_node_without_pods_is_inconclusive_with_their_reason_and_so_are_flows_to_it() {
    let mut tape = tape(|_, at, denied| cut(at, denied));
    let why = "pod server-7f3a-1: image not pulled: ErrImagePull";
    tape.absent.push((1, why.to_owned()));
    let found = outcome(&plan(), &tape);
    assert_eq!(found.verdict, Verdict::Inconclusive);
    assert_eq!(found.nodes[1].ingress.reason.as_deref(), Some(why));
    assert_eq!(found.nodes[0].ingress.verdict, SideVerdict::Enforced, "by its flows on itself");
}

#[test]
fn a_policy_that_is_refused_and_a_run_that_is_cut_short_are_inconclusive_with_their_reasons() {
    let mut refused = tape(|_, _, _| Answer::Open);
    refused.denials[0].written = Err("NetworkPolicy deny-ingress-7f3a was not created: exceeded quota".to_owned());
    let found = outcome(&plan(), &refused);
    assert!(found.nodes[0].ingress.reason.as_deref().unwrap().ends_with("exceeded quota"), "{found:?}");
    assert_eq!(found.nodes[0].egress.verdict, SideVerdict::NotEnforced);

    let mut short = tape(|_, _, _| Answer::Open);
    short.tries.iter_mut().for_each(|tries| tries.retain(|one| one.at < ms(3_000)));
    short.denials.truncate(1);
    short.denials[0].removed = None;
    short.cut_short = Some("interrupted".to_owned());
    let found = outcome(&plan(), &short);
    assert_eq!(found.verdict, Verdict::Inconclusive);
    assert_eq!(found.nodes[0].ingress.reason.as_deref(), Some("the run ended before it could be told"));
    assert_eq!(found.nodes[0].egress.reason.as_deref(), Some("interrupted"));
}

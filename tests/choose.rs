//! Choosing by data: questions of `choose/questions.yaml` with who is left and the cell that excludes each of the others; and what
//! holds of every question.

#![allow(clippy::unwrap_used, reason = "a test that meets what it does not expect stops there")]

use cnitui::catalog::{
    Catalog, Choice, Demand, Environment, Kernel, Level, Order, Question, Says, Wanted, choose, embedded, moving,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A question as the command line would ask it, and what is to be answered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    asks: String,
    #[serde(default)]
    need: Vec<String>,
    #[serde(default)]
    avoid: Vec<String>,
    #[serde(default)]
    env: Vec<Environment>,
    nodes: Option<u32>,
    kernel: Option<String>,
    here: Option<String>,
    #[serde(default)]
    dead_too: bool,
    /// Ids in order; without, not looked at.
    left: Option<Vec<String>>,
    /// Id to `feature level`, or `you`; those named are looked at.
    #[serde(default)]
    excluded: BTreeMap<String, String>,
    /// The first relaxation: what is given up, and who comes back.
    back: Option<Vec<String>>,
}

fn question(case: &Case, catalog: &Catalog) -> Question {
    let need = |text: &String| Demand::Need(Wanted::parse(text, catalog).unwrap());
    let mut demands: Vec<Demand> = case.need.iter().map(need).collect();
    demands.extend(case.avoid.iter().map(|text| Demand::avoid(text, catalog).unwrap()));
    demands.extend(case.env.iter().copied().map(Demand::In));
    demands.extend(case.nodes.map(Demand::Nodes));
    demands.extend(case.kernel.iter().map(|kernel| Demand::Kernel(kernel.parse().unwrap())));
    if !case.dead_too {
        demands.push(Demand::Alive);
    }
    Question { demands, here: case.here.clone(), order: Order::default() }
}

fn deciding(choice: &Choice<'_>, id: &str) -> String {
    let Some(out) = choice.excluded.iter().find(|out| out.provider.id == id) else { return "left".to_owned() };
    out.causes[0].feature.map_or("you".to_owned(), |feature| format!("{feature} {}", out.causes[0].level()))
}

#[test]
fn questions_have_the_answers_that_the_cells_give() {
    let (catalog, _) = embedded();
    let cases: Vec<Case> = serde_yaml::from_str(include_str!("choose/questions.yaml")).unwrap();
    assert!(cases.len() >= 12);
    for case in &cases {
        let question = question(case, &catalog);
        let choice = choose(&catalog, &question);
        if let Some(expected) = &case.left {
            let left: Vec<&str> = choice.left.iter().map(|left| left.provider.id.as_str()).collect();
            assert_eq!(&left, expected, "{}", case.asks);
        }
        for (id, expected) in &case.excluded {
            assert_eq!(&deciding(&choice, id), expected, "{}: {id}", case.asks);
        }
        if let Some(expected) = &case.back {
            let back: Vec<&str> = choice.relaxations[0].back.iter().map(|provider| provider.id.as_str()).collect();
            assert_eq!(&back, expected, "{}", case.asks);
        }
    }
}

#[test]
fn every_exclusion_names_a_cell_that_is_there_and_says_so_whatever_is_asked() {
    let (catalog, _) = embedded();
    for feature in &catalog.features {
        for level in Level::ALL {
            let wanted = Wanted { feature: feature.id.clone(), says: Says::Level(level) };
            let demands = vec![Demand::Need(wanted.clone()), Demand::Alive, Demand::In(Environment::Aws), Demand::Nodes(100)];
            let question = Question { demands, ..Question::default() };
            let choice = choose(&catalog, &question);
            assert_eq!(choice.left.len() + choice.excluded.len(), catalog.providers.len());
            assert!(choice.left.iter().all(|left| wanted.is_met(left.provider)), "{wanted}");
            for out in &choice.excluded {
                for cause in &out.causes {
                    let id = cause.feature.unwrap();
                    let what = format!("{wanted}: {} by {id}", out.provider.id);
                    assert_eq!(cause.level(), out.provider.level(id), "{what}");
                    let sourced = cause.cell.is_some_and(|cell| !cell.sources.is_empty());
                    assert!(sourced || cause.level() == Level::Unknown, "{what}");
                    if matches!(cause.demand, Demand::Need(_)) {
                        assert!(!wanted.is_met(out.provider), "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_relaxed_brings_back_who_was_promised() {
    let (catalog, _) = embedded();
    let cases: Vec<Case> = serde_yaml::from_str(include_str!("choose/questions.yaml")).unwrap();
    let mut tried = 0;
    for case in &cases {
        let question = question(case, &catalog);
        for relaxation in choose(&catalog, &question).relaxations {
            let relaxed = Question { demands: relaxation.applied(&question.demands), ..question.clone() };
            let choice = choose(&catalog, &relaxed);
            for back in &relaxation.back {
                tried += 1;
                assert!(choice.left.iter().any(|left| left.provider.id == back.id), "{}: {}", case.asks, back.id);
            }
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn words_of_the_question_are_those_of_the_filter() {
    let (catalog, _) = embedded();
    let read = |text: &str| Wanted::parse(text, &catalog).map(|wanted| wanted.to_string());
    for (text, meant) in [
        ("encryption", "encryption"),
        ("Network policies=partial", "network-policies=partial"),
        ("network-policies=egress", "policy-egress"),
        ("policy=in", "policy-ingress"),
        ("wireguard", "encryption"),
        ("encryption=WireGuard", "encryption=WireGuard"),
        ("bgp=n/a", "bgp=n/a"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(meant), "{text}");
    }
    assert_eq!(read("encrytion"), Err("there is no feature encrytion; encryption?".to_owned()));
    let none = "\"rot13\" is none of yes, partial, no, n/a, unknown, and no cell of Encryption says it";
    assert_eq!(read("encryption=rot13"), Err(none.to_owned()));
    assert!(read("encryption=").is_err());
    assert_eq!(Demand::avoid("Weave Net", &catalog), Ok(Demand::Other("weave-net".to_owned())));
    assert_eq!("5.10.0-33-amd64".parse::<Kernel>().unwrap().to_string(), "5.10");
    assert!("new".parse::<Kernel>().is_err() && "5.4".parse::<Kernel>().unwrap() < "5.10".parse().unwrap());
}

#[test]
fn every_order_starts_with_who_runs_today() {
    let (catalog, _) = embedded();
    let ids = |order| {
        let question = Question { here: Some("weave-net".to_owned()), order, ..Question::default() };
        choose(&catalog, &question).left.iter().map(|left| left.provider.id.clone()).collect::<Vec<_>>()
    };
    for order in Order::ALL {
        assert_eq!(ids(order)[0], "weave-net", "{order:?}");
        assert_eq!(order.name().parse(), Ok(order));
    }
    assert_eq!(ids(Order::Name)[1..3], ["antrea", "aws-vpc-cni"]);
    let dead = ids(Order::Status).iter().position(|id| id == "romana").unwrap();
    assert!(ids(Order::Status).iter().position(|id| id == "terway").unwrap() < dead);
    assert!(
        ids(Order::Release).iter().position(|id| id == "calico") < ids(Order::Release).iter().position(|id| id == "contiv-vpp")
    );
}

#[test]
fn a_move_gains_what_the_other_has_more_of_and_unknown_is_neither() {
    let (catalog, _) = embedded();
    let question = Question { demands: vec![Demand::Need(Wanted::yes("encryption"))], ..Question::default() };
    let (from, to) = (catalog.provider("kubenet").unwrap(), catalog.provider("cilium").unwrap());
    let there = moving(&catalog, &question, from, to);
    let ids = |list: &[&cnitui::catalog::Feature]| list.iter().map(|feature| feature.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&there.gains)[0], "encryption", "what is needed comes first");
    assert!(ids(&there.gains).contains(&"policy-egress".to_owned()));
    let back = moving(&catalog, &question, to, from);
    assert_eq!((ids(&there.gains), ids(&there.losses)), (ids(&back.losses), ids(&back.gains)));
    let support = moving(&catalog, &question, catalog.provider("spiderpool").unwrap(), to);
    assert!(ids(&support.unknown).contains(&"commercial-support".to_owned()));
    let calico = moving(&catalog, &question, catalog.provider("antrea").unwrap(), catalog.provider("calico").unwrap());
    assert!(ids(&calico.changes).contains(&"external-datastore".to_owned()), "a database is no gain");
}

//! The screen of nodes: put together by what they say, filtered without losing the others, and readable for thousands.

use crate::harness::{NOW, Stage};
use cnitui::present::Role;
use cnitui::snapshot::{Condition, Kind, Labels, Link, Node, Origin, Snapshot, State};
use cnitui::tui::screens::Screen;

const LARGE: (u16, u16) = (120, 36);

/// As many nodes in three zones and two pools, of which one is not ready and two are older. No CNI is recognised, so the others
/// cannot be told.
fn fleet(size: (u16, u16), nodes: usize) -> Stage {
    let mut snapshot = Snapshot { taken_at: NOW.parse().unwrap(), link: Link::Up, ..Snapshot::default() };
    snapshot.origin = Origin::Live { context: "fleet".into() };
    for kind in Kind::ALL {
        snapshot.sources.of_mut(kind).state = State::Live;
    }
    let node = |at: usize| Node {
        name: format!("node-{at:04}").into(),
        labels: Labels::new(vec![
            ("topology.kubernetes.io/zone".into(), format!("eu-{}", ["a", "b", "c"][at % 3]).into()),
            ("eks.amazonaws.com/nodegroup".into(), if at.is_multiple_of(10) { "Large".into() } else { "small".into() }),
        ]),
        conditions: [Condition {
            kind: "Ready".into(),
            status: if at == 4 { "False".into() } else { "True".into() },
            ..Condition::default()
        }]
        .into(),
        kubelet: if at < 2 { "v1.35.9".into() } else { "v1.36.2".into() },
        ..Node::default()
    };
    snapshot.nodes = (0..nodes).map(node).collect();
    Stage::new(size).attach(snapshot).press("3 m")
}

#[test]
fn a_map_of_thousands_takes_a_third_and_says_what_a_mark_is() {
    for size in [(80, 24), LARGE, (200, 60)] {
        let picture = fleet(size, 5_000).draw();
        assert!(picture.has("Nodes 5,000   by zone   one mark is "), "{}", picture.text());
        let marks = picture.rows().iter().filter(|row| row.starts_with(" eu-") || row.starts_with("       ")).count();
        assert!(marks <= usize::from(size.1) / 3 + 1, "{}", picture.text());
        assert_eq!(picture.role("eu-a  1,667"), Role::Text);
    }
}

#[test]
fn b_puts_nodes_together_by_zone_pool_or_version() {
    let stage = fleet(LARGE, 30);
    assert!(stage.draw().has(" eu-a  10   "), "{}", stage.draw().text());
    let stage = stage.press("b");
    assert!(stage.draw().rows()[2].contains("Nodes 30   by pool"), "{}", stage.draw().text());
    assert!(stage.draw().row(" Large ").starts_with(" Large   3   ???"), "{}", stage.draw().text());
    let stage = stage.press("b");
    assert!(stage.draw().row(" v1.35.9 ").starts_with(" v1.35.9   2   ??"), "{}", stage.draw().text());
    assert!(stage.press("b").draw().rows()[2].contains("by zone"));
}

#[test]
fn a_filter_narrows_the_rows_and_keeps_the_map() {
    let mut stage = fleet(LARGE, 30).press("/ \"pool:large zone:eu-a\" <enter>");
    let picture = stage.draw();
    assert!(picture.rows()[2].contains("1 of 30   /pool:large zone:eu-a"), "{}", picture.text());
    assert!(picture.row("eu-b").contains("··········"), "the others stay where they are");
    assert!(picture.row("▸").contains("node-0000"), "{}", picture.text());
    stage.keys("/ <ctrl-u> \"node-0004\" <enter>");
    assert!(stage.draw().row("▸").contains("node-0004"), "{}", stage.draw().text());
    stage.keys("/ <ctrl-u> \"nowhere\" <enter>");
    assert!(stage.draw().has("Nothing matches /nowhere. esc clears it."), "{}", stage.draw().text());
    stage.keys("<esc>");
    assert_eq!((stage.model.nodes.filter.as_str(), stage.model.screen), ("", Screen::Nodes));
    stage.keys("/ \"zon:x\"");
    assert!(stage.draw().has("no column \"zon\""), "{}", stage.draw().text());
}

#[test]
fn the_palette_goes_to_a_node_and_to_a_namespace() {
    let mut stage = fleet(LARGE, 30).press(": \"node 0017\" <enter>");
    assert_eq!((stage.model.screen, stage.model.node.name.as_str()), (Screen::Node, "node-0017"));
    stage.keys("<esc>");
    assert_eq!(stage.model.screen, Screen::Nodes);
    let mut stage = Stage::demo(LARGE, "crash-loop").press(": \"ns shop\" <enter>");
    assert_eq!((stage.model.screen, stage.model.namespace.name.as_str()), (Screen::Namespace, "shop"));
    stage.keys(": \"ns shop /web\" <enter>");
    assert_eq!((stage.model.screen, stage.model.policies.filter.as_str()), (Screen::Policies, "ns:shop web"));
    stage.keys(": \"policies of shop\" <enter>");
    assert_eq!(stage.model.screen, Screen::Namespace, "and by a part of its words");
}

//! How long the dashboard takes to conclude and to draw, on a large cluster in motion.
//!
//! 5,000 nodes and 150,000 pods; another thread applies 1,000 pod events a second, publishes four snapshots a second and draws
//! the conclusions, as the live program does, while frames of 200x60 are drawn under moving cursors. Budgets: a frame 4 ms
//! (p99), a whole assessment 50 ms. `cargo bench --bench frame`; `-- --smoke` does a small one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that meets what it does not expect stops there")]

use cnitui::catalog;
use cnitui::snapshot::{Kind, Origin, Snapshot, State, Store};
use cnitui::tui::msg::{Facts, Msg, World};
use cnitui::tui::theme::{Environment, Theme};
use cnitui::tui::{Model, update, view};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

const NAMESPACES: usize = 400;
const EVENTS: Duration = Duration::from_millis(1);
const PUBLISH: Duration = Duration::from_millis(250);

fn main() {
    let smoke = std::env::args().any(|arg| arg == "--smoke");
    let (nodes, pods, frames) = if smoke { (50, 1_500, 200) } else { (5_000, 150_000, 2_000) };
    let (catalog, _) = catalog::embedded();
    let catalog = Arc::new(catalog);
    let mut store = cluster(nodes, pods);
    let first = Arc::new(store.snapshot(Timestamp::now()));
    let begun = Instant::now();
    let world = World::new(first, &catalog);
    println!("{nodes} nodes, {pods} pods");
    println!("assess, whole          {:8.2} ms", millis(begun.elapsed()));

    let theme = Theme::choose(Some("dark"), false, &Environment::default()).unwrap();
    let mut model = Model::new(Arc::clone(&catalog), theme, (200, 60), Timestamp::now());
    let generation = model.generation;
    update(&mut model, Msg::World(generation, world));

    let (stop, (send, worlds)) = (Arc::new(AtomicBool::new(false)), mpsc::channel());
    let motion = {
        let (stop, catalog) = (Arc::clone(&stop), Arc::clone(&catalog));
        std::thread::spawn(move || {
            let mut before = World::default();
            keep_moving(&mut store, pods, nodes, &stop, |snapshot| {
                let begun = Instant::now();
                let world = World::after(&before, snapshot, &catalog);
                before = world.clone();
                let _ = send.send((world, begun.elapsed()));
            });
        })
    };
    type_over(&mut model, frames / 20);
    let mut assessed = Vec::new();
    for (key, screen) in [('1', "Matrix"), ('3', "Cluster"), ('m', "Nodes"), ('4', "Policies")] {
        press(&mut model, key);
        let mut times = Vec::with_capacity(frames);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
        for frame in 0..frames {
            let begun = Instant::now();
            if let Ok((world, took)) = worlds.try_recv() {
                assessed.push(took);
                let facts = Facts(Arc::clone(&world.snapshot));
                // Keys rest for a moment, or what arrived would be held.
                let rested = model.now + jiff::SignedDuration::from_secs(3);
                update(&mut model, Msg::Tick(rested));
                update(&mut model, Msg::Snapshot(generation, facts));
                update(&mut model, Msg::World(generation, world));
            }
            press(&mut model, if frame / 50 % 2 == 0 { 'j' } else { 'k' });
            buffer.reset();
            view(&model, &mut buffer);
            times.push(begun.elapsed());
            std::thread::sleep(Duration::from_millis(if smoke { 1 } else { 5 }));
        }
        print(&format!("frame, {screen}"), &mut times);
    }
    stop.store(true, Ordering::Relaxed);
    motion.join().unwrap();
    print("assess, in motion", &mut assessed);
}

/// What a person does with the matrix: a filter letter by letter, sorting both ways and by the next column, and back. Each key
/// is an update and a frame.
fn type_over(model: &mut Model, rounds: usize) {
    let filter = || "/encryption:yes bgp:yes".chars().map(KeyCode::Char);
    let sort = ['=', '=', '>'].map(KeyCode::Char);
    let mut times = Vec::new();
    let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
    press(model, '1');
    for _ in 0..rounds {
        for code in filter().chain([KeyCode::Enter]).chain(sort).chain([KeyCode::Esc]) {
            let begun = Instant::now();
            update(model, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
            buffer.reset();
            view(model, &mut buffer);
            times.push(begun.elapsed());
        }
    }
    print("keys, filter and sort", &mut times);
}

fn press(model: &mut Model, key: char) {
    update(model, Msg::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE)));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn print(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |share: f64| {
        times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    println!("{what:<22} {:8.2} ms median {:8.2} ms p99 {:8.2} ms worst", millis(at(0.5)), millis(at(0.99)), millis(at(1.0)));
}

/// Applies a thousand events a second and publishes four times a second.
fn keep_moving(store: &mut Store, pods: usize, nodes: usize, stop: &AtomicBool, mut publish: impl FnMut(Arc<Snapshot>)) {
    let (mut next, mut published) = (0, Instant::now());
    while !stop.load(Ordering::Relaxed) {
        store.apply(Kind::Pod, &pod(next % pods, nodes, next % 3 == 0)).unwrap();
        next += 1;
        if published.elapsed() >= PUBLISH {
            published = Instant::now();
            publish(Arc::new(store.snapshot(Timestamp::now())));
        }
        std::thread::sleep(EVENTS);
    }
}

/// A cluster with Calico on every node, policies in every third namespace.
fn cluster(nodes: usize, pods: usize) -> Store {
    let mut store = Store::new(Origin::Live { context: "fleet".into() });
    let mut put = |kind, object: String| {
        store.apply(kind, &object).unwrap();
    };
    for at in 0..nodes {
        put(
            Kind::Node,
            format!(
                r#"{{"metadata":{{"name":"node-{at}","labels":{{"kubernetes.io/os":"linux","topology.kubernetes.io/zone":"z{}"}}}},
            "spec":{{"podCIDR":"10.{}.{}.0/24"}},"status":{{"allocatable":{{"pods":"110"}},"conditions":[
            {{"type":"Ready","status":"True","reason":"KubeletReady"}},
            {{"type":"NetworkUnavailable","status":"{}","reason":"CalicoIsUp"}}],
            "nodeInfo":{{"kernelVersion":"6.8.0","operatingSystem":"linux"}}}}}}"#,
                at % 3,
                at / 256,
                at % 256,
                if at % 1000 == 999 { "True" } else { "False" }
            ),
        );
        put(
            Kind::Pod,
            format!(
                r#"{{"metadata":{{"namespace":"kube-system","name":"calico-node-{at}","labels":{{"k8s-app":"calico-node"}},
            "ownerReferences":[{{"kind":"DaemonSet","name":"calico-node","controller":true}}]}},
            "spec":{{"nodeName":"node-{at}","hostNetwork":true,"containers":[{{"name":"calico-node","image":"quay.io/calico/node:v3.32.1"}}]}},
            "status":{{"phase":"Running","conditions":[{{"type":"Ready","status":"{}"}}],"containerStatuses":[
            {{"name":"calico-node","ready":{},"restartCount":{},"state":{{"running":{{}}}}}}]}}}}"#,
                if at % 500 == 7 { "False" } else { "True" },
                at % 500 != 7,
                at % 7
            ),
        );
    }
    put(
        Kind::DaemonSet,
        format!(
            r#"{{"metadata":{{"namespace":"kube-system","name":"calico-node"}},"spec":{{"selector":{{"matchLabels":{{"k8s-app":"calico-node"}}}},
        "template":{{"metadata":{{"labels":{{"k8s-app":"calico-node"}}}},"spec":{{"tolerations":[{{"operator":"Exists"}}],
        "containers":[{{"name":"calico-node","image":"quay.io/calico/node:v3.32.1"}}],"initContainers":[{{"name":"install-cni",
        "image":"quay.io/calico/cni:v3.32.1"}}]}}}}}},"status":{{"desiredNumberScheduled":{nodes},"currentNumberScheduled":{nodes},
        "updatedNumberScheduled":{nodes},"numberReady":{nodes},"numberAvailable":{nodes}}}}}"#
        ),
    );
    for at in 0..NAMESPACES {
        put(Kind::Namespace, format!(r#"{{"metadata":{{"name":"ns-{at}","labels":{{"team":"t{}"}}}}}}"#, at % 20));
        if at % 3 == 0 {
            put(
                Kind::NetworkPolicy,
                format!(
                    r#"{{"metadata":{{"namespace":"ns-{at}","name":"web"}},"spec":{{"podSelector":{{"matchLabels":{{"app":"a{}"}}}}}}}}"#,
                    at % 10
                ),
            );
        }
    }
    for at in 0..pods {
        put(Kind::Pod, pod(at, nodes, false));
    }
    for kind in Kind::ALL {
        store.source_mut(kind).state = State::Live;
    }
    store
}

fn pod(at: usize, nodes: usize, failing: bool) -> String {
    format!(
        r#"{{"metadata":{{"namespace":"ns-{}","name":"app-{at}","labels":{{"app":"a{}","version":"v{}"}},
        "ownerReferences":[{{"kind":"ReplicaSet","name":"app-{}","controller":true}}]}},
        "spec":{{"nodeName":"node-{}","containers":[{{"name":"app","image":"registry.example/app:{}"}}]}},
        "status":{{"phase":"Running","podIPs":[{{"ip":"10.{}.{}.{}"}}],"conditions":[{{"type":"Ready","status":"{}"}}]}}}}"#,
        at % NAMESPACES,
        at % 10,
        at % 4,
        at / 8,
        at % nodes,
        at % 50,
        at / 65_536,
        at / 256 % 256,
        at % 256,
        if failing { "False" } else { "True" }
    )
}

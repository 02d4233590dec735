//! What is redacted has no names left, and the same structure.

use crate::{RICH, read};
use cnitui::catalog::{self, Catalog};
use cnitui::health::assess;
use cnitui::session;
use cnitui::snapshot::{
    Kind, Link, NetworkPolicy, Origin, Peer, Pod, Problem, Public, Reader, Snapshot, State, export, redact, scenes,
};
use jiff::Timestamp;
use serde_json::Value;
use std::sync::OnceLock;

const WORLD: &str = r#"
{"apiVersion":"v1","kind":"Node","metadata":{"name":"worker.corp.example","labels":{"kubernetes.io/hostname":"worker.corp.example","kubernetes.io/os":"linux","rack":"acme-7"}},"spec":{"podCIDR":"10.244.3.0/24","providerID":"aws:///eu-west-1a/i-0123"},"status":{"conditions":[{"type":"Ready","status":"False","message":"worker.corp.example: dial tcp 10.244.3.9:6443: refused, see 52.18.7.1 and acme-web.acme-shop.svc:80"}]}}
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"acme-shop","labels":{"kubernetes.io/metadata.name":"acme-shop","team":"acme"}}}
{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"acme-shop","name":"acme-web-1","labels":{"app":"acme-web"},"ownerReferences":[{"kind":"ReplicaSet","name":"acme-web-7d9","controller":true}]},"spec":{"nodeName":"worker.corp.example","containers":[{"name":"acme","image":"registry.acme.example/web:1"}]},"status":{"podIP":"10.244.3.9"}}
{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"kube-system","name":"kube-apiserver-worker.corp.example","labels":{"k8s-app":"kube-dns"},"ownerReferences":[{"kind":"Node","name":"worker.corp.example","controller":true}]},"spec":{"nodeName":"worker.corp.example","containers":[{"name":"c","image":"coredns:1"}]}}
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"acme-shop","name":"acme-web","annotations":{"note":"acme"}},"spec":{"selector":{"matchLabels":{"app":"acme-web"}},"template":{"metadata":{"labels":{"app":"acme-web"}},"spec":{"containers":[{"name":"acme","image":"registry.acme.example/web:1","args":["--acme"],"env":[{"name":"A","value":"acme"}]}]}}}}
{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"namespace":"kube-system","name":"calico-node"},"spec":{"template":{"spec":{"containers":[{"name":"calico-node","image":"calico/node:v3.32.1","env":[{"name":"CALICO_IPV4POOL_CIDR","value":"10.244.0.0/16"}]}]}}}}
{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"namespace":"acme-shop","name":"acme-allow"},"spec":{"podSelector":{"matchLabels":{"app":"acme-web"}},"ingress":[{"from":[{"ipBlock":{"cidr":"10.244.0.0/16","except":["10.244.3.0/24"]}},{"namespaceSelector":{"matchLabels":{"team":"acme"}},"podSelector":{"matchExpressions":[{"key":"k8s-app","operator":"In","values":["kube-dns"]}]}}]}]}}
"#;

fn public() -> Public {
    let detects: Vec<_> = catalog().providers.iter().map(|provider| &provider.detect).collect();
    Public::new(detects.iter().flat_map(|detect| detect.names()), detects.iter().flat_map(|detect| detect.images()))
}

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| catalog::embedded().0)
}

fn pod<'a>(snapshot: &'a Snapshot, owner: &str) -> &'a Pod {
    snapshot.pods.iter().find(|pod| pod.owner.as_ref().is_some_and(|of| of.kind == owner)).unwrap()
}

fn policy(snapshot: &Snapshot) -> &NetworkPolicy {
    snapshot.policies.iter().next().unwrap()
}

#[test]
fn no_name_and_no_address_is_left() {
    let text: String = export(&redact(&read(WORLD), &public())).map(|document| document.to_string()).collect();
    for word in ["acme", "corp", "52.18", "10.244.3.9", "10.244.0.0", "i-0123", "7\"}"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    for word in
        ["calico-node", "calico/node:v3.32.1", "kube-dns", "kube-apiserver-node-1", "aws:///node-1", "kube-system", "linux"]
    {
        assert!(text.contains(word), "{word} not in {text}");
    }
}

#[test]
fn selectors_blocks_and_owners_still_mean_the_same() {
    let snapshot = redact(&read(WORLD), &public());
    let (web, api) = (pod(&snapshot, "ReplicaSet"), pod(&snapshot, "Node"));
    let policy = policy(&snapshot);
    assert!(policy.pod_selector.matches(&web.labels) && !policy.pod_selector.matches(&api.labels));
    assert_eq!(policy.namespace, web.namespace);
    let Peer::Block(block) = &policy.ingress[0].peers[0] else { panic!("a block stays a block") };
    let ip = web.ips[0].unwrap();
    assert!(block.cidr.contains(&ip) && block.except[0].contains(&ip));
    assert_eq!(snapshot.nodes.iter().next().unwrap().pod_cidrs[0], block.except[0]);
    let Peer::Pods { namespaces: Some(namespaces), pods: Some(pods) } = &policy.ingress[0].peers[1] else { panic!() };
    assert!(namespaces.matches(&snapshot.namespaces.iter().next().unwrap().labels) && pods.matches(&api.labels));
    let deployment = snapshot.workloads.iter().find(|workload| workload.kind.name() == "Deployment").unwrap();
    assert_eq!(web.owner.as_ref().unwrap().name, format!("{}-7d9", deployment.name).as_str());
    assert!(deployment.selector.matches(&web.labels));
    assert_eq!(snapshot.nodes.iter().next().unwrap().name, web.node);
    let env = &snapshot.workloads.iter().find(|workload| workload.name == "calico-node").unwrap().containers[0].env[0];
    assert_eq!(env.value.as_deref(), Some(block.cidr.to_string().as_str()), "text names the same block");
}

#[test]
fn the_sizes_and_states_stay() {
    let (before, after) = (read(RICH), redact(&read(RICH), &public()));
    assert_eq!(before.sources, after.sources);
    assert_eq!(before.taken_at, after.taken_at);
    assert_eq!(before.pods.len(), after.pods.len());
    let restarts = |snapshot: &Snapshot| snapshot.pods.iter().map(|pod| pod.restarts()).sum::<u32>();
    assert_eq!((restarts(&before), restarts(&after)), (7, 7));
}

const CANARY: &str = "zanzibar";

/// The documents of the fixture, each with the canary in another place: in a string, behind it, or in a key that people choose.
fn planted() -> Vec<String> {
    const CHOSEN: [&str; 7] = ["labels", "annotations", "matchLabels", "nodeSelector", "selector", "data", "namespaces"];
    fn walk(value: &Value, path: &mut Vec<Value>, places: &mut Vec<(Vec<Value>, bool)>) {
        match value {
            Value::Object(fields) => {
                let chosen = path.last().and_then(Value::as_str).is_some_and(|parent| CHOSEN.contains(&parent));
                for (key, value) in fields {
                    path.push(key.as_str().into());
                    if chosen && value.is_string() {
                        places.push((path.clone(), true));
                    }
                    walk(value, path, places);
                    path.pop();
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push(at.into());
                    walk(item, path, places);
                    path.pop();
                }
            }
            Value::String(_) => places.push((path.clone(), false)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for document in RICH.split("\n---\n") {
        let whole: Value = serde_yaml::from_str(document).unwrap();
        let mut places = Vec::new();
        walk(&whole, &mut Vec::new(), &mut places);
        for (path, is_key) in places {
            let pointer = |path: &[Value]| -> String {
                let step = |step: &Value| {
                    step.as_str().map_or_else(|| step.to_string(), |key| key.replace('~', "~0").replace('/', "~1"))
                };
                path.iter().flat_map(|one| ["/".to_owned(), step(one)]).collect()
            };
            let forms: &[fn(&str) -> String] =
                &[|_| CANARY.into(), |old| format!("{old}-{CANARY}"), |old| format!("{CANARY}.{old}7")];
            for form in forms {
                let mut changed = whole.clone();
                let old = path.last().and_then(Value::as_str).unwrap_or_default().to_owned();
                if is_key {
                    let parent = changed.pointer_mut(&pointer(&path[..path.len() - 1])).and_then(Value::as_object_mut).unwrap();
                    let value = parent.remove(&old).unwrap();
                    parent.insert(form(&old), value);
                } else {
                    let text = changed.pointer_mut(&pointer(&path)).unwrap();
                    *text = form(text.as_str().unwrap()).into();
                }
                all.push(changed.to_string());
            }
        }
    }
    all
}

fn exported(snapshot: &Snapshot) -> String {
    export(snapshot).flat_map(|document| [document.to_string(), "\n".to_owned()]).collect()
}

#[test]
fn a_name_in_any_string_of_any_kind_is_not_said() {
    let (public, planted) = (public(), planted());
    assert!(planted.len() > 900, "{}", planted.len());
    let mut arrived = 0;
    for text in planted {
        let mut reader = Reader::new(Origin::Files { name: format!("/home/{CANARY}/facts.yaml").as_str().into() });
        reader.read(&format!("/home/{CANARY}/facts.yaml"), &text);
        let snapshot = reader.finish(Timestamp::UNIX_EPOCH);
        arrived += usize::from(exported(&snapshot).matches(CANARY).count() > 1);
        let said = exported(&redact(&snapshot, &public));
        assert!(!said.contains(CANARY), "{text}\nbecame {said}");
    }
    assert!(arrived > 600, "most of them are kept or named before: {arrived}");
}

#[test]
fn a_name_in_what_no_object_says_is_not_said() {
    let mut snapshot = read(RICH);
    let words = format!("pods is forbidden: User \"{CANARY}\" cannot list resource \"pods\", {CANARY}-2.{CANARY}");
    snapshot.origin = Origin::Live { context: CANARY.into() };
    snapshot.server_version = Some(format!("v1.36.2-eks-{CANARY}").as_str().into());
    snapshot.link = Link::Down { since: Timestamp::UNIX_EPOCH, why: words.as_str().into(), retry_at: None };
    snapshot.problems =
        [Problem { object: format!("/home/{CANARY}/{CANARY}.yaml:7").into(), message: words.as_str().into() }].into();
    snapshot.sources.of_mut(Kind::Pod).state = State::Forbidden { why: words.as_str().into() };
    snapshot.sources.of_mut(Kind::Node).state =
        State::Stale { since: Timestamp::UNIX_EPOCH, why: words.as_str().into(), retry_at: None };
    let said = exported(&redact(&snapshot, &public()));
    assert!(!said.contains(CANARY), "{said}");
    assert!(said.contains("pods is forbidden: User \\\"x-") && said.contains("v1.36.2-eks-x-"), "{said}");
}

/// What is answered about a cluster, without the names in it.
fn answer(snapshot: &Snapshot) -> String {
    let told = assess(snapshot, catalog());
    let (network, policy) = (&told.detection.network, &told.detection.policy);
    let agents: Vec<_> = told.agents.iter().map(|a| (a.rollout, a.restarts, &a.versions)).collect();
    let mut findings: Vec<_> = told.findings.iter().map(|f| (f.id, f.severity, f.symptoms.len(), f.nodes.len())).collect();
    findings.sort_by_key(|finding| finding.0);
    let mut nodes: Vec<_> =
        told.nodes.iter().map(|n| format!("{:?}", (n.ready, n.network_unavailable, n.agent_ready, n.pods, n.findings))).collect();
    nodes.sort();
    let also: Vec<_> = told.detection.also.iter().map(|one| (&one.provider, one.part.name())).collect();
    format!(
        "{:?} {:?} {:?} {:?} {:?}\n{:?} {:?} {:?} {:?} {:?} {:?}\n{:?}\n{also:?}\n{agents:?}\n{findings:?}\n{nodes:?}\n{:?}",
        network.provider,
        network.version,
        network.versions,
        network.confidence,
        network.mode,
        policy.enforcer,
        policy.verdict,
        policy.basis,
        policy.ingress,
        policy.egress,
        policy.ignored_kinds,
        told.detection.distribution,
        (told.ran, &told.could_not),
    )
}

#[test]
fn the_answers_about_a_redacted_cluster_are_those_about_the_cluster() {
    let demos = scenes().into_iter().map(|(name, _)| (name, session::demo(name, catalog()).unwrap()));
    for (name, snapshot) in demos.chain([("rich", read(RICH)), ("world", read(WORLD))]) {
        let redacted = redact(&snapshot, &public());
        assert_eq!(answer(&redacted), answer(&snapshot), "{name}");
        let back = read(&exported(&redacted));
        assert_eq!(answer(&back), answer(&snapshot), "{name}, read back");
    }
}

#[test]
fn the_distribution_is_told_by_what_stays() {
    for (node, distribution) in [
        (r#""metadata":{"name":"n"},"status":{"nodeInfo":{"kubeletVersion":"v1.36.2+k3s1"}}"#, "k3s"),
        (r#""metadata":{"name":"n"},"status":{"nodeInfo":{"kubeletVersion":"v1.36.2+rke2r1"}}"#, "rke2"),
        (r#""metadata":{"name":"n"},"status":{"nodeInfo":{"kubeletVersion":"v1.34.1-eks-113cf36"}}"#, "eks"),
        (r#""metadata":{"name":"n"},"status":{"nodeInfo":{"kubeletVersion":"v1.34.1-gke.1829001"}}"#, "gke"),
        (r#""metadata":{"name":"n","labels":{"kubernetes.azure.com/cluster":"mine"}}"#, "aks"),
        (r#""metadata":{"name":"n","labels":{"node.openshift.io/os_id":"rhcos"}}"#, "openshift"),
        (r#""metadata":{"name":"n"},"spec":{"providerID":"kind://docker/mine/n"}"#, "kind"),
        (r#""metadata":{"name":"n","labels":{"minikube.k8s.io/name":"mine"}}"#, "minikube"),
        (r#""metadata":{"name":"n","labels":{"microk8s.io/cluster":"true"}}"#, "microk8s"),
        (r#""metadata":{"name":"n"},"status":{"nodeInfo":{"osImage":"Talos (v1.12.0)"}}"#, "talos"),
        (r#""metadata":{"name":"n","labels":{"kops.k8s.io/instancegroup":"mine"}}"#, "kops"),
    ] {
        let snapshot = read(&format!(r#"{{"apiVersion":"v1","kind":"Node",{node}}}"#));
        assert_eq!(assess(&redact(&snapshot, &public()), catalog()).detection.distribution, Some(distribution));
    }
}

#[test]
fn a_word_of_a_sentence_stays_one_though_something_is_called_so() {
    let called = r#"
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"network"}}
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"acme"}}
{"apiVersion":"v1","kind":"Node","metadata":{"name":"not"},"status":{"conditions":[{"type":"Ready","status":"False","message":"container runtime network not ready, see acme and network-acme"}]}}"#;
    let told = redact(&read(called), &public());
    let node = told.nodes.iter().next().unwrap();
    let said = node.conditions[0].message.as_str();
    assert!(said.starts_with("container runtime network not ready, ") && !said.contains("acme"), "{said}");
    assert_eq!(node.name, "node-1", "as a name it has a pseudonym");
    assert!(told.namespaces.iter().all(|namespace| namespace.name.starts_with("ns-")));
}

//! What is redacted has no names left, and the same structure.

use crate::{RICH, read};
use cnitui::snapshot::{NetworkPolicy, Peer, Pod, Snapshot, export, redact};

const WORLD: &str = r#"
{"apiVersion":"v1","kind":"Node","metadata":{"name":"worker.corp.example","labels":{"kubernetes.io/hostname":"worker.corp.example","kubernetes.io/os":"linux","rack":"acme-7"}},"spec":{"podCIDR":"10.244.3.0/24","providerID":"aws:///eu-west-1a/i-0123"},"status":{"conditions":[{"type":"Ready","status":"False","message":"worker.corp.example: dial tcp 10.244.3.9:6443: refused, see 52.18.7.1 and acme-web.acme-shop.svc:80"}]}}
{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"acme-shop","labels":{"kubernetes.io/metadata.name":"acme-shop","team":"acme"}}}
{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"acme-shop","name":"acme-web-1","labels":{"app":"acme-web"},"ownerReferences":[{"kind":"ReplicaSet","name":"acme-web-7d9","controller":true}]},"spec":{"nodeName":"worker.corp.example","containers":[{"name":"acme","image":"registry.acme.example/web:1"}]},"status":{"podIP":"10.244.3.9"}}
{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"kube-system","name":"kube-apiserver-worker.corp.example","labels":{"k8s-app":"kube-dns"},"ownerReferences":[{"kind":"Node","name":"worker.corp.example","controller":true}]},"spec":{"nodeName":"worker.corp.example","containers":[{"name":"c","image":"coredns:1"}]}}
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"acme-shop","name":"acme-web","annotations":{"note":"acme"}},"spec":{"selector":{"matchLabels":{"app":"acme-web"}},"template":{"metadata":{"labels":{"app":"acme-web"}},"spec":{"containers":[{"name":"acme","image":"registry.acme.example/web:1","args":["--acme"],"env":[{"name":"A","value":"acme"}]}]}}}}
{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"namespace":"kube-system","name":"calico-node"},"spec":{"template":{"spec":{"containers":[{"name":"calico-node","image":"calico/node:v3.32.1","env":[{"name":"CALICO_IPV4POOL_CIDR","value":"10.244.0.0/16"}]}]}}}}
{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"namespace":"acme-shop","name":"acme-allow"},"spec":{"podSelector":{"matchLabels":{"app":"acme-web"}},"ingress":[{"from":[{"ipBlock":{"cidr":"10.244.0.0/16","except":["10.244.3.0/24"]}},{"namespaceSelector":{"matchLabels":{"team":"acme"}},"podSelector":{"matchExpressions":[{"key":"k8s-app","operator":"In","values":["kube-dns"]}]}}]}]}}
"#;

fn pod<'a>(snapshot: &'a Snapshot, owner: &str) -> &'a Pod {
    snapshot.pods.iter().find(|pod| pod.owner.as_ref().is_some_and(|of| of.kind == owner)).unwrap()
}

fn policy(snapshot: &Snapshot) -> &NetworkPolicy {
    snapshot.policies.iter().next().unwrap()
}

#[test]
fn no_name_and_no_address_is_left() {
    let text: String = export(&redact(&read(WORLD))).map(|document| document.to_string()).collect();
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
    let snapshot = redact(&read(WORLD));
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
    let (before, after) = (read(RICH), redact(&read(RICH)));
    assert_eq!(before.sources, after.sources);
    assert_eq!(before.taken_at, after.taken_at);
    assert_eq!(before.pods.len(), after.pods.len());
    let restarts = |snapshot: &Snapshot| snapshot.pods.iter().map(|pod| pod.restarts()).sum::<u32>();
    assert_eq!((restarts(&before), restarts(&after)), (7, 7));
}

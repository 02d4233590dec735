//! What custom resources report and count.

use super::*;
use cnitui::snapshot::{CustomResource, Kind};
use serde_json::{Value, json};

const OPERATED: &str = "
agents:
  - { kind: DaemonSet, labels: [app=op-node], containers: [op-node], images: [op/node], role: network-and-policy }
reports:
  - kind: tigerastatuses.operator.tigera.io
    object: calico
    condition: Degraded
    bad: 'True'
    weight: error
    why: It waits.
    source: { ref: op docs, as_of: undated }
  - kind: antreaagentinfos.crd.antrea.io
    condition: ControllerConnectionUp
    bad: 'False'
    weight: warning
    why: It learns nothing new.
    source: { ref: op docs, as_of: undated }
pools:
  - kind: subnets.kubeovn.io
    available: /status/v4availableIPs
    used: /status/v4usingIPs
    source: { ref: op docs, as_of: undated }
";

fn operated(objects: Vec<CustomResource>) -> (Snapshot, Catalog) {
    let mut snapshot = cluster(3);
    everywhere(&mut snapshot, "op-node", "op-node=example.org/op/node:v1.0.0");
    for object in objects {
        snapshot.custom.insert(Arc::new(object));
    }
    (snapshot, catalog(&[("op", OPERATED)]))
}

fn found(objects: Vec<CustomResource>, id: &str) -> Vec<(String, Severity, String)> {
    let (snapshot, catalog) = operated(objects);
    let assessment = assess(&snapshot, &catalog);
    of(&assessment, id).iter().map(|one| (one.object.to_string(), one.severity, one.message.clone())).collect()
}

#[test]
fn an_operator_that_is_degraded_is_named_with_its_reason() {
    let status = |name: &str, condition: &str| custom(Kind::TigeraStatus, name, Value::Null, &[condition]);
    assert_eq!(
        found(vec![status("calico", "Degraded=True"), status("apiserver", "Degraded=True")], "component-degraded"),
        [("TigeraStatus calico".to_owned(), Severity::Error, "reports that Degraded is True: Because, of that".to_owned())],
        "the rule is about one object"
    );
    assert_eq!(found(vec![status("calico", "Degraded=False")], "component-degraded"), []);
}

#[test]
fn what_the_agents_of_many_nodes_report_alike_is_one_finding_on_these_nodes() {
    let info = |name: &str| custom(Kind::AntreaAgentInfo, name, Value::Null, &["ControllerConnectionUp=False"]);
    let (snapshot, catalog) = operated(vec![info("n3"), info("n1")]);
    let assessment = assess(&snapshot, &catalog);
    let found = of(&assessment, "component-degraded");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].severity, found[0].nodes.as_slice()), (Severity::Warning, ["n1".into(), "n3".into()].as_slice()));
    assert_eq!(found[0].message, "2 AntreaAgentInfos report that ControllerConnectionUp is False: Because, of that: n1, n3");
}

#[test]
fn an_operator_that_misses_pods_is_a_symptom_of_the_agent_that_crashes() {
    let mut status = custom(Kind::TigeraStatus, "calico", Value::Null, &["Degraded=True"]);
    status.conditions = [condition("Degraded", "True", "PodFailure", "Pod x has crash looping container")].into();
    let (mut snapshot, catalog) = operated(vec![status]);
    change_pod(&mut snapshot, "op-node-n2", crash);
    let assessment = assess(&snapshot, &catalog);
    assert!(!ids(&assessment).contains(&"component-degraded"));
    let line = "TigeraStatus calico reports that Degraded is True: PodFailure, Pod x has crash looping container";
    assert!(assessment.findings[0].symptoms.iter().any(|symptom| symptom == line), "{:?}", assessment.findings[0].symptoms);
}

#[test]
fn a_pool_without_addresses_is_an_error_and_a_tenth_left_a_warning() {
    let subnet = |name: &str, available: Value, used: Value| {
        custom(Kind::Subnet, name, json!({"status": {"v4availableIPs": available, "v4usingIPs": used}}), &[])
    };
    let pools = vec![
        subnet("full", json!(0), json!(253)),
        subnet("nearly", json!("25"), json!("228")),
        subnet("roomy", json!(26.0), json!(227.0)),
        subnet("unused", json!(0), json!(0)),
    ];
    assert_eq!(
        found(pools, "pool-exhausted"),
        [
            ("Subnet full".to_owned(), Severity::Error, "has given 253 of 253 addresses".to_owned()),
            ("Subnet nearly".to_owned(), Severity::Warning, "has given 228 of 253 addresses".to_owned()),
        ]
    );
}

#[test]
fn a_node_that_names_an_eni_config_that_is_not_there_is_an_error_only_with_custom_networking() {
    for (value, expected) in [("true", 1), ("false", 0)] {
        let mut snapshot = cluster(2);
        let variable = format!("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG:={value}");
        let words: &[&str] = &["aws-node=amazon-k8s-cni:v1.20.0", &variable, "ENI_CONFIG_LABEL_DEF:=topology.kubernetes.io/zone"];
        let workload = daemon_set(&snapshot, "aws-node", "k8s-app=aws-node", &[words]);
        install(&mut snapshot, workload, &["n1", "n2"]);
        for (node, zone) in [("n1", "eu-1a"), ("n2", "eu-1b")] {
            change(&mut snapshot, node, |node| node.labels = labels(&[&format!("topology.kubernetes.io/zone={zone}")]));
        }
        snapshot.custom.insert(Arc::new(custom(Kind::EniConfig, "eu-1a", Value::Null, &[])));
        let assessment = assess(&snapshot, real());
        let found = of(&assessment, "eni-config-missing");
        assert_eq!(found.len(), expected, "{value}");
        if let [finding] = found.as_slice() {
            assert_eq!(finding.object.to_string(), "Node n2");
            assert_eq!(finding.message, "names the ENIConfig eu-1b, which does not exist");
        }
    }
}

#[test]
fn a_kind_that_nobody_installed_keeps_no_check_from_running_and_one_that_may_not_be_read_does() {
    let (mut snapshot, catalog) = operated(Vec::new());
    snapshot.sources.of_mut(Kind::Subnet).state = State::Absent;
    assert!(assess(&snapshot, &catalog).could_not.is_empty());
    forbid(&mut snapshot, Kind::Subnet);
    let lacking = assess(&snapshot, &catalog).could_not;
    assert!(lacking.contains(&("pool-exhausted", vec![Kind::Subnet])), "{lacking:?}");
}

#[test]
fn packets_that_leave_no_room_for_what_the_network_adds_are_worth_knowing() {
    let said = |veth: &str, ipip: &str| {
        let mut snapshot = cluster(1);
        let words: &[&str] = &["calico-node=calico/node:v3.33.1", &format!("CALICO_IPV4POOL_IPIP:={ipip}")];
        let mut workload = daemon_set(&snapshot, "calico-node", "k8s-app=calico-node", &[words]);
        workload.init_containers = [container(&["install-cni=calico/cni:v3.33.1"])].into();
        install(&mut snapshot, workload, &["n1"]);
        snapshot.config_maps.insert(Arc::new(config_map("kube-system", "calico-config", &[("veth_mtu", veth)])));
        let assessment = assess(&snapshot, real());
        of(&assessment, "mtu-overhead").iter().map(|one| (one.severity, one.message.clone())).collect::<Vec<_>>()
    };
    let too_large =
        "pods send 1500 bytes (veth_mtu of ConfigMap kube-system/calico-config), and ipip adds 20: 1520 between nodes";
    assert_eq!(said("1500", "Always"), [(Severity::Info, too_large.to_owned())]);
    assert_eq!(said("1480", "Always"), []);
    assert_eq!(said("8981", "Always"), [], "whoever declares that knows their interfaces");
    assert_eq!(said("0", "Always"), [], "Calico finds it by itself");
    assert_eq!(said("1500", "Never"), []);
}

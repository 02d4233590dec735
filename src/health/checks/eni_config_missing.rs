//! With custom networking on, the AWS VPC CNI takes addresses only by an `ENIConfig`, and a node names one that is not there.

use super::{Check, Context, count, some_of};
use crate::detect::Agent;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Node, Text};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check { id: "eni-config-missing", needs: &[Kind::DaemonSet, Kind::Node, Kind::EniConfig], run };

const SOURCE: &str = "https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html";

/// Where a node names its `ENIConfig` unless the agent is told of another key.
const KEY: &str = "k8s.amazonaws.com/eniConfig";

fn run(context: &Context<'_>) -> Vec<Finding> {
    let custom = |agent: &&Agent| variable(agent, "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG").is_some_and(|value| value == "true");
    let Some(agent) = context.detection.agents.iter().filter(|agent| agent.on_nodes()).find(custom) else { return Vec::new() };
    let there: Vec<&Text> = context.custom(&Kind::EniConfig.crd_name()).map(|config| &config.name).collect();
    let mut missing: BTreeMap<String, Vec<Text>> = BTreeMap::new();
    for node in context.snapshot.nodes.iter() {
        let named = named(agent, node);
        if !there.iter().any(|name| name.as_str() == named) {
            missing.entry(named.to_owned()).or_default().push(node.name.clone());
        }
    }
    missing.into_iter().map(|(named, nodes)| finding(&named, nodes)).collect()
}

/// An annotation counts more than a label.
fn named<'a>(agent: &Agent, node: &'a Node) -> &'a str {
    let annotation = variable(agent, "ENI_CONFIG_ANNOTATION_DEF").map_or(KEY, Text::as_str);
    let label = variable(agent, "ENI_CONFIG_LABEL_DEF").map_or(KEY, Text::as_str);
    node.annotations.get(annotation).or_else(|| node.labels.get(label)).map_or("default", Text::as_str)
}

fn variable<'a>(agent: &'a Agent, name: &str) -> Option<&'a Text> {
    let containers = agent.workload.iter().flat_map(|workload| workload.containers.iter());
    containers.flat_map(|container| container.env.iter()).find(|env| env.name == *name)?.value.as_ref()
}

fn finding(named: &str, mut nodes: Vec<Text>) -> Finding {
    nodes.sort();
    let object = if let [node] = nodes.as_slice() { Object::node(node) } else { Object::default() };
    let who = if nodes.len() == 1 { "names".to_owned() } else { format!("{} name", count(nodes.len(), "node")) };
    let which = if nodes.len() == 1 { String::new() } else { format!(": {}", some_of(&nodes)) };
    Finding {
        id: CHECK.id,
        severity: Severity::Error,
        object,
        message: format!("{who} the ENIConfig {named}, which does not exist{which}"),
        why: "With custom networking the agent makes no interface there, and pods get no address.".to_owned(),
        remedy: format!("create the ENIConfig {named} with the subnet of that zone, or name another by {KEY}"),
        source: SOURCE.to_owned(),
        nodes,
        ..Finding::default()
    }
}

//! A node's kernel is older than the provider is documented to run on.

use super::{Check, Context, count, some_of};
use crate::catalog::{Kernel, KernelRule};
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Node, Text};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check { id: "kernel-too-old", needs: &[Kind::Node, Kind::Pod], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    // One finding a version and kernel, whatever the number of nodes.
    let mut groups: BTreeMap<(&Text, &Text), (&KernelRule, Vec<Text>)> = BTreeMap::new();
    let Some(provider) = context.detection.network.provider.as_deref() else { return Vec::new() };
    for (agent, _) in context.agents().filter(|(agent, _)| agent.on_nodes() && agent.provider == provider) {
        for pod in &agent.pods {
            let Some(node) = context.on_nodes.of(&pod.node).map(|here| here.node) else { continue };
            let version = agent.version_of(pod);
            let rule = context.detection.kernels.iter().find(|(of, _)| Some(of) == version.as_ref());
            if let Some((version, rule)) = rule.filter(|(_, rule)| is_older(node, rule)) {
                groups.entry((version, &node.kernel)).or_insert((rule, Vec::new())).1.push(node.name.clone());
            }
        }
    }
    groups.into_iter().map(|((version, kernel), (rule, nodes))| finding(context, version, kernel, rule, nodes)).collect()
}

/// Whether the kernel is older than the rule asks for. What tells no version, and what is not Linux, is not judged.
fn is_older(node: &Node, rule: &KernelRule) -> bool {
    // Red Hat's kernels keep an old number and get newer parts.
    let minimum = if node.kernel.contains(".el") { rule.enterprise.as_deref() } else { Some(rule.minimum.as_str()) };
    match (node.kernel.parse::<Kernel>(), minimum.map(str::parse::<Kernel>)) {
        (Ok(kernel), Some(Ok(minimum))) => node.os != "windows" && kernel < minimum,
        _ => false,
    }
}

fn finding(context: &Context<'_>, version: &Text, kernel: &Text, rule: &KernelRule, mut nodes: Vec<Text>) -> Finding {
    nodes.sort();
    nodes.dedup();
    let name = context.detection.network.provider.as_deref().map_or("the network", |id| context.name(id));
    let feature = rule.feature.as_deref().map(|feature| format!("{feature} of ")).unwrap_or_default();
    let asks = format!("kernel {kernel}; {feature}{name} {version} asks for {} or newer", rule.minimum);
    let (object, message) = match nodes.as_slice() {
        [node] => (Object::node(node), format!("runs {asks}")),
        _ => (Object::default(), format!("{} run {asks}: {}", count(nodes.len(), "node"), some_of(&nodes))),
    };
    Finding {
        id: CHECK.id,
        severity: Severity::Warning,
        object,
        message,
        why: "What the agent programs into the kernel may be refused, and it then does not start or works in part.".to_owned(),
        remedy: "move the node to an image with a newer kernel, or stay on a version of the provider that accepts it".to_owned(),
        source: rule.source.location.clone(),
        nodes,
        explains: Some(asks),
        ..Finding::default()
    }
}

//! A release of the provider runs that gets no more fixes, or that a published advisory is about; or nobody develops it any more.

use super::{Check, Context, severity};
use crate::catalog::{ReleaseRule, Status};
use crate::detect::Agent;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{Kind, Text};

pub(super) const CHECK: Check = Check { id: "release-outdated", needs: &[Kind::Pod, Kind::DaemonSet], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let Some(provider) = context.detection.network.provider.as_deref().and_then(|id| context.catalog.provider(id)) else {
        return Vec::new();
    };
    let mut agents = context.detection.agents.iter().filter(|agent| agent.provider == provider.id && agent.on_nodes());
    let Some(agent) = agents.next() else { return Vec::new() };
    let mut findings: Vec<Finding> =
        context.detection.releases.iter().map(|(version, rule)| outdated(agent, version, rule)).collect();
    if provider.status == Status::Dead {
        findings.push(Finding {
            severity: Severity::Warning,
            message: format!("runs {}, which nobody develops any more", provider.name),
            why: "What is found in it is not mended, and newer kernels and Kubernetes may stop working with it.".to_owned(),
            remedy: "plan for another network: cnitui choose".to_owned(),
            source: context.home(&provider.id),
            ..about(agent)
        });
    }
    findings
}

fn outdated(agent: &Agent, version: &Text, rule: &ReleaseRule) -> Finding {
    Finding {
        severity: severity(rule.weight),
        message: format!("{version} {}", rule.says),
        why: "Newer releases of the same line, or the next, mend it.".to_owned(),
        remedy: "read the notes of the release that mends it, then roll it out".to_owned(),
        source: rule.source.location.clone(),
        ..about(agent)
    }
}

fn about(agent: &Agent) -> Finding {
    Finding { id: CHECK.id, object: Object::new(agent.kind.name(), &agent.namespace, &agent.name), ..Finding::default() }
}

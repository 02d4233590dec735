//! Who can reach whom, in words and signs.

use super::Role;
use crate::policy::{Anyone, Namespaces, Openness, Party, PortSet, Scope, What, spell};

/// The sign of a cell.
pub const fn openness_sign(open: Openness) -> (&'static str, Role) {
    match open {
        Openness::Nobody => ("-", Role::Muted),
        Openness::Closed => ("○", Role::Good),
        Openness::Partly => ("◐", Role::Text),
        Openness::Open => ("●", Role::Warn),
    }
}

/// A party as `policy explain` takes it: `shop/Deployment/web`, `shop/web-1`; of addresses so many blocks at most.
pub fn party_title(party: &Party, blocks: usize) -> String {
    let (namespace, name) = (&party.namespace, &party.name);
    match &party.what {
        What::Workload(kind) if kind == "Pod" => format!("{namespace}/{name}"),
        What::Workload(kind) => format!("{namespace}/{kind}/{name}"),
        What::Pod(_) => format!("{namespace}/{name}"),
        What::Class => format!("{namespace}: {name}"),
        What::Addresses(ranges) => {
            let first: Vec<String> = ranges.iter().take(blocks).map(ToString::to_string).collect();
            let more = if ranges.len() > blocks { format!(" and {} more", ranges.len() - blocks) } else { String::new() };
            first.join(", ") + &more
        }
    }
}

/// Whom something is open to beside who is there.
pub fn anyone_words(anyone: &Anyone) -> String {
    let Anyone::Would(Scope { namespaces, pods }) = anyone else { return "the entire cluster".to_owned() };
    let pods = if pods.is_empty() { "all pods".to_owned() } else { format!("pods {}", spell(pods)) };
    match namespaces {
        Namespaces::Named(name) => format!("{pods} of namespace {name}, none yet"),
        Namespaces::Matching(selector) if selector.is_empty() => format!("{pods} of all namespaces, none yet"),
        Namespaces::Matching(selector) => format!("{pods} of namespaces {}, none yet", spell(selector)),
    }
}

/// Ports of a connection: those that are open for sure, and those of which it cannot be told.
pub fn connection_words(open: &PortSet, unknown: &PortSet) -> (String, Role) {
    match (open.is_empty(), unknown.is_empty()) {
        (_, true) => (open.to_string(), Role::Text),
        (true, false) => (format!("? {unknown}"), Role::Unknown),
        (false, false) => (format!("{open}; ? {unknown}"), Role::Unknown),
    }
}

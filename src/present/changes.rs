//! Changes in words and signs.

use super::{Role, severity_sign};
use crate::timeline::{Change, Turn};

/// The sign and role of a change.
pub const fn change_sign(turn: Turn) -> (&'static str, Role) {
    match turn {
        Turn::Added => ("+", Role::Accent),
        Turn::Removed => ("-", Role::Accent),
        Turn::Changed => ("~", Role::Accent),
        Turn::Wrong(severity) => severity_sign(severity),
        Turn::Healed => ("✓", Role::Good),
        Turn::Blind => ("?", Role::Unknown),
        Turn::Seeing => ("◷", Role::Unknown),
    }
}

/// What a change is about, as people call it: `policy shop/web-out`, `node worker-4`, `DaemonSet kube-system/cilium`.
pub fn change_subject(change: &Change) -> String {
    let object = &change.object;
    match object.kind {
        "" => "cluster".to_owned(),
        "NetworkPolicy" => format!("policy {}/{}", object.namespace, object.name),
        "Node" => format!("node {}", object.name),
        _ => object.to_string(),
    }
}

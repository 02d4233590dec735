//! One policy in words: whom it is about, and for each direction what its rules admit. And as YAML, of what was read of it.
//!
//! It reads the lowered model, so every kind of policy reads alike. Whether anybody enforces it, and what other policies do, is
//! said elsewhere.

use super::{counted, yaml};
use crate::detect::Verdict;
use crate::policy::{
    Action, Block, Direction, End, Peer, Peers, Policy, PolicyRef, Port, Ports, Rule, model, spell, spell_scope,
};
use crate::snapshot::{Kind, Snapshot, export};

/// A rule in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleWords {
    /// `allows`, `denies` or `passes`.
    pub does: &'static str,
    /// Any of these.
    pub peers: Vec<String>,
    /// Any of these.
    pub ports: String,
    /// What of it was not understood.
    pub unread: Option<String>,
}

/// A snapshot that holds nothing but the policy, if there is one.
fn alone(snapshot: &Snapshot, policy: &PolicyRef) -> Snapshot {
    let PolicyRef { kind, namespace, name } = policy;
    let of_namespace = snapshot
        .policies
        .iter()
        .filter(|known| *kind == Kind::NetworkPolicy.manifest_name() && known.namespace == *namespace && known.name == *name);
    let of_cluster = snapshot.cluster_policies.iter();
    let of_cluster = of_cluster.filter(|known| known.kind.manifest_name() == *kind && known.name == *name);
    Snapshot {
        policies: of_namespace.map(|known| (**known).clone()).collect(),
        cluster_policies: of_cluster.map(|known| (**known).clone()).collect(),
        ..Snapshot::default()
    }
}

/// The policy, lowered.
pub fn lowered_policy(snapshot: &Snapshot, policy: &PolicyRef) -> Option<Policy> {
    model(&alone(snapshot, policy)).policies.pop()
}

/// What was read of the policy, as YAML.
pub fn policy_yaml(snapshot: &Snapshot, policy: &PolicyRef) -> Option<String> {
    let alone = alone(snapshot, policy);
    let document = export(&alone).last()?;
    yaml(document.pointer("/items/0")?).ok()
}

/// What the policy says of a direction, and what that comes to where policies are `enforced` so; the rules follow it.
pub fn section_words(policy: &Policy, direction: Direction, enforced: Verdict) -> String {
    let Some(section) = policy.section(direction) else { return "it does not say".to_owned() };
    let rules = counted(section.rules.len(), "rule", "rules");
    let is_closed = match enforced {
        Verdict::Enforced => "is closed",
        Verdict::Partial | Verdict::Unknown => "is closed where it is enforced",
        Verdict::NotEnforced => "would be closed if somebody enforced it",
    };
    match (section.end, section.rules.len()) {
        (End::Deny, 0) => format!("no rule: all of it {is_closed}"),
        (End::Deny, _) => format!("{rules}; what none admits {is_closed}"),
        (End::Next, 0) => "no rule".to_owned(),
        (End::Next, _) => format!("{rules}, the first that matches decides; else later policies do"),
    }
}

/// The rules of the policy for a direction, in their order.
pub fn rule_words(policy: &Policy, direction: Direction) -> Vec<RuleWords> {
    let rules = policy.section(direction).map_or(&[][..], |section| &section.rules);
    rules.iter().map(rule).collect()
}

fn rule(rule: &Rule) -> RuleWords {
    let does = match rule.action {
        Action::Allow => "allows",
        Action::Deny => "denies",
        Action::Pass => "passes",
    };
    let peers = match &rule.peers {
        Peers::Everybody => vec!["anyone".to_owned()],
        Peers::Only(peers) => peers.iter().map(peer).collect(),
    };
    let ports = match &rule.ports {
        Ports::All => "any".to_owned(),
        Ports::Only(ports) => ports.iter().map(port).collect::<Vec<_>>().join(", "),
    };
    RuleWords { does, peers, ports, unread: rule.unread.as_ref().map(ToString::to_string) }
}

fn peer(peer: &Peer) -> String {
    match peer {
        Peer::Pods(scope) => spell_scope(scope),
        Peer::Block(Block { cidr, except, .. }) if except.is_empty() => cidr.to_string(),
        Peer::Block(Block { cidr, except, .. }) => {
            format!("{cidr} except {}", except.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Peer::Nodes(selector) if selector.is_empty() => "every node".to_owned(),
        Peer::Nodes(selector) => format!("nodes {}", spell(selector)),
        Peer::Domains(names) => names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Peer::Unread => "nobody: it was not understood".to_owned(),
    }
}

fn port(port: &Port) -> String {
    match port {
        Port::Range { protocol, from: 1, to: u16::MAX } => format!("any {}", protocol.name()),
        Port::Range { protocol, from, to } if from == to => format!("{} {from}", protocol.name()),
        Port::Range { protocol, from, to } => format!("{} {from}-{to}", protocol.name()),
        Port::Named { protocol: Some(protocol), name } => format!("{} {name}", protocol.name()),
        Port::Named { protocol: None, name } => name.to_string(),
        Port::Unread => "none: it was not understood".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Origin, Reader};
    use jiff::Timestamp;

    const WEB: &str = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: {matchLabels: {app: api}}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
    ports: [{port: 8443}, {protocol: UDP, port: 1000, endPort: 2000}, {port: http}]
  - {}
";

    fn snapshot() -> (Snapshot, PolicyRef) {
        let mut reader = Reader::new(Origin::None);
        reader.read("web.yaml", WEB);
        let policy = PolicyRef { kind: "NetworkPolicy", namespace: "shop".into(), name: "web".into() };
        (reader.finish(Timestamp::UNIX_EPOCH), policy)
    }

    #[test]
    fn rules_say_who_may_come_on_which_port() {
        let (snapshot, policy) = snapshot();
        let policy = lowered_policy(&snapshot, &policy).unwrap();
        assert_eq!(spell_scope(&policy.subject), "pods app=web of namespace shop");
        assert_eq!(section_words(&policy, Direction::Ingress, Verdict::Enforced), "2 rules; what none admits is closed");
        assert_eq!(section_words(&policy, Direction::Egress, Verdict::Enforced), "no rule: all of it is closed");
        let void = "no rule: all of it would be closed if somebody enforced it";
        assert_eq!(section_words(&policy, Direction::Egress, Verdict::NotEnforced), void);
        let rules = rule_words(&policy, Direction::Ingress);
        assert_eq!(
            rules[0].peers,
            ["pods app=api of namespace shop", "all pods of namespace monitoring", "10.0.0.0/8 except 10.1.0.0/16"]
        );
        assert_eq!(rules[0].ports, "TCP 8443, UDP 1000-2000, TCP http");
        assert_eq!((rules[1].peers.as_slice(), rules[1].ports.as_str()), (&["anyone".to_owned()][..], "any"));
    }

    #[test]
    fn the_yaml_is_that_policy_and_nothing_else() {
        let (snapshot, policy) = snapshot();
        let yaml = policy_yaml(&snapshot, &policy).unwrap();
        assert!(yaml.contains("kind: NetworkPolicy") && yaml.contains("endPort: 2000") && !yaml.contains("items"), "{yaml}");
        assert_eq!(policy_yaml(&snapshot, &PolicyRef { name: "gone".into(), ..policy }), None);
    }
}

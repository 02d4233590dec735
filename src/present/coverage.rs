//! What policies cover, in words: the verdict, and for a namespace or a policy what it comes to.
//!
//! "In force" is said only of pods whose enforcement is sure; selected is not protected.

use super::lists::why_not;
use super::status::Headline;
use super::words::lowered;
use super::{Role, count, counted};
use crate::detect::{Enforcement, Verdict};
use crate::policy::{Inventory, NamespaceCoverage, PolicySummary};
use crate::snapshot::{Kind, Snapshot};

/// The lists that coverage rests on.
const NEEDED: [Kind; 3] = [Kind::NetworkPolicy, Kind::Pod, Kind::Namespace];

/// Pods of which something is so: selected, and of those in force for sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Selected by a policy.
    pub selected: usize,
    /// In force for sure.
    pub sure: usize,
    /// Selected, and it cannot be told whether that is enforced.
    pub unknown: usize,
}

impl Share {
    fn of(selected: usize, doubtful: usize, verdict: Verdict) -> Self {
        match verdict {
            Verdict::Enforced => Self { selected, sure: selected, unknown: 0 },
            Verdict::NotEnforced => Self { selected, sure: 0, unknown: 0 },
            Verdict::Partial => {
                let unknown = doubtful.min(selected);
                Self { selected, sure: selected - unknown, unknown }
            }
            Verdict::Unknown => Self { selected, sure: 0, unknown: selected },
        }
    }

    fn and(self, other: Self) -> Self {
        Self { selected: self.selected + other.selected, sure: self.sure + other.sure, unknown: self.unknown + other.unknown }
    }
}

/// What ingress and egress policies cover of a namespace.
pub fn shares(namespace: &NamespaceCoverage, policy: &Enforcement) -> [Share; 2] {
    [
        Share::of(namespace.ingress, namespace.ingress_doubtful, policy.ingress),
        Share::of(namespace.egress, namespace.egress_doubtful, policy.egress),
    ]
}

/// The verdict on what is protected.
pub fn coverage_headline(snapshot: &Snapshot, inventory: &Inventory, policy: &Enforcement) -> Headline {
    let unknown = ("?", Role::Unknown);
    let policies = inventory.policies.len();
    let pods: usize = inventory.namespaces.iter().map(|namespace| namespace.pods).sum();
    let [ingress, egress] = inventory
        .namespaces
        .iter()
        .map(|namespace| shares(namespace, policy))
        .fold([Share::default(); 2], |sum, [a, b]| [sum[0].and(a), sum[1].and(b)]);
    let selected = format!("Selected by a policy: ingress {}, egress {}.", count(ingress.selected), count(egress.selected));
    let sure = format!("In force for sure: {} and {}.", count(ingress.sure), count(egress.sure));
    let reason = format!("{selected} {sure} {}", policy.sentence);
    let say = |sign, verdict: String, reason: String| Headline { sign, verdict, policies: reason };
    if let Some(kind) = NEEDED.into_iter().find(|kind| !snapshot.sources.is_live(*kind)) {
        let why = why_not(kind, &snapshot.sources.of(kind).state);
        return say(
            unknown,
            format!("Cannot tell what is protected: {why}."),
            match snapshot.number(Kind::NetworkPolicy) {
                Some(_) => format!("Seen so far: {}. {selected}", policies_word(policies)),
                None => String::new(),
            },
        );
    }
    if policies == 0 {
        return say(("!", Role::Warn), "No policies. Every pod may reach every pod.".into(), policy.sentence.clone());
    }
    let [open, calls] = [ingress, egress].map(|share| pods - (share.sure + share.unknown).min(pods));
    let doubtful = ingress.unknown.max(egress.unknown);
    match policy.verdict {
        Verdict::NotEnforced => say(
            ("✗", Role::Bad),
            format!("{}, none enforced. Every pod may reach every pod.", policies_word(policies)),
            policy.sentence.clone(),
        ),
        Verdict::Unknown => {
            let why = policy.sentence.trim_start_matches("Cannot tell: ").trim_end_matches('.');
            say(unknown, format!("Cannot tell whether {} are in force: {}.", policies_word(policies), lowered(why)), selected)
        }
        _ if open == 0 && calls == 0 && doubtful > 0 => say(
            unknown,
            format!(
                "All {} are selected for ingress and egress; of {} cannot tell whether that is enforced.",
                counted(pods, "pod", "pods"),
                count(doubtful)
            ),
            reason,
        ),
        _ if open == 0 && calls == 0 => {
            say(("✓", Role::Good), format!("All {} are selected for ingress and egress.", counted(pods, "pod", "pods")), reason)
        }
        _ => say(
            ("!", Role::Warn),
            format!("{} of {} accept from anyone, {} may call anyone.", count(open), counted(pods, "pod", "pods"), count(calls)),
            reason,
        ),
    }
}

fn policies_word(policies: usize) -> String {
    counted(policies, "policy", "policies")
}

/// Whether every list that coverage rests on is complete and current.
pub fn coverage_is_known(snapshot: &Snapshot) -> bool {
    coverage_lacks(snapshot).next().is_none()
}

/// The lists that coverage rests on and that are not complete and current.
pub fn coverage_lacks(snapshot: &Snapshot) -> impl Iterator<Item = Kind> {
    NEEDED.into_iter().filter(|kind| !snapshot.sources.is_live(*kind))
}

/// A namespace in one sentence without its name.
pub fn namespace_sentence(namespace: &NamespaceCoverage, policy: &Enforcement) -> String {
    let pods = counted(namespace.pods, "pod", "pods");
    let policies = if namespace.policies == 0 { "no policy".to_owned() } else { policies_word(namespace.policies) };
    let part = |direction: &str, one: &str, selected: usize, doubtful: usize, verdict: Verdict| {
        let sure = verdict == Verdict::Enforced || (verdict == Verdict::Partial && doubtful == 0);
        match namespace.pods - selected.min(namespace.pods) {
            open if open == namespace.pods || verdict == Verdict::NotEnforced => format!("all {one}"),
            _ if !sure => {
                format!("{} of {} selected for {direction}, enforcement unknown", count(selected), count(namespace.pods))
            }
            0 => format!("none {one}"),
            open => format!("{} of {} {one}", count(open), count(namespace.pods)),
        }
    };
    let host = match namespace.host_pods {
        0 => String::new(),
        host => format!(" {} on the host network, outside NetworkPolicy.", counted(host, "pod is", "pods are")),
    };
    match (namespace.pods, policy.verdict) {
        (0, _) => format!("no pod that policies could be about, {policies}.{host}"),
        (_, Verdict::NotEnforced) if namespace.policies > 0 => {
            format!("{pods}, {policies}, none enforced: anyone may call them, they may call anyone.{host}")
        }
        _ if namespace.ingress == 0 && namespace.egress == 0 => {
            format!("{pods}, {policies}: anyone may call them, they may call anyone.{host}")
        }
        _ => format!(
            "{pods}, {policies}: {}; {}.{host}",
            part("ingress", "accept from anyone", namespace.ingress, namespace.ingress_doubtful, policy.ingress),
            part("egress", "may call anyone", namespace.egress, namespace.egress_doubtful, policy.egress)
        ),
    }
}

/// What a policy does in one direction, where it isolates: `denies all`, `3 rules`.
pub fn direction_words(isolates: bool, rules: usize) -> String {
    match (isolates, rules) {
        (false, _) => "-".into(),
        (true, 0) => "denies all".into(),
        (true, rules) => counted(rules, "rule", "rules"),
    }
}

/// A policy in one sentence.
pub fn policy_sentence(policy: &PolicySummary) -> String {
    let selected = match policy.selected {
        None => format!("selects pods by {}, how many is not known", policy.selector),
        Some(0) => format!("selects no pod ({})", policy.selector),
        Some(pods) => format!("selects {} ({})", counted(pods, "pod", "pods"), policy.selector),
    };
    let side = |isolates: bool, rules: usize, name: &str| {
        isolates.then(|| match rules {
            0 => format!("denies all {name}"),
            rules => format!("{name} only by its {}", counted(rules, "rule", "rules")),
        })
    };
    let sides = [side(policy.ingress, policy.ingress_rules, "ingress"), side(policy.egress, policy.egress_rules, "egress")];
    let sides = sides.into_iter().flatten().collect::<Vec<_>>().join(", ");
    format!("{selected}: {}.", if sides.is_empty() { "isolates nothing" } else { &sides })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::State;

    fn live() -> Snapshot {
        let mut snapshot = Snapshot::default();
        for kind in Kind::ALL {
            snapshot.sources.of_mut(kind).state = State::Live;
        }
        snapshot
    }

    fn inventory() -> Inventory {
        let shop = NamespaceCoverage {
            namespace: "shop".into(),
            pods: 48,
            ingress: 48,
            egress: 36,
            policies: 1,
            ..NamespaceCoverage::default()
        };
        let batch = NamespaceCoverage { namespace: "batch".into(), pods: 18, ..NamespaceCoverage::default() };
        Inventory { policies: vec![PolicySummary::default()], namespaces: vec![batch, shop], ..Inventory::default() }
    }

    fn enforced(verdict: Verdict) -> Enforcement {
        let sentence = "Not enforced: flannel has no policy engine.".into();
        Enforcement { verdict, ingress: verdict, egress: verdict, sentence, ..Enforcement::default() }
    }

    #[test]
    fn pods_that_anyone_may_call_are_counted() {
        let said = coverage_headline(&live(), &inventory(), &enforced(Verdict::Enforced));
        assert_eq!(said.verdict, "18 of 66 pods accept from anyone, 30 may call anyone.");
        assert!(
            said.policies.starts_with("Selected by a policy: ingress 48, egress 36. In force for sure: 48 and 36."),
            "{}",
            said.policies
        );
    }

    #[test]
    fn pods_on_nodes_whose_enforcer_is_down_are_not_called_protected() {
        let shop = NamespaceCoverage { ingress_doubtful: 8, egress_doubtful: 6, ..inventory().namespaces[1].clone() };
        let [ingress, egress] = shares(&shop, &enforced(Verdict::Partial));
        assert_eq!(ingress, Share { selected: 48, sure: 40, unknown: 8 });
        assert_eq!(egress, Share { selected: 36, sure: 30, unknown: 6 });
    }

    #[test]
    fn a_verdict_on_some_nodes_calls_nothing_well_and_a_direction_that_is_off_protects_nothing() {
        let all = NamespaceCoverage { egress: 48, ingress_doubtful: 8, egress_doubtful: 8, ..inventory().namespaces[1].clone() };
        let all = Inventory { namespaces: vec![all], ..inventory() };
        let said = coverage_headline(&live(), &all, &enforced(Verdict::Partial));
        let words = "All 48 pods are selected for ingress and egress; of 8 cannot tell whether that is enforced.";
        assert_eq!((said.sign.0, said.verdict.as_str()), ("?", words));
        let ingress_only = Enforcement { egress: Verdict::NotEnforced, ingress: Verdict::Enforced, ..enforced(Verdict::Partial) };
        let said = coverage_headline(&live(), &all, &ingress_only);
        assert_eq!(said.verdict, "0 of 48 pods accept from anyone, 48 may call anyone.");
    }

    #[test]
    fn policies_that_nobody_enforces_protect_nothing() {
        let said = coverage_headline(&live(), &inventory(), &enforced(Verdict::NotEnforced));
        assert_eq!((said.sign.0, said.verdict.as_str()), ("✗", "1 policy, none enforced. Every pod may reach every pod."));
        assert_eq!(
            shares(&inventory().namespaces[1], &enforced(Verdict::NotEnforced))[0],
            Share { selected: 48, sure: 0, unknown: 0 }
        );
    }

    #[test]
    fn without_the_list_of_policies_nothing_is_called_protected_or_open() {
        let mut snapshot = live();
        snapshot.sources.of_mut(Kind::NetworkPolicy).state = State::Forbidden { why: "no".into() };
        let said = coverage_headline(&snapshot, &Inventory::default(), &enforced(Verdict::Enforced));
        assert_eq!(said.verdict, "Cannot tell what is protected: you may not list NetworkPolicies.");
    }

    #[test]
    fn a_namespace_says_who_may_call_it() {
        let [batch, shop] = &inventory().namespaces[..] else { panic!() };
        let policy = enforced(Verdict::Enforced);
        assert_eq!(namespace_sentence(batch, &policy), "18 pods, no policy: anyone may call them, they may call anyone.");
        assert_eq!(namespace_sentence(shop, &policy), "48 pods, 1 policy: none accept from anyone; 12 of 48 may call anyone.");
    }

    #[test]
    fn a_policy_says_what_it_selects_and_admits() {
        let policy = PolicySummary {
            ingress: true,
            ingress_rules: 2,
            egress: true,
            selector: "app=web".into(),
            selected: Some(6),
            ..PolicySummary::default()
        };
        assert_eq!(policy_sentence(&policy), "selects 6 pods (app=web): ingress only by its 2 rules, denies all egress.");
        assert_eq!(direction_words(false, 0), "-");
        let unread = PolicySummary { selected: None, ..policy };
        assert!(policy_sentence(&unread).starts_with("selects pods by app=web, how many is not known: ingress only"));
    }
}

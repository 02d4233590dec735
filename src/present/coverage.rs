//! What policies cover, in words: the verdict, and for a namespace or a policy what it comes to.
//!
//! "In force" is said only of pods whose enforcement is sure; selected is not protected.

use super::lists::why_not;
use super::status::Headline;
use super::words::{capitalised, lowered};
use super::{Role, count, counted};
use crate::detect::{Enforcement, Verdict};
use crate::policy::{Inventory, NamespaceCoverage, PolicySummary, Says, Standing};
use crate::snapshot::{EnforcedBy, Kind, Snapshot};

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
    /// Anyone may pass: not selected, not enforced, or a policy admits everybody on every port.
    pub open: usize,
}

impl Share {
    /// Of `pods`, so many are selected, of these so many on nodes that may not enforce it, and so many are `open` all the same.
    fn of(pods: usize, selected: usize, doubtful: usize, open: usize, verdict: Verdict) -> Self {
        let (sure, unknown) = match verdict {
            Verdict::Enforced => (selected, 0),
            Verdict::NotEnforced => (0, 0),
            Verdict::Partial => (selected - doubtful.min(selected), doubtful.min(selected)),
            Verdict::Unknown => (0, selected),
        };
        let open = if verdict == Verdict::NotEnforced { pods } else { pods - (selected - open.min(selected)).min(pods) };
        Self { selected, sure, unknown, open }
    }

    fn and(self, other: Self) -> Self {
        Self {
            selected: self.selected + other.selected,
            sure: self.sure + other.sure,
            unknown: self.unknown + other.unknown,
            open: self.open + other.open,
        }
    }
}

/// What ingress and egress policies cover of a namespace.
pub fn shares(namespace: &NamespaceCoverage, policy: &Enforcement) -> [Share; 2] {
    let NamespaceCoverage { pods, ingress, egress, ingress_doubtful, egress_doubtful, ingress_open, egress_open, .. } = namespace;
    [
        Share::of(*pods, *ingress, *ingress_doubtful, *ingress_open, policy.ingress),
        Share::of(*pods, *egress, *egress_doubtful, *egress_open, policy.egress),
    ]
}

/// The verdict on what is protected.
pub fn coverage_headline(snapshot: &Snapshot, inventory: &Inventory, policy: &Enforcement) -> Headline {
    let policies = inventory.policies.len();
    let pods: usize = inventory.namespaces.iter().map(|namespace| namespace.pods).sum();
    let [ingress, egress] = inventory
        .namespaces
        .iter()
        .map(|namespace| shares(namespace, policy))
        .fold([Share::default(); 2], |sum, [a, b]| [sum[0].and(a), sum[1].and(b)]);
    let selected = format!("Selected by a policy: ingress {}, egress {}.", count(ingress.selected), count(egress.selected));
    let sure = format!("In force for sure: {} and {}.", count(ingress.sure), count(egress.sure));
    let others = others_sentence(inventory, policy, None);
    let say = |(sign, role), verdict: String, reason: String| {
        let reason = [others.as_deref().unwrap_or_default(), &reason].join(" ");
        Headline { sign: (sign, role), verdict, policies: reason.trim().to_owned() }
    };
    if let Some(kind) = NEEDED.into_iter().find(|kind| !snapshot.sources.is_live(*kind)) {
        let why = why_not(kind, &snapshot.sources.of(kind).state);
        return say(
            UNKNOWN,
            format!("Cannot tell what is protected: {why}."),
            match snapshot.number(Kind::NetworkPolicy) {
                Some(_) => format!("Seen so far: {}. {selected}", policies_word(policies)),
                None => String::new(),
            },
        );
    }
    let all = policies + inventory.others.len();
    match policy.verdict {
        Verdict::NotEnforced if all > 0 => {
            let none = format!("{}, none enforced. Every pod may reach every pod.", policies_word(all));
            return Headline { sign: BAD, verdict: none, policies: policy.sentence.clone() };
        }
        _ if policies == 0 && others.is_none() => {
            return say(WARN, "No policies. Every pod may reach every pod.".into(), policy.sentence.clone());
        }
        Verdict::Unknown => {
            let why = policy.sentence.trim_start_matches("Cannot tell: ").trim_end_matches('.');
            return say(UNKNOWN, format!("Cannot tell whether {} are in force: {}.", policies_word(all), lowered(why)), selected);
        }
        _ => {}
    }
    let reason = format!("{selected} {sure} {}", policy.sentence);
    let (sign, verdict) = open_sentence(pods, ingress, egress);
    let so_far = format!("as far as NetworkPolicies say, {}", lowered(&verdict));
    match others {
        None => say(sign, verdict, reason),
        Some(_) if unread_policies(inventory, policy).next().is_some() => {
            say(UNKNOWN, format!("Cannot tell for sure: {so_far}"), reason)
        }
        Some(_) => say(sign, capitalised(&so_far), reason),
    }
}

const UNKNOWN: (&str, Role) = ("?", Role::Unknown);
const WARN: (&str, Role) = ("!", Role::Warn);
const BAD: (&str, Role) = ("✗", Role::Bad);

/// How many pods anyone may call, and how many may call anyone.
fn open_sentence(pods: usize, ingress: Share, egress: Share) -> ((&'static str, Role), String) {
    let doubtful = ingress.unknown.max(egress.unknown);
    let pods = counted(pods, "pod", "pods");
    match (ingress.open, egress.open) {
        (0, 0) if doubtful > 0 => (
            UNKNOWN,
            format!(
                "All {pods} are selected for ingress and egress; of {} cannot tell whether that is enforced.",
                count(doubtful)
            ),
        ),
        (0, 0) => (("✓", Role::Good), format!("All {pods} are selected for ingress and egress.")),
        (open, calls) => (WARN, format!("{} of {pods} accept from anyone, {} may call anyone.", count(open), count(calls))),
    }
}

/// The policies whose rules are not read and that may have effect here.
pub fn unread_policies<'a>(inventory: &'a Inventory, policy: &'a Enforcement) -> impl Iterator<Item = &'a PolicySummary> {
    let is_unread = |one: &&PolicySummary| matches!(one.standing, Standing::NotRead | Standing::NotUnderstood);
    heeded(inventory, policy).filter(is_unread)
}

/// The policies of other kinds that may have effect here.
fn heeded<'a>(inventory: &'a Inventory, policy: &'a Enforcement) -> impl Iterator<Item = &'a PolicySummary> {
    let is_enforced = |kind: Kind| match (kind.enforced_by(), policy.enforcer.as_deref()) {
        (EnforcedBy::Only(ids), Some(enforcer)) => ids.contains(&enforcer),
        _ => true,
    };
    let is_ignored = |kind: Kind| policy.ignored_kinds.iter().any(|ignored| ignored == kind.name());
    inventory.others.iter().filter(move |one| is_enforced(one.kind) && !is_ignored(one.kind))
}

/// The policies of other kinds that may have effect, everywhere or on the pods of a namespace, by kind: what they decide is not
/// counted as coverage.
fn others_sentence(inventory: &Inventory, policy: &Enforcement, within: Option<&NamespaceCoverage>) -> Option<String> {
    let reaches = |one: &PolicySummary| one.namespace.is_empty() || within.is_none_or(|within| within.namespace == one.namespace);
    let named = by_kind(heeded(inventory, policy).filter(|one| reaches(one)));
    (!named.is_empty()).then(|| format!("May decide otherwise: {}.", named.join(", ")))
}

/// How many of each kind there are, such as `CiliumNetworkPolicy 2`.
pub(super) fn by_kind<'a>(policies: impl Iterator<Item = &'a PolicySummary>) -> Vec<String> {
    let mut kinds: Vec<(Kind, usize)> = Vec::new();
    for one in policies {
        match kinds.iter_mut().find(|(kind, _)| *kind == one.kind) {
            Some((_, number)) => *number += 1,
            None => kinds.push((one.kind, 1)),
        }
    }
    kinds.iter().map(|(kind, number)| format!("{} {}", kind.name(), count(*number))).collect()
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
pub fn namespace_sentence(namespace: &NamespaceCoverage, inventory: &Inventory, policy: &Enforcement) -> String {
    let [ingress, egress] = shares(namespace, policy);
    let others = others_sentence(inventory, policy, Some(namespace)).map(|others| format!(" {others}"));
    let so_far = if others.is_some() { "as far as NetworkPolicies say, " } else { "" };
    let others = others.unwrap_or_default();
    let pods = counted(namespace.pods, "pod", "pods");
    let policies = match (namespace.policies, others.is_empty()) {
        (0, true) => "no policy".to_owned(),
        (0, false) => "no NetworkPolicy".to_owned(),
        (some, true) => policies_word(some),
        (some, false) => counted(some, "NetworkPolicy", "NetworkPolicies"),
    };
    let part = |direction: &str, one: &str, Share { selected, unknown, open, .. }: Share, verdict: Verdict| {
        let sure = unknown == 0;
        match open {
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
            format!("{pods}, {policies}: {so_far}anyone may call them, they may call anyone.{others}{host}")
        }
        _ => format!(
            "{pods}, {policies}: {so_far}{}; {}.{others}{host}",
            part("ingress", "accept from anyone", ingress, policy.ingress),
            part("egress", "may call anyone", egress, policy.egress)
        ),
    }
}

/// Where a policy stands among the others.
pub fn standing_words(standing: Standing) -> String {
    match standing {
        Standing::Before(priority) => format!("before NetworkPolicy, priority {priority}"),
        Standing::Between => "NetworkPolicy".to_owned(),
        Standing::After(_) => "after NetworkPolicy".to_owned(),
        Standing::NotUnderstood => "its tier is not understood".to_owned(),
        Standing::NotRead => "its rules are not read".to_owned(),
    }
}

/// What a policy says of one direction: `denies all`, `3 rules`, `?`.
pub fn direction_words(says: Says) -> (String, Role) {
    match says {
        Says::Nothing => ("-".into(), Role::Text),
        Says::Isolates(0) => ("denies all".into(), Role::Text),
        Says::Isolates(rules) | Says::Decides(rules) => (counted(rules, "rule", "rules"), Role::Text),
        Says::NotRead => ("?".into(), Role::Unknown),
    }
}

/// A policy in one sentence.
pub fn policy_sentence(policy: &PolicySummary) -> String {
    let Some(selector) = &policy.selector else {
        return "its rules are not read, so what it decides is not known.".to_owned();
    };
    let selected = match policy.selected {
        None => format!("selects pods by {selector}, how many is not known"),
        Some(0) => format!("selects no pod ({selector})"),
        Some(pods) => format!("selects {} ({selector})", counted(pods, "pod", "pods")),
    };
    let side = |says: Says, name: &str| match says {
        Says::Nothing => None,
        Says::Isolates(0) => Some(format!("denies all {name}")),
        Says::Isolates(rules) => Some(format!("{name} only by its {}", counted(rules, "rule", "rules"))),
        Says::Decides(rules) => Some(format!("{} for {name}", counted(rules, "rule", "rules"))),
        Says::NotRead => Some(format!("{name} is not read")),
    };
    let sides = [side(policy.ingress, "ingress"), side(policy.egress, "egress")];
    let sides = sides.into_iter().flatten().collect::<Vec<_>>().join(", ");
    match policy.standing {
        Standing::Between => format!("{selected}: {}.", if sides.is_empty() { "isolates nothing" } else { &sides }),
        standing => format!("{selected}: {}, {}.", if sides.is_empty() { "no rule" } else { &sides }, standing_words(standing)),
    }
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

    fn summary(kind: Kind, namespace: &str, standing: Standing) -> PolicySummary {
        let (ingress, egress, namespace) = (Says::NotRead, Says::NotRead, namespace.into());
        PolicySummary { kind, namespace, name: "p".into(), standing, ingress, egress, selector: None, selected: None }
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
        Inventory {
            policies: vec![summary(Kind::NetworkPolicy, "shop", Standing::Between)],
            namespaces: vec![batch, shop],
            ..Inventory::default()
        }
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
    fn a_pod_accepts_from_anyone_where_a_policy_admits_everybody() {
        let shop = NamespaceCoverage { ingress_open: 6, egress: 48, egress_open: 1, ..inventory().namespaces[1].clone() };
        let all = Inventory { namespaces: vec![shop.clone()], ..inventory() };
        let said = coverage_headline(&live(), &all, &enforced(Verdict::Enforced));
        assert_eq!((said.sign.0, said.verdict.as_str()), ("!", "6 of 48 pods accept from anyone, 1 may call anyone."));
        let words = "48 pods, 1 policy: 6 of 48 accept from anyone; 1 of 48 may call anyone.";
        assert_eq!(namespace_sentence(&shop, &all, &enforced(Verdict::Enforced)), words);
    }

    #[test]
    fn what_a_policy_of_another_kind_may_decide_is_not_called_open() {
        let cilium = || summary(Kind::CiliumNetworkPolicy, "batch", Standing::NotRead);
        let none = Inventory { policies: Vec::new(), others: vec![cilium(), cilium()], namespaces: inventory().namespaces };
        let said = coverage_headline(&live(), &none, &enforced(Verdict::Enforced));
        let words = "Cannot tell for sure: as far as NetworkPolicies say, 18 of 66 pods accept from anyone, 30 may call anyone.";
        assert_eq!((said.sign.0, said.verdict.as_str()), ("?", words));
        assert!(said.policies.starts_with("May decide otherwise: CiliumNetworkPolicy 2. Selected by"), "{}", said.policies);
        let words = "18 pods, no NetworkPolicy: as far as NetworkPolicies say, anyone may call them, they may call anyone. \
                     May decide otherwise: CiliumNetworkPolicy 2.";
        let [batch, shop] = &none.namespaces[..] else { panic!() };
        assert_eq!(namespace_sentence(batch, &none, &enforced(Verdict::Enforced)), words);
        assert!(!namespace_sentence(shop, &none, &enforced(Verdict::Enforced)).contains("otherwise"), "another namespace's");
        let calico = Enforcement { ignored_kinds: vec!["CiliumNetworkPolicy".to_owned()], ..enforced(Verdict::Enforced) };
        assert_eq!(coverage_headline(&live(), &none, &calico).verdict, "No policies. Every pod may reach every pod.");
    }

    #[test]
    fn pods_on_nodes_whose_enforcer_is_down_are_not_called_protected() {
        let shop = NamespaceCoverage { ingress_doubtful: 8, egress_doubtful: 6, ..inventory().namespaces[1].clone() };
        let [ingress, egress] = shares(&shop, &enforced(Verdict::Partial));
        assert_eq!(ingress, Share { selected: 48, sure: 40, unknown: 8, open: 0 });
        assert_eq!(egress, Share { selected: 36, sure: 30, unknown: 6, open: 12 });
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
            Share { selected: 48, sure: 0, unknown: 0, open: 48 }
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
        assert_eq!(
            namespace_sentence(batch, &inventory(), &policy),
            "18 pods, no policy: anyone may call them, they may call anyone."
        );
        assert_eq!(
            namespace_sentence(shop, &inventory(), &policy),
            "48 pods, 1 policy: none accept from anyone; 12 of 48 may call anyone."
        );
    }

    #[test]
    fn a_policy_says_what_it_selects_and_admits() {
        let policy = PolicySummary {
            ingress: Says::Isolates(2),
            egress: Says::Isolates(0),
            selector: Some("app=web".into()),
            selected: Some(6),
            ..summary(Kind::NetworkPolicy, "shop", Standing::Between)
        };
        assert_eq!(policy_sentence(&policy), "selects 6 pods (app=web): ingress only by its 2 rules, denies all egress.");
        assert_eq!(direction_words(Says::Nothing), ("-".to_owned(), Role::Text));
        let unread = PolicySummary { selected: None, ..policy };
        assert!(policy_sentence(&unread).starts_with("selects pods by app=web, how many is not known: ingress only"));
        let cilium = summary(Kind::CiliumNetworkPolicy, "shop", Standing::NotRead);
        assert_eq!(policy_sentence(&cilium), "its rules are not read, so what it decides is not known.");
    }
}

//! Lints about whole policies: what they select, whether anybody heeds them, and what they forget.

use super::Place;
use super::ground::{Ground, place};
use crate::policy::eval::{Endpoint, Evaluator, Flow, Verdict};
use crate::policy::model::{Direction, End, Model, Policy, PolicyRef, WHOLE_LIST};
use crate::policy::ports::PortSet;
use crate::policy::words::spell;
use crate::snapshot::{Labels, Pod, Protocol};
use hashbrown::HashMap;
use std::sync::Arc;

/// What lowering complained of.
pub(super) fn not_understood(ground: &Ground<'_>) -> Vec<Place> {
    let origins = ground.model.policies.iter().map(|policy| &policy.origin);
    let of: HashMap<String, &PolicyRef> = origins.map(|origin| (origin.to_string(), origin)).collect();
    let problems = ground.model.problems.iter();
    problems.filter_map(|problem| Some(place(of.get(problem.object.as_str())?, "", problem.message.as_str()))).collect()
}

pub(super) fn not_enforced(ground: &Ground<'_>) -> Vec<Place> {
    let policies = ground.model.policies.iter().map(|policy| &policy.origin);
    let ignored = policies.filter(|origin| !ground.dialect.enforces(origin));
    let strangers = ground.model.strangers.iter().filter(|one| one.origin.name != *WHOLE_LIST && !ground.dialect.heeds(one));
    let strangers = strangers.map(|stranger| &stranger.origin);
    let what = |origin: &PolicyRef| place(origin, "", format!("nobody here enforces {}", origin.kind));
    ignored.chain(strangers).map(what).collect()
}

pub(super) fn selects_nothing(ground: &Ground<'_>) -> Vec<Place> {
    if ground.world.pods.is_empty() {
        return Vec::new();
    }
    let empty = |policy: &&Policy| ground.pods(&policy.subject).next().is_none();
    let what = |policy: &Policy| place(&policy.origin, "", format!("no pod is {}", spell(&policy.subject.pods)));
    ground.model.policies.iter().filter(empty).map(what).collect()
}

pub(super) fn selects_host_network(ground: &Ground<'_>) -> Vec<Place> {
    let only_host = |policy: &&Policy| {
        let mut pods = ground.pods(&policy.subject).peekable();
        pods.peek().is_some() && pods.all(|class| class.pod.host_network)
    };
    let what = |policy: &Policy| place(&policy.origin, "", "every pod that it selects is on the host network");
    ground.model.policies.iter().filter(only_host).map(what).collect()
}

/// One finding a policy: the first pod that it isolates and that cannot ask the DNS.
pub(super) fn egress_without_dns(ground: &Ground<'_>) -> Vec<Place> {
    let dns = dns(ground);
    let missing = missing(ground, &dns);
    let isolates = |policy: &&Policy| policy.section(Direction::Egress).is_some_and(|section| section.end == End::Deny);
    let find = |policy: &Policy| {
        let mut asking = ground.classes.numbers(&policy.subject).iter();
        let (pod, missing) = asking.find_map(|at| Some((&ground.classes.all.get(*at)?.pod, missing.get(at)?)))?;
        let what = format!("{}/{} cannot call {}/{} on {}/53", pod.namespace, pod.name, dns.namespace, dns.name, missing.name());
        Some(place(&policy.origin, "egress", what))
    };
    ground.model.policies.iter().filter(isolates).filter_map(find).collect()
}

/// What the classes cannot ask the DNS by, as far as there is something. For each only the policies that select it are asked.
fn missing(ground: &Ground<'_>, dns: &Arc<Pod>) -> HashMap<usize, Protocol> {
    let mut selecting: HashMap<usize, Vec<&Policy>> = HashMap::new();
    for policy in ground.model.policies.iter().filter(|policy| policy.egress.is_some()) {
        for at in ground.classes.numbers(&policy.subject) {
            selecting.entry(*at).or_default().push(policy);
        }
    }
    let missing = |at: usize, policies: Vec<&Policy>| {
        let pod = ground.classes.all.get(at).map(|class| &class.pod).filter(|pod| !pod.host_network && !is_dns(pod))?;
        let policies = policies.into_iter().cloned().collect();
        let model = Model { policies, strangers: ground.model.strangers.clone(), problems: Vec::new() };
        let evaluator = Evaluator { model: &model, world: &ground.world, dialect: ground.dialect };
        let cannot_ask = |protocol: &Protocol| {
            let (from, to) = (Endpoint::Pod(Arc::clone(pod)), Endpoint::Pod(Arc::clone(dns)));
            let flow = Flow { from, to, ports: PortSet::port(*protocol, 53) };
            evaluator.decide(&flow).iter().all(|decision| Verdict::of(&flow.ports, &decision.egress.open) == Verdict::Deny)
        };
        Some((at, [Protocol::Udp, Protocol::Tcp].into_iter().find(cannot_ask)?))
    };
    selecting.into_iter().filter_map(|(at, policies)| missing(at, policies)).collect()
}

fn is_dns(pod: &Pod) -> bool {
    pod.namespace == *"kube-system" && pod.labels.get("k8s-app").is_some_and(|app| app == "kube-dns")
}

/// A DNS pod; one as every distribution makes it where none is known.
fn dns(ground: &Ground<'_>) -> Arc<Pod> {
    let found = ground.world.pods.iter().find(|pod| is_dns(pod) && !pod.host_network).cloned();
    found.unwrap_or_else(|| {
        let labels = Labels::new(vec![("k8s-app".into(), "kube-dns".into())]);
        Arc::new(Pod { namespace: "kube-system".into(), name: "kube-dns".into(), labels, ..Pod::default() })
    })
}

//! Whether an agent enforces, by the settings with which it runs.
//!
//! During a rollout the template says what pods will run, not what they run. A pod that shows its own arguments and variables is
//! judged by these; one that does not by the template where that is wholly rolled out; and else by what its containers show.

use super::agents::{Found, role};
use super::condition::{Answer, Index, Sight, describe};
use crate::catalog::AgentRole;
use crate::snapshot::{Container, Pod, PodContainer, Workload};
use hashbrown::HashMap;

/// What settings make of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Engine {
    /// It enforces.
    On,
    /// It does not, and why, such as `in kube-router --run-firewall is false`.
    Off(String),
    /// It may, and what keeps us from telling.
    Open(String),
}

/// The agents of one provider on nodes, and what their settings make of them.
pub(super) struct Engines<'i, 'a, 'f> {
    index: &'i Index<'a>,
    /// Its controllers, whose flags may decide (Kube-OVN's `--enable-np`).
    controllers: Vec<&'f Workload>,
    /// By agent, and address of the containers that pods of like settings share.
    known: HashMap<(*const Workload, *const PodContainer), Engine>,
}

impl<'i, 'a, 'f> Engines<'i, 'a, 'f> {
    /// For agents of the provider `id` among `found`.
    pub(super) fn new(index: &'i Index<'a>, found: &'f [Found<'_>], id: &str) -> Self {
        let controllers = found.iter().filter(|f| f.provider.id == id && !f.agent.on_nodes());
        Self { index, controllers: controllers.map(|f| f.workload.as_ref()).collect(), known: HashMap::new() }
    }

    /// What the template makes of an agent.
    pub(super) fn of_template(&mut self, found: &Found<'_>) -> Engine {
        self.once(found, std::ptr::null(), |engines| engines.judge(found, &found.workload, found.agent.workload.is_some()))
    }

    /// What its own settings make of a pod of an agent.
    pub(super) fn of_pod(&mut self, found: &Found<'_>, pod: &Pod) -> Engine {
        self.once(found, pod.containers.as_ptr(), |engines| {
            let (own, rollout) = (own(pod), found.workload.rollout);
            if own.is_empty() && rollout.observed && rollout.updated >= rollout.desired {
                return engines.judge(found, &found.workload, found.agent.workload.is_some());
            }
            let shown = |c: &PodContainer| Container { name: c.name.clone(), image: c.image.clone(), ..Container::default() };
            let told = !own.is_empty();
            let containers = if told { own.into_iter().cloned().collect() } else { pod.containers.iter().map(shown).collect() };
            engines.judge(found, &Workload { containers, ..Workload::clone(&found.workload) }, told)
        })
    }

    fn once(&mut self, found: &Found<'_>, pod: *const PodContainer, judge: impl FnOnce(&Self) -> Engine) -> Engine {
        let key = (std::ptr::from_ref(found.workload.as_ref()), pod);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let engine = judge(self);
        self.known.insert(key, engine.clone());
        engine
    }

    fn judge(&self, found: &Found<'_>, workload: &Workload, told: bool) -> Engine {
        let (provider, name) = (found.provider, &found.agent.name);
        let workloads = std::iter::once(workload).chain(self.controllers.iter().copied()).collect();
        let sight = Sight { workloads, templates: told, versions: found.agent.version.iter().cloned().collect() };
        let asked = |wanted: Answer| {
            provider.detect.enforces.off_when.iter().find(|condition| self.index.holds(condition, &sight) == wanted)
        };
        if let Some(condition) = asked(Answer::Yes) {
            return Engine::Off(format!("in {name} {}", describe(condition)));
        }
        if !matches!(role(self.index, provider, workload, told), Some(AgentRole::NetworkAndPolicy | AgentRole::Policy)) {
            return Engine::Off(format!("{} has no policy engine here", provider.name));
        }
        match asked(Answer::Unknown) {
            None => Engine::On,
            Some(_) if !told && found.agent.workload.is_some() => {
                Engine::Open(format!("its pod of {name} is not of the newest template, and does not show its settings"))
            }
            Some(condition) => Engine::Open(
                self.index.doubt(condition, &sight).unwrap_or_else(|| format!("could not read whether {}", describe(condition))),
            ),
        }
    }
}

/// What the containers of a pod start with; empty unless it is told of one at least.
fn own(pod: &Pod) -> Vec<&Container> {
    let own: Vec<&Container> = pod.containers.iter().filter_map(|c| c.start.as_deref()).collect();
    let tells = |c: &&Container| !c.args.is_empty() || !c.env.is_empty() || !c.env_from.is_empty();
    if own.iter().any(tells) { own } else { Vec::new() }
}

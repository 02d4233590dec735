//! The course of a run: make, control, deny, allow again, for each direction. It asks on; what answers mean is `probe`'s business.
//!
//! One task a flow tries it over and over through a tunnel of its own, and writes down what came; the course only waits until the
//! tape shows what is waited for, or patience ends.

use super::exec::{Executor, Progress, Told};
use super::journal::Journal;
use super::tunnel::Tunnel;
use crate::policy::Direction;
use crate::probe::{Answer, BACK, CONTROL, Denial, Flow, Part, Plan, PodState, START, Tape, Through, Try, pod_state};
use futures::future::join_all;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Between two looks at pods and at the tape.
const LOOK: Duration = Duration::from_millis(100);
/// Until a try of a flow that passed the last time counts as closed.
const PATIENCE: Duration = Duration::from_secs(1);
/// The same while it is closed: it shall be seen soon that it is back.
const HASTE: Duration = Duration::from_millis(400);

/// A flow that can be tried.
struct Target {
    flow: usize,
    client: String,
    server: String,
    order: String,
}

/// A run that goes on.
struct Run<'a> {
    on: &'a Executor,
    plan: &'a Plan,
    told: Told<'a>,
    tape: &'a Mutex<Tape>,
    began: Instant,
}

/// Carries out a plan as far as it goes, without removing anything but the policies. The error says why it went no further.
pub(super) async fn measure(
    on: &Executor,
    plan: &Plan,
    journal: &mut Journal,
    told: Told<'_>,
    tape: &Mutex<Tape>,
) -> Result<(), String> {
    let run = Run { on, plan, told, tape, began: Instant::now() };
    on.make_namespace(journal, &plan.namespace()).await?;
    let refused = run.make(journal).await;
    let addresses = run.start().await?;
    let targets = run.targets(&addresses, &refused).await;
    let asking = join_all(targets.iter().map(|target| run.ask(target)));
    let done = tokio::select! {
        done = run.course(journal, &targets) => done,
        _ = asking, if !targets.is_empty() => Ok(()),
    };
    run.gone(&addresses).await;
    done
}

impl Run<'_> {
    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes pods and Services. A pod that is refused leaves its node out; why a Service is, by its name, is given.
    async fn make(&self, journal: &mut Journal) -> BTreeMap<String, String> {
        let (pods, services) = (self.plan.pods(), self.plan.services());
        let (nodes, of) = (self.plan.nodes.len(), pods.len() + services.len());
        let mut refused = BTreeMap::new();
        for (at, object) in pods.iter().chain(&services).enumerate() {
            if let Err(why) = self.on.make(journal, object).await {
                if at < pods.len() {
                    self.tape().absent.push((at * nodes / pods.len(), why));
                } else {
                    refused.insert(object.name.clone(), why);
                }
            }
            (self.told)(Progress::Made(at + 1, of));
        }
        refused
    }

    /// Waits until all pods run, and gives their addresses by name. Those that do not leave their node out.
    async fn start(&self) -> Result<BTreeMap<String, String>, String> {
        let names: Vec<(usize, String)> = (0..self.plan.nodes.len())
            .flat_map(|at| [Part::Server, Part::Client].map(|part| (at, self.plan.pod_name(part, at))))
            .filter(|(at, _)| self.tape().absent.iter().all(|(absent, _)| absent != at))
            .collect();
        loop {
            let is_over = self.began.elapsed() > START;
            let pods = match self.on.pods(&self.plan.run).await {
                Ok(pods) => pods,
                Err(why) if is_over => return Err(format!("the pods could not be read: {why}")),
                Err(_) => Vec::new(),
            };
            let state = |name: &str| pods.iter().find(|pod| pod["metadata"]["name"] == name).map(pod_state);
            let mut running = BTreeMap::new();
            let mut absent = Vec::new();
            let mut waits = false;
            for (at, name) in &names {
                let why = match state(name) {
                    Some(PodState::Running(address)) => {
                        running.insert(name.clone(), address);
                        continue;
                    }
                    Some(PodState::Failed(why)) => why,
                    Some(PodState::Waiting(why)) => {
                        waits = true;
                        let warned = if is_over && why.is_none() { self.on.warning(name).await } else { None };
                        why.or(warned).unwrap_or_else(|| format!("not running within {}s", START.as_secs()))
                    }
                    None => {
                        waits = true;
                        "gone before it ran".to_owned()
                    }
                };
                absent.push((*at, format!("pod {name}: {why}")));
            }
            (self.told)(Progress::Running(running.len(), names.len()));
            if !waits || is_over {
                self.tape().absent.extend(absent);
                return Ok(running);
            }
            sleep(LOOK * 3).await;
        }
    }

    /// Notes the pods that ran and do not run any more: what they said last may be silence.
    async fn gone(&self, ran: &BTreeMap<String, String>) {
        let Ok(pods) = self.on.pods(&self.plan.run).await else { return };
        for at in 0..self.plan.nodes.len() {
            for name in [Part::Server, Part::Client].map(|part| self.plan.pod_name(part, at)) {
                let why = match pods.iter().find(|pod| pod["metadata"]["name"] == name.as_str()).map(pod_state) {
                    Some(PodState::Failed(why)) => why,
                    None => "removed by somebody else".to_owned(),
                    Some(PodState::Running(_) | PodState::Waiting(_)) => continue,
                };
                if ran.contains_key(&name) {
                    self.tape().absent.push((at, format!("pod {name}: {why}")));
                }
            }
        }
    }

    /// The flows that can be tried. Why another cannot stands on the tape.
    async fn targets(&self, pods: &BTreeMap<String, String>, refused: &BTreeMap<String, String>) -> Vec<Target> {
        let mut services = Vec::new();
        for at in 0..self.plan.nodes.len() {
            services.push(self.on.service_address(&self.plan.pod_name(Part::Server, at)).await);
        }
        let mut targets = Vec::new();
        for (flow, Flow { from, to, protocol, through }) in self.plan.flows().into_iter().enumerate() {
            let (client, server) = (self.plan.pod_name(Part::Client, from), self.plan.pod_name(Part::Server, to));
            let address = match through {
                Through::Pod => pods.get(&server).cloned(),
                Through::Service => services[to].clone().filter(|_| pods.contains_key(&server)),
            };
            if let Some(address) = address.filter(|_| pods.contains_key(&client)) {
                let order = self.plan.prover.order(protocol, &address);
                targets.push(Target { flow, client, server, order });
            } else {
                let refused = refused.get(&server).filter(|_| through == Through::Service).cloned();
                let why = refused.unwrap_or_else(|| format!("{server} has no {} address", through.name()));
                self.note(flow, Try { at: self.began.elapsed(), took: Duration::ZERO, answer: Answer::Unasked(why) });
            }
        }
        targets
    }

    fn note(&self, flow: usize, one: Try) {
        self.tape().tries[flow].push(one);
    }

    /// Tries a flow over and over.
    async fn ask(&self, target: &Target) {
        let mut tunnel = None;
        let mut quickest = Duration::MAX;
        let mut is_closed = false;
        loop {
            let next = Instant::now() + self.plan.every();
            let patience = if is_closed { quickest.saturating_mul(4).clamp(HASTE, PATIENCE) } else { PATIENCE };
            let one = self.attempt(target, &mut tunnel, patience).await;
            match one.answer {
                Answer::Open => (is_closed, quickest) = (false, quickest.min(one.took)),
                Answer::Closed => is_closed = true,
                Answer::Unasked(_) => sleep(LOOK * 5).await,
            }
            self.note(target.flow, one);
            sleep_until(next).await;
        }
    }

    /// Tries a flow once. No answer in time means closed only if the client itself answers: else it is the way to it that is slow.
    async fn attempt(&self, target: &Target, tunnel: &mut Option<Tunnel>, patience: Duration) -> Try {
        let mut at = self.began.elapsed();
        let mut took = Duration::ZERO;
        let answer = async {
            let open = match tunnel {
                Some(open) => open,
                None => tunnel.insert(self.tunnel(target).await?),
            };
            at = self.began.elapsed();
            let answered = timeout(patience, open.get(&target.order)).await;
            took = self.began.elapsed().saturating_sub(at);
            match answered {
                Ok(Ok(body)) => Ok(self.plan.prover.answer(&body, &target.server)),
                Ok(Err(error)) => Err(format!("the tunnel to {} broke: {error}", target.client)),
                Err(_) => {
                    *tunnel = Some(self.tunnel(target).await?);
                    Ok(Answer::Closed)
                }
            }
        };
        let answer = answer.await.unwrap_or_else(|why| {
            *tunnel = None;
            Answer::Unasked(why)
        });
        Try { at, took, answer }
    }

    /// A tunnel to a client that answers.
    async fn tunnel(&self, target: &Target) -> Result<Tunnel, String> {
        let mut tunnel = Tunnel::open(&self.on.client, &target.client, self.plan.prover.tcp).await?;
        match timeout(PATIENCE, tunnel.get(self.plan.prover.ping)).await {
            Ok(Ok(_)) => Ok(tunnel),
            Ok(Err(error)) => Err(format!("{} does not answer through its tunnel: {error}", target.client)),
            Err(_) => Err(format!("{} does not answer through its tunnel within {}s", target.client, PATIENCE.as_secs())),
        }
    }

    /// What is done while the flows are tried.
    async fn course(&self, journal: &mut Journal, targets: &[Target]) -> Result<(), String> {
        let all: Vec<usize> = targets.iter().map(|target| target.flow).collect();
        let passed = self.until("pass without a policy", &all, CONTROL, |tape, flow| tape.passes(flow, Duration::ZERO));
        let passed = passed.await;
        if passed.is_empty() {
            return Ok(());
        }
        for direction in Direction::BOTH {
            let policy = self.plan.policy(direction);
            let sent = self.began.elapsed();
            let written = self.on.make(journal, &policy).await.map(|()| self.began.elapsed());
            self.tape().denials.push(Denial { direction, sent, written: written.clone(), removed: None });
            let Ok(written) = written else { continue };
            let what = match direction {
                Direction::Ingress => "closed by a policy on ingress",
                Direction::Egress => "closed by a policy on egress",
            };
            self.until(what, &passed, self.plan.watch, |tape, flow| tape.is_cut(flow, written)).await;
            self.on.unmake(&policy).await.map_err(|why| format!("{} could not be removed: {why}", policy.name))?;
            let removed = self.began.elapsed();
            if let Some(denial) = self.tape().denials.last_mut() {
                denial.removed = Some(removed);
            }
            self.until("back without it", &passed, BACK, |tape, flow| tape.passes(flow, removed)).await;
        }
        Ok(())
    }

    /// Waits until all flows did something, or patience ends. Gives those that did.
    async fn until(
        &self,
        what: &'static str,
        flows: &[usize],
        patience: Duration,
        did: impl Fn(&Tape, usize) -> bool,
    ) -> Vec<usize> {
        let begun = Instant::now();
        loop {
            let done: Vec<usize> = flows.iter().copied().filter(|flow| did(&self.tape(), *flow)).collect();
            (self.told)(Progress::Flows(what, done.len(), flows.len()));
            if done.len() == flows.len() || begun.elapsed() > patience {
                return done;
            }
            sleep(LOOK).await;
        }
    }
}

//! Active tests as plans and outcomes: what would be created, what would be asked, and what the answers mean.
//!
//! No IO and no clock: [`Plan`] says everything before anything exists, [`Tape`] holds what was tried when, and [`outcome()`] judges
//! it. `cluster::exec` is the only one who carries a plan out, and only a [`Confirmed`] one. A denied flow counts only if it
//! passed before the policy and again after it; everything else is inconclusive, with its reason. To add a probe: a row of
//! [`PROBES`] and its module; to add a way to ask: a row of [`PROVERS`].
//!
//! How a pod is asked: the test program in the client dials the server when it is told to over HTTP, and it is told through
//! the `portforward` of its pod. That goes by the kubelet, as logs do, so it works where the API server has no route to pods (which
//! the `proxy` of a pod needs), crosses no policy, and needs no shell in the image. One open connection a flow asks ten times a second,
//! which no `exec` of a program an attempt could. It needs the right to `portforward` in the probe's own namespace, where only
//! its own pods are.

mod manifests;
mod outcome;
mod plan;
mod pods;
mod prover;
mod rights;
mod tape;

pub use crate::snapshot::SideVerdict;
pub use outcome::{FlowOutcome, Interval, Measured, NodeOutcome, Outcome, SideOutcome, Verdict, outcome};
pub use plan::{BACK, CONTROL, Confirmed, Flow, Nodes, Object, ObjectKind, Part, Plan, REMOVAL, START, Through, Wish};
pub use pods::{State as PodState, state as pod_state};
pub use prover::{PROVERS, Prover};
pub use rights::{NAMESPACE_RIGHTS, RIGHTS, Right};
pub use tape::{Answer, Denial, Tape, Try};

/// A question that a probe answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// Its name as a subcommand and in JSON.
    pub id: &'static str,
    /// For people.
    pub question: &'static str,
}

/// Every probe.
pub const PROBES: [Probe; 1] = [Probe { id: "enforcement", question: "Is policy enforced here?" }];

/// The namespace of all probes. One name, so that a role can give rights in it and nowhere else, and so that what an
/// interrupted probe left is found.
pub const NAMESPACE: &str = "cnitui-probe";

/// Label of everything that a probe creates; its value is the run.
pub const RUN_LABEL: &str = "cnitui.dev/run";

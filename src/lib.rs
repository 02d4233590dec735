//! cnitui: a terminal instrument for Kubernetes cluster networking.
//!
//! A **snapshot** is everything known about one cluster at one moment, as plain data. The **domain** turns snapshots into
//! answers with pure functions. Two **front-ends** give the same answers: `report` as text or JSON, `tui` as screens drawn by a
//! pure `view(&Model)`. Only `cluster` talks to an API server. Not knowing is never shown as being well.
//!
//! # Layers
//! Arrows point inward, never back; `tests/architecture.rs` holds this table against the code.
//!
//! | layer | may name |
//! |---|---|
//! | `snapshot`, `catalog`, `bundle` | nothing of ours |
//! | `detect` | snapshot, catalog |
//! | `policy` | snapshot |
//! | `health` | snapshot, catalog, detect, policy |
//! | `probe` | snapshot, policy |
//! | `timeline` | snapshot, detect, health |
//! | `record` | timeline |
//! | `present` | snapshot and the domain |
//! | `cluster` | snapshot, catalog (which `ConfigMaps` detection reads), policy, probe (plans that it carries out) |
//! | `session` | snapshot, catalog, cluster, bundle |
//! | `report` | snapshot, domain, present |
//! | `tui` | snapshot, domain, present, record, session |
//! | `cli` | everything |
//!
//! # Where things are added
//! | to add | write |
//! |---|---|
//! | provider | `data/providers/x.yaml` |
//! | feature column | an entry in `data/features.yaml` |
//! | way to recognise a CNI | the `detect:` part of that provider's file |
//! | health check | `health/checks/x.rs` and one line in `CHECKS` |
//! | policy kind | `policy/kinds/x.rs` and one line in `KINDS` |
//! | CNI dialect | rows of `policy/dialect.rs`, with their sources |
//! | policy lint | a row of `LINTS` in `policy/lint/mod.rs`, its function, and its case in `tests/policy/lint/` |
//! | policy case | `tests/policy/x.yaml` |
//! | probe | a row of `PROBES` in `probe/mod.rs` and its module |
//! | prover | a row of `PROVERS` in `probe/prover.rs` |
//! | kind that is watched | a row in `snapshot/kinds.rs` and its shape in `snapshot/wire/` |
//! | screen | `tui/screens/x.rs`, a variant of `Screen`, rows in the bindings table |
//! | table column | a row in `present/x.rs`; both front-ends show it |
//! | run of a benchmark | `data/measured/x.yaml` |
//! | demo cluster | `data/demo/x.yaml` |

pub mod bundle;
pub mod catalog;
pub mod cli;
pub mod cluster;
pub mod detect;
pub mod health;
pub mod policy;
pub mod present;
pub mod probe;
pub mod record;
pub mod report;
pub mod session;
pub mod snapshot;
pub mod timeline;
#[cfg(feature = "tui")]
pub mod tui;

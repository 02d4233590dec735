//! The shipped `ClusterRole`: it is exactly what is asked for, and without one of its rules the answer says which is missing.

use crate::server::{Guard, Server};
use crate::session::{Seen, pace};
use cnitui::catalog;
use cnitui::cluster::{self, ContextRef, READ_ROLE, rule, wanted};
use cnitui::snapshot::{Kind, Snapshot, State};
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

#[derive(Deserialize)]
struct Role {
    rules: Vec<Rule>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    api_groups: Vec<String>,
    resources: Vec<String>,
    #[serde(default)]
    resource_names: Vec<String>,
    verbs: Vec<String>,
}

/// Group, resource, verb, and the name if only objects of one name are asked for.
type Asked = (String, String, &'static str, String);

impl Rule {
    fn gives(&self, (group, resource, verb, name): &Asked) -> bool {
        let named = self.resource_names.is_empty() || self.resource_names.contains(name);
        named && self.api_groups.contains(group) && self.resources.contains(resource) && self.verbs.iter().any(|one| one == verb)
    }

    /// Everything that it gives.
    fn all(&self) -> Vec<Asked> {
        let names = if self.resource_names.is_empty() { vec![String::new()] } else { self.resource_names.clone() };
        let mut all = Vec::new();
        for (resource, name) in self.resources.iter().flat_map(|resource| names.iter().map(move |name| (resource, name))) {
            all.extend(["list", "watch"].map(|verb| (self.api_groups[0].clone(), resource.clone(), verb, name.clone())));
        }
        all
    }
}

fn rules() -> Vec<Rule> {
    serde_yaml::from_str::<Role>(READ_ROLE).unwrap().rules
}

/// Lets pass what the rules give, and writes down what was asked.
fn guard(rules: Vec<Rule>, seen: Arc<Mutex<BTreeSet<Asked>>>) -> Guard {
    Box::new(move |path: &str, query: &BTreeMap<String, String>| {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        if parts == ["version"] {
            return Ok(());
        }
        let group = if parts[0] == "api" { "" } else { parts[1] };
        let verb = if query.contains_key("watch") { "watch" } else { "list" };
        let name = query.get("fieldSelector").map_or("", |selector| selector.trim_start_matches("metadata.name="));
        let asked = (group.to_owned(), (*parts.last().unwrap()).to_owned(), verb, name.to_owned());
        let passes = rules.iter().any(|rule| rule.gives(&asked));
        let refusal = format!("{} is forbidden: User \"u\" cannot {verb} resource in API group \"{group}\"", asked.1);
        seen.lock().unwrap().insert(asked);
        if passes { Ok(()) } else { Err(refusal) }
    })
}

/// A server on which every kind is installed.
fn server() -> Server {
    let server = Server::start(500);
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_installed()) {
        server.put(&Kind::Crd.path(None), json!({"metadata": {"name": kind.crd_name()}}));
    }
    server
}

fn session(server: &Server) -> Seen {
    let context = ContextRef { kubeconfig: Some(server.kubeconfig()), context: None };
    let (snapshots, attachment) = cluster::attach(context, wanted(&catalog::embedded().0), None, pace());
    Seen { snapshots, attachment }
}

#[tokio::test]
async fn the_shipped_role_is_exactly_what_is_asked_for() {
    let (server, seen) = (server(), Arc::default());
    server.guard(guard(rules(), Arc::clone(&seen)));
    session(&server).all_live().await;
    let given: BTreeSet<Asked> = rules().iter().flat_map(Rule::all).collect();
    assert_eq!(*seen.lock().unwrap(), given);
}

#[tokio::test]
async fn without_a_rule_the_answer_is_partial_and_names_it() {
    for missing in 1..=rules().len() {
        let mut left = rules();
        left.remove(missing - 1);
        let server = server();
        server.guard(guard(left, Arc::default()));
        let fits = |now: &Snapshot, kind| match &now.sources.of(kind).state {
            State::Forbidden { why } => rule(kind) == missing && why.contains("is forbidden"),
            state => rule(kind) != missing && *state == State::Live,
        };
        session(&server).until(|now| Kind::ALL.into_iter().all(|kind| fits(now, kind))).await;

        for (output, words) in
            [("table", "rule N of the ClusterRole gives it"), ("json", "; rule N of the ClusterRole gives it\"")]
        {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cnitui"));
            command.arg("--kubeconfig").arg(server.kubeconfig()).args(["status", "-o", output]).stdin(Stdio::null());
            let done = command.output().unwrap();
            let said = String::from_utf8(done.stdout).unwrap();
            let of_this = Kind::ALL.into_iter().filter(|kind| rule(*kind) == missing).count();
            assert_eq!(said.matches(&words.replace('N', &missing.to_string())).count(), of_this, "{said}");
            assert_eq!(done.status.code(), Some(2), "{said}");
        }
    }
}

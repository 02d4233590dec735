//! The only one who writes to a cluster: it carries out a plan that the user confirmed, and removes what it made.
//!
//! Every object is noted in the journal before it is asked for. What is removed carries the label of the run, and is removed by the
//! uid that it was seen with, so that nothing of anybody else goes. What the answers mean is `probe`'s business.

use super::failure::{Failure, Refusal, explain};
use super::journal::Journal;
use super::measure::measure;
use super::{ContextRef, Pace, connect::Target};
use crate::probe::{Confirmed, NAMESPACE, NAMESPACE_RIGHTS, Object, ObjectKind, REMOVAL, RIGHTS, RUN_LABEL, Right, Tape};
use crate::snapshot::Text;
use http::header::CONTENT_TYPE;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Until a request is answered.
const ANSWER: Duration = Duration::from_secs(15);
/// Between two looks at what is going.
const LOOK: Duration = Duration::from_millis(300);

/// Who carries out plans on one cluster.
pub struct Executor {
    pub(super) client: Client,
    address: String,
    /// Name of the context.
    pub context: Text,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// So many objects are made, of how many.
    Made(usize, usize),
    /// So many pods run, of how many.
    Running(usize, usize),
    /// So many flows did what is waited for, of how many.
    Flows(&'static str, usize, usize),
    /// So many objects are still to be removed.
    Removing(usize),
}

/// Who is told how far a run is.
pub type Told<'a> = &'a (dyn Fn(Progress) + Send + Sync);

impl Executor {
    /// The way to the cluster of a context. The error is a sentence for people.
    pub async fn new(context: &ContextRef) -> Result<Self, String> {
        let pace = Pace::default();
        let target = Target::find(context, &pace).await?;
        let (client, _) = target.client(&pace).await.map_err(|failure| failure.why())?;
        Ok(Self { client, address: target.address, context: target.context })
    }

    /// What the user lacks to carry out any plan. The error is a sentence for people.
    pub async fn missing(&self) -> Result<Vec<Right>, String> {
        let made = self.find(ObjectKind::Namespace, NAMESPACE).await;
        let more = if matches!(made, Ok(None)) { &NAMESPACE_RIGHTS[..] } else { &[] };
        let mut missing = Vec::new();
        for right in RIGHTS.iter().chain(more) {
            if !self.may(right).await.map_err(|failure| failure.why())? {
                missing.push(*right);
            }
        }
        Ok(missing)
    }

    async fn may(&self, right: &Right) -> Result<bool, Failure> {
        let asked = json!({
            "namespace": if right.is_namespaced() { NAMESPACE } else { "" }, "name": right.name(),
            "verb": right.verb, "group": right.group, "resource": right.resource, "subresource": right.subresource,
        });
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": asked},
        });
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let answer = self.send(Method::POST, path, Some(&review)).await?;
        Ok(answer["status"]["allowed"] == true)
    }

    /// Carries out a plan, until it is done or `stop` is, and removes what it made. Gives what happened, and what could not be
    /// removed, by kind and name.
    pub async fn run(
        &self,
        confirmed: &Confirmed,
        journal: &mut Journal,
        told: Told<'_>,
        stop: impl Future<Output = String>,
    ) -> (Tape, Vec<String>) {
        let plan = confirmed.plan();
        let tape = Mutex::new(Tape::new(plan.flows().len()));
        let cut_short = tokio::select! {
            done = measure(self, plan, journal, told, &tape) => done.err(),
            why = stop => Some(why),
        };
        let tape = Tape { cut_short, ..tape.into_inner().unwrap_or_else(PoisonError::into_inner) };
        let left = self.remove(journal, told).await;
        (tape, left)
    }

    /// Makes an object, which is noted first. The error is a sentence for people.
    pub(super) async fn make(&self, journal: &mut Journal, object: &Object) -> Result<(), String> {
        let what = || format!("{} {}", object.kind.name(), object.name);
        journal.note(object).map_err(|error| format!("{} was not created, the journal cannot be written: {error}", what()))?;
        match self.send(Method::POST, &object.kind.path(), Some(&object.manifest)).await {
            Ok(_) => Ok(()),
            Err(failure) => Err(format!("{} was not created: {}", what(), failure.why())),
        }
    }

    /// Makes the namespace, unless there is one that was made to stay. The error is a sentence for people.
    pub(super) async fn make_namespace(&self, journal: &mut Journal, object: &Object) -> Result<(), String> {
        let Some(found) = self.find(ObjectKind::Namespace, NAMESPACE).await.map_err(|failure| failure.why())? else {
            return self.make(journal, object).await;
        };
        let labels = &found["metadata"]["labels"];
        match labels[RUN_LABEL].as_str() {
            _ if labels["app.kubernetes.io/managed-by"] != "cnitui" => Err(format!(
                "the namespace {NAMESPACE} is somebody else's: it lacks the label app.kubernetes.io/managed-by=cnitui"
            )),
            Some(run) => Err(format!(
                "the namespace {NAMESPACE} is of run {run}: another probe is running, or was cut short; cnitui probe cleanup removes \
                 what is left here, else kubectl delete namespace {NAMESPACE}"
            )),
            None => Ok(()),
        }
    }

    /// Removes everything that a journal names and that carries its run. Gives what is left when patience ends.
    pub async fn remove(&self, journal: &Journal, told: Told<'_>) -> Vec<String> {
        let mut left = journal.entries.clone();
        left.sort_by_key(|entry| ObjectKind::ALL.iter().position(|kind| *kind == entry.kind));
        let began = Instant::now();
        loop {
            told(Progress::Removing(left.len()));
            let mut still = Vec::new();
            for entry in left {
                // A namespace goes last, so that what does not go is named.
                let wait = entry.kind == ObjectKind::Namespace && !still.is_empty();
                if wait || !self.is_gone(&entry.kind, &entry.name, &journal.head.run).await {
                    still.push(entry);
                }
            }
            left = still;
            if left.is_empty() || began.elapsed() > REMOVAL {
                return left.iter().map(|entry| format!("{} {}", entry.kind.name(), entry.name)).collect();
            }
            sleep(LOOK).await;
        }
    }

    /// Whether an object of a run is gone; if not, it is asked to go.
    async fn is_gone(&self, kind: &ObjectKind, name: &str, run: &str) -> bool {
        let found = match self.find(*kind, name).await {
            Ok(Some(found)) => found,
            Ok(None) => return true,
            Err(_) => return false,
        };
        let meta = &found["metadata"];
        if meta["labels"][RUN_LABEL] != run {
            // The name is taken by somebody else's: ours was never made.
            return true;
        }
        if meta["deletionTimestamp"].is_null() {
            let options = json!({"preconditions": {"uid": meta["uid"]}, "propagationPolicy": "Background"});
            // What came of it is seen the next time.
            let _ = self.send(Method::DELETE, &format!("{}/{name}", kind.path()), Some(&options)).await;
        }
        false
    }

    async fn find(&self, kind: ObjectKind, name: &str) -> Result<Option<Value>, Failure> {
        match self.send(Method::GET, &format!("{}/{name}", kind.path()), None).await {
            Ok(found) => Ok(Some(found)),
            Err(failure) if failure.code() == Some(404) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Removes an object of the run at once. The error is a sentence for people.
    pub(super) async fn unmake(&self, object: &Object) -> Result<(), String> {
        let path = format!("{}/{}", object.kind.path(), object.name);
        self.send(Method::DELETE, &path, None).await.map(|_| ()).map_err(|failure| failure.why())
    }

    /// The pods of a run, as the API sends them.
    pub(super) async fn pods(&self, run: &str) -> Result<Vec<Value>, String> {
        let path = format!("{}?labelSelector={RUN_LABEL}%3D{run}", ObjectKind::Pod.path());
        let mut list = self.send(Method::GET, &path, None).await.map_err(|failure| failure.why())?;
        Ok(list["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    /// What the last warning about a pod of the run says. Why its sandbox or its network cannot be made stands nowhere else.
    pub(super) async fn warning(&self, pod: &str) -> Option<String> {
        let path = format!("/api/v1/namespaces/{NAMESPACE}/events?fieldSelector=involvedObject.name%3D{pod},type%3DWarning");
        let events = self.send(Method::GET, &path, None).await.ok()?;
        let newest = events["items"].as_array()?.last()?;
        Some(format!("{}: {}", newest["reason"].as_str()?, newest["message"].as_str()?))
    }

    /// The address of a Service.
    pub(super) async fn service_address(&self, name: &str) -> Option<String> {
        let found = self.find(ObjectKind::Service, name).await.ok()??;
        found["spec"]["clusterIP"].as_str().filter(|address| *address != "None").map(str::to_owned)
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let bytes = body.map(ToString::to_string).unwrap_or_default();
        let request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(bytes.into_bytes())).map_err(|error| Failure::Broken(error.to_string()))?;
        let answered = async {
            let answer = self.client.send(request).await.map_err(|error| explain(&error, &self.address))?;
            let status = answer.status();
            let body = answer.into_body().collect().await.map_err(|error| explain(&error, &self.address))?.to_bytes();
            Ok((status, body))
        };
        let silent = |_| Failure::Broken(format!("no answer from {} for {}s", self.address, ANSWER.as_secs()));
        let (status, body): (StatusCode, _) = timeout(ANSWER, answered).await.map_err(silent)??;
        if !status.is_success() {
            return Err(Failure::Refused(Refusal::read(status.as_u16(), None, &body)));
        }
        serde_json::from_slice(&body).map_err(|error| Failure::Unreadable(error.to_string()))
    }
}

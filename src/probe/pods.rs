//! Whether a probe pod runs, and if not, why.

use serde::Deserialize;

/// What a pod's status says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It runs, at that address.
    Running(String),
    /// Not yet; the reason so far, if one is given.
    Waiting(Option<String>),
    /// It will not.
    Failed(String),
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Pod {
    status: Status,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    phase: String,
    reason: String,
    message: String,
    #[serde(rename = "podIP")]
    pod_ip: String,
    conditions: Vec<Condition>,
    container_statuses: Vec<Container>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Condition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
    message: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Container {
    ready: bool,
    state: RunState,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RunState {
    waiting: Option<Reason>,
    terminated: Option<Reason>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Reason {
    reason: String,
    message: String,
}

impl Reason {
    fn words(&self) -> String {
        joined(&self.reason, &self.message)
    }
}

fn joined(reason: &str, message: &str) -> String {
    if message.is_empty() { reason.to_owned() } else { format!("{reason}: {message}") }
}

/// The state of a pod, given as the API sends it.
pub fn state(pod: &serde_json::Value) -> State {
    let Pod { status } = Pod::deserialize(pod).unwrap_or_default();
    if status.phase == "Failed" || status.phase == "Succeeded" {
        return State::Failed(format!("ended: {}", joined(&status.reason, &status.message)));
    }
    if status.phase == "Running" && !status.pod_ip.is_empty() && status.container_statuses.iter().all(|one| one.ready) {
        return State::Running(status.pod_ip);
    }
    let container = status.container_statuses.iter().find_map(|one| one.state.waiting.as_ref().or(one.state.terminated.as_ref()));
    // Every container waits for a moment with this reason, which explains nothing.
    let stuck = container.filter(|reason| reason.reason != "ContainerCreating").map(|reason| match reason.reason.as_str() {
        "ErrImagePull" | "ImagePullBackOff" | "ErrImageNeverPull" | "InvalidImageName" => {
            format!("image not pulled: {}", reason.words())
        }
        _ => format!("does not start: {}", reason.words()),
    });
    let unscheduled = status.conditions.iter().find(|one| one.kind == "PodScheduled" && one.status == "False");
    State::Waiting(stuck.or_else(|| unscheduled.map(|one| format!("not scheduled: {}", one.message))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_that_does_not_run_says_why() {
        let waiting = |status| match state(&json!({"status": status})) {
            State::Waiting(why) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(waiting(json!({"phase": "Pending"})), None);
        let container = |reason: &str, message: &str| json!({"phase": "Pending", "containerStatuses": [{"state": {"waiting": {"reason": reason, "message": message}}}]});
        assert_eq!(waiting(container("ContainerCreating", "")), None);
        assert_eq!(
            waiting(container("ImagePullBackOff", "Back-off pulling image \"mirror/x\"")).unwrap(),
            "image not pulled: ImagePullBackOff: Back-off pulling image \"mirror/x\""
        );
        let condition =
            json!({"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available: 3 Too many pods."});
        assert_eq!(
            waiting(json!({"phase": "Pending", "conditions": [condition]})).unwrap(),
            "not scheduled: 0/3 nodes are available: 3 Too many pods."
        );
    }

    #[test]
    fn a_pod_that_was_evicted_failed_and_one_that_is_ready_runs_at_its_address() {
        let gone = json!({"status": {"phase": "Failed", "reason": "Evicted", "message": "The node was low on memory."}});
        assert_eq!(state(&gone), State::Failed("ended: Evicted: The node was low on memory.".to_owned()));
        let ready =
            |ready: bool| json!({"status": {"phase": "Running", "podIP": "10.0.0.7", "containerStatuses": [{"ready": ready}]}});
        assert_eq!(state(&ready(true)), State::Running("10.0.0.7".to_owned()));
        assert_eq!(state(&ready(false)), State::Waiting(None));
    }
}

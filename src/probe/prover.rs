//! Provers: the programs that run in probe pods, and how they are told to try a flow.

use super::tape::Answer;
use crate::snapshot::Protocol;
use serde::Deserialize;

/// A program that serves, and dials when it is told to over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prover {
    /// Its name.
    pub id: &'static str,
    /// The image it comes in.
    pub image: &'static str,
    /// What it is started with, in every pod.
    pub args: &'static [&'static str],
    /// What it is asked for to see whether it answers at all.
    pub ping: &'static str,
    /// Where it serves TCP, and takes orders.
    pub tcp: u16,
    /// Where it serves UDP.
    pub udp: u16,
}

/// Every prover; the first is the default.
pub const PROVERS: [Prover; 1] = [Prover {
    id: "agnhost",
    image: "registry.k8s.io/e2e-test-images/agnhost:2.63.0",
    args: &["netexec", "--http-port=8080", "--udp-port=8081"],
    ping: "/hostname",
    tcp: 8080,
    udp: 8081,
}];

/// What netexec answers: the words of who was reached, or why nobody was.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Dialled {
    responses: Vec<String>,
}

impl Prover {
    /// Where it serves `protocol`; none if it does not.
    pub const fn port(&self, protocol: Protocol) -> Option<u16> {
        match protocol {
            Protocol::Tcp => Some(self.tcp),
            Protocol::Udp => Some(self.udp),
            Protocol::Sctp => None,
        }
    }

    /// Path and query that tell it to dial `host` once. It answers after five seconds at the latest.
    pub fn order(&self, protocol: Protocol, host: &str) -> String {
        let (name, port) = match protocol {
            Protocol::Udp => ("udp", self.udp),
            _ => ("http", self.tcp),
        };
        format!("/dial?host={host}&port={port}&protocol={name}&request=hostname&tries=1")
    }

    /// What the body of its answer means. A flow is open if `server`, by its pod's name, was reached.
    pub fn answer(&self, body: &[u8], server: &str) -> Answer {
        match serde_json::from_slice::<Dialled>(body) {
            Ok(Dialled { responses }) => match responses.first() {
                Some(name) if name.trim() == server => Answer::Open,
                Some(other) => Answer::Unasked(format!("{other} answered in place of {server}")),
                None => Answer::Closed,
            },
            Err(_) => Answer::Unasked("the prober's answer cannot be read".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_as_open_only_from_the_server_that_was_meant() {
        let agnhost = PROVERS[0];
        assert_eq!(agnhost.answer(br#"{"responses":["server-7f3a-0"]}"#, "server-7f3a-0"), Answer::Open);
        assert_eq!(agnhost.answer(br#"{"errors":["dial tcp 10.0.0.1:8080: i/o timeout"]}"#, "server-7f3a-0"), Answer::Closed);
        assert!(matches!(agnhost.answer(br#"{"responses":["a-stranger"]}"#, "server-7f3a-0"), Answer::Unasked(_)));
        assert!(matches!(agnhost.answer(b"<html>", "server-7f3a-0"), Answer::Unasked(_)));
    }
}

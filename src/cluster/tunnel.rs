//! A tunnel to a prober: HTTP through the `portforward` of its pod, one request at a time.
//!
//! What is asked and what an answer means is the prober's business. A tunnel that failed is of no further use; the next try opens
//! another.

use crate::probe::NAMESPACE;
use k8s_openapi::api::core::v1::Pod;
use kube::api::Portforwarder;
use kube::{Api, Client};
use std::io::{self, ErrorKind};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::time::timeout;

/// Until a tunnel stands.
const OPEN: Duration = Duration::from_secs(5);
/// Longest answer of a prober.
const LONGEST: usize = 64 << 10;

pub(super) struct Tunnel {
    forwarder: Portforwarder,
    stream: BufReader<DuplexStream>,
}

impl Tunnel {
    /// Opens a tunnel to a port of a pod. The error is a sentence for people.
    pub(super) async fn open(client: &Client, pod: &str, port: u16) -> Result<Self, String> {
        let pods: Api<Pod> = Api::namespaced(client.clone(), NAMESPACE);
        let opened = timeout(OPEN, pods.portforward(pod, &[port])).await;
        let mut forwarder = opened
            .map_err(|_| format!("no tunnel to {pod} within {}s", OPEN.as_secs()))?
            .map_err(|error| format!("no tunnel to {pod}: {}", why(&error)))?;
        let stream = forwarder.take_stream(port).ok_or_else(|| format!("no stream in the tunnel to {pod}"))?;
        Ok(Self { forwarder, stream: BufReader::new(stream) })
    }

    /// Sends a GET and gives the body of the answer. There is no limit of time.
    pub(super) async fn get(&mut self, path: &str) -> io::Result<Vec<u8>> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: prober\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let mut length = None;
        let mut line = String::new();
        loop {
            line.clear();
            if self.stream.read_line(&mut line).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
                length = value.trim().parse::<usize>().ok();
            }
        }
        let length = length.filter(|length| *length <= LONGEST).ok_or(ErrorKind::InvalidData)?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok(body)
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.forwarder.abort();
    }
}

/// What an error of the client says, without the names of its types.
fn why(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        other => std::iter::successors(Some(other as &dyn std::error::Error), |error| error.source())
            .last()
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

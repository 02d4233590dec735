//! What follows a list: a watch, opened again for as long as that works at once.
//!
//! The server ends every watch after some minutes, and so may anything in between; that is no event for people as long as the
//! next one opens. It returns only with a failure, and then the cursor says where to go on. Objects are passed on unread.

use super::Pace;
use super::access::{Access, Packing};
use super::backoff::random;
use super::failure::Failure;
use super::list::Cursor;
use super::publish::Facts;
use crate::snapshot::Kind;
use bytes::BytesMut;
use jiff::Timestamp;
use kube::client::Body;
use std::mem;
use std::time::Instant;
use tokio::time::timeout;

/// Longest line of a watch: an object is at most a few mebibytes.
const LONGEST_LINE: usize = 32 << 20;

/// Watches from `cursor` on until that fails. `stands` is called once, when the first watch does.
pub(super) async fn follow(access: &Access, facts: &Facts, kind: Kind, cursor: &mut Cursor, stands: impl FnOnce()) -> Failure {
    let mut stands = Some(stands);
    loop {
        let url = cursor.watch(seconds(&access.pace));
        let answer = match access.open(&url, cursor.accept.1, Packing::Plain).await {
            Ok(answer) => answer,
            Err(failure) => return failure,
        };
        let opened = Instant::now();
        let mut reading = std::pin::pin!(read(access, facts, kind, cursor, answer.into_body()));
        // A server that no longer has the version says so in the watch, after a head that promises success.
        let failure = if let Ok(failure) = timeout(access.pace.trust, reading.as_mut()).await {
            failure
        } else {
            if let Some(stands) = stands.take() {
                stands();
            }
            reading.await
        };
        match failure {
            Failure::Broken(_) if opened.elapsed() >= access.pace.settled => {}
            failure => return failure,
        }
    }
}

/// Seconds until the server shall end a watch, spread so that not all are opened again at once.
fn seconds(pace: &Pace) -> u64 {
    (pace.watch.as_secs_f64() * (1.0 - 0.1 * random())).ceil() as u64
}

async fn read(access: &Access, facts: &Facts, kind: Kind, cursor: &mut Cursor, mut body: Body) -> Failure {
    let mut unread = BytesMut::new();
    loop {
        let part = match access.part(&mut body, access.pace.idle).await {
            Ok(Some(part)) => part,
            ended => {
                // Until it broke it was current, unless nobody noticed: a machine that slept, a network that went away.
                if Timestamp::now().duration_since(cursor.known).unsigned_abs() < access.pace.idle {
                    cursor.known = Timestamp::now();
                }
                return ended.err().unwrap_or_else(|| Failure::Broken("the watch ended".to_owned()));
            }
        };
        let before = unread.len();
        unread.extend_from_slice(&part);
        if let Some(end) = part.iter().rposition(|byte| *byte == b'\n') {
            match facts.lines(kind, unread.split_to(before + end + 1).freeze()).await {
                Ok(newest) => {
                    cursor.known = Timestamp::now();
                    cursor.version = newest.filter(|version| !version.is_empty()).unwrap_or(mem::take(&mut cursor.version));
                }
                Err(failure) => return failure,
            }
        }
        if unread.len() > LONGEST_LINE {
            return Failure::Broken("an event without an end".to_owned());
        }
    }
}

//! What follows a list: a watch, opened again for as long as that works at once.
//!
//! The server ends every watch after some minutes, and so may anything in between; that is no event for people as long as the
//! next one opens. It returns only with a failure, and then the cursor says where to go on. Objects are passed on unread.

use super::Pace;
use super::access::{Access, Packing};
use super::failure::{Failure, Refusal};
use super::list::Cursor;
use super::publish::Facts;
use super::stream::random;
use crate::snapshot::Kind;
use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use kube::client::Body;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::time::Instant;

/// Longest line of a watch: an object is at most a few mebibytes.
const LONGEST_LINE: usize = 32 << 20;

/// One line of a watch.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    what: Cow<'a, str>,
    #[serde(borrow)]
    object: &'a RawValue,
}

#[derive(Deserialize)]
struct Versioned<'a> {
    #[serde(borrow)]
    metadata: Version<'a>,
}

#[derive(Deserialize)]
struct Version<'a> {
    #[serde(rename = "resourceVersion", borrow)]
    resource_version: Cow<'a, str>,
}

/// Watches from `cursor` on until that fails. `open` is called each time a watch opens.
pub(super) async fn follow(access: &Access, facts: &Facts, kind: Kind, cursor: &mut Cursor, open: impl Fn()) -> Failure {
    loop {
        let url = cursor.watch(seconds(&access.pace));
        let answer = match access.open(&url, cursor.accept.1, Packing::Plain).await {
            Ok(answer) => answer,
            Err(failure) => return failure,
        };
        open();
        let opened = Instant::now();
        match read(access, facts, kind, cursor, answer.into_body()).await {
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
    let mut buffer = BytesMut::new();
    loop {
        match access.part(&mut body, access.pace.idle).await {
            Ok(Some(part)) => {
                cursor.known = Timestamp::now();
                let mut looked = buffer.len();
                buffer.extend_from_slice(&part);
                while let Some(end) = buffer[looked..].iter().position(|byte| *byte == b'\n') {
                    let line = buffer.split_to(looked + end + 1).freeze();
                    looked = 0;
                    if let Err(failure) = event(facts, kind, cursor, &line).await {
                        return failure;
                    }
                }
                if buffer.len() > LONGEST_LINE {
                    return Failure::Broken("an event without an end".to_owned());
                }
            }
            ended => {
                return ended.err().unwrap_or_else(|| Failure::Broken("the watch ended".to_owned()));
            }
        }
    }
}

async fn event(facts: &Facts, kind: Kind, cursor: &mut Cursor, line: &Bytes) -> Result<(), Failure> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    let unreadable = |error| Failure::Unreadable(format!("an event that cannot be read: {error}"));
    let Event { what, object } = serde_json::from_slice(line).map_err(unreadable)?;
    let object = object.get();
    if what == "ERROR" {
        return Err(Failure::Refused(Refusal::read(0, None, object.as_bytes())));
    }
    let version = serde_json::from_str::<Versioned<'_>>(object).map_err(unreadable)?.metadata.resource_version;
    if cursor.version != version {
        version.as_ref().clone_into(&mut cursor.version);
    }
    let object = line.slice_ref(object.as_bytes());
    match &*what {
        "ADDED" | "MODIFIED" => facts.applied(kind, object).await,
        "DELETED" => facts.deleted(kind, object).await,
        // A BOOKMARK only carries a version, and what we do not know is not for us.
        _ => {}
    }
    Ok(())
}

//! A list, page by page: the next page is asked for before this one is read, and what was read is kept when one fails.
//!
//! An expired list goes on with the token that the server gives (it is then newer than it began, so the watch starts from the
//! version of the first page and brings the difference). It does not know what is in a page.

use super::access::Access;
use super::failure::{Failure, Refusal};
use super::publish::Facts;
use crate::snapshot::Kind;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use std::fmt::Write as _;

/// Objects a page.
const PAGE: usize = 500;

/// One path that is listed and watched, and how far that got.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    /// Path of the list, such as `/api/v1/pods`.
    pub path: String,
    /// `fieldSelector`, percent-encoded.
    pub selector: Option<String>,
    /// `Accept` of lists and of watches.
    pub accept: (&'static str, &'static str),
    /// Where a watch goes on: the version of the first page, then of the newest event. Empty before the first page.
    pub version: String,
    /// Token of the next page.
    pub next: Option<String>,
    /// When what was read was last known to be current: when its list began, then when its watch was last heard of.
    pub known: Timestamp,
}

impl Cursor {
    /// Begins anew.
    pub(super) fn restart(&mut self) {
        self.version.clear();
        self.next = None;
    }

    fn page(&self) -> String {
        let mut url = format!("{}?limit={PAGE}", self.path);
        self.select(&mut url);
        if let Some(token) = &self.next {
            let _ = write!(url, "&continue={}", encoded(token));
        }
        url
    }

    /// The address of its watch, which the server ends after `seconds`.
    pub(super) fn watch(&self, seconds: u64) -> String {
        let (path, version) = (&self.path, encoded(&self.version));
        let mut url = format!("{path}?watch=1&allowWatchBookmarks=true&resourceVersion={version}&timeoutSeconds={seconds}");
        self.select(&mut url);
        url
    }

    fn select(&self, url: &mut String) {
        if let Some(selector) = &self.selector {
            let _ = write!(url, "&fieldSelector={selector}");
        }
    }
}

/// Percent-encodes what is not unreserved (RFC 3986), for a value of a query.
pub(super) fn encoded(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for byte in raw.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// `metadata` of a list.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Head {
    #[serde(rename = "continue")]
    next: String,
    resource_version: String,
}

impl Head {
    /// Reads it without reading the items behind it: API servers write `metadata` first.
    fn read(body: &[u8]) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct List {
            metadata: Head,
        }
        const KEY: &[u8] = b"\"metadata\":";
        let begin = &body[..body.len().min(256)];
        let at = begin.windows(KEY.len()).position(|window| window == KEY);
        let items = begin.windows(8).position(|window| window == b"\"items\":").unwrap_or(begin.len());
        if let Some(at) = at.filter(|at| *at < items) {
            let mut values = serde_json::Deserializer::from_slice(&body[at + KEY.len()..]).into_iter::<Self>();
            if let Some(Ok(head)) = values.next() {
                return Ok(head);
            }
        }
        let list: List =
            serde_json::from_slice(body).map_err(|error| Failure::Unreadable(format!("this is no list: {error}")))?;
        Ok(list.metadata)
    }
}

/// Reads what is left of the list at `cursor`. After a failure it may be called again and goes on where it was, unless the
/// failure is [`Failure::Unreadable`] or 410: then what was read is not the beginning of anything.
pub(super) async fn pages(access: &Access, facts: &Facts, kind: Kind, cursor: &mut Cursor) -> Result<(), Failure> {
    let mut body = fetch(access, cursor).await?;
    loop {
        let head = Head::read(&body)?;
        if cursor.version.is_empty() {
            cursor.version = head.resource_version;
        }
        cursor.next = Some(head.next).filter(|token| !token.is_empty());
        if cursor.next.is_none() {
            return facts.page(kind, body).await;
        }
        let (ahead, read) = tokio::join!(fetch(access, cursor), facts.page(kind, body));
        read?;
        body = ahead?;
    }
}

async fn fetch(access: &Access, cursor: &mut Cursor) -> Result<Bytes, Failure> {
    match access.get(&cursor.page(), cursor.accept.0).await {
        Err(Failure::Refused(Refusal { code: 410, resume: Some(token), .. })) => {
            cursor.next = Some(token);
            access.get(&cursor.page(), cursor.accept.0).await
        }
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_list_is_read_wherever_it_stands() {
        let expected = Head { next: "abc".to_owned(), resource_version: "7".to_owned() };
        let usual = br#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7","continue":"abc"},"items":[BROKEN"#;
        assert_eq!(Head::read(usual).unwrap(), expected, "what follows is not looked at");
        let late = br#"{"items":[{"metadata":{"name":"a"}}],"metadata":{"resourceVersion":"7","continue":"abc"}}"#;
        assert_eq!(Head::read(late).unwrap(), expected);
        assert!(matches!(Head::read(b"<html>"), Err(Failure::Unreadable(_))));
    }

    #[test]
    fn addresses_carry_selector_and_token() {
        let mut cursor = Cursor { path: "/api/v1/configmaps".to_owned(), version: "9".to_owned(), ..Cursor::default() };
        cursor.selector = Some(encoded("metadata.name=a"));
        cursor.next = Some("x+/=".to_owned());
        let selector = "fieldSelector=metadata.name%3Da";
        assert_eq!(cursor.page(), format!("/api/v1/configmaps?limit=500&{selector}&continue=x%2B%2F%3D"));
        let watch = "watch=1&allowWatchBookmarks=true&resourceVersion=9&timeoutSeconds=290";
        assert_eq!(cursor.watch(290), format!("/api/v1/configmaps?{watch}&{selector}"));
    }
}

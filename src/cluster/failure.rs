//! What can go wrong between us and an API server, in words for people.
//!
//! Five kinds, because the streams react in five ways. It does not know what they do about it. To explain another error of the
//! network: a line in [`explain`].

use serde::Deserialize;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

/// Why a request or a watch did not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing answers at that address.
    Silent(String),
    /// An answer broke off, or took too long.
    Broken(String),
    /// A page that cannot be read, so that the list has a hole.
    Unreadable(String),
    /// The server said no.
    Refused(Refusal),
    /// The credential plugin gave nothing.
    Credential(String),
}

/// An answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Refusal {
    /// HTTP status.
    pub code: u16,
    /// `message` of the Status, else the name of the code.
    pub message: String,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
    /// `metadata.continue` of a Status 410: where an expired list goes on, with newer objects than it began with.
    pub resume: Option<String>,
}

/// The Status object of the API, as far as it is read.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Status {
    message: String,
    metadata: StatusMeta,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct StatusMeta {
    #[serde(rename = "continue")]
    resume: String,
}

impl Refusal {
    /// Reads the body of an answer with status `code`.
    pub(super) fn read(code: u16, retry_after: Option<Duration>, body: &[u8]) -> Self {
        let status: Status = serde_json::from_slice(body).unwrap_or_default();
        let reason = http::StatusCode::from_u16(code).ok().and_then(|code| code.canonical_reason()).unwrap_or("no success");
        let message = if status.message.is_empty() { format!("HTTP {code} {reason}") } else { status.message };
        let resume = Some(status.metadata.resume).filter(|token| !token.is_empty());
        Self { code, message, retry_after, resume }
    }
}

impl Failure {
    /// What happened, for people.
    pub(super) fn why(&self) -> String {
        match self {
            Self::Silent(why) | Self::Broken(why) | Self::Unreadable(why) | Self::Credential(why) => why.clone(),
            Self::Refused(Refusal { code: 401, .. }) => LOGIN_ENDED.to_owned(),
            Self::Refused(Refusal { code: 410, .. }) => "the server no longer has the changes since then".to_owned(),
            Self::Refused(Refusal { code: 429, .. }) => "the API server is busy (429)".to_owned(),
            Self::Refused(refusal) => refusal.message.clone(),
        }
    }

    /// The status of the answer, if there was one.
    pub(super) fn code(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }

    /// How long the server asks to be left alone.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            _ => None,
        }
    }
}

/// Words for an answer 401.
const LOGIN_ENDED: &str = "The login ended (401). Your credential plugin is asked again.";

/// What an error of the HTTP client means. `address` is that of the API server.
pub(super) fn explain(error: &(dyn Error + 'static), address: &str) -> Failure {
    let chain: Vec<_> = std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source()).collect();
    let kind = chain.iter().find_map(|e| e.downcast_ref::<io::Error>()).map(io::Error::kind);
    let root = chain.last().map(ToString::to_string).unwrap_or_default();
    // The words of hyper-util's client for every error before there is a connection.
    if chain.iter().any(|e| e.to_string().starts_with("client error (Connect)")) {
        return Failure::Silent(match kind {
            _ if root.contains("lookup address") => format!("the name in {address} is not known here"),
            _ if root.contains("certificate") => format!("the certificate of {address} is not trusted: {root}"),
            Some(ErrorKind::ConnectionRefused) => format!("connection refused, {address}"),
            Some(ErrorKind::ConnectionReset) => format!("connection reset, {address}"),
            Some(ErrorKind::TimedOut) => format!("no answer, {address}"),
            _ => format!("{root}, {address}"),
        });
    }
    Failure::Broken(match kind {
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => "connection reset".to_owned(),
        Some(ErrorKind::UnexpectedEof) => "connection closed".to_owned(),
        _ if root.contains("closed before message completed") || root.contains("end of file") => "connection closed".to_owned(),
        _ => root,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_list_says_where_it_goes_on() {
        let body = br#"{"kind":"Status","status":"Failure","reason":"Expired","code":410,"message":"too old","metadata":{"continue":"abc"}}"#;
        let refusal = Refusal::read(410, None, body);
        assert_eq!((refusal.code, refusal.resume.as_deref()), (410, Some("abc")));
    }

    #[test]
    fn an_answer_that_is_no_status_has_the_name_of_its_code() {
        assert_eq!(Refusal::read(502, None, b"<html>nginx</html>").message, "HTTP 502 Bad Gateway");
    }

    #[test]
    fn a_reset_is_not_a_server_that_is_gone() {
        let reset = io::Error::from(ErrorKind::ConnectionReset);
        assert_eq!(explain(&reset, "10.0.0.1:6443"), Failure::Broken("connection reset".to_owned()));
    }
}

//! One line of a watch, taken apart. What is in the object is not looked at, but for its version.

use super::failure::Refusal;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What a line says. The version is where to go on after it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// An object is new or changed.
    Applied { object: &'a str, version: Cow<'a, str> },
    /// An object is gone.
    Deleted { object: &'a str, version: Cow<'a, str> },
    /// Nothing happened up to here.
    Bookmark { version: Cow<'a, str> },
    /// The server ends the watch.
    Refused(Refusal),
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, rename = "type")]
    what: Cow<'a, str>,
    #[serde(borrow)]
    object: &'a RawValue,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Object<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    code: u16,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata<'a> {
    #[serde(borrow, rename = "resourceVersion")]
    version: Cow<'a, str>,
}

impl<'a> Event<'a> {
    /// Reads `line`. A bookmark carries an object that is none (`"containers": null`), so its type decides first.
    pub(super) fn read(line: &'a str) -> Result<Self, serde_json::Error> {
        let Line { what, object } = serde_json::from_str(line)?;
        let object = object.get();
        let Object { metadata: Metadata { version }, code } = serde_json::from_str(object)?;
        Ok(match &*what {
            "ADDED" | "MODIFIED" => Self::Applied { object, version },
            "DELETED" => Self::Deleted { object, version },
            "ERROR" => Self::Refused(Refusal::read(code, None, object.as_bytes())),
            // What we do not know is not for us.
            _ => Self::Bookmark { version },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_decides_what_a_line_says() {
        let line = |what: &str| format!(r#"{{"type":"{what}","object":{{"code":410,"metadata":{{"resourceVersion":"7"}}}}}}"#);
        let object = r#"{"code":410,"metadata":{"resourceVersion":"7"}}"#;
        let version = Cow::Borrowed("7");
        assert_eq!(Event::read(&line("ADDED")).unwrap(), Event::Applied { object, version: version.clone() });
        assert_eq!(Event::read(&line("DELETED")).unwrap(), Event::Deleted { object, version: version.clone() });
        assert_eq!(Event::read(&line("BOOKMARK")).unwrap(), Event::Bookmark { version });
        assert!(matches!(Event::read(&line("ERROR")).unwrap(), Event::Refused(Refusal { code: 410, .. })));
        assert!(Event::read("{\"type\":\"ADDED\"").is_err());
    }
}

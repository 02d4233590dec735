//! Leaves of the API objects: each reads one JSON value, `null` as absent, and refuses what it cannot mean.
//!
//! Strings are cleaned while they are read and borrow from the text wherever nothing had to be changed.

use super::super::{PortRef, Protocol, Text, clean};
use ipnet::IpNet;
use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;

/// A cleaned string; empty where there is none.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) struct Str<'a>(Cow<'a, str>);

impl Str<'_> {
    pub(in super::super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

struct StrVisitor;

impl<'de> Visitor<'de> for StrVisitor {
    type Value = Str<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Str<'de>, E> {
        Ok(Str(clean(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Str<'de>, E> {
        Ok(Str(Cow::Owned(clean(text).into_owned())))
    }

    fn visit_unit<E>(self) -> Result<Str<'de>, E> {
        Ok(Str::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Str<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrVisitor)
    }
}

/// A list; `null` is an empty one, and `null` elements are left out.
#[derive(Debug)]
pub(in super::super) struct List<T>(pub(in super::super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = seq.next_element::<Option<T>>()? {
            list.extend(item);
        }
        Ok(List(list))
    }

    fn visit_unit<E>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// Strings by string, sorted by key, of equal keys the last one; `null` is none.
#[derive(Debug, Default)]
pub(in super::super) struct Map<'a>(pub(in super::super) Vec<(Str<'a>, Str<'a>)>);

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = Map<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Map<'de>, A::Error> {
        let mut pairs: Vec<(Str<'de>, Str<'de>)> = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        if !pairs.is_sorted_by(|a, b| a.0 < b.0) {
            pairs.reverse();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            pairs.dedup_by(|a, b| a.0 == b.0);
        }
        Ok(Map(pairs))
    }

    fn visit_unit<E>(self) -> Result<Map<'de>, E> {
        Ok(Map::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Map<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MapVisitor)
    }
}

/// Something of which only the presence counts; `null` is absent.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Given {
    #[default]
    No,
    Yes,
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(if Option::<IgnoredAny>::deserialize(deserializer)?.is_some() { Self::Yes } else { Self::No })
    }
}

/// Reads a leaf that is written as a string.
struct Parse<T> {
    what: &'static str,
    parse: fn(&str) -> Option<T>,
}

impl<T> Visitor<'_> for Parse<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(&clean(text)), &self))
    }
}

macro_rules! parsed {
    ($(#[$doc:meta])* $name:ident($inner:ty), $what:literal, $parse:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub(in super::super) struct $name(pub(in super::super) $inner);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Parse { what: $what, parse: $parse }).map(Self)
            }
        }
    };
}

parsed!(
    /// Seconds of the Unix epoch.
    Time(i64), "a time such as 2026-01-31T12:00:00Z", seconds
);
parsed!(
    /// An address; none where the API writes an empty string or `None`.
    Address(Option<IpAddr>), "an IP address", |text| match text {
        "" | "None" => Some(None),
        _ => text.parse().ok().map(Some),
    }
);
/// What a Service has for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) enum ServiceIp {
    /// None yet
    #[default]
    Missing,
    /// None, on purpose
    Headless,
    /// This
    Given(IpAddr),
}

parsed!(
    /// The address of a Service.
    ClusterIp(ServiceIp), "an IP address or None", |text| match text {
        "" => Some(ServiceIp::Missing),
        "None" => Some(ServiceIp::Headless),
        _ => text.parse().ok().map(ServiceIp::Given),
    }
);
parsed!(
    /// A protocol.
    Proto(Protocol), "TCP, UDP or SCTP", |text| match text {
        "TCP" => Some(Protocol::Tcp),
        "UDP" => Some(Protocol::Udp),
        "SCTP" => Some(Protocol::Sctp),
        _ => None,
    }
);

/// A block of addresses.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Cidr(pub(in super::super) IpNet);

impl<'de> Deserialize<'de> for Cidr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Parse { what: "a CIDR such as 10.0.0.0/8", parse: cidr }).map(Self)
    }
}

/// NP-14: leading zeros mean octal numbers to some programs and are refused by others, so nobody knows what they say.
fn cidr(text: &str) -> Option<IpNet> {
    let has_zeros = |number: &str| number.len() > 1 && number.starts_with('0');
    let is_plain = text.contains(':') || !text.split(['.', '/']).any(has_zeros);
    text.parse().ok().filter(|_| is_plain)
}

/// `2026-01-31T12:00:00Z` without a library call, since every pod has six of them; other spellings by the library.
fn seconds(text: &str) -> Option<i64> {
    let b = text.as_bytes();
    let digits = |from: usize, len: usize| {
        b[from..from + len].iter().try_fold(0i64, |n, d| d.is_ascii_digit().then(|| n * 10 + i64::from(d - b'0')))
    };
    let plain = b.len() == 20 && [b[4], b[7], b[10], b[13], b[16], b[19]] == *b"--T::Z";
    if !plain {
        return text.parse::<Timestamp>().ok().map(Timestamp::as_second);
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 2)?, digits(8, 2)?);
    let (hour, minute, second) = (digits(11, 2)?, digits(14, 2)?, digits(17, 2)?);
    if !((1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61) {
        return None;
    }
    // Days since 1970 of a Gregorian date, with years that begin in March so that the leap day is the last one.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

struct PortVisitor;

impl Visitor<'_> for PortVisitor {
    type Value = PortRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a port from 1 to 65535, or a port's name")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<PortRef, E> {
        port(number).map(PortRef::Number).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<PortRef, E> {
        match name {
            "" => Err(E::invalid_value(serde::de::Unexpected::Str(name), &self)),
            _ => Ok(PortRef::Name(Text::new(name))),
        }
    }
}

fn port(number: u64) -> Option<u16> {
    u16::try_from(number).ok().filter(|n| *n > 0)
}

/// A port by number or by name.
#[derive(Debug, Clone)]
pub(in super::super) struct IntOrString(pub(in super::super) PortRef);

impl<'de> Deserialize<'de> for IntOrString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PortVisitor).map(Self)
    }
}

/// A port's number, 1 to 65535.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct PortNumber(pub(in super::super) u16);

struct PortNumberVisitor;

impl Visitor<'_> for PortNumberVisitor {
    type Value = PortNumber;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a port from 1 to 65535")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<PortNumber, E> {
        port(number).map(PortNumber).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))
    }
}

impl<'de> Deserialize<'de> for PortNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(PortNumberVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_of_the_epoch() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T12:30:45Z", Some(951_827_445)),
            ("2026-11-25T01:22:50Z", Some(1_795_569_770)),
            ("2026-11-25T01:22:50.123456Z", Some(1_795_569_770)),
            ("2026-11-25T02:22:50+01:00", Some(1_795_569_770)),
            ("2026-13-01T00:00:00Z", None),
            ("yesterday", None),
            ("2026-11-25T01:22:5éZ", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn null_lists_and_null_elements_are_nothing() {
        let read = |text| serde_json::from_str::<List<Str<'_>>>(text).unwrap().0.len();
        assert_eq!([read("null"), read("[]"), read(r#"["a",null,"b"]"#)], [0, 0, 2]);
        assert!(serde_json::from_str::<Map<'_>>("null").unwrap().0.is_empty());
    }

    #[test]
    fn of_equal_keys_the_last_one_counts() {
        let map: Map<'_> = serde_json::from_str(r#"{"b":"1","a":"2","b":"3"}"#).unwrap();
        let pairs: Vec<_> = map.0.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("a", "2"), ("b", "3")]);
    }

    #[test]
    fn strings_borrow_unless_they_had_to_be_cleaned() {
        let borrowed: Str<'_> = serde_json::from_str("\"kube-proxy\"").unwrap();
        assert!(matches!(borrowed.0, Cow::Borrowed(_)));
        let cleaned: Str<'_> = serde_json::from_str(r#""\u001b[31mred\u202e""#).unwrap();
        assert_eq!(cleaned.as_str(), "\u{fffd}[31mred\u{fffd}");
    }
}

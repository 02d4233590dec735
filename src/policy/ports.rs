//! Sets of ports: for each protocol, sorted disjoint intervals in 1-65535.
//!
//! All three protocols lie on one line, 65,536 numbers each, so that one sorted list holds the set and every operation is one
//! pass over it. Port 0 does not exist, which keeps the protocols apart: intervals of two of them can never touch.
//! Equal sets are equal values, so they can be hashed and kept once. What is no TCP, UDP or SCTP is not here (NP-25).

use crate::snapshot::Protocol;
use std::fmt;

/// Highest port.
const LAST: u32 = 65_535;
/// Numbers of a protocol on the line.
const STRIDE: u32 = LAST + 1;

/// The protocols that policies are about, in the order of their ports on the line.
pub const PROTOCOLS: [Protocol; 3] = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];

/// First and last number on the line, both inside.
type Span = (u32, u32);

/// A set of ports of TCP, UDP and SCTP.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PortSet(Vec<Span>);

/// The ports on which one end reaches another. What lies between the two sets is not known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Connection {
    /// Open for sure
    pub sure: PortSet,
    /// Open for sure or perhaps
    pub maybe: PortSet,
}

fn place(protocol: Protocol, port: u16) -> u32 {
    protocol as u32 * STRIDE + u32::from(port)
}

impl PortSet {
    /// No port.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Every port of every protocol.
    pub fn all() -> Self {
        Self(PROTOCOLS.map(|protocol| (place(protocol, 1), place(protocol, u16::MAX))).to_vec())
    }

    /// Every port of one protocol.
    pub fn of(protocol: Protocol) -> Self {
        Self::range(protocol, 1, u16::MAX)
    }

    /// `from` to `to`, both inside. Port 0 does not exist; an interval that ends before it begins is empty.
    pub fn range(protocol: Protocol, from: u16, to: u16) -> Self {
        let from = from.max(1);
        Self(if from <= to { vec![(place(protocol, from), place(protocol, to))] } else { Vec::new() })
    }

    /// One port.
    pub fn port(protocol: Protocol, port: u16) -> Self {
        Self::range(protocol, port, port)
    }

    /// Whether it holds no port.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds every port of every protocol.
    pub fn is_all(&self) -> bool {
        self.0.len() == PROTOCOLS.len() && self.0.iter().all(|(from, to)| to - from == LAST - 1)
    }

    /// Whether it holds this port.
    pub fn holds(&self, protocol: Protocol, port: u16) -> bool {
        let at = place(protocol, port);
        let next = self.0.partition_point(|(_, to)| *to < at);
        self.0.get(next).is_some_and(|(from, _)| *from <= at)
    }

    /// Whether it holds every port of `other`.
    pub fn contains(&self, other: &Self) -> bool {
        let mut mine = self.0.iter();
        let mut current = mine.next();
        other.0.iter().all(|(from, to)| {
            while current.is_some_and(|(_, end)| end < from) {
                current = mine.next();
            }
            current.is_some_and(|(start, end)| start <= from && to <= end)
        })
    }

    /// The ports of either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if other.is_empty() {
            return self.clone();
        }
        let (mut a, mut b) = (self.0.as_slice(), other.0.as_slice());
        let mut out: Vec<Span> = Vec::with_capacity(a.len().max(b.len()));
        loop {
            let take = match (a.first(), b.first()) {
                (Some(x), Some(y)) if x.0 <= y.0 => &mut a,
                (_, Some(_)) => &mut b,
                (Some(_), None) => &mut a,
                (None, None) => return Self(out),
            };
            let Some((&(from, to), rest)) = take.split_first() else { return Self(out) };
            *take = rest;
            match out.last_mut() {
                Some(last) if from <= last.1 + 1 => last.1 = last.1.max(to),
                _ => out.push((from, to)),
            }
        }
    }

    /// The ports of both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.as_slice(), other.0.as_slice());
        let mut out = Vec::new();
        while let (Some(x), Some(y)) = (a.first(), b.first()) {
            let (from, to) = (x.0.max(y.0), x.1.min(y.1));
            if from <= to {
                out.push((from, to));
            }
            if x.1 < y.1 { a = &a[1..] } else { b = &b[1..] }
        }
        Self(out)
    }

    /// The ports of this one that are not in `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut cuts = other.0.as_slice();
        let mut out = Vec::with_capacity(self.0.len());
        for &(from, to) in &self.0 {
            let mut from = from;
            while let Some(&(start, end)) = cuts.first()
                && start <= to
                && from <= to
            {
                if from < start {
                    out.push((from, start - 1));
                }
                from = from.max(end + 1);
                // A cut that reaches further also cuts what follows.
                if end >= to {
                    break;
                }
                cuts = &cuts[1..];
            }
            if from <= to {
                out.push((from, to));
            }
        }
        Self(out)
    }

    /// The intervals of one protocol, both ends inside.
    pub fn intervals(&self, protocol: Protocol) -> impl Iterator<Item = (u16, u16)> + '_ {
        let base = protocol as u32 * STRIDE;
        let port = move |at: u32| (at - base) as u16;
        let mine = self.0.iter().filter(move |(from, _)| (base..base + STRIDE).contains(from));
        mine.map(move |&(from, to)| (port(from), port(to)))
    }
}

impl FromIterator<PortSet> for PortSet {
    fn from_iter<I: IntoIterator<Item = PortSet>>(sets: I) -> Self {
        sets.into_iter().fold(Self::none(), |all, set| all.union(&set))
    }
}

/// `all`, `none`, or such as `TCP/80, TCP/8000-9000, UDP`.
impl fmt::Display for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() || self.is_empty() {
            return f.pad(if self.is_empty() { "none" } else { "all" });
        }
        let mut words = Vec::new();
        for protocol in PROTOCOLS {
            words.extend(self.intervals(protocol).map(|interval| match interval {
                (1, u16::MAX) => protocol.name().to_owned(),
                (from, to) if from == to => format!("{}/{from}", protocol.name()),
                (from, to) => format!("{}/{from}-{to}", protocol.name()),
            }));
        }
        f.pad(&words.join(", "))
    }
}

impl fmt::Debug for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Protocol::{Sctp, Tcp, Udp};

    fn tcp(ranges: &[(u16, u16)]) -> PortSet {
        ranges.iter().map(|(from, to)| PortSet::range(Tcp, *from, *to)).collect()
    }

    #[test]
    fn neighbours_become_one_interval_and_protocols_stay_apart() {
        assert_eq!(tcp(&[(81, 90), (80, 80), (85, 95)]).intervals(Tcp).collect::<Vec<_>>(), [(80, 95)]);
        let ends = PortSet::port(Tcp, 65_535).union(&PortSet::port(Udp, 1));
        assert_eq!(ends.to_string(), "TCP/65535, UDP/1");
        assert_eq!(
            [ends.holds(Tcp, 65_535), ends.holds(Udp, 1), ends.holds(Tcp, 1), ends.holds(Sctp, 1)],
            [true, true, false, false]
        );
    }

    #[test]
    fn all_is_every_protocol_and_not_only_tcp() {
        let protocols: PortSet = PROTOCOLS.map(PortSet::of).into_iter().collect();
        assert_eq!(protocols, PortSet::all());
        assert!(PortSet::all().is_all() && !PortSet::of(Tcp).is_all());
        assert_eq!(PortSet::all().minus(&PortSet::of(Tcp)).to_string(), "UDP, SCTP");
    }

    #[test]
    fn port_0_and_backward_ranges_are_empty() {
        assert!(PortSet::port(Tcp, 0).is_empty());
        assert!(PortSet::range(Tcp, 90, 80).is_empty());
        assert_eq!(PortSet::range(Tcp, 0, 2), tcp(&[(1, 2)]));
    }

    #[test]
    fn a_cut_may_reach_over_several_intervals() {
        let set = tcp(&[(1, 10), (20, 30), (40, 50)]);
        assert_eq!(set.minus(&tcp(&[(5, 45)])), tcp(&[(1, 4), (46, 50)]));
        assert_eq!(
            set.minus(&tcp(&[(2, 3), (5, 6), (25, 25)])).to_string(),
            "TCP/1, TCP/4, TCP/7-10, TCP/20-24, TCP/26-30, TCP/40-50"
        );
        assert!(set.minus(&PortSet::all()).is_empty());
    }

    #[test]
    fn operations_agree_with_single_ports() {
        let sets =
            [tcp(&[(1, 3), (6, 8)]), tcp(&[(3, 6)]), tcp(&[(2, 2), (8, 9)]), PortSet::none(), PortSet::all(), PortSet::of(Udp)];
        for a in &sets {
            for b in &sets {
                for (protocol, port) in (0..11).flat_map(|port| [(Tcp, port), (Udp, port)]) {
                    let (in_a, in_b) = (a.holds(protocol, port), b.holds(protocol, port));
                    assert_eq!(a.union(b).holds(protocol, port), in_a || in_b, "{a} or {b}: {port}");
                    assert_eq!(a.intersection(b).holds(protocol, port), in_a && in_b, "{a} and {b}: {port}");
                    assert_eq!(a.minus(b).holds(protocol, port), in_a && !in_b, "{a} without {b}: {port}");
                }
                assert_eq!(a.contains(b), b.minus(a).is_empty(), "{a} contains {b}");
            }
        }
    }
}

//! The address space, cut where some rule cuts it.
//!
//! Two addresses that lie in the same blocks of all rules are the same to every policy: they are one group, however scattered. The
//! groups are few, whatever the number of addresses. IPv4 and IPv6 never mix (NP-16). It does not know what the blocks are for.

use super::super::Block;
use hashbrown::HashMap;
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// Addresses from the first to the last, both inside, of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// First
    pub from: IpAddr,
    /// Last
    pub to: IpAddr,
}

/// As a block where it is one, else as its ends: `10.0.0.0/8`, `1.2.3.0-1.2.3.9`.
impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (Line::of(self.from), Line::of(self.to));
        let size = to.1.wrapping_sub(from.1).wrapping_add(1);
        let bits = if from.0 == Family::V4 { 32 } else { 128 };
        // A whole IPv6 space is 2^128, which is 0 here.
        let prefix = if size == 0 { 0 } else { bits - size.trailing_zeros() };
        let whole = size == 0 || size.is_power_of_two() && from.1.is_multiple_of(size);
        match (self.from == self.to, whole) {
            (true, _) => write!(f, "{}", self.from),
            (_, true) => write!(f, "{}/{prefix}", self.from),
            _ => write!(f, "{}-{}", self.from, self.to),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    V4,
    V6,
}

/// A place on the line of all addresses: IPv4 first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line(Family, u128);

impl Line {
    fn of(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(ip) => Self(Family::V4, u128::from(u32::from(ip))),
            IpAddr::V6(ip) => Self(Family::V6, u128::from(ip)),
        }
    }

    fn ip(self) -> IpAddr {
        match self.0 {
            Family::V4 => IpAddr::V4(Ipv4Addr::from(self.1 as u32)),
            Family::V6 => IpAddr::V6(Ipv6Addr::from(self.1)),
        }
    }

    /// The last address of the family.
    fn last(family: Family) -> Self {
        Self(family, if family == Family::V4 { u128::from(u32::MAX) } else { u128::MAX })
    }

    /// The one behind it, in the next family if this was the last; none behind all.
    fn next(self) -> Option<Self> {
        match self {
            _ if self != Self::last(self.0) => Some(Self(self.0, self.1 + 1)),
            Self(Family::V4, _) => Some(Self(Family::V6, 0)),
            Self(Family::V6, _) => None,
        }
    }

    /// The one before it; the very first stays.
    fn before(self) -> Self {
        match self {
            Self(Family::V6, 0) => Self::last(Family::V4),
            Self(family, at) => Self(family, at.saturating_sub(1)),
        }
    }
}

/// Whose address one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Whose {
    /// Of nobody in the cluster
    #[default]
    Outside,
    /// Of a node
    Node,
    /// Of a pod that is not on the host network
    Pod,
    /// Of a pod on the host network
    HostPod,
}

/// Addresses that no rule tells apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Group {
    /// Ascending, none touching the next.
    pub(crate) ranges: Vec<Range>,
    /// Which of the blocks they lie in, ascending.
    pub(crate) blocks: Arc<[u32]>,
    /// Whose they are, as far as that was told
    pub(super) whose: Whose,
}

/// The number of the block that all nodes are, behind all others.
const NODES: u32 = u32::MAX;

/// The whole address space in groups.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Addresses {
    pub(crate) groups: Vec<Group>,
    /// Where a stretch of addresses begins, and its group. The first begins at the first address.
    cuts: Vec<(Line, u32)>,
}

impl Addresses {
    /// Cuts the space by blocks, each of which comes with the number by which groups name it, and around the addresses of nodes.
    pub(crate) fn cut<'a>(blocks: impl IntoIterator<Item = (u32, &'a Block)>, nodes: &[IpAddr]) -> Self {
        let blocks = blocks.into_iter().flat_map(|(number, block)| stretches(block).into_iter().map(move |ends| (number, ends)));
        let nodes = nodes.iter().map(|ip| (NODES, (Line::of(*ip), Line::of(*ip))));
        let mut turns: Vec<(Line, u32, Turn)> = Vec::new();
        for (number, (from, to)) in blocks.chain(nodes) {
            turns.push((from, number, Turn::In));
            turns.extend(to.next().map(|next| (next, number, Turn::Out)));
        }
        turns.sort_unstable_by_key(|(at, number, turn)| (*at, *turn == Turn::In, *number));
        let starts = [Line(Family::V4, 0), Line(Family::V6, 0)];
        let mut places: Vec<Line> = turns.iter().map(|(at, ..)| *at).chain(starts).collect();
        places.sort_unstable();
        places.dedup();
        let (mut out, mut known) = (Self::default(), HashMap::<Arc<[u32]>, u32>::new());
        let (mut inside, mut turns) = (Vec::<u32>::new(), turns.into_iter().peekable());
        for (index, from) in places.iter().enumerate() {
            while let Some((_, number, turn)) = turns.next_if(|(at, ..)| at == from) {
                match (inside.binary_search(&number), turn) {
                    (Err(place), Turn::In) => inside.insert(place, number),
                    (Ok(place), Turn::Out) => drop(inside.remove(place)),
                    _ => {}
                }
            }
            let to = places.get(index + 1).map_or(Line::last(Family::V6), |next| next.before());
            let group = if let Some(group) = known.get(inside.as_slice()) {
                *group
            } else {
                let group = out.groups.len() as u32;
                known.insert(inside.as_slice().into(), group);
                let (blocks, whose) = match inside.as_slice() {
                    [blocks @ .., NODES] => (blocks, Whose::Node),
                    blocks => (blocks, Whose::Outside),
                };
                out.groups.push(Group { ranges: Vec::new(), blocks: blocks.into(), whose });
                group
            };
            out.add(group, *from, to);
        }
        out
    }

    fn add(&mut self, group: u32, from: Line, to: Line) {
        let ranges = &mut self.groups[group as usize].ranges;
        let range = Range { from: from.ip(), to: to.ip() };
        let same = self.cuts.last().is_some_and(|(at, last)| *last == group && at.0 == from.0);
        match ranges.last_mut() {
            Some(last) if same => last.to = range.to,
            _ => {
                ranges.push(range);
                self.cuts.push((from, group));
            }
        }
    }

    /// The group that holds an address.
    pub(crate) fn of(&self, ip: IpAddr) -> Option<u32> {
        let line = Line::of(ip);
        let at = self.cuts.partition_point(|(from, _)| *from <= line);
        self.cuts.get(at.checked_sub(1)?).map(|(_, group)| *group)
    }
}

/// The space cut where either of two is cut: of both the group, and its addresses that are in that group of the other.
pub(super) fn refined(one: &Addresses, other: &Addresses) -> BTreeMap<[u32; 2], Vec<Range>> {
    let mut places: Vec<Line> = one.cuts.iter().chain(&other.cuts).map(|(from, _)| *from).collect();
    places.sort_unstable();
    places.dedup();
    let mut groups: BTreeMap<[u32; 2], Vec<Range>> = BTreeMap::new();
    for (index, from) in places.iter().enumerate() {
        let to = places.get(index + 1).map_or(Line::last(Family::V6), |next| next.before());
        let both = [one, other].map(|addresses| addresses.of(from.ip()).unwrap_or_default());
        groups.entry(both).or_default().push(Range { from: from.ip(), to: to.ip() });
    }
    groups
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Out,
    In,
}

/// The addresses of a block without its excepts, as stretches that do not touch.
fn stretches(block: &Block) -> Vec<(Line, Line)> {
    let ends = |net: &IpNet| (Line::of(net.network()), Line::of(net.broadcast()));
    let (mut from, last) = ends(&block.cidr);
    let mut holes: Vec<_> = block.except.iter().map(ends).filter(|(a, b)| *a <= last && from <= *b).collect();
    holes.sort_unstable();
    let mut out = Vec::new();
    for (a, b) in holes {
        if from < a {
            out.push((from, a.before()));
        }
        match b.next() {
            Some(next) => from = from.max(next),
            None => return out,
        }
    }
    if from <= last {
        out.push((from, last));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::ByAddress;
    use super::*;

    fn block(cidr: &str, except: &[&str]) -> Block {
        let except = except.iter().map(|net| net.parse().unwrap()).collect();
        Block { cidr: cidr.parse().unwrap(), except, pods: ByAddress::Dialect }
    }

    fn ranges(addresses: &Addresses, ip: &str) -> Vec<String> {
        let group = addresses.of(ip.parse().unwrap()).unwrap();
        addresses.groups[group as usize].ranges.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn without_rules_all_addresses_are_one_group() {
        let addresses = Addresses::cut([], &[]);
        assert_eq!(addresses.groups.len(), 1);
        assert_eq!(ranges(&addresses, "8.8.8.8"), ["0.0.0.0/0", "::/0"]);
        assert_eq!(ranges(&addresses, "2001:db8::1"), ["0.0.0.0/0", "::/0"]);
    }

    #[test]
    fn excepts_cut_holes_and_scattered_addresses_of_equal_fate_are_one_group() {
        let blocks = [block("10.0.0.0/8", &["10.1.0.0/16"]), block("0.0.0.0/0", &["10.0.0.0/8"])];
        let addresses = Addresses::cut(blocks.iter().enumerate().map(|(at, block)| (at as u32, block)), &[]);
        assert_eq!(ranges(&addresses, "10.0.0.1"), ["10.0.0.0/16", "10.2.0.0-10.255.255.255"]);
        assert_eq!(ranges(&addresses, "1.1.1.1"), ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"]);
        // The hole and all of IPv6 are in no block.
        assert_eq!(ranges(&addresses, "10.1.2.3"), ["10.1.0.0/16", "::/0"]);
        assert_eq!(addresses.groups.len(), 3);
    }

    #[test]
    fn addresses_of_nodes_are_groups_of_their_own() {
        let (all, nodes) = (block("10.0.0.0/8", &[]), ["10.0.0.1", "10.0.0.2", "192.0.2.1"].map(|ip| ip.parse().unwrap()));
        let addresses = Addresses::cut([(0, &all)], &nodes);
        assert_eq!(ranges(&addresses, "10.0.0.1"), ["10.0.0.1-10.0.0.2"]);
        assert_eq!(ranges(&addresses, "10.0.0.3"), ["10.0.0.0", "10.0.0.3-10.255.255.255"]);
        let whose = ["10.0.0.2", "10.0.0.3", "192.0.2.1", "192.0.2.2"].map(|ip| {
            let group = &addresses.groups[addresses.of(ip.parse().unwrap()).unwrap() as usize];
            (group.whose, group.blocks.to_vec())
        });
        assert_eq!(whose, [(Whose::Node, vec![0]), (Whose::Outside, vec![0]), (Whose::Node, vec![]), (Whose::Outside, vec![])]);
    }

    #[test]
    fn blocks_at_both_ends_of_the_space_hold() {
        let blocks = [block("255.255.255.255/32", &[]), block("::/0", &["ffff::/16"]), block("0.0.0.0/0", &[])];
        let addresses = Addresses::cut(blocks.iter().enumerate().map(|(at, block)| (at as u32, block)), &[]);
        assert_eq!(ranges(&addresses, "255.255.255.255"), ["255.255.255.255"]);
        assert_eq!(ranges(&addresses, "0.0.0.0"), ["0.0.0.0-255.255.255.254"]);
        assert_eq!(ranges(&addresses, "ffff::1"), ["ffff::/16"]);
    }

    #[test]
    fn every_address_is_in_the_group_of_its_blocks() {
        let blocks = [
            block("10.0.0.0/8", &["10.9.0.0/16", "10.9.9.0/24"]),
            block("10.9.0.0/16", &[]),
            block("10.9.9.9/32", &[]),
            block("192.168.0.0/16", &["192.168.0.0/17", "192.168.128.0/17"]),
            block("fd00::/8", &["fd00::/64"]),
        ];
        let addresses = Addresses::cut(blocks.iter().enumerate().map(|(at, block)| (at as u32, block)), &[]);
        for ip in
            ["10.0.0.0", "10.9.0.1", "10.9.9.9", "10.9.9.8", "10.255.255.255", "192.168.1.1", "fd00::1", "fd00:0:0:1::", "::1"]
        {
            let ip: IpAddr = ip.parse().unwrap();
            let expected: Vec<u32> = (0..5).filter(|at| blocks[*at as usize].holds(ip)).collect();
            assert_eq!(&*addresses.groups[addresses.of(ip).unwrap() as usize].blocks, expected, "{ip}");
        }
    }
}

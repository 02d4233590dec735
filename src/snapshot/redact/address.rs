//! Addresses by other addresses, so that two of them share as many leading bits as the originals did: whatever block an address lay
//! in, its pseudonym lies in the block's pseudonym. (The idea of Crypto-PAn: at every prefix the next bit is flipped or not.)
//!
//! Blocks with a meaning of their own keep their bits, so that a private address stays a private address.

use ipnet::IpNet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks that stay where they are: first bits, aligned to the left, and how many of them.
const KEPT_V4: [(u128, u32); 7] = [
    (v4(0, 0), 8),
    (v4(10, 0), 8),
    (v4(100, 64), 10),
    (v4(127, 0), 8),
    (v4(169, 254), 16),
    (v4(172, 16), 12),
    (v4(192, 168), 16),
];
const KEPT_V6: [(u128, u32); 4] = [(0, 96), (0xfd << 120, 8), (0xfe80 << 112, 10), (0xff << 120, 8)];

const fn v4(first: u128, second: u128) -> u128 {
    first << 120 | second << 112
}

/// The addresses of one snapshot.
pub(super) struct Addresses {
    key: u64,
}

impl Addresses {
    /// Other keys give other pseudonyms.
    pub(super) fn new(key: u64) -> Self {
        Self { key }
    }

    pub(super) fn ip(&self, ip: IpAddr) -> IpAddr {
        match ip {
            IpAddr::V4(ip) => {
                let bits = self.flip(u128::from(u32::from(ip)) << 96, 32, &KEPT_V4) >> 96;
                IpAddr::V4(Ipv4Addr::from(bits as u32))
            }
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from(self.flip(u128::from(ip), 128, &KEPT_V6))),
        }
    }

    pub(super) fn net(&self, net: IpNet) -> IpNet {
        // The length came with a valid block of the same family.
        IpNet::new(self.ip(net.network()), net.prefix_len()).map_or(net, |net| net.trunc())
    }

    fn flip(&self, bits: u128, width: u32, kept: &[(u128, u32)]) -> u128 {
        let mut out = bits;
        for at in 0..width {
            let prefix = leading(bits, at);
            let leads_to_kept = kept.iter().any(|&(block, len)| at < len && leading(block, at) == prefix);
            if !leads_to_kept {
                let mut hasher = DefaultHasher::new();
                (self.key, width, at, prefix).hash(&mut hasher);
                out ^= u128::from(hasher.finish() & 1) << (127 - at);
            }
        }
        out
    }
}

fn leading(bits: u128, count: u32) -> u128 {
    if count == 0 { 0 } else { bits >> (128 - count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_inside_the_blocks_that_they_were_in() {
        let addresses = Addresses::new(7);
        let blocks = ["0.0.0.0/0", "10.0.0.0/8", "10.244.0.0/16", "10.244.3.0/24", "52.18.0.0/15", "fd00:10::/32", "2a00:1::/32"];
        let ips = [
            "10.244.3.7",
            "10.244.4.7",
            "10.1.2.3",
            "52.19.1.1",
            "52.20.1.1",
            "192.168.1.1",
            "fd00:10::5",
            "2a00:1::9",
            "2a01::1",
        ];
        for block in blocks.map(|block| block.parse::<IpNet>().unwrap()) {
            for ip in ips.map(|ip| ip.parse::<IpAddr>().unwrap()) {
                assert_eq!(addresses.net(block).contains(&addresses.ip(ip)), block.contains(&ip), "{ip} in {block}");
            }
        }
    }

    #[test]
    fn blocks_with_a_meaning_keep_it_and_the_rest_changes() {
        let addresses = Addresses::new(7);
        let net = |net: &str| addresses.net(net.parse().unwrap()).to_string();
        for kept in ["0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fd00::/8", "::/0"] {
            assert_eq!(net(kept), kept);
        }
        assert_ne!(net("10.244.3.0/24"), "10.244.3.0/24");
        assert_ne!(net("52.18.1.0/24"), "52.18.1.0/24");
    }
}

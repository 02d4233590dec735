//! Who can reach whom, in words and signs.

use super::{Role, count, counted};
use crate::policy::{Anyone, Connection, Openness, PROTOCOLS, Party, PortSet, Share, WayIn, What, spell_scope};
use crate::snapshot::{Protocol, Text};

/// The sign of a cell.
pub const fn openness_sign(open: Openness) -> (&'static str, Role) {
    match open {
        Openness::Nobody => ("-", Role::Muted),
        Openness::Closed => ("○", Role::Muted),
        Openness::Partly => ("◐", Role::Text),
        Openness::Open => ("●", Role::Warn),
    }
}

/// The sign and the share of two namespaces, from the pairs that are connected for sure and those that may be: `◐ 24%`, `?`.
pub fn share_words(sure: Share, maybe: Share) -> (String, Role) {
    let (sign, role) = openness_sign(sure.openness());
    let percent = match sure.some * 100 / sure.pairs.max(1) {
        0 => "<1%".to_owned(),
        percent => format!("{percent}%"),
    };
    match sure.openness() {
        _ if sure != maybe && sure.some == 0 => ("?".to_owned(), Role::Unknown),
        _ if sure != maybe => (format!("? {percent}"), Role::Unknown),
        Openness::Partly => (format!("{sign} {percent}"), role),
        _ => (sign.to_owned(), role),
    }
}

/// The same at length: `◐ 6 of 25 workload pairs`.
pub fn share_sentence(sure: Share, maybe: Share) -> (String, Role) {
    let (sign, role) = openness_sign(sure.openness());
    let pairs = format!("{} of {}", count(sure.some as usize), counted(sure.pairs as usize, "workload pair", "workload pairs"));
    match sure.openness() {
        Openness::Nobody => (format!("{sign} no pair of workloads"), role),
        _ if sure != maybe && maybe.some > sure.some => {
            (format!("? {pairs} for sure, {} cannot be told", count((maybe.some - sure.some) as usize)), Role::Unknown)
        }
        _ if sure != maybe => (format!("? {pairs}, on some ports it cannot be told"), Role::Unknown),
        Openness::Partly if sure.some == sure.pairs => (format!("{sign} {pairs}, not on every port"), role),
        _ => (format!("{sign} {pairs}"), role),
    }
}

/// Two workloads on the ports asked about: `TCP 8443`, `○`, `● all`, `? TCP 80`.
pub fn pair_words(connection: &Connection, ports: &PortSet) -> (String, Role) {
    let (sure, maybe) = (connection.sure.intersection(ports), connection.maybe.intersection(ports));
    let unknown = maybe.minus(&sure);
    match (sure.is_empty(), unknown.is_empty()) {
        (true, true) => ("○".to_owned(), Role::Muted),
        (false, true) if sure == *ports => ("●".to_owned(), openness_sign(Openness::Open).1),
        (_, true) => (port_words(&sure), Role::Text),
        (true, false) if unknown == *ports => ("?".to_owned(), Role::Unknown),
        (true, false) => (format!("? {}", port_words(&unknown)), Role::Unknown),
        (false, false) => (format!("{} ? {}", port_words(&sure), port_words(&unknown)), Role::Unknown),
    }
}

/// Ports as the screens write them: `all`, `TCP 80, 8000-9000; UDP 53`.
pub fn port_words(ports: &PortSet) -> String {
    if ports.is_all() {
        return "all".to_owned();
    }
    let of = |protocol: Protocol| {
        let intervals: Vec<String> = ports
            .intervals(protocol)
            .map(|interval| match interval {
                (1, u16::MAX) => "all".to_owned(),
                (from, to) if from == to => from.to_string(),
                (from, to) => format!("{from}-{to}"),
            })
            .collect();
        (!intervals.is_empty()).then(|| format!("{} {}", protocol.name(), intervals.join(", ")))
    };
    PROTOCOLS.into_iter().filter_map(of).collect::<Vec<_>>().join("; ")
}

/// A way in: `Ingress shop/public for shop.example`, `LoadBalancer shop/web`, `HTTPRoute shop/api for api.example by infra/edge`.
pub fn way_words(way: &WayIn) -> String {
    let some = |word: &str, names: &[Text]| match names {
        [] => String::new(),
        [one] => format!(" {word} {one}"),
        [one, rest @ ..] => format!(" {word} {one} and {} more", rest.len()),
    };
    format!("{} {}/{}{}{}", way.kind, way.namespace, way.name, some("for", &way.hosts), some("by", &way.gateways))
}

/// Who is open to the addresses outside without limit, in a sentence.
pub fn outside_sentence(open: &[&str], namespaces: usize) -> String {
    match open {
        [] => "Outside reaches no namespace without limit.".to_owned(),
        [one] => format!("Outside reaches {one} without limit."),
        [rest @ .., last] if open.len() <= 4 => format!("Outside reaches {} and {last} without limit.", rest.join(", ")),
        _ if open.len() == namespaces => {
            format!("Outside reaches all {} without limit.", counted(namespaces, "namespace", "namespaces"))
        }
        _ => {
            format!("Outside reaches {} of {} without limit.", count(open.len()), counted(namespaces, "namespace", "namespaces"))
        }
    }
}

/// A party as `policy explain` takes it: `shop/Deployment/web`, `shop/web-1`; of addresses so many blocks at most.
pub fn party_title(party: &Party, blocks: usize) -> String {
    let (namespace, name) = (&party.namespace, &party.name);
    match &party.what {
        What::Workload(kind) if kind == "Pod" => format!("{namespace}/{name}"),
        What::Workload(kind) => format!("{namespace}/{kind}/{name}"),
        What::Pod(_) => format!("{namespace}/{name}"),
        What::Class => format!("{namespace}: {name}"),
        What::Addresses(ranges) => {
            let first: Vec<String> = ranges.iter().take(blocks).map(ToString::to_string).collect();
            let more = if ranges.len() > blocks { format!(" and {} more", ranges.len() - blocks) } else { String::new() };
            first.join(", ") + &more
        }
    }
}

/// Whom something is open to beside who is there.
pub fn anyone_words(anyone: &Anyone) -> String {
    match anyone {
        Anyone::EntireCluster => "the entire cluster".to_owned(),
        Anyone::Would(scope) => format!("{}, none yet", spell_scope(scope)),
    }
}

/// Ports of a connection: those that are open for sure, and those of which it cannot be told.
pub fn connection_words(open: &PortSet, unknown: &PortSet) -> (String, Role) {
    match (open.is_empty(), unknown.is_empty()) {
        (_, true) => (open.to_string(), Role::Text),
        (true, false) => (format!("? {unknown}"), Role::Unknown),
        (false, false) => (format!("{open}; ? {unknown}"), Role::Unknown),
    }
}

//! Whether a policy applies to a pod, and whether a rule's peers hold an end; with the reason, as the end of a sentence.

use super::{Endpoint, Evaluator};
use crate::policy::dialect::{Holds, Point};
use crate::policy::model::{Block, ByAddress, Namespaces, Peer, Peers, Policy, Scope};
use crate::policy::words::{spell, spell_scope};
use crate::policy::world::{Family, OF_COMPUTED, holds, matches, unread_labels};
use crate::snapshot::{Pod, Selector};
use ipnet::IpNet;
use std::net::IpAddr;

/// Whether something is met, and why.
pub(super) struct Met {
    pub(super) holds: Holds,
    pub(super) why: String,
    /// What CNIs differ in, if it hangs on that
    pub(super) hangs_on: Option<Point>,
}

fn met(holds: Holds, why: impl Into<String>) -> Met {
    Met { holds, why: why.into(), hangs_on: None }
}

fn differs(point: Point) -> Met {
    Met { holds: Holds::Maybe, why: point.question().to_owned(), hangs_on: Some(point) }
}

/// Blocks that hold no address of a pod, whatever the cluster.
const NEVER_PODS: [&str; 7] = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8"];

impl Evaluator<'_> {
    /// Whether a policy applies to a pod and has effect here.
    pub(in crate::policy) fn applies(&self, policy: &Policy, pod: &Pod) -> Holds {
        if !self.dialect.enforces(&policy.origin) {
            return Holds::No;
        }
        let selects = self.selects(&policy.subject, pod);
        if pod.host_network { self.dialect.holds(Point::HostPodsArePods).min(selects) } else { selects }
    }

    /// Whether an end is one of the peers: the first that holds it for sure, else one that may, else why none does.
    pub(super) fn meets(&self, peers: &Peers, end: &Endpoint, family: Family) -> Met {
        let peers = match peers {
            Peers::Everybody => return met(Holds::Yes, "everybody is meant (NP-10)"),
            Peers::Only(peers) => peers,
        };
        let all: Vec<Met> = peers.iter().map(|peer| self.meets_one(peer, end, family)).collect();
        match all.iter().map(|one| one.holds).max() {
            None | Some(Holds::No) => {
                let why: Vec<String> = all.into_iter().map(|one| one.why).collect();
                met(Holds::No, why.join("; "))
            }
            Some(best) => all.into_iter().find(|one| one.holds == best).unwrap_or_else(|| met(best, "")),
        }
    }

    /// Whether an end is one of the peers by something that finds ports by their names: a selector, or a block where the dialect says
    /// so (NP-23, ANP-9).
    pub(super) fn meets_by_name(&self, peers: &Peers, end: &Endpoint, family: Family) -> Holds {
        let Peers::Only(peers) = peers else { return Holds::Yes };
        let by = |peer: &Peer| match peer {
            Peer::Pods(_) => self.meets_one(peer, end, family).holds,
            Peer::Block(block) if block.pods == ByAddress::Dialect => {
                self.meets_one(peer, end, family).holds.min(self.dialect.holds(Point::BlocksKnowPortNames))
            }
            _ => Holds::No,
        };
        peers.iter().map(by).max().unwrap_or(Holds::No)
    }

    fn meets_one(&self, peer: &Peer, end: &Endpoint, family: Family) -> Met {
        match (peer, end) {
            (Peer::Pods(scope), Endpoint::Pod(pod)) => match self.miss(scope, pod) {
                Some(why) => met(Holds::No, why),
                None => self.as_pod(scope, pod, end),
            },
            (Peer::Pods(scope), _) => met(Holds::No, format!("{end} is no pod, and {} are meant", spell_scope(scope))),
            (Peer::Block(block), _) => self.meets_block(block, end, family),
            (Peer::Nodes(selector), _) => self.meets_nodes(selector, end),
            (Peer::Domains(names), Endpoint::Outside(ip)) => {
                let names = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                met(Holds::Maybe, format!("whether {names} resolves to {ip} is not known"))
            }
            (Peer::Domains(_), _) => met(Holds::No, format!("{end} is in the cluster, and names of domains are meant")),
            (Peer::Unread, _) => met(Holds::No, "a peer that is not understood matches nothing"),
        }
    }

    /// A pod with the right labels, which selectors may not see all the same (NP-30).
    fn as_pod(&self, scope: &Scope, pod: &Pod, end: &Endpoint) -> Met {
        match (self.is_pod(end), self.open_labels(scope, pod)) {
            (Holds::No, _) => {
                met(Holds::No, format!("{end} is on the network of node {}, where selectors do not see it (NP-30)", pod.node))
            }
            (_, Some(why)) => met(Holds::Maybe, why),
            (Holds::Yes, None) => met(Holds::Yes, format!("{end} is one of {}", spell_scope(scope))),
            (Holds::Maybe, None) => differs(Point::HostPodsArePods),
        }
    }

    /// NP-14 to NP-16, ANP-8.
    fn meets_block(&self, block: &Block, end: &Endpoint, family: Family) -> Met {
        let written = spell_block(block);
        if !of_family(block.cidr, family) {
            return met(Holds::No, format!("{written} is not {}", family.name()));
        }
        let (by_address, point) = self.by_address(block, end);
        if by_address == Holds::No {
            let who = if point == Point::BlocksMatchPods { "pods" } else { "nodes" };
            return met(Holds::No, format!("{written} does not match {who} by their addresses here ({})", point.rule()));
        }
        let ip = self.addresses(end).into_iter().find(|ip| Family::of(*ip) == family);
        match ip.map_or_else(|| of_unknown_address(block), |ip| block.holds(ip).into()) {
            Holds::No => {
                met(Holds::No, ip.map_or_else(|| format!("{written} holds no pods"), |ip| format!("{ip} is not in {written}")))
            }
            Holds::Maybe => met(Holds::Maybe, format!("{end} has no address yet that could be in {written}")),
            Holds::Yes if by_address == Holds::Maybe => differs(point),
            Holds::Yes if block.pods == ByAddress::Pods || matches!(end, Endpoint::Outside(_)) => {
                met(Holds::Yes, format!("{} is in {written}", text(ip)))
            }
            Holds::Yes => {
                met(Holds::Yes, format!("{written} holds {end} by address {}, CNI-dependent ({})", text(ip), point.rule()))
            }
        }
    }

    /// Whether a block matches an end by its address, and the point of the dialect that it hangs on.
    fn by_address(&self, block: &Block, end: &Endpoint) -> (Holds, Point) {
        let told = |point| (self.dialect.holds(point), point);
        match (block.pods, end) {
            (ByAddress::Pods, _) | (_, Endpoint::Outside(_)) => (Holds::Yes, Point::BlocksMatchPods),
            (ByAddress::Dialect, Endpoint::Node(_)) => told(Point::BlocksMatchNodes),
            (ByAddress::Dialect, Endpoint::Pod(_)) => match self.is_pod(end) {
                Holds::Yes => told(Point::BlocksMatchPods),
                Holds::No => told(Point::BlocksMatchNodes),
                Holds::Maybe => {
                    let (pods, nodes) = (told(Point::BlocksMatchPods), told(Point::BlocksMatchNodes));
                    if pods.0 == nodes.0 { pods } else { (Holds::Maybe, Point::HostPodsArePods) }
                }
            },
        }
    }

    /// ANP-7, CNP-5: nodes, and what is on their network.
    fn meets_nodes(&self, selector: &Selector, end: &Endpoint) -> Met {
        let node = match end {
            Endpoint::Node(node) => Some(node),
            Endpoint::Pod(pod) if pod.host_network => self.world.nodes.get(&pod.node),
            _ => return met(Holds::No, format!("{end} is not on the network of a node")),
        };
        match node {
            None => met(Holds::Maybe, format!("the labels of the node of {end} are not known")),
            Some(node) if selector.matches(&node.labels) => met(Holds::Yes, format!("node {} is meant", node.name)),
            Some(node) => met(Holds::No, format!("node {} is not {}", node.name, spell(selector))),
        }
    }

    /// Whether a pod is in a scope.
    pub(in crate::policy) fn selects(&self, scope: &Scope, pod: &Pod) -> Holds {
        self.world.is_of(&scope.namespaces, &pod.namespace).min(matches(&scope.pods, &pod.labels))
    }

    /// Why it cannot be told whether a pod is in a scope; none if it can.
    pub(super) fn open_labels(&self, scope: &Scope, pod: &Pod) -> Option<String> {
        if self.world.is_of(&scope.namespaces, &pod.namespace) == Holds::Maybe {
            return Some(unread_labels(&pod.namespace));
        }
        (matches(&scope.pods, &pod.labels) == Holds::Maybe).then(|| OF_COMPUTED.to_owned())
    }

    /// Why a pod is not in a scope; none if it is, for sure or perhaps.
    pub(in crate::policy) fn miss(&self, scope: &Scope, pod: &Pod) -> Option<String> {
        if self.world.is_of(&scope.namespaces, &pod.namespace) == Holds::No {
            return Some(match &scope.namespaces {
                Namespaces::Named(name) => format!("{}/{} is not in namespace {name} (NP-12)", pod.namespace, pod.name),
                Namespaces::Matching(selector) => format!("namespace {} is not {}", pod.namespace, spell(selector)),
            });
        }
        let missed = scope.pods.requirements.iter().find(|requirement| holds(requirement, &pod.labels) == Holds::No)?;
        let only = Selector { requirements: vec![missed.clone()] };
        Some(format!("{}/{} is not {}", pod.namespace, pod.name, spell(&only)))
    }
}

fn text(ip: Option<IpAddr>) -> String {
    ip.map_or_else(|| "not yet known".to_owned(), |ip| ip.to_string())
}

fn spell_block(block: &Block) -> String {
    let except: Vec<String> = block.except.iter().map(ToString::to_string).collect();
    if except.is_empty() { block.cidr.to_string() } else { format!("{} except {}", block.cidr, except.join(", ")) }
}

fn of_family(cidr: IpNet, family: Family) -> bool {
    Family::of(cidr.addr()) == family
}

/// Whether a block holds the address of a pod that has none yet.
pub(in crate::policy) fn of_unknown_address(block: &Block) -> Holds {
    let never: Vec<IpNet> = NEVER_PODS.iter().filter_map(|cidr| cidr.parse().ok()).collect();
    let holds_no_pod = |cidr: &IpNet| never.iter().any(|never| never.contains(cidr));
    if holds_no_pod(&block.cidr) {
        Holds::No
    } else if block.cidr.prefix_len() == 0 && block.except.iter().all(holds_no_pod) {
        Holds::Yes
    } else {
        Holds::Maybe
    }
}

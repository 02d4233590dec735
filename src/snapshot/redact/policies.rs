//! Policies without names: their selectors and blocks select what they selected.

use super::names::Names;
use super::objects::port_ref;
use super::selector;
use crate::snapshot::{
    ClusterPeer, ClusterPolicy, ClusterPort, ClusterRule, ForeignPolicy, IpBlock, NetworkPolicy, Peer, PodSet, PolicyPort,
    PolicyRule, Text,
};

/// A `NetworkPolicy`.
pub(super) fn policy(policy: &NetworkPolicy, names: &Names<'_>) -> NetworkPolicy {
    let peer = |peer: &Peer| match peer {
        Peer::Block(block) => {
            Peer::Block(IpBlock { cidr: names.net(block.cidr), except: block.except.iter().map(|net| names.net(*net)).collect() })
        }
        Peer::Pods { namespaces, pods } => Peer::Pods {
            namespaces: namespaces.as_ref().map(|of| selector(of, names)),
            pods: pods.as_ref().map(|of| selector(of, names)),
        },
    };
    let port = |p: &PolicyPort| PolicyPort {
        protocol: p.protocol,
        port: p.port.as_ref().map(|port| port_ref(port, names)),
        end_port: p.end_port,
    };
    let rule =
        |r: &PolicyRule| PolicyRule { peers: r.peers.iter().map(peer).collect(), ports: r.ports.iter().map(port).collect() };
    NetworkPolicy {
        namespace: names.namespace(&policy.namespace),
        name: names.name("policy", &policy.namespace, &policy.name),
        pod_selector: selector(&policy.pod_selector, names),
        isolates_ingress: policy.isolates_ingress,
        isolates_egress: policy.isolates_egress,
        ingress: policy.ingress.iter().map(rule).collect(),
        egress: policy.egress.iter().map(rule).collect(),
        created: policy.created,
    }
}

/// A policy of the cluster.
pub(super) fn cluster_policy(policy: &ClusterPolicy, names: &Names<'_>) -> ClusterPolicy {
    let pods = |set: &PodSet| PodSet {
        namespaces: selector(&set.namespaces, names),
        pods: set.pods.as_ref().map(|pods| selector(pods, names)),
    };
    let peer = |peer: &ClusterPeer| match peer {
        ClusterPeer::Pods(set) => ClusterPeer::Pods(pods(set)),
        ClusterPeer::Networks(networks) => ClusterPeer::Networks(networks.iter().map(|net| names.net(*net)).collect()),
        ClusterPeer::Nodes(nodes) => ClusterPeer::Nodes(selector(nodes, names)),
        ClusterPeer::Domains(domains) => ClusterPeer::Domains(domains.iter().map(|name| names.word(name)).collect()),
        ClusterPeer::Unread(why) => ClusterPeer::Unread(names.prose(why)),
    };
    let port = |port: &ClusterPort| match port {
        ClusterPort::Range { protocol, from, to } => ClusterPort::Range { protocol: *protocol, from: *from, to: *to },
        ClusterPort::Named(name) => ClusterPort::Named(names.port(name)),
        ClusterPort::Unread(why) => ClusterPort::Unread(names.prose(why)),
    };
    let rule = |r: &ClusterRule| ClusterRule {
        name: names.word(&r.name),
        action: r.action,
        peers: r.peers.iter().map(peer).collect(),
        ports: r.ports.as_ref().map(|ports| ports.iter().map(port).collect()),
    };
    ClusterPolicy {
        kind: policy.kind,
        name: names.name("policy", &Text::default(), &policy.name),
        tier: policy.tier,
        priority: policy.priority,
        subject: policy.subject.as_ref().map(pods),
        ingress: policy.ingress.iter().map(rule).collect(),
        egress: policy.egress.iter().map(rule).collect(),
        created: policy.created,
    }
}

/// A policy of which only the name is known.
pub(super) fn foreign(policy: &ForeignPolicy, names: &Names<'_>) -> ForeignPolicy {
    ForeignPolicy {
        kind: policy.kind,
        namespace: names.namespace(&policy.namespace),
        name: names.name("policy", &policy.namespace, &policy.name),
    }
}

//! Policies without names: their selectors and blocks select what they selected.

use super::names::Names;
use super::selector;
use crate::snapshot::{
    ClusterPeer, ClusterPolicy, ClusterRule, ForeignPolicy, IpBlock, NetworkPolicy, Peer, PodSet, PolicyRule, Text,
};

/// A `NetworkPolicy`.
pub(super) fn policy(policy: &NetworkPolicy, names: &Names) -> NetworkPolicy {
    let peer = |peer: &Peer| match peer {
        Peer::Block(block) => {
            Peer::Block(IpBlock { cidr: names.net(block.cidr), except: block.except.iter().map(|net| names.net(*net)).collect() })
        }
        Peer::Pods { namespaces, pods } => Peer::Pods {
            namespaces: namespaces.as_ref().map(|of| selector(of, names)),
            pods: pods.as_ref().map(|of| selector(of, names)),
        },
    };
    let rule = |r: &PolicyRule| PolicyRule { peers: r.peers.iter().map(peer).collect(), ports: r.ports.clone() };
    NetworkPolicy {
        namespace: names.namespace(&policy.namespace),
        name: names.policy(&policy.namespace, &policy.name),
        pod_selector: selector(&policy.pod_selector, names),
        ingress: policy.ingress.iter().map(rule).collect(),
        egress: policy.egress.iter().map(rule).collect(),
        ..policy.clone()
    }
}

/// A policy of the cluster.
pub(super) fn cluster_policy(policy: &ClusterPolicy, names: &Names) -> ClusterPolicy {
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
    let rule =
        |r: &ClusterRule| ClusterRule { name: names.word(&r.name), peers: r.peers.iter().map(peer).collect(), ..r.clone() };
    ClusterPolicy {
        name: names.policy(&Text::default(), &policy.name),
        subject: policy.subject.as_ref().map(pods),
        ingress: policy.ingress.iter().map(rule).collect(),
        egress: policy.egress.iter().map(rule).collect(),
        ..policy.clone()
    }
}

/// A policy of which only the name is known.
pub(super) fn foreign(policy: &ForeignPolicy, names: &Names) -> ForeignPolicy {
    ForeignPolicy {
        namespace: names.namespace(&policy.namespace),
        name: names.policy(&policy.namespace, &policy.name),
        ..policy.clone()
    }
}

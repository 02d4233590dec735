//! The pseudonyms of one snapshot: every name that occurs, counted in order.
//!
//! The snapshot is rewritten twice: the first time only to hear which names are asked for, and so no list of the fields that hold
//! names can miss one.

use super::address::Addresses;
use crate::snapshot::{Owner, Pod, Snapshot, Text};
use ipnet::IpNet;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

/// Namespaces whose names say which network or distribution it is, and nothing about their owner.
const SYSTEM: &[&str] = &[
    "antrea-system",
    "calico-apiserver",
    "calico-system",
    "cilium",
    "cilium-secrets",
    "cilium-system",
    "default",
    "gke-managed-system",
    "gmp-system",
    "kube-flannel",
    "kube-node-lease",
    "kube-ovn",
    "kube-public",
    "kube-router",
    "kube-system",
    "openshift-multus",
    "openshift-network-operator",
    "openshift-ovn-kubernetes",
    "ovn-kubernetes",
    "romana",
    "submariner-operator",
    "tigera-operator",
    "weave",
];

/// No name of an object is longer (DNS subdomains, RFC 1123).
const LONGEST_NAME: usize = 253;

/// Label keys that hold names.
const NAMESPACE_KEY: &str = "kubernetes.io/metadata.name";
const NODE_KEY: &str = "kubernetes.io/hostname";

/// What a name is of, and the first part of its pseudonyms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Class {
    Namespace,
    Node,
    Service,
    Workload,
    Policy,
    Pod,
    Word,
}

impl Class {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Namespace => "ns",
            Self::Node => "node",
            Self::Service => "svc",
            Self::Workload => "app",
            Self::Policy => "policy",
            Self::Pod => "pod",
            Self::Word => "x",
        }
    }
}

type Key = (Class, Text, Text);

/// All pseudonyms.
pub(super) struct Names {
    /// Names that have none.
    asked: RefCell<BTreeSet<Key>>,
    by_key: HashMap<Key, Text>,
    /// The same by the name alone, for sentences.
    by_word: HashMap<Text, Text>,
    /// Label values of the system's objects: they stay wherever they occur, or selectors would miss.
    kept: HashSet<Text>,
    addresses: Addresses,
}

impl Names {
    /// Without pseudonyms: it hears the names.
    pub(super) fn listening(snapshot: &Snapshot) -> Self {
        Self {
            asked: RefCell::default(),
            by_key: HashMap::new(),
            by_word: HashMap::new(),
            kept: kept(snapshot),
            addresses: Addresses::new(0),
        }
    }

    /// With a pseudonym for every name that was heard.
    pub(super) fn counted(self) -> Self {
        let keys = self.asked.into_inner();
        let mut hasher = DefaultHasher::new();
        keys.hash(&mut hasher);
        let (mut by_key, mut by_word, mut counts) = (HashMap::new(), HashMap::new(), HashMap::new());
        for key in keys {
            let count = counts.entry(key.0).or_insert(0_usize);
            *count += 1;
            let pseudonym = Text::new(&format!("{}-{count}", key.0.prefix()));
            if key.0 != Class::Word {
                by_word.entry(key.2.clone()).or_insert_with(|| pseudonym.clone());
            }
            by_key.insert(key, pseudonym);
        }
        Self { asked: RefCell::default(), by_key, by_word, kept: self.kept, addresses: Addresses::new(hasher.finish()) }
    }

    pub(super) fn namespace(&self, name: &Text) -> Text {
        if is_system(name) { name.clone() } else { self.get(Class::Namespace, &Text::default(), name) }
    }

    pub(super) fn node(&self, name: &Text) -> Text {
        self.get(Class::Node, &Text::default(), name)
    }

    pub(super) fn service(&self, namespace: &Text, name: &Text) -> Text {
        self.get(Class::Service, namespace, name)
    }

    pub(super) fn workload(&self, namespace: &Text, name: &Text) -> Text {
        self.get(Class::Workload, namespace, name)
    }

    pub(super) fn policy(&self, namespace: &Text, name: &Text) -> Text {
        self.get(Class::Policy, namespace, name)
    }

    /// A pod of the system keeps its name but for the node that may be in it (`kube-apiserver-NODE`).
    pub(super) fn pod(&self, pod: &Pod) -> Text {
        if is_system(&pod.namespace) && !pod.node.is_empty() {
            return pod.name.replace(pod.node.as_str(), &self.node(&pod.node)).into();
        }
        self.get(Class::Pod, &pod.namespace, &pod.name)
    }

    /// A controller: a workload of the snapshot, one that a Deployment of it made, a node, or something else.
    pub(super) fn owner(&self, namespace: &Text, owner: &Owner) -> Text {
        if owner.kind == "Node" {
            return self.node(&owner.name);
        }
        if is_system(namespace) {
            return owner.name.clone();
        }
        let of_workload = |name: &str| self.by_key.get(&(Class::Workload, namespace.clone(), name.into()));
        let made = owner.name.rsplit_once('-').filter(|_| owner.kind == "ReplicaSet");
        match (of_workload(&owner.name), made.and_then(|(deployment, hash)| Some((of_workload(deployment)?, hash)))) {
            (Some(same), _) => same.clone(),
            (None, Some((deployment, hash))) => format!("{deployment}-{hash}").into(),
            (None, None) => self.word(&owner.name),
        }
    }

    /// The value of a label.
    pub(super) fn label(&self, key: &str, value: &Text) -> Text {
        match key {
            NAMESPACE_KEY => self.namespace(value),
            NODE_KEY => self.node(value),
            _ if is_well_known(key) || self.kept.contains(value) => value.clone(),
            _ => self.word(value),
        }
    }

    /// Any other word that belongs to the cluster's owner.
    pub(super) fn word(&self, word: &Text) -> Text {
        self.get(Class::Word, &Text::default(), word)
    }

    pub(super) fn ip(&self, ip: IpAddr) -> IpAddr {
        self.addresses.ip(ip)
    }

    pub(super) fn net(&self, net: IpNet) -> IpNet {
        self.addresses.net(net)
    }

    /// A sentence without names and addresses.
    pub(super) fn prose(&self, text: &Text) -> Text {
        self.scrub(text).into()
    }

    /// The same for text that programs read.
    pub(super) fn scrub(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
            let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            // A length behind a slash makes it a block.
            let digits = after.strip_prefix('/').map_or(0, |tail| tail.bytes().take_while(u8::is_ascii_digit).count());
            let with_length = &rest[..end + digits + usize::from(digits > 0)];
            if let Some(net) = with_length.parse::<IpNet>().ok().filter(|net| net.addr() == net.network()) {
                out.push_str(&self.net(net).to_string());
                rest = &rest[with_length.len()..];
                continue;
            }
            self.replace(run, &mut out);
            rest = after;
        }
        out
    }

    /// A word of a sentence: a name, an address, or several with dots and colons between (`10.0.0.1:80:`, `web.shop.svc`).
    fn replace(&self, word: &str, out: &mut String) {
        let known = |word: &str| match word.parse::<IpAddr>() {
            Ok(ip) => Some(self.ip(ip).to_string()),
            Err(_) => self.by_word.get(word).map(ToString::to_string),
        };
        let mut rest = word;
        loop {
            let joints = || rest.match_indices(['.', ':']).map(|(at, _)| at).chain([rest.len()]);
            let ends: Vec<usize> = joints().take_while(|end| *end <= LONGEST_NAME).collect();
            let longest = ends.iter().rev().find_map(|&end| Some((end, known(&rest[..end])?)));
            let (end, first) = longest.unwrap_or_else(|| {
                let end = joints().next().unwrap_or_default();
                (end, rest[..end].to_owned())
            });
            out.push_str(&first);
            let Some(joint) = rest.get(end..=end) else { return };
            out.push_str(joint);
            rest = &rest[end + 1..];
        }
    }

    fn get(&self, class: Class, namespace: &Text, name: &Text) -> Text {
        if name.is_empty() || is_system(namespace) {
            return name.clone();
        }
        let key = (class, namespace.clone(), name.clone());
        if let Some(pseudonym) = self.by_key.get(&key) {
            return pseudonym.clone();
        }
        self.asked.borrow_mut().insert(key);
        name.clone()
    }
}

/// Whether a namespace is the system's.
pub(super) fn is_system(namespace: &str) -> bool {
    SYSTEM.contains(&namespace)
}

/// Keys whose values Kubernetes or a cloud sets. `app.kubernetes.io` and the like are Kubernetes' words for people's values.
fn is_well_known(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else { return false };
    let people = ["app.kubernetes.io", "apps.kubernetes.io", "batch.kubernetes.io", "statefulset.kubernetes.io"];
    let of = |known: &str| domain.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !people.contains(&domain) && (of("kubernetes.io") || of("k8s.io"))
}

/// The label values of objects in the system's namespaces.
fn kept(snapshot: &Snapshot) -> HashSet<Text> {
    let pods = snapshot.pods.iter().filter(|pod| is_system(&pod.namespace)).map(|pod| &pod.labels);
    let workloads = snapshot.workloads.iter().filter(|workload| is_system(&workload.namespace));
    let services = snapshot.services.iter().filter(|service| is_system(&service.namespace)).map(|service| &service.selector);
    let labels = pods.chain(workloads.flat_map(|workload| [&workload.labels, &workload.pod_labels])).chain(services);
    labels
        .flatten()
        .filter(|(key, _)| ![NAMESPACE_KEY, NODE_KEY].contains(&key.as_str()))
        .map(|(_, value)| value.clone())
        .collect()
}

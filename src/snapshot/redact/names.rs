//! The pseudonyms of one snapshot: every name that occurs and is not public, counted in order.
//!
//! The snapshot is rewritten twice: the first time only to hear which names are asked for, and so no list of the fields that hold
//! names can miss one.

use super::address::Addresses;
use super::public::Public;
use crate::snapshot::{Owner, Pod, Text};
use ipnet::IpNet;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

/// No name of an object is longer (DNS subdomains, RFC 1123).
const LONGEST_NAME: usize = 253;

/// Label keys that hold names.
const NAMESPACE_KEY: &str = "kubernetes.io/metadata.name";
const NODE_KEY: &str = "kubernetes.io/hostname";
const HASH_KEY: &str = "pod-template-hash";

/// Numbers of so many digits are said in sentences and arguments, and in versions, which may be dates.
const DIGITS: usize = 5;
const VERSION_DIGITS: usize = 8;

/// The beginning of the pseudonym of what is no object's name.
const WORD: &str = "x";

/// The first part of a pseudonym, the namespace, and the name.
type Key = (Text, Text, Text);

/// All pseudonyms.
pub(super) struct Names<'a> {
    public: &'a Public,
    /// Names that have none.
    asked: RefCell<BTreeSet<Key>>,
    by_key: HashMap<Key, Text>,
    /// The same by the name alone, for sentences.
    by_word: HashMap<Text, Text>,
    addresses: Addresses,
}

impl<'a> Names<'a> {
    /// Without pseudonyms: it hears the names.
    pub(super) fn listening(public: &'a Public) -> Self {
        let (by_key, by_word) = (HashMap::new(), HashMap::new());
        Self { public, asked: RefCell::default(), by_key, by_word, addresses: Addresses::new(0) }
    }

    /// With a pseudonym for every name that was heard.
    pub(super) fn counted(self) -> Self {
        let keys = self.asked.into_inner();
        let mut hasher = DefaultHasher::new();
        keys.hash(&mut hasher);
        let (mut by_key, mut by_word, mut counts) = (HashMap::new(), HashMap::new(), HashMap::new());
        for key in keys {
            let count = counts.entry(key.0.clone()).or_insert(0_usize);
            *count += 1;
            let pseudonym = Text::new(&format!("{}-{count}", key.0));
            if key.0 != WORD {
                by_word.entry(key.2.clone()).or_insert_with(|| pseudonym.clone());
            }
            by_key.insert(key, pseudonym);
        }
        Self { public: self.public, asked: RefCell::default(), by_key, by_word, addresses: Addresses::new(hasher.finish()) }
    }

    pub(super) fn namespace(&self, name: &Text) -> Text {
        self.name("ns", &Text::default(), name)
    }

    /// Nodes are named by their owners, whatever the name.
    pub(super) fn node(&self, name: &Text) -> Text {
        if name.is_empty() { name.clone() } else { self.pseudonym("node", &Text::default(), name) }
    }

    /// An object of that class, which begins its pseudonym.
    pub(super) fn name(&self, class: &str, namespace: &Text, name: &Text) -> Text {
        if self.public.is_name(name) { name.clone() } else { self.pseudonym(class, namespace, name) }
    }

    pub(super) fn workload(&self, namespace: &Text, name: &Text) -> Text {
        self.name("app", namespace, name)
    }

    /// A pod is called like what made it, if that is public: `kube-apiserver-NODE`, `calico-node-7`.
    pub(super) fn pod(&self, pod: &Pod) -> Text {
        let component = pod.name.strip_suffix(pod.node.as_str()).and_then(|name| name.strip_suffix('-'));
        if let Some(component) = component.filter(|name| !pod.node.is_empty() && self.public.is_name(name)) {
            return format!("{component}-{}", self.node(&pod.node)).into();
        }
        let owner = pod.owner.as_ref().filter(|owner| owner.kind != "Node");
        let made = owner.map(|owner| split_hash(owner).map_or(owner.name.as_str(), |(deployment, _)| deployment));
        let class = made.filter(|name| !name.is_empty() && self.public.is_name(name)).unwrap_or("pod");
        if pod.name.is_empty() { pod.name.clone() } else { self.pseudonym(class, &pod.namespace, &pod.name) }
    }

    /// What made something: a node, a workload, or what a Deployment makes.
    pub(super) fn owner(&self, namespace: &Text, owner: &Owner) -> Owner {
        let name = match split_hash(owner) {
            _ if owner.kind == "Node" => self.node(&owner.name),
            Some((deployment, hash)) => format!("{}-{}", self.workload(namespace, &deployment.into()), self.hash(hash)).into(),
            None => self.workload(namespace, &owner.name),
        };
        Owner { kind: self.word(&owner.kind), name }
    }

    /// Kubernetes makes it of a template: letters that make no words, and digits.
    fn hash(&self, hash: &str) -> Text {
        let is_hash = hash.len() <= 10 && hash.chars().all(|c| "bcdfghjklmnpqrstvwxz0123456789".contains(c));
        if is_hash { hash.into() } else { self.word(&hash.into()) }
    }

    /// The key of a label, annotation or taint.
    pub(super) fn key(&self, key: &Text) -> Text {
        self.name("key", &Text::default(), key)
    }

    /// The value of a label.
    pub(super) fn label(&self, key: &str, value: &Text) -> Text {
        match key {
            NAMESPACE_KEY => self.namespace(value),
            NODE_KEY => self.node(value),
            HASH_KEY => self.hash(value),
            _ => self.word(value),
        }
    }

    /// The name of a port.
    pub(super) fn port(&self, name: &Text) -> Text {
        self.name("port", &Text::default(), name)
    }

    /// An installed kind or its group, `plural.group`.
    pub(super) fn installed(&self, name: &Text) -> Text {
        self.name("kind", &Text::default(), name)
    }

    /// An image: that of a network says its version, another one nothing.
    pub(super) fn image(&self, image: &Text) -> Text {
        if self.public.is_image(image) { self.version(image) } else { self.word(image) }
    }

    /// Whether an image is that of a network.
    pub(super) fn is_public(&self, name: &str, image: &str) -> bool {
        (!name.is_empty() && self.public.is_name(name)) || self.public.is_image(image)
    }

    /// Any other text that is public as a whole or not at all.
    pub(super) fn word(&self, word: &Text) -> Text {
        self.name(WORD, &Text::default(), word)
    }

    pub(super) fn ip(&self, ip: IpAddr) -> IpAddr {
        self.addresses.ip(ip)
    }

    pub(super) fn net(&self, net: IpNet) -> IpNet {
        self.addresses.net(net)
    }

    /// A sentence without names and addresses.
    pub(super) fn prose(&self, text: &Text) -> Text {
        self.scrub(text, DIGITS).into()
    }

    /// The same for text with versions in it.
    pub(super) fn version(&self, text: &Text) -> Text {
        self.scrub(text, VERSION_DIGITS).into()
    }

    /// The same for text that programs read.
    pub(super) fn raw(&self, text: &str) -> String {
        self.scrub(text, DIGITS)
    }

    fn scrub(&self, text: &str, digits: usize) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first == '\\' {
                // What is escaped in JSON is no beginning of a word.
                let escaped = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
                out.push_str(&rest[..escaped]);
                rest = &rest[escaped..];
                continue;
            }
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
            let end = rest.find(|c| is_word(c) != is_word(first) || c == '\\').unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            // A length behind a slash makes it a block.
            let length = after.strip_prefix('/').map_or(0, |tail| tail.bytes().take_while(u8::is_ascii_digit).count());
            let with_length = &rest[..end + length + usize::from(length > 0)];
            if let Some(net) = with_length.parse::<IpNet>().ok().filter(|net| net.addr() == net.network()) {
                out.push_str(&self.net(net).to_string());
                rest = &rest[with_length.len()..];
                continue;
            }
            self.replace(run, digits, &mut out);
            rest = after;
        }
        out
    }

    /// A run of a sentence: a name, an address, or words with dots and dashes between (`10.0.0.1:80:`, `web.shop.svc`).
    fn replace(&self, run: &str, digits: usize, out: &mut String) {
        let known = |word: &str| match word.parse::<IpAddr>() {
            Ok(ip) => Some(self.ip(ip).to_string()),
            Err(_) if self.public.is_name(word) => Some(word.to_owned()),
            Err(_) if is_hardware_address(word) => Some(self.word(&word.into()).to_string()),
            // A word that everybody says stays one, though something here is called so, too.
            Err(_) if self.public.is_common(word) => None,
            Err(_) => self.by_word.get(word).map(ToString::to_string),
        };
        let mut rest = run;
        loop {
            let joints = || rest.match_indices(['.', ':', '-', '_']).map(|(at, _)| at).chain([rest.len()]);
            let ends: Vec<usize> = joints().take_while(|end| *end <= LONGEST_NAME).collect();
            let longest = ends.iter().rev().find_map(|&end| Some((end, known(&rest[..end])?)));
            let (end, first) = longest.unwrap_or_else(|| {
                let end = joints().next().unwrap_or_default();
                (end, self.token(&rest[..end], digits))
            });
            out.push_str(&first);
            let Some(joint) = rest.get(end..=end) else { return };
            out.push_str(joint);
            rest = &rest[end + 1..];
        }
    }

    fn token(&self, token: &str, digits: usize) -> String {
        let is_public = !token.contains(char::is_alphanumeric) || self.public.is_word(token, digits);
        if is_public { token.to_owned() } else { self.pseudonym(WORD, &Text::default(), &token.into()).to_string() }
    }

    fn pseudonym(&self, class: &str, namespace: &Text, name: &Text) -> Text {
        let key = (class.into(), namespace.clone(), name.clone());
        if let Some(pseudonym) = self.by_key.get(&key) {
            return pseudonym.clone();
        }
        self.asked.borrow_mut().insert(key);
        // Nothing is said that was not heard.
        Text::new(class)
    }
}

/// Name and hash of a `ReplicaSet`, as Deployments call theirs.
fn split_hash(owner: &Owner) -> Option<(&str, &str)> {
    owner.name.rsplit_once('-').filter(|_| owner.kind == "ReplicaSet")
}

/// `66:5f:2b:0e:aa:00`: parts of it would pass for numbers.
fn is_hardware_address(word: &str) -> bool {
    word.len() == 17 && word.split(':').all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

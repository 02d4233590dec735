//! What facts share: one copy of each string, label set and container list that occurs.
//!
//! A cluster of 150,000 pods has a few thousand label sets and container lists; kept once, a pod costs some 300 bytes. Looking
//! one up compares the borrowed text with what is kept, so nothing is allocated for what is already known.

use super::wire::{List, Map, PodContainerShape, Time};
use super::{Container, Interner, Kind, Labels, PodContainer, Pointer, Text, Wanted};
use hashbrown::{DefaultHashBuilder, HashTable};
use jiff::Timestamp;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

/// Shared parts of facts.
#[derive(Default)]
pub(super) struct Pool {
    texts: Interner,
    labels: HashTable<Labels>,
    containers: HashTable<Arc<[PodContainer]>>,
    hasher: DefaultHashBuilder,
    newest: Option<i64>,
    latest: Option<i64>,
    beyond: Option<i64>,
    swept: usize,
    /// The fields of custom resources that are kept; all unless told.
    fields: Option<Vec<(Kind, Pointer)>>,
}

impl Pool {
    /// Of custom resources only these fields are kept.
    pub(super) fn keep_fields(&mut self, wanted: &[Wanted]) {
        self.fields = Some(wanted.iter().filter_map(Wanted::field).collect());
    }

    /// What is kept of a custom resource of `kind`; none keeps all.
    pub(super) fn fields(&self, kind: Kind) -> Option<Vec<&Pointer>> {
        let fields = self.fields.as_ref()?;
        Some(fields.iter().filter(|(of, _)| *of == kind).map(|(_, pointer)| pointer).collect())
    }

    /// The shared string.
    pub(super) fn text(&mut self, raw: &str) -> Text {
        self.texts.text(raw)
    }

    /// The shared string, if it is not empty.
    pub(super) fn given(&mut self, raw: &str) -> Option<Text> {
        (!raw.is_empty()).then(|| self.text(raw))
    }

    /// The shared set of labels or annotations.
    pub(super) fn labels(&mut self, map: &Map<'_>) -> Labels {
        if map.0.is_empty() {
            return Labels::default();
        }
        let hash = self.hash(map.0.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let same = |kept: &Labels| {
            kept.iter().map(|(k, v)| (k.as_str(), v.as_str())).eq(map.0.iter().map(|(k, v)| (k.as_str(), v.as_str())))
        };
        if let Some(kept) = self.labels.find(hash, same) {
            return kept.clone();
        }
        let labels = Labels::new(map.0.iter().map(|(k, v)| (self.texts.text(k.as_str()), self.texts.text(v.as_str()))).collect());
        let hasher = &self.hasher;
        let rehash = |kept: &Labels| hash_of(hasher, kept.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        self.labels.insert_unique(hash, labels.clone(), rehash);
        labels
    }

    /// The shared list of a pod's containers, with what each starts with, if that is kept.
    pub(super) fn containers(&mut self, list: &List<PodContainerShape<'_>>, starts: &[Container]) -> Arc<[PodContainer]> {
        if list.0.is_empty() {
            return Arc::default();
        }
        let hash = self.hash(list.0.iter().map(PodContainerShape::words));
        let same = |kept: &Arc<[PodContainer]>| {
            let starts_so = |(at, kept): (usize, &PodContainer)| kept.start.as_deref() == starts.get(at);
            kept.len() == list.0.len()
                && kept.iter().zip(&list.0).all(|(k, c)| c.says(k))
                && kept.iter().enumerate().all(starts_so)
        };
        if let Some(kept) = self.containers.find(hash, same) {
            return Arc::clone(kept);
        }
        let containers: Arc<[_]> =
            list.0.iter().enumerate().map(|(at, container)| container.read(starts.get(at), self)).collect();
        let hasher = &self.hasher;
        let rehash = |kept: &Arc<[PodContainer]>| hash_of(hasher, kept.iter().map(|c| (c.name.as_str(), c.image.as_str())));
        self.containers.insert_unique(hash, Arc::clone(&containers), rehash);
        containers
    }

    /// Later times are not the newest.
    pub(super) fn not_later_than(&mut self, latest: Timestamp) {
        self.latest = Some(latest.as_second());
    }

    /// Takes note of a time that an object tells.
    pub(super) fn time(&mut self, time: Option<Time>) -> Option<Timestamp> {
        self.note(time);
        Timestamp::from_second(time?.0).ok()
    }

    /// The same, in seconds of the epoch; 0 if there is none.
    pub(super) fn seconds(&mut self, time: Option<Time>) -> u32 {
        self.note(time);
        time.and_then(|time| u32::try_from(time.0).ok()).unwrap_or_default()
    }

    fn note(&mut self, time: Option<Time>) {
        let told = time.map(|time| time.0);
        let is_late = told.zip(self.latest).is_some_and(|(told, latest)| told > latest);
        let newest = if is_late { &mut self.beyond } else { &mut self.newest };
        *newest = (*newest).max(told);
    }

    /// The newest time that any object told.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.newest.and_then(|seconds| Timestamp::from_second(seconds).ok())
    }

    /// The newest of those that are too late to be it.
    pub(super) fn beyond(&self) -> Option<Timestamp> {
        self.beyond.map(|seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX))
    }

    /// Forgets what nobody else holds, once there is twice as much as there was the last time.
    pub(super) fn sweep(&mut self) {
        if self.texts.len() + self.labels.len() < 2 * self.swept.max(512) {
            return;
        }
        self.labels.retain(|labels| labels.is_shared());
        self.containers.retain(|list| Arc::strong_count(list) > 1);
        self.texts.sweep();
        self.swept = self.texts.len() + self.labels.len();
    }

    fn hash<'a>(&self, words: impl Iterator<Item = (&'a str, &'a str)>) -> u64 {
        hash_of(&self.hasher, words)
    }
}

fn hash_of<'a>(hasher: &DefaultHashBuilder, words: impl Iterator<Item = (&'a str, &'a str)>) -> u64 {
    let mut state = hasher.build_hasher();
    for pair in words {
        pair.hash(&mut state);
    }
    state.finish()
}

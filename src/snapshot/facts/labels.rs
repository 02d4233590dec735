//! Labels, annotations and text that only programs read.

use crate::snapshot::{Text, clean};
use std::fmt;
use std::sync::Arc;

/// One label or annotation.
pub type Label = (Text, Text);

/// Labels or annotations, sorted by key, shared between objects that carry the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Labels(Arc<[Label]>);

impl Labels {
    /// Sorts `pairs` by key; of equal keys the last one counts.
    pub fn new(mut pairs: Vec<Label>) -> Self {
        pairs.reverse();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|a, b| a.0 == b.0);
        Self(pairs.into())
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Text> {
        self.0.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok().map(|at| &self.0[at].1)
    }

    /// All pairs in the order of their keys.
    pub fn iter(&self) -> std::slice::Iter<'_, Label> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether anybody else holds the same set.
    pub(in crate::snapshot) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

impl<'a> IntoIterator for &'a Labels {
    type Item = &'a Label;
    type IntoIter = std::slice::Iter<'a, Label>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Text that a program reads, such as a value of a `ConfigMap`. It is never printed as it is: cut a [`Text`] out of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Raw(Arc<str>);

impl Raw {
    /// Keeps `text` byte by byte.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The bytes as they came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&clean(&self.0), f)
    }
}

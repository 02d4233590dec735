//! What is kept only because somebody asks for it: `ConfigMaps` by name, and fields of custom resources.
//!
//! It does not know who asks, nor why.

use super::{Kind, Pointer};

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A `ConfigMap`.
    ConfigMap {
        /// Its namespace; none is any.
        namespace: Option<String>,
        /// Its name.
        name: String,
    },
    /// A field of all custom resources of a kind.
    Field {
        /// The kind.
        kind: Kind,
        /// Where the field is.
        pointer: Pointer,
    },
}

impl Wanted {
    /// Whether it is the `ConfigMap` of that namespace and name.
    pub(super) fn is_config_map(&self, key: (&str, &str)) -> bool {
        match self {
            Self::ConfigMap { namespace, name } => namespace.as_ref().is_none_or(|of| of == key.0) && name == key.1,
            Self::Field { .. } => false,
        }
    }

    /// The field that it is.
    pub(super) fn field(&self) -> Option<(Kind, Pointer)> {
        match self {
            Self::ConfigMap { .. } => None,
            Self::Field { kind, pointer } => Some((*kind, pointer.clone())),
        }
    }
}

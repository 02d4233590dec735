//! Ingresses and routes of the Gateway API: which Services calls from outside are passed to.

use super::PortRef;
use crate::snapshot::{Kind, Text};
use std::sync::Arc;

/// An `Ingress` or an `HTTPRoute`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Which of the two
    pub kind: Kind,
    /// Namespace
    pub namespace: Text,
    /// Name
    pub name: Text,
    /// The hosts that calls are for; empty is any
    pub hosts: Arc<[Text]>,
    /// The gateways that an `HTTPRoute` is attached to, `namespace/name`
    pub gateways: Arc<[Text]>,
    /// Where calls go, whatever their path
    pub backends: Arc<[Backend]>,
}

/// A port of a Service that calls go to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Backend {
    /// Namespace of the Service
    pub namespace: Text,
    /// Its name
    pub service: Text,
    /// Its port; none is any
    pub port: Option<PortRef>,
}

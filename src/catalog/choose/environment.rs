//! Where a cluster is to run, and what ends a provider there.
//!
//! A row of [`Environment`] reads a column of the matrix, or the [`Bound`]s of providers; both are cells with sources. To add an
//! environment: a variant, and its arms here.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where a cluster is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Amazon Web Services.
    Aws,
    /// Nodes in private subnets with route tables of their own, as kops' private topology makes them.
    PrivateVpc,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// Machines of one's own.
    OnPrem,
    /// The same, with routers that learn pods by BGP.
    OnPremBgp,
    /// The same, without a way to the internet: what needs the API of a cloud has none there.
    AirGapped,
    /// Some nodes run Windows.
    Windows,
    /// Pods have IPv6 addresses alone.
    Ipv6Only,
    /// Pods have an IPv4 and an IPv6 address.
    DualStack,
}

impl Environment {
    /// All of them, places first.
    pub const ALL: [Self; 10] = [
        Self::Aws,
        Self::PrivateVpc,
        Self::Azure,
        Self::Gcp,
        Self::OnPrem,
        Self::OnPremBgp,
        Self::AirGapped,
        Self::Windows,
        Self::Ipv6Only,
        Self::DualStack,
    ];

    /// As data, JSON and the command line spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::PrivateVpc => "private-vpc",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
            Self::OnPrem => "on-prem",
            Self::OnPremBgp => "on-prem-bgp",
            Self::AirGapped => "air-gapped",
            Self::Windows => "windows",
            Self::Ipv6Only => "ipv6-only",
            Self::DualStack => "dual-stack",
        }
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::PrivateVpc => "a private VPC",
            Self::Azure => "Azure",
            Self::Gcp => "Google Cloud",
            Self::OnPrem => "on-premises",
            Self::OnPremBgp => "on-premises with BGP",
            Self::AirGapped => "an air-gapped site",
            Self::Windows => "Windows nodes",
            Self::Ipv6Only => "IPv6 only",
            Self::DualStack => "dual stack",
        }
    }

    /// The column that has to say yes there; the other environments are bounded by what providers say of them.
    pub const fn column(self) -> Option<&'static str> {
        match self {
            Self::OnPremBgp => Some("bgp"),
            Self::Windows => Some("windows"),
            Self::Ipv6Only => Some("ipv6"),
            Self::DualStack => Some("dual-stack"),
            Self::Aws | Self::PrivateVpc | Self::Azure | Self::Gcp | Self::OnPrem | Self::AirGapped => None,
        }
    }

    /// Whether what holds in `other` holds here too.
    pub(super) fn is_within(self, other: Self) -> bool {
        self == other || (matches!(self, Self::OnPremBgp | Self::AirGapped) && other == Self::OnPrem)
    }
}

impl FromStr for Environment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|environment| environment.name().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| format!("\"{text}\" is none of {}", names()))
    }
}

/// A version of the Linux kernel, as far as requirements name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kernel {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
}

impl FromStr for Kernel {
    type Err = String;

    /// Reads `5.10`, also out of `5.10.0-33-amd64`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = text.trim().split(['.', '-']).map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err(format!("\"{text}\" is no version of a kernel, such as 5.10")),
        }
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What ends a provider somewhere: it does not run there, or to a number of nodes only. The cell says so.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Where it holds; without any, everywhere.
    #[serde(rename = "in", default)]
    pub within: Vec<Environment>,
    /// Ids of features: it holds when one of them is needed; without any, always.
    #[serde(default)]
    pub with: Vec<String>,
    /// Most nodes: the number of one of the provider's limits, in nodes or, of one route a node, in routes.
    #[serde(default)]
    pub nodes: Option<u32>,
    /// Id of the feature whose cell says so, with its sources.
    pub cell: String,
}

impl Bound {
    /// Whether the provider does not run there at all.
    pub(super) fn is_end(&self) -> bool {
        self.nodes.is_none()
    }
}

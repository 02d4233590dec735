//! What the name of an image tells: whose it is, and which version.

use crate::snapshot::Text;

/// Architectures that old images carry at the end of their tag.
const ARCHITECTURES: [&str; 5] = ["-amd64", "-arm64", "-ppc64le", "-s390x", "-arm"];

/// Registry and path, without tag and digest.
fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rfind(':') {
        Some(at) if !image[at..].contains('/') => &image[..at],
        _ => image,
    }
}

/// Whether the repository of `image` ends in `end`, whole path segments only.
pub(super) fn is_of(image: &str, end: &str) -> bool {
    repository(image).strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The release that an image is tagged as; none for digests and for tags without a number, such as `latest`.
pub(super) fn version(image: &str) -> Option<Text> {
    let image = image.split('@').next()?;
    let mut tag = image[repository(image).len()..].strip_prefix(':')?;
    if let Some(short) = ARCHITECTURES.iter().find_map(|end| tag.strip_suffix(end)) {
        tag = short;
    }
    // Rancher's rebuilds: `v3.32.1-build20260909` is release v3.32.1.
    if let Some((release, build)) = tag.split_once("-build")
        && build.bytes().all(|b| b.is_ascii_digit())
    {
        tag = release;
    }
    tag.bytes().any(|b| b.is_ascii_digit()).then(|| tag.into())
}

/// The numbers of a version, for comparing: `v3.32.1` is 3, 32, 1. What follows a `-` or `+` is left out.
pub fn numbers(version: &str) -> Option<Vec<u64>> {
    let version = version.trim_start_matches('v').split(['-', '+']).next()?;
    version.split('.').map(|part| part.parse().ok()).collect()
}

/// Whether a version lies within a range such as `>=1.18.0 <1.18.8`. What tells no numbers lies in none.
pub(super) fn is_within(version: &str, range: &str) -> bool {
    let Some(version) = numbers(version) else { return false };
    let holds = |bound: &str| match (bound.strip_prefix(">="), bound.strip_prefix('<')) {
        (Some(least), _) => numbers(least).is_some_and(|least| version >= least),
        (_, Some(end)) => numbers(end).is_some_and(|end| version < end),
        _ => false,
    };
    range.split_whitespace().all(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_before_the_release_that_mends_it() {
        for (version, inside) in [("v1.18.0", true), ("v1.18.7", true), ("v1.18.8", false), ("v1.17.9", false), ("latest", false)]
        {
            assert_eq!(is_within(version, ">=1.18.0 <1.18.8"), inside, "{version}");
        }
        assert!(is_within("1.9.3", "<1.17.14") && !is_within("v1.17.14", "<1.17.14"));
    }

    #[test]
    fn repositories_match_at_segment_boundaries_only() {
        for image in
            ["quay.io/calico/node:v3.32.1", "calico/node", "host:5000/mirror/calico/node:v3@sha256:00", "a:1/calico/node"]
        {
            assert!(is_of(image, "calico/node"), "{image}");
        }
        for image in ["quay.io/notcalico/node:v1", "calico/node-driver:v1", "calico/node/extra", "node:v1"] {
            assert!(!is_of(image, "calico/node"), "{image}");
        }
    }

    #[test]
    fn versions_are_read_as_tagged_and_never_guessed() {
        for (image, expected) in [
            ("quay.io/calico/node:v3.32.1", Some("v3.32.1")),
            ("quay.io/coreos/flannel:v0.9.1-amd64", Some("v0.9.1")),
            ("rancher/hardened-calico:v3.32.1-build20260909", Some("v3.32.1")),
            ("kopeio/networking-agent:1.0.20181028", Some("1.0.20181028")),
            ("quay.io/cilium/cilium:v1.20.0@sha256:aa", Some("v1.20.0")),
            ("weaveworks/weave-kube:latest", None),
            ("docker.io/cloudnativelabs/kube-router", None),
            ("host:5000/kube-router", None),
            ("quay.io/x/y@sha256:0123", None),
        ] {
            assert_eq!(version(image).as_deref(), expected, "{image}");
        }
    }

    #[test]
    fn versions_compare_by_their_numbers() {
        assert_eq!(numbers("v3.32.1"), Some(vec![3, 32, 1]));
        assert_eq!(numbers("v1.21.0-pre.0"), Some(vec![1, 21, 0]));
        assert_eq!(numbers("main"), None);
    }
}

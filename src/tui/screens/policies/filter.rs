//! Which namespaces and policies are shown: words, `ns:`, `kind:`, `!`.
//!
//! Words are looked for in `namespace/name`.

use crate::catalog::FilterError;
use crate::tui::screens::terms;

/// What is wrong with a filter.
pub(super) fn check(text: &str) -> Result<(), FilterError> {
    terms::check(text, &["ns", "kind"])
}

/// Whether a policy, or with an empty kind and name a namespace, passes. Of a namespace only words and `ns:` are asked.
pub(super) fn matches(text: &str, kind: &str, namespace: &str, name: &str) -> bool {
    let (kind, path) = (kind.to_lowercase(), format!("{namespace}/{name}").to_lowercase());
    terms::hold(text, |column, value| match column {
        Some("ns") => path.split('/').next().is_some_and(|ns| ns.contains(value)),
        Some("kind") => kind.is_empty() || kind.contains(value),
        _ => path.contains(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_terms_must_hold() {
        let passes = |text| matches(text, "NetworkPolicy", "shop", "web-in");
        assert!(passes("") && passes("web") && passes("SHOP/web") && passes("ns:sho kind:network"));
        assert!(!passes("web db") && !passes("!web") && !passes("kind:admin") && passes("!db"));
    }
}

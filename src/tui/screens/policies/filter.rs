//! Which namespaces and policies are shown: words, `ns:`, `kind:`, `!`.
//!
//! Words are looked for in `namespace/name`; of a namespace, `kind:` in the kinds of its policies.

use crate::catalog::FilterError;
use crate::tui::screens::terms;

/// What is wrong with a filter.
pub(super) fn check(text: &str) -> Result<(), FilterError> {
    terms::check(text, &["ns", "kind"])
}

/// Whether a policy, or with an empty name a namespace, passes. `kinds` are those of the policy or of the policies there.
pub(super) fn matches(text: &str, kinds: &[&str], namespace: &str, name: &str) -> bool {
    let path = format!("{namespace}/{name}").to_lowercase();
    terms::hold(text, |column, value| match column {
        Some("ns") => path.split('/').next().is_some_and(|ns| ns.contains(value)),
        Some("kind") => kinds.iter().any(|kind| kind.to_lowercase().contains(value)),
        _ => path.contains(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_terms_must_hold() {
        let passes = |text| matches(text, &["NetworkPolicy"], "shop", "web-in");
        assert!(passes("") && passes("web") && passes("SHOP/web") && passes("ns:sho kind:network"));
        assert!(!passes("web db") && !passes("!web") && !passes("kind:admin") && passes("!db"));
    }

    #[test]
    fn a_namespace_passes_by_the_kinds_of_its_policies() {
        let passes = |text, kinds: &[&str]| matches(text, kinds, "shop", "");
        assert!(passes("kind:cilium", &["NetworkPolicy", "CiliumNetworkPolicy"]) && passes("!kind:cilium", &["NetworkPolicy"]));
        assert!(!passes("kind:network", &[]) && passes("!kind:network", &[]), "one without policies has none of that kind");
    }
}

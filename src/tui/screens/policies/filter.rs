//! Which namespaces and policies are shown: words, `ns:`, `kind:`, `!`; all must hold.
//!
//! Words are looked for in `namespace/name`, upper and lower case alike.

use crate::catalog::FilterError;

/// The columns that a term may name.
const COLUMNS: [&str; 2] = ["ns", "kind"];

/// What is wrong with a filter.
pub(super) fn check(text: &str) -> Result<(), FilterError> {
    for term in text.split_whitespace() {
        let bare = term.trim_start_matches('!');
        if let Some((column, _)) = bare.split_once(':')
            && !COLUMNS.contains(&column)
        {
            let at = text.find(term).unwrap_or(0) + term.len() - bare.len() + 1;
            let suggestion = COLUMNS.iter().find(|known| known.starts_with(column) || column.starts_with(**known));
            return Err(FilterError {
                at,
                message: format!("no column \"{column}\""),
                suggestion: suggestion.map(|known| (*known).to_owned()),
            });
        }
    }
    Ok(())
}

/// Whether a policy, or with an empty kind and name a namespace, passes. Of a namespace only words and `ns:` are asked.
pub(super) fn matches(text: &str, kind: &str, namespace: &str, name: &str) -> bool {
    let (kind, path) = (kind.to_lowercase(), format!("{namespace}/{name}").to_lowercase());
    text.split_whitespace().all(|term| {
        let bare = term.trim_start_matches('!');
        let wanted = bare.to_lowercase();
        let found = match wanted.split_once(':') {
            Some(("ns", value)) => path.split('/').next().is_some_and(|ns| ns.contains(value)),
            Some(("kind", value)) => kind.is_empty() || kind.contains(value),
            _ => path.contains(&wanted),
        };
        found != (bare.len() < term.len())
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

    #[test]
    fn a_column_that_is_not_there_is_named_with_its_place() {
        let error = check("web !kinds:x").unwrap_err();
        assert_eq!((error.at, error.message.as_str(), error.suggestion.as_deref()), (6, "no column \"kinds\"", Some("kind")));
        assert_eq!(check("ns:shop !kind:admin web"), Ok(()));
    }
}

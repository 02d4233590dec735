//! The filter of lists that are not the matrix: words, `column:value`, `!`; all must hold, upper and lower case alike.
//!
//! It knows neither the columns nor what is looked through; each list says both.

use crate::catalog::FilterError;
use crate::present::Role;
use crate::tui::line::Line;

/// What is wrong with a filter of these columns.
pub(super) fn check(text: &str, columns: &[&str]) -> Result<(), FilterError> {
    for term in text.split_whitespace() {
        let bare = term.trim_start_matches('!');
        if let Some((column, _)) = bare.split_once(':')
            && !columns.contains(&column)
        {
            let at = text.find(term).unwrap_or(0) + term.len() - bare.len() + 1;
            let suggestion = columns.iter().find(|known| known.starts_with(column) || column.starts_with(**known));
            return Err(FilterError {
                at,
                message: format!("no column \"{column}\""),
                suggestion: suggestion.map(|known| (*known).to_owned()),
            });
        }
    }
    Ok(())
}

/// Whether every term holds. `finds` says whether a column, or anything where no column is named, has a value in small letters.
pub(super) fn hold(text: &str, finds: impl Fn(Option<&str>, &str) -> bool) -> bool {
    text.split_whitespace().all(|term| {
        let bare = term.trim_start_matches('!');
        let wanted = bare.to_lowercase();
        let found = match wanted.split_once(':') {
            Some((column, value)) => finds(Some(column), value),
            None => finds(None, &wanted),
        };
        found != (bare.len() < term.len())
    })
}

/// What stands in place of rows that a filter left none of.
pub(super) fn nothing_matches(filter: &str) -> Line {
    Line::of(format!("Nothing matches /{filter}. "), Role::Text).then("esc", Role::Accent).text(" clears it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_not_there_is_named_with_its_place() {
        let check = |text| check(text, &["ns", "kind"]);
        let error = check("web !kinds:x").unwrap_err();
        assert_eq!((error.at, error.message.as_str(), error.suggestion.as_deref()), (6, "no column \"kinds\"", Some("kind")));
        assert_eq!(check("ns:shop !kind:admin web"), Ok(()));
    }
}

//! Filters of earlier runs, one a line, oldest first, below `$XDG_STATE_HOME/cnitui`.

use std::io;
use std::path::{Path, PathBuf};

fn file() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")))?;
    Some(folder.join("cnitui/filters"))
}

/// The filters of earlier runs; none where there is no such file.
pub(super) fn read() -> Vec<String> {
    file().and_then(|path| std::fs::read_to_string(path).ok()).map_or_else(Vec::new, |text| parse(&text))
}

/// Keeps filters for later runs.
pub(super) fn write(filters: &[String]) -> io::Result<()> {
    let path = file().ok_or_else(|| io::Error::other("no home folder"))?;
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    std::fs::write(path, filters.join("\n") + "\n")
}

fn parse(text: &str) -> Vec<String> {
    text.lines().map(|line| crate::snapshot::clean(line).trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn filters_of_earlier_runs_are_cleaned_before_they_reach_a_terminal() {
        assert_eq!(super::parse("in:yes\n\n  !dead \n"), ["in:yes", "!dead"]);
        assert!(!super::parse("\u{1b}[31mred")[0].contains('\u{1b}'));
    }
}

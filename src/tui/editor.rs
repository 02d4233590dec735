//! The user's editor, for drafts: what it is called, the file that it is given, and the terminal while it has it.
//!
//! A draft of our own lies below the folder for temporary files, readable for the user alone. What is in it is read elsewhere.

use super::msg::Editing;
use super::terminal::Screen;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;

/// Most drafts of one name that lie beside each other.
const MOST: usize = 100;

/// Lets the user edit a file; gives its path, or why that failed as a sentence. Nobody may read keys meanwhile.
pub(super) fn edit(screen: &mut Screen, editing: Editing) -> Result<PathBuf, String> {
    let path = match editing {
        Editing::File(path) => path,
        Editing::New { name, text } => new_file(&name, &text).map_err(|why| format!("No file for a draft: {why}."))?,
    };
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".to_owned());
    // Editors are set with their arguments, as shells read them.
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{editor} \"$1\""), "sh"]).arg(&path);
    match screen.lend(&mut command) {
        Ok(status) if status.success() => Ok(path),
        Ok(status) => Err(format!("{editor} ended with {status}.")),
        Err(why) => Err(format!("{editor} could not be started: {why}.")),
    }
}

/// A new file that holds `text`. What is there already, a link of somebody else's perhaps, is not written over.
fn new_file(name: &str, text: &str) -> io::Result<PathBuf> {
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let mut failed = io::Error::other("too many drafts");
    for nth in 1..=MOST {
        let path = std::env::temp_dir().join(format!("cnitui-{name}-{nth}.yaml"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => return file.write_all(text.as_bytes()).map(|()| path),
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => failed = why,
            Err(why) => return Err(why),
        }
    }
    Err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_a_new_file_that_overwrites_nothing() {
        let name = format!("test/{}", std::process::id());
        let (one, two) = (new_file(&name, "a").unwrap(), new_file(&name, "b").unwrap());
        assert_ne!(one, two);
        assert_eq!((std::fs::read_to_string(&one).unwrap(), std::fs::read_to_string(&two).unwrap()), ("a".into(), "b".into()));
        std::fs::remove_file(one).unwrap();
        std::fs::remove_file(two).unwrap();
    }
}

//! Where things are kept between runs: `$XDG_STATE_HOME/cnitui`, else `~/.local/state/cnitui`.

use std::env;
use std::path::PathBuf;

/// The folder of journals of probes. The error is a sentence for people.
pub fn journals() -> Result<PathBuf, String> {
    Ok(folder()?.join("journal"))
}

/// The folder of what probes measured. The error is a sentence for people.
pub fn measured() -> Result<PathBuf, String> {
    Ok(folder()?.join("measured"))
}

fn folder() -> Result<PathBuf, String> {
    // The specification says that a path which is not absolute is to be ignored.
    let given = env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::home_dir().filter(|path| path.is_absolute()).map(|home| home.join(".local/state"));
    let state = given.or_else(home).ok_or("there is no place to keep anything: neither XDG_STATE_HOME nor HOME is set")?;
    Ok(state.join("cnitui"))
}

//! `data/` into the binary: every file of it as JSON, which is read in a tenth of the time that YAML takes.
//!
//! It only translates: what the files mean is known to `catalog` and `snapshot`, which embed one list each, of path below
//! `data/` and text. Nothing has to be added here for a new file.

use serde::Deserialize;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    println!("cargo:rerun-if-changed=data");
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for (list, folders) in
        [("catalog.rs", &["data", "data/providers", "data/editions", "data/measured"][..]), ("demo.rs", &["data/demo"])]
    {
        let mut rows = String::new();
        for folder in folders {
            for path in yaml(Path::new(folder))? {
                rows += &row(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        fs::write(out.join(list), format!("&[\n{rows}]\n"))?;
    }
    Ok(())
}

/// The YAML files of a folder, in the order of their names.
fn yaml(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    Ok(paths)
}

/// A file as a pair of Rust strings: its path below `data/`, and its documents as JSON, one a line.
fn row(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path)?;
    let mut lines = Vec::new();
    for document in serde_yaml::Deserializer::from_str(&text) {
        let value = serde_json::Value::deserialize(document)?;
        if !value.is_null() {
            lines.push(value.to_string());
        }
    }
    let name = path.strip_prefix("data")?.to_str().ok_or("its name is no text")?.replace('\\', "/");
    Ok(format!("({name:?}, {:?}),\n", lines.join("\n")))
}

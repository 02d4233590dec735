//! `cnitui report`: a bundle for the provider's tracker, of what is known of the cluster.

use super::args::{Global, Report as Asked};
use super::cluster::{facts, public};
use super::{catalogue, show};
use crate::bundle;
use crate::health::assess;
use crate::report::{self, Outcome, Report};
use crate::snapshot::{self, Snapshot, Text};
use crate::timeline::{self, Change, Entry};
use anyhow::{Context, bail};
use jiff::Timestamp;
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What trackers take as an attachment: 25 MB at GitHub.
const LARGEST: usize = 25_000_000;

/// The files of a bundle, each a name and its content.
type Files = Vec<(String, Vec<u8>)>;

/// `cnitui report`
pub(super) fn report(global: &Global, asked: &Asked) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    let facts = facts(global, &catalog)?;
    let recorded = asked.record.as_deref().map(|file| changes(file, facts.origin.name())).transpose()?.unwrap_or_default();
    let (snapshot, changes) =
        if asked.no_redact { (Snapshot::clone(&facts), recorded) } else { redacted(&facts, recorded, &public(&catalog)) };
    let assessment = assess(&snapshot, &catalog);
    let report = Report {
        snapshot: &snapshot,
        assessment: &assessment,
        catalog: &catalog,
        changes: &changes,
        is_redacted: !asked.no_redact,
    };
    let mut files: Files = vec![
        ("report.md".to_owned(), report.summary()?.into_bytes()),
        ("snapshot.yaml".to_owned(), report::documents(snapshot::export(&snapshot))?.into_bytes()),
    ];
    if !changes.is_empty() {
        let lines: String = changes.iter().map(|entry| timeline::written(&entry.cluster, &entry.change)).collect();
        files.push(("timeline.jsonl".to_owned(), lines.into_bytes()));
    }
    let path = asked
        .file
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("cnitui-report-{}.tar.gz", Timestamp::now().strftime("%Y%m%d-%H%M%S"))));
    let bytes = write(&path, &files).with_context(|| path.display().to_string())?;
    let names: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
    show(&report.written(&path.display().to_string(), bytes, &names), global)
}

/// What a record tells of that cluster.
fn changes(file: &Path, cluster: &str) -> anyhow::Result<Vec<Entry>> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).with_context(|| name.clone())?;
    Ok(timeline::read(&name, &text).0.into_iter().filter(|entry| *entry.cluster == *cluster).collect())
}

/// The facts and the changes under the same pseudonyms. How something was and became may say anything: it is left out.
fn redacted(facts: &Snapshot, changes: Vec<Entry>, public: &snapshot::Public) -> (Snapshot, Vec<Entry>) {
    let texts = changes
        .iter()
        .flat_map(|Entry { change, .. }| [change.object.namespace.clone(), change.object.name.clone(), Text::new(&change.what)]);
    let (snapshot, told) = snapshot::redact_with(facts, public, &texts.collect::<Vec<_>>());
    let mut changes = changes;
    for (Entry { cluster, change }, told) in changes.iter_mut().zip(told.chunks_exact(3)) {
        *cluster = "redacted".into();
        (change.object.namespace, change.object.name) = (told[0].clone(), told[1].clone());
        *change = Change { what: told[2].to_string(), before: Value::Null, after: Value::Null, ..change.clone() };
    }
    (snapshot, changes)
}

/// Writes the files into a new folder, or a new archive where the path ends like one; how many bytes it has. Nothing that is there
/// is written over.
fn write(path: &Path, files: &Files) -> anyhow::Result<usize> {
    let name = path.to_string_lossy();
    if !(name.ends_with(".tar.gz") || name.ends_with(".tgz")) {
        fs::create_dir(path)?;
        for (name, content) in files {
            File::create_new(path.join(name))?.write_all(content)?;
        }
        return Ok(files.iter().map(|(_, content)| content.len()).sum());
    }
    let packed = bundle::pack(files)?;
    if packed.len() > LARGEST {
        bail!(
            "the bundle has {} MB, and trackers take 25; name a folder with -f, and hand on report.md",
            packed.len() / 1_000_000
        );
    }
    File::create_new(path)?.write_all(&packed)?;
    Ok(packed.len())
}

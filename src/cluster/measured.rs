//! What probes measured, kept in a folder: a JSON file a cluster. A session takes note when another process writes there.

use super::publish::Facts;
use crate::snapshot::Measurement;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::sleep;

/// Between two looks at the folder.
const LOOK: Duration = Duration::from_secs(2);

/// Everything that was kept. What cannot be read was not measured.
pub(super) fn load(folder: &Path) -> Arc<[Measurement]> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| serde_json::from_slice(&fs::read(file.path()).ok()?).ok()).collect()
}

/// Keeps what was measured, beside what is known of other nodes of that cluster.
pub fn keep(folder: &Path, measured: Measurement) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let none = Measurement { cluster: measured.cluster.clone(), nodes: Vec::new() };
    let known = load(folder).iter().find(|known| known.cluster == measured.cluster).cloned().unwrap_or(none);
    let path = folder.join(format!("{}.json", measured.cluster));
    // Who reads meanwhile gets the old file or the new one.
    let fresh = path.with_extension("new");
    fs::write(&fresh, serde_json::to_vec(&known.with(measured))?)?;
    fs::rename(fresh, path)
}

/// Tells what is kept whenever that changes.
pub(super) async fn follow(folder: Option<&Path>, facts: &Facts) {
    let Some(folder) = folder else { return };
    let stamp = || -> Option<SystemTime> { fs::metadata(folder).ok()?.modified().ok() };
    let mut seen = stamp();
    loop {
        sleep(LOOK).await;
        let now = stamp();
        if now != seen {
            seen = now;
            facts.measured(load(folder)).await;
        }
    }
}

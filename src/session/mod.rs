//! Where snapshots come from: a live cluster, files, an embedded one, or nowhere.
//!
//! [`open`] gives one channel of snapshots, whatever is behind it. Front-ends hold the receiver and never ask further.

mod state;

use crate::bundle;
use crate::catalog::Catalog;
use crate::cluster::{self, Attachment, ContextRef, Pace};
use crate::snapshot::{Kind, Origin, Problem, Reader, Snapshot, State, Text, Wanted, scenes};
use jiff::{SignedDuration, Timestamp};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, thread};
use tokio::sync::watch;

pub use crate::cluster::{Context, PROBE_ROLE, READ_ROLE, rule};
pub use state::{journals, measured};

/// So far a cluster's clock may be ahead of ours.
const SKEW: SignedDuration = SignedDuration::from_hours(24);

/// What the user wants to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A context of a kubeconfig.
    Live {
        /// `--kubeconfig`; else `$KUBECONFIG`, else `~/.kube/config`
        kubeconfig: Option<PathBuf>,
        /// `--context`; else the current one
        context: Option<String>,
    },
    /// Files and folders; `-` is standard input.
    Files(Vec<PathBuf>),
    /// An embedded cluster.
    Demo(String),
}

/// A running source of snapshots. Dropping it ends its tasks and does not wait for them.
#[derive(Debug)]
pub struct Session {
    /// The newest snapshot; never older than the one before.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    live: Option<Attachment>,
}

/// Opens `place`. It returns at once and never fails: whatever goes wrong is in the snapshots, and heals there.
/// `catalog` says which `ConfigMaps` detection reads.
pub fn open(place: Place, catalog: &Catalog) -> Session {
    match place {
        Place::Live { kubeconfig, context } => {
            let context = ContextRef { kubeconfig, context };
            let (snapshots, live) = cluster::attach(context, cluster::wanted(catalog), measured().ok(), Pace::default());
            Session { snapshots, live: Some(live) }
        }
        Place::Files(paths) => {
            let wanted = cluster::wanted(catalog);
            let (sender, snapshots) = watch::channel(Arc::new(reading(&paths)));
            // Files may be large and standard input may be slow.
            thread::spawn(move || {
                let read = read(&paths, wanted).unwrap_or_else(|why| unreadable(&paths, why));
                sender.send_replace(Arc::new(read));
            });
            Session { snapshots, live: None }
        }
        Place::Demo(name) => {
            let snapshot = demo(&name, catalog).unwrap_or_else(|| Snapshot {
                origin: Origin::Demo { name: name.as_str().into() },
                problems: [Problem { object: name.as_str().into(), message: "there is no such demo".into() }].into(),
                ..Snapshot::default()
            });
            Session { snapshots: watch::channel(Arc::new(snapshot)).1, live: None }
        }
    }
}

/// The facts that files, folders (all `*.yaml`, `*.yml` and `*.json` below) and standard input (`-`) hold. What could not be read is
/// among the problems; the error, a sentence for people, is for when there was nothing to read at all.
/// `catalog` says which `ConfigMaps` detection reads.
pub fn read_files(paths: &[PathBuf], catalog: &Catalog) -> Result<Snapshot, String> {
    read(paths, cluster::wanted(catalog))
}

/// The embedded cluster of that name; an empty name is the one to begin with. It is two seconds younger than the newest time in it,
/// so that its ages never change. `catalog` says which `ConfigMaps` detection reads.
pub fn demo(name: &str, catalog: &Catalog) -> Option<Snapshot> {
    let (name, text) = scenes().into_iter().find(|scene| name.is_empty() || scene.0 == name)?;
    let mut reader = reader(Origin::Demo { name: name.into() }, cluster::wanted(catalog));
    reader.read(name, text);
    let mut snapshot = reader.finish(Timestamp::UNIX_EPOCH);
    snapshot.taken_at += SignedDuration::from_secs(2);
    complete(&mut snapshot);
    Some(snapshot)
}

/// A scene is all that its cluster has: of kinds without objects there are none, and those without a definition are not served.
fn complete(Snapshot { sources, crds, .. }: &mut Snapshot) {
    for kind in Kind::ALL {
        let is_served = !kind.is_installed() || crds.iter().any(|crd| *crd.name == *kind.crd_name());
        let state = &mut sources.of_mut(kind).state;
        if *state == State::Unknown {
            *state = if is_served { State::Live } else { State::Absent };
        }
    }
}

/// A reader that keeps of `ConfigMaps` and custom resources what a live cluster would be asked for.
fn reader(origin: Origin, wanted: Vec<Wanted>) -> Reader {
    let mut reader = Reader::new(origin);
    reader.want(wanted);
    reader
}

fn origin(paths: &[PathBuf]) -> Origin {
    let names: Vec<_> = paths.iter().map(|path| name(path)).collect();
    Origin::Files { name: names.join(", ").into() }
}

fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// What is known while files are read.
fn reading(paths: &[PathBuf]) -> Snapshot {
    let mut snapshot = Snapshot { origin: origin(paths), taken_at: Timestamp::now(), ..Snapshot::default() };
    for kind in Kind::ALL {
        snapshot.sources.of_mut(kind).state = State::Syncing { of: None };
    }
    snapshot
}

fn unreadable(paths: &[PathBuf], why: String) -> Snapshot {
    let origin = origin(paths);
    let problem = Problem { object: origin.name().into(), message: why.into() };
    Snapshot { problems: [problem].into(), origin, taken_at: Timestamp::now(), ..Snapshot::default() }
}

fn read(paths: &[PathBuf], wanted: Vec<Wanted>) -> Result<Snapshot, String> {
    let mut reader = reader(origin(paths), wanted);
    reader.not_later_than(Timestamp::now() + SKEW);
    let mut files = 0;
    for path in paths {
        if path.as_os_str() == "-" {
            files += 1;
            read_one(&mut reader, path, || {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
            });
        } else if path.is_dir() {
            files += folder(&mut reader, path);
        } else {
            files += 1;
            read_one(&mut reader, path, || fs::read(path));
        }
    }
    let ignored = reader.ignored();
    let snapshot = reader.finish(Timestamp::now());
    let nothing = Kind::ALL.into_iter().all(|kind| snapshot.sources.of(kind).state == State::Unknown);
    match snapshot.problems.first() {
        _ if !nothing => Ok(snapshot),
        Some(problem) => Err(format!("{}: {}", problem.object, problem.message)),
        None if files == 0 => Err(format!("{}: no file here ends in .yaml, .yml or .json", snapshot.origin.name())),
        None => {
            let objects = if ignored == 1 { "1 object".to_owned() } else { format!("{ignored} objects") };
            Err(format!("{}: nothing here is read: {objects} of other kinds", snapshot.origin.name()))
        }
    }
}

/// Reads all manifests below `path` in the order of their names, and says how many there were.
fn folder(reader: &mut Reader, path: &Path) -> usize {
    let mut entries: Vec<_> = match fs::read_dir(path) {
        Ok(entries) => entries.flatten().collect(),
        Err(error) => {
            reader.problem(Problem { object: Text::new(&name(path)), message: error.to_string().into() });
            return 0;
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = 0;
    for entry in entries {
        let path = entry.path();
        // The type of the entry itself: a link to a folder could lead round in circles.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            files += folder(reader, &path);
        } else if is_manifest(&path) {
            files += 1;
            read_one(reader, &path, || fs::read(&path));
        }
    }
    files
}

fn read_one(reader: &mut Reader, path: &Path, bytes: impl FnOnce() -> io::Result<Vec<u8>>) {
    match bytes() {
        Ok(bytes) if bundle::is_compressed(&bytes) => packed(reader, &name(path), &bytes),
        Ok(bytes) => reader.read_bytes(&name(path), &bytes),
        Err(error) => reader.problem(Problem { object: Text::new(&name(path)), message: error.to_string().into() }),
    }
}

/// Reads the manifests of a compressed archive, such as `cnitui report` writes.
fn packed(reader: &mut Reader, archive: &str, bytes: &[u8]) {
    match bundle::unpack(bytes) {
        Ok(files) => {
            for (inside, content) in files.iter().filter(|(inside, _)| is_manifest(Path::new(inside))) {
                reader.read_bytes(&format!("{archive}:{inside}"), content);
            }
        }
        Err(error) => {
            let message = format!("no archive of manifests: {error}").into();
            reader.problem(Problem { object: Text::new(archive), message });
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|end| ["yaml", "yml", "json"].iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// The contexts that one can switch to. The error is a sentence for people.
pub fn contexts(kubeconfig: Option<&Path>) -> Result<Vec<Context>, String> {
    cluster::contexts(kubeconfig)
}

impl Session {
    /// Tries everything again now that waits for its next attempt.
    pub fn retry_now(&self) {
        if let Some(live) = &self.live {
            live.retry_now();
        }
    }
}

//! What the streams read becomes snapshots: one thread owns the store, takes what arrives in order, and publishes calmly.
//!
//! Reading JSON happens here and nowhere else, so it holds up neither the network nor the screen. At most four snapshots a
//! second are published, and only when a reader would see a difference: an equal object wakes nobody. It knows nothing of
//! requests; the streams say how their lists are.

use super::failure::Failure;
use crate::snapshot::{Change, Kind, Link, Problem, Snapshot, State, Store};
use bytes::Bytes;
use jiff::Timestamp;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

/// Words that may wait to be taken; a reader that is slower slows down the network.
const WAITING: usize = 256;

/// What the streams tell.
enum Word {
    Begin(Kind),
    Page { kind: Kind, body: Bytes, read: oneshot::Sender<Result<(), Failure>> },
    Finish(Kind),
    Applied { kind: Kind, object: Bytes },
    Deleted { kind: Kind, object: Bytes },
    State(Kind, State),
    Silent { why: String, retry_at: Option<Timestamp> },
    Answered,
    Version(String),
}

/// Where the streams put what they read. Every call waits while the reader is busy.
#[derive(Clone)]
pub(super) struct Facts(mpsc::Sender<Word>);

impl Facts {
    /// Starts the thread that owns `store`. It ends when the last handle is dropped.
    pub(super) fn publish(store: Store, to: watch::Sender<Arc<Snapshot>>, every: Duration) -> io::Result<Self> {
        let (words, waiting) = mpsc::channel(WAITING);
        let clock = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let reader = Reader { store, changed: true, listed: [0; Kind::ALL.len()] };
        std::thread::Builder::new().name("facts".to_owned()).spawn(move || clock.block_on(reader.run(waiting, &to, every)))?;
        Ok(Self(words))
    }

    async fn tell(&self, word: Word) {
        // Without a reader the session is over and nobody listens.
        let _ = self.0.send(word).await;
    }

    /// The list of `kind` is read from its first page.
    pub(super) async fn begin(&self, kind: Kind) {
        self.tell(Word::Begin(kind)).await;
    }

    /// A page of the list of `kind`; waits until it was read.
    pub(super) async fn page(&self, kind: Kind, body: Bytes) -> Result<(), Failure> {
        let (read, answer) = oneshot::channel();
        self.tell(Word::Page { kind, body, read }).await;
        answer.await.unwrap_or_else(|_| Err(Failure::Broken("the session is over".to_owned())))
    }

    /// The list of `kind` is complete.
    pub(super) async fn finish(&self, kind: Kind) {
        self.tell(Word::Finish(kind)).await;
    }

    /// An object is new or changed.
    pub(super) async fn applied(&self, kind: Kind, object: Bytes) {
        self.tell(Word::Applied { kind, object }).await;
    }

    /// An object is gone.
    pub(super) async fn deleted(&self, kind: Kind, object: Bytes) {
        self.tell(Word::Deleted { kind, object }).await;
    }

    /// How the list of `kind` is now.
    pub(super) async fn state(&self, kind: Kind, state: State) {
        self.tell(Word::State(kind, state)).await;
    }

    /// The server does not answer.
    pub(super) async fn silent(&self, why: &str, retry_at: Option<Timestamp>) {
        self.tell(Word::Silent { why: why.to_owned(), retry_at }).await;
    }

    /// The server answers.
    pub(super) async fn answered(&self) {
        self.tell(Word::Answered).await;
    }

    /// What `/version` calls `gitVersion`.
    pub(super) async fn version(&self, version: String) {
        self.tell(Word::Version(version)).await;
    }
}

struct Reader {
    store: Store,
    /// Whether a reader would see something that was not published yet.
    changed: bool,
    /// Objects of the list that is being read, by kind.
    listed: [usize; Kind::ALL.len()],
}

impl Reader {
    async fn run(mut self, mut waiting: mpsc::Receiver<Word>, to: &watch::Sender<Arc<Snapshot>>, every: Duration) {
        let mut due = Instant::now();
        let mut arrived = Timestamp::now();
        loop {
            tokio::select! {
                word = waiting.recv() => {
                    let Some(word) = word else { return };
                    arrived = Timestamp::now();
                    self.take(word);
                }
                () = sleep_until(due), if self.changed => {
                    to.send_replace(Arc::new(self.store.snapshot(arrived)));
                    self.changed = false;
                    due = Instant::now() + every;
                }
            }
        }
    }

    fn take(&mut self, word: Word) {
        match word {
            Word::Begin(kind) => {
                self.listed[kind as usize] = 0;
                self.store.begin_list(kind);
            }
            Word::Page { kind, body, read } => {
                // The stream that asked may be gone; the page is read all the same.
                let _ = read.send(self.page(kind, &body));
            }
            Word::Finish(kind) => {
                let change = self.store.finish_list(kind);
                self.saw(change);
            }
            Word::Applied { kind, object } => self.object(kind, &object, Store::apply),
            Word::Deleted { kind, object } => self.object(kind, &object, Store::delete),
            Word::State(kind, state) => {
                let source = self.store.source_mut(kind);
                self.changed |= source.state != state;
                source.state = state;
            }
            Word::Silent { why, retry_at } => {
                let link = self.store.link_mut();
                let since = if let Link::Down { since, .. } = link { *since } else { Timestamp::now() };
                let down = Link::Down { since, why: why.into(), retry_at };
                self.changed |= *link != down;
                *link = down;
            }
            Word::Answered => {
                let link = self.store.link_mut();
                self.changed |= *link != Link::Up;
                *link = Link::Up;
            }
            Word::Version(version) => {
                self.store.set_server_version(&version);
                self.changed = true;
            }
        }
    }

    fn page(&mut self, kind: Kind, body: &[u8]) -> Result<(), Failure> {
        let text = std::str::from_utf8(body).map_err(|error| Failure::Unreadable(format!("the list is no UTF-8: {error}")))?;
        let page = self.store.page(kind, text).map_err(|problem| Failure::Unreadable(problem.message.to_string()))?;
        let listed = &mut self.listed[kind as usize];
        *listed += page.items;
        let of = page.remaining.map(|remaining| *listed + remaining);
        if let State::Syncing { of: total } = &mut self.store.source_mut(kind).state {
            *total = of.or(*total);
            self.changed = true;
        }
        Ok(())
    }

    fn object(&mut self, kind: Kind, object: &[u8], how: fn(&mut Store, Kind, &str) -> Result<Change, Problem>) {
        let text = String::from_utf8_lossy(object);
        match how(&mut self.store, kind, &text) {
            Ok(change) => self.saw(change),
            Err(problem) => {
                self.store.problem(problem);
                self.changed = true;
            }
        }
    }

    fn saw(&mut self, change: Change) {
        self.changed |= change == Change::Different;
    }
}

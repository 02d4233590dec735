//! What the streams read becomes snapshots: one thread owns the store, takes what arrives in order, and publishes calmly.
//!
//! Reading JSON happens here and nowhere else, so it holds up neither the network nor the screen. At most four snapshots a
//! second are published, and only when a reader would see a difference: an equal object wakes nobody. It knows nothing of
//! requests; the streams say how their lists are.

use super::event::Event;
use super::failure::Failure;
use crate::snapshot::{Change, Kind, Link, Snapshot, State, Store};
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
    Lines { kind: Kind, lines: Bytes, read: oneshot::Sender<Result<Option<String>, Failure>> },
    State(Kind, State),
    Silent { why: String, retry_at: Timestamp },
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
        answer.await.unwrap_or_else(|_| Err(over()))
    }

    /// The list of `kind` is complete.
    pub(super) async fn finish(&self, kind: Kind) {
        self.tell(Word::Finish(kind)).await;
    }

    /// Whole lines of the watch of `kind`; waits until they were read. Gives the version of the last, if it has one. The error
    /// is what the server said, or that a line cannot be read: then events are missing.
    pub(super) async fn lines(&self, kind: Kind, lines: Bytes) -> Result<Option<String>, Failure> {
        let (read, answer) = oneshot::channel();
        self.tell(Word::Lines { kind, lines, read }).await;
        answer.await.unwrap_or_else(|_| Err(over()))
    }

    /// How the list of `kind` is now.
    pub(super) async fn state(&self, kind: Kind, state: State) {
        self.tell(Word::State(kind, state)).await;
    }

    /// The server does not answer.
    pub(super) async fn silent(&self, why: &str, retry_at: Timestamp) {
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

fn over() -> Failure {
    Failure::Broken("the session is over".to_owned())
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
                self.changed |= self.store.finish_list(kind) == Change::Different;
            }
            Word::Lines { kind, lines, read } => {
                let _ = read.send(self.lines(kind, &lines));
            }
            Word::State(kind, state) => {
                let source = self.store.source_mut(kind);
                self.changed |= source.state != state;
                source.state = state;
            }
            Word::Silent { why, retry_at } => {
                let link = self.store.link_mut();
                let since = if let Link::Down { since, .. } = link { *since } else { Timestamp::now() };
                let down = Link::Down { since, why: why.into(), retry_at: Some(retry_at) };
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

    fn lines(&mut self, kind: Kind, lines: &[u8]) -> Result<Option<String>, Failure> {
        let mut newest = None;
        for line in String::from_utf8_lossy(lines).lines().filter(|line| !line.trim().is_empty()) {
            let event = Event::read(line).map_err(|error| Failure::Unreadable(format!("an event cannot be read: {error}")))?;
            let (changed, version) = match event {
                Event::Applied { object, version } => (self.store.apply(kind, object), version),
                Event::Deleted { object, version } => (self.store.delete(kind, object), version),
                Event::Bookmark { version } => (Ok(Change::Same), version),
                Event::Refused(refusal) => return Err(Failure::Refused(refusal)),
            };
            newest = Some(version.into_owned());
            match changed {
                Ok(change) => self.changed |= change == Change::Different,
                Err(problem) => {
                    self.store.problem(problem);
                    self.changed = true;
                }
            }
        }
        Ok(newest)
    }
}

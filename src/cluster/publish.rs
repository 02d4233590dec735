//! What the streams read becomes snapshots: one thread owns the store, takes what arrives in order, and publishes calmly.
//!
//! Reading JSON happens here and nowhere else, so it holds up neither the network nor the screen. At most four snapshots a
//! second are published, and only when a reader would see a difference: an equal object wakes nobody. It knows nothing of
//! requests; the streams say how their lists are.

use super::event::Event;
use super::failure::Failure;
use crate::snapshot::{Change, Kind, Link, Measurement, Snapshot, State, Store, Text};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
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
    Page {
        kind: Kind,
        body: Bytes,
        read: oneshot::Sender<Result<(), Failure>>,
    },
    Finish(Kind),
    Lines {
        kind: Kind,
        lines: Bytes,
        read: oneshot::Sender<Result<Option<String>, Failure>>,
    },
    State(Kind, State),
    Outage {
        failure: Failure,
        retry_at: Timestamp,
    },
    LoggingIn(Text),
    /// With how far the clock of the server is ahead.
    Answered(Option<SignedDuration>),
    Version(String),
    Measured(Arc<[Measurement]>),
}

/// Where the streams put what they read. Every call waits while the reader is busy.
#[derive(Clone)]
pub(super) struct Facts {
    words: mpsc::Sender<Word>,
    installed: Arc<watch::Sender<u64>>,
}

impl Facts {
    /// Starts the thread that owns `store`. It ends when the last handle is dropped.
    pub(super) fn publish(store: Store, to: watch::Sender<Arc<Snapshot>>, every: Duration) -> io::Result<Self> {
        let (words, waiting) = mpsc::channel(WAITING);
        let clock = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let reader = Reader::new(store);
        let installed = Arc::clone(&reader.installed);
        std::thread::Builder::new().name("facts".to_owned()).spawn(move || clock.block_on(reader.run(waiting, &to, every)))?;
        Ok(Self { words, installed })
    }

    async fn tell(&self, word: Word) {
        // Without a reader the session is over and nobody listens.
        let _ = self.words.send(word).await;
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

    /// Waits until something is installed or changed: a kind that was absent may be there.
    pub(super) async fn installed(&self) {
        let _ = self.installed.subscribe().changed().await;
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

    /// The server cannot be asked.
    pub(super) async fn outage(&self, failure: Failure, retry_at: Timestamp) {
        self.tell(Word::Outage { failure, retry_at }).await;
    }

    /// The first login waits for that credential plugin.
    pub(super) async fn logging_in(&self, plugin: &str) {
        self.tell(Word::LoggingIn(plugin.into())).await;
    }

    /// The server answers, and its clock is so far ahead, where that is worth a word.
    pub(super) async fn answered(&self, ahead: Option<SignedDuration>) {
        self.tell(Word::Answered(ahead)).await;
    }

    /// What probes measured.
    pub(super) async fn measured(&self, measured: Arc<[Measurement]>) {
        self.tell(Word::Measured(measured)).await;
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
    /// When something was heard last, by kind.
    heard: [Timestamp; Kind::ALL.len()],
    /// Counts the news about which kinds are installed.
    installed: Arc<watch::Sender<u64>>,
}

impl Reader {
    fn new(store: Store) -> Self {
        let (listed, heard) = ([0; Kind::ALL.len()], [Timestamp::UNIX_EPOCH; Kind::ALL.len()]);
        Self { store, changed: true, listed, heard, installed: Arc::default() }
    }

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
                self.news_of(kind);
            }
            Word::Lines { kind, lines, read } => {
                self.heard[kind as usize] = Timestamp::now();
                let _ = read.send(self.lines(kind, &lines));
            }
            Word::State(kind, state) => {
                self.heard[kind as usize] = Timestamp::now();
                let source = self.store.source_mut(kind);
                self.changed |= source.state != state;
                source.state = state;
            }
            Word::Outage { failure, retry_at } => self.outage(&failure, retry_at),
            Word::LoggingIn(plugin) => {
                let link = self.store.link_mut();
                if let Link::Connecting { since } = *link {
                    *link = Link::LoggingIn { since, plugin };
                    self.changed = true;
                }
            }
            Word::Answered(ahead) => {
                self.changed |= self.store.set_clock_ahead(ahead) == Change::Different;
                let link = self.store.link_mut();
                self.changed |= *link != Link::Up;
                *link = Link::Up;
            }
            Word::Measured(measured) => self.changed |= self.store.set_measured(measured) == Change::Different,
            Word::Version(version) => {
                self.store.set_server_version(&version);
                self.changed = true;
            }
        }
    }

    /// The cluster cannot be asked. Watches that nobody closed hear nothing either, so no list is current any more.
    fn outage(&mut self, failure: &Failure, retry_at: Timestamp) {
        let (why, retry_at) = (Text::from(failure.why()), Some(retry_at));
        let link = self.store.link_mut();
        let since = match link {
            Link::Down { since, .. } | Link::LoggedOut { since, .. } => *since,
            _ => Timestamp::now(),
        };
        let down = match failure {
            Failure::Credential(_) => Link::LoggedOut { since, why: why.clone(), retry_at },
            _ => Link::Down { since, why: why.clone(), retry_at },
        };
        self.changed |= *link != down;
        *link = down;
        for kind in Kind::ALL {
            let source = self.store.source_mut(kind);
            if source.state == State::Live {
                source.state = State::Stale { since: self.heard[kind as usize], why: why.clone(), retry_at };
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

    fn news_of(&self, kind: Kind) {
        if kind == Kind::Crd {
            self.installed.send_modify(|news| *news += 1);
        }
    }

    fn lines(&mut self, kind: Kind, lines: &[u8]) -> Result<Option<String>, Failure> {
        let mut newest = None;
        for line in String::from_utf8_lossy(lines).lines().filter(|line| !line.trim().is_empty()) {
            let event = Event::read(line).map_err(|error| Failure::Unreadable(format!("an event cannot be read: {error}")))?;
            let (changed, version) = match event {
                Event::Applied { object, version } => {
                    self.news_of(kind);
                    (self.store.apply(kind, object), version)
                }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Origin;

    fn live() -> Reader {
        let store = Store::new(Origin::Live { context: "c".into() });
        let mut reader = Reader::new(store);
        for kind in Kind::ALL {
            reader.take(Word::State(kind, State::Live));
        }
        reader
    }

    #[test]
    fn while_the_server_is_silent_no_list_is_live_even_if_its_watch_still_stands() {
        let mut reader = live();
        let retry_at = Timestamp::now();
        reader.take(Word::Outage { failure: Failure::Silent("no answer, 10.0.0.1:6443".to_owned()), retry_at });
        let now = reader.store.snapshot(retry_at);
        assert!(matches!(&now.link, Link::Down { why, .. } if why == "no answer, 10.0.0.1:6443"));
        for (kind, source) in now.sources.iter() {
            let State::Stale { since, .. } = source.state else { panic!("{} is {:?}", kind.name(), source.state) };
            assert_eq!(since, reader.heard[kind as usize], "as old as what was heard last");
        }
    }

    #[test]
    fn a_plugin_that_fails_is_a_login_that_ended_and_not_a_silent_server() {
        let mut reader = live();
        let words = "The credential plugin wants an answer. Leave, log in, come back.";
        reader.take(Word::Outage { failure: Failure::Credential(words.to_owned()), retry_at: Timestamp::now() });
        let now = reader.store.snapshot(Timestamp::now());
        assert!(matches!(&now.link, Link::LoggedOut { why, .. } if why == words));
        assert!(!now.sources.is_live(Kind::Pod));
    }
}

//! The loop around the model: keys, snapshots, answers and ticks in, frames and effects out.
//!
//! It draws only what changed, at most 30 times a second, and sleeps while nothing ages. The first frame comes before anything
//! is read or connected.

use super::export::Render;
use super::model::{Access, Model, Mouse};
use super::msg::{Editing, Effect, Facts, Generation, Msg, World};
use super::screens::{draft, reach, why};
use super::terminal::Screen;
use super::theme::{Environment, Ground, Theme};
use super::update::update;
use super::view::view;
use super::{editor, ground, history, keymap};
use crate::catalog::Catalog;
use crate::record::Record;
use crate::session::{self, Place, Session};
use crate::timeline::Change;
use anyhow::{Context as _, anyhow};
use crossterm::event::{Event, EventStream};
use futures::StreamExt;
use jiff::Timestamp;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};

/// Shortest time between two frames.
const FRAME: Duration = Duration::from_millis(33);

/// Longest text that goes to the clipboard; terminals drop longer ones silently.
const CLIPBOARD: usize = 74_000;

/// Where a text goes that is too long for the clipboard.
const TOO_LONG: &str = "cnitui-copy.txt";

/// How the dashboard is started.
#[derive(Debug)]
pub struct Options {
    /// The catalogue.
    pub catalog: Arc<Catalog>,
    /// What to look at; none is the catalogue alone.
    pub place: Option<Place>,
    /// `--theme`
    pub theme: Option<String>,
    /// `--ascii`
    pub ascii: bool,
    /// `--no-mouse`
    pub mouse: Mouse,
    /// `--readonly`
    pub access: Access,
    /// `-n`: the namespace whose policies are shown first
    pub namespace: Option<String>,
    /// `--record`
    pub record: Option<PathBuf>,
    /// How exports are rendered.
    pub render: Render,
}

/// Runs the dashboard until the user leaves. Errors: an unknown theme, no terminal.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let opened =
        options.record.as_deref().map(|file| Record::open(file).with_context(|| file.display().to_string())).transpose()?;
    let environment = Environment::read();
    let theme = Theme::choose(options.theme.as_deref(), options.ascii, &environment).map_err(|why| anyhow!(why))?;
    // Before the terminal is taken: from then on nothing may end us without giving it back.
    let signals = Signals::new()?;
    let screen =
        Screen::take(options.mouse).context("the dashboard needs a terminal; `cnitui --help` lists what works without")?;
    let size = screen.size()?;
    let mut model = Model::new(options.catalog, theme, (size.0.into(), size.1.into()), Timestamp::now());
    (model.access, model.environment) = (options.access, environment);
    let (answers, answered) = unbounded_channel();
    (model.record, model.policies.filter) =
        (options.record, options.namespace.map(|name| format!("ns:{name}")).unwrap_or_default());
    let record = opened.map(|(record, past)| {
        model.past = past.into();
        record
    });
    let (recorded, render) = ((Generation::default(), 0), options.render);
    let mut app = App { model, screen, session: None, answers, record, recorded, render };
    if options.place.is_some() {
        app.model.open_on_cluster();
    }
    app.draw()?;
    app.adapt(options.theme.as_deref(), options.ascii)?;
    app.start(options.place)?;
    app.run(answered, signals).await
}

struct App {
    model: Model,
    screen: Screen,
    session: Option<Session>,
    answers: UnboundedSender<Msg>,
    /// Where changes are kept.
    record: Option<Record>,
    /// Of which place, and up to which number, they are.
    recorded: (Generation, usize),
    render: Render,
}

/// What is done after an effect.
#[derive(PartialEq)]
enum Next {
    Go,
    Suspend,
    Edit(Editing),
    Quit,
}

/// What ended the wait.
enum Wake {
    Terminal(Option<io::Result<Event>>),
    Snapshot,
    Answer(Msg),
    Tick,
    Frame,
    Signal(i32),
}

impl App {
    async fn run(mut self, mut answered: UnboundedReceiver<Msg>, mut signals: Signals) -> anyhow::Result<()> {
        let mut keys = EventStream::new();
        let (mut drawn, mut dirty) = (Instant::now(), true);
        loop {
            let tick = self.model.next_tick().map(|after| Instant::now() + after);
            let wake = tokio::select! {
                event = keys.next() => Wake::Terminal(event),
                () = changed(&mut self.session) => Wake::Snapshot,
                Some(answer) = answered.recv() => Wake::Answer(answer),
                () = until(tick) => Wake::Tick,
                () = sleep_until(drawn + FRAME), if dirty => Wake::Frame,
                signal = signals.next() => Wake::Signal(signal),
            };
            let msg = match wake {
                Wake::Frame => {
                    self.draw()?;
                    (drawn, dirty) = (Instant::now(), false);
                    continue;
                }
                Wake::Signal(signal) => self.killed(signal),
                // The terminal is gone.
                Wake::Terminal(None | Some(Err(_))) => return Ok(()),
                Wake::Terminal(Some(Ok(event))) => message(event),
                Wake::Answer(answer) => Some(answer),
                Wake::Tick => None,
                Wake::Snapshot => self.snapshot(),
            };
            dirty = true;
            match self.feed(msg)? {
                Next::Go => {}
                Next::Quit => return self.close(),
                Next::Edit(editing) => {
                    drop(keys);
                    let edited = editor::edit(&mut self.screen, editing);
                    keys = EventStream::new();
                    self.answers.send(Msg::Edited(edited))?;
                }
                Next::Suspend => {
                    // Two readers of one terminal steal each other's keys.
                    drop(keys);
                    if let Err(error) = self.screen.suspend() {
                        self.model.notice = Some((format!("Could not suspend: {error}"), self.model.now));
                    }
                    keys = EventStream::new();
                }
            }
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        let model = &self.model;
        self.screen.draw(|buffer| view(model, buffer))
    }

    /// Takes the theme for the background that the terminal tells, where nobody chose one and it makes a difference.
    fn adapt(&mut self, flag: Option<&str>, ascii: bool) -> anyhow::Result<()> {
        let all = Environment { ground: Some(Ground::Dark), ..self.model.environment.clone() };
        if Theme::choose(flag, ascii, &all).is_ok_and(|most| most.depth == self.model.theme.depth) {
            return Ok(());
        }
        let (ground, typed) = ground::ask();
        self.model.environment.ground = ground;
        if let Ok(theme) = Theme::choose(flag, ascii, &self.model.environment) {
            self.model.theme = theme;
        }
        for key in typed.chars().filter(|c| !c.is_control()).filter_map(|c| keymap::key(&c.to_string())) {
            self.answers.send(Msg::Key(key))?;
        }
        Ok(())
    }

    fn start(&mut self, place: Option<Place>) -> anyhow::Result<()> {
        let answers = self.answers.clone();
        tokio::task::spawn_blocking(move || answers.send(Msg::Recalled(history::read())));
        place.map_or(Ok(()), |place| self.open(place))
    }

    /// Looks at a place. What it knows already is no change that would be told later.
    fn open(&mut self, place: Place) -> anyhow::Result<()> {
        if let Place::Live { kubeconfig, .. } = &place {
            self.model.kubeconfig.clone_from(kubeconfig);
        }
        self.session = Some(session::open(place, &self.model.catalog));
        let first = self.snapshot();
        self.feed(first).map(drop)
    }

    /// Takes the time and a message in, and carries out what follows.
    fn feed(&mut self, msg: Option<Msg>) -> anyhow::Result<Next> {
        let mut effects = update(&mut self.model, Msg::Tick(Timestamp::now()));
        if let Some(msg) = msg {
            effects.extend(update(&mut self.model, msg));
        }
        for effect in effects {
            let next = self.perform(effect)?;
            if next != Next::Go {
                self.keep();
                return Ok(next);
            }
        }
        self.keep();
        Ok(Next::Go)
    }

    /// Appends what changed to the record. What cannot be written is told, and nothing more is tried.
    fn keep(&mut self) {
        let (Some(record), Some(since)) = (&mut self.record, self.model.arrivals.since) else { return };
        let arrivals = &self.model.arrivals;
        if self.recorded.0 != self.model.generation || self.recorded.1 < arrivals.first {
            self.recorded = (self.model.generation, arrivals.first);
        }
        let new = arrivals.timeline.newest().take_while(|(number, _)| *number >= self.recorded.1);
        let mut new: Vec<Change> = new.map(|(_, change)| change.clone()).collect();
        new.reverse();
        self.recorded.1 = arrivals.timeline.seen();
        if let Err(why) = record.add(self.model.world.snapshot.origin.name(), since, &new) {
            self.record = None;
            self.model.notice = Some((format!("Changes are no longer recorded: {why}."), self.model.now));
        }
    }

    fn perform(&mut self, effect: Effect) -> anyhow::Result<Next> {
        match effect {
            Effect::Quit => return Ok(Next::Quit),
            Effect::Suspend => return Ok(Next::Suspend),
            Effect::Edit(editing) => return Ok(Next::Edit(editing)),
            Effect::Redraw => self.screen.redraw()?,
            Effect::Assess(generation, facts, before) => self.assess(generation, facts, before),
            Effect::Explain(generation, world, question) => {
                let (catalog, answers) = (self.model.catalog.clone(), self.answers.clone());
                tokio::task::spawn_blocking(move || {
                    answers.send(Msg::Explained(generation, why::explained(world, question, &catalog)))
                });
            }
            Effect::Look(generation, asked, before) => {
                let (catalog, answers) = (self.model.catalog.clone(), self.answers.clone());
                tokio::task::spawn_blocking(move || {
                    let sight = reach::Sight::of(asked, before.as_deref(), &catalog);
                    answers.send(Msg::Looked(generation, Arc::new(sight)))
                });
            }
            Effect::Compare(generation, asked) => {
                let (catalog, answers) = (self.model.catalog.clone(), self.answers.clone());
                tokio::task::spawn_blocking(move || {
                    answers.send(Msg::Compared(generation, Arc::new(draft::compared(asked, &catalog))))
                });
            }
            Effect::Open(_, place) => self.open(place)?,
            Effect::Again(_) => {
                if let Some(session) = &self.session {
                    session.retry_now();
                }
            }
            Effect::Contexts(kubeconfig) => {
                let answers = self.answers.clone();
                tokio::task::spawn_blocking(move || answers.send(Msg::Contexts(session::contexts(kubeconfig.as_deref()))));
            }
            Effect::Copy(text) => self.copy(&text)?,
            Effect::Write(file, text) => {
                let answers = self.answers.clone();
                tokio::task::spawn_blocking(move || answers.send(Msg::Notice(written(&file, &text))));
            }
            Effect::Export(file, export) => {
                let (catalog, answers, render) = (self.model.catalog.clone(), self.answers.clone(), self.render);
                tokio::task::spawn_blocking(move || {
                    let told = render(&catalog, &export).map_or_else(|why| why, |text| written(&file, &text));
                    answers.send(Msg::Notice(told))
                });
            }
            Effect::Remember(filters) => {
                // A filter that cannot be kept for the next run is still there in this one.
                tokio::task::spawn_blocking(move || drop(history::write(&filters)));
            }
        }
        Ok(Next::Go)
    }

    fn assess(&self, generation: Generation, facts: Facts, before: World) {
        let (catalog, answers) = (self.model.catalog.clone(), self.answers.clone());
        tokio::task::spawn_blocking(move || answers.send(Msg::World(generation, World::after(&before, facts.0, &catalog))));
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        let told = if text.len() <= CLIPBOARD {
            self.screen.copy(text)?;
            format!("Copied {} characters.", text.chars().count())
        } else {
            match std::fs::write(TOO_LONG, text) {
                Ok(()) => format!("Too long for the terminal: saved to {TOO_LONG}."),
                Err(why) => format!("Too long for the terminal, and {TOO_LONG} cannot be written: {why}."),
            }
        };
        update(&mut self.model, Msg::Notice(told));
        Ok(())
    }

    fn snapshot(&mut self) -> Option<Msg> {
        let session = self.session.as_mut()?;
        let snapshot = session.snapshots.borrow_and_update().clone();
        Some(Msg::Snapshot(self.model.generation, Facts(snapshot)))
    }

    /// Says in the record that nobody watches from here on.
    fn close(&mut self) -> anyhow::Result<()> {
        self.record.take().map_or(Ok(()), |mut record| Ok(record.close(Timestamp::now())?))
    }

    /// Ends as the signal would have ended us, with the terminal given back.
    fn killed(mut self, signal: i32) -> ! {
        // Nobody is left who could be told that it cannot be written.
        let _ = self.close();
        drop(self);
        std::process::exit(128 + signal);
    }
}

/// Puts text into a new file; what came of it. A file that is there already is left alone: no key destroys.
fn written(file: &Path, text: &str) -> String {
    let put = File::create_new(file).and_then(|mut new| new.write_all(text.as_bytes()));
    match put {
        Ok(()) => format!("Saved to {}.", file.display()),
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {
            format!("{} is there already, and was left as it is. Name another file.", file.display())
        }
        Err(why) => format!("{} cannot be written: {why}.", file.display()),
    }
}

fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => Some(Msg::Key(key)),
        Event::Mouse(mouse) => Some(Msg::Mouse(mouse)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        Event::FocusGained | Event::FocusLost => None,
    }
}

/// Waits for a new snapshot; for ever where there is no session or it has ended.
async fn changed(session: &mut Option<Session>) {
    if let Some(session) = session
        && session.snapshots.changed().await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

async fn until(then: Option<Instant>) {
    match then {
        Some(then) => sleep_until(then).await,
        None => std::future::pending().await,
    }
}

/// The signals that end a program without asking it.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, hang_up: signal(SignalKind::hangup())? })
    }

    /// The number of the next one.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.terminate.recv() => 15,
            _ = self.hang_up.recv() => 1,
        }
    }
}

//! The binary in a terminal of its own: it starts, answers keys, follows the size, and gives the terminal back.

#![allow(clippy::unwrap_used, reason = "a test that meets what it does not expect stops there")]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What the slowest machine may need.
const PATIENCE: Duration = Duration::from_secs(30);

struct Terminal {
    screen: Arc<Mutex<vt100::Parser>>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _home: tempfile::TempDir,
}

impl Terminal {
    fn start(arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let pair = native_pty_system().openpty(size(24, 80)).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_cnitui"));
        command.args(arguments);
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")] {
            command.env(name, value);
        }
        command.env("HOME", home.path());
        command.cwd(home.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(nonzero(24), nonzero(80), 0)));
        let mut output = pair.master.try_clone_reader().unwrap();
        let drawn = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                drawn.lock().unwrap().process(&bytes[..count]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { screen, master: pair.master, keys, child, _home: home }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    fn wait_for(&self, words: &str) {
        self.wait_until(words, |text| text.contains(words));
    }

    fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !holds(&self.text()) {
            assert!(Instant::now() < until, "no {what} in:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn resize(&self, rows: u16, columns: u16) {
        self.screen.lock().unwrap().screen_mut().set_size(nonzero(rows), nonzero(columns));
        self.master.resize(size(rows, columns)).unwrap();
    }

    /// Waits for the end; the terminal must be as it was.
    fn end(mut self) -> u32 {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "still running:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        };
        std::thread::sleep(Duration::from_millis(100));
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was left");
        assert!(!screen.hide_cursor(), "the cursor is there again");
        assert!(!screen.bracketed_paste(), "pasting is as it was");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is the terminal's");
        status.exit_code()
    }
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn nonzero(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

#[test]
fn contexts_are_chosen_from_the_kubeconfig_that_was_named() {
    let named = tempfile::NamedTempFile::new().unwrap();
    let text = "{current-context: far-away, contexts: [{name: far-away, context: {cluster: nowhere}}, {name: near-by}]}";
    std::fs::write(named.path(), text).unwrap();
    let mut terminal = Terminal::start(&["--kubeconfig", named.path().to_str().unwrap()]);
    terminal.wait_for("nowhere");
    terminal.press("@");
    terminal.wait_for("near-by");
}

#[test]
fn it_starts_answers_keys_and_leaves_by_q() {
    let mut terminal = Terminal::start(&["--demo"]);
    terminal.wait_for("Cluster › crash-loop");
    terminal.press("1");
    terminal.wait_for("Providers");
    terminal.press("/");
    terminal.wait_for("esc clear");
    terminal.press("weave");
    terminal.wait_for("/weave");
    terminal.press("\r");
    terminal.press("\r");
    terminal.wait_for("Matrix › Weave Net");
    terminal.press("q");
    terminal.wait_for("Providers");
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn it_follows_the_size_down_to_nothing_and_up_again() {
    let mut terminal = Terminal::start(&["--demo"]);
    terminal.wait_for("Cluster › crash-loop");
    terminal.resize(14, 52);
    terminal.wait_for("cnitui needs 60x16");
    terminal.resize(36, 120);
    terminal.wait_for("IDENTITY");
    terminal.press("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn ctrl_c_leaves_from_anywhere() {
    let mut terminal = Terminal::start(&["--demo", "--no-mouse"]);
    terminal.wait_for("Cluster › crash-loop");
    terminal.press("?");
    terminal.wait_for("type to search");
    terminal.press("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_signal_gives_the_terminal_back_too() {
    let terminal = Terminal::start(&["--demo"]);
    terminal.wait_for("Cluster › crash-loop");
    let id = terminal.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    assert_eq!(terminal.end(), 143);
}

#[test]
fn keys_are_read_after_a_suspension_as_before() {
    let mut terminal = Terminal::start(&["--demo"]);
    terminal.wait_for("Cluster › crash-loop");
    terminal.press("\u{1a}");
    // Without a shell that controls jobs nothing stops: what counts is that the terminal is taken again and keys arrive.
    let id = terminal.child.process_id().unwrap().to_string();
    std::thread::sleep(Duration::from_millis(300));
    let _ = std::process::Command::new("kill").args(["-s", "CONT", &id]).status();
    terminal.press("?");
    terminal.wait_for("type to search");
    terminal.press("\u{3}");
    assert_eq!(terminal.end(), 0);
}

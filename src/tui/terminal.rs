//! What is done to the terminal, and undone again whatever happens: on leaving, on suspending, on a panic in any task.
//!
//! A panic anywhere ends the program: half a dashboard that goes on drawing tells less than a crash report.

use super::model::Mouse;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use std::backtrace::Backtrace;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Stdout, Write};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// Exit status after a panic.
const FAILED: i32 = 101;

/// Name of the crash report.
const REPORT: &str = "cnitui-crash.txt";

/// So many reports are kept in a folder.
const MOST_REPORTS: usize = 10;

/// The terminal while it is ours. Dropping it gives it back.
pub(crate) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    mouse: Mouse,
}

impl Screen {
    /// Takes the terminal. From here on a panic restores it, writes a report and ends the program.
    pub(crate) fn take(mouse: Mouse) -> io::Result<Self> {
        // Without this crossterm answers NO_COLOR with a reset that undoes bold and reverse as well; the theme has no
        // colours then anyhow.
        crossterm::style::force_color_output(true);
        std::panic::set_hook(Box::new(crash));
        enter(mouse)?;
        Ok(Self { terminal: blank()?, mouse })
    }

    /// Columns and rows.
    pub(crate) fn size(&self) -> io::Result<(u16, u16)> {
        self.terminal.size().map(|size| (size.width, size.height))
    }

    /// Draws a frame: what changed since the last one.
    pub(crate) fn draw(&mut self, picture: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| picture(frame.buffer_mut()))?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        Write::flush(self.terminal.backend_mut())
    }

    /// Forgets what is on the terminal, so that the next frame draws all of it.
    pub(crate) fn redraw(&mut self) -> io::Result<()> {
        execute!(io::stdout(), Clear(ClearType::All))?;
        // `Terminal::clear` would ask where the cursor is, and not every terminal answers in time.
        self.terminal = blank()?;
        Ok(())
    }

    /// Gives the terminal back until the shell continues us. Nobody may read keys meanwhile.
    pub(crate) fn suspend(&mut self) -> io::Result<()> {
        restore();
        // The whole job stops, as it does when the terminal itself sees ctrl-z; std has no way to raise a signal.
        let stopped = Command::new("kill").args(["-s", "TSTP", "0"]).status();
        enter(self.mouse)?;
        self.redraw()?;
        stopped.map(drop)
    }

    /// Gives the terminal to a program until that ends. Nobody may read keys meanwhile.
    pub(crate) fn lend(&mut self, program: &mut Command) -> io::Result<ExitStatus> {
        restore();
        let ended = program.status();
        enter(self.mouse)?;
        self.redraw()?;
        ended
    }

    /// Puts text on the clipboard by OSC 52. Whether it arrived, no terminal says.
    pub(crate) fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
        drop(std::panic::take_hook());
    }
}

/// Columns of the terminal, if there is one.
pub fn columns() -> Option<usize> {
    crossterm::terminal::size().ok().map(|(columns, _)| columns.into()).filter(|columns| *columns > 0)
}

/// A terminal of which nothing is known yet. One write a frame: no tearing over a slow line.
fn blank() -> io::Result<Terminal<CrosstermBackend<BufWriter<Stdout>>>> {
    Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, io::stdout())))
}

fn enter(mouse: Mouse) -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    if mouse == Mouse::Ours {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back. Errors mean that it is gone, and nobody is left to tell.
fn restore() {
    let _ = execute!(io::stdout(), DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

fn crash(info: &PanicHookInfo<'_>) {
    restore();
    let report = report(info, &Backtrace::force_capture());
    match [Some(PathBuf::from(".")), state()].into_iter().flatten().find_map(|folder| save(&folder, &report)) {
        Some(path) => eprintln!("cnitui failed. The report is in {}.", path.display()),
        None => eprintln!("cnitui failed.\n{report}"),
    }
    std::process::exit(FAILED);
}

/// What a crash report says.
fn report(info: &PanicHookInfo<'_>, backtrace: &Backtrace) -> String {
    let payload = info.payload();
    let words = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let words = words.unwrap_or("no words");
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
    format!(
        "cnitui {} failed at {place}, thread {thread}:\n{words}\n\nPlease report this with the steps that led here.\n\n{backtrace}\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// The folder of the user's own state, as the XDG base directory specification has it. Never one that others may write to.
fn state() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_STATE_HOME").filter(|folder| Path::new(folder).is_absolute());
    let folder = folder.map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".local/state")))?.join("cnitui");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder)
}

/// Writes a report that only the user may read. What is there already, a link of somebody else's perhaps, is not followed and
/// not written over.
fn save(folder: &Path, report: &str) -> Option<PathBuf> {
    let names = (1..MOST_REPORTS).map(|nth| format!("cnitui-crash-{nth}.txt"));
    let (path, mut file) = std::iter::once(REPORT.to_owned()).chain(names).find_map(|name| {
        let path = folder.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).ok().map(|file| (path, file))
    })?;
    file.write_all(report.as_bytes()).ok()?;
    Some(path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_crash_report_says_what_happened_where() {
        static REPORTED: Mutex<String> = Mutex::new(String::new());
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(|info| *REPORTED.lock().unwrap() = report(info, &Backtrace::disabled())));
        let failed = std::thread::Builder::new().name("assess".into()).spawn(|| panic!("no node has a name")).unwrap().join();
        std::panic::set_hook(before);
        assert!(failed.is_err());
        let text = REPORTED.lock().unwrap().clone();
        assert!(text.contains("no node has a name"), "{text}");
        assert!(text.contains("src/tui/terminal.rs"), "{text}");
        assert!(text.contains("thread assess"), "{text}");
    }

    #[test]
    fn a_crash_report_goes_where_it_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = save(folder.path(), "words").unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "words");
        assert_eq!(save(&folder.path().join("missing"), "words"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_crash_report_is_the_users_own_and_follows_no_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
        symlink(elsewhere.path(), folder.path().join(REPORT)).unwrap();
        let path = save(folder.path(), "words").unwrap();
        assert_eq!(path, folder.path().join("cnitui-crash-1.txt"));
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(elsewhere.path()).unwrap(), "");
    }
}

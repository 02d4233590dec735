//! Flags and subcommands, dispatch, exit status.
//!
//! It reads what the call names, asks the domain, and prints what `report` makes of it. Answers go to standard output, everything
//! else to standard error, one line each. To add a command: a variant in `args`, an arm in `run`.

mod args;
mod catalogue;
mod choose;
mod cluster;
mod policy;
mod probe;
mod reporting;

use crate::report::{self, Answer, Look, Outcome};
use crate::session;
use anyhow::{Context, anyhow};
use args::{Cli, Color, Command, Global, Policy, Probe, RbacPart};
use clap::{CommandFactory, Parser};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => run(&cli),
        Err(error) if error.use_stderr() => Err(anyhow!("{}; cnitui --help lists what there is", first_paragraph(&error))),
        Err(help) => print(&help.render().to_string()).map(|()| Outcome::Well),
    };
    match done {
        Ok(outcome) => ExitCode::from(outcome as u8),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format!("{error:#}"));
            ExitCode::from(Outcome::Untold as u8)
        }
    }
}

/// What clap says first, without its `error: ` and its advice, on one line.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines = text.trim_start_matches("error: ").lines().take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

fn run(cli: &Cli) -> anyhow::Result<Outcome> {
    let global = &cli.global;
    match &cli.command {
        Some(_) if cli.record.is_some() => {
            Err(anyhow!("--record is for what is watched: the dashboard, or status --watch --record FILE"))
        }
        command if global.namespace.is_some() && !shows_namespaces(command.as_ref()) => Err(anyhow!(
            "-n narrows what is shown of a cluster to a namespace, and this shows nothing by namespace; leave it out"
        )),
        None if global.output != report::Format::Table => {
            Err(anyhow!("-o is how a command answers, and there is none; name one, such as cnitui status"))
        }
        None => cluster::dashboard(global, cli.record.as_deref()),
        Some(Command::Providers(asked)) => catalogue::providers(global, asked),
        Some(Command::Compare(asked)) => catalogue::compare(global, asked),
        Some(Command::Choose(asked)) => choose::choose(global, asked),
        Some(Command::Status { watch, record }) => cluster::status(global, *watch, record.as_deref()),
        Some(Command::Report(asked)) => reporting::report(global, asked),
        Some(Command::Timeline { file }) => timeline(global, file),
        Some(Command::Snapshot(asked)) => cluster::snapshot(global, asked),
        Some(Command::Policy(Policy::List)) => cluster::policies(global),
        Some(Command::Policy(Policy::Explain(asked))) => policy::explain(global, asked),
        Some(Command::Policy(Policy::Coverage { dialect })) => policy::coverage(global, dialect),
        Some(Command::Policy(Policy::Lint { rules: true, .. })) => show(&report::rules(), global),
        Some(Command::Policy(Policy::Lint { dialect, rules: false })) => policy::lint(global, dialect),
        Some(Command::Policy(Policy::Connectivity(asked))) => policy::connectivity(global, asked),
        Some(Command::Policy(Policy::Diff(asked))) => policy::diff(global, asked),
        Some(Command::Probe(Probe::Enforcement(asked))) => probe::enforcement(global, asked),
        Some(Command::Probe(Probe::Cleanup)) => probe::cleanup(global),
        Some(Command::Rbac { part: RbacPart::Read }) => print(session::READ_ROLE).map(|()| Outcome::Well),
        Some(Command::Rbac { part: RbacPart::Probe }) => print(session::PROBE_ROLE).map(|()| Outcome::Well),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "cnitui", &mut script);
            print(&String::from_utf8_lossy(&script)).map(|()| Outcome::Well)
        }
        Some(Command::Man { command }) => print(&manual(command)?).map(|()| Outcome::Well),
    }
}

/// `cnitui timeline`
fn timeline(global: &Global, file: &Path) -> anyhow::Result<Outcome> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| name.clone())?;
    let (entries, problems) = crate::timeline::read(&name, &text);
    for problem in &problems {
        complain(format!("{}: {}; skipped", problem.object, problem.message));
    }
    if entries.is_empty() && !problems.is_empty() {
        return Err(anyhow!("{name}: this is no timeline; cnitui --record FILE writes one"));
    }
    show(&report::timeline(&entries, problems, global.namespace.as_deref()), global)
}

/// Whether a command shows what is in namespaces, one or all of them.
const fn shows_namespaces(command: Option<&Command>) -> bool {
    match command {
        None | Some(Command::Status { .. } | Command::Timeline { .. }) => true,
        Some(Command::Policy(policy)) => !matches!(policy, Policy::Explain(_)),
        Some(_) => false,
    }
}

/// The manual page of the program, or of one of its commands.
fn manual(names: &[String]) -> anyhow::Result<String> {
    let mut root = Cli::command();
    root.build();
    let mut command = &root;
    for name in names {
        command = command.find_subcommand(name).ok_or_else(|| anyhow!("there is no command {name}; cnitui --help lists them"))?;
    }
    // What is said behind the options would stand under a heading that says nothing.
    let status = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone().after_help(clap::builder::Resettable::Reset)).render(&mut page)?;
    let rest = if status.is_empty() { String::new() } else { format!(".SH NOTES\n{}\n", status.replace("\n\n", "\n.PP\n")) };
    Ok(String::from_utf8_lossy(&page).into_owned() + &rest)
}

/// Prints an answer in the format that was asked for.
fn show<D: Serialize>(answer: &Answer<D>, global: &Global) -> anyhow::Result<Outcome> {
    print(&rendered(answer, global)?)?;
    Ok(answer.outcome)
}

fn rendered<D: Serialize>(answer: &Answer<D>, global: &Global) -> anyhow::Result<String> {
    let colour = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let width = if io::stdout().is_terminal() { columns() } else { None };
    Ok(report::write(answer, global.output, Look { colour, ascii: global.ascii, width })?)
}

/// Columns of the terminal that answers go to.
#[cfg(feature = "tui")]
fn columns() -> Option<usize> {
    crate::tui::columns()
}

/// Nothing in this build asks terminals.
#[cfg(not(feature = "tui"))]
fn columns() -> Option<usize> {
    None
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    Ok(out.write_all(text.as_bytes()).and_then(|()| out.flush())?)
}

/// Says something to people, on one line.
fn complain(message: impl AsRef<str>) {
    // There is nobody to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "cnitui: {}", crate::snapshot::clean(message.as_ref()));
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

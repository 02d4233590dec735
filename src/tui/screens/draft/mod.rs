//! Draft: policies from files laid over what is seen: what would close, what would open, before anything is applied.
//!
//! Files are read and compared away from the drawing thread: `asking` says what has to be asked for what is shown to be of these
//! facts and of what the files hold since they were edited last. Nothing here writes to a cluster.

mod draw;

pub(crate) use draw::{draw, pane, title};

use super::{Screen, cluster};
use crate::catalog::Catalog;
use crate::policy::{self, Difference, Party, PolicyRef, PortSet, Reach, What};
use crate::present::{dialect_here, party_title, policy_yaml, port_words};
use crate::session;
use crate::snapshot::{Problem, Protocol};
use crate::tui::action::Action;
use crate::tui::cursor::Cursor;
use crate::tui::model::Model;
use crate::tui::msg::{Editing, Effect, World};
use crate::tui::popups::{List, ListKind, Popup};
use crate::tui::screens::why;
use std::path::PathBuf;
use std::sync::Arc;
use tui_input::Input;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The facts.
    pub world: World,
    /// The files that are laid over them, in that order.
    pub files: Vec<PathBuf>,
    /// How often they were edited.
    pub edition: u32,
}

/// What was asked, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was asked.
    pub asked: Asked,
    /// What would change, or why that is not known.
    pub found: Result<Found, String>,
}

/// What would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Who is concerned.
    pub parties: Vec<Party>,
    /// What closes, then what opens, then what cannot be told.
    pub rows: Vec<Row>,
    /// What is wrong with the files, and what of them was skipped.
    pub problems: Vec<Problem>,
    /// The files as they are written.
    pub texts: Vec<String>,
}

/// What becomes of some ports between two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What.
    pub turn: Turn,
    /// Who calls, a place in [`Found::parties`].
    pub from: u32,
    /// Who is called.
    pub to: u32,
    /// Where.
    pub ports: PortSet,
    /// Whether who calls can no longer resolve names.
    pub breaks_names: bool,
}

/// What a draft does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It closes for sure.
    Closes,
    /// It opens for sure.
    Opens,
    /// It may do either.
    Unknown,
}

impl Turn {
    const ALL: [Self; 3] = [Self::Closes, Self::Opens, Self::Unknown];
}

/// Which files, and where the user is.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The files.
    pub files: Vec<PathBuf>,
    /// How often they were edited.
    pub edition: u32,
    /// The newest answer.
    pub answer: Option<Arc<Answer>>,
    /// What is being asked: one thing at a time.
    pub asked: Option<Asked>,
    /// The change under the cursor.
    pub cursor: Cursor<usize>,
    /// The screen that it was entered from.
    pub from: Option<Screen>,
}

/// What has to be asked so that the screen shows what the files would change in the newest facts.
pub(in crate::tui) fn asking(model: &mut Model) -> Option<Effect> {
    let state = &mut model.draft;
    if model.screen != Screen::Draft || state.asked.is_some() || state.files.is_empty() {
        return None;
    }
    let asked = Asked { world: model.world.clone(), files: state.files.clone(), edition: state.edition };
    if state.answer.as_ref().is_some_and(|answer| answer.asked == asked) {
        return None;
    }
    state.asked = Some(asked.clone());
    Some(Effect::Compare(model.generation, asked))
}

/// Takes an answer in.
pub(in crate::tui) fn answered(model: &mut Model, answer: Arc<Answer>) {
    (model.draft.asked, model.draft.answer) = (None, Some(answer));
}

/// Lays a file over what is seen, from the screen that is shown.
pub(in crate::tui) fn add(model: &mut Model, file: PathBuf) {
    if !model.draft.files.contains(&file) {
        model.draft.files.push(file);
    }
    model.draft.edition += 1;
    if model.screen != Screen::Draft {
        model.draft.from = Some(model.screen);
    }
    model.show(Screen::Draft);
}

/// Drafts a policy in the user's editor: the one that is shown, or a first one for the namespace under the cursor.
pub(in crate::tui) fn begin(model: &Model) -> Option<Effect> {
    let (kind, namespace, name) = model.policy.key.clone();
    let shown = PolicyRef { kind, namespace, name };
    let known = policy_yaml(&model.world.snapshot, &shown).filter(|_| model.screen == Screen::Policy);
    let (name, text) = if let Some(text) = known {
        (shown.name.to_string(), text)
    } else {
        let namespace = model.screen.namespace(model)?;
        (format!("{namespace}-draft"), first(&namespace))
    };
    Some(Effect::Edit(Editing::New { name, text }))
}

/// A policy to begin with: nobody may call the pods of a namespace.
fn first(namespace: &str) -> String {
    format!(
        "# Nothing is applied: cnitui shows what this would change once you save it and leave the editor.\n\
         apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: draft\n  namespace: {namespace}\n\
         spec:\n  podSelector: {{}}\n  policyTypes: [Ingress]\n  ingress: []\n"
    )
}

/// Reads the files and compares. Takes a while in a large cluster.
pub fn compared(asked: Asked, catalog: &Catalog) -> Answer {
    let found = compare(&asked, catalog);
    Answer { asked, found }
}

fn compare(asked: &Asked, catalog: &Catalog) -> Result<Found, String> {
    let draft = session::read_files(&asked.files, catalog)?;
    let read = |file: &PathBuf| std::fs::read_to_string(file).map_err(|why| format!("{}: {why}", file.display()));
    let texts = asked.files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let before = &asked.world.snapshot;
    let after = policy::laid_over(before, &draft);
    let dialect = dialect_here(before, &asked.world.assessment.detection);
    let [was, is] = [before, &after].map(|snapshot| Reach::of(snapshot, &dialect));
    let known = was.problems.iter().collect::<Vec<_>>();
    let own = is.problems.iter().filter(|problem| !known.contains(problem));
    let problems = draft.problems.iter().chain(own).cloned().collect();
    let Difference { parties, changed } = was.difference(&is);
    let is_resolver = |party: &Party| party.is_pods() && resolves(party);
    let mut rows = Vec::new();
    for turn in Turn::ALL {
        for one in &changed {
            let ports = match turn {
                Turn::Closes => one.closes(),
                Turn::Opens => one.opens(),
                Turn::Unknown => one.unknown(),
            };
            let is_names = turn == Turn::Closes && ports.holds(Protocol::Udp, 53);
            let breaks_names = is_names && parties.get(one.to as usize).is_some_and(is_resolver);
            if !ports.is_empty() {
                rows.push(Row { turn, from: one.from, to: one.to, ports, breaks_names });
            }
        }
    }
    rows.sort_by_key(|row| (row.turn, !row.breaks_names));
    Ok(Found { parties, rows, problems, texts })
}

/// Whether a workload resolves names for the cluster, as far as its name tells.
fn resolves(party: &Party) -> bool {
    let name = if let What::Pod(owner) = &party.what { &owner.name } else { &party.name };
    party.namespace == "kube-system" && ["coredns", "kube-dns", "rke2-coredns-rke2-coredns"].contains(&name.as_str())
        || party.namespace == "openshift-dns" && name == "dns-default"
}

/// What would change, if it is known.
fn found(model: &Model) -> Option<&Found> {
    model.draft.answer.as_ref()?.found.as_ref().ok()
}

/// The change under the cursor.
fn chosen(model: &Model) -> Option<&Row> {
    let key = draw::rows(model).get(model.draft.cursor.at)?.key?;
    found(model)?.rows.get(key)
}

/// Both ends of a change.
fn ends<'m>(model: &'m Model, row: &Row) -> Option<[&'m Party; 2]> {
    let parties = &found(model)?.parties;
    Some([parties.get(row.from as usize)?, parties.get(row.to as usize)?])
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Move(motion) => {
            let (rows, height) = (draw::rows(model), draw::height(model));
            let mut cursor = model.draft.cursor.clone();
            cursor.step(motion, rows.len(), height, |row| rows.get(row)?.key);
            model.draft.cursor = cursor;
        }
        Action::Add => {
            let mut list = List::new(ListKind::Palette);
            list.input = Input::new("draft ".to_owned());
            model.popup = Some(Popup::List(list));
        }
        Action::Edit => {
            return model.draft.files.last().map(|file| Effect::Edit(Editing::File(file.clone()))).into_iter().collect();
        }
        Action::Why => {
            let title = |party: &Party| match &party.what {
                What::Addresses(ranges) => ranges.first().map_or_else(String::new, |range| range.from.to_string()),
                _ => party_title(party, 1),
            };
            let question = chosen(model).and_then(|row| ends(model, row)).map(|[from, to]| why::Question {
                from: title(from),
                to: title(to),
                port: String::new(),
            });
            if let Some(question) = question {
                model.why.ask_from(question, Screen::Draft);
                model.show(Screen::Why);
            }
        }
        _ => {}
    }
    Vec::new()
}

pub(crate) fn settle(model: &mut Model) {
    let (rows, height) = (draw::rows(model), draw::height(model));
    let mut cursor = model.draft.cursor.clone();
    cursor.settle(rows.len(), height, 0, |row| rows.get(row)?.key);
    model.draft.cursor = cursor;
}

pub(crate) fn click(model: &mut Model, y: usize) -> Option<Action> {
    let nth = y.checked_sub(draw::top(model)).filter(|nth| *nth < draw::height(model))?;
    let rows = draw::rows(model);
    let mut cursor = model.draft.cursor.clone();
    cursor.put(cursor.first + nth, |row| rows.get(row)?.key);
    model.draft.cursor = cursor;
    None
}

/// Whether a change is under the cursor.
pub(crate) fn has_row(model: &Model) -> bool {
    chosen(model).is_some()
}

/// Whether there is a file to edit.
pub(crate) fn has_file(model: &Model) -> bool {
    !model.draft.files.is_empty()
}

/// The change under the cursor, as text.
pub(crate) fn copy(model: &Model) -> Option<String> {
    let row = chosen(model)?;
    let [from, to] = ends(model, row)?.map(|party| party_title(party, 1));
    let turn = match row.turn {
        Turn::Closes => "closes",
        Turn::Opens => "opens",
        Turn::Unknown => "cannot be told",
    };
    Some(format!("{from} → {to}   {}   {turn}", port_words(&row.ports)))
}

pub(crate) fn command(model: &Model) -> String {
    let files: Vec<String> = model.draft.files.iter().map(|file| cluster::quoted(&file.display().to_string())).collect();
    format!("cnitui policy diff {}{}", files.join(" "), cluster::place(model))
}

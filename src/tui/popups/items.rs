//! The rows of the lists: what each says, what it is found by, and what taking it does.

use super::ListKind;
use crate::catalog::{self, Environment, Kernel};
use crate::policy::parse_ports;
use crate::present::{Role, count};
use crate::session::Place;
use crate::snapshot::{Text, scenes};
use crate::tui::action::Action;
use crate::tui::export::{Export, FORMATS};
use crate::tui::keymap;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::screens::choose::{self, Value};
use crate::tui::screens::why::{Field, PORTS, Question};
use crate::tui::screens::{Screen, matrix};
use std::path::PathBuf;

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it says.
    pub line: Line,
    /// Its key, where it has one.
    pub key: String,
    /// What taking it does.
    pub take: Take,
}

/// What taking a row does.
#[derive(Debug, Clone, PartialEq)]
pub enum Take {
    /// Nothing: it is there to be read.
    Nothing,
    /// What a key does.
    Action(Action),
    /// Look at a place.
    Place(Place),
    /// Show the provider with that id.
    Show(String),
    /// Add the provider with that id to those compared.
    Add(String),
    /// Show or hide the column with that id.
    Column(String),
    /// Ask for a value, or no longer.
    Value(Value),
    /// Copy a text.
    Copy(String),
    /// Put a text into a file.
    Write(PathBuf, String),
    /// Put what is shown into a file.
    Export(PathBuf, Export),
    /// Show the node of that name.
    Node(Text),
    /// Show the policies of a namespace, or those of them that pass a filter.
    Namespace(Text, String),
    /// Lay a file of policies over what is seen.
    Draft(PathBuf),
    /// Show whom a namespace reaches.
    Reach(Text),
    /// Fill in a part of the question about a flow.
    Fill(Field, String),
    /// Ask about a flow.
    Why(Question),
    /// Filter what is shown, or the matrix.
    Filter(String),
    /// Draw with the theme of that name.
    Theme(String),
    /// Leave.
    Quit,
}

impl Item {
    fn new(kind: &str, what: &str, take: Take) -> Self {
        let line =
            if kind.is_empty() { Line::of(what, Role::Text) } else { Line::of(format!("{kind:<12}"), Role::Muted).text(what) };
        Self { line, key: String::new(), take }
    }
}

/// The rows that `query` leaves, best first.
pub(super) fn narrowed(kind: ListKind, model: &Model, query: &str) -> Vec<Item> {
    let mut found = match kind {
        ListKind::Help => return help(model).into_iter().filter(|item| score(item, query).is_some()).collect(),
        ListKind::Palette => palette(model),
        ListKind::Contexts => places(model),
        ListKind::Columns => columns(model),
        ListKind::Providers => addable(model),
        ListKind::Where => places_to_run(model),
        ListKind::Today => runners(model),
        // What is typed there is a value, not a search.
        ListKind::Nodes => return nodes(query),
        ListKind::Kernel => return kernels(model, query),
        ListKind::Record => return saving(model, query),
        ListKind::From => ends(model, Field::From),
        ListKind::To => ends(model, Field::To),
        ListKind::Port => return ports(query),
    };
    let mut ranked: Vec<_> = found.drain(..).filter_map(|item| score(&item, query).map(|score| (score, item))).collect();
    ranked.sort_by_key(|(score, _)| *score);
    let mut items: Vec<_> = ranked.into_iter().map(|(_, item)| item).collect();
    match kind {
        ListKind::Palette => items.splice(0..0, commands(query, model)).for_each(drop),
        ListKind::From | ListKind::To if !query.trim().is_empty() => {
            let field = if kind == ListKind::From { Field::From } else { Field::To };
            items.push(Item::new("as typed", query.trim(), Take::Fill(field, query.trim().to_owned())));
        }
        ListKind::Contexts if query.contains('/') => {
            let home = std::env::var_os("HOME").map(PathBuf::from);
            let below_home = query.strip_prefix("~/").and_then(|rest| Some(home?.join(rest)));
            let path = below_home.unwrap_or_else(|| PathBuf::from(query));
            let place = Place::Live { kubeconfig: Some(path), context: None };
            items.push(Item::new("kubeconfig", query, Take::Place(place)));
        }
        _ => {}
    }
    items
}

/// What an empty list says.
pub(super) fn nothing(kind: ListKind, model: &Model) -> String {
    match (kind, &model.contexts) {
        (ListKind::Contexts, Err(why)) => why.clone(),
        _ => "Nothing matches.".to_owned(),
    }
}

/// How well an item fits: 0 where the words begin so, more the further its letters lie apart; none if they are not all there.
fn score(item: &Item, query: &str) -> Option<usize> {
    let text = format!("{} {}", item.line.plain(), item.key).to_lowercase();
    let wanted = query.trim().to_lowercase();
    if let Some(at) = text.find(&wanted) {
        let begins_word = at == 0 || text[..at].ends_with(' ');
        return Some(usize::from(!begins_word));
    }
    let mut letters = text.char_indices();
    let places: Option<Vec<usize>> =
        wanted.chars().map(|wanted| letters.by_ref().find(|(_, c)| *c == wanted).map(|(at, _)| at)).collect();
    let places = places?;
    Some(2 + places.last()? - places.first()?)
}

/// The keys of the screen that lies beneath, in the order of the help.
pub(super) fn help(model: &Model) -> Vec<Item> {
    let mut items = Vec::new();
    for group in keymap::Group::ALL {
        for binding in keymap::helped(model).filter(|binding| binding.group == group) {
            let works = (binding.when)(model);
            let (take, key, word) = match binding.keys {
                [(_, action), ..] if works => (Take::Action(*action), Role::Accent, Role::Text),
                _ => (Take::Nothing, Role::Muted, Role::Muted),
            };
            let line = Line::of(format!("{:<15}", binding.label()), key).then(binding.help, word);
            items.push(Item { line, key: String::new(), take });
        }
    }
    items
}

fn palette(model: &Model) -> Vec<Item> {
    let mut items = Vec::new();
    let working = keymap::helped(model).filter(|binding| (binding.when)(model) && binding.group != keymap::Group::Move);
    for binding in working {
        if let [(_, action), ..] = binding.keys {
            let item = Item::new("", binding.help, Take::Action(*action));
            items.push(Item { key: binding.label(), ..item });
        }
    }
    items.extend(exports(model, ""));
    items.extend(model.catalog.providers.iter().map(|p| Item::new("provider", &p.name, Take::Show(p.id.clone()))));
    items.extend(
        namespaces(model).map(|name| Item::new("policies", &format!("of {name}"), Take::Namespace(name.clone(), String::new()))),
    );
    items.extend(namespaces(model).map(|name| Item::new("reach", &format!("of {name}"), Take::Reach(name.clone()))));
    items.extend(places(model));
    for name in ["dark", "light", "mono"] {
        items.push(Item::new("theme", name, Take::Theme(name.to_owned())));
    }
    items
}

/// What is typed, read as a command.
fn commands(query: &str, model: &Model) -> Vec<Item> {
    /// Most objects that are offered.
    const MOST: usize = 50;
    if let Some(text) = query.strip_prefix('/').map(str::trim).filter(|text| !text.is_empty()) {
        return vec![Item::new("filter", text, Take::Filter(text.to_owned()))];
    }
    let (word, rest) = query.split_once(' ').unwrap_or((query, ""));
    match (word, rest.trim()) {
        ("export", rest) if !rest.is_empty() => exports(model, rest),
        ("q" | "quit", "") => vec![Item::new("quit", "cnitui", Take::Quit)],
        ("filter", text) if !text.is_empty() => vec![Item::new("filter", text, Take::Filter(text.to_owned()))],
        ("node", part) if !part.is_empty() => {
            let names = model.world.assessment.nodes.iter().map(|node| &node.name).filter(|name| name.contains(part));
            names.take(MOST).map(|name| Item::new("node", name, Take::Node(name.clone()))).collect()
        }
        ("draft", file) if !file.is_empty() => {
            let home = std::env::var_os("HOME").map(PathBuf::from);
            let below_home = file.strip_prefix("~/").and_then(|rest| Some(home?.join(rest)));
            vec![Item::new("draft", file, Take::Draft(below_home.unwrap_or_else(|| PathBuf::from(file))))]
        }
        ("why", flow) => match flow.split_whitespace().collect::<Vec<_>>().as_slice() {
            [from, to, port @ ..] if port.len() < 2 => {
                let question = Question { from: (*from).to_owned(), to: (*to).to_owned(), port: port.concat() };
                vec![Item::new("why", flow, Take::Why(question))]
            }
            _ => Vec::new(),
        },
        ("ns", rest) if !rest.is_empty() => {
            let (part, filter) = rest.split_once('/').unwrap_or((rest, ""));
            let names = namespaces(model).filter(|name| name.contains(part.trim()));
            let item = |name: &Text| {
                let says = if filter.is_empty() { name.to_string() } else { format!("{name}   /{filter}") };
                Item::new("namespace", &says, Take::Namespace(name.clone(), filter.trim().to_owned()))
            };
            names.take(MOST).map(item).collect()
        }
        _ => Vec::new(),
    }
}

/// What is shown as a file: in the format and of the name that are typed, else in each format.
fn exports(model: &Model, typed: &str) -> Vec<Item> {
    let Some(sheet) = model.screen.sheet(model) else { return Vec::new() };
    let here = model.here().map(|here| here.id.clone());
    let (word, file) = typed.split_once(' ').unwrap_or((typed, ""));
    let asked = FORMATS.into_iter().filter(|(short, name, _)| word.is_empty() || word == *short || word == *name);
    let item = |(_, format, end): (&str, &'static str, &str)| {
        let usual = format!("cnitui-{}.{end}", model.screen.tab().top().name().to_lowercase());
        let file = if file.trim().is_empty() { usual.as_str() } else { file.trim() };
        let export = Export { sheet: sheet.clone(), here: here.clone(), format };
        Item::new("export", &format!("{format} to {file}"), Take::Export(PathBuf::from(file), export))
    };
    asked.map(item).collect()
}

fn namespaces(model: &Model) -> impl Iterator<Item = &Text> {
    model.world.assessment.policies.namespaces.iter().map(|row| &row.namespace)
}

fn places(model: &Model) -> Vec<Item> {
    let contexts = model.contexts.iter().flatten().map(|context| {
        let place = Place::Live { kubeconfig: model.kubeconfig.clone(), context: Some(context.name.to_string()) };
        Item::new("context", &context.name, Take::Place(place))
    });
    let demos = scenes().into_iter().map(|(name, _)| Item::new("demo", name, Take::Place(Place::Demo(name.to_owned()))));
    contexts.chain(demos).collect()
}

fn columns(model: &Model) -> Vec<Item> {
    let shown = matrix::column_ids(model);
    let shown_first = shown.iter().filter_map(|id| model.catalog.feature(id));
    let hidden = model.catalog.features.iter().filter(|feature| !shown.contains(&feature.id));
    let item = |feature: &catalog::Feature| {
        let mark = if shown.contains(&feature.id) { "[x] " } else { "[ ] " };
        let line = Line::of(mark, Role::Text).text(format!("{:<34}", feature.title)).muted(matrix::group_title(model, feature));
        Item { line, key: String::new(), take: Take::Column(feature.id.clone()) }
    };
    shown_first.chain(hidden).map(item).collect()
}

fn addable(model: &Model) -> Vec<Item> {
    let others = model.catalog.providers.iter().filter(|provider| !model.compare.ids.contains(&provider.id));
    let take = |id: &str| match model.screen {
        Screen::Compare => Take::Add(id.to_owned()),
        _ => Take::Show(id.to_owned()),
    };
    others.map(|provider| Item::new("", &provider.name, take(&provider.id))).collect()
}

fn places_to_run(model: &Model) -> Vec<Item> {
    let item = |environment: Environment| {
        let mark = if model.choose.is_in(environment) { "[x] " } else { "[ ] " };
        Item::new("", &format!("{mark}{}", environment.title()), Take::Value(Value::In(environment)))
    };
    Environment::ALL.map(item).to_vec()
}

/// Who may run today: whoever is in the cluster, or one that is named.
fn runners(model: &Model) -> Vec<Item> {
    let here = model.here().map_or_else(|| "nobody named".to_owned(), |here| format!("{}, here", here.name));
    let item = |provider: &catalog::Provider| Item::new("", &provider.name, Take::Value(Value::Today(Some(provider.id.clone()))));
    let others = model.catalog.providers.iter().map(item);
    std::iter::once(Item::new("", &here, Take::Value(Value::Today(None)))).chain(others).collect()
}

fn nodes(typed: &str) -> Vec<Item> {
    const OFTEN: [u32; 6] = [10, 50, 200, 500, 1000, 5000];
    let item = |nodes: u32| Item::new("", &format!("{} nodes", count(nodes as usize)), Take::Value(Value::Nodes(Some(nodes))));
    match typed.trim().replace(',', "").parse() {
        Ok(nodes) => vec![item(nodes)],
        Err(_) if !typed.trim().is_empty() => Vec::new(),
        Err(_) => {
            let any = Item::new("", "any number", Take::Value(Value::Nodes(None)));
            std::iter::once(any).chain(OFTEN.map(item)).collect()
        }
    }
}

/// The kernels that somebody in the catalogue asks for, or the one that is typed.
fn kernels(model: &Model, typed: &str) -> Vec<Item> {
    let item = |kernel: Kernel| Item::new("", &kernel.to_string(), Take::Value(Value::Kernel(Some(kernel))));
    if !typed.trim().is_empty() {
        return typed.parse().map(item).into_iter().collect();
    }
    let rules = model.catalog.providers.iter().flat_map(|provider| &provider.detect.kernel);
    let mut asked: Vec<Kernel> = rules.filter_map(|rule| rule.minimum.parse().ok()).collect();
    asked.sort_unstable();
    asked.dedup();
    let any = Item::new("", "any", Take::Value(Value::Kernel(None)));
    std::iter::once(any).chain(asked.into_iter().map(item)).collect()
}

/// What can be done with the decision record. What is typed is the name of a file.
fn saving(model: &Model, typed: &str) -> Vec<Item> {
    const USUAL: &str = "cni-decision.md";
    let record = choose::record_of(model);
    let file = if typed.trim().is_empty() { USUAL } else { typed.trim() };
    vec![
        Item::new("save to", file, Take::Write(PathBuf::from(file), record.clone())),
        Item::new("copy", "it", Take::Copy(record)),
    ]
}

/// What can be named as an end: agents and controllers, Services. Everything else can be typed.
fn ends(model: &Model, field: Field) -> Vec<Item> {
    let snapshot = &model.world.snapshot;
    let item = |kind: &str, namespace: &Text, name: &Text| {
        let end = format!("{namespace}/{kind}/{name}");
        Item::new("", &end, Take::Fill(field, end.clone()))
    };
    let services = snapshot.services.iter().map(|service| item("Service", &service.namespace, &service.name));
    let workloads = snapshot.workloads.iter().map(|workload| item(workload.kind.name(), &workload.namespace, &workload.name));
    services.chain(workloads).collect()
}

/// Ports: every one, those that are asked about often, or what is typed.
fn ports(typed: &str) -> Vec<Item> {
    let item =
        |port: &str| Item::new("", if port.is_empty() { "every port" } else { port }, Take::Fill(Field::Port, port.to_owned()));
    match typed.trim() {
        "" => PORTS.map(item).to_vec(),
        port => parse_ports(port).map(|_| item(port)).into_iter().collect(),
    }
}

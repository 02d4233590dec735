//! Documents into facts: what kubectl writes, and any manifests, in YAML or JSON.
//!
//! Every document is parsed by itself, so that a broken one does not lose the others; what cannot be read becomes a problem with
//! file and line. Kinds that are not read here are counted and otherwise ignored, so any folder of manifests will do. A list is
//! Live if the files have it; of the kinds that they do not have nothing is known.

use super::export::Info;
use super::store::name_of;
use super::templates::Templates;
use super::wire::{Str, template_kind};
use super::{Kind, Origin, Problem, Snapshot, State, Store};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Lists in lists are read so deep: nobody writes more, and each costs stack.
const DEEPEST: usize = 8;

/// Collects documents.
#[derive(Default)]
pub struct Reader {
    store: Store,
    templates: Templates,
    info: Option<Info>,
    ignored: usize,
    /// How many lists lie around what is being read.
    depth: usize,
}

/// The part of a document that says what it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(borrow, default)]
    api_version: Str<'a>,
    #[serde(default)]
    kind: Str<'a>,
    items: Option<Vec<&'a RawValue>>,
}

/// What becomes of an object.
#[derive(Clone, Copy)]
enum Form {
    /// It is a row of the list of its kind.
    Row(Kind),
    /// It would make pods.
    Template(&'static str),
}

impl Form {
    fn of(api_version: &str, kind: &str) -> Option<Self> {
        Kind::of(api_version, kind).map(Self::Row).or_else(|| template_kind(api_version, kind).map(Self::Template))
    }
}

/// Where a document or object begins.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    /// Of the file; of the document in YAML.
    text: &'a str,
    at: At,
}

#[derive(Clone, Copy)]
enum At {
    /// Counted from 1.
    Line(usize),
    /// Counted when somebody asks: most objects are sound, and files are long.
    Byte(usize),
}

impl Place<'_> {
    /// The place of item `nth` of a list, `value`: that of its text if that is a part of the file's, as in JSON; in YAML where
    /// its dash stands among `dashes`; else the document has to do.
    fn of(self, dashes: &[usize], nth: usize, value: &str) -> Self {
        if let (At::Line(first), Some(dash)) = (self.at, dashes.get(nth)) {
            return Self { text: "", at: At::Line(first + dash), ..self };
        }
        let at = (value.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if at < self.text.len() { Self { at: At::Byte(at), ..self } } else { self }
    }

    fn line(self) -> usize {
        match self.at {
            At::Line(line) => line,
            At::Byte(at) => 1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count(),
        }
    }
}

impl Reader {
    /// A reader of facts that come from there.
    pub fn new(origin: Origin) -> Self {
        Self { store: Store::new(origin), ..Self::default() }
    }

    /// Only these `ConfigMaps`, as namespace (none is any) and name, are kept. Unless told, all are.
    pub fn want_config_maps(&mut self, wanted: impl IntoIterator<Item = (Option<String>, String)>) {
        self.store.want_config_maps(wanted);
    }

    /// Reads all documents of one file. What cannot be read becomes a problem with file and line.
    pub fn read(&mut self, file: &str, text: &str) {
        let text = without_logs(text.trim_start_matches('\u{feff}'));
        match text.trim_start().as_bytes().first() {
            None => {}
            Some(b'{' | b'[') => self.json(file, &text),
            Some(_) => self.yaml(file, &text),
        }
    }

    /// Remembers something that could not be read, such as a file.
    pub fn problem(&mut self, problem: Problem) {
        self.store.problem(problem);
    }

    /// How many objects were of kinds that are not read here.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    /// The facts. They are as old as the newest time that the files tell; `otherwise` is for files that tell none.
    pub fn finish(mut self, otherwise: Timestamp) -> Snapshot {
        let newest = self.store.newest().unwrap_or(otherwise);
        for problem in self.info.iter().flat_map(|info| &info.problems) {
            self.store.problem(problem.clone());
        }
        let mut snapshot = self.store.snapshot(self.info.as_ref().map_or(newest, |info| info.taken_at));
        snapshot.templates = self.templates.finish();
        if let Some(info) = self.info {
            info.restore(&mut snapshot);
        }
        snapshot
    }

    /// Concatenated JSON, one value after the other.
    fn json(&mut self, file: &str, text: &str) {
        let mut at = 0;
        loop {
            let rest = text[at..].trim_start();
            let start = text.len() - rest.len();
            let place = Place { file, text, at: At::Byte(start) };
            let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
            match stream.next() {
                None => return,
                Some(Ok(value)) => {
                    self.value(place, value);
                    at = start + stream.byte_offset();
                }
                // YAML may begin with a brace, too.
                Some(Err(_)) if at == 0 && parse(text).is_ok() => return self.yaml(file, text),
                Some(Err(error)) => {
                    let at_line = Place { at: At::Line(place.line() + error.line().saturating_sub(1)), ..place };
                    self.complain(at_line, "not valid JSON", &plain(&error.to_string()));
                    // The next object that begins a line may be sound again.
                    let Some(next) = rest.find("\n{") else { return };
                    at = start + next + 1;
                }
            }
        }
    }

    /// One value of JSON: an object, or a list of objects.
    fn value(&mut self, place: Place<'_>, value: &RawValue) {
        if value.get().starts_with('[') {
            let items: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
            self.items(place, &items, None);
        } else {
            self.document(place, value.get());
        }
    }

    /// YAML, cut at its document marks before it is parsed.
    fn yaml(&mut self, file: &str, text: &str) {
        for (line, document) in documents(text) {
            let at = |line| Place { file, text: document, at: At::Line(line) };
            match parse(document) {
                Ok(Value::Null) => {}
                Ok(value) => self.document(at(line), &value.to_string()),
                Err(error) => {
                    let line = line + error.location().map_or(0, |place| place.line().saturating_sub(1));
                    self.complain(at(line), "not valid YAML", &plain(&error.to_string()));
                }
            }
        }
    }

    fn document(&mut self, place: Place<'_>, object: &str) {
        let document = match serde_json::from_str::<Document<'_>>(object) {
            Ok(document) if !document.kind.is_empty() => document,
            Ok(_) => return self.complain(place, "no Kubernetes object", "it has no kind"),
            Err(error) => return self.complain(place, "no Kubernetes object", &plain(&error.to_string())),
        };
        let (version, name) = (document.api_version.as_str(), document.kind.as_str());
        let listed = name.strip_suffix("List").and_then(|of| Form::of(version, of));
        if let Some(form) = Form::of(version, name) {
            self.object(place, form, object);
        } else if listed.is_some() || (version, name) == ("v1", "List") {
            if let Some(Form::Row(kind)) = listed {
                self.store.source_mut(kind).state = State::Live;
            }
            self.items(place, &document.items.unwrap_or_default(), listed);
        } else if (version, name) == (Info::API_VERSION, Info::KIND) {
            match serde_json::from_str(object) {
                Ok(info) => self.info = Some(info),
                Err(error) => self.complain(place, Info::KIND, &plain(&error.to_string())),
            }
        } else {
            self.ignored += 1;
        }
    }

    /// The items of a list. Those of a typed list, such as a `PodList`, need not say what they are.
    fn items(&mut self, list: Place<'_>, items: &[&RawValue], form: Option<Form>) {
        if self.depth == DEEPEST {
            return self.complain(list, "a list in lists", "it lies too deep");
        }
        self.depth += 1;
        let dashes = dashes(list, items.len());
        for (nth, item) in items.iter().map(|item| item.get()).enumerate().filter(|(_, item)| *item != "null") {
            let place = list.of(&dashes, nth, item);
            match form {
                Some(form) => self.object(place, form, item),
                None => self.document(place, item),
            }
        }
        self.depth -= 1;
    }

    fn object(&mut self, place: Place<'_>, form: Form, object: &str) {
        let (kind, taken) = match form {
            Form::Row(kind) => {
                self.store.source_mut(kind).state = State::Live;
                (kind.name(), self.store.take(kind, object))
            }
            Form::Template(kind) => (kind, self.templates.take(kind, object)),
        };
        for message in taken.skipped.into_iter().chain(taken.change.err()) {
            self.complain(place, &name_of(kind, object), &message);
        }
    }

    fn complain(&mut self, place: Place<'_>, what: &str, message: &str) {
        let object = format!("{}:{}", place.file, place.line()).into();
        self.store.problem(Problem { object, message: format!("{what}: {message}").into() });
    }
}

/// The lines, from 0, of a YAML document where the items of its list begin; none where they are not written one below the other.
fn dashes(list: Place<'_>, items: usize) -> Vec<usize> {
    let At::Line(_) = list.at else { return Vec::new() };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let inside = list.text.lines().enumerate().skip_while(|(_, line)| line.trim_end() != "items:").skip(1);
    let mut lines = inside.filter(|(_, line)| has_content(line)).peekable();
    let depth = lines.peek().map_or(0, |(_, line)| indent(line));
    let own = lines.take_while(|(_, line)| indent(line) > depth || line[depth..].starts_with('-'));
    let dashes: Vec<usize> = own.filter(|(_, line)| indent(line) == depth).map(|(at, _)| at).collect();
    if dashes.len() == items { dashes } else { Vec::new() }
}

/// Parses one document of YAML. Merge keys are resolved, as kubectl does.
fn parse(document: &str) -> Result<Value, serde_yaml::Error> {
    if !document.contains("<<") {
        return serde_yaml::from_str(document);
    }
    let mut value: serde_yaml::Value = serde_yaml::from_str(document)?;
    value.apply_merge()?;
    serde_yaml::from_value(value)
}

/// The documents of a YAML file, each with the number of the line where its content begins. Empty ones and those of nothing but
/// comments are left out.
fn documents(text: &str) -> Vec<(usize, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut at, mut first) = (0, 0, None);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let mark = line.strip_prefix("---").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if let Some(rest) = mark {
            documents.extend(first.map(|first| (first, &text[start..at])));
            (start, first) = (at, has_content(rest).then_some(number + 1));
        } else if first.is_none() && has_content(line) {
            // What lies before the content is cut off, so that the parser counts lines from there.
            (start, first) = (at, Some(number + 1));
        }
        at += line.len();
    }
    documents.extend(first.map(|first| (first, &text[start..])));
    documents
}

/// Whether a line is more than a comment, a directive or the end of a document.
fn has_content(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with(['#', '%']) || line == "...")
}

/// `kubectl cluster-info dump` writes the logs of containers between its objects: their lines are emptied.
fn without_logs(text: &str) -> Cow<'_, str> {
    const START: &str = "==== START logs for container ";
    if !text.contains(START) {
        return Cow::Borrowed(text);
    }
    let mut inside = false;
    let line = |line: &str| {
        let marks = line.starts_with("==== ");
        inside = if marks { line.starts_with(START) } else { inside };
        if marks || inside { "\n".to_owned() } else { format!("{line}\n") }
    };
    Cow::Owned(text.lines().map(line).collect())
}

/// An error without the place inside the document, which the file's line replaces.
fn plain(error: &str) -> String {
    error.rsplit_once(" at line ").map_or(error, |(message, _)| message).to_owned()
}

/// Path below `data/`, and the objects as JSON: see `build.rs`.
static DEMO: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/demo.rs"));

/// The embedded clusters: name and text. The one that `data/demo/default` names comes first, the others by name.
pub fn scenes() -> Vec<(&'static str, &'static str)> {
    let first = include_str!("../../data/demo/default").trim();
    let named = DEMO.iter().filter_map(|(path, text)| Some((path.strip_prefix("demo/")?.strip_suffix(".yaml")?, *text)));
    let mut scenes: Vec<_> = named.collect();
    scenes.sort_by_key(|(name, _)| (*name != first, *name));
    scenes
}

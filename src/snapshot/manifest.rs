//! Documents into facts: what kubectl writes, and any manifests, in YAML or JSON.
//!
//! Every document is parsed by itself, so that a broken one does not lose the others; what cannot be read becomes a problem with
//! file and line. Kinds that are not read here are counted and otherwise ignored, so any folder of manifests will do. A list is
//! Live if the files have it; of the kinds that they do not have nothing is known.

use super::documents::{dashes, documents, parse, without_logs};
use super::export::Info;
use super::page::name_of;
use super::templates::Templates;
use super::wire::{Str, template_kind};
use super::{Kind, Origin, Problem, Snapshot, State, Store, Wanted};
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
    /// Of the document.
    text: &'a str,
    /// Where the document begins, counted from 1.
    first: usize,
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
            At::Byte(at) => self.first + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count(),
        }
    }
}

impl Reader {
    /// A reader of facts that come from there.
    pub fn new(origin: Origin) -> Self {
        Self { store: Store::new(origin), ..Self::default() }
    }

    /// Only these `ConfigMaps`, and of custom resources these fields, are kept. Unless told, all are.
    pub fn want(&mut self, wanted: Vec<Wanted>) {
        self.store.want(wanted);
    }

    /// Times of objects that are later do not count as the time of the facts: one absurd time would make all else look old.
    pub fn not_later_than(&mut self, latest: Timestamp) {
        self.store.not_later_than(latest);
    }

    /// Reads all documents of one file: UTF-8, or what Windows' shells write, UTF-16 with its mark.
    pub fn read_bytes(&mut self, file: &str, bytes: &[u8]) {
        match decode(bytes) {
            Ok((text, doubt)) => {
                if let Some(message) = doubt {
                    self.problem(Problem { object: file.into(), message: message.into() });
                }
                self.read(file, &text);
            }
            Err(message) => {
                self.store.skip(Kind::NetworkPolicy, file.to_owned());
                self.problem(Problem { object: file.into(), message: message.into() });
            }
        }
    }

    /// Reads all documents of one file. What cannot be read becomes a problem with file and line.
    pub fn read(&mut self, file: &str, text: &str) {
        let (text, endless) = without_logs(text);
        if let Some(line) = endless {
            let message = "these logs of a container do not end; nothing behind is read".into();
            self.problem(Problem { object: format!("{file}:{line}").into(), message });
        }
        for (first, text) in documents(&text) {
            let place = Place { file, text, first, at: At::Line(first) };
            if text.trim_start().starts_with(['{', '[']) { self.json(place) } else { self.yaml(place) }
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
        if let Some(beyond) = self.store.beyond() {
            let message = format!("an object tells the time {beyond}, which is yet to come; ages do not count from there");
            self.store.problem(Problem { object: "time".into(), message: message.into() });
        }
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
    fn json(&mut self, document: Place<'_>) {
        let text = document.text;
        let mut at = 0;
        loop {
            let rest = text[at..].trim_start();
            let start = text.len() - rest.len();
            let place = Place { at: At::Byte(start), ..document };
            let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
            match stream.next() {
                None => return,
                Some(Ok(value)) => {
                    self.value(place, value);
                    at = start + stream.byte_offset();
                }
                // YAML may begin with a brace, too.
                Some(Err(_)) if at == 0 && (text.starts_with("{{") || parse(text).is_ok()) => return self.yaml(document),
                Some(Err(error)) => {
                    let at_line = Place { at: At::Line(place.line() + error.line().saturating_sub(1)), ..place };
                    self.complain(at_line, "not valid JSON", &plain(&error.to_string()));
                    // The next object that begins a line may be sound again.
                    let next = rest.find("\n{");
                    self.lose(at_line, &rest[..next.unwrap_or(rest.len())]);
                    let Some(next) = next else { return };
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

    fn yaml(&mut self, document: Place<'_>) {
        match parse(document.text) {
            Ok(Value::Null) => {}
            Ok(value) => self.document(document, &value.to_string()),
            Err(error) => {
                let line = document.first + error.location().map_or(0, |place| place.line().saturating_sub(1));
                let template = document.text.lines().any(|line| line.trim_start().starts_with("{{"));
                let hint = if template { "; it is a template: give what it renders" } else { "" };
                let message = plain(&error.to_string()) + hint;
                self.complain(Place { at: At::Line(line), ..document }, "not valid YAML", &message);
                self.lose(document, document.text);
            }
        }
    }

    fn document(&mut self, place: Place<'_>, object: &str) {
        let document = match serde_json::from_str::<Document<'_>>(object) {
            Ok(document) if !document.kind.is_empty() => document,
            Ok(_) => return self.complain(place, "no Kubernetes object", "it has no kind"),
            Err(_) => return self.complain(place, "no Kubernetes object", unlike(object)),
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
                Ok(info) => self.saved(place, info),
                Err(error) => self.complain(place, Info::KIND, &plain(&error.to_string())),
            }
        } else if let Some(kind) = Kind::of_other_version(version, name.strip_suffix("List").unwrap_or(name)) {
            let message = format!("{version} of it is not read; {} is", kind.api_version());
            self.store.skip(kind, name_of(kind.name(), object));
            self.complain(place, &name_of(kind.name(), object), &message);
        } else {
            self.ignored += 1;
        }
    }

    /// What a saved snapshot says of itself.
    fn saved(&mut self, place: Place<'_>, info: Info) {
        let Some(first) = &mut self.info else { return self.info = Some(info) };
        let message = format!(
            "{} is a second saved snapshot; its objects are mixed with those of {}: read one at a time",
            info.subject(),
            first.subject()
        );
        first.add(info);
        self.complain(place, Info::KIND, &message);
    }

    /// The items of a list. Those of a typed list, such as a `PodList`, need not say what they are.
    fn items(&mut self, list: Place<'_>, items: &[&RawValue], form: Option<Form>) {
        if self.depth == DEEPEST {
            return self.complain(list, "a list in lists", "it lies too deep");
        }
        self.depth += 1;
        let dashes = if matches!(list.at, At::Line(_)) { dashes(list.text, items.len()) } else { Vec::new() };
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

    /// Takes note that lists lack what a broken document would have been; of what kind, its lines may still tell.
    fn lose(&mut self, place: Place<'_>, document: &str) {
        // Inside of an object stand the kinds of others, such as its owner's; in a list all stand inside.
        let outside = document.lines().find(|line| line.starts_with("kind:") && !line.contains("List"));
        let named = kinds(outside.unwrap_or(document));
        // What names no kind may have been a policy.
        let is_nameless = named.iter().all(|name| name.ends_with("List"));
        let meant = |kind: &Kind| named.contains(&kind.manifest_name()) || (is_nameless && *kind == Kind::NetworkPolicy);
        for lost in Kind::ALL.into_iter().filter(meant) {
            self.store.skip(lost, format!("{}:{}", place.file, place.line()));
        }
    }

    fn complain(&mut self, place: Place<'_>, what: &str, message: &str) {
        let object = format!("{}:{}", place.file, place.line()).into();
        self.store.problem(Problem { object, message: format!("{what}: {message}").into() });
    }
}

/// The text of a file, and what may be wrong in it; the error says why it is none.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<String>), &'static str> {
    let units = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map(|text| (text.into(), None)).map_err(|_| "it begins like UTF-16 and is not")
    };
    match bytes {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        [0x1f, 0x8b, ..] => Err("it is compressed; unpack it first"),
        _ if bytes.contains(&0) => Err("it is not text: neither UTF-8, nor UTF-16 with its mark"),
        _ => Ok(match str::from_utf8(bytes) {
            Ok(text) => (text.into(), None),
            Err(error) => {
                let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
                (String::from_utf8_lossy(bytes), Some(format!("line {line} is not UTF-8; what is not is read as \u{fffd}")))
            }
        }),
    }
}

/// All that a text calls a kind.
fn kinds(text: &str) -> Vec<&str> {
    let values = text.split("kind").skip(1).filter_map(|rest| rest.trim_start_matches('"').strip_prefix(':'));
    values
        .filter_map(|value| value.trim_start_matches([' ', '"', '\'']).split(|c: char| !c.is_ascii_alphanumeric()).next())
        .collect()
}

/// Why a value is no object. What it says is not repeated: a file that is read by mistake may hold what nobody should see.
fn unlike(value: &str) -> &'static str {
    match value.trim_start().bytes().next() {
        Some(b'{') => "its apiVersion or kind is no text, or its items are no list",
        Some(b'[') => "it is a list of no kind",
        _ => "it is a text or a number",
    }
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

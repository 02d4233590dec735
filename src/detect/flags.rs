//! What a container starts with, as far as its template tells: its variables, and its flags through them.
//!
//! Kubernetes puts variables into commands (`$(NAME)`), and a shell cuts its script into words and puts in its own (`$NAME`).
//! What hangs on anything that the template does not hold - a Secret, another program, a variable that a script sets - is open:
//! neither there nor missing. Nothing is run, and of a shell's language only words, quotes and variables are known.

use crate::snapshot::{ConfigMap, Container, Env, EnvFrom, Text};
use hashbrown::HashMap;
use std::iter::Peekable;
use std::str::Chars;

/// What a template says of a variable or a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// It is not there.
    Nothing,
    /// Its value.
    Value(String),
    /// It hangs on this, which the template does not hold: `$(FW)`, `a Secret`.
    Open(String),
}

impl Told {
    /// The value, if it is known.
    pub(super) fn value(self) -> Option<String> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }
}

/// How a flag takes its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Only after `=`: a boolean, as Go reads it. The word behind it is another argument.
    Inside,
    /// After `=`, or as the next word.
    NextToo,
}

/// Longer values are not put together: variables that name each other twice would grow without end.
const LONGEST: usize = 16 << 10;

/// `ConfigMaps` that are documented to hold nothing but the address of the API server (docs.tigera.io, eBPF installation).
const ADDRESS_ONLY: [&str; 1] = ["kubernetes-services-endpoint"];

/// A container and what its template says of its variables.
pub(super) struct Start<'a> {
    container: &'a Container,
    variables: HashMap<&'a str, Told>,
    /// Where variables come from whose names nobody knows.
    open: Option<String>,
}

/// One argument: what is known of its beginning, and what the rest hangs on.
#[derive(Debug, Default, PartialEq, Eq)]
struct Word {
    text: String,
    open: Option<String>,
}

impl<'a> Start<'a> {
    /// Reads `container`; `config_map` gives those of its namespace that were read.
    pub(super) fn new(container: &'a Container, config_map: impl Fn(&str) -> Option<&'a ConfigMap>) -> Self {
        let mut start = Self { container, variables: HashMap::new(), open: None };
        for from in container.env_from.iter() {
            start.take_all(from, &config_map);
        }
        for env in container.env.iter() {
            let told = start.read(env, &config_map);
            start.variables.insert(env.name.as_str(), told);
        }
        start
    }

    fn take_all(&mut self, EnvFrom { prefix, config_map: name }: &'a EnvFrom, read: impl Fn(&str) -> Option<&'a ConfigMap>) {
        match name.as_deref().map(|name| (name, read(name))) {
            // A prefix makes names that nobody holds as text; such a map is rare enough to stay open.
            Some((_, Some(map))) if prefix.is_empty() => {
                let values = map.data.iter().map(|(key, value)| (key.as_str(), Told::Value(value.as_str().to_owned())));
                self.variables.extend(values);
            }
            Some((name, _)) if ADDRESS_ONLY.contains(&name) => {}
            Some((name, _)) => self.open = Some(format!("ConfigMap {name}, which was not read")),
            None => self.open = Some("a Secret".to_owned()),
        }
    }

    fn read(&self, Env { value, config, .. }: &Env, config_map: impl Fn(&str) -> Option<&'a ConfigMap>) -> Told {
        match (value, config) {
            (Some(value), _) => match self.expand(value) {
                (text, None) => Told::Value(text),
                (_, Some((_, open))) => Told::Open(open),
            },
            (None, Some(from)) => match config_map(&from.name) {
                Some(map) => map.get(&from.key).map_or(Told::Nothing, |value| Told::Value(value.to_owned())),
                None => Told::Open(format!("ConfigMap {}, which was not read", from.name)),
            },
            (None, None) => Told::Open("a Secret or the pod itself".to_owned()),
        }
    }

    /// What is said of a variable. One that is set by name hides what comes in bulk.
    pub(super) fn variable(&self, name: &str) -> Told {
        match (self.variables.get(name), &self.open) {
            (Some(told), _) => told.clone(),
            (None, Some(open)) => Told::Open(open.clone()),
            (None, None) => Told::Nothing,
        }
    }

    /// What is said of a flag, as Go's flag packages read it: the last one counts, dashes do not.
    pub(super) fn flag(&self, name: &str, takes: Takes) -> Told {
        let words = self.words();
        let mut told = Told::Nothing;
        for (at, Word { text, open }) in words.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            let is_value = || before.is_some_and(|word| word.text.starts_with('-') && !word.text.contains('='));
            match (text.strip_prefix('-').map(|rest| rest.trim_start_matches('-')), open) {
                (Some(flag), Some(open)) if name.starts_with(flag) || is_set(flag, name).is_some() => {
                    told = Told::Open(open.clone());
                }
                (None, Some(open)) if text.is_empty() && !is_value() => told = Told::Open(open.clone()),
                (Some(flag), None) if flag == name => told = alone(words.get(at + 1).filter(|_| takes == Takes::NextToo)),
                (Some(flag), None) => told = is_set(flag, name).map_or(told, |value| Told::Value(value.to_owned())),
                (_, _) => {}
            }
        }
        told
    }

    /// The arguments. The script of a shell is cut into its words; what follows it are the script's own arguments.
    fn words(&self) -> Vec<Word> {
        let args = &self.container.args;
        let script = script(args);
        let words = |(at, arg): (usize, &Text)| match self.expand(arg) {
            (text, _) if Some(at) == script => self.cut(&text),
            (text, None) => vec![Word { text, open: None }],
            (text, Some((end, open))) => vec![Word { text: text[..end].to_owned(), open: Some(open) }],
        };
        args.iter().enumerate().flat_map(words).collect()
    }

    /// Puts in variables as Kubernetes does: `$(NAME)`, and `$$` for a dollar sign. Where one is open: the place of the first, and
    /// its name. Open references stay, so that a script can be cut behind them.
    fn expand(&self, text: &str) -> (String, Option<(usize, String)>) {
        let (mut out, mut open) = (String::new(), None);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            rest = after;
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
                match self.variable(name) {
                    Told::Value(value) if out.len() + value.len() <= LONGEST => out.push_str(&value),
                    _ => {
                        open.get_or_insert_with(|| (out.len(), format!("$({name})")));
                        out.extend(["$(", name, ")"]);
                    }
                }
                rest = after;
            } else {
                out.push('$');
            }
        }
        (out + rest, open)
    }

    /// Cuts a script into words, as a shell does.
    fn cut(&self, script: &str) -> Vec<Word> {
        let mut words = vec![Word::default()];
        let mut quote = None;
        let mut chars = script.chars().peekable();
        while let Some(c) = chars.next() {
            let Some(word) = words.last_mut() else { break };
            let blank = *word == Word::default();
            match (c, quote) {
                ('\'' | '"', None) => quote = Some(c),
                (_, Some(mark)) if c == mark => quote = None,
                ('$', None | Some('"')) => self.variable_of_shell(&mut chars, script, word),
                ('`', None | Some('"')) => word.leave_open("a command"),
                ('\\', None | Some('"')) => word.push(chars.next().filter(|next| *next != '\n')),
                ('#', None) if blank => while chars.next_if(|next| *next != '\n').is_some() {},
                (' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' | '(' | ')', None) if blank => {}
                (' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' | '(' | ')', None) => words.push(Word::default()),
                _ => word.push(Some(c)),
            }
            // Without quotes, a variable alone may become several words.
            if let (true, None, Some(open)) = (blank, quote, words.last().and_then(|word| word.open.clone())) {
                words.extend([Word { text: String::new(), open: Some(open) }, Word::default()]);
            }
        }
        words
    }

    /// Reads what follows a dollar sign in a script: `NAME`, `{NAME}`, or what only a shell can tell.
    fn variable_of_shell(&self, chars: &mut Peekable<Chars<'_>>, script: &str, word: &mut Word) {
        let (open, close) = match chars.peek() {
            // Its own arguments follow the script.
            Some('@' | '*') => {
                chars.next();
                return;
            }
            Some('{') => (chars.next(), Some('}')),
            Some('(') => (chars.next(), Some(')')),
            _ => (None, None),
        };
        let mut name = String::new();
        let belongs = |c: &char| close.map_or(c.is_ascii_alphanumeric() || *c == '_', |close| *c != close);
        while let Some(c) = chars.next_if(belongs) {
            name.push(c);
        }
        if close.is_some() {
            chars.next();
        }
        let set_there = script.contains(&format!("{name}="));
        match self.variable(&name) {
            Told::Value(value) if open != Some('(') && !set_there => value.chars().for_each(|c| word.push(Some(c))),
            _ => word.leave_open(&[Some('$'), open].into_iter().flatten().chain(name.chars()).chain(close).collect::<String>()),
        }
    }
}

impl Word {
    /// What comes after something open is of no use.
    fn push(&mut self, c: Option<char>) {
        if self.open.is_none() {
            self.text.extend(c);
        }
    }

    fn leave_open(&mut self, on: &str) {
        self.open.get_or_insert_with(|| on.to_owned());
    }
}

/// The value of `name=value`, if `flag` sets that name.
fn is_set<'f>(flag: &'f str, name: &str) -> Option<&'f str> {
    flag.strip_prefix(name)?.strip_prefix('=')
}

/// The value of a flag without one of its own: the next word, if that may be its value.
fn alone(next: Option<&Word>) -> Told {
    match next {
        Some(Word { open: Some(open), .. }) => Told::Open(open.clone()),
        Some(Word { text, .. }) if !text.starts_with('-') => Told::Value(text.clone()),
        _ => Told::Value("true".to_owned()),
    }
}

/// Where the script for a shell stands: behind `sh -c`, or at the front where the image starts a shell.
fn script(args: &[Text]) -> Option<usize> {
    let shells = ["sh", "bash", "ash", "dash"];
    let is_shell = |word: &str| shells.contains(&word.rsplit('/').next().unwrap_or_default());
    let runs = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
    let behind = args.windows(2).position(|pair| is_shell(&pair[0]) && runs(&pair[1])).map(|at| at + 2);
    behind.or_else(|| args.first().filter(|first| **first == *"-c").map(|_| 1))
}

/// A boolean as Go's `strconv.ParseBool` reads it; none if it is none.
pub(super) fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(args: &[&str], env: &[(&str, Option<&str>)]) -> Container {
        let env = env.iter().map(|(name, value)| Env { name: Text::new(name), value: value.map(Text::new), config: None });
        Container { args: args.iter().map(|arg| Text::new(arg)).collect(), env: env.collect(), ..Container::default() }
    }

    fn flag(args: &[&str], env: &[(&str, Option<&str>)], takes: Takes) -> Told {
        Start::new(&container(args, env), |_| None).flag("fw", takes)
    }

    fn value(value: &str) -> Told {
        Told::Value(value.to_owned())
    }

    fn open(on: &str) -> Told {
        Told::Open(on.to_owned())
    }

    #[test]
    fn flags_are_read_as_go_reads_them() {
        for (args, expected) in [
            (&["/bin/x", "--fw=1"][..], value("1")),
            (&["-fw", "two"], value("two")),
            (&["--fw", "--other"], value("true")),
            (&["--fw=x=y"], value("x=y")),
            (&["--fwd=9", "fw=8"], Told::Nothing),
            (&["--fw=1", "--fw=3"], value("3")),
        ] {
            assert_eq!(flag(args, &[], Takes::NextToo), expected, "{args:?}");
        }
        assert_eq!(flag(&["--fw", "false"], &[], Takes::Inside), value("true"), "the word behind a boolean is another argument");
    }

    #[test]
    fn kubernetes_puts_variables_into_arguments() {
        let env = [("FW", Some("false")), ("ALSO", Some("$(FW)")), ("HUSH", None)];
        for (args, expected) in [
            (&["--fw=$(FW)"][..], value("false")),
            (&["--fw=$(ALSO)"], value("false")),
            (&["--fw=$$(FW)"], value("$(FW)")),
            (&["--fw=$(HUSH)"], open("$(HUSH)")),
            (&["--fw=$(NOBODY)"], open("$(NOBODY)")),
            (&["$(HUSH)"], open("$(HUSH)")),
            (&["--$(HUSH)"], open("$(HUSH)")),
            (&["--name=$(HUSH)"], Told::Nothing),
            (&["--name", "$(HUSH)"], Told::Nothing),
            (&["$(HUSH)", "--fw=true"], value("true")),
        ] {
            assert_eq!(flag(args, &env, Takes::Inside), expected, "{args:?}");
        }
    }

    #[test]
    fn the_script_of_a_shell_is_cut_into_its_words() {
        let env = [("FW", Some("false"))];
        for (script, expected) in [
            ("exec kr --a=1 --fw=false", value("false")),
            ("set -e\nexec kr '--fw=false' # --fw=true", value("false")),
            ("kr --fw=\"$FW\" || exit 1", value("false")),
            ("kr --fw=${FW};sleep 1", value("false")),
            ("FW=true; kr --fw=$FW", open("$FW")),
            ("kr --fw=$(cat /fw)", open("$(cat /fw)")),
            ("kr --name $ARGS", open("$ARGS")),
            ("kr --name \"$NODE\"", Told::Nothing),
            ("kr \"$@\"", Told::Nothing),
        ] {
            assert_eq!(flag(&["/bin/sh", "-ec", script], &env, Takes::Inside), expected, "{script}");
        }
        assert_eq!(flag(&["sh", "-c", "kr \"$@\"", "kr", "--fw=f"], &env, Takes::Inside), value("f"));
        assert_eq!(flag(&["-c", "kr --fw=f"], &[], Takes::Inside), value("f"));
    }

    #[test]
    fn variables_in_bulk_leave_open_what_nobody_sets_by_name() {
        let from = |name: Option<&str>| EnvFrom { prefix: Text::default(), config_map: name.map(Text::new) };
        let of = |from: EnvFrom| Container { env_from: [from].into(), ..container(&["--fw=$(FW)"], &[("A", Some("1"))]) };
        let bulk = of(from(Some("settings")));
        let start = Start::new(&bulk, |_| None);
        assert_eq!(start.variable("A"), value("1"));
        assert_eq!(start.variable("FW"), open("ConfigMap settings, which was not read"));
        assert_eq!(start.flag("fw", Takes::Inside), open("$(FW)"));
        assert_eq!(Start::new(&of(from(None)), |_| None).variable("FW"), open("a Secret"));
        let address = of(from(Some("kubernetes-services-endpoint")));
        assert_eq!(Start::new(&address, |_| None).variable("FW"), Told::Nothing, "it holds the address of the API server");
        let map = ConfigMap { data: vec![("FW".into(), crate::snapshot::Raw::new("f"))], ..ConfigMap::default() };
        assert_eq!(Start::new(&bulk, |_| Some(&map)).flag("fw", Takes::Inside), value("f"));
    }

    #[test]
    fn variables_that_double_each_other_stay_open() {
        let names: Vec<String> = (0..64).map(|n| format!("V{n}")).collect();
        let values: Vec<String> =
            (0..64).map(|n: usize| if n == 0 { "x".into() } else { format!("$(V{0})$(V{0})", n - 1) }).collect();
        let env: Vec<(&str, Option<&str>)> = names.iter().zip(&values).map(|(n, v)| (n.as_str(), Some(v.as_str()))).collect();
        assert!(matches!(flag(&["--fw=$(V63)"], &env, Takes::Inside), Told::Open(_)));
    }
}

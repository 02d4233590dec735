//! The status line, and what is said where there is no cluster to speak of.
//!
//! One verdict, in the words of the assessment; nothing here concludes anything.

use super::line::{Line, cut_middle, wrap_within};
use super::model::Model;
use crate::detect::{Basis, Confidence, Verdict};
use crate::health::Severity;
use crate::present::{Role, age, severity_sign, verdict_sign};
use crate::snapshot::{Kind, Link, Origin, State};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

/// Least width of a name that is cut.
const NAME: usize = 12;

/// Where facts come from, whether they are fresh, who moves packets, what is enforced, what is wrong; `width` columns.
///
/// Where there is little room, the time of files goes first, then the middle of the name: who is here and what is enforced stay.
pub(crate) fn line(model: &Model, width: usize) -> Line {
    let snapshot = &model.world.snapshot;
    match (&snapshot.link, &snapshot.origin) {
        (Link::Unconfigured { .. }, _) | (_, Origin::None) => {
            return Line::of("no cluster  ", Role::Muted).then("@", Role::Accent).muted(" attaches");
        }
        _ => {}
    }
    let known = match snapshot.link {
        Link::Connecting { .. } | Link::LoggingIn { .. } => Line::new(),
        _ => identity(model).join(enforcement(model)).join(counts(model)),
    };
    let name = snapshot.origin.short_name();
    let room = |fresh: &Line| width.saturating_sub(2 + fresh.width() + known.width());
    let fresh = match (freshness(model), &snapshot.origin) {
        (dated, Origin::Files { .. }) if room(&dated) < name.width().min(NAME) => Line::of("file  ", Role::Muted),
        (fresh, _) => fresh,
    };
    let name = cut_middle(name, room(&fresh).max(NAME), "…");
    Line::of(name, Role::Here).text("  ").join(fresh).join(known)
}

fn freshness(model: &Model) -> Line {
    let snapshot = &model.world.snapshot;
    if let Some(at) = model.frozen {
        return Line::of(format!("frozen at {}  ", clock(at)), Role::Unknown);
    }
    if let Some((kind, since)) = oldest(model) {
        return Line::of(format!("◷ {} stale {}  ", plural(kind), age(since, model.now)), Role::Unknown);
    }
    match (&snapshot.origin, &snapshot.link) {
        (Origin::Demo { .. }, _) => Line::of("demo  ", Role::Muted),
        (Origin::Files { .. } | Origin::Saved { .. }, _) => Line::of(format!("file, {}  ", date(snapshot.taken_at)), Role::Muted),
        (_, Link::Connecting { since }) => {
            Line::of(format!("{} connecting {}", spinner(model.now), age(*since, model.now)), Role::Unknown)
        }
        (_, Link::LoggingIn { since, .. }) => {
            Line::of(format!("{} logging in {}", spinner(model.now), age(*since, model.now)), Role::Unknown)
        }
        (_, Link::Down { since, .. }) => Line::of(format!("◷ no answer {}  ", age(*since, model.now)), Role::Unknown),
        (_, Link::LoggedOut { since, .. }) => Line::of(format!("◷ logged out {}  ", age(*since, model.now)), Role::Unknown),
        _ if model.is_waiting() => Line::of(format!("{} reading  ", spinner(model.now)), Role::Unknown),
        _ => Line::of(format!("live {}  ", age(snapshot.taken_at, model.now)), Role::Muted),
    }
}

fn oldest(model: &Model) -> Option<(Kind, Timestamp)> {
    let stale = model.world.snapshot.sources.iter().filter_map(|(kind, source)| match source.state {
        State::Stale { since, .. } => Some((kind, since)),
        _ => None,
    });
    stale.min_by_key(|(_, since)| *since)
}

fn identity(model: &Model) -> Line {
    let network = &model.world.assessment.detection.network;
    let Some(id) = &network.provider else { return Line::of("? CNI not recognised  ", Role::Unknown) };
    let name = model.catalog.name(id);
    let version = network.version.as_deref().map_or(String::new(), |version| format!(" {version}"));
    let likely = if network.confidence == Confidence::Certain { "" } else { ", likely" };
    Line::of(format!("{name}{version}{likely}  "), Role::Text)
}

fn enforcement(model: &Model) -> Line {
    let policy = &model.world.assessment.detection.policy;
    let (sign, role) = verdict_sign(policy.verdict);
    let basis = match policy.basis {
        Basis::Measured => ", measured",
        Basis::Configured => ", configured",
        Basis::Documented => ", documented",
        Basis::Unknown => "",
    };
    let nodes = policy.nodes;
    let words = match policy.verdict {
        Verdict::Enforced => format!("enforced{basis}"),
        Verdict::NotEnforced => format!("not enforced{basis}"),
        Verdict::Partial if nodes.enforced > 0 => {
            let all = nodes.enforced + nodes.not_enforced + nodes.unknown;
            format!("partly enforced, {} of {all} nodes", nodes.enforced)
        }
        Verdict::Partial => format!("partly enforced{basis}"),
        Verdict::Unknown => "enforcement unknown".to_owned(),
    };
    Line::new().strong(format!("{sign} {words}"), role).text("  ")
}

/// Findings by severity; `✓ 0` only if every check ran. Then lists that are not there.
fn counts(model: &Model) -> Line {
    let assessment = &model.world.assessment;
    let mut line = Line::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Unknown, Severity::Info] {
        let count = assessment.findings.iter().filter(|finding| finding.severity == severity).count();
        if count > 0 {
            let (sign, role) = severity_sign(severity);
            line = line.then(format!("{sign}{count} "), role);
        }
    }
    if line.pieces.is_empty() && assessment.could_not.is_empty() && assessment.ran > 0 {
        line = line.then("✓ 0", Role::Good);
    }
    let sources = || model.world.snapshot.sources.iter().map(|(_, source)| &source.state);
    let forbidden = sources().filter(|state| matches!(state, State::Forbidden { .. })).count();
    let stale = sources().filter(|state| matches!(state, State::Stale { .. })).count();
    for (sign, count) in [("⊘", forbidden), ("◷", stale)] {
        if count > 0 {
            line = line.then(format!("{sign}{count} "), Role::Unknown);
        }
    }
    line
}

/// How many rows stand above the title for want of a cluster.
pub(crate) fn above(model: &Model) -> usize {
    without_cluster(model).len()
}

/// What to do where no cluster is configured; nothing where there is one, or where none was asked for.
pub(crate) fn without_cluster(model: &Model) -> Vec<Line> {
    const SAID: &str = "No cluster. ";
    let link = &model.world.snapshot.link;
    let why = match link {
        Link::Unconfigured { why } => why.as_str(),
        _ if model.world.snapshot.origin == Origin::None && model.screen.needs_cluster() => "None was named.",
        _ => return Vec::new(),
    };
    let key = |key: &str| Line::new().text("  ").then(key, Role::Accent);
    let room = model.size.0.saturating_sub(SAID.len() + 2);
    let why = wrap_within(why, room, 2).into_iter().enumerate();
    let mut lines: Vec<Line> =
        why.map(|(nth, part)| Line::heading(if nth == 0 { SAID } else { "" }).to(SAID.len(), 0).text(part)).collect();
    lines.extend([
        key("@")
            .muted("   name a kubeconfig or a context")
            .to(39, 2)
            .then("cnitui --demo", Role::Accent)
            .muted("        an example"),
        key("1 2").muted(" need no cluster").to(39, 2).then("cnitui --from FILE", Role::Accent).muted("   what kubectl wrote"),
    ]);
    if !model.screen.needs_cluster() {
        lines.push(Line::new());
    }
    lines
}

/// What is said while nothing is known of the cluster yet.
pub(crate) fn waiting(model: &Model) -> Option<Line> {
    let snapshot = &model.world.snapshot;
    let name = snapshot.origin.short_name();
    let (doing, since) = match &snapshot.link {
        Link::Connecting { since } => (format!("Connecting to {name}"), since),
        Link::LoggingIn { since, plugin } => (format!("Waiting for {plugin} to log in to {name}, perhaps in a browser"), since),
        _ => return None,
    };
    let line = Line::new().strong(format!("{} ", spinner(model.now)), Role::Unknown);
    Some(line.text(format!("{doing}, {}. The catalogue works meanwhile.", age(*since, model.now))))
}

/// A sign that turns eight times a second.
pub(crate) fn spinner(now: Timestamp) -> &'static str {
    const TURNS: [&str; 8] = ["⠋", "⠙", "⠹", "⠸", "⠴", "⠦", "⠧", "⠇"];
    TURNS[(now.as_millisecond().rem_euclid(1000) / 125) as usize % TURNS.len()]
}

/// The time of day, where the user is.
pub(crate) fn clock(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string()
}

fn date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%H:%M on %Y-%m-%d").to_string()
}

/// A kind as it is called in a sentence.
fn plural(kind: Kind) -> String {
    let name = kind.name();
    if name.ends_with('y') { format!("{}ies", name.trim_end_matches('y')) } else { format!("{name}s") }
}

//! What there is to say about a provider, as rows under headings. Widths are the drawing's business.

use super::numbers::{adoption, limits, measured};
use crate::catalog::{FeatureKind, Level, Provider, Reference};
use crate::detect::{Confidence, Mode};
use crate::present::{Role, cell_long, installer_long, level_sign, severity_sign};
use crate::snapshot::Origin;
use crate::tui::line::{Line, cut};
use crate::tui::model::Model;

/// Width of a name before its value.
const NAME: usize = 24;

/// What belongs together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    /// Its name.
    pub(super) title: &'static str,
    /// Its rows.
    pub(super) rows: Vec<Row>,
}

/// A row of a section.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Row {
    /// A heading, or nothing.
    Plain(Line),
    /// A fact.
    Fact(Fact),
}

/// Something to point at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    /// What it says.
    pub(super) line: Line,
    /// What it is about.
    pub(super) about: About,
}

/// What stands behind a fact.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum About {
    /// The cell of the column with that id.
    Column(String),
    /// What else is to be said of it, and who says so.
    Source(String, Reference),
    /// Words and no more.
    Words(String),
}

impl Section {
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    /// The rows that the cursor can be on.
    pub(super) fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.rows.iter().filter_map(|row| match row {
            Row::Fact(fact) => Some(fact),
            Row::Plain(_) => None,
        })
    }

    pub(super) fn plain(&mut self, line: Line) {
        self.rows.push(Row::Plain(line));
    }

    pub(super) fn fact(&mut self, line: Line, about: About) {
        self.rows.push(Row::Fact(Fact { line, about }));
    }

    pub(super) fn words(&mut self, line: Line) {
        let about = About::Words(line.plain());
        self.fact(line, about);
    }
}

/// All sections, in their order; those that would be empty say why.
pub(super) fn sections(model: &Model, provider: &Provider) -> Vec<Section> {
    vec![
        columns(model, provider),
        watch(provider),
        cluster(model, provider),
        limits(provider),
        adoption(model, provider),
        measured(model, provider),
        project(model, provider),
    ]
}

pub(super) fn named(name: &str, value: impl Into<String>) -> Line {
    Line::of(format!("  {name:<NAME$}"), Role::Muted).text(value)
}

fn columns(model: &Model, provider: &Provider) -> Section {
    let mut section = Section::new("Facts");
    for group in &model.catalog.groups {
        let features: Vec<_> = model.catalog.features.iter().filter(|feature| feature.group == group.id).collect();
        if features.is_empty() {
            continue;
        }
        if !section.rows.is_empty() {
            section.plain(Line::new());
        }
        section.plain(Line::heading(group.title.to_uppercase()));
        for feature in features {
            let cell = provider.cell(&feature.id);
            let level = provider.level(&feature.id);
            let sign = if feature.kind == FeatureKind::Text && level == Level::Yes { " " } else { level_sign(level) };
            let role = if level == Level::Unknown { Role::Unknown } else { Role::Text };
            let value = match cell {
                Some(cell) if !cell.value.is_empty() => cell.value.clone(),
                _ => cell_long(feature, cell),
            };
            let title = cut(&feature.title, NAME - 1, "…");
            let line = Line::of(format!("{sign} "), role).text(format!("{title:<NAME$}")).then(value, role);
            section.fact(line, About::Column(feature.id.clone()));
        }
    }
    section
}

fn watch(provider: &Provider) -> Section {
    let mut section = Section::new("Watch");
    for note in &provider.watch {
        let line = Line::of("! ", Role::Warn).text(&note.text);
        section.fact(line, About::Source(note.text.clone(), note.source.clone()));
    }
    if section.rows.is_empty() {
        section.words(Line::of("  nothing known that bites", Role::Muted));
    }
    section
}

/// What of the provider is in the cluster that is looked at.
fn cluster(model: &Model, provider: &Provider) -> Section {
    let mut section = Section::new("In this cluster");
    let detection = &model.world.assessment.detection;
    if model.world.snapshot.origin == Origin::None {
        section.words(Line::of("  No cluster attached. ", Role::Muted).then("@", Role::Accent).muted(" attaches one."));
        return section;
    }
    let network = &detection.network;
    let moves = network.provider.as_deref() == Some(provider.id.as_str());
    if moves {
        let sure = match network.confidence {
            Confidence::Certain => Line::of("certain", Role::Text),
            Confidence::Likely => Line::of("likely", Role::Unknown),
            Confidence::Unknown => Line::of("? not sure", Role::Unknown),
        };
        let version = match (network.version.as_deref(), network.versions.as_slice()) {
            (Some(one), _) => one.to_owned(),
            (None, [] | [_]) => "? version not known".to_owned(),
            (None, several) => several.join(" and "),
        };
        section.words(named("moves packets", format!("{version}, ")).join(sure));
        for (name, value) in mode(&network.mode) {
            section.words(named(name, value));
        }
    }
    for also in detection.also.iter().filter(|also| also.provider == provider.id) {
        let says = also.evidence.first().map_or("", |evidence| &evidence.says);
        section.words(named("beside the main one", says));
    }
    if detection.policy.enforcer.as_deref() == Some(provider.id.as_str()) {
        section.words(named("policies", &detection.policy.sentence));
    }
    if section.rows.is_empty() {
        let words = if network.provider.is_none() { "  ? nothing was recognised here" } else { "  not here" };
        let role = if network.provider.is_none() { Role::Unknown } else { Role::Muted };
        section.words(Line::of(words, role));
    } else {
        for finding in model.world.assessment.findings.iter().take(5) {
            let (sign, role) = severity_sign(finding.severity);
            section.words(Line::of(format!("{sign} "), role).text(format!("{}: {}", finding.object.name, finding.message)));
        }
    }
    section
}

fn mode(mode: &Mode) -> Vec<(&'static str, String)> {
    let between = if mode.cross_subnet == Some(true) { ", between subnets" } else { "" };
    let kube_proxy = mode.kube_proxy_replacement.map(|replaced| if replaced { "replaced" } else { "not replaced" }.to_owned());
    let all = [
        ("encapsulation", mode.encapsulation.as_ref().map(|word| format!("{word}{between}"))),
        ("data plane", mode.data_plane.clone()),
        ("encryption", mode.encryption.clone()),
        ("kube-proxy", kube_proxy),
        ("addresses", mode.ipam.clone()),
        ("routes", mode.routing.clone()),
    ];
    all.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
}

fn project(model: &Model, provider: &Provider) -> Section {
    let mut section = Section::new("Project");
    section.words(Line::of("  ", Role::Text).text(&provider.summary));
    let project = &provider.project;
    let places = [
        ("home", Some(&project.home)),
        ("repository", Some(&project.repository)),
        ("tracker", project.tracker.as_ref()),
        ("chat", project.chat.as_ref()),
    ];
    for (name, place) in places {
        if let Some(place) = place.filter(|place| !place.is_empty()) {
            section.words(named(name, place));
        }
    }
    if let Some(by) = &project.replaced_by {
        let name = model.catalog.name(by);
        section.words(named("replaced by", name));
    }
    for installer in &provider.installers {
        let by = if installer.by.is_empty() { String::new() } else { format!(": {}", installer.by) };
        let says = installer_long(installer);
        let line = named(&installer.name, format!("{}{by}", installer.support.name()));
        section.fact(
            if says.is_empty() { line } else { line.muted(format!("   {says}")) },
            About::Source(says, installer.source.clone()),
        );
    }
    section
}

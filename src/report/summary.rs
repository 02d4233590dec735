//! `report`: what a person pastes into the tracker of the network that runs: who asks what, the state, and what changed.
//!
//! It says nothing that `status` and `timeline` do not say; it puts it in the order of a fault report, and within the length that
//! trackers take.

use super::{Answer, Block, Cell, Format, Look, Outcome, Table, status, write};
use crate::catalog::{Asked, Catalog, Provider};
use crate::health::Assessment;
use crate::present::{Role, change_subject, count, headline};
use crate::snapshot::{Kind, Node, Snapshot, Text};
use crate::timeline::Entry;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;

/// Longest summary, in bytes: GitHub takes 65,536 characters.
const LONGEST: usize = 60_000;
/// Most changes that are told, the newest.
const CHANGES: usize = 100;
/// Most kinds of kernel, system or runtime that are told.
const KINDS: usize = 5;

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The facts, redacted or not.
    pub snapshot: &'a Snapshot,
    /// What follows from them.
    pub assessment: &'a Assessment,
    /// Who knows where faults go.
    pub catalog: &'a Catalog,
    /// What changed, as far as that was recorded.
    pub changes: &'a [Entry],
    /// Whether names and addresses are pseudonyms.
    pub is_redacted: bool,
}

/// `cnitui.report/v1`
#[derive(Debug, Serialize)]
pub struct ReportDocument {
    schema: &'static str,
    path: String,
    bytes: usize,
    files: Vec<String>,
    redacted: bool,
    provider: Option<String>,
    tracker: Option<String>,
    chat: Option<String>,
}

impl Report<'_> {
    fn provider(&self) -> Option<&Provider> {
        self.catalog.provider(self.assessment.detection.network.provider.as_deref()?)
    }

    /// The summary, as markdown. Errors: it cannot be written.
    pub fn summary(&self) -> io::Result<String> {
        let said = headline(self.snapshot, self.assessment, self.catalog, self.snapshot.taken_at);
        let names =
            if self.is_redacted { "Names and addresses are pseudonyms." } else { "Names and addresses are the cluster's own." };
        let version = env!("CARGO_PKG_VERSION");
        let mut blocks = vec![
            Block::line(format!("{} {}", said.verdict, said.policies), Role::Text),
            Block::line(format!("Seen {} by cnitui {version}. {names}", self.snapshot.taken_at), Role::Muted),
        ];
        blocks.extend(self.template());
        blocks.extend(status(self.snapshot, self.assessment, self.catalog, None, Format::Markdown).blocks);
        if !self.changes.is_empty() {
            blocks.extend([Block::Heading("CHANGES".to_owned()), Block::Table(self.changes())]);
        }
        let answer = Answer { blocks, document: (), outcome: Outcome::Well };
        Ok(cut(write(&answer, Format::Markdown, Look::default())?))
    }

    /// What the template of the provider's tracker asks for.
    fn template(&self) -> Vec<Block> {
        let Some(asked) = self.provider().and_then(|provider| provider.project.report.as_ref()) else { return Vec::new() };
        let mut table = Table::new(["Asked", "Answer"]);
        table.rows.extend(asked.asks.iter().map(|one| vec![one.title().into(), self.told(*one).into()]));
        if !asked.also.is_empty() {
            table.rows.push(vec!["also".into(), format!("{} (to be added by hand)", asked.also).into()]);
        }
        vec![Block::Heading("ENVIRONMENT".to_owned()), Block::Table(table)]
    }

    fn told(&self, asked: Asked) -> String {
        let detection = &self.assessment.detection;
        let mode = &detection.network.mode;
        let known = |value: Option<&str>| value.unwrap_or("?").to_owned();
        match asked {
            Asked::Version => match detection.network.versions.as_slice() {
                [] => known(detection.network.version.as_deref()),
                versions => versions.iter().map(Text::as_str).collect::<Vec<_>>().join(", "),
            },
            Asked::Mode => {
                format!(
                    "encapsulation {}, data plane {}",
                    known(mode.encapsulation.as_deref()),
                    known(mode.data_plane.as_deref())
                )
            }
            Asked::Kubernetes => match &self.snapshot.server_version {
                Some(version) => version.to_string(),
                None => format!("kubelets {}", self.of_nodes(|node| &node.kubelet)),
            },
            Asked::Distribution => known(detection.distribution),
            Asked::Nodes => self.snapshot.number(Kind::Node).map_or_else(|| "?".to_owned(), count),
            Asked::Kernel => self.of_nodes(|node| &node.kernel),
            Asked::Os => self.of_nodes(|node| &node.os_image),
            Asked::Runtime => self.of_nodes(|node| &node.runtime),
        }
    }

    /// What the nodes say of themselves, each with how many say so, the most common first.
    fn of_nodes(&self, says: fn(&Node) -> &Text) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for node in self.snapshot.nodes.iter() {
            *counts.entry(says(node)).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().filter(|(what, _)| !what.is_empty()).collect();
        counts.sort_by_key(|(_, nodes)| std::cmp::Reverse(*nodes));
        let more = counts.len().saturating_sub(KINDS);
        let mut told: Vec<String> = counts.iter().take(KINDS).map(|(what, nodes)| format!("{what} on {nodes}")).collect();
        told.extend((more > 0).then(|| format!("{more} more")));
        if told.is_empty() { "?".to_owned() } else { told.join(", ") }
    }

    fn changes(&self) -> Table {
        let mut table = Table::new(["Time", "Turn", "Object", "What"]);
        let from = self.changes.len().saturating_sub(CHANGES);
        table.rows.extend(self.changes[from..].iter().map(|Entry { change, .. }| {
            vec![change.at.to_string().into(), change.turn.name().into(), change_subject(change).into(), (&change.what).into()]
        }));
        table
    }

    /// What was written where, and where it goes.
    pub fn written(&self, path: &str, bytes: usize, files: &[String]) -> Answer<ReportDocument> {
        let project = self.provider().map(|provider| &provider.project);
        let (tracker, chat) = (project.and_then(|one| one.tracker.clone()), project.and_then(|one| one.chat.clone()));
        let mut blocks = vec![Block::line(format!("{path}: {} KiB: {}.", bytes.div_ceil(1024), files.join(", ")), Role::Text)];
        let to = match (&tracker, self.provider()) {
            (Some(tracker), Some(provider)) => {
                format!("Faults of {} go to {tracker}; report.md is made to be pasted there.", provider.name)
            }
            (None, Some(provider)) => format!("Of {} no public tracker is known.", provider.name),
            (_, None) => "Whose network this is was not recognised, so neither is its tracker.".to_owned(),
        };
        blocks.push(Block::line(to, Role::Text));
        blocks.extend(chat.as_ref().map(|chat| Block::line(format!("People talk at {chat}."), Role::Text)));
        let names = if self.is_redacted {
            "Look through it before you hand it on: numbers, times and sizes are the cluster's."
        } else {
            "Names and addresses in it are the cluster's own."
        };
        blocks.push(Block::Line(vec![Cell::new(names, Role::Warn)]));
        let document = ReportDocument {
            schema: "cnitui.report/v1",
            path: path.to_owned(),
            bytes,
            files: files.to_vec(),
            redacted: self.is_redacted,
            provider: self.provider().map(|provider| provider.id.clone()),
            tracker,
            chat,
        };
        Answer { blocks, document, outcome: Outcome::Well }
    }
}

/// As much of a text as trackers take, in whole lines.
fn cut(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let mut end = LONGEST;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let end = text[..end].rfind('\n').unwrap_or(end);
    format!("{}\n\nCut here: trackers take no more. The snapshot beside this has the rest.\n", &text[..end])
}

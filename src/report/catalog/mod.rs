//! What the catalogue answers: the matrix, all that is known of a provider, several side by side, a choice, a published
//! edition.

mod choose;
mod edition;
mod measured;
mod profile;

pub use choose::{ChooseDocument, choose};
pub use edition::edition;
pub use profile::profile;

use super::{Answer, Block, Cell, Format, Outcome, Table};
use crate::catalog::{self, Feature, Level, Provider, Status, differ};
use crate::present::{Role, cell_long, cell_short, level_sign};
use measured::RunEntry;
use serde::Serialize;
use std::collections::BTreeMap;

/// The part of the catalogue that is asked about.
#[derive(Debug, Clone)]
pub struct Matrix<'a> {
    /// Providers, in order.
    pub providers: Vec<&'a Provider>,
    /// Columns, in order.
    pub features: Vec<&'a Feature>,
    /// What others measured, oldest first.
    pub measured: &'a [catalog::Run],
}

/// Columns of the matrix that fit on a screen; `wide` and the formats for programs have all.
const FIT: usize = 10;

/// `cnitui.providers/v1`
#[derive(Debug, Serialize)]
pub struct ProvidersDocument<'a> {
    schema: &'static str,
    features: Vec<FeatureEntry<'a>>,
    providers: Vec<ProviderEntry<'a>>,
    measured: Vec<RunEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct FeatureEntry<'a> {
    id: &'a str,
    title: &'a str,
    group: &'a str,
    seed: bool,
    kind: catalog::FeatureKind,
    definition: &'a str,
    levels: &'a BTreeMap<Level, String>,
}

#[derive(Debug, Serialize)]
struct ProviderEntry<'a> {
    id: &'a str,
    name: &'a str,
    status: Status,
    role: catalog::Role,
    summary: &'a str,
    project: &'a catalog::Project,
    variants: &'a [String],
    cells: BTreeMap<&'a str, catalog::Cell>,
    installers: &'a [catalog::Installer],
    limits: &'a [catalog::Quantity],
    footprint: &'a [catalog::Quantity],
    adoption: &'a [catalog::Adoption],
    watch: &'a [catalog::Note],
}

impl<'a> Matrix<'a> {
    /// The document: every asked cell is there, those that nobody could source as unknown.
    fn document(&self) -> ProvidersDocument<'a> {
        let features = self.features.iter().map(|feature| FeatureEntry {
            id: &feature.id,
            title: &feature.title,
            group: &feature.group,
            seed: feature.seed,
            kind: feature.kind,
            definition: &feature.definition,
            levels: &feature.levels,
        });
        let providers = self.providers.iter().map(|provider| ProviderEntry {
            id: &provider.id,
            name: &provider.name,
            status: provider.status,
            role: provider.role,
            summary: &provider.summary,
            project: &provider.project,
            variants: &provider.variants,
            cells: self.cells(provider),
            installers: &provider.installers,
            limits: &provider.limits,
            footprint: &provider.footprint,
            adoption: &provider.adoption,
            watch: &provider.watch,
        });
        ProvidersDocument {
            schema: "cnitui.providers/v1",
            features: features.collect(),
            providers: providers.collect(),
            measured: measured::entries(self),
        }
    }

    fn cells(&self, provider: &Provider) -> BTreeMap<&'a str, catalog::Cell> {
        let cell = |feature: &&'a Feature| (feature.id.as_str(), provider.cell(&feature.id).cloned().unwrap_or_default());
        self.features.iter().map(cell).collect()
    }
}

/// The matrix. `chosen` columns are shown however many they are. `here` is the provider of the attached cluster.
pub fn providers<'a>(matrix: &Matrix<'a>, chosen: bool, here: Option<&str>, format: Format) -> Answer<ProvidersDocument<'a>> {
    let shown = if chosen || format.is_full() { matrix.features.len() } else { FIT.min(matrix.features.len()) };
    let features = &matrix.features[..shown];
    let shorts = features.iter().map(|feature| feature.short.as_str());
    let mut table = if format.is_tabular() {
        Table::new(["Id", "Name", "Status", "Role"].into_iter().chain(shorts))
    } else {
        Table::new(["Provider"].into_iter().chain(shorts))
    };
    for provider in &matrix.providers {
        let mut row = if format.is_tabular() {
            vec![(&provider.id).into(), (&provider.name).into(), provider.status.name().into(), provider.role.name().into()]
        } else {
            vec![label(provider, here)]
        };
        row.extend(features.iter().map(|feature| cell(feature, provider, format)));
        table.rows.push(row);
    }
    let mut blocks = vec![Block::Table(table)];
    if matrix.providers.is_empty() && !format.is_tabular() {
        blocks = vec![Block::line("Nothing matches.", Role::Muted)];
    }
    if shown < matrix.features.len() && !matrix.providers.is_empty() {
        let more = format!("{shown} of {} columns; -o wide shows all, --columns chooses", matrix.features.len());
        blocks.extend([Block::line("", Role::Text), Block::line(more, Role::Muted)]);
    }
    Answer { blocks, document: matrix.document(), outcome: Outcome::Well }
}

/// `cnitui.compare/v1`
#[derive(Debug, Serialize)]
pub struct CompareDocument<'a> {
    schema: &'static str,
    providers: Vec<&'a str>,
    features: Vec<Compared<'a>>,
    measured: Vec<RunEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct Compared<'a> {
    id: &'a str,
    title: &'a str,
    group: &'a str,
    differs: bool,
    cells: BTreeMap<&'a str, catalog::Cell>,
}

/// The providers side by side; with `only_differences` without the rows in which they are known to be the same.
pub fn compare<'a>(
    matrix: &Matrix<'a>,
    only_differences: bool,
    here: Option<&str>,
    format: Format,
) -> Answer<CompareDocument<'a>> {
    let mut table = Table::new(["Feature"]);
    table
        .columns
        .extend(matrix.providers.iter().map(|provider| super::Column { title: label(provider, here).text, is_number: false }));
    let mut features = Vec::new();
    for feature in &matrix.features {
        let differs = differ(feature, &matrix.providers);
        if only_differences && !differs {
            continue;
        }
        let format = if format == Format::Table { Format::Wide } else { format };
        let mut row = vec![Cell::from(&feature.title)];
        row.extend(matrix.providers.iter().map(|provider| cell(feature, provider, format)));
        table.rows.push(row);
        let cell = |provider: &&'a Provider| (provider.id.as_str(), provider.cell(&feature.id).cloned().unwrap_or_default());
        features.push(Compared {
            id: &feature.id,
            title: &feature.title,
            group: &feature.group,
            differs,
            cells: matrix.providers.iter().map(cell).collect(),
        });
    }
    let providers = matrix.providers.iter().map(|provider| provider.id.as_str()).collect();
    let measured = measured::entries(matrix);
    let document = CompareDocument { schema: "cnitui.compare/v1", providers, features, measured };
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(measured::compared(matrix));
    Answer { blocks, document, outcome: Outcome::Well }
}

/// The name, and what has to be said with it.
fn label(provider: &Provider, here: Option<&str>) -> Cell {
    match provider.status {
        _ if here == Some(provider.id.as_str()) => Cell::new(format!("{} here", provider.name), Role::Here),
        Status::Active => (&provider.name).into(),
        status => Cell::new(format!("{} {}", provider.name, status.name()), Role::Muted),
    }
}

fn cell(feature: &Feature, provider: &Provider, format: Format) -> Cell {
    let cell = provider.cell(&feature.id);
    let level = provider.level(&feature.id);
    let text = match format {
        _ if format.is_tabular() && level == Level::Unknown => level.name().to_owned(),
        _ if format.is_tabular() => cell_long(feature, cell),
        Format::Wide => wide(feature, cell),
        _ => cell_short(feature, cell),
    };
    Cell::new(text, if level == Level::Unknown { Role::Unknown } else { Role::Text })
}

/// The sign with the whole value.
fn wide(feature: &Feature, cell: Option<&catalog::Cell>) -> String {
    let Some(cell) = cell else { return level_sign(Level::Unknown).to_owned() };
    if feature.kind == catalog::FeatureKind::Text && cell.level == Level::Yes {
        return cell.value.clone();
    }
    format!("{} {}", level_sign(cell.level), cell.value).trim_end().to_owned()
}

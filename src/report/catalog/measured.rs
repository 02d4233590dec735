//! What others measured, beside the matrix and never in it: for one provider every configuration, for several their defaults.

use super::Matrix;
use crate::catalog::{Measured, Metric, Provider, Reference, Run, spelled};
use crate::present::Role;
use crate::report::{Block, Cell, Table};
use serde::Serialize;

/// A run, with the rows of the providers that are asked about and of the bare machines.
#[derive(Debug, Serialize)]
pub(super) struct RunEntry<'a> {
    id: &'a str,
    title: &'a str,
    source: &'a Reference,
    setup: &'a [String],
    caveats: &'a [String],
    metrics: &'a [Metric],
    rows: Vec<&'a Measured>,
}

/// The runs in which a provider of the matrix was measured, newest first.
pub(super) fn entries<'a>(matrix: &Matrix<'a>) -> Vec<RunEntry<'a>> {
    let entry = |run: &'a Run| RunEntry {
        id: &run.id,
        title: &run.title,
        source: &run.source,
        setup: &run.setup,
        caveats: &run.caveats,
        metrics: &run.metrics,
        rows: run.rows.iter().filter(|row| is_asked(matrix, row)).collect(),
    };
    runs(matrix).map(entry).collect()
}

fn runs<'a>(matrix: &Matrix<'a>) -> impl Iterator<Item = &'a Run> {
    let measured = |run: &&Run| matrix.providers.iter().any(|provider| run.row_of(&provider.id).is_some());
    matrix.measured.iter().rev().filter(measured)
}

fn is_asked(matrix: &Matrix<'_>, row: &Measured) -> bool {
    row.provider.as_ref().is_none_or(|id| matrix.providers.iter().any(|provider| provider.id == *id))
}

/// The runs of one provider: every configuration, then the set-up and what the numbers do not say.
pub(super) fn profile(runs: &[Run], provider: &Provider) -> Vec<Block> {
    let mut blocks = Vec::new();
    for run in runs.iter().rev().filter(|run| run.row_of(&provider.id).is_some()) {
        let titles = run.metrics.iter().map(|metric| format!("{}, {}#", metric.title, metric.unit.name())).collect::<Vec<_>>();
        let mut table = Table::new(["Configuration", "Version"].into_iter().chain(titles.iter().map(String::as_str)));
        let bare = run.bare().map(|row| (format!("no network provider: {}", row.configuration), row));
        let rows = run.rows_of(&provider.id).map(|row| (row.configuration.clone(), row));
        for (name, row) in rows.chain(bare) {
            let mut cells: Vec<Cell> = vec![name.into(), row.version.as_deref().unwrap_or_default().into()];
            cells.extend(run.metrics.iter().map(|metric| number(row, metric)));
            table.rows.push(cells);
        }
        blocks.extend([Block::Heading(format!("Measured of {}, {}", provider.name, run.id)), Block::Table(table)]);
        blocks.extend(about(run));
    }
    blocks
}

/// The runs of several providers, by the default configuration of each.
pub(super) fn compared(matrix: &Matrix<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for run in runs(matrix) {
        let mut table = Table::new([format!("Measured {}", run.id).as_str()]);
        let names =
            matrix.providers.iter().map(|provider| crate::report::Column { title: provider.name.clone(), is_number: true });
        table.columns.extend(names);
        for metric in &run.metrics {
            let mut cells: Vec<Cell> = vec![format!("{}, {}", metric.title, metric.unit.name()).into()];
            let rows = matrix.providers.iter().map(|provider| run.row_of(&provider.id));
            cells.extend(rows.map(|row| row.map_or_else(|| Cell::new("?", Role::Unknown), |row| number(row, metric))));
            table.rows.push(cells);
        }
        blocks.extend([Block::Heading(format!("Measured {}: not a feature, never filtered", run.id)), Block::Table(table)]);
        blocks.extend(about(run));
    }
    blocks
}

fn number(row: &Measured, metric: &Metric) -> Cell {
    row.numbers.get(&metric.id).map_or_else(|| Cell::new("?", Role::Unknown), |number| spelled(*number).into())
}

fn about(run: &Run) -> impl Iterator<Item = Block> {
    let source = format!("{}; {}, {}", run.title, run.source.location, run.source.as_of);
    let lines = run.setup.iter().chain(&run.caveats).cloned();
    std::iter::once(source).chain(lines).map(|line| Block::line(line, Role::Muted))
}

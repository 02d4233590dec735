//! The sections of a provider that are numbers: limits, adoption then and now, and what others measured, as bars.

use super::sections::{About, Section, named};
use crate::catalog::{Adoption, Measured, Metric, Provider, Quantity, Run, spelled};
use crate::present::{Role, bar, measured_long};
use crate::tui::line::{Line, cut};
use crate::tui::model::Model;

/// Width of what is limited.
const WHAT: usize = 34;

/// Width of a configuration that was measured, and of a full bar.
const CONFIGURATION: usize = 20;
const BAR: usize = 16;

pub(super) fn limits(provider: &Provider) -> Section {
    let mut section = Section::new("Limits");
    let mut row = |what: &str, one: &Quantity| {
        let what = cut(what, WHAT - 1, "…");
        let line = Line::of(format!("  {what:<WHAT$}"), Role::Muted);
        let line = line.text(format!("{:>8} ", spelled(one.number))).muted(one.unit.name());
        section.fact(line, About::Source(one.note.clone(), one.source.clone()));
    };
    for limit in &provider.limits {
        row(&limit.what, limit);
    }
    for part in &provider.footprint {
        row(&format!("request of {}", part.what), part);
    }
    if section.rows.is_empty() {
        section.words(Line::of("  none documented", Role::Muted));
    }
    section
}

/// Then and now: one column a date.
pub(super) fn adoption(model: &Model, provider: &Provider) -> Section {
    let mut section = Section::new("Adoption");
    let mut dates: Vec<&Adoption> = provider.adoption.iter().collect();
    dates.sort_by(|a, b| a.as_of.cmp(&b.as_of));
    if dates.is_empty() {
        section.words(Line::of("? nobody could source it", Role::Unknown));
        return section;
    }
    let head = Line::of(format!("  {:<16}", ""), Role::Muted);
    section.plain(dates.iter().fold(head, |head, at| head.muted(format!("{:>12}", at.as_of))));
    let numbers = |at: &Adoption| [at.stars, at.contributors, at.forks];
    for (row, name) in ["stars", "contributors", "forks"].into_iter().enumerate() {
        let mut line = Line::of(format!("  {name:<16}"), Role::Muted);
        for at in &dates {
            line = match numbers(at)[row] {
                Some(number) => line.text(format!("{:>12}", spelled(f64::from(number)))),
                None => line.then(format!("{:>12}", "?"), Role::Unknown),
            };
        }
        let last = dates.last().map(|at| at.source.clone());
        section.fact(line.clone(), last.map_or(About::Words(line.plain()), |source| About::Source(String::new(), source)));
    }
    for edition in &model.catalog.editions {
        for row in edition.rows.iter().filter(|row| row.provider == provider.id) {
            for said in &row.said {
                section.fact(named(&edition.id, said), About::Source(said.clone(), edition.source.clone()));
            }
        }
    }
    section
}

/// Every configuration in every run, newest run first; never a level.
pub(super) fn measured(model: &Model, provider: &Provider) -> Section {
    let mut section = Section::new("Measured");
    for run in model.catalog.runs_of(&provider.id) {
        for metric in run.drawn() {
            if !section.rows.is_empty() {
                section.plain(Line::new());
            }
            let version = run.row_of(&provider.id).and_then(|row| row.version.as_deref()).unwrap_or("no version said");
            section.plain(Line::of(format!("  {}, {version}: {}, {}", run.id, metric.title, metric.unit.name()), Role::Muted));
            for row in run.bare().into_iter().chain(run.rows_of(&provider.id)) {
                if let Some(line) = bar_row(run, metric, row) {
                    section.fact(line, About::Source(measured_long(run, row), run.source.clone()));
                }
            }
        }
    }
    if section.rows.is_empty() {
        let runs = model.catalog.measured.iter().map(|run| run.id.as_str()).collect::<Vec<_>>().join(" and ");
        section.words(Line::of(format!("  not in the runs of {runs}"), Role::Muted));
    }
    section
}

fn bar_row(run: &Run, metric: &Metric, row: &Measured) -> Option<Line> {
    let number = *row.numbers.get(&metric.id)?;
    let name = cut(&row.configuration, CONFIGURATION - 1, "…");
    let line = Line::of(format!("  {name:<CONFIGURATION$}"), Role::Muted).text(format!("{:>7}  ", spelled(number)));
    Some(line.text(bar(number, run.most(&metric.id), BAR)))
}

//! The order of providers.

use super::suggest::{columns, nearest};
use super::{FilterError, Measure, date_in, parse};
use crate::catalog::{Catalog, Cell, FeatureKind, Level, Provider, Status};
use std::cmp::Ordering;

/// An order of providers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sort {
    /// Id of a feature, `name`, `status` or a number such as `nodes` or `cpu`; none is living ones first, then by name.
    pub column: Option<String>,
    /// Whether turned.
    pub descending: bool,
}

impl Sort {
    /// Reads a column by any of its names; `-` in front turns the order.
    pub fn parse(text: &str, catalog: &Catalog) -> Result<Self, FilterError> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let name = name.to_lowercase().replace(' ', "-");
        let column = match parse::find(&name, catalog) {
            _ if name == "name" || name == "status" => name,
            Some(feature) => feature.id.clone(),
            None if parse::measure(&name, catalog).is_some() => name,
            None => {
                return Err(FilterError {
                    at: 1 + usize::from(descending),
                    message: format!("no column \"{name}\""),
                    suggestion: nearest(&name, columns(catalog)),
                });
            }
        };
        Ok(Self { column: Some(column), descending })
    }

    /// Puts providers in this order. Equal ones keep theirs; unknown comes last, whichever way.
    pub fn apply(&self, providers: &mut [&Provider], catalog: &Catalog) {
        let column = self.column.as_deref();
        let feature = column.and_then(|column| catalog.feature(column));
        if let Some(column) = column.filter(|column| !matches!(*column, "name" | "status") && feature.is_none()) {
            let measure = Measure::named(column);
            let mut keyed: Vec<_> = providers.iter().map(|provider| (measure.least(provider), *provider)).collect();
            keyed.sort_by(|(a, _), (b, _)| match (a, b) {
                (Some(a), Some(b)) => self.turn(a.total_cmp(b)),
                (a, b) => a.is_none().cmp(&b.is_none()),
            });
            providers.iter_mut().zip(keyed).for_each(|(place, (_, provider))| *place = provider);
            return;
        }
        let by_name = |a: &Provider, b: &Provider| a.name.to_lowercase().cmp(&b.name.to_lowercase());
        providers.sort_by(|a, b| match column {
            None => (a.status != Status::Active).cmp(&(b.status != Status::Active)).then_with(|| by_name(a, b)),
            Some("name") => self.turn(by_name(a, b)),
            Some("status") => self.turn(a.status.cmp(&b.status)),
            Some(column) => {
                let unknown = |provider: &Provider| provider.level(column) == Level::Unknown;
                let cells = || self.turn(by_cell(a, b, column, feature.is_some_and(|feature| feature.kind == FeatureKind::Text)));
                unknown(a).cmp(&unknown(b)).then_with(cells).then_with(|| by_name(a, b))
            }
        });
    }

    fn turn(&self, order: Ordering) -> Ordering {
        if self.descending { order.reverse() } else { order }
    }
}

/// By level, then in a column of text by what stands in it: dates, else leading numbers, else words. What a level hides orders
/// nothing.
fn by_cell(a: &Provider, b: &Provider, feature: &str, is_text: bool) -> Ordering {
    let said = |cell: &Cell| if cell.short.is_empty() { cell.value.to_lowercase() } else { cell.short.to_lowercase() };
    let value = |provider: &Provider| provider.cell(feature).filter(|_| is_text).map_or_else(String::new, said);
    let (left, right) = (value(a), value(b));
    let values = match (date_in(&left), date_in(&right)) {
        (Some(left), Some(right)) => left.cmp(right),
        _ => match (leading_number(&left), leading_number(&right)) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            _ => left.cmp(&right),
        },
    };
    a.level(feature).cmp(&b.level(feature)).then(values)
}

fn leading_number(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(text.len());
    text[..end].replace(',', "").parse().ok()
}

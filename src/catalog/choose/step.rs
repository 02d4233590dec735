//! What would be gained and lost by moving from one provider to another.

use super::{Left, Question, Wanted};
use crate::catalog::{Catalog, Feature, FeatureKind, Level, Provider, Worth};

/// A move from one provider to another. The lists have what is needed first, then the order of the matrix.
#[derive(Debug, Clone)]
pub struct Move<'a> {
    /// Who runs today.
    pub from: &'a Provider,
    /// Who would.
    pub to: &'a Provider,
    /// What the other has more of.
    pub gains: Vec<&'a Feature>,
    /// What it has less of.
    pub losses: Vec<&'a Feature>,
    /// What differs and is neither better nor worse.
    pub changes: Vec<&'a Feature>,
    /// What nobody could source for one of them.
    pub unknown: Vec<&'a Feature>,
}

/// What moving from the provider that runs today would mean, to each of those who are left; nothing where none is known to run.
pub fn moves<'a>(catalog: &'a Catalog, question: &Question, left: &[Left<'a>]) -> Vec<Move<'a>> {
    let Some(from) = question.here.as_deref().and_then(|id| catalog.provider(id)) else { return Vec::new() };
    let others = left.iter().map(|left| left.provider).filter(|to| to.id != from.id);
    others.map(|to| moving(catalog, question, from, to)).collect()
}

/// Compares two providers by levels. What does not apply to one of them is no gain and no loss.
pub fn moving<'a>(catalog: &'a Catalog, question: &Question, from: &'a Provider, to: &'a Provider) -> Move<'a> {
    let mut step = Move { from, to, gains: vec![], losses: vec![], changes: vec![], unknown: vec![] };
    let mut features: Vec<&Feature> = catalog.features.iter().filter(|feature| feature.kind == FeatureKind::Level).collect();
    let is_needed = |wanted: &Wanted, feature: &Feature| wanted.feature == feature.id;
    features.sort_by_key(|feature| !question.needs().any(|wanted| is_needed(wanted, feature)));
    for feature in features {
        let list = match (from.level(&feature.id), to.level(&feature.id)) {
            (a, b) if a == b => continue,
            (Level::Unknown, _) | (_, Level::Unknown) => &mut step.unknown,
            (Level::NotApplicable, _) | (_, Level::NotApplicable) => &mut step.changes,
            _ if feature.yes_is == Worth::Neutral => &mut step.changes,
            (a, b) if b < a => &mut step.gains,
            _ => &mut step.losses,
        };
        list.push(feature);
    }
    step
}

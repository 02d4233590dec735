//! A question to the catalogue and its answer in words: what is asked, why somebody is excluded, what would bring somebody back.
//!
//! Both front-ends and the decision record say them. What is decided, and in which order, is decided in `catalog`.

use super::{count, counted, level_sign};
use crate::catalog::{
    Accept, Catalog, Cause, Caveat, CaveatKind, Cell, Change, Demand, Edition, End, Excluded, KernelRule, Level, Provider,
    Quantity, Question, Reference, Relaxation, Role, Says, Wanted,
};

/// What is said where nothing is needed: the essays' advice in one line.
pub const BASIC: &str = "A basic provider is enough. Decide quickly, then test.";

/// The newest edition with advice, where nothing is needed: what it says is then the answer.
pub fn advising<'a>(catalog: &'a Catalog, question: &Question) -> Option<&'a Edition> {
    catalog.editions.iter().rfind(|edition| question.is_open() && !edition.advice.is_empty())
}

/// Why somebody is excluded, in three parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// Level of the deciding cell, or "no" where no level decides: a cell that says `dead` is a sourced "yes", and fails all the same.
    pub level: Level,
    /// What was asked.
    pub asked: String,
    /// What the cell says.
    pub says: String,
}

impl Because {
    /// Sign of its level.
    pub const fn sign(&self) -> &'static str {
        level_sign(self.level)
    }
}

/// A demand as a title: `Encryption`, `AWS`, `200 nodes`.
pub fn demand_words(demand: &Demand, catalog: &Catalog) -> String {
    match demand {
        Demand::Primary => "primary CNI".to_owned(),
        Demand::Alive => "alive".to_owned(),
        Demand::Need(wanted) => wanted_words(wanted, catalog),
        Demand::Avoid(wanted) => format!("no {}", wanted_words(wanted, catalog)),
        Demand::Other(id) => format!("not {}", catalog.name(id)),
        Demand::In(environment) => environment.title().to_owned(),
        Demand::Nodes(nodes) => counted(*nodes as usize, "node", "nodes"),
        Demand::Kernel(kernel) => format!("kernel {kernel}"),
    }
}

fn wanted_words(wanted: &Wanted, catalog: &Catalog) -> String {
    let title = catalog.feature(&wanted.feature).map_or(wanted.feature.as_str(), |feature| feature.title.as_str());
    match &wanted.says {
        Says::Level(Level::Yes) => title.to_owned(),
        Says::Level(Level::Partial) => format!("{title}, if in part"),
        Says::Level(level) => format!("{title}: {level}"),
        Says::Word(word) => format!("{title}: {word}"),
    }
}

/// A question in short: `4 needs, AWS, 200 nodes`. Features and life are needs, the rest stands by itself.
pub fn question_words(question: &Question, catalog: &Catalog) -> String {
    let is_need = |demand: &&Demand| matches!(demand, Demand::Need(_) | Demand::Avoid(_) | Demand::Other(_) | Demand::Alive);
    let (needs, rest): (Vec<&Demand>, Vec<&Demand>) = question.demands.iter().partition(is_need);
    let needs = counted(needs.len(), "need", "needs");
    std::iter::once(needs).chain(rest.into_iter().map(|demand| demand_words(demand, catalog))).collect::<Vec<_>>().join(", ")
}

/// Why a provider is excluded.
pub fn because(cause: &Cause<'_>, provider: &Provider, catalog: &Catalog) -> Because {
    let level = cause.level();
    let value = cause.cell.map_or("", |cell| cell.value.as_str());
    let by_level = matches!(cause.demand, Demand::Need(_) | Demand::Avoid(_));
    let by_column = matches!(cause.demand, Demand::In(environment) if environment.column() == cause.feature);
    let says = match (cause.demand, cause.end) {
        (Demand::Other(_), _) => "you asked for another".to_owned(),
        (_, Some(End::Limit(limit))) => limit_words(limit),
        (_, Some(End::Kernel(rule))) => kernel_words(rule),
        (Demand::Primary, _) if provider.role != Role::PolicyOnly => format!("{}: {value}", provider.role.name()),
        (Demand::Avoid(_), _) if level == Level::Unknown => "no source, so it may have it".to_owned(),
        _ if level == Level::Unknown => "no source; unknown is not yes".to_owned(),
        _ => value.to_owned(),
    };
    let level = if by_level || by_column { level } else { Level::No };
    Because { level, asked: demand_words(cause.demand, catalog), says }
}

/// Those whom no wish brings back, in short: `11 more: 3 dead or dormant, 4 of another place, 4 no primary CNI`.
pub fn settled_words(settled: &[&Excluded<'_>]) -> String {
    let decides = |is: fn(&Demand) -> bool| move |out: &&&Excluded<'_>| out.causes.first().is_some_and(|cause| is(cause.demand));
    let number = |is| settled.iter().filter(decides(is)).count();
    let kinds = [
        (number(|demand| *demand == Demand::Alive), "dead or dormant"),
        (number(|demand| matches!(demand, Demand::In(_))), "of another place"),
        (number(|demand| *demand == Demand::Primary), "no primary CNI"),
    ];
    let kinds: Vec<String> =
        kinds.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")).collect();
    format!("{} more: {}", settled.len(), kinds.join(", "))
}

/// Who says so: of a limit and a kernel its own source, else those of the cell.
pub fn cause_sources<'a>(cause: &Cause<'a>) -> &'a [Reference] {
    end_sources(cause.end.as_ref()).unwrap_or_else(|| cell_sources(cause.cell))
}

fn end_sources<'a>(end: Option<&End<'a>>) -> Option<&'a [Reference]> {
    Some(std::slice::from_ref(match end? {
        End::Limit(limit) => &limit.source,
        End::Kernel(rule) => &rule.source,
    }))
}

fn cell_sources(cell: Option<&Cell>) -> &[Reference] {
    cell.map_or(&[], |cell| &cell.sources)
}

/// `50 routes: AWS route table`.
fn limit_words(limit: &Quantity) -> String {
    format!("{} {}: {}", count(limit.number as usize), limit.unit.name(), limit.what)
}

fn kernel_words(rule: &KernelRule) -> String {
    let enterprise = rule.enterprise.as_ref().map_or_else(String::new, |kernel| format!("; Red Hat's from {kernel}"));
    let part = rule.feature.as_ref().map_or_else(String::new, |feature| format!(" for {feature}"));
    format!("{} or newer{part}{enterprise}", rule.minimum)
}

/// What has to be known of somebody who is left.
pub fn caveat_words(caveat: &Caveat<'_>, catalog: &Catalog) -> String {
    let asked = match caveat.demand {
        Demand::Need(wanted) => catalog.feature(&wanted.feature).map_or_else(String::new, |feature| feature.title.clone()),
        demand => demand_words(demand, catalog),
    };
    match caveat.kind {
        CaveatKind::Cell(cell) => {
            let part = if cell.level == Level::Partial { format!("in part, {}", cell.value) } else { String::new() };
            let words = [part.as_str(), cell.note.as_str()].into_iter().filter(|words| !words.is_empty());
            format!("{asked}: {}", words.collect::<Vec<_>>().join(". "))
        }
        CaveatKind::Limit(limit) => format!("{asked}: {}", limit_words(limit)),
        CaveatKind::Kernel(rule) => format!("{asked}: {}", kernel_words(rule)),
        CaveatKind::Undocumented => format!("{asked}: no limit is documented"),
    }
}

/// Who says so.
pub fn caveat_sources<'a>(caveat: &Caveat<'a>) -> &'a [Reference] {
    match caveat.kind {
        CaveatKind::Cell(cell) => &cell.sources,
        CaveatKind::Limit(limit) => std::slice::from_ref(&limit.source),
        CaveatKind::Kernel(rule) => std::slice::from_ref(&rule.source),
        CaveatKind::Undocumented => &[],
    }
}

/// What would have to be given up: `accept partial NetworkPolicy, egress`.
pub fn relaxation_words(relaxation: &Relaxation<'_>, catalog: &Catalog) -> String {
    let partial: Vec<String> = relaxation
        .changes
        .iter()
        .filter(|change| change.to == Accept::Partial)
        .map(|change| demand_words(change.demand, catalog))
        .collect();
    let accepted = (!partial.is_empty()).then(|| format!("accept partial {}", partial.join(" and ")));
    let others = relaxation.changes.iter().filter_map(|change| change_words(change, catalog));
    accepted.into_iter().chain(others).collect::<Vec<_>>().join(", ")
}

fn change_words(change: &Change<'_>, catalog: &Catalog) -> Option<String> {
    Some(match (change.to, change.demand) {
        (Accept::Partial, _) => return None,
        (Accept::Nodes(nodes), _) => format!("at most {}", counted(nodes as usize, "node", "nodes")),
        (Accept::Anything, Demand::Alive) => "dead or dormant too".to_owned(),
        (Accept::Anything, Demand::Avoid(wanted)) => format!("with {}", wanted_words(wanted, catalog)),
        (Accept::Anything, Demand::Kernel(_)) => "a newer kernel".to_owned(),
        (Accept::Anything, demand) => format!("without {}", demand_words(demand, catalog)),
    })
}

/// Names of those who come back.
pub fn back_words(relaxation: &Relaxation<'_>) -> String {
    relaxation.back.iter().map(|provider| provider.name.as_str()).collect::<Vec<_>>().join(", ")
}

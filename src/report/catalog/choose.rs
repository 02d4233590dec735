//! Which provider for which needs: who is left, the cell that excludes each of the others, what would bring somebody back.

use super::{cell, label};
use crate::catalog::{
    self, Accept, Catalog, Cause, Caveat, Change, Choice, Demand, End, Environment, Excluded, Feature, Left, Level, Move,
    Question, Reference, Relaxation, Says, Wanted,
};
use crate::present::{
    BASIC, Role, advising, back_words, because, cause_sources, caveat_sources, caveat_words, edition, question_words,
    relaxation_words, titles,
};
use crate::report::{Answer, Block, Cell, Format, Outcome, Table};
use serde::Serialize;
use std::collections::BTreeMap;

/// `cnitui.choose/v1`
#[derive(Debug, Serialize)]
pub struct ChooseDocument<'a> {
    schema: &'static str,
    catalogue: String,
    asked: Asked<'a>,
    left: Vec<LeftEntry<'a>>,
    excluded: Vec<ExcludedEntry<'a>>,
    relaxations: Vec<RelaxationEntry<'a>>,
    moves: Vec<MoveEntry<'a>>,
    advice: Vec<Advice<'a>>,
}

#[derive(Debug, Serialize)]
struct Asked<'a> {
    demands: Vec<Ask<'a>>,
    here: Option<&'a str>,
    order: &'static str,
    rule: &'static str,
}

/// A demand: what kind of it, and of what.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Ask<'a> {
    Primary,
    Alive,
    Need { feature: &'a str, level: Option<Level>, word: Option<&'a str> },
    Avoid { feature: &'a str, level: Option<Level>, word: Option<&'a str> },
    Other { provider: &'a str },
    Environment { environment: Environment },
    Nodes { nodes: u32 },
    Kernel { kernel: String },
}

#[derive(Debug, Serialize)]
struct LeftEntry<'a> {
    provider: &'a str,
    name: &'a str,
    here: bool,
    cells: BTreeMap<&'a str, catalog::Cell>,
    conditions: Vec<Condition<'a>>,
}

#[derive(Debug, Serialize)]
struct Condition<'a> {
    asked: Ask<'a>,
    feature: &'a str,
    says: String,
    sources: &'a [Reference],
}

#[derive(Debug, Serialize)]
struct ExcludedEntry<'a> {
    provider: &'a str,
    name: &'a str,
    #[serde(flatten)]
    by: Option<By<'a>>,
    also: Vec<By<'a>>,
}

/// The cell that decides: column, level, what it says, who says so.
#[derive(Debug, Serialize)]
struct By<'a> {
    asked: Ask<'a>,
    feature: Option<&'a str>,
    level: Option<Level>,
    value: &'a str,
    note: &'a str,
    says: String,
    limit: Option<&'a catalog::Quantity>,
    kernel: Option<&'a str>,
    sources: &'a [Reference],
}

#[derive(Debug, Serialize)]
struct RelaxationEntry<'a> {
    changes: Vec<ChangeEntry<'a>>,
    says: String,
    back: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct ChangeEntry<'a> {
    asked: Ask<'a>,
    accept: &'static str,
    nodes: Option<u32>,
}

#[derive(Debug, Serialize)]
struct MoveEntry<'a> {
    from: &'a str,
    to: &'a str,
    gains: Vec<&'a str>,
    losses: Vec<&'a str>,
    changes: Vec<&'a str>,
    unknown: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct Advice<'a> {
    edition: &'a str,
    says: &'a str,
    source: &'a Reference,
}

/// The answer to a question. Nobody left is wrong.
pub fn choose<'a>(
    catalog: &'a Catalog,
    question: &'a Question,
    choice: &Choice<'a>,
    format: Format,
) -> Answer<ChooseDocument<'a>> {
    let moves = catalog::moves(catalog, question, &choice.left);
    let document = ChooseDocument {
        schema: "cnitui.choose/v1",
        catalogue: edition(catalog),
        asked: Asked {
            demands: question.demands.iter().map(ask).collect(),
            here: question.here.as_deref(),
            order: question.order.name(),
            rule: question.order.rule(),
        },
        left: choice.left.iter().map(|left| left_entry(left, catalog, question)).collect(),
        excluded: choice.excluded.iter().map(|out| excluded_entry(out, catalog)).collect(),
        relaxations: choice.relaxations.iter().map(|relaxation| relaxation_entry(relaxation, catalog)).collect(),
        moves: moves.iter().map(move_entry).collect(),
        advice: advice(catalog, question),
    };
    let outcome = if choice.left.is_empty() { Outcome::Wrong } else { Outcome::Well };
    let mut blocks = blocks(catalog, question, choice, &document, format);
    blocks.extend(moves_blocks(&moves));
    Answer { blocks, document, outcome }
}

fn ask(demand: &Demand) -> Ask<'_> {
    let level = |wanted: &Wanted| match wanted.says {
        Says::Level(level) => Some(level),
        Says::Word(_) => None,
    };
    match demand {
        Demand::Primary => Ask::Primary,
        Demand::Alive => Ask::Alive,
        Demand::Need(wanted) => Ask::Need { feature: &wanted.feature, level: level(wanted), word: word(wanted) },
        Demand::Avoid(wanted) => Ask::Avoid { feature: &wanted.feature, level: level(wanted), word: word(wanted) },
        Demand::Other(id) => Ask::Other { provider: id },
        Demand::In(environment) => Ask::Environment { environment: *environment },
        Demand::Nodes(nodes) => Ask::Nodes { nodes: *nodes },
        Demand::Kernel(kernel) => Ask::Kernel { kernel: kernel.to_string() },
    }
}

fn word(wanted: &Wanted) -> Option<&str> {
    match &wanted.says {
        Says::Word(word) => Some(word),
        Says::Level(_) => None,
    }
}

fn left_entry<'a>(left: &Left<'a>, catalog: &Catalog, question: &'a Question) -> LeftEntry<'a> {
    let cell = |id: &'a String| (id.as_str(), left.provider.cell(id).cloned().unwrap_or_default());
    let condition = |caveat: &Caveat<'a>| Condition {
        asked: ask(caveat.demand),
        feature: caveat.feature,
        says: caveat_words(caveat, catalog),
        sources: caveat_sources(caveat),
    };
    LeftEntry {
        provider: &left.provider.id,
        name: &left.provider.name,
        here: question.here.as_ref() == Some(&left.provider.id),
        cells: question.needs().map(|wanted| cell(&wanted.feature)).collect(),
        conditions: left.conditions.iter().map(condition).collect(),
    }
}

fn excluded_entry<'a>(out: &Excluded<'a>, catalog: &Catalog) -> ExcludedEntry<'a> {
    let by = |cause: &Cause<'a>| By {
        asked: ask(cause.demand),
        feature: cause.feature,
        level: cause.feature.map(|_| cause.level()),
        value: cause.cell.map_or("", |cell| &cell.value),
        note: cause.cell.map_or("", |cell| &cell.note),
        says: because(cause, out.provider, catalog).says,
        limit: match cause.end {
            Some(End::Limit(limit)) => Some(limit),
            _ => None,
        },
        kernel: match cause.end {
            Some(End::Kernel(rule)) => Some(&rule.minimum),
            _ => None,
        },
        sources: cause_sources(cause),
    };
    let mut causes = out.causes.iter().map(by);
    ExcludedEntry { provider: &out.provider.id, name: &out.provider.name, by: causes.next(), also: causes.collect() }
}

fn relaxation_entry<'a>(relaxation: &Relaxation<'a>, catalog: &Catalog) -> RelaxationEntry<'a> {
    let change = |change: &Change<'a>| {
        let (accept, nodes) = match change.to {
            Accept::Partial => ("partial", None),
            Accept::Nodes(nodes) => ("nodes", Some(nodes)),
            Accept::Anything => ("anything", None),
        };
        ChangeEntry { asked: ask(change.demand), accept, nodes }
    };
    RelaxationEntry {
        changes: relaxation.changes.iter().map(change).collect(),
        says: relaxation_words(relaxation, catalog),
        back: relaxation.back.iter().map(|provider| provider.id.as_str()).collect(),
    }
}

fn move_entry<'a>(step: &Move<'a>) -> MoveEntry<'a> {
    let ids = |features: &[&'a Feature]| features.iter().map(|feature| feature.id.as_str()).collect();
    MoveEntry {
        from: &step.from.id,
        to: &step.to.id,
        gains: ids(&step.gains),
        losses: ids(&step.losses),
        changes: ids(&step.changes),
        unknown: ids(&step.unknown),
    }
}

/// What the newest edition with advice says, where nothing is needed.
fn advice<'a>(catalog: &'a Catalog, question: &Question) -> Vec<Advice<'a>> {
    let said = |edition: &'a catalog::Edition| {
        edition.advice.iter().map(|says| Advice { edition: &edition.id, says, source: &edition.source })
    };
    advising(catalog, question).into_iter().flat_map(said).collect()
}

fn blocks(
    catalog: &Catalog,
    question: &Question,
    choice: &Choice<'_>,
    document: &ChooseDocument<'_>,
    format: Format,
) -> Vec<Block> {
    let asked = question_words(question, catalog);
    let mut blocks = vec![Block::Heading(format!("{asked}: {} of {} left", choice.left.len(), catalog.providers.len()))];
    if question.is_open() {
        blocks.push(Block::line(BASIC, Role::Text));
        blocks.extend(document.advice.iter().map(|advice| Block::line(advice.says, Role::Text)));
        blocks.extend(
            document
                .advice
                .first()
                .map(|advice| Block::line(format!("{} ({})", advice.source.location, advice.source.as_of), Role::Muted)),
        );
    }
    let back = Block::Heading("Nearest to come back".to_owned());
    let relaxations = choice.relaxations.iter().map(|relaxation| {
        Block::line(format!("{}: + {}", relaxation_words(relaxation, catalog), back_words(relaxation)), Role::Text)
    });
    let nearest: Vec<Block> = std::iter::once(back).chain(relaxations).collect();
    let nearest = if choice.relaxations.is_empty() { Vec::new() } else { nearest };
    if choice.left.is_empty() {
        blocks.push(Block::line("Nobody is left.", Role::Bad));
        blocks.extend(nearest.iter().cloned());
    } else {
        blocks.push(Block::line(format!("Order: {}", question.order.rule()), Role::Muted));
        blocks.push(Block::Table(left_table(catalog, question, choice, format)));
    }
    blocks.push(Block::Heading(format!("Excluded {}, each by the one cell that decides", choice.excluded.len())));
    blocks.push(Block::Table(excluded_table(catalog, choice)));
    if !choice.left.is_empty() {
        blocks.extend(nearest);
    }
    blocks
}

fn left_table(catalog: &Catalog, question: &Question, choice: &Choice<'_>, format: Format) -> Table {
    let features = question.needed(catalog);
    let shorts = features.iter().map(|feature| feature.short.as_str());
    let mut table = Table::new(["#", "Provider"].into_iter().chain(shorts).chain(["Conditions"]));
    for (at, left) in choice.left.iter().enumerate() {
        let mut row = vec![Cell::from(at + 1), label(left.provider, question.here.as_deref())];
        row.extend(features.iter().map(|feature| cell(feature, left.provider, format)));
        row.push(match format {
            Format::Table => left.conditions.len().into(),
            _ => left.conditions.iter().map(|caveat| caveat_words(caveat, catalog)).collect::<Vec<_>>().join("; ").into(),
        });
        table.rows.push(row);
    }
    table
}

fn excluded_table(catalog: &Catalog, choice: &Choice<'_>) -> Table {
    let mut table = Table::new(["Provider", "Asked", "The cell says", "Also", "Source", "As of"]);
    for out in &choice.excluded {
        let Some((cause, others)) = out.causes.split_first() else { continue };
        let because = because(cause, out.provider, catalog);
        let role = if because.level == Level::Unknown { Role::Unknown } else { Role::Text };
        let also = if others.is_empty() { String::new() } else { format!("{} more", others.len()) };
        let mut row = vec![
            (&out.provider.name).into(),
            Cell::new(format!("{} {}", because.sign(), because.asked), role),
            because.says.into(),
            Cell::new(also, Role::Muted),
        ];
        let source = cause_sources(cause).first();
        row.extend(
            source.map(|source| [&source.location, &source.as_of]).into_iter().flatten().map(|text| Cell::new(text, Role::Muted)),
        );
        row.resize(6, Cell::default());
        table.rows.push(row);
    }
    table
}

fn moves_blocks(moves: &[Move<'_>]) -> Vec<Block> {
    let Some(first) = moves.first() else { return Vec::new() };
    let mut table = Table::new(["To", "Gains", "Losses", "Cannot tell"]);
    for step in moves {
        let lists = [&step.gains, &step.losses, &step.unknown];
        table.rows.push(std::iter::once((&step.to.name).into()).chain(lists.map(|list| titles(list).into())).collect());
    }
    vec![Block::Heading(format!("Moving from {}", first.from.name)), Block::Table(table)]
}

//! `policy diff`: what another set of policies changes.

use super::connectivity::{EndpointEntry, Id, endpoint, id};
use super::flow::{DialectDocument, Ports};
use super::{Answer, Block, Cell, Outcome, Table};
use crate::policy::{Changed, Dialect, Difference, Party, PortSet};
use crate::present::{Role, counted, party_title};
use crate::snapshot::Problem;
use serde::Serialize;
use std::sync::Arc;

/// `cnitui.policy.diff/v1`
#[derive(Debug, Serialize)]
pub struct DiffDocument {
    schema: &'static str,
    dialect: DialectDocument,
    endpoints: Vec<EndpointEntry>,
    changes: Vec<ChangeEntry>,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct ChangeEntry {
    src: Id,
    dst: Id,
    opens: Ports,
    closes: Ports,
    /// Of which it cannot be told
    unknown: Ports,
    before: Ports,
    after: Ports,
}

/// Blocks of addresses that a line names.
const BLOCKS: usize = 2;

/// The answer. `read` says how policies were read; only what concerns `namespace` is shown, if one is named. With the problems goes
/// whether both sides were read whole: else it is untold.
pub fn diff(
    difference: &Difference,
    dialect: &Dialect,
    read: &str,
    (problems, is_whole): (Vec<Problem>, bool),
    namespace: Option<&str>,
) -> Answer<DiffDocument> {
    let Difference { parties, changed } = difference;
    let is_here = |at: u32| namespace.is_none_or(|namespace| parties[at as usize].namespace == *namespace);
    let changed: Vec<&Changed> = changed.iter().filter(|one| is_here(one.from) || is_here(one.to)).collect();
    let ids: Vec<Id> = parties.iter().zip(0..).map(|(party, at)| id(party, at)).collect();
    let entry = |one: &&Changed| ChangeEntry {
        src: Arc::clone(&ids[one.from as usize]),
        dst: Arc::clone(&ids[one.to as usize]),
        opens: Ports(one.opens()),
        closes: Ports(one.closes()),
        unknown: Ports(one.unknown()),
        before: Ports(one.before.sure.clone()),
        after: Ports(one.after.sure.clone()),
    };
    let outcome = match !is_whole || changed.iter().any(|one| !one.unknown().is_empty()) {
        true => Outcome::Untold,
        false if changed.is_empty() => Outcome::Well,
        false => Outcome::Wrong,
    };
    let blocks = blocks(parties, &changed, read, (&problems, is_whole));
    let document = DiffDocument {
        schema: "cnitui.policy.diff/v1",
        dialect: DialectDocument::of(dialect),
        endpoints: parties.iter().zip(&ids).map(|(party, id)| endpoint(party, id)).collect(),
        changes: changed.iter().map(entry).collect(),
        problems,
    };
    Answer { blocks, document, outcome }
}

type Part = (&'static str, fn(&Changed) -> PortSet, Role);

fn blocks(parties: &[Party], changed: &[&Changed], read: &str, (problems, is_whole): (&[Problem], bool)) -> Vec<Block> {
    let parts: [Part; 3] = [
        ("OPENS", Changed::opens, Role::Warn),
        ("CLOSES", Changed::closes, Role::Text),
        ("CANNOT TELL", Changed::unknown, Role::Unknown),
    ];
    let [opens, closes, unknown] = parts.map(|(_, of, _)| changed.iter().filter(|one| !of(one).is_empty()).count());
    let said = match (opens, closes, unknown) {
        (0, 0, 0) if !is_whole => "Cannot tell whether anything changes: not everything could be read.".to_owned(),
        (0, 0, 0) => "Nothing changes: who can reach whom stays as it is.".to_owned(),
        (_, _, 0) => format!("{} open, {closes} close.", counted(opens, "pair", "pairs")),
        _ => format!("{} open, {closes} close, of {unknown} it cannot be told.", counted(opens, "pair", "pairs")),
    };
    let mut blocks = vec![Block::line(said, Role::Heading), Block::line(format!("  {read}"), Role::Muted)];
    for (title, of, role) in parts {
        let mut table = Table::new(["Source", "Destination", "Ports"]);
        for (one, ports) in changed.iter().map(|one| (one, of(one))).filter(|(_, ports)| !ports.is_empty()) {
            let [from, to] = [one.from, one.to].map(|at| Cell::from(party_title(&parties[at as usize], BLOCKS)));
            table.rows.push(vec![from, to, Cell::new(ports.to_string(), role)]);
        }
        if !table.rows.is_empty() {
            blocks.extend([Block::Heading(title.to_owned()), Block::Table(table)]);
        }
    }
    if !problems.is_empty() {
        let mut table = Table::new(["Object", "Problem"]);
        table.rows.extend(problems.iter().map(|one| vec![(&one.object).into(), (&one.message).into()]));
        blocks.extend([Block::Heading("PROBLEMS".to_owned()), Block::Table(table)]);
    }
    blocks
}

//! Who can reach whom, for people: namespaces, connections, whom else they are open to, what no policy is about, and what is not known.

use super::super::{Block, Cell, Column, Format, Table};
use super::Connectivity;
use crate::detect::Verdict;
use crate::policy::{Anyone, Bound, Direction, GridRow, Level, Openness, Pair, Pairs, Party, PortSet};
use crate::present::{Role, anyone_words, connection_words, count, counted, openness_sign, party_title, way_words};
use crate::snapshot::{Origin, Text};
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::slice::Iter;

/// Most namespaces that are shown as a grid, and most connections that are listed unless all are asked for.
const GRID: usize = 24;
const LISTED: usize = 100;
/// Blocks of addresses that a line names.
const BLOCKS: usize = 2;

impl Connectivity<'_> {
    pub(super) fn blocks(&self, pairs: &Pairs) -> Vec<Block> {
        let mut blocks = vec![self.headline(pairs), Block::line(format!("  {}", self.read), Role::Muted)];
        // Manifests say nothing of who would enforce them.
        if self.enforcement.verdict != Verdict::Unknown || matches!(self.snapshot.origin, Origin::Live { .. }) {
            blocks.push(Block::line(format!("  {}", self.enforcement.sentence), Role::Muted));
        }
        if self.namespace.is_none() {
            blocks.extend(self.namespaces());
        }
        let is_whole = self.format.is_full() || self.namespace.is_some();
        blocks.push(Block::Heading("CONNECTIONS".to_owned()));
        let all = pairs.open.len() + pairs.unknown.len();
        if !is_whole && all > LISTED {
            blocks.push(Block::line(format!("{}: -n NAME shows those of a namespace, -o wide all.", count(all)), Role::Muted));
        } else {
            blocks.push(connections(pairs, if self.format.is_full() { usize::MAX } else { BLOCKS }));
        }
        blocks.extend(self.exposed(pairs));
        blocks.extend(self.outside(pairs));
        blocks.extend(self.unprotected(pairs));
        blocks.extend(self.doubts(pairs));
        blocks.extend(self.wrong());
        blocks
    }

    fn headline(&self, pairs: &Pairs) -> Block {
        let inside = |at: u32| pairs.parties[at as usize].is_pods();
        let of = |some: &[Pair]| some.iter().filter(|pair| inside(pair.from) && inside(pair.to)).count();
        let (open, unknown) = (of(&pairs.open), of(&pairs.unknown));
        let (sign, role) = if unknown > 0 { ("?", Role::Unknown) } else { ("✓", Role::Good) };
        let told = if unknown > 0 { format!(" Of {} it cannot be told.", count(unknown)) } else { String::new() };
        let all = pairs.parties.iter().filter(|party| party.is_pods()).count();
        let shown = self.shown(pairs).count();
        // Those with neither end in the namespace that was asked for are not shown.
        let elsewhere = all - shown;
        let possible = all * all.saturating_sub(1) - elsewhere * elsewhere.saturating_sub(1);
        let ends = match self.level {
            Level::Workload => counted(shown, "workload", "workloads"),
            Level::Pod => counted(shown, "pod", "pods"),
            Level::Class => counted(shown, "class", "classes"),
        };
        let place = self.namespace.map(|name| format!(" of {name}")).unwrap_or_default();
        let said = format!(
            "{ends}{place} with {}: {} of {} pairs are open, at least on some ports.{told}",
            self.policies(),
            count(open),
            count(possible),
        );
        Block::Line(vec![Cell::new(sign, role), Cell::new(format!(" {said}"), Role::Text)])
    }

    /// How many policies there are, and of how many the rules are not read.
    fn policies(&self) -> String {
        let read = self.snapshot.policies.len() + self.snapshot.cluster_policies.len();
        let read = counted(read, "policy", "policies");
        match self.snapshot.foreign_policies.len() {
            0 => read,
            unread => format!("{read}, and {} whose rules are not read", count(unread)),
        }
    }

    /// Who reaches whom by namespaces: rows call columns.
    fn namespaces(&self) -> Vec<Block> {
        let names: Vec<&str> = self.reach.namespaces().map(Text::as_str).collect();
        let heading = Block::Heading("NAMESPACES".to_owned());
        if names.len() > GRID && self.format != Format::Wide {
            let said = format!("{} namespaces: -n NAME shows one, -o wide all.", count(names.len()));
            return vec![heading, Block::line(said, Role::Muted)];
        }
        let grid = |bound| self.reach.grid(&self.reach.matrix(bound), 0..names.len() + 1);
        let (sure, maybe) = (grid(Bound::Sure), grid(Bound::Maybe));
        let mut table = Table::new(["From \\ to"]);
        let places = || names.iter().copied().chain(["outside"]);
        table.columns.extend(places().map(|name| Column { title: name.to_owned(), is_number: false }));
        for ((name, sure), maybe) in places().zip(&sure).zip(&maybe) {
            let ports = |row: &GridRow, at: u32| row.ports[at as usize].clone();
            let cells = sure.cells.iter().zip(&maybe.cells).map(|(a, b)| {
                let is_known = a.open == b.open && ports(sure, a.ports) == ports(maybe, b.ports);
                let (sign, role) = if is_known { openness_sign(a.open) } else { ("?", Role::Unknown) };
                Cell::new(sign, role)
            });
            table.rows.push(std::iter::once(Cell::from(name)).chain(cells).collect());
        }
        let signs = [Openness::Open, Openness::Partly, Openness::Closed].map(|open| openness_sign(open).0);
        let legend = format!("{} open, {} partly, {} closed, ? cannot tell", signs[0], signs[1], signs[2]);
        vec![heading, Block::Table(table), Block::line(legend, Role::Muted)]
    }

    /// What passes calls from outside to workloads.
    fn outside(&self, pairs: &Pairs) -> Vec<Block> {
        let mut table = Table::new(["Workload", "Way in", "Ports"]);
        for (way, party, ports) in self.ways_in(pairs) {
            table.rows.push(vec![party_title(&pairs.parties[party], BLOCKS).into(), way_words(way).into(), ports.into()]);
        }
        titled("WAYS IN", table)
    }

    fn shown<'p>(&self, pairs: &'p Pairs) -> impl Iterator<Item = &'p Party> {
        let namespace = self.namespace;
        pairs.parties.iter().filter(move |party| party.is_pods() && namespace.is_none_or(|name| party.namespace == *name))
    }

    /// Whom pods are open to beside who is there; of those that no policy is about that goes without saying.
    fn exposed(&self, pairs: &Pairs) -> Vec<Block> {
        let mut table = Table::new(["Workload", "Direction", "Open to", "Ports"]);
        for (party, direction) in self.shown(pairs).flat_map(|party| Direction::BOTH.map(|direction| (party, direction))) {
            if self.reach.is_protected(party.end, direction) {
                for found in self.reach.exposures(party.end, direction) {
                    let role = if found.to == Anyone::EntireCluster { Role::Warn } else { Role::Text };
                    let to = Cell::new(anyone_words(&found.to), role);
                    table.rows.push(vec![party_title(party, BLOCKS).into(), direction.name().into(), to, found.ports.into()]);
                }
            }
        }
        titled("OPEN TO OTHERS", table)
    }

    fn unprotected(&self, pairs: &Pairs) -> Vec<Block> {
        let mut table = Table::new(["Workload", "No policy for"]);
        for party in self.shown(pairs) {
            let open = Direction::BOTH.into_iter().filter(|direction| self.reach.is_unprotected(party.end, *direction));
            let open: Vec<&str> = open.map(Direction::name).collect();
            if !open.is_empty() {
                table.rows.push(vec![party_title(party, BLOCKS).into(), Cell::new(open.join(", "), Role::Warn)]);
            }
        }
        titled("UNPROTECTED", table)
    }

    /// Why it cannot be told, and of how many pairs.
    fn doubts(&self, pairs: &Pairs) -> Vec<Block> {
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for pair in &pairs.unknown {
            let end = |at: u32| pairs.parties[at as usize].end;
            for doubt in self.reach.doubts(end(pair.from), end(pair.to)) {
                *reasons.entry(doubt.to_string()).or_default() += 1;
            }
        }
        let mut table = Table::new(["Pairs#", "Because"]);
        table.rows.extend(reasons.into_iter().map(|(why, pairs)| vec![count(pairs).into(), Cell::new(why, Role::Unknown)]));
        titled("CANNOT TELL", table)
    }

    fn wrong(&self) -> Vec<Block> {
        let mut table = Table::new(["Object", "Problem"]);
        table.rows.extend(self.problems().map(|one| vec![(&one.object).into(), Cell::new(one.message.as_str(), Role::Warn)]));
        titled("PROBLEMS", table)
    }
}

fn titled(title: &str, table: Table) -> Vec<Block> {
    if table.rows.is_empty() { Vec::new() } else { vec![Block::Heading(title.to_owned()), Block::Table(table)] }
}

/// Every pair that is not cut off; of addresses so many blocks are named.
pub(super) fn connections(pairs: &Pairs, blocks: usize) -> Block {
    let mut table = Table::new(["Source", "Destination", "Ports"]);
    let titles: Vec<String> = pairs.parties.iter().map(|party| party_title(party, blocks)).collect();
    let (mut open, mut unknown) = (pairs.open.iter().peekable(), pairs.unknown.iter().peekable());
    let ends = |all: &mut Peekable<Iter<'_, Pair>>| all.peek().map(|pair| (pair.from, pair.to));
    let none = PortSet::none();
    while let Some(next) = [ends(&mut open), ends(&mut unknown)].into_iter().flatten().min() {
        let ports = |all: &mut Peekable<Iter<'_, Pair>>| {
            all.next_if(|pair| (pair.from, pair.to) == next).map_or(&none, |pair| &pairs.ports[pair.ports as usize])
        };
        let (words, role) = connection_words(ports(&mut open), ports(&mut unknown));
        let [from, to] = [next.0, next.1].map(|at| Cell::from(&titles[at as usize]));
        table.rows.push(vec![from, to, Cell::new(words, role)]);
    }
    Block::Table(table)
}

//! Nodes: one mark each by zone, pool or version, then the nodes by what is wrong with them, worst first.
//!
//! Nodes with one reason share a row, which `enter` opens; a single node it shows. The marks take a third of the rows at most:
//! where there are many nodes, one mark is the worst of several.

use super::map::{check, map, passing};
use super::{node, path};
use crate::catalog::FilterError;
use crate::present::{Grouping, Mark, NodeGroup, Role, age, count, counted, why_not};
use crate::snapshot::{Kind, Text};
use crate::tui::action::{Action, Step};
use crate::tui::cursor::{Cursor, beside};
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut_middle};
use crate::tui::model::Model;
use crate::tui::msg::Effect;
use crate::tui::pane::{Pane, seen};
use crate::tui::pen::Pen;
use crate::tui::screens::Screen;
use crate::tui::screens::terms::nothing_matches;
use crate::tui::view::layout;

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Several nodes with one reason.
    Group(Mark, String),
    /// One node.
    Node(Text),
}

/// Where the user is among the nodes.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The row.
    pub cursor: Cursor<Key>,
    /// The nodes with one reason that are shown one by one.
    pub open: Option<(Mark, String)>,
    /// By what they are put together.
    pub grouping: Grouping,
    /// The last filter that could be read; empty shows all.
    pub filter: String,
}

/// A row: a place among the groups that are shown, and one among the nodes of that group if it is shown one by one.
type Row = (usize, Option<usize>);

/// Where marks and rows stand.
struct Sheet<'m> {
    model: &'m Model,
    /// Lines of marks.
    map: Vec<Line>,
    /// Nodes that one mark stands for.
    each: usize,
    /// Places of the groups with nodes that pass the filter, and of these nodes.
    groups: Vec<(usize, Vec<usize>)>,
    rows: Vec<Row>,
    layout: Layout,
}

impl<'m> Sheet<'m> {
    fn of(model: &'m Model) -> Self {
        let layout = layout(model);
        let width = layout.width.saturating_sub(2);
        let passing = passing(model);
        let (map, each) = map(model, &passing, width, (layout.rows / 3).max(1));
        let passes = |at: &usize| passing.get(*at).copied().unwrap_or_default();
        let (mut groups, mut rows) = (Vec::new(), Vec::new());
        for (at, group) in model.world.nodes.groups.iter().enumerate() {
            let nodes: Vec<usize> = group.nodes.iter().copied().filter(passes).collect();
            if nodes.is_empty() {
                continue;
            }
            rows.push((groups.len(), None));
            let is_open = model.nodes.open.as_ref().is_some_and(|(mark, reason)| (*mark, reason) == (group.mark, &group.reason));
            if is_open && nodes.len() > 1 {
                rows.extend((0..nodes.len()).map(|nth| (groups.len(), Some(nth))));
            }
            groups.push((at, nodes));
        }
        Self { model, map, each, groups, rows, layout }
    }

    /// Rows above the list: an empty one, the verdict, an empty one, the marks, an empty one, the heading.
    fn head(&self) -> usize {
        5 + self.map.len()
    }

    fn pane(&self) -> usize {
        let room = self.layout.rows.saturating_sub(self.head());
        if self.layout.aside().is_some() { 0 } else { room / 2 }
    }

    fn room(&self) -> usize {
        self.layout.rows.saturating_sub(self.head() + self.pane())
    }

    fn height(&self) -> usize {
        seen(self.rows.len(), self.room())
    }

    fn group(&self, row: usize) -> Option<(&'m NodeGroup, Option<usize>)> {
        let (nth_group, nth) = *self.rows.get(row)?;
        Some((self.model.world.nodes.groups.get(self.groups.get(nth_group)?.0)?, nth))
    }

    /// Places of the nodes of a row's group that pass the filter.
    fn places(&self, row: usize) -> &[usize] {
        let found = self.rows.get(row).and_then(|(nth_group, _)| self.groups.get(*nth_group));
        found.map_or(&[], |(_, places)| places)
    }

    /// How many nodes pass the filter.
    fn passing(&self) -> usize {
        self.groups.iter().map(|(_, places)| places.len()).sum()
    }

    /// The node of a row that is about one.
    fn node(&self, row: usize) -> Option<&'m Text> {
        let (_, nth) = self.group(row)?;
        let at = match (nth, self.places(row)) {
            (Some(nth), nodes) => *nodes.get(nth)?,
            (None, [only]) => *only,
            (None, _) => return None,
        };
        self.model.world.assessment.nodes.get(at).map(|node| &node.name)
    }

    fn key(&self, row: usize) -> Option<Key> {
        let (group, _) = self.group(row)?;
        Some(self.node(row).map_or_else(|| Key::Group(group.mark, group.reason.clone()), |name| Key::Node(name.clone())))
    }

    fn is_wrong(&self, row: usize) -> bool {
        self.group(row).is_some_and(|(group, nth)| nth.is_none() && group.mark != Mark::Well)
    }

    fn line(&self, row: usize) -> Line {
        let Some((group, nth)) = self.group(row) else { return Line::new() };
        let grouping = self.model.nodes.grouping as usize;
        let in_parts = self.model.world.nodes.parts[grouping].len() > 1;
        let name = if self.layout.width >= 100 { 34 } else { 22 };
        if nth.is_some() {
            let known = self.node(row).map_or("", |name| name.as_str());
            return Line::new().to(7, 0).text(cut_middle(known, name, "…"));
        }
        let (sign, role) = group.mark.sign();
        let since = group.since.map_or(String::new(), |since| age(since, self.model.moment()));
        let called = self.node(row).map_or_else(|| counted(self.places(row).len(), "node", "nodes"), ToString::to_string);
        let line = Line::new()
            .strong(sign, role)
            .muted(format!(" {since:<4} "))
            .text(cut_middle(&called, name, "…"))
            .to(7 + name.min(self.longest()) + 2, 2);
        let parts = group.parts[grouping].iter().map(Text::as_str).collect::<Vec<_>>().join(" ");
        let line = if in_parts {
            let room = if self.layout.width >= 100 { self.widest_parts(grouping).min(40) } else { 12 };
            line.muted(crate::tui::line::cut(&parts, room, "…")).to(7 + name.min(self.longest()) + room + 4, 2)
        } else {
            line
        };
        let ready =
            self.places(row).first().and_then(|at| self.model.world.assessment.nodes.get(*at)).map(|node| ready_word(node.ready));
        let line = line.text(format!("{:<10} ", ready.unwrap_or_default()));
        if group.mark == Mark::Well { line.muted(&group.reason) } else { line.text(&group.reason) }
    }

    /// The widest list of zones, pools or versions of a row.
    fn widest_parts(&self, grouping: usize) -> usize {
        let width = |group: &NodeGroup| group.parts[grouping].iter().map(|part| part.chars().count() + 1).sum::<usize>();
        self.model.world.nodes.groups.iter().map(width).max().unwrap_or(0).saturating_sub(1)
    }

    /// The longest name of a row, so that columns stand close.
    fn longest(&self) -> usize {
        let groups = self.model.world.nodes.groups.iter().filter(|group| group.nodes.len() == 1);
        let names = groups.take(200).filter_map(|group| self.model.world.assessment.nodes.get(*group.nodes.first()?));
        names.map(|node| node.name.chars().count()).max().unwrap_or(0).max(12)
    }
}

/// Whether a node is ready, as kubectl says it.
pub(super) const fn ready_word(ready: Option<bool>) -> &'static str {
    match ready {
        Some(true) => "Ready",
        Some(false) => "NotReady",
        None => "Unknown",
    }
}

pub(crate) fn title(model: &Model) -> Line {
    let nodes = &model.world.nodes;
    let sheet = Sheet::of(model);
    let mut line = path(model, &["Nodes"]).muted(format!(" {}", count(nodes.len())));
    if nodes.parts[model.nodes.grouping as usize].len() > 1 {
        line = line.muted(format!("   by {}", model.nodes.grouping.name()));
    }
    if sheet.each > 1 {
        line = line.muted(format!("   one mark is {} nodes, their worst", count(sheet.each)));
    }
    if model.nodes.filter.is_empty() {
        return line;
    }
    line.muted(format!("   {} of {}   ", count(sheet.passing()), count(nodes.len())))
        .then(format!("/{}", model.nodes.filter), Role::Accent)
}

/// How many stand how; well is said only where every list it rests on is live.
fn verdict(model: &Model) -> Line {
    let nodes = &model.world.nodes;
    let [bad, warn, unknown, well] = nodes.counts;
    let snapshot = &model.world.snapshot;
    let missing = [Kind::Node, Kind::Pod, Kind::DaemonSet].into_iter().find(|kind| !snapshot.sources.is_live(*kind));
    let worst = [bad, warn, unknown].iter().position(|number| *number > 0);
    let mark = match (worst, missing) {
        (Some(0), _) => Mark::Bad,
        (Some(1), None) => Mark::Warn,
        (None, None) => {
            let all = format!("All {} are well.", counted(well, "node", "nodes"));
            return Line::new().strong("✓ ", Role::Good).strong(all, Role::Good);
        }
        _ => Mark::Unknown,
    };
    let (sign, role) = mark.sign();
    let say = |number: usize, one: &str, many: &str| {
        (number > 0).then(|| format!("{} {}", count(number), if number == 1 { one } else { many }))
    };
    let seen = if missing.is_some() { "show nothing wrong" } else { "are well" };
    let parts = [
        say(bad, "node does not work", "nodes do not work"),
        say(warn, "needs attention", "need attention"),
        say(unknown, "cannot be told", "cannot be told"),
        say(well, if missing.is_some() { "shows nothing wrong" } else { "is well" }, seen),
    ];
    let line = Line::new()
        .strong(format!("{sign} "), role)
        .strong(format!("{}.", parts.into_iter().flatten().collect::<Vec<_>>().join(", ")), role);
    match missing {
        Some(kind) => line.text(format!(" {}.", crate::present::capitalised(&why_not(kind, &snapshot.sources.of(kind).state)))),
        None => line,
    }
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let sheet = Sheet::of(model);
    pen.line(1, 1, &verdict(model));
    pen.lines(1, 3, &sheet.map);
    pen.line(1, sheet.head() - 1, &Line::heading("WORST FIRST"));
    let width = layout.width - layout.aside().map_or(0, |aside| aside + 2);
    let cursor = &model.nodes.cursor;
    let mut list = pen.part(0, sheet.head(), width, sheet.room());
    if sheet.rows.is_empty() && has_filter(model) {
        list.line(1, 0, &nothing_matches(&model.nodes.filter));
    }
    for y in 0..sheet.height().min(sheet.rows.len().saturating_sub(cursor.first)) {
        if cursor.first + y == cursor.at {
            list.select(y);
            list.text(0, y, "▸", Role::Text);
        }
        list.line(1, y, &sheet.line(cursor.first + y));
    }
    list.rest(cursor.first, sheet.height(), sheet.rows.len());
}

/// The node under the cursor, or the names of several.
pub(crate) fn pane(model: &Model) -> Pane {
    let sheet = Sheet::of(model);
    let Layout { width, rows, .. } = sheet.layout;
    let area = match sheet.layout.aside() {
        Some(aside) => (width - aside, sheet.head() - 1, aside, rows.saturating_sub(sheet.head() - 1)),
        None => (0, sheet.head() + sheet.room() + 1, width, sheet.pane().saturating_sub(1)),
    };
    Pane { area, lines: about(&sheet, area.2.saturating_sub(2)) }
}

fn about(sheet: &Sheet<'_>, width: usize) -> Vec<Line> {
    const MOST: usize = 60;
    let model = sheet.model;
    let at = model.nodes.cursor.at;
    if let Some(name) = sheet.node(at) {
        return node::lines(model, name, width);
    }
    let Some((group, _)) = sheet.group(at) else { return Vec::new() };
    let places = sheet.places(at);
    let names = places.iter().take(MOST).filter_map(|at| model.world.assessment.nodes.get(*at)).map(|node| node.name.as_str());
    let more = if places.len() > MOST { format!(" and {} more", count(places.len() - MOST)) } else { String::new() };
    let text = format!("{}{more}", names.collect::<Vec<_>>().join(", "));
    let mut lines =
        vec![Line::new().strong(counted(places.len(), "node", "nodes"), Role::Text).muted(format!("   {}", group.reason))];
    lines.extend(crate::tui::line::wrap(&text, width).into_iter().map(|part| Line::of(part, Role::Text)));
    lines
}

/// The nodes for the pane of the cluster screen.
pub(super) fn lines(model: &Model, width: usize) -> Vec<Line> {
    let sheet = Sheet::of(model);
    let mut lines = vec![verdict(model), Line::new()];
    lines.extend(map(model, &passing(model), width, 8).0);
    lines.push(Line::new());
    lines.extend((0..sheet.rows.len().min(10)).map(|row| sheet.line(row)));
    lines
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let mut cursor = model.nodes.cursor.clone();
    let sheet = Sheet::of(model);
    let mut enter = None;
    match action {
        Action::Move(motion) => cursor.step(motion, sheet.rows.len(), sheet.height(), |row| sheet.key(row)),
        Action::Match(step) => {
            if let Some(row) = beside(cursor.at, sheet.rows.len(), step, |row| sheet.is_wrong(row)) {
                cursor.put(row, |row| sheet.key(row));
            }
        }
        Action::In => enter = sheet.key(cursor.at),
        _ => {}
    }
    model.nodes.cursor = cursor;
    match action {
        Action::By => {
            let next = (model.nodes.grouping as usize + 1) % Grouping::ALL.len();
            model.nodes.grouping = Grouping::ALL[next];
        }
        Action::Out => model.nodes.filter.clear(),
        _ => {}
    }
    match enter {
        Some(Key::Node(name)) => {
            model.node.show(name.clone(), None);
            model.nodes.cursor.key = Some(Key::Node(name));
            model.show(Screen::Node);
        }
        Some(Key::Group(mark, reason)) => {
            let open = Some((mark, reason));
            model.nodes.open = if model.nodes.open == open { None } else { open };
        }
        None => {}
    }
    Vec::new()
}

/// Takes a filter into force, if it can be read.
pub(crate) fn set_filter(model: &mut Model, text: &str) -> Result<(), FilterError> {
    check(text)?;
    text.trim().clone_into(&mut model.nodes.filter);
    Ok(())
}

pub(crate) fn has_filter(model: &Model) -> bool {
    !model.nodes.filter.is_empty()
}

/// Whether there is another row of nodes that are not well.
pub(crate) fn has_wrong(model: &Model) -> bool {
    let sheet = Sheet::of(model);
    beside(model.nodes.cursor.at, sheet.rows.len(), Step::Next, |row| sheet.is_wrong(row)).is_some()
}

/// Whether the filter left any.
pub(crate) fn has_row(model: &Model) -> bool {
    !Sheet::of(model).rows.is_empty()
}

pub(crate) fn settle(model: &mut Model) {
    let mut cursor = model.nodes.cursor.clone();
    let sheet = Sheet::of(model);
    cursor.settle(sheet.rows.len(), sheet.height(), 0, |row| sheet.key(row));
    model.nodes.cursor = cursor;
}

pub(crate) fn click(model: &mut Model, y: usize) -> Option<Action> {
    let mut cursor = model.nodes.cursor.clone();
    let sheet = Sheet::of(model);
    let nth = y.checked_sub(sheet.head()).filter(|nth| *nth < sheet.height())?;
    let row = cursor.first + nth;
    let again = cursor.at == row;
    cursor.put(row, |row| sheet.key(row));
    model.nodes.cursor = cursor;
    again.then_some(Action::In)
}

pub(crate) fn copy(model: &Model) -> Option<String> {
    let (sheet, at) = (Sheet::of(model), model.nodes.cursor.at);
    match sheet.key(at)? {
        Key::Node(name) => Some(name.to_string()),
        Key::Group(..) => {
            let names =
                sheet.places(at).iter().filter_map(|at| model.world.assessment.nodes.get(*at)).map(|node| node.name.as_str());
            Some(names.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// The nodes in the order of the rows, for stepping from one to the next.
pub(super) fn neighbour(model: &Model, name: &str, step: Step) -> Option<Text> {
    let order: Vec<usize> = model.world.nodes.groups.iter().flat_map(|group| group.nodes.iter().copied()).collect();
    let nodes = &model.world.assessment.nodes;
    let at = order.iter().position(|at| nodes.get(*at).is_some_and(|node| node.name == *name))?;
    let next = order.get(crate::tui::keymap::turned(at, order.len(), step))?;
    nodes.get(*next).map(|node| node.name.clone())
}

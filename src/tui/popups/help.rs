//! The help: every key of the screen beneath, made from the bindings, searchable, each to be done at once.

use super::List;
use super::items::{Item, narrowed};
use crate::catalog::Level;
use crate::health::Severity;
use crate::policy::Openness;
use crate::present::{Role, level_sign, openness_sign, severity_sign};
use crate::tui::keymap::{Group, helped};
use crate::tui::layout::Layout;
use crate::tui::line::Line;
use crate::tui::model::Model;
use crate::tui::pane::more;
use crate::tui::pen::Pen;
use crate::tui::screens::{Screen, Tab, policies};

/// Where the second column begins.
const SECOND: usize = 45;

pub(super) fn draw(list: &List, model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let items = list.items(model);
    let all = narrowed(list.kind, model, "").len();
    let mut pen = pen.part(0, layout.title, layout.width, layout.rows + 1);
    pen.clear();
    let title = Line::heading("Help").muted(" › ").text(model.screen.name()).muted("   type to search: ");
    let title = title.join(list.prompt()).muted(format!("   {} of {all} keys", items.len()));
    pen.line(1, 0, &title);
    let rows = rows(model, &items, list.input.value().trim().is_empty());
    let legend = legend(model.screen);
    let room = pen.height().saturating_sub(2 + 2 + legend.len());
    let (left, right) = halves(rows, layout.has_two_columns() || layout.width >= 100);
    let at = left.iter().chain(&right).position(|row| row.item == Some(list.cursor)).unwrap_or(0);
    let at = if at < left.len() { at } else { at - left.len() };
    let first = (at + 1).saturating_sub(room);
    let below = left.len().max(right.len()).saturating_sub(first + room);
    if let Some(sign) = more(first, below) {
        pen.line(1, room + 2, &sign);
    }
    let wide = if right.is_empty() { pen.width() } else { SECOND };
    for (x, width, column) in [(1, wide - 3, &left), (SECOND, pen.width().saturating_sub(SECOND), &right)] {
        for (row, line) in column.iter().skip(first).take(room).enumerate() {
            pen.line(x, row + 2, &line.line.cut(width));
            if line.item == Some(list.cursor) {
                pen.part(x - 1, row + 2, SECOND - 2, 1).select(0);
                pen.text(x - 1, row + 2, "▸", Role::Text);
            }
        }
    }
    pen.lines(1, pen.height() - legend.len(), &legend);
}

/// What the signs of the screen mean, and where the rules stand whose numbers it cites.
fn legend(screen: Screen) -> Vec<Line> {
    match screen {
        Screen::Choose => vec![levels(), told("NEEDS", &[("[x]", "needed"), ("[◐]", "if in part"), ("[○]", "to be avoided")])],
        Screen::Why => vec![signs(), rules()],
        _ => match screen.tab() {
            Tab::Matrix => vec![
                levels(),
                told("MARKS", &[("here", "runs in the cluster"), ("*", "marked"), ("‹ ›", "more columns"), ("▴ ▾", "sorted")]),
            ],
            Tab::Choose => vec![levels()],
            Tab::Policies => [signs()].into_iter().chain(policies::legend()).chain([rules()]).collect(),
            Tab::Reach => vec![openness(), rules()],
            Tab::Timeline => {
                vec![told("CHANGES", &[("+", "new"), ("~", "changed"), ("-", "gone"), ("✗", "worse"), ("✓", "well again")])]
            }
            Tab::Cluster => {
                let lists = [("∅", "not installed"), ("⠹", "being read")];
                vec![signs(), told("NODES", &[("·", "well")]).text("   ").join(told("LISTS", &lists))]
            }
        },
    }
}

/// A heading, and signs with what each means.
fn told(heading: &str, signs: &[(&str, &str)]) -> Line {
    let add = |line: Line, (sign, means): &(&str, &str)| line.text(format!("  {sign}")).muted(format!(" {means}"));
    signs.iter().fold(Line::heading(heading), add)
}

/// Of two that may call each other.
fn openness() -> Line {
    let all = [
        (Openness::Open, "open"),
        (Openness::Partly, "in part"),
        (Openness::Closed, "closed"),
        (Openness::Nobody, "nobody is there"),
    ];
    let add = |line: Line, (openness, means): (Openness, &str)| {
        let (sign, role) = openness_sign(openness);
        line.text("  ").then(sign, role).muted(format!(" {means}"))
    };
    all.into_iter().fold(Line::heading("REACH"), add).text("  ").then("?", Role::Unknown).muted(" cannot tell")
}

fn rules() -> Line {
    told("RULES", &[("NP-2, ANP-10", "of the policy APIs; cnitui policy lint --rules says each")])
}

struct Row {
    line: Line,
    item: Option<usize>,
}

/// Items under their headings, which follow from how many the table has of each.
fn rows(model: &Model, items: &[Item], whole: bool) -> Vec<Row> {
    if !whole {
        let row = |(at, item): (usize, &Item)| Row { line: item.line.clone(), item: Some(at) };
        return items.iter().enumerate().map(row).collect();
    }
    let mut rows = Vec::new();
    let mut next = 0;
    for group in Group::ALL {
        let count = helped(model).filter(|binding| binding.group == group).count();
        if count == 0 {
            continue;
        }
        if !rows.is_empty() {
            rows.push(Row { line: Line::new(), item: None });
        }
        rows.push(Row { line: Line::heading(heading(group, model)), item: None });
        let row = |(at, item): (usize, &Item)| Row { line: item.line.clone(), item: Some(at) };
        rows.extend(items.iter().enumerate().skip(next).take(count).map(row));
        next += count;
    }
    rows
}

fn heading(group: Group, model: &Model) -> String {
    match group {
        Group::Screen => model.screen.name().to_uppercase(),
        Group::Move => "MOVE".to_owned(),
        Group::Find => "FIND".to_owned(),
        Group::Everywhere => "EVERYWHERE".to_owned(),
    }
}

/// The last group goes to the second column, where there is one.
fn halves(mut rows: Vec<Row>, two: bool) -> (Vec<Row>, Vec<Row>) {
    let split = rows.iter().rposition(|row| row.line.pieces.is_empty()).filter(|_| two);
    let right = split.map_or_else(Vec::new, |at| rows.split_off(at).into_iter().skip(1).collect());
    (rows, right)
}

/// The signs of findings, nodes and lists.
fn signs() -> Line {
    let severity = |severity, word| (severity_sign(severity), word);
    let all = [
        severity(Severity::Error, "error"),
        severity(Severity::Warning, "warning"),
        severity(Severity::Info, "note"),
        severity(Severity::Unknown, "cannot tell"),
        (("✓", Role::Good), "well"),
        (("◷", Role::Unknown), "stale"),
        (("⊘", Role::Unknown), "forbidden"),
    ];
    let add = |line: Line, ((sign, role), word): ((&str, Role), &str)| line.text("  ").then(sign, role).muted(format!(" {word}"));
    all.into_iter().fold(Line::heading("SIGNS"), add)
}

fn levels() -> Line {
    let words = |level| match level {
        Level::NotApplicable => "does not apply",
        Level::Unknown => "unknown: no source",
        level => level.name(),
    };
    let mut line = Line::heading("LEVELS  ");
    for level in Level::ALL {
        let role = if level == Level::Unknown { Role::Unknown } else { Role::Text };
        line = line.text("   ").then(level_sign(level), role).muted(format!(" {}", words(level)));
    }
    line
}

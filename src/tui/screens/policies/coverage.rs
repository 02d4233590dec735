//! Coverage: namespaces, least covered first, with bars for ingress and egress.

use super::{filter, nothing, table};
use crate::policy::NamespaceCoverage;
use crate::present::{Bar, Role, Share, count, coverage_is_known, namespace_sentence, shares};
use crate::snapshot::{Kind, Text};
use crate::tui::action::Step;
use crate::tui::cursor::beside;
use crate::tui::line::{Line, cut_middle, wrap};
use crate::tui::model::Model;
use crate::tui::pane::seen;
use crate::tui::pen::Pen;
use hashbrown::HashMap;

/// The namespaces that pass the filter.
pub(super) fn namespaces(model: &Model) -> Vec<&NamespaceCoverage> {
    let (text, inventory) = (&model.policies.filter, &model.world.assessment.policies);
    if text.is_empty() {
        return inventory.namespaces.iter().collect();
    }
    let mut kinds: HashMap<&Text, Vec<&str>> = HashMap::new();
    for (namespace, kind) in inventory.all().map(|one| (&one.namespace, one.kind.name())) {
        let known = kinds.entry(namespace).or_default();
        if !known.contains(&kind) {
            known.push(kind);
        }
    }
    let kinds = |row: &NamespaceCoverage| kinds.get(&row.namespace).map_or(&[][..], Vec::as_slice);
    inventory.namespaces.iter().filter(|row| filter::matches(text, kinds(row), &row.namespace, "")).collect()
}

pub(super) fn key(model: &Model) -> impl Fn(usize) -> Option<Text> + '_ {
    let rows = namespaces(model);
    move |row| rows.get(row).map(|row| row.namespace.clone())
}

/// The namespace under the cursor.
pub(super) fn row(model: &Model) -> Option<&NamespaceCoverage> {
    namespaces(model).get(model.policies.coverage.at).copied()
}

/// Whether anyone may call some of its pods.
fn is_open(row: &NamespaceCoverage) -> bool {
    row.ingress < row.pods || row.ingress_open > 0
}

/// The row of the next namespace that anyone may call.
pub(super) fn open_beside(model: &Model, step: Step) -> Option<usize> {
    let rows = namespaces(model);
    beside(model.policies.coverage.at, rows.len(), step, |at| rows.get(at).is_some_and(|row| is_open(row)))
}

/// To that namespace.
pub(super) fn to_open(model: &mut Model, step: Step) {
    let mut cursor = model.policies.coverage.clone();
    if let Some(row) = open_beside(model, step) {
        cursor.put(row, key(model));
    }
    model.policies.coverage = cursor;
}

/// Where columns stand.
struct Columns {
    name: usize,
    pods: usize,
    ingress: usize,
    egress: usize,
    policies: usize,
    bar: usize,
}

impl Columns {
    fn of(rows: &[&NamespaceCoverage], width: usize) -> Self {
        let roomy = width >= 100;
        let longest = rows.iter().take(1000).map(|row| row.namespace.chars().count()).max().unwrap_or(0);
        let name = longest.clamp(13, if roomy { 30 } else { 15 });
        let digits = rows.iter().take(1000).map(|row| count(row.pods).len()).max().unwrap_or(1);
        let (bar, number) = (
            if width >= 130 {
                24
            } else if roomy {
                12
            } else {
                8
            },
            digits * 2 + 1,
        );
        let pods = name + if roomy { 4 } else { 2 };
        let ingress = pods + if roomy { 12 } else { 10 } + digits;
        let egress = ingress + bar + number + if roomy { 6 } else { 3 };
        Self { name, pods, ingress, egress, policies: egress + bar + number + if roomy { 6 } else { 3 }, bar }
    }

    fn heading(&self) -> Line {
        let line = Line::of("Namespace", Role::Muted).to(self.pods, 1).muted("Pods").to(self.ingress, 1).muted("Ingress");
        line.to(self.egress, 1).muted("Egress").to(self.policies, 1).muted("Policies")
    }

    fn row(&self, model: &Model, row: &NamespaceCoverage) -> Line {
        let [ingress, egress] = shares(row, &model.world.assessment.detection.policy);
        let host = if row.host_pods > 0 { format!(" +{} host", count(row.host_pods)) } else { String::new() };
        let line = Line::of(cut_middle(&row.namespace, self.name, "…"), Role::Text).to(self.pods, 1);
        let line = if model.world.snapshot.number(Kind::Pod).is_none() {
            let line = line.then("?", Role::Unknown).to(self.ingress, 1).then("?", Role::Unknown).to(self.egress, 1);
            line.then("?", Role::Unknown)
        } else {
            let line = self.share(line.text(count(row.pods)).muted(host).to(self.ingress, 1), ingress, row.pods);
            self.share(line.to(self.egress, 1), egress, row.pods)
        };
        let line = line.to(self.policies, 1).text(count(row.policies));
        if row.others > 0 { line.then(format!(" +{}?", count(row.others)), Role::Unknown) } else { line }
    }

    fn share(&self, line: Line, share: Share, pods: usize) -> Line {
        if pods == 0 {
            return line.muted("-");
        }
        let bar = Bar::new(self.bar, share.sure, share.unknown, pods);
        let line = line.text("■".repeat(bar.sure)).then("?".repeat(bar.unknown), Role::Unknown).muted("·".repeat(bar.none));
        line.text(format!(" {}/{}", count(share.selected), count(pods)))
    }
}

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let rows = namespaces(model);
    let columns = Columns::of(&rows, pen.width());
    let cursor = &model.policies.coverage;
    pen.line(1, 0, &columns.heading());
    let seen = seen(rows.len(), pen.height().saturating_sub(1));
    for (y, row) in rows.iter().skip(cursor.first).take(seen).enumerate() {
        if cursor.first + y == cursor.at {
            pen.select(1 + y);
            pen.text(0, 1 + y, "▸", Role::Text);
        }
        pen.line(1, 1 + y, &columns.row(model, row));
    }
    pen.part(0, 1, pen.width(), seen + 1).rest(cursor.first, seen, rows.len());
    if rows.is_empty() {
        let line =
            if model.policies.filter.is_empty() { Line::of("No namespace was seen.", Role::Muted) } else { nothing(model) };
        pen.line(1, 2, &line);
    }
}

/// What the bars mean.
pub(super) fn legend() -> [Line; 5] {
    [
        Line::of("■", Role::Text).muted(" in force"),
        Line::of("?", Role::Unknown).muted(" selected, enforcement unknown"),
        Line::of("· not selected, or not enforced", Role::Muted),
        Line::of("+n host: n pods outside NetworkPolicy", Role::Muted),
        Line::of("+n?", Role::Unknown).muted(" policies that are not read"),
    ]
}

/// The namespace under the cursor, after what the bars mean where there is room; `whole` lists its policies too.
pub(super) fn pane(model: &Model, width: usize, whole: bool) -> Vec<Line> {
    let Some(row) = row(model) else { return Vec::new() };
    let policy = &model.world.assessment.detection.policy;
    let mut lines = match (whole, model.size.1) {
        (true, _) => legend().into_iter().chain([Line::new()]).collect(),
        (false, 30..) => vec![legend().into_iter().fold(Line::new(), |all, part| all.join(part).text("   ")), Line::new()],
        _ => Vec::new(),
    };
    let so_far = if coverage_is_known(&model.world.snapshot) { "" } else { "as far as is known, " };
    let text = format!("{}   {so_far}{}", row.namespace, namespace_sentence(row, &model.world.assessment.policies, policy));
    let parts = wrap(&text, width.min(100));
    for (nth, part) in parts.into_iter().enumerate() {
        let name = row.namespace.as_str();
        lines.push(match part.strip_prefix(name).filter(|_| nth == 0) {
            Some(rest) => Line::new().strong(name, Role::Text).text(format!("  {rest}")),
            None => Line::of(part, Role::Text),
        });
    }
    if whole {
        let here = model.world.assessment.policies.all().filter(|one| one.namespace == row.namespace);
        for one in here.take(model.size.1) {
            lines.push(Line::new());
            lines.extend(table::pane(one, width));
        }
    }
    lines
}

//! Policies as a table: what each selects, and what it does to ingress and egress.

use super::{PolicyKey, filter};
use crate::policy::PolicySummary;
use crate::present::{Role, count, direction_words, policy_sentence};
use crate::tui::cursor::Cursor;
use crate::tui::line::{Line, cut_middle, wrap};
use crate::tui::model::Model;
use crate::tui::pane::seen;
use crate::tui::pen::Pen;

/// The policies that pass the filter.
pub(super) fn policies(model: &Model) -> Vec<&PolicySummary> {
    let text = &model.policies.filter;
    let passes = |one: &&PolicySummary| text.is_empty() || filter::matches(text, &[one.kind.name()], &one.namespace, &one.name);
    model.world.assessment.policies.all().filter(passes).collect()
}

pub(super) fn key<'p>(policies: &'p [&'p PolicySummary]) -> impl Fn(usize) -> Option<PolicyKey> + 'p {
    |row| policies.get(row).map(|policy| key_of(policy))
}

pub(super) fn key_of(policy: &PolicySummary) -> PolicyKey {
    (policy.kind.name(), policy.namespace.clone(), policy.name.clone())
}

/// The command that prints the policy.
pub(super) fn kubectl(policy: &PolicySummary) -> String {
    let resource = policy.kind.resource();
    if policy.namespace.is_empty() {
        return format!("kubectl get {resource} {} -o yaml", policy.name);
    }
    format!("kubectl -n {} get {resource} {} -o yaml", policy.namespace, policy.name)
}

/// Its name behind its namespace, if it is in one.
pub(super) fn path(policy: &PolicySummary) -> String {
    if policy.namespace.is_empty() { policy.name.to_string() } else { format!("{}/{}", policy.namespace, policy.name) }
}

/// Draws headings and the rows that are seen, or `nothing`.
pub(super) fn draw(policies: &[&PolicySummary], cursor: &Cursor<PolicyKey>, nothing: &Line, pen: &mut Pen<'_>) {
    let columns = Columns::of(policies, pen.width());
    pen.line(1, 0, &columns.heading());
    let seen = seen(policies.len(), pen.height().saturating_sub(1));
    for (y, policy) in policies.iter().skip(cursor.first).take(seen).enumerate() {
        if cursor.first + y == cursor.at {
            pen.select(1 + y);
            pen.text(0, 1 + y, "▸", Role::Text);
        }
        pen.line(1, 1 + y, &columns.row(policy));
    }
    pen.part(0, 1, pen.width(), seen + 1).rest(cursor.first, seen, policies.len());
    if policies.is_empty() {
        pen.line(1, 2, nothing);
    }
}

/// Where columns stand.
struct Columns {
    name: usize,
    kind: Option<usize>,
    pods: usize,
    ingress: usize,
    egress: usize,
    selector: usize,
}

impl Columns {
    fn of(policies: &[&PolicySummary], width: usize) -> Self {
        let longest = policies.iter().take(1000).map(|one| one.namespace.len() + one.name.len() + 1).max().unwrap_or(0);
        let name = longest.clamp(16, if width >= 100 { 44 } else { 28 });
        let kinds = policies.iter().take(1000).map(|one| one.kind.name().len()).max().unwrap_or(0);
        let kind = (width >= 100).then_some(name + 2);
        let pods = name + 2 + kind.map_or(0, |_| kinds.max(19) + 2);
        Self { name, kind, pods, ingress: pods + 7, egress: pods + 19, selector: pods + 31 }
    }

    fn heading(&self) -> Line {
        let line = Line::of("Policy", Role::Muted);
        let line = match self.kind {
            Some(kind) => line.to(kind, 1).muted("Kind"),
            None => line,
        };
        let line = line.to(self.pods, 1).muted("Pods").to(self.ingress, 1).muted("Ingress").to(self.egress, 1).muted("Egress");
        line.to(self.selector, 1).muted("Selects")
    }

    fn row(&self, policy: &PolicySummary) -> Line {
        let line = Line::of(cut_middle(&path(policy), self.name, "…"), Role::Text);
        let line = match self.kind {
            Some(kind) => line.to(kind, 1).muted(policy.kind.name()),
            None => line,
        };
        let unknown = || ("?".to_owned(), Role::Unknown);
        let selected = policy.selected.map_or_else(unknown, |pods| (count(pods), Role::Text));
        let selector = policy.selector.as_ref().map_or_else(unknown, |selector| (selector.clone(), Role::Text));
        let [ingress, egress] = [policy.ingress, policy.egress].map(direction_words);
        let cells = [(self.pods, selected), (self.ingress, ingress), (self.egress, egress), (self.selector, selector)];
        cells.into_iter().fold(line, |line, (at, (words, role))| line.to(at, 1).then(words, role))
    }
}

/// A policy in a sentence.
pub(super) fn pane(policy: &PolicySummary, width: usize) -> Vec<Line> {
    let mut lines = vec![Line::of(policy.kind.name(), Role::Muted).text(" ").strong(path(policy), Role::Text)];
    lines.extend(wrap(&policy_sentence(policy), width.min(100)).into_iter().map(|part| Line::of(part, Role::Text)));
    lines
}

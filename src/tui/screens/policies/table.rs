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
    let passes = |one: &&PolicySummary| text.is_empty() || filter::matches(text, one.kind, &one.namespace, &one.name);
    model.world.assessment.policies.policies.iter().filter(passes).collect()
}

pub(super) fn key<'p>(policies: &'p [&'p PolicySummary]) -> impl Fn(usize) -> Option<PolicyKey> + 'p {
    |row| policies.get(row).map(|policy| key_of(policy))
}

pub(super) fn key_of(policy: &PolicySummary) -> PolicyKey {
    (policy.kind, policy.namespace.clone(), policy.name.clone())
}

/// The command that prints the policy.
pub(super) fn kubectl(policy: &PolicySummary) -> String {
    format!("kubectl -n {} get {} {} -o yaml", policy.namespace, policy.kind.to_lowercase(), policy.name)
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
        let kind = (width >= 100).then_some(name + 2);
        let pods = name + 2 + kind.map_or(0, |_| 21);
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
        let line = Line::of(cut_middle(&format!("{}/{}", policy.namespace, policy.name), self.name, "…"), Role::Text);
        let line = match self.kind {
            Some(kind) => line.to(kind, 1).muted(policy.kind),
            None => line,
        };
        let line = line.to(self.pods, 1).text(policy.selected.map_or_else(|| "?".to_owned(), count)).to(self.ingress, 1);
        let line = line.text(direction_words(policy.ingress, policy.ingress_rules)).to(self.egress, 1);
        line.text(direction_words(policy.egress, policy.egress_rules)).to(self.selector, 1).text(policy.selector.as_str())
    }
}

/// A policy in a sentence.
pub(super) fn pane(policy: &PolicySummary, width: usize) -> Vec<Line> {
    let mut lines =
        vec![Line::of(policy.kind, Role::Muted).text(" ").strong(format!("{}/{}", policy.namespace, policy.name), Role::Text)];
    lines.extend(wrap(&policy_sentence(policy), width.min(100)).into_iter().map(|part| Line::of(part, Role::Text)));
    lines
}

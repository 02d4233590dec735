//! The cluster screen as a picture: the verdict, the rows that are seen, and the pane.

use super::map::strip;
use super::page::{Page, Part, Row, is_listed};
use super::pane::lines;
use super::{Folding, Key, Side, path};
use crate::health::{AgentHealth, Finding};
use crate::present::{
    FactRow, Grouping, Mark, Role, age, change_sign, change_subject, count, counted, finding_parts, gathered, list_row,
    lists_live, nodes_a_mark, severity_sign,
};
use crate::snapshot::{Kind, Snapshot, State as ListState, WorkloadKind};
use crate::timeline::Change;
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut_middle};
use crate::tui::model::Model;
use crate::tui::pane::Pane;
use crate::tui::pen::Pen;
use crate::tui::status::{clock, spinner};
use crate::tui::view::layout;

/// Width of the labels of identity.
pub(super) const LABEL: usize = 16;

/// Where what belongs to a finding begins.
const INDENT: usize = 8;

pub(crate) fn title(model: &Model) -> Line {
    let version = kubernetes(&model.world.snapshot).map_or(String::new(), |version| format!("{version}, "));
    let nodes = match model.world.snapshot.number(Kind::Node) {
        Some(_) => counted(model.world.nodes.len(), "node", "nodes"),
        None => "nodes not known".to_owned(),
    };
    path(model, &[]).muted(format!("   {version}{nodes}"))
}

/// The version of the server; of files, that of the kubelets.
fn kubernetes(snapshot: &Snapshot) -> Option<String> {
    if let Some(version) = &snapshot.server_version {
        return Some(format!("Kubernetes {version}"));
    }
    let kubelets = || snapshot.nodes.iter().map(|node| node.kubelet.as_str()).filter(|version| !version.is_empty());
    let (least, most) = (kubelets().min()?, kubelets().max()?);
    Some(if least == most { format!("kubelet {least}") } else { format!("kubelets {least} to {most}") })
}

pub(crate) fn draw(model: &Model, _layout: &Layout, pen: &mut Pen<'_>) {
    let page = Page::of(model);
    let (sign, role) = page.headline.sign;
    pen.line(1, 1, &Line::new().strong(sign, role));
    for (nth, text) in page.verdict.iter().enumerate() {
        pen.line(3, 1 + nth, &Line::new().strong(text, role));
    }
    for (nth, text) in page.policies.iter().enumerate() {
        pen.text(3, 1 + page.verdict.len() + nth, text, Role::Text);
    }
    let before = model.before_changes();
    let before = before.as_ref().map(Page::of);
    page.list(before.as_ref(), &mut pen.part(0, page.head(), page.width(), page.room()));
}

/// The evidence of the row under the cursor.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    if layout(model).aside().is_none() && model.cluster.evidence == Folding::Closed {
        return None;
    }
    let page = Page::of(model);
    let area = match page.layout.aside() {
        Some(aside) => (page.width() + 2, page.head(), aside, page.layout.rows - page.head()),
        None => (0, page.head() + page.room() + 1, page.width(), page.pane_height().checked_sub(1)?),
    };
    let key = page.key(model.cluster.cursor.at);
    Some(Pane { area, lines: lines(model, key.as_ref(), area.2.saturating_sub(2)) })
}

impl Page<'_> {
    fn list(&self, before: Option<&Page<'_>>, pen: &mut Pen<'_>) {
        let cursor = &self.model.cluster.cursor;
        for (y, row) in self.rows.iter().skip(cursor.first).take(self.height()).enumerate() {
            let line = self.line(*row);
            let here = cursor.first + y == cursor.at && self.key(cursor.at).is_some();
            let mark = here.then(|| self.mark(*row, &line));
            let line = match before {
                Some(before) => line.since(before.same(self, cursor.first + y).map(|row| before.line(row)).as_ref()),
                None => line,
            };
            if here {
                pen.select(y);
            }
            pen.line(1, y, &line);
            if let Some(x) = mark {
                pen.text(x, y, "▸", Role::Text);
            }
        }
        pen.rest(cursor.first, self.height(), self.rows.len());
    }

    /// Where the cursor stands in a row: before it, or before its right part.
    fn mark(&self, row: Row, line: &Line) -> usize {
        match row {
            Row::Fact(_) if self.model.cluster.side == Side::Right => self.right() - 1,
            Row::Nodes if self.key(self.model.cluster.cursor.at) == Some(Key::Lists) => {
                line.width() - self.lists_remark().width()
            }
            _ => 0,
        }
    }

    /// A row in words.
    pub(super) fn line(&self, row: Row) -> Line {
        let model = self.model;
        let assessment = &model.world.assessment;
        match row {
            Row::Blank => Line::new(),
            Row::Heading(part) => self.heading(part),
            Row::Finding(at) => self.finding(at).map_or_else(Line::new, |finding| self.cause(finding)),
            Row::Likely(at) => {
                let guess = self.finding(at).and_then(|finding| finding.likely.as_deref()).unwrap_or_default();
                Line::new().to(INDENT - 1, 0).muted("likely because   ").text(guess)
            }
            Row::Symptom(at, nth) => self.finding(at).map_or_else(Line::new, |finding| self.symptom(finding, nth)),
            Row::Remedy(at) => {
                let remedy = self.finding(at).map_or("", |finding| &finding.remedy);
                Line::new().to(INDENT - 1, 0).muted("do   ").then(remedy, Role::Accent)
            }
            Row::Fact(nth) => {
                let left = self.identity.get(nth).map_or_else(Line::new, |row| fact(row, LABEL));
                self.policy.get(nth).map_or(left.clone(), |row| left.to(self.right() - 1, 2).join(fact(row, 11)))
            }
            Row::Identity(nth) => self.identity.get(nth).map_or_else(Line::new, |row| fact(row, LABEL)),
            Row::Policy(nth) => self.policy.get(nth).map_or_else(Line::new, |row| fact(row, LABEL)),
            Row::Agent(at) => assessment.agents.get(at).map_or_else(Line::new, |agent| self.agent(agent)),
            Row::Nodes => self.nodes(),
            Row::List(kind) => self.list_line(kind),
            Row::LiveLists => {
                let live = model.world.snapshot.sources.counted().count() - self.missing();
                let names = lists_live(&model.world.snapshot);
                Line::of(format!("{live} more"), Role::Text).to(21, 2).text("live").to(self.detail_column(), 2).muted(names)
            }
            Row::Rule(nth) => Line::of(self.rules.get(nth).map_or("", String::as_str), Role::Text),
            Row::Change(number) => model.arrivals.timeline.get(number).map_or_else(Line::new, changed),
            Row::Problem(nth) => match model.world.snapshot.problems.get(nth) {
                Some(problem) => Line::of(problem.object.as_str(), Role::Text).muted(format!("   {}", problem.message)),
                None => Line::new(),
            },
        }
    }

    fn heading(&self, part: Part) -> Line {
        let model = self.model;
        let assessment = &model.world.assessment;
        let plain = |title: &str| Line::heading(title);
        match part {
            Part::Findings => plain("FINDINGS")
                .muted(format!("   {}", findings_words(&assessment.findings, assessment.ran, assessment.could_not.len()))),
            Part::Facts => plain("IDENTITY").to(self.right() - 1, 2).join(plain("POLICY")),
            Part::Identity => plain("IDENTITY"),
            Part::Policy => plain("POLICY"),
            Part::Agents => {
                let [ready, updated, restarts, version] = self.agent_columns();
                let stale =
                    [Kind::DaemonSet, Kind::Pod].into_iter().find_map(|kind| match model.world.snapshot.sources.of(kind).state {
                        ListState::Stale { since, .. } => Some(since),
                        _ => None,
                    });
                let line = match stale {
                    Some(since) => plain("AGENTS").then(format!("   ◷ as of {} ago", age(since, model.moment())), Role::Unknown),
                    None => plain("AGENTS"),
                };
                let line = line.to(ready, 2).muted("ready").to(updated, 2).muted("updated").to(restarts, 2).muted("restarts");
                if self.layout.width >= 100 { line.to(version, 2).muted("version") } else { line }
            }
            Part::Nodes => plain("NODES"),
            Part::Lists => {
                let all = self.model.world.snapshot.sources.counted().count();
                plain("LISTS").muted(format!("      {} of {all} live", all - self.missing()))
            }
            Part::Rules => plain("TO KNOW MORE"),
            Part::Changes => {
                let since = model.arrivals.since.map_or(String::new(), |since| format!(", {}", age(since, model.moment())));
                let line = plain("SINCE YOU ATTACHED").muted(since);
                if model.arrivals.timeline.seen() == model.arrivals.first { line.muted("   nothing changed") } else { line }
            }
            Part::Skipped => {
                plain("SKIPPED").muted(format!("    {} could not be read", count(model.world.snapshot.problems.len())))
            }
        }
    }

    fn cause(&self, finding: &Finding) -> Line {
        let (sign, role) = severity_sign(finding.severity);
        let since = finding.since.map_or(String::new(), |since| age(since, self.model.moment()));
        let line = Line::new().strong(sign, role).muted(format!(" {since:<4} "));
        let (subject, message) = finding_parts(finding);
        let line = if subject.is_empty() { line } else { line.strong(cut_middle(&subject, 40, "…"), Role::Text).text("   ") };
        line.text(message)
    }

    fn symptom(&self, finding: &Finding, nth: usize) -> Line {
        let lines = self.symptom_lines(finding);
        let branch = if nth + 1 == lines { "└" } else { "├" };
        let rest = finding.symptoms.get(nth..).unwrap_or_default();
        let text = match rest {
            [symptom] => symptom.clone(),
            [symptom, ..] if nth + 1 < lines => symptom.clone(),
            _ if nth == 0 => counted(rest.len(), "symptom", "symptoms"),
            _ => format!("{} more: {}", rest.len(), rest.join("; ")),
        };
        Line::new().to(INDENT - 1, 0).muted(format!("{branch} {text}"))
    }

    /// Where ready, updated, restarts and versions of agents stand.
    fn agent_columns(&self) -> [usize; 4] {
        let assessment = &self.model.world.assessment;
        let name = assessment.agents.iter().map(|agent| self.agent_name(agent).chars().count()).max().unwrap_or(0);
        let digits = assessment.agents.iter().map(|agent| count(agent.rollout.desired as usize).len()).max().unwrap_or(1);
        let each = (digits * 2 + 5).max(8);
        let roomy = self.layout.width >= 100;
        let ready = if roomy { (name + 3).max(42) } else { (name + 2).clamp(27, 33) };
        let restarts = ready + each + each.max(10);
        [ready, ready + each, restarts, restarts + if roomy { 11 } else { 9 }]
    }

    /// Kind, namespace and name; without the namespace where there is little room.
    fn agent_name(&self, health: &AgentHealth) -> String {
        let Some(agent) = self.model.world.assessment.detection.agents.get(health.agent) else { return String::new() };
        if self.layout.width >= 100 {
            format!("{} {}/{}", agent.kind.name(), agent.namespace, agent.name)
        } else {
            cut_middle(&format!("{} {}", agent.kind.name(), agent.name), 31, "…")
        }
    }

    fn agent(&self, health: &AgentHealth) -> Line {
        let [ready, updated, restarts, version] = self.agent_columns();
        let rollout = &health.rollout;
        let of = |some: u32| format!("{}/{}", count(some as usize), count(rollout.desired as usize));
        let mut line = Line::of(self.agent_name(health), Role::Text).to(ready, 2);
        line = if rollout.is_told() { line.text(of(rollout.ready)) } else { line.then("?", Role::Unknown) };
        if rollout.ready < rollout.desired && rollout.is_told() {
            line = line.strong(" ✗", Role::Bad);
        }
        line = line.to(updated, 2);
        line = if self.is_counted(health) { line.text(of(rollout.updated)) } else { line.then("?", Role::Unknown) };
        if rollout.updated < rollout.desired && self.is_counted(health) {
            line = line.strong(" !", Role::Warn);
        }
        line = line.to(restarts, 2);
        line = match health.restarts {
            Some(restarts) => line.text(count(restarts as usize)),
            None => line.then("?", Role::Unknown),
        };
        line = line.to(version, 2);
        match health.versions.as_slice() {
            [] => line.then("?", Role::Unknown),
            [(one, _)] => line.text(one.as_str()),
            several => {
                let each = several.iter().map(|(version, pods)| format!("{version} {}", count(*pods)));
                line.text(each.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Whether its controller told how far it is rolled out, now or once.
    fn is_counted(&self, health: &AgentHealth) -> bool {
        let agent = self.model.world.assessment.detection.agents.get(health.agent);
        let kind = agent.map_or(Kind::DaemonSet, |agent| match agent.kind {
            WorkloadKind::DaemonSet => Kind::DaemonSet,
            WorkloadKind::Deployment => Kind::Deployment,
        });
        health.rollout.is_told()
            && matches!(self.model.world.snapshot.sources.of(kind).state, ListState::Live | ListState::Stale { .. })
    }

    /// Every node a mark, then how many are ready.
    fn nodes(&self) -> Line {
        let nodes = &self.model.world.nodes;
        let marks: Vec<Mark> = nodes.by(Grouping::Zone).flat_map(|(_, marks)| marks).collect();
        let most = self.width() / 3;
        let each = nodes_a_mark(|each| marks.len().div_ceil(each) <= most);
        let mut line = Line::heading("NODES")
            .to(11, 2)
            .join(strip(&gathered(&marks, each).into_iter().map(Some).collect::<Vec<_>>(), true))
            .text("   ");
        let (ready, belong) = nodes.agents;
        let all = nodes.len();
        if self.layout.width < 100 {
            let agents = if belong > 0 {
                format!("{} of {} agents ready", count(ready), count(belong))
            } else {
                format!("{} of {} ready", count(nodes.ready), count(all))
            };
            let line = line.text(agents);
            return if self.lists_beside_nodes() { line.to(47, 3).join(self.lists_remark()) } else { line };
        }
        line = line.text(format!("{} ready", count(nodes.ready)));
        if belong > 0 {
            line = line.text(format!(", {} agents ready", count(ready)));
        }
        line = match nodes.pods {
            (Some(pods), Some(takes)) => line.text(format!(", {} of {} pods", count(pods), count(takes))),
            (Some(pods), None) => line.text(format!(", {} pods", count(pods))),
            (None, _) => line.text(", ").then("? pods", Role::Unknown),
        };
        let line = if [Kind::Node, Kind::Pod].iter().all(|kind| self.model.world.snapshot.sources.is_live(*kind)) {
            line
        } else {
            line.then("   as far as is known", Role::Unknown)
        };
        if each > 1 { line.muted(format!("   one mark is {} nodes, their worst", count(each))) } else { line }
    }

    /// That all lists are live.
    fn lists_remark(&self) -> Line {
        let all = self.model.world.snapshot.sources.counted().count();
        Line::heading("LISTS").muted(format!("   {all} of {all} live"))
    }

    fn detail_column(&self) -> usize {
        if self.width() >= 110 { 71 } else { 37 }
    }

    fn list_line(&self, kind: Kind) -> Line {
        let row = list_row(&self.model.world.snapshot, kind, self.model.moment());
        let line = Line::of(crate::present::short(kind), Role::Text).to(21, 2);
        let line = match row.sign {
            Some((_, role)) if matches!(self.model.world.snapshot.sources.of(kind).state, ListState::Syncing { .. }) => {
                line.then(spinner(self.model.now), role).text(format!(" {}", row.state))
            }
            Some((sign, role)) => line.then(format!("{sign} {}", row.state), role),
            None => line.text(row.state),
        };
        let line = if self.width() >= 110 { line.to(37, 2).text(row.gives) } else { line };
        line.to(self.detail_column(), 2).muted(row.detail)
    }
}

/// When, which way, what, and how.
fn changed(change: &Change) -> Line {
    let (sign, role) = change_sign(change.turn);
    let line = Line::of(clock(change.at), Role::Muted).text("   ").then(sign, role);
    line.text(format!(" {}", change_subject(change))).muted(format!("   {}", change.what))
}

/// What, its sign, and the words. Of words with a sign those before the comma have its colour.
pub(super) fn fact(row: &FactRow, width: usize) -> Line {
    let line = Line::of(row.label, Role::Muted).to(width, 1);
    match row.sign {
        None => line.text(&row.text),
        Some((sign, role)) => {
            let (verdict, rest) = row.text.split_at(row.text.find(',').unwrap_or(row.text.len()));
            line.then(format!("{sign} {verdict}"), role).text(rest)
        }
    }
}

/// How many findings there are, or how sure it is that there are none.
fn findings_words(findings: &[Finding], ran: usize, could_not: usize) -> String {
    let listed = || findings.iter().filter(|finding| is_listed(finding));
    let checks = |words: &str| format!("{words} {}, {} could not.", counted(ran, "check ran", "checks ran"), count(could_not));
    let symptoms: usize = listed().map(|finding| finding.symptoms.len()).sum();
    let causes = listed().filter(|finding| !finding.symptoms.is_empty()).count();
    match (listed().count(), causes) {
        (0, _) if could_not == 0 => checks("none."),
        (0, _) => checks("none seen."),
        (all, 0) => count(all),
        (all, causes) => {
            let more = if all > causes { format!(", {} more", count(all - causes)) } else { String::new() };
            format!("{} with {}{more}", counted(causes, "cause", "causes"), counted(symptoms, "symptom", "symptoms"))
        }
    }
}

//! The rows of the cluster screen: which there are, in which order, and what each is about.
//!
//! Known to `update` (to move) and `view` (to draw) alike. A row is a few bytes; only those that are seen become text. Findings
//! come first where there are any; on a small terminal, so does what they rest on.

use super::{Folding, Key, Side};
use crate::health::Finding;
use crate::present::{FactRow, Headline, headline, identity_rows, list_rules, policy_rows};
use crate::snapshot::Kind;
use crate::tui::layout::Layout;
use crate::tui::line::wrap_within;
use crate::tui::model::Model;
use crate::tui::pane::seen;
use crate::tui::view::layout;

/// Where sentences end at the latest.
pub(super) const SENTENCE: usize = 100;

/// A part of the screen, under its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Findings,
    /// Identity and policy, side by side.
    Facts,
    Identity,
    Policy,
    Agents,
    Nodes,
    Lists,
    /// What would give the lists that are forbidden.
    Rules,
    /// What could not be read and was skipped.
    Skipped,
    /// What changed since everything is seen.
    Changes,
}

/// One row. Numbers are places in the assessment, or in the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    Blank,
    Heading(Part),
    Finding(usize),
    /// What is likely behind a finding.
    Likely(usize),
    /// The n-th line of the symptoms of a finding.
    Symptom(usize, usize),
    Remedy(usize),
    /// The n-th fact of identity and of policy.
    Fact(usize),
    Identity(usize),
    Policy(usize),
    Agent(usize),
    Nodes,
    List(Kind),
    LiveLists,
    Rule(usize),
    Problem(usize),
    /// By the number in the timeline.
    Change(usize),
}

/// Everything the screen shows, before it is text.
pub(super) struct Page<'m> {
    pub(super) model: &'m Model,
    pub(super) layout: Layout,
    pub(super) headline: Headline,
    /// Lines of the verdict, then of what is enforced.
    pub(super) verdict: Vec<String>,
    pub(super) policies: Vec<String>,
    pub(super) identity: Vec<FactRow>,
    pub(super) policy: Vec<FactRow>,
    pub(super) rules: Vec<String>,
    pub(super) rows: Vec<Row>,
}

impl<'m> Page<'m> {
    pub(super) fn of(model: &'m Model) -> Self {
        let (snapshot, assessment) = (&*model.world.snapshot, &*model.world.assessment);
        let layout = layout(model);
        let headline = headline(snapshot, assessment, &model.catalog, model.moment());
        let width = layout.width.saturating_sub(4).min(SENTENCE);
        let mut page = Self {
            model,
            layout,
            verdict: wrap_within(&headline.verdict, width, 2),
            policies: wrap_within(&headline.policies, width, 2),
            headline,
            identity: identity_rows(snapshot, assessment, &model.catalog),
            policy: policy_rows(snapshot, assessment, &model.catalog),
            rules: list_rules(snapshot),
            rows: Vec::new(),
        };
        for part in page.parts() {
            if !page.rows.is_empty() {
                page.rows.push(Row::Blank);
            }
            page.add(part);
        }
        page
    }

    /// Rows above the list: an empty one, the verdict, what is enforced, an empty one.
    pub(super) fn head(&self) -> usize {
        self.verdict.len() + self.policies.len() + 2
    }

    /// Rows that there are for the list.
    pub(super) fn room(&self) -> usize {
        self.layout.rows.saturating_sub(self.head() + self.pane_height())
    }

    /// Rows of the list that are seen at once.
    pub(super) fn height(&self) -> usize {
        seen(self.rows.len(), self.room())
    }

    /// Width of the list.
    pub(super) fn width(&self) -> usize {
        self.layout.width - self.layout.aside().map_or(0, |aside| aside + 2)
    }

    /// Rows of the pane below; none where it stands at the right or is closed.
    pub(super) fn pane_height(&self) -> usize {
        match (self.layout.aside(), self.model.cluster.evidence) {
            (None, Folding::Open) => (self.layout.rows.saturating_sub(self.head()) / 2).max(4),
            _ => 0,
        }
    }

    /// Where the right one of two columns begins.
    pub(super) fn right(&self) -> usize {
        const LEAST: usize = 50;
        let widest = self.identity.iter().map(|row| super::draw::fact(row, super::draw::LABEL).width()).max().unwrap_or(0);
        LEAST.max(widest + 3)
    }

    pub(super) fn is_wide(&self) -> bool {
        self.width() >= 110
    }

    pub(super) fn finding(&self, at: usize) -> Option<&'m Finding> {
        self.model.world.assessment.findings.get(at)
    }

    /// What a row is about; none for rows that the cursor passes over.
    pub(super) fn key(&self, row: usize) -> Option<Key> {
        let of = |finding: &Finding| (finding.id, finding.object.clone());
        match *self.rows.get(row)? {
            Row::Finding(at) => self.finding(at).map(|finding| Key::Finding(of(finding).0, of(finding).1)),
            Row::Symptom(at, 0) => self.finding(at).map(|finding| Key::Symptoms(of(finding).0, of(finding).1)),
            Row::Fact(nth) => {
                let left = self.identity.get(nth).map(|fact| Key::Identity(fact.label));
                let right = self.policy.get(nth).map(|fact| Key::Policy(fact.label));
                if self.model.cluster.side == Side::Left { left.or(right) } else { right.or(left) }
            }
            Row::Identity(nth) => self.identity.get(nth).map(|fact| Key::Identity(fact.label)),
            Row::Policy(nth) => self.policy.get(nth).map(|fact| Key::Policy(fact.label)),
            Row::Agent(at) => {
                let health = self.model.world.assessment.agents.get(at)?;
                let agent = self.model.world.assessment.detection.agents.get(health.agent)?;
                Some(Key::Agent(agent.namespace.clone(), agent.name.clone()))
            }
            Row::Nodes if self.lists_beside_nodes() && self.model.cluster.side == Side::Right => Some(Key::Lists),
            Row::Nodes => Some(Key::Nodes),
            Row::List(kind) => Some(Key::List(kind)),
            Row::Heading(Part::Lists) | Row::LiveLists => Some(Key::Lists),
            Row::Change(number) => Some(Key::Change(number)),
            _ => None,
        }
    }

    /// The row of this page that is about the same as a row of `other`; none if it has none.
    pub(super) fn same(&self, other: &Page<'_>, row: usize) -> Option<Row> {
        let wanted = *other.rows.get(row)?;
        let known = other.key(row).filter(|_| !matches!(wanted, Row::Fact(_)));
        let at = (0..self.rows.len()).find(|at| match &known {
            Some(_) => self.key(*at) == known,
            None => self.rows.get(*at) == Some(&wanted),
        });
        self.rows.get(at?).copied()
    }

    /// Whether a row is about something wrong.
    pub(super) fn is_wrong(&self, row: usize) -> bool {
        match self.rows.get(row) {
            Some(Row::Finding(_)) => true,
            Some(Row::List(kind)) => !self.model.world.snapshot.sources.is_live(*kind),
            _ => false,
        }
    }

    /// The row of a cursor that nobody moved: the first thing wrong, else the first agent.
    pub(super) fn start(&self) -> usize {
        let wrong = (0..self.rows.len()).find(|row| self.is_wrong(*row));
        wrong.or_else(|| self.rows.iter().position(|row| matches!(row, Row::Agent(_)))).unwrap_or(0)
    }

    /// The first row of each part, for going from part to part.
    pub(super) fn starts(&self) -> Vec<(usize, Side)> {
        let mut starts = Vec::new();
        let mut fresh = true;
        for (at, row) in self.rows.iter().enumerate() {
            fresh |= matches!(row, Row::Heading(_) | Row::Nodes);
            if fresh && self.key(at).is_some() {
                starts.push((at, Side::Left));
                if matches!(row, Row::Fact(_)) || (matches!(row, Row::Nodes) && self.lists_beside_nodes()) {
                    starts.push((at, Side::Right));
                }
                fresh = false;
            }
        }
        starts
    }

    fn parts(&self) -> Vec<Part> {
        let assessment = &self.model.world.assessment;
        let found = assessment.findings.iter().any(is_listed);
        let live = self.missing() == 0;
        let facts = if self.is_wide() { &[Part::Facts][..] } else { &[Part::Identity, Part::Policy] };
        let rests = [Part::Agents, Part::Nodes];
        let lists = [Part::Lists, Part::Rules, Part::Skipped];
        let order: Vec<&[Part]> = match (found, self.layout.is_airy()) {
            (true, true) => vec![&[Part::Findings], facts, &rests, &lists],
            (true, false) => vec![&[Part::Findings], &rests, &lists, facts],
            (false, false) if !live => vec![&lists, &[Part::Findings], facts, &rests],
            (false, false) => vec![&facts[..1], &rests, &[Part::Findings], &lists, &facts[1..]],
            (false, true) => vec![facts, &rests, &[Part::Findings], &lists],
        };
        let there = |part: &Part| match part {
            Part::Agents => !assessment.agents.is_empty(),
            Part::Nodes => !self.model.world.nodes.is_empty(),
            Part::Lists => !self.lists_beside_nodes(),
            Part::Rules => !self.rules.is_empty(),
            Part::Skipped => !self.model.world.snapshot.problems.is_empty(),
            Part::Changes => self.model.arrivals.since.is_some(),
            _ => true,
        };
        order.concat().into_iter().chain([Part::Changes]).filter(there).collect()
    }

    /// Whether the lists are no more than a remark beside the nodes: all live and not unfolded, on a small terminal.
    pub(super) fn lists_beside_nodes(&self) -> bool {
        let model = self.model;
        !self.layout.is_airy() && self.missing() == 0 && !model.world.nodes.is_empty() && model.cluster.lists == Folding::Closed
    }

    /// How many lists are not live.
    pub(super) fn missing(&self) -> usize {
        self.model.world.snapshot.sources.missing().count()
    }

    fn add(&mut self, part: Part) {
        const MOST_PROBLEMS: usize = 5;
        const MOST_CHANGES: usize = 50;
        let assessment = &self.model.world.assessment;
        if part != Part::Nodes {
            self.rows.push(Row::Heading(part));
        }
        match part {
            Part::Findings => self.add_findings(),
            Part::Facts => self.rows.extend((0..self.identity.len().max(self.policy.len())).map(Row::Fact)),
            Part::Identity => self.rows.extend((0..self.identity.len()).map(Row::Identity)),
            Part::Policy => self.rows.extend((0..self.policy.len()).map(Row::Policy)),
            Part::Agents => self.rows.extend((0..assessment.agents.len()).map(Row::Agent)),
            Part::Nodes => self.rows.push(Row::Nodes),
            Part::Lists => self.add_lists(),
            Part::Rules => self.rows.extend((0..self.rules.len()).map(Row::Rule)),
            Part::Skipped => {
                let problems = self.model.world.snapshot.problems.len();
                self.rows.extend((0..problems.min(MOST_PROBLEMS)).map(Row::Problem));
            }
            Part::Changes => {
                let first = self.model.arrivals.first;
                let newest = self.model.arrivals.timeline.newest().take_while(|(number, _)| *number >= first).take(MOST_CHANGES);
                self.rows.extend(newest.map(|(number, _)| Row::Change(number)));
            }
        }
    }

    fn add_findings(&mut self) {
        let findings = &self.model.world.assessment.findings;
        let airy = self.layout.is_airy();
        for (nth, (at, finding)) in findings.iter().enumerate().filter(|(_, finding)| is_listed(finding)).enumerate() {
            self.rows.push(Row::Finding(at));
            self.rows.extend(finding.likely.as_ref().map(|_| Row::Likely(at)));
            let lines = self.symptom_lines(finding);
            self.rows.extend((0..lines).map(|nth| Row::Symptom(at, nth)));
            let cause = nth == 0 || lines > 0 || finding.severity == crate::health::Severity::Error;
            if cause && !finding.remedy.is_empty() {
                self.rows.push(Row::Remedy(at));
                if airy && at + 1 < findings.len() {
                    self.rows.push(Row::Blank);
                }
            }
        }
    }

    /// How many lines the symptoms take: one where they are folded, and no more than there is room for.
    pub(super) fn symptom_lines(&self, finding: &Finding) -> usize {
        let most = if self.layout.is_airy() { 6 } else { 3 };
        let folded = self.model.cluster.folded.iter().any(|(id, object)| *id == finding.id && *object == finding.object);
        if folded { 1.min(finding.symptoms.len()) } else { finding.symptoms.len().min(most) }
    }

    fn add_lists(&mut self) {
        let sources = &self.model.world.snapshot.sources;
        let all = self.model.cluster.lists == Folding::Open;
        let missing = self.missing();
        self.rows.extend(sources.counted().filter(|kind| all || !sources.is_live(*kind)).map(Row::List));
        if !all && missing > 0 && missing < sources.counted().count() {
            self.rows.push(Row::LiveLists);
        }
    }
}

/// Whether a finding has a row of its own: what is not known of lists and of enforcement stands in the verdict and under LISTS.
pub(super) fn is_listed(finding: &Finding) -> bool {
    !matches!(finding.id, "list-unreadable" | "enforcement-unknown")
}

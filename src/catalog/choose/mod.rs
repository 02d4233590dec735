//! Which provider for which needs: who is left, the cell that excludes each of the others, and what would bring somebody back.
//!
//! It is asked anew at every key, so it looks at cells and nothing else; each exclusion names one, with its sources. What nobody could
//! source meets no need. A limit that nobody documented excludes nobody, and counts as a condition. Measurements and taste are not
//! looked at. To add something that can be asked: a variant of [`Demand`] and its arm in [`Question::cause`].

mod demand;
mod environment;
mod order;
mod relax;
mod step;

pub use demand::{Demand, Says, Wanted};
pub use environment::{Bound, Environment, Kernel};
pub use order::Order;
pub use relax::{Accept, Change, Relaxation};
pub use step::{Move, moves, moving};

use super::{Catalog, Cell, Feature, KernelRule, Level, Provider, Quantity, Role, Status, Unit};

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// All that is asked, in the order of asking.
    pub demands: Vec<Demand>,
    /// Id of the provider that runs today.
    pub here: Option<String>,
    /// How the answer is ordered.
    pub order: Order,
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    /// Who meets every demand, in order.
    pub left: Vec<Left<'a>>,
    /// Who does not, those that lack least first.
    pub excluded: Vec<Excluded<'a>>,
    /// The smallest changes to the demands that bring somebody back, smallest first.
    pub relaxations: Vec<Relaxation<'a>>,
}

/// Somebody who meets every demand.
#[derive(Debug, Clone)]
pub struct Left<'a> {
    /// The provider.
    pub provider: &'a Provider,
    /// What has to be known before it is taken.
    pub conditions: Vec<Caveat<'a>>,
}

/// Something that has to be known of a provider that is left.
#[derive(Debug, Clone)]
pub struct Caveat<'a> {
    /// The demand that it is about.
    pub demand: &'a Demand,
    /// Id of the feature whose cell says so.
    pub feature: &'a str,
    /// What it is.
    pub kind: CaveatKind<'a>,
}

/// Why something has to be known.
#[derive(Debug, Clone, Copy)]
pub enum CaveatKind<'a> {
    /// The need is met in part, or with a note.
    Cell(&'a Cell),
    /// A number at which the documentation says to change something.
    Limit(&'a Quantity),
    /// A part of it asks for a newer kernel.
    Kernel(&'a KernelRule),
    /// No limit is documented at all.
    Undocumented,
}

/// Somebody who fails a demand.
#[derive(Debug, Clone)]
pub struct Excluded<'a> {
    /// The provider.
    pub provider: &'a Provider,
    /// Why: the one that decides first, which is the one that can be helped least. Never empty.
    pub causes: Vec<Cause<'a>>,
}

/// Why somebody is excluded.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// The demand that it fails.
    pub demand: &'a Demand,
    /// Id of the feature whose cell decides; none where the user named the provider.
    pub feature: Option<&'a str>,
    /// That cell; none where nobody could source it.
    pub cell: Option<&'a Cell>,
    /// What of it ends the provider here, where the cell speaks of more.
    pub end: Option<End<'a>>,
}

/// What ends a provider.
#[derive(Debug, Clone, Copy)]
pub enum End<'a> {
    /// A limit is passed: nodes, or routes of which each node needs one.
    Limit(&'a Quantity),
    /// The newest release asks for a newer kernel.
    Kernel(&'a KernelRule),
}

impl<'a> Cause<'a> {
    /// Level of the deciding cell.
    pub fn level(&self) -> Level {
        self.cell.map_or(Level::Unknown, |cell| cell.level)
    }

    /// How little can be done about it, 0 least: no wish changes what a provider is, where it runs and whether it lives.
    fn hardness(&self) -> u8 {
        match (self.demand, self.level()) {
            (Demand::Other(_), _) => 0,
            (Demand::Primary, _) => 1,
            (Demand::In(environment), _) if environment.column().is_none_or(|column| self.feature != Some(column)) => 2,
            (Demand::Alive, _) => 3,
            (Demand::Nodes(_) | Demand::Kernel(_), _) => 4,
            (_, Level::No | Level::Yes) => 5,
            (_, Level::NotApplicable) => 6,
            (_, Level::Unknown) => 7,
            (_, Level::Partial) => 8,
        }
    }

    /// Whether no wish changes it: what a provider is, where it runs, whether it lives.
    pub fn is_settled(&self) -> bool {
        (1..=3).contains(&self.hardness())
    }

    fn cell(demand: &'a Demand, provider: &'a Provider, feature: &'a str) -> Self {
        Self { demand, feature: Some(feature), cell: provider.cell(feature), end: None }
    }
}

impl Question {
    /// Whether no feature is needed or avoided: then a basic provider is enough.
    pub fn is_open(&self) -> bool {
        !self.demands.iter().any(|demand| matches!(demand, Demand::Need(_) | Demand::Avoid(_)))
    }

    /// The features that are needed, in the order of asking.
    pub fn needs(&self) -> impl Iterator<Item = &Wanted> {
        self.demands.iter().filter_map(|demand| match demand {
            Demand::Need(wanted) => Some(wanted),
            _ => None,
        })
    }

    /// The columns that are needed, in the order of asking.
    pub fn needed<'a>(&self, catalog: &'a Catalog) -> Vec<&'a Feature> {
        self.needs().filter_map(|wanted| catalog.feature(&wanted.feature)).collect()
    }

    /// The environments that are asked for.
    pub fn environments(&self) -> impl Iterator<Item = Environment> {
        self.demands.iter().filter_map(|demand| match demand {
            Demand::In(environment) => Some(*environment),
            _ => None,
        })
    }

    /// Whether a bound holds for what is asked.
    fn is_under(&self, bound: &Bound) -> bool {
        let is_there = |asked: Environment| bound.within.iter().any(|within| asked.is_within(*within));
        let is_needed = |feature: &String| self.demands.iter().any(|demand| demand.feature() == Some(feature));
        (bound.within.is_empty() || self.environments().any(is_there))
            && (bound.with.is_empty() || bound.with.iter().any(is_needed))
    }

    /// Why a provider fails a demand; none if it meets it.
    fn cause<'a>(&self, demand: &'a Demand, provider: &'a Provider) -> Option<Cause<'a>> {
        let by = |feature| Some(Cause::cell(demand, provider, feature));
        let ended = |feature, end| by(feature).map(|cause| Cause { end: Some(end), ..cause });
        match demand {
            Demand::Primary => by("network-model").filter(|_| provider.role != Role::Primary),
            Demand::Alive => by("status").filter(|_| provider.status != Status::Active),
            Demand::Need(wanted) => by(&wanted.feature).filter(|_| !wanted.is_met(provider)),
            Demand::Avoid(wanted) => {
                let may_have = wanted.is_met(provider) || provider.level(&wanted.feature) == Level::Unknown;
                by(&wanted.feature).filter(|_| may_have)
            }
            Demand::Other(id) => (provider.id == *id).then_some(Cause { demand, feature: None, cell: None, end: None }),
            Demand::In(environment) => {
                let ends = |bound: &&Bound| bound.is_end() && bound.within.iter().any(|within| environment.is_within(*within));
                let bound = provider.bounds.iter().find(ends);
                bound
                    .and_then(|bound| by(&bound.cell))
                    .or_else(|| by(environment.column()?).filter(|cause| cause.level() != Level::Yes))
            }
            Demand::Nodes(nodes) => {
                let passed = |bound: &&Bound| bound.nodes.is_some_and(|most| *nodes > most) && self.is_under(bound);
                // Of several, the lowest: it is the first to be met.
                let bound = provider.bounds.iter().filter(passed).min_by_key(|bound| bound.nodes)?;
                ended(&bound.cell, End::Limit(size_limit(provider, bound.nodes?)?))
            }
            Demand::Kernel(kernel) => {
                let rule = kernel_rule(provider).filter(|rule| rule.feature.is_none())?;
                ended("data-plane", End::Kernel(rule)).filter(|_| is_newer(rule, *kernel))
            }
        }
    }

    /// What has to be known of a provider that meets a demand.
    fn caveat<'a>(demand: &'a Demand, provider: &'a Provider) -> Option<Caveat<'a>> {
        let of = |feature, kind| Some(Caveat { demand, feature, kind });
        let noted = |feature: &'a str| {
            let cell = provider.cell(feature).filter(|cell| cell.level == Level::Partial || !cell.note.is_empty())?;
            of(feature, CaveatKind::Cell(cell))
        };
        match demand {
            Demand::Need(wanted) => noted(&wanted.feature),
            Demand::In(environment) => noted(environment.column()?),
            Demand::Nodes(nodes) => {
                let mut sizes = provider.limits.iter().filter(|limit| is_size(limit)).peekable();
                if sizes.peek().is_none() {
                    return of("limits", CaveatKind::Undocumented);
                }
                let bounds = |limit: &Quantity| provider.bounds.iter().any(|b| b.nodes.is_some_and(|nodes| limit.is(nodes)));
                let passed = sizes.find(|limit| limit.number < f64::from(*nodes) && !bounds(limit))?;
                of("limits", CaveatKind::Limit(passed))
            }
            Demand::Kernel(kernel) => match kernel_rule(provider) {
                None => of("data-plane", CaveatKind::Undocumented),
                Some(rule) => of("data-plane", CaveatKind::Kernel(rule)).filter(|_| is_newer(rule, *kernel)),
            },
            _ => None,
        }
    }
}

impl Demand {
    /// Id of the feature that has to be there.
    fn feature(&self) -> Option<&str> {
        match self {
            Self::Need(wanted) => Some(&wanted.feature),
            Self::In(environment) => environment.column(),
            _ => None,
        }
    }
}

/// Whether a limit ends a cluster: by nodes, or by routes of which each node needs one.
fn is_size(limit: &Quantity) -> bool {
    matches!(limit.unit, Unit::Nodes | Unit::Routes)
}

/// What the newest release is documented to ask of a kernel.
fn kernel_rule(provider: &Provider) -> Option<&KernelRule> {
    provider.detect.kernel.first()
}

/// Whether a rule asks for a newer kernel. One that cannot be read asks for nothing that is known.
fn is_newer(rule: &KernelRule, kernel: Kernel) -> bool {
    rule.minimum.parse().is_ok_and(|minimum: Kernel| kernel < minimum)
}

/// The limit with that number of nodes or routes.
pub(super) fn size_limit(provider: &Provider, nodes: u32) -> Option<&Quantity> {
    provider.limits.iter().find(|limit| is_size(limit) && limit.is(nodes))
}

/// Answers a question.
pub fn choose<'a>(catalog: &'a Catalog, question: &'a Question) -> Choice<'a> {
    const PRIMARY: &Demand = &Demand::Primary;
    let demands = || std::iter::once(PRIMARY).chain(&question.demands);
    let (mut left, mut excluded) = (Vec::new(), Vec::new());
    for provider in &catalog.providers {
        let mut causes: Vec<Cause<'_>> = demands().filter_map(|demand| question.cause(demand, provider)).collect();
        if causes.is_empty() {
            let conditions = demands().filter_map(|demand| Question::caveat(demand, provider)).collect();
            left.push(Left { provider, conditions });
        } else {
            causes.sort_by_key(Cause::hardness);
            excluded.push(Excluded { provider, causes });
        }
    }
    question.order.apply(&mut left, question.here.as_deref());
    let name = |provider: &Provider| provider.name.to_lowercase();
    excluded.sort_by_cached_key(|out| {
        (std::cmp::Reverse(out.causes.first().map_or(0, Cause::hardness)), out.causes.len(), name(out.provider))
    });
    let relaxations = relax::smallest(&excluded);
    Choice { left, excluded, relaxations }
}

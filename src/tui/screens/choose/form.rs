//! What can be asked, as a form: features in chapters, whether it lives, where it runs, how large it is, who runs today.
//!
//! Every column of levels is in it, so a new feature needs nothing here. To ask for something else: a variant of [`Item`].

use super::State;
use crate::catalog::{Demand, Feature, FeatureKind, Level, Says, Wanted};
use crate::present::{Role, count, level_sign};
use crate::tui::action::Motion;
use crate::tui::line::{Line, cut};
use crate::tui::model::Model;

/// Chapters and the groups of columns in them; every other group is in the last one.
const CHAPTERS: [(&str, &[&str]); 2] =
    [("POLICY AND SECURITY", &["policy", "security"]), ("NETWORK", &["network", "services", "beyond"])];
const LAST: &str = "PROJECT AND PLACE";

/// From this width on the chapters stand side by side; below, one under the other, each in two columns.
const WIDE: usize = 96;

/// Width of the names of values.
const NAME: usize = 9;

/// Something that can be asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    /// A column of the matrix.
    Feature(&'a Feature),
    /// Whether releases are made.
    Alive,
    /// Where it runs.
    Where,
    /// How many nodes.
    Nodes,
    /// The oldest kernel.
    Kernel,
    /// Who runs today.
    Today,
}

/// Whether a feature is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tick {
    Either,
    Needed,
    InPart,
    Avoided,
}

impl Tick {
    /// All, in the order in which a key turns through them, with their sign and their word.
    const ALL: [(Self, &str, &str); 4] = [
        (Self::Either, " ", "either way"),
        (Self::Needed, "x", "needed"),
        (Self::InPart, level_sign(Level::Partial), "needed, if in part"),
        (Self::Avoided, level_sign(Level::No), "to be avoided"),
    ];

    /// How `demands` ask for a feature.
    pub(super) fn of(demands: &[Demand], feature: &Feature) -> Self {
        let ticked = demands.iter().find_map(|demand| match demand {
            Demand::Need(wanted) if wanted.feature == feature.id => match wanted.says {
                Says::Level(Level::Partial) => Some(Self::InPart),
                _ => Some(Self::Needed),
            },
            Demand::Avoid(wanted) if wanted.feature == feature.id => Some(Self::Avoided),
            _ => None,
        });
        ticked.unwrap_or(Self::Either)
    }

    pub(super) fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()].0
    }

    /// What it asks; nothing where either is right.
    pub(super) fn demand(self, feature: &Feature) -> Option<Demand> {
        match self {
            Self::Either => None,
            Self::Needed => Some(Demand::Need(Wanted::yes(&feature.id))),
            Self::InPart => Some(Demand::Need(Wanted { says: Says::Level(Level::Partial), ..Wanted::yes(&feature.id) })),
            Self::Avoided => Some(Demand::Avoid(Wanted::yes(&feature.id))),
        }
    }
}

impl Item<'_> {
    /// Its row: what is asked, ticked, or its name and value.
    pub(super) fn line(self, model: &Model, width: usize) -> Line {
        let demands = &model.choose.demands;
        let ticked = |sign: &str, title: &str| Line::of(format!("[{sign}] "), Role::Text).text(title);
        let valued = |value: Option<String>, none: &str| {
            let name = Line::of(format!("{:<NAME$}", self.title()), Role::Text);
            match value {
                Some(value) => name.text(cut(&value, width.saturating_sub(NAME), "…")),
                None => name.muted(none),
            }
        };
        match self {
            Self::Feature(feature) => ticked(Tick::ALL[Tick::of(demands, feature) as usize].1, &feature.title),
            Self::Alive => ticked(if demands.contains(&Demand::Alive) { "x" } else { " " }, self.title()),
            Self::Where => valued(places(&model.choose), "anywhere"),
            Self::Nodes => valued(model.choose.nodes().map(|nodes| count(nodes as usize)), "any number"),
            Self::Kernel => valued(model.choose.kernel().map(|kernel| format!("≥ {kernel}")), "any"),
            Self::Today => valued(today(model), "nobody named"),
        }
    }

    /// What it is called.
    pub(super) fn title(&self) -> &str {
        match self {
            Self::Feature(feature) => &feature.title,
            Self::Alive => "alive",
            Self::Where => "where",
            Self::Nodes => "nodes",
            Self::Kernel => "kernel",
            Self::Today => "today",
        }
    }

    /// What it is for, and for a feature how it is asked for.
    pub(super) fn says(self, model: &Model) -> [String; 2] {
        let fixed = |says: &str| [String::new(), says.to_owned()];
        match self {
            Self::Feature(feature) => {
                let (_, _, word) = Tick::ALL[Tick::of(&model.choose.demands, feature) as usize];
                [word.to_owned(), feature.definition.clone()]
            }
            Self::Alive => fixed("Releases are made. Without it, dead and dormant ones are looked at too."),
            Self::Where => fixed("Who does not run there is excluded; so is who ends at fewer nodes there."),
            Self::Nodes => fixed("Who is documented to end below that number is excluded."),
            Self::Kernel => fixed("The oldest kernel among the nodes. Whose newest release asks for a newer one is excluded."),
            Self::Today => fixed("Who runs today: comes first, and M says what a move would gain and lose."),
        }
    }
}

fn places(state: &State) -> Option<String> {
    let titles: Vec<&str> = state.environments().map(crate::catalog::Environment::title).collect();
    (!titles.is_empty()).then(|| titles.join(", "))
}

fn today(model: &Model) -> Option<String> {
    let named = model.choose.today.as_deref().and_then(|id| model.catalog.provider(id)).map(|today| today.name.clone());
    named.or_else(|| model.here().map(|here| format!("{}, here", here.name)))
}

/// All items, chapter by chapter, in the order of the matrix.
fn chapters(model: &Model) -> Vec<(&'static str, Vec<Item<'_>>)> {
    let groups = model.catalog.groups.iter();
    let features = groups.flat_map(|group| model.catalog.features.iter().filter(move |feature| feature.group == group.id));
    let chapter = |feature: &Feature| {
        let found = CHAPTERS.iter().find(|(_, groups)| groups.contains(&feature.group.as_str()));
        found.map_or(LAST, |(title, _)| *title)
    };
    let mut chapters: Vec<(&str, Vec<Item<'_>>)> =
        CHAPTERS.iter().map(|(title, _)| *title).chain([LAST]).map(|title| (title, Vec::new())).collect();
    for feature in features.filter(|feature| feature.kind == FeatureKind::Level) {
        if let Some((_, items)) = chapters.iter_mut().find(|(title, _)| *title == chapter(feature)) {
            items.push(Item::Feature(feature));
        }
    }
    if let Some((_, last)) = chapters.last_mut() {
        last.extend([Item::Alive, Item::Where, Item::Nodes, Item::Kernel, Item::Today]);
    }
    chapters
}

/// An item and where it stands, counted from the corner of the form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) item: Item<'a>,
    pub(super) x: usize,
    pub(super) y: usize,
}

/// The form, laid out for a width.
#[derive(Debug)]
pub(super) struct Form<'a> {
    /// Column, row and words of the headings.
    pub(super) headings: Vec<(usize, usize, &'static str)>,
    /// The items, in reading order.
    pub(super) spots: Vec<Spot<'a>>,
    /// Width of an item.
    pub(super) each: usize,
    /// Rows.
    pub(super) height: usize,
}

impl<'a> Form<'a> {
    pub(super) fn of(model: &'a Model, width: usize) -> Self {
        let chapters = chapters(model);
        let is_wide = width >= WIDE;
        let (columns, each) = if is_wide { (1, width / chapters.len()) } else { (2, width / 2) };
        let mut form = Self { headings: Vec::new(), spots: Vec::new(), each, height: 0 };
        for (nth, (title, items)) in chapters.into_iter().enumerate() {
            let (left, top) = if is_wide { (nth * each, 0) } else { (0, form.height) };
            let rows = items.len().div_ceil(columns);
            form.headings.push((left, top, title));
            let spot = |(at, item)| Spot { item, x: left + at / rows * each, y: top + 1 + at % rows };
            form.spots.extend(items.into_iter().enumerate().map(spot));
            form.height = form.height.max(top + 1 + rows);
        }
        form
    }

    /// The item that a movement from `at` leads to: in its own column, or across at about the same height.
    pub(super) fn beside(&self, at: usize, motion: Motion) -> usize {
        let Some(here) = self.spots.get(at).copied() else { return 0 };
        let in_column = |spot: &Spot<'_>| spot.x == here.x;
        let best = |fits: &dyn Fn(&Spot<'_>) -> bool, far: &dyn Fn(&Spot<'_>) -> (usize, usize)| {
            let found = self.spots.iter().enumerate().filter(|(_, spot)| fits(spot)).min_by_key(|(_, spot)| far(spot));
            found.map_or(at, |(found, _)| found)
        };
        let apart = |spot: &Spot<'_>| (spot.x.abs_diff(here.x), spot.y.abs_diff(here.y));
        let furthest = |spot: &Spot<'_>| (usize::MAX - spot.y.abs_diff(here.y), 0);
        let below = |spot: &Spot<'_>| in_column(spot) && spot.y > here.y;
        let above = |spot: &Spot<'_>| in_column(spot) && spot.y < here.y;
        match motion {
            Motion::Down => best(&below, &apart),
            Motion::Up => best(&above, &apart),
            Motion::Right => best(&|spot| spot.x > here.x, &apart),
            Motion::Left => best(&|spot| spot.x < here.x, &apart),
            Motion::HalfDown | Motion::PageDown => best(&below, &furthest),
            Motion::HalfUp | Motion::PageUp => best(&above, &furthest),
            Motion::First => 0,
            Motion::Last => self.spots.len() - 1,
        }
    }

    /// The item at a place.
    pub(super) fn at(&self, x: usize, y: usize) -> Option<usize> {
        self.spots.iter().position(|spot| spot.y == y && (spot.x..spot.x + self.each).contains(&x))
    }
}

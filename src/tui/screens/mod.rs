//! The screens: which there are, how they hang together, and what each gives.
//!
//! A screen is a module with a `State` and the functions that [`Screen`] dispatches to. It reads the model and draws into a
//! pen; it decides no verdict. To add one: a module, a variant of [`Screen`], an arm in each function below, and rows of
//! `bindings`.

pub mod choose;
pub mod cluster;
pub mod compare;
pub mod draft;
pub mod matrix;
pub mod policies;
pub mod provider;
pub mod reach;
mod tab;
mod terms;
pub mod timeline;
pub mod why;

pub use tab::Tab;

use super::action::Action;
use super::export::Sheet;
use super::layout::Layout;
use super::line::Line;
use super::model::Model;
use super::msg::Effect;
use super::pane::Pane;
use super::pen::Pen;
use crate::catalog::FilterError;
use crate::snapshot::Text;

/// What fills the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Providers by features.
    Matrix,
    /// All about one provider.
    Provider,
    /// Providers side by side.
    Compare,
    /// Who is left for what is asked.
    Choose,
    /// What a move from here would gain and lose.
    Moving,
    /// What runs here, and is it well.
    Cluster,
    /// One thing that is wrong.
    Finding,
    /// The pods of an agent.
    Agent,
    /// All nodes.
    Nodes,
    /// One node.
    Node,
    /// What is protected.
    Policies,
    /// The policies of a namespace.
    Namespace,
    /// One policy.
    Policy,
    /// Policies laid over what is seen, before they are applied.
    Draft,
    /// Who can reach whom, namespaces by namespaces.
    Reach,
    /// The workloads of two namespaces.
    Workloads,
    /// Whether one end can call another, and why.
    Why,
    /// What changed, and when.
    Timeline,
}

impl Screen {
    /// All screens.
    pub const ALL: [Self; 18] = [
        Self::Matrix,
        Self::Provider,
        Self::Compare,
        Self::Choose,
        Self::Moving,
        Self::Cluster,
        Self::Finding,
        Self::Agent,
        Self::Nodes,
        Self::Node,
        Self::Policies,
        Self::Namespace,
        Self::Policy,
        Self::Draft,
        Self::Reach,
        Self::Workloads,
        Self::Why,
        Self::Timeline,
    ];

    /// Its name, for the help and in the path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Matrix => "Matrix",
            Self::Provider => "Provider",
            Self::Compare => "Compare",
            Self::Choose => "Choose",
            Self::Moving => "If I move",
            Self::Cluster => "Cluster",
            Self::Finding => "Finding",
            Self::Agent => "Agent",
            Self::Nodes => "Nodes",
            Self::Node => "Node",
            Self::Policies => "Policies",
            Self::Namespace => "Namespace",
            Self::Policy => "Policy",
            Self::Draft => "Draft",
            Self::Reach => "Reach",
            Self::Workloads => "Workloads",
            Self::Why => "Why",
            Self::Timeline => "Timeline",
        }
    }

    /// The tab that it belongs to.
    pub const fn tab(self) -> Tab {
        match self {
            Self::Matrix | Self::Provider | Self::Compare => Tab::Matrix,
            Self::Choose | Self::Moving => Tab::Choose,
            Self::Cluster | Self::Finding | Self::Agent | Self::Nodes | Self::Node => Tab::Cluster,
            Self::Policies | Self::Namespace | Self::Policy | Self::Draft => Tab::Policies,
            Self::Reach | Self::Workloads | Self::Why => Tab::Reach,
            Self::Timeline => Tab::Timeline,
        }
    }

    /// The screen one level out; none at the top.
    pub const fn parent(self) -> Option<Self> {
        match self {
            Self::Provider | Self::Compare => Some(Self::Matrix),
            Self::Moving => Some(Self::Choose),
            Self::Finding | Self::Agent | Self::Nodes => Some(Self::Cluster),
            Self::Node => Some(Self::Nodes),
            Self::Namespace | Self::Draft => Some(Self::Policies),
            Self::Policy => Some(Self::Namespace),
            Self::Workloads | Self::Why => Some(Self::Reach),
            Self::Matrix | Self::Choose | Self::Cluster | Self::Policies | Self::Reach | Self::Timeline => None,
        }
    }

    /// Whether it is about the cluster, and says nothing without one.
    pub const fn needs_cluster(self) -> bool {
        matches!(self.tab(), Tab::Cluster | Tab::Policies | Tab::Reach | Tab::Timeline)
    }

    /// Carries out what a key means here.
    pub(crate) fn act(self, model: &mut Model, action: Action) -> Vec<Effect> {
        match self {
            Self::Matrix => matrix::act(model, action),
            Self::Provider => provider::act(model, action),
            Self::Compare => compare::act(model, action),
            Self::Choose => choose::act(model, action),
            Self::Moving => choose::moving::act(model, action),
            Self::Cluster => cluster::act(model, action),
            Self::Finding => cluster::finding::act(model, action),
            Self::Agent => cluster::agent::act(model, action),
            Self::Nodes => cluster::nodes::act(model, action),
            Self::Node => cluster::node::act(model, action),
            Self::Policies => policies::act(model, action),
            Self::Namespace => policies::namespace::act(model, action),
            Self::Policy => policies::policy::act(model, action),
            Self::Draft => draft::act(model, action),
            Self::Reach => reach::act(model, action),
            Self::Workloads => reach::zoom::act(model, action),
            Self::Why => why::act(model, action),
            Self::Timeline => timeline::act(model, action),
        }
    }

    /// The path and what it is about.
    pub(crate) fn title(self, model: &Model) -> Line {
        match self {
            Self::Matrix => matrix::title(model),
            Self::Provider => provider::title(model),
            Self::Compare => compare::title(model),
            Self::Choose => choose::title(model),
            Self::Moving => choose::moving::title(model),
            Self::Cluster => cluster::title(model),
            Self::Finding => cluster::finding::title(model),
            Self::Agent => cluster::agent::title(model),
            Self::Nodes => cluster::nodes::title(model),
            Self::Node => cluster::node::title(model),
            Self::Policies => policies::title(model),
            Self::Namespace => policies::namespace::title(model),
            Self::Policy => policies::policy::title(model),
            Self::Draft => draft::title(model),
            Self::Reach => reach::title(model),
            Self::Workloads => reach::zoom::title(model),
            Self::Why => why::title(model),
            Self::Timeline => timeline::title(model),
        }
    }

    /// Draws the body. The pen's area is the body of `layout`.
    pub(crate) fn draw(self, model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
        match self {
            Self::Matrix => matrix::draw(model, layout, pen),
            Self::Provider => provider::draw(model, layout, pen),
            Self::Compare => compare::draw(model, layout, pen),
            Self::Choose => choose::draw(model, pen),
            Self::Moving => choose::moving::draw(model, layout, pen),
            Self::Cluster => cluster::draw(model, layout, pen),
            Self::Finding => cluster::finding::draw(model, layout, pen),
            Self::Agent => cluster::agent::draw(model, layout, pen),
            Self::Nodes => cluster::nodes::draw(model, layout, pen),
            Self::Node => cluster::node::draw(model, layout, pen),
            Self::Policies => policies::draw(model, layout, pen),
            Self::Namespace => policies::namespace::draw(model, layout, pen),
            Self::Policy => policies::policy::draw(model, layout, pen),
            Self::Draft => draft::draw(model, layout, pen),
            Self::Reach => reach::draw(model, layout, pen),
            Self::Workloads => reach::zoom::draw(model, layout, pen),
            Self::Why => why::draw(model, layout, pen),
            Self::Timeline => timeline::draw(model, layout, pen),
        }
    }

    /// What is said at length of the thing under the cursor, and where; none on screens that are nothing else.
    pub(crate) fn pane(self, model: &Model) -> Option<Pane> {
        match self {
            Self::Matrix => matrix::pane(model),
            Self::Provider => provider::pane(model),
            Self::Compare => compare::pane(model),
            Self::Cluster => cluster::pane(model),
            Self::Agent => cluster::agent::pane(model),
            Self::Nodes => Some(cluster::nodes::pane(model)),
            Self::Policies => policies::pane(model),
            Self::Namespace => policies::namespace::pane(model),
            Self::Policy => policies::policy::pane(model),
            Self::Choose => Some(choose::pane(model)),
            Self::Moving => choose::moving::pane(model),
            Self::Draft => draft::pane(model),
            Self::Reach => reach::pane(model),
            Self::Workloads => reach::zoom::pane(model),
            Self::Why => Some(why::pane(model)),
            Self::Timeline => timeline::pane(model),
            Self::Finding | Self::Node => None,
        }
    }

    /// Brings its cursor and scroll offset into what is there now.
    pub(crate) fn settle(self, model: &mut Model) {
        match self {
            Self::Matrix => matrix::settle(model),
            Self::Provider => provider::settle(model),
            Self::Compare => compare::settle(model),
            Self::Choose => choose::settle(model),
            Self::Moving => choose::moving::settle(model),
            Self::Cluster => cluster::settle(model),
            Self::Finding => cluster::finding::settle(model),
            Self::Agent => cluster::agent::settle(model),
            Self::Nodes => cluster::nodes::settle(model),
            Self::Node => cluster::node::settle(model),
            Self::Policies => policies::settle(model),
            Self::Namespace => policies::namespace::settle(model),
            Self::Policy => policies::policy::settle(model),
            Self::Draft => draft::settle(model),
            Self::Reach => reach::settle(model),
            Self::Workloads => reach::zoom::settle(model),
            Self::Why => why::settle(model),
            Self::Timeline => timeline::settle(model),
        }
    }

    /// Selects what stands at this place of the body; gives what a click there means beyond that.
    pub(crate) fn click(self, model: &mut Model, x: usize, y: usize) -> Option<Action> {
        match self {
            Self::Matrix => matrix::click(model, x, y),
            Self::Provider => provider::click(model, x, y),
            Self::Compare => compare::click(model, x, y),
            Self::Choose => choose::click(model, x, y),
            Self::Moving => choose::moving::click(model, y),
            Self::Cluster => cluster::click(model, x, y),
            Self::Agent => cluster::agent::click(model, y),
            Self::Nodes => cluster::nodes::click(model, y),
            Self::Finding | Self::Node | Self::Policy => None,
            Self::Policies => policies::click(model, y),
            Self::Namespace => policies::namespace::click(model, y),
            Self::Draft => draft::click(model, y),
            Self::Reach => reach::click(model, x, y),
            Self::Workloads => reach::zoom::click(model, x, y),
            Self::Why => why::click(model, x, y),
            Self::Timeline => timeline::click(model, y),
        }
    }

    /// Whether a filter of its own narrows it; elsewhere a filter means the matrix.
    pub(crate) const fn has_own_filter(self) -> bool {
        matches!(self, Self::Matrix | Self::Policies | Self::Nodes)
    }

    /// The filter in force here.
    pub(crate) fn filter(self, model: &Model) -> &str {
        match self {
            Self::Policies => &model.policies.filter,
            Self::Nodes => &model.nodes.filter,
            Self::Timeline => &model.timeline.filter,
            Self::Reach => &model.reach.filter,
            _ => &model.matrix.filter,
        }
    }

    /// Takes a filter into force here, if it can be read; else the last one stays.
    pub(crate) fn set_filter(self, model: &mut Model, text: &str) -> Result<(), FilterError> {
        match self {
            Self::Policies => policies::set_filter(model, text),
            Self::Nodes => cluster::nodes::set_filter(model, text),
            Self::Timeline => timeline::set_filter(model, text),
            Self::Reach => reach::set_filter(model, text),
            _ => matrix::set_filter(model, text),
        }
    }

    /// What `y` copies: the thing under the cursor.
    pub(crate) fn copy(self, model: &Model) -> Option<String> {
        match self {
            Self::Matrix => matrix::copy(model),
            Self::Provider => provider::copy(model),
            Self::Compare => compare::copy(model),
            Self::Choose => choose::copy(model),
            Self::Moving => choose::moving::copy(model),
            Self::Cluster => cluster::copy(model),
            Self::Finding => cluster::finding::copy(model),
            Self::Agent => cluster::agent::copy(model),
            Self::Nodes => cluster::nodes::copy(model),
            Self::Node => cluster::node::copy(model),
            Self::Policies => policies::copy(model),
            Self::Namespace => policies::namespace::copy(model),
            Self::Policy => policies::policy::copy(model),
            Self::Draft => draft::copy(model),
            Self::Reach => reach::copy(model),
            Self::Workloads => reach::zoom::copy(model),
            Self::Why => why::copy(model),
            Self::Timeline => timeline::copy(model),
        }
    }

    /// The command that prints what this screen shows, without the place it is about.
    pub(crate) fn command(self, model: &Model) -> String {
        match self {
            Self::Matrix => matrix::command(model),
            Self::Provider => provider::command(model),
            Self::Compare => compare::command(model),
            Self::Choose | Self::Moving => choose::command(model),
            Self::Cluster | Self::Finding | Self::Agent | Self::Nodes | Self::Node => cluster::command(model),
            Self::Policies => policies::command(model),
            Self::Namespace => policies::namespace::command(model),
            Self::Policy => policies::policy::command(model),
            Self::Draft => draft::command(model),
            Self::Reach => reach::command(model),
            Self::Workloads => reach::zoom::command(model),
            Self::Why => why::command(model),
            Self::Timeline => timeline::command(model),
        }
    }

    /// What of it can be put into a file; none of what the catalogue alone does not say.
    pub(crate) fn sheet(self, model: &Model) -> Option<Sheet> {
        match self {
            Self::Matrix => matrix::sheet(model),
            Self::Compare => Some(compare::sheet(model)),
            Self::Choose | Self::Moving => Some(Sheet::Choice(choose::question(model))),
            _ => None,
        }
    }

    /// The namespace of what is under the cursor.
    pub(crate) fn namespace(self, model: &Model) -> Option<Text> {
        let name = match self {
            Self::Policies => policies::namespace_here(model),
            Self::Namespace => Some(model.namespace.name.clone()),
            Self::Policy => Some(model.policy.key.1.clone()),
            Self::Agent => Some(model.agent.namespace.clone()),
            Self::Reach | Self::Workloads => reach::namespace(model),
            Self::Why => model.why.question.from.split_once('/').map(|(namespace, _)| Text::new(namespace)),
            _ => None,
        };
        name.filter(|name| !name.is_empty())
    }

    /// Whether `[` and `]` lead to another thing of the kind that is shown.
    pub(crate) fn has_neighbour(self, model: &Model) -> bool {
        match self {
            Self::Provider => provider::has_neighbour(model),
            Self::Choose => choose::has_answers(model),
            Self::Moving => choose::moving::has_others(model),
            Self::Finding => cluster::finding::has_neighbour(model),
            Self::Node => model.world.nodes.len() > 1,
            Self::Namespace => policies::namespace::has_neighbour(model),
            Self::Policy => policies::policy::has_neighbour(model),
            Self::Policies => policies::has_rows(model),
            _ => true,
        }
    }

    /// Whether `esc` has something to close or clear here before it leaves.
    pub(crate) fn has_open(self, model: &Model) -> bool {
        match self {
            Self::Matrix => matrix::has_open(model),
            Self::Provider => provider::has_open(model),
            Self::Compare => compare::has_open(model),
            Self::Choose => choose::has_open(model),
            Self::Cluster => cluster::has_open(model),
            Self::Policies => policies::has_open(model),
            Self::Policy => policies::policy::has_open(model),
            Self::Nodes => cluster::nodes::has_filter(model),
            Self::Timeline => timeline::has_open(model),
            Self::Reach => reach::has_open(model),
            Self::Moving
            | Self::Finding
            | Self::Agent
            | Self::Node
            | Self::Namespace
            | Self::Draft
            | Self::Workloads
            | Self::Why => false,
        }
    }
}

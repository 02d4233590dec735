//! The table of keys. Its order is the order of the hints: what a screen is for comes first.

use super::action::{Action as A, Motion as M, Step};
use super::keymap::{Binding, Group, Scope};
use super::model::Model;
use super::screens::{Screen, Tab, choose, cluster, compare, draft, matrix, policies, provider, reach, timeline, why};

const fn row(
    scopes: &'static [Scope],
    keys: &'static [(&'static str, A)],
    hint: &'static str,
    help: &'static str,
    group: Group,
    when: fn(&Model) -> bool,
) -> Binding {
    Binding { scopes, keys, hint, help, group, when }
}

fn always(_: &Model) -> bool {
    true
}

const MATRIX: &[Scope] = &[Scope::On(Screen::Matrix)];
const PROVIDER: &[Scope] = &[Scope::On(Screen::Provider)];
const COMPARE: &[Scope] = &[Scope::On(Screen::Compare)];
const CHOOSE: &[Scope] = &[Scope::On(Screen::Choose)];
const MOVING: &[Scope] = &[Scope::On(Screen::Moving)];
const CLUSTER: &[Scope] = &[Scope::On(Screen::Cluster)];
const FINDING: &[Scope] = &[Scope::On(Screen::Finding)];
const AGENT: &[Scope] = &[Scope::On(Screen::Agent)];
const NODES: &[Scope] = &[Scope::On(Screen::Nodes)];
const POLICIES: &[Scope] = &[Scope::On(Screen::Policies)];
const NAMESPACE: &[Scope] = &[Scope::On(Screen::Namespace)];
const POLICY: &[Scope] = &[Scope::On(Screen::Policy)];
const STEPPED: &[Scope] =
    &[Scope::On(Screen::Finding), Scope::On(Screen::Node), Scope::On(Screen::Namespace), Scope::On(Screen::Policy)];
const REACH: &[Scope] = &[Scope::On(Screen::Reach)];
const WORKLOADS: &[Scope] = &[Scope::On(Screen::Workloads)];
const TO_REACH: &[Scope] = &[
    Scope::On(Screen::Policies),
    Scope::On(Screen::Namespace),
    Scope::On(Screen::Policy),
    Scope::On(Screen::Agent),
    Scope::On(Screen::Why),
];
const TO_POLICIES: &[Scope] =
    &[Scope::On(Screen::Agent), Scope::On(Screen::Reach), Scope::On(Screen::Workloads), Scope::On(Screen::Why)];
const DRAFT: &[Scope] = &[Scope::On(Screen::Draft)];
const TO_DRAFT: &[Scope] = &[
    Scope::On(Screen::Policies),
    Scope::On(Screen::Namespace),
    Scope::On(Screen::Policy),
    Scope::On(Screen::Reach),
    Scope::On(Screen::Workloads),
    Scope::On(Screen::Why),
];
const WHY: &[Scope] = &[Scope::On(Screen::Why)];
const TIMELINE: &[Scope] = &[Scope::On(Screen::Timeline)];
const EVERYWHERE: &[Scope] = &[Scope::Everywhere];
const FILTER: &[Scope] = &[Scope::Filter];
const LISTS: &[Scope] = &[Scope::Help, Scope::Palette, Scope::Picker, Scope::Ticks];
const FLOATING: &[Scope] = &[Scope::Filter, Scope::Help, Scope::Palette, Scope::Picker, Scope::Ticks];

/// Keys that are the same on several screens.
const WRONG: &[(&str, A)] = &[("n", A::Match(Step::Next)), ("N", A::Match(Step::Before))];
/// Where there are two panes, both keys lead to the other one.
const OTHER: &[(&str, A)] = &[("tab", A::Pane(Step::Next)), ("shift-tab", A::Pane(Step::Next))];
/// The ports that are asked about.
const PORTS: &[(&str, A)] = &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))];
const PANES: &[(&str, A)] = &[("tab", A::Pane(Step::Next)), ("shift-tab", A::Pane(Step::Before))];

use Group::{Everywhere, Find, Move};

/// Every key of the program.
pub const BINDINGS: &[Binding] = &[
    row(MATRIX, &[("enter", A::In)], "provider", "all about this provider", Group::Screen, matrix::has_row),
    row(MATRIX, &[("space", A::Mark)], "mark", "mark, or take the mark away", Group::Screen, matrix::has_row),
    row(MATRIX, &[("c", A::Compare)], "compare", "compare marked, 2 to 5", Group::Screen, matrix::can_compare),
    row(MATRIX, &[("/", A::Filter)], "filter", "filter", Find, matrix::is_today),
    row(MATRIX, &[("e", A::Evidence)], "sources", "sources of the cell", Group::Screen, matrix::has_evidence),
    row(
        MATRIX,
        &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))],
        "edition",
        "edition before, after",
        Group::Screen,
        matrix::has_editions,
    ),
    row(
        MATRIX,
        &[("<", A::SortBy(Step::Before)), (">", A::SortBy(Step::Next))],
        "",
        "sort by column left, right",
        Group::Screen,
        matrix::is_today,
    ),
    row(MATRIX, &[("=", A::Turn)], "", "sort by this column, turn", Group::Screen, matrix::is_today),
    row(
        MATRIX,
        &[("{", A::Group(Step::Before)), ("}", A::Group(Step::Next))],
        "",
        "group of columns",
        Group::Screen,
        matrix::is_today,
    ),
    row(
        &[Scope::On(Screen::Matrix), Scope::On(Screen::Provider)],
        &[("u", A::UnmarkAll)],
        "",
        "unmark all",
        Group::Screen,
        Model::has_marks,
    ),
    row(MATRIX, &[("C", A::Columns)], "", "choose columns", Group::Screen, matrix::is_today),
    row(
        MATRIX,
        &[("n", A::Match(Step::Next)), ("N", A::Match(Step::Before))],
        "",
        "next, previous match",
        Find,
        matrix::has_filter,
    ),
    row(PROVIDER, &[("tab", A::Pane(Step::Next))], "section", "next section", Group::Screen, always),
    row(PROVIDER, &[("shift-tab", A::Pane(Step::Before))], "", "section before", Group::Screen, always),
    row(
        PROVIDER,
        &[("e", A::Evidence), ("enter", A::Evidence)],
        "sources",
        "sources of this; enter",
        Group::Screen,
        provider::has_evidence,
    ),
    row(PROVIDER, &[("c", A::Compare)], "compare", "compare the marked, or with here", Group::Screen, provider::can_compare),
    row(
        PROVIDER,
        &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))],
        "next provider",
        "provider before, after",
        Group::Screen,
        Model::has_neighbour,
    ),
    row(PROVIDER, &[("space", A::Mark)], "mark", "mark, or take the mark away", Group::Screen, always),
    row(COMPARE, &[("d", A::Differences)], "differences or all", "differences or all columns", Group::Screen, always),
    row(COMPARE, &[("a", A::Add)], "add", "add a provider", Group::Screen, compare::can_add),
    row(COMPARE, &[("space", A::Drop)], "drop", "drop the one under the cursor", Group::Screen, compare::can_drop),
    row(COMPARE, &[("enter", A::In)], "provider", "all about this provider", Group::Screen, always),
    row(COMPARE, &[("e", A::Evidence)], "sources", "sources of the cell", Group::Screen, compare::has_evidence),
    row(
        CHOOSE,
        &[("space", A::Mark), ("enter", A::Mark)],
        "need, avoid, either",
        "need it, need it in part, avoid it, either way; enter",
        Group::Screen,
        choose::is_form,
    ),
    row(CHOOSE, &[("space", A::Mark)], "not this one", "refuse this provider, or no longer", Group::Screen, choose::can_refuse),
    row(CHOOSE, &[("enter", A::In)], "open", "all about this provider; take a change; unfold", Group::Screen, choose::has_answer),
    row(CHOOSE, OTHER, "answers", "to the answers", Group::Screen, choose::is_form),
    row(CHOOSE, OTHER, "needs", "to the needs", Group::Screen, choose::is_answers),
    row(CHOOSE, &[("M", A::IfMoved)], "if I move", "what a move from here would gain and lose", Group::Screen, choose::can_move),
    row(
        CHOOSE,
        &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))],
        "order",
        "order of the answer",
        Group::Screen,
        Model::has_neighbour,
    ),
    row(CHOOSE, &[("R", A::Record)], "record", "decision record: copy it, save it", Group::Screen, always),
    row(CHOOSE, &[("e", A::Evidence)], "sources", "sources of what the row says", Group::Screen, choose::has_evidence),
    row(CHOOSE, &[("u", A::UnmarkAll)], "", "untick all", Group::Screen, choose::has_ticks),
    row(MOVING, &[("enter", A::In)], "provider", "all about the other provider", Group::Screen, always),
    row(
        MOVING,
        &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))],
        "to another",
        "the one before, the next one that is left",
        Group::Screen,
        Model::has_neighbour,
    ),
    row(CLUSTER, &[("enter", A::In)], "open", "open, fold or unfold", Group::Screen, cluster::has_row),
    row(CLUSTER, WRONG, "next wrong", "next, previous thing wrong", Find, cluster::has_wrong),
    row(CLUSTER, PANES, "pane", "next, previous pane", Group::Screen, always),
    row(CLUSTER, &[("e", A::Evidence)], "evidence", "evidence of what the row says", Group::Screen, cluster::has_evidence),
    row(CLUSTER, &[("y", A::Copy)], "copy remedy", "copy the remedy", Group::Screen, cluster::has_remedy),
    row(CLUSTER, &[("y", A::Copy)], "copy rule", "copy the rule that gives the list", Group::Screen, cluster::has_rule),
    row(CLUSTER, &[("m", A::Nodes)], "nodes", "all nodes", Group::Screen, cluster::has_nodes),
    row(NODES, &[("enter", A::In)], "node", "all about this node; one by one", Group::Screen, cluster::nodes::has_row),
    row(NODES, &[("b", A::By)], "by zone, pool, version", "by zone, pool or version", Group::Screen, cluster::has_nodes),
    row(NODES, &[("/", A::Filter)], "filter", "filter: words, zone:, pool:, version:", Find, cluster::has_nodes),
    row(NODES, WRONG, "next wrong", "next, previous thing wrong", Find, cluster::nodes::has_wrong),
    row(AGENT, &[("enter", A::In)], "node", "the node of this pod", Group::Screen, cluster::agent::has_node),
    row(AGENT, WRONG, "next wrong", "next, previous pod that is not well", Find, cluster::agent::has_wrong),
    row(FINDING, &[("y", A::Copy)], "copy remedy", "copy the remedy", Group::Screen, cluster::finding::has_remedy),
    row(NAMESPACE, &[("enter", A::In)], "policy", "the rules of the policy", Group::Screen, policies::namespace::has_row),
    row(POLICY, &[("e", A::Evidence)], "YAML", "its YAML, its rules", Group::Screen, policies::policy::has_evidence),
    row(
        STEPPED,
        &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))],
        "neighbour",
        "the one before, the next one",
        Group::Screen,
        Model::has_neighbour,
    ),
    row(POLICIES, &[("enter", A::In)], "policies", "the policies of the namespace", Group::Screen, policies::has_namespace),
    row(POLICIES, &[("enter", A::In)], "policy", "the rules of the policy", Group::Screen, policies::has_policy),
    row(
        POLICIES,
        &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))],
        "sheet",
        "coverage, inventory",
        Group::Screen,
        Model::has_neighbour,
    ),
    row(POLICIES, PANES, "", "coverage, inventory", Group::Screen, policies::has_rows),
    row(POLICIES, &[("/", A::Filter)], "filter", "filter: words, ns:, kind:", Find, policies::has_rows),
    row(POLICIES, WRONG, "next open", "next, previous namespace that anyone may call", Find, policies::has_wrong),
    row(
        &[Scope::On(Screen::Policies), Scope::On(Screen::Namespace), Scope::On(Screen::Policy)],
        &[("w", A::Why)],
        "why",
        "why one end can call another, or cannot",
        Group::Screen,
        always,
    ),
    row(TO_REACH, &[("r", A::Reach)], "reach", "whom this namespace reaches", Group::Screen, Model::has_namespace),
    row(
        DRAFT,
        &[("w", A::Why), ("enter", A::Why)],
        "why",
        "why one can call the other today; enter, too",
        Group::Screen,
        draft::has_row,
    ),
    row(DRAFT, &[("E", A::Edit)], "edit", "edit the file in $EDITOR", Group::Screen, draft::has_file),
    row(DRAFT, &[("a", A::Add)], "add a file", "lay another file over it", Group::Screen, always),
    row(REACH, &[("enter", A::In)], "zoom", "the workloads of these two", Group::Screen, reach::has_pair),
    row(REACH, &[("w", A::Why)], "why", "why one can call the other, or cannot", Group::Screen, reach::has_pair),
    row(REACH, &[("f", A::Alone)], "one row", "one row, one column, all", Group::Screen, reach::has_cell),
    row(REACH, &[("t", A::Swap)], "turn", "the other way round", Group::Screen, reach::can_turn),
    row(REACH, PORTS, "port", "next port that rules name, any port", Group::Screen, reach::has_ports),
    row(REACH, &[("/", A::Filter)], "filter", "filter: what does not match is muted", Find, reach::has_cell),
    row(REACH, WRONG, "next like this", "next, previous match, or cell like this", Find, reach::has_match),
    row(WORKLOADS, &[("enter", A::In), ("w", A::Why)], "why", "why one can call the other", Group::Screen, reach::zoom::has_pair),
    row(WORKLOADS, &[("t", A::Swap)], "turn", "the other way round", Group::Screen, reach::can_turn),
    row(WORKLOADS, PORTS, "port", "next port that rules name, any port", Group::Screen, reach::has_ports),
    row(TO_POLICIES, &[("p", A::Policies)], "policies", "the policies of its namespace", Group::Screen, Model::has_namespace),
    row(WHY, &[("enter", A::In)], "pick", "pick the end or the port in brackets", Group::Screen, always),
    row(WHY, why::FIELDS, "ends, port", "to the other end, to the port", Group::Screen, always),
    row(
        WHY,
        &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))],
        "port",
        "the port before, the next: all, and those often asked about",
        Group::Screen,
        always,
    ),
    row(WHY, &[("t", A::Swap)], "turn", "the other way round", Group::Screen, why::can_turn),
    row(WHY, &[("y", A::Copy)], "copy it", "copy verdict and steps", Group::Screen, why::has_rows),
    row(TO_DRAFT, &[("D", A::Draft)], "draft", "draft a policy over this; nothing is applied", Group::Screen, Model::can_draft),
    row(TIMELINE, &[("enter", A::In)], "object", "the object, or what is wrong with it", Group::Screen, timeline::has_row),
    row(
        TIMELINE,
        &[("e", A::Evidence)],
        "before and after",
        "how it was and is; again, what lies near",
        Group::Screen,
        timeline::has_row,
    ),
    row(TIMELINE, &[("b", A::By)], "by object", "by object, by time", Group::Screen, timeline::has_row),
    row(TIMELINE, &[("/", A::Filter)], "filter", "filter: words, kind:, ns:, is:wrong", Find, always),
    row(TIMELINE, WRONG, "next wrong", "next, previous thing that went wrong", Find, timeline::has_wrong),
    row(
        TIMELINE,
        &[("[", A::Neighbour(Step::Before)), ("]", A::Neighbour(Step::Next))],
        "earlier, later",
        "the day before, the day after",
        Group::Screen,
        timeline::has_days,
    ),
    row(
        EVERYWHERE,
        &[
            ("h", A::Move(M::Left)),
            ("left", A::Move(M::Left)),
            ("j", A::Move(M::Down)),
            ("down", A::Move(M::Down)),
            ("k", A::Move(M::Up)),
            ("up", A::Move(M::Up)),
            ("l", A::Move(M::Right)),
            ("right", A::Move(M::Right)),
        ],
        "",
        "arrows do the same",
        Move,
        always,
    ),
    row(
        EVERYWHERE,
        &[("g", A::Move(M::First)), ("home", A::Move(M::First)), ("G", A::Move(M::Last)), ("end", A::Move(M::Last))],
        "",
        "first, last; home, end",
        Move,
        always,
    ),
    row(EVERYWHERE, &[("ctrl-d", A::Move(M::HalfDown)), ("ctrl-u", A::Move(M::HalfUp))], "", "half a page", Move, always),
    row(
        EVERYWHERE,
        &[
            ("ctrl-f", A::Move(M::PageDown)),
            ("pgdn", A::Move(M::PageDown)),
            ("ctrl-b", A::Move(M::PageUp)),
            ("pgup", A::Move(M::PageUp)),
        ],
        "",
        "a page; pgdn, pgup",
        Move,
        always,
    ),
    row(
        EVERYWHERE,
        &[("J", A::Scroll(Step::Next)), ("K", A::Scroll(Step::Before))],
        "",
        "scroll the pane",
        Move,
        Model::pane_scrolls,
    ),
    row(
        EVERYWHERE,
        &[
            ("1", A::Go(Tab::Matrix)),
            ("2", A::Go(Tab::Choose)),
            ("3", A::Go(Tab::Cluster)),
            ("4", A::Go(Tab::Policies)),
            ("5", A::Go(Tab::Reach)),
            ("7", A::Go(Tab::Timeline)),
        ],
        "",
        "screens",
        Everywhere,
        always,
    ),
    row(
        EVERYWHERE,
        &[("esc", A::Out), ("backspace", A::Out)],
        "",
        "close, clear filter, one level out; backspace",
        Everywhere,
        Model::can_go_out,
    ),
    row(EVERYWHERE, &[("q", A::Leave)], "", "one level out; at the top, quit", Everywhere, always),
    row(EVERYWHERE, &[("-", A::Back)], "", "the screen before", Everywhere, Model::has_before),
    row(EVERYWHERE, &[("y", A::Copy)], "", "copy it", Everywhere, Model::can_copy),
    row(EVERYWHERE, &[("Y", A::CopyCommand)], "", "copy the command that prints it", Everywhere, always),
    row(EVERYWHERE, &[("@", A::Contexts)], "attach", "attach to a cluster", Everywhere, Model::is_nowhere),
    row(EVERYWHERE, &[("@", A::Contexts)], "", "context", Everywhere, Model::is_somewhere),
    row(EVERYWHERE, &[("z", A::Freeze)], "", "freeze, resume", Everywhere, Model::is_live),
    row(EVERYWHERE, &[("ctrl-r", A::Again)], "", "read again now", Everywhere, Model::is_live),
    row(EVERYWHERE, &[("ctrl-l", A::Redraw)], "", "draw anew", Everywhere, always),
    row(EVERYWHERE, &[("ctrl-z", A::Suspend)], "", "suspend", Everywhere, always),
    row(EVERYWHERE, &[(":", A::Palette), ("ctrl-p", A::Palette)], "", "palette; ctrl-p", Everywhere, always),
    row(EVERYWHERE, &[("ctrl-c", A::Quit)], "", "quit", Everywhere, always),
    row(EVERYWHERE, &[("?", A::Help)], "help", "help", Everywhere, always),
    row(FILTER, &[("enter", A::Take)], "keep", "", Find, always),
    row(FILTER, &[("esc", A::Out)], "clear", "", Find, always),
    row(FILTER, &[("tab", A::Complete)], "complete", "", Find, Model::can_complete),
    row(FILTER, &[("up", A::Recall(Step::Before)), ("down", A::Recall(Step::Next))], "recall", "", Find, Model::can_recall),
    row(LISTS, &[("up", A::Move(M::Up)), ("down", A::Move(M::Down))], "move", "", Move, Model::popup_moves),
    row(LISTS, &[("pgup", A::Move(M::PageUp)), ("pgdn", A::Move(M::PageDown))], "", "", Move, Model::popup_moves),
    row(&[Scope::Help, Scope::Palette], &[("enter", A::Take)], "do it", "", Everywhere, Model::popup_takes),
    row(&[Scope::Picker], &[("enter", A::Take)], "take it", "", Everywhere, Model::popup_takes),
    row(&[Scope::Ticks], &[("space", A::Mark)], "tick", "", Everywhere, Model::popup_takes),
    row(
        &[Scope::Ticks],
        &[("<", A::Shift(Step::Before)), (">", A::Shift(Step::Next))],
        "order",
        "",
        Everywhere,
        Model::popup_shifts,
    ),
    row(&[Scope::Ticks], &[("enter", A::Take)], "done", "", Everywhere, always),
    row(LISTS, &[("esc", A::Out)], "close", "", Everywhere, always),
    row(FLOATING, &[("ctrl-c", A::Quit)], "", "", Everywhere, always),
];

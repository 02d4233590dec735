//! What a key can mean: data, carried out by `update` and the screens.

use super::screens::Tab;

/// A movement of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// One column left.
    Left,
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// One column right.
    Right,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
}

/// A direction among neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The one before.
    Before,
    /// The next one.
    Next,
}

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Move the cursor.
    Move(Motion),
    /// One level in.
    In,
    /// Close what is open, else clear the filter, else one level out.
    Out,
    /// One level out; at the top, quit.
    Leave,
    /// Quit at once.
    Quit,
    /// The screen before this one.
    Back,
    /// Show a tab.
    Go(Tab),
    /// The next or previous pane.
    Pane(Step),
    /// This pane alone, or all again.
    Alone,
    /// The neighbour of what is shown: edition, provider, port.
    Neighbour(Step),
    /// Type a filter.
    Filter,
    /// The next match; without a filter, the next thing wrong.
    Match(Step),
    /// Mark the row, or take its mark away.
    Mark,
    /// Take all marks away.
    UnmarkAll,
    /// Sort by the column to the left or right.
    SortBy(Step),
    /// Sort by the column under the cursor; again, the other way round.
    Turn,
    /// The next or previous group of columns.
    Group(Step),
    /// Choose and order columns.
    Columns,
    /// Evidence: sources, YAML, attempts.
    Evidence,
    /// Scroll the pane.
    Scroll(Step),
    /// All nodes.
    Nodes,
    /// Put together by something else.
    By,
    /// What a move from who runs today would gain and lose.
    IfMoved,
    /// The other way round: who is called calls.
    Swap,
    /// The decision record, to be copied or saved.
    Record,
    /// Compare the marked.
    Compare,
    /// Differences only, or all.
    Differences,
    /// Add one to what is shown.
    Add,
    /// Take one out of what is shown.
    Drop,
    /// Why: the verdict on this flow.
    Why,
    /// Who can reach this, and whom it reaches.
    Reach,
    /// The policies of this.
    Policies,
    /// Draft a policy over this, in the user's editor.
    Draft,
    /// Edit what is shown, in the user's editor.
    Edit,
    /// Copy what is under the cursor.
    Copy,
    /// Copy the command that prints this screen.
    CopyCommand,
    /// Choose a context.
    Contexts,
    /// Hold the snapshot, or follow again.
    Freeze,
    /// All actions and objects.
    Palette,
    /// The keys of this screen.
    Help,
    /// Read again now.
    Again,
    /// Draw everything anew.
    Redraw,
    /// Give the terminal back for a while.
    Suspend,
    /// Take what is typed or picked.
    Take,
    /// An earlier or later filter.
    Recall(Step),
    /// Complete what is typed.
    Complete,
    /// Put the picked row one place up or down.
    Shift(Step),
}

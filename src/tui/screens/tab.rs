//! The tabs of the first row, and the screen that each opens with.
//!
//! What a tab holds is said by the screens; nothing is kept here. To add one: a variant, its label and its screen.

use super::Screen;

/// A tab of the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Which CNIs are there.
    Matrix,
    /// Which one for me.
    Choose,
    /// What runs here, and is it well.
    Cluster,
    /// What is protected.
    Policies,
    /// Who can reach whom.
    Reach,
    /// What changed.
    Timeline,
}

impl Tab {
    /// All, in order.
    pub const ALL: [Self; 6] = [Self::Matrix, Self::Choose, Self::Cluster, Self::Policies, Self::Reach, Self::Timeline];

    /// Its key and name. The digits between are kept for screens to come.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Matrix => "1 Matrix",
            Self::Choose => "2 Choose",
            Self::Cluster => "3 Cluster",
            Self::Policies => "4 Policies",
            Self::Reach => "5 Reach",
            Self::Timeline => "7 Timeline",
        }
    }

    /// The screen that it opens with.
    pub const fn top(self) -> Screen {
        match self {
            Self::Matrix => Screen::Matrix,
            Self::Choose => Screen::Choose,
            Self::Cluster => Screen::Cluster,
            Self::Policies => Screen::Policies,
            Self::Reach => Screen::Reach,
            Self::Timeline => Screen::Timeline,
        }
    }
}

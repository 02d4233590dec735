//! How answers read: words, units, columns and roles, shared by both front-ends. It knows no terminal.
//!
//! A [`Role`] is what a piece of text means; only `tui::theme` knows its colour. Signs and ages are spelled here once.

mod ascii;
mod changes;
mod choose;
mod clock;
mod coverage;
mod dialect;
mod finding;
mod flow;
mod lists;
mod matrix;
mod nodes;
mod numbers;
mod policy;
mod probe;
mod reach;
mod record;
mod role;
mod status;
mod time;
mod words;
mod yaml;

pub use ascii::ascii;
pub use changes::{change_diff, change_sign, change_subject};
pub use choose::{
    BASIC, Because, advising, back_words, because, cause_sources, caveat_sources, caveat_words, demand_words, question_words,
    relaxation_words, settled_words,
};
pub use coverage::{
    Share, coverage_headline, coverage_is_known, coverage_lacks, direction_words, namespace_sentence, policy_sentence, shares,
    standing_words, unread_policies,
};
pub use dialect::{dialect_conditions, dialect_here, dialect_of, dialect_words};
pub use finding::{finding_parts, finding_sentence};
pub use flow::{effect_role, explanation_sentence, flow_sign};
pub use lists::{ListRow, list_row, list_rule, list_rules, lists_live, lists_not_live, short, state_word, why_not};
pub use matrix::{cell_long, cell_short, installer_long, measured_long};
pub use nodes::{Grouped, Grouping, Mark, NodeGroup, NodeMap, gathered, nodes_a_mark};
pub use numbers::{Bar, bar, count, counted};
pub use policy::{RuleWords, lowered_policy, policy_yaml, rule_words, section_words};
pub use probe::{plan_rows, probe_sentence, side_sign, time_words};
pub use reach::{
    anyone_words, connection_words, openness_sign, outside_sentence, pair_words, party_title, port_words, share_sentence,
    share_words, way_words,
};
pub use record::{edition, record, titles};
pub use role::{Role, level_sign, severity_sign, state_sign, verdict_sign};
pub use status::{FactRow, Headline, basis_word, headline, identity_rows, policy_rows};
pub use time::{age, source_age, span};
pub use words::capitalised;
pub use yaml::yaml;

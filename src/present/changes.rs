//! Changes in words and signs.

use super::{Role, severity_sign};
use crate::timeline::{Change, Turn};
use serde_json::Value;

/// The sign and role of a change.
pub const fn change_sign(turn: Turn) -> (&'static str, Role) {
    match turn {
        Turn::Added => ("+", Role::Accent),
        Turn::Removed => ("-", Role::Accent),
        Turn::Changed => ("~", Role::Accent),
        Turn::Wrong(severity) => severity_sign(severity),
        Turn::Healed => ("✓", Role::Good),
        Turn::Blind => ("?", Role::Unknown),
        Turn::Seeing => ("◷", Role::Unknown),
    }
}

/// What a change is about, as people call it: `policy shop/web-out`, `node worker-4`, `DaemonSet kube-system/cilium`.
pub fn change_subject(change: &Change) -> String {
    let object = &change.object;
    match object.kind {
        "" => "cluster".to_owned(),
        "NetworkPolicy" => format!("policy {}/{}", object.namespace, object.name),
        "Node" => format!("node {}", object.name),
        _ => object.to_string(),
    }
}

/// Lines round a difference that are shown, too.
const CONTEXT: usize = 2;

/// How something was and is, as YAML: the lines that differ with `-` and `+`, and a few round them with a space. None where there
/// is no more to say than the change itself does.
pub fn change_diff(change: &Change) -> Vec<(char, String)> {
    let lines = |value: &Value| -> Vec<String> {
        let text = if value.is_null() { String::new() } else { serde_yaml::to_string(value).unwrap_or_default() };
        text.lines().map(ToOwned::to_owned).collect()
    };
    let (before, after) = (lines(&change.before), lines(&change.after));
    let first = before.iter().zip(&after).take_while(|(was, is)| was == is).count();
    let rest = before[first..].iter().rev().zip(after[first..].iter().rev());
    let last = rest.take_while(|(was, is)| was == is).count();
    let marked = |sign: char, some: &[String]| some.iter().map(|line| (sign, line.clone())).collect::<Vec<_>>();
    [
        marked(' ', &before[first.saturating_sub(CONTEXT)..first]),
        marked('-', &before[first..before.len() - last]),
        marked('+', &after[first..after.len() - last]),
        marked(' ', &after[after.len() - last..(after.len() - last + CONTEXT).min(after.len())]),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_difference_is_the_lines_that_differ_and_a_few_round_them() {
        let mut change = Change::of_sight(jiff::Timestamp::UNIX_EPOCH, Turn::Changed, "x");
        assert_eq!(change_diff(&change), []);
        (change.before, change.after) =
            (json!({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}), json!({"a": 1, "b": 2, "c": 9, "d": 4, "e": 5}));
        let said: Vec<String> = change_diff(&change).into_iter().map(|(sign, line)| format!("{sign}{line}")).collect();
        assert_eq!(said, [" a: 1", " b: 2", "-c: 3", "+c: 9", " d: 4", " e: 5"]);
        change.before = Value::Null;
        assert!(change_diff(&change).iter().all(|(sign, _)| *sign == '+'), "what is new is all of it");
    }
}

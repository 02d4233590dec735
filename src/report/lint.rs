//! `policy lint`: what is wrong with policies, for people, for programs, and as code scanners and test runners write it.

use super::{Answer, Block, Cell, Outcome, Table};
use crate::health::Severity;
use crate::policy::{CLAUSES, Clause, Found, Grade, LINTS, Lint, Model, PolicyRef, Stranger};
use crate::present::{Role, counted, severity_sign};
use crate::snapshot::{Problem, clean};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write;
use std::io;

/// `cnitui.policy.lint/v1`
#[derive(Debug, Serialize)]
pub struct LintDocument {
    schema: &'static str,
    policies: usize,
    lints: Vec<LintEntry>,
    /// Policies whose rules are not read, and lists that were not read
    not_read: Vec<String>,
    /// What was skipped
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct LintEntry {
    id: &'static str,
    severity: &'static str,
    kind: &'static str,
    policy: String,
    place: String,
    message: String,
    remedy: &'static str,
    rule: &'static str,
}

/// What lints found. Wrong if one of them is an error; untold if there are policies whose rules are not read, lists that were
/// not, or `problems`, which are what was skipped.
/// Counted are the policies of `namespace`, if one is named: what was found is about no other then.
pub fn lint(found: &[Found], model: &Model, problems: &[Problem], namespace: Option<&str>) -> Answer<LintDocument> {
    let is_here = |policy: &PolicyRef| namespace.is_none_or(|name| policy.namespace == *name);
    let policies = model.policies.iter().filter(|one| is_here(&one.origin)).count();
    let is_read = |one: &&Stranger| one.origin.namespace.is_empty() || is_here(&one.origin);
    let strangers: Vec<&Stranger> = model.strangers.iter().filter(is_read).collect();
    let entry = |one: &Found| LintEntry {
        id: one.lint.id,
        severity: one.lint.grade.name(),
        kind: one.place.policy.kind,
        policy: one.place.policy.path(),
        place: one.place.at.clone(),
        message: message(one),
        remedy: one.lint.remedy,
        rule: one.lint.rule,
    };
    let not_read: Vec<String> = strangers.iter().map(|stranger| stranger.origin.to_string()).collect();
    let errors = found.iter().any(|one| one.lint.grade == Grade::Error);
    let outcome = match (errors, not_read.is_empty() && problems.is_empty()) {
        (true, _) => Outcome::Wrong,
        (false, false) => Outcome::Untold,
        (false, true) => Outcome::Well,
    };
    let document = LintDocument {
        schema: "cnitui.policy.lint/v1",
        policies,
        lints: found.iter().map(entry).collect(),
        not_read,
        problems: problems.to_vec(),
    };
    Answer { blocks: blocks(found, policies, &strangers, problems), document, outcome }
}

/// What is found may begin with the name of an object, which keeps its small letters.
fn message(found: &Found) -> String {
    format!("{} Found: {}.", found.lint.title, found.place.what)
}

/// The sign of a finding as severe.
const fn sign(grade: Grade) -> (&'static str, Role) {
    severity_sign(match grade {
        Grade::Error => Severity::Error,
        Grade::Warning => Severity::Warning,
        Grade::Info => Severity::Info,
    })
}

fn blocks(found: &[Found], policies: usize, strangers: &[&Stranger], problems: &[Problem]) -> Vec<Block> {
    let many = |grade| found.iter().filter(|one| one.lint.grade == grade).count();
    let none = if strangers.is_empty() && problems.is_empty() { ("✓", Role::Good) } else { ("?", Role::Unknown) };
    let worst = found.first().map_or(none, |one| sign(one.lint.grade));
    let policies = counted(policies, "policy", "policies");
    let grades = [(Grade::Error, "error", "errors"), (Grade::Warning, "warning", "warnings"), (Grade::Info, "remark", "remarks")];
    let [errors, warnings, remarks] = grades.map(|(grade, one, several)| counted(many(grade), one, several));
    let said = format!("{policies}, {} lints: {errors}, {warnings}, {remarks}.", LINTS.len());
    let mut blocks = vec![Block::Line(vec![Cell::new(worst.0, worst.1), Cell::new(format!(" {said}"), worst.1)])];
    let mut unread: Vec<(&str, usize)> = Vec::new();
    for stranger in strangers {
        match unread.iter_mut().find(|(why, _)| stranger.why == *why) {
            Some((_, policies)) => *policies += 1,
            None => unread.push((&stranger.why, 1)),
        }
    }
    let many = |policies: usize| if policies > 1 { format!(", {policies} policies") } else { String::new() };
    let unread = unread.into_iter().map(|(why, policies)| format!("{why}{}", many(policies)));
    let skipped = (!problems.is_empty()).then(|| format!("{} skipped", counted(problems.len(), "object was", "objects were")));
    blocks.extend(unread.chain(skipped).map(|why| Block::line(format!("  Cannot tell: {why}."), Role::Unknown)));
    for lint in LINTS.iter().filter(|lint| found.iter().any(|one| one.lint.id == lint.id)) {
        let (sign, role) = sign(lint.grade);
        blocks.push(Block::Heading(lint.id.to_owned()));
        blocks.push(Block::Line(vec![
            Cell::new(format!("{sign} {}", lint.title), role),
            Cell::new(format!(" {}", lint.remedy), Role::Text),
        ]));
        blocks.push(Block::Table(places(lint, found)));
    }
    blocks
}

fn places(lint: &Lint, found: &[Found]) -> Table {
    let mut table = Table::new(["Policy", "Place", "What"]);
    let own = found.iter().filter(|one| one.lint.id == lint.id);
    table.rows.extend(own.map(|one| vec![(&one.place.policy).into(), (&one.place.at).into(), (&one.place.what).into()]));
    table
}

/// `cnitui.policy.rules/v1`
#[derive(Debug, Serialize)]
pub struct RulesDocument {
    schema: &'static str,
    rules: Vec<RuleEntry>,
}

#[derive(Debug, Serialize)]
struct RuleEntry {
    id: &'static str,
    says: &'static str,
    source: &'static str,
}

/// What the numbers of rules mean that verdicts and lints cite.
pub fn rules() -> Answer<RulesDocument> {
    let mut table = Table::new(["Rule", "Says", "Source"]);
    table.rows.extend(CLAUSES.iter().map(|one| vec![one.id.into(), one.says.into(), Cell::new(one.source(), Role::Muted)]));
    let entry = |one: &Clause| RuleEntry { id: one.id, says: one.says, source: one.source() };
    let document = RulesDocument { schema: "cnitui.policy.rules/v1", rules: CLAUSES.iter().map(entry).collect() };
    Answer { blocks: vec![Block::Table(table)], document, outcome: Outcome::Well }
}

/// SARIF 2.1.0, as code scanners read it. Where in a file a policy stands is not kept, so places are logical. Errors: it cannot be
/// written.
pub fn sarif(found: &[Found]) -> io::Result<String> {
    let level = |grade| if grade == Grade::Info { "note" } else { Grade::name(grade) };
    let rule = |lint: &Lint| {
        json!({ "id": lint.id, "shortDescription": { "text": lint.title }, "help": { "text": lint.remedy },
            "defaultConfiguration": { "level": level(lint.grade) }, "properties": { "rule": lint.rule } })
    };
    let result = |one: &Found| {
        let (policy, at) = (&one.place.policy, &one.place.at);
        let name = if at.is_empty() { policy.to_string() } else { format!("{policy} spec.{at}") };
        json!({ "ruleId": one.lint.id, "level": level(one.lint.grade), "message": { "text": message(one) },
            "locations": [{ "logicalLocations": [{ "name": policy.name, "fullyQualifiedName": name, "kind": "object" }] }] })
    };
    let (rules, results): (Vec<Value>, Vec<Value>) = (LINTS.iter().map(rule).collect(), found.iter().map(result).collect());
    let driver = json!({ "name": "cnitui", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let document = json!({ "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }] });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// XML for test runners: a test for every finding, and one that passed for every lint without any. Remarks are no failures.
pub fn junit(found: &[Found]) -> String {
    let is_failure = |one: &&Found| one.lint.grade != Grade::Info;
    let failures = found.iter().filter(is_failure).count();
    let quiet = LINTS.iter().filter(|lint| !found.iter().filter(is_failure).any(|one| one.lint.id == lint.id));
    let mut cases = String::new();
    let mut tests = failures;
    for lint in quiet {
        tests += 1;
        // Writing to a string cannot fail.
        let _ = writeln!(cases, "    <testcase classname=\"policy lint\" name=\"{}\"/>", lint.id);
    }
    for one in found.iter().filter(is_failure) {
        let (policy, text) = (escaped(&one.place.policy.to_string()), escaped(&message(one)));
        let name = format!("{}: {policy} {}", one.lint.id, escaped(&one.place.at));
        let _ = writeln!(
            cases,
            "    <testcase classname=\"policy lint\" name=\"{}\">\n      <failure type=\"{}\" message=\"{text}\">{}</failure>\n    </testcase>",
            name.trim_end(),
            one.lint.grade.name(),
            escaped(one.lint.remedy)
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{tests}\" failures=\"{failures}\">\n  <testsuite name=\"policy lint\" \
         tests=\"{tests}\" failures=\"{failures}\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

/// Text inside XML.
pub(super) fn escaped(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

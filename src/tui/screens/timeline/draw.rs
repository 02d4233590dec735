//! The timeline as a picture: what was worst, a row a change, and beside the one under the cursor what lies close in time.

use super::{Row, current, day, days, has_days, rows, shown_day};
use crate::health::Severity;
use crate::present::{Role, change_diff, change_sign, change_subject, counted, severity_sign, span};
use crate::timeline::{AFTERMATH, Change, Kin, Near, Turn};
use crate::tui::layout::Layout;
use crate::tui::line::{Line, cut_middle, wrap, wrap_within};
use crate::tui::model::Model;
use crate::tui::pane::{Pane, seen};
use crate::tui::pen::Pen;
use crate::tui::screens::cluster::Folding;
use crate::tui::status::clock;
use crate::tui::view::layout;

/// What stands above the list: the verdict, in at most two rows.
fn head(model: &Model) -> (&'static str, Role, Vec<String>) {
    let (sign, role, text) = verdict(model);
    (sign, role, wrap_within(&text, layout(model).width.saturating_sub(4), 2))
}

/// Rows above the list: an empty one, the verdict, an empty one.
pub(super) fn head_rows(model: &Model) -> usize {
    head(model).2.len() + 2
}

/// Rows of the pane below, with the empty one before it.
fn pane_height(model: &Model, layout: &Layout) -> usize {
    match (layout.aside(), model.timeline.evidence) {
        (Some(_), _) => 0,
        (None, Folding::Open) => layout.rows.saturating_sub(head_rows(model)) * 2 / 3,
        (None, Folding::Closed) if layout.is_airy() => 8,
        (None, Folding::Closed) => 5,
    }
}

/// Rows of the list that are seen.
pub(super) fn height(model: &Model, len: usize) -> usize {
    let layout = layout(model);
    seen(len, layout.rows.saturating_sub(head_rows(model) + pane_height(model, &layout)))
}

pub(crate) fn title(model: &Model) -> Line {
    let line = Line::heading("Timeline").muted(" › ").text(model.world.snapshot.origin.short_name());
    let today = shown_day(model);
    let line = if today == day(model.moment()) { line.muted("   today") } else { line.muted(format!("   {today}")) };
    let watched = model.arrivals.since.map(|since| format!("   watched {} to now", clock(since)));
    let gaps =
        model.arrivals.timeline.newest().filter(|(_, change)| day(change.at) == today && change.turn == Turn::Blind).count();
    let gaps = if gaps > 0 { format!(", {}", counted(gaps, "gap", "gaps")) } else { String::new() };
    let line = line.muted(watched.unwrap_or_default()).muted(gaps);
    if !model.timeline.filter.is_empty() {
        let all = model.arrivals.timeline.newest().filter(|(_, change)| day(change.at) == today).count();
        let shown = super::changes(model).len();
        return line.muted(format!("   {shown} of {all}   ")).then(format!("/{}", model.timeline.filter), Role::Accent);
    }
    let at = days(model).iter().position(|one| *one == today).unwrap_or(0);
    if has_days(model) { line.muted(format!("   day {} of {}", at + 1, days(model).len())) } else { line }
}

/// What was worst since the user attached and is not over, and what came before it.
fn verdict(model: &Model) -> (&'static str, Role, String) {
    let timeline = &model.arrivals.timeline;
    let since_attached = || timeline.newest().take_while(|(number, _)| *number >= model.arrivals.first);
    let Some(since) = model.arrivals.since.filter(|_| model.is_live()) else {
        return (
            "·",
            Role::Muted,
            "Nobody watches: files are one moment. cnitui timeline FILE reads what --record kept.".to_owned(),
        );
    };
    if let Some((_, gap)) = since_attached().find(|(_, change)| matches!(change.turn, Turn::Blind | Turn::Seeing))
        && gap.turn == Turn::Blind
    {
        return ("?", Role::Unknown, format!("Since {} nothing is seen: {}.", clock(gap.at), reason(gap)));
    }
    let healed = |one: &Change| {
        since_attached().any(|(_, change)| change.turn == Turn::Healed && change.object == one.object && change.at >= one.at)
    };
    let severity = |change: &Change| if let Turn::Wrong(severity) = change.turn { Some(severity) } else { None };
    let wrong = since_attached()
        .filter(|(_, change)| severity(change).is_some_and(|severity| severity != Severity::Info) && !healed(change));
    let Some((number, worst)) = wrong.min_by_key(|(_, change)| severity(change)) else {
        let gap = since_attached().any(|(_, change)| change.turn == Turn::Blind);
        let gap = gap || model.world.snapshot.sources.missing().next().is_some();
        let (sign, role, seen) = if gap { ("?", Role::Unknown, ", as far as was seen") } else { ("✓", Role::Good, "") };
        return (sign, role, format!("Nothing is wrong now that was well at {}{seen}.", clock(since)));
    };
    let (sign, role) = severity(worst).map_or(("?", Role::Unknown), severity_sign);
    let near = timeline.lead_up(number);
    let cause = near.iter().find(|near| near.kin != Kin::Other).or(near.first());
    let after = cause.map_or(String::new(), |near| {
        format!(", {} after {}: {}", span(near.apart), change_subject(near.change), near.change.what)
    });
    (sign, role, format!("Worst since you attached: {} {}{after}.", change_subject(worst), worst.what))
}

/// Why nothing is seen.
fn reason(gap: &Change) -> &str {
    gap.what.split_once(": ").map_or("", |(_, why)| why)
}

pub(crate) fn draw(model: &Model, layout: &Layout, pen: &mut Pen<'_>) {
    let (sign, role, said) = head(model);
    pen.line(1, 1, &Line::new().strong(sign, role));
    pen.lines(3, 1, &said.into_iter().map(|part| Line::new().strong(part, role)).collect::<Vec<_>>());
    let top = head_rows(model);
    let width = layout.width - layout.aside().map_or(0, |aside| aside + 2);
    let (rows, cursor) = (rows(model), &model.timeline.cursor);
    let height = height(model, rows.len());
    let mut pen = pen.part(0, top, width, layout.rows.saturating_sub(top));
    if rows.is_empty() {
        pen.line(1, 0, &nothing(model));
    }
    for (y, row) in rows.iter().skip(cursor.first).take(height).enumerate() {
        if cursor.first + y == cursor.at && matches!(row, Row::Change(_)) {
            pen.select(y);
            pen.text(0, y, "▸", Role::Text);
        }
        pen.line(1, y, &line(model, row, width));
    }
    pen.rest(cursor.first, height, rows.len());
}

/// Why there is no row.
fn nothing(model: &Model) -> Line {
    if !model.timeline.filter.is_empty() {
        return super::terms::nothing_matches(&model.timeline.filter);
    }
    match model.arrivals.since.filter(|_| model.is_live()) {
        Some(since) => Line::of(format!("Nothing changed since {}.", clock(since)), Role::Muted),
        None => Line::of("Nothing to tell.", Role::Muted),
    }
}

fn line(model: &Model, row: &Row, width: usize) -> Line {
    let number = match row {
        Row::Object(object) => return Line::heading(object.to_string()),
        Row::Change(number) => *number,
    };
    let Some(change) = model.arrivals.timeline.get(number) else { return Line::new() };
    let (subject, what) = if width >= 100 { (30, 36) } else { (26, 100) };
    let (sign, role) = change_sign(change.turn);
    let line = Line::of(clock(change.at), Role::Muted).text("   ").strong(sign, role).text("  ");
    let (says, beside) = match change.turn {
        Turn::Blind => (gap_words(model, number, change), reason(change).to_owned()),
        _ => (change.what.clone(), beside(model, number)),
    };
    let called = if change.object.kind.is_empty() { String::new() } else { change_subject(change) };
    let line = match change.object.kind {
        "" => line,
        _ => line.text(cut_middle(&called, subject, "…")).to(14 + subject + 2, 2),
    };
    let role = if matches!(change.turn, Turn::Blind | Turn::Seeing) { Role::Unknown } else { Role::Text };
    let line = line.then(says, role);
    if width >= 100 { line.to(14 + subject + 2 + what + 2, 3).muted(beside) } else { line }
}

/// A gap as a row: how long it was, or that it still is.
fn gap_words(model: &Model, number: usize, change: &Change) -> String {
    let ended = (number + 1..model.arrivals.timeline.seen())
        .filter_map(|next| model.arrivals.timeline.get(next))
        .find(|next| next.turn == Turn::Seeing);
    match ended {
        Some(next) => format!("not watching, {}", span(next.at.duration_since(change.at))),
        None => "not watching".to_owned(),
    }
}

/// What appeared in the minutes after a change.
fn beside(model: &Model, number: usize) -> String {
    match model.arrivals.timeline.aftermath(number).as_slice() {
        [] => String::new(),
        [one] => format!("{} later: {}", span(one.apart), change_subject(one.change)),
        [one, rest @ ..] => format!("{} later: {} and {} more", span(one.apart), change_subject(one.change), rest.len()),
    }
}

/// What lies close in time to the change under the cursor, or how it was and is.
pub(crate) fn pane(model: &Model) -> Option<Pane> {
    let layout = layout(model);
    let (number, change) = current(model)?;
    let area = if let Some(aside) = layout.aside() {
        (layout.width - aside, head_rows(model), aside, layout.rows.saturating_sub(head_rows(model)))
    } else {
        let height = pane_height(model, &layout).checked_sub(1)?;
        (0, layout.rows.saturating_sub(height), layout.width, height)
    };
    let width = area.2.saturating_sub(3).min(100);
    let lines = match model.timeline.evidence {
        Folding::Open => evidence(change),
        Folding::Closed => near(model, number, change, width),
    };
    Some(Pane { area, lines })
}

fn evidence(change: &Change) -> Vec<Line> {
    let mut lines = vec![Line::heading(change_subject(change)).text(format!("   {}", change.what)).muted("   - before, + after")];
    let diff = change_diff(change);
    if diff.is_empty() {
        lines.push(Line::of("There is no more to say than that.", Role::Muted));
    }
    lines.extend(diff.into_iter().map(|(sign, text)| {
        let role = if sign == ' ' { Role::Muted } else { Role::Accent };
        Line::of(format!("{sign} "), role).text(text)
    }));
    lines
}

fn near(model: &Model, number: usize, change: &Change, width: usize) -> Vec<Line> {
    let timeline = &model.arrivals.timeline;
    let head = |says: &str| Line::heading(change_subject(change)).text(format!("   {}", change.what)).muted(format!("   {says}"));
    match change.turn {
        Turn::Wrong(_) => {
            let before = timeline.lead_up(number);
            let mut lines = vec![head("what came before it, nearest first")];
            lines.extend(before.iter().take(5).map(|near| beside_line(near, "before")));
            let said = if before.is_empty() {
                "Nothing that was seen changed in the half hour before."
            } else {
                "Before is not because."
            };
            let likely = model
                .world
                .assessment
                .findings
                .iter()
                .find(|finding| finding.object == change.object)
                .and_then(|one| one.likely.as_deref());
            let likely = likely.map_or(String::new(), |guess| format!(" Likely cause, from Findings: {guess}."));
            lines.extend(wrap(&format!("{said}{likely}"), width).into_iter().map(|part| Line::of(part, Role::Muted)));
            lines
        }
        Turn::Added | Turn::Removed | Turn::Changed => {
            let after = timeline.aftermath(number);
            let minutes = AFTERMATH.as_mins();
            let words = format!("what appeared in the {minutes} minutes after it");
            let mut lines = vec![head(if after.is_empty() { "" } else { &words })];
            lines.extend(after.iter().take(6).map(|near| beside_line(near, "after")));
            if after.is_empty() {
                let text = format!("Nothing went wrong in the {minutes} minutes after it, as far as was seen.");
                lines.extend(wrap(&text, width).into_iter().map(|part| Line::of(part, Role::Muted)));
            }
            lines
        }
        Turn::Healed => vec![head("")],
        Turn::Blind | Turn::Seeing => {
            let text = "What changed while nobody watched is told when it was seen, and has no time of its own.";
            std::iter::once(head("")).chain(wrap(text, width).into_iter().map(|part| Line::of(part, Role::Muted))).collect()
        }
    }
}

fn beside_line(near: &Near<'_>, which: &str) -> Line {
    let kin = match near.kin {
        Kin::Same => "the same object",
        Kin::Made => "of the same workload",
        Kin::Other => "another object",
    };
    let (sign, role) = change_sign(near.change.turn);
    let line = Line::of(format!("  {} {which}", span(near.apart)), Role::Text).to(18, 2).strong(sign, role).text(" ");
    line.text(format!("{}   {}", change_subject(near.change), near.change.what)).muted(format!("   {kin}"))
}

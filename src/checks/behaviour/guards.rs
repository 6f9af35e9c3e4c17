//! Guards that a surviving function has lost: a condition under which it failed, or gave up early. Told only where the
//! function lost lines and got none: whoever writes a guard anew in another way adds something.
//!
//! Does not catch: a guard that is weaker than before; one that is lost among other edits of its function.

use std::collections::BTreeSet;

use super::calls::{is_left, lines, on_both_sides};
use super::rules;
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level, Place};
use crate::language::shape::Shape;
use crate::language::{Definition, Parsed};
use crate::syntax::walk::{Walk, flat, parts, tokens};
use crate::text::is_in_word;

/// A condition under which a function is left.
struct Guard {
    /// The condition, as one line.
    condition: String,
    /// The statement that leaves, as one line.
    leaves: String,
    /// Names in the condition.
    names: BTreeSet<String>,
    /// What the loop or block around it begins with, where there is one.
    within: Option<String>,
    /// 0-based row.
    row: u32,
}

/// The lines that the change adds anywhere, without their blanks.
pub(super) struct Added(BTreeSet<String>);

impl Added {
    /// Gathers them.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut lines = BTreeSet::new();
        for file in &context.change.files {
            let Some(text) = file.text(Side::Head) else {
                continue;
            };
            let mut added = file.added_lines().peekable();
            for (number, line) in (0u32..).zip(text.lines()) {
                if added.next_if_eq(&number).is_some() {
                    lines.insert(bare(line));
                }
            }
        }
        Self(lines)
    }

    /// Whether one of them holds a text.
    fn hold(&self, text: &str) -> bool {
        let text = bare(text);
        let mut lines = self.0.iter();
        lines.any(|line| !budget::charge_text(line.len()) || line.contains(&text))
    }
}

fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Tells of the guards that the functions of a file have lost.
pub(super) fn check_file(
    file: &File,
    (base, head): (&Parsed, &Parsed),
    added: &Added,
    found: &mut Vec<Finding>,
) {
    for (_, before, now) in on_both_sides(base, head) {
        let rows = before.first_line.saturating_sub(1)..before.last_line;
        if base.slice(&before.bytes) == head.slice(&now.bytes) || !file.touches(Side::Base, rows) {
            continue;
        }
        let (old, new) = (lines(base, before), lines(head, now));
        let gets = |line: &&String| line.chars().any(is_in_word) && !is_comment(head, line);
        if new.difference(&old).any(|line| gets(&line)) || !is_left(&old, &new) && new.len() < 2 {
            continue;
        }
        let text = bare(head.slice(&now.bytes));
        for guard in guards(base, before) {
            if !file.touches(Side::Base, guard.row..guard.row + 1) {
                continue;
            }
            // What went with the whole of its loop guarded what is gone.
            let around = guard.within.as_ref();
            let goes_along = around.is_some_and(|head| !text.contains(&bare(head)));
            if text.contains(&bare(&guard.condition)) || added.hold(&guard.condition) || goes_along
            {
                continue;
            }
            found.extend(told(file, head, now, &guard, added));
        }
    }
}

fn is_comment(parsed: &Parsed, line: &str) -> bool {
    let mark = parsed.language.profile().line_comment.as_deref();
    mark.is_some_and(|mark| line.starts_with(mark))
}

fn told(
    file: &File,
    head: &Parsed,
    now: &Definition,
    guard: &Guard,
    added: &Added,
) -> Option<Finding> {
    /// What a condition asks that is no matter of what the function is given.
    const OF_SURROUNDINGS: [&str; 7] = [
        "version", "platform", "DEBUG", "debug", "hasattr", "cfg!", "environ",
    ];
    let profile = head.language.profile();
    let failing = &profile.failing_statements;
    let fails = failing
        .iter()
        .any(|word| guard.leaves.starts_with(word.as_str()));
    let body = now.body.as_ref().and_then(|body| head.node(body))?;
    // What it is given, and asks nothing of any more, counts as well.
    let all = body.parent().filter(|_| fails).unwrap_or(body);
    let is_named = tokens(all).any(|token| guard.names.contains(head.text(token)));
    let mut surroundings = OF_SURROUNDINGS.iter();
    let unwritten = ["otImplemented", "nimplemented", "upported"];
    let is_lifted = unwritten.iter().any(|word| guard.leaves.contains(word));
    let is_elsewhere = fails && added.hold(&guard.leaves);
    if !is_named || is_lifted || is_elsewhere {
        return None;
    }
    if surroundings.any(|word| guard.condition.contains(word)) {
        return None;
    }
    let place = Place {
        line: guard.row + 1,
        column: 1,
        end_line: guard.row + 1,
        end_column: 1,
    };
    let how = match fails {
        true => "fails",
        false => "stops early",
    };
    let message = format!(
        "`{}` no longer {how} where `{}`, and nothing in the change does so in its place",
        now.qualified, guard.condition
    );
    let rule = rules::GUARD_DROPPED;
    let mut finding = rule.finding(Side::Base, file.base_path(), place, message);
    if !fails {
        finding.level = Level::Note;
    }
    Some(finding)
}

/// The guards of a function, those of functions within it aside.
fn guards(parsed: &Parsed, definition: &Definition) -> Vec<Guard> {
    let mut found = Vec::new();
    let body = definition.body.as_ref().and_then(|body| parsed.node(body));
    let Some(body) = body else {
        return found;
    };
    // The outermost loop or block that is open: where it ends, and how it begins.
    let mut around: Option<(usize, String)> = None;
    let mut walk = Walk::new(body);
    while let Some(node) = walk.next() {
        around = around.filter(|(end, _)| node.start_byte() < *end);
        let branch = match parsed.language.shape(parsed, node) {
            Shape::Branch(branch) => branch,
            Shape::Other if around.is_none() && node.child_by_field_name("body").is_some() => {
                let line = parsed.text(node).lines().next().unwrap_or_default();
                around = Some((node.end_byte(), line.to_owned()));
                continue;
            }
            Shape::Function | Shape::Closure => {
                walk.skip_children();
                continue;
            }
            _ => continue,
        };
        let has_other = node.child_by_field_name("alternative").is_some();
        let statements = branch
            .then
            .map(|then| match parsed.language.shape(parsed, then) {
                // One statement, without a block around.
                Shape::Leaves => vec![then],
                _ => parts(then),
            });
        let statements = statements.unwrap_or_default();
        let last = statements.last().copied();
        let Some(leaves) = last.filter(|_| statements.len() <= 2 && !has_other) else {
            continue;
        };
        let leaving = flat(parsed, leaves);
        let failing = &parsed.language.profile().failing_statements;
        let fails = failing
            .iter()
            .any(|word| leaving.starts_with(word.as_str()));
        let gives_up = matches!(parsed.language.shape(parsed, leaves), Shape::Leaves);
        if !(fails || gives_up && leaving.starts_with("return")) {
            continue;
        }
        let is_name =
            |text: &&str| text.starts_with(|c: char| c.is_alphabetic()) && *text != "self";
        let names = tokens(branch.condition).map(|token| parsed.text(token));
        found.push(Guard {
            condition: flat(parsed, branch.condition),
            leaves: leaving,
            names: names.filter(is_name).map(str::to_owned).collect(),
            within: around.as_ref().map(|(_, head)| head.clone()),
            row: u32::try_from(node.start_position().row).unwrap_or(u32::MAX),
        });
    }
    found
}

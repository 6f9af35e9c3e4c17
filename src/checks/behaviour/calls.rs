//! Calls with effects that a function made at base and, still there, makes no more: gone, never reached, under a
//! switch for debugging, or no longer awaited; and guards around a function or a block that are gone.
//!
//! Does not catch: an effect that was moved into a function of an unchanged file, which is told all the same;
//! calls whose result is used; a condition around a call that says something else than before.

use std::collections::{BTreeMap, BTreeSet};

use super::rules;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Place};
use crate::language::{Call, Definition, Parsed, shape};

/// Last words of names whose call is an effect that somebody relies on.
const STRONG: &[&str] = &[
    "save",
    "commit",
    "close",
    "flush",
    "release",
    "unlock",
    "audit",
    "notify",
    "validate",
    "rollback",
    "verify",
    "authorize",
    "authenticate",
    "fsync",
    "sync_all",
    "sync_data",
    "revoke",
    "invalidate",
    "sanitize",
    "check_permissions",
    "check_permission",
    "raise_for_status",
    "full_clean",
    "clean_up",
    "persist",
    "refund",
    "compensate",
    "undo",
];

/// How each name is called in the changed files.
pub(super) struct Totals {
    counts: BTreeMap<String, Count>,
}

/// How often a name is called.
#[derive(Default)]
struct Count {
    base: usize,
    head: usize,
    /// Whether a call of it outside of tests, and of the function itself, stands on a line that the change adds.
    is_edited: bool,
}

impl Totals {
    /// Counts.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut counts: BTreeMap<String, Count> = BTreeMap::new();
        for file in &context.change.files {
            let is_test = context.policy.is_test_path(&file.path);
            for side in [Side::Base, Side::Head] {
                let tree = file
                    .blob(side)
                    .and_then(|blob| context.trees.of(file.path_on(side), blob));
                let Some(tree) = tree.as_deref() else {
                    continue;
                };
                let facts = tree.facts();
                for call in &facts.calls {
                    let name = tree.slice(&call.name);
                    if is_strong(name) && !is_live(tree, call) {
                        continue;
                    }
                    let count = counts.entry(name.to_owned()).or_default();
                    if side == Side::Base {
                        count.base += 1;
                        continue;
                    }
                    count.head += 1;
                    let around = call.inside.and_then(|at| facts.definitions.get(at));
                    let is_own = around.is_some_and(|around| around.in_test || around.name == name);
                    let row = call.line.saturating_sub(1);
                    count.is_edited |=
                        !is_test && !is_own && file.touches(Side::Head, row..row + 1);
                }
            }
        }
        Self { counts }
    }

    /// Whether the change adds or edits a call of this name, tests aside.
    pub(super) fn is_edited(&self, name: &str) -> bool {
        self.counts.get(name).is_some_and(|count| count.is_edited)
    }

    fn is_fewer(&self, name: &str) -> bool {
        self.counts
            .get(name)
            .is_some_and(|count| count.head < count.base)
    }
}

/// Whether a function has another name now: it is defined no more, and what is called in its place is new.
fn is_renamed<'n>(
    context: &Context<'_>,
    name: &str,
    mut in_its_place: impl Iterator<Item = &'n str>,
) -> bool {
    let defines = |side, name: &str| super::defines(context, side, name);
    defines(Side::Base, name)
        && !defines(Side::Head, name)
        && in_its_place.any(|other| defines(Side::Head, other) && !defines(Side::Base, other))
}

pub(super) fn check_file(
    context: &Context<'_>,
    file: &File,
    base: &Parsed,
    head: &Parsed,
    totals: &Totals,
    found: &mut Vec<Finding>,
) {
    for (name, before, now) in on_both_sides(base, head) {
        if base.slice(&before.bytes) == head.slice(&now.bytes) {
            continue;
        }
        let (old, new) = (statements(base, before), statements(head, now));
        for (callee, (count, bytes)) in &old {
            let word = leaf(callee);
            let strong = is_strong(word);
            let left = new.get(callee).map_or(0, |(count, _)| *count);
            if left >= *count || !strong || !totals.is_fewer(word) || replaced(head, now, word) {
                continue;
            }
            if !is_left(&lines(base, before), &lines(head, now)) {
                continue;
            }
            let added = new.keys().filter(|callee| !old.contains_key(*callee));
            if is_renamed(context, word, added.map(|callee| leaf(callee))) {
                continue;
            }
            let place = base.place_of(bytes.clone());
            let row = place.line.saturating_sub(1);
            // A call that still stands there and is never reached was changed by what stands before it.
            let cut_off = || {
                let mut calls = head.facts().calls_in(&now.bytes).iter();
                let rows = now.first_line.saturating_sub(1)..now.last_line;
                file.touches(Side::Head, rows)
                    && calls.any(|call| head.slice(&call.name) == word && !is_live(head, call))
            };
            if !file.touches(Side::Base, row..row + 1) && !cut_off() {
                continue;
            }
            let message = format!(
                "`{name}` no longer calls `{callee}`, and nothing in the change does so in its place"
            );
            found.push(
                rules::DROPPED_CALL
                    .finding(Side::Base, file.base_path(), place, message)
                    .with("callee", callee.clone()),
            );
        }
    }
}

/// The last part of what is called.
fn leaf(callee: &str) -> &str {
    callee.rsplit(['.', ':']).next().unwrap_or(callee)
}

fn is_strong(word: &str) -> bool {
    STRONG.contains(&word)
        || ["check", "validate", "verify", "require"]
            .iter()
            .any(|start| {
                // `check_stock`, `checkStock`.
                let rest = word.strip_prefix(start);
                rest.is_some_and(|rest| rest.starts_with(|c: char| c == '_' || c.is_uppercase()))
            })
}

/// Whether a call can be reached where its function runs, and not only for debugging.
fn is_live(parsed: &Parsed, call: &Call) -> bool {
    let node = parsed.node(&call.bytes);
    node.is_none_or(|node| shape::is_live(parsed, node))
}

/// Awaits, guards of blocks and decorators that a surviving function has lost.
pub(super) fn lost(file: &File, base: &Parsed, head: &Parsed, found: &mut Vec<Finding>) {
    for (name, before, now) in on_both_sides(base, head) {
        let reported = awaits(base, before, head, now)
            .or_else(|| blocks(base, before, head, now))
            .or_else(|| marks(head, before, now));
        let Some(what) = reported else {
            continue;
        };
        let at = now.name_line;
        let touched = |side: Side, definition: &Definition| {
            let rows = definition.first_line.saturating_sub(1)..definition.last_line;
            file.touches(side, rows)
        };
        if !touched(Side::Head, now) && !touched(Side::Base, before) {
            continue;
        }
        let place = Place {
            line: at,
            column: 1,
            end_line: at,
            end_column: 1,
        };
        let rule = rules::DROPPED_CALL;
        let message = format!("`{name}` {what}");
        found.push(rule.finding(Side::Head, &file.path, place, message));
    }
}

/// A call that was awaited and is made without: it never runs.
fn awaits(base: &Parsed, before: &Definition, head: &Parsed, now: &Definition) -> Option<String> {
    let word = head.language.profile().await_before.as_deref()?;
    let is_async = head.slice(&now.bytes).contains("async ");
    let of = |parsed: &Parsed, definition: &Definition, awaited: bool| -> BTreeSet<String> {
        let body = definition.body.clone().unwrap_or_default();
        let calls = parsed.facts().calls_in(&body).iter();
        let inside = calls.filter(|call| call.bytes.end <= body.end && !call.is_macro);
        let with = inside.filter_map(|call| {
            let before = parsed
                .source
                .get(..call.bytes.start)?
                .trim_end_matches([' ', '\t']);
            // What stands in a list or is given to another call may be waited for there.
            let is_alone = || {
                let node = parsed.node(&call.bytes);
                let above = node.and_then(|node| node.parent());
                let mut either = [node, above].into_iter().flatten();
                either.any(|node| parsed.language.expression_of(node).is_some())
            };
            let wanted = match awaited {
                true => before.ends_with(word),
                false => before.ends_with('\n') && is_alone(),
            };
            wanted.then(|| parsed.slice(&call.callee).split_whitespace().collect())
        });
        with.collect()
    };
    let awaited = of(head, now, true);
    let plain = of(head, now, false);
    let lost = of(base, before, true)
        .into_iter()
        .find(|callee| plain.contains(callee) && !awaited.contains(callee))?;
    let then = match head.language.profile().runs_unawaited {
        true => "nobody waits for it, and nobody learns of its failure",
        false => "it never runs",
    };
    is_async.then(|| format!("calls `{lost}` without `{word}` now: {then}"))
}

/// A `with` over a lock or a transaction that is gone while the function still makes what stood in it.
fn blocks(base: &Parsed, before: &Definition, head: &Parsed, now: &Definition) -> Option<String> {
    let word = head.language.profile().holds_before.as_deref()?;
    let of = |parsed: &Parsed, definition: &Definition| -> BTreeSet<String> {
        let text = parsed.slice(&definition.bytes);
        let heads = text.lines().filter_map(|line| {
            let line = line.trim().trim_start_matches("async ");
            let line = line.strip_prefix(word)?.strip_prefix(' ')?;
            Some(line.trim_end_matches(':').to_owned())
        });
        heads
            .filter(|head| {
                let lower = head.to_lowercase();
                ["lock", "mutex", "semaphore", "atomic", "transaction"]
                    .iter()
                    .any(|word| lower.contains(word))
            })
            .collect()
    };
    let left = of(head, now);
    let lost = of(base, before)
        .into_iter()
        .next()
        .filter(|_| left.is_empty())?;
    let kept = |text: &str| lines_of(text).count();
    let (old, new) = (lines(base, before), lines(head, now));
    let same = old.iter().filter(|line| new.contains(*line)).count();
    let most = same * 2 > kept(base.slice(&before.bytes));
    most.then(|| format!("no longer holds `{lost}`"))
}

fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A decorator that asks who may call, or makes the whole of it one transaction.
fn marks(head: &Parsed, before: &Definition, now: &Definition) -> Option<String> {
    let sign = head.language.profile().guard_sign.as_deref()?;
    const GUARDS: &[&str] = &[
        "login",
        "permission",
        "auth",
        "require",
        "csrf",
        "admin",
        "atomic",
        "transaction",
        "validate",
        "limit",
        "guard",
        "roles",
    ];
    let name = |mark: &str| mark.split('(').next().unwrap_or(mark).to_lowercase();
    let guards = |definition: &'_ Definition| -> Vec<String> {
        let marks = definition.marks.iter();
        marks
            .filter(|mark| {
                let last = name(mark);
                let last = last.rsplit('.').next().unwrap_or_default();
                GUARDS.iter().any(|word| last.contains(word)) && !last.contains("exempt")
            })
            .cloned()
            .collect()
    };
    let left = guards(now);
    let lost = guards(before)
        .into_iter()
        .next()
        .filter(|_| left.is_empty())?;
    Some(format!(
        "is no longer under `{sign}{}`",
        crate::text::visible(&lost)
    ))
}

/// Whether a function of these lines is the same one still: most of it, and more than its header.
pub(super) fn is_left(old: &BTreeSet<String>, new: &BTreeSet<String>) -> bool {
    let kept = old.intersection(new).count();
    kept >= 2 && kept * 2 >= old.len()
}

/// The functions of a file that have a body, are no test code and have a name of their own.
fn functions(parsed: &Parsed) -> BTreeMap<&str, &Definition> {
    super::named_once(parsed, |definition| {
        definition.body.is_some() && !definition.in_test
    })
}

/// Those functions that both sides of a file have, by name: as base has each, and as head has it.
pub(super) fn on_both_sides<'p>(
    base: &'p Parsed,
    head: &'p Parsed,
) -> impl Iterator<Item = (&'p str, &'p Definition, &'p Definition)> {
    let after = functions(head);
    let before = functions(base).into_iter();
    before.filter_map(move |(name, before)| Some((name, before, *after.get(name)?)))
}

type Statements = BTreeMap<String, (usize, std::ops::Range<usize>)>;

/// The calls of a function that stand alone as a statement: callee to count and first place.
fn statements(parsed: &Parsed, definition: &Definition) -> Statements {
    let mut found = Statements::new();
    let Some(body) = &definition.body else {
        return found;
    };
    for call in parsed.facts().calls_in(body) {
        if call.is_macro || call.bytes.end > body.end {
            continue;
        }
        if is_strong(parsed.slice(&call.name)) && !is_live(parsed, call) {
            continue;
        }
        let end = parsed.source.get(call.bytes.end..).unwrap_or_default();
        let start = parsed.source.get(..call.bytes.start).unwrap_or_default();
        let begins = start.trim_end_matches([' ', '\t']);
        let begins = begins
            .strip_suffix("await")
            .unwrap_or(begins)
            .trim_end_matches([' ', '\t']);
        let alone_before = begins.ends_with(['\n', '{', ';', ':', '}']);
        let after = end.trim_start_matches([' ', '\t']);
        let ends = &parsed.language.profile().statement_ends;
        let alone_after =
            after.is_empty() || ends.iter().any(|end| after.starts_with(end.as_str()));
        if alone_before && alone_after {
            let callee: String = parsed.slice(&call.callee).split_whitespace().collect();
            let entry = found.entry(callee).or_insert((0, call.bytes.clone()));
            entry.0 += 1;
        }
    }
    found
}

/// The lines of a function, blanks folded.
pub(super) fn lines(parsed: &Parsed, definition: &Definition) -> BTreeSet<String> {
    parsed
        .slice(&definition.bytes)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

/// Whether the function at head does it in another way: the name is still called in it, or a context manager
/// or a guard does the closing.
fn replaced(parsed: &Parsed, definition: &Definition, word: &str) -> bool {
    let text = parsed.slice(&definition.bytes);
    let mut calls = parsed.facts().calls_in(&definition.bytes).iter();
    let called = calls.any(|call| parsed.slice(&call.name) == word && is_live(parsed, call));
    let closes = matches!(
        word,
        "close" | "release" | "unlock" | "flush" | "commit" | "rollback"
    );
    let mut closing = parsed.language.profile().closes_itself.iter();
    called || closes && closing.any(|word| text.contains(word.as_str()))
}

//! `errors`: does the change swallow failures: a broad handler that does nothing, one that passed the failure on and
//! does not any more, a call whose failure went to the caller and is dropped now?
//!
//! Test code is left to the tests check.
//!
//! Does not catch: an error that is logged and then ignored; a narrow exception that is swallowed from its first
//! day on; likewise a fallible call whose name does not say that it keeps something (its type is not known here), or
//! one that was renamed or moved to another function on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context, foreign, head_text};
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::language::conventions::{is_sample, is_test_path};
use crate::language::failures::{Ends, Failures, Handler, Reach};
use crate::language::{self, DefinitionKind, Parsed};
use crate::rule::built_in::errors as rules;
use crate::syntax::Node;
use crate::syntax::walk::flat;

/// The check.
pub(super) struct Errors;

impl Check for Errors {
    fn name(&self) -> &'static str {
        "errors"
    }

    fn question(&self) -> &'static str {
        "Does the change swallow failures?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["errors"]
    }

    fn applicability(&self, file: &File) -> Applicability {
        let language = language::of(&file.path);
        if language.and_then(|language| language.failures()).is_none() {
            return foreign(file, "model of failures");
        }
        if is_sample(&file.path) || is_test_path(&file.path) {
            return Applicability::NotApplicable("test code: the tests check judges it".to_owned());
        }
        head_text(file)
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    context.each(|file, result| {
        if context.policy.is_test_path(&file.path) {
            return Ok(());
        }
        let tree = |side: Side| context.trees.of(file.path_on(side), file.blob(side)?);
        let (base, head) = (tree(Side::Base), tree(Side::Head));
        let read = |side, parsed| Read::new(file, side, parsed);
        let base = base.as_deref().and_then(|base| read(Side::Base, base));
        let head = head.as_deref().and_then(|head| read(Side::Head, head));
        if let Some(base) = &base {
            base.swallowed(&mut result.base);
            base.ignored(&mut result.base);
        }
        if let Some(head) = &head {
            head.swallowed(&mut result.head);
        }
        if let (Some(base), Some(head)) = (&base, &head) {
            no_longer_raised(base, head, &mut result.head);
            discarded(base, head, &mut result.head);
        }
        if let Some(head) = &head {
            head.ignored(&mut result.head);
        }
        Ok(())
    })
}

/// A side of a file, and what becomes of failures in it.
struct Read<'p> {
    file: &'p File,
    side: Side,
    parsed: &'p Parsed,
    failures: Failures<'p>,
}

impl<'p> Read<'p> {
    fn new(file: &'p File, side: Side, parsed: &'p Parsed) -> Option<Self> {
        Some(Self {
            file,
            side,
            parsed,
            failures: parsed.language.failures()?(parsed),
        })
    }

    fn touches(&self, node: Node<'_>) -> bool {
        self.file.touches(self.side, rows(node))
    }

    /// The innermost function, type or module around a node.
    fn symbol(&self, node: Node<'_>) -> String {
        let line = rows(node).start + 1;
        self.parsed.symbol_at(line).unwrap_or_default()
    }

    /// Whether it stands in a function that is there to clean up, where an error can only be dropped.
    fn is_clean_up(&self, node: Node<'_>) -> bool {
        let facts = self.parsed.facts();
        let profile = self.parsed.language.profile();
        facts.around(rows(node).start + 1).any(|definition| {
            definition.kind == DefinitionKind::Function && profile.is_clean_up(&definition.name)
        })
    }

    /// Handlers that catch everything and do nothing with it, and losses without a handler.
    fn swallowed(&self, found: &mut Vec<Finding>) {
        let path = self.file.path_on(self.side);
        for handler in &self.failures.handlers {
            let quiet = matches!(handler.ends, Ends::Drops | Ends::Nothing);
            if !handler.broad || !quiet || handler.excused {
                continue;
            }
            if self.touches(handler.node) && !self.is_clean_up(handler.node) {
                found.push(self.swallows(handler));
            }
        }
        for loss in &self.failures.losses {
            let meant = loss.reach == Reach::Block && self.is_clean_up(loss.node);
            if meant || !self.touches(loss.node) {
                continue;
            }
            let rule = match loss.reach {
                Reach::Block | Reach::Left => rules::BROAD_EXCEPT,
                Reach::Program => rules::FAILURES_SILENCED,
            };
            let place = self.parsed.place(loss.node);
            found.push(rule.finding(self.side, path, place, &loss.what));
        }
    }

    /// Calls that are to keep something, and whose failure is dropped without a word.
    fn ignored(&self, found: &mut Vec<Finding>) {
        let told: BTreeSet<(u32, u32)> = found.iter().map(at).collect();
        for ignored in &self.failures.ignored {
            let node = ignored.node;
            let rows = rows(node);
            let in_test = || {
                let facts = self.parsed.facts();
                let around = facts.definition_at(rows.start + 1);
                around.is_some_and(|definition| definition.in_test)
            };
            let explained = || self.explains(rows.start.saturating_sub(1)..rows.end);
            if !self.touches(node) || self.is_clean_up(node) || explained() || in_test() {
                continue;
            }
            let path = self.file.path_on(self.side);
            let place = self.parsed.place(node);
            let finding = rules::ERROR_IGNORED.finding(self.side, path, place, &ignored.what);
            if !told.contains(&at(&finding)) {
                found.push(finding);
            }
        }
    }

    fn swallows(&self, handler: &Handler<'_>) -> Finding {
        let path = self.file.path_on(self.side);
        let place = self.parsed.place_of(handler.header.clone());
        let Handler {
            keyword, catches, ..
        } = handler;
        let shown = match catches.is_empty() {
            true => format!("a bare `{keyword}`"),
            false => format!("`{keyword} {catches}`"),
        };
        if !handler.by_type {
            let message =
                format!("a `{keyword}` with an empty body: whatever fails in the block is lost");
            return rules::EMPTY_CATCH.finding(self.side, path, place, message);
        }
        if handler.ends != Ends::Nothing {
            let message = format!(
                "{shown} neither raises nor uses what it caught, and logs nothing that is seen by default"
            );
            let mut finding = rules::BROAD_EXCEPT.finding(self.side, path, place, message);
            if self.explains(rows(handler.node)) {
                finding.level = Level::Note;
            }
            return finding;
        }
        let message = format!("{shown} with an empty body: every failure of the block is lost");
        let rule = rules::SWALLOWED_EXCEPTION;
        let mut finding = rule.finding(self.side, path, place, message);
        if self.explains(rows(handler.node)) {
            finding.level = Level::Escalate;
        }
        finding
    }

    /// Whether a comment for people begins in these rows.
    fn explains(&self, rows: Range<u32>) -> bool {
        let profile = self.parsed.language.profile();
        self.parsed.facts().comments.iter().any(|comment| {
            let text = self.parsed.slice(&comment.bytes);
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            rows.contains(&comment.line.saturating_sub(1))
                && !profile.is_for_tools(text)
                && letters >= 12
        })
    }
}

/// Where a finding begins.
fn at(finding: &Finding) -> (u32, u32) {
    (finding.line, finding.column)
}

fn rows(node: Node<'_>) -> Range<u32> {
    let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
    row(node.start_position().row)..row(node.end_position().row) + 1
}

/// Handlers of the same function and the same exceptions that raised at base, and at head say nothing.
fn no_longer_raised(base: &Read<'_>, head: &Read<'_>, found: &mut Vec<Finding>) {
    let before = raising(base);
    if before.is_empty() {
        return;
    }
    let still = raising(head);
    for handler in &head.failures.handlers {
        let key = caught_in(head, handler);
        let count = |counts: &BTreeMap<_, usize>| counts.get(&key).copied().unwrap_or(0);
        let only_logs = handler.ends == Ends::Logs && !handler.by_type;
        let quiet = only_logs || matches!(handler.ends, Ends::Drops | Ends::Nothing);
        if handler.broad || !quiet || count(&before) <= count(&still) || !head.touches(handler.node)
        {
            continue;
        }
        let Handler {
            keyword, catches, ..
        } = handler;
        let bound = handler
            .binds
            .map_or(String::new(), |name| format!(" as {name}"));
        let shown = match handler.by_type {
            true => format!("{keyword} {catches}{bound}"),
            false => (*keyword).to_owned(),
        };
        let now = match only_logs {
            true => "only writes a log",
            false => "passes the failure over",
        };
        let message = format!("`{shown}` raised before, and {now} now");
        let start = handler.node.start_byte();
        let place = head.parsed.place_of(start..start + keyword.len());
        let rule = rules::ERROR_NO_LONGER_PASSED_ON;
        found.push(rule.finding(Side::Head, &head.file.path, place, message));
    }
}

/// How often a function raises anew what it catches.
fn raising<'p>(read: &Read<'p>) -> BTreeMap<Caught<'p>, usize> {
    let handlers = read.failures.handlers.iter();
    let raising = handlers.filter(|handler| handler.ends == Ends::Raises);
    counts(raising.map(|handler| caught_in(read, handler)))
}

/// A function, what a handler in it catches, and how it calls that.
type Caught<'p> = (String, &'p str, Option<&'p str>);

fn caught_in<'p>(read: &Read<'p>, handler: &Handler<'p>) -> Caught<'p> {
    (read.symbol(handler.node), handler.catches, handler.binds)
}

fn counts<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// What passed its failure on at base, and in the same function keeps it from the caller at head.
fn discarded(base: &Read<'_>, head: &Read<'_>, found: &mut Vec<Finding>) {
    if base.failures.passed_on.is_empty() {
        return;
    }
    let passed_on = |read: &Read<'_>| {
        let passed = read.failures.passed_on.iter();
        counts(passed.map(|one| {
            let what = named(read, one.what.as_ref(), one.of);
            (read.symbol(one.of), what, one.how)
        }))
    };
    let after = passed_on(head);
    let lost = passed_on(base).into_iter().filter_map(|(key, count)| {
        let left = count.saturating_sub(after.get(&key).copied().unwrap_or(0));
        let (symbol, of, how) = key;
        (left > 0).then_some(((symbol, of), (how, left)))
    });
    let mut lost: BTreeMap<_, _> = lost.collect();
    let mut told: BTreeSet<(u32, u32)> = found.iter().map(at).collect();
    for discard in &head.failures.discards {
        if lost.is_empty() || !head.touches(discard.node) || head.is_clean_up(discard.node) {
            continue;
        }
        let definition = head
            .parsed
            .facts()
            .definition_at(rows(discard.node).start + 1);
        if definition.is_some_and(|definition| definition.in_test) {
            continue;
        }
        let what = named(head, discard.what.as_ref(), discard.of);
        let key = (head.symbol(discard.node), what);
        let Some((how, left)) = lost.get_mut(&key).filter(|(_, left)| *left > 0) else {
            continue;
        };
        *left -= 1;
        let place = head.parsed.place(discard.node);
        if !told.insert((place.line, place.column)) {
            continue;
        }
        let message = format!(
            "the error of `{}` was {how}, and now it is {}",
            short(&key.1),
            discard.how
        );
        let rule = rules::ERROR_NO_LONGER_PASSED_ON;
        found.push(rule.finding(Side::Head, &head.file.path, place, message));
    }
}

/// What may fail, as it is known again on the other side.
fn named(read: &Read<'_>, what: Option<&String>, of: Node<'_>) -> String {
    what.cloned().unwrap_or_else(|| flat(read.parsed, of))
}

fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST).collect();
    format!("{start}..")
}

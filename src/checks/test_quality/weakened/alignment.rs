//! Which assertion of head is which assertion of base: the same first, then by subject, then by what
//! is expected, then by order among those of one kind.
//!
//! Does not catch: two assertions that swapped their subjects.

use super::written::{holds_all, values};
use crate::language::test_model::{Assertion, Form};
use crate::text::is_in_word;

/// Assertions of both sides, brought together.
#[derive(Default)]
pub(super) struct Alignment<'a> {
    /// Changed, with the same subject or the same expectation.
    pub changed: Vec<(&'a Assertion, &'a Assertion)>,
    /// Both new and old, of the same kind, in order; nothing else in common.
    pub replaced: Vec<(&'a Assertion, &'a Assertion)>,
    /// Only at base.
    pub dropped: Vec<&'a Assertion>,
    /// Only at head.
    pub added: Vec<&'a Assertion>,
    /// The same on both sides.
    pub same: Vec<(&'a Assertion, &'a Assertion)>,
}

/// Brings assertions together.
pub(super) fn align<'a>(
    mut base: Vec<&'a Assertion>,
    mut head: Vec<&'a Assertion>,
) -> Alignment<'a> {
    let same = take(&mut base, &mut head, |a, b| {
        a.form == b.form
            && same_text(&a.subject, &b.subject)
            && same_text(&a.expected, &b.expected)
            && a.operator == b.operator
            && a.tolerances == b.tolerances
    });
    let mut alignment = Alignment {
        same,
        ..Alignment::default()
    };
    let by: [fn(&Assertion, &Assertion) -> bool; 4] = [
        |a, b| alike(a, b) && a.subject == b.subject,
        |a, b| alike(a, b) && a.expected.len() > 1 && a.expected == b.expected,
        |a, b| alike(a, b) && wraps(&b.subject, &a.subject),
        |a, b| alike(a, b) && root(&a.subject).len() > 1 && root(&a.subject) == root(&b.subject),
    ];
    for alike in by {
        alignment.changed.extend(take(&mut base, &mut head, alike));
    }
    // What is expected now holds all the values that were, under another subject.
    let keeps = |a: &Assertion, b: &Assertion| {
        let (before, after) = (values(&a.expected), values(&b.expected));
        let telling = before.iter().map(|value| value.len()).sum::<usize>() > 3;
        alike(a, b) && telling && holds_all(&after, &before)
    };
    alignment.changed.extend(take(&mut base, &mut head, keeps));
    alignment.replaced = take(&mut base, &mut head, |a, b| a.form == b.form);
    alignment.replaced.extend(take(&mut base, &mut head, alike));
    alignment.dropped = base;
    alignment.added = head;
    alignment
}

/// Equal but for the kind of quotes.
fn same_text(a: &str, b: &str) -> bool {
    a == b || a.len() == b.len() && a.replace('\'', "\"") == b.replace('\'', "\"")
}

fn alike(a: &Assertion, b: &Assertion) -> bool {
    let value = |form| matches!(form, Form::Value | Form::Helper);
    a.form == b.form || value(a.form) && value(b.form)
}

/// Whether a subject holds another as a whole name or call.
pub(super) fn wraps(outer: &str, inner: &str) -> bool {
    inner.len() > 1 && outer.len() > inner.len() && outer.contains(inner)
}

/// The first name of a subject.
fn root(subject: &str) -> &str {
    let end = subject
        .find(|c: char| !is_in_word(c))
        .unwrap_or(subject.len());
    subject.get(..end).unwrap_or(subject)
}

fn take<'a>(
    base: &mut Vec<&'a Assertion>,
    head: &mut Vec<&'a Assertion>,
    matches: impl Fn(&Assertion, &Assertion) -> bool,
) -> Vec<(&'a Assertion, &'a Assertion)> {
    // Bodies of thousands of assertions are generated; looking at the nearest is enough there.
    const FARTHEST: usize = 400;
    let mut found = Vec::new();
    base.retain(|old| {
        let Some(at) = head.iter().take(FARTHEST).position(|new| matches(old, new)) else {
            return true;
        };
        found.push((*old, head.remove(at)));
        false
    });
    found
}

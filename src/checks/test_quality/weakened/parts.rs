//! A whole that was compared, and of which only a part is: one key, the keys, one field, each item in a loop.
//!
//! Does not catch: a part that is taken out in a line of its own under another name.

use super::alignment::wraps;
use super::written::{holds_all, values};
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, Function};

/// Whether less of the same value is compared: the new subject is made of the old one, and what is expected of it is a
/// part of what was.
pub(super) fn is_a_part(old: &Assertion, new: &Assertion) -> bool {
    let equal = old.strength == Strength::Exact && new.strength == Strength::Exact;
    if !equal || old.operator != new.operator || !wraps(&new.subject, &old.subject) {
        return false;
    }
    // `got == want` in a loop: `got[key] == want[key]`.
    let behind = |outer: &str, inner: &str| outer.strip_prefix(inner).map(str::to_owned);
    let step = behind(&new.subject, &old.subject);
    if step.is_some_and(|step| {
        step.starts_with('[') && behind(&new.expected, &old.expected) == Some(step)
    }) {
        return true;
    }
    let is_whole = old.expected.contains(['{', '[']) || old.expected.starts_with('(');
    let (before, after) = (values(&old.expected), values(&new.expected));
    is_whole && before.len() > 1 && after.len() < before.len() && holds_all(&before, &after)
}

/// Whether a test asks for each value of an expectation, part by part, and for each exactly; of a value that is one, for
/// another part of it beside the new one.
pub(super) fn asks_part_by_part(test: &Function, old: &Assertion, new: &Assertion) -> bool {
    let wanted = values(&old.expected);
    let exact = test.live().filter(|a| a.strength == Strength::Exact);
    if wanted.len() < 2 {
        let mut others = exact.filter(|a| a.text != new.text);
        return new.strength >= old.strength
            && old.expected != new.expected
            && others.any(|a| wraps(&a.subject, &old.subject));
    }
    let mut asked: Vec<&str> = exact
        .flat_map(|a| [a.subject.as_str(), a.expected.as_str()])
        .flat_map(values)
        .collect();
    asked.sort_unstable();
    holds_all(&asked, &wanted)
}

/// Whether a test also asks how many there are.
pub(super) fn asks_how_many(test: &Function, old: &Assertion) -> bool {
    let others = test
        .live()
        .filter(|a| a.text.contains(old.subject.as_str()));
    let mut counted = others.filter(|a| a.strength == Strength::Shape);
    counted.next().is_some()
}

//! Whether one assertion asks less than another: the row of the lattice, tolerances, exceptions, coarser forms.
//!
//! Does not catch: an assertion that keeps its row and asks something easier.

use super::alignment::wraps;
use super::parts::is_a_part;
use crate::language::test_model::strength::{Strength, Tolerance};
use crate::language::test_model::{Assertion, Form, Words, holds};
use crate::rule::Rule;
use crate::rule::built_in::tests as rules;
use crate::text::is_in_word;

/// The rule and the reason, where an assertion became weaker.
pub(super) fn weaker(
    words: &Words,
    old: &Assertion,
    new: &Assertion,
    replaced: bool,
) -> Option<(&'static Rule, String)> {
    const WEAKENED: &Rule = rules::ASSERTION_WEAKENED;
    let in_debug = |a: &Assertion| {
        let debug = words.of_debug_builds.as_str();
        !debug.is_empty() && a.text.starts_with(debug)
    };
    if in_debug(new) && !in_debug(old) {
        return Some((WEAKENED, "in debug builds only".to_owned()));
    }
    if new.strength < old.strength {
        let far = old.strength == Strength::Exact || new.strength <= Strength::NotNone;
        // With nothing in common but the order, only a fall down the lattice says anything.
        if replaced && !(far && new.strength <= Strength::Shape) {
            return None;
        }
        return Some((
            WEAKENED,
            format!(
                "{} in place of {}",
                new.strength.name(),
                old.strength.name()
            ),
        ));
    }
    if replaced {
        return None;
    }
    if matches!(new.operator.as_str(), "or" | "||") && new.operator != old.operator {
        return Some((WEAKENED, "either of two is enough now".to_owned()));
    }
    let widened = old.tolerances.iter().find_map(|before| {
        let after = new
            .tolerances
            .iter()
            .find(|after| after.name == before.name || after.name == "delta")?;
        Tolerance::widened(before, after).then(|| {
            format!(
                "{} {} in place of {}",
                after.name, after.value, before.value
            )
        })
    });
    let added = old.strength == Strength::Approx
        && old.tolerances.is_empty()
        && !new.tolerances.is_empty()
        && new.subject == old.subject
        && new.expected == old.expected;
    if let Some(why) = widened {
        return Some((rules::TOLERANCE_WIDENED, why));
    }
    if added {
        return Some((
            rules::TOLERANCE_WIDENED,
            "a tolerance of its own in place of the default".to_owned(),
        ));
    }
    let anything = |a: &Assertion| {
        let names = a.expected.split(|c: char| !is_in_word(c));
        names.filter(|name| holds(&words.anything, name)).count()
    };
    if anything(new) > anything(old) {
        return Some((
            WEAKENED,
            "anything is enough for a part of it now".to_owned(),
        ));
    }
    if old.form == Form::Raises && new.form == Form::Raises {
        let broad = |text: &str| {
            text.split(',')
                .map(|name| name.trim_matches(['(', ')', ' ']))
                .any(|name| holds(&words.broadest, name))
        };
        if broad(&new.expected) && !broad(&old.expected) {
            return Some((WEAKENED, "any exception is enough now".to_owned()));
        }
        if let Some(why) = other_exceptions(&old.expected, &new.expected) {
            return Some((WEAKENED, why));
        }
    }
    if let Some(why) = looser(words, old, new) {
        return Some((WEAKENED, why));
    }
    if is_a_part(old, new) {
        return Some((WEAKENED, "only a part is compared now".to_owned()));
    }
    if new.strength == old.strength
        && old.subject != new.subject
        && wraps(&new.subject, &old.subject)
        && coarsens(words, &new.subject, &old.subject)
    {
        return Some((
            WEAKENED,
            "only a part or a coarser form is compared now".to_owned(),
        ));
    }
    if old.strength == Strength::Pattern
        && old.subject == new.subject
        && new.expected != old.expected
        && new.expected.len() > 2
        && plain(&old.expected) != plain(&new.expected)
        && plain(&old.expected).contains(plain(&new.expected))
    {
        return Some((WEAKENED, "a shorter part is enough now".to_owned()));
    }
    None
}

/// How the exceptions that are enough became more, or others.
fn other_exceptions(old: &str, new: &str) -> Option<String> {
    // The class or a tuple of them stands before the pattern.
    let names = |text: &str| -> Vec<String> {
        let classes = text.split(", ").next().unwrap_or(text);
        let each = classes.split([',', '|']);
        let leaf = |name: &str| {
            let name = name.trim_matches(['(', ')', ' ']);
            name.rsplit('.').next().unwrap_or(name).to_owned()
        };
        let mut found: Vec<String> = each.map(leaf).filter(|name| !name.is_empty()).collect();
        found.sort();
        found.dedup();
        found
    };
    let (before, after) = (names(old), names(new));
    let more: Vec<&String> = after.iter().filter(|name| !before.contains(name)).collect();
    let first = more.first()?;
    let kept = before.iter().any(|name| after.contains(name));
    match (before.as_slice(), kept) {
        (_, true) => Some(format!("{first} is enough now, too")),
        ([was], false) if after.len() == 1 => Some(format!("{first} is enough now, and not {was}")),
        _ => None,
    }
}

/// How the same question is asked more loosely, by an operator that lets more pass.
fn looser(words: &Words, old: &Assertion, new: &Assertion) -> Option<String> {
    if old.subject != new.subject {
        return None;
    }
    let rank = |a: &Assertion| words.looser.iter().position(|word| *word == a.operator);
    let (before, after) = (rank(old)?, rank(new)?);
    (after > before).then(|| format!("`{}` in place of `{}`", new.operator, old.operator))
}

/// A text without quotes.
pub(super) fn plain(text: &str) -> &str {
    text.trim_matches(['"', '\'', '&', ' '])
}

/// Whether the outer form drops something of the inner one: order, case, length, duplicates.
fn coarsens(words: &Words, outer: &str, inner: &str) -> bool {
    let Some((before, after)) = outer.split_once(inner) else {
        return false;
    };
    words
        .coarse_before
        .iter()
        .any(|f| before.ends_with(f.as_str()))
        || words
            .coarse_behind
            .iter()
            .any(|f| after.starts_with(f.as_str()))
}

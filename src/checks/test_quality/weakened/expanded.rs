//! What a test asks through a helper, where one side asks it by itself: the helper's assertions, with what it is given in the
//! place of its parameters.
//!
//! Does not catch: helpers of unchanged files, helpers of helpers, what a helper makes of its parameters on the way.

use std::collections::BTreeMap;

use crate::budget;
use crate::change::Side;
use crate::language::test_model::reading::substituted;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, FileModel, Form, Function};
use crate::text::is_in_word;

use super::WeakenedContext;
use super::helpers::supports;

/// Assertions of one helper that are looked at.
const MOST: usize = 30;

/// The assertions of a test that can fail it; calls of helpers that the other side does not make are written out.
pub(super) fn live(
    tests: &WeakenedContext<'_>,
    side: Side,
    file: &FileModel,
    test: &Function,
    other: &Function,
) -> Vec<Assertion> {
    let mut found = Vec::new();
    for assertion in test.live() {
        let new = assertion.form == Form::Helper && !other.body.calls.contains(&assertion.operator);
        let helper = new
            .then(|| helper(tests, side, file, &assertion.operator))
            .flatten();
        let written = helper.map(|helper| written_out(assertion, helper));
        match written.filter(|written| !written.is_empty()) {
            Some(written) => found.extend(written),
            None => found.push(assertion.clone()),
        }
    }
    found
}

/// The one helper of this name that a file has, or that another changed file of the test side has.
fn helper<'m>(
    tests: &'m WeakenedContext<'_>,
    side: Side,
    file: &'m FileModel,
    name: &str,
) -> Option<&'m Function> {
    let of = |model: &'m FileModel| {
        let named =
            move |one: &&'m Function| budget::charge(1) && one.name == name && supports(model, one);
        let mut found = model.functions.iter().filter(named);
        found.next().filter(|_| found.next().is_none())
    };
    of(file).or_else(|| {
        let brings_in = file.words().beside_code || file.imports.iter().any(|it| it.name == name);
        let models = tests.sides.pairs.iter().filter_map(|pair| pair.on(side));
        models.filter(|_| brings_in).find_map(of)
    })
}

/// A helper's assertions as the call makes them.
fn written_out(call: &Assertion, helper: &Function) -> Vec<Assertion> {
    let mut values: BTreeMap<&str, &str> = BTreeMap::new();
    let plain = call.arguments.iter().filter(|(name, _)| name.is_empty());
    for (parameter, (_, value)) in helper.parameters.iter().zip(plain) {
        values.insert(parameter, value);
    }
    let named = call.arguments.iter().filter(|(name, _)| !name.is_empty());
    values.extend(named.map(|(name, value)| (name.as_str(), value.as_str())));
    let told = |text: &str| {
        budget::charge_text(text.len());
        substituted(text, |name| values.get(name).copied())
    };
    let written = helper.live().take(MOST).map(|own| {
        let subject = match own.resolved.as_str() {
            "" => &own.subject,
            resolved => resolved,
        };
        let (subject, expected) = (told(subject), told(&own.expected));
        // What a predicate asks that is given stands where it is given.
        let is_given = values.contains_key(own.operator.as_str());
        let says_nothing = own.form == Form::Value && is_plain(&subject) && is_plain(&expected);
        let swap = own.operator == "==" && is_plain(&subject) && !is_plain(&expected);
        let (subject, expected) = match swap {
            true => (expected, subject),
            false => (subject, expected),
        };
        Assertion {
            strength: match says_nothing {
                true => Strength::Constant,
                false if is_given => Strength::Exact,
                false => own.strength,
            },
            subject,
            expected,
            text: format!("{} in {}", own.text, helper.name),
            place: call.place,
            conditional: own.conditional || call.conditional,
            guarded: own.guarded || call.guarded,
            marker: call.marker,
            ..own.clone()
        }
    });
    written.collect()
}

/// Whether a text outside of quotes names nothing.
pub(super) fn is_plain(text: &str) -> bool {
    let mut quote = None;
    let mut in_number = false;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c.is_alphabetic() && !in_number => return false,
            None => {}
        }
        in_number = c.is_ascii_digit() || in_number && is_in_word(c);
    }
    true
}

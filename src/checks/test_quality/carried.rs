//! What a test of head asks together with what it leans on in its file: helpers, fixtures, tables.
//!
//! Tests that are put together into a helper or a table keep each value that went in and came out, the calls, and
//! assertions as strong; then nothing is lost.
//!
//! Does not catch: values that are paired anew; a helper of another file.

use std::collections::BTreeMap;

use crate::budget;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, FileModel, Form, Function, MarkKind, Role};
use crate::text::{is_in_word, stands_in};

/// Functions that one test leans on, at most.
const MOST: usize = 16;

/// A test of head, and what it leans on.
pub(super) struct Reach<'m> {
    functions: Vec<&'m Function>,
    /// How often each literal stands there.
    literals: BTreeMap<&'m str, usize>,
    strongest: Option<Strength>,
}

impl<'m> Reach<'m> {
    /// That of a test which runs.
    pub(super) fn of(file: &'m FileModel, test: &'m Function) -> Option<Self> {
        let is_off = test.marks.iter().any(|mark| mark.kind == MarkKind::Skip);
        if test.unreached.is_some() || is_off {
            return None;
        }
        let mut functions = vec![test];
        // Twice: a helper's helper.
        for _ in 0..2 {
            let helpers = file.functions.iter().filter(|one| {
                let leans = |on: &&Function| {
                    on.body.calls.contains(&one.name) || on.parameters.contains(&one.name)
                };
                budget::charge(1) && one.role != Role::Test && functions.iter().any(leans)
            });
            let known = |one: &&&Function| !functions.iter().any(|old| std::ptr::eq(*old, **one));
            let more: Vec<&Function> = helpers.filter(|one| known(&one)).take(MOST).collect();
            functions.extend(more);
        }
        let mut literals = BTreeMap::new();
        for literal in functions.iter().flat_map(|one| &one.body.literals) {
            *literals.entry(literal.text.as_str()).or_default() += 1;
        }
        let asked = functions.iter().flat_map(|one| asked(one));
        Some(Self {
            strongest: asked.map(|assertion| assertion.strength).max(),
            literals,
            functions,
        })
    }

    /// Whether it asks all that another test asked; if so, the values of that one are taken out.
    pub(super) fn takes(&mut self, lost: &Function) -> bool {
        let asked = lost.live().map(|assertion| assertion.strength).max();
        let calls = |name: &str| {
            let mut functions = self.functions.iter();
            functions.any(|one| one.body.calls.contains(name))
        };
        if lost.body.literals.is_empty()
            || self.strongest < asked
            || !lost.body.calls.iter().all(calls)
        {
            return false;
        }
        let mut left = self.literals.clone();
        let holds = lost.body.literals.iter().all(|literal| {
            let text = literal.text.as_str();
            let is_part = |case: &String| stands_in(case, text, is_in_word).is_some();
            let rows = |one: &&Function| one.cases.iter().any(is_part);
            match left.get_mut(text) {
                Some(count @ 1..) => {
                    *count -= 1;
                    true
                }
                _ => budget::charge(1) && self.functions.iter().any(rows),
            }
        });
        if holds {
            self.literals = left;
        }
        holds
    }

    /// Whether a helper that asserts took over from the test itself, with as many assertions as that had.
    pub(super) fn asks_elsewhere(&self, before: &Function) -> bool {
        let of = |functions: &[&Function]| -> usize {
            functions.iter().map(|one| asked(one).count()).sum()
        };
        let helpers = self.functions.get(1..).unwrap_or_default();
        of(helpers) > 0 && of(&self.functions) >= asked(before).count()
    }
}

/// What a function asks by itself and in any case: a call that is named like an assertion is none, its function is looked
/// at.
fn asked(function: &Function) -> impl Iterator<Item = &Assertion> {
    let asserts = |one: &&Assertion| one.form != Form::Helper && !one.guarded;
    function.live().filter(asserts)
}

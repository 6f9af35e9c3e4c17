//! What becomes of an assertion in a callback or behind a condition of its own expression, and calls that may assert.
//!
//! Does not catch: what a function that is handed a callback does with it.

use super::body::{Bodies, Reading};
use super::chain::{Chain, arguments};
use super::flow;
use super::promise::{awaits, is_waited_for, promised_by};
use crate::language::test_model::reading::Setting;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, Fate, Form};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{field, flat};

impl<'p> Bodies<'p> {
    /// The setting of what a function inside does.
    pub(super) fn within(
        &self,
        function: Node<'p>,
        setting: &Setting,
        reading: &Reading<'p>,
    ) -> Setting {
        let parsed = self.parsed();
        let mut own = setting.clone();
        let around = function.parent();
        let named = around
            .filter(|around| around.kind() == kind::VARIABLE_DECLARATOR)
            .and_then(|around| field(parsed, around, "name"));
        if let Some(name) = named.filter(|name| reading.uncalled.contains(name)) {
            if own.fate == Fate::Live {
                own.fate = Fate::Dead(format!("nothing calls {name}"));
            }
            return own;
        }
        let call = around
            .filter(|around| around.kind() == kind::ARGUMENTS)
            .and_then(|given| given.parent());
        let Some(call) = call.filter(|call| call.kind() == kind::CALL_EXPRESSION) else {
            return own;
        };
        if let Some(promise) = promised_by(parsed, function) {
            let chain = Chain::of(parsed, promise);
            let last = chain.links.last();
            let second = last
                .map(|last| arguments(last.given))
                .and_then(|given| given.get(1).copied());
            let of_failure =
                last.is_some_and(|last| last.name == "catch") || second == Some(function);
            if of_failure {
                own.conditional = true;
                own.marker = true;
                own.guarded |= !reading.is_sure && !reading.has_done;
            }
            let at = promise.start_byte();
            let ends =
                reading.has_done || reading.executors.iter().any(|range| range.contains(&at));
            if own.fate == Fate::Live && !ends && !is_waited_for(parsed, promise) {
                own.fate = Fate::Swallowed("a promise that nobody awaits".to_owned());
            }
            return own;
        }
        let chain = Chain::of(parsed, call);
        let last = chain.links.len().checked_sub(1);
        if chain.called(parsed) == "forEach" && own.fate == Fate::Live {
            let over = last.filter(|last| *last == 0).map(|_| chain.begin);
            if over.is_some_and(|over| flow::is_empty(parsed, over)) {
                own.fate = Fate::Dead("the loop goes over nothing".to_owned());
            } else if parsed.text(function).starts_with("async")
                && awaits(function)
                && !reading.has_done
            {
                own.fate = Fate::PerhapsSwallowed(
                    "`forEach`, which waits for none of its promises,".to_owned(),
                );
            }
        }
        own
    }

    /// The setting of a call that a condition of its own expression may leave out: `a && expect(a).toBe(1)`.
    pub(super) fn chosen(
        &self,
        node: Node<'p>,
        top: Node<'p>,
        setting: &Setting,
        reading: &Reading<'p>,
    ) -> Setting {
        /// Nodes outward that are looked at.
        const OUTWARD: usize = 30;
        let mut own = setting.clone();
        let mut at = node;
        for _ in 0..OUTWARD {
            let Some(around) = at.parent().filter(|_| at != top) else {
                break;
            };
            let is_left_out = match around.kind() {
                kind::TERNARY_EXPRESSION => around.child_by_field_name("condition") != Some(at),
                kind::BINARY_EXPRESSION => {
                    let operator = field(self.parsed(), around, "operator");
                    matches!(operator, Some("&&" | "||" | "??"))
                        && around.child_by_field_name("right") == Some(at)
                }
                _ => false,
            };
            if is_left_out {
                own.conditional = true;
                own.guarded |= !reading.is_sure;
            }
            at = around;
        }
        own
    }

    /// A call as a statement: perhaps a helper that asserts.
    pub(super) fn invocation(
        &self,
        chain: &Chain<'p>,
        called: &str,
        setting: &Setting,
    ) -> Option<Assertion> {
        if called.is_empty() {
            return None;
        }
        let parsed = self.parsed();
        let given = arguments(chain.links.last().map_or(chain.given, |last| last.given));
        let line = |at: usize| given.get(at).map_or_else(String::new, |n| flat(parsed, *n));
        Some(Assertion {
            form: Form::Helper,
            strength: Strength::Exact,
            subject: line(0),
            expected: line(1),
            operator: called.to_owned(),
            arguments: given
                .iter()
                .map(|n| (String::new(), flat(parsed, *n)))
                .collect(),
            ..self.reader.blank(chain.whole, setting)
        })
    }
}

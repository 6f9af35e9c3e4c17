//! What the `let` statements right before an assertion bind: two names of one value compare a value with itself.
//!
//! Does not catch: patterns, and a change through a reference that was taken before.

use std::collections::BTreeMap;

use crate::language::Parsed;
use crate::language::test_model::reading::Bound;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};
use crate::text::is_in_word;

use super::assert::{calls, leaf};

/// `let` statements in a row that are kept in mind.
const MOST_BOUND: usize = 8;

/// Puts down what a `let` binds, and what is bound where an assertion stands.
pub(super) fn bind(
    parsed: &Parsed,
    statement: Node<'_>,
    at_hand: &mut Bound,
    bound: &mut BTreeMap<usize, Bound>,
) {
    let sides = statement
        .child_by_field_name("pattern")
        .filter(|n| n.kind() == "identifier")
        .zip(statement.child_by_field_name("value"));
    if sides.is_some_and(|(_, value)| may_change(parsed, value, at_hand)) {
        at_hand.0.clear();
    }
    match (statement.kind(), sides) {
        ("let_declaration", Some((name, value))) if at_hand.0.len() < MOST_BOUND => {
            let text = flat(parsed, value);
            let copied = text
                .strip_suffix(".clone()")
                .unwrap_or(&text)
                .trim_start_matches('&');
            let copy = copied.chars().all(is_in_word);
            let known = match copy {
                true => (copied.to_owned(), false),
                false => (text, calls(value)),
            };
            at_hand.0.insert(parsed.text(name).to_owned(), known);
        }
        ("expression_statement", _) if !at_hand.0.is_empty() => {
            let first = parts(statement).first().copied();
            let asserts = first.is_some_and(|n| {
                n.kind() == "call_expression" && leaf(parsed, n).starts_with("assert")
            });
            if asserts {
                bound.insert(statement.id(), at_hand.clone());
            } else {
                at_hand.0.clear();
            }
        }
        _ => at_hand.0.clear(),
    }
}

/// Whether an expression may change something that is bound, or that something bound is a copy of: it borrows mutably, or
/// calls a method of it.
fn may_change(parsed: &Parsed, value: Node<'_>, at_hand: &Bound) -> bool {
    if at_hand.0.is_empty() {
        return false;
    }
    let is_known = |name: &str| {
        at_hand.0.contains_key(name) || at_hand.0.values().any(|(text, _)| text == name)
    };
    Walk::new(value).any(|node| match node.kind() {
        "mutable_specifier" => true,
        "call_expression" => {
            let callee = node.child_by_field_name("function");
            let receiver = callee.and_then(|callee| callee.child_by_field_name("value"));
            let method = callee.and_then(|callee| field(parsed, callee, "field"));
            receiver.is_some_and(|receiver| is_known(parsed.text(receiver)))
                && !matches!(
                    method,
                    Some("clone" | "len" | "is_empty" | "to_owned" | "to_string")
                )
        }
        _ => false,
    })
}

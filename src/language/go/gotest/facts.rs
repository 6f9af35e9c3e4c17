//! What stands in a function of Go, whatever its order: names, calls, literals with those that assertions expect, hashes
//! of its tokens.
//!
//! Does not catch: names that reflection finds.

use std::collections::BTreeSet;

use super::assert::{arguments, calls};
use crate::language::Parsed;
use crate::language::go::kind;
use crate::language::test_model::reading::{Stretches, hash};
use crate::language::test_model::{Body, Literal};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts, tokens};

/// Names, literals and hashes over a block.
pub(super) fn facts(parsed: &Parsed, block: Node<'_>, body: &mut Body) {
    let mut expected = Vec::new();
    // What a failure says is no value of the test.
    let mut said = Vec::new();
    let mut names = BTreeSet::new();
    for node in Walk::new(block) {
        let side = match node.kind() {
            kind::CALL_EXPRESSION => {
                let callee = field(parsed, node, "function").unwrap_or_default();
                let name = callee.rsplit('.').next().unwrap_or(callee);
                body.calls.insert(name);
                let given = arguments(node);
                if matches!(
                    name,
                    "Errorf" | "Error" | "Fatalf" | "Fatal" | "Logf" | "Log"
                ) {
                    said.extend(given.iter().map(|given| given.byte_range()));
                }
                let is_compared = matches!(
                    name,
                    "Equal" | "DeepEqual" | "Diff" | "Contains" | "EqualError" | "JSONEq"
                );
                match given.as_slice() {
                    [.., left, right] if is_compared => Some(looked_for(*left, *right)),
                    _ => None,
                }
            }
            kind::BINARY_EXPRESSION
                if matches!(field(parsed, node, "operator"), Some("==" | "!=")) =>
            {
                let sides = node
                    .child_by_field_name("left")
                    .zip(node.child_by_field_name("right"));
                sides.map(|(left, right)| looked_for(left, right))
            }
            _ => None,
        };
        if let Some(side) = side {
            expected.push(side.byte_range());
            let inner = Walk::new(side).filter(|node| node.kind() == kind::IDENTIFIER);
            names.extend(inner.map(|name| parsed.text(name)));
        }
    }
    bindings(parsed, block, &names, body, &mut expected);
    let (expected, said) = (Stretches::new(expected), Stretches::new(said));
    for token in tokens(block) {
        let text = parsed.text(token);
        let is_literal = token.is_string()
            || matches!(
                token.kind(),
                kind::INT_LITERAL
                    | kind::FLOAT_LITERAL
                    | kind::IMAGINARY_LITERAL
                    | kind::TRUE
                    | kind::FALSE
            );
        let is_name = matches!(
            token.kind(),
            kind::IDENTIFIER
                | kind::FIELD_IDENTIFIER
                | kind::TYPE_IDENTIFIER
                | kind::PACKAGE_IDENTIFIER
        );
        if is_name {
            body.names.insert(text);
        }
        body.push_token(hash(text), is_literal);
        if is_literal && !said.hold(token.start_byte()) {
            body.literals.push(Literal {
                text: text.to_owned(),
                expected: expected.hold(token.start_byte()),
            });
        }
    }
}

/// The side that calls nothing, where the other one does; else the right one.
fn looked_for<'t>(left: Node<'t>, right: Node<'t>) -> Node<'t> {
    match !calls(left) && calls(right) {
        true => left,
        false => right,
    }
}

fn bindings(
    parsed: &Parsed,
    block: Node<'_>,
    names: &BTreeSet<&str>,
    body: &mut Body,
    expected: &mut Vec<std::ops::Range<usize>>,
) {
    let declarations = Walk::new(block).filter(|node| node.kind() == kind::SHORT_VAR_DECLARATION);
    for declaration in declarations {
        let side = |name| {
            declaration
                .child_by_field_name(name)
                .map(parts)
                .unwrap_or_default()
        };
        let (left, right) = (side("left"), side("right"));
        for (name, value) in left.iter().zip(&right) {
            let name = parsed.text(*name);
            body.bind(name, flat(parsed, *value));
            if names.contains(name) && !calls(*value) {
                expected.push(value.byte_range());
            }
        }
    }
}

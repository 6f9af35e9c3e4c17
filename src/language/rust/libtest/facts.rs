//! What stands in a Rust function, whatever its order: names, calls, literals with those that assertions expect,
//! hashes of its tokens.
//!
//! Does not catch: names put together by a macro.

use std::collections::BTreeSet;

use super::assert::{arguments, leaf};
use crate::language::Parsed;
use crate::language::test_model::reading::{Stretches, hash};
use crate::language::test_model::{Body, Literal};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, tokens};

/// Names, literals and hashes over a block.
pub(super) fn facts(parsed: &Parsed, block: Node<'_>, body: &mut Body) {
    let mut expected = Vec::new();
    let mut names = BTreeSet::new();
    for node in Walk::new(block) {
        let sides = match node.kind() {
            "call_expression" => {
                let name = leaf(parsed, node);
                body.calls.insert(name);
                match arguments(node).as_slice() {
                    [left, right, ..] if name.contains("assert") || name.starts_with("eq") => {
                        Some((*left, *right))
                    }
                    [only] if matches!(name, "contains" | "starts_with" | "ends_with") => {
                        Some((*only, *only))
                    }
                    _ => None,
                }
            }
            "binary_expression" => node
                .child_by_field_name("left")
                .zip(node.child_by_field_name("right"))
                .filter(|_| matches!(field(parsed, node, "operator"), Some("==" | "!="))),
            _ => None,
        };
        let Some((left, right)) = sides else {
            continue;
        };
        let called = |node| Walk::new(node).any(|n: Node<'_>| n.kind() == "call_expression");
        let side = if !called(left) && called(right) {
            left
        } else {
            right
        };
        expected.push(side.byte_range());
        names.extend(
            Walk::new(side)
                .filter(|n| n.kind() == "identifier")
                .map(|n| parsed.text(n).to_owned()),
        );
    }
    for declaration in Walk::new(block).filter(|n| n.kind() == "let_declaration") {
        let pattern = field(parsed, declaration, "pattern").unwrap_or_default();
        if let Some(value) = declaration.child_by_field_name("value") {
            body.bind(pattern, flat(parsed, value));
        }
        if names.contains(pattern)
            && let Some(value) = declaration.child_by_field_name("value")
            && !Walk::new(value).any(|n| n.kind() == "call_expression")
        {
            expected.push(value.byte_range());
        }
    }
    let expected = Stretches::new(expected);
    for token in tokens(block) {
        let text = parsed.text(token);
        let literal = matches!(
            token.kind(),
            "integer_literal"
                | "float_literal"
                | "string_literal"
                | "raw_string_literal"
                | "char_literal"
                | "boolean_literal"
                | "true"
                | "false"
        );
        if matches!(
            token.kind(),
            "identifier" | "type_identifier" | "field_identifier" | "primitive_type"
        ) {
            body.names.insert(text);
        }
        if matches!(token.kind(), "super" | "crate" | "self") {
            body.names.insert(text);
        }
        body.push_token(hash(text), literal);
        if literal {
            body.literals.push(Literal {
                text: text.to_owned(),
                expected: expected.hold(token.start_byte()),
            });
        }
    }
}

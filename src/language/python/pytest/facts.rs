//! What stands in a Python function, whatever its order: names, calls, literals with those that
//! assertions expect, hashes of its tokens.
//!
//! Does not catch: names put together at run time.

use std::collections::BTreeSet;

use crate::syntax::Node;
use crate::syntax::walk::{Walk, flat, parts, tokens};

use super::assert::{arguments, keyword, leaf};
use super::body::Bodies;
use crate::language::test_model::reading::{Stretches, hash};
use crate::language::test_model::{Body, Literal};

impl Bodies<'_> {
    /// Names, literals and hashes over the whole function.
    pub(super) fn facts(&self, whole: Node<'_>, block: Node<'_>, body: &mut Body) {
        let parsed = self.parsed();
        let expected = self.expected_stretches(block);
        let docstring = parts(block)
            .first()
            .copied()
            .filter(|first| {
                first.kind() == "expression_statement"
                    && parts(*first).first().is_some_and(|n| n.is_string())
            })
            .map(|first| first.byte_range());
        for token in tokens(whole) {
            if docstring
                .as_ref()
                .is_some_and(|doc| doc.contains(&token.start_byte()))
            {
                continue;
            }
            let text = parsed.text(token);
            let literal = token.is_string()
                || matches!(
                    token.kind(),
                    "integer" | "float" | "true" | "false" | "none"
                );
            if token.kind() == "identifier" {
                body.names.insert(text);
            }
            if token.kind() == "string" {
                // Names in an f-string, and dotted targets in a string.
                for inner in Walk::new(token).filter(|n| n.kind() == "identifier") {
                    body.names.insert(parsed.text(inner));
                }
            }
            if token.start_byte() < block.start_byte() {
                continue;
            }
            body.push_token(hash(text), literal);
            if literal {
                body.literals.push(Literal {
                    text: text.to_owned(),
                    expected: expected.hold(token.start_byte()),
                });
            }
        }
        for node in Walk::new(block).filter(|n| n.kind() == "assignment") {
            let left = node.child_by_field_name("left");
            if let Some(left) = left.filter(|left| left.kind() == "identifier")
                && let Some(right) = node.child_by_field_name("right")
            {
                body.bind(parsed.text(left), flat(parsed, right));
            }
        }
        for call in Walk::new(whole).filter(|n| n.kind() == "call") {
            let Some(callee) = call.child_by_field_name("function") else {
                continue;
            };
            let name = leaf(parsed, callee);
            if !name.is_empty() {
                body.calls.insert(name);
            }
            body.doubles.extend(self.double(call, callee, name));
        }
        self.doubles_of_its_own(block, body);
    }

    /// Stretches that hold what assertions expect: the expected sides, and what is assigned to names
    /// that stand there.
    fn expected_stretches(&self, block: Node<'_>) -> Stretches {
        let parsed = self.parsed();
        let mut stretches = Vec::new();
        let mut names = BTreeSet::new();
        let mut note = |node: Node<'_>| {
            stretches.push(node.byte_range());
            names.extend(
                Walk::new(node)
                    .filter(|n| n.kind() == "identifier")
                    .map(|n| parsed.text(n).to_owned()),
            );
        };
        for node in Walk::new(block) {
            match node.kind() {
                "comparison_operator" => {
                    // A bound says how far, not what.
                    let equality = node
                        .child_by_field_name("operators")
                        .is_some_and(|operator| !parsed.text(operator).starts_with(['<', '>']));
                    if let ([left, .., right], true) = (parts(node).as_slice(), equality) {
                        let side = self.reader.expected_side(*left, *right);
                        note(self.reader.without_tolerance(side));
                    }
                }
                "call" => {
                    let callee = node.child_by_field_name("function");
                    let name = callee
                        .map(|callee| leaf(parsed, callee))
                        .unwrap_or_default();
                    let arguments = arguments(node);
                    match (name, arguments.as_slice()) {
                        ("startswith" | "endswith", [only]) => note(*only),
                        _ if name.starts_with("assert_called")
                            || name.starts_with("assert_any") =>
                        {
                            arguments.iter().for_each(|argument| note(*argument));
                        }
                        (_, [left, right, ..])
                            if name.trim_start_matches('_').starts_with("assert") =>
                        {
                            let side = self.reader.expected_side(*left, *right);
                            note(self.reader.without_tolerance(side));
                        }
                        _ => {}
                    }
                    if let Some(pattern) = keyword(parsed, node, "match") {
                        note(pattern);
                    }
                }
                _ => {}
            }
        }
        for node in Walk::new(block).filter(|n| n.kind() == "assignment") {
            let left = node.child_by_field_name("left");
            if left.is_some_and(|left| names.contains(parsed.text(left)))
                && let Some(right) = node.child_by_field_name("right")
                && !Walk::new(right).any(|n| n.kind() == "call")
            {
                stretches.push(right.byte_range());
            }
        }
        Stretches::new(stretches)
    }
}

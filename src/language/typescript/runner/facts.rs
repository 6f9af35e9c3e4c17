//! What stands in a test, whatever its order: names, calls, literals with those that assertions expect, hashes of its
//! tokens.
//!
//! Does not catch: names put together at run time.

use std::collections::BTreeSet;

use super::body::Bodies;
use super::chain::Chain;
use crate::language::test_model::reading::{Stretches, hash};
use crate::language::test_model::{Body, Literal};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, flat, tokens};

/// Kinds of names.
const NAMES: [&str; 5] = [
    kind::IDENTIFIER,
    kind::PROPERTY_IDENTIFIER,
    kind::SHORTHAND_PROPERTY_IDENTIFIER,
    kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN,
    kind::TYPE_IDENTIFIER,
];

impl<'p> Bodies<'p> {
    /// Names, literals and hashes over the whole test.
    pub(super) fn facts(
        &self,
        whole: Node<'p>,
        function: Node<'p>,
        block: Node<'p>,
        body: &mut Body,
    ) {
        let parsed = self.parsed();
        let expected = self.expected_stretches(block);
        for token in tokens(whole) {
            let text = parsed.text(token);
            let literal = token.is_string()
                || matches!(
                    token.kind(),
                    kind::NUMBER
                        | kind::TRUE
                        | kind::FALSE
                        | kind::NULL
                        | kind::UNDEFINED
                        | kind::REGEX_PATTERN
                );
            if NAMES.contains(&token.kind()) {
                body.names.insert(text);
            }
            if token.kind() == kind::TEMPLATE_STRING {
                for inner in Walk::new(token).filter(|n| NAMES.contains(&n.kind())) {
                    body.names.insert(parsed.text(inner));
                }
            }
            if !block.byte_range().contains(&token.start_byte()) {
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
        for node in Walk::new(whole) {
            match node.kind() {
                kind::VARIABLE_DECLARATOR => {
                    let name = node.child_by_field_name("name");
                    let name = name.filter(|name| name.kind() == kind::IDENTIFIER);
                    if let Some((name, value)) = name.zip(node.child_by_field_name("value")) {
                        body.bind(parsed.text(name), flat(parsed, value));
                    }
                }
                kind::CALL_EXPRESSION => {
                    if let Some(callee) = node.child_by_field_name("function") {
                        let last = callee.child_by_field_name("property").unwrap_or(callee);
                        if last.is_leaf() {
                            body.calls.insert(parsed.text(last));
                        }
                    }
                }
                // `{ expectedMessage: "..." }` tells a helper what to ask for.
                kind::PAIR => {
                    let key = node.child_by_field_name("key").map(|key| parsed.text(key));
                    if let Some(key) = key.filter(|key| key.starts_with("expect")) {
                        body.calls.insert(key);
                    }
                }
                kind::NEW_EXPRESSION => {
                    let class = node.child_by_field_name("constructor");
                    if let Some(class) = class.filter(|class| class.is_leaf()) {
                        body.calls.insert(parsed.text(class));
                    }
                }
                _ => {}
            }
        }
        self.doubles(function, block, body);
    }

    /// Stretches that hold what assertions expect: what they are given, and what is bound to names that stand there.
    fn expected_stretches(&self, block: Node<'p>) -> Stretches {
        let parsed = self.parsed();
        let mut stretches = self.reader.expected.take();
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for range in &stretches {
            let inside = parsed.node(range).map(Walk::new).into_iter().flatten();
            let named = inside.filter(|n| n.kind() == kind::IDENTIFIER);
            names.extend(named.map(|n| parsed.text(n)));
        }
        for node in Walk::new(block).filter(|n| n.kind() == kind::VARIABLE_DECLARATOR) {
            let name = node.child_by_field_name("name");
            if name.is_some_and(|name| names.contains(parsed.text(name)))
                && let Some(value) = node.child_by_field_name("value")
                && !Walk::new(value).any(|n| n.kind() == kind::CALL_EXPRESSION)
            {
                stretches.push(value.byte_range());
            }
        }
        Stretches::new(stretches)
    }

    /// The row of a chain's last call, if that is what it is.
    pub(super) fn row_of(&self, node: Node<'p>) -> Option<Chain<'p>> {
        (node.kind() == kind::CALL_EXPRESSION).then(|| Chain::of(self.parsed(), node))
    }
}

//! The production symbols of a file of Go.
//!
//! Does not catch: what `init` does by the way.

use crate::language::Parsed;
use crate::language::go::kind;
use crate::language::test_model::{Symbol, SymbolNodes, first_inside};
use crate::syntax::Node;
use crate::syntax::walk::{field, parts};

const NODES: SymbolNodes = SymbolNodes {
    members: &[],
    silent: &[],
    statement: kind::EXPRESSION_STATEMENT,
    names: &[
        kind::IDENTIFIER,
        kind::TYPE_IDENTIFIER,
        kind::FIELD_IDENTIFIER,
        kind::PACKAGE_IDENTIFIER,
    ],
    answer,
};

/// What a file brings in that is one of tests, by the ends of the paths.
const OF_TESTS: [&str; 3] = ["testing", "ginkgo", "ginkgo/v2"];

/// The symbols of a file; none of a file of tests.
pub(super) fn symbols(parsed: &Parsed) -> Vec<Symbol> {
    let mut found = Vec::new();
    let is_of_tests = |module: &str| {
        let mut ends = OF_TESTS.iter();
        ends.any(|end| {
            module == *end
                || module
                    .strip_suffix(end)
                    .is_some_and(|rest| rest.ends_with('/'))
        })
    };
    let mut imports = parsed.facts().imports.iter();
    if imports.any(|import| is_of_tests(&import.module)) {
        return found;
    }
    let mut stack = vec![parsed.root()];
    while let Some(list) = stack.pop() {
        for item in parts(list) {
            match item.kind() {
                kind::FUNCTION_DECLARATION | kind::METHOD_DECLARATION => {
                    let owner = field(parsed, item, "receiver")
                        .map(super::owner)
                        .unwrap_or_default();
                    let name = field(parsed, item, "name").unwrap_or_default();
                    found.push(NODES.symbol(parsed, item, (name, &owner), false));
                }
                kind::TYPE_SPEC | kind::TYPE_ALIAS | kind::CONST_SPEC | kind::VAR_SPEC => {
                    let name = field(parsed, item, "name").unwrap_or_default();
                    found.push(NODES.symbol(parsed, item, (name, ""), false));
                }
                kind::TYPE_DECLARATION
                | kind::CONST_DECLARATION
                | kind::VAR_DECLARATION
                | kind::VAR_SPEC_LIST => stack.push(item),
                _ => {}
            }
        }
    }
    found
}

/// A row of a map, a case, an `if x == key { return value }`.
fn answer(parsed: &Parsed, node: Node<'_>) -> Option<(String, String)> {
    match node.kind() {
        kind::KEYED_ELEMENT => {
            let pair = parts(node);
            let [key, value] = pair.as_slice() else {
                return None;
            };
            Some((literal(parsed, *key)?, literal(parsed, *value)?))
        }
        kind::EXPRESSION_CASE => {
            let key = node.child_by_field_name("value")?.named_child(0)?;
            let returned = parts(node).into_iter().last()?;
            Some((literal(parsed, key)?, returned_literal(parsed, returned)?))
        }
        kind::IF_STATEMENT => {
            let condition = node.child_by_field_name("condition")?;
            let is_equal = field(parsed, condition, "operator") == Some("==");
            let key = is_equal.then(|| condition.child_by_field_name("right"))??;
            let then = node.child_by_field_name("consequence")?;
            Some((literal(parsed, key)?, returned_literal(parsed, then)?))
        }
        _ => None,
    }
}

/// The literal that a block gives back, where it does nothing else.
fn returned_literal(parsed: &Parsed, block: Node<'_>) -> Option<String> {
    let inside = match block.kind() {
        kind::STATEMENT_LIST => parts(block),
        kind::BLOCK => super::body::statements(block),
        _ => vec![block],
    };
    let [only] = inside.as_slice() else {
        return None;
    };
    let returned = (only.kind() == kind::RETURN_STATEMENT).then(|| only.named_child(0))??;
    literal(parsed, returned.named_child(0).unwrap_or(returned))
}

fn literal(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    let node = first_inside(node, &[kind::LITERAL_ELEMENT])?;
    let is_literal =
        node.is_string() || matches!(node.kind(), kind::INT_LITERAL | kind::FLOAT_LITERAL);
    is_literal.then(|| parsed.text(node).to_owned())
}

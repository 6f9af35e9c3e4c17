//! The production symbols of a Rust file. Tests inside it are left out.
//!
//! Does not catch: what a macro defines.

use crate::language::Parsed;
use crate::language::test_model::assertion::conjuncts;
use crate::language::test_model::{MODULE, Symbol, SymbolNodes, first_inside, key_of_several};
use crate::syntax::Node;
use crate::syntax::walk::{field, parts};

const NODES: SymbolNodes = SymbolNodes {
    members: &[],
    silent: &[],
    statement: "expression_statement",
    names: &["identifier", "type_identifier", "field_identifier"],
    answer,
};

/// The symbols of a file.
pub(super) fn symbols(parsed: &Parsed) -> Vec<Symbol> {
    let mut found = Vec::new();
    // A list of items, and what owns it.
    let mut stack = vec![(parsed.root(), String::new())];
    while let Some((list, owner)) = stack.pop() {
        let mut under_test = false;
        for item in parts(list) {
            if item.kind() == "attribute_item" {
                let text = parsed.text(item).replace(' ', "");
                under_test |= text.contains("cfg(test)")
                    || text.contains("cfg(all(test")
                    || text.ends_with("test]");
                continue;
            }
            if std::mem::take(&mut under_test) {
                continue;
            }
            let name = field(parsed, item, "name").unwrap_or_default();
            let inner_owner = match item.kind() {
                "impl_item" => field(parsed, item, "type").unwrap_or_default(),
                "mod_item" => owner.as_str(),
                "trait_item" => name,
                "use_declaration" | "extern_crate_declaration" => continue,
                kind => {
                    let is_text = kind == NODES.statement
                        && parts(item).first().is_some_and(|inner| inner.is_string());
                    if !is_text {
                        let name = if name.is_empty() { MODULE } else { name };
                        found.push(NODES.symbol(parsed, item, (name, &owner), false));
                    }
                    continue;
                }
            };
            if let Some(body) = item.child_by_field_name("body") {
                let inner_owner = inner_owner.split('<').next().unwrap_or_default();
                stack.push((body, inner_owner.to_owned()));
            }
        }
    }
    found
}

/// An arm, an `if x == key { value }`.
fn answer(parsed: &Parsed, node: Node<'_>) -> Option<(String, String)> {
    let (key, value) = match node.kind() {
        "match_arm" => (
            node.child_by_field_name("pattern")?,
            node.child_by_field_name("value")?,
        ),
        "if_expression" => {
            let condition = node.child_by_field_name("condition")?;
            let value = literal(parsed, node.child_by_field_name("consequence")?)?;
            return Some((asked(parsed, condition)?, value));
        }
        _ => return None,
    };
    Some((key_of(parsed, key)?, literal(parsed, value)?))
}

/// What a condition compares with, where it asks for literals and no more: `x == 1`, `x == 1 && y == 2`.
fn asked(parsed: &Parsed, condition: Node<'_>) -> Option<String> {
    let joins = |node: Node<'_>| {
        node.kind() == "binary_expression" && field(parsed, node, "operator") == Some("&&")
    };
    let mut keys = Vec::new();
    for part in conjuncts(condition, joins, |node| node) {
        let is_equal = part.kind() == "binary_expression";
        let equal = is_equal.then(|| part.child_by_field_name("right"))??;
        keys.push(literal(parsed, equal)?);
    }
    Some(keys.join(","))
}

/// A literal key; of several in a tuple all, with commas.
fn key_of(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    let inner = first_inside(node, &["match_pattern"])?;
    if !matches!(inner.kind(), "tuple_pattern" | "tuple_expression") {
        return literal(parsed, inner);
    }
    key_of_several(inner, |leaf| {
        let is_literal = leaf.is_string()
            || matches!(
                leaf.kind(),
                "integer_literal" | "float_literal" | "boolean_literal"
            );
        is_literal.then(|| parsed.text(leaf).to_owned())
    })
}

fn literal(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    let node = first_inside(node, &["match_pattern"])?;
    let node = match node.kind() {
        // `Ok(900)`, `Some(3)`.
        "call_expression" => match parts(node.child_by_field_name("arguments")?).as_slice() {
            [only] => *only,
            _ => return None,
        },
        "block" => match parts(node).as_slice() {
            [only] => first_inside(*only, &["expression_statement"])?,
            _ => return None,
        },
        // `(1000, 10)` is told by its first part.
        _ => first_inside(node, &["tuple_pattern", "tuple_expression"])?,
    };
    let node = first_inside(node, &["return_expression"])?;
    (node.is_string() || matches!(node.kind(), "integer_literal" | "float_literal"))
        .then(|| parsed.text(node).to_owned())
}

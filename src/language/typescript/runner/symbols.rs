//! The production symbols of a file.
//!
//! Does not catch: what is defined at run time.

use super::chain::{is_function, unwrap};
use crate::language::Parsed;
use crate::language::test_model::assertion::conjuncts;
use crate::language::test_model::{MODULE, Symbol, SymbolNodes, first_inside, key_of_several};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{field, parts};

const NODES: SymbolNodes = SymbolNodes {
    members: &[kind::METHOD_DEFINITION, kind::PUBLIC_FIELD_DEFINITION],
    silent: &[
        kind::TYPE_ANNOTATION,
        kind::TYPE_ARGUMENTS,
        kind::TYPE_PARAMETERS,
        kind::ACCESSIBILITY_MODIFIER,
    ],
    statement: kind::EXPRESSION_STATEMENT,
    names: &[
        kind::IDENTIFIER,
        kind::PROPERTY_IDENTIFIER,
        kind::SHORTHAND_PROPERTY_IDENTIFIER,
    ],
    answer,
};

/// The symbols of a file.
pub(super) fn symbols(parsed: &Parsed) -> Vec<Symbol> {
    let mut found = Vec::new();
    // A list of statements, and what owns it.
    let mut stack = vec![(parsed.root(), String::new())];
    while let Some((list, owner)) = stack.pop() {
        for item in parts(list) {
            let item = match item.kind() {
                kind::EXPORT_STATEMENT => exported(item),
                _ => item,
            };
            let name = field(parsed, item, "name").unwrap_or_default();
            match item.kind() {
                kind::IMPORT_STATEMENT | kind::EXPORT_STATEMENT => {}
                kind::INTERFACE_DECLARATION
                | kind::TYPE_ALIAS_DECLARATION
                | kind::CLASS_HERITAGE => {}
                kind::CLASS_DECLARATION | kind::ABSTRACT_CLASS_DECLARATION | kind::CLASS => {
                    found.push(NODES.symbol(parsed, item, (name, &owner), true));
                    let body = item.child_by_field_name("body");
                    stack.extend(body.map(|body| (body, name.to_owned())));
                }
                kind::INTERNAL_MODULE | kind::MODULE => {
                    let body = item.child_by_field_name("body");
                    stack.extend(body.map(|body| (body, owner.clone())));
                }
                kind::LEXICAL_DECLARATION | kind::VARIABLE_DECLARATION => {
                    for one in parts(item) {
                        let name = field(parsed, one, "name").unwrap_or_default();
                        let value = one.child_by_field_name("value").map(unwrap);
                        let node = value.filter(|value| is_function(*value)).unwrap_or(one);
                        found.push(NODES.symbol(parsed, node, (name, &owner), false));
                    }
                }
                kind::EXPRESSION_STATEMENT => {
                    let inner = parts(item).first().copied();
                    let assigned = inner.filter(|n| n.kind() == kind::ASSIGNMENT_EXPRESSION);
                    let left = assigned.and_then(|n| n.child_by_field_name("left"));
                    match (left, inner) {
                        // `exports.load = ..`, `Shop.prototype.load = ..`.
                        (Some(left), _) => {
                            let last = left.child_by_field_name("property").unwrap_or(left);
                            let value = assigned
                                .and_then(|n| n.child_by_field_name("right"))
                                .map(unwrap);
                            let node = value.filter(|value| is_function(*value)).unwrap_or(item);
                            found.push(NODES.symbol(
                                parsed,
                                node,
                                (parsed.text(last), &owner),
                                false,
                            ));
                        }
                        (None, Some(text)) if text.is_string() => {}
                        _ => found.push(NODES.symbol(parsed, item, (MODULE, &owner), false)),
                    }
                }
                _ if !name.is_empty() => {
                    found.push(NODES.symbol(parsed, item, (name, &owner), false));
                }
                _ => found.push(NODES.symbol(parsed, item, (MODULE, &owner), false)),
            }
        }
    }
    found
}

/// What an export exports, where it is written there.
fn exported(item: Node<'_>) -> Node<'_> {
    let inner = ["declaration", "value"];
    let inner = inner.iter().find_map(|name| item.child_by_field_name(name));
    inner.unwrap_or(item)
}

/// A pair of an object, a case, an `if (x === key) return value`.
fn answer(parsed: &Parsed, node: Node<'_>) -> Option<(String, String)> {
    let (key, value) = match node.kind() {
        kind::PAIR if !is_built(node) => (
            node.child_by_field_name("key")?,
            node.child_by_field_name("value")?,
        ),
        kind::SWITCH_CASE => (
            node.child_by_field_name("value")?,
            node.child_by_field_name("body")?,
        ),
        kind::IF_STATEMENT => {
            let condition = unwrap(node.child_by_field_name("condition")?);
            let value = literal(parsed, node.child_by_field_name("consequence")?)?;
            return Some((asked(parsed, condition)?, value));
        }
        _ => return None,
    };
    Some((key_of(parsed, key)?, literal(parsed, value)?))
}

/// What a condition compares with, where it asks for literals and no more.
fn asked(parsed: &Parsed, condition: Node<'_>) -> Option<String> {
    let joins = |node: Node<'_>| {
        node.kind() == kind::BINARY_EXPRESSION && field(parsed, node, "operator") == Some("&&")
    };
    let mut keys = Vec::new();
    for part in conjuncts(condition, joins, unwrap) {
        let is_equal = matches!(field(parsed, part, "operator"), Some("===" | "=="));
        let equal = part.child_by_field_name("right").filter(|_| is_equal)?;
        keys.push(literal(parsed, equal)?);
    }
    Some(keys.join(","))
}

/// A literal key; of several in an array all, with commas.
fn key_of(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    match node.kind() {
        kind::PROPERTY_IDENTIFIER => Some(format!("'{}'", parsed.text(node))),
        kind::ARRAY => key_of_several(node, |leaf| literal(parsed, leaf)),
        _ => literal(parsed, node),
    }
}

/// Whether the object of a pair is handed on as it is: what is built, and not looked up.
fn is_built(pair: Node<'_>) -> bool {
    let around = pair.parent().and_then(|object| object.parent());
    around.is_some_and(|around| {
        matches!(
            around.kind(),
            kind::ARGUMENTS
                | kind::ARRAY
                | kind::PAIR
                | kind::RETURN_STATEMENT
                | kind::PARENTHESIZED_EXPRESSION
        )
    })
}

fn literal(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    let node = match node.kind() {
        kind::STATEMENT_BLOCK => match parts(node).as_slice() {
            [only] => *only,
            _ => return None,
        },
        _ => node,
    };
    let node = first_inside(node, &[kind::RETURN_STATEMENT, kind::EXPRESSION_STATEMENT])?;
    (node.is_string() || node.kind() == kind::NUMBER).then(|| parsed.text(node).to_owned())
}

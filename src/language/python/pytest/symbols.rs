//! The production symbols of a Python file.
//!
//! Does not catch: what is defined at run time.

use super::assert::unwrap;
use crate::language::Parsed;
use crate::language::test_model::assertion::conjuncts;
use crate::language::test_model::{MODULE, Symbol, SymbolNodes, first_inside, key_of_several};
use crate::syntax::Node;
use crate::syntax::walk::{field, parts};

const NODES: SymbolNodes = SymbolNodes {
    members: &[
        "function_definition",
        "class_definition",
        "decorated_definition",
    ],
    silent: &["type"],
    statement: "expression_statement",
    names: &["identifier"],
    answer,
};

/// The symbols of a file.
pub(super) fn symbols(parsed: &Parsed) -> Vec<Symbol> {
    let mut found = Vec::new();
    // A list of statements, what owns it, and whether it stands in a conditional statement.
    let mut stack = vec![(parsed.root(), String::new(), false)];
    while let Some((list, owner, is_conditional)) = stack.pop() {
        for item in parts(list) {
            let definition = match item.kind() {
                "decorated_definition" => item.child_by_field_name("definition").unwrap_or(item),
                _ => item,
            };
            let name = field(parsed, definition, "name").unwrap_or_default();
            let mut add = |name: &str, is_class: bool| {
                found.push(NODES.symbol(parsed, item, (name, owner.as_str()), is_class));
            };
            match definition.kind() {
                "class_definition" => {
                    if let Some(body) = definition.child_by_field_name("body") {
                        stack.push((body, name.to_owned(), is_conditional));
                    }
                    add(name, true);
                }
                "expression_statement" => match parts(definition).first() {
                    Some(inner)
                        if matches!(inner.kind(), "assignment" | "augmented_assignment") =>
                    {
                        let left = inner.child_by_field_name("left");
                        add(left.map(|n| parsed.text(n)).unwrap_or_default(), false);
                    }
                    // A docstring does nothing.
                    Some(inner) if inner.is_string() => {}
                    _ if is_conditional => {}
                    _ => add(MODULE, false),
                },
                "import_statement" | "import_from_statement" => {}
                _ if !name.is_empty() => add(name, false),
                // A conditional block at module level: what it defines counts under its own name too.
                "if_statement" | "try_statement" | "with_statement" => {
                    // One inside another is in that one's symbol already.
                    if !is_conditional {
                        add(MODULE, false);
                    }
                    let blocks = own_blocks(item).into_iter();
                    stack.extend(blocks.map(|block| (block, owner.clone(), true)));
                }
                _ if is_conditional => {}
                _ => add(MODULE, false),
            }
        }
    }
    found
}

/// The blocks of a statement and of its clauses, without those of the statements in them.
fn own_blocks(statement: Node<'_>) -> Vec<Node<'_>> {
    let mut blocks = Vec::new();
    for part in parts(statement) {
        if part.kind() == "block" {
            blocks.push(part);
        } else {
            blocks.extend(parts(part).into_iter().filter(|n| n.kind() == "block"));
        }
    }
    blocks
}

/// A dictionary's pair, an arm, an `if x == key: return value`.
fn answer(parsed: &Parsed, node: Node<'_>) -> Option<(String, String)> {
    let (key, value) = match node.kind() {
        "pair" if !is_built(node) => (
            node.child_by_field_name("key")?,
            node.child_by_field_name("value")?,
        ),
        "case_clause" => (
            parts(node)
                .into_iter()
                .find(|n| n.kind() == "case_pattern")?,
            node.child_by_field_name("consequence")?,
        ),
        "if_statement" | "elif_clause" => {
            let condition = node.child_by_field_name("condition")?;
            let value = literal(parsed, node.child_by_field_name("consequence")?)?;
            return Some((asked(parsed, condition)?, value));
        }
        _ => return None,
    };
    Some((key_of(parsed, key)?, literal(parsed, value)?))
}

/// What a condition compares with, where it asks for literals and no more: `x == 1`, `x == 1 and y == 2`.
fn asked(parsed: &Parsed, condition: Node<'_>) -> Option<String> {
    let joins = |node: Node<'_>| {
        node.kind() == "boolean_operator" && field(parsed, node, "operator") == Some("and")
    };
    let mut keys = Vec::new();
    for part in conjuncts(condition, joins, unwrap) {
        let is_equal = part.kind() == "comparison_operator";
        let equal = parts(part).last().copied().filter(|_| is_equal)?;
        keys.push(literal(parsed, equal)?);
    }
    Some(keys.join(","))
}

/// A literal key; of several in a tuple all, with commas.
fn key_of(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    let inner = first_inside(node, &["case_pattern"])?;
    if !matches!(inner.kind(), "tuple" | "tuple_pattern") {
        return literal(parsed, inner);
    }
    key_of_several(inner, |leaf| {
        let is_literal =
            leaf.is_string() || matches!(leaf.kind(), "integer" | "float" | "true" | "false");
        is_literal.then(|| parsed.text(leaf).to_owned())
    })
}

/// Whether the dictionary of a pair is handed on as it is: what is built, and not looked up.
fn is_built(pair: Node<'_>) -> bool {
    let around = pair.parent().and_then(|dictionary| dictionary.parent());
    around.is_some_and(|around| {
        matches!(
            around.kind(),
            "argument_list"
                | "keyword_argument"
                | "list"
                | "pair"
                | "return_statement"
                | "tuple"
                | "yield"
        )
    })
}

fn literal(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    let node = first_inside(node, &["case_pattern"])?;
    let node = match node.kind() {
        "block" => match parts(node).as_slice() {
            [only] => first_inside(*only, &["return_statement", "expression_statement"])?,
            _ => return None,
        },
        // `(1000, 10)` is told by its first part.
        _ => first_inside(node, &["unary_operator", "tuple_pattern", "tuple"])?,
    };
    (node.is_string() || matches!(node.kind(), "integer" | "float"))
        .then(|| parsed.text(node).to_owned())
}

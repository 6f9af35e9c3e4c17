//! What a Python expression comes to whatever the code does: constants folded, not matched as text.
//!
//! Does not catch: constants behind names (only functions and classes of the file are known to be
//! true), arithmetic beyond `+ - *` on small integers, f-strings.

use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::language::constant::{Comparison, DEEPEST, Folded, Side, Value};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, flat, parts};

/// Whether the expression is true (or false) whatever the code does; none where that depends.
/// `defined` holds functions and classes of the file: such a name without a call is true.
pub(super) fn truth(parsed: &Parsed, node: Node<'_>, defined: &BTreeSet<String>) -> Option<bool> {
    fold(parsed, node, defined, 0).truth
}

fn fold(parsed: &Parsed, node: Node<'_>, defined: &BTreeSet<String>, depth: usize) -> Folded {
    if depth > DEEPEST {
        return Folded::default();
    }
    let inner = |node: Option<Node<'_>>| match node {
        Some(node) => fold(parsed, node, defined, depth + 1),
        None => Folded::default(),
    };
    let side = |name| inner(node.child_by_field_name(name));
    let operator = || {
        let operator = node.child_by_field_name("operator");
        operator.map_or("", |operator| parsed.text(operator))
    };
    let text = parsed.text(node);
    match node.kind() {
        "parenthesized_expression" => inner(parts(node).first().copied()),
        "boolean_operator" => {
            let is_or = operator() == "or";
            if is_or && opposite(parsed, node) {
                return Folded::truth(Some(true));
            }
            Folded::joined(&side("left"), &side("right"), is_or)
        }
        "not_operator" => side("argument").not(),
        "comparison_operator" => match (parts(node).as_slice(), comparison(parsed, node)) {
            ([left, right], Some(by)) => {
                Folded::compared(&inner(Some(*left)), by, &inner(Some(*right)))
            }
            _ => Folded::default(),
        },
        "binary_operator" => Folded::computed(&side("left"), operator(), &side("right")),
        "unary_operator" => match side("argument").value {
            Some(Value::Int(number)) if text.starts_with('-') => number
                .checked_neg()
                .map_or_else(Folded::default, |number| Folded::value(Value::Int(number))),
            Some(Value::Int(number)) if text.starts_with('+') => Folded::value(Value::Int(number)),
            _ => Folded::default(),
        },
        "identifier" => Folded::truth(defined.contains(text).then_some(true)),
        "call" => call(parsed, node, inner),
        // A generator is true before it made anything.
        "generator_expression" => Folded::truth(Some(true)),
        "list_comprehension" => Folded::truth(length(parsed, node).map(|length| length > 0)),
        "tuple" | "list" | "set" | "dictionary" => {
            let value = display(node, |item| inner(Some(item)).value);
            value.map_or_else(Folded::default, Folded::value)
        }
        _ => literal(parsed, node).map_or_else(Folded::default, Folded::value),
    }
}

/// How a comparison of two compares.
fn comparison(parsed: &Parsed, node: Node<'_>) -> Option<Comparison> {
    let operator = flat(parsed, node.child_by_field_name("operators")?);
    Comparison::of(&operator.replace(' ', ""))
}

fn call(parsed: &Parsed, node: Node<'_>, inner: impl Fn(Option<Node<'_>>) -> Folded) -> Folded {
    let field = |name| node.child_by_field_name(name);
    let (Some(callee), Some(list)) = (field("function"), field("arguments")) else {
        return Folded::default();
    };
    let is_empty = |node| (length(parsed, node) == Some(0)).then_some(true);
    match (parsed.text(callee), parts(list).as_slice()) {
        ("len", _) => Folded::length(),
        ("bool", [only]) => Folded::truth(inner(Some(*only)).truth),
        ("isinstance", [_, class]) if parsed.text(*class) == "object" => Folded::truth(Some(true)),
        // Over nothing, all of it holds.
        ("all", _) if list.kind() == "generator_expression" => Folded::truth(is_empty(list)),
        ("all", [only]) => Folded::truth(is_empty(*only)),
        _ => Folded::default(),
    }
}

/// The value of a display; what `value` does not know of an item is something true.
fn display(node: Node<'_>, value: impl Fn(Node<'_>) -> Option<Value>) -> Option<Value> {
    let items = parts(node);
    if items.is_empty() {
        return Some(Value::None);
    }
    if items.iter().any(|item| item.kind().ends_with("_splat")) {
        return None;
    }
    if node.kind() == "dictionary" {
        return Some(Value::True);
    }
    let known: Option<Vec<Value>> = items.iter().map(|item| value(*item)).collect();
    Some(known.map_or(Value::True, Value::Items))
}

fn literal(parsed: &Parsed, node: Node<'_>) -> Option<Value> {
    let text = parsed.text(node);
    Some(match node.kind() {
        "none" => Value::None,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "integer" => Value::Int(text.replace('_', "").parse().ok()?),
        "float" => match text.parse::<f64>().ok()? {
            0.0 => Value::Int(0),
            _ => Value::True,
        },
        "string" => {
            let prefix = text.find(['"', '\''])?;
            if text.get(..prefix)?.contains(['f', 'F']) {
                return None;
            }
            let parts = parts(node).into_iter();
            let content = parts.filter(|part| part.kind() == "string_content");
            Value::Text(content.map(|part| parsed.text(part)).collect())
        }
        "lambda" => Value::True,
        _ => return None,
    })
}

/// How many things a display, a `range` of a literal, or a comprehension over one has; none where a filter
/// or anything else decides.
fn length(parsed: &Parsed, node: Node<'_>) -> Option<usize> {
    let inner = parts(node);
    match node.kind() {
        "list" | "tuple" | "set" => {
            (!inner.iter().any(|n| n.kind().ends_with("_splat"))).then_some(inner.len())
        }
        "call" if parsed.text(node.child_by_field_name("function")?) == "range" => {
            let arguments = parts(node.child_by_field_name("arguments")?);
            let [only] = arguments.as_slice() else {
                return None;
            };
            parsed.text(*only).parse().ok()
        }
        "list_comprehension" | "generator_expression" => {
            let mut clauses = inner.iter().filter(|n| n.kind().ends_with("_clause"));
            let never = |clause: &Node<'_>| {
                let condition = parts(*clause).first().copied();
                clause.kind() == "if_clause"
                    && condition.is_some_and(|c| truth(parsed, c, &BTreeSet::new()) == Some(false))
            };
            if inner.iter().any(never) {
                return Some(0);
            }
            let (only, None) = (clauses.next()?, clauses.next()) else {
                return None;
            };
            let over = only.child_by_field_name("right")?;
            matches!(over.kind(), "list" | "tuple" | "set" | "call")
                .then(|| length(parsed, over))
                .flatten()
        }
        _ => None,
    }
}

/// Whether the sides of an `or` are opposites: `x or not x`, `x is None or x is not None`.
fn opposite(parsed: &Parsed, node: Node<'_>) -> bool {
    let side = |name| {
        let mut side = node.child_by_field_name(name)?;
        while side.kind() == "parenthesized_expression" {
            side = *parts(side).first()?;
        }
        Some(side)
    };
    let (Some(left), Some(right)) = (side("left"), side("right")) else {
        return false;
    };
    let calls = |node: Node<'_>| {
        Walk::new(node).any(|n| matches!(n.kind(), "call" | "await" | "named_expression"))
    };
    let side = |node: Node<'_>| {
        let denied = node.child_by_field_name("argument");
        let denied = denied.filter(|_| node.kind() == "not_operator");
        let operands = parts(node);
        let compares = match operands.as_slice() {
            [left, right] if node.kind() == "comparison_operator" => {
                comparison(parsed, node).map(|by| (flat(parsed, *left), by, flat(parsed, *right)))
            }
            _ => None,
        };
        Side {
            text: flat(parsed, node),
            denies: denied.map(|denied| flat(parsed, denied)),
            compares,
        }
    };
    !calls(left) && side(left).is_opposite(&side(right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::PYTHON;

    fn of(expression: &str) -> Option<bool> {
        let parsed = Parsed::new(PYTHON, format!("assert {expression}\n").into()).unwrap();
        let assert = Walk::new(parsed.root()).find(|n| n.kind() == "assert_statement");
        let node = *parts(assert.unwrap()).first().unwrap();
        truth(&parsed, node, &BTreeSet::from(["helper".to_owned()]))
    }

    #[test]
    fn what_is_true_whatever_the_code_does_is_true() {
        for expression in [
            "True",
            "1",
            "'x'",
            "[0]",
            "x or True",
            "True or x",
            "1 == 1",
            "'a' in 'abc'",
            "1 in (1, 2)",
            "not False",
            "helper",
            "lambda: 0",
            "2 * 3 == 6",
            "not (x and False)",
            "3 > 2",
            "'a' is not None",
            "True == 1",
        ] {
            assert_eq!(of(expression), Some(true), "{expression}");
        }
    }

    #[test]
    fn what_depends_is_unknown_and_what_fails_is_false() {
        for expression in [
            "x",
            "x or y",
            "x and True",
            "x == 1",
            "f()",
            "[*x]",
            "f'{x}'",
        ] {
            assert_eq!(of(expression), None, "{expression}");
        }
        for expression in ["False", "0", "''", "None", "1 == 2", "x and False"] {
            assert_eq!(of(expression), Some(false), "{expression}");
        }
    }
}

//! What a Python expression comes to whatever the code does: constants folded, not matched as text.
//!
//! Does not catch: constants behind names (only functions and classes of the file are known to be
//! true), arithmetic beyond `+ - *` on small integers, f-strings.

use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, flat, parts};

/// Deeper than people nest conditions; the rest is unknown.
const DEEPEST: usize = 40;

/// A value known without running anything.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    None,
    Bool(bool),
    Int(i64),
    Text(String),
    /// A display of known values.
    Items(Vec<Value>),
    /// Something true, of a type that does not compare here.
    True,
}

/// Whether the expression is true (or false) whatever the code does; none where that depends.
/// `defined` holds functions and classes of the file: such a name without a call is true.
pub(super) fn truth(parsed: &Parsed, node: Node<'_>, defined: &BTreeSet<String>) -> Option<bool> {
    truth_at(parsed, node, defined, 0)
}

fn truth_at(
    parsed: &Parsed,
    node: Node<'_>,
    defined: &BTreeSet<String>,
    depth: usize,
) -> Option<bool> {
    if depth > DEEPEST {
        return None;
    }
    let inner = |node| truth_at(parsed, node, defined, depth + 1);
    match node.kind() {
        "parenthesized_expression" => inner(*parts(node).first()?),
        "boolean_operator" => {
            let left = inner(node.child_by_field_name("left")?);
            let right = inner(node.child_by_field_name("right")?);
            let decides = node
                .child_by_field_name("operator")
                .is_some_and(|operator| parsed.text(operator) == "or");
            if decides && opposite(parsed, node) {
                return Some(true);
            }
            if left == Some(decides) || right == Some(decides) {
                Some(decides)
            } else if left.is_some() && right.is_some() {
                Some(!decides)
            } else {
                None
            }
        }
        "not_operator" => inner(node.child_by_field_name("argument")?).map(|truth| !truth),
        "comparison_operator" => compared(parsed, node, depth),
        "identifier" if defined.contains(parsed.text(node)) => Some(true),
        "call" => {
            let list = node.child_by_field_name("arguments")?;
            let arguments = parts(list);
            match (
                parsed.text(node.child_by_field_name("function")?),
                arguments.as_slice(),
            ) {
                ("bool", [only]) => inner(*only),
                ("isinstance", [_, class]) if parsed.text(*class) == "object" => Some(true),
                // Over nothing, all of it holds.
                ("all", _) if list.kind() == "generator_expression" => {
                    (length(parsed, list) == Some(0)).then_some(true)
                }
                ("all", [only]) => (length(parsed, *only) == Some(0)).then_some(true),
                _ => None,
            }
        }
        // A generator is true before it made anything.
        "generator_expression" => Some(true),
        "list_comprehension" => length(parsed, node).map(|length| length > 0),
        _ => match value(parsed, node, depth)? {
            Value::None => Some(false),
            Value::Bool(value) => Some(value),
            Value::Int(value) => Some(value != 0),
            Value::Text(text) => Some(!text.is_empty()),
            Value::True => Some(true),
            Value::Items(items) => Some(!items.is_empty()),
        },
    }
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
    if calls(left) {
        return false;
    }
    let denied = |node: Node<'_>| {
        (node.kind() == "not_operator").then(|| {
            node.child_by_field_name("argument")
                .map(|n| flat(parsed, n))
                .unwrap_or_default()
        })
    };
    if denied(right) == Some(flat(parsed, left)) || denied(left) == Some(flat(parsed, right)) {
        return true;
    }
    let compared = |node: Node<'_>| {
        let operands: Vec<String> = parts(node).iter().map(|n| flat(parsed, *n)).collect();
        let operator = flat(parsed, node.child_by_field_name("operators")?);
        (node.kind() == "comparison_operator" && operands.len() == 2)
            .then_some((operands, operator))
    };
    match (compared(left), compared(right)) {
        (Some((one, first)), Some((other, second))) => {
            let opposites = |a: &str, b: &str| {
                matches!(
                    (a.replace(' ', "").as_str(), b.replace(' ', "").as_str()),
                    ("==", "!=") | ("is", "isnot") | ("in", "notin") | ("<", ">=") | (">", "<=")
                )
            };
            one == other && (opposites(&first, &second) || opposites(&second, &first))
        }
        _ => false,
    }
}

/// Whether a comparison is a length with what no length is below.
fn any_length(parsed: &Parsed, left: Node<'_>, operator: &str, right: Node<'_>) -> bool {
    let of_length = |node: Node<'_>| {
        node.kind() == "call"
            && node
                .child_by_field_name("function")
                .is_some_and(|callee| parsed.text(callee) == "len")
    };
    match (operator, flat(parsed, right).as_str()) {
        (">=", "0") | (">", "-1") => of_length(left),
        ("<=" | "<", _) => {
            matches!(
                (flat(parsed, left).as_str(), operator),
                ("0", "<=") | ("-1", "<")
            ) && of_length(right)
        }
        _ => false,
    }
}

fn compared(parsed: &Parsed, node: Node<'_>, depth: usize) -> Option<bool> {
    let operands = parts(node);
    let [left, right] = operands.as_slice() else {
        return None;
    };
    let operator = flat(parsed, node.child_by_field_name("operators")?);
    if any_length(parsed, *left, &operator, *right) {
        return Some(true);
    }
    let left_value = value(parsed, *left, depth + 1)?;
    let right_value = value(parsed, *right, depth + 1)?;
    if left_value == Value::True || right_value == Value::True {
        return None;
    }
    let equal = match (&left_value, &right_value) {
        (Value::Bool(flag), Value::Int(number)) | (Value::Int(number), Value::Bool(flag)) => {
            i64::from(*flag) == *number
        }
        (left, right) => left == right,
    };
    let order = match (&left_value, &right_value) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => None,
    };
    match operator.as_str() {
        "==" | "is" => Some(equal),
        "!=" | "isnot" | "is not" => Some(!equal),
        "<" => order.map(std::cmp::Ordering::is_lt),
        "<=" => order.map(std::cmp::Ordering::is_le),
        ">" => order.map(std::cmp::Ordering::is_gt),
        ">=" => order.map(std::cmp::Ordering::is_ge),
        "in" | "notin" | "not in" => match (&left_value, &right_value) {
            (_, Value::Items(items)) => Some(items.contains(&left_value) == (operator == "in")),
            (Value::Text(part), Value::Text(whole)) => {
                Some(whole.contains(part.as_str()) == (operator == "in"))
            }
            _ => None,
        },
        _ => None,
    }
}

fn value(parsed: &Parsed, node: Node<'_>, depth: usize) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    let text = parsed.text(node);
    Some(match node.kind() {
        "parenthesized_expression" => value(parsed, *parts(node).first()?, depth + 1)?,
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
            let content: String = parts(node)
                .iter()
                .filter(|part| part.kind() == "string_content")
                .map(|part| parsed.text(*part))
                .collect();
            Value::Text(content)
        }
        "tuple" | "list" | "set" | "dictionary" => {
            let items = parts(node);
            if items.is_empty() {
                Value::None
            } else if items.iter().any(|item| item.kind().ends_with("_splat")) {
                return None;
            } else if node.kind() == "dictionary" {
                Value::True
            } else {
                let known: Option<Vec<Value>> = items
                    .iter()
                    .map(|item| value(parsed, *item, depth + 1))
                    .collect();
                known.map_or(Value::True, Value::Items)
            }
        }
        "lambda" => Value::True,
        "unary_operator" => {
            match value(parsed, node.child_by_field_name("argument")?, depth + 1)? {
                Value::Int(number) if text.starts_with('-') => Value::Int(number.checked_neg()?),
                Value::Int(number) if text.starts_with('+') => Value::Int(number),
                _ => return None,
            }
        }
        "binary_operator" => {
            let left = value(parsed, node.child_by_field_name("left")?, depth + 1)?;
            let right = value(parsed, node.child_by_field_name("right")?, depth + 1)?;
            let (Value::Int(left), Value::Int(right)) = (left, right) else {
                return None;
            };
            Value::Int(match parsed.text(node.child_by_field_name("operator")?) {
                "+" => left.checked_add(right)?,
                "-" => left.checked_sub(right)?,
                "*" => left.checked_mul(right)?,
                _ => return None,
            })
        }
        _ => return None,
    })
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

//! What a Python expression comes to whatever the code does: constants folded, not matched as text.
//!
//! Does not catch: constants behind names (only functions and classes of the file are known to be
//! true), arithmetic beyond `+ - *` on small integers, f-strings.

use std::collections::BTreeSet;

use crate::syntax::walk::{flat, parts};
use crate::syntax::{Node, Parsed};

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
        "call" if parsed.text(node.child_by_field_name("function")?) == "bool" => {
            inner(*parts(node.child_by_field_name("arguments")?).first()?)
        }
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

fn compared(parsed: &Parsed, node: Node<'_>, depth: usize) -> Option<bool> {
    let operands = parts(node);
    let [left, right] = operands.as_slice() else {
        return None;
    };
    let operator = flat(parsed, node.child_by_field_name("operators")?);
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
    use crate::syntax::Language;
    use crate::syntax::walk::Walk;

    fn of(expression: &str) -> Option<bool> {
        let parsed =
            Parsed::new(Language::Python, format!("assert {expression}\n").into()).unwrap();
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

//! What an expression comes to whatever the code does: constants folded, not matched as text.
//!
//! Does not catch: constants behind names, arithmetic beyond `+ - *` on small integers, templates with parts.

use super::chain::unwrap;
use crate::language::Parsed;
use crate::language::constant::{Comparison, DEEPEST, Folded, Value};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{field, flat, parts};

/// Items of a display that are read.
const MOST: usize = 60;

/// Whether the expression is true (or false) whatever the code does; none where that depends.
pub(super) fn truth(parsed: &Parsed, node: Node<'_>) -> Option<bool> {
    fold(parsed, node, 0).truth
}

/// The value of an expression that names and calls nothing.
pub(super) fn value(parsed: &Parsed, node: Node<'_>) -> Option<Value> {
    fold(parsed, node, 0).value
}

fn fold(parsed: &Parsed, node: Node<'_>, depth: usize) -> Folded {
    if depth > DEEPEST {
        return Folded::default();
    }
    let node = unwrap(node);
    let inner = |node: Option<Node<'_>>| match node {
        Some(node) => fold(parsed, node, depth + 1),
        None => Folded::default(),
    };
    let side = |name| inner(node.child_by_field_name(name));
    let operator = field(parsed, node, "operator").unwrap_or_default();
    let text = parsed.text(node);
    match node.kind() {
        kind::BINARY_EXPRESSION => match operator {
            "&&" => Folded::joined(&side("left"), &side("right"), false),
            "||" => Folded::joined(&side("left"), &side("right"), true),
            "+" | "-" | "*" => Folded::computed(&side("left"), operator, &side("right")),
            _ => match comparison(operator) {
                Some(by) => Folded::compared(&side("left"), by, &side("right")),
                None => Folded::default(),
            },
        },
        kind::UNARY_EXPRESSION => match (operator, side("argument")) {
            ("!", argument) => argument.not(),
            ("-", argument) => match argument.value {
                Some(Value::Int(number)) => number
                    .checked_neg()
                    .map_or_else(Folded::default, |number| Folded::value(Value::Int(number))),
                _ => Folded::default(),
            },
            ("void", _) => known(Value::Literal("undefined".to_owned()), false),
            _ => Folded::default(),
        },
        kind::ARRAY => {
            let items = parts(node);
            let values: Option<Vec<Value>> = match items.len() > MOST {
                true => None,
                false => items.iter().map(|item| inner(Some(*item)).value).collect(),
            };
            values.map_or_else(Folded::default, |values| known(Value::Items(values), true))
        }
        kind::OBJECT => match is_plain(parsed, node, depth) {
            true => known(Value::Literal(flat(parsed, node)), true),
            false => Folded::default(),
        },
        kind::NUMBER => match text.replace('_', "").parse() {
            Ok(number) => Folded::value(Value::Int(number)),
            Err(_) => known(Value::Literal(text.to_owned()), true),
        },
        kind::STRING => Folded::value(Value::Text(text.trim_matches(['"', '\'']).to_owned())),
        kind::TEMPLATE_STRING => match parts(node)
            .iter()
            .any(|part| part.kind() == kind::TEMPLATE_SUBSTITUTION)
        {
            true => Folded::default(),
            false => Folded::value(Value::Text(text.trim_matches('`').to_owned())),
        },
        kind::TRUE => Folded::value(Value::Bool(true)),
        kind::FALSE => Folded::value(Value::Bool(false)),
        kind::NULL => Folded::value(Value::None),
        kind::UNDEFINED => known(Value::Literal("undefined".to_owned()), false),
        kind::IDENTIFIER => match text {
            "undefined" | "NaN" => known(Value::Literal(text.to_owned()), false),
            _ => Folded::default(),
        },
        _ => Folded::default(),
    }
}

fn known(value: Value, truth: bool) -> Folded {
    let mut folded = Folded::value(value);
    folded.truth = Some(truth);
    folded
}

/// Whether all values of an object are known.
fn is_plain(parsed: &Parsed, object: Node<'_>, depth: usize) -> bool {
    let pairs = parts(object);
    pairs.len() <= MOST
        && pairs.iter().all(|pair| {
            let value = pair.child_by_field_name("value");
            let is_pair = pair.kind() == kind::PAIR;
            is_pair && value.is_some_and(|value| fold(parsed, value, depth + 1).value.is_some())
        })
}

/// How an operator compares.
pub(super) fn comparison(operator: &str) -> Option<Comparison> {
    Comparison::of(match operator {
        "===" => "==",
        "!==" => "!=",
        "in" => return None,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::TYPESCRIPT;
    use crate::syntax::Walk;

    fn of(expression: &str) -> Option<bool> {
        let parsed = Parsed::new(TYPESCRIPT, format!("f({expression});\n").into()).unwrap();
        let arguments = Walk::new(parsed.root()).find(|n| n.kind() == kind::ARGUMENTS);
        truth(&parsed, *parts(arguments.unwrap()).first().unwrap())
    }

    #[test]
    fn what_is_known_whatever_the_code_does_is_known() {
        for expression in [
            "true",
            "1",
            "'x'",
            "[]",
            "{}",
            "x || true",
            "1 === 1",
            "!false",
            "2 * 3 === 6",
            "3 > 2",
            "(true as boolean)",
            "`a`",
            "'a' !== 'b'",
        ] {
            assert_eq!(of(expression), Some(true), "{expression}");
        }
        for expression in [
            "false",
            "0",
            "''",
            "null",
            "undefined",
            "1 === 2",
            "x && false",
            "!1",
            "void 0",
        ] {
            assert_eq!(of(expression), Some(false), "{expression}");
        }
        for expression in ["x", "x || y", "f()", "x === 1", "`${x}`", "[x]", "{ a: x }"] {
            assert_eq!(of(expression), None, "{expression}");
        }
    }
}

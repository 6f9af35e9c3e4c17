//! What a Rust condition comes to whatever the code does.
//!
//! Works on the tree with macro calls read as calls. Does not catch: constants behind names, `cfg!`
//! (unknown on purpose: it depends on the build), `size_of` and other compile-time computation.

use std::collections::BTreeMap;

use crate::syntax::walk::{Walk, field, flat, parts};
use crate::syntax::{Node, Parsed};

const DEEPEST: usize = 40;

/// Names of a file's `const` items whose value is a literal, with the literal.
pub(super) type Constants = BTreeMap<String, String>;

/// The constants of a file. A name with two values is none.
pub(super) fn constants(parsed: &Parsed) -> Constants {
    let mut found = Constants::new();
    let mut doubtful = Vec::new();
    for item in Walk::new(parsed.root()).filter(|n| n.kind() == "const_item") {
        let (Some(name), Some(value)) = (
            field(parsed, item, "name"),
            item.child_by_field_name("value"),
        ) else {
            continue;
        };
        let literal = match value.kind() {
            "boolean_literal" | "integer_literal" => parsed.text(value).to_owned(),
            _ => {
                doubtful.push(name.to_owned());
                continue;
            }
        };
        if found
            .insert(name.to_owned(), literal.clone())
            .is_some_and(|old| old != literal)
        {
            doubtful.push(name.to_owned());
        }
    }
    found.retain(|name, _| !doubtful.contains(name));
    found
}

/// Whether the condition is true (or false) whatever the code does.
pub(super) fn truth(parsed: &Parsed, node: Node<'_>, constants: &Constants) -> Option<bool> {
    truth_at(parsed, node, constants, 0)
}

fn truth_at(parsed: &Parsed, node: Node<'_>, constants: &Constants, depth: usize) -> Option<bool> {
    if depth > DEEPEST {
        return None;
    }
    match node.kind() {
        "boolean_literal" => Some(parsed.text(node) == "true"),
        "identifier" => match constants.get(parsed.text(node))?.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        "parenthesized_expression" => truth_at(parsed, *parts(node).first()?, constants, depth + 1),
        "unary_expression" if parsed.text(node).starts_with('!') => {
            truth_at(parsed, *parts(node).first()?, constants, depth + 1).map(|truth| !truth)
        }
        "binary_expression" => {
            let left = node.child_by_field_name("left")?;
            let right = node.child_by_field_name("right")?;
            let operator = parsed.text(node.child_by_field_name("operator")?);
            match operator {
                "||" | "&&" => {
                    let decides = operator == "||";
                    let left = truth_at(parsed, left, constants, depth + 1);
                    let right = truth_at(parsed, right, constants, depth + 1);
                    if left == Some(decides) || right == Some(decides) {
                        Some(decides)
                    } else if left.is_some() && right.is_some() {
                        Some(!decides)
                    } else {
                        None
                    }
                }
                _ => {
                    let (left, right) = (
                        literal(parsed, left, depth + 1)?,
                        literal(parsed, right, depth + 1)?,
                    );
                    let numbers = left.parse::<i64>().ok().zip(right.parse::<i64>().ok());
                    match operator {
                        "==" => Some(left == right),
                        "!=" => Some(left != right),
                        "<" => numbers.map(|(a, b)| a < b),
                        "<=" => numbers.map(|(a, b)| a <= b),
                        ">" => numbers.map(|(a, b)| a > b),
                        ">=" => numbers.map(|(a, b)| a >= b),
                        _ => None,
                    }
                }
            }
        }
        "call_expression" => {
            let callee = parsed.text(node.child_by_field_name("function")?);
            let list = flat(parsed, node.child_by_field_name("arguments")?);
            // `matches!(x, _)`, `matches!(x, Some(1) | _)`.
            (callee == "matches" && (list.ends_with(",_)") || list.ends_with("|_)")))
                .then_some(true)
        }
        _ => None,
    }
}

/// A literal's text, its suffix dropped; strings stay quoted.
fn literal(parsed: &Parsed, node: Node<'_>, depth: usize) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let text = parsed.text(node);
    match node.kind() {
        "integer_literal" => {
            let digits: String = text
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '_')
                .filter(|c| *c != '_')
                .collect();
            Some(digits)
        }
        "string_literal" | "char_literal" | "boolean_literal" | "float_literal" => {
            Some(text.to_owned())
        }
        "parenthesized_expression" => literal(parsed, *parts(node).first()?, depth + 1),
        "binary_expression" => {
            let side = |name| {
                let node = node.child_by_field_name(name)?;
                literal(parsed, node, depth + 1)?.parse::<i64>().ok()
            };
            let (left, right) = (side("left")?, side("right")?);
            let value = match parsed.text(node.child_by_field_name("operator")?) {
                "+" => left.checked_add(right)?,
                "-" => left.checked_sub(right)?,
                "*" => left.checked_mul(right)?,
                _ => return None,
            };
            Some(value.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Language, rust_macros};

    fn of(condition: &str) -> Option<bool> {
        let source = format!("fn f() {{ assert!({condition}); }}");
        let parsed = Parsed::new(Language::Rust, source.into()).unwrap();
        let parsed = rust_macros::with_calls(&parsed).unwrap();
        let list = Walk::new(parsed.root())
            .find(|n| n.kind() == "arguments")
            .unwrap();
        truth(&parsed, *parts(list).first().unwrap(), &constants(&parsed))
    }

    #[test]
    fn constants_fold_and_the_rest_is_unknown() {
        for condition in [
            "true",
            "x || true",
            "1 == 1",
            "!false",
            "matches!(x, _)",
            "2 > 1u8",
            "8 == (7 + 1)",
        ] {
            assert_eq!(of(condition), Some(true), "{condition}");
        }
        for condition in [
            "x",
            "x == 1",
            "cfg!(test)",
            "matches!(x, Some(_))",
            "x && true",
        ] {
            assert_eq!(of(condition), None, "{condition}");
        }
        assert_eq!(of("false"), Some(false));
    }
}

//! What a Rust condition comes to whatever the code does.
//!
//! Works on the tree with macro calls read as calls. Does not catch: constants behind names, `cfg!`
//! (unknown on purpose: it depends on the build), `size_of` and other compile-time computation.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::language::{Kinds, Parsed, RUST};
use crate::syntax::Node;
use crate::syntax::walk::{field, flat, parts};

use super::cfg;

const DEEPEST: usize = 40;

/// Names of a file's `const` items, with the block that each holds in and its literal, where it is one.
#[derive(Debug, Default)]
pub(super) struct Constants(BTreeMap<String, Vec<Declared>>);

/// Where a constant holds, and its literal.
type Declared = (Range<usize>, Option<String>);

impl Constants {
    /// The literal of a name at a place: of the innermost block that declares it.
    fn get(&self, name: &str, at: usize) -> Option<&str> {
        self.0
            .get(name)?
            .iter()
            .filter(|(scope, _)| scope.contains(&at))
            .min_by_key(|(scope, _)| scope.len())?
            .1
            .as_deref()
    }
}

static CONSTANTS: Kinds = Kinds::new(RUST, &["const_item"]);

/// The constants of a file.
pub(super) fn constants(parsed: &Parsed) -> Constants {
    let mut found = Constants::default();
    for item in CONSTANTS.nodes(parsed) {
        let (Some(name), Some(value)) = (
            field(parsed, item, "name"),
            item.child_by_field_name("value"),
        ) else {
            continue;
        };
        let literal = match value.kind() {
            "boolean_literal" | "integer_literal" => Some(parsed.text(value).to_owned()),
            _ => None,
        };
        let scope = item.parent().unwrap_or(parsed.root()).byte_range();
        let known = found.0.entry(name.to_owned()).or_default();
        known.push((scope, literal));
    }
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
        "identifier" => match constants.get(parsed.text(node), node.start_byte())? {
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
                "||" if opposite(parsed, left, right) => Some(true),
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
                ">=" if is_length(parsed, left) && parsed.text(right) == "0" => Some(true),
                "<=" if is_length(parsed, right) && parsed.text(left) == "0" => Some(true),
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
            if callee == "cfg" {
                // What never holds in a test build; what does may be asked of purpose.
                let never = cfg::never_built(&list, None).is_some();
                return never.then_some(false);
            }
            let all = [
                ",_)",
                "|_)",
                ",Ok(_)|Err(_))",
                ",Err(_)|Ok(_))",
                ",Some(_)|None)",
            ];
            (callee == "matches" && all.iter().any(|end| list.ends_with(end))).then_some(true)
        }
        _ => None,
    }
}

/// Whether a call asks for a length, which nothing is below 0 of.
fn is_length(parsed: &Parsed, node: Node<'_>) -> bool {
    node.kind() == "call_expression" && flat(parsed, node).ends_with(".len()")
}

/// Whether the sides of a `||` are opposites: `x.is_ok() || x.is_err()`, `x || !x`, `a == b || a != b`.
fn opposite(parsed: &Parsed, left: Node<'_>, right: Node<'_>) -> bool {
    let (one, other) = (flat(parsed, left), flat(parsed, right));
    let asked = |text: &str, yes: &str, no: &str| {
        text.strip_suffix(yes)
            .is_some_and(|subject| other.strip_suffix(no) == Some(subject) && plain(subject))
    };
    if plain(&one) && other.strip_prefix('!') == Some(one.as_str())
        || plain(&other) && one.strip_prefix('!') == Some(other.as_str())
    {
        return true;
    }
    if asked(&one, ".is_ok()", ".is_err()")
        || asked(&one, ".is_err()", ".is_ok()")
        || asked(&one, ".is_some()", ".is_none()")
        || asked(&one, ".is_none()", ".is_some()")
    {
        return true;
    }
    let compared = |node: Node<'_>| {
        let side = |name| Some(flat(parsed, node.child_by_field_name(name)?));
        Some((side("left")?, side("operator")?, side("right")?))
    };
    match (compared(left), compared(right)) {
        (Some((a, first, b)), Some((c, second, d))) => {
            a == c
                && b == d
                && !a.contains('(')
                && matches!(
                    (first.as_str(), second.as_str()),
                    ("==", "!=")
                        | ("!=", "==")
                        | ("<", ">=")
                        | (">=", "<")
                        | (">", "<=")
                        | ("<=", ">")
                )
        }
        _ => false,
    }
}

/// A name or a field: what answers the same when asked again.
fn plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
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
    use crate::language::rust::macros as rust_macros;
    use crate::syntax::walk::Walk;

    fn of(condition: &str) -> Option<bool> {
        let source = format!("fn f() {{ assert!({condition}); }}");
        let parsed = Parsed::new(RUST, source.into()).unwrap();
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
            "x.len() >= 0",
            "r.is_ok() || r.is_err()",
            "a == b || a != b",
        ] {
            assert_eq!(of(condition), Some(true), "{condition}");
        }
        for condition in [
            "x",
            "x == 1",
            "cfg!(test)",
            "matches!(x, Some(_))",
            "x && true",
            "r.is_ok() || s.is_err()",
            "x.len() >= 1",
            "next() == 1 || next() != 1",
        ] {
            assert_eq!(of(condition), None, "{condition}");
        }
        assert_eq!(of("false"), Some(false));
    }
}

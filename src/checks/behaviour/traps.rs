//! Edge-case traps that syntax can see, on lines that the change touches.
//!
//! Does not catch: a trap behind a name; narrowing whose range was checked before is told all the same, as
//! a note.

use anyhow::Result;

use super::rules;
use crate::change::{File, Side};
use crate::finding::Finding;
use crate::language::{Known, Parsed};
use crate::rule::Rule;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, parts};

pub(super) fn look(
    file: &File,
    side: Side,
    parsed: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    for node in Walk::new(parsed.root()) {
        let trap = match parsed.language.known() {
            Known::Python => python(parsed, node),
            Known::Rust => rust(parsed, node),
            Known::Other => None,
        };
        let Some((rule, message)) = trap else {
            continue;
        };
        let place = parsed.place(node);
        let row = place.line.saturating_sub(1);
        let in_test = parsed
            .facts()
            .definition_at(place.line)
            .is_some_and(|definition| definition.in_test);
        if !in_test && file.touches(side, row..row + 1) {
            found.push(rule.finding(side, file.path_on(side), place, message));
        }
    }
    Ok(())
}

fn python(parsed: &Parsed, node: Node<'_>) -> Option<(&'static Rule, String)> {
    match node.kind() {
        "default_parameter" | "typed_default_parameter" => {
            let value = node.child_by_field_name("value")?;
            let text = parsed.text(value);
            let mutable = matches!(
                value.kind(),
                "list"
                    | "dictionary"
                    | "set"
                    | "list_comprehension"
                    | "dictionary_comprehension"
                    | "set_comprehension"
            ) || matches!(text, "list()" | "dict()" | "set()" | "bytearray()")
                || ["defaultdict(", "deque(", "OrderedDict(", "Counter("]
                    .iter()
                    .any(|made| text.trim_start_matches("collections.").starts_with(made));
            let in_lambda = node.parent()?.kind() == "lambda_parameters";
            (mutable && !in_lambda).then(|| {
                (
                    rules::MUTABLE_DEFAULT,
                    format!("the default `{text}` is one object for all calls"),
                )
            })
        }
        "comparison_operator" => {
            let operands = parts(node);
            let operators: Vec<&str> = node
                .children()
                .filter(|child| !child.is_named() || child.kind() == "is not")
                .map(|child| parsed.text(child))
                .collect();
            if operators.iter().any(|operator| operator.starts_with("is")) {
                let literal = operands.iter().find(|operand| {
                    matches!(operand.kind(), "integer" | "float" | "string" | "tuple")
                })?;
                return Some((
                    rules::IS_WITH_LITERAL,
                    format!(
                        "`is` asks whether `{}` is the same object, not whether it is equal",
                        parsed.text(*literal)
                    ),
                ));
            }
            let equality = operators
                .iter()
                .any(|operator| matches!(*operator, "==" | "!="));
            let float = operands
                .iter()
                .find(|operand| operand.kind() == "float" && fraction(parsed.text(**operand)))?;
            equality.then(|| {
                (
                    rules::FLOAT_EQUALITY,
                    format!("a comparison with `{}` for equality", parsed.text(*float)),
                )
            })
        }
        "call" => {
            let function = node.child_by_field_name("function")?;
            let arguments = node.child_by_field_name("arguments")?;
            let callee = parsed.text(function);
            let method = callee
                .strip_prefix("datetime.")
                .or_else(|| callee.split_once(".datetime.").map(|(_, method)| method))
                .map(|method| method.trim_start_matches("datetime."));
            let naive = match method {
                Some("now") => parts(arguments).is_empty(),
                Some("fromtimestamp") => parts(arguments).len() == 1,
                _ => false,
            };
            naive.then(|| {
                (
                    rules::NAIVE_DATETIME,
                    format!("`{callee}` without a time zone"),
                )
            })
        }
        _ => None,
    }
}

/// Whether a number is one that binary fractions do not hold: `0.1`, not `0.0` or `0.5`.
fn fraction(text: &str) -> bool {
    let text = text.replace('_', "");
    let digits = text.trim_end_matches("f32").trim_end_matches("f64");
    let Ok(number) = digits.parse::<f64>() else {
        return false;
    };
    (number * 1024.0).fract() != 0.0
}

fn rust(parsed: &Parsed, node: Node<'_>) -> Option<(&'static Rule, String)> {
    match node.kind() {
        "type_cast_expression" => {
            let to = parsed.text(node.child_by_field_name("type")?);
            let value = node.child_by_field_name("value")?;
            let text = parsed.text(value);
            let narrow = matches!(to, "u8" | "i8" | "u16" | "i16");
            let fits = value.kind().ends_with("literal")
                || text.contains('&')
                || text.contains('%')
                || text.contains(">>")
                || text.contains("b'")
                || text.starts_with("Self::")
                || text.chars().next().is_some_and(char::is_uppercase)
                || text.contains("len_utf");
            (narrow && !fits).then(|| {
                (
                    rules::NARROWING_CAST,
                    format!("`as {to}` drops what does not fit, without a word"),
                )
            })
        }
        "binary_expression" => {
            let operator = parsed.text(node.child_by_field_name("operator")?);
            let sides = [
                node.child_by_field_name("left")?,
                node.child_by_field_name("right")?,
            ];
            let float = sides
                .iter()
                .find(|side| side.kind() == "float_literal" && fraction(parsed.text(**side)))?;
            matches!(operator, "==" | "!=").then(|| {
                (
                    rules::FLOAT_EQUALITY,
                    format!("a comparison with `{}` for equality", parsed.text(*float)),
                )
            })
        }
        _ => None,
    }
}

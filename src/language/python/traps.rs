//! Traps of Python.
//!
//! Does not catch: a default that is made mutable by a function of the project.

use super::edges::{Zoned, edges, is_counted};
use crate::language::Parsed;
use crate::language::python::kind;
use crate::language::traps::{Trap, TrapKind, is_inexact};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, parts};

pub(super) fn traps(parsed: &Parsed) -> Vec<Trap<'_>> {
    let nodes = Walk::new(parsed.root());
    let zoned = Zoned::of(parsed);
    let traps = nodes.filter_map(|node| match node.kind() {
        kind::DEFAULT_PARAMETER | kind::TYPED_DEFAULT_PARAMETER => default(parsed, node),
        kind::COMPARISON_OPERATOR => comparison(parsed, node),
        kind::CALL => naive(parsed, node, zoned.as_ref()),
        _ => None,
    });
    let mut found: Vec<Trap<'_>> = traps.collect();
    edges(parsed, &mut found);
    found
}

fn default<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Trap<'t>> {
    const MADE: [&str; 4] = ["defaultdict(", "deque(", "OrderedDict(", "Counter("];
    let value = node.child_by_field_name("value")?;
    let text = parsed.text(value);
    let literal = matches!(
        value.kind(),
        kind::LIST
            | kind::DICTIONARY
            | kind::SET
            | kind::LIST_COMPREHENSION
            | kind::DICTIONARY_COMPREHENSION
            | kind::SET_COMPREHENSION
    );
    let bare = text.trim_start_matches("collections.");
    let mutable = literal
        || matches!(text, "list()" | "dict()" | "set()" | "bytearray()")
        || MADE.iter().any(|made| bare.starts_with(made));
    let in_lambda = node.parent()?.kind() == kind::LAMBDA_PARAMETERS;
    (mutable && !in_lambda).then(|| Trap {
        node,
        kind: TrapKind::MutableDefault,
        message: format!("the default `{text}` is one object for all calls"),
        is_likely: false,
    })
}

fn comparison<'t>(parsed: &Parsed, node: Node<'t>) -> Option<Trap<'t>> {
    let operands = parts(node);
    let mut operators = node
        .children()
        .filter(|child| !child.is_named() || child.kind() == kind::IS_NOT)
        .map(|child| parsed.text(child));
    if operators.clone().any(|operator| operator.starts_with("is")) {
        let literal = operands.iter().find(|operand| {
            matches!(
                operand.kind(),
                kind::INTEGER | kind::FLOAT | kind::STRING | kind::TUPLE
            )
        })?;
        let message = format!(
            "`is` asks whether `{}` is the same object, not whether it is equal",
            parsed.text(*literal)
        );
        return Some(Trap {
            node,
            kind: TrapKind::IdentityOfLiteral,
            message,
            is_likely: false,
        });
    }
    let float = operands
        .iter()
        .find(|operand| operand.kind() == kind::FLOAT && is_inexact(parsed.text(**operand)))?;
    operators
        .any(|operator| matches!(operator, "==" | "!="))
        .then(|| Trap::float_equality(node, parsed.text(*float)))
}

fn naive<'t>(parsed: &'t Parsed, node: Node<'t>, zoned: Option<&Zoned<'t>>) -> Option<Trap<'t>> {
    let callee = parsed.text(node.child_by_field_name("function")?);
    let method = callee
        .strip_prefix("datetime.")
        .or_else(|| callee.split_once(".datetime.").map(|(_, method)| method))?;
    let method = method.trim_start_matches("datetime.");
    let given = match method {
        "now" | "utcnow" => 0,
        "fromtimestamp" => 1,
        _ => return None,
    };
    let arguments = node.child_by_field_name("arguments")?;
    if parts(arguments).len() != given {
        return None;
    }
    let is_universal = method == "utcnow";
    let clash = zoned.and_then(|zoned| zoned.clashes(parsed, node));
    let counts = is_universal && is_counted(parsed, node);
    let why = match clash {
        Some(why) => format!(", and {why}"),
        None if counts => ": `timestamp()` takes it for local time".to_owned(),
        // That it is deprecated is told elsewhere.
        None if is_universal => return None,
        None => String::new(),
    };
    Some(Trap {
        node,
        kind: TrapKind::NaiveTime,
        is_likely: !why.is_empty(),
        message: format!("`{callee}` without a time zone{why}"),
    })
}

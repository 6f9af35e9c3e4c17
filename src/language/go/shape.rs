//! What a Go node does to the way of a program, and what code has that prose has not.

use crate::language::go::kind;
use crate::language::shape::{Branch, Shape};
use crate::language::{GO, Kinds, Parsed};
use crate::syntax::Node;

pub(super) fn shape<'t>(parsed: &Parsed, node: Node<'t>) -> Shape<'t> {
    match node.kind() {
        kind::IF_STATEMENT => match node.child_by_field_name("condition") {
            Some(condition) => Shape::Branch(Branch {
                condition,
                then: node.child_by_field_name("consequence"),
                never: parsed.text(condition) == "false",
                for_debugging: matches!(parsed.text(condition), "debug" | "DEBUG"),
            }),
            None => Shape::Other,
        },
        kind::FUNCTION_DECLARATION | kind::METHOD_DECLARATION => Shape::Function,
        kind::FUNC_LITERAL => Shape::Closure,
        kind::STATEMENT_LIST => Shape::Block,
        kind::RETURN_STATEMENT
        | kind::BREAK_STATEMENT
        | kind::CONTINUE_STATEMENT
        | kind::GOTO_STATEMENT => Shape::Leaves,
        _ => Shape::Other,
    }
}

static TELLING: Kinds = Kinds::new(
    GO,
    &[
        kind::SHORT_VAR_DECLARATION,
        kind::ASSIGNMENT_STATEMENT,
        kind::CALL_EXPRESSION,
        kind::RETURN_STATEMENT,
        kind::IF_STATEMENT,
        kind::FOR_STATEMENT,
        kind::VAR_DECLARATION,
        kind::KEYED_ELEMENT,
    ],
);

/// The statements of a text that prose does not make; `None` where it is no code.
pub(super) fn telling(text: &str) -> Option<usize> {
    if !text.contains(['{', '=', '(']) {
        return None;
    }
    let parsed = Parsed::new(GO, format!("func f() {{\n{text}\n}}\n").into())?;
    let telling = || TELLING.nodes(&parsed).count();
    (!parsed.root().has_error()).then(telling)
}

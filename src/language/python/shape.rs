//! What a Python node does to the way of a program.

use crate::language::Parsed;
use crate::language::python::kind;
use crate::language::shape::{Branch, Shape};
use crate::syntax::Node;

pub(super) fn shape<'t>(parsed: &Parsed, node: Node<'t>) -> Shape<'t> {
    match node.kind() {
        kind::IF_STATEMENT | kind::ELIF_CLAUSE => {
            let Some(condition) = node.child_by_field_name("condition") else {
                return Shape::Other;
            };
            let text = parsed.text(condition);
            let bare = text.trim_matches(['(', ')', ' ']);
            Shape::Branch(Branch {
                condition,
                then: node.child_by_field_name("consequence"),
                never: never(text),
                for_debugging: matches!(bare, "DEBUG" | "__debug__" | "settings.DEBUG"),
            })
        }
        kind::FUNCTION_DEFINITION => Shape::Function,
        kind::LAMBDA => Shape::Closure,
        kind::BLOCK => Shape::Block,
        kind::RETURN_STATEMENT
        | kind::RAISE_STATEMENT
        | kind::CONTINUE_STATEMENT
        | kind::BREAK_STATEMENT => Shape::Leaves,
        _ => Shape::Other,
    }
}

/// Whether a condition never holds.
pub(super) fn never(condition: &str) -> bool {
    matches!(condition.trim_matches(['(', ')', ' ']), "False" | "0")
}

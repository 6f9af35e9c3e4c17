//! What a Rust node does to the way of a program.

use crate::language::Parsed;
use crate::language::rust::kind;
use crate::language::shape::{Branch, Shape};
use crate::syntax::Node;

pub(super) fn shape<'t>(parsed: &Parsed, node: Node<'t>) -> Shape<'t> {
    match node.kind() {
        kind::IF_EXPRESSION => {
            let Some(condition) = node.child_by_field_name("condition") else {
                return Shape::Other;
            };
            let text = parsed.text(condition);
            let is_built_so = text.replace(' ', "") == "cfg!(debug_assertions)";
            Shape::Branch(Branch {
                condition,
                then: node.child_by_field_name("consequence"),
                never: text == NEVER,
                for_debugging: is_built_so || text == "DEBUG",
            })
        }
        kind::FUNCTION_ITEM => Shape::Function,
        kind::CLOSURE_EXPRESSION => Shape::Closure,
        kind::BLOCK => Shape::Block,
        kind::EXPRESSION_STATEMENT if node.named_child(0).is_some_and(leaves) => Shape::Leaves,
        kind::ATTRIBUTE_ITEM
            if parsed.text(node).replace(' ', "") == "#[cfg(debug_assertions)]" =>
        {
            Shape::DebugOnly
        }
        _ if leaves(node) => Shape::Leaves,
        _ => Shape::Other,
    }
}

/// A condition that never holds.
pub(super) const NEVER: &str = "false";

fn leaves(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        kind::RETURN_EXPRESSION | kind::CONTINUE_EXPRESSION | kind::BREAK_EXPRESSION
    )
}

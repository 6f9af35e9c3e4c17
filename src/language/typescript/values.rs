//! What stands around a value and is the value still.

use crate::language::typescript::kind;
use crate::syntax::Node;

/// What has the value of its only part: brackets, casts, `await`.
pub(super) fn passes_value(kind: &str) -> bool {
    matches!(
        kind,
        kind::AWAIT_EXPRESSION
            | kind::PARENTHESIZED_EXPRESSION
            | kind::AS_EXPRESSION
            | kind::SATISFIES_EXPRESSION
            | kind::NON_NULL_EXPRESSION
    )
}

/// A value without what stands around it.
pub(super) fn unwrapped(mut node: Node<'_>) -> Node<'_> {
    while passes_value(node.kind()) {
        let Some(inner) = node.named_children().find(|part| !part.is_comment()) else {
            break;
        };
        node = inner;
    }
    node
}

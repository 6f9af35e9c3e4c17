//! What is left of the work in Rust: code in comments, `dbg!`.
//!
//! Does not catch: `dbg!` under another name.

use crate::language::rust::kind;
use crate::language::{Kinds, Parsed, RUST};
use crate::syntax::{Node, Walk};

/// What code has and prose has not.
static TELLING: Kinds = Kinds::new(
    RUST,
    &[
        kind::LET_DECLARATION,
        kind::CALL_EXPRESSION,
        kind::MACRO_INVOCATION,
        kind::ASSIGNMENT_EXPRESSION,
        kind::FUNCTION_ITEM,
        kind::IF_EXPRESSION,
        kind::FOR_EXPRESSION,
        kind::MATCH_EXPRESSION,
        kind::USE_DECLARATION,
        kind::RETURN_EXPRESSION,
        kind::FIELD_DECLARATION,
    ],
);

/// The statements of a text that prose does not make; `None` where it is no code.
pub(super) fn telling(text: &str) -> Option<usize> {
    if !text.contains(['{', ';', '(']) {
        return None;
    }
    let parsed = Parsed::new(RUST, format!("fn f() {{\n{text}\n}}\n").into())?;
    let telling = || TELLING.nodes(&parsed).count();
    (!parsed.root().has_error()).then(telling)
}

/// `dbg!`, among tokens too: it stands inside other macro calls as often as outside.
pub(super) fn debug_output(parsed: &Parsed) -> Vec<(Node<'_>, &'static str)> {
    const NAME: &str = "dbg!";
    let mut found = Vec::new();
    if !parsed.source.contains(NAME) {
        return found;
    }
    let mut walk = Walk::new(parsed.root());
    while let Some(node) = walk.next() {
        if node.kind() == kind::MACRO_DEFINITION {
            walk.skip_children();
        } else if node.kind() == kind::IDENTIFIER && parsed.text(node) == "dbg" {
            let rest = parsed.source.get(node.start_byte()..);
            let is_called = rest.is_some_and(|rest| rest.starts_with(NAME));
            found.extend(is_called.then_some((node, NAME)));
        }
    }
    found
}

//! Parts of Python definitions: bases, decorators, the first line of what is said of them.
//!
//! Does not catch: bases and decorators put on after the definition.

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{field, flat, parts};

use crate::language::test_model::reading::one_line;

/// The bases that a class names.
pub(super) fn bases(parsed: &Parsed, class: Node<'_>) -> Vec<String> {
    class
        .child_by_field_name("superclasses")
        .map(parts)
        .unwrap_or_default()
        .into_iter()
        .filter(|n| matches!(n.kind(), "identifier" | "attribute"))
        .map(|n| flat(parsed, n))
        .collect()
}

/// Whether the file defines a class of this name.
pub(super) fn defined_here(parsed: &Parsed, name: &str) -> bool {
    parts(parsed.root()).into_iter().any(|n| {
        let node = n.child_by_field_name("definition").unwrap_or(n);
        node.kind() == "class_definition" && field(parsed, node, "name") == Some(name)
    })
}

/// What a definition says of itself, as one line.
pub(super) fn docstring(parsed: &Parsed, block: Node<'_>) -> String {
    parts(block)
        .first()
        .filter(|first| first.kind() == "expression_statement")
        .and_then(|first| parts(*first).first().copied())
        .filter(|n| n.is_string())
        .map(|n| one_line(parsed.text(n)))
        .unwrap_or_default()
}

/// The decorators' expressions.
pub(super) fn decorators(whole: Node<'_>) -> Vec<Node<'_>> {
    if whole.kind() != "decorated_definition" {
        return Vec::new();
    }
    parts(whole)
        .into_iter()
        .filter(|n| n.kind() == "decorator")
        .filter_map(|n| parts(n).first().copied())
        .collect()
}

/// Whether a function of this name runs before or after the tests beside it.
pub(super) fn is_set_up(name: &str) -> bool {
    matches!(
        name,
        "setUp"
            | "setUpClass"
            | "setUpModule"
            | "tearDown"
            | "setup_method"
            | "setup_class"
            | "setup"
            | "teardown"
            | "asyncSetUp"
            | "teardown_method"
            | "setup_module"
            | "setup_function"
    )
}

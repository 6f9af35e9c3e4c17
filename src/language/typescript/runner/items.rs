//! Parts of definitions in tests: the class around, what a test asks for by name, what is said of it.
//!
//! Does not catch: what a type says.

use super::promise::parameters;
use crate::language::Parsed;
use crate::language::test_model::reading::one_line;
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{field, parts};

/// The name of the class that a method stands in.
pub(super) fn class_around(parsed: &Parsed, node: Node<'_>) -> Vec<String> {
    let is_member = matches!(
        node.kind(),
        kind::METHOD_DEFINITION | kind::PUBLIC_FIELD_DEFINITION
    );
    let class = node.parent().filter(|_| is_member);
    let class = class.and_then(|body| body.parent());
    let name = class.and_then(|class| field(parsed, class, "name"));
    name.map(str::to_owned).into_iter().collect()
}

/// What a test asks for by name: the parts of what it takes apart.
pub(super) fn fixtures(parsed: &Parsed, function: Node<'_>) -> Vec<String> {
    let list = function.child_by_field_name("parameters").map(parts);
    let first = list.and_then(|list| list.first().copied());
    let pattern = first.map(|first| first.child_by_field_name("pattern").unwrap_or(first));
    let taken = pattern.filter(|pattern| pattern.kind() == kind::OBJECT_PATTERN);
    match taken {
        Some(_) => parameters(parsed, function)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        None => Vec::new(),
    }
}

/// What is said of a test: the comment before it, and its title.
pub(super) fn doc(parsed: &Parsed, call: Node<'_>, title: &str) -> String {
    let before = parsed.source.get(..call.start_byte()).unwrap_or_default();
    let line = before
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let comment = line.trim_start();
    let is_comment = ["//", "/*", "*"]
        .iter()
        .any(|mark| comment.starts_with(mark));
    match is_comment {
        true => one_line(&format!("{title} {comment}")),
        false => title.to_owned(),
    }
}

//! Whether anything waits for a promise, so that its failure is the test's.
//!
//! Does not catch: a promise that is kept under a name and never looked at again where the name stands elsewhere.

use super::chain::Chain;
use crate::language::Parsed;
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, parts};

/// Nodes outward that are looked at.
const OUTWARD: usize = 60;

/// Whether what a node gives is awaited, returned, kept or handed on.
pub(super) fn is_waited_for(parsed: &Parsed, node: Node<'_>) -> bool {
    is_waited_at(parsed, node, 0)
}

/// The same, behind so many promises that are made of one another; of more than a few nothing is said.
fn is_waited_at(parsed: &Parsed, node: Node<'_>, depth: usize) -> bool {
    /// Promises after promises that are followed.
    const FARTHEST: usize = 6;
    if depth > FARTHEST {
        return true;
    }
    let mut at = node;
    for _ in 0..OUTWARD {
        let Some(around) = at.parent() else {
            return false;
        };
        match around.kind() {
            kind::EXPRESSION_STATEMENT => return false,
            kind::PARENTHESIZED_EXPRESSION
            | kind::AS_EXPRESSION
            | kind::SATISFIES_EXPRESSION
            | kind::NON_NULL_EXPRESSION
            | kind::ARRAY
            | kind::SPREAD_ELEMENT
            | kind::TERNARY_EXPRESSION
            | kind::BINARY_EXPRESSION
            | kind::SEQUENCE_EXPRESSION
            | kind::MEMBER_EXPRESSION => at = around,
            kind::CALL_EXPRESSION => {
                // `.then(..)` of it, and what takes several at once, are promises too.
                at = around;
            }
            kind::ARGUMENTS => {
                let Some(call) = around.parent() else {
                    return true;
                };
                match field(parsed, call, "function") {
                    Some(callee) if callee.starts_with("Promise.") => at = call,
                    _ => return true,
                }
            }
            kind::ARROW_FUNCTION => {
                // What a callback gives back goes on in what the call gives.
                return match promised_by(parsed, around) {
                    Some(call) => is_waited_at(parsed, call, depth + 1),
                    None => true,
                };
            }
            kind::RETURN_STATEMENT => {
                return match function_around(around).and_then(|f| promised_by(parsed, f)) {
                    Some(call) => is_waited_at(parsed, call, depth + 1),
                    None => true,
                };
            }
            kind::VARIABLE_DECLARATOR | kind::ASSIGNMENT_EXPRESSION => {
                return is_named_again(parsed, around, depth);
            }
            _ => return true,
        }
    }
    true
}

/// The call of `.then` and its kin on a promise that a function is given to.
pub(super) fn promised_by<'t>(parsed: &'t Parsed, function: Node<'t>) -> Option<Node<'t>> {
    let given = function.parent()?;
    let call = given
        .parent()
        .filter(|_| given.kind() == kind::ARGUMENTS)
        .filter(|call| call.kind() == kind::CALL_EXPRESSION)?;
    let chain = Chain::of(parsed, call);
    let last = chain.links.last()?;
    // Cypress queues its commands, and waits for them by itself.
    let queues = matches!(chain.name(parsed), "cy" | "Cypress");
    let is_kin = matches!(last.name, "then" | "catch" | "finally");
    (is_kin && last.given.is_some() && !queues).then_some(call)
}

/// The function that a node stands in.
pub(super) fn function_around(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    for _ in 0..OUTWARD {
        at = at.parent()?;
        let is_function = matches!(
            at.kind(),
            kind::ARROW_FUNCTION
                | kind::FUNCTION_EXPRESSION
                | kind::GENERATOR_FUNCTION
                | kind::FUNCTION_DECLARATION
                | kind::METHOD_DEFINITION
        );
        if is_function {
            return Some(at);
        }
    }
    None
}

/// Whether the name that something is kept under is waited for in its function, behind it.
fn is_named_again(parsed: &Parsed, kept: Node<'_>, depth: usize) -> bool {
    let name = kept
        .child_by_field_name("name")
        .or_else(|| kept.child_by_field_name("left"));
    let Some(name) = name.filter(|name| name.kind() == kind::IDENTIFIER) else {
        return true;
    };
    let text = parsed.text(name);
    let Some(function) = function_around(kept) else {
        return true;
    };
    // What stands behind a `return` of the function itself waits for nothing.
    let statements = function
        .child_by_field_name("body")
        .map(parts)
        .unwrap_or_default();
    let mut returns = statements
        .into_iter()
        .filter(|one| one.kind() == kind::RETURN_STATEMENT && one.start_byte() > kept.start_byte());
    let end = returns.next().map_or(usize::MAX, |one| one.end_byte());
    for node in Walk::new(function) {
        let is_it = node.kind() == kind::IDENTIFIER && parsed.text(node) == text && node != name;
        if !is_it || node.start_byte() < kept.end_byte() || node.start_byte() >= end {
            continue;
        }
        let Some(around) = node.parent() else {
            continue;
        };
        let is_target = around.kind() == kind::ASSIGNMENT_EXPRESSION
            && around.child_by_field_name("left") == Some(node);
        if is_target {
            // `p = p.then(..)` goes on with it.
            let value = around.child_by_field_name("right").map(Walk::new);
            return value
                .into_iter()
                .flatten()
                .any(|n| n.kind() == kind::IDENTIFIER && parsed.text(n) == text);
        }
        if around.kind() == kind::ARGUMENTS {
            let call = around.parent();
            let callee = call
                .and_then(|call| field(parsed, call, "function"))
                .unwrap_or_default();
            let looks = matches!(callee, "log" | "expect") || callee.starts_with("console.");
            let settles = call.and_then(|call| call.parent()).is_some_and(|member| {
                matches!(
                    field(parsed, member, "property"),
                    Some("resolves" | "rejects" | "to")
                )
            });
            if looks && !settles {
                continue;
            }
        }
        if is_waited_at(parsed, node, depth + 1) {
            return true;
        }
    }
    false
}

/// Whether a function waits for something itself.
pub(super) fn awaits(function: Node<'_>) -> bool {
    let Some(body) = function.child_by_field_name("body") else {
        return false;
    };
    let mut walk = Walk::new(body);
    while let Some(node) = walk.next() {
        match node.kind() {
            kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION => walk.skip_children(),
            kind::AWAIT_EXPRESSION => return true,
            _ => {}
        }
    }
    false
}

/// The names of what a function takes: of an object that is taken apart the names of its parts.
pub(super) fn parameters<'t>(parsed: &'t Parsed, function: Node<'t>) -> Vec<&'t str> {
    let single = function.child_by_field_name("parameter");
    let list = function.child_by_field_name("parameters").map(parts);
    let all = single.into_iter().chain(list.into_iter().flatten());
    let mut found = Vec::new();
    for one in all {
        let pattern = one.child_by_field_name("pattern").unwrap_or(one);
        let mut walk = Walk::new(pattern);
        while let Some(node) = walk.next() {
            match node.kind() {
                kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN => {
                    found.push(parsed.text(node));
                }
                kind::TYPE_ANNOTATION => walk.skip_children(),
                _ => {}
            }
        }
    }
    found
}

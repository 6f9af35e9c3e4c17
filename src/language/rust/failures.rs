//! What becomes of failures in Rust: `?`, and what shrugs: `let _ =`, `.ok()`, `.unwrap_or(..)`, `.unwrap()`,
//! `drop(..)`, an `if let Ok` without an `else`, a `match` whose error arm is empty.
//!
//! Does not catch: an iterator whose errors are flattened away.

use crate::language::Parsed;
use crate::language::failures::{Discard, Failures, PassedOn};
use crate::language::rust::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

pub(super) fn failures(parsed: &Parsed) -> Failures<'_> {
    let mut found = Failures::default();
    for node in Walk::new(parsed.root()) {
        if node.kind() == kind::TRY_EXPRESSION {
            found
                .passed_on
                .extend(node.named_child(0).map(|of| PassedOn {
                    of,
                    how: "passed on with `?`",
                }));
        } else if let Some((of, how)) = silenced(parsed, node) {
            found.discards.push(Discard { node, of, how });
        }
    }
    found
}

/// The call that `catch_unwind` is given, where a value is one.
fn inner(value: Node<'_>) -> Node<'_> {
    let closure = value
        .child_by_field_name("arguments")
        .and_then(|arguments| parts(arguments).into_iter().next())
        .filter(|first| first.kind() == kind::CLOSURE_EXPRESSION);
    closure
        .and_then(|closure| closure.child_by_field_name("body"))
        .unwrap_or(value)
}

/// The call whose error a node drops, and how.
fn silenced<'t>(parsed: &Parsed, node: Node<'t>) -> Option<(Node<'t>, &'static str)> {
    let value = || node.child_by_field_name("value");
    match node.kind() {
        kind::LET_DECLARATION => {
            let pattern = field(parsed, node, "pattern")?;
            let value = value()?;
            // `let _x = f();` is never looked at either, or the compiler would warn of the name.
            let unused = pattern.starts_with('_') && value.kind() != kind::TRY_EXPRESSION;
            (pattern == "_" || unused).then_some((inner(value), "thrown away with `let _`"))
        }
        kind::LET_CONDITION => {
            let above = node.parent()?;
            let dropped = match above.kind() {
                kind::IF_EXPRESSION => above.child_by_field_name("alternative").is_none(),
                kind::WHILE_EXPRESSION => true,
                _ => false,
            };
            (dropped && field(parsed, node, "pattern")?.starts_with("Ok("))
                .then_some((value()?, "passed over: only `Ok` is looked at"))
        }
        kind::MATCH_EXPRESSION => {
            let mut arms = parts(node.child_by_field_name("body")?).into_iter();
            arms.any(|arm| is_empty_arm(parsed, arm))
                .then_some((value()?, "passed over: its arm of the `match` does nothing"))
        }
        kind::CALL_EXPRESSION => shrugging_call(parsed, node),
        _ => None,
    }
}

/// Whether an arm takes any error and does nothing.
fn is_empty_arm(parsed: &Parsed, arm: Node<'_>) -> bool {
    let flat_field = |name| {
        let field = arm.child_by_field_name(name);
        field.map(|node| flat(parsed, node)).unwrap_or_default()
    };
    let pattern = flat_field("pattern");
    (pattern.starts_with("Err(_") || pattern == "_" || pattern == "Err(..)")
        && matches!(
            flat_field("value").as_str(),
            "{}" | "()" | "{ }" | "continue" | "{ continue }" | "{continue}"
        )
}

/// The call whose error a call drops, and how.
fn shrugging_call<'t>(parsed: &Parsed, call: Node<'t>) -> Option<(Node<'t>, &'static str)> {
    let function = call.child_by_field_name("function")?;
    let Some(method) = field(parsed, function, "field") else {
        let drops = matches!(
            parsed.text(function),
            "drop" | "mem::drop" | "std::mem::drop"
        );
        let arguments = call.child_by_field_name("arguments").filter(|_| drops)?;
        let first = parts(arguments).into_iter().next()?;
        return Some((first, "thrown away with `drop`"));
    };
    let alone = || {
        let above = call.parent();
        above.is_some_and(|above| above.kind() == kind::EXPRESSION_STATEMENT)
    };
    let how = match method {
        "ok" if alone() => "thrown away with `.ok();`",
        "ok" => "turned into an `Option`",
        "is_ok" | "is_err" if alone() => "asked for and not heeded",
        "unwrap_or_default" | "unwrap_or" | "unwrap_or_else" => "replaced by a default value",
        "map_err" => {
            let with = flat(parsed, call.child_by_field_name("arguments")?);
            let nothing = matches!(with.as_str(), "(|_| ())" | "(|_|())" | "(drop)");
            nothing.then_some("replaced by `()`")?
        }
        "unwrap" | "expect" => "a panic",
        _ => return None,
    };
    Some((function.child_by_field_name("value")?, how))
}

//! What becomes of failures in Rust: `?`, and what shrugs: `let _ =`, `.ok()`, `.unwrap_or(..)`, `.unwrap()`,
//! `drop(..)`, an `if let Ok` without an `else`, a `match` whose error arm is empty.
//!
//! Does not catch: a call that drops its error from its first day on, but for those of [`WRITES`].

use crate::language::Parsed;
use crate::language::failures::{Discard, Failures, Ignored, PassedOn};
use crate::language::rust::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

pub(super) fn failures(parsed: &Parsed) -> Failures<'_> {
    let mut found = Failures::default();
    for node in Walk::new(parsed.root()) {
        if node.kind() == kind::TRY_EXPRESSION {
            found.passed_on.extend(
                node.named_child(0)
                    .map(|of| PassedOn::new(of, "passed on with `?`")),
            );
        } else if let Some((of, how)) = silenced(parsed, node) {
            found.ignored.extend(written(parsed, node, of, how));
            found.discards.push(Discard::new(node, of, how));
        }
        if node.kind() == kind::CALL_EXPRESSION {
            tells(parsed, node, &mut found);
        }
    }
    found
}

/// Calls of the standard library whose only point is that something is kept: where they fail it is not.
const WRITES: [&str; 10] = [
    "fs::write",
    "fs::rename",
    "fs::copy",
    "fs::set_permissions",
    ".write_all",
    ".sync_all",
    ".sync_data",
    ".set_len",
    ".write_all_at",
    ".commit",
];

/// A call of these whose failure a node drops.
fn written<'t>(parsed: &Parsed, node: Node<'t>, of: Node<'t>, how: &str) -> Option<Ignored<'t>> {
    /// Where nobody minds: the streams of the process, and what is gone anyhow.
    const MINDS_NOT: [&str; 4] = ["stdout", "stderr", "out.", "err."];
    let is_dropped = how.starts_with("thrown away") || how.starts_with("passed over: nothing");
    // A `map_err` before does not tell anybody.
    let mut call = of;
    while let Some("map_err" | "ok" | "map") = call
        .child_by_field_name("function")
        .and_then(|function| field(parsed, function, "field"))
    {
        call = call
            .child_by_field_name("function")?
            .child_by_field_name("value")?;
    }
    let callee = field(parsed, call, "function").filter(|_| is_dropped)?;
    let written = WRITES.iter().find(|name| callee.ends_with(**name))?;
    let minds = !MINDS_NOT.iter().any(|word| callee.contains(word));
    minds.then(|| Ignored {
        node,
        what: format!(
            "the error of `{}` is {how}: what it was to write may not be there",
            written.trim_start_matches('.')
        ),
    })
}

/// Calls that tell of a failure in their result, and those that do the same without: `checked_mul` and `wrapping_mul`, a
/// `collect` and a `filter_map` over results.
fn tells<'t>(parsed: &Parsed, call: Node<'t>, found: &mut Failures<'t>) {
    let Some(function) = call.child_by_field_name("function") else {
        return;
    };
    let function = match function.kind() {
        kind::GENERIC_FUNCTION => function.child_by_field_name("function").unwrap_or(function),
        _ => function,
    };
    let (Some(method), Some(of)) = (
        field(parsed, function, "field"),
        function.child_by_field_name("value"),
    ) else {
        return;
    };
    let given = || {
        call.child_by_field_name("arguments")
            .map(|all| flat(parsed, all))
    };
    let named = |operation: &str| Some(format!("checked_{operation}{}", given()?));
    if let Some(operation) = method.strip_prefix("checked_") {
        found.passed_on.push(PassedOn {
            of,
            how: "told",
            what: named(operation),
        });
    } else if let Some(operation) = method.strip_prefix("wrapping_") {
        found.discards.push(Discard {
            node: call,
            of,
            how: "not told: `wrapping_` gives a wrong number where it does not fit",
            what: named(operation),
        });
    } else if method == "collect" {
        found.passed_on.push(PassedOn::new(of, "kept by `collect`"));
    } else if drops_errors(method, given) {
        let is_of_lines = field(parsed, of, "function").is_some_and(|it| it.ends_with(".lines"));
        if is_of_lines && parsed.source.contains("BufRead") {
            found.ignored.push(Ignored {
                node: call,
                what: "lines that cannot be read are left out, and nobody learns of it".to_owned(),
            });
        }
        let how = "left out with what it belongs to";
        found.discards.push(Discard::new(call, of, how));
    }
}

/// Whether a call of an iterator's method leaves out what is an error.
fn drops_errors(method: &str, given: impl Fn() -> Option<String>) -> bool {
    match method {
        "flatten" => true,
        "filter_map" | "flat_map" => given().is_some_and(|given| {
            let bare: String = given.split_whitespace().collect();
            let bare = bare.trim_matches(['(', ')', ',']);
            bare.ends_with("Result::ok")
                || bare.starts_with('|') && bare.ends_with(".ok") && {
                    let name = bare
                        .trim_start_matches('|')
                        .split('|')
                        .next()
                        .unwrap_or_default();
                    bare == format!("|{name}|{name}.ok")
                }
        }),
        _ => false,
    }
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
            let pattern = field(parsed, node, "pattern")?;
            let dropped = match above.kind() {
                kind::IF_EXPRESSION => above.child_by_field_name("alternative").is_none(),
                kind::WHILE_EXPRESSION => true,
                _ => false,
            };
            let then = above.child_by_field_name("consequence");
            if dropped
                && pattern.starts_with("Err(_")
                && then.is_some_and(|it| parts(it).is_empty())
            {
                return Some((value()?, "passed over: nothing is done where it fails"));
            }
            (dropped && pattern.starts_with("Ok("))
                .then_some((value()?, "passed over: only `Ok` is looked at"))
        }
        kind::MATCH_EXPRESSION => {
            let arms = parts(node.child_by_field_name("body")?);
            let ends = |wanted| {
                arms.iter()
                    .any(|arm| arm_of_any(parsed, *arm) == Some(wanted))
            };
            if ends(Arm::Nothing) {
                return Some((value()?, "passed over: its arm of the `match` does nothing"));
            }
            ends(Arm::Default).then_some((value()?, "replaced by a default value"))
        }
        kind::CALL_EXPRESSION => shrugging_call(parsed, node),
        _ => None,
    }
}

/// What an arm does that takes any error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arm {
    Nothing,
    Default,
}

/// What an arm does with any error, where that is nothing or a default value.
fn arm_of_any(parsed: &Parsed, arm: Node<'_>) -> Option<Arm> {
    let flat_field = |name| {
        let field = arm.child_by_field_name(name);
        field.map(|node| flat(parsed, node)).unwrap_or_default()
    };
    let pattern = flat_field("pattern");
    if !(pattern.starts_with("Err(_") || pattern == "_" || pattern == "Err(..)") {
        return None;
    }
    let value = flat_field("value");
    let value = value.trim_start_matches('{').trim_end_matches('}').trim();
    match value {
        "" | "()" | "continue" => Some(Arm::Nothing),
        "0" | "0.0" | "false" | "None" | "\"\"" | "vec![]" | "[]" | "&[]" => Some(Arm::Default),
        _ => {
            let made = value
                .strip_suffix("::new()")
                .or(value.strip_suffix("::default()"));
            let is_type = |c: char| c.is_alphanumeric() || "_:<>".contains(c);
            made.filter(|made| made.chars().all(is_type))
                .map(|_| Arm::Default)
        }
    }
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

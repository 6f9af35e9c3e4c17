//! `?` that became a shrug: the same call, in the same function, now under `let _ =`, `.ok()`, `.unwrap_or(..)`,
//! `.unwrap()`, `drop(..)`, an `if let Ok` without an `else`, or a `match` whose error arm is empty.
//!
//! Does not catch: a call that was renamed or moved to another function on the way; an iterator whose errors are
//! flattened away.

use std::collections::BTreeMap;

use anyhow::Result;

use super::rules;
use crate::change::{File, Side};
use crate::finding::Finding;
use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, flat, parts};

/// Function and call, to how often.
type Counts = BTreeMap<(String, String), usize>;

/// Compares the two sides.
pub(super) fn look(
    file: &File,
    base: &Parsed,
    head: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    if !base.source.contains('?') {
        return Ok(());
    }
    let (before, after) = (questioned(base), questioned(head));
    let mut lost: Counts = before
        .into_iter()
        .filter_map(|(key, count)| {
            let left = count.saturating_sub(after.get(&key).copied().unwrap_or(0));
            (left > 0).then_some((key, left))
        })
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    for node in Walk::new(head.root()) {
        let Some((call, how)) = shrug(head, node) else {
            continue;
        };
        let place = head.place(node);
        let row = place.line.saturating_sub(1);
        let definition = head.facts().definition_at(place.line);
        let excused =
            definition.is_some_and(|definition| definition.in_test || definition.name == "drop");
        if excused || !file.touches(Side::Head, row..place.end_line) {
            continue;
        }
        let key = (
            head.symbol_at(place.line).unwrap_or_default(),
            flat(head, call),
        );
        if let Some(left) = lost.get_mut(&key).filter(|left| **left > 0) {
            *left -= 1;
            let message = format!(
                "the error of `{}` was passed on with `?`, and now it is {how}",
                short(&key.1)
            );
            found.push(rules::ERROR_NO_LONGER_PASSED_ON.finding(
                Side::Head,
                &file.path,
                place,
                message,
            ));
        }
    }
    Ok(())
}

fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST).collect();
    format!("{start}..")
}

/// The operands of `?`, by function.
fn questioned(parsed: &Parsed) -> Counts {
    let mut counts = Counts::new();
    for node in Walk::new(parsed.root()) {
        if node.kind() == "try_expression"
            && let Some(operand) = node.named_child(0)
        {
            let line = u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX);
            let key = (
                parsed.symbol_at(line).unwrap_or_default(),
                flat(parsed, operand),
            );
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
}

/// The call that `catch_unwind` is given, where a value is one.
fn inner(value: Node<'_>) -> Node<'_> {
    let closure = value
        .child_by_field_name("arguments")
        .and_then(|arguments| parts(arguments).into_iter().next())
        .filter(|first| first.kind() == "closure_expression");
    closure
        .and_then(|closure| closure.child_by_field_name("body"))
        .unwrap_or(value)
}

/// The call whose error a node drops, and how.
fn shrug<'t>(parsed: &Parsed, node: Node<'t>) -> Option<(Node<'t>, &'static str)> {
    match node.kind() {
        "let_declaration" => {
            let pattern = parsed.text(node.child_by_field_name("pattern")?);
            let value = node.child_by_field_name("value")?;
            // `let _x = f();` is never looked at either, or the compiler would warn of the name.
            (pattern == "_" || pattern.starts_with('_') && value.kind() != "try_expression")
                .then_some((inner(value), "thrown away with `let _`"))
        }
        "let_condition" => {
            let pattern = parsed.text(node.child_by_field_name("pattern")?);
            let value = node.child_by_field_name("value")?;
            let above = node.parent()?;
            let dropped = match above.kind() {
                "if_expression" => above.child_by_field_name("alternative").is_none(),
                "while_expression" => true,
                _ => false,
            };
            (pattern.starts_with("Ok(") && dropped)
                .then_some((value, "passed over: only `Ok` is looked at"))
        }
        "match_expression" => {
            let value = node.child_by_field_name("value")?;
            let body = node.child_by_field_name("body")?;
            let empty = parts(body).into_iter().any(|arm| {
                let field = |name| arm.child_by_field_name(name).map(|node| flat(parsed, node));
                let pattern = field("pattern").unwrap_or_default();
                let does = field("value").unwrap_or_default();
                (pattern.starts_with("Err(_") || pattern == "_" || pattern == "Err(..)")
                    && matches!(
                        does.as_str(),
                        "{}" | "()" | "{ }" | "continue" | "{ continue }" | "{continue}"
                    )
            });
            empty.then_some((value, "passed over: its arm of the `match` does nothing"))
        }
        "call_expression" => {
            let function = node.child_by_field_name("function")?;
            let drops = matches!(
                parsed.text(function),
                "drop" | "mem::drop" | "std::mem::drop"
            );
            if drops {
                let arguments = node.child_by_field_name("arguments")?;
                let first = parts(arguments).into_iter().next()?;
                return Some((first, "thrown away with `drop`"));
            }
            let method = function.child_by_field_name("field")?;
            let receiver = function.child_by_field_name("value")?;
            let statement = node
                .parent()
                .is_some_and(|parent| parent.kind() == "expression_statement");
            match parsed.text(method) {
                "ok" if statement => Some((receiver, "thrown away with `.ok();`")),
                "ok" => Some((receiver, "turned into an `Option`")),
                "is_ok" | "is_err" if statement => Some((receiver, "asked for and not heeded")),
                "unwrap_or_default" | "unwrap_or" | "unwrap_or_else" => {
                    Some((receiver, "replaced by a default value"))
                }
                "map_err" => {
                    let arguments = node.child_by_field_name("arguments")?;
                    let text = flat(parsed, arguments);
                    matches!(text.as_str(), "(|_| ())" | "(|_|())" | "(drop)")
                        .then_some((receiver, "replaced by `()`"))
                }
                "unwrap" | "expect" => Some((receiver, "a panic")),
                _ => None,
            }
        }
        _ => None,
    }
}

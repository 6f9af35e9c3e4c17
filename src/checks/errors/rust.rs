//! `?` that became a shrug: the same call, in the same function, now under `let _ =`, `.ok();`,
//! `.unwrap_or_default()` or `.unwrap()`.
//!
//! Does not catch: a call that was renamed or moved to another function on the way.

use std::collections::BTreeMap;

use anyhow::Result;

use super::RULES;
use crate::change::{File, Side};
use crate::finding::Finding;
use crate::syntax::walk::{Walk, flat};
use crate::syntax::{Node, Parsed};

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
            found.push(RULES.get("error-no-longer-passed-on")?.finding(
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

/// The call whose error a node drops, and how.
fn shrug<'t>(parsed: &Parsed, node: Node<'t>) -> Option<(Node<'t>, &'static str)> {
    match node.kind() {
        "let_declaration" => {
            let pattern = node.child_by_field_name("pattern")?;
            let value = node.child_by_field_name("value")?;
            (parsed.text(pattern) == "_").then_some((value, "thrown away with `let _`"))
        }
        "call_expression" => {
            let function = node.child_by_field_name("function")?;
            let method = function.child_by_field_name("field")?;
            let receiver = function.child_by_field_name("value")?;
            let statement = node
                .parent()
                .is_some_and(|parent| parent.kind() == "expression_statement");
            match parsed.text(method) {
                "ok" if statement => Some((receiver, "thrown away with `.ok();`")),
                "unwrap_or_default" => Some((receiver, "replaced by a default value")),
                "unwrap" | "expect" => Some((receiver, "a panic")),
                _ => None,
            }
        }
        _ => None,
    }
}

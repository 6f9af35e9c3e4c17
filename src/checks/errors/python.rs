//! Handlers that catch everything and do nothing with it.
//!
//! Does not catch: a handler that calls a function which does nothing.

use anyhow::Result;

use super::RULES;
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::syntax::walk::{Walk, parents, parts};
use crate::syntax::{Node, Parsed};

/// Looks at the handlers that the change touches.
pub(super) fn look(
    file: &File,
    side: Side,
    parsed: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    for node in Walk::new(parsed.root()) {
        match node.kind() {
            "except_clause" => handler(file, side, parsed, node, found)?,
            "with_clause" => suppressed(file, side, parsed, node, found)?,
            _ => {}
        }
    }
    Ok(())
}

fn rows(node: Node<'_>) -> std::ops::Range<u32> {
    let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
    row(node.start_position().row)..row(node.end_position().row) + 1
}

fn handler(
    file: &File,
    side: Side,
    parsed: &Parsed,
    node: Node<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    if !file.touches(side, rows(node)) {
        return Ok(());
    }
    let Some(body) = parts(node).into_iter().find(|part| part.kind() == "block") else {
        return Ok(());
    };
    let head = parsed
        .source
        .get(node.start_byte()..body.start_byte())
        .unwrap_or_default();
    let head = head
        .split('#')
        .next()
        .unwrap_or(head)
        .trim()
        .trim_end_matches(':')
        .trim();
    let Some((caught, bound)) = broad(head) else {
        return Ok(());
    };
    if !swallows(parsed, body, bound) || is_optional(parsed, node) || is_cleanup(parsed, node) {
        return Ok(());
    }
    let empty = parts(body).iter().all(|part| {
        part.kind() == "pass_statement"
            || part.kind() == "expression_statement" && parsed.text(*part) == "..."
    });
    let header = node.start_byte()..node.start_byte() + head.len();
    let place = parsed.place_of(header);
    let shown = if caught.is_empty() {
        "a bare `except`".to_owned()
    } else {
        format!("`except {caught}`")
    };
    let finding = if empty {
        let message = format!("{shown} with an empty body: every failure of the block is lost");
        let mut finding =
            RULES
                .get("swallowed-exception")?
                .finding(side, file.path_on(side), place, message);
        if explained(parsed, node) {
            finding.level = Level::Escalate;
        }
        finding
    } else {
        let message = format!("{shown} neither logs, nor raises, nor uses what it caught");
        RULES
            .get("broad-except")?
            .finding(side, file.path_on(side), place, message)
    };
    found.push(finding);
    Ok(())
}

/// What a broad handler catches and the name that it binds; none where the handler is narrow.
fn broad(head: &str) -> Option<(&str, Option<&str>)> {
    let rest = head.strip_prefix("except")?.trim();
    let (caught, bound) = match rest.split_once(" as ") {
        Some((caught, bound)) => (caught.trim(), Some(bound.trim())),
        None => (rest, None),
    };
    let names = caught.trim_matches(['(', ')']);
    let is_broad = names.is_empty()
        || names.split(',').any(|name| {
            matches!(
                name.trim(),
                "Exception" | "BaseException" | "builtins.Exception"
            )
        });
    is_broad.then_some((caught, bound))
}

/// Whether a body says nothing to anybody: no raise, no call that could log, no use of the exception.
fn swallows(parsed: &Parsed, body: Node<'_>, bound: Option<&str>) -> bool {
    for node in Walk::new(body) {
        match node.kind() {
            "raise_statement" | "assert_statement" | "call" | "yield" | "await" => return false,
            "identifier" if Some(parsed.text(node)) == bound => return false,
            _ => {}
        }
    }
    true
}

/// Whether the guarded block only imports, or looks something up that may be missing.
fn is_optional(parsed: &Parsed, handler: Node<'_>) -> bool {
    let Some(statement) = handler.parent() else {
        return false;
    };
    let Some(block) = statement.child_by_field_name("body") else {
        return false;
    };
    let statements = parts(block);
    !statements.is_empty()
        && statements.iter().all(|part| {
            part.kind().starts_with("import")
                || matches!(parsed.text(*part), "pass")
                || part.kind() == "assignment"
        })
        && statements
            .iter()
            .any(|part| part.kind().starts_with("import"))
}

/// Whether the handler stands where an error can only be dropped: finalizers, and clean-up after an error.
fn is_cleanup(parsed: &Parsed, handler: Node<'_>) -> bool {
    parents(handler, parsed.root()).any(|parent| match parent.kind() {
        "function_definition" => parent.child_by_field_name("name").is_some_and(|name| {
            let name = parsed.text(name);
            matches!(
                name,
                "__del__" | "__exit__" | "__aexit__" | "__repr__" | "__str__"
            ) || [
                "cleanup", "clean_up", "teardown", "close", "shutdown", "atexit",
            ]
            .iter()
            .any(|word| name.contains(word))
        }),
        "finally_clause" | "except_clause" => true,
        _ => false,
    })
}

/// Whether a comment stands at the handler or in it.
fn explained(parsed: &Parsed, node: Node<'_>) -> bool {
    let rows = rows(node);
    parsed.facts().comments.iter().any(|comment| {
        let row = comment.line.saturating_sub(1);
        let text = parsed.slice(&comment.bytes);
        let silences = ["noqa", "pragma", "nosec", "pylint", "type:"]
            .iter()
            .any(|word| text.contains(word));
        rows.contains(&row) && !silences && text.chars().filter(|c| c.is_alphabetic()).count() >= 12
    })
}

/// `contextlib.suppress(Exception)`.
fn suppressed(
    file: &File,
    side: Side,
    parsed: &Parsed,
    node: Node<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let text = parsed.text(node);
    let Some(at) = text.find("suppress(") else {
        return Ok(());
    };
    let inside = text
        .get(at + 9..)
        .and_then(|rest| rest.split(')').next())
        .unwrap_or_default();
    let broad = inside
        .split(',')
        .any(|name| matches!(name.trim(), "Exception" | "BaseException"));
    if broad && file.touches(side, rows(node)) && !is_cleanup(parsed, node) {
        let message = format!("`suppress({inside})` drops every failure of the block");
        found.push(RULES.get("broad-except")?.finding(
            side,
            file.path_on(side),
            parsed.place(node),
            message,
        ));
    }
    Ok(())
}

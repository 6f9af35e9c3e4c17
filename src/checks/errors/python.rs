//! Handlers that catch everything and do nothing with it, a `finally` that returns, handlers that raised and do not
//! any more, and switches that silence all logs or warnings.
//!
//! Does not catch: a handler that calls a function which does nothing; a list of many narrow exceptions.

use anyhow::Result;

use super::rules;
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, parents, parts};

/// Looks at the handlers that the change touches.
pub(super) fn look(
    file: &File,
    side: Side,
    parsed: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    for node in Walk::new(parsed.root()) {
        match node.kind() {
            "except_clause" | "except_group_clause" => handler(file, side, parsed, node, found)?,
            "with_clause" => suppressed(file, side, parsed, node, found)?,
            "finally_clause" => leaves(file, side, parsed, node, found)?,
            "call" | "assignment" => silenced(file, side, parsed, node, found)?,
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
            rules::SWALLOWED_EXCEPTION.finding(side, file.path_on(side), place, message);
        if explained(parsed, node) {
            finding.level = Level::Escalate;
        }
        finding
    } else {
        let message = format!("{shown} neither logs, nor raises, nor uses what it caught");
        rules::BROAD_EXCEPT.finding(side, file.path_on(side), place, message)
    };
    found.push(finding);
    Ok(())
}

/// What a broad handler catches and the name that it binds; none where the handler is narrow.
fn broad(head: &str) -> Option<(&str, Option<&str>)> {
    let rest = head.strip_prefix("except")?.trim();
    let rest = rest.strip_prefix('*').unwrap_or(rest).trim();
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
            "call" if makes_nothing(parsed, node) => {}
            "raise_statement" | "assert_statement" | "call" | "yield" | "await" => return false,
            "identifier" if Some(parsed.text(node)) == bound => return false,
            _ => {}
        }
    }
    true
}

/// Whether a call only makes an empty value, or a log line that nobody sees by default and that does not hold the
/// exception.
fn makes_nothing(parsed: &Parsed, call: Node<'_>) -> bool {
    let field = |name: &str| call.child_by_field_name(name).map(|node| parsed.text(node));
    let (callee, arguments) = (
        field("function").unwrap_or(""),
        field("arguments").unwrap_or(""),
    );
    let empty = matches!(
        callee,
        "dict" | "list" | "set" | "tuple" | "str" | "bytes" | "int" | "float" | "frozenset"
    );
    let debug = callee.ends_with(".debug") && !arguments.contains("exc_info");
    empty && arguments == "()" || debug
}

/// `return`, `break` or `continue` in a `finally`: whatever was raised is gone.
fn leaves(
    file: &File,
    side: Side,
    parsed: &Parsed,
    node: Node<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let mut walk = Walk::new(node);
    while let Some(inner) = walk.next() {
        let leaves = match inner.kind() {
            "function_definition" | "lambda" | "class_definition" => {
                walk.skip_children();
                continue;
            }
            "return_statement" => "return",
            "continue_statement" | "break_statement" => {
                let mut above = parents(inner, node);
                if above.any(|parent| matches!(parent.kind(), "for_statement" | "while_statement"))
                {
                    continue;
                }
                "break"
            }
            _ => continue,
        };
        if file.touches(side, rows(inner)) {
            let message = format!("`{leaves}` in a `finally`: whatever the block raised is lost");
            let rule = rules::BROAD_EXCEPT;
            let place = parsed.place(inner);
            found.push(rule.finding(side, file.path_on(side), place, message));
        }
    }
    Ok(())
}

/// All logs or all warnings of a program switched off, or what reports its failures.
fn silenced(
    file: &File,
    side: Side,
    parsed: &Parsed,
    node: Node<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    if !file.touches(side, rows(node)) {
        return Ok(());
    }
    let field = |name: &str| node.child_by_field_name(name);
    let what = if node.kind() == "assignment" {
        let target = field("left").map_or("", |left| parsed.text(left));
        let value = field("right").filter(|right| right.kind() == "lambda");
        let body = value.and_then(|value| value.child_by_field_name("body"));
        let nothing = body.is_some_and(|body| body.kind() == "none");
        (matches!(
            target,
            "sys.excepthook" | "threading.excepthook" | "sys.unraisablehook"
        ) && nothing)
            .then_some("what reports an exception that nobody caught does nothing now")
    } else {
        let callee = field("function").map_or("", |function| parsed.text(function));
        let arguments = field("arguments").map(parts).unwrap_or_default();
        let first = arguments.first().map_or("", |first| parsed.text(*first));
        match callee {
            "logging.disable" if !first.contains("NOTSET") => Some("all logs are switched off"),
            "warnings.filterwarnings" | "warnings.simplefilter"
                if arguments.len() == 1 && first.trim_matches(['"', '\'']) == "ignore" =>
            {
                Some("all warnings are switched off")
            }
            _ => None,
        }
    };
    // For the time of a `with` it is about one call.
    let passing = || {
        parents(node, parsed.root()).any(|parent| {
            parent.kind() == "with_statement"
                && parsed
                    .text(parent)
                    .lines()
                    .next()
                    .is_some_and(|head| head.contains("catch_warnings"))
        })
    };
    if let Some(what) = what.filter(|_| !passing()) {
        let rule = rules::FAILURES_SILENCED;
        let place = parsed.place(node);
        found.push(rule.finding(side, file.path_on(side), place, what));
    }
    Ok(())
}

/// Handlers of the same function and the same exceptions that raised at base, and at head say nothing.
pub(super) fn no_longer_raised(
    file: &File,
    base: &Parsed,
    head: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let raised: Vec<(String, String)> = handlers(base)
        .into_iter()
        .filter(|(_, _, node)| Walk::new(*node).any(|inner| inner.kind() == "raise_statement"))
        .map(|(symbol, caught, _)| (symbol, caught))
        .collect();
    let now = handlers(head);
    for (symbol, caught, node) in &now {
        let key = (symbol.clone(), caught.clone());
        let count = |list: &mut dyn Iterator<Item = bool>| list.filter(|same| *same).count();
        let before = count(&mut raised.iter().map(|other| *other == key));
        let still = count(&mut now.iter().map(|(other, also, node)| {
            other == symbol
                && also == caught
                && Walk::new(*node).any(|inner| inner.kind() == "raise_statement")
        }));
        let body = parts(*node).into_iter().find(|part| part.kind() == "block");
        let bound = caught.split_once(" as ").map(|(_, bound)| bound.trim());
        let quiet = body.is_some_and(|body| swallows(head, body, bound));
        let broad = broad(&format!("except {caught}")).is_some();
        if before > still && quiet && !broad && file.touches(Side::Head, rows(*node)) {
            let message =
                format!("`except {caught}` raised before, and passes the failure over now");
            let place = head.place_of(node.start_byte()..node.start_byte() + "except".len());
            let rule = rules::ERROR_NO_LONGER_PASSED_ON;
            found.push(rule.finding(Side::Head, &file.path, place, message));
        }
    }
    Ok(())
}

/// All handlers: function, what is caught as written, node.
fn handlers(parsed: &Parsed) -> Vec<(String, String, Node<'_>)> {
    let mut found = Vec::new();
    for node in Walk::new(parsed.root()).filter(|node| node.kind() == "except_clause") {
        let Some(body) = parts(node).into_iter().find(|part| part.kind() == "block") else {
            continue;
        };
        let head = parsed
            .source
            .get(node.start_byte()..body.start_byte())
            .unwrap_or_default();
        let caught = head.split(['#', ':']).next().unwrap_or_default();
        let caught = caught.trim().trim_start_matches("except").trim().to_owned();
        let line = u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX);
        found.push((parsed.symbol_at(line).unwrap_or_default(), caught, node));
    }
    found
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
    let alias = parsed.facts().imports.iter().find_map(|import| {
        let ours = import.module == "contextlib" && import.name.as_deref() == Some("suppress");
        import.alias.as_deref().filter(|_| ours)
    });
    let called = format!("{}(", alias.unwrap_or("suppress"));
    let Some(at) = text.find(&called) else {
        return Ok(());
    };
    let inside = text
        .get(at + called.len()..)
        .and_then(|rest| rest.split(')').next())
        .unwrap_or_default();
    let broad = inside
        .split(',')
        .any(|name| matches!(name.trim(), "Exception" | "BaseException"));
    if broad && file.touches(side, rows(node)) && !is_cleanup(parsed, node) {
        let message = format!("`suppress({inside})` drops every failure of the block");
        found.push(rules::BROAD_EXCEPT.finding(
            side,
            file.path_on(side),
            parsed.place(node),
            message,
        ));
    }
    Ok(())
}

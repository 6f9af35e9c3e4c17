//! Code that was commented out in bulk, and code under a condition that never holds.
//!
//! Does not catch: fewer than [`LEAST`] lines, and code among prose; a string that holds code, which may be data.

use anyhow::Result;

use super::report;
use super::rules;
use crate::change::{File, Side};
use crate::finding::{Finding, Place};
use crate::language::{Known, Lang, Parsed, RUST};
use crate::syntax::walk::Walk;

/// Lines in a row from which on it is told.
const LEAST: usize = 5;

pub(super) fn look(
    file: &File,
    side: Side,
    parsed: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let mark = match parsed.language.known() {
        Known::Python => "#",
        Known::Rust => "//",
        Known::Other => return Ok(()),
    };
    let mut run: Vec<(u32, &str)> = Vec::new();
    let comments = parsed
        .facts()
        .comments
        .iter()
        .filter(|comment| !comment.is_doc);
    let lines = comments.filter_map(|comment| {
        let text = parsed.slice(&comment.bytes).strip_prefix(mark)?;
        let start = comment.bytes.start;
        let before = parsed.source.get(..start)?.rsplit('\n').next()?;
        before.trim().is_empty().then_some((comment.line, text))
    });
    for (line, text) in lines {
        if run.last().is_some_and(|(last, _)| last + 1 != line) {
            stretch(file, side, parsed.language, &run, found)?;
            run.clear();
        }
        run.push((line, text));
    }
    stretch(file, side, parsed.language, &run, found)?;
    for comment in &parsed.facts().comments {
        let text = parsed.slice(&comment.bytes);
        if comment.is_doc || !text.starts_with("/*") {
            continue;
        }
        let inside = text.trim_start_matches("/*").trim_end_matches("*/");
        let lines: Vec<(u32, &str)> = (comment.line..).zip(inside.lines()).collect();
        stretch(file, side, parsed.language, &lines, found)?;
    }
    never_runs(file, side, parsed, found)
}

/// Code under `if False`, `if false` or `cfg(any())`: as dead as in a comment, and compiled or not as it likes.
fn never_runs(file: &File, side: Side, parsed: &Parsed, found: &mut Vec<Finding>) -> Result<()> {
    let mut told: Vec<(Place, &str)> = Vec::new();
    for node in Walk::new(parsed.root()) {
        if !matches!(
            node.kind(),
            "if_statement" | "elif_clause" | "if_expression"
        ) {
            continue;
        }
        let condition = node.child_by_field_name("condition");
        let text = condition.map_or("", |condition| parsed.text(condition));
        if matches!(text, "False" | "0" | "(False)" | "false") {
            told.push((parsed.place(node), "if"));
        }
    }
    for definition in &parsed.facts().definitions {
        let off = definition.marks.iter().any(|mark| {
            let mark: String = mark.split_whitespace().collect();
            matches!(
                mark.as_str(),
                "cfg(any())" | "cfg(not(all()))" | "cfg(false)"
            )
        });
        if off && !definition.in_test {
            told.push((parsed.place_of(definition.bytes.clone()), "cfg"));
        }
    }
    for (place, how) in told {
        let message = format!("this code never runs: its `{how}` does not hold whatever happens");
        report(file, side, rules::COMMENTED_OUT_CODE, place, message, found)?;
    }
    Ok(())
}

fn stretch(
    file: &File,
    side: Side,
    language: Lang,
    run: &[(u32, &str)],
    found: &mut Vec<Finding>,
) -> Result<()> {
    let (Some((first, _)), Some((last, text))) = (run.first(), run.last()) else {
        return Ok(());
    };
    let added = run
        .iter()
        .filter(|(line, _)| file.touches(side, line - 1..*line))
        .count();
    if added < LEAST || run.len() > 400 || !is_code(language, run) {
        return Ok(());
    }
    let place = Place {
        line: *first,
        column: 1,
        end_line: *last,
        end_column: u32::try_from(text.chars().count() + 2).unwrap_or(u32::MAX),
    };
    let message = format!("{} lines of code stand in comments", run.len());
    let touched = run
        .iter()
        .map(|(line, _)| *line)
        .find(|line| file.touches(side, line - 1..*line));
    report(
        file,
        side,
        rules::COMMENTED_OUT_CODE,
        Place {
            line: touched.unwrap_or(*first),
            ..place
        },
        message,
        found,
    )
}

/// Whether the lines, without their marks, are a program: no error, and mostly statements that prose
/// does not make.
fn is_code(language: Lang, run: &[(u32, &str)]) -> bool {
    let dedent = run
        .iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(_, text)| text.len() - text.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut text: String = run
        .iter()
        .map(|(_, text)| text.get(dedent..).unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    text.push('\n');
    if language == RUST && !text.contains(['{', ';', '(']) {
        return false;
    }
    let wrapped = match language.known() {
        Known::Python => text,
        Known::Other => return false,
        Known::Rust => format!("fn commented() {{\n{text}\n}}\n"),
    };
    let Some(parsed) = Parsed::new(language, wrapped.into()) else {
        return false;
    };
    if parsed.root().has_error() {
        return false;
    }
    let telling = Walk::new(parsed.root())
        .filter(|node| match language.known() {
            Known::Python => matches!(
                node.kind(),
                "assignment"
                    | "call"
                    | "return_statement"
                    | "function_definition"
                    | "if_statement"
                    | "for_statement"
                    | "import_statement"
                    | "import_from_statement"
                    | "with_statement"
                    | "augmented_assignment"
            ),
            Known::Rust => matches!(
                node.kind(),
                "let_declaration"
                    | "call_expression"
                    | "macro_invocation"
                    | "assignment_expression"
                    | "function_item"
                    | "if_expression"
                    | "for_expression"
                    | "match_expression"
                    | "use_declaration"
                    | "return_expression"
                    | "field_declaration"
            ),
            Known::Other => false,
        })
        .count();
    telling * 2 >= run.len()
}

//! A checker silenced inside a test; tests and the gate's own rules edited in one change.
//!
//! The split with the later checks: suppressions anywhere but in tests are the business of
//! `suppressions`, weakened CI and tool configuration that of `guardrails`; here only what stands in a
//! test, and only draftgate's own files.
//!
//! Does not catch: a gate weakened in one change and tests bent in the next.

use crate::change::{File, Side, Status};
use crate::checks::Context;
use crate::finding::{Finding, Place};
use crate::rule::built_in::tests as rules;

use super::super::sides::Pair;
use super::WeakenedContext;
use crate::language::test_model::FileModel;
use crate::language::test_model::reading::in_test_folder;

/// Judges what silences checkers and who judges.
pub(super) fn judge(tests: &WeakenedContext<'_>, context: &Context<'_>, found: &mut Vec<Finding>) {
    for pair in &tests.sides.pairs {
        let is_test = |head: &&FileModel| {
            head.collected.is_ok() && (!head.words().beside_code || in_test_folder(&head.path))
        };
        if let Some(head) = pair.head.as_ref().filter(is_test) {
            silenced(pair, head, found);
        }
    }
    gate_files(tests, context, found);
}

/// Comments that silence everything, not one named rule.
fn blanket(line: &str) -> Option<&'static str> {
    let squeezed: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let lower = squeezed.to_lowercase();
    let ends = |text: &str| lower.ends_with(text) || lower.contains(&format!("{text}#"));
    if ends("#noqa") {
        Some("# noqa")
    } else if ends("#ruff:noqa") || ends("#flake8:noqa") {
        Some("# ruff: noqa")
    } else if ends("#mypy:ignore-errors") {
        Some("# mypy: ignore-errors")
    } else if ends("#type:ignore") {
        Some("# type: ignore")
    } else if lower.contains("#pylint:disable=all") || lower.contains("#pylint:skip-file") {
        Some("# pylint: skip-file")
    } else if lower.contains("#pragma:nocover") {
        Some("# pragma: no cover")
    } else if lower.contains("#nosec") && ends("#nosec") {
        Some("# nosec")
    } else if lower.contains("allow(warnings)") || lower.contains("allow(clippy::all)") {
        Some("#[allow(warnings)]")
    } else {
        None
    }
}

fn silenced(pair: &Pair<'_>, head: &FileModel, found: &mut Vec<Finding>) {
    let lines: Vec<&str> = pair
        .file
        .text(Side::Head)
        .unwrap_or_default()
        .lines()
        .collect();
    for at in pair.file.added_lines() {
        let Some(line) = lines.get(at as usize) else {
            continue;
        };
        let Some(what) = blanket(line) else {
            continue;
        };
        // On one line it is ordinary; at the top it stands for the whole file.
        let first_code = head.functions.first().map_or(u32::MAX, |f| f.lines.start);
        let whole_file = line.trim_start().starts_with(['#', '/']) && at < first_code.min(20);
        if !whole_file {
            continue;
        }
        found.push(rules::CHECKER_SILENCED_IN_TEST.finding(
            Side::Head,
            &head.path,
            Place::of_line(at),
            format!(
                "`{what}` silences every rule for the whole of {}, and names none",
                head.path
            ),
        ));
    }
}

/// Whether a path decides how draftgate judges.
pub(in super::super) fn is_gate_file(path: &str) -> bool {
    path == "draftgate.toml"
        || path.starts_with(".draftgate/")
        || path.ends_with("draftgate-baseline.json")
        || path.starts_with("draftgate-rules/")
}

/// Tests and the gate's own rules edited in one change.
fn gate_files(tests: &WeakenedContext<'_>, context: &Context<'_>, found: &mut Vec<Finding>) {
    let changed = tests.paired.lost.len() + tests.edited().count();
    if changed == 0 {
        return;
    }
    let edited = |file: &&&File| file.status != Status::Added && is_gate_file(file.base_path());
    if let Some(file) = context.files.iter().find(edited) {
        let side = if file.head.is_some() {
            Side::Head
        } else {
            Side::Base
        };
        found.push(rules::TESTS_AND_GATE_EDITED.finding(
            side,
            file.path_on(side),
            Place::FILE,
            format!("the change edits {changed} tests that were there and {}, which decides how it is judged", file.path),
        ));
    }
}

//! T9: a checker silenced inside a test; T20: tests and the gate's own rules edited in one change.
//!
//! The split with the later checks: suppressions anywhere but in tests are the business of
//! `suppressions`, weakened CI and tool configuration that of `guardrails`; here only what stands in a
//! test, and only draftgate's own files.
//!
//! Does not catch: a gate weakened in one change and tests bent in the next.

use crate::change::{File, Side, Status};
use crate::checks::Context;
use crate::finding::{Level, Place};

use super::super::findings::{Said, at_level};
use super::super::model::FileModel;
use super::super::sides::Pair;
use super::Asked;

/// Judges what silences checkers and who judges.
pub(super) fn judge(asked: &Asked<'_>, context: &Context<'_>, said: &mut Said) {
    for pair in &asked.sides.pairs {
        if let Some(head) = pair.head.as_ref().filter(|head| head.collected.is_ok()) {
            silenced(pair, head, said);
        }
    }
    gate_files(asked, context, said);
}

/// Comments that silence everything, not one named rule.
fn blanket(line: &str) -> Option<&'static str> {
    let squeezed: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let lower = squeezed.to_lowercase();
    let ends = |text: &str| lower.ends_with(text) || lower.contains(&format!("{text}#"));
    if ends("#noqa") {
        Some("# noqa")
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

fn silenced(pair: &Pair<'_>, head: &FileModel, said: &mut Said) {
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
        let test = head.tests().find(|test| test.lines.contains(&at));
        let whole_file = line.trim_start().starts_with(['#', '/']) && at < 5 && test.is_none();
        let name = match (&test, whole_file) {
            (Some(test), _) => test.qualified(),
            (None, true) => format!("the whole of {}", head.path),
            (None, false) => continue,
        };
        let finding = said.say(
            "checker-silenced-in-test",
            Side::Head,
            &head.path,
            Place {
                line: at + 1,
                column: 1,
                end_line: at + 1,
                end_column: 2,
            },
            format!("`{what}` silences every rule for {name}, and names none"),
        );
        if !whole_file {
            at_level(finding, Level::Note);
        }
    }
}

/// Whether a path decides how draftgate judges.
pub(in super::super) fn is_gate_file(path: &str) -> bool {
    path == "draftgate.toml"
        || path.starts_with(".draftgate/")
        || path.ends_with("draftgate-baseline.json")
        || path.starts_with("draftgate-rules/")
}

/// T20.
fn gate_files(asked: &Asked<'_>, context: &Context<'_>, said: &mut Said) {
    let bent = asked.paired.lost.len() + asked.edited().count();
    if bent == 0 {
        return;
    }
    let edited = |file: &&&File| file.status != Status::Added && is_gate_file(file.base_path());
    if let Some(file) = context.files.iter().find(edited) {
        let side = if file.head.is_some() {
            Side::Head
        } else {
            Side::Base
        };
        said.say(
            "tests-and-gate-edited",
            side,
            file.path_on(side),
            Place::FILE,
            format!("the change edits {bent} tests that were there and {}, which decides how it is judged", file.path),
        );
    }
}

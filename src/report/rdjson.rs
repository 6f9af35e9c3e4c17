//! reviewdog's diagnostic format, rdjson: one output for the many hosts that reviewdog knows.
//!
//! Its columns count bytes of UTF-8, ours characters: a column is given where the report has the line
//! that it stands in.
//!
//! Does not catch: verdict, waivers and ledger; the format has no word for them.

use anyhow::Result;
use serde_json::{Value, json};

use super::text::page::flat;
use super::words::{level, of_the_whole, whereabouts};
use crate::finding::judgement::Excerpt;
use crate::finding::{Finding, Level};
use crate::json::pretty;
use crate::trace::Trace;
use crate::verdict::{Decision, Verdict};

pub(super) fn render(trace: &Trace, decision: &Decision) -> Result<String> {
    let judged = &trace.judged;
    let mut diagnostics = Vec::new();
    if decision.verdict == Verdict::CouldNotJudge {
        diagnostics.push(json!({
            "message": format!("could not judge: {}", flat(&decision.reasons.join("; "))),
            "location": { "path": crate::policy::FILE },
            "severity": "ERROR",
            "code": { "value": "could-not-judge" },
        }));
    }
    for whole in of_the_whole(judged) {
        diagnostics.push(json!({
            "message": flat(&whole.text),
            "location": { "path": crate::policy::FILE },
            "severity": if whole.escalates { "WARNING" } else { "INFO" },
            "code": { "value": whole.id },
        }));
    }
    for finding in judged.findings.iter().filter(|finding| finding.counts()) {
        diagnostics.push(diagnostic(trace, finding));
    }
    pretty(&json!({
        "source": { "name": "draftgate" },
        "severity": "UNKNOWN_SEVERITY",
        "diagnostics": diagnostics,
    }))
}

fn diagnostic(trace: &Trace, finding: &Finding) -> Value {
    let judged = &trace.judged;
    let place = judged.places.get(&finding.fingerprint);
    let path = place.map_or(&finding.path, |place| &place.path);
    let line = place.map_or(finding.line, |place| place.line);
    let moved = *path != finding.path || line != finding.line;
    let excerpt = judged.excerpts.get(&finding.fingerprint);
    let excerpt = excerpt.filter(|_| !moved && finding.commit.is_none());
    let mut start = json!({ "line": line.max(1) });
    if let Some(column) = excerpt.and_then(|it| byte_column(it, finding.line, finding.column)) {
        start["column"] = json!(column);
    }
    let mut range = json!({ "start": start });
    if !moved {
        let mut end = json!({ "line": finding.end_line.max(line).max(1) });
        let column = excerpt.and_then(|it| byte_column(it, finding.end_line, finding.end_column));
        if let Some(column) = column {
            end["column"] = json!(column);
        }
        range["end"] = end;
    }
    let mut code = json!({ "value": finding.rule });
    if finding.docs.starts_with("https://") {
        code["url"] = json!(finding.docs);
    }
    let message = format!(
        "{}: {}{} Fix: {}",
        level(finding.level),
        flat(&finding.message),
        whereabouts(finding),
        flat(&finding.fix)
    );
    json!({
        "message": message,
        "location": { "path": path, "range": range },
        "severity": match finding.level {
            Level::Block => "ERROR",
            Level::Escalate => "WARNING",
            Level::Note => "INFO",
        },
        "code": code,
    })
}

/// The 1-based byte column of a character column; none where the line is not in the excerpt whole.
fn byte_column(excerpt: &Excerpt, line: u32, column: u32) -> Option<usize> {
    let at = line.checked_sub(excerpt.first_line)?;
    let line = excerpt.lines.get(usize::try_from(at).ok()?)?;
    let before = usize::try_from(column).ok()?.checked_sub(1)?;
    (excerpt.first_column == 1 && before <= line.chars().count())
        .then(|| line.chars().take(before).map(char::len_utf8).sum::<usize>() + 1)
}

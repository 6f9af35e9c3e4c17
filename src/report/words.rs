//! Words that several formats share: names of the scales, places, counts.

use crate::change::Side;
use crate::finding::{Confidence, Finding, Level, Place, Severity};

/// `path:line:column`, or the path where the finding is about the whole file.
pub(super) fn place(finding: &Finding) -> String {
    if about_the_file(finding) {
        return finding.path.clone();
    }
    format!("{}:{}:{}", finding.path, finding.line, finding.column)
}

/// Whether a finding is about the whole file.
pub(super) fn about_the_file(finding: &Finding) -> bool {
    let place = Place {
        line: finding.line,
        column: finding.column,
        end_line: finding.end_line,
        end_column: finding.end_column,
    };
    place == Place::FILE
}

/// Which state of the file, where it is not head's.
pub(super) fn whereabouts(finding: &Finding) -> String {
    match (&finding.commit, finding.side) {
        (Some(commit), _) => format!(" (in commit {})", short(commit)),
        (None, Side::Base) => " (before the change)".to_owned(),
        (None, Side::Head) => String::new(),
    }
}

/// "1 file", "3 files".
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// An object id, short; any other name as it is.
pub(super) fn short(id: &str) -> &str {
    let is_id = id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id {
        id.get(..12).unwrap_or(id)
    } else {
        id
    }
}

/// The level's name.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Block => "block",
        Level::Escalate => "escalate",
        Level::Note => "note",
    }
}

/// The severity's name.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

/// The confidence's name.
pub(super) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
        Confidence::Proven => "proven",
    }
}

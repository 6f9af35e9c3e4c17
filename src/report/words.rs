//! Words that several formats share: names of the scales, places, counts.

use crate::change::Side;
use crate::finding::judgement::Judgement;
use crate::finding::{Confidence, Finding, Level, Place, Severity};
use crate::floor::Floor;
use crate::unread;
use crate::verdict::{Decision, Verdict};

/// The verdict, its reasons, and what of the floor did not run: what every report says first.
pub(super) fn reasons(judged: &Judgement, decision: &Decision) -> Vec<String> {
    let gaps = gaps(judged);
    match (decision.verdict, gaps) {
        (Verdict::Ready, Some(gaps)) => vec![format!("but {gaps}")],
        (_, gaps) => decision.reasons.iter().cloned().chain(gaps).collect(),
    }
}

/// What of the floor did not run; none where nothing was judged at all.
pub(super) fn gaps(judged: &Judgement) -> Option<String> {
    Some(judged)
        .filter(|judged| !judged.checks.is_empty())
        .and_then(|judged| Floor::of(judged).gaps())
}

/// The verdict with what of the floor did not run, and without reasons: `blocked; 1 of the 6 floor checks did not
/// run: lint`.
pub(super) fn verdict(judged: &Judgement, decision: &Decision) -> String {
    let name = decision.verdict.words();
    match (gaps(judged), decision.verdict) {
        (Some(gaps), Verdict::Ready) => format!("{name}, but {gaps}"),
        (Some(gaps), _) => format!("{name}; {gaps}"),
        (None, _) => name.to_owned(),
    }
}

/// What a report of single findings has no place for, said of the change as a whole: what of the floor did not run, and
/// the code that no check could read.
pub(super) fn of_the_whole(judged: &Judgement) -> Vec<Whole> {
    let floor = gaps(judged).map(|gaps| Whole {
        id: "floor",
        text: gaps,
        escalates: false,
    });
    let groups = unread::groups(&judged.ledger).into_iter();
    let unread = groups.map(|group| Whole {
        id: "unread",
        text: format!(
            "code that no check could read: {} ({}, {})",
            group.language,
            count(group.paths.len(), "file", "files"),
            count(group.lines, "line", "lines")
        ),
        escalates: group.accepted.is_none(),
    });
    floor.into_iter().chain(unread).collect()
}

/// One thing said of the change as a whole.
pub(super) struct Whole {
    /// What kind of thing.
    pub(super) id: &'static str,
    /// It.
    pub(super) text: String,
    /// Whether a human must decide on it.
    pub(super) escalates: bool,
}

/// The first line of a report: `ready, but 1 of the 6 floor checks did not run: lint`, or
/// `blocked: 1 finding blocks`.
pub(super) fn headline(judged: &Judgement, decision: &Decision) -> String {
    let name = decision.verdict.words();
    let colon = lead(judged, decision);
    format!("{name}{colon} {}", reasons(judged, decision).join("; "))
}

/// What stands between the verdict and its reasons.
pub(super) fn lead(judged: &Judgement, decision: &Decision) -> char {
    match (decision.verdict, gaps(judged)) {
        (Verdict::Ready, Some(_)) => ',',
        _ => ':',
    }
}

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

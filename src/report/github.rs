//! Annotations of GitHub Actions: workflow commands on standard output, worst first.
//!
//! The first line is a notice of the verdict. The runner keeps ten annotations of each kind a step and cuts a message at
//! 4,096 characters; the last says how many more there are. A line of the log is a command when it begins with `::`, and in
//! the old form wherever it holds `##[`: every line here is one of ours, and no text brings `##[` along.
//!
//! Does not catch: the limit of a whole job (50 annotations), which other steps share.

use std::fmt::Write;

use super::text::page::flat;
use super::unchecked::{Entry, entries};
use super::words::{about_the_file, headline, level, whereabouts};
use crate::change::Side;
use crate::finding::judgement::{Judgement, Outcome};
use crate::finding::{Finding, Level};
use crate::text::visible;
use crate::trace::Trace;
use crate::verdict::{Decision, Verdict};

/// Annotations of one kind that the runner keeps.
const MOST: usize = 10;
/// Characters of a message that it keeps.
const LONGEST: usize = 4096;

pub(super) fn render(trace: &Trace, decision: &Decision) -> String {
    let judged = &trace.judged;
    let mut errors = Vec::new();
    let mut warnings = Vec::new();
    let mut notices = Vec::new();
    if decision.verdict == Verdict::CouldNotJudge {
        let why = decision.reasons.join("\n");
        errors.push(annotation("error", "", "draftgate could not judge", &why));
    }
    for finding in judged.findings.iter().filter(|finding| finding.counts()) {
        let (kind, to) = match finding.level {
            Level::Block => ("error", &mut errors),
            Level::Escalate => ("warning", &mut warnings),
            Level::Note => ("notice", &mut notices),
        };
        to.push(of_finding(kind, judged, finding));
    }
    for check in judged.checks.iter().filter(|check| check.required) {
        if check.outcome == Outcome::OutOfReach {
            let title = format!("draftgate: {} could not look", check.name);
            warnings.push(annotation("warning", "", &title, &check.why));
        }
    }
    let unchecked: Vec<String> = entries(judged)
        .iter()
        .map(|entry| match entry {
            Entry::Group { kind, .. } => format!("{}: {}", kind.words(), flat(&entry.text())),
            Entry::More(_) => entry.text(),
        })
        .collect();
    let first = annotation("notice", "", "draftgate", &headline(judged, decision));
    let mut text = first;
    // The first line is a notice, and so is what was not checked.
    let own = 1 + usize::from(!unchecked.is_empty());
    for (kind, annotations, most) in [
        ("error", errors, MOST),
        ("warning", warnings, MOST),
        ("notice", notices, MOST - own),
    ] {
        let more = annotations.len().saturating_sub(most - 1);
        let shown = if more > 1 { most - 1 } else { most };
        for annotation in annotations.iter().take(shown) {
            text.push_str(annotation);
        }
        if more > 1 {
            let message = format!("{more} more of this kind: the job summary has them");
            text.push_str(&annotation(kind, "", "draftgate", &message));
        }
    }
    if !unchecked.is_empty() {
        let title = "draftgate: not checked";
        text.push_str(&annotation("notice", "", title, &unchecked.join("\n")));
    }
    text
}

fn of_finding(kind: &str, judged: &Judgement, finding: &Finding) -> String {
    let place = judged.places.get(&finding.fingerprint);
    let path = place.map_or(&finding.path, |place| &place.path);
    let line = place.map_or(finding.line, |place| place.line);
    let mut at = format!("file={},line={line},", property(&visible(path)));
    let here = finding.side == Side::Head && finding.commit.is_none() && !about_the_file(finding);
    if here && line == finding.line {
        let _ = write!(at, "endLine={},", finding.end_line.max(line));
        // Columns count only where the place is on one line; the last one belongs to it.
        if finding.end_line == finding.line && finding.end_column > finding.column {
            let last = finding.end_column - 1;
            let _ = write!(at, "col={},endColumn={last},", finding.column);
        }
    }
    let title = format!("{}: {}", level(finding.level), finding.rule);
    let elsewhere = match (here, place) {
        (false, _) if about_the_file(finding) && finding.commit.is_none() => String::new(),
        (false, _) => format!(" in {}{}", finding.path, whereabouts(finding)),
        (true, _) => String::new(),
    };
    let mut message = format!("{}{elsewhere}", finding.message);
    for (name, text) in [
        ("Why", &finding.why),
        ("Fix", &finding.fix),
        ("Avoid", &finding.avoid),
        ("Again", &finding.reproduce),
    ] {
        if !text.is_empty() {
            let _ = write!(message, "\n{name}: {}", flat(text));
        }
    }
    annotation(kind, &at, &title, &message)
}

fn annotation(kind: &str, at: &str, title: &str, message: &str) -> String {
    let lines: Vec<String> = message.lines().map(flat).collect();
    let cut: String = lines.join("\n").chars().take(LONGEST).collect();
    format!(
        "::{kind} {at}title={}::{}\n",
        property(&flat(title)),
        data(&cut)
    )
}

/// Text as the data of a workflow command.
pub fn data(text: &str) -> String {
    text.replace("##[", "# #[")
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Text as a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

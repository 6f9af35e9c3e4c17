//! JUnit XML: a test case a check, for the test pages of any CI.
//!
//! A check with blocking or escalated findings failed; one that is broken, or required and out of
//! reach, is an error; one that did not apply, or looked at no file, was skipped. What keeps the change from being judged at
//! all is an error of the case `change`.
//!
//! Does not catch: notes fail nothing; they are in the case's output.

use std::fmt::Write;

use super::words::{self, level, place, whereabouts};
use super::xml::escaped;
use crate::finding::judgement::{CheckOutcome, LedgerEntry, Outcome};
use crate::finding::{Finding, Level};
use crate::trace::Trace;
use crate::verdict::Decision;

/// What becomes of a test case.
enum Case {
    Passed,
    Skipped(String),
    Failed(String),
    Broken(String),
}

pub(super) fn render(trace: &Trace, decision: &Decision) -> String {
    let judged = &trace.judged;
    let mut cases = Vec::new();
    if let Some(obstacle) = &judged.obstacle {
        cases.push(("change", Case::Broken(obstacle.clone()), String::new()));
    }
    for check in &judged.checks {
        let found = |wanted: &dyn Fn(&Finding) -> bool| {
            let findings = judged.findings.iter();
            findings
                .filter(|finding| {
                    finding.check == check.name && finding.counts() && wanted(finding)
                })
                .map(described)
                .collect::<Vec<_>>()
        };
        let heavy = found(&|finding| finding.level > Level::Note);
        let notes = found(&|finding| finding.level == Level::Note).join("\n");
        let accepted = |entry: &LedgerEntry| {
            let unread = entry.unread.as_ref();
            unread.is_some_and(|unread| unread.accepted.is_some())
        };
        let unseen: Vec<String> = judged
            .ledger
            .iter()
            .filter(|entry| entry.check == check.name && !accepted(entry))
            .filter(|entry| matches!(entry.outcome, Outcome::Broken | Outcome::OutOfReach))
            .map(|entry| format!("{}: {}", entry.path, entry.why))
            .collect();
        cases.push((check.name.as_str(), case(check, &heavy, &unseen), notes));
    }
    let failed = cases
        .iter()
        .filter(|case| matches!(case.1, Case::Failed(_)));
    let failed = failed.count();
    let broken = cases
        .iter()
        .filter(|case| matches!(case.1, Case::Broken(_)));
    let broken = broken.count();
    let skipped = cases
        .iter()
        .filter(|case| matches!(case.1, Case::Skipped(_)));
    let totals = format!(
        "tests=\"{}\" failures=\"{failed}\" errors=\"{broken}\" skipped=\"{}\"",
        cases.len(),
        skipped.count()
    );
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, "<testsuites name=\"draftgate\" {totals}>");
    let _ = writeln!(
        xml,
        "  <testsuite name=\"draftgate: {}\" {totals}>",
        escaped(&words::verdict(judged, decision))
    );
    for (name, case, notes) in cases {
        let _ = write!(
            xml,
            "    <testcase classname=\"draftgate\" name=\"{}\">",
            escaped(name)
        );
        let inner = match case {
            Case::Passed => String::new(),
            Case::Skipped(why) => format!("<skipped message=\"{}\"/>", escaped(&why)),
            Case::Failed(why) => element("failure", &why),
            Case::Broken(why) => element("error", &why),
        };
        xml.push_str(&inner);
        if !notes.is_empty() {
            let _ = write!(xml, "<system-out>{}</system-out>", escaped(&notes));
        }
        xml.push_str("</testcase>\n");
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn case(check: &CheckOutcome, heavy: &[String], unseen: &[String]) -> Case {
    let whole = [check.why.clone()];
    let why = || {
        if unseen.is_empty() {
            whole.join("\n")
        } else {
            unseen.join("\n")
        }
    };
    if !heavy.is_empty() {
        return Case::Failed(heavy.join("\n"));
    }
    match check.outcome {
        Outcome::Broken => Case::Broken(whole.join("\n")),
        Outcome::OutOfReach if check.required => Case::Broken(whole.join("\n")),
        Outcome::OutOfReach | Outcome::NotApplicable => Case::Skipped(whole.join("\n")),
        Outcome::Ran if check.required && !unseen.is_empty() => Case::Broken(why()),
        Outcome::Ran if check.files == 0 => Case::Skipped(match unseen {
            [] => "it looked at no file of the change".to_owned(),
            unseen => unseen.join("\n"),
        }),
        Outcome::Ran => Case::Passed,
    }
}

/// An element whose message is the first line of its text.
fn element(name: &str, text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    format!(
        "<{name} message=\"{}\" type=\"draftgate\">{}</{name}>",
        escaped(first),
        escaped(text)
    )
}

fn described(finding: &Finding) -> String {
    format!(
        "{}{}: {}[{}]: {} (fix: {})",
        place(finding),
        whereabouts(finding),
        level(finding.level),
        finding.rule,
        finding.message,
        finding.fix
    )
}

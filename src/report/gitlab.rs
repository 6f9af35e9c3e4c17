//! GitLab code quality: the array that `artifacts: reports: codequality` takes.
//!
//! GitLab shows only the first of entries that share a fingerprint, so those are numbered.
//!
//! Does not catch: GitLab has no words for escalation and for a change that could not be judged; the
//! latter, checks of the floor that did not run and code that no check could read are entries on the policy file.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;

use super::text::page::flat;
use super::words::{level, of_the_whole};
use crate::finding::{Finding, Severity};
use crate::json::pretty;
use crate::trace::Trace;
use crate::verdict::{Decision, Verdict};

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub(super) fn render(trace: &Trace, decision: &Decision) -> Result<String> {
    let mut entries = Vec::new();
    if decision.verdict == Verdict::CouldNotJudge {
        let why = flat(&decision.reasons.join("; "));
        entries.push(entry(
            format!("could not judge: {why}"),
            "could-not-judge",
            crate::text::digest(why.as_bytes()),
            "blocker",
            (crate::policy::FILE.to_owned(), 1),
        ));
    }
    for whole in of_the_whole(&trace.judged) {
        entries.push(entry(
            flat(&whole.text),
            whole.id,
            crate::text::digest(whole.text.as_bytes()),
            if whole.escalates { "major" } else { "info" },
            (crate::policy::FILE.to_owned(), 1),
        ));
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in trace.judged.findings.iter().filter(|f| f.counts()) {
        let times = seen.entry(&finding.fingerprint).or_default();
        *times += 1;
        let fingerprint = match *times {
            1 => finding.fingerprint.clone(),
            more => format!("{}-{more}", finding.fingerprint),
        };
        let place = trace.judged.places.get(&finding.fingerprint);
        let place = place.map_or_else(
            || (finding.path.clone(), finding.line),
            |place| (place.path.clone(), place.line),
        );
        entries.push(entry(
            described(finding),
            &finding.rule,
            fingerprint,
            severity(finding.severity),
            place,
        ));
    }
    pretty(&entries)
}

fn entry(
    description: String,
    rule: &str,
    fingerprint: String,
    severity: &'static str,
    (path, line): (String, u32),
) -> Entry {
    Entry {
        description,
        check_name: rule.to_owned(),
        fingerprint,
        severity,
        location: Location {
            path,
            lines: Lines { begin: line.max(1) },
        },
    }
}

fn described(finding: &Finding) -> String {
    let (message, fix) = (flat(&finding.message), flat(&finding.fix));
    format!("{}: {message}. {fix}", level(finding.level))
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Low => "minor",
        Severity::Medium => "major",
        Severity::High => "critical",
        Severity::Critical => "blocker",
    }
}

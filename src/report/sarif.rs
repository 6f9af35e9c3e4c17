//! SARIF 2.1.0, as GitHub code scanning takes it: one run, a rule for each that found something, every
//! result at a place that exists at head, waivers as suppressions.
//!
//! `partialFingerprints` holds the hash that GitHub would compute itself, and draftgate's own
//! fingerprint. A rule says what the first finding of it says: a trace has no rules.
//!
//! Does not catch: GitHub's limits of 25,000 results and 25,000 rules a run; results beyond are left
//! out, the mildest first, and a notification says so. A run that could not judge has few or no results,
//! and an upload of it would close open alerts: `executionSuccessful` is false then, do not upload it.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::text::page::{cut, flat};
use super::unchecked::{Entry, Kind, entries};
use super::words::{about_the_file, gaps, place as place_of, whereabouts};
use crate::change::{Side, paths};
use crate::finding::judgement::{Judgement, Outcome};
use crate::finding::{Confidence, Finding, Level, Severity};
use crate::floor::Floor;
use crate::json::pretty;
use crate::trace::Trace;
use crate::unread;
use crate::verdict::{Decision, Verdict};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HOME: &str = "https://crates.io/crates/draftgate";
/// Results, and rules, of a run that GitHub reads.
const MOST: usize = 25_000;
/// Steps of a data flow that are written.
const MOST_STEPS: usize = 100;
/// Characters of a message.
const LONGEST: usize = 2_000;

pub(super) fn render(trace: &Trace, decision: &Decision) -> Result<String> {
    let judged = &trace.judged;
    let mut rules: Vec<&Finding> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    let mut results = Vec::new();
    for finding in judged.findings.iter().take(MOST) {
        let at = *index.entry(&finding.rule).or_insert_with(|| {
            rules.push(finding);
            rules.len() - 1
        });
        results.push(result(judged, finding, at));
    }
    let rules: Vec<Value> = rules.into_iter().map(descriptor).collect();
    pretty(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "draftgate",
                "version": trace.draftgate,
                "semanticVersion": trace.draftgate,
                "informationUri": HOME,
                "rules": rules,
            } },
            "automationDetails": { "id": "draftgate/" },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": decision.verdict != Verdict::CouldNotJudge,
                "toolExecutionNotifications": notifications(judged, decision),
            }],
            "results": results,
            "properties": {
                "verdict": decision.verdict.name(),
                "floor": Floor::of(judged),
                "unread": unread::groups(&judged.ledger),
            },
        }],
    }))
}

/// What the run has to say about itself.
fn notifications(judged: &Judgement, decision: &Decision) -> Vec<Value> {
    let notification =
        |level: &str, text: &str| json!({ "level": level, "message": message(text) });
    let mut notifications = Vec::from_iter(gaps(judged).map(|gaps| notification("warning", &gaps)));
    if decision.verdict == Verdict::CouldNotJudge {
        let reasons = decision.reasons.iter();
        notifications.extend(reasons.map(|reason| notification("error", reason)));
    }
    for check in judged.checks.iter() {
        if matches!(check.outcome, Outcome::Broken | Outcome::OutOfReach) {
            let level = if check.required { "error" } else { "warning" };
            notifications.push(notification(
                level,
                &format!("{}: {}", check.name, check.why),
            ));
        }
    }
    for entry in entries(judged) {
        let level = match &entry {
            Entry::Group {
                kind: Kind::NotRead,
                ..
            } => "warning",
            Entry::Group {
                kind: Kind::NotRun, ..
            } => "note",
            // Those of whole checks stand above; what is left is in the JSON report.
            Entry::Group { .. } | Entry::More(_) => continue,
        };
        let text = format!("not checked: {}", entry.text());
        notifications.push(notification(level, &text));
    }
    let left_out = judged.findings.len().saturating_sub(MOST);
    if left_out > 0 {
        notifications.push(notification(
            "warning",
            &format!("{left_out} findings are left out"),
        ));
    }
    notifications
}

fn descriptor(finding: &Finding) -> Value {
    // SARIF 2.1.0, 3.49.7: a name is something else than the id.
    let name = match pascal(&finding.rule) {
        same if same.eq_ignore_ascii_case(&finding.rule) => pascal(&finding.check) + &same,
        name => name,
    };
    let mut tags = vec![Value::from(finding.check.as_str())];
    let mut properties = Map::new();
    if !finding.cwe.is_empty() {
        tags.push("security".into());
        let cwe = finding.cwe.iter().take(8);
        tags.extend(cwe.map(|number| format!("external/cwe/cwe-{number:03}").into()));
        properties.insert(
            "security-severity".into(),
            security(finding.severity).into(),
        );
    }
    properties.insert("tags".into(), tags.into());
    properties.insert("precision".into(), precision(finding.confidence).into());
    properties.insert("problem.severity".into(), problem(finding.level).into());
    let why = sentence(if finding.why.is_empty() {
        &finding.rule
    } else {
        &finding.why
    });
    let mut help = why.clone();
    for (name, notifications) in [("Fix", &finding.fix), ("Avoid", &finding.avoid)] {
        if !notifications.is_empty() {
            help.push_str(&format!("\n{name}: {}", sentence(notifications)));
        }
    }
    let docs = if finding.docs.starts_with("https://") {
        &finding.docs
    } else {
        HOME
    };
    json!({
        "id": finding.rule,
        "name": name,
        "shortDescription": { "text": sentence(&finding.rule.replace('-', " ")) },
        "fullDescription": { "text": why },
        "help": { "text": help },
        "helpUri": docs,
        "defaultConfiguration": { "level": sarif_level(finding.level) },
        "properties": properties,
    })
}

fn result(judged: &Judgement, finding: &Finding, rule: usize) -> Value {
    let place = judged.places.get(&finding.fingerprint);
    let path = place.map_or(&finding.path, |place| &place.path);
    let line = place.map_or(finding.line, |place| place.line).max(1);
    let stays = *path == finding.path
        && line == finding.line
        && finding.side == Side::Head
        && finding.commit.is_none();
    let mut text = finding.message.clone();
    let same_file = about_the_file(finding) && *path == finding.path;
    if !stays && !same_file {
        text.push_str(&format!(
            " (at {}{})",
            place_of(finding),
            whereabouts(finding)
        ));
    }
    let mut region = json!({ "startLine": line });
    if stays && !about_the_file(finding) {
        region["startColumn"] = json!(finding.column.max(1));
        region["endLine"] = json!(finding.end_line.max(line));
        let least = if finding.end_line > line {
            1
        } else {
            finding.column.max(1)
        };
        region["endColumn"] = json!(finding.end_column.max(least));
    }
    let mut fingerprints = Map::new();
    fingerprints.insert(
        "draftgateFingerprint/v1".into(),
        finding.fingerprint.clone().into(),
    );
    if let Some(hash) = place.and_then(|place| place.line_hash.as_ref()) {
        fingerprints.insert("primaryLocationLineHash".into(), hash.clone().into());
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": sarif_level(finding.level),
        "message": message(&text),
        "locations": [location(path, &region)],
        "partialFingerprints": fingerprints,
        "properties": {
            "check": finding.check,
            "fix": flat(&finding.fix),
            "reproduce": flat(&finding.reproduce),
        },
    });
    if let Some(waiver) = &finding.waiver {
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": format!("{} (approved by {})", flat(&waiver.reason), flat(&waiver.approved_by)),
        }]);
    }
    if !finding.trace.is_empty() {
        let steps = finding.trace.iter().take(MOST_STEPS).map(|step| {
            let region =
                json!({ "startLine": step.line.max(1), "startColumn": step.column.max(1) });
            let mut location = location(&step.path, &region);
            location["message"] = message(&step.message);
            json!({ "location": location })
        });
        let steps: Vec<Value> = steps.collect();
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps }] }]);
    }
    result
}

fn location(path: &str, region: &Value) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(path) },
        "region": region,
    } })
}

/// A path as a relative reference (RFC 3986): every byte that could mean something else is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in paths::decode(path) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// Text as a message: no link (`[text](target)`), no placeholder (`{0}`); SARIF 2.1.0, 3.11.
fn message(text: &str) -> Value {
    json!({ "text": escaped(&sentence(text)) })
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '[' | ']' => escaped.extend(['\\', c]),
            '{' | '}' => escaped.extend([c, c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text on one line with a full stop.
fn sentence(text: &str) -> String {
    let text = cut(&flat(text), LONGEST);
    match text.chars().last() {
        Some('.' | '?' | '!') => text,
        _ => text + ".",
    }
}

/// `sql-concatenation` as `SqlConcatenation`, `clippy::needless_return` as `ClippyNeedlessReturn`.
fn pascal(id: &str) -> String {
    let mut name = String::new();
    for word in id.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut chars = word.chars();
        name.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        name.push_str(chars.as_str());
    }
    name
}

fn sarif_level(level: Level) -> &'static str {
    match level {
        Level::Block => "error",
        Level::Escalate => "warning",
        Level::Note => "note",
    }
}

fn problem(level: Level) -> &'static str {
    match level {
        Level::Block => "error",
        Level::Escalate => "warning",
        Level::Note => "recommendation",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
        Confidence::Proven => "very-high",
    }
}

/// The middle of the range that GitHub gives each name.
fn security(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "0.0",
        Severity::Low => "2.0",
        Severity::Medium => "5.5",
        Severity::High => "8.0",
        Severity::Critical => "9.5",
    }
}

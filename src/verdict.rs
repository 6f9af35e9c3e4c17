//! The verdict: a pure function of findings, outcomes and policy.
//!
//! Monotone: adding a finding or a broken check never improves it (property-tested in
//! `tests/verdict.rs`). Only this module says "blocked".

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::finding::judgement::{CheckOutcome, Judgement, LedgerEntry, Outcome};
use crate::finding::{Finding, Level};
use crate::unread::{self, Group};

/// What becomes of the change, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Ready for human review.
    Ready,
    /// A human must decide.
    NeedsHuman,
    /// No verdict: a required check is broken, or the change itself is unreadable.
    CouldNotJudge,
    /// The change may not pass.
    Blocked,
}

impl Verdict {
    /// Its name, as machines read it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Ready => "ready",
            Verdict::NeedsHuman => "needs-human",
            Verdict::CouldNotJudge => "could-not-judge",
            Verdict::Blocked => "blocked",
        }
    }

    /// The same in words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Ready => "ready",
            Verdict::NeedsHuman => "needs a human",
            Verdict::CouldNotJudge => "could not judge",
            Verdict::Blocked => "blocked",
        }
    }
}

/// A verdict and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Decision {
    /// What becomes of the change.
    pub verdict: Verdict,
    /// Each reason in a sentence; never empty.
    pub reasons: Vec<String>,
}

/// What a run comes to.
pub fn of(judged: &Judgement) -> Decision {
    decide(
        &judged.findings,
        &judged.checks,
        &judged.ledger,
        judged.obstacle.as_deref(),
    )
}

/// Decides.
///
/// `checks` holds one entry a check, with whether the policy requires it; `ledger` one entry a
/// check and file: code in a language that no check knows needs a human whether or not one of them is
/// required, unless it is accepted; `obstacle` is why the change itself could not be read.
pub fn decide(
    findings: &[Finding],
    checks: &[CheckOutcome],
    ledger: &[LedgerEntry],
    obstacle: Option<&str>,
) -> Decision {
    let counted = |level| {
        findings
            .iter()
            .filter(|finding| finding.counts() && finding.level == level)
            .count()
    };
    let (blocking, escalating) = (counted(Level::Block), counted(Level::Escalate));
    let required = |name: &str| {
        checks
            .iter()
            .any(|check| check.required && check.name == name)
    };

    let mut reasons = Vec::new();
    if blocking > 0 {
        reasons.push(plural(blocking, "finding blocks", "findings block"));
    }
    reasons.extend(obstacle.map(str::to_owned));
    let broken: Vec<&CheckOutcome> = checks
        .iter()
        .filter(|check| check.required && check.outcome == Outcome::Broken)
        .collect();
    for check in &broken {
        reasons.push(format!(
            "required check {} is broken: {}",
            check.name, check.why
        ));
    }
    let broken_files = ledger
        .iter()
        .filter(|entry| entry.outcome == Outcome::Broken && required(&entry.check))
        .filter(|entry| !broken.iter().any(|check| check.name == entry.check))
        .collect::<Vec<_>>();
    let mut by_check: BTreeMap<&str, Vec<&LedgerEntry>> = BTreeMap::new();
    for entry in &broken_files {
        by_check.entry(&entry.check).or_default().push(entry);
    }
    for (check, entries) in by_check {
        let more = match entries.len() - 1 {
            0 => String::new(),
            more => format!(", and on {}", plural(more, "more file", "more files")),
        };
        if let Some(first) = entries.first() {
            let (path, why) = (&first.path, &first.why);
            reasons.push(format!(
                "required check {check} is broken on {path}{more}: {why}"
            ));
        }
    }
    if escalating > 0 {
        reasons.push(plural(
            escalating,
            "finding needs a human",
            "findings need a human",
        ));
    }
    let unseen_checks = checks
        .iter()
        .filter(|check| check.required && check.outcome == Outcome::OutOfReach)
        .count();
    let unseen_files = ledger
        .iter()
        .filter(|entry| entry.outcome == Outcome::OutOfReach && required(&entry.check))
        .filter(|entry| entry.unread.is_none())
        .map(|entry| entry.path.as_str())
        .collect::<BTreeSet<_>>()
        .len();
    for check in checks
        .iter()
        .filter(|check| check.required && check.outcome == Outcome::OutOfReach)
    {
        reasons.push(format!(
            "required check {} could not look: {}",
            check.name, check.why
        ));
    }
    if unseen_files > 0 {
        reasons.push(plural(
            unseen_files,
            "file is out of reach of a required check",
            "files are out of reach of a required check",
        ));
    }

    let unread: Vec<Group<'_>> = unread::groups(ledger)
        .into_iter()
        .filter(|group| group.accepted.is_none())
        .collect();
    if !unread.is_empty() {
        let languages = unread.iter().map(|group| {
            let files = plural(group.paths.len(), "file", "files");
            let lines = plural(group.lines, "line", "lines");
            format!("{} ({files}, {lines})", group.language)
        });
        let languages: Vec<String> = languages.collect();
        reasons.push(format!(
            "code that no check could read: {}",
            languages.join(", ")
        ));
    }

    let verdict = if blocking > 0 {
        Verdict::Blocked
    } else if obstacle.is_some() || !broken.is_empty() || !broken_files.is_empty() {
        Verdict::CouldNotJudge
    } else if escalating + unseen_checks + unseen_files + unread.len() > 0 {
        Verdict::NeedsHuman
    } else {
        reasons.push("nothing found that blocks or needs a human".to_owned());
        Verdict::Ready
    };
    Decision { verdict, reasons }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

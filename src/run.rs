//! The run: knows all stages, and reads like the diagram in [`crate`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::change::{Blob, Change};
use crate::checks::{Check, Context, Examined, entry};
use crate::finding::Finding;
use crate::introduced::introduced;
use crate::judged::{
    ChangeSummary, CheckOutcome, Excerpt, Judged, LedgerEntry, Outcome, PolicyIdentity,
};
use crate::plan::{Assignment, Selection, plan};
use crate::policy::{CheckName, Policy};
use crate::redaction::Redaction;
use crate::syntax::Trees;
use crate::trace::RunLog;

/// Hears how the run goes; called from several threads.
pub trait Progress: Sync {
    /// A check began.
    fn started(&self, check: &str);
    /// A check ended.
    fn finished(&self, check: &str);
}

/// Hears nothing.
pub struct Silent;

impl Progress for Silent {
    fn started(&self, _check: &str) {}
    fn finished(&self, _check: &str) {}
}

/// Judges a change: plans, runs the checks on up to `jobs` threads, and brings together what they found.
pub fn judge(
    change: &Change,
    policy: &Policy,
    checks: &[Box<dyn Check>],
    selection: &Selection,
    jobs: usize,
    progress: &dyn Progress,
) -> (Judged, RunLog) {
    let started = Instant::now();
    let trees = Trees::default();
    let assignments = plan(checks, change, policy, selection);
    let results = run_checks(change, policy, &trees, &assignments, jobs, progress);

    let mut judged = Judged {
        change: summary(change),
        policy: policy.identity.clone(),
        obstacle: None,
        findings: Vec::new(),
        checks: Vec::new(),
        ledger: Vec::new(),
        remarks: [change.remarks.clone(), policy.remarks.clone()].concat(),
        excerpts: BTreeMap::new(),
    };
    let mut log = RunLog::default();
    let mut redaction = Redaction::default();
    for (assignment, (examined, millis)) in assignments.iter().zip(results) {
        let name = assignment.check.name();
        log.checks.insert(name.to_owned(), millis);
        if !examined.output.is_empty() {
            log.output.insert(name.to_owned(), examined.output.clone());
        }
        redaction.know(examined.secrets.iter().cloned());
        judged.checks.push(outcome(assignment, &examined));
        judged.ledger.extend(ledger(assignment, &examined));
        judged
            .findings
            .extend(introduced(change, &trees, examined.head, examined.base));
    }
    judged
        .checks
        .extend(unknown_here(policy, checks, selection));
    judged.findings = judged
        .findings
        .into_iter()
        .filter_map(|finding| settle(finding, policy, change))
        .collect();
    judged.findings.sort_by(Finding::order);
    if selection.only.is_empty() && selection.skip.is_empty() {
        judged.remarks.extend(policy.idle_waivers(&judged.findings));
    }
    if !selection.only.is_empty() {
        judged.remarks.push(format!(
            "only {} was asked for (--only): this is no verdict on the whole change",
            selection.only.join(", ")
        ));
    }
    judged.ledger.sort();
    redact(change, &assignments, &mut judged, &mut log, redaction);
    log.millis = millis_since(started);
    (judged, log)
}

/// Excerpts, and everything else that a report may show, without the secrets. Which checks were asked for
/// does not matter: what is shown is searched here, where the secrets check has not.
fn redact(
    change: &Change,
    assignments: &[Assignment<'_>],
    judged: &mut Judged,
    log: &mut RunLog,
    mut redaction: Redaction,
) {
    let mut learned = BTreeSet::new();
    let mut learn = |path: &str, blob: Option<&Blob>| {
        if let Some(blob) = blob
            && let Some(text) = blob.text()
            && learned.insert((path.to_owned(), blob.id.clone()))
        {
            redaction.learn(path, text);
        }
    };
    let searched = assignments
        .iter()
        .any(|one| one.check.name() == "secrets" && one.off.is_none());
    let printed = !log.output.is_empty();
    for file in &change.files {
        if !searched {
            learn(&file.path, file.head.as_ref());
        }
        if !searched || printed {
            learn(file.base_path(), file.base.as_ref());
        }
    }
    let shown: Vec<Option<Cow<'_, Blob>>> = judged
        .findings
        .iter()
        .map(|finding| shown_blob(change, finding))
        .collect();
    for (finding, blob) in judged.findings.iter().zip(&shown) {
        learn(&finding.path, blob.as_deref());
    }
    redaction.settle();
    let mut clean: BTreeMap<&str, String> = BTreeMap::new();
    for (finding, blob) in judged.findings.iter().zip(&shown) {
        let Some((blob, text)) = blob.as_deref().and_then(|blob| Some((blob, blob.text()?))) else {
            continue;
        };
        // The whole text: a secret may span lines, and an excerpt may cut one.
        let text = clean
            .entry(&blob.id)
            .or_insert_with(|| redaction.in_place(text));
        if let Some(excerpt) = excerpt(text, finding) {
            judged.excerpts.insert(finding.fingerprint.clone(), excerpt);
        }
    }
    redaction.judged(judged);
    for output in log.output.values_mut() {
        *output = redaction.text(output);
    }
}

/// The file that an excerpt is taken from.
fn shown_blob<'a>(change: &'a Change, finding: &Finding) -> Option<Cow<'a, Blob>> {
    if finding.commit.is_some() {
        return None;
    }
    let file = change
        .files
        .iter()
        .find(|file| file.path_on(finding.side) == finding.path);
    match file.and_then(|file| file.blob(finding.side)) {
        Some(blob) => Some(Cow::Borrowed(blob)),
        None => Some(Cow::Owned(change.read(finding.side, &finding.path).ok()??)),
    }
}

/// Checks that the policy requires by name and this draftgate does not have: no pass.
fn unknown_here(
    policy: &Policy,
    checks: &[Box<dyn Check>],
    selection: &Selection,
) -> Vec<CheckOutcome> {
    if !policy.requires_by_name {
        return Vec::new();
    }
    let asked = |name: &str| selection.only.is_empty() || selection.only.iter().any(|o| o == name);
    policy
        .required
        .iter()
        .map(CheckName::as_str)
        .filter(|name| asked(name) && !checks.iter().any(|check| check.name() == *name))
        .map(|name| CheckOutcome {
            name: name.to_owned(),
            required: true,
            outcome: Outcome::Broken,
            why: format!(
                "draftgate {} has no such check yet: take it out of gate.required",
                env!("CARGO_PKG_VERSION")
            ),
            files: 0,
        })
        .collect()
}

type Timed = (Examined, u64);

fn run_checks(
    change: &Change,
    policy: &Policy,
    trees: &Trees,
    assignments: &[Assignment<'_>],
    jobs: usize,
    progress: &dyn Progress,
) -> Vec<Timed> {
    let results: Vec<Mutex<Timed>> = assignments.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((assignment, slot)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            assignments.get(at).zip(results.get(at))
        } {
            let started = Instant::now();
            progress.started(assignment.check.name());
            let examined = run_check(change, policy, trees, assignment);
            progress.finished(assignment.check.name());
            *slot
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) =
                (examined, millis_since(started));
        }
    };
    if jobs <= 1 || change.files.is_empty() {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..jobs.min(assignments.len()) {
                scope.spawn(work);
            }
        });
    }
    results
        .into_iter()
        .map(|slot| {
            slot.into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        })
        .collect()
}

fn run_check(
    change: &Change,
    policy: &Policy,
    trees: &Trees,
    assignment: &Assignment<'_>,
) -> Examined {
    if let Some(why) = &assignment.off {
        return Examined::not_applicable(why.clone());
    }
    let context = Context {
        change,
        policy,
        files: assignment.files.clone(),
        trees,
    };
    // A check that panics is a broken check, and no pass; the others go on.
    catch_unwind(AssertUnwindSafe(|| assignment.check.run(&context))).unwrap_or_else(|_| {
        Examined::broken(
            "it panicked: this is a defect of draftgate, please report it with the trace",
        )
    })
}

fn outcome(assignment: &Assignment<'_>, examined: &Examined) -> CheckOutcome {
    let (outcome, why) = match &examined.whole {
        Some((outcome, why)) => (*outcome, why.clone()),
        None => (Outcome::Ran, String::new()),
    };
    let failed = |path: &str| {
        examined
            .ledger
            .iter()
            .any(|(other, outcome, _)| other == path && *outcome != Outcome::Ran)
    };
    let files = match outcome {
        Outcome::Ran => assignment
            .files
            .iter()
            .filter(|file| !failed(&file.path))
            .count(),
        Outcome::NotApplicable | Outcome::OutOfReach | Outcome::Broken => 0,
    };
    CheckOutcome {
        name: assignment.check.name().to_owned(),
        required: assignment.required,
        outcome,
        why,
        files,
    }
}

/// One entry for each file of the change, unless the check was switched off as a whole.
fn ledger(assignment: &Assignment<'_>, examined: &Examined) -> Vec<LedgerEntry> {
    let name = assignment.check.name();
    if assignment.off.is_some() {
        return Vec::new();
    }
    let mut entries = assignment.passed_over.clone();
    for file in &assignment.files {
        let told = examined
            .ledger
            .iter()
            .find(|(path, _, _)| *path == file.path)
            .map(|(_, outcome, why)| (*outcome, why.clone()));
        let (outcome, why) = told
            .or_else(|| examined.whole.clone())
            .unwrap_or((Outcome::Ran, String::new()));
        entries.push(entry(name, &file.path, outcome, why));
    }
    entries
}

/// A finding with the policy's level, its waiver and its command; `None` where the policy turns it off.
fn settle(mut finding: Finding, policy: &Policy, change: &Change) -> Option<Finding> {
    finding.level = policy.level(&finding)?;
    finding.waiver = policy.waiver(&finding);
    if finding.reproduce.is_empty() {
        finding.reproduce = format!("draftgate check {} --only {}", change.asked, finding.check);
    }
    Some(finding)
}

fn summary(change: &Change) -> ChangeSummary {
    let (added, deleted) = change.line_counts();
    ChangeSummary {
        base: change.base.label.clone(),
        head: change.head.label.clone(),
        files: change.files.len(),
        added,
        deleted,
        commits: change.commits.len(),
    }
}

/// Lines of code around a finding's place. Secrets are taken out of whole lines, before anything is
/// cut: half a secret is recognised no more.
fn excerpt(text: &str, finding: &Finding) -> Option<Excerpt> {
    const AROUND: usize = 2;
    const MOST_LINES: usize = 12;
    const LONGEST: usize = 400;
    let first = (finding.line as usize).saturating_sub(1 + AROUND);
    let last = (finding.end_line as usize)
        .saturating_add(AROUND)
        .min(first + MOST_LINES);
    let far_out = (finding.column as usize).saturating_sub(LONGEST * 3 / 4);
    let skipped = if far_out == 0 {
        0
    } else {
        finding.column as usize - LONGEST / 4
    };
    let lines: Vec<String> = text
        .lines()
        .skip(first)
        .take(last.saturating_sub(first))
        .map(|line| line.chars().skip(skipped).take(LONGEST).collect())
        .collect();
    (!lines.is_empty()).then(|| Excerpt {
        first_line: u32::try_from(first + 1).unwrap_or(u32::MAX),
        first_column: u32::try_from(skipped + 1).unwrap_or(u32::MAX),
        lines,
    })
}

fn millis_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// What stands in place of a judgement when there is nothing that can be judged.
pub fn could_not_judge(obstacle: &str, policy: PolicyIdentity) -> Judged {
    Judged {
        change: ChangeSummary {
            base: String::new(),
            head: String::new(),
            files: 0,
            added: 0,
            deleted: 0,
            commits: 0,
        },
        policy,
        obstacle: Some(Redaction::default().text(obstacle)),
        findings: Vec::new(),
        checks: Vec::new(),
        ledger: Vec::new(),
        remarks: Vec::new(),
        excerpts: BTreeMap::new(),
    }
}

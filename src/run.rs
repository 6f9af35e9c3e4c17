//! The run: knows all stages, and reads like the diagram in [`crate`].

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::change::Change;
use crate::checks::provenance::is_agent_written;
use crate::checks::{Check, Context, Examined, entry};
use crate::finding::anchor::head_places;
use crate::finding::excerpts::show;
use crate::finding::introduced::introduced;
use crate::finding::judged::{
    ChangeSummary, CheckOutcome, Judged, LedgerEntry, Outcome, PolicyIdentity,
};
use crate::finding::places::Places;
use crate::finding::{Finding, Level};
use crate::language::Trees;
use crate::plan::{Assignment, Selection, plan};
use crate::policy::Policy;
pub use crate::progress::{Progress, Silent};
use crate::redaction::Redaction;
use crate::trace::RunLog;

/// Judges a change: plans, runs the checks on up to `jobs` threads, and brings together what they found.
pub fn judge(
    change: &Change,
    policy: &Policy,
    checks: &[Box<dyn Check>],
    selection: &Selection,
    jobs: usize,
    progress: &dyn Progress,
) -> (Judged, RunLog) {
    let for_agent = is_agent_written(change).then(|| policy.clone().for_agent());
    let policy = for_agent.as_ref().unwrap_or(policy);
    let started = Instant::now();
    let trees = Trees::default();
    let assignments = plan(checks, change, policy, selection);
    let places = Mutex::new(Places::new(change, &trees));
    let run = |assignment: &Assignment<'_>| {
        let mut examined = run_check(change, policy, &trees, assignment, progress);
        let (head, base) = (mem::take(&mut examined.head), mem::take(&mut examined.base));
        let mut places = places.lock().unwrap_or_else(PoisonError::into_inner);
        let findings: Vec<Finding> = introduced(&mut places, head, base)
            .into_iter()
            .filter_map(|finding| settle(finding, policy, change))
            .collect();
        if !findings.is_empty() {
            let blocks = |found: &&Finding| found.level == Level::Block && found.counts();
            let blocking = findings.iter().filter(blocks).count();
            progress.told(assignment.check.name(), findings.len(), blocking);
        }
        (examined, findings)
    };
    let results = run_checks(change, &assignments, jobs, progress, &run);

    let mut judged = Judged {
        change: summary(change),
        policy: policy.identity.clone(),
        obstacle: None,
        findings: Vec::new(),
        checks: Vec::new(),
        ledger: Vec::new(),
        remarks: [change.remarks.clone(), policy.remarks.clone()].concat(),
        excerpts: BTreeMap::new(),
        places: BTreeMap::new(),
        coverage: None,
    };
    let mut log = RunLog::default();
    let mut redaction = Redaction::default();
    for (assignment, ((examined, findings), millis)) in assignments.iter().zip(results) {
        let name = assignment.check.name();
        log.checks.insert(name.to_owned(), millis);
        if !examined.output.is_empty() {
            log.output.insert(name.to_owned(), examined.output.clone());
        }
        redaction.know(examined.secrets.iter().cloned());
        judged.checks.push(outcome(assignment, &examined));
        judged.remarks.extend(examined.remarks.iter().cloned());
        judged.ledger.extend(ledger(assignment, &examined));
        judged.coverage = judged.coverage.take().or(examined.coverage);
        judged.findings.extend(findings);
    }
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
    judged.places = head_places(change, &judged.findings);
    let mut asked = assignments.iter().filter(|one| one.off.is_none());
    let searched = asked.any(|one| one.check.name() == "secrets");
    show(
        change,
        &mut places.into_inner().unwrap_or_else(PoisonError::into_inner),
        searched,
        redaction,
        &mut judged,
        &mut log,
    );
    log.millis = millis_since(started);
    (judged, log)
}

/// What a check said, and what of it the change brought in.
type Found = (Examined, Vec<Finding>);
/// The same, with its milliseconds.
type Timed = (Found, u64);

fn run_checks(
    change: &Change,
    assignments: &[Assignment<'_>],
    jobs: usize,
    progress: &dyn Progress,
    run: &(dyn Fn(&Assignment<'_>) -> Found + Sync),
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
            let found = run(assignment);
            progress.finished(assignment.check.name());
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = (found, millis_since(started));
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
        .map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

fn run_check(
    change: &Change,
    policy: &Policy,
    trees: &Trees,
    assignment: &Assignment<'_>,
    progress: &dyn Progress,
) -> Examined {
    if let Some(why) = &assignment.off {
        return Examined::not_applicable(why.clone());
    }
    let context = Context {
        change,
        policy,
        files: assignment.files.clone(),
        trees,
        progress,
    };
    // A check that panics is a broken check, and no pass; the others go on.
    catch_unwind(AssertUnwindSafe(|| assignment.check.run(&context))).unwrap_or_else(|_| {
        Examined::broken(
            "it panicked: this is a defect of draftgate, please report it with the trace",
        )
    })
}

/// What a check told of single files.
fn told(examined: &Examined) -> HashMap<&str, (Outcome, &str)> {
    let entries = examined.ledger.iter();
    entries
        .map(|(path, outcome, why)| (path.as_str(), (*outcome, why.as_str())))
        .collect()
}

fn outcome(assignment: &Assignment<'_>, examined: &Examined) -> CheckOutcome {
    let (outcome, why) = match &examined.whole {
        Some((outcome, why)) => (*outcome, why.clone()),
        None => (Outcome::Ran, String::new()),
    };
    let told = told(examined);
    let looked = |path: &str| {
        told.get(path)
            .is_none_or(|(outcome, _)| *outcome == Outcome::Ran)
    };
    let files = match outcome {
        Outcome::Ran => assignment
            .files
            .iter()
            .filter(|file| looked(&file.path))
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
    let told = told(examined);
    let whole = examined
        .whole
        .as_ref()
        .map(|(outcome, why)| (*outcome, why.as_str()));
    for file in &assignment.files {
        let (outcome, why) = told
            .get(file.path.as_str())
            .copied()
            .or(whole)
            .unwrap_or((Outcome::Ran, ""));
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
        places: BTreeMap::new(),
        coverage: None,
    }
}

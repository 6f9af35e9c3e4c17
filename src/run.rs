//! The run: knows all stages, and reads like the diagram in [`crate`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::budget;
use crate::change::authorship::is_agent_written;
use crate::change::{Change, File};
use crate::checks::{self, Check, CheckResult, Context, entry};
use crate::finding::alike::as_one;
use crate::finding::anchor::head_places;
use crate::finding::introduced::introduced;
use crate::finding::judgement::{
    ChangeSummary, CheckOutcome, Judgement, LedgerEntry, Outcome, PolicyIdentity, RunLog,
};
use crate::finding::once::once;
use crate::finding::places::Places;
use crate::finding::{Finding, Level};
use crate::inputs::Inputs;
use crate::language::{Trees, folders_of_tests};
use crate::plan::{Assignment, Selection, plan};
use crate::policy::Policy;
use crate::process::deadline;
pub use crate::progress::{Progress, Silent};
use crate::redaction::{KnownSecrets, Redaction, redacted};
use crate::unread;

/// Judges a change: plans, runs the checks on up to `jobs` threads, and brings together what they found.
pub fn judge(
    change: &Change,
    policy: &Policy,
    inputs: &Inputs,
    checks: &[Box<dyn Check>],
    selection: &Selection,
    jobs: usize,
    progress: &dyn Progress,
) -> (Judgement, RunLog) {
    let started = Instant::now();
    let trees = Trees::default();
    let policy = &in_force(policy, change, &trees);
    let places = Mutex::new(Places::new(change, &trees));
    let plan = plan(checks, change, policy, inputs, selection);
    let jobs = if change.files.is_empty() { 1 } else { jobs };

    let results = on_threads(jobs, &plan, |assignment| {
        let (began, before) = (Instant::now(), budget::total());
        let name = assignment.check.name();
        progress.started(name);
        let context = Context {
            change,
            policy,
            inputs,
            files: assignment.files.clone(),
            trees: &trees.for_check(),
            progress,
        };
        let mut result = ran(assignment, &context);
        let (head, base) = (mem::take(&mut result.head), mem::take(&mut result.base));
        let introduced = introduced(&mut held(&places), head, base);
        let mut findings = settled(introduced, policy, change);
        result.remarks.extend(shorten(&mut findings));
        report(progress, name, &findings);
        progress.finished(name);
        Checked {
            assignment,
            result,
            findings,
            millis: millis_since(began),
            steps: budget::total() - before,
        }
    });
    let log = logged(&results);
    let secrets = secrets(&results);
    let judged = judged(change, policy, selection, &mut held(&places), results);
    let (judged, log) = redacted(change, &mut held(&places), secrets, judged, log);
    let millis = millis_since(started);
    (judged, RunLog { millis, ..log })
}

/// The policy as it holds for this change.
fn in_force<'p>(policy: &'p Policy, change: &Change, trees: &Trees) -> Cow<'p, Policy> {
    let mut policy = Cow::Borrowed(policy);
    let tests = folders_of_tests::declared(change, &trees.for_check());
    if !tests.is_empty() {
        policy = Cow::Owned(policy.into_owned().with_test_folders(tests));
    }
    if is_agent_written(&change.commits) {
        policy = Cow::Owned(policy.into_owned().for_agent());
    }
    policy
}

/// A check that was run, and what of its findings counts.
struct Checked<'a> {
    assignment: &'a Assignment<'a>,
    result: CheckResult,
    findings: Vec<Finding>,
    millis: u64,
    steps: u64,
}

/// Stack of a thread that runs checks: some recurse over a tree, whose depth is limited.
const STACK: usize = 64 * 1024 * 1024;

/// What `run` gives for each assignment, in their order.
fn on_threads<'a, T: Send>(
    jobs: usize,
    plan: &'a [Assignment<'a>],
    run: impl Fn(&'a Assignment<'a>) -> T + Sync,
) -> Vec<T> {
    let results = Mutex::new(Vec::with_capacity(plan.len()));
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(assignment) = plan.get(at) else {
                break;
            };
            let result = run(assignment);
            held(&results).push((at, result));
        }
    };
    let begun = std::thread::scope(|scope| {
        let begin = || std::thread::Builder::new().stack_size(STACK);
        let threads = jobs.clamp(1, plan.len().max(1));
        let threads = (0..threads).map(|_| begin().spawn_scoped(scope, work));
        threads.filter(std::io::Result::is_ok).count()
    });
    if begun == 0 {
        work();
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks a check.
fn ran(assignment: &Assignment<'_>, context: &Context<'_>) -> CheckResult {
    if let Some(why) = &assignment.off {
        return CheckResult::not_applicable(why.clone());
    }
    if deadline::is_over() {
        return CheckResult::broken("not begun: the time of the run was over");
    }
    let bytes = assignment.files.iter().copied().map(checks::bytes).sum();
    let bounded = || budget::within(budget::of_check(bytes), || assignment.check.run(context));
    // A check that panics is a broken check, and no pass; the others go on.
    let mut result = match catch_unwind(AssertUnwindSafe(bounded)) {
        Ok(Ok(result)) => result,
        Ok(Err(spent)) => CheckResult {
            whole: Some((Outcome::OutOfReach, spent.to_string())),
            ..CheckResult::default()
        },
        Err(_) => CheckResult::broken(
            "it panicked: this is a defect of draftgate, please report it with the trace",
        ),
    };
    leave_unread(&mut result, &assignment.files, context.trees.unread());
    result
}

/// Files that a check could not read are out of its reach.
fn leave_unread(result: &mut CheckResult, files: &[&File], unread: BTreeMap<String, String>) {
    for (path, why) in unread {
        // Base's side may stand under another path.
        let of_change = |file: &&&File| file.path == path || file.base_path() == path;
        let path = match files.iter().find(of_change) {
            Some(file) => file.path.clone(),
            None => path,
        };
        result.ledger.push((path, Outcome::OutOfReach, why));
    }
}

/// The findings that the policy lets stand, with its level, its waiver and their command.
fn settled(findings: Vec<Finding>, policy: &Policy, change: &Change) -> Vec<Finding> {
    let settle = |mut finding: Finding| {
        finding.level = policy.level(&finding)?;
        finding.waiver = policy.waiver(&finding);
        if finding.reproduce.is_empty() {
            finding.reproduce = format!(
                "draftgate check {} --only {}",
                change.arguments, finding.check
            );
        }
        Some(finding)
    };
    findings.into_iter().filter_map(settle).collect()
}

/// Findings of one rule in one file that reports have at most.
const MOST: usize = 1_000;

/// Keeps the strongest of what a rule finds without end in a file; says what was left out.
fn shorten(findings: &mut Vec<Finding>) -> Vec<String> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let key = |finding: &Finding| (finding.rule.clone(), finding.path.clone());
    for finding in findings.iter() {
        *counts.entry(key(finding)).or_default() += 1;
    }
    counts.retain(|_, count| *count > MOST);
    if counts.is_empty() {
        return Vec::new();
    }
    let strength = |finding: &Finding| (finding.counts(), finding.level);
    findings.sort_by_key(|finding| std::cmp::Reverse(strength(finding)));
    let mut kept: BTreeMap<(String, String), usize> = BTreeMap::new();
    findings.retain(|finding| {
        let kept = kept.entry(key(finding)).or_default();
        *kept += 1;
        *kept <= MOST
    });
    let left_out = counts.into_iter().map(|((rule, path), count)| {
        let path = crate::text::visible(&path);
        format!(
            "{} more findings of {rule} in {path} are left out",
            count - MOST
        )
    });
    left_out.collect()
}

/// Says how many findings a check has, where it has any.
fn report(progress: &dyn Progress, name: &str, findings: &[Finding]) {
    let blocks = |finding: &&Finding| finding.level == Level::Block && finding.counts();
    if !findings.is_empty() {
        progress.reported(name, findings.len(), findings.iter().filter(blocks).count());
    }
}

/// What the run took.
fn logged(results: &[Checked<'_>]) -> RunLog {
    let mut log = RunLog::default();
    for one in results {
        let name = one.assignment.check.name().to_owned();
        if !one.result.output.is_empty() {
            log.output.insert(name.clone(), one.result.output.clone());
        }
        log.steps.insert(name.clone(), one.steps);
        log.checks.insert(name, one.millis);
    }
    log
}

/// The secrets that the checks know of.
fn secrets(results: &[Checked<'_>]) -> KnownSecrets {
    let of = |one: &Checked<'_>| one.result.secrets.clone();
    KnownSecrets {
        values: results.iter().flat_map(of).collect(),
        searched: results.iter().any(|one| one.result.searched),
    }
}

/// Everything brought together, in the order of reports.
fn judged(
    change: &Change,
    policy: &Policy,
    selection: &Selection,
    places: &mut Places<'_>,
    results: Vec<Checked<'_>>,
) -> Judgement {
    let mut judged = Judgement {
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
    let asked = results.iter().map(|one| one.assignment.check);
    let tools = asked.filter(|check| check.runs_project_tools());
    let tools: Vec<&str> = tools.map(|check| check.name()).collect();
    let (mut refuted, mut moved) = (BTreeSet::new(), BTreeMap::new());
    for one in results {
        let Checked {
            assignment,
            result,
            findings,
            ..
        } = one;
        judged.checks.push(outcome(assignment, &result));
        judged.ledger.extend(ledger(assignment, &result));
        judged.remarks.extend(result.remarks);
        refuted.extend(result.refuted);
        moved.extend(result.moved);
        judged.coverage = judged.coverage.or(result.coverage);
        judged.findings.extend(findings);
    }
    checks::refute(&mut judged.findings, &refuted, policy);
    checks::convict(&mut judged.findings, &moved, policy);
    judged.findings.sort_by(Finding::order);
    if selection.only.is_empty() && selection.skip.is_empty() {
        judged.remarks.extend(policy.idle_waivers(&judged.findings));
    }
    let findings = mem::take(&mut judged.findings);
    judged.findings = as_one(once(places, findings), &tools);
    unread::accept(&mut judged.ledger, policy.on_unread(), &tools);
    judged.ledger.sort();
    judged.places = head_places(change, &judged.findings);
    if !selection.only.is_empty() {
        judged.remarks.push(format!(
            "only {} was asked for (--only): this is no verdict on the whole change",
            selection.only.join(", ")
        ));
    }
    judged
}

/// What a check told of single files.
fn reported(result: &CheckResult) -> HashMap<&str, (Outcome, &str)> {
    let entries = result.ledger.iter();
    entries
        .map(|(path, outcome, why)| (path.as_str(), (*outcome, why.as_str())))
        .collect()
}

fn outcome(assignment: &Assignment<'_>, result: &CheckResult) -> CheckOutcome {
    let (outcome, why) = match &result.whole {
        Some((outcome, why)) => (*outcome, why.clone()),
        None => (Outcome::Ran, String::new()),
    };
    let reported = reported(result);
    let looked = |path: &str| {
        reported
            .get(path)
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
    let unseen = |outcome: Outcome| matches!(outcome, Outcome::OutOfReach | Outcome::Broken);
    let passed_over = &assignment.passed_over;
    let idle = match outcome {
        Outcome::Ran => {
            files == 0
                && !passed_over.iter().any(|entry| unseen(entry.outcome))
                && !reported.values().any(|(outcome, _)| unseen(*outcome))
        }
        Outcome::NotApplicable => result.idle,
        Outcome::OutOfReach | Outcome::Broken => false,
    };
    CheckOutcome {
        name: assignment.check.name().to_owned(),
        required: assignment.required,
        outcome,
        why,
        files,
        idle,
    }
}

/// One entry for each file of the change, unless the check was switched off as a whole.
fn ledger(assignment: &Assignment<'_>, result: &CheckResult) -> Vec<LedgerEntry> {
    let name = assignment.check.name();
    if assignment.off.is_some() {
        return Vec::new();
    }
    let mut entries = assignment.passed_over.clone();
    let reported = reported(result);
    let whole = result
        .whole
        .as_ref()
        .map(|(outcome, why)| (*outcome, why.as_str()));
    for file in &assignment.files {
        let (outcome, why) = reported
            .get(file.path.as_str())
            .copied()
            .or(whole)
            .unwrap_or((Outcome::Ran, ""));
        entries.push(entry(name, &file.path, outcome, why));
    }
    // Files beside the change that it leaned on.
    let paths = assignment.files.iter().map(|file| file.path.as_str());
    let of_change: HashSet<&str> = paths.collect();
    for (path, outcome, why) in &result.ledger {
        if *outcome == Outcome::OutOfReach && !of_change.contains(path.as_str()) {
            entries.push(entry(name, path, *outcome, why.clone()));
        }
    }
    entries
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
pub fn could_not_judge(obstacle: &str, policy: PolicyIdentity) -> Judgement {
    Judgement {
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

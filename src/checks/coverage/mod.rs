//! `coverage`: do tests run the new lines, and every line that they ran before?
//!
//! Reports of head and base are gathered (`gather.rs`) or made by the policy's test command (`measure/`), believed
//! or refused (`honest.rs`), laid over the change line by
//! line (`compare.rs`), and what is lost or missing is said with names of lines and functions
//! (`findings.rs`). Without base's report the new lines are judged alone, and the reports say so.
//!
//! Does not catch: a line that runs and is not looked at by any assertion (check `tests`).

mod compare;
mod failing;
mod findings;
mod gather;
mod honest;
mod lost;
mod measure;
pub(super) mod role;
mod texts;

use anyhow::{Context as _, Result, bail};

use super::{Applicability, Check, CheckResult, Context, head_text};
use crate::change::{File, Side};
use crate::coverage::classes::{Class, Tally};
use crate::coverage::side::Measured;
use crate::coverage::suite::Suite;
use crate::coverage::summary::{Summary, SummaryFile, ranges};
use crate::finding::judgement::Outcome;
use crate::finding::{Finding, Level};
use crate::inputs::Inputs;
use crate::policy::Policy;
use crate::rule::built_in::coverage as rules;
use crate::text::visible;
use compare::Compared;
use role::Role;

/// The check.
pub(super) struct Coverage;

impl Check for Coverage {
    fn name(&self) -> &'static str {
        "coverage"
    }

    fn question(&self) -> &'static str {
        "Do tests run the new lines, and every line that they ran before?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["coverage"]
    }

    fn is_asked_for(&self, inputs: &Inputs, policy: &Policy) -> bool {
        let settings = &policy.checks().coverage;
        let configured = !settings.report.is_empty()
            || !settings.base_report.is_empty()
            || !settings.command.is_empty();
        !inputs.coverage.is_empty() || (configured && !policy.requires_by_name)
    }

    fn applicability(&self, file: &File) -> Applicability {
        let builtin = [Side::Head, Side::Base].into_iter().any(|side| {
            let path = file.path_on(side);
            file.blob(side).is_some() && role::is_code(path)
        });
        if !builtin {
            return Applicability::NotApplicable("no code that coverage is measured of".to_owned());
        }
        match &file.head {
            Some(_) => head_text(file),
            None => Applicability::Sees,
        }
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        let mut output = String::new();
        let mut result = match examine(context, &mut output) {
            Ok(result) => result,
            Err(error) => CheckResult::broken(format!("{error:#}")),
        };
        result.output = output;
        result
    }
}

/// A side: its lines, and what came of the tests where that is known.
struct Figures {
    measured: Measured,
    suite: Option<Suite>,
}

fn examine(context: &Context<'_>, output: &mut String) -> Result<CheckResult> {
    let is_measured_here =
        context.inputs.coverage.is_empty() && !context.policy.checks().coverage.command.is_empty();
    if !is_measured_here {
        return handed_in(context);
    }
    let both = match measure::both(context, output)? {
        measure::Sides::Both(both) => *both,
        measure::Sides::Red(red) => {
            return Ok(CheckResult {
                head: failing::told(context, red.base.as_ref(), &red.head),
                ..CheckResult::broken(red.why)
            });
        }
    };
    let figures = |run: measure::SideRun| Figures {
        measured: run.measured,
        suite: Some(run.suite),
    };
    let (base, mut head) = (both.base.map(figures), figures(both.head));
    for (side, figures) in [(Side::Head, Some(&head)), (Side::Base, base.as_ref())] {
        if let Some(figures) = figures {
            honest::believe(context, side, &figures.measured, None)?;
        }
    }
    let mut result = compared(context, base.as_ref(), &head)?;
    let mut remarks = both.remarks;
    if result.head.iter().any(is_lost_afar) {
        let again = measure::head_again(context, &both.workspace, output)?;
        honest::believe(context, Side::Head, &again.measured, None)?;
        head.measured.add(again.measured);
        result = compared(context, base.as_ref(), &head)?;
        remarks.push(
            "coverage: head was measured twice, as lines far from the change had not run; what ran once ran".to_owned(),
        );
    }
    result.remarks = remarks;
    // The trees were looked at until here.
    drop(both.workspace);
    Ok(result)
}

/// Whether a finding is a loss to which nothing in the change is near: tests that do not run the same each time
/// look like that.
fn is_lost_afar(finding: &Finding) -> bool {
    rules::LOST_COVERAGE.made(finding) && finding.level == Level::Escalate
}

fn handed_in(context: &Context<'_>) -> Result<CheckResult> {
    let (head, base) = (
        gather::sources(context, Side::Head),
        gather::sources(context, Side::Base),
    );
    if head.is_empty() && base.is_empty() {
        return Ok(CheckResult {
            idle: context.files.is_empty(),
            ..CheckResult::not_applicable(
                "nothing was measured: set `command` (the tests) or `report` under [checks.coverage] in \
                 draftgate.toml, or pass `--coverage FILE`",
            )
        });
    }
    if head.is_empty() {
        bail!("there is a report of base and none of head: pass `--coverage FILE` as well");
    }
    let broken = failing::handed_in(context, &head, &base)?;
    let head = match measured(context, Side::Head, &head) {
        Err(error) if !broken.is_empty() => {
            return Ok(CheckResult {
                head: broken,
                ..CheckResult::broken(format!("{error:#}"))
            });
        }
        head => head?,
    };
    let base = match base.as_slice() {
        [] => None,
        base => Some(measured(context, Side::Base, base)?),
    };
    compared(context, base.as_ref(), &head)
}

/// Both sides compared, where their figures can be.
fn compared(context: &Context<'_>, base: Option<&Figures>, head: &Figures) -> Result<CheckResult> {
    let producer = &head.measured.producer;
    if let Some(base) = base.filter(|base| base.measured.producer != *producer) {
        bail!(
            "base was measured by {} and head by {producer}: figures of different producers are not compared; \
             measure both with the same version",
            base.measured.producer,
        );
    }
    let mut result = judge(context, base.map(|base| &base.measured), &head.measured)?;
    let base = base.and_then(|base| base.suite.as_ref());
    let skipped = honest::newly_skipped(context, base, head.suite.as_ref());
    unknown_for_skips(&skipped, &mut result);
    Ok(result)
}

/// New lines that were not run, in a run that skipped tests which the change brings: nobody knows whether those
/// tests run the lines.
fn unknown_for_skips(skipped: &[(&str, &str)], result: &mut CheckResult) {
    let is_missed = |finding: &Finding| {
        finding.level == Level::Block
            && [rules::UNCOVERED_LINES, rules::UNCOVERED_FUNCTION]
                .iter()
                .any(|rule| rule.made(finding))
    };
    let Some((name, why)) = skipped.first() else {
        return;
    };
    if !result.head.iter().any(is_missed) {
        return;
    }
    for finding in result.head.iter_mut().filter(|finding| is_missed(finding)) {
        finding.level = Level::Note;
    }
    let reason = match *why {
        "" => String::new(),
        why => format!(": {}", visible(why)),
    };
    let more = match skipped.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let why = format!(
        "new lines are not run, and the run skipped tests that base did not skip ({}{reason}{more}): measure where \
         they run, and unite the reports of a matrix with several `--coverage FILE`",
        visible(name)
    );
    result.whole = Some((Outcome::Broken, why));
}

fn measured(
    context: &Context<'_>,
    side: Side,
    sources: &[crate::inputs::Source],
) -> Result<Figures> {
    let read = gather::read(context, side, sources)?;
    let top = context
        .change
        .worktree
        .as_ref()
        .and_then(|top| top.to_str());
    let paths = context.change.paths(side)?;
    honest::passed(side, read.suite.as_ref())?;
    if read.reports.is_empty() {
        bail!(
            "{} is JUnit alone: hand in a report of coverage with it",
            gather::word(side)
        );
    }
    let measured = Measured::unite(read.reports, paths, top).context(read.names)?;
    honest::believe(context, side, &measured, read.written)?;
    Ok(Figures {
        measured,
        suite: read.suite,
    })
}

fn judge(context: &Context<'_>, base: Option<&Measured>, head: &Measured) -> Result<CheckResult> {
    let compared = compare::compare(context, base, head)?;
    let shown = shown(base.is_some(), head, &compared);
    let mut result = CheckResult {
        ledger: unknown(context, base, head, &compared),
        ..CheckResult::default()
    };
    findings::find(context, &compared, &shown, &mut result.head)?;
    result.coverage = Some(shown);
    Ok(result)
}

/// Changed files on which nothing can be said.
fn unknown(
    context: &Context<'_>,
    base: Option<&Measured>,
    head: &Measured,
    compared: &[Compared<'_>],
) -> Vec<(String, Outcome, String)> {
    let endings = |measured: &Measured| -> Vec<String> {
        let names = measured
            .files
            .keys()
            .filter_map(|path| path.rsplit_once('.'));
        let mut endings: Vec<String> = names.map(|(_, ending)| ending.to_owned()).collect();
        endings.sort();
        endings.dedup();
        endings
    };
    let measured_endings = endings(head);
    let known: std::collections::BTreeSet<&str> = compared
        .iter()
        .filter(|compared| compared.is_known)
        .map(|compared| compared.path.as_str())
        .collect();
    let mut ledger = Vec::new();
    for file in &context.files {
        let path = &file.path;
        let not_applicable = |why: &str| (path.clone(), Outcome::NotApplicable, why.to_owned());
        if file.head.is_none() {
            continue;
        }
        match role::of(context.policy, path) {
            Role::Test => {
                ledger.push(not_applicable("test code is no part of the figures"));
                continue;
            }
            Role::Aside => {
                ledger.push(not_applicable(
                    "an example, a build script or documentation",
                ));
                continue;
            }
            Role::NoCode => continue,
            Role::Product => {}
        }
        if known.contains(path.as_str()) {
            continue;
        }
        if !has_code(context, file) {
            ledger.push(not_applicable("nothing in it can run"));
            continue;
        }
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if !measured_endings.iter().any(|measured| measured == ending) {
            let why = format!("no report measures .{ending} files");
            ledger.push((path.clone(), Outcome::OutOfReach, why));
            continue;
        }
        let was_in_tree = file.base.is_some();
        let never = base.is_some_and(|base| !base.files.contains_key(file.base_path()));
        if was_in_tree && never {
            let why = "not measured at base either: take it into the measurement".to_owned();
            ledger.push((path.clone(), Outcome::OutOfReach, why));
            continue;
        }
        let why = "the report of head does not know this file, so none of its lines was measured: take it \
                   into the measurement (coverage.py: `source`; cargo: a test that links it)";
        ledger.push((path.clone(), Outcome::Broken, why.to_owned()));
    }
    ledger
}

/// Whether a file has something that can run, as far as its syntax tells.
fn has_code(context: &Context<'_>, file: &File) -> bool {
    let parsed = file
        .head
        .as_ref()
        .and_then(|blob| context.trees.of(&file.path, blob));
    let Some(parsed) = parsed else {
        return file
            .text(Side::Head)
            .is_some_and(|text| !text.trim().is_empty());
    };
    parsed.language.has_code(&parsed)
}

fn shown(has_base: bool, head: &Measured, compared: &[Compared<'_>]) -> Summary {
    let mut shown = Summary {
        producer: head.producer.clone(),
        has_base,
        patch: Tally::default(),
        base: Tally::default(),
        base_kept: Tally::default(),
        head: Tally::default(),
        classes: Default::default(),
        files: Vec::new(),
    };
    for file in compared {
        shown.patch.add(file.patch());
        shown.head.add(file.head);
        shown.base.add(file.base());
        shown.base_kept.add(file.base_kept());
        for classed in &file.classes {
            *shown.classes.entry(classed.class).or_default() += 1;
        }
        if file.file.is_none() {
            continue;
        }
        let mut lines: std::collections::BTreeMap<Class, Vec<u32>> = Default::default();
        for classed in &file.classes {
            lines.entry(classed.class).or_default().push(classed.line);
        }
        let lines = lines
            .into_iter()
            .map(|(class, lines)| (class, ranges(lines, |_, _| false)))
            .collect();
        shown.files.push(SummaryFile {
            path: file.path.clone(),
            base: file.base(),
            head: file.head,
            patch: file.patch(),
            lines,
        });
    }
    shown
}

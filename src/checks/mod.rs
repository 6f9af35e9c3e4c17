//! Checks: one question asked of a change each.
//!
//! Add one: a module here, a line in [`registry`], its rules under `rules/<check>/`, its cases under
//! `tests/cases/<check>/`. A test ties the four together.

mod behaviour;
mod coverage;
mod dependencies;
mod errors;
mod guardrails;
mod hidden_text;
mod leftovers;
mod placeholders;
mod project_tools;
mod proof;
mod provenance;
mod secrets;
mod size;
mod suppressions;
mod test_quality;
mod unreadable;
mod vulnerabilities;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::budget;
use crate::change::{Change, File, Side};
use crate::coverage::summary::Summary;
use crate::finding::Finding;
use crate::finding::judgement::{LedgerEntry, Outcome};
use crate::inputs::Inputs;
use crate::language::{self, Trees};
use crate::policy::Policy;
use crate::progress::Progress;
use crate::unread;

/// Whether a check can see a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// It can, and will be given it.
    Sees,
    /// There is nothing for it in this file; why.
    NotApplicable(String),
    /// There may be, and it cannot look; why.
    OutOfReach(String),
    /// There may be, and it does not know the language: its name, and what the check would ask of it where the
    /// language is one of ours.
    Unread(&'static str, Option<&'static str>),
}

/// What a check is given.
pub struct Context<'a> {
    /// The change.
    pub change: &'a Change,
    /// The effective policy.
    pub policy: &'a Policy,
    /// What was handed in beside the change.
    pub inputs: &'a Inputs,
    /// The changed files that the plan gives to this check, sorted by path.
    pub files: Vec<&'a File>,
    /// Syntax trees, shared by the checks of a run.
    pub trees: &'a Trees,
    /// Hears how a check that takes long goes.
    pub progress: &'a dyn Progress,
}

impl Context<'_> {
    /// Asks of each file, within the steps that its size allows. What needs more is out of reach of the check,
    /// and nothing is said of it.
    ///
    /// # Errors
    /// The first of `examine`.
    pub fn each(
        &self,
        mut examine: impl FnMut(&File, &mut CheckResult) -> Result<()>,
    ) -> Result<CheckResult> {
        let mut whole = CheckResult::default();
        for file in &self.files {
            let mut one = CheckResult::default();
            match budget::within(of_file(file), || examine(file, &mut one)) {
                Ok(done) => {
                    done?;
                    whole.head.append(&mut one.head);
                    whole.base.append(&mut one.base);
                }
                Err(spent) => self.trees.leave_unread(&file.path, spent.to_string()),
            }
        }
        Ok(whole)
    }
}

/// The steps that a check may do with both sides of a file.
pub fn of_file(file: &File) -> u64 {
    budget::of_file(bytes(file))
}

/// The bytes of both sides of a file, where they are text.
pub fn bytes(file: &File) -> usize {
    let sides = [Side::Base, Side::Head].into_iter();
    sides.map(|side| file.text(side).map_or(0, str::len)).sum()
}

/// What a check came to.
#[derive(Debug, Default)]
pub struct CheckResult {
    /// Findings at head. The run takes out those that were at base.
    pub head: Vec<Finding>,
    /// The same question asked of base; empty for checks that compare the sides themselves.
    pub base: Vec<Finding>,
    /// Files on which it could not do what the plan said; the others ran.
    pub ledger: Vec<(String, Outcome, String)>,
    /// Values that no output may show: taken out of everything that any check says.
    pub secrets: Vec<String>,
    /// Whether it looked for such values in the head of every file it was given: nobody need do it again.
    pub searched: bool,
    /// What was decided on the way and belongs in every report.
    pub remarks: Vec<String>,
    /// What a tool printed, for the trace's undigested part.
    pub output: String,
    /// Tests, as findings of `tests` name them, whose base version passes on head's code.
    pub refuted: BTreeSet<String>,
    /// Tests, by the runner's name, whose failure moved out of sight: with what `tests` calls one that is edited, or none.
    pub moved: BTreeMap<String, Option<String>>,
    /// What was measured of coverage, for the reports to draw.
    pub coverage: Option<Summary>,
    /// The check as a whole: `None` ran; otherwise the outcome and why.
    pub whole: Option<(Outcome, String)>,
    /// Whether the change holds nothing for it, where [`Self::whole`] is that it did not apply.
    pub idle: bool,
}

impl CheckResult {
    /// The check failed as a whole.
    pub fn broken(why: impl std::fmt::Display) -> Self {
        Self {
            whole: Some((Outcome::Broken, format!("{why:#}"))),
            ..Self::default()
        }
    }

    /// There is nothing for it to do; why, and what would turn it on.
    pub fn not_applicable(why: impl Into<String>) -> Self {
        Self {
            whole: Some((Outcome::NotApplicable, why.into())),
            ..Self::default()
        }
    }

    /// The change holds nothing for it; why.
    pub fn idle(why: impl Into<String>) -> Self {
        Self {
            idle: true,
            ..Self::not_applicable(why)
        }
    }
}

/// One question asked of a change.
pub trait Check: Sync {
    /// Its name, as policy and reports use it.
    fn name(&self) -> &'static str;

    /// The question, in one line.
    fn question(&self) -> &'static str;

    /// Folders of `rules/` whose rules it says.
    fn areas(&self) -> &'static [&'static str];

    /// Whether it judges generated and vendored files too.
    fn judges_generated(&self) -> bool {
        false
    }

    /// Whether it can see this file. The default: any file whose head is text; a deleted file has
    /// nothing for it.
    fn applicability(&self, file: &File) -> Applicability {
        head_text(file)
    }

    /// Whether the user asked for it otherwise than by `gate.required`: broken or out of reach is then
    /// no pass either.
    fn is_asked_for(&self, _inputs: &Inputs, _policy: &Policy) -> bool {
        false
    }

    /// Whether the project's own tools answer it, in whatever language they read.
    fn runs_project_tools(&self) -> bool {
        false
    }

    /// Asks. Never panics, never prints; what fails is told in [`CheckResult`].
    fn run(&self, context: &Context<'_>) -> CheckResult;
}

/// The sight of a check that reads head's text. Where there is none in a file that `unreadable` only
/// notes (a picture), there is nothing to look for.
pub fn head_text(file: &File) -> Applicability {
    let Some(blob) = &file.head else {
        return Applicability::NotApplicable("deleted".to_owned());
    };
    match blob.out_of_reach() {
        None => Applicability::Sees,
        Some(why) if unreadable::is_only_noted(file) => Applicability::NotApplicable(why),
        Some(why) => Applicability::OutOfReach(why),
    }
}

/// The sight of a check that reads syntax, on a file that is in none of the languages that answer it: code is unread
/// (`answer` is what a language of ours would have to have), and anything else holds nothing for it.
pub fn foreign(file: &File, answer: &'static str) -> Applicability {
    if file.head.is_none() {
        return Applicability::NotApplicable("deleted".to_owned());
    }
    let unreadable = file
        .head
        .as_ref()
        .is_some_and(|blob| blob.out_of_reach().is_some());
    match unread::language_of(file) {
        Some(_) if unreadable => head_text(file),
        Some(language) => unanswered(file, language, answer),
        None => Applicability::NotApplicable("no code".to_owned()),
    }
}

/// The sight of a check on code in this language, which does not have its answer.
pub fn unanswered(file: &File, language: &'static str, answer: &'static str) -> Applicability {
    Applicability::Unread(language, language::of(&file.path).map(|_| answer))
}

pub use proof::{convict, refute};

/// All checks, in the order of the reports.
pub fn registry() -> Vec<Box<dyn Check>> {
    vec![
        Box::new(hidden_text::HiddenText),
        Box::new(placeholders::Placeholders),
        Box::new(test_quality::Tests),
        Box::new(unreadable::Unreadable),
        Box::new(dependencies::Dependencies),
        Box::new(secrets::Secrets),
        Box::new(vulnerabilities::Vulnerabilities),
        Box::new(suppressions::Suppressions),
        Box::new(leftovers::Leftovers),
        Box::new(errors::Errors),
        Box::new(guardrails::Guardrails),
        Box::new(behaviour::Behaviour),
        Box::new(size::Size),
        Box::new(provenance::Provenance),
        // These run programs: what takes no time comes first.
        Box::new(project_tools::LINT),
        Box::new(project_tools::TYPES),
        Box::new(coverage::Coverage),
        Box::new(proof::Proof),
    ]
}

/// A ledger entry.
pub fn entry(check: &str, path: &str, outcome: Outcome, why: impl Into<String>) -> LedgerEntry {
    LedgerEntry {
        check: check.to_owned(),
        path: path.to_owned(),
        outcome,
        why: why.into(),
        unread: None,
    }
}

//! The plan: which check sees which file, decided before anything runs, so that nothing that was not
//! looked at is silent.

use crate::change::{Change, File};
use crate::checks::{Applicability, Check, entry};
use crate::finding::judgement::{LedgerEntry, Outcome};
use crate::inputs::Inputs;
use crate::policy::{Kind, Policy};
use crate::unread;

/// One check and what it is given.
pub struct Assignment<'a> {
    /// The check.
    pub check: &'a dyn Check,
    /// Whether the policy requires it.
    pub required: bool,
    /// Files that it will look at.
    pub files: Vec<&'a File>,
    /// Files that it will not, and why.
    pub passed_over: Vec<LedgerEntry>,
    /// Why it does not run at all: switched off, or not asked for.
    pub off: Option<String>,
}

/// What was asked for on the command line.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these checks; empty is all.
    pub only: Vec<String>,
    /// Not these.
    pub skip: Vec<String>,
}

/// Plans.
pub fn plan<'a>(
    checks: &'a [Box<dyn Check>],
    change: &'a Change,
    policy: &Policy,
    inputs: &Inputs,
    selection: &Selection,
) -> Vec<Assignment<'a>> {
    checks
        .iter()
        .map(|check| assign(check.as_ref(), change, policy, inputs, selection))
        .collect()
}

fn assign<'a>(
    check: &'a dyn Check,
    change: &'a Change,
    policy: &Policy,
    inputs: &Inputs,
    selection: &Selection,
) -> Assignment<'a> {
    let name = check.name();
    let named = |list: &[String]| list.iter().any(|other| other == name);
    let off = if policy.disabled.contains(name) {
        Some("switched off by the policy (gate.disabled)".to_owned())
    } else if named(&selection.skip) {
        Some("left out with --skip".to_owned())
    } else if !selection.only.is_empty() && !named(&selection.only) {
        Some("not among --only".to_owned())
    } else {
        None
    };
    let mut assignment = Assignment {
        check,
        // Who asks for a check by name wants no verdict without it.
        required: policy.required.contains(name)
            || named(&selection.only)
            || check.is_asked_for(inputs, policy),
        files: Vec::new(),
        passed_over: Vec::new(),
        off,
    };
    if assignment.off.is_some() {
        return assignment;
    }
    for file in &change.files {
        let applicability = match policy.kind(&file.path) {
            Kind::Generated if !check.judges_generated() => {
                Applicability::NotApplicable("generated (policy paths.generated)".to_owned())
            }
            Kind::Vendored if !check.judges_generated() => {
                Applicability::NotApplicable("vendored (policy paths.vendored)".to_owned())
            }
            Kind::Own | Kind::Generated | Kind::Vendored => check.applicability(file),
        };
        let entry = |outcome, why| entry(name, &file.path, outcome, why);
        assignment.passed_over.push(match applicability {
            Applicability::Sees => {
                assignment.files.push(file);
                continue;
            }
            Applicability::NotApplicable(why) => entry(Outcome::NotApplicable, why),
            Applicability::OutOfReach(why) => entry(Outcome::OutOfReach, why),
            Applicability::Unread(language, lacks) => {
                let why = match lacks {
                    Some(answer) => format!("no {answer} for {language}"),
                    None => format!("{language} is not read here"),
                };
                LedgerEntry {
                    unread: Some(unread::of(language, file)),
                    ..entry(Outcome::OutOfReach, why)
                }
            }
        });
    }
    assignment
}

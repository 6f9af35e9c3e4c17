//! `dependencies`: does everything that the change imports or declares exist, and is it what it seems?
//!
//! Language models invent names: of modules, of packages, of modules in this very tree. And a name that is
//! invented often enough is registered by somebody. Imports are held against the standard library, the tree
//! and what the project declares; what they take from a package against its sources, where these are installed on this
//! machine in a version that the project takes; new dependencies against lists of much used names, and against the lock.
//! Everything is offline, unless base's policy has the registries asked ([`registries`]).
//!
//! Does not catch: see [`manifests`] and [`registries`].

mod commands;
mod found;
mod manifests;
mod registries;

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context, foreign, head_text};
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::inputs::Inputs;
use crate::language;
use crate::language::conventions::is_sample;
use crate::language::ecosystem::installed::Installed;
use crate::language::ecosystem::{Certainty, Concern, Problem};
use crate::policy::Policy;
use crate::rule::Rule;
use crate::rule::built_in::dependencies as rules;

/// The check.
pub(super) struct Dependencies;

impl Check for Dependencies {
    fn name(&self) -> &'static str {
        "dependencies"
    }

    fn question(&self) -> &'static str {
        "Does everything that is imported or declared exist, and is it what it seems?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["dependencies"]
    }

    fn applicability(&self, file: &File) -> Applicability {
        let has_project = language::of(&file.path).is_some_and(|it| it.ecosystem().is_some());
        if !has_project && !manifests::reads(&file.path) {
            return foreign(file, "model of projects");
        }
        if is_sample(&file.path) {
            return Applicability::NotApplicable("sample code: input of tests".to_owned());
        }
        head_text(file)
    }

    /// Who has the registries asked wants to know when they did not answer.
    fn is_asked_for(&self, _: &Inputs, policy: &Policy) -> bool {
        policy.checks().dependencies.online
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    let mut result = CheckResult::default();
    let installed = installed(context);
    for language in language::ALL {
        let Some(ecosystem) = language.ecosystem() else {
            continue;
        };
        let own = |file: &&&File| language::of(&file.path) == Some(language);
        let mut files = context.files.iter().filter(own).peekable();
        if files.peek().is_none() {
            continue;
        }
        let project = ecosystem.project(context.change, &installed)?;
        for file in files {
            let problems = project.problems(context.trees, file)?;
            let found = problems.into_iter().map(|problem| finding(file, problem));
            result.head.extend(found);
        }
        let consulted = project.consulted();
        result.remarks.extend(consulted.passed_over);
        for asked in consulted.asked {
            result.output.push_str(&format!("asked {asked}\n"));
        }
    }
    let manifests = manifests::examine(context.change, &context.files)?;
    result.head.extend(manifests.findings);
    if context.policy.checks().dependencies.online {
        registries::examine(context, &manifests.new, &mut result)?;
    }
    Ok(result)
}

/// Where installed packages are looked for: nowhere where the policy says so, or where the change is of no tree here.
fn installed(context: &Context<'_>) -> Installed {
    let settings = &context.policy.checks().dependencies;
    match (&context.inputs.installed, &context.change.worktree) {
        _ if !settings.installed => Installed::Nowhere,
        (Some(given), _) => Installed::Given(given.clone()),
        (None, Some(top)) => Installed::Machine {
            top: top.clone(),
            named: settings.environments.clone(),
        },
        (None, None) => Installed::Nowhere,
    }
}

/// What is said of an import.
fn finding(file: &File, problem: Problem) -> Finding {
    let Problem { place, message, .. } = problem;
    let rule = rule_for(problem.concern);
    let mut finding = rule.finding(Side::Head, &file.path, place, message);
    match problem.certainty {
        Certainty::Sure => {}
        Certainty::Likely => finding.level = Level::Escalate,
        Certainty::Possible => finding.level = Level::Note,
    }
    let names = problem.names.into_iter();
    names.fold(finding, |finding, (key, name)| finding.with(key, name))
}

fn rule_for(concern: Concern) -> &'static Rule {
    match concern {
        Concern::UnknownImport => rules::UNKNOWN_IMPORT,
        Concern::UnknownCrate => rules::UNKNOWN_CRATE,
        Concern::UndeclaredImport => rules::UNDECLARED_IMPORT,
        Concern::MissingLocalModule => rules::MISSING_LOCAL_MODULE,
        Concern::MissingLocalName => rules::MISSING_LOCAL_NAME,
        Concern::MissingParameter => rules::MISSING_PARAMETER,
        Concern::MissingPackageName => rules::MISSING_PACKAGE_NAME,
        Concern::MissingPackageParameter => rules::MISSING_PACKAGE_PARAMETER,
        Concern::UnknownStdlibName => rules::UNKNOWN_STDLIB_NAME,
        Concern::OutdatedApi => rules::OUTDATED_API,
        Concern::RemovedStdlib => rules::REMOVED_STDLIB,
        Concern::StdlibOutsideRange => rules::STDLIB_OUTSIDE_RANGE,
        Concern::DeprecatedStdlib => rules::DEPRECATED_STDLIB,
    }
}

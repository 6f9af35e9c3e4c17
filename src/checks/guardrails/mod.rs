//! `guardrails`: does the change weaken what judges it: CI, thresholds, checkers, the gate itself, the
//! instructions of agents?
//!
//! Workflows and configurations are compared by meaning, base against head: a step that moves is no step that
//! is gone.
//!
//! Does not catch: see the modules below.

mod checkers;
mod conditions;
mod instructions;
mod levels;
mod lists;
mod narrowed;
mod out_of_sight;
mod rights;
mod shell;
mod tasks;
mod watched;
mod workflow;

use anyhow::Result;

use super::{Check, Context, Examined, Sight};
use crate::change::File;
use crate::finding::Place;
use crate::rule::built_in::guardrails as rules;

/// The check.
pub(super) struct Guardrails;

impl Check for Guardrails {
    fn name(&self) -> &'static str {
        "guardrails"
    }

    fn question(&self) -> &'static str {
        "Does the change weaken what judges it?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["guardrails"]
    }

    fn judges_generated(&self) -> bool {
        true
    }

    /// A deleted workflow or policy is of interest as well.
    fn sight(&self, file: &File) -> Sight {
        let blob = file.head.as_ref().or(file.base.as_ref());
        match blob.and_then(crate::change::Blob::out_of_reach) {
            Some(why) if watched::watched(&file.path).is_some() || workflow::is_ci(&file.path) => {
                Sight::OutOfReach(why)
            }
            Some(why) => Sight::NotApplicable(why),
            None => Sight::Sees,
        }
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        examine(context).unwrap_or_else(Examined::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<Examined> {
    let mut examined = Examined::default();
    let found = &mut examined.head;
    let ci = |file: &&File| workflow::is_ci(&file.path) || workflow::is_ci(file.base_path());
    let called = |file: &&File| ci(file) || tasks::may_be_called(&file.path);
    if context.files.iter().copied().any(|file| called(&file)) {
        workflow::compare(context.change, found)?;
    }
    out_of_sight::look(context, found)?;
    let configurations = checkers::Everywhere::of(context.change);
    let of_files = context.each(|file, examined| {
        let found = &mut examined.head;
        if ci(&file) {
            rights::file(context, file, found)?;
        }
        if checkers::is_configuration(&file.path) {
            checkers::compare(file, &configurations, found)?;
        }
        watched::look(file, found)?;
        instructions::look(context, file, found)
    })?;
    found.extend(of_files.head);
    Ok(examined)
}

/// The place of a whole line.
fn line_place(line: u32) -> Place {
    Place {
        line,
        column: 1,
        end_line: line,
        end_column: 1,
    }
}

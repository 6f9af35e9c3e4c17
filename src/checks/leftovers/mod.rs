//! `leftovers`: is something of the work itself left in the change: a debugger call, an unfinished body, code
//! that was commented out, prints in a library that has none, a file that only the work needed?
//!
//! Does not catch: leftovers in languages whose bodies are not read; prints that a library makes through
//! another function. A body that was real and is a stub now is the placeholders check's.

mod commented;
mod debugger;
mod prints;
mod stray;
mod unfinished;

use std::sync::Arc;

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context, foreign, head_text};
use crate::change::{File, Side};
use crate::finding::Finding;
use crate::language::conventions::is_sample;
use crate::language::{self, Parsed};
use crate::rule::Rule;
use crate::rule::built_in::leftovers as rules;

/// The check.
pub(super) struct Leftovers;

impl Check for Leftovers {
    fn name(&self) -> &'static str {
        "leftovers"
    }

    fn question(&self) -> &'static str {
        "Is something of the work itself left in the change?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["leftovers"]
    }

    fn applicability(&self, file: &File) -> Applicability {
        if stray::may_be(&file.path) && !is_sample(&file.path) && file.head.is_some() {
            return Applicability::Sees;
        }
        let language = language::of(&file.path);
        if language.and_then(|language| language.bodies()).is_none() {
            return foreign(file, "model of leftovers");
        }
        if is_sample(&file.path) {
            return Applicability::NotApplicable("sample code: input of tests".to_owned());
        }
        head_text(file)
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    let mut prints = prints::Prints::default();
    context.each(|file, result| {
        stray::check_file(context.change, file, &mut result.head)?;
        for (side, found) in [
            (Side::Head, &mut result.head),
            (Side::Base, &mut result.base),
        ] {
            let Some(parsed) = tree(context, file, side) else {
                continue;
            };
            debugger::check_file(context, file, side, &parsed, found);
            commented::check_file(file, side, &parsed, found);
        }
        if let Some(parsed) = tree(context, file, Side::Head) {
            unfinished::check_file(context, file, &parsed, &mut result.head);
            prints.check_file(context, file, &parsed, &mut result.head)?;
        }
        Ok(())
    })
}

fn tree(context: &Context<'_>, file: &File, side: Side) -> Option<Arc<Parsed>> {
    context.trees.of(file.path_on(side), file.blob(side)?)
}

/// A finding on a line of a side, where the change touches it.
fn report(
    file: &File,
    side: Side,
    rule: &'static Rule,
    place: crate::finding::Place,
    message: String,
    found: &mut Vec<Finding>,
) {
    let row = place.line.saturating_sub(1);
    if file.touches(side, row..row + 1) {
        found.push(rule.finding(side, file.path_on(side), place, message));
    }
}

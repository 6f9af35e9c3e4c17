//! `errors`: does the change swallow failures: a broad `except` that does nothing, a `?` that became a shrug?
//!
//! Test code is left to the tests check.
//!
//! Does not catch: an error that is logged and then ignored; a narrow exception that is swallowed; in
//! Rust, a fallible call that was ignored from its first day on (its type is not known here).

mod python;
mod rust;

use anyhow::Result;

use super::{Check, Context, Examined, Sight, foreign, head_text, is_told_apart};
use crate::change::{File, Side};
use crate::language::conventions::{is_sample, is_test_path};
use crate::language::{PYTHON, RUST};
use crate::rule::built_in::errors as rules;

/// The check.
pub(super) struct Errors;

impl Check for Errors {
    fn name(&self) -> &'static str {
        "errors"
    }

    fn question(&self) -> &'static str {
        "Does the change swallow failures?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["errors"]
    }

    fn sight(&self, file: &File) -> Sight {
        if !is_told_apart(&file.path) {
            return foreign(file, "model of failures");
        }
        if is_sample(&file.path) || is_test_path(&file.path) {
            return Sight::NotApplicable("test code: the tests check judges it".to_owned());
        }
        head_text(file)
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        examine(context).unwrap_or_else(Examined::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<Examined> {
    context.each(|file, examined| {
        if context.policy.is_test_path(&file.path) {
            return Ok(());
        }
        let tree = |side: Side| context.trees.of(file.path_on(side), file.blob(side)?);
        let (base, head) = (tree(Side::Base), tree(Side::Head));
        for (side, parsed, found) in [
            (Side::Head, &head, &mut examined.head),
            (Side::Base, &base, &mut examined.base),
        ] {
            if let Some(parsed) = parsed.as_ref().filter(|parsed| parsed.language == PYTHON) {
                python::look(file, side, parsed, found)?;
            }
        }
        if let (Some(base), Some(head)) = (&base, &head)
            && head.language == RUST
        {
            rust::look(file, base, head, &mut examined.head)?;
        } else if let (Some(base), Some(head)) = (&base, &head)
            && base.source.contains("raise")
        {
            python::no_longer_raised(file, base, head, &mut examined.head)?;
        }
        Ok(())
    })
}

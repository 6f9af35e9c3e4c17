//! `behaviour`: does the change drop effects, change what others call, or fall into a known trap?
//!
//! Nothing here blocks: what a program is meant to do is for a human to say.
//!
//! Does not catch: whatever syntax cannot see, which is most of it.

mod api;
mod calls;
mod traps;

use anyhow::Result;

use super::{Check, Context, Examined, Sight, foreign, head_text, is_told_apart};
use crate::change::{File, Side};
use crate::language::conventions::{is_aside, is_sample};
use crate::rule::built_in::behaviour as rules;

/// The check.
pub(super) struct Behaviour;

impl Check for Behaviour {
    fn name(&self) -> &'static str {
        "behaviour"
    }

    fn question(&self) -> &'static str {
        "Does the change drop effects, change what others call, or fall into a known trap?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["behaviour"]
    }

    fn sight(&self, file: &File) -> Sight {
        if !is_told_apart(&file.path) {
            return foreign(file, "model of effects");
        }
        if is_sample(&file.path) || is_aside(&file.path) {
            return Sight::NotApplicable("not shipped: tests, examples, scripts".to_owned());
        }
        head_text(file)
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        examine(context).unwrap_or_else(Examined::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<Examined> {
    let moved = calls::Totals::of(context);
    context.each(|file, examined| {
        if context.policy.is_test_path(&file.path) {
            return Ok(());
        }
        let tree = |side: Side| context.trees.of(file.path_on(side), file.blob(side)?);
        let (base, head) = (tree(Side::Base), tree(Side::Head));
        if let Some(head) = &head {
            traps::look(file, Side::Head, head, &mut examined.head)?;
        }
        if let Some(base) = &base {
            traps::look(file, Side::Base, base, &mut examined.base)?;
        }
        if let (Some(base), Some(head)) = (&base, &head) {
            calls::look(file, base, head, &moved, &mut examined.head)?;
            calls::lost(file, base, head, &mut examined.head)?;
            api::look(context, file, base, head, &mut examined.head)?;
        }
        Ok(())
    })
}

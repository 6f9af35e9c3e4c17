//! Work that only looks done: conflict markers left in, code replaced by a comment that says "the rest
//! is unchanged", bodies that were real and are stubs now.
//!
//! A cheap look at the text comes first; only a file in which something may be is parsed.
//!
//! Does not catch: a stub under another name than the real function had; a body that was emptied to something that still looks like work.

mod conflict;
mod elided;
mod stub;
mod unreal;

use std::sync::Arc;

use anyhow::Result;

use super::{Check, CheckResult, Context};
use crate::change::{File, Side};
use crate::finding::Finding;
use crate::language::Parsed;
use crate::rule::built_in::placeholders as rules;

/// The check.
pub(super) struct Placeholders;

impl Check for Placeholders {
    fn name(&self) -> &'static str {
        "placeholders"
    }

    fn question(&self) -> &'static str {
        "Is something left in the change that stands in place of the real code?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["placeholders"]
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    context.each(|file, result| {
        for (side, found) in [
            (Side::Head, &mut result.head),
            (Side::Base, &mut result.base),
        ] {
            conflict::check_file(context, file, side, found);
            elided::check_file(context, file, side, found);
            unreal::check_file(context, file, side, found);
        }
        unreal::check_doubles(context, file, &mut result.head);
        stub::check_file(context, file, &mut result.head);
        Ok(())
    })
}

/// The tree of a side, where its language is known.
fn parsed(context: &Context<'_>, file: &File, side: Side) -> Option<Arc<Parsed>> {
    context.trees.of(file.path_on(side), file.blob(side)?)
}

/// The lines of a side that the other has not: 0-based number, byte offset, text without its end. `text` is that of the
/// side, as its code is read.
fn changed_lines<'t>(
    file: &'t File,
    side: Side,
    text: &'t str,
) -> impl Iterator<Item = (u32, usize, &'t str)> {
    let mut hunks = file.hunks.iter().map(move |hunk| hunk.on(side)).peekable();
    let mut offset = 0;
    (0u32..)
        .zip(text.split_inclusive('\n'))
        .filter_map(move |(number, line)| {
            let start = offset;
            offset += line.len();
            while hunks.next_if(|lines| lines.end <= number).is_some() {}
            let lines = hunks.peek()?;
            let inside = lines.contains(&number);
            inside.then(|| (number, start, line.trim_end_matches(['\n', '\r'])))
        })
}

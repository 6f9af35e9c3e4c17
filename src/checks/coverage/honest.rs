//! Whether a measurement can be believed. Each way in which reports are known to be wrong while
//! everything ends as usual is a cause of its own, and none of them is a pass.
//!
//! Does not catch: a report that was made of this very tree by tests that lie.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Result, bail};

use super::gather::word;
use super::role::{self, Role};
use crate::change::{Blob, File, Side, Status};
use crate::checks::Context;
use crate::coverage::report::Lines;
use crate::coverage::side::Measured;
use crate::coverage::suite::Suite;
use crate::files;
use crate::language;

/// Refuses a measurement that cannot be one of this side's tree.
///
/// # Errors
/// With the cause, and what fixes it.
pub(super) fn believe(
    context: &Context<'_>,
    side: Side,
    measured: &Measured,
    written: Option<SystemTime>,
) -> Result<()> {
    let whose = word(side);
    if !measured.ambiguous.is_empty() {
        bail!(
            "{whose} names files that could be several of the tree: {}; make it with paths from the top of \
             the repository",
            some(&measured.ambiguous)
        );
    }
    if measured.files.is_empty() {
        let outside = match measured.outside.as_slice() {
            [] => "it names no file".to_owned(),
            outside => format!("it names {}", some(outside)),
        };
        bail!(
            "{whose} knows no file of this tree ({outside}): it was made of another checkout, or of an \
             installed package"
        );
    }
    no_hits(context, side, measured, whose)?;
    for file in context.change.files.iter() {
        same_tree(context, side, measured, file)?;
    }
    if side == Side::Head {
        fresh(context, written)?;
    }
    Ok(())
}

/// Something ran, and some of it was product code: the code of the tests alone says that they test another copy.
fn no_hits(context: &Context<'_>, side: Side, measured: &Measured, whose: &str) -> Result<()> {
    if measured.files.values().all(Lines::is_without_hits) {
        bail!(
            "{whose} has executable lines and not one that ran: the tests did not run, or ran in processes that are not \
             measured, or the report was made without their data (an option such as relative_files that differs \
             between run and report)"
        );
    }
    let mut product = measured
        .files
        .iter()
        .filter(|(path, lines)| {
            role::of(context.policy, path) == Role::Product && !lines.executable.is_empty()
        })
        .peekable();
    let is_elsewhere = match product.peek() {
        Some(_) => product.all(|(_, lines)| lines.is_without_hits()),
        None => knows_another(context, side, measured)?,
    };
    if is_elsewhere {
        bail!(
            "{whose} has tests that ran and no line of this tree's product code that did: they import another \
             checkout or an installed package, or run it in processes that are not measured"
        );
    }
    Ok(())
}

/// Whether files outside of the tree were measured that are product code inside of it.
fn knows_another(context: &Context<'_>, side: Side, measured: &Measured) -> Result<bool> {
    let paths = context.change.paths(side)?;
    Ok(measured.outside.iter().any(|path| {
        path.match_indices('/').any(|(at, _)| {
            let ending = path.get(at + 1..).unwrap_or_default();
            let is_there = paths.binary_search_by(|known| known.as_str().cmp(ending));
            is_there.is_ok() && role::of(context.policy, ending) == Role::Product
        })
    }))
}

/// Tests failed in the run that made a report: its figures are too low, on whichever side.
pub(super) fn passed(side: Side, suite: Option<&Suite>) -> Result<()> {
    let failed: Vec<String> = suite
        .into_iter()
        .flat_map(|suite| suite.failed.iter().cloned())
        .collect();
    if !failed.is_empty() {
        bail!(
            "{} is of a run that failed ({}): its figures are too low; fix the tests, or leave those that are known \
             to fail out of the run",
            word(side),
            some(&failed)
        );
    }
    Ok(())
}

/// Tests that head skips and base did not, with their reasons. Where nobody knows what base skipped: those in
/// test files that the change touches.
pub(super) fn newly_skipped<'a>(
    context: &Context<'_>,
    base: Option<&Suite>,
    head: Option<&'a Suite>,
) -> Vec<(&'a str, &'a str)> {
    let in_changed_file = |name: &str| {
        let class = name.split("::").next().unwrap_or(name);
        context.change.files.iter().any(|file| {
            let module = file.path.rsplit_once('.').map_or("", |(stem, _)| stem);
            let module = module.replace('/', ".");
            class.strip_prefix(&module).is_some_and(|rest| {
                !module.is_empty() && (rest.is_empty() || rest.starts_with('.'))
            })
        })
    };
    let skipped = head.into_iter().flat_map(|suite| &suite.skipped);
    let newly = skipped.filter(|(name, _)| match base {
        Some(base) => !base.skipped.contains_key(*name),
        None => in_changed_file(name),
    });
    newly
        .map(|(name, why)| (name.as_str(), why.as_str()))
        .collect()
}

/// The first few of a list.
fn some(list: &[String]) -> String {
    let shown: Vec<String> = list
        .iter()
        .take(3)
        .map(|path| crate::text::visible(path))
        .collect();
    match list.len().saturating_sub(3) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What is said of a changed file fits its text, and was measured where that text is.
fn same_tree(context: &Context<'_>, side: Side, measured: &Measured, file: &File) -> Result<()> {
    let path = file.path_on(side);
    let (Some(text), Some(lines)) = (file.text(side), measured.files.get(path)) else {
        return Ok(());
    };
    let whose = word(side);
    let count = text.lines().count();
    if lines.last() as usize > count {
        bail!(
            "{whose} is stale: it speaks of line {} of {path}, which has {count}; measure this tree again",
            lines.last()
        );
    }
    if language::of(path).is_some_and(|one| one.profile().coverage_by_statement) {
        let blank = text
            .lines()
            .zip(1..)
            .find(|(text, line)| lines.hits(*line).is_some() && is_blank(text));
        if let Some((_, line)) = blank {
            bail!(
                "{whose} is stale: line {line} of {path} can run by the report, and holds no code; measure \
                 this tree again"
            );
        }
    }
    let Some(place) = measured.places.get(path) else {
        return Ok(());
    };
    let is_here = |top: &Path| Path::new(place).starts_with(top);
    if side == Side::Base && context.change.worktree.as_deref().is_some_and(is_here) {
        // Base was measured in this directory before head was checked out.
        return Ok(());
    }
    match files::own(Path::new(place), Blob::LIMIT) {
        Ok(found) if !same_text(&found.bytes, text) => bail!(
            "{whose} was made of another checkout: the file it measured as {path} is not the one that is \
             judged; run the tests so that they import this tree (an editable install points elsewhere)"
        ),
        _ => Ok(()),
    }
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Equal but for line ends.
fn same_text(bytes: &[u8], text: &str) -> bool {
    let plain = |bytes: &[u8]| -> Vec<u8> {
        bytes
            .iter()
            .copied()
            .filter(|byte| *byte != b'\r')
            .collect()
    };
    bytes == text.as_bytes() || plain(bytes) == plain(text.as_bytes())
}

/// The report is no older than the changed files as they lie in the working tree.
fn fresh(context: &Context<'_>, written: Option<SystemTime>) -> Result<()> {
    let (Some(written), Some(top)) = (written, &context.change.worktree) else {
        return Ok(());
    };
    for file in &context.change.files {
        let text = file.text(Side::Head);
        if file.status == Status::Deleted || role::of(context.policy, &file.path) == Role::NoCode {
            continue;
        }
        let Some(text) = text else { continue };
        let Ok(found) = files::in_tree(top, Path::new(&file.path), Blob::LIMIT) else {
            continue;
        };
        let edited = found.modified.is_some_and(|edited| edited > written);
        if edited && same_text(&found.bytes, text) {
            bail!(
                "the report of head is stale: {} was edited after it was made; measure again",
                file.path
            );
        }
    }
    Ok(())
}

//! Getting the reports of both sides: from the command line, or from the files that the policy names.
//!
//! What the command line names takes the place of what the policy names. A JUnit report among them says what came
//! of the tests. A report that is itself a file
//! of the tree that is judged is refused: whoever writes the change could write it.
//!
//! Does not catch: a report that the tests of the change forge while they run; the next stage looks for
//! the ways in which reports are wrong by accident.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};

use crate::change::{Change, Side};
use crate::checks::Context;
use crate::coverage::formats;
use crate::coverage::formats::junit;
use crate::coverage::report::Report;
use crate::coverage::suite::Suite;
use crate::files::{self, By};
use crate::inputs::Source;

/// The reports of a side, read.
pub(super) struct Read {
    /// The reports.
    pub reports: Vec<Report>,
    /// How messages call them.
    pub names: String,
    /// What came of the tests, where a JUnit report is among them.
    pub suite: Option<Suite>,
    /// When the oldest was written; none where that is not known.
    pub written: Option<SystemTime>,
}

/// Where the reports of a side are; empty where nobody named any.
pub(super) fn sources(context: &Context<'_>, side: Side) -> Vec<Source> {
    let handed_in = &context.inputs.coverage;
    if !handed_in.is_empty() {
        return match side {
            Side::Head => handed_in.head.clone(),
            Side::Base => handed_in.base.clone(),
        };
    }
    let settings = &context.policy.checks().coverage;
    let named = match side {
        Side::Head => &settings.report,
        Side::Base => &settings.base_report,
    };
    let place = |name: &String| match &context.change.worktree {
        Some(top) => top.join(name),
        None => PathBuf::from(name),
    };
    named.iter().map(|name| Source::File(place(name))).collect()
}

/// Reads the reports of a side.
///
/// # Errors
/// Where one is not there, is part of the tree, or cannot be read; the message names it.
pub(super) fn read(context: &Context<'_>, side: Side, sources: &[Source]) -> Result<Read> {
    let mut read = Read {
        reports: Vec::new(),
        names: String::new(),
        suite: None,
        written: None,
    };
    let mut names = Vec::new();
    for source in sources {
        let (name, bytes) = match source {
            Source::Text(text) => ("the report".to_owned(), text.clone().into_bytes()),
            Source::File(path) => {
                let name = shown(context.change, path);
                let (bytes, written) = file(context, path, &name)
                    .with_context(|| format!("{name} ({})", word(side)))?;
                read.written = match (read.written, written) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
                (name, bytes)
            }
        };
        if junit::is_junit(&bytes) {
            let suite =
                junit::read(&bytes).with_context(|| format!("{name}, read as JUnit XML"))?;
            read.suite.get_or_insert_default().unite(suite);
            continue;
        }
        let report = formats::read(&bytes).with_context(|| format!("{name} ({})", word(side)))?;
        read.reports.push(report);
        names.push(name);
    }
    read.names = names.join(", ");
    Ok(read)
}

/// What messages call a side.
pub(super) fn word(side: Side) -> &'static str {
    match side {
        Side::Base => "the report of base",
        Side::Head => "the report of head",
    }
}

fn file(context: &Context<'_>, path: &Path, name: &str) -> Result<(Vec<u8>, Option<SystemTime>)> {
    let change = context.change;
    if let Some(inside) = inside(change, path)
        && change.read(Side::Head, &inside)?.is_some()
    {
        bail!(
            "it is a file of the repository, so the change could have written it: make it anew where git \
             does not keep it"
        );
    }
    let by = match context.inputs.coverage.is_empty() {
        true => By::Policy,
        false => By::User,
    };
    match files::named(change.worktree.as_deref(), path, by, formats::MOST_BYTES) {
        Ok(found) => Ok((found.bytes, found.modified)),
        Err(refused) if refused.is_not_there() => {
            bail!("no report here: run the tests with coverage first, so that they write {name}")
        }
        Err(refused) => Err(refused.into()),
    }
}

/// The repository's path of a file under the working tree.
fn inside(change: &Change, path: &Path) -> Option<String> {
    let top = change.worktree.as_ref()?.canonicalize().ok()?;
    let whole = path.canonicalize().ok()?;
    let inside = whole.strip_prefix(top).ok()?.to_str()?;
    Some(inside.replace('\\', "/"))
}

/// A path without the part that differs between machines.
fn shown(change: &Change, path: &Path) -> String {
    let short = match &change.worktree {
        Some(top) => path.strip_prefix(top).unwrap_or(path),
        None => path,
    };
    let short = match short.is_absolute() {
        true => short.file_name().map_or(short, Path::new),
        false => short,
    };
    crate::text::visible(&short.display().to_string())
}

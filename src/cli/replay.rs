//! `draftgate replay TRACE`: verdict and reports of a run, derived again from its trace. Nothing is
//! judged anew: no repository is opened and no tool runs.

use std::path::Path;

use anyhow::{Context, Result};

use crate::exit::Code;
use crate::files::{self, By};
use crate::report::{Output, Style, deliver};
use crate::trace::Trace;
use crate::verdict;

/// Reads a trace and makes the reports of its run: gives what belongs on standard output.
///
/// # Errors
/// Where there is no such file, it is no trace, or a report cannot be written.
pub fn replay(trace: &Path, outputs: &[Output], style: Style) -> Result<(String, Code)> {
    let tree = files::tree_around(Path::new("."));
    let shown = || crate::text::visible(&trace.display().to_string());
    let bytes = files::named(tree.as_deref(), trace, By::User, files::MOST_BY_PROGRAM)
        .with_context(|| format!("cannot read {}", shown()))?
        .bytes;
    let trace = Trace::read(&bytes).with_context(shown)?;
    let decision = verdict::of(&trace.judged);
    let printed = deliver(outputs, &trace, &decision, style, tree.as_deref())?;
    Ok((printed, decision.verdict.into()))
}

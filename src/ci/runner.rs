//! What the runner of GitHub Actions is told: annotations and a report in the log, a summary, outputs.
//!
//! The log's report stands between `::stop-commands::` and a word that nobody can guess, so that no line of
//! it is a command. Outputs have a delimiter that nobody can guess. Both words are in no report.
//!
//! Does not catch: steps before this one that wrote to the same files.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use crate::files;
use crate::text::unguessable;

/// Bytes that the runner takes of one step's summary; more, and it drops all of it.
const MOST_SUMMARY: u64 = 1_048_576;

/// Text for the log, in which the runner looks for no commands.
pub fn without_commands(text: &str) -> String {
    let word = unguessable();
    format!("::stop-commands::{word}\n{text}\n::{word}::\n")
}

/// Adds outputs to `GITHUB_OUTPUT`.
///
/// # Errors
/// Where the file cannot be written.
pub fn set_outputs(file: &Path, outputs: &[(&str, String)]) -> Result<()> {
    let mut text = String::new();
    for (name, value) in outputs {
        let word = unguessable();
        let _ = write!(text, "{name}<<{word}\n{value}\n{word}\n");
    }
    append(file, &text)
}

/// Adds a report to `GITHUB_STEP_SUMMARY`, unless the two together are more than the runner takes.
///
/// # Errors
/// Where the file cannot be written.
pub fn add_summary(file: &Path, markdown: &str) -> Result<()> {
    let there = std::fs::metadata(file).map_or(0, |file| file.len());
    if there + markdown.len() as u64 + 2 > MOST_SUMMARY {
        return Ok(());
    }
    append(file, &format!("\n{markdown}"))
}

fn append(file: &Path, text: &str) -> Result<()> {
    let tree = files::tree_around(Path::new("."));
    files::append(tree.as_deref(), file, text.as_bytes())
        .with_context(|| format!("cannot write to {}", file.display()))
}

//! What reports show of coverage: the figures of each changed file, and in JSON each line's class, so
//! that other programs can draw it.
//!
//! Does not catch: files that the change does not touch have no lines here; what they lost is a finding.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::classes::{Class, Tally};
use super::report::Producer;

/// Coverage of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Who measured.
    pub producer: Producer,
    /// Whether base was measured too.
    pub has_base: bool,
    /// New executable lines.
    pub patch: Tally,
    /// All executable lines at base; nothing where base was not measured.
    pub base: Tally,
    /// Those of base that the change did not delete.
    pub base_kept: Tally,
    /// All executable lines at head.
    pub head: Tally,
    /// Lines by class, over all files.
    pub classes: BTreeMap<Class, u64>,
    /// Changed files, by path.
    pub files: Vec<SummaryFile>,
}

/// Coverage of a changed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SummaryFile {
    /// Head's path.
    pub path: String,
    /// Executable lines at base.
    pub base: Tally,
    /// Executable lines at head.
    pub head: Tally,
    /// New executable lines.
    pub patch: Tally,
    /// 1-based lines by class, as ranges `[first, last]`; of base for `DCB` and `DUB`.
    pub lines: BTreeMap<Class, Vec<(u32, u32)>>,
}

/// Lines as ranges, both ends in it. `joins` says whether the lines between two may be taken in: blank
/// ones, say.
pub fn ranges(
    lines: impl IntoIterator<Item = u32>,
    joins: impl Fn(u32, u32) -> bool,
) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some((_, last)) if line <= last.saturating_add(1) || joins(*last, line) => {
                *last = line.max(*last);
            }
            _ => ranges.push((line, line)),
        }
    }
    ranges
}

/// Ranges as text: `3, 7-9`.
pub fn listed(ranges: &[(u32, u32)]) -> String {
    let shown: Vec<String> = ranges
        .iter()
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        })
        .collect();
    shown.join(", ")
}

//! A coverage report as it was read: files, the lines that can run and how often each ran, and who
//! made it.
//!
//! Only lines are kept. A percentage, a summary or a count of functions that a report brings with it is
//! not read: producers count them differently, and lines are what all of them mean alike.
//!
//! Does not catch: a producer that leaves lines out; what it does not name is not executable here.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use crate::files::MOST_IN_PATH;

/// Who made a report. Figures of two producers are never compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// The tool, or the format where the report does not name one.
    pub name: String,
    /// Its version; empty where the report does not say.
    pub version: String,
}

impl std::fmt::Display for Producer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.version.as_str() {
            "" => f.write_str(&crate::text::visible(&self.name)),
            version => write!(
                f,
                "{} {}",
                crate::text::visible(&self.name),
                crate::text::visible(version)
            ),
        }
    }
}

/// One line that can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct Line {
    /// 1-based.
    pub number: u32,
    /// How often it ran; saturated.
    pub hits: u32,
}

impl From<(u32, u32)> for Line {
    fn from((number, hits): (u32, u32)) -> Self {
        Self { number, hits }
    }
}

impl From<Line> for (u32, u32) {
    fn from(line: Line) -> Self {
        (line.number, line.hits)
    }
}

/// What a report says of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Lines that can run, sorted, each number once.
    pub executable: Vec<Line>,
    /// 1-based lines that were taken out of the measurement (a pragma, a setting), sorted.
    pub excluded: Vec<u32>,
    /// Those of `excluded` that ran all the same, sorted.
    pub excluded_and_ran: Vec<u32>,
}

impl Lines {
    /// Lines in any order, brought into order; a line that stands twice has the most hits.
    pub(super) fn of(mut executable: Vec<Line>) -> Self {
        // Most producers write them in order.
        if !executable.is_sorted_by(|a, b| a.number < b.number) {
            executable.sort_unstable();
            // Sorted by number, then hits: the last of a number has the most.
            executable.reverse();
            executable.dedup_by_key(|line| line.number);
            executable.reverse();
        }
        Self {
            executable,
            ..Self::default()
        }
    }

    /// Hits of a 1-based line; `None` where it cannot run.
    pub fn hits(&self, line: u32) -> Option<u32> {
        let at = self
            .executable
            .binary_search_by_key(&line, |line| line.number)
            .ok()?;
        self.executable.get(at).map(|line| line.hits)
    }

    /// Notes lines that ran, measured or not: a report may leave out that excluded ones did.
    pub fn ran(&mut self, lines: &[u32]) {
        let excluded = self.excluded.iter().copied();
        let ran = excluded.filter(|line| lines.contains(line));
        self.excluded_and_ran.extend(ran);
        self.excluded_and_ran.sort_unstable();
        self.excluded_and_ran.dedup();
    }

    /// Whether nothing of it ran.
    pub fn is_without_hits(&self) -> bool {
        self.executable.iter().all(|line| line.hits == 0)
    }

    /// Whether a 1-based line was taken out of the measurement.
    pub fn is_excluded(&self, line: u32) -> bool {
        self.excluded.binary_search(&line).is_ok()
    }

    /// The last line that the report speaks of.
    pub fn last(&self) -> u32 {
        let executable = self.executable.last().map_or(0, |line| line.number);
        executable.max(self.excluded.last().copied().unwrap_or_default())
    }

    /// Takes in what another run says of the same file: the most hits count, and a line that one run
    /// measured is not excluded.
    pub fn unite(&mut self, other: Lines) {
        *self = Self::united(vec![std::mem::take(self), other]);
    }

    /// What several runs, or several records of a report, say of one file.
    fn united(mut parts: Vec<Lines>) -> Self {
        parts.retain(|part| !part.executable.is_empty() || !part.excluded.is_empty());
        if parts.len() < 2 {
            return parts.pop().unwrap_or_default();
        }
        let sorted = |numbers: fn(&Lines) -> &Vec<u32>| -> Vec<u32> {
            let mut all: Vec<u32> = parts.iter().flat_map(numbers).copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut excluded = sorted(|part| &part.excluded);
        let mut excluded_and_ran = sorted(|part| &part.excluded_and_ran);
        let executable = parts.into_iter().flat_map(|part| part.executable);
        let measured = Self::of(executable.collect());
        excluded.retain(|line| measured.hits(*line).is_none());
        excluded_and_ran.retain(|line| excluded.binary_search(line).is_ok());
        Self {
            excluded,
            excluded_and_ran,
            ..measured
        }
    }
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Who made it.
    pub producer: Producer,
    /// Folders that its paths are relative to, where it names some (Cobertura's `<source>`).
    pub sources: Vec<String>,
    /// Files by the path that the report gives them.
    pub files: BTreeMap<String, Lines>,
}

/// Lines over all files of a report: what a report of a very large project has, many times over.
const MOST_LINES: usize = 50_000_000;

/// Counts lines while a report is read, so that no report takes memory without end.
#[derive(Default)]
pub(super) struct Budget {
    lines: usize,
}

impl Budget {
    /// Some more lines.
    pub(super) fn take(&mut self, lines: usize) -> Result<()> {
        self.lines = self.lines.saturating_add(lines);
        if self.lines > MOST_LINES {
            bail!("it speaks of more than {MOST_LINES} lines");
        }
        Ok(())
    }
}

/// Gathers files while a report is read. A file may have any number of records: they are united once, at the end.
#[derive(Default)]
pub(super) struct Gathering {
    files: BTreeMap<String, Vec<Lines>>,
}

impl Gathering {
    /// Adds what a record says of a file.
    ///
    /// # Errors
    /// Where the path is longer than that of any file.
    pub(super) fn add(&mut self, path: &str, lines: Lines) -> Result<()> {
        if path.len() > MOST_IN_PATH {
            bail!(
                "a path of {} bytes: no file has one of more than {MOST_IN_PATH}",
                path.len()
            );
        }
        match self.files.get_mut(path) {
            Some(known) => known.push(lines),
            None => drop(self.files.insert(path.to_owned(), vec![lines])),
        }
        Ok(())
    }

    pub(super) fn into_files(self) -> BTreeMap<String, Lines> {
        let files = self.files.into_iter();
        files
            .map(|(path, parts)| (path, Lines::united(parts)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(numbers: &[(u32, u32)]) -> Lines {
        let all = numbers
            .iter()
            .map(|&(number, hits)| Line { number, hits })
            .collect();
        Lines::of(all)
    }

    #[test]
    fn a_line_that_stands_twice_has_the_most_hits() {
        let united = lines(&[(3, 1), (1, 0), (3, 7), (1, 0), (2, 5)]);
        let pairs: Vec<(u32, u32)> = united
            .executable
            .iter()
            .map(|l| (l.number, l.hits))
            .collect();
        assert_eq!(pairs, [(1, 0), (2, 5), (3, 7)]);
    }

    #[test]
    fn a_line_that_one_run_measured_is_not_excluded() {
        let mut one = Lines {
            excluded: vec![4, 5],
            excluded_and_ran: vec![4, 5],
            ..lines(&[(1, 1)])
        };
        one.unite(lines(&[(1, 0), (5, 0)]));
        assert_eq!(one.excluded, [4]);
        assert_eq!(one.excluded_and_ran, [4]);
        assert_eq!(one.hits(5), Some(0));
        assert_eq!(one.hits(1), Some(1));
    }

    proptest! {
        #[test]
        fn uniting_is_the_same_in_either_order(
            a in proptest::collection::vec((1u32..12, 0u32..3), 0..12),
            b in proptest::collection::vec((1u32..12, 0u32..3), 0..12),
        ) {
            let (mut left, mut right) = (lines(&a), lines(&b));
            left.unite(lines(&b));
            right.unite(lines(&a));
            prop_assert_eq!(left, right);
        }
    }
}

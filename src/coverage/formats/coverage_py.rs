//! coverage.py's JSON (`coverage json`): the richest report, with what was excluded.
//!
//! A statement is known by its first line; `checks/coverage/` spreads it over its others by the syntax
//! tree.
//!
//! Does not catch: contexts and branches are not read.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::super::report::{Budget, Gathering, Line, Lines, Producer, Report};
use super::line_number;

#[derive(Deserialize)]
struct Document {
    meta: Meta,
    files: BTreeMap<String, File>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default)]
    version: String,
}

#[derive(Deserialize)]
struct File {
    executed_lines: Vec<u64>,
    missing_lines: Vec<u64>,
    #[serde(default)]
    excluded_lines: Vec<u64>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Report> {
    let document: Document = serde_json::from_slice(bytes)?;
    let mut files = Gathering::default();
    let mut budget = Budget::default();
    for (path, file) in document.files {
        budget.take(file.executed_lines.len() + file.missing_lines.len())?;
        let lines = lines(&file).with_context(|| format!("the lines of {path}"))?;
        files.add(&path, lines)?;
    }
    Ok(Report {
        producer: Producer {
            name: "coverage.py".to_owned(),
            version: document.meta.version,
        },
        sources: Vec::new(),
        files: files.into_files(),
    })
}

fn lines(file: &File) -> Result<Lines> {
    let numbers = |numbers: &[u64]| -> Result<BTreeSet<u32>> {
        numbers.iter().map(|number| line_number(*number)).collect()
    };
    let executed = numbers(&file.executed_lines)?;
    let excluded = numbers(&file.excluded_lines)?;
    // What ran and is excluded stands in both lists: it is no part of the measurement.
    let ran = executed.difference(&excluded).map(|number| (*number, 1));
    let missing = numbers(&file.missing_lines)?;
    let missed = missing.iter().map(|number| (*number, 0));
    let all = ran.chain(missed);
    let all = all.map(|(number, hits)| Line { number, hits }).collect();
    Ok(Lines {
        excluded_and_ran: executed.intersection(&excluded).copied().collect(),
        excluded: excluded.into_iter().collect(),
        ..Lines::of(all)
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const SAMPLE: &str = r#"{
  "meta": {"format": 3, "version": "7.10.7", "timestamp": "2026-01-02T03:04:05"},
  "files": {"src/a.py": {
    "executed_lines": [1, 2, 5], "missing_lines": [3], "excluded_lines": [5, 6],
    "summary": {"percent_covered": 12.5}}},
  "totals": {}
}"#;

    #[test]
    fn an_excluded_line_is_not_measured_and_it_is_known_that_it_ran() {
        let report = read(SAMPLE.as_bytes()).unwrap();
        assert_eq!(report.producer.to_string(), "coverage.py 7.10.7");
        let a = &report.files["src/a.py"];
        assert_eq!((a.hits(1), a.hits(3), a.hits(5)), (Some(1), Some(0), None));
        assert_eq!(a.excluded, [5, 6]);
        assert_eq!(a.excluded_and_ran, [5]);
    }
}

//! The reports of one side, united: what was measured of that tree.
//!
//! Several reports of a side (a test matrix) are united by the most hits, file by file, after each
//! report's paths were found in the tree.
//!
//! Does not catch: reports of two different trees given for one side; `checks/coverage/` compares what
//! it can.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use super::paths::find;
use super::report::{Lines, Producer, Report};

/// What was measured of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Who measured; the same for all reports of the side.
    pub producer: Producer,
    /// By the tree's path.
    pub files: BTreeMap<String, Lines>,
    /// By the tree's path: the path that a report gave it, where that was an absolute one.
    pub places: BTreeMap<String, String>,
    /// Paths that fit several files of the tree.
    pub ambiguous: Vec<String>,
    /// Paths that fit none.
    pub outside: Vec<String>,
}

impl Measured {
    /// Unites the reports of a side. `paths`: the tree's, sorted. `root`: where the tree was measured,
    /// where that is known.
    ///
    /// # Errors
    /// Where there is no report, or the reports are of different producers.
    pub fn unite(reports: Vec<Report>, paths: &[String], root: Option<&str>) -> Result<Self> {
        let mut reports = reports.into_iter();
        let Some(first) = reports.next() else {
            bail!("no report");
        };
        let mut measured = Self {
            producer: first.producer.clone(),
            files: BTreeMap::new(),
            places: BTreeMap::new(),
            ambiguous: Vec::new(),
            outside: Vec::new(),
        };
        measured.take(first, paths, root);
        for report in reports {
            if report.producer != measured.producer {
                bail!(
                    "reports of {} and of {}: figures of different producers are not added up",
                    measured.producer,
                    report.producer
                );
            }
            measured.take(report, paths, root);
        }
        measured.ambiguous.sort();
        measured.ambiguous.dedup();
        measured.outside.sort();
        measured.outside.dedup();
        Ok(measured)
    }

    fn take(&mut self, report: Report, paths: &[String], root: Option<&str>) {
        let mut found = find(&report, paths, root);
        for (path, lines) in report.files {
            let Some(known) = found.known.remove(&path) else {
                continue;
            };
            match self.files.get_mut(&known) {
                Some(united) => united.unite(lines),
                None => {
                    self.files.insert(known.clone(), lines);
                }
            }
            let under_source = |path: &String| {
                let [source] = report.sources.as_slice() else {
                    return None;
                };
                source.starts_with('/').then(|| format!("{source}/{path}"))
            };
            let place = match path.starts_with('/') {
                true => Some(path),
                false => under_source(&path),
            };
            if let Some(place) = place {
                self.places.entry(known).or_insert(place);
            }
        }
        self.ambiguous.append(&mut found.ambiguous);
        self.outside.append(&mut found.outside);
    }

    /// Takes in another run over the same tree: the most hits count.
    pub fn add(&mut self, other: Measured) {
        for (path, lines) in other.files {
            self.files.entry(path).or_default().unite(lines);
        }
    }
}

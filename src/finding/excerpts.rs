//! What a report may show: code around findings, and everything else, without the secrets.
//!
//! Which checks were asked for does not matter: what is shown is searched here, where the secrets check
//! has not.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::{Blob, Change};
use crate::finding::Finding;
use crate::finding::judged::{Excerpt, Judged};
use crate::finding::places::{Lines, Places};
use crate::redaction::Redaction;
use crate::trace::RunLog;

/// Gives the findings their excerpts and takes the secrets out of everything. `searched`: the secrets check
/// ran, and `redaction` knows what it found.
pub(crate) fn show(
    change: &Change,
    places: &mut Places<'_>,
    searched: bool,
    mut redaction: Redaction,
    judged: &mut Judged,
    log: &mut RunLog,
) {
    // Nothing of the repository is shown: no need to read the rules of secrets.
    if change.files.is_empty() && judged.findings.is_empty() && log.output.is_empty() {
        return;
    }
    let mut learned = BTreeSet::new();
    let mut learn = |path: &str, id: &str, text: &str| {
        if learned.insert((path.to_owned(), id.to_owned())) {
            redaction.learn(path, text);
        }
    };
    let printed = !log.output.is_empty();
    for file in &change.files {
        let head = file.head.as_ref().filter(|_| !searched);
        let base = file.base.as_ref().filter(|_| !searched || printed);
        for (path, blob) in [(file.path.as_str(), head), (file.base_path(), base)] {
            if let Some((id, text)) = blob.and_then(|blob| Some((&blob.id, Blob::text(blob)?))) {
                learn(path, id, text);
            }
        }
    }
    let framed: Vec<&Finding> = judged
        .findings
        .iter()
        .filter(|f| f.commit.is_none())
        .collect();
    for finding in &framed {
        let located = places.of(finding);
        if let Some(lines) = &located.lines {
            learn(&finding.path, &located.id, &lines.text);
        }
    }
    redaction.settle();
    let mut clean: BTreeMap<String, Lines> = BTreeMap::new();
    for finding in framed {
        let located = places.of(finding);
        let Some(lines) = &located.lines else {
            continue;
        };
        // The whole text: a secret may span lines, and an excerpt may cut one.
        let lines = clean
            .entry(located.id.clone())
            .or_insert_with(|| Lines::new(redaction.in_place(&lines.text).into()));
        if let Some(excerpt) = excerpt(lines, finding) {
            judged.excerpts.insert(finding.fingerprint.clone(), excerpt);
        }
    }
    redaction.judged(judged);
    for output in log.output.values_mut() {
        *output = redaction.text(output);
    }
}

/// Lines of code around a finding's place.
fn excerpt(lines: &Lines, finding: &Finding) -> Option<Excerpt> {
    const AROUND: u32 = 2;
    const MOST_LINES: u32 = 12;
    const LONGEST: usize = 400;
    let first = finding.line.saturating_sub(AROUND).max(1);
    let end = finding.end_line.saturating_add(AROUND + 1);
    let count = end.saturating_sub(first).min(MOST_LINES) as usize;
    let far_out = (finding.column as usize).saturating_sub(LONGEST * 3 / 4);
    let skipped = match far_out {
        0 => 0,
        _ => finding.column as usize - LONGEST / 4,
    };
    let lines: Vec<String> = lines
        .from(first, count)
        .map(|line| line.chars().skip(skipped).take(LONGEST).collect())
        .collect();
    (!lines.is_empty()).then(|| Excerpt {
        first_line: first,
        first_column: u32::try_from(skipped + 1).unwrap_or(u32::MAX),
        lines,
    })
}

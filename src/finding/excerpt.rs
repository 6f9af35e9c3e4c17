//! Lines of code around a finding, as reports show them.
//!
//! Does not catch: a secret in them; the lines that are given are clean already.

use crate::finding::Finding;
use crate::finding::judgement::Excerpt;
use crate::finding::places::Lines;

/// Lines of code around a finding's place.
pub(crate) fn excerpt(lines: &Lines, finding: &Finding) -> Option<Excerpt> {
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

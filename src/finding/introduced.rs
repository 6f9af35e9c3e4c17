//! What this change brought in: findings at head that have no match at base.
//!
//! Matching is one to one. A finding on an unchanged line is first matched with that line at base; what is
//! left, by rule, path (followed through renames), enclosing symbol and normalised text of the place. So
//! moved and re-indented lines are not new, and of two equal ones the line that was added is.
//!
//! Does not catch: an old finding on a line that was reworded counts as new.

use std::collections::HashMap;

use crate::change::Side;
use crate::finding::Finding;
use crate::finding::places::Places;

/// The findings of `head` that `base` has not, with their fingerprints.
pub(crate) fn introduced(
    places: &mut Places<'_>,
    head: Vec<Finding>,
    base: Vec<Finding>,
) -> Vec<Finding> {
    let base = with_keys(places, base);
    let head = with_keys(places, head);

    let mut by_line: HashMap<(&str, u32), Vec<usize>> = HashMap::new();
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (key, finding)) in base.iter().enumerate().rev() {
        by_line.entry((key, finding.line)).or_default().push(at);
        by_key.entry(key).or_default().push(at);
    }
    let mut used = vec![false; base.len()];
    let mut matched = vec![false; head.len()];
    for ((key, finding), matched) in head.iter().zip(&mut matched) {
        let Some(line) = line_at_base(places, finding) else {
            continue;
        };
        if let Some(at) = by_line.get_mut(&(key.as_str(), line)).and_then(Vec::pop) {
            used[at] = true;
            *matched = true;
        }
    }
    for ((key, _), matched) in head.iter().zip(&mut matched) {
        while let Some(at) = by_key
            .get_mut(key.as_str())
            .filter(|_| !*matched)
            .and_then(Vec::pop)
        {
            if !used[at] {
                used[at] = true;
                *matched = true;
            }
        }
    }
    fingerprinted(head, &matched)
}

/// The findings in the order of reports, each with its key: what makes two findings the same, whatever
/// their lines.
fn with_keys(places: &mut Places<'_>, mut findings: Vec<Finding>) -> Vec<(String, Finding)> {
    findings.sort_by(Finding::order);
    let key = |finding: &Finding, places: &mut Places<'_>| {
        let located = places.of(finding);
        let path = located
            .file
            .map_or(finding.path.as_str(), |f| f.base_path());
        let symbol = located.symbol(finding.line);
        let text = finding.anchor.clone().unwrap_or_else(|| {
            let count = (finding.end_line.saturating_sub(finding.line) as usize).saturating_add(1);
            let lines = located.lines.iter();
            let words = lines
                .flat_map(|lines| lines.from(finding.line, count))
                .flat_map(str::split_whitespace);
            words.collect::<Vec<_>>().join(" ")
        });
        [&finding.rule, path, &symbol, &text].join("\0")
    };
    findings
        .into_iter()
        .map(|finding| (key(&finding, places), finding))
        .collect()
}

/// The 1-based line of base that a finding's first line is, where the change left that line alone.
fn line_at_base(places: &mut Places<'_>, finding: &Finding) -> Option<u32> {
    if finding.side == Side::Base {
        return Some(finding.line);
    }
    match places.of(finding).file {
        Some(file) => file
            .line_map()
            .to_base(finding.line.checked_sub(1)?)
            .map(|line| line + 1),
        None => Some(finding.line),
    }
}

/// The findings without a match, each with its fingerprint: the first 12 hexadecimal digits of SHA-256 over
/// its key and its ordinal among the findings of that key. Those that were there before come first in that
/// order, so that a new one never has the fingerprint of an old one.
fn fingerprinted(findings: Vec<(String, Finding)>, matched: &[bool]) -> Vec<Finding> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for ((key, _), _) in findings
        .iter()
        .zip(matched)
        .filter(|(_, matched)| **matched)
    {
        *seen.entry(key.clone()).or_default() += 1;
    }
    let new = findings
        .into_iter()
        .zip(matched)
        .filter(|(_, matched)| !**matched);
    new.map(|((key, mut finding), _)| {
        let ordinal = seen.entry(key.clone()).or_default();
        let whole = crate::text::digest(format!("{key}\0{ordinal}").as_bytes());
        *ordinal += 1;
        finding.fingerprint = whole[..12].to_owned();
        finding
    })
    .collect()
}

//! What this change brought in: findings at head that have no match at base.
//!
//! Matching is one to one by rule, path (followed through renames), enclosing symbol, normalised text
//! of the place and, among equals, by order; so moved and re-indented lines are not new.
//!
//! Does not catch: an old finding on a line that was reworded counts as new.

use std::collections::HashMap;

use crate::change::{Blob, Change, Side};
use crate::finding::Finding;
use crate::syntax::Trees;

/// The findings of `head` that `base` has not, with their fingerprints.
pub fn introduced(
    change: &Change,
    trees: &Trees,
    mut head: Vec<Finding>,
    mut base: Vec<Finding>,
) -> Vec<Finding> {
    fingerprint(change, trees, &mut base);
    let mut known: HashMap<String, usize> = HashMap::new();
    for finding in base {
        *known.entry(finding.fingerprint).or_default() += 1;
    }
    fingerprint(change, trees, &mut head);
    head.retain(|finding| match known.get_mut(&finding.fingerprint) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    head
}

/// Gives each finding its fingerprint: the first 12 hexadecimal digits of SHA-256 over rule, base path,
/// enclosing symbol, normalised text and ordinal among findings that share the four.
fn fingerprint(change: &Change, trees: &Trees, findings: &mut [Finding]) {
    findings.sort_by(Finding::order);
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let file = match finding.side {
            Side::Head => change.file(&finding.path),
            Side::Base => change
                .files
                .iter()
                .find(|file| file.base_path() == finding.path),
        };
        let path = file.map_or(finding.path.as_str(), |file| file.base_path());
        let blob = file.and_then(|file| file.blob(finding.side));
        let symbol = blob
            .and_then(|blob| trees.of(&finding.path, blob))
            .and_then(|parsed| parsed.symbol_at(finding.line))
            .unwrap_or_default();
        let text = match &finding.anchor {
            Some(anchor) => anchor.clone(),
            None => place_text(blob, finding),
        };
        let key = [&finding.rule, path, symbol.as_str(), &text].join("\0");
        let ordinal = seen.entry(key.clone()).or_default();
        let whole = crate::text::digest(format!("{key}\0{ordinal}").as_bytes());
        *ordinal += 1;
        finding.fingerprint = whole[..12].to_owned();
    }
}

/// The lines of the place with white space folded.
fn place_text(blob: Option<&Blob>, finding: &Finding) -> String {
    let Some(text) = blob.and_then(Blob::text) else {
        return String::new();
    };
    let first = finding.line.saturating_sub(1) as usize;
    let count = (finding.end_line.saturating_sub(finding.line) + 1) as usize;
    text.lines()
        .skip(first)
        .take(count)
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ")
}

//! Where a finding stands for a reader who knows head's files only: a code host that marks lines.
//!
//! A finding on a line that is gone stands on the line that took its place; one about a file that is
//! gone, a commit or its message, on the first line of a file that exists.
//!
//! Does not catch: a head without any file; there is no place then.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::change::{Blob, Change, Side};
use crate::finding::Finding;
use crate::finding::judgement::HeadPlace;
use crate::finding::line_hash::line_hashes;

/// The places of findings, by fingerprint.
pub(crate) fn head_places(change: &Change, findings: &[Finding]) -> BTreeMap<String, HeadPlace> {
    // All paths of head may have to be read for it, and few findings need it.
    let fallback = LazyCell::new(|| fallback(change));
    let mut exist = Present {
        change,
        known: BTreeMap::new(),
    };
    let mut places = BTreeMap::new();
    let mut hashed: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for finding in findings {
        let Some((path, line)) =
            place(change, &mut exist, finding).or_else(|| Some((fallback.clone()?, 1)))
        else {
            continue;
        };
        // A hash tells something of the line: not of one with a secret.
        if finding.anchor.is_none() {
            hashed.entry(path.clone()).or_default().insert(line);
        }
        let place = HeadPlace {
            path,
            line,
            line_hash: None,
        };
        places.insert(finding.fingerprint.clone(), place);
    }
    let hashes: BTreeMap<&str, BTreeMap<u32, String>> = hashed
        .iter()
        .filter_map(|(path, lines)| {
            let blob = change.read(Side::Head, path).ok()??;
            Some((path.as_str(), line_hashes(Blob::text(&blob)?, lines)))
        })
        .collect();
    for finding in findings.iter().filter(|finding| finding.anchor.is_none()) {
        if let Some(place) = places.get_mut(&finding.fingerprint) {
            let of_file = hashes.get(place.path.as_str());
            place.line_hash = of_file.and_then(|of_file| of_file.get(&place.line).cloned());
        }
    }
    places
}

/// Whether head has a file, asked once.
struct Present<'a> {
    change: &'a Change,
    known: BTreeMap<String, bool>,
}

impl Present<'_> {
    fn at_head(&mut self, path: &str) -> bool {
        if let Some(file) = self.change.file(path) {
            return file.head.is_some();
        }
        if let Some(known) = self.known.get(path) {
            return *known;
        }
        let found = matches!(self.change.read(Side::Head, path), Ok(Some(_)));
        self.known.insert(path.to_owned(), found);
        found
    }
}

/// Path and 1-based line at head; none where head has no such file.
fn place(change: &Change, exist: &mut Present<'_>, finding: &Finding) -> Option<(String, u32)> {
    let mut exists = |path: &str| exist.at_head(path);
    if finding.commit.is_some() {
        return exists(&finding.path).then(|| (finding.path.clone(), 1));
    }
    if finding.side == Side::Head {
        return exists(&finding.path).then(|| (finding.path.clone(), finding.line.max(1)));
    }
    let mut heads = change.files.iter().filter(|file| file.head.is_some());
    let Some(file) = heads.find(|file| file.base_path() == finding.path) else {
        // A file of base that the change does not touch.
        let untouched = change.files.iter().all(|f| f.base_path() != finding.path);
        return (untouched && exists(&finding.path))
            .then(|| (finding.path.clone(), finding.line.max(1)));
    };
    let line = finding.line.saturating_sub(1);
    let map = file.line_map();
    let mapped = map.to_head(line).unwrap_or_else(|| {
        let hunk = file.hunks.iter().find(|hunk| hunk.base.contains(&line));
        let last = file
            .text(Side::Head)
            .map_or(0, |text| text.lines().count().saturating_sub(1));
        let last = u32::try_from(last).unwrap_or(u32::MAX);
        hunk.map_or(0, |hunk| hunk.head.start.min(last))
    });
    Some((file.path.clone(), mapped.saturating_add(1)))
}

/// A file that head has: a changed one if there is one.
fn fallback(change: &Change) -> Option<String> {
    let changed = change.files.iter().find(|file| file.head.is_some());
    match changed {
        Some(file) => Some(file.path.clone()),
        None => change.paths(Side::Head).ok()?.first().cloned(),
    }
}

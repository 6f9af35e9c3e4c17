//! Renames and copies, found from the blobs: the same over every backend, whatever `diff.renames` says.
//!
//! An added file takes as its base a deleted file of the same change (a rename; each deleted file has
//! one), else the base of any deleted or modified file of the change (a copy). Equal bytes first, then
//! the most alike: bytes of the lines that both have, over the size of the larger, at least half.
//!
//! Does not catch: copies of files that the change does not touch; pairs beyond [`MOST_PAIRS`] unless
//! their bytes are equal; renamed binary files whose bytes changed.

use std::collections::HashMap;

use super::{Blob, Content, File, Status};

/// Pairs of files that are compared line by line at most.
const MOST_PAIRS: usize = 1_000_000;

/// Finds them, in place: a rename takes the deleted file out of the list.
pub(super) fn find(files: &mut Vec<File>) {
    let at = |wanted: &dyn Fn(&File) -> bool| -> Vec<usize> {
        let numbered = files.iter().enumerate();
        numbered
            .filter(|(_, file)| wanted(file))
            .map(|(at, _)| at)
            .collect()
    };
    let targets = at(&|file| file.status == Status::Added && file.head.as_ref().is_some_and(fit));
    let sources = at(&|file| {
        matches!(file.status, Status::Deleted | Status::Modified)
            && file.base.as_ref().is_some_and(fit)
    });
    if targets.is_empty() || sources.is_empty() {
        return;
    }
    let mut matched = matches(files, &sources, &targets);
    // Best first; then the same name; then by path (`files` is sorted), so that the order is total.
    matched.sort_by(|a, b| {
        b.alike
            .cmp(&a.alike)
            .then(b.same_name.cmp(&a.same_name))
            .then((a.target, a.source).cmp(&(b.target, b.source)))
    });
    let mut origin: HashMap<usize, (usize, Status)> = HashMap::new();
    let mut gone = Vec::new();
    let deleted = |source: usize| {
        files
            .get(source)
            .is_some_and(|f| f.status == Status::Deleted)
    };
    for found in matched.iter().filter(|found| deleted(found.source)) {
        if !origin.contains_key(&found.target) && !gone.contains(&found.source) {
            origin.insert(found.target, (found.source, Status::Renamed));
            gone.push(found.source);
        }
    }
    for found in &matched {
        origin
            .entry(found.target)
            .or_insert((found.source, Status::Copied));
    }
    for &target in &targets {
        let Some(&(source, status)) = origin.get(&target) else {
            continue;
        };
        let Some((old_path, base)) = files.get(source).map(|f| (f.path.clone(), f.base.clone()))
        else {
            continue;
        };
        if let Some(file) = files.get_mut(target) {
            file.status = status;
            file.old_path = Some(old_path);
            file.base = base;
        }
    }
    let mut number = 0;
    gone.sort_unstable();
    files.retain(|_| {
        number += 1;
        gone.binary_search(&(number - 1)).is_err()
    });
}

/// Empty files are alike without having anything to do with each other; a submodule is no file.
fn fit(blob: &Blob) -> bool {
    blob.mode != super::Mode::Submodule
        && blob.size > 0
        && !matches!(blob.content, Content::Missing(_))
}

struct Match {
    source: usize,
    target: usize,
    /// Per mille.
    alike: u64,
    same_name: bool,
}

fn matches(files: &[File], sources: &[usize], targets: &[usize]) -> Vec<Match> {
    let base = |at: usize| files.get(at).and_then(|file| file.base.as_ref());
    let head = |at: usize| files.get(at).and_then(|file| file.head.as_ref());
    let name = |at: usize| files.get(at).and_then(|file| file.path.rsplit('/').next());
    let pair = |source, target, alike| Match {
        source,
        target,
        alike,
        same_name: name(source) == name(target),
    };
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    for &source in sources {
        if let Some(blob) = base(source) {
            by_id.entry(&blob.id).or_default().push(source);
        }
    }
    let mut found = Vec::new();
    let mut rest = Vec::new();
    for &target in targets {
        let Some(blob) = head(target) else { continue };
        let equal = by_id.get(blob.id.as_str()).into_iter().flatten();
        let before = found.len();
        found.extend(
            equal
                .filter(|&&source| {
                    base(source).is_some_and(|base| base.mode.is_file() == blob.mode.is_file())
                })
                .take(64)
                .map(|&source| pair(source, target, 1000)),
        );
        if found.len() == before && blob.text().is_some() {
            rest.push(target);
        }
    }
    if rest.len().saturating_mul(sources.len()) > MOST_PAIRS {
        return found;
    }
    let index = Lines::of(
        sources
            .iter()
            .filter_map(|&at| base(at)?.text().map(|text| (at, text))),
    );
    for target in rest {
        let Some(text) = head(target).and_then(Blob::text) else {
            continue;
        };
        for (source, shared) in index.shared(text) {
            let size = base(source).and_then(Blob::text).map_or(0, str::len);
            let alike = (shared * 1000) as u64 / (size.max(text.len()).max(1)) as u64;
            if alike >= 500 {
                // Below equal bytes, whatever the rounding.
                found.push(pair(source, target, alike.min(999)));
            }
        }
    }
    found
}

/// Which sources have a line, and how often.
struct Lines<'a> {
    holders: HashMap<&'a str, Vec<(usize, u32)>>,
}

impl<'a> Lines<'a> {
    fn of(texts: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut holders: HashMap<&str, Vec<(usize, u32)>> = HashMap::new();
        for (at, text) in texts {
            for line in text.split_inclusive('\n') {
                let held = holders.entry(line).or_default();
                match held.last_mut() {
                    Some((last, count)) if *last == at => *count += 1,
                    _ => held.push((at, 1)),
                }
            }
        }
        Self { holders }
    }

    /// Bytes of the lines that the text has in common with each source, by source.
    fn shared(&self, text: &str) -> Vec<(usize, usize)> {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for line in text.split_inclusive('\n') {
            *counts.entry(line).or_default() += 1;
        }
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for (line, count) in counts {
            for &(source, held) in self.holders.get(line).into_iter().flatten() {
                *shared.entry(source).or_default() += line.len() * held.min(count) as usize;
            }
        }
        let mut shared: Vec<_> = shared.into_iter().collect();
        shared.sort_unstable();
        shared
    }
}

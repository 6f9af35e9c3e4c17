//! Renames and copies, found from the blobs: the same over every backend, whatever `diff.renames` says.
//!
//! An added file takes as its base a deleted file of the same change (a rename; each deleted file has
//! one), else the base of any deleted or modified file of the change (a copy). Equal bytes first, then
//! the most alike: bytes of the lines that both have, over the size of the larger, at least half.
//!
//! Does not catch: copies of files that the change does not touch; pairs beyond [`MOST_PAIRS`] unless
//! their bytes are equal; renamed binary files whose bytes changed.

use std::collections::{BTreeMap, HashMap, HashSet};

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
    let mut gone: HashSet<usize> = HashSet::new();
    let deleted = |source: usize| {
        files
            .get(source)
            .is_some_and(|f| f.status == Status::Deleted)
    };
    for found in matched.iter().filter(|found| deleted(found.source)) {
        if !origin.contains_key(&found.target) && !gone.contains(&found.source) {
            origin.insert(found.target, (found.source, Status::Renamed));
            gone.insert(found.source);
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
    files.retain(|_| {
        number += 1;
        !gone.contains(&(number - 1))
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
    let texts = rest.iter().filter_map(|&at| Some((at, head(at)?.text()?)));
    let index = Lines::of(texts);
    for &source in sources {
        let Some(text) = base(source).and_then(Blob::text) else {
            continue;
        };
        for (target, shared) in index.shared(text) {
            let size = head(target).and_then(Blob::text).map_or(0, str::len);
            let alike = (shared * 1000) as u64 / (size.max(text.len()).max(1)) as u64;
            if alike >= 500 {
                // Below equal bytes, whatever the rounding.
                found.push(pair(source, target, alike.min(999)));
            }
        }
    }
    found
}

/// The lines of the files that want a source: which has each, and how often.
struct Lines<'a> {
    numbers: HashMap<&'a str, usize>,
    lines: Vec<Line>,
}

struct Line {
    length: usize,
    holders: Vec<(usize, usize)>,
}

impl<'a> Lines<'a> {
    fn of(texts: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let (mut numbers, mut lines) = (HashMap::new(), Vec::<Line>::new());
        for (at, text) in texts {
            for line in text.split_inclusive('\n') {
                let number = *numbers.entry(line).or_insert(lines.len());
                if number == lines.len() {
                    lines.push(Line {
                        length: line.len(),
                        holders: Vec::new(),
                    });
                }
                let Some(line) = lines.get_mut(number) else {
                    continue;
                };
                match line.holders.last_mut() {
                    Some((last, count)) if *last == at => *count += 1,
                    _ => line.holders.push((at, 1)),
                }
            }
        }
        Self { numbers, lines }
    }

    /// Bytes of the lines that the text has in common with each file, by file.
    fn shared(&self, text: &str) -> BTreeMap<usize, usize> {
        let known = text
            .split_inclusive('\n')
            .filter_map(|line| self.numbers.get(line).copied());
        let mut known: Vec<usize> = known.collect();
        known.sort_unstable();
        let mut shared = BTreeMap::new();
        for same in known.chunk_by(|a, b| a == b) {
            let Some(line) = same.first().and_then(|&number| self.lines.get(number)) else {
                continue;
            };
            for &(file, held) in &line.holders {
                *shared.entry(file).or_default() += line.length * held.min(same.len());
            }
        }
        shared
    }
}

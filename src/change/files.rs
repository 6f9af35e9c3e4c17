//! The changed files between two snapshots: both sides' bytes, renames and copies, hunks.
//!
//! Does not catch: a file whose bytes are the same on both sides; it is not in the change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Result, bail};

use super::lines::Comparison;
use super::repository::{Repository, TreeEntry};
use super::{Blob, BySide, Content, File, Hunk, Mode, Side, Snapshot, Status, renames};

/// Compares two snapshots; sorted by path.
pub(super) fn changed_files(
    repository: &dyn Repository,
    base: &Snapshot,
    head: &Snapshot,
) -> Result<Vec<File>> {
    let mut committed: BTreeMap<String, BySide<Option<TreeEntry>>> = BTreeMap::new();
    if base.tree != head.tree {
        let deltas = repository.diff(base.tree.as_deref(), head.tree.as_deref())?;
        if !deltas.is_empty() {
            repository.expect(base.tree.as_deref(), head.tree.as_deref());
        }
        for delta in deltas {
            let sides = BySide {
                base: delta.base,
                head: delta.head,
            };
            committed.insert(delta.path, sides);
        }
    }
    let laid_over = base.overlay.keys().chain(head.overlay.keys());
    let paths: BTreeSet<&String> = committed.keys().chain(laid_over).collect();

    let mut files = Vec::with_capacity(paths.len());
    let mut held = Held::default();
    for path in paths {
        let mut state = |snapshot: &Snapshot, side: Side| -> Result<Option<Blob>> {
            if let Some(state) = snapshot.overlay.get(path) {
                return Ok(state.clone());
            }
            let entry = match (committed.get(path), &snapshot.tree) {
                (Some(sides), _) => sides.on(side).clone(),
                (None, Some(tree)) => repository.entry(tree, path)?,
                (None, None) => None,
            };
            entry.map(|entry| held.blob(repository, &entry)).transpose()
        };
        let (old, new) = (state(base, Side::Base)?, state(head, Side::Head)?);
        let status = match (&old, &new) {
            (None, None) => continue,
            (Some(old), Some(new)) if old.id == new.id && old.mode == new.mode => continue,
            (None, Some(_)) => Status::Added,
            (Some(_), None) => Status::Deleted,
            (Some(_), Some(_)) => Status::Modified,
        };
        files.push(File {
            path: path.clone(),
            old_path: None,
            status,
            base: old,
            head: new,
            hunks: Vec::new(),
        });
    }
    renames::find(&mut files);
    let mut comparison = Comparison::default();
    for file in &mut files {
        file.hunks = hunks(&mut comparison, file.base.as_ref(), file.head.as_ref());
    }
    Ok(files)
}

/// Bytes of changed files that are held in memory at most, each side of each file counted.
pub(super) const MOST_HELD: u64 = 256 * 1024 * 1024;

/// What is held of the repository's files. Trees can be made to unfold: of one blob, that is under many paths,
/// there is one copy.
#[derive(Default)]
struct Held {
    bytes: u64,
    /// Bytes that were read only to be left out.
    left_out: u64,
    known: HashMap<(String, Mode), Blob>,
}

impl Held {
    fn blob(&mut self, repository: &dyn Repository, entry: &TreeEntry) -> Result<Blob> {
        let key = (entry.id.clone(), entry.mode);
        let blob = match self.known.get(&key) {
            Some(blob) => blob.clone(),
            // Small files that come after large ones are read still, but no bytes without end.
            None if self.left_out > MOST_HELD => {
                return Ok(left_out(Blob {
                    id: entry.id.clone(),
                    mode: entry.mode,
                    size: 0,
                    content: Content::TooLarge,
                }));
            }
            None => repository.blob(entry)?,
        };
        if let Content::Missing(why) = &blob.content {
            let path = &entry.path;
            bail!("{path} cannot be compared, a side of it is not in the repository: {why}");
        }
        let is_held = matches!(blob.content, Content::Text(_) | Content::Undecodable(_));
        if is_held && self.bytes + blob.size > MOST_HELD {
            self.left_out += blob.size;
            return Ok(left_out(blob));
        }
        if is_held {
            self.bytes += blob.size;
        }
        self.known.entry(key).or_insert_with(|| blob.clone());
        Ok(blob)
    }
}

fn left_out(blob: Blob) -> Blob {
    let why = format!("more than {MOST_HELD} bytes differ, and this is among those left out");
    Blob {
        content: Content::Missing(why),
        ..blob
    }
}

/// A side that is no text counts as an empty one: where text took the place of bytes that nobody could
/// read, all of it is new.
fn hunks(comparison: &mut Comparison, base: Option<&Blob>, head: Option<&Blob>) -> Vec<Hunk> {
    if let (Some(base), Some(head)) = (base, head)
        && base.id == head.id
        && base.mode.is_file() == head.mode.is_file()
    {
        return Vec::new();
    }
    let (base, head) = (base.and_then(Blob::text), head.and_then(Blob::text));
    comparison.hunks(base.unwrap_or_default(), head.unwrap_or_default())
}

//! The changed files between two snapshots: both sides' bytes, renames and copies, hunks.
//!
//! Does not catch: a file whose bytes are the same on both sides; it is not in the change.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::repository::{Repository, TreeEntry};
use super::{Blob, BySide, Content, File, Hunk, Side, Snapshot, Status, lines, renames};

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
    for path in paths {
        let state = |snapshot: &Snapshot, side: Side| -> Result<Option<Blob>> {
            if let Some(state) = snapshot.overlay.get(path) {
                return Ok(state.clone());
            }
            let entry = match (committed.get(path), &snapshot.tree) {
                (Some(sides), _) => sides.on(side).clone(),
                (None, Some(tree)) => repository.entry(tree, path)?,
                (None, None) => None,
            };
            let blob = entry.map(|entry| repository.blob(&entry)).transpose()?;
            if let Some(Content::Missing(why)) = blob.as_ref().map(|blob| &blob.content) {
                bail!("{path} cannot be compared, a side of it is not in the repository: {why}");
            }
            Ok(blob)
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
    for file in &mut files {
        file.hunks = hunks(file.base.as_ref(), file.head.as_ref());
    }
    Ok(files)
}

/// A side that is no text counts as an empty one: where text took the place of bytes that nobody could
/// read, all of it is new.
fn hunks(base: Option<&Blob>, head: Option<&Blob>) -> Vec<Hunk> {
    if let (Some(base), Some(head)) = (base, head)
        && base.id == head.id
        && base.mode.is_file() == head.mode.is_file()
    {
        return Vec::new();
    }
    let (base, head) = (base.and_then(Blob::text), head.and_then(Blob::text));
    lines::hunks(base.unwrap_or_default(), head.unwrap_or_default())
}

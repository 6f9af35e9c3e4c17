//! The few questions that the change asks of a repository, and the changed files from the answers.

use anyhow::Result;

use super::{Blob, Commit, File, Mode, Snapshot, Status, lines};

/// A file in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Repository-relative path.
    pub path: String,
    /// Object id in hexadecimal.
    pub id: String,
    /// Mode.
    pub mode: Mode,
}

/// A path that differs between two trees, renames not yet looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDelta {
    /// Before; none where it was added.
    pub base: Option<TreeEntry>,
    /// After; none where it was deleted.
    pub head: Option<TreeEntry>,
}

/// What a backend answers.
pub trait Repository: Send {
    /// The commit with this full id.
    fn commit(&self, id: &str) -> Result<Commit>;
    /// Paths that differ between two trees (`None`: the empty one), sorted by path.
    fn diff(&self, base: Option<&str>, head: Option<&str>) -> Result<Vec<RawDelta>>;
    /// All files of a tree.
    fn tree(&self, tree: &str) -> Result<Vec<TreeEntry>>;
    /// One file of a tree.
    fn entry(&self, tree: &str, path: &str) -> Result<Option<TreeEntry>>;
    /// The bytes of a file. A blob that the repository lacks is [`super::Content::Missing`], no error.
    fn blob(&self, entry: &TreeEntry) -> Result<Blob>;
}

pub(super) fn changed_files(
    repository: &dyn Repository,
    base: &Snapshot,
    head: &Snapshot,
) -> Result<Vec<File>> {
    // Overlays and renames: filled in by the change stage.
    let mut files = Vec::new();
    for delta in repository.diff(base.tree.as_deref(), head.tree.as_deref())? {
        let read = |entry: &Option<TreeEntry>| -> Result<Option<Blob>> {
            entry.as_ref().map(|e| repository.blob(e)).transpose()
        };
        let (old, new) = (read(&delta.base)?, read(&delta.head)?);
        let Some(path) = delta.head.as_ref().or(delta.base.as_ref()) else {
            continue;
        };
        let status = match (&old, &new) {
            (None, _) => Status::Added,
            (_, None) => Status::Deleted,
            _ => Status::Modified,
        };
        let text = |blob: &Option<Blob>| match blob {
            Some(blob) => blob.text().map(str::to_owned),
            None => Some(String::new()),
        };
        let hunks = match (text(&old), text(&new)) {
            (Some(old), Some(new)) => lines::hunks(&old, &new),
            _ => Vec::new(),
        };
        files.push(File {
            path: path.path.clone(),
            old_path: None,
            status,
            base: old,
            head: new,
            hunks,
        });
    }
    Ok(files)
}

//! The change: what is judged.
//!
//! Base and head resolved to trees, the files that differ with both sides' bytes and hunks, the
//! commits between them, and a way to read any other file of either side. Lines come from blobs,
//! never from patch text, so nothing in the change or in the user's git configuration can blind it.
//!
//! Does not catch: what never enters the object database (ignored files, other branches).

pub mod authorship;
mod backend;
pub mod content;
mod export;
mod files;
mod git;
mod history;
mod libgit2;
pub mod lines;
pub mod memory;
mod open;
mod patch;
pub mod paths;
mod plumbing;
mod range;
mod renames;
mod repository;
mod worktree;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use anyhow::Result;
use serde::{Deserialize, Serialize};

pub use backend::{DEEPEN, is_empty_tree, is_null};
pub use content::{Blob, Content, Mode};
pub use git::{NETWORK, PROTOCOLS};
pub use lines::{Hunk, LineMap};
pub use open::{Between, Opened, open};
pub use range::{Ends, Head, NothingToJudge, RangeSpec};
pub use repository::{Kind, RawDelta, Repository, Stored, TreeEntry};

/// One side of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Before.
    Base,
    /// After.
    Head,
}

/// One of something for each side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BySide<T> {
    /// Base's.
    pub base: T,
    /// Head's.
    pub head: T,
}

impl<T> BySide<T> {
    /// The one of a side.
    pub fn on(&self, side: Side) -> &T {
        match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        }
    }
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not there at base.
    Added,
    /// Not there at head.
    Deleted,
    /// Other bytes, or another mode.
    Modified,
    /// Its base stood under another path, which is gone.
    Renamed,
    /// Its base stands under another path still.
    Copied,
}

/// One changed file, with both sides.
#[derive(Clone, Debug)]
pub struct File {
    /// Head's path; base's where the file was deleted. Repository-relative, with `/`; bytes that are
    /// not UTF-8 stand as `\xNN`.
    pub path: String,
    /// Base's path where it differs from `path` (renamed or copied).
    pub old_path: Option<String>,
    /// What happened to it.
    pub status: Status,
    /// Base's side; none where it was added.
    pub base: Option<Blob>,
    /// Head's side; none where it was deleted.
    pub head: Option<Blob>,
    /// Changed stretches, in order. A side that is no text counts as empty: text in place of bytes
    /// that nobody could read is all new.
    pub hunks: Vec<Hunk>,
}

impl File {
    /// Base's path.
    pub fn base_path(&self) -> &str {
        self.old_path.as_deref().unwrap_or(&self.path)
    }

    /// The path on a side.
    pub fn path_on(&self, side: Side) -> &str {
        match side {
            Side::Base => self.base_path(),
            Side::Head => &self.path,
        }
    }

    /// The blob on a side.
    pub fn blob(&self, side: Side) -> Option<&Blob> {
        match side {
            Side::Base => self.base.as_ref(),
            Side::Head => self.head.as_ref(),
        }
    }

    /// The text on a side, where there is one.
    pub fn text(&self, side: Side) -> Option<&str> {
        self.blob(side).and_then(Blob::text)
    }

    /// 0-based numbers of the lines that head has and base has not.
    pub fn added_lines(&self) -> impl Iterator<Item = u32> + '_ {
        self.hunks.iter().flat_map(|hunk| hunk.head.clone())
    }

    /// 0-based numbers of the lines that base has and head has not.
    pub fn deleted_lines(&self) -> impl Iterator<Item = u32> + '_ {
        self.hunks.iter().flat_map(|hunk| hunk.base.clone())
    }

    /// Whether the 0-based lines of `side` touch a changed stretch. An empty stretch on that side
    /// (pure deletion seen from head) touches the range that holds it.
    pub fn touches(&self, side: Side, lines: Range<u32>) -> bool {
        // Hunks are in order on both sides: those before the lines are passed over at once.
        let before = |hunk: &Hunk| hunk.on(side).end < lines.start;
        let near = self.hunks.partition_point(before);
        let near = self.hunks.get(near..).unwrap_or_default().iter();
        near.map(|hunk| hunk.on(side))
            .take_while(|changed| changed.start < lines.end)
            .any(|changed| {
                if changed.is_empty() {
                    lines.start < changed.start
                } else {
                    lines.start < changed.end
                }
            })
    }

    /// Lines of base to lines of head and back.
    pub fn line_map(&self) -> LineMap<'_> {
        LineMap::new(&self.hunks)
    }
}

/// One commit of the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Object id, in hexadecimal.
    pub id: String,
    /// Object ids of the parents.
    pub parents: Vec<String>,
    /// Object id of its tree.
    pub tree: String,
    /// `Name <address>`.
    pub author: Person,
    /// `Name <address>`.
    pub committer: Person,
    /// Committer date, seconds since the epoch.
    pub time: i64,
    /// The whole message.
    pub message: String,
}

/// A name and an address, as a commit gives them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// The state of one side: a tree, and over it what is not committed.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The commit, where the state is one.
    pub commit: Option<String>,
    /// The tree; none is the empty tree.
    pub tree: Option<String>,
    /// Paths whose state differs from the tree's: staged, in the working tree, or patched. `None`
    /// stands for a path that is gone.
    pub overlay: BTreeMap<String, Option<Blob>>,
    /// What reports call it: an object id, or `worktree`, `staged`, `patch`.
    pub label: String,
}

/// What is judged.
pub struct Change {
    /// Before.
    pub base: Snapshot,
    /// After.
    pub head: Snapshot,
    /// Changed files, sorted by path.
    pub files: Vec<File>,
    /// Commits of the range, oldest first; empty for a patch or a plain tree comparison.
    pub commits: Vec<Commit>,
    /// How to ask for the same change again: the range as arguments of `draftgate check`.
    pub arguments: String,
    /// What was decided on the way and must be said: which base, and how it was found.
    pub remarks: Vec<String>,
    /// The user's working tree; none where the repository is bare, or the change is in memory.
    pub worktree: Option<PathBuf>,
    repository: Mutex<Box<dyn Repository>>,
    checked_out: OnceLock<bool>,
    paths: BySide<OnceLock<Vec<String>>>,
}

impl Change {
    /// Compares two snapshots.
    ///
    /// # Errors
    /// Where the repository cannot read one of the trees.
    pub fn between(
        repository: Box<dyn Repository>,
        base: Snapshot,
        head: Snapshot,
        commits: Vec<Commit>,
    ) -> Result<Self> {
        let files = files::changed_files(&*repository, &base, &head)?;
        Ok(Self {
            base,
            head,
            files,
            commits,
            arguments: String::new(),
            remarks: Vec::new(),
            worktree: None,
            repository: Mutex::new(repository),
            checked_out: OnceLock::new(),
            paths: BySide::default(),
        })
    }

    /// The snapshot of a side.
    pub fn snapshot(&self, side: Side) -> &Snapshot {
        match side {
            Side::Base => &self.base,
            Side::Head => &self.head,
        }
    }

    /// The working tree, where it holds just what is judged as head: the same commit and nothing
    /// uncommitted, or the uncommitted state itself.
    pub fn checked_out(&self) -> Option<&Path> {
        let top = self.worktree.as_deref()?;
        let holds = || match &self.head.commit {
            Some(commit) => open::is_clean_at(top, commit).unwrap_or(false),
            None => self.head.label == "worktree",
        };
        self.checked_out.get_or_init(holds).then_some(top)
    }

    /// Reads any file of a side; `None` where there is none.
    ///
    /// # Errors
    /// Where the repository cannot read it.
    pub fn read(&self, side: Side, path: &str) -> Result<Option<Blob>> {
        let snapshot = self.snapshot(side);
        if let Some(state) = snapshot.overlay.get(path) {
            return Ok(state.clone());
        }
        let Some(tree) = &snapshot.tree else {
            return Ok(None);
        };
        self.with_repository(|repository| match repository.entry(tree, path)? {
            Some(entry) => repository.blob(&entry).map(Some),
            None => Ok(None),
        })
    }

    /// All paths of a side, sorted. Reads the whole tree once; for checks that need it.
    ///
    /// # Errors
    /// Where the repository cannot read the tree.
    pub fn paths(&self, side: Side) -> Result<&[String]> {
        let slot = self.paths.on(side);
        if let Some(paths) = slot.get() {
            return Ok(paths);
        }
        let snapshot = self.snapshot(side);
        let mut paths = match &snapshot.tree {
            Some(tree) => self.with_repository(|repository| repository.paths(tree))?,
            None => Vec::new(),
        };
        if !snapshot.overlay.is_empty() {
            paths.retain(|path| !snapshot.overlay.contains_key(path));
            let there = snapshot.overlay.iter().filter(|(_, blob)| blob.is_some());
            paths.extend(there.map(|(path, _)| path.clone()));
            paths.sort_unstable();
        }
        Ok(slot.get_or_init(|| paths))
    }

    /// The texts of a side's files whose names are wanted, each content once, in no order that means anything. What
    /// uncommitted work takes away is among them.
    ///
    /// # Errors
    /// Where the repository cannot read a tree or a file.
    pub fn texts(
        &self,
        side: Side,
        wanted: &dyn Fn(&str) -> bool,
        mut each: impl FnMut(&str),
    ) -> Result<()> {
        let snapshot = self.snapshot(side);
        let laid_over = snapshot.overlay.iter().filter(|(path, _)| wanted(path));
        let blobs = laid_over.filter_map(|(_, blob)| blob.as_ref());
        blobs.filter_map(Blob::text).for_each(&mut each);
        let Some(tree) = &snapshot.tree else {
            return Ok(());
        };
        for entry in self.with_repository(|repository| repository.contents(tree, wanted))? {
            let blob = self.with_repository(|repository| repository.blob(&entry))?;
            blob.text().into_iter().for_each(&mut each);
        }
        Ok(())
    }

    /// What a commit changed against its `parent`-th parent (0 is the first; a root commit is
    /// compared with the empty tree).
    ///
    /// # Errors
    /// Where the repository cannot read the commit or its parent.
    pub fn commit_files(&self, commit: &Commit, parent: usize) -> Result<Vec<File>> {
        self.with_repository(|repository| {
            let base = match commit.parents.get(parent) {
                Some(id) => Snapshot {
                    tree: Some(repository.commit(id)?.tree),
                    ..Snapshot::default()
                },
                None => Snapshot::default(),
            };
            let head = Snapshot {
                tree: Some(commit.tree.clone()),
                ..Snapshot::default()
            };
            files::changed_files(repository, &base, &head)
        })
    }

    /// A commit of the repository, by its full id.
    ///
    /// # Errors
    /// Where the repository cannot read it.
    pub fn commit(&self, id: &str) -> Result<Commit> {
        self.with_repository(|repository| repository.commit(id))
    }

    /// The changed file whose head path this is.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()
            .and_then(|at| self.files.get(at))
    }

    /// Added and deleted lines over all files.
    pub fn line_counts(&self) -> (usize, usize) {
        (
            self.files.iter().map(|f| f.added_lines().count()).sum(),
            self.files.iter().map(|f| f.deleted_lines().count()).sum(),
        )
    }

    fn with_repository<T>(&self, read: impl FnOnce(&dyn Repository) -> Result<T>) -> Result<T> {
        let repository = self
            .repository
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        read(&**repository)
    }
}

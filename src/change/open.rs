//! Opening: a repository first, then a policy may be read from it, then the change.
//!
//! libgit2 reads in process; where it cannot, git itself is asked. Neither looks at `GIT_DIR`,
//! `GIT_INDEX_FILE` or any other variable that a hook's environment sets.
//!
//! Does not catch: a repository that is written to while it is read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::backend::Backend;
use super::libgit2::{Libgit2, Refusal};
use super::plumbing::Plumbing;
use super::range::{Ends, Head, RangeSpec};
use super::{Blob, Change, Commit, Snapshot, history, patch, range, worktree};
use crate::process::surroundings;

/// An open repository, nothing asked of it yet.
///
/// ```text
/// open(dir) -> ends(asked, None) -> read_at(base, "draftgate.toml") -> the policy
///           -> ends(asked, policy's target) -> change(asked, ends)
/// ```
pub struct Opened {
    backend: Box<dyn Backend>,
    dir: PathBuf,
}

/// The commits of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Between {
    /// How many are here.
    pub commits: u64,
    /// Whether the history of one of them was cut: there may be more.
    pub cut: bool,
}

/// Opens the repository that holds a directory.
///
/// # Errors
/// Where there is none, or where nobody should or can read it; with the line that fixes it.
pub fn open(dir: &Path) -> Result<Opened> {
    let backend: Box<dyn Backend> = match Libgit2::open(dir) {
        Ok(libgit2) => Box::new(libgit2),
        Err(Refusal::Final(error)) => return Err(error),
        Err(Refusal::Unreadable(why)) => Box::new(
            Plumbing::open(dir).with_context(|| format!("libgit2 does not read it ({why})"))?,
        ),
    };
    if let Some(top) = &backend.place().worktree {
        surroundings::keep_out(top);
    }
    Ok(Opened {
        backend,
        dir: dir.to_owned(),
    })
}

impl Opened {
    /// The same repository, read by git's own programs.
    ///
    /// # Errors
    /// Where git does not read it.
    pub fn with_git(dir: &Path) -> Result<Self> {
        Ok(Self {
            backend: Box::new(Plumbing::open(dir)?),
            dir: dir.to_owned(),
        })
    }

    /// Lets git fetch what a partial clone lacks, from the remote and with the programs that the repository's
    /// configuration names.
    pub fn allow_fetch(&mut self) {
        self.backend.allow_fetch();
    }

    /// The top of the working tree; none where the repository is bare.
    pub fn worktree(&self) -> Option<&Path> {
        self.backend.place().worktree.as_deref()
    }

    /// The full id of the commit that a revision means.
    ///
    /// # Errors
    /// Where it means none.
    pub fn resolve(&self, revision: &str) -> Result<String> {
        range::commit_of(&*self.backend, revision)
    }

    /// The full id of the commit that a revision means; none where it means none here.
    ///
    /// # Errors
    /// Where the repository cannot be read.
    pub fn find(&self, revision: &str) -> Result<Option<String>> {
        self.backend.resolve(revision)
    }

    /// The parents of a commit, as it names them: in a shallow clone they need not be here.
    ///
    /// # Errors
    /// Where there is no such commit.
    pub fn parents(&self, commit: &str) -> Result<Vec<String>> {
        Ok(self.backend.as_repository().commit(commit)?.parents)
    }

    /// The best common ancestor of two commits; none where none is here.
    ///
    /// # Errors
    /// Where the history cannot be read.
    pub fn merge_base(&self, one: &str, two: &str) -> Result<Option<String>> {
        range::best_common(&*self.backend, one, two)
    }

    /// The commits of `base..head`, as far as they are here.
    ///
    /// # Errors
    /// Where the history cannot be read.
    pub fn between(&self, base: &str, head: &str) -> Result<Between> {
        let ids = history::between(&*self.backend, Some(base), head)?;
        let cuts = self.backend.place().cuts();
        Ok(Between {
            commits: ids.len() as u64,
            cut: ids.iter().any(|id| cuts.contains(id)),
        })
    }

    /// Whether history was cut when the repository was cloned.
    pub fn is_shallow(&self) -> bool {
        self.backend.place().is_shallow()
    }

    /// The repository's own directory, which linked working trees share.
    pub fn git_directory(&self) -> &Path {
        &self.backend.place().common
    }

    /// A file of a commit; none where the commit has no such file.
    ///
    /// # Errors
    /// Where the revision means no commit, or its trees cannot be read.
    pub fn read_at(&self, revision: &str, path: &str) -> Result<Option<Blob>> {
        let repository = self.backend.as_repository();
        let tree = repository.commit(&self.resolve(revision)?)?.tree;
        match repository.entry(&tree, path)? {
            Some(entry) => repository.blob(&entry).map(Some),
            None => Ok(None),
        }
    }

    /// What is compared with what. `target`: the policy's branch that others are compared with.
    ///
    /// # Errors
    /// Where an end cannot be found, with the line that fixes it.
    pub fn ends(&self, spec: &RangeSpec, target: Option<&str>) -> Result<Ends> {
        range::ends(&*self.backend, spec, target)
    }

    /// Opens the change.
    ///
    /// # Errors
    /// Where there is nothing to judge, or it cannot be read; with the line that fixes it.
    pub fn change(mut self, spec: &RangeSpec, ends: Ends) -> Result<Change> {
        if matches!(ends.head, Head::Working | Head::Staged(_)) && !self.backend.reads_index() {
            self.backend = Box::new(Plumbing::open(&self.dir)?);
        }
        let backend = &*self.backend;
        let repository = backend.as_repository();
        let tree_of = |commit: &Option<String>| -> Result<Option<String>> {
            commit
                .as_ref()
                .map(|id| Ok(repository.commit(id)?.tree))
                .transpose()
        };
        if matches!(ends.head, Head::Working | Head::Staged(_)) {
            self.refuse_another_tree()?;
        }
        let base = Snapshot {
            tree: tree_of(&ends.base)?,
            label: ends
                .base
                .clone()
                .unwrap_or_else(|| backend.empty_tree().to_owned()),
            commit: ends.base.clone(),
            ..Snapshot::default()
        };
        let tip = match &ends.head {
            Head::Commit(id) => Some(id.clone()),
            Head::Working | Head::Staged(_) => backend.resolve("HEAD")?,
            Head::Patch(_) => ends.base.clone(),
        };
        let tree = tree_of(&tip)?;
        let (overlay, label) = match &ends.head {
            Head::Commit(_) => Default::default(),
            Head::Working => (worktree::overlay(backend, tree.as_deref())?, "worktree"),
            Head::Staged(index) => {
                let mut overlay = std::collections::BTreeMap::new();
                for (path, entry) in backend.staged(tree.as_deref(), index.as_deref())? {
                    let blob = entry.map(|entry| repository.blob(&entry)).transpose()?;
                    overlay.insert(path, blob);
                }
                (overlay, "staged")
            }
            Head::Patch(text) => (patch::apply(backend, tree.as_deref(), text)?, "patch"),
        };
        let committed = overlay.is_empty() && !matches!(ends.head, Head::Patch(_));
        let head = Snapshot {
            label: match &tip {
                Some(id) if committed => id.clone(),
                _ => label.to_owned(),
            },
            commit: tip.clone().filter(|_| committed),
            tree,
            overlay,
        };
        let no_patch = head.overlay.is_empty() && matches!(ends.head, Head::Patch(_));
        if no_patch || (committed && tip == ends.base) {
            return Err(range::nothing_to_judge(spec, &ends).into());
        }
        let commits = match (&tip, &ends.head) {
            // A state is judged, not how it came about.
            _ if matches!(spec, RangeSpec::All { .. }) => Vec::new(),
            (Some(tip), Head::Commit(_) | Head::Working | Head::Staged(_)) => {
                self.commits(ends.base.as_deref(), tip)?
            }
            _ => Vec::new(),
        };
        let spec = match &head.commit {
            Some(head) => range::committed_arguments(spec, ends.base.as_deref(), head),
            None => range::uncommitted_arguments(spec, ends.base.as_deref()),
        };
        let here = self.refuse_another_tree().is_ok();
        let top = self.worktree().filter(|_| here).map(Path::to_owned);
        let mut change = Change::between(into_repository(self.backend), base, head, commits)?;
        change.arguments = spec;
        change.worktree = top;
        change.remarks = ends.remarks;
        if change.head.label == "worktree" {
            change.remarks.extend(ignoring(&change));
        }
        Ok(change)
    }

    /// A working tree that does not hold the directory in which draftgate was asked is not what was asked about:
    /// `core.worktree` names any folder.
    fn refuse_another_tree(&self) -> Result<()> {
        let Some(top) = self.worktree() else {
            return Ok(());
        };
        let is_here = match (self.dir.canonicalize(), top.canonicalize()) {
            (Ok(dir), Ok(top)) => dir.starts_with(top),
            _ => false,
        };
        if !is_here {
            bail!(
                "the working tree of this repository is {}, and {} is not in it: go there, or `git config --unset core.worktree`",
                crate::text::visible(&top.display().to_string()),
                crate::text::visible(&self.dir.display().to_string())
            );
        }
        Ok(())
    }

    /// The commits of `base..head`, parents before children, otherwise by time and id.
    fn commits(&self, base: Option<&str>, head: &str) -> Result<Vec<Commit>> {
        use std::collections::{BTreeMap, BTreeSet};
        let repository = self.backend.as_repository();
        let mut waiting: BTreeMap<String, (Commit, usize)> = BTreeMap::new();
        for id in history::between(&*self.backend, base, head)? {
            waiting.insert(id.clone(), (repository.commit(&id)?, 0));
        }
        let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let ids: BTreeSet<String> = waiting.keys().cloned().collect();
        for (id, (commit, parents)) in &mut waiting {
            let within: BTreeSet<&String> =
                commit.parents.iter().filter(|p| ids.contains(*p)).collect();
            *parents = within.len();
            for parent in within {
                children.entry(parent.clone()).or_default().push(id.clone());
            }
        }
        let mut ready: BTreeSet<(i64, String)> = waiting
            .values()
            .filter(|(_, parents)| *parents == 0)
            .map(|(commit, _)| (commit.time, commit.id.clone()))
            .collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        while let Some((_, id)) = ready.pop_first() {
            for child in children.remove(&id).unwrap_or_default() {
                if let Some((commit, parents)) = waiting.get_mut(&child) {
                    *parents -= 1;
                    if *parents == 0 {
                        ready.insert((commit.time, child));
                    }
                }
            }
            ordered.extend(waiting.remove(&id).map(|(commit, _)| commit));
        }
        Ok(ordered)
    }
}

/// Whether a working tree is at this commit, with nothing uncommitted but ignored files.
pub(super) fn is_clean_at(top: &Path, commit: &str) -> Result<bool> {
    let mut opened = open(top)?;
    if opened.resolve("HEAD")? != commit {
        return Ok(false);
    }
    if !opened.backend.reads_index() {
        opened = Opened::with_git(top)?;
    }
    let tree = opened.backend.as_repository().commit(commit)?.tree;
    Ok(worktree::overlay(&*opened.backend, Some(&tree))?.is_empty())
}

fn into_repository(backend: Box<dyn Backend>) -> Box<dyn super::Repository> {
    backend
}

/// Ignore files that are in the change themselves: what they hide is not, and nobody has agreed to that yet.
fn ignoring(change: &Change) -> Option<String> {
    let is_ignoring = |path: &&str| path.rsplit('/').next() == Some(".gitignore");
    let edited = change.files.iter().filter(|file| file.head.is_some());
    let paths: Vec<&str> = edited.map(|file| &*file.path).filter(is_ignoring).collect();
    let (first, more) = paths.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        count => format!(" (and {count} more)"),
    };
    Some(format!(
        "{}{more} is in this change: what it hides is not: `git status --ignored` shows it",
        crate::text::visible(first)
    ))
}

//! What opening a change asks of a repository, besides its objects.
//!
//! Does not catch: anything by itself; the two implementations say what each cannot read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Mode;
use super::repository::{Repository, TreeEntry};
use crate::files;

/// Where the parts of a repository are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The working tree; none where the repository is bare.
    pub(super) worktree: Option<PathBuf>,
    /// The directory that linked working trees share.
    pub(super) common: PathBuf,
}

/// A path whose state in the index or the working tree may differ from `HEAD`'s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uncommitted {
    /// Repository-relative path.
    pub(super) path: String,
    /// The mode that git would store; none where it is gone.
    pub(super) mode: Option<Mode>,
    /// The commit of a submodule, or the staged blob.
    pub(super) id: Option<String>,
}

/// How git would change the bytes of a file in the working tree before storing them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Clean {
    /// Whether CRLF becomes LF.
    pub(super) line_ends: LineEnds,
    /// Whether Git LFS would store a pointer.
    pub(super) lfs: bool,
}

/// What becomes of CRLF.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// It stays.
    #[default]
    Kept,
    /// It becomes LF.
    Normalised,
    /// It becomes LF where the file is text that is not stored with CRLF already.
    Guessed,
}

/// What the attributes `text` and `eol` (in the words of `git check-attr`) and `core.autocrlf` come to:
/// gitattributes(5), "End-of-line conversion".
pub(super) fn line_ends(text: &str, eol: &str, autocrlf: &str) -> LineEnds {
    match text {
        "set" => LineEnds::Normalised,
        "auto" => LineEnds::Guessed,
        "unset" => LineEnds::Kept,
        _ if matches!(eol, "lf" | "crlf") => LineEnds::Normalised,
        _ if matches!(autocrlf, "true" | "yes" | "on" | "1" | "input") => LineEnds::Guessed,
        _ => LineEnds::Kept,
    }
}

/// A repository that has refs, commits, an index and a working tree.
pub(super) trait Backend: Repository {
    /// Where it is.
    fn place(&self) -> &Place;

    /// The commit that a revision means; none where it means none.
    fn resolve(&self, revision: &str) -> Result<Option<String>>;

    /// What the index holds otherwise than the tree. `index`: another file than the repository's own,
    /// as git gives it to the hooks of `git commit -a`.
    fn staged(&self, tree: Option<&str>, index: Option<&Path>) -> Result<Vec<TreeChange>>;

    /// Paths whose state in the working tree may differ from `HEAD`'s, untracked files with them.
    fn working(&self) -> Result<Vec<Uncommitted>>;

    /// What git would do with the bytes of a file.
    fn clean(&self, path: &str) -> Result<Clean>;

    /// The id that bytes would have as a blob.
    fn id_of(&self, bytes: &[u8]) -> Result<String>;

    /// The id of the empty tree.
    fn empty_tree(&self) -> &'static str {
        EMPTY_TREE
    }

    /// Lets it fetch what a partial clone lacks.
    fn allow_fetch(&mut self) {}

    /// Whether this implementation can read the index that is there.
    fn reads_index(&self) -> bool;

    /// The same, as a store of objects.
    fn as_repository(&self) -> &dyn Repository;
}

/// A path and what the index has there; none is gone.
pub(super) type TreeChange = (String, Option<TreeEntry>);

/// The id of the empty tree under SHA-1; git knows it without storing it.
pub(super) const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// The same under SHA-256.
pub(super) const EMPTY_TREE_SHA256: &str =
    "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321";

/// Whether an id is git's word for nothing, in whatever object format.
pub fn is_null(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte == b'0')
}

/// Whether an id is that of the empty tree: the base of a change in which everything is new.
pub fn is_empty_tree(id: &str) -> bool {
    id == EMPTY_TREE || id == EMPTY_TREE_SHA256
}

/// Why nothing that is staged can be judged.
pub(super) const CONFLICTS: &str =
    "the index has unmerged paths: resolve them and `git add` the files, then ask again";

/// The line that brings the history which a shallow clone left out.
pub const DEEPEN: &str = "this clone is shallow: run `git fetch --deepen=100` or `git fetch --unshallow` (GitHub Actions: `fetch-depth: 0` for actions/checkout)";

/// Why an object is not there.
pub(super) fn missing(place: &Place) -> String {
    if place.is_shallow() {
        DEEPEN.to_owned()
    } else {
        "it is lost: `git fsck` says more, `git fetch --refetch` brings it back where a remote has it".to_owned()
    }
}

impl Place {
    /// Whether history was cut when the repository was cloned.
    pub(super) fn is_shallow(&self) -> bool {
        std::fs::metadata(self.common.join("shallow")).is_ok_and(|file| file.len() > 0)
    }

    /// Whether somebody wrote down other parents for commits than they have.
    pub(super) fn has_grafts(&self) -> bool {
        std::fs::metadata(self.common.join("info/grafts")).is_ok_and(|file| file.len() > 0)
    }

    /// What is no file among those that git opens by name, and so would have it wait for ever: a pipe, say.
    pub(super) fn endless(git: &Path) -> Option<PathBuf> {
        const BY_NAME: &[&str] = &[
            "HEAD",
            "config",
            "config.worktree",
            "commondir",
            "index",
            "info/attributes",
            "info/exclude",
            "info/grafts",
            "info/sparse-checkout",
            "objects/info/alternates",
            "objects/info/commit-graph",
            "packed-refs",
            "shallow",
        ];
        let other = files::own(&git.join("commondir"), files::MOST_BY_PROGRAM).ok();
        let common = other.map(|read| git.join(read.lossy().trim_end()));
        let folders = [Some(git.to_owned()), common].into_iter().flatten();
        let mut all = folders.flat_map(|at| BY_NAME.iter().map(move |name| at.join(name)));
        all.find(|path| std::fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir()))
    }

    /// Commits at which history was cut.
    pub(super) fn cuts(&self) -> BTreeSet<String> {
        let shallow = files::own(&self.common.join("shallow"), files::MOST_BY_PROGRAM);
        let text = shallow.map(|read| read.lossy()).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// A repository that git does not trust.
pub(super) fn other_owner(dir: &Path) -> anyhow::Error {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    anyhow::anyhow!(
        "the repository belongs to another user, so its configuration is not trusted; if you trust it: `git config --global --add safe.directory {}`",
        dir.display()
    )
}

/// No repository at all.
pub(super) fn no_repository(dir: &Path) -> anyhow::Error {
    anyhow::anyhow!(
        "{} is in no git repository: go into one, or name it with `-C DIR`",
        dir.display()
    )
}

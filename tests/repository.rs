//! Repositories made for one test by the real git: a builder.
//!
//! ```text
//! let repo = Repo::new();
//! repo.write("a.py", "x = 1\n");
//! let first = repo.commit("first");
//! repo.branch("topic");
//! ```

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use draftgate::change::{self, Change, RangeSpec};

/// A repository in a directory that goes away with it.
pub(crate) struct Repo {
    /// Holds the directory; `None` where another one does.
    home: Option<tempfile::TempDir>,
    /// The top of the working tree.
    pub(crate) path: PathBuf,
}

impl Repo {
    /// An empty repository whose branch is `main`.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// One made with more arguments to `git init`.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("repo");
        std::fs::create_dir(&path).unwrap();
        let repo = Self {
            home: Some(home),
            path,
        };
        repo.git(&[&["init", "-q", "-b", "main"], arguments].concat());
        repo
    }

    /// A repository that is there already, such as a clone or a linked working tree.
    pub(crate) fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            home: None,
            path: path.into(),
        }
    }

    /// A directory beside the working tree, for clones.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.home.as_ref().unwrap().path().join(name)
    }

    /// A clone beside this one, with more arguments to `git clone`.
    pub(crate) fn clone_with(&self, name: &str, arguments: &[&str]) -> Repo {
        let to = self.beside(name);
        let url = format!("file://{}", self.path.display());
        let ends = [url.as_str(), to.to_str().unwrap()];
        self.git(&[&["clone", "-q"], arguments, &ends].concat());
        Repo::at(to)
    }

    /// Runs git, which must succeed; its stdout without the last line end.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    /// Runs git, whatever comes of it.
    #[expect(clippy::disallowed_methods, reason = "a test makes its own repository")]
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Output {
        Command::new("git")
            .args(arguments)
            .current_dir(&self.path)
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .env_remove("GIT_WORK_TREE")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_COUNT", "2")
            .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
            .env("GIT_CONFIG_VALUE_0", "always")
            .env("GIT_CONFIG_KEY_1", "maintenance.auto")
            .env("GIT_CONFIG_VALUE_1", "false")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
            .output()
            .unwrap()
    }

    /// Writes a file of the working tree, and the directories on the way.
    pub(crate) fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Takes a file out of the working tree.
    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path.join(path)).unwrap();
    }

    /// Commits the whole working tree; the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.id("HEAD")
    }

    /// Writes a file and commits.
    pub(crate) fn commit_file(&self, path: &str, bytes: impl AsRef<[u8]>) -> String {
        self.write(path, bytes);
        self.commit(&format!("write {path}"))
    }

    /// The id of a commit.
    pub(crate) fn id(&self, revision: &str) -> String {
        self.git(&["rev-parse", "--verify", revision])
    }

    /// Makes a branch here and goes to it.
    pub(crate) fn branch(&self, name: &str) {
        self.git(&["checkout", "-q", "-b", name]);
    }

    /// Goes to a branch or commit.
    pub(crate) fn checkout(&self, revision: &str) {
        self.git(&["checkout", "-q", revision]);
    }

    /// Merges with a merge commit; its id.
    pub(crate) fn merge(&self, others: &[&str]) -> String {
        self.git(&[&["merge", "-q", "--no-ff", "-m", "merge"], others].concat());
        self.id("HEAD")
    }

    /// The change that was asked for, or why there is none.
    pub(crate) fn change(&self, spec: &RangeSpec) -> anyhow::Result<Change> {
        let opened = change::open(&self.path)?;
        let ends = opened.ends(spec, None)?;
        opened.change(spec, ends)
    }

    /// The change of a range, which must be there.
    pub(crate) fn range(&self, range: &str) -> Change {
        self.change(&RangeSpec::Range(range.to_owned())).unwrap()
    }
}

//! A repository read by git's own plumbing: right wherever git is, at the price of a few processes.
//!
//! Objects come from one `cat-file --batch`. No command here shows a patch, runs a filter, a hook, a
//! pager or an external diff, and configuration that could change an answer is overridden.
//!
//! Does not catch: what git itself refuses to read; its own words are passed on.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::backend::{Backend, Clean, Place, TreeChange, Uncommitted, line_ends};
use super::repository::{Kind, Repository, Stored, TreeEntry};
use super::{Blob, Mode, paths};
use crate::process::{Conversation, End, Finished, Program};

pub(super) struct Plumbing {
    dir: PathBuf,
    place: Place,
    /// `sha1` or `sha256`.
    format: String,
    promisor: bool,
    objects: RefCell<Option<Conversation>>,
    /// Whether the remote of a partial clone did not answer: it is not asked again.
    alone: RefCell<bool>,
}

impl Plumbing {
    pub(super) fn open(dir: &Path) -> Result<Self> {
        let told = git(dir)
            .args([
                "rev-parse",
                "--is-bare-repository",
                "--git-common-dir",
                "--show-object-format",
            ])
            .run();
        if !told.succeeded() {
            return Err(refusal(dir, &told));
        }
        let mut lines = told.stdout.split(|&byte| byte == b'\n');
        let mut line = || lines.next().unwrap_or_default();
        let (bare, common, format) = (line() == b"true", dir.join(paths::native(line())), line());
        let worktree = if bare {
            None
        } else {
            let told = git(dir).args(["rev-parse", "--show-toplevel"]).run();
            let path = told.stdout.strip_suffix(b"\n").filter(|_| told.succeeded());
            path.map(paths::native)
        };
        let promisor = git(dir)
            .args([
                "config",
                "--get-regexp",
                r"^(extensions\.partialclone|remote\..*\.promisor)$",
            ])
            .run()
            .succeeded();
        Ok(Self {
            dir: worktree.clone().unwrap_or_else(|| dir.to_owned()),
            place: Place { worktree, common },
            format: String::from_utf8_lossy(format).into_owned(),
            promisor,
            objects: RefCell::default(),
            alone: RefCell::default(),
        })
    }

    fn git(&self) -> Program {
        git(&self.dir)
    }

    /// Stdout of a command that must succeed.
    fn ask<const N: usize>(&self, args: [&str; N]) -> Result<Vec<u8>> {
        output(self.git().args(args))
    }

    /// One round of `cat-file --batch`.
    fn batch(&self, id: &str) -> Result<Stored> {
        let mut objects = self.objects.borrow_mut();
        let objects = match &mut *objects {
            Some(objects) => objects,
            none => {
                let lazily = if *self.alone.borrow() { "1" } else { "0" };
                let program = self
                    .git()
                    .args(["cat-file", "--batch"])
                    .env("GIT_NO_LAZY_FETCH", lazily);
                none.insert(program.converse()?)
            }
        };
        objects.ask(format!("{id}\n").as_bytes())?;
        let header = objects.line()?;
        let header = String::from_utf8_lossy(&header).into_owned();
        let mut words = header.split(' ').skip(1);
        let (kind, size) = (words.next().unwrap_or_default(), words.next());
        let Some(size) = size.and_then(|size| size.parse::<u64>().ok()) else {
            return Ok(Stored::Missing(self.missing()));
        };
        let kind = match kind {
            "commit" => Kind::Commit,
            "tree" => Kind::Tree,
            "blob" => Kind::Blob,
            "tag" => Kind::Tag,
            _ => bail!("git cat-file says `{header}` of {id}"),
        };
        let stored = if kind == Kind::Blob && size > Blob::LIMIT {
            objects.skip(size)?;
            Stored::TooLarge(size)
        } else {
            Stored::Object(kind, objects.bytes(size)?)
        };
        objects.skip(1)?;
        Ok(stored)
    }

    fn missing(&self) -> String {
        if self.promisor {
            "this is a partial clone and its remote did not give it: make the remote reachable, or run `git fetch --refetch --no-filter` where it is".to_owned()
        } else {
            super::backend::missing(&self.place)
        }
    }
}

/// git, with what a user's configuration must not have a say in.
fn git(dir: &Path) -> Program {
    let mut git = Program::new("git", dir)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .args(["--no-pager", "--literal-pathspecs"]);
    for setting in [
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
        "core.quotePath=false",
    ] {
        git = git.args(["-c", setting]);
    }
    // A partial clone fetches what it lacks by itself, perhaps over ssh.
    match std::env::var_os("SSH_AUTH_SOCK") {
        Some(socket) => git.env("SSH_AUTH_SOCK", socket),
        None => git,
    }
}

fn output(program: Program) -> Result<Vec<u8>> {
    let command: Vec<_> = program
        .argv()
        .iter()
        .skip(9)
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    let told = program.run();
    if told.succeeded() {
        return Ok(told.stdout);
    }
    Err(anyhow!("git {}: {}", command.join(" "), told.why()))
}

fn refusal(dir: &Path, told: &Finished) -> anyhow::Error {
    let stderr = String::from_utf8_lossy(&told.stderr);
    if matches!(told.end, End::CouldNotStart(_)) {
        return anyhow!(
            "git is needed to read this repository, and {}: install it",
            told.why()
        );
    }
    if stderr.contains("dubious ownership") {
        return super::backend::other_owner(dir);
    }
    if stderr.contains("not a git repository") {
        return super::backend::no_repository(dir);
    }
    let said: Vec<_> = stderr
        .lines()
        .map(|line| crate::text::visible(line.trim()))
        .collect();
    anyhow!(
        "git does not read this repository ({}): a newer git may (`git --version` names yours; the extensions it needs: `git config --get-regexp ^extensions`)",
        said.join(" ")
    )
}

impl Repository for Plumbing {
    fn object(&self, id: &str) -> Result<Stored> {
        let answer = self.batch(id);
        if answer.is_ok() || !self.promisor || *self.alone.borrow() {
            return answer.with_context(|| format!("reading object {id}"));
        }
        // A remote that does not answer ends the process: go on with what is here.
        *self.alone.borrow_mut() = true;
        *self.objects.borrow_mut() = None;
        self.batch(id)
            .with_context(|| format!("reading object {id}"))
    }

    fn expect(&self, base: Option<&str>, head: Option<&str>) {
        if let (true, false, Some(base), Some(head)) =
            (self.promisor, *self.alone.borrow(), base, head)
        {
            // To count the lines git fetches all blobs at once. What it says is of no interest, and
            // where it fails, the blobs are asked for one by one.
            let counts = [
                "diff-tree",
                "-r",
                "--numstat",
                "--no-renames",
                "--no-ext-diff",
                "--no-textconv",
                base,
                head,
            ];
            self.git().args(counts).run();
        }
    }
}

impl Backend for Plumbing {
    fn place(&self) -> &Place {
        &self.place
    }

    fn reads_index(&self) -> bool {
        true
    }

    fn resolve(&self, revision: &str) -> Result<Option<String>> {
        let commit = format!("{revision}^{{commit}}");
        let told = self
            .git()
            .args([
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ])
            .run();
        match told.end {
            End::Exited(0) => Ok(Some(
                String::from_utf8_lossy(&told.stdout).trim().to_owned(),
            )),
            End::Exited(_) => Ok(None),
            _ => bail!("git rev-parse: {}", told.why()),
        }
    }

    fn merge_bases(&self, one: &str, two: &str) -> Result<Vec<String>> {
        let told = self.git().args(["merge-base", "--all", one, two]).run();
        match told.end {
            End::Exited(0 | 1) => Ok(lines(&told.stdout)),
            _ => bail!("git merge-base: {}", told.why()),
        }
    }

    fn between(&self, base: Option<&str>, head: &str) -> Result<Vec<String>> {
        let base = base.map(|base| format!("^{base}"));
        Ok(lines(&output(
            self.git().args(["rev-list", head]).args(base),
        )?))
    }

    fn staged(&self, tree: Option<&str>, index: Option<&Path>) -> Result<Vec<TreeChange>> {
        let git = || match index {
            Some(index) => self.git().env("GIT_INDEX_FILE", index),
            None => self.git(),
        };
        let empty = self.empty_tree();
        let told = output(git().args([
            "diff-index",
            "--cached",
            "-r",
            "-z",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--ita-invisible-in-index",
            "--end-of-options",
            tree.unwrap_or(empty),
        ]))?;
        let mut fields = told.split(|&byte| byte == 0);
        let mut changes = Vec::new();
        while let (Some(about), Some(path)) = (fields.next(), fields.next()) {
            let about = String::from_utf8_lossy(about).into_owned();
            let words: Vec<&str> = about.split(' ').collect();
            let [_, mode, _, id, status] = words.as_slice() else {
                bail!("git diff-index says `{about}`");
            };
            if *status == "U" {
                bail!(super::backend::CONFLICTS);
            }
            let path = paths::encode(path);
            let mode = u32::from_str_radix(mode, 8)
                .ok()
                .filter(|&bits| bits != 0)
                .and_then(Mode::of);
            let entry = mode.map(|mode| TreeEntry {
                path: path.clone(),
                id: (*id).to_owned(),
                mode,
            });
            changes.push((path, entry));
        }
        Ok(changes)
    }

    fn working(&self) -> Result<Vec<Uncommitted>> {
        let root = self
            .place
            .worktree
            .as_deref()
            .context("a bare repository has no working tree")?;
        let told = self.ask([
            "status",
            "--porcelain=v2",
            "-z",
            "--untracked-files=all",
            "--no-renames",
            "--ignored=no",
            "--ignore-submodules=none",
        ])?;
        let mut changes = Vec::new();
        for line in told
            .split(|&byte| byte == 0)
            .filter(|line| !line.is_empty())
        {
            // Words before the path: git-status(1), "Porcelain Format Version 2".
            let words = match line.first() {
                Some(b'1') => 8,
                Some(b'u') => 10,
                _ => 1,
            };
            let fields: Vec<&[u8]> = line.splitn(words + 1, |&byte| byte == b' ').collect();
            let Some(path) = fields.get(words) else {
                continue;
            };
            let path = paths::encode(path.strip_suffix(b"/").unwrap_or(path));
            let number = |at: usize| {
                let bits = fields
                    .get(at)
                    .and_then(|field| std::str::from_utf8(field).ok());
                bits.and_then(|bits| u32::from_str_radix(bits, 8).ok())
                    .filter(|&bits| bits != 0)
            };
            let text = |at: usize| {
                fields
                    .get(at)
                    .map(|field| String::from_utf8_lossy(field).into_owned())
            };
            let on_disk =
                super::worktree::mode(&paths::on_disk(root, &path), number(4).and_then(Mode::of));
            let (mut mode, mut id) = (on_disk, None);
            if words == 8 {
                // `mW` follows core.fileMode, and is the index's where the file is not checked out.
                let told = number(5).and_then(Mode::of);
                mode = match (on_disk, told) {
                    (Some(disk), Some(told)) if disk.is_file() && told.is_file() => Some(told),
                    _ => on_disk,
                };
                if on_disk.is_none() && told.is_some() {
                    (mode, id) = (told, text(7));
                }
            }
            changes.push(Uncommitted { path, mode, id });
        }
        Ok(changes)
    }

    fn clean(&self, path: &str) -> Result<Clean> {
        let mut asked = paths::decode(path);
        asked.push(0);
        let told = output(
            self.git()
                .args(["check-attr", "-z", "--stdin", "text", "eol", "filter"])
                .stdin(asked),
        )?;
        let fields: Vec<_> = told
            .split(|&byte| byte == 0)
            .map(String::from_utf8_lossy)
            .collect();
        let value = |at: usize| fields.get(at).map_or("unspecified", |field| field.as_ref());
        let autocrlf = self
            .git()
            .args(["config", "--get", "core.autocrlf"])
            .run()
            .stdout;
        Ok(Clean {
            line_ends: line_ends(
                value(2),
                value(5),
                String::from_utf8_lossy(&autocrlf).trim(),
            ),
            lfs: value(8) == "lfs",
        })
    }

    fn id_of(&self, bytes: &[u8]) -> Result<String> {
        if self.format == "sha256" {
            let object = [format!("blob {}\0", bytes.len()).as_bytes(), bytes].concat();
            return Ok(crate::text::digest(&object));
        }
        Ok(git2::Oid::hash_object(git2::ObjectType::Blob, bytes)?.to_string())
    }

    fn empty_tree(&self) -> &'static str {
        if self.format == "sha256" {
            super::backend::EMPTY_TREE_SHA256
        } else {
            super::backend::EMPTY_TREE
        }
    }

    fn as_repository(&self) -> &dyn Repository {
        self
    }
}

fn lines(text: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(text)
        .lines()
        .map(str::to_owned)
        .collect()
}

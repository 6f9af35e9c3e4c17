//! A repository read by git's own plumbing: right wherever git is, at the price of a few processes.
//!
//! Objects come from one `cat-file --batch`. No command here shows a patch, runs a filter, a hook, a
//! pager or an external diff.
//!
//! Does not catch: what git itself refuses to read; its own words are passed on.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::backend::{Backend, Clean, Place, TreeChange, Uncommitted, line_ends};
use super::git::{NETWORK, PROTOCOLS, git, output, refusal};
use super::repository::{Kind, Repository, Stored, TreeEntry};
use super::{Blob, Mode, paths};
use crate::process::{Conversation, End, Program, environment};

pub(super) struct Plumbing {
    dir: PathBuf,
    place: Place,
    /// `sha1` or `sha256`.
    format: String,
    promisor: bool,
    /// Whether git may fetch what a partial clone lacks: then it asks the remote that the repository's configuration
    /// names, with the programs that it names.
    fetch: bool,
    objects: RefCell<Option<Conversation>>,
    /// Whether the remote of a partial clone did not answer: it is not asked again.
    alone: RefCell<bool>,
}

impl Plumbing {
    pub(super) fn open(dir: &Path) -> Result<Self> {
        let ran = git(dir)
            .args([
                "rev-parse",
                "--is-bare-repository",
                "--git-common-dir",
                "--show-object-format",
            ])
            .run();
        if !ran.succeeded() {
            return Err(refusal(dir, &ran));
        }
        let mut lines = ran.stdout.split(|&byte| byte == b'\n');
        let mut line = || lines.next().unwrap_or_default();
        let (bare, common, format) = (line() == b"true", dir.join(paths::native(line())), line());
        let worktree = if bare {
            None
        } else {
            let ran = git(dir).args(["rev-parse", "--show-toplevel"]).run();
            let path = ran.stdout.strip_suffix(b"\n").filter(|_| ran.succeeded());
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
            fetch: false,
            objects: RefCell::default(),
            alone: RefCell::default(),
        })
    }

    fn git(&self) -> Program {
        git(&self.dir)
    }

    /// git that may fetch, where that was asked for.
    fn fetching(&self) -> Program {
        if !self.may_fetch() {
            return self.git();
        }
        let git = self
            .git()
            .env("GIT_NO_LAZY_FETCH", "0")
            .env("GIT_ALLOW_PROTOCOL", PROTOCOLS);
        NETWORK
            .iter()
            .fold(git, |git, name| match environment::variable(name) {
                Some(value) => git.env(name, value),
                None => git,
            })
    }

    fn may_fetch(&self) -> bool {
        self.promisor && self.fetch && !*self.alone.borrow()
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
                let program = self.fetching().args(["cat-file", "--batch"]);
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

    /// The id of an object with these bytes.
    fn name_of(&self, kind: Kind, bytes: &[u8]) -> Result<String> {
        let (word, kind) = match kind {
            Kind::Commit => ("commit", git2::ObjectType::Commit),
            Kind::Tree => ("tree", git2::ObjectType::Tree),
            Kind::Blob => ("blob", git2::ObjectType::Blob),
            Kind::Tag => ("tag", git2::ObjectType::Tag),
        };
        if self.format == "sha256" {
            let object = [format!("{word} {}\0", bytes.len()).as_bytes(), bytes].concat();
            return Ok(crate::text::digest(&object));
        }
        Ok(git2::Oid::hash_object(kind, bytes)?.to_string())
    }

    /// What git was told not to look at (git-update-index(1), `--assume-unchanged`, `--skip-worktree`), as it lies there.
    fn unseen(&self, root: &Path) -> Result<Vec<Uncommitted>> {
        let listed = self.ask(["ls-files", "-z", "-v", "--stage"])?;
        let mut unseen = Vec::new();
        for line in listed.split(|&byte| byte == 0) {
            // `<tag> <mode> <id> <stage> TAB <path>`; small tags are of entries taken as unchanged.
            let tag = line.first().copied().unwrap_or(b'H');
            let skipped = tag.eq_ignore_ascii_case(&b'S');
            if !skipped && !tag.is_ascii_lowercase() {
                continue;
            }
            let tab = line.iter().position(|&byte| byte == b'\t');
            let (about, path) = tab
                .and_then(|at| Some((line.get(..at)?, line.get(at + 1..)?)))
                .context("git ls-files says a line without a path")?;
            let about = String::from_utf8_lossy(about).into_owned();
            let words: Vec<&str> = about.split(' ').collect();
            let [_, mode, id, _] = words.as_slice() else {
                bail!("git ls-files says `{about}`");
            };
            let held = u32::from_str_radix(mode, 8).ok().and_then(Mode::of);
            let path = paths::encode(path);
            let mode = super::worktree::mode(root, &path, held);
            // What is not checked out is as it is staged.
            let not_here = skipped && mode.is_none();
            unseen.push(Uncommitted {
                path,
                mode: if not_here { held } else { mode },
                id: not_here.then(|| (*id).to_owned()),
            });
        }
        Ok(unseen)
    }

    fn missing(&self) -> String {
        if self.promisor {
            "this is a partial clone that lacks it: `git fetch --refetch --no-filter` brings all of it, `--fetch` lets draftgate have git ask the remote for what it needs".to_owned()
        } else {
            super::backend::missing(&self.place)
        }
    }
}

impl Repository for Plumbing {
    fn object(&self, id: &str) -> Result<Stored> {
        let reading = || format!("reading object {id}");
        let mut answer = self.batch(id);
        if answer.is_err() && self.promisor {
            // A remote that does not answer ends the process, and so does an older git that may not ask it: go on with
            // what is here.
            *self.objects.borrow_mut() = None;
            answer = match self.may_fetch() {
                true => {
                    *self.alone.borrow_mut() = true;
                    self.batch(id)
                }
                false => Ok(Stored::Missing(self.missing())),
            };
        }
        let stored = answer.with_context(reading)?;
        if let Stored::Object(kind, bytes) = &stored
            && self.name_of(*kind, bytes)? != id
        {
            bail!("object {id} is damaged, its bytes are not its own: `git fsck` says more");
        }
        Ok(stored)
    }

    fn expect(&self, base: Option<&str>, head: Option<&str>) {
        if let (true, Some(base), Some(head)) = (self.may_fetch(), base, head) {
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
            self.fetching().args(counts).run();
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
        let ran = self
            .git()
            .args([
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ])
            .run();
        match ran.end {
            End::Exited(0) => Ok(Some(String::from_utf8_lossy(&ran.stdout).trim().to_owned())),
            End::Exited(_) => Ok(None),
            _ => bail!("git rev-parse: {}", ran.why()),
        }
    }

    fn allow_fetch(&mut self) {
        self.fetch = true;
        *self.objects.borrow_mut() = None;
    }

    fn staged(&self, tree: Option<&str>, index: Option<&Path>) -> Result<Vec<TreeChange>> {
        let git = || match index {
            Some(index) => self.git().env("GIT_INDEX_FILE", index),
            None => self.git(),
        };
        let empty = self.empty_tree();
        let ran = output(git().args([
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
        let mut fields = ran.split(|&byte| byte == 0);
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
        let ran = self.ask([
            "status",
            "--porcelain=v2",
            "-z",
            "--untracked-files=all",
            "--no-renames",
            "--ignored=no",
            "--ignore-submodules=none",
        ])?;
        let mut changes = Vec::new();
        for line in ran.split(|&byte| byte == 0).filter(|line| !line.is_empty()) {
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
            let on_disk = super::worktree::mode(root, &path, number(4).and_then(Mode::of));
            let (mut mode, mut id) = (on_disk, None);
            if words == 8 {
                // `mW` follows core.fileMode, and is the index's where the file is not checked out.
                let ran = number(5).and_then(Mode::of);
                mode = match (on_disk, ran) {
                    (Some(disk), Some(ran)) if disk.is_file() && ran.is_file() => Some(ran),
                    _ => on_disk,
                };
                if on_disk.is_none() && ran.is_some() {
                    (mode, id) = (ran, text(7));
                }
            }
            changes.push(Uncommitted { path, mode, id });
        }
        let known: BTreeSet<String> = changes.iter().map(|one| one.path.clone()).collect();
        let unseen = self.unseen(root)?;
        changes.extend(unseen.into_iter().filter(|one| !known.contains(&one.path)));
        Ok(changes)
    }

    fn clean(&self, path: &str) -> Result<Clean> {
        let mut asked = paths::decode(path);
        asked.push(0);
        let ran = output(
            self.git()
                .args(["check-attr", "-z", "--stdin", "text", "eol", "filter"])
                .stdin(asked),
        )?;
        let fields: Vec<_> = ran
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
        self.name_of(Kind::Blob, bytes)
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

//! A repository read in process, by libgit2.
//!
//! Does not catch: partial clones, reftable, sha256, split and sparse indexes: libgit2 cannot read
//! them, and [`super::open`] takes git itself.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context, Result, bail};
use git2::{AttrCheckFlags, AttrValue, ErrorClass, ErrorCode, ObjectType, Oid};

use super::backend::{Backend, Clean, Place, TreeChange, Uncommitted, line_ends, missing};
use super::repository::{Kind, Repository, Stored, TreeEntry};
use super::{Blob, Mode, paths};

/// Flags of an index entry, as in git's documentation of the index format.
const INTENT_TO_ADD: u16 = 1 << 13;
const SKIP_WORKTREE: u16 = 1 << 14;
const ASSUME_UNCHANGED: u16 = 1 << 15;

pub(super) struct Libgit2 {
    repository: git2::Repository,
    place: Place,
    trees: RefCell<Trees>,
}

/// Trees that were read: each is asked for again for every path below it.
#[derive(Default)]
struct Trees {
    bytes: usize,
    known: HashMap<Oid, Vec<u8>>,
}

impl Trees {
    /// Bytes of trees that are kept.
    const MOST: usize = 16 * 1024 * 1024;

    fn keep(&mut self, oid: Oid, bytes: &[u8]) {
        if self.bytes + bytes.len() <= Self::MOST
            && self.known.insert(oid, bytes.to_vec()).is_none()
        {
            self.bytes += bytes.len();
        }
    }
}

/// Why libgit2 does not read a repository.
pub(super) enum Refusal {
    /// It may be right for git.
    Unreadable(String),
    /// Nobody should: why, and the line that fixes it.
    Final(anyhow::Error),
}

impl Libgit2 {
    #[expect(
        clippy::disallowed_methods,
        reason = "change/ is the stage that opens repositories"
    )]
    pub(super) fn open(dir: &Path) -> std::result::Result<Self, Refusal> {
        // git believes the index of a pack. Whoever may write below `.git` could put other bytes in the place of
        // an object: what is read is hashed again.
        git2::opts::strict_hash_verification(true);
        let refused = |error| refusal(dir, &error);
        let none: [&Path; 0] = [];
        let git = git2::Repository::discover_path(dir, none).map_err(refused)?;
        if let Some(path) = Place::endless(&git) {
            let path = path.display();
            let why = format!("{path} is a pipe or a device, and no file: take it away");
            return Err(Refusal::Final(anyhow::anyhow!(why)));
        }
        let repository = git2::Repository::discover(dir).map_err(refused)?;
        let promisor = repository.config().and_then(|config| {
            let mut promisor = config.get_string("extensions.partialclone").is_ok();
            let mut remotes = config.entries(Some("^remote\\..*\\.promisor$"))?;
            while let Some(entry) = remotes.next() {
                promisor |= entry?.value().is_ok_and(|value| value != "false");
            }
            Ok(promisor)
        });
        match promisor {
            Ok(false) => {}
            Ok(true) => return Err(Refusal::Unreadable("a partial clone".to_owned())),
            Err(error) => return Err(Refusal::Unreadable(error.message().to_owned())),
        }
        let place = Place {
            worktree: repository.workdir().map(Path::to_owned),
            common: repository.commondir().to_owned(),
        };
        if place.has_grafts() {
            // They would say what `HEAD~1` is, and git can be told not to look at them.
            return Err(Refusal::Unreadable("info/grafts is there".to_owned()));
        }
        Ok(Self {
            repository,
            place,
            trees: RefCell::default(),
        })
    }
}

fn refusal(dir: &Path, error: &git2::Error) -> Refusal {
    match error.code() {
        ErrorCode::Owner => Refusal::Final(super::backend::other_owner(dir)),
        ErrorCode::NotFound if error.class() == ErrorClass::Repository => {
            Refusal::Final(super::backend::no_repository(dir))
        }
        _ => Refusal::Unreadable(error.message().to_owned()),
    }
}

/// Whether a file may be another than the index holds, by times to the nanosecond and by size: git compares seconds, and
/// less where its configuration says so (git-config(1), `core.trustctime`, `core.checkStat`, `core.ignoreStat`).
#[cfg(unix)]
fn may_differ(root: &Path, entry: &git2::IndexEntry) -> bool {
    use std::os::unix::fs::MetadataExt;
    let path = paths::native(&entry.path);
    let Ok(found) = root.join(&path).symlink_metadata() else {
        return true;
    };
    let same_time = |held: git2::IndexTime, seconds: i64, nanoseconds: i64| {
        let same = |held: i64, now: i64| held == 0 || held == now;
        // The index keeps 32 bits.
        held.seconds() == seconds as i32 && same(held.nanoseconds().into(), nanoseconds)
    };
    let is_same = same_time(entry.mtime, found.mtime(), found.mtime_nsec())
        && same_time(entry.ctime, found.ctime(), found.ctime_nsec())
        && u64::from(entry.file_size) == found.len() & 0xffff_ffff;
    if is_same || !found.is_file() {
        return !is_same;
    }
    let read = crate::files::in_tree(root, &path, Blob::LIMIT);
    let id = read.map(|read| Oid::hash_object(ObjectType::Blob, &read.bytes));
    !matches!(id, Ok(Ok(id)) if id == entry.id)
}

#[cfg(not(unix))]
fn may_differ(_: &Path, _: &git2::IndexEntry) -> bool {
    false
}

fn oid(id: &str) -> Result<Oid> {
    Oid::from_str(id).with_context(|| format!("{id} is no object id"))
}

/// `None` where there is none.
fn found<T>(answer: std::result::Result<T, git2::Error>) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Repository for Libgit2 {
    fn object(&self, id: &str) -> Result<Stored> {
        let oid = oid(id)?;
        if let Some(bytes) = self.trees.borrow().known.get(&oid) {
            return Ok(Stored::Object(Kind::Tree, bytes.clone()));
        }
        let odb = self.repository.odb()?;
        let Some((size, kind)) = found(odb.read_header(oid))? else {
            return Ok(Stored::Missing(missing(&self.place)));
        };
        if kind == ObjectType::Blob && size as u64 > Blob::LIMIT {
            return Ok(Stored::TooLarge(size as u64));
        }
        let kind = match kind {
            ObjectType::Commit => Kind::Commit,
            ObjectType::Tree => Kind::Tree,
            ObjectType::Blob => Kind::Blob,
            ObjectType::Tag => Kind::Tag,
            ObjectType::Any => bail!("{id} is of no kind"),
        };
        let object = odb
            .read(oid)
            .with_context(|| format!("reading object {id}"))?;
        if kind == Kind::Tree {
            self.trees.borrow_mut().keep(oid, object.data());
        }
        Ok(Stored::Object(kind, object.data().to_vec()))
    }
}

impl Backend for Libgit2 {
    fn place(&self) -> &Place {
        &self.place
    }

    fn reads_index(&self) -> bool {
        // A split or sparse one cannot be.
        self.repository.index().is_ok()
    }

    fn resolve(&self, revision: &str) -> Result<Option<String>> {
        // Ambiguous and malformed revisions mean no commit either.
        let object = self.repository.revparse_single(revision).ok();
        let commit = object.and_then(|object| object.peel(ObjectType::Commit).ok());
        Ok(commit.map(|commit| commit.id().to_string()))
    }

    fn staged(&self, tree: Option<&str>, index: Option<&Path>) -> Result<Vec<TreeChange>> {
        let index = match index {
            Some(path) => git2::Index::open(path)?,
            None => self.repository.index()?,
        };
        if index.has_conflicts() {
            bail!(super::backend::CONFLICTS);
        }
        let tree = tree.map(|id| {
            self.repository
                .find_tree(oid(id)?)
                .map_err(anyhow::Error::from)
        });
        let mut options = git2::DiffOptions::new();
        options.include_typechange(true);
        let diff = self.repository.diff_tree_to_index(
            tree.transpose()?.as_ref(),
            Some(&index),
            Some(&mut options),
        )?;
        let mut changes = Vec::new();
        for delta in diff.deltas() {
            let (old, new) = (delta.old_file(), delta.new_file());
            let Some(bytes) = new.path_bytes().or(old.path_bytes()) else {
                continue;
            };
            let path = paths::encode(bytes);
            let held = index.get_path(&paths::native(bytes), 0);
            let entry = held
                .filter(|entry| entry.flags_extended & INTENT_TO_ADD == 0)
                .and_then(|entry| {
                    Some(TreeEntry {
                        path: path.clone(),
                        id: entry.id.to_string(),
                        mode: Mode::of(entry.mode)?,
                    })
                });
            if entry.is_some() || old.exists() {
                changes.push((path, entry));
            }
        }
        Ok(changes)
    }

    fn working(&self) -> Result<Vec<Uncommitted>> {
        let index = self.repository.index()?;
        let file_modes = self
            .repository
            .config()?
            .get_bool("core.filemode")
            .unwrap_or(true);
        let mut options = git2::StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true);
        let root = self
            .place
            .worktree
            .as_deref()
            .context("a bare repository has no working tree")?;
        let mut changes = Vec::new();
        let mut candidates: BTreeSet<Vec<u8>> = self
            .repository
            .statuses(Some(&mut options))?
            .iter()
            .map(|entry| entry.path_bytes().to_vec())
            .collect();
        // What git was told not to look at is looked at, and so is what it would take at its word.
        for entry in index.iter() {
            let unseen =
                entry.flags & ASSUME_UNCHANGED != 0 || entry.flags_extended & SKIP_WORKTREE != 0;
            if unseen || may_differ(root, &entry) {
                candidates.insert(entry.path);
            }
        }
        for bytes in &candidates {
            let held = index.get_path(&paths::native(bytes), 0);
            let held_mode = held.as_ref().and_then(|held| Mode::of(held.mode));
            let path = paths::encode(bytes.strip_suffix(b"/").unwrap_or(bytes));
            let mut mode = super::worktree::mode(root, &path, held_mode);
            let mut id = None;
            if !file_modes && mode.is_some_and(Mode::is_file) {
                mode = held_mode
                    .filter(|mode| mode.is_file())
                    .or(Some(Mode::Regular));
            }
            if mode.is_none()
                && let Some(held) = held.filter(|held| held.flags_extended & SKIP_WORKTREE != 0)
            {
                (mode, id) = (held_mode, Some(held.id.to_string()));
            }
            changes.push(Uncommitted { path, mode, id });
        }
        Ok(changes)
    }

    fn clean(&self, path: &str) -> Result<Clean> {
        let path = paths::native(&paths::decode(path));
        let attribute = |name: &str| -> Result<String> {
            let value =
                self.repository
                    .get_attr_bytes(&path, name, AttrCheckFlags::FILE_THEN_INDEX)?;
            Ok(match AttrValue::from_bytes(value) {
                AttrValue::True => "set".to_owned(),
                AttrValue::False => "unset".to_owned(),
                AttrValue::Unspecified => "unspecified".to_owned(),
                AttrValue::String(text) => text.to_owned(),
                AttrValue::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            })
        };
        let autocrlf = self
            .repository
            .config()?
            .get_string("core.autocrlf")
            .unwrap_or_default();
        let filter = attribute("filter")?;
        Ok(Clean {
            line_ends: line_ends(&attribute("text")?, &attribute("eol")?, &autocrlf),
            lfs: filter == "lfs",
        })
    }

    fn id_of(&self, bytes: &[u8]) -> Result<String> {
        Ok(Oid::hash_object(ObjectType::Blob, bytes)?.to_string())
    }

    fn as_repository(&self) -> &dyn Repository {
        self
    }
}

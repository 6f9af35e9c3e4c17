//! The one question that is asked of a repository, and everything that follows from the answer.
//!
//! A backend hands out objects by id. Trees, paths, commits and the difference of two trees are read
//! here, by the same code over every backend, so that all of them give the same change and no
//! configuration of git's has a say in it.
//!
//! Does not catch: objects that lie about their id; the backends verify what git verifies.

use std::collections::HashSet;

use anyhow::{Context, Result, bail};

use super::content::{Blob, Content, Mode};
use super::{Commit, Person, paths};
use crate::files::MOST_IN_PATH;
use crate::text::hex;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A commit.
    Commit,
    /// A tree.
    Tree,
    /// A file's bytes.
    Blob,
    /// An annotated tag.
    Tag,
}

/// What a repository has under an id.
#[derive(Clone, Debug)]
pub enum Stored {
    /// The object.
    Object(Kind, Vec<u8>),
    /// A blob over [`Blob::LIMIT`]; its size.
    TooLarge(u64),
    /// Nothing; why, and the line that fixes it.
    Missing(String),
}

/// A store of objects.
pub trait Repository: Send {
    /// The object with this full id.
    ///
    /// # Errors
    /// Where the repository is damaged or its program fails; an object that is not there is
    /// [`Stored::Missing`].
    fn object(&self, id: &str) -> Result<Stored>;

    /// Told before the blobs of a comparison are read one by one, for a store that would have to
    /// fetch each over the network.
    fn expect(&self, _base: Option<&str>, _head: Option<&str>) {}
}

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
    /// The path.
    pub path: String,
    /// Before; none where it was added.
    pub base: Option<TreeEntry>,
    /// After; none where it was deleted.
    pub head: Option<TreeEntry>,
}

/// Files over which a listing is given up: trees can be made to unfold without end.
const MOST_LISTED: usize = 2_000_000;
/// Files over which a comparison is given up.
const MOST_CHANGED: usize = 50_000;

impl dyn Repository + '_ {
    /// The commit with this full id.
    ///
    /// # Errors
    /// Where it is not there, or is none.
    pub fn commit(&self, id: &str) -> Result<Commit> {
        match self.object(id)? {
            Stored::Object(Kind::Commit, bytes) => {
                commit(id, &bytes).with_context(|| format!("commit {id} is malformed"))
            }
            Stored::Object(..) | Stored::TooLarge(_) => bail!("{id} is no commit"),
            Stored::Missing(why) => bail!("commit {id} is not in the repository: {why}"),
        }
    }

    /// Files that differ between two trees (`None`: the empty one), sorted by path.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    pub fn diff(&self, base: Option<&str>, head: Option<&str>) -> Result<Vec<RawDelta>> {
        let mut deltas = Vec::new();
        let mut stack = vec![(Vec::new(), base.map(str::to_owned), head.map(str::to_owned))];
        while let Some((prefix, base, head)) = stack.pop() {
            let read = |id: &Option<String>| match id {
                Some(id) => self.tree_bytes(id),
                None => Ok(Vec::new()),
            };
            let (old_bytes, new_bytes) = (read(&base)?, read(&head)?);
            let (mut old, mut new) = (
                raw_entries(&old_bytes, base.as_deref())?
                    .into_iter()
                    .peekable(),
                raw_entries(&new_bytes, head.as_deref())?
                    .into_iter()
                    .peekable(),
            );
            loop {
                let order = match (old.peek(), new.peek()) {
                    (None, None) => break,
                    (Some(_), None) => std::cmp::Ordering::Less,
                    (None, Some(_)) => std::cmp::Ordering::Greater,
                    (Some(old), Some(new)) => old.name.cmp(new.name),
                };
                let old = order.is_le().then(|| old.next()).flatten();
                let new = order.is_ge().then(|| new.next()).flatten();
                if let (Some(old), Some(new)) = (&old, &new)
                    && old.id == new.id
                    && old.what == new.what
                {
                    continue;
                }
                let Some(name) = old.as_ref().or(new.as_ref()).map(|entry| entry.name) else {
                    break;
                };
                let path = joined(&prefix, name)?;
                let tree = |entry: &Option<RawEntry<'_>>| match entry {
                    Some(RawEntry { what: None, id, .. }) => Some(hex(id)),
                    _ => None,
                };
                let (old_tree, new_tree) = (tree(&old), tree(&new));
                let text = paths::encode(&path);
                let file = |entry: Option<RawEntry<'_>>| {
                    entry.and_then(|entry| {
                        Some(TreeEntry {
                            path: text.clone(),
                            mode: entry.what?,
                            id: hex(entry.id),
                        })
                    })
                };
                let (base, head) = (file(old), file(new));
                if base.is_some() || head.is_some() {
                    deltas.push(RawDelta {
                        path: text,
                        base,
                        head,
                    });
                }
                if old_tree.is_some() || new_tree.is_some() {
                    stack.push((path, old_tree, new_tree));
                }
                if deltas.len() + stack.len() > MOST_CHANGED {
                    bail!(
                        "more than {MOST_CHANGED} files are no change that can be judged: split it"
                    );
                }
            }
        }
        deltas.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(deltas)
    }

    /// All files of a tree, sorted by path.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    pub fn tree(&self, tree: &str) -> Result<Vec<TreeEntry>> {
        let mut files = Vec::new();
        self.walk(tree, &mut |path, mode, id| {
            let id = hex(id);
            files.push(TreeEntry { path, id, mode });
        })?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// The paths of all files of a tree, sorted.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    pub fn paths(&self, tree: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        self.walk(tree, &mut |path, _, _| found.push(path))?;
        found.sort_unstable();
        Ok(found)
    }

    fn walk(&self, tree: &str, each: &mut dyn FnMut(String, Mode, &[u8])) -> Result<()> {
        let mut listed = 0_usize;
        let mut stack = vec![(Vec::new(), tree.to_owned())];
        while let Some((prefix, tree)) = stack.pop() {
            let bytes = self.tree_bytes(&tree)?;
            for entry in raw_entries(&bytes, Some(&tree))? {
                listed += 1;
                if listed > MOST_LISTED {
                    bail!("a tree of more than {MOST_LISTED} files and folders is not read");
                }
                let path = joined(&prefix, entry.name)?;
                match entry.what {
                    Some(mode) => each(paths::encode(&path), mode, entry.id),
                    None => stack.push((path, hex(entry.id))),
                }
            }
        }
        Ok(())
    }

    /// The files of a tree whose names are wanted, each content once, whatever number of paths a tree unfolds it
    /// under; their paths are names only.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    pub fn contents(&self, tree: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<TreeEntry>> {
        let mut files = Vec::new();
        let mut seen = HashSet::from([tree.to_owned()]);
        let mut stack = vec![tree.to_owned()];
        while let Some(tree) = stack.pop() {
            let bytes = self.tree_bytes(&tree)?;
            for entry in raw_entries(&bytes, Some(&tree))? {
                let path = paths::encode(entry.name);
                if entry.what.is_some() && !wanted(&path) {
                    continue;
                }
                let id = hex(entry.id);
                if !seen.insert(id.clone()) {
                    continue;
                }
                match entry.what {
                    Some(mode) => files.push(TreeEntry { path, id, mode }),
                    None => stack.push(id),
                }
            }
        }
        Ok(files)
    }

    /// One file of a tree.
    ///
    /// # Errors
    /// Where a tree on the way cannot be read.
    pub fn entry(&self, tree: &str, path: &str) -> Result<Option<TreeEntry>> {
        let bytes = paths::decode(path);
        let mut parts = bytes.split(|&byte| byte == b'/').peekable();
        let mut tree = tree.to_owned();
        while let Some(part) = parts.next() {
            let bytes = self.tree_bytes(&tree)?;
            let entries = unsorted_entries(&bytes, Some(&tree))?;
            let Some(entry) = entries.into_iter().find(|entry| entry.name == part) else {
                return Ok(None);
            };
            let id = hex(entry.id);
            match (entry.what, parts.peek()) {
                (None, Some(_)) => tree = id,
                (Some(mode), None) => {
                    return Ok(Some(TreeEntry {
                        path: path.to_owned(),
                        id,
                        mode,
                    }));
                }
                (None, None) | (Some(_), Some(_)) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// One side of a file. A blob that the repository lacks is [`Content::Missing`], no error.
    ///
    /// # Errors
    /// Where the repository cannot be asked.
    pub fn blob(&self, entry: &TreeEntry) -> Result<Blob> {
        let without_bytes = |size, content| Blob {
            id: entry.id.clone(),
            mode: entry.mode,
            size,
            content,
        };
        if entry.mode == Mode::Submodule {
            return Ok(without_bytes(0, Content::Submodule(entry.id.clone())));
        }
        Ok(match self.object(&entry.id)? {
            Stored::Object(Kind::Blob, bytes) => Blob::new(entry.id.clone(), entry.mode, bytes),
            Stored::Object(..) => bail!("{} at {} is no file", entry.id, entry.path),
            Stored::TooLarge(size) => without_bytes(size, Content::TooLarge),
            Stored::Missing(why) => without_bytes(0, Content::Missing(why)),
        })
    }

    fn tree_bytes(&self, id: &str) -> Result<Vec<u8>> {
        match self.object(id)? {
            Stored::Object(Kind::Tree, bytes) => Ok(bytes),
            Stored::Object(..) | Stored::TooLarge(_) => bail!("{id} is no tree"),
            Stored::Missing(why) => bail!("tree {id} is not in the repository: {why}"),
        }
    }
}

/// A line of a tree.
struct RawEntry<'a> {
    name: &'a [u8],
    id: &'a [u8],
    /// The mode of a file; none is a tree.
    what: Option<Mode>,
}

/// The lines of a tree, sorted by name. `tree` is its id, whose length is that of the ids in it.
fn raw_entries<'a>(bytes: &'a [u8], tree: Option<&str>) -> Result<Vec<RawEntry<'a>>> {
    let mut entries = unsorted_entries(bytes, tree)?;
    // Git sorts a directory as if its name ended in `/`; here two trees are walked side by side.
    entries.sort_by(|a, b| a.name.cmp(b.name));
    Ok(entries)
}

/// The lines of a tree as they stand there.
fn unsorted_entries<'a>(bytes: &'a [u8], tree: Option<&str>) -> Result<Vec<RawEntry<'a>>> {
    let tree = tree.unwrap_or_default();
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (entry, after) =
            raw_entry(rest, tree.len() / 2).with_context(|| format!("tree {tree} is malformed"))?;
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}

/// `<octal mode> SP <name> NUL <id>`, as in git's documentation of the tree object.
fn raw_entry(bytes: &[u8], id_length: usize) -> Option<(RawEntry<'_>, &[u8])> {
    let space = bytes.iter().position(|&byte| byte == b' ')?;
    let (mode, rest) = (bytes.get(..space)?, bytes.get(space + 1..)?);
    let end = rest.iter().position(|&byte| byte == 0)?;
    let (name, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    let entry = RawEntry {
        name,
        id: rest.get(..id_length)?,
        what: Mode::of(u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?),
    };
    Some((entry, rest.get(id_length..)?))
}

/// A path, unless it is longer than any that a file system could check out: trees can be made that deep.
fn joined(prefix: &[u8], name: &[u8]) -> Result<Vec<u8>> {
    let length = prefix.len() + 1 + name.len();
    if length > MOST_IN_PATH {
        let start = paths::encode(prefix.get(..60).unwrap_or(prefix));
        bail!(
            "a path of {length} bytes, which begins with `{start}`: no file system holds one of more than {MOST_IN_PATH}"
        );
    }
    Ok(match prefix {
        [] => name.to_owned(),
        _ => [prefix, b"/", name].concat(),
    })
}

/// Reads a commit object. Text that is not UTF-8 is read as such with replacement characters, whatever
/// `encoding` or `i18n.*` say.
fn commit(id: &str, bytes: &[u8]) -> Option<Commit> {
    let text = String::from_utf8_lossy(bytes);
    let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut commit = Commit {
        id: id.to_owned(),
        parents: Vec::new(),
        tree: String::new(),
        author: Person::default(),
        committer: Person::default(),
        time: 0,
        message: message.to_owned(),
    };
    for line in head.lines() {
        match line.split_once(' ') {
            Some(("tree", tree)) if commit.tree.is_empty() => commit.tree = tree.to_owned(),
            Some(("parent", parent)) => commit.parents.push(parent.to_owned()),
            Some(("author", author)) => commit.author = person(author).0,
            Some(("committer", committer)) => (commit.committer, commit.time) = person(committer),
            _ => {}
        }
    }
    (!commit.tree.is_empty()).then_some(commit)
}

/// `Name <address> seconds zone`; what is not there is empty.
fn person(line: &str) -> (Person, i64) {
    let (name, rest) = line.split_once('<').unwrap_or((line, ""));
    let (email, rest) = rest.rsplit_once('>').unwrap_or((rest, ""));
    let seconds = rest.split_whitespace().next();
    let person = Person {
        name: name.trim().to_owned(),
        email: email.trim().to_owned(),
    };
    (person, seconds.and_then(|s| s.parse().ok()).unwrap_or(0))
}

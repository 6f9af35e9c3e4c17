//! A repository made of strings: the examples of rules and tests of the pure stages run on it.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};

use super::{Blob, Change, Commit, Mode, RawDelta, Repository, Snapshot, TreeEntry};

/// Paths and their bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Trees by name; the name is the object id.
#[derive(Default)]
struct Memory {
    trees: BTreeMap<String, Files>,
}

/// The change from one set of files to another, without a commit.
///
/// # Errors
/// None in practice; the signature is that of the stage.
pub fn change(base: Files, head: Files) -> Result<Change> {
    let mut memory = Memory::default();
    memory.trees.insert("base".into(), base);
    memory.trees.insert("head".into(), head);
    let side = |label: &str| Snapshot {
        tree: Some(label.to_owned()),
        label: label.to_owned(),
        ..Snapshot::default()
    };
    Change::between(Box::new(memory), side("base"), side("head"), Vec::new())
}

impl Memory {
    fn files(&self, tree: &str) -> Result<&Files> {
        self.trees
            .get(tree)
            .ok_or_else(|| anyhow!("no tree {tree} in memory"))
    }
}

fn entry(tree: &str, path: &str, bytes: &[u8]) -> TreeEntry {
    TreeEntry {
        path: path.to_owned(),
        // An id that is equal for equal bytes, and names where to find them.
        id: format!("{}:{tree}:{path}", crate::text::digest(bytes)),
        mode: Mode::Regular,
    }
}

fn same_bytes(a: &TreeEntry, b: &TreeEntry) -> bool {
    a.id.split(':').next() == b.id.split(':').next()
}

impl Repository for Memory {
    fn commit(&self, id: &str) -> Result<Commit> {
        Err(anyhow!("no commit {id} in memory"))
    }

    fn diff(&self, base: Option<&str>, head: Option<&str>) -> Result<Vec<RawDelta>> {
        let list = |tree: Option<&str>| -> Result<BTreeMap<String, TreeEntry>> {
            let Some(tree) = tree else {
                return Ok(BTreeMap::new());
            };
            Ok(self
                .tree(tree)?
                .into_iter()
                .map(|entry| (entry.path.clone(), entry))
                .collect())
        };
        let (mut old, new) = (list(base)?, list(head)?);
        let mut deltas = Vec::new();
        for (path, head) in new {
            let base = old.remove(&path);
            if base.as_ref().is_some_and(|base| same_bytes(base, &head)) {
                continue;
            }
            deltas.push(RawDelta {
                base,
                head: Some(head),
            });
        }
        deltas.extend(old.into_values().map(|base| RawDelta {
            base: Some(base),
            head: None,
        }));
        let path = |delta: &RawDelta| {
            delta
                .head
                .as_ref()
                .or(delta.base.as_ref())
                .map(|entry| entry.path.clone())
        };
        deltas.sort_by_key(path);
        Ok(deltas)
    }

    fn tree(&self, tree: &str) -> Result<Vec<TreeEntry>> {
        Ok(self
            .files(tree)?
            .iter()
            .map(|(path, bytes)| entry(tree, path, bytes))
            .collect())
    }

    fn entry(&self, tree: &str, path: &str) -> Result<Option<TreeEntry>> {
        Ok(self
            .files(tree)?
            .get(path)
            .map(|bytes| entry(tree, path, bytes)))
    }

    fn blob(&self, wanted: &TreeEntry) -> Result<Blob> {
        let mut parts = wanted.id.splitn(3, ':');
        let (digest, tree, path) = (parts.next(), parts.next(), parts.next());
        let bytes = tree
            .zip(path)
            .and_then(|(tree, path)| self.trees.get(tree)?.get(path))
            .ok_or_else(|| anyhow!("no blob {} in memory", wanted.id))?;
        Ok(Blob::new(
            digest.unwrap_or_default().to_owned(),
            wanted.mode,
            bytes.clone(),
        ))
    }
}

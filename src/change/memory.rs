//! A repository made of strings: the examples of rules and tests of the pure stages run on it.
//!
//! Does not catch: what only a real repository has (modes, links, commits).

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;

use super::repository::{Kind, Stored};
use super::{Change, Repository, Snapshot, paths};

/// Paths and their bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Objects by id, the SHA-256 of their bytes.
#[derive(Default)]
struct Memory {
    objects: HashMap<String, (Kind, Vec<u8>)>,
}

/// The change from one set of files to another, without a commit.
///
/// # Errors
/// None in practice; the signature is that of the stage.
pub fn change(base: Files, head: Files) -> Result<Change> {
    let mut memory = Memory::default();
    let mut side = |label: &str, files| Snapshot {
        tree: Some(memory.tree(files)),
        label: label.to_owned(),
        ..Snapshot::default()
    };
    let (base, head) = (side("base", base), side("head", head));
    Change::between(Box::new(memory), base, head, Vec::new())
}

impl Memory {
    fn store(&mut self, kind: Kind, bytes: Vec<u8>) -> String {
        let id = crate::text::digest(&bytes);
        self.objects.insert(id.clone(), (kind, bytes));
        id
    }

    /// Stores the files and the trees that hold them, innermost first; the id of the outermost.
    fn tree(&mut self, files: Files) -> String {
        let mut directories: BTreeMap<String, Vec<u8>> = BTreeMap::from([(String::new(), vec![])]);
        for (path, bytes) in files {
            let id = self.store(Kind::Blob, bytes);
            let (directory, name) = path.rsplit_once('/').unwrap_or(("", &path));
            for (at, _) in path.match_indices('/') {
                let outer = path.get(..at).unwrap_or_default();
                directories.entry(outer.to_owned()).or_default();
            }
            push(
                directories.entry(directory.to_owned()).or_default(),
                "100644",
                name,
                &id,
            );
        }
        // In reverse order a directory comes after everything in it.
        while let Some((path, bytes)) = directories.pop_last() {
            let id = self.store(Kind::Tree, bytes);
            if path.is_empty() {
                return id;
            }
            let (outer, name) = path.rsplit_once('/').unwrap_or(("", &path));
            push(
                directories.entry(outer.to_owned()).or_default(),
                "40000",
                name,
                &id,
            );
        }
        String::new()
    }
}

fn push(tree: &mut Vec<u8>, mode: &str, name: &str, id: &str) {
    tree.extend(mode.as_bytes());
    tree.push(b' ');
    tree.extend(paths::decode(name));
    tree.push(0);
    let digit = |at: usize| {
        id.get(at..at + 2)
            .and_then(|d| u8::from_str_radix(d, 16).ok())
    };
    tree.extend((0..id.len()).step_by(2).filter_map(digit));
}

impl Repository for Memory {
    fn object(&self, id: &str) -> Result<Stored> {
        Ok(match self.objects.get(id) {
            Some((kind, bytes)) => Stored::Object(*kind, bytes.clone()),
            None => Stored::Missing("not in memory".to_owned()),
        })
    }
}
